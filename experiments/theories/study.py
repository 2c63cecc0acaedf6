"""Which policy is safe whichever theory holds?"""

from __future__ import annotations

import functools

import pandas as pd
from matplotlib.figure import Figure

from experiments.study import Kept, Study
from localism_sim.analysis import theories as analysis
from localism_sim.analysis.robustness import AS_SET
from localism_sim.analysis.theories import State
from localism_sim.analysis.two_by_two import CELLS
from localism_sim.jobs.theories import NULL, TheoriesQuestion, points_of
from localism_sim.model.scenario import Scenario, load_scenario
from localism_sim.report.contrasts import HEADLINES
from localism_sim.report.figures import theories as figures
from localism_sim.report.markdown import inline
from localism_sim.report.theories import head, sentence
from localism_sim.report.words import number, signed

SEEDS, MONTHS = range(20), 120
STATE = ["ground", "rule", "policy"]
VALUES = ("mean", "regret", "low", "high")
COPYING = ("without", "difference", "low", "high")


@functools.cache
def question() -> TheoriesQuestion:
    """What `experiment=theories` asks by default."""
    return TheoriesQuestion(tuple(load_scenario(name) for name in CELLS), tuple(SEEDS), MONTHS)


@functools.cache
def asked() -> tuple[pd.DataFrame, dict[tuple[State, str], int]]:
    """The points, and the number of each state and policy."""
    return points_of(question())


def titles() -> dict[str, str]:
    """Name of each policy and its title."""
    return {scenario.name: scenario.title for scenario in question().scenarios}


def long(table: pd.DataFrame) -> pd.DataFrame:
    """A row a state, policy and outcome, from the committed table."""
    parts = [
        table[STATE].assign(
            outcome=outcome, **{name: table[f"{outcome}_{name}"] for name in VALUES}
        )
        for outcome in HEADLINES
    ]
    found = pd.concat(parts, ignore_index=True)
    return found.assign(best=found["low"] <= 0.0)


def regrets(table: pd.DataFrame) -> Figure:
    """What it costs to have chosen another policy, under every rival theory and on two grounds."""
    return figures.regrets(long(table), titles())


class TheoriesStudy(Study):
    """The four policies under every rival theory."""

    title = "The same policies under every rival theory"
    question = (
        "Centre or places, with or without the reforms: which is best for citizens under each "
        "rival theory, which is safe whichever holds, and how much of the spread is copying?"
    )
    design = (
        "The four scenarios of the main job under every rival rule, on the usual ground and where "
        "needs are alike and the centre is able. It is `localism-sim experiment=theories`."
    )
    reading = (
        "Regret: by how much the best policy under the same theory and on the same ground is "
        "better for citizens. A policy with a small largest regret is safe whichever theory holds, "
        "though it need be best under none."
    )
    takes = "two to four minutes on two cores"
    intervals = "where the largest regret lies, or a 95% interval over paired seeds"
    seeds = SEEDS
    months = MONTHS
    keys = tuple(STATE)
    drawings = (regrets,)

    @property
    def slice(self) -> tuple[int, ...]:  # type: ignore[override]
        wanted = {("usual", AS_SET), ("usual", NULL)}
        return tuple(number for (state, _), number in asked()[1].items() if state in wanted)

    def scenarios(self) -> tuple[Scenario, ...]:
        return question().scenarios

    def points(self) -> pd.DataFrame:
        return asked()[0]

    def table(self, runs: pd.DataFrame, kept: Kept) -> pd.DataFrame:
        there = set(runs["point"])
        numbers = {key: number for key, number in asked()[1].items() if number in there}
        found = analysis.regrets(runs, numbers, HEADLINES)
        wide = found.pivot(index=STATE, columns="outcome", values=list(VALUES))
        wide.columns = [f"{outcome}_{name}" for name, outcome in wide.columns]
        copied = analysis.by_copying(runs, numbers, ["spread_delivered"], (AS_SET, NULL))
        copied = copied.assign(rule=AS_SET).set_index(STATE)[list(COPYING)]
        copied.columns = [f"copying_{name}" for name in copied]
        order = found[STATE].drop_duplicates()
        names = [f"{outcome}_{name}" for outcome in HEADLINES for name in VALUES]
        table = order.merge(wide.reset_index(), on=STATE).merge(
            copied.reset_index(), on=STATE, how="left"
        )
        return table[[*STATE, *names, *copied.columns]]

    def finding(self, table: pd.DataFrame) -> list[str]:
        largest = analysis.largest_regrets(long(table))
        lines = [inline(sentence(largest, outcome, titles())) for outcome in HEADLINES]
        own = table[(table["ground"] == "usual") & (table["rule"] == AS_SET)]
        told = "; ".join(
            f"{head(row['policy'], titles())} {number(row['spread_delivered_mean'], 2)}, "
            f"{number(row['copying_without'], 2)} where nobody copies (through copying "
            f"{signed(row['copying_difference'], 2)}, {signed(row['copying_low'], 2)} to "
            f"{signed(row['copying_high'], 2)})"
            for _, row in own.iterrows()
        )
        return [*lines, f"**Copying**, spread as delivered: {told}."]


STUDY = TheoriesStudy()
