"""The factors of a sensitivity analysis: which parameters vary, over which range, and how a sample
is turned into values.

A factor comes from the parameter's own bounds, or from a narrower range. Whole-number parameters,
among them choices and switches, are mapped by the inverse of their distribution: SALib samples
[low, high + 1) evenly and the whole part is taken, so every value has the same probability.
Placebos are factors that the model never sees: what a method reports for them is its noise floor.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..foundation.errors import BadInput, brief, nearest
from ..model.parameters import FIELDS, GROUPS, Parameters, unknown

KINDS = ("real", "integer", "placebo")
PLACEBO = "placebo"
"""The start of every placebo's name, and the name of their group."""
DEFAULT_GROUPS = ("headline", "problem", "recommendation")
MOST_PLACEBOS = 20
ON_THE_EDGE = 1e-9
"""Grids such as Morris's put points exactly between whole numbers, where rounding errors would
decide; values this close to an edge count as above it.
"""


@dataclass(frozen=True)
class Factor:
    """One thing that varies. low, high: inclusive. kind: `real`, `integer` or `placebo`. group: one
    of the model's `GROUPS`, or `placebo`.
    """

    name: str
    low: float
    high: float
    kind: str = "real"
    group: str = "factor"

    def __post_init__(self):
        if self.kind not in KINDS:
            raise BadInput(
                f"{self.name}: kind = '{self.kind}' is not allowed; allowed: "
                f"{', '.join(KINDS)}.{nearest(str(self.kind), KINDS)}"
            )
        for end, value in (("low", self.low), ("high", self.high)):
            if (
                isinstance(value, bool)
                or not isinstance(value, (int, float, np.integer, np.floating))
                or not math.isfinite(value)
            ):
                raise BadInput(f"{self.name}: {end} = {value!r} is not a finite number")
            if self.kind == "integer" and value != int(value):
                raise BadInput(
                    f"{self.name}: {end} = {value} is not allowed; allowed: a whole number"
                )
        if not self.low < self.high:
            raise BadInput(
                f"{self.name}: the range from {self.low} to {self.high} is reversed or empty; give "
                f"the lower bound first"
            )

    @property
    def label(self) -> str:
        """The name as readers see it."""
        return self.name.replace("_", " ")

    @property
    def meaning(self) -> str:
        """What the parameter means; empty for a factor that is no parameter of the model."""
        return str(FIELDS[self.name].metadata["meaning"]) if self.name in FIELDS else ""

    @property
    def bounds(self) -> tuple[float, float]:
        """Bounds of the even sample behind the values."""
        return float(self.low), float(self.high) + (1.0 if self.kind == "integer" else 0.0)

    def values(self, sample: np.ndarray) -> np.ndarray:
        """Values for an even sample within `bounds`: as they are, or for whole numbers by the
        inverse of their distribution (equal probabilities).
        """
        if self.kind == "integer":
            return np.clip(np.floor(sample + ON_THE_EDGE), self.low, self.high).astype(np.int64)
        return np.clip(sample, self.low, self.high)


def factor_for(name: str, bounds: Any = None) -> Factor:
    """The factor of a parameter of the model: over its own bounds, or over the given `bounds` (low,
    high) within them.
    """
    if name not in FIELDS:
        raise BadInput(unknown(name, GROUPS))
    field = FIELDS[name]
    lowest, highest = field.metadata["low"], field.metadata["high"]
    low, high = (lowest, highest) if bounds is None else pair_of(name, bounds)
    found = Factor(
        name,
        low,
        high,
        "integer" if isinstance(field.default, int) else "real",
        field.metadata["group"],
    )
    if low < lowest or high > highest:
        raise BadInput(
            f"{name}: the range from {low} to {high} leaves the parameter's bounds; allowed: "
            f"{lowest} to {highest} ({field.metadata['unit']})"
        )
    return found


def pair_of(name: str, bounds: Any) -> tuple[Any, Any]:
    """Lower and upper bound from any sequence of two."""
    if (
        isinstance(bounds, (str, bytes, Mapping))
        or not hasattr(bounds, "__len__")
        or len(bounds) != 2
    ):
        raise BadInput(
            f"{name}: the range {brief(bounds)} is not understood; give two numbers, lower bound "
            f"first, such as [0, 0.4]"
        )
    return bounds[0], bounds[1]


