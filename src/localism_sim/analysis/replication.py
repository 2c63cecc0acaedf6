"""Replications by need: seeds are added until the interval of a mean is narrow enough.

A rule that stops as soon as an interval looks narrow stops too soon: it stops when chance makes the
variance look small, and the interval then holds the true mean less often than it says. Four things
are done against it.

- No stop before `FIRST` values: Chow & Robbins (1965) prove the coverage of such a rule only for
  many values.
- The rule must hold at `IN_A_ROW` looks one after the other, each with a tenth more values (Hoad,
  Robinson & Davies 2010 look ahead in the same way; Simons
  1968: a few more values than the rule asks for are what not knowing the variance costs).
- Skewness g asks for at least `COCHRAN` g^2 values (Cochran 1977, section 2.15).
- The interval itself is corrected for skewness (Willink 2005).

Simulated coverage for a nominal 95%: 94-95% for normal values, 93-95% for exponential ones and for
values in two clusters; about 91% for the heavy tail of a lognormal with sigma = 1. A rare event
that the first values do not show cannot be allowed for by any such rule.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..model.scenario import Scenario
from .intervals import quantile
from .statistics import Contrast, paired_difference

FIRST = 30
IN_A_ROW = 2
COCHRAN = 25.0
GROWTH = 1.1
LEAST_MORE = 5


@dataclass(frozen=True)
class Look:
    """What was known after so many values: mean, 95% interval, skewness; met: whether the rule held
    here.
    """

    count: int
    mean: float
    low: float
    high: float
    skewness: float
    met: bool

    @property
    def half_width(self) -> float:
        """Half the length of the interval (with skewed values the mean is not in its middle)."""
        return (self.high - self.low) / 2.0


def look_at(values: np.ndarray, half_width: float) -> Look:
    """Mean with its interval and the rule, for three values or more.

    The interval is Willink's (2005): with t the quantile of Student's distribution and a = g / (6
    sqrt(n)), the mean less s / sqrt(n) times ((1 + 6 a (r - a))^(1/3) - 1) / (2 a) at r = t and r =
    -t.
    """
    count, mean = len(values), float(values.mean())
    centred = values - mean
    variance = float(centred @ centred) / (count - 1)
    t = quantile(count)
    if variance <= 1e-24 * max(1.0, mean * mean):
        return Look(count, mean, mean, mean, 0.0, count >= FIRST)
    skewness = float(centred @ centred**2) * count / ((count - 1) * (count - 2)) / variance**1.5
    error, a = math.sqrt(variance / count), skewness / (6.0 * math.sqrt(count))

    def transformed(r: float) -> float:
        return r if abs(a) < 1e-6 else (float(np.cbrt(1.0 + 6.0 * a * (r - a))) - 1.0) / (2.0 * a)

    low, high = mean - transformed(t) * error, mean - transformed(-t) * error
    return Look(
        count,
        mean,
        low,
        high,
        skewness,
        count >= max(FIRST, COCHRAN * skewness**2) and (high - low) / 2.0 <= half_width,
    )


def next_count(count: int) -> int:
    """Values at the next look."""
    return max(count + LEAST_MORE, math.ceil(GROWTH * count))


def replicate(
    values_of: Callable[[int], np.ndarray],
    half_width: float,
    first: int = FIRST,
    most: int = 2000,
) -> list[Look]:
    """Looks, the last of which ends the replications: the rule was met, or `most` values were not
    enough.

    values_of: a number of values -> that many (each call repeats the earlier ones and adds some).
    """
    looks: list[Look] = []
    count = min(max(first, 3), most)
    while True:
        looks.append(look_at(values_of(count), half_width))
        if enough(looks) or count >= most:
            return looks
        count = min(next_count(count), most)


def enough(looks: list[Look]) -> bool:
    """Whether the rule held at the last looks in a row."""
    return len(looks) >= IN_A_ROW and all(look.met for look in looks[-IN_A_ROW:])


def needed(look: Look, half_width: float) -> int:
    """About how many values the rule will ask for, if they go on as they have begun."""
    by_width = look.count * (look.half_width / half_width) ** 2
    return math.ceil(GROWTH * max(by_width, COCHRAN * look.skewness**2, FIRST))


@dataclass(frozen=True)
class Replications:
    """What replications by need leave. scenarios: the one asked about, and the one it is compared
    with, if any. values: a row a seed: seed, a column a scenario, and the difference. looks: the
    interval after so many seeds. contrast: the paired difference, without the correction for
    skewness.
    """

    scenarios: tuple[Scenario, ...]
    outcome: str
    half_width: float
    most: int
    months: int
    values: pd.DataFrame
    looks: tuple[Look, ...]

    @property
    def last(self) -> Look:
        """The final interval."""
        return self.looks[-1]

    @property
    def reached(self) -> bool:
        """Whether the interval is as narrow as asked."""
        return enough(list(self.looks))

    @property
    def contrast(self) -> Contrast | None:
        """The paired contrast, if two scenarios are compared."""
        if len(self.scenarios) < 2:
            return None
        return paired_difference(
            *(self.values[scenario.name].to_numpy() for scenario in self.scenarios)
        )
