"""Measured patterns: the model beside what was seen."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from ..words import counted
from .style import COLOURS, FAINT, INK, headline, in_house_style, name_rows, sheet, wrapped

if TYPE_CHECKING:
    from ...evidence.pattern import Pattern, Statistic
    from ..patterns import Scorecard

MET, MISSED, SEEN = COLOURS[1], COLOURS[0], INK
REACH = 4.0
"""Half-ranges from the middle of what was seen beyond which a dot stands at the edge."""
COLUMNS = 4


def on_common_scale(row: pd.Series) -> float:
    """Where the model lies: 0 the middle of the range seen, -1 and 1 its ends. With one end only,
    that end lies at -1 or 1 and the unit is the distance from it to zero (1 where that is none).
    """
    low, high, model = row["low"], row["high"], row["model"]
    if math.isinf(high):
        return -1.0 + (model - low) / (abs(low) or 1.0)
    if math.isinf(low):
        return 1.0 + (model - high) / (abs(high) or 1.0)
    return (model - (low + high) / 2.0) / ((high - low) / 2.0)


def draw_on_common_scale(axes, y: int, row: pd.Series) -> None:
    """The model's mean in its row; a triangle at the edge for one that lies beyond the axis."""
    at = on_common_scale(row)
    edge = abs(at) > REACH
    axes.plot(
        float(np.clip(at, -REACH, REACH)),
        y,
        (">" if at > 0 else "<") if edge else "o",
        color=MET if row["met"] else MISSED,
        markerfacecolor="white" if row["use"] == "held back" else None,
        markersize=6,
    )


@in_house_style
def scorecard(found: Scorecard) -> Figure:
    """Every statistic on a common scale: inside the band it is met."""
    table = found.statistics
    figure = sheet(9.6, 1.7 + 0.24 * len(table))
    axes = figure.subplots()
    axes.axvspan(-1.0, 1.0, color="#E9EEF4", zorder=0.5)
    labels = []
    for y, (_, row) in enumerate(table.iterrows()):
        labels.append(f"{row['pattern'].replace('_', ' ')}: {row['statistic'].replace('_', ' ')}")
        if math.isnan(row["model"]):
            axes.text(0.0, y, "not expressible", ha="center", va="center", color=FAINT, fontsize=8)
            continue
        draw_on_common_scale(axes, y, row)
    name_rows(axes, labels, fontsize=8, grid=True)
    axes.set_xlim(-REACH - 0.3, REACH + 0.3)
    axes.set_xticks([-1, 0, 1], ["low end", "range seen", "high end"])
    rows = found.verdicts[found.verdicts["row"] != ""]
    said = int(rows["verdict"].eq("reproduced").sum())
    headline(
        figure,
        f"{said} of {len(rows)} rows of the scorecard are reproduced under one setting",
        f"Dot: mean of {counted(len(found.seeds), 'seed')}; blue in the range seen, orange "
        "outside, "
        f"hollow: pattern held back from the choice of rates. Triangles lie beyond the axis.",
    )
    return figure


@in_house_style
def beside_the_data(found: Scorecard) -> Figure:
    """A panel for each pattern: the range seen and the value seen, every seed and their mean."""
    count = len(found.patterns)
    columns = min(COLUMNS, count)
    rows = math.ceil(count / columns)
    figure = sheet(max(6.4, 3.3 * columns), 1.3 + 2.6 * rows)
    panels = np.atleast_1d(figure.subplots(rows, columns, squeeze=False)).ravel()
    for axes, pattern in zip(panels, found.patterns):
        draw_pattern(axes, pattern, found)
    for axes in panels[count:]:
        axes.set_visible(False)
    headline(
        figure,
        "The model beside what was measured",
        "Black bar: range seen, with a tick at the value seen; an open end has an arrow. Blue or "
        "orange: mean over seeds, in or out of the range; grey: single seeds.",
    )
    return figure


def draw_pattern(axes, pattern: Pattern, found: Scorecard) -> None:
    """One pattern: what was measured several times over months, anything else side by side, each in
    its own unit.
    """
    title = wrapped(f"{pattern.row + ': ' if pattern.row else ''}{pattern.title}", 34)
    axes.set_title(title, fontsize=9)
    if pattern.missing:
        axes.text(0.5, 0.5, "not expressible", ha="center", color=FAINT, transform=axes.transAxes)
        axes.set_xticks([])
        axes.set_yticks([])
        return
    timed = tuple(each for each in pattern.statistics if each.month is not None)
    groups = ([timed] if timed else []) + [(s,) for s in pattern.statistics if s.month is None]
    if len(groups) == 1:
        draw_group(axes, pattern, groups[0], found)
        return
    axes.set_axis_off()
    axes.set_title(title, fontsize=9)
    weights = np.array([1.0 + 0.5 * (len(group) - 1) for group in groups])
    edges = np.concatenate([[0.0], np.cumsum(weights)]) / weights.sum()
    for left, right, group in zip(edges, edges[1:], groups):
        inner = axes.inset_axes((left + 0.08, 0.12, right - left - 0.12, 0.84))
        draw_group(inner, pattern, group, found)
        inner.tick_params(labelsize=7)


def draw_group(axes, pattern: Pattern, group: tuple[Statistic, ...], found: Scorecard) -> None:
    """Statistics that share an axis: one thing measured several times, or a single one."""
    at = [float(each.month or 0.0) for each in group]
    width = 0.05 * (max(at) - min(at)) or 1.0
    series = [found.of(pattern.name, each.name) for each in group]
    if len(at) > 1:
        for seed in found.seeds:
            axes.plot(at, [own[seed] for own in series], color="#C4C4C4", linewidth=0.9, zorder=1.5)
    for x, each, own in zip(at, group, series):
        draw_statistic(axes, x, width, each, own)
    single = len(pattern.statistics) == 1
    said = group[0].meaning if single else group[0].name.replace("_", " ")
    axes.set_xticks(at if len(at) > 1 else [])
    axes.set_xlabel("months" if len(at) > 1 else wrapped(said, 40), fontsize=8, color=FAINT)
    axes.set_xlim(min(at) - 4 * width, max(at) + 4 * width)


def draw_statistic(axes, x: float, width: float, each: Statistic, own: pd.Series) -> None:
    """The range seen as a bar, the value seen as a tick; seeds as small dots, their mean large."""
    mean = float(own.mean())
    reach = 0.5 * max(abs(mean - b) for b in (each.low, each.high) if math.isfinite(b)) or 0.1
    low = each.low if math.isfinite(each.low) else min(each.high, mean) - reach
    high = each.high if math.isfinite(each.high) else max(each.low, mean) + reach
    axes.plot([x - width] * 2, [low, high], color=SEEN, linewidth=3, solid_capstyle="butt")
    for end, limit, mark in ((low, each.low, "v"), (high, each.high, "^")):
        if math.isinf(limit):
            axes.plot(x - width, end, mark, color=SEEN, markersize=5)
    if each.seen is not None:
        axes.plot([x - 1.8 * width, x - 0.2 * width], [each.seen] * 2, color=SEEN, linewidth=1.4)
    axes.plot([x + width] * len(own), own, ".", color="#B0B0B0", markersize=4)
    axes.plot(x + width, mean, "o", color=MET if each.met(mean) else MISSED, markersize=6)
