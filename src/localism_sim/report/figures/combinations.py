"""What combinations of settings change, compared with the first of them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from ...model.outcomes import OUTCOMES
from ..words import counted
from .style import COLOURS, FAINT, INK, headline, in_house_style, sheet, shortened, wrapped

MOST_ROWS = 24
"""So many combinations have a row each; of more, those whose quality changes most."""
UNCLEAR = "#9A9A9A"


def chosen(table: pd.DataFrame) -> list[str]:
    """The combinations with a row, in the order in which they were given."""
    names = list(dict.fromkeys(table["overrides"]))
    if len(names) <= MOST_ROWS:
        return names
    size = table[table["outcome"] == "quality"].set_index("overrides")["difference"].abs()
    kept = set(size.sort_values(ascending=False, kind="stable").index[:MOST_ROWS])
    return [name for name in names if name in kept]


def draw_outcome(axes, rows: pd.DataFrame, outcome: str) -> None:
    """One outcome: a dot and a 95% interval for each combination, hollow where there is no clear
    difference.
    """
    for y, row in enumerate(rows.itertuples()):
        shade = COLOURS[1] if row.clear else UNCLEAR
        axes.hlines(y, row.low, row.high, color=shade, linewidth=2.2)
        axes.plot(
            [row.difference],
            [y],
            "o",
            color=shade if row.clear else "white",
            markeredgecolor=shade,
            markersize=5,
            markeredgewidth=1.4,
        )
    axes.axvline(0, color=INK, linewidth=0.9)
    reach = 1.15 * float(np.abs(rows[["low", "high"]].to_numpy()).max()) or 1.0
    axes.set_xlim(-reach, reach)
    axes.set_title(wrapped(OUTCOMES[outcome].label, 22), pad=20)
    left, right = ("worse", "better") if OUTCOMES[outcome].better > 0 else ("better", "worse")
    for at, text, side in ((0.0, f"← {left}", "left"), (1.0, f"{right} →", "right")):
        axes.text(at, 1.01, text, transform=axes.transAxes, fontsize=8.5, color=FAINT, ha=side)
    axes.set_xlabel(OUTCOMES[outcome].unit, fontsize=8.5, color=FAINT)
    axes.tick_params(axis="y", length=0)
    axes.locator_params(axis="x", nbins=4)


@in_house_style
def differences(table: pd.DataFrame, labels: Mapping[str, str], first: str) -> Figure:
    """Paired differences from the first combination, a panel for each outcome. table: as
    `report.combinations.differences` makes it. labels: a short name for each combination.
    """
    names, outcomes = chosen(table), list(dict.fromkeys(table["outcome"]))
    columns = 3
    lines = -(-len(outcomes) // columns)
    figure = sheet(11.5, 1.2 + lines * (1.0 + 0.26 * len(names)))
    panels = np.atleast_2d(figure.subplots(lines, columns, sharey=True))
    for axes, outcome in zip(panels.flat, outcomes):
        rows = table[table["outcome"] == outcome].set_index("overrides").reindex(names)
        draw_outcome(axes, rows, outcome)
    for axes in panels.flat[len(outcomes) :]:
        axes.set_axis_off()
    panels[0, 0].set_yticks(range(len(names)), [shortened(labels[name], 40) for name in names])
    panels[0, 0].set_ylim(len(names) - 0.5, -0.5)
    left_out = table["overrides"].nunique() - len(names)
    more = (
        f" Left out: {counted(left_out, 'combination')} with smaller changes." if left_out else ""
    )
    headline(
        figure,
        f"What changes for citizens, compared with: {first}",
        f"Dots: mean paired difference over up to {counted(int(table['pairs'].max()), 'seed')} in "
        f"the outcome's own unit, at the end of the run. Bars: 95% interval, often narrower than "
        f"the dot. Hollow grey: no clear difference.{more}",
    )
    return figure
