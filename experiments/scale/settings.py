"""Where the study of scale runs: scales crossed with sizes of teams, and how two such settings are
compared.
"""

from __future__ import annotations

import functools
import itertools
from typing import Any

import numpy as np
import pandas as pd

from localism_sim.analysis.statistics import Contrast, paired_difference
from localism_sim.model.places import Places
from localism_sim.model.scenario import load_scenario
from localism_sim.model.world import layout
from localism_sim.sweeps.question import Answer, Point, Simulation

Setting = tuple[int, float]
"""Residents a citizen (`places.scale`) and staff a citizen (`staff_per_citizen`)."""
ARMS = ("centralist", "localist", "localist_with_capability", "coalition_2010")
REFERENCE = ARMS[0]
SHOWN = ("quality", "spread", "trust", "engagement", "postcode_gap", "alternative")
LASTING = SHOWN[:-1]
"""Those whose variation between seeds is compared: alternative providers all but vanish where teams
are large.
"""
VERDICTS = tuple(itertools.product(ARMS[1:], SHOWN))
"""Each verdict: a scenario against the reference, in one outcome."""
CONFIDENCE = 1.0 - 0.05 / len(VERDICTS)
"""Corrected for the number of verdicts (Bonferroni)."""
USUAL = 0.04
SEEDS_AT: dict[Setting, int] = {
    (1, USUAL): 2,
    (10, 0.4): 6,
    (10, USUAL): 5,
    (100, 0.4): 10,
    (100, USUAL): 20,
    (100, 0.001): 10,
    (1_000, 0.4): 10,
    (1_000, 0.1): 10,
    (1_000, USUAL): 20,
    (10_000, USUAL): 20,
    (20_000, USUAL): 20,
}
"""Setting -> seeds, fewer where a run is dear; the dear ones first, so that the last to end are
short.
"""
DEFAULT = (20_000, USUAL)
STAND_INS: dict[Setting, Setting] = {(10, USUAL): (100, 0.4), (1, USUAL): (10, 0.4)}
"""Dear scale -> a tenth of its citizens in teams of the same size, which can be run with more
seeds.
"""
SCALES: dict[str, Setting] = {
    f"1:{setting[0]:,}": STAND_INS.get(setting, setting)
    for setting in reversed(SEEDS_AT)
    if setting[1] == USUAL
}
"""Each scale by name, and the setting that speaks for it."""
ENGLAND = SCALES["1:1"]
COMMON = min(SEEDS_AT[setting] for setting in SCALES.values())
"""Seeds that all of these have: scales are compared on these alone."""
SAME_TEAMS = ((DEFAULT, (100, 0.001)), ((1_000, 0.4), (100, USUAL)), ((100, 0.4), (10, USUAL)))
"""Settings with the same teams and other numbers of citizens."""


@functools.cache
def england(scale: int) -> Places:
    """England at a scale, laid out once a process."""
    return Places.england(scale)


@functools.cache
def team_size(setting: Setting) -> float:
    """Mean staff of a team."""
    teams = layout(
        england(setting[0]), load_scenario(REFERENCE).parameters.domains, setting[1]
    ).services
    return float((teams["last_staff"] - teams["first_staff"]).mean())


class AtScale(Simulation):
    """`Simulation` on England at the scale that a point names."""

    def inner(self, point: Point) -> tuple[Simulation, dict[str, Any]]:
        """The same question at the point's scale, and what is left of the point."""
        return Simulation(self.scenarios, england(int(point["scale"])), self.months), {
            name: value for name, value in point.items() if name != "scale"
        }

    def check(self, point: Point, seed: int) -> None:
        inner, rest = self.inner(point)
        inner.check(rest, seed)

    def full(self, point: Point) -> dict[str, Any]:
        inner, rest = self.inner(point)
        return {**inner.full(rest), "scale": inner.places.scale}

    def answer(self, point: Point, seed: int) -> Answer:
        inner, rest = self.inner(point)
        return inner.answer(rest, seed)

    def settings(self, points: pd.DataFrame) -> pd.DataFrame:
        return super().settings(points.drop(columns="scale")).assign(scale=points["scale"])


def runs_at(table: pd.DataFrame, arm: str, setting: Setting, outcome: str) -> np.ndarray:
    """An outcome of every run of a scenario at a setting, by seed."""
    found = table[
        (table["scenario"] == arm)
        & (table["scale"] == setting[0])
        & (table["staff_per_citizen"] == setting[1])
    ]
    return found[[f"{outcome}_{seed}" for seed in range(int(found["seeds"].iloc[0]))]].to_numpy(
        float
    )[0]


def judged(
    table: pd.DataFrame,
    arm: str,
    outcome: str,
    setting: Setting,
    confidence: float = 0.95,
    seeds: int | None = COMMON,
) -> Contrast:
    """A scenario less the reference, on the first `seeds` seeds (all, if None)."""
    return paired_difference(
        runs_at(table, arm, setting, outcome)[:seeds],
        runs_at(table, REFERENCE, setting, outcome)[:seeds],
        confidence,
    )


def moved(first: np.ndarray, other: np.ndarray, confidence: float = 0.95) -> Contrast:
    """The other less the first, on the seeds that both have."""
    common = min(len(first), len(other))
    return paired_difference(other[:common], first[:common], confidence)


def sign(found: Contrast) -> int:
    """1 clearly more, -1 clearly less, 0 no clear difference."""
    return int(np.sign(found.mean)) if found.clear else 0
