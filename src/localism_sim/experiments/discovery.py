"""Scenario discovery: under which conditions is an outcome of interest? Boxes that can be read aloud, and how far to trust them.

The patient rule induction method (PRIM: Friedman & Fisher 1999; Bryant & Lempert 2010) is the EMA workbench's, regression trees (CART: Breiman et al. 1984) are
scikit-learn's. This module feeds them and judges what they find:

- A point's value is the share of its runs that are of interest, so luck counts as luck; a point, not a run, is the unit of every interval.
- Two thirds of the points find the box, the last third judges it: density in the points that chose the limits flatters.
- Restrictions that the finding points do not support (quasi-p of Bryant & Lempert above 0.05) are taken back, one side at a time.
- The search is repeated on random halves of all points: how often does each restriction come back, and with which limit?

Of the workbench's PRIM only the peeling is used. Its pasting starts from the last, over-peeled box, which is not the one chosen; and with pandas 3 it fails on
whole numbers, so these are given as decimals.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from ..parameters import BadInput
from .factors import Factor, check_factors
from .methods import Z

Box = dict[str, tuple[float, float]]
"""Restricted factors with their limits, inclusive; an open side is infinite."""
LEVEL = 0.05
PEEL = MASS_MIN = 0.05
"""PRIM takes off a twentieth at a time and stops at a twentieth of all points, the workbench's and Bryant & Lempert's usual values."""
HELD_OUT = 1.0 / 3.0
FEWEST_CASES = 20
STABLE = 0.8
"""A restriction that returns in this share of the halves is called stable."""
FOLDS = 10
MOST_TREES = 15


def space_filling(factors: tuple[Factor, ...], samples: int, seed: int = 0) -> pd.DataFrame:
    """Points of a scrambled Sobol sequence (Owen 1998) over the factors, each different point once; the first half of a larger sample is the smaller one."""
    check_factors(factors)
    even = stats.qmc.Sobol(len(factors), scramble=True, rng=seed).random(samples)
    values = {}
    for k, factor in enumerate(factors):
        low, high = factor.bounds
        values[factor.name] = factor.values(low + (high - low) * even[:, k])
    return pd.DataFrame(values).drop_duplicates(ignore_index=True)


def inside(points: pd.DataFrame, box: Box) -> np.ndarray:
    """Which points lie in a box."""
    found = np.ones(len(points), bool)
    for name, (low, high) in box.items():
        values = points[name].to_numpy(float)
        found &= (values >= low) & (values <= high)
    return found


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


def quasi_p(points: pd.DataFrame, share: np.ndarray, box: Box) -> dict[tuple[str, int], float]:
    """For each side of each restriction, how likely at least so many cases are in the box if that side made no difference (one-sided binomial test of Bryant
    & Lempert 2010, appendix). On points that helped to choose the limit it flatters; on others it is a proper p.
    """
    held = inside(points, box)
    found = {}
    for name, limits in box.items():
        for side in (0, 1):
            if math.isinf(limits[side]):
                continue
            wider = inside(points, without(box, name, side))
            rate = float(share[wider].mean()) if wider.any() else 0.0
            cases, count = math.floor(share[held].sum() + 1e-9), int(held.sum())
            found[name, side] = float(stats.binom.sf(cases - 1, count, rate)) if count else 1.0
    return found


def without(box: Box, name: str, side: int) -> Box:
    """The box with one side of one restriction taken back."""
    low, high = box[name]
    limits = (-math.inf, high) if side == 0 else (low, math.inf)
    return {each: kept for each, kept in {**box, name: limits}.items() if not all(map(math.isinf, kept))}


def supported(points: pd.DataFrame, share: np.ndarray, box: Box) -> Box:
    """The box without the sides that the points do not support, the weakest taken back first."""
    while box:
        (name, side), worst = max(quasi_p(points, share, box).items(), key=lambda item: item[1])
        if worst <= LEVEL:
            break
        box = without(box, name, side)
    return box


def rounded(box: Box, factors: tuple[Factor, ...]) -> Box:
    """Limits as they are read: whole numbers that the box holds, else a hundredth of the range."""
    found = {}
    for factor in factors:
        if factor.name not in box:
            continue
        low, high = box[factor.name]
        if factor.kind == "integer":
            low, high = (low if math.isinf(low) else math.ceil(low)), (high if math.isinf(high) else math.floor(high))
        else:
            places = 2 - math.floor(math.log10(factor.high - factor.low))
            low, high = round(low, places), round(high, places)
        found[factor.name] = (float(low), float(high))
    return found


@dataclass(frozen=True)
class Fit:
    """What a method finds. boxes: the best first. path: every step on the way, each one box or several; taken: the step that was taken."""

    boxes: tuple[Box, ...]
    path: tuple[tuple[Box, ...], ...]
    taken: int


def library(name: str) -> Any:
    """A module of the extra `discovery`, or one clear message."""
    import importlib

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return importlib.import_module(name)
    except ImportError as error:
        raise BadInput(f"experiment=discover needs packages that are not installed ({error.name}): pip install 'localism_sim[discovery]'") from None


def advantage(share: np.ndarray, held: np.ndarray) -> float:
    """Coverage of cases less coverage of all else (Youden 1950): most where density gained and coverage lost balance, whatever share of all runs are cases."""
    return float(share[held].sum() / share.sum() - (1.0 - share[held]).sum() / (1.0 - share).sum())


def prim(points: pd.DataFrame, share: np.ndarray, density: float | None) -> Fit:
    """Peel, take the step with the best balance (or, with `density`, the one of greatest coverage that is as dense), and take back what is not supported."""
    module = library("ema_workbench.analysis.prim")

    class Peeling(module.Prim):  # type: ignore[name-defined]
        """PRIM without pasting."""

        def _paste(self, box):
            return box

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = Peeling(points.astype(float), share.astype(float), peel_alpha=PEEL, mass_min=MASS_MIN).find_box()
    path = tuple((restricted(limits, found.box_lims[0]),) for limits in found.box_lims)
    holds = [inside(points, boxes[0]) for boxes in path]
    dense = [k for k, held in enumerate(holds) if density is not None and share[held].mean() >= density]
    if density is None:
        taken = int(np.argmax([advantage(share, held) for held in holds]))
    else:
        taken = min(dense) if dense else int(np.argmax([share[held].mean() for held in holds]))
    box = supported(points, share, path[taken][0])
    return Fit((box,) if box else (), path, taken)


def restricted(limits: pd.DataFrame, whole: pd.DataFrame) -> Box:
    """The workbench's limits, a column a factor, as a box."""
    found = {}
    for name in whole.columns:
        low, high = (float(limits[name].iloc[k]) for k in (0, 1))
        ends = (low if low > whole[name].iloc[0] else -math.inf, high if high < whole[name].iloc[1] else math.inf)
        if not all(map(math.isinf, ends)):
            found[str(name)] = ends
    return found


