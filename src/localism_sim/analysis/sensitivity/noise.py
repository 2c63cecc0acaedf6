"""From a table of runs to the outcomes of design rows, with how much luck is in them.

A table in which runs are missing, repeated, out of order or not numbers is refused.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...foundation.errors import BadInput, nearest
from ...model.outcomes import setting_column
from .designs import Design
from .methods import MORRIS_STEP, Z

RESAMPLES = 400
DECIMALS = 1e-9
"""Relative difference up to which a value in the table of runs counts as equal to the design's."""


def outcome_matrix(
    design: Design, runs: pd.DataFrame, outcome: str
) -> tuple[np.ndarray, tuple[int, ...]]:
    """Outcomes of the design's different points (rows) for each seed (columns), and the seeds.

    `runs` must hold a row a run, point by point with all seeds in the same order: columns point
    (row number in `design.unique()[0]`), seed, the outcome; columns with the design's parameters
    are compared if they are there. Anything else is refused (`BadInput`) with the row named,
    counted from 0.
    """
    points, _ = design.unique()
    check_columns(runs, outcome, len(points))
    found, seeds = runs["point"].to_numpy(), runs["seed"].to_numpy()
    order = seed_order(runs)
    each = np.repeat(np.arange(len(points)), len(order))
    expected = pd.DataFrame({"point": each, "seed": np.tile(np.asarray(order), len(points))})
    if (
        len(runs) != len(expected)
        or (found != expected["point"]).any()
        or (seeds != expected["seed"]).any()
    ):
        raise BadInput(
            what_is_wrong(runs[["point", "seed"]].reset_index(drop=True), expected, len(points))
        )
    check_settings(runs, points, len(order), outcome)
    return finite_outcomes(runs, outcome).reshape(len(points), len(order)), order


def check_columns(runs: pd.DataFrame, outcome: str, count: int) -> None:
    """Refuse a table that lacks a column or has no rows, or whose points and seeds are no
    numbers. count: of the design's different points.
    """
    for name in ("point", "seed", outcome):
        if name not in runs.columns:
            raise BadInput(
                f"the table of runs has no column "
                f"'{name}'.{nearest(str(name), [str(column) for column in runs.columns])}"
            )
    for name in ("point", "seed"):
        column = runs[name].to_numpy()
        if (
            not np.issubdtype(column.dtype, np.number)
            or not np.isfinite(column.astype(float)).all()
        ):
            row = first_bad(column)
            raise BadInput(
                f"row {row} of the runs has {name} = {column[row]!r}; allowed: whole numbers"
            )
    if not len(runs):
        raise BadInput(f"the table of runs is empty; the design has {count:,} different points")


def finite_outcomes(runs: pd.DataFrame, outcome: str) -> np.ndarray:
    """The outcome of every run; `BadInput` if one is not a finite number."""
    values = pd.to_numeric(runs[outcome], errors="coerce").to_numpy(float)
    bad = ~np.isfinite(values)
    if bad.any():
        first = runs.iloc[row := int(np.flatnonzero(bad)[0])]
        status = f", status {first['status']}" if "status" in runs else ""
        raise BadInput(
            f"row {row} of the runs (point {first['point']}, seed {first['seed']}{status}) has "
            f"{outcome} = {first[outcome]}; {int(bad.sum()):,} of {len(values):,} rows are no "
            "finite numbers. An index from the rest would be wrong: run them again"
        )
    return values


def seed_order(runs: pd.DataFrame) -> tuple[int, ...]:
    """All seeds, in the order of the first point that has each of them exactly once."""
    seeds = pd.unique(runs["seed"])
    rows = runs.groupby("point", sort=False)["seed"].agg(["size", "nunique"])
    whole = rows.index[(rows["size"] == len(seeds)) & (rows["nunique"] == len(seeds))]
    return tuple(
        int(seed) for seed in (runs.loc[runs["point"] == whole[0], "seed"] if len(whole) else seeds)
    )


def first_bad(column: np.ndarray) -> int:
    """The first row that is not a finite number."""
    numbers = pd.to_numeric(pd.Series(column), errors="coerce").to_numpy(float)
    return int(np.flatnonzero(~np.isfinite(numbers))[0]) if not np.isfinite(numbers).all() else 0


def what_is_wrong(found: pd.DataFrame, expected: pd.DataFrame, count: int) -> str:
    """Where and how a table of runs departs from its design."""
    outside = ~found["point"].isin(range(count))
    if outside.any():
        row = int(np.flatnonzero(outside)[0])
        return (
            f"row {row} of the runs has point {found['point'][row]}, which is not in the "
            f"design; allowed: 0 to {count - 1} (duplicate points run once)"
        )
    twice = found.duplicated()
    if twice.any():
        row = int(np.flatnonzero(twice)[0])
        point, seed = found["point"][row], found["seed"][row]
        first = int(np.flatnonzero((found["point"] == point) & (found["seed"] == seed))[0])
        return (
            f"row {row} of the runs repeats row {first}: point {point}, seed {seed}; every run "
            f"counts once"
        )
    both = expected.merge(found, on=["point", "seed"], how="left", indicator=True)
    missing = (both["_merge"] == "left_only").to_numpy()
    if missing.any():
        row = int(np.flatnonzero(missing)[0])
        return (
            f"row {row} of the runs is missing: point {expected['point'][row]}, seed "
            f"{expected['seed'][row]}; "
            f"{int(missing.sum()):,} of {len(expected):,} runs are missing in all"
        )
    row = int(np.flatnonzero((found != expected).any(axis=1).to_numpy())[0])
    return (
        f"row {row} of the runs is out of order: it holds point {found['point'][row]}, seed "
        f"{found['seed'][row]} where point {expected['point'][row]}, "
        f"seed {expected['seed'][row]} belongs; sort by point, with the seeds in the same order "
        f"for each"
    )


