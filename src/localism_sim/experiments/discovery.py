"""Scenario discovery: under which conditions is an outcome of interest? Boxes that can be read aloud, and how far to trust them.

What the methods of `boxes` find is judged here:

- A point, not a run, is the unit of every interval.
- Two thirds of the points find the box, the last third judges it: density in the points that chose the limits flatters.
- The search is repeated on random halves of all points: how often does each restriction come back, and with which limit?
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from .boxes import FITS, Box, Fit, inside, quasi_p, rounded
from .factors import Factor, check_factors
from .methods import Z

HELD_OUT = 1.0 / 3.0
FEWEST_CASES = 20
STABLE = 0.8
"""A restriction that returns in this share of the halves is called stable."""


def space_filling(factors: tuple[Factor, ...], samples: int, seed: int = 0) -> pd.DataFrame:
    """Points of a scrambled Sobol sequence (Owen 1998) over the factors, each different point once; the first half of a larger sample is the smaller one."""
    check_factors(factors)
    even = stats.qmc.Sobol(len(factors), scramble=True, rng=seed).random(samples)
    values = {}
    for k, factor in enumerate(factors):
        low, high = factor.bounds
        values[factor.name] = factor.values(low + (high - low) * even[:, k])
    return pd.DataFrame(values).drop_duplicates(ignore_index=True)


@dataclass(frozen=True)
class Judged:
    """A box on some points. density: share of cases in it; coverage: share of all cases that it holds; mass: share of points in it; each share of cases with
    its 95% interval (Wilson 1927). base: share of cases among all these points.
    """

    points: int
    base: float
    mass: float
    density: float
    density_low: float
    density_high: float
    coverage: float
    coverage_low: float
    coverage_high: float


def wilson(share: float, count: float) -> tuple[float, float]:
    """Wilson's (1927) 95% interval of a share among `count` values; none gives 0 to 1."""
    if count <= 0:
        return 0.0, 1.0
    middle = (share + Z * Z / (2.0 * count)) / (1.0 + Z * Z / count)
    half = Z / (1.0 + Z * Z / count) * math.sqrt(max(0.0, share * (1.0 - share)) / count + Z * Z / (4.0 * count * count))
    return max(0.0, middle - half), min(1.0, middle + half)


def judged(share: np.ndarray, held: np.ndarray) -> Judged:
    """Judge the points `held` by a box. A point counts once however many runs it has, so intervals are rather too wide than too narrow."""
    cases = float(share.sum())
    density = float(share[held].mean()) if held.any() else 0.0
    coverage = float(share[held].sum()) / cases if cases else 0.0
    weight = cases**2 / float((share**2).sum()) if cases else 0.0
    return Judged(len(share), float(share.mean()), float(held.mean()), density, *wilson(density, int(held.sum())), coverage, *wilson(coverage, weight))


@dataclass(frozen=True)
class FoundBox:
    """A box. found_on, held_out: how it does on the points that found it and on those that did not. restrictions: a row a side: name, side ('above', 'below'),
    limit, p (held-out points), and for the best box returns (share of halves), limit_low, limit_high (5% and 95% of the limits that returned).
    """

    box: Box
    found_on: Judged
    held_out: Judged
    restrictions: pd.DataFrame

    @property
    def confirmed(self) -> bool:
        """Whether the held-out points in the box clearly hold more cases than all of them."""
        return self.held_out.density_low > self.held_out.base

    @property
    def stable(self) -> pd.DataFrame:
        """Restrictions that return in most halves."""
        return self.restrictions[self.restrictions["returns"] >= STABLE]


@dataclass(frozen=True)
class Discovery:
    """What discovery leaves. share: of each point's runs of interest. boxes: best first; none where there was nothing to find. trajectory: a row a step:
    coverage, density, mass, restrictions (factors restricted; for trees, leaves), held_out_coverage, held_out_density, taken. held_out: which points judged.
    halves: how many were searched. few: cases, or their absence, are too rare to search.
    """

    method: str
    factors: tuple[Factor, ...]
    points: pd.DataFrame
    share: np.ndarray
    boxes: tuple[FoundBox, ...]
    trajectory: pd.DataFrame
    held_out: np.ndarray
    halves: int
    few: bool

    @property
    def stable(self) -> bool:
        """Whether there is a box that the held-out points confirm and whose restrictions, at least one, come back."""
        return bool(self.boxes) and self.boxes[0].confirmed and len(self.boxes[0].stable) > 0


