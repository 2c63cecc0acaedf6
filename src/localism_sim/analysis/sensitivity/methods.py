"""The methods of sensitivity analysis, each with how it samples and how it estimates: SALib
computes, this module knows its traps. SALib takes a second to load, so it is loaded where it
computes and a question can be refused without it.

- A seed of 0 means "no seed" to some of SALib's functions, so seeds are shifted by one.
- PAWN comes without intervals: rows are resampled here. SALib's estimator works out exact p-values
  that it then throws away, so the resamples get the same
  distances by counting, some fifty times as fast (a test holds them equal).
- Delta's own point estimate is taken from one random resample, which makes it noisier than its
  interval says; here SALib's `calc_delta` sees all rows once, and
  the bias correction of Plischke et al. (2013, equation 30) and the interval come from resampled
  rows.
- Latin hypercubes with groups would move whole groups as one factor, so the methods that use them
  take single factors only.
- Factors enter PAWN, delta and RBD-FAST by the even sample behind their values, so that slices hold
  equally many rows although whole numbers tie.
- RBD-FAST looks at 10 harmonics: the share of a parameter with two values comes out about 4% too
  low (8/pi^2 times the sum of 1/k^2 for odd k < 10).
"""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ..intervals import CONFIDENCE, Z

LEVELS = 4
MORRIS_STEP = LEVELS / (2.0 * (LEVELS - 1))
"""Morris: the number of grid levels, and the step along the grid as a share of a factor's range."""
SLICES = 10
"""PAWN: the number of equally likely slices in which each factor is held."""


@dataclass(frozen=True)
class Measure:
    """An index of a method: its column, label, meaning and unit."""

    name: str
    label: str
    meaning: str
    unit: str


