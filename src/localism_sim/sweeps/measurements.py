"""The patterns' statistics as a question to a sweep: rates in, statistics out."""

from __future__ import annotations

import ast
import functools
import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ..evidence.pattern import Pattern, patterns
from ..foundation.checks import whole_number
from ..model.outcomes import setting_column
from ..model.parameters import Parameters
from ..model.scenario import load_scenario, scenario_names
from ..model.version import model_version
from .question import Answer, Point, digest

DRAW = "draw"
"""Column of a point: its number, so that each draw has luck of its own."""


@functools.cache
def code_of(name: str) -> str:
    """Checksum of what a pattern measures and how."""
    from ..evidence import set_up  # loads the compiled model, which a refusal does not need

    return digest([source_of(name), inspect.getsource(set_up)])


def source_of(name: str) -> str:
    """The source of the module in which a pattern is measured."""
    return inspect.getsource(inspect.getmodule(patterns()[name].measure))  # type: ignore[arg-type]


@functools.cache
def scenarios_of(name: str) -> tuple[str, ...]:
    """The shipped scenarios that a pattern's module names, from which its set-up is built."""
    texts = {
        node.value
        for node in ast.walk(ast.parse(source_of(name)))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return tuple(sorted(texts & set(scenario_names())))


def identity_of(names: Sequence[str]) -> dict[str, Any]:
    """Everything besides model, rates and luck that the statistics of patterns depend on: a
    checksum of each pattern's code, and of the parameters of each scenario that it builds on.
    """
    built_on = sorted({scenario for name in names for scenario in scenarios_of(name)})
    return {
        "patterns": {name: code_of(name) for name in names},
        "scenarios": {name: digest(load_scenario(name).parameters.as_dict()) for name in built_on},
    }


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
        """Model, patterns, and the scenarios that they build on."""
        return {"model": model_version(), **identity_of(self.names)}

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
