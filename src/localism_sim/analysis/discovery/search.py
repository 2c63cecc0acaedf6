"""Scenario discovery: under which conditions is an outcome of interest?

Boxes that can be read aloud, and how far to trust them.

What the methods of `boxes` find is judged here:

- A point, not a run, is the unit of every interval.
- Two thirds of the points find the box, the last third judges it: density in the points that chose
  the limits flatters.
- The search is repeated on random halves of all points: how often does each restriction come back,
  and with which limit?
- A box after the first is kept only if it earns its keep on the points held out: clearly denser
  than all of them, and worth a tenth of all cases more.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Literal

import numpy as np
import pandas as pd
import scipy

from ...foundation.checks import whole_number
from ...sweeps.factors import Factor, check_factors
from ..intervals import wilson
from .boxes import SEARCHES, Box, Search, inside, quasi_p

HELD_OUT = 1.0 / 3.0
FEWEST_CASES = 20
STABLE = 0.8
"""A restriction that is found again in this share of the random halves is called stable."""
LEAST_GAIN = 0.1
"""A second or later box that adds less than this share of all cases is not reported: it is mostly
the rim of an earlier box.
"""
MOST_BOXES = 5


def space_filling(factors: tuple[Factor, ...], samples: int, seed: int = 0) -> pd.DataFrame:
    """Points of a scrambled Sobol sequence (Owen 1998) over the factors, each different point once;
    the first half of a larger sample is the smaller one.
    """
    check_factors(factors)
    even = scipy.stats.qmc.Sobol(len(factors), scramble=True, rng=seed).random(samples)
    values = {}
    for k, factor in enumerate(factors):
        low, high = factor.bounds
        values[factor.name] = factor.values(low + (high - low) * even[:, k])
    return pd.DataFrame(values).drop_duplicates(ignore_index=True)


@dataclass(frozen=True)
class Judged:
    """A box on some points. density: share of cases in it; coverage: share of all cases that it
    holds; mass: share of points in it; each share of cases with its 95% interval (Wilson 1927).
    base: share of cases among all these points.
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


def judged(share: np.ndarray, held: np.ndarray) -> Judged:
    """How the points `held` by a box compare with the others.

    A point counts once however many runs it has, so intervals are too wide rather than too narrow.
    """
    cases = float(share.sum())
    density = float(share[held].mean()) if held.any() else 0.0
    coverage = float(share[held].sum()) / cases if cases else 0.0
    weight = cases**2 / float((share**2).sum()) if cases else 0.0
    return Judged(
        len(share),
        float(share.mean()),
        float(held.mean()),
        density,
        *wilson(density, int(held.sum())),
        coverage,
        *wilson(coverage, weight),
    )


@dataclass(frozen=True)
class FoundBox:
    """A box, without the points of boxes before it. held: which points it holds. found_on,
    held_out: how it does on the points that found it and on those that did not. restrictions: a row
    a side: name, side ('above', 'below'), limit, p (held-out points), and for boxes that are kept
    returns (share of halves), limit_low, limit_high (5% and 95% of the limits that returned).
    """

    box: Box
    held: np.ndarray
    found_on: Judged
    held_out: Judged
    restrictions: pd.DataFrame

    @property
    def confirmed(self) -> bool:
        """Whether the held-out points in the box clearly include more cases than all held-out
        points.
        """
        return self.held_out.density_low > self.held_out.base

    @property
    def stable(self) -> pd.DataFrame:
        """Restrictions that are found again in most halves."""
        return self.restrictions[self.restrictions["returns"] >= STABLE]


Ended = Literal["asked", "unconfirmed", "few", "nothing", "base", "thin", "small"]
"""Why there are no more boxes: as many were found as were asked for; the held-out points do not
confirm the first; too few cases, or exceptions, lie outside the boxes; the rest holds no box; or
the next box is refused, because it is not clearly denser than all points, is clearly less dense
than asked for, or adds too few cases.
"""


@dataclass(frozen=True)
class Discovery:
    """What discovery leaves. share: of each point's runs of interest. boxes: in the order in which
    they were found; none where there was nothing to find. ended: why there are no more; refused:
    the box that did not earn its keep. trajectory: a row a step: box (1 for the first; the last may
    be one that was not kept), step, coverage, density, mass, restrictions (factors restricted; for
    trees, leaves), held_out_coverage, held_out_density, taken. held_out: which points judged.
    halves: how many were searched. few: cases, or their absence, are too rare to search.
    """

    method: str
    factors: tuple[Factor, ...]
    points: pd.DataFrame
    share: np.ndarray
    boxes: tuple[FoundBox, ...]
    ended: Ended
    refused: FoundBox | None
    trajectory: pd.DataFrame
    held_out: np.ndarray
    halves: int
    few: bool

    @property
    def stable(self) -> bool:
        """Whether there is a box that the held-out points confirm and at least one of whose
        restrictions is stable.
        """
        return bool(self.boxes) and self.boxes[0].confirmed and len(self.boxes[0].stable) > 0

    @property
    def in_box(self) -> np.ndarray:
        """Each point's box: 1 for the first, 0 for none."""
        return sum(
            (number * box.held.astype(int) for number, box in enumerate(self.boxes, 1)),
            np.zeros(len(self.share), int),
        )

    @property
    def together(self) -> Judged:
        """All boxes as one, judged on the held-out points."""
        return judged(self.share[self.held_out], self.in_box[self.held_out] > 0)


