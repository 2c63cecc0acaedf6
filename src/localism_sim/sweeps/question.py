"""What a sweep evaluates: takes a point and a seed, returns outcomes, and has a key that identifies
the run permanently.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pandas as pd

from ..evidence.posterior import Rates
from ..foundation.errors import BadInput, nearest
from ..model.outcomes import AVERAGED, OUTCOMES, setting_column
from ..model.parameters import FIELDS, Parameters
from ..model.places import Places
from ..model.scenario import Scenario, checked_run, schedule
from ..model.variant import joined_names
from ..model.version import model_version

Point = Mapping[str, Any]
"""One row of a design: parameter names to values, and, where several scenarios are compared,
`scenario` to a name.
"""

HISTORIES = ("history", "by_place")
BEHAVIOUR, CENTRE, DRAWN = "behaviour", "default", "posterior"
"""Column of a point, and its values: rates as the scenario has them, or a draw for each seed."""


@dataclass(frozen=True)
class Answer:
    """The result of a run: outcomes in the order of `Question.outcomes`, and the tables to keep, by
    name.
    """

    outcomes: np.ndarray
    tables: Mapping[str, pd.DataFrame]


class Question(Protocol):
    """Anything that a sweep can evaluate.

    It must be picklable, and must give the same answer for the same point and seed.
    """

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Names of the outcomes, in order."""
        ...

    @property
    def keep(self) -> tuple[str, ...]:
        """Names of the monthly tables to keep."""
        ...

    def identity(self) -> dict[str, Any]:
        """Everything besides point and seed that the answers depend on, in plain values; part of
        every run's key.
        """
        ...

    def check(self, point: Point, seed: int) -> None:
        """Raise `BadInput` for a point that cannot be evaluated."""
        ...

    def full(self, point: Point) -> dict[str, Any]:
        """All settings of a point, including those that the design does not name."""
        ...

    def prepare(self) -> None:
        """Prepare a process for quick answers; called once."""
        ...

    def answer(self, point: Point, seed: int) -> Answer:
        """Evaluate a point with a seed."""
        ...

    def settings(self, points: pd.DataFrame) -> pd.DataFrame:
        """The columns that a table of runs shows besides outcomes: a row per point, no column named
        like an outcome.
        """
        ...


