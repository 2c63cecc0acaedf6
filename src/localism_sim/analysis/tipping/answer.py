"""A tipping map: the levels of a lever at which an outcome crosses a threshold, and whether the way
back is the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ...sweeps.factors import Factor
from .crossing import Curve
from .hysteresis import Hysteresis


@dataclass(frozen=True)
class Tipping:
    """The answer of a tipping map. curves: one for each value of `across` (a single curve, and no
    values, if there is none). hysteresis: None if it was not examined; `no_hysteresis` then says
    why.
    """

    lever: Factor
    outcome: str
    months: int
    seeds: int
    curves: tuple[Curve, ...]
    across: Factor | None = None
    values: tuple[float, ...] = ()
    hysteresis: Hysteresis | None = None
    no_hysteresis: str = ""

    @property
    def threshold(self) -> float:
        """The outcome's threshold."""
        return self.curves[0].threshold

    def crossings(self) -> pd.DataFrame:
        """A row a crossing: the second parameter's value if there is one, level, low, high, before,
        after, certain.
        """
        rows = [
            {
                **({self.across.name: value} if self.across else {}),
                "lever": self.lever.name,
                "level": c.level,
                "low": c.low,
                "high": c.high,
                "before": c.before,
                "after": c.after,
                "certain": c.certain,
            }
            for value, curve in zip(self.values or (float("nan"),), self.curves)
            for c in curve.crossings()
        ]
        names = [
            *([self.across.name] if self.across else []),
            "lever",
            "level",
            "low",
            "high",
            "before",
            "after",
            "certain",
        ]
        return pd.DataFrame(rows, columns=names)

    def levels(self) -> pd.DataFrame:
        """A row per level that was run: mean outcome with its interval, and the share of runs above
        the threshold.
        """
        frames = [
            pd.DataFrame(
                {
                    **({self.across.name: value} if self.across else {}),
                    self.lever.name: curve.levels,
                    "mean": curve.mean,
                    "low": curve.low,
                    "high": curve.high,
                    "runs_above": (curve.values > curve.threshold).mean(axis=1),
                }
            )
            for value, curve in zip(self.values or (float("nan"),), self.curves)
        ]
        return pd.concat(frames, ignore_index=True)
