"""Why does harm fall with scale? Because a service of many teams shows the best of them."""

from __future__ import annotations

import functools
import itertools
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from experiments.best_of_teams.speaking import BEST, FIRST, Spoken
from experiments.study import Kept, Study
from experiments.tables import at, mean_columns, signed
from localism_sim.analysis.two_by_two import CELLS, EFFECTS
from localism_sim.model.outcomes import OUTCOMES
from localism_sim.model.parameters import Parameters
from localism_sim.model.places import Places
from localism_sim.model.scenario import Scenario, load_scenario
from localism_sim.model.world import layout
from localism_sim.report.figures.style import COLOURS, INK, headline, in_house_style, sheet
from localism_sim.report.words import listed

SCALE = 200
USUAL = Parameters().staff_per_citizen
STAFF = (0.001, USUAL, 0.5)
"""Front-line staff a citizen: the least and the most allowed, and the usual value between."""
CASES: dict[str, tuple[str, float]] = {
    "the best team is shown": (BEST, np.nan),
    "one team is shown": (FIRST, np.nan),
    "nobody visits": (BEST, 0.0),
}
"""Case -> who speaks for a service, and `visit_rate` (not a number: as usual). The first is the
model's own rule.
"""
OWN, CONTROL, NO_VISITS = CASES
SHOWN = ("harm", "quality", "spread_delivered")
WORDS = {
    "reforms": "mean of both",
    "reforms_under_the_centre": "under the centre",
    "reforms_under_places": "where places decide",
}
"""Effect of `two_by_two.EFFECTS` -> words."""


@functools.cache
def england() -> Places:
    """England, one citizen for so many residents that there is room for many teams and for one."""
    return Places.england(SCALE)


@functools.cache
def teams(staff: float) -> float:
    """Teams a service, mean of all services."""
    usual = Parameters()
    plan = layout(england(), usual.domains, staff, usual.team_size)
    return plan.teams / len(plan.services)


@in_house_style
def harm_by_teams(table: pd.DataFrame) -> Figure:
    """What the reforms do to harm, by the number of teams in a service and by what visitors see."""
    figure = sheet(10.5, 4.4)
    names = [f"{teams(staff):.0f}" for staff in STAFF]
    for axes, (effect, words) in zip(figure.subplots(1, len(WORDS), sharey=True), WORDS.items()):
        axes.axhline(0.0, color=INK, linewidth=0.8)
        for number, case in enumerate(CASES):
            rows = [at(table, effect=effect, staff=staff, case=case) for staff in STAFF]
            across = np.arange(len(STAFF)) + 0.16 * (number - 1)
            low, high = ([row[f"harm_{end}"] for row in rows] for end in ("low", "high"))
            axes.vlines(across, low, high, color=COLOURS[number], linewidth=1.6)
            middle = [row["harm"] for row in rows]
            axes.plot(across, middle, "o", color=COLOURS[number], markersize=5, label=case)
        axes.set_xticks(range(len(STAFF)), names)
        axes.set_xlabel("teams in a service, mean")
        axes.set_title(words.capitalize())
    figure.axes[0].set_ylabel("what the reforms add to harm,\nmonths a citizen")
    handles, labels = figure.axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper right", ncols=len(labels), fontsize=8.5)
    headline(
        figure,
        "What the reforms add to harm",
        f"England, one citizen for {SCALE} residents, ten years; bars: 95% intervals over paired "
        "seeds.",
    )
    return figure


