"""The level of a lever at which an outcome crosses a threshold: first a coarse grid, so that no
curve is wrongly taken for monotone, then bisection.

Every level is run with the same seeds (common random numbers), so the curve of means is as smooth
as the model. The uncertainty is that of the mean: the 95% interval of a crossing includes all
levels at which the interval of the mean includes the threshold (inversion of Student's t test, as
Fieller 1954 does for ratios). So three curves are bisected: the mean and both ends of its interval.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from ..intervals import half_widths

CURVES = ("mean", "low", "high")

PIECES = 200
"""Bisection ends where neighbouring levels are closer than the range divided by this."""
Ask = Callable[[list[tuple[int, float]]], np.ndarray]
"""Runs the model: takes (number of a curve, level of the lever) pairs, returns outcomes with a row
per pair and a column per seed.
"""


@dataclass(frozen=True)
class Crossing:
    """Levels at which the threshold may be crossed. low, high: ends of the 95% interval. level:
    where the mean crosses (the middle crossing if it does so more than once in the interval), NaN
    if it does not. before, after: -1 clearly below the threshold, +1 clearly above, 0 the range
    ends undecided.
    """

    low: float
    high: float
    level: float
    before: int
    after: int

    @property
    def certain(self) -> bool:
        """Whether the curve is clearly on one side before and on the other after."""
        return self.before * self.after < 0


@dataclass
class Curve:
    """An outcome against a lever. levels: ascending. values: a row a level, a column a seed. grid:
    the levels of the first look.
    """

    threshold: float
    levels: np.ndarray = field(default_factory=lambda: np.zeros(0))
    values: np.ndarray = field(default_factory=lambda: np.zeros((0, 0)))
    grid: np.ndarray = field(default_factory=lambda: np.zeros(0))

    def add(self, levels: list[float], values: np.ndarray) -> None:
        """Add levels and their values."""
        together = np.concatenate([self.levels, levels])
        rows = np.vstack([self.values, values]) if len(self.levels) else np.asarray(values, float)
        order = np.argsort(together, kind="stable")
        self.levels, self.values = together[order], rows[order]

    @property
    def mean(self) -> np.ndarray:
        """Mean over seeds at each level."""
        return self.values.mean(axis=1)

    @property
    def half(self) -> np.ndarray:
        """Half-width of its 95% interval (Student's t over seeds)."""
        return half_widths(self.values)

    @property
    def low(self) -> np.ndarray:
        """Lower end of the interval."""
        return self.mean - self.half

    @property
    def high(self) -> np.ndarray:
        """Upper end of the interval."""
        return self.mean + self.half

    def side(self, position: int) -> int:
        """The side of the threshold at a level: -1 clearly below, +1 clearly above, 0 undecided."""
        return int(self.low[position] > self.threshold) - int(self.high[position] < self.threshold)

    def gaps(self, precision: float) -> list[tuple[float, float]]:
        """Neighbouring levels, further apart than `precision`, between which one of the three
        curves crosses the threshold.
        """
        found = np.zeros(len(self.levels) - 1, bool)
        for name in CURVES:
            above = getattr(self, name) > self.threshold
            found |= above[1:] != above[:-1]
        return [
            (float(a), float(b))
            for a, b, crosses in zip(self.levels, self.levels[1:], found)
            if crosses and b - a > precision * (1.0 + 1e-9)
        ]

    def stretches(self) -> list[list[float]]:
        """Both ends of every stretch in which the interval holds the threshold, in order."""
        found: list[list[float]] = []
        for k in range(len(self.levels) - 1):
            piece = zero_stretch(
                self.levels[k : k + 2],
                self.low[k : k + 2] - self.threshold,
                self.high[k : k + 2] - self.threshold,
            )
            if piece is None:
                continue
            if found and piece[0] <= found[-1][1]:
                found[-1][1] = piece[1]
            else:
                found.append(list(piece))
        return found

    def crossings(self) -> list[Crossing]:
        """Every stretch of levels at which the interval of the mean holds the threshold,
        in order.
        """
        at = zeros(self.levels, self.mean - self.threshold)
        found = []
        for low, high in self.stretches():
            inside = [level for level in at if low <= level <= high]
            left, right = np.flatnonzero(self.levels < low), np.flatnonzero(self.levels > high)
            before = self.side(int(left[-1])) if len(left) else self.side(0)
            after = self.side(int(right[0])) if len(right) else self.side(len(self.levels) - 1)
            found.append(
                Crossing(
                    low, high, inside[len(inside) // 2] if inside else float("nan"), before, after
                )
            )
        return found

    def turns(self) -> tuple[tuple[float, float], tuple[float, float]] | None:
        """The largest clear rise and the largest clear fall of the mean between two levels of the
        grid, if there are both: the curve is not monotone. Clear: the paired 95% interval, widened
        for the number of pairs of levels (Bonferroni), leaves out zero.
        """
        rows = self.values[np.isin(self.levels, self.grid)]
        pairs = len(rows) * (len(rows) - 1) // 2
        if pairs < 2:
            return None
        i, j = np.triu_indices(len(rows), 1)
        change = rows[j] - rows[i]
        half = half_widths(change, comparisons=pairs)
        size = change.mean(axis=1)
        rise, fall = np.where(size > half, size, 0.0), np.where(-size > half, -size, 0.0)
        if not rise.any() or not fall.any():
            return None
        up, down = int(rise.argmax()), int(fall.argmax())
        return (self.grid[i[up]], self.grid[j[up]]), (self.grid[i[down]], self.grid[j[down]])


def zeros(levels: np.ndarray, values: np.ndarray) -> list[float]:
    """Where a curve that is straight between its levels is zero."""
    found = []
    for a, b, low, high in zip(values, values[1:], levels, levels[1:]):
        if (a > 0) != (b > 0):
            found.append(float(low + (high - low) * a / (a - b)))
    return found


def zero_stretch(
    levels: np.ndarray, low: np.ndarray, high: np.ndarray
) -> tuple[float, float] | None:
    """The part of a piece on which `low` <= 0 <= `high`, both straight lines; None if there is
    none.
    """
    start, end = float(levels[0]), float(levels[1])
    for values in (-low, high):
        if values[0] < 0 and values[1] < 0:
            return None
        if (values[0] < 0) != (values[1] < 0):
            at = float(levels[0] + (levels[1] - levels[0]) * values[0] / (values[0] - values[1]))
            start, end = (max(start, at), end) if values[0] < 0 else (start, min(end, at))
    return (start, end) if start <= end else None


def grid_of(low: float, high: float, count: int, whole: bool) -> list[float]:
    """Evenly spaced levels from low to high; whole numbers if the lever is one."""
    levels = np.linspace(low, high, count)
    return sorted({float(level) for level in (np.round(levels) if whole else levels)})


def add_values(
    curves: Sequence[Curve], wanted: Sequence[tuple[int, float]], values: np.ndarray
) -> None:
    """Give each curve the values of its own levels. wanted: number of the curve, and level."""
    for line, curve in enumerate(curves):
        rows = [k for k, (of, _) in enumerate(wanted) if of == line]
        if rows:
            curve.add([wanted[k][1] for k in rows], values[rows])


def search(
    low: float,
    high: float,
    whole: bool,
    threshold: float,
    ask: Ask,
    lines: int = 1,
    count: int = 9,
    precision: float | None = None,
) -> list[Curve]:
    """Curves of an outcome against a lever, close to where they cross the threshold; one for each
    of `lines` settings of everything else.

    count: levels of the coarse grid. precision: distance of neighbouring levels at which bisection
    ends (default: the range divided by `PIECES`; 1 for whole numbers).
    """
    precision = 1.0 if whole else precision or (high - low) / PIECES
    levels = grid_of(low, high, count, whole)
    curves = [Curve(threshold, grid=np.array(levels)) for _ in range(lines)]
    wanted = [(line, level) for line in range(lines) for level in levels]
    while wanted:
        add_values(curves, wanted, ask(wanted))
        wanted = [
            (line, float((a + b) // 2) if whole else (a + b) / 2.0)
            for line, curve in enumerate(curves)
            for a, b in curve.gaps(precision)
        ]
    return curves
