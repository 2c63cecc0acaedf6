"""Boxes in the space of the factors, and the two methods that search for them.

The patient rule induction method (PRIM: Friedman & Fisher 1999; Bryant & Lempert 2010) is the EMA
workbench's, regression trees (CART: Breiman et al. 1984) are scikit-learn's. A point's value is the
share of its runs that are of interest, so luck counts as luck. Restrictions that the points do not
support (quasi-p of Bryant & Lempert above 0.05) are taken back, one side at a time.

Cases may gather in several regions. After PRIM has found a box, its points are set aside and the
next box is sought among the rest (covering: Friedman & Fisher 1999), by the workbench's repeated
`find_box`.

Of the workbench's PRIM only the peeling is used. Its pasting starts from the last, over-peeled box,
which is not the one chosen; and with pandas 3 it fails on whole numbers, so these are given as
decimals.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import scipy

from ...foundation.errors import BadInput
from ...sweeps.factors import Factor

Box = dict[str, tuple[float, float]]
"""Restricted factors with their limits, inclusive; an open side is infinite."""
LEVEL = 0.05
PEEL = MASS_MIN = 0.05
"""PRIM takes off a twentieth at a time and stops at a twentieth of all points, the workbench's and
Bryant & Lempert's usual values.
"""
FOLDS = 10
MOST_TREES = 15


def inside(points: pd.DataFrame, box: Box) -> np.ndarray:
    """Which points lie in a box."""
    found = np.ones(len(points), bool)
    for name, (low, high) in box.items():
        values = points[name].to_numpy(float)
        found &= (values >= low) & (values <= high)
    return found


def quasi_p(points: pd.DataFrame, share: np.ndarray, box: Box) -> dict[tuple[str, int], float]:
    """For each side of each restriction: the probability of at least this many cases in the box if
    that side made no difference (one-sided binomial test of Bryant & Lempert 2010, appendix). On
    points that helped to choose the limit it is too small; on other points it is a proper p value.
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
            found[name, side] = (
                float(scipy.stats.binom.sf(cases - 1, count, rate)) if count else 1.0
            )
    return found


def without(box: Box, name: str, side: int) -> Box:
    """The box with one side of one restriction removed."""
    low, high = box[name]
    limits = (-math.inf, high) if side == 0 else (low, math.inf)
    return {
        each: kept for each, kept in {**box, name: limits}.items() if not all(map(math.isinf, kept))
    }


def supported(points: pd.DataFrame, share: np.ndarray, box: Box) -> Box:
    """The box without the sides that the points do not support; the weakest side is
    removed first.
    """
    while box:
        (name, side), worst = max(quasi_p(points, share, box).items(), key=lambda item: item[1])
        if worst <= LEVEL:
            break
        box = without(box, name, side)
    return box


def rounded(box: Box, factors: tuple[Factor, ...]) -> Box:
    """The limits as readers see them: whole numbers inside the box, otherwise rounded to a
    hundredth of the range.
    """
    found = {}
    for factor in factors:
        if factor.name not in box:
            continue
        low, high = box[factor.name]
        if factor.kind == "integer":
            low, high = (
                (low if math.isinf(low) else math.ceil(low)),
                (high if math.isinf(high) else math.floor(high)),
            )
        else:
            places = 2 - math.floor(math.log10(factor.high - factor.low))
            low, high = round(low, places), round(high, places)
        found[factor.name] = (float(low), float(high))
    return found


@dataclass(frozen=True)
class Search:
    """A search for a box. box: what it found, rounded for readers; empty if no restriction is
    supported. path: every step on the way, each with one box or several; empty if the box lies on
    the path of the search before it. taken: the step that was chosen.
    """

    box: Box
    path: tuple[tuple[Box, ...], ...]
    taken: int


def library(name: str, kind: str = "discover") -> Any:
    """A module of the extra `discovery`; raises one clear message if it is not installed. kind: the
    experiment that needs it.
    """
    import importlib

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return importlib.import_module(name)
    except ImportError as error:
        raise BadInput(
            f"experiment={kind} needs packages that are not installed ({error.name}): pip "
            f"install 'localism_sim[discovery]'"
        ) from None


def advantage(share: np.ndarray, held: np.ndarray) -> float:
    """Coverage of cases minus coverage of all other points (Youden 1950): largest where density and
    coverage are best balanced, whatever the share of cases.
    """
    return float(share[held].sum() / share.sum() - (1.0 - share[held]).sum() / (1.0 - share).sum())


