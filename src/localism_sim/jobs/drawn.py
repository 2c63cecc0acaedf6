"""Run points with the rates as set and, with `behaviour=posterior`, also with a draw of the rates
for each seed.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from ..evidence.posterior import Rates
from ..sweeps.question import BEHAVIOUR, CENTRE, DRAWN
from .experiment import Model


def both_ways(
    model: Model,
    points: pd.DataFrame,
    seeds: Sequence[int],
    rates: Rates | None,
    only: Sequence[int] | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """The runs of the points with the rates as set and, where there are draws, those with a draw
    for each seed; the points have the same numbers in both. only: numbers of the points that are
    run with draws, by default all.
    """
    if rates is None:
        return model.runs(points, seeds), None
    count = len(points)
    chosen = list(range(count) if only is None else only)
    runs = model.runs(doubled(points, chosen), seeds)
    first = runs["point"] < count
    drawn = runs[~first]
    numbers = [chosen[point - count] for point in drawn["point"]]
    return runs[first], drawn.assign(point=numbers)


def drawn_runs(
    model: Model, points: pd.DataFrame, seeds: Sequence[int], only: Sequence[int]
) -> pd.DataFrame:
    """The runs of the points of these numbers with a draw of the rates for each seed."""
    chosen = list(only)
    runs = model.runs(points.iloc[chosen].assign(**{BEHAVIOUR: DRAWN}), seeds)
    there = dict(zip(sorted(runs["point"].unique()), chosen))
    return runs.assign(point=[there[point] for point in runs["point"]])


def doubled(points: pd.DataFrame, again: Sequence[int]) -> pd.DataFrame:
    """The points with the rates as set, and after them those of these numbers with draws."""
    return pd.concat(
        [
            points.assign(**{BEHAVIOUR: CENTRE}),
            points.iloc[list(again)].assign(**{BEHAVIOUR: DRAWN}),
        ],
        ignore_index=True,
    )