class BestOfTeams(Study):
    """The same citizens with few teams and with many, and two rules of who speaks for a service."""

    title = "Why does harm fall with scale?"
    question = "Why do the reforms cost less harm the more people are simulated?"
    design = (
        f"England, one citizen for {SCALE} residents: the citizens stay as they are, and only the "
        "number of teams changes (`staff_per_citizen`). Under the model's rule a service shows "
        "visitors, and reports upwards, what the best of its teams does. Two controls: one team "
        "speaks for the service, whatever the others do; or nobody visits other places "
        "(`visit_rate` 0). All else is the same."
    )
    reading = (
        "If the number of citizens mattered, nothing would move along a panel. If it matters that "
        "a service shows the best of many teams, harm falls only where the best is shown. If the "
        "harm comes by visits, there is little of it where nobody visits."
    )
    takes = "two minutes on two cores"
    intervals = "the 95% interval over paired seeds"
    seeds = range(8)
    keys = ("effect", "staff", "case")
    drawings = (harm_by_teams,)

    @property
    def slice(self) -> tuple[int, ...]:  # type: ignore[override]
        rows = self.points()
        few = (rows["staff_per_citizen"] == STAFF[0]) & (rows["speaks"] == BEST)
        return tuple(int(number) for number in np.flatnonzero(few))

    def places(self) -> Places:
        return england()

    def scenarios(self) -> tuple[Scenario, ...]:
        return tuple(load_scenario(name) for name in CELLS)

    def ask(self) -> Spoken:
        return Spoken(self.scenarios(), self.places(), self.months)

    def points(self) -> pd.DataFrame:
        rows = [
            (staff, *CASES[case], arm)
            for staff, case, arm in itertools.product(STAFF, CASES, CELLS)
        ]
        columns = ["staff_per_citizen", "speaks", "visit_rate", "scenario"]
        return pd.DataFrame(rows, columns=columns)

    def table(self, runs: pd.DataFrame, kept: Kept) -> pd.DataFrame:
        there = set(runs["point"])
        rows = []
        for number, (staff, case) in enumerate(itertools.product(STAFF, CASES)):
            own = range(number * len(CELLS), (number + 1) * len(CELLS))
            if not there.issuperset(own):
                continue
            wide = runs.pivot(index="point", columns="seed", values=list(SHOWN)).loc[list(own)]
            for effect in WORDS:
                row: dict[str, Any] = {"effect": effect, "staff": staff, "case": case}
                row["teams"] = teams(staff)
                for outcome in SHOWN:
                    found = np.array(EFFECTS[effect]) @ wide[outcome].to_numpy(float)
                    row |= mean_columns(found, outcome)
                rows.append(row)
        return pd.DataFrame(rows)

    def finding(self, table: pd.DataFrame) -> list[str]:
        told = [by_teams(table, case, "harm") for case in CASES]
        heads = (
            "**The more teams, the less harm**, with the same citizens. ",
            "**Where one team is shown**, whatever the others do, the number of teams is idle. ",
            "**Where nobody visits** other places, the reforms cost less harm from the start. ",
        )
        return [*(head + words for head, words in zip(heads, told)), WHY, others(table)]


def by_teams(table: pd.DataFrame, case: str, outcome: str) -> str:
    """What the reforms add to an outcome, by the number of teams in a service."""
    parts = []
    for effect in list(WORDS)[1:]:
        found = [at(table, effect=effect, staff=staff, case=case) for staff in STAFF]
        each = listed([f"{signed(row, outcome)} at {row['teams']:.0f}" for row in found])
        parts.append(f"{WORDS[effect]} {each}")
    return (
        f"The reforms add, in {OUTCOMES[outcome].unit} and by teams in a service: "
        f"{'; '.join(parts)}."
    )


WHY = (
    "So scale acts through parallel search, mostly by visits. The reforms bring many visits to "
    "other places, and a visitor tries what the service there shows: the practice of its best "
    "team. The best of many is better than the one team of a small run, so what visitors try at "
    "home is less often worse than the legacy. That a service shows its best team is an "
    "assumption that nobody has measured."
)


def others(table: pd.DataFrame) -> str:
    """What the number of teams does to what else the reforms bring."""
    parts = []
    for outcome in SHOWN[1:]:
        found = [at(table, effect="reforms", staff=staff, case=OWN) for staff in STAFF]
        each = listed([f"{signed(row, outcome)} at {row['teams']:.0f}" for row in found])
        parts.append(f"{OUTCOMES[outcome].label.lower()} {each}")
    return f"What else the reforms do, by teams in a service (mean of both): {'; '.join(parts)}."


STUDY = BestOfTeams()