def discover(
    factors: tuple[Factor, ...],
    points: pd.DataFrame,
    share: np.ndarray,
    method: str = "prim",
    density: float | None = None,
    halves: int = 20,
    seed: int = 0,
    boxes: int = 1,
) -> Discovery:
    """Find boxes in which cases of interest gather, and judge them. points: a row a point, a column
    a factor; share: of each point's runs of interest. density: least share of cases that a box
    should hold. halves: how many random halves of the points are searched again. boxes: how many to
    seek at most. Raises `BadInput` for a number of boxes that is not allowed.
    """
    whole_number("boxes", boxes, 1, MOST_BOXES, "for the number of boxes")
    share = np.asarray(share, float)
    random = np.random.default_rng(seed)
    kept_apart = np.zeros(len(share), bool)
    kept_apart[random.permutation(len(share))[: round(HELD_OUT * len(share))]] = True
    if too_few(share):
        return Discovery(
            method, factors, points, share, (), "few", None, pd.DataFrame(), kept_apart, 0, True
        )
    searches = SEARCHES[method](factors, points[~kept_apart], share[~kept_apart], density)
    cover = covering(searches, points, share, kept_apart, density, boxes, method == "prim")
    halves = halves if cover.boxes else 0
    again = [
        boxes_of_half(method, factors, points, share, density, cover.looked_at, random)
        for _ in range(halves)
    ]
    kept = stability(cover.boxes, again, points)
    return Discovery(
        method,
        factors,
        points,
        share,
        kept,
        cover.ended or "few",
        cover.refused,
        pd.DataFrame(cover.steps),
        kept_apart,
        halves,
        False,
    )


@dataclass
class Covering:
    """Boxes that are kept, every step on the way to them, the first that is refused, why there are
    no more, and how many boxes were looked at to keep these.
    """

    boxes: list[FoundBox]
    steps: list[dict[str, object]]
    refused: FoundBox | None = None
    ended: Ended | None = None
    looked_at: int = 0


def covering(
    searches: Iterator[Search],
    points: pd.DataFrame,
    share: np.ndarray,
    kept_apart: np.ndarray,
    density: float | None,
    most: int,
    in_turn: bool,
) -> Covering:
    """Take boxes for as long as they earn their keep. in_turn: each search rests on the box before
    it, so that a refused box ends them all; else it is passed over.
    """
    cover, rest = Covering([], []), np.ones(len(share), bool)
    for number, search in enumerate(searches, 1):
        cover.steps += [
            {"box": len(cover.boxes) + 1, **step}
            for step in trajectory(search, points, share, kept_apart, rest, not in_turn)
        ]
        if not search.box:
            cover.ended = cover.ended or "nothing"
            break
        box = found_box(search.box, points, share, kept_apart, rest)
        if cover.boxes and (why := why_to_refuse(box, density)):
            cover.refused, cover.ended = cover.refused or box, cover.ended or why
            if in_turn:
                break
            continue
        cover.boxes.append(box)
        cover.looked_at, rest = number, rest & ~box.held
        if why := why_to_stop(cover.boxes, share[rest], most):
            cover.refused, cover.ended = None, why
            break
    return cover


def stability(
    boxes: list[FoundBox], halves: list[list[Box]], points: pd.DataFrame
) -> tuple[FoundBox, ...]:
    """The boxes with how often each of their restrictions returns in the halves."""
    pairs = [matched([box.box for box in boxes], half, points) for half in halves]
    return tuple(
        replace(box, restrictions=returning(box.restrictions, [pair[k] for pair in pairs]))
        for k, box in enumerate(boxes)
    )


def too_few(share: np.ndarray) -> bool:
    """Whether cases, or points that are not cases, are too few to tell a box from luck."""
    return bool(min(share.sum(), (1.0 - share).sum()) < FEWEST_CASES)


def why_to_stop(found: list[FoundBox], left: np.ndarray, most: int) -> Ended | None:
    """Why no further box is sought; empty if one is. left: shares of the points outside
    the boxes.
    """
    return (
        "asked"
        if len(found) == most
        else "unconfirmed"
        if not found[0].confirmed
        else "few"
        if too_few(left)
        else None
    )