def prim(
    factors: tuple[Factor, ...], points: pd.DataFrame, share: np.ndarray, density: float | None
) -> Iterator[Search]:
    """Peel, take the step with the best balance (or, with `density`, the one of greatest coverage
    that is as dense), and take back what is not supported; then set the box's points aside and do
    the same with the rest. The last search is the first that finds no box denser than all points
    are.
    """
    module = library("ema_workbench.analysis.prim")

    class Peeling(module.Prim):  # type: ignore[name-defined]
        """PRIM without pasting."""

        def _paste(self, box):
            return box

    method = Peeling(points.astype(float), share.astype(float), peel_alpha=PEEL, mass_min=MASS_MIN)
    rest = np.ones(len(points), bool)
    while min(share[rest].sum(), (1.0 - share[rest]).sum()) >= 1.0:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = method.find_box()
        path = tuple((restricted(limits, found.box_lims[0]),) for limits in found.box_lims)
        taken = step_taken(points[rest], share[rest], [boxes[0] for boxes in path], density)
        box = rounded(supported(points[rest], share[rest], path[taken][0]), factors)
        held = rest & inside(points, box)
        if not box or share[held].mean() <= share.mean():
            yield Search({}, path, taken)
            return
        yield Search(box, path, taken)
        found.update(limits_of(box, found.box_lims[0]), np.flatnonzero(held))
        rest &= ~held


def step_taken(
    points: pd.DataFrame, share: np.ndarray, path: list[Box], density: float | None
) -> int:
    """The step of a peeling with the best balance; with `density`, the first step that is as dense,
    or otherwise the densest.
    """
    holds = [inside(points, box) for box in path]
    if density is None:
        return int(np.argmax([advantage(share, held) for held in holds]))
    dense = [k for k, held in enumerate(holds) if share[held].mean() >= density]
    return min(dense) if dense else int(np.argmax([share[held].mean() for held in holds]))


def restricted(limits: pd.DataFrame, whole: pd.DataFrame) -> Box:
    """The workbench's limits, a column per factor, as a box."""
    found = {}
    for name in whole.columns:
        low, high = (float(limits[name].iloc[k]) for k in (0, 1))
        ends = (
            low if low > whole[name].iloc[0] else -math.inf,
            high if high < whole[name].iloc[1] else math.inf,
        )
        if not all(map(math.isinf, ends)):
            found[str(name)] = ends
    return found


def limits_of(box: Box, whole: pd.DataFrame) -> pd.DataFrame:
    """A box as the workbench's limits; an open side gets the limit of `whole`."""
    limits = whole.copy()
    for name, (low, high) in box.items():
        limits[name] = [max(low, whole[name].iloc[0]), min(high, whole[name].iloc[1])]
    return limits


def cart(
    factors: tuple[Factor, ...], points: pd.DataFrame, share: np.ndarray, density: float | None
) -> Iterator[Search]:
    """A regression tree of the shares, pruned to the simplest within one standard error of the best
    in ten-fold cross-validation (Breiman et al. 1984); boxes are the leaves with more cases than
    `density` (default: than all points), the one with the greatest excess of cases first.
    """
    tree, selection = library("sklearn.tree"), library("sklearn.model_selection")
    values = points.to_numpy(float)

    def grown(alpha: float) -> Any:
        return tree.DecisionTreeRegressor(
            min_samples_leaf=max(1, round(MASS_MIN * len(share))), ccp_alpha=alpha, random_state=0
        )

    alphas = np.unique(
        np.maximum(grown(0.0).cost_complexity_pruning_path(values, share).ccp_alphas, 0.0)
    )
    alphas = alphas[
        np.unique(np.linspace(0, len(alphas) - 1, min(len(alphas), MOST_TREES)).round().astype(int))
    ]
    folds = selection.KFold(FOLDS, shuffle=True, random_state=0)
    errors = np.array(
        [
            -selection.cross_val_score(
                grown(alpha), values, share, cv=folds, scoring="neg_mean_squared_error"
            )
            for alpha in alphas
        ]
    )
    mean, error = errors.mean(axis=1), errors.std(axis=1, ddof=1) / math.sqrt(FOLDS)
    best = int(mean.argmin())
    taken = int(np.flatnonzero(mean <= mean[best] + error[best]).max())
    least = float(share.mean()) if density is None else density
    path = tuple(
        leaves_above(grown(alpha).fit(values, share), points, share, least)
        for alpha in alphas[::-1]
    )
    step = len(alphas) - 1 - taken
    leaves = [rounded(box, factors) for box in path[step] if box]
    yield Search(leaves[0] if leaves else {}, path, step)
    yield from (Search(box, (), step) for box in [*leaves[1:], {}])


def leaves_above(
    fitted: Any, points: pd.DataFrame, share: np.ndarray, least: float
) -> tuple[Box, ...]:
    """Leaves with more cases than `least`, the greatest excess first; the tree's single leaf,
    unrestricted, is an empty box.
    """
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
        walk(
            int(nodes.children_right[node]),
            {**box, name: (max(low, math.nextafter(cut, math.inf)), high)},
        )

    walk(0, {})
    return tuple(box for _, box in sorted(found, key=lambda item: -item[0]))


SEARCHES: dict[
    str, Callable[[tuple[Factor, ...], pd.DataFrame, np.ndarray, float | None], Iterator[Search]]
] = {"prim": prim, "cart": cart}
