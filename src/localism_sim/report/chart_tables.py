"""The numbers that the charts of a comparison show, as tables beside them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from ..analysis.comparison import in_places
from ..model.outcomes import OUTCOMES
from .blocks import Table, Words
from .contrasts import HEADLINES
from .words import month_name, number, percent

if TYPE_CHECKING:
    from ..analysis.comparison import Comparison


def by_year(comparison: Comparison, outcomes: tuple[str, ...], title: str) -> Table:
    """Means over runs at the end of every twelfth month and of the last, a row for each outcome and
    scenario.
    """
    last = comparison.months - 1
    at = sorted({*range(11, comparison.months, 12), last})
    means = comparison.history.groupby(["scenario", "month"])[list(outcomes)].mean()
    rows: list[tuple[Words, ...]] = [
        (
            f"{OUTCOMES[outcome].label}: {arm.title}",
            *(number(float(means.loc[(arm.name, month), outcome]), 3) for month in at),
        )
        for outcome in outcomes
        for arm in comparison.arms
    ]
    head = ("mean over runs, at the end of", *(month_name(comparison.start, k) for k in at))
    return Table(head, tuple(rows), title, "l" + "r" * len(at))


def trajectories(comparison: Comparison) -> Table:
    """The six outcomes over time."""
    return by_year(comparison, HEADLINES, "Outcomes over time")


def distribution(comparison: Comparison) -> Table:
    """Percentiles of quality over places, mean over runs."""
    rows = []
    for arm in comparison.arms:
        values = in_places(comparison, arm.name).to_numpy(float)
        low, middle, high = np.quantile(values, (0.1, 0.5, 0.9), axis=0).mean(axis=1)
        rows.append((arm.title, *(number(float(each), 3) for each in (low, middle, high))))
    head = ("scenario", "10th percentile of places", "median place", "90th percentile of places")
    return Table(head, tuple(rows), "Quality of services in places at the end", "lrrr")


def origins(comparison: Comparison) -> Table:
    """Shares of staff by where their practice came from, at the end."""
    from .figures.over_time import ORIGINS

    names = [name for name in ORIGINS if name in OUTCOMES]
    means = comparison.runs.groupby("scenario")[names].mean()
    rows = tuple(
        (arm.title, *(percent(float(means.loc[arm.name, name])) for name in names))
        for arm in comparison.arms
    )
    head = ("scenario", *(OUTCOMES[name].label for name in names))
    title = "Share of staff at the end, by origin of practice"
    return Table(head, rows, title, "l" + "r" * len(names))


TABLES: dict[str, Callable[[Comparison], Table]] = {
    "trajectories": trajectories,
    "distribution": distribution,
    "origins": origins,
}


def chart_table(name: str, comparison: Comparison) -> Table | None:
    """The numbers of a chart; None where a table of the report holds them anyway."""
    return TABLES[name](comparison) if name in TABLES else None
