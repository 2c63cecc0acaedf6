"""How an interval narrows as seeds are added."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..replication import shown, subject
from ..words import outcome_title
from .style import COLOURS, FAINT, INK, headline, in_house_style, sheet

if TYPE_CHECKING:
    from ...analysis.replication import Replications


def draw_looks(axes: Axes, found: Replications) -> None:
    """Mean and interval at each look, the last written beside it; the axis keeps the first in
    sight.
    """
    looks, last = found.looks, found.last
    count = np.array([look.count for look in looks])
    low, high = [look.low for look in looks], [look.high for look in looks]
    axes.vlines(count, low, high, color=COLOURS[1], linewidth=2.0)
    axes.plot(count, [look.mean for look in looks], "o", color=COLOURS[1], markersize=4.5)
    room = 3.0 * found.half_width
    axes.set_ylim(min(low[0] - room, last.mean - room), max(high[0] + room, last.mean + room))
    axes.annotate(
        f"{shown(found, last.mean)} ± {shown(found, last.half_width)}",
        (count[-1], last.mean),
        xytext=(8, 0),
        textcoords="offset points",
        va="center",
        color=COLOURS[1],
        fontsize=9,
    )


@in_house_style
def narrowing(found: Replications) -> Figure:
    """Mean and 95% interval at each look, the width asked for as a band around the last mean, and a
    dot a seed.
    """
    last = found.last
    figure = sheet(8.4, 4.6)
    axes = figure.subplots()
    paired = len(found.scenarios) > 1
    values = found.values["difference" if paired else found.scenarios[0].name]
    axes.plot(np.arange(1, len(values) + 1), values, ".", color="#C4C4C4", markersize=3, zorder=1.5)
    low, high = last.mean - found.half_width, last.mean + found.half_width
    axes.axhspan(low, high, color="#F0E4D0", zorder=0.5)
    draw_looks(axes, found)
    if paired:
        axes.axhline(0.0, color=INK, linewidth=0.9)
    axes.set_xlim(0, 1.22 * len(values))
    axes.set_xlabel("seeds used")
    axes.set_ylabel("difference" if paired else outcome_title(found.outcome).lower())
    bottom, top = axes.get_ylim()
    outside = int(((values < bottom) | (values > top)).sum())
    yet = "" if found.reached else "not yet "
    headline(
        figure,
        f"The interval is {yet}as narrow as asked: {subject(found)}",
        how_to_read(found.half_width, "pairs" if paired else "runs", outside),
    )
    axes.tick_params(colors=INK)
    axes.yaxis.label.set_color(FAINT)
    return figure


def how_to_read(half_width: float, single: str, outside: int) -> str:
    """The note below the figure. single: what a dot is. outside: how many dots are not shown."""
    beyond = f" {outside} lie beyond the axis." if outside else ""
    return (
        f"Blue: mean and 95% interval at each look. Band: ±{half_width:g} around the last mean, "
        f"the width asked for. Grey dots: single {single}.{beyond} Intervals are corrected for "
        "skewness."
    )