def placebo_factors(count: int) -> tuple[Factor, ...]:
    """Factors that do not enter the model: `placebo`, or `placebo_1` and so on."""
    if isinstance(count, bool) or not isinstance(count, int) or not 0 <= count <= MOST_PLACEBOS:
        raise BadInput(
            f"placebos = {count!r} is not allowed; allowed: a whole number from 0 to "
            f"{MOST_PLACEBOS}"
        )
    names = [PLACEBO] if count == 1 else [f"{PLACEBO}_{number + 1}" for number in range(count)]
    return tuple(Factor(name, 0.0, 1.0, PLACEBO, PLACEBO) for name in names)


def factors_from(
    ranges: Mapping[str, Any] | Sequence[str] | None = None,
    placebos: int = 1,
    base: Parameters | None = None,
    held: Collection[str] = (),
) -> tuple[Factor, ...]:
    """Factors for parameters and groups of parameters.

    ranges: name of a parameter -> (low, high), or None for its own bounds; name of one of the
    model's groups -> None for all its parameters; a plain list of names; or None for the headline
    conditions, the problem and the eleven recommendations. A range given for a parameter goes
    before its group's. placebos: how many placebos to add. base: the parameters that stay (default
    `Parameters()`), to see that every combination can be run. held: parameters that were set for
    this run and so stay: groups come without them, and naming one is refused. Raises `BadInput` for
    unknown names and for bounds that are not finite, not whole where they must be, reversed, or
    outside the parameter's own.
    """
    found = bounds_by_name(asked_ranges(ranges), held)
    if not found:
        raise BadInput("nothing varies: name one or more parameters or groups")
    factors = tuple(factor_for(name, bounds) for name, bounds in found.items())
    check_together(factors, base or Parameters())
    return factors + placebo_factors(placebos)


def asked_ranges(ranges: Mapping[str, Any] | Sequence[str] | None) -> dict[str, Any]:
    """The ranges by name, None where only a name is given; `BadInput` for anything else."""
    if ranges is None:
        ranges = DEFAULT_GROUPS
    if isinstance(ranges, str):
        ranges = [ranges]
    if not isinstance(ranges, (Mapping, Sequence)) or not all(
        isinstance(name, str) for name in ranges
    ):
        raise BadInput(
            f"what varies is not understood: {brief(ranges)}; give names of parameters or groups, "
            f"or ranges by name"
        )
    return dict(ranges) if isinstance(ranges, Mapping) else dict.fromkeys(ranges)


def bounds_by_name(wanted: Mapping[str, Any], held: Collection[str]) -> dict[str, Any]:
    """The bounds of each parameter, with groups replaced by their parameters."""
    found: dict[str, Any] = {}
    for name, bounds in wanted.items():
        if name in held:
            raise BadInput(
                f"'{name}' is to vary and is also set to one value (parameters.{name}); give one "
                f"or the other"
            )
        if name not in GROUPS:
            found[name] = bounds
        elif bounds is not None:
            raise BadInput(
                f"'{name}' is a group of parameters and has no range of its own; give ranges to "
                f"its parameters: {', '.join(Parameters.names(name))}"
            )
        else:
            members = (each for each in Parameters.names(name) if each not in (*wanted, *held))
            found.update(dict.fromkeys(members))
    return found


def check_together(factors: Sequence[Factor], base: Parameters) -> None:
    """Refuse ranges that include a combination with which no run is possible."""
    ends = {factor.name: factor for factor in factors}
    most = ends["complexity"].high if "complexity" in ends else base.complexity
    fewest = ends["choices"].low if "choices" in ends else base.choices
    if most >= fewest:
        raise BadInput(
            f"complexity up to {most:g} with choices from {fewest:g} is not allowed; complexity "
            f"must be below choices"
        )


def salib_problem(factors: Sequence[Factor], grouped: bool = False) -> dict[str, Any]:
    """The problem in SALib's form: names, bounds of the even sample and, if groups are analysed
    instead of single factors, the groups.
    """
    check_factors(factors)
    problem: dict[str, Any] = {
        "num_vars": len(factors),
        "names": [factor.name for factor in factors],
        "bounds": [list(factor.bounds) for factor in factors],
    }
    if grouped:
        groups = [factor.group for factor in factors]
        if len(set(groups)) < 2:
            raise BadInput(
                f"grouped = true needs two groups or more; all factors belong to '{groups[0]}'"
            )
        problem["groups"] = groups
    return problem


def check_factors(factors: Sequence[Factor]) -> None:
    """Refuse a list of factors with a repeated name, or in which no factor enters the model."""
    names = [factor.name for factor in factors]
    twice = [name for number, name in enumerate(names) if name in names[:number]]
    if twice:
        raise BadInput(f"'{twice[0]}' is named twice among the factors")
    if all(factor.kind == PLACEBO for factor in factors):
        raise BadInput("nothing varies: name one or more parameters or groups")