def discover(factors: tuple[Factor, ...], points: pd.DataFrame, share: np.ndarray, method: str = "prim", density: float | None = None, halves: int = 20,
             seed: int = 0) -> Discovery:
    """Find boxes in which cases of interest gather, and judge them. points: a row a point, a column a factor; share: of each point's runs of interest."""
    share = np.asarray(share, float)
    random = np.random.default_rng(seed)
    kept_apart = np.zeros(len(share), bool)
    kept_apart[random.permutation(len(share))[: round(HELD_OUT * len(share))]] = True
    cases = float(share.sum())
    if min(cases, len(share) - cases) < FEWEST_CASES:
        return Discovery(method, factors, points, share, (), pd.DataFrame(), kept_apart, 0, True)
    fit = FITS[method](points[~kept_apart], share[~kept_apart], density)
    boxes = [rounded(box, factors) for box in fit.boxes]
    again = [first_box(method, factors, points, share, density, random) for _ in range(halves)] if boxes else []
    found = tuple(found_box(box, points, share, kept_apart, again if number == 0 else []) for number, box in enumerate(boxes))
    return Discovery(method, factors, points, share, found, trajectory(fit, points, share, kept_apart), kept_apart, len(again), False)


@dataclass(frozen=True)
class Asked:
    """What a discovery asks: which outcome passes which threshold, over which factors, and how boxes are searched for."""

    factors: tuple[Factor, ...]
    outcome: str
    threshold: float
    above: bool
    method: str
    density: float | None
    samples: int
    halves: int
    seeds: tuple[int, ...]


@dataclass(frozen=True)
class Found:
    """What was asked, every run, and what was found."""

    asked: Asked
    months: int
    runs: pd.DataFrame
    discovery: Discovery


def first_box(method: str, factors: tuple[Factor, ...], points: pd.DataFrame, share: np.ndarray, density: float | None, random: np.random.Generator) -> Box:
    """The best box of a random half of all points; empty where none is found."""
    half = random.permutation(len(share))[: len(share) // 2]
    if share[half].sum() < 1.0 or (1.0 - share[half]).sum() < 1.0:
        return {}
    found = FITS[method](points.iloc[half], share[half], density).boxes
    return rounded(found[0], factors) if found else {}


def found_box(box: Box, points: pd.DataFrame, share: np.ndarray, kept_apart: np.ndarray, again: list[Box]) -> FoundBox:
    """Judge a box on both parts, and its restrictions by the boxes of the halves."""
    held = inside(points, box)
    p = quasi_p(points[kept_apart], share[kept_apart], box)
    rows = []
    for name, side in p:
        limits = [other[name][side] for other in again if name in other and not math.isinf(other[name][side])]
        low, high = np.quantile(limits, [0.05, 0.95]) if limits else (math.nan, math.nan)
        rows.append({"name": name, "side": ("above", "below")[side], "limit": box[name][side], "p": p[name, side],
                     "returns": len(limits) / len(again) if again else math.nan, "limit_low": float(low), "limit_high": float(high)})
    names = ["name", "side", "limit", "p", "returns", "limit_low", "limit_high"]
    table = pd.DataFrame(rows, columns=names).sort_values("p", kind="stable", ignore_index=True)
    return FoundBox(box, judged(share[~kept_apart], held[~kept_apart]), judged(share[kept_apart], held[kept_apart]), table)


def trajectory(fit: Fit, points: pd.DataFrame, share: np.ndarray, kept_apart: np.ndarray) -> pd.DataFrame:
    """Coverage and density at every step, on the points that find and on those held out."""
    rows = []
    for step, boxes in enumerate(fit.path):
        held = np.any([inside(points, box) for box in boxes], axis=0) if boxes else np.zeros(len(share), bool)
        finding, judging = judged(share[~kept_apart], held[~kept_apart]), judged(share[kept_apart], held[kept_apart])
        rows.append({"step": step, "coverage": finding.coverage, "density": finding.density, "mass": finding.mass,
                     "restrictions": len(boxes[0]) if len(boxes) == 1 else len(boxes), "held_out_coverage": judging.coverage,
                     "held_out_density": judging.density if held[kept_apart].any() else math.nan, "taken": step == fit.taken})
    return pd.DataFrame(rows)
