"""Where the study of scale runs, and how scenarios and scales are compared."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import pandas as pd

from localism_sim.analysis.statistics import Contrast, paired_difference
from localism_sim.analysis.two_by_two import CELLS, EFFECTS
from localism_sim.model.parameters import Parameters
from localism_sim.model.places import Places
from localism_sim.model.world import layout
from localism_sim.sweeps.question import Answer, Point, Simulation

ARMS = CELLS
SHOWN = ("quality", "trust", "spread_delivered", "postcode_gap", "worst_place", "harm")
SCALES = {20_000: 20, 2_000: 20, 200: 12, 1: 8}
"""Residents a citizen -> seeds, fewer where a run is dear."""
DEFAULT = 20_000
AUTONOMY = {
    "autonomy_alone": "autonomy without the reforms",
    "autonomy_given_the_reforms": "autonomy with the reforms",
}
REFORMS = {
    "reforms_under_the_centre": "the reforms under the centre",
    "reforms_under_places": "the reforms where places decide",
    "interaction": "reforms and autonomy beyond their sum",
}
CONTRASTS = AUTONOMY | REFORMS
"""Effect of `two_by_two.EFFECTS` -> words."""
MEAN_OF_BOTH = "reforms"
"""The effect of the reforms that headlines give: the mean of those under the centre and where
places decide.
"""
NEAR = 0.01
"""Difference of two effects that counts as agreement in any case, in the outcome's own unit."""


@functools.cache
def england(scale: int) -> Places:
    """England at a scale, laid out once a process."""
    return Places.england(scale)


@functools.cache
def teams(scale: int) -> int:
    """Teams in all of England at a scale."""
    usual = Parameters()
    plan = layout(england(scale), usual.domains, usual.staff_per_citizen, usual.team_size)
    return plan.teams


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


def runs_at(table: pd.DataFrame, arm: str, scale: int, outcome: str) -> np.ndarray:
    """An outcome of every run of a scenario at a scale, by seed."""
    found = table[(table["scenario"] == arm) & (table["scale"] == scale)]
    return found[[f"{outcome}_{seed}" for seed in range(SCALES[scale])]].to_numpy(float)[0]


def by_seed(table: pd.DataFrame, contrast: str, outcome: str, scale: int) -> np.ndarray:
    """An effect of the four scenarios (`two_by_two.EFFECTS`), seed by seed."""
    weights = np.array(EFFECTS[contrast])
    return weights @ np.array([runs_at(table, arm, scale, outcome) for arm in ARMS])


def effect(
    table: pd.DataFrame, contrast: str, outcome: str, scale: int, count: int | None = None
) -> Contrast:
    """An effect at a scale, on the first `count` of its seeds (all, if not given)."""
    found = by_seed(table, contrast, outcome, scale)[:count]
    return paired_difference(found, np.zeros(len(found)))


def moved(table: pd.DataFrame, contrast: str, outcome: str, scale: int) -> Contrast:
    """How an effect at a scale differs from that at the default, on the seeds that both have."""
    count = SCALES[scale]
    return paired_difference(
        by_seed(table, contrast, outcome, scale),
        by_seed(table, contrast, outcome, DEFAULT)[:count],
    )
