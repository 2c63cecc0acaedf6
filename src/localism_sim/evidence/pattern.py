"""A measured pattern: what was seen, where, how certain it is, and how the model is asked for the
same.

A pattern is a file in `evidence/patterns/` that holds `PATTERN`. Its set-up builds the situation in
which the pattern was measured and returns the same statistics from the model.
"""

from __future__ import annotations

import functools
import importlib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ..foundation.errors import BadInput
from ..model.parameters import FIELDS, Parameters

FOLDER = Path(__file__).with_name("patterns")
Use = Literal["set directly", "fitted", "held back"]
"""How a pattern bore on the default values: a rate was read off it, rates were calibrated to it
(the defaults are the centre of the draws), or no value was chosen by it.
"""


@dataclass(frozen=True)
class Statistic:
    """One measured number: name, meaning, the value seen (None where only a range is known), and
    the range in which the model's value counts as the same: measurement error, and what a model of
    this coarseness cannot be asked to meet. month: when it was measured, where the statistics of a
    pattern are one thing measured several times.
    """

    name: str
    meaning: str
    seen: float | None
    low: float
    high: float
    month: float | None = None

    def __post_init__(self):
        inside = self.seen is None or self.low <= self.seen <= self.high
        bounded = math.isfinite(self.low) or math.isfinite(self.high)
        if not (self.low < self.high and inside and bounded):
            raise BadInput(
                f"evidence: {self.name} = {self.seen} with range {self.low} to {self.high} is not "
                f"allowed; allowed: a range wider than nothing, bounded, that holds the value seen"
            )

    def met(self, value: float) -> bool:
        """Whether the model's value lies in the range."""
        return self.low <= value <= self.high

    def missed_by(self, value: float) -> float:
        """How far the model's value lies above the range, or below it (negative); 0 inside."""
        return max(0.0, value - self.high) - max(0.0, self.low - value)


def about(
    name: str, meaning: str, seen: float, give_or_take: float, month: float | None = None
) -> Statistic:
    """A statistic whose range is the value seen, plus or minus the same amount."""
    return Statistic(name, meaning, seen, seen - give_or_take, seen + give_or_take, month)


def at_least(name: str, meaning: str, low: float) -> Statistic:
    """A statistic for which only a lower end is known."""
    return Statistic(name, meaning, None, low, math.inf)


def at_most(name: str, meaning: str, high: float) -> Statistic:
    """A statistic for which only an upper end is known."""
    return Statistic(name, meaning, None, -math.inf, high)


Measure = Callable[[Parameters, int], Mapping[str, float]]
"""(behaviour, seed) -> value of each statistic. The set-up replaces levers and sizes; rates stay as
the behaviour has them.
"""


@dataclass(frozen=True)
class Pattern:
    """A measured pattern.

    title: in a few words. source: who measured it. set_up: the situation in the model, in words.
    uncertainty: where the ranges come from. use: how it bore on the default values. mechanism: what
    in the model brings it about, so that a miss names what to look at. row: its row in the
    scorecard of twelve; empty for a further pattern. needs: parameters without which the model
    cannot express it.
    """

    name: str
    title: str
    source: str
    set_up: str
    uncertainty: str
    use: Use
    mechanism: str
    statistics: tuple[Statistic, ...]
    measure: Measure
    row: str = ""
    needs: tuple[str, ...] = ()

    def __post_init__(self):
        for field in ("source", "uncertainty", "set_up"):
            if not getattr(self, field).strip():
                raise BadInput(f"evidence: the pattern '{self.name}' has no {field}")
        if not self.statistics:
            raise BadInput(f"evidence: the pattern '{self.name}' has no statistics")

    @property
    def missing(self) -> tuple[str, ...]:
        """Parameters that it needs and the model does not have."""
        return tuple(name for name in self.needs if name not in FIELDS)


@functools.cache
def patterns() -> dict[str, Pattern]:
    """All patterns by name: the rows of the scorecard first, in order of row, then the others.
    Raises `BadInput` for one without a source or an uncertainty.
    """
    names = sorted(path.stem for path in FOLDER.glob("*.py") if path.stem != "__init__")
    found = [importlib.import_module(f".patterns.{name}", __package__).PATTERN for name in names]
    return {pattern.name: pattern for pattern in sorted(found, key=place_in_scorecard)}


def place_in_scorecard(pattern: Pattern) -> tuple[bool, int, str, str]:
    """A sort key: V2 before V10, then rows without a number, then further patterns."""
    number = pattern.row.removeprefix("V")
    return not pattern.row, int(number) if number.isdigit() else 99, pattern.row, pattern.name
