"""What studies share that cross two settings under several scenarios."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.figure import Figure

from experiments.drawing import two_maps
from experiments.study import Kept, Study
from experiments.tables import grid_table
from localism_sim.model.outcomes import setting_column
from localism_sim.model.scenario import Scenario, load_scenario


class Crossed(Study):
    """Two settings, every value of the one with every value of the other, under each scenario.

    arms: names of the scenarios. values: the two parameters and their values. outcomes: columns of
    the table.
    """

    reading = (
        "Each cell is one pair of settings; both maps of a figure have one scale, so they "
        "can be compared."
    )
    arms: tuple[str, ...]
    values: tuple[tuple[str, Sequence[float]], ...]
    outcomes: tuple[str, ...]

    def scenarios(self) -> tuple[Scenario, ...]:
        return tuple(load_scenario(name) for name in self.arms)

    def points(self) -> pd.DataFrame:
        names, values = zip(*self.values)
        rows = list(itertools.product(self.arms, *values))
        return pd.DataFrame(rows, columns=["scenario", *names])

    def table(self, runs: pd.DataFrame, kept: Kept) -> pd.DataFrame:
        x, y = (setting_column(name) for name, _ in self.values)
        return grid_table(runs, x, y, self.outcomes)


def spread_maps(
    table: pd.DataFrame, titles: Mapping[str, str], x: str, y: str, labels: tuple[str, str]
) -> Figure:
    """The spread of innovation over both settings, a map for each scenario."""
    return two_maps(
        table,
        titles,
        x,
        y,
        "spread",
        labels,
        "Spread of innovation after ten years",
        "Share of staff whose routine practice is new and truly worth more than the old one; mean "
        "over the seeds.",
    )