def check_settings(runs: pd.DataFrame, points: pd.DataFrame, seeds: int, outcome: str) -> None:
    """Refuse runs whose parameters belong to another design."""
    for name in points:
        column = setting_column(name)
        if column not in runs or column == outcome:
            continue
        given, wanted = runs[column].to_numpy(float), np.repeat(points[name].to_numpy(float), seeds)
        apart = ~(np.abs(given - wanted) <= DECIMALS * np.maximum(1.0, np.abs(wanted)))
        if apart.any():
            row = int(np.flatnonzero(apart)[0])
            raise BadInput(
                f"row {row} of the runs has {column} = {given[row]}, but point {row // seeds} of "
                f"the design has {wanted[row]}: "
                "these runs are of another design"
            )


@dataclass(frozen=True)
class Noise:
    """Replication noise: what another seed changes at the same point.

    share, low, high: variance within points over the total variance of single runs, with its 95%
    interval (resampled design blocks). in_means, in_means_low, in_means_high: the same for means
    over seeds, counting only luck that differs from point to point (what all points of a seed have
    in common moves no index). All NaN with one seed.
    """

    seeds: tuple[int, ...]
    share: float
    low: float
    high: float
    in_means: float
    in_means_low: float
    in_means_high: float

    @property
    def known(self) -> bool:
        """Whether there are enough seeds to estimate it."""
        return len(self.seeds) > 1


def noise_of(matrix: np.ndarray, seeds: tuple[int, ...], block: int, random: int = 0) -> Noise:
    """Noise of a matrix of outcomes, design rows x seeds; blocks of rows that belong together are
    resampled together.
    """
    count = len(seeds)
    if count < 2:
        return Noise(seeds, *[float("nan")] * 6)
    means = matrix.mean(axis=1)
    centred = matrix - means[:, None]
    within = (centred**2).sum(axis=1) / (count - 1)
    luck = ((centred - centred.mean(axis=0)) ** 2).sum(axis=1) / (count - 1)
    shifted = means - means.mean()
    sums = np.column_stack([within, luck, shifted, shifted**2]).reshape(-1, block, 4).mean(axis=1)

    def shares(average: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        inside, own, first, second = np.moveaxis(average, -1, 0)
        of_means = np.maximum(second - first**2, np.finfo(float).tiny)
        between = np.maximum(of_means - own / count, 0.0)
        return inside / np.maximum(between + inside, np.finfo(float).tiny), np.minimum(
            own / count / of_means, 1.0
        )

    weights = np.random.default_rng(random).multinomial(
        len(sums), np.full(len(sums), 1.0 / len(sums)), size=RESAMPLES
    ) / len(sums)
    share, in_means = (float(value) for value in shares(sums.mean(axis=0)))
    again = shares(weights @ sums)
    (low, high), (means_low, means_high) = (np.quantile(values, [0.025, 0.975]) for values in again)
    return Noise(
        seeds, share, float(low), float(high), in_means, float(means_low), float(means_high)
    )


def luck_of_factors(design: Design, matrix: np.ndarray) -> pd.DataFrame:
    """What luck alone would give each factor (rows) in the ranked measure: luck and luck_high, the
    upper end of its 95% interval; NaN where it cannot be known.

    matrix: design rows x seeds. Sobol's total and Morris's effect are made of differences d between
    two rows of the same seeds. What d varies from seed to seed is luck that the factor's change
    reshuffled. With R seeds it adds E[var(d)] / 2R to the numerator of the total index, and would
    by itself give a Morris effect of sqrt(2/pi) * sd(d) / sqrt(R), were d normal. Luck that a
    change leaves alone cancels: that is what common seeds are for. The other methods compare
    unpaired rows, so there the placebo alone shows the floor.
    """
    count, nothing = matrix.shape[1], float("nan")
    if count < 2 or design.method not in ("sobol", "morris"):
        return pd.DataFrame({"luck": nothing, "luck_high": nothing}, index=design.names)
    blocks = matrix.reshape(design.samples, design.block, count)
    if design.method == "sobol":
        ends = blocks[:, [0, -1]].mean(axis=2)
        found = (blocks[:, :1] - blocks[:, 1 : 1 + len(design.names)]).var(axis=2, ddof=1) / (
            2.0 * count * ends.var()
        )
    else:
        steps = np.diff(blocks, axis=1).std(axis=2, ddof=1) / small_sample(count)
        found = (
            np.take_along_axis(steps, step_of_factor(design), axis=1)
            * math.sqrt(2.0 / (math.pi * count))
            / MORRIS_STEP
        )
    mean, error = found.mean(axis=0), found.std(axis=0, ddof=1) / math.sqrt(len(found))
    return pd.DataFrame({"luck": mean, "luck_high": mean + Z * error}, index=design.names)


def small_sample(count: int) -> float:
    """The mean standard deviation of `count` normal values, as a share of the true one."""
    return math.sqrt(2.0 / (count - 1)) * math.exp(
        math.lgamma(count / 2.0) - math.lgamma((count - 1) / 2.0)
    )


def step_of_factor(design: Design) -> np.ndarray:
    """The step of each Morris trajectory in which each factor or group moves, trajectories x
    factors.
    """
    moved = np.diff(design.sample.reshape(design.samples, design.block, -1), axis=1) != 0
    member = np.array(
        [
            [
                name in (factor.name, factor.group if design.grouped else factor.name)
                for name in design.names
            ]
            for factor in design.factors
        ]
    )
    return (moved.astype(float) @ member).argmax(axis=1)
