"""The leading outcomes month by month, for whoever draws them elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ..analysis.intervals import quantile
from .contrasts import HEADLINES
from .words import month_name

if TYPE_CHECKING:
    from ..analysis.comparison import Comparison


def months_frame(comparison: Comparison) -> pd.DataFrame:
    """A row for each scenario and month: number and calendar date of the month, means over runs of
    the leading outcomes and, where there are two seeds or more, both ends of their 95% intervals.
    """
    count, names = len(comparison.seeds), list(HEADLINES)
    grouped = comparison.history.groupby(["scenario", "month"])[names]
    means = grouped.mean()
    columns: dict[str, pd.Series] = {}
    half = grouped.sem() * quantile(count) if count > 1 else None
    for name in names:
        columns[name] = means[name]
        if half is not None:
            columns[f"{name}_low"] = means[name] - half[name]
            columns[f"{name}_high"] = means[name] + half[name]
    frame = pd.DataFrame(columns)
    parts = [frame.loc[arm.name].assign(scenario=arm.title) for arm in comparison.arms]
    found = pd.concat(parts).reset_index()
    found.insert(1, "date", [month_name(comparison.start, int(k)) for k in found["month"]])
    found["month"] += 1
    found.insert(0, "scenario", found.pop("scenario"))
    return found
