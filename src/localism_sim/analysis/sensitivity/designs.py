"""Designs: the points at which a sensitivity analysis runs the model, and ways of running it."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ...foundation.checks import power_of_two, whole_number
from ...foundation.errors import BadInput, nearest
from ...model.outcomes import AVERAGED, OUTCOMES
from ...model.parameters import Parameters
from ...model.places import Places
from ...model.scenario import USUAL_MONTHS, Scenario
from ...sweeps.factors import PLACEBO, Factor, check_factors, salib_problem
from .methods import METHODS, Method

Run = Callable[[pd.DataFrame, Sequence[int]], pd.DataFrame]
"""Runs the model: takes points (a row per point) and seeds, returns a row per run, point by point
with all seeds in turn: columns point, seed and the outcomes.
"""
MOST_VALUES = 50_000_000
"""Largest design, in rows times factors."""
MODEL_ROWS = 512


@dataclass(frozen=True)
class Design:
    """Points for one method. samples: the method's N; seed: fixes the points; grouped: analyse
    groups instead of factors; second_order: pairs as well (Sobol).

    Every point is run with the same seeds (common random numbers), so the difference of two rows,
    from which the indices are made, is one of parameters and not of luck. What luck remains is
    reported beside the indices.
    """

    method: str
    factors: tuple[Factor, ...] = field(repr=False)
    samples: int
    seed: int = 0
    grouped: bool = False
    second_order: bool = True

    def __post_init__(self):
        object.__setattr__(self, "factors", tuple(self.factors))
        for name in ("grouped", "second_order"):
            if not isinstance(getattr(self, name), bool):
                raise BadInput(
                    f"{name} = {getattr(self, name)!r} is not allowed; allowed: true or false"
                )
        if not isinstance(self.method, str) or self.method not in METHODS:
            raise BadInput(
                f"unknown method '{self.method}'.{nearest(str(self.method), METHODS)} Known: "
                f"{', '.join(METHODS)}"
            )
        check_factors(self.factors)
        how = self.how
        whole_number(
            "samples",
            self.samples,
            how.smallest,
            2**30,
            f"for {self.method} (N: {how.samples_mean})",
        )
        whole_number("seed", self.seed, 0, 2**31 - 2, "for a design")
        if how.power_of_two:
            power_of_two("samples", self.samples, f", as {self.method} needs")
        self.check_groups_and_size()

    def check_groups_and_size(self) -> None:
        """Refuse groups where the method takes none, and a design that is too large."""
        if self.grouped and not self.how.takes_groups:
            able = [name for name, each in METHODS.items() if each.takes_groups]
            raise BadInput(
                f"grouped = true is not allowed for {self.method}; allowed: {', '.join(able)}"
            )
        salib_problem(self.factors, self.grouped)
        if self.rows * len(self.factors) > MOST_VALUES:
            raise BadInput(
                f"samples = {self.samples} gives {self.rows:,} rows of {len(self.factors)} "
                f"factors; allowed: rows x factors up to {MOST_VALUES:,}"
            )

    @property
    def how(self) -> Method:
        """The method."""
        return METHODS[self.method]

    @property
    def pairs(self) -> bool:
        """Whether the design allows second-order indices."""
        return self.second_order and self.how.takes_pairs

    @property
    def names(self) -> list[str]:
        """What gets an index, in order: factors, or groups."""
        return list(
            dict.fromkeys(factor.group if self.grouped else factor.name for factor in self.factors)
        )

    @property
    def block(self) -> int:
        """Design rows for each of the N samples."""
        return self.how.block(len(self.names), self.pairs)

    @property
    def rows(self) -> int:
        """Design rows in all."""
        return self.samples * self.block

    @functools.cached_property
    def sample(self) -> np.ndarray:
        """SALib's even sample behind the values, rows x factors, as the estimators need it."""
        found = self.how.sample(
            salib_problem(self.factors, self.grouped), self.samples, self.seed, self.pairs
        )
        found.flags.writeable = False
        return found

    @functools.cached_property
    def points(self) -> pd.DataFrame:
        """The design in parameter values: a row per design row, a column per factor
        (placebos too).
        """
        return pd.DataFrame(
            {factor.name: factor.values(self.sample[:, k]) for k, factor in enumerate(self.factors)}
        )

    @functools.cached_property
    def _different(self) -> tuple[pd.DataFrame, np.ndarray]:
        points = self.points[[factor.name for factor in self.factors if factor.kind != PLACEBO]]
        _, first, found = np.unique(
            points.to_numpy(float), axis=0, return_index=True, return_inverse=True
        )
        order = np.argsort(first, kind="stable")
        place = np.empty(len(order), np.int64)
        place[order] = np.arange(len(order))
        return points.iloc[first[order]].reset_index(drop=True), place[found.ravel()]

    def unique(self) -> tuple[pd.DataFrame, np.ndarray]:
        """The different points that the model must run, without placebos, in order of first
        appearance; and for each design row the number of its point.
        """
        points, index = self._different
        return points.copy(), index.copy()


def evaluate(design: Design, run: Run, seeds: Sequence[int] = (0,)) -> pd.DataFrame:
    """Run the model at every distinct point of the design with every seed."""
    return run(design.unique()[0], list(seeds))


def over_function(
    function: Callable[[pd.DataFrame, int], pd.Series | np.ndarray], outcome: str = "y"
) -> Run:
    """Evaluates a plain function of (points, seed) that returns a number per point, for test
    functions with known indices.
    """

    def run(points: pd.DataFrame, seeds: Sequence[int]) -> pd.DataFrame:
        values = np.column_stack(
            [
                np.broadcast_to(np.asarray(function(points, seed), float), len(points))
                for seed in seeds
            ]
        )
        return pd.DataFrame(
            {
                "point": np.repeat(np.arange(len(points)), len(seeds)),
                "seed": np.tile(np.asarray(seeds), len(points)),
                outcome: values.ravel(),
            }
        )

    return run


def changed(base: Parameters | Scenario | None, values: dict) -> Parameters | Scenario:
    """The settings with these parameters; by default the usual ones."""
    if isinstance(base, Scenario):
        return base.with_parameters(**values)
    return (base or Parameters()).replace(**values)


def over_model(
    base: Parameters | Scenario | None = None,
    places: Places | None = None,
    months: int = USUAL_MONTHS,
    workers: int | None = None,
) -> Run:
    """Runs the model on this machine's threads, with everything in memory; `base` gives the
    parameters that stay fixed, and a scenario its timeline too.
    """
    from ...model.engine import simulate_many

    names = [*OUTCOMES, *(f"{name}_mean" for name in AVERAGED)]

    def run(points: pd.DataFrame, seeds: Sequence[int]) -> pd.DataFrame:
        tables = []
        for first in range(0, len(points), MODEL_ROWS):
            part = points.iloc[first : first + MODEL_ROWS]
            table = simulate_many(
                [changed(base, values) for values in part.to_dict("records")],
                seeds,
                places,
                months,
                workers,
            )
            table = table[["seed", *names]].copy()
            table.insert(0, "point", np.repeat(np.arange(first, first + len(part)), len(seeds)))
            tables.append(table)
        return pd.concat(tables, ignore_index=True)

    return run
