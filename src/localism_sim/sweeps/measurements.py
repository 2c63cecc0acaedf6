"""The patterns' statistics as a question to a sweep: rates in, statistics out."""

from __future__ import annotations

import functools
import inspect
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ..evidence.pattern import Pattern, patterns
from ..foundation.checks import whole_number
from ..model.outcomes import setting_column
from ..model.parameters import Parameters
from ..model.version import model_version
from .question import Answer, Point, digest

DRAW = "draw"
"""Column of a point: its number, so that each draw has luck of its own."""


@functools.cache
def code_of(name: str) -> str:
    """Checksum of what a pattern measures and how."""
    from ..evidence import set_up  # loads the compiled model, which a refusal does not need

    measured = inspect.getmodule(patterns()[name].measure)
    return digest([inspect.getsource(each) for each in (measured, set_up)])  # type: ignore[arg-type]


@dataclass(frozen=True)
class Measurements:
    """Every statistic of some patterns, by name, under `base` with a point's rates set. A point has
    its number in `draw`.
    """

    names: tuple[str, ...]
    base: Parameters
    keep: tuple[str, ...] = ()

    @property
    def patterns(self) -> tuple[Pattern, ...]:
        """The patterns measured."""
        return tuple(patterns()[name] for name in self.names)

    @property
    def outcomes(self) -> tuple[str, ...]:
        """`pattern.statistic`, in order."""
        return tuple(f"{p.name}.{s.name}" for p in self.patterns for s in p.statistics)

    def identity(self) -> dict[str, Any]:
        """Model and patterns."""
        return {"model": model_version(), "patterns": {name: code_of(name) for name in self.names}}

    def behaviour(self, point: Point) -> Parameters:
        """The rates of a point."""
        return self.base.replace(**{k: v for k, v in point.items() if k != DRAW})

    def check(self, point: Point, seed: int) -> None:
        whole_number(DRAW, point[DRAW], 0, 2**31, "for the number of a draw")
        self.behaviour(point)

    def full(self, point: Point) -> dict[str, Any]:
        return {"parameters": self.behaviour(point).as_dict(), DRAW: point[DRAW]}

    def prepare(self) -> None:
        self.patterns[0].measure(self.base, 0)

    def answer(self, point: Point, seed: int) -> Answer:
        behaviour, luck = self.behaviour(point), 1_000_003 * seed + int(point[DRAW])
        found = []
        for pattern in self.patterns:
            values = pattern.measure(behaviour, luck)
            found += [float(values[each.name]) for each in pattern.statistics]
        return Answer(np.array(found), {})

    def settings(self, points: pd.DataFrame) -> pd.DataFrame:
        """The rates that the design sets, and the number of the draw."""
        return points.rename(columns={name: setting_column(name) for name in points})
