"""What does each lever do from one end to the other, on four grounds?"""

from __future__ import annotations

import functools

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from experiments.study import Kept, Study
from localism_sim.analysis.levers import design, different, effects_of_levers, inert
from localism_sim.analysis.two_by_two import CELLS
from localism_sim.jobs.levers import LEVERS, NARROWER
from localism_sim.model.scenario import Scenario, load_scenario
from localism_sim.report.contrasts import HEADLINES, with_verdicts
from localism_sim.report.figures import levers as figures
from localism_sim.report.levers import inert_everywhere, strongest
from localism_sim.report.markdown import inline
from localism_sim.sweeps.factors import factors_from

MONTHS = 120
ENDS = ["low_end", "high_end"]
VALUES = ("reference_mean", "difference", "low", "high")
KEYS = ["lever", "scenario"]


@functools.cache
def asked() -> tuple[pd.DataFrame, pd.DataFrame, np.ndarray]:
    """The design, its different points, and the number of each row's point."""
    factors = factors_from({name: NARROWER.get(name) for name in LEVERS}, 0)
    table = design(factors, tuple(load_scenario(name) for name in CELLS))
    return table, *different(table)


def points_of(lever: str, scenarios: tuple[str, ...]) -> tuple[int, ...]:
    """Numbers of the points at which a lever stands at its ends in these scenarios."""
    table, _, numbers = asked()
    chosen = (table["lever"] == lever) & table["scenario"].isin(scenarios)
    return tuple(sorted({int(number) for number in numbers[chosen.to_numpy()]}))


def long(table: pd.DataFrame) -> pd.DataFrame:
    """A row a lever, scenario and outcome, from the committed table."""
    parts = [
        table[[*KEYS, *ENDS]].assign(
            outcome=outcome, **{name: table[f"{outcome}_{name}"] for name in VALUES}
        )
        for outcome in HEADLINES
    ]
    found = pd.concat(parts, ignore_index=True)
    return found.assign(clear=(found["low"] > 0.0) | (found["high"] < 0.0))


def levers(table: pd.DataFrame) -> Figure:
    """What each lever does when it goes from its low to its high end, on four grounds."""
    return figures.levers(long(table), MONTHS)


class LeversStudy(Study):
    """Every lever alone, so that none is kept that does nothing anywhere."""

    title = "What each lever does, one at a time"
    question = (
        "What changes for citizens when one lever goes from its low to its high end, under centre "
        "and places, with and without the reforms? Which levers do nothing anywhere?"
    )
    design = (
        f"Each of {len(LEVERS)} levers from end to end in the four scenarios of the main job while "
        "all else stays; England's 148 places, the 2010 cuts. It is "
        "`localism-sim experiment=levers`."
    )
    reading = (
        "Inert on a ground: no clear change of 1% of its range or more in any of the six outcomes. "
        "One lever at a time shows nothing of what levers do only together."
    )
    takes = "one to two minutes on two cores"
    intervals = "what a lever is; effects are in the outcome's own unit"
    months = MONTHS
    keys = ("lever", "scenario")
    slice = points_of("ring_fence", (CELLS[0], CELLS[3]))
    drawings = (levers,)

    def scenarios(self) -> tuple[Scenario, ...]:
        return tuple(load_scenario(name) for name in CELLS)

    def points(self) -> pd.DataFrame:
        return asked()[1]

    def table(self, runs: pd.DataFrame, kept: Kept) -> pd.DataFrame:
        rows, _, numbers = asked()
        there = pd.Series(numbers).isin(set(runs["point"])).groupby(np.arange(len(rows)) // 2).all()
        present = np.repeat(there.to_numpy(), 2)
        found = effects_of_levers(
            rows[present].reset_index(drop=True), numbers[present], runs, HEADLINES
        )
        values = found.pivot(index=[*KEYS, *ENDS], columns="outcome", values=list(VALUES))
        values.columns = [f"{outcome}_{name}" for name, outcome in values.columns]
        names = [f"{outcome}_{name}" for outcome in HEADLINES for name in VALUES]
        order = found[KEYS].drop_duplicates()
        return order.merge(values.reset_index(), on=KEYS)[[*KEYS, *ENDS, *names]]

    def finding(self, table: pd.DataFrame) -> list[str]:
        rows = long(table)
        judged = with_verdicts(rows, MONTHS)
        return [inline(w) for w in (*strongest(judged), inert_everywhere(inert(rows, MONTHS)))]


STUDY = LeversStudy()