@dataclass(frozen=True)
class Evaluated:
    """What a method estimates from: SALib's problem, the design's rows and the outcome of each.

    second_order: also estimate pairs. resamples: for the intervals. seed: of the resampling.
    """

    problem: dict[str, Any]
    rows: np.ndarray
    values: np.ndarray
    second_order: bool
    resamples: int
    seed: int

    def salib(self) -> dict[str, Any]:
        """The settings for intervals that SALib computes."""
        return {
            "num_resamples": self.resamples,
            "conf_level": CONFIDENCE,
            "seed": self.seed + 1,
        }

    def resampled(self, estimator: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
        """The estimator applied to rows drawn with replacement, a row per resample."""
        random, rows = np.random.default_rng(self.seed + 1), len(self.values)
        return np.array(
            [estimator(random.integers(rows, size=rows)) for _ in range(self.resamples)]
        )


@dataclass(frozen=True)
class Estimates:
    """Indices: a row a factor or group, two columns a measure (`<name>`, and `<name>_half` for half
    of the 95% interval).

    pairs: second order, columns a, b, second, second_half.
    """

    table: pd.DataFrame
    pairs: pd.DataFrame | None = None


@dataclass(frozen=True)
class Method:
    """One method. ranked: the measure that orders factors. block(factors, second_order): design
    rows for each of the N samples; smallest: least N.

    sample(problem, N, seed, second_order) -> array of rows.
    """

    name: str
    title: str
    source: str
    samples_mean: str
    measures: tuple[Measure, ...]
    ranked: str
    sample: Callable[[dict[str, Any], int, int, bool], np.ndarray]
    estimate: Callable[[Evaluated], Estimates]
    block: Callable[[int, bool], int]
    smallest: int
    resamples: int
    power_of_two: bool = False
    takes_groups: bool = False
    takes_pairs: bool = False

    def measure(self, name: str) -> Measure:
        """The measure with that name."""
        return next(measure for measure in self.measures if measure.name == name)


def sample_sobol(
    problem: dict[str, Any], samples: int, seed: int, second_order: bool
) -> np.ndarray:
    """Saltelli's rows from a scrambled Sobol sequence: blocks A, AB_1..AB_k, (BA_1..BA_k,) B, so
    the first blocks are a smaller design of the same kind.
    """
    from SALib.sample import sobol

    return sobol.sample(problem, samples, calc_second_order=second_order, seed=seed)


def estimate_sobol(given: Evaluated) -> Estimates:
    """First-order and total shares of variance, and of pairs."""
    from SALib.analyze import sobol as sobol_analysis
    from SALib.util import extract_group_names

    found = sobol_analysis.analyze(
        given.problem, given.values, calc_second_order=given.second_order, **given.salib()
    )
    names, _ = extract_group_names(given.problem)
    columns = {"first": "S1", "first_half": "S1_conf", "total": "ST", "total_half": "ST_conf"}
    table = pd.DataFrame({column: found[key] for column, key in columns.items()}, index=names)
    return Estimates(table, pairs_of(found, names) if given.second_order else None)


def pairs_of(found: dict[str, Any], names: Sequence[str]) -> pd.DataFrame:
    """The second-order indices of SALib, a row a pair."""
    rows = [
        (names[j], names[k], found["S2"][j, k], found["S2_conf"][j, k])
        for j, k in itertools.combinations(range(len(names)), 2)
    ]
    return pd.DataFrame(rows, columns=["a", "b", "second", "second_half"])


def without_pairs(values: np.ndarray, factors: int) -> np.ndarray:
    """Outcomes of the rows A, AB and B of a second-order Sobol design, which are a first-order
    design.
    """
    blocks = values.reshape(-1, 2 * factors + 2)
    return blocks[:, [*range(factors + 1), -1]].ravel()


def sample_morris(
    problem: dict[str, Any], samples: int, seed: int, second_order: bool
) -> np.ndarray:
    """Trajectories on a grid; each step moves one factor or group."""
    from SALib.sample import morris

    return morris.sample(problem, samples, num_levels=LEVELS, seed=seed)


def estimate_morris(given: Evaluated) -> Estimates:
    """Elementary effects for each factor's whole range.

    Mean and spread, which SALib leaves without intervals, get those of normal theory; groups have
    neither.
    """
    from SALib.analyze import morris as morris_analysis

    found = morris_analysis.analyze(
        given.problem, given.rows, given.values, num_levels=LEVELS, **given.salib()
    )
    mu_star, half, mu, sigma = (
        np.asarray(found[key], float) for key in ("mu_star", "mu_star_conf", "mu", "sigma")
    )
    table = pd.DataFrame({"mu_star": mu_star, "mu_star_half": half}, index=list(found["names"]))
    trajectories = len(given.values) // (len(table) + 1)
    if table.index.tolist() == given.problem["names"]:
        table["mu"], table["mu_half"] = mu, Z * sigma / np.sqrt(trajectories)
        table["sigma"], table["sigma_half"] = sigma, Z * sigma / np.sqrt(2.0 * (trajectories - 1))
    return Estimates(table)


def sample_latin(
    problem: dict[str, Any], samples: int, seed: int, second_order: bool
) -> np.ndarray:
    """A Latin hypercube (McKay et al. 1979), which RBD-FAST needs and PAWN and delta can use."""
    from SALib.sample import latin

    return latin.sample(problem, samples, seed=seed)


def estimate_pawn(given: Evaluated) -> Estimates:
    """Distance between the outcome's distribution and that with a factor held in a slice: median
    and largest over slices.
    """
    from SALib.analyze import pawn as pawn_analysis

    def summary(chosen: np.ndarray) -> np.ndarray:
        found = slice_distances(given.rows[chosen], given.values[chosen])
        return np.array([np.nanmedian(found, axis=0), np.nanmax(found, axis=0)])

    spread = Z * given.resampled(summary).std(axis=0, ddof=1)
    whole = pawn_analysis.analyze(given.problem, given.rows, given.values, S=SLICES)
    columns = {
        "pawn": whole["median"],
        "pawn_half": spread[0],
        "pawn_max": whole["maximum"],
        "pawn_max_half": spread[1],
    }
    return Estimates(pd.DataFrame(columns, index=given.problem["names"]))


def slice_distances(rows: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Kolmogorov-Smirnov distance of the outcome within each slice of each factor from the outcome
    in all rows, slices x factors; NaN for empty slices.

    Slices as SALib cuts them: quantiles, each without its upper edge.
    """
    order = np.argsort(values, kind="stable")
    sorted_rows, last = rows[order], np.append(np.diff(values[order]) > 0, True)
    everywhere = (np.arange(1, len(values) + 1) / len(values))[last, None]
    edges = np.quantile(rows, np.linspace(0.0, 1.0, SLICES + 1), axis=0)
    found = np.full((SLICES, rows.shape[1]), np.nan)
    for number in range(SLICES):
        counts = np.cumsum(
            (sorted_rows >= edges[number]) & (sorted_rows < edges[number + 1]), axis=0
        )
        filled = counts[-1] > 0
        found[number, filled] = np.abs(
            counts[last][:, filled] / counts[-1][filled] - everywhere
        ).max(axis=0)
    return found


def classes_for(count: int) -> int:
    """The number of classes into which Plischke et al. (2013) divide a factor with that many rows,
    at most 48.
    """
    return min(int(np.ceil(count ** (2.0 / (7.0 + np.tanh((1500.0 - count) / 500.0))))), 48)


def estimate_delta(given: Evaluated) -> Estimates:
    """Share of the outcome's distribution that shifts when a factor becomes known; bias-reduced."""
    from SALib.analyze.delta import calc_delta

    values, rows, count = given.values, given.rows, len(given.values)
    edges = np.linspace(0, count, classes_for(count) + 1)
    grid = np.linspace(values.min(), values.max(), 100)

    def deltas(chosen: np.ndarray) -> np.ndarray:
        return np.array(
            [
                calc_delta(values[chosen], grid, rows[chosen, k], edges)
                for k in range(given.problem["num_vars"])
            ]
        )

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        again, whole = given.resampled(deltas), deltas(np.arange(count))
    columns = {
        "delta": 2.0 * whole - again.mean(axis=0),
        "delta_half": Z * again.std(axis=0, ddof=1),
    }
    return Estimates(pd.DataFrame(columns, index=given.problem["names"]))


def estimate_rbd_fast(given: Evaluated) -> Estimates:
    """First-order shares of variance.

    SALib's interval comes from resamples of half the size, so it is too wide rather than too
    narrow.
    """
    from SALib.analyze import rbd_fast as rbd_fast_analysis

    found = rbd_fast_analysis.analyze(given.problem, given.rows, given.values, **given.salib())
    columns = {"first": "S1", "first_half": "S1_conf"}
    table = {column: np.array(found[key], float) for column, key in columns.items()}
    return Estimates(pd.DataFrame(table, index=given.problem["names"]))


FIRST = Measure(
    "first",
    "alone",
    "share of the variance of the outcome that the factor explains by itself",
    "share of variance",
)
TOTAL = Measure(
    "total",
    "with interactions",
    "share of the variance that would remain if all other factors were known",
    "share of variance",
)
MU_STAR = Measure(
    "mu_star",
    "size of effect",
    "mean size of the outcome's change, for the factor's whole range",
    "outcome's unit",
)
MU = Measure(
    "mu",
    "mean effect",
    "mean change of the outcome with its sign, for the factor's whole range",
    "outcome's unit",
)
SIGMA = Measure(
    "sigma",
    "unevenness",
    "standard deviation of the change: curvature and interactions",
    "outcome's unit",
)
PAWN = Measure(
    "pawn",
    "median distance",
    "median Kolmogorov-Smirnov distance between the outcome's distribution and that with the "
    "factor held",
    "distance, 0-1",
)
PAWN_MAX = Measure(
    "pawn_max",
    "largest distance",
    "largest such distance over the factor's slices",
    "distance, 0-1",
)
DELTA = Measure(
    "delta",
    "delta",
    "mean share of the outcome's distribution that shifts when the factor is known",
    "share, 0-1",
)


def single_rows(factors: int, second_order: bool) -> int:
    """One design row per sample."""
    return 1


METHODS = {
    method.name: method
    for method in (
        Method(
            "sobol",
            "Sobol indices",
            "Sobol 2001; Saltelli 2002; Saltelli et al. 2010",
            "base samples, a power of two; N x (2 x factors + 2) design rows",
            (FIRST, TOTAL),
            "total",
            sample_sobol,
            estimate_sobol,
            lambda factors, pairs: (2 if pairs else 1) * factors + 2,
            16,
            500,
            power_of_two=True,
            takes_groups=True,
            takes_pairs=True,
        ),
        Method(
            "morris",
            "Morris elementary effects",
            "Morris 1991; Campolongo et al. 2007",
            "trajectories; N x (factors + 1) design rows",
            (MU_STAR, MU, SIGMA),
            "mu_star",
            sample_morris,
            estimate_morris,
            lambda factors, pairs: factors + 1,
            8,
            1000,
            takes_groups=True,
        ),
        Method(
            "pawn",
            "PAWN",
            "Pianosi & Wagener 2018",
            "design rows",
            (PAWN, PAWN_MAX),
            "pawn",
            sample_latin,
            estimate_pawn,
            single_rows,
            128,
            100,
        ),
        Method(
            "delta",
            "Delta, moment-independent",
            "Borgonovo 2007; Plischke et al. 2013",
            "design rows",
            (DELTA,),
            "delta",
            sample_latin,
            estimate_delta,
            single_rows,
            128,
            100,
        ),
        Method(
            "rbd_fast",
            "RBD-FAST",
            "Tarantola et al. 2006; Tissot & Prieur 2012",
            "design rows",
            (FIRST,),
            "first",
            sample_latin,
            estimate_rbd_fast,
            single_rows,
            128,
            200,
        ),
    )
}