@dataclass(frozen=True)
class Simulation:
    """The model on given places for given months.

    A point changes parameters of its scenario (the first, if it names none), or its rival rules
    (column `variants`, names joined by `+`); columns that start with `placebo` are carried along
    and change nothing, and a value that is missing is the scenario's. keep: monthly tables to keep,
    of `HISTORIES`. rates: draws of which each seed takes one, but at points whose `behaviour` is
    `default`.
    """

    scenarios: tuple[Scenario, ...]
    places: Places
    months: int
    keep: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = (*OUTCOMES, *(f"{name}_mean" for name in AVERAGED))
    rates: Rates | None = None

    def __post_init__(self):
        checked_run(0, self.months)
        for name in self.keep:
            if name not in HISTORIES:
                raise BadInput(
                    f"keep = '{name}' is not allowed; allowed: "
                    f"{', '.join(HISTORIES)}.{nearest(str(name), HISTORIES)}"
                )

    def identity(self) -> dict[str, Any]:
        own = {"model": model_version(), "places": self.places.fingerprint, "months": self.months}
        return own if self.rates is None else {**own, "rates": rates_mark(self.rates)}

    def has_draws(self, point: Point) -> bool:
        """Whether each seed takes a draw of the rates at this point."""
        if self.rates is None:
            if point.get(BEHAVIOUR, CENTRE) != CENTRE:
                raise BadInput(f"{BEHAVIOUR} = {point[BEHAVIOUR]} needs draws of the rates")
            return False
        return point.get(BEHAVIOUR, DRAWN) == DRAWN

    def scenario(self, point: Point, seed: int | None = None) -> Scenario:
        """The scenario of a point, with the point's parameters set, and with a seed also the rates
        that it draws.
        """
        chosen = (
            next((s for s in self.scenarios if s.name == point["scenario"]), None)
            if "scenario" in point
            else self.scenarios[0]
        )
        if chosen is None:
            known = [s.name for s in self.scenarios]
            raise BadInput(
                f"unknown scenario '{point['scenario']}' in the "
                f"design.{nearest(str(point['scenario']), known)}"
            )
        changes = {
            name: value
            for name, value in point.items()
            if name not in ("scenario", BEHAVIOUR)
            and not name.startswith("placebo")
            and not is_missing(value)
        }
        if seed is not None and self.rates is not None and self.has_draws(point):
            changes = self.rates.drawn(seed, chosen.parameters) | changes
        return chosen.with_parameters(**changes) if changes else chosen

    def check(self, point: Point, seed: int) -> None:
        checked_run(seed, self.months)
        scenario = self.scenario(point, seed)
        if scenario.timeline:
            schedule(scenario.parameters, scenario.timeline, self.months)

    def full(self, point: Point) -> dict[str, Any]:
        scenario = self.scenario(point)
        found = {
            "parameters": scenario.parameters.as_dict(),
            "timeline": scenario.timeline,
            "variants": scenario.variants,
        }
        if not self.has_draws(point):
            return found
        given = [name for name in FIELDS if not is_missing(point.get(name))]
        return {**found, BEHAVIOUR: DRAWN, "given": given}

    def prepare(self) -> None:
        from ..model.engine import simulate

        simulate(self.scenarios[0].parameters, Places.synthetic(1), 0, 1, threads=1)

    def answer(self, point: Point, seed: int) -> Answer:
        from ..model.engine import (
            # here, so that a question whose answers are all known does not wait for the compiler to
            # load
            simulate,
        )

        run = simulate(self.scenario(point, seed), self.places, int(seed), self.months, threads=1)
        tables = {}
        if "history" in self.keep:
            tables["history"] = run.history.reset_index()
        if "by_place" in self.keep:
            table = run.place_history
            tables["by_place"] = table[table["place_id"].isin(self.places.focus.ids)]
        return Answer(np.array([run.outcomes[name] for name in self.outcomes]), tables)

    def settings(self, points: pd.DataFrame) -> pd.DataFrame:
        """Every parameter of every point (`setting_column` names the columns), with `scenario`
        first: what a table of runs shows beside the outcomes.
        """
        names = (
            points["scenario"]
            if "scenario" in points
            else pd.Series(self.scenarios[0].name, index=points.index)
        )
        known = {s.name: s.parameters.as_dict() for s in self.scenarios}
        columns: dict[str, Any] = {"scenario": names.astype(str)}
        for name in FIELDS:
            base = names.map({scenario: values[name] for scenario, values in known.items()})
            columns[setting_column(name)] = (
                points[name].where(points[name].notna(), base).astype(base.dtype)
                if name in points
                else base
            )
        if "variants" in points or any(s.variants for s in self.scenarios):
            rivals = {s.name: joined_names(s.variants) for s in self.scenarios}
            columns["variants"] = points["variants"] if "variants" in points else names.map(rivals)
        columns.update({name: points[name] for name in points if name.startswith("placebo")})
        if BEHAVIOUR in points:
            columns[BEHAVIOUR] = points[BEHAVIOUR]
        elif self.rates is not None:
            columns[BEHAVIOUR] = DRAWN
        return pd.DataFrame(columns)


def is_missing(value: Any) -> bool:
    """Whether a cell of a design is empty."""
    return value is None or (isinstance(value, float) and value != value)


@functools.lru_cache(maxsize=8)
def rates_mark(rates: Rates) -> str:
    """Checksum of draws of the rates."""
    return digest([rates.names, rates.rows])


def plain_value(value: Any) -> Any:
    """A value in the form in which JSON keeps it: NumPy numbers as Python's, floats as their
    shortest exact decimals.
    """
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{type(value).__name__} has no plain form")


CANONICAL = json.JSONEncoder(sort_keys=True, default=plain_value)


def digest(content: Any) -> str:
    """A hash of plain values that does not depend on the order of mappings."""
    return hashlib.sha256(CANONICAL.encode(content).encode()).hexdigest()[:32]


def default_scenario() -> Scenario:
    """A scenario with all parameters at their defaults, for sweeps that vary some of them."""
    return Scenario("default", "Default settings", "every parameter at its default", Parameters())