def why_to_refuse(box: FoundBox, density: float | None) -> Ended | None:
    """Why a second or later box is not worth reporting, judged on the held-out points; empty if it
    is.
    """
    if not box.confirmed:
        return "base"
    if density is not None and box.held_out.density_high < density:
        return "thin"
    return "small" if box.held_out.coverage < LEAST_GAIN else None


@dataclass(frozen=True)
class Asked:
    """The question of a discovery: which outcome passes which threshold, over which factors, and
    how boxes are searched for.
    """

    factors: tuple[Factor, ...]
    outcome: str
    threshold: float
    above: bool
    method: str
    density: float | None
    samples: int
    halves: int
    boxes: int
    seeds: tuple[int, ...]


@dataclass(frozen=True)
class Found:
    """What was asked, every run, and what was found."""

    asked: Asked
    months: int
    runs: pd.DataFrame
    discovery: Discovery


def boxes_of_half(
    method: str,
    factors: tuple[Factor, ...],
    points: pd.DataFrame,
    share: np.ndarray,
    density: float | None,
    most: int,
    random: np.random.Generator,
) -> list[Box]:
    """The boxes of a random half of all points, as far as boxes were looked at in all of them."""
    half = random.permutation(len(share))[: len(share) // 2]
    searches = islice(SEARCHES[method](factors, points.iloc[half], share[half], density), most)
    return [search.box for search in searches if search.box]


def matched(boxes: list[Box], half: list[Box], points: pd.DataFrame) -> list[Box]:
    """For each box the one of a half that answers to it, an empty box where none does: pairs that
    have the most points in common of all they hold (Jaccard 1912), because regions of like density
    are found in either order.
    """
    if not half:
        return [{} for _ in boxes]
    ours, theirs = (np.array([inside(points, box) for box in each]) for each in (boxes, half))
    common = np.array(
        [[(one & two).sum() / max(1, (one | two).sum()) for two in theirs] for one in ours]
    )
    pairs = dict(zip(*scipy.optimize.linear_sum_assignment(common, maximize=True)))
    return [half[pairs[k]] if k in pairs else {} for k in range(len(boxes))]


def found_box(
    box: Box, points: pd.DataFrame, share: np.ndarray, kept_apart: np.ndarray, rest: np.ndarray
) -> FoundBox:
    """Judge a box on both parts of the points, by what it holds of the points left over; coverage
    is still relative to all points.
    """
    held = rest & inside(points, box)
    p = quasi_p(points[kept_apart & rest], share[kept_apart & rest], box)
    rows = [
        {
            "name": name,
            "side": ("above", "below")[side],
            "limit": box[name][side],
            "p": p[name, side],
        }
        for name, side in p
    ]
    table = pd.DataFrame(rows).sort_values("p", kind="stable", ignore_index=True)
    return FoundBox(
        box,
        held,
        judged(share[~kept_apart], held[~kept_apart]),
        judged(share[kept_apart], held[kept_apart]),
        returning(table, []),
    )


def returning(restrictions: pd.DataFrame, again: list[Box]) -> pd.DataFrame:
    """Restrictions with the number of boxes in `again` that have them too, and with
    which limits.
    """
    rows = []
    for row in restrictions.itertuples():
        side = ("above", "below").index(str(row.side))
        limits = [
            other[row.name][side]
            for other in again
            if row.name in other and not math.isinf(other[row.name][side])
        ]
        low, high = np.quantile(limits, [0.05, 0.95]) if limits else (math.nan, math.nan)
        rows.append((len(limits) / len(again) if again else math.nan, float(low), float(high)))
    return restrictions.assign(
        **dict(zip(("returns", "limit_low", "limit_high"), np.array(rows).T))
    )


def trajectory(
    search: Search,
    points: pd.DataFrame,
    share: np.ndarray,
    kept_apart: np.ndarray,
    rest: np.ndarray,
    tree: bool,
) -> list[dict[str, float]]:
    """Coverage and density at every step, on the points that find and on those held out, of what
    the steps hold of the rest.
    """
    rows = []
    for step, boxes in enumerate(search.path):
        held = (
            rest & np.any([inside(points, box) for box in boxes], axis=0)
            if boxes
            else np.zeros(len(share), bool)
        )
        finding, judging = (
            judged(share[~kept_apart], held[~kept_apart]),
            judged(share[kept_apart], held[kept_apart]),
        )
        rows.append(
            {
                "step": step,
                "coverage": finding.coverage,
                "density": finding.density,
                "mass": finding.mass,
                "restrictions": sum(map(bool, boxes)) if tree else len(boxes[0]),
                "held_out_coverage": judging.coverage,
                "held_out_density": judging.density if held[kept_apart].any() else math.nan,
                "taken": step == search.taken,
            }
        )
    return rows
