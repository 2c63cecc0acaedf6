"""Contrasts between scenarios on paired seeds: difference, interval, effect size, variance
saved.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..foundation.errors import BadInput
from ..model.outcomes import OUTCOMES
from .intervals import mean_interval

BARELY = 0.01
"""A difference below this share of the outcome's range is described as barely one."""


def base(outcome: str) -> str:
    """The outcome that this is an average of, or the outcome itself."""
    return outcome.removesuffix("_mean")


def range_of(outcome: str, months: int) -> float | None:
    """Width of an outcome's range: 1 for shares and 0-1 scales, the run's length for months; None
    for an outcome without an upper end.
    """
    unit = OUTCOMES[base(outcome)].unit
    if unit.startswith("months"):
        return float(months)
    if unit in ("0-1", "share of best") or unit.startswith("share of "):
        return None if unit.startswith("share of 2010") else 1.0
    return None


@dataclass(frozen=True)
class Contrast:
    """The difference between two scenarios on the same seeds.

    mean, low, high: mean difference and its confidence interval (Student's t over seeds). effect:
    mean / standard deviation between seeds of the reference (Glass's delta). saved: share of the
    difference's variance that pairing saves compared with independent seeds. pairs: number of
    seeds.
    """

    mean: float
    low: float
    high: float
    effect: float
    saved: float
    pairs: int

    @property
    def clear(self) -> bool:
        """Whether the interval excludes zero."""
        return self.low > 0.0 or self.high < 0.0


def paired_difference(
    other: np.ndarray, reference: np.ndarray, confidence: float = 0.95
) -> Contrast:
    """`other` minus `reference`, seed by seed. Needs two or more finite pairs."""
    a, b = np.asarray(other, float), np.asarray(reference, float)
    if a.shape != b.shape or a.ndim != 1 or len(a) < 2:
        raise BadInput(
            f"a contrast needs two lists of equal length, two seeds or more; got {a.shape} and "
            f"{b.shape}"
        )
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        raise BadInput(
            f"a contrast needs finite values; position "
            f"{int(np.flatnonzero(~(np.isfinite(a) & np.isfinite(b)))[0])} is not"
        )
    difference = a - b
    mean, low, high = mean_interval(difference, confidence)
    spread = float(b.std(ddof=1))
    apart = float(a.var(ddof=1) + b.var(ddof=1))
    together = float(difference.var(ddof=1))
    return Contrast(
        mean,
        low,
        high,
        mean / spread if spread > 0 else 0.0,
        1.0 - together / apart if apart > 0 else 0.0,
        len(a),
    )


def contrasts(
    runs: pd.DataFrame, outcomes: list[str], reference: str, others: list[str]
) -> pd.DataFrame:
    """A row for each scenario of `others` and outcome: scenario, outcome, reference mean, scenario
    mean, and the fields of `Contrast`.
    """
    wide = runs.pivot(index="seed", columns="scenario", values=outcomes)
    rows = []
    for other in others:
        for outcome in outcomes:
            a, b = wide[outcome][other].to_numpy(), wide[outcome][reference].to_numpy()
            found = paired_difference(a, b)
            rows.append(
                {
                    "scenario": other,
                    "reference": reference,
                    "outcome": outcome,
                    "reference_mean": b.mean(),
                    "scenario_mean": a.mean(),
                    "difference": found.mean,
                    "low": found.low,
                    "high": found.high,
                    "effect": found.effect,
                    "saved": found.saved,
                    "pairs": found.pairs,
                    "clear": found.clear,
                }
            )
    return pd.DataFrame(rows)
