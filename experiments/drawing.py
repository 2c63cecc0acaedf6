"""Figures that several studies share, in the house style."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import Normalize, TwoSlopeNorm
from matplotlib.figure import Figure

from localism_sim.report.figures.style import COLOURS, INK, headline, in_house_style, sheet, wrapped

LEVELS, DIFFERENCES = "cividis", "PuOr"
"""Colour maps that the common kinds of colour blindness can read: one for levels, one for
differences (white at zero).
"""


UNCLEAR = "#F2F2F2"
"""Where no difference is clear."""


def named(value: object) -> str:
    """A setting as an axis shows it."""
    return f"{value:g}" if isinstance(value, (int, float, np.number)) else str(value)


def ink_on(shade: tuple[float, ...]) -> str:
    """Black or white, whichever reads better on a colour."""
    return "white" if np.dot(shade[:3], (0.299, 0.587, 0.114)) < 0.5 else INK


def heat(
    axes: Axes,
    table: pd.DataFrame,
    x: str,
    y: str,
    outcome: str,
    norm: Normalize,
    clear: str | None = None,
    colours: str = LEVELS,
) -> None:
    """A map of an outcome over two settings, each cell with its number. clear: name of a
    difference; a cell in which its interval holds zero has a dot for number and colour.
    """
    wide = table.pivot(index=y, columns=x, values=outcome)
    if clear is not None:
        marked = table.assign(unclear=(table[f"{clear}_low"] <= 0) & (table[f"{clear}_high"] >= 0))
        wide = wide.mask(marked.pivot(index=y, columns=x, values="unclear").astype(bool))
    axes.set_facecolor(UNCLEAR)
    axes.imshow(wide.to_numpy(), origin="lower", aspect="auto", cmap=colours, norm=norm)
    digits = 2 if clear is None or float(norm.vmax or 1.0) >= 0.05 else 3
    for row, column in np.ndindex(*wide.shape):
        value = wide.iat[row, column]
        text = (
            f"{value:{'+' if clear else ''}.{digits}f}".replace("-", "−")
            if np.isfinite(value)
            else "·"
        )
        axes.text(
            column,
            row,
            text,
            ha="center",
            va="center",
            fontsize=8.5,
            color=ink_on(colormaps[colours](norm(value))) if np.isfinite(value) else INK,
        )
    axes.set_xticks(range(len(wide.columns)), [named(value) for value in wide.columns])
    axes.set_yticks(range(len(wide)), [named(value) for value in wide.index])
    axes.grid(visible=False)
    axes.tick_params(length=0)
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)


def around_zero(values: pd.Series) -> TwoSlopeNorm:
    """A scale for differences, as far on either side as the largest of them."""
    most = max(float(values.abs().max()) if len(values) else 0.0, 1e-9)
    return TwoSlopeNorm(0.0, -most, most)


def bands(axes: Axes, x: str, outcome: str, lines: Mapping[str, pd.DataFrame]) -> None:
    """An outcome against a setting: a line with its 95% band for each table, named at its end."""
    for (label, part), colour in zip(lines.items(), COLOURS):
        axes.fill_between(
            part[x],
            part[f"{outcome}_low"],
            part[f"{outcome}_high"],
            color=colour,
            alpha=0.2,
            linewidth=0,
        )
        axes.plot(part[x], part[outcome], "o-", color=colour, markersize=3.5)
        axes.annotate(
            label,
            (part[x].iloc[-1], part[outcome].iloc[-1]),
            xytext=(6, 0),
            textcoords="offset points",
            color=colour,
            va="center",
            fontsize=8.5,
            annotation_clip=False,
        )


@in_house_style
def two_maps(
    table: pd.DataFrame,
    titles: Mapping[str, str],
    x: str,
    y: str,
    outcome: str,
    labels: tuple[str, str],
    text: str,
    note: str,
) -> Figure:
    """A map for each scenario, on one scale. titles: scenario -> title. labels: of the two
    settings.
    """
    figure = sheet(1.6 + 4.0 * len(titles), 4.2)
    panels = np.atleast_1d(figure.subplots(1, len(titles), sharey=True))
    norm = (
        Normalize(0.0, 1.0)
        if table[outcome].max() > 0.6
        else Normalize(float(table[outcome].min()), float(table[outcome].max()))
    )
    for axes, (scenario, title) in zip(panels, titles.items()):
        heat(axes, table[table["scenario"] == scenario], x, y, outcome, norm)
        axes.set_title(wrapped(title, 44))
        axes.set_xlabel(labels[0])
    panels[0].set_ylabel(labels[1])
    headline(figure, text, note)
    return figure