def cart(points: pd.DataFrame, share: np.ndarray, density: float | None) -> Fit:
    """A regression tree of the shares, pruned to the simplest within one standard error of the best in ten-fold cross-validation (Breiman et al. 1984); boxes
    are the leaves with more cases than `density` (default: than all points), the one with the greatest excess of cases first.
    """
    tree, selection = library("sklearn.tree"), library("sklearn.model_selection")
    values = points.to_numpy(float)

    def grown(alpha: float) -> Any:
        return tree.DecisionTreeRegressor(min_samples_leaf=max(1, round(MASS_MIN * len(share))), ccp_alpha=alpha, random_state=0)

    alphas = np.unique(np.maximum(grown(0.0).cost_complexity_pruning_path(values, share).ccp_alphas, 0.0))
    alphas = alphas[np.unique(np.linspace(0, len(alphas) - 1, min(len(alphas), MOST_TREES)).round().astype(int))]
    folds = selection.KFold(FOLDS, shuffle=True, random_state=0)
    errors = np.array([-selection.cross_val_score(grown(alpha), values, share, cv=folds, scoring="neg_mean_squared_error") for alpha in alphas])
    mean, error = errors.mean(axis=1), errors.std(axis=1, ddof=1) / math.sqrt(FOLDS)
    best = int(mean.argmin())
    taken = int(np.flatnonzero(mean <= mean[best] + error[best]).max())
    least = float(share.mean()) if density is None else density
    path = tuple(leaves_above(grown(alpha).fit(values, share), points, share, least) for alpha in alphas[::-1])
    chosen = path[len(alphas) - 1 - taken]
    return Fit(tuple(box for box in chosen if box), path, len(alphas) - 1 - taken)


def leaves_above(fitted: Any, points: pd.DataFrame, share: np.ndarray, least: float) -> tuple[Box, ...]:
    """Leaves with more cases than `least`, the greatest excess first; the tree's single leaf, unrestricted, is an empty box."""
    found, nodes = [], fitted.tree_

    def walk(node: int, box: Box) -> None:
        if nodes.children_left[node] == -1:
            held = inside(points, box)
            if share[held].mean() > least or not box:
                found.append((float((share[held] - share.mean()).sum()), box))
            return
        name, cut = str(points.columns[nodes.feature[node]]), float(nodes.threshold[node])
        low, high = box.get(name, (-math.inf, math.inf))
        walk(int(nodes.children_left[node]), {**box, name: (low, min(high, cut))})
        walk(int(nodes.children_right[node]), {**box, name: (max(low, math.nextafter(cut, math.inf)), high)})

    walk(0, {})
    return tuple(box for _, box in sorted(found, key=lambda item: -item[0]))


FITS: dict[str, Callable[[pd.DataFrame, np.ndarray, float | None], Fit]] = {"prim": prim, "cart": cart}


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
