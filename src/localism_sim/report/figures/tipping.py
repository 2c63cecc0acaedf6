"""Where an outcome tips: against one lever, over a second parameter, and on the way up and back."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ...model.parameters import FIELDS
from ..tipping import direction, level_of, shown_level
from ..words import number, outcome_title
from .style import COLOURS, FAINT, INK, headline, in_house_style, sheet

if TYPE_CHECKING:
    from ...analysis.tipping.answer import Tipping
    from ...analysis.tipping.crossing import Crossing, Curve
    from ...analysis.tipping.hysteresis import Hysteresis

BLUE, ORANGE, BAND = COLOURS[1], COLOURS[0], "#F0E4D0"


def axis_name(name: str) -> str:
    """A parameter with its unit."""
    return f"{name.replace('_', ' ')} ({FIELDS[name].metadata['unit']})"


@in_house_style
def curve(found: Tipping) -> Figure:
    """The outcome against the lever with its band, the threshold, and the interval of each
    crossing.
    """
    one = found.curves[0]
    figure = sheet(8.4, 4.8)
    axes = figure.subplots()
    draw_curve(axes, one)
    draw_threshold(axes, found.threshold)
    axes.set_xlim(one.levels[0], one.levels[-1])
    axes.set_xlabel(axis_name(found.lever.name))
    axes.set_ylabel(outcome_title(found.outcome).lower())
    crossings = one.crossings()
    sand = " Sand: levels at which the threshold lies within the band." if crossings else ""
    headline(
        figure,
        f"{title_of(found, crossings)}: {outcome_title(found.outcome).lower()}",
        f"Line: mean over {found.seeds} common seeds; band: its 95% interval. Large dots: the "
        f"first, even levels; small dots: bisection.{sand}",
    )
    return figure


def draw_threshold(axes, threshold: float) -> None:
    """The threshold as a line with its value."""
    axes.axhline(threshold, color=INK, linewidth=1.0, linestyle="--")
    axes.annotate(
        f"threshold {threshold:g}",
        (1.0, threshold),
        xycoords=("axes fraction", "data"),
        xytext=(-4, 4),
        textcoords="offset points",
        ha="right",
        fontsize=8.5,
        color=FAINT,
    )


def draw_curve(axes, one: Curve) -> None:
    """The outcome with its band, and where it may cross the threshold."""
    for crossing in one.crossings():
        axes.axvspan(crossing.low, crossing.high, color=BAND, zorder=0.5)
        if not math.isnan(crossing.level):
            axes.axvline(crossing.level, color=FAINT, linewidth=0.9, linestyle=":")
    axes.fill_between(one.levels, one.low, one.high, color=BLUE, alpha=0.22, linewidth=0)
    axes.plot(one.levels, one.mean, color=BLUE, linewidth=1.6)
    chosen = np.isin(one.levels, one.grid)
    axes.plot(one.levels[chosen], one.mean[chosen], "o", color=BLUE, markersize=5)
    axes.plot(one.levels[~chosen], one.mean[~chosen], "o", color=BLUE, markersize=2.5)


def title_of(found: Tipping, crossings: Sequence[Crossing]) -> str:
    """Where the threshold is crossed, as far as that is certain."""
    if not crossings:
        return f"No crossing of {found.threshold:g} in the range"
    sure = [crossing for crossing in crossings if crossing.certain]
    if not sure:
        return f"These seeds leave open where {found.threshold:g} is crossed"
    said = " and ".join(
        f"{direction(crossing)} {found.threshold:g} at {found.lever.label} "
        f"{level_of(found, crossing)}"
        for crossing in sure
    )
    return said[0].upper() + said[1:]


def draw_line(axes, found: Tipping, rising: bool, colour: str) -> None:
    """Clear crossings of one direction over the second parameter, joined where neighbours have
    exactly one.
    """
    chosen: list[tuple[float, Crossing] | None] = []
    for value, each in zip(found.values, found.curves):
        crossings = [c for c in each.crossings() if c.certain and (c.after > 0) == rising]
        chosen.append((value, crossings[0]) if len(crossings) == 1 else None)
        for c in crossings:
            axes.vlines(value, c.low, c.high, color=colour, linewidth=2.2, zorder=3)
            axes.plot([value], [c.level], "o", color=colour, markersize=6, zorder=3.2)
    for left, right in itertools.pairwise(chosen):
        if left is not None and right is not None:
            pair = (left[0], right[0])
            axes.plot(pair, (left[1].level, right[1].level), color=colour, linewidth=1.6, zorder=3)
            axes.fill_between(
                pair,
                (left[1].low, right[1].low),
                (left[1].high, right[1].high),
                color=colour,
                alpha=0.18,
                linewidth=0,
                zorder=2,
            )


SIDES = {1: "#56B4E9", 0: "#C4C4C4", -1: "white"}
"""Colours of grid points above the threshold, undecided, and below."""


def draw_sides(axes: Axes, found: Tipping) -> None:
    """A square at each level of the grid, coloured by the side on which the outcome is."""
    for value, each in zip(found.values, found.curves):
        for position in np.flatnonzero(np.isin(each.levels, each.grid)):
            axes.plot(
                [value],
                [each.levels[position]],
                "s",
                markersize=7,
                color=SIDES[int(np.sign(each.side(int(position))))],
                markeredgecolor="#8C8C8C",
                markeredgewidth=0.7,
                zorder=1.5,
            )


def explain_map(axes: Axes, threshold: float, ways: set[bool]) -> None:
    """The legend of a map: the squares, and the lines of crossings upwards and downwards that there
    are.
    """
    handles = [
        axes.plot([], [], "s", color=SIDES[side], markeredgecolor="#8C8C8C", markersize=7, label=to)
        for side, to in ((1, f"above {threshold:g}"), (0, "undecided"), (-1, "below"))
    ]
    lines = (
        (True, BLUE, "rises above as the lever goes up"),
        (False, ORANGE, "falls below as the lever goes up"),
    )
    handles += [
        axes.plot([], [], "o-", color=colour, label=label)
        for way, colour, label in lines
        if way in ways
    ]
    axes.legend(
        handles=[first for first, *_ in handles],
        loc="lower left",
        bbox_to_anchor=(-0.02, 1.0),
        ncols=len(handles),
        handlelength=1.2,
        columnspacing=1.2,
        fontsize=8.5,
    )


@in_house_style
def tipping_map(found: Tipping) -> Figure:
    """Lever against the second parameter: the tipping line with its band, and at each grid point on
    which side the outcome is.
    """
    assert found.across is not None
    figure = sheet(8.4, 5.4)
    axes = figure.subplots()
    draw_sides(axes, found)
    draw_line(axes, found, True, BLUE)
    draw_line(axes, found, False, ORANGE)
    axes.set_xlabel(axis_name(found.across.name))
    axes.set_ylabel(axis_name(found.lever.name))
    ways = {c.after > 0 for each in found.curves for c in each.crossings() if c.certain}
    explain_map(axes, found.threshold, ways)
    headline(
        figure,
        f"Where {outcome_title(found.outcome).lower()} crosses {found.threshold:g}"
        if ways
        else f"No clear crossing of {found.threshold:g}: {outcome_title(found.outcome).lower()}",
        f"Dots and bars: crossing with its 95% interval ({found.seeds} common seeds); joined where "
        f"neighbours have one crossing each, so a straight line "
        "between them is a guess. Squares: the first, even levels; undecided where the 95% "
        "interval of the mean holds the threshold.",
    )
    return figure


@in_house_style
def hysteresis(found: Tipping) -> Figure:
    """The outcome on the way up and down, and in runs that stayed at each level until the month of
    the way down.
    """
    way = found.hysteresis
    assert way is not None
    table = way.table()
    figure = sheet(8.4, 4.8)
    axes = figure.subplots()
    for branch, colour, label in (("up", BLUE, "going up"), ("down", ORANGE, "coming down")):
        draw_branch(axes, table[table["branch"] == branch], colour, label, branch == "up")
    rows = table[table["branch"] == "steady, month of the way down"]
    axes.vlines(rows["level"], rows["low"], rows["high"], color=FAINT, linewidth=1.4)
    axes.plot(
        rows["level"],
        rows["mean"],
        "D",
        color="white",
        markeredgecolor=FAINT,
        markersize=6,
        label="stayed at this level, month of the way down",
    )
    axes.set_xlabel(axis_name(found.lever.name))
    axes.set_ylabel(
        outcome_title(found.outcome.removesuffix("_mean")).removesuffix(" at the end").lower()
    )
    axes.legend(loc="lower left", bbox_to_anchor=(-0.02, 1.0), ncols=3, fontsize=8.5)
    headline(figure, *said_of_the_way_back(found, way))
    return figure


def draw_branch(axes, rows: pd.DataFrame, colour: str, label: str, upwards: bool) -> None:
    """The way up or down, with an arrow that tells the direction."""
    axes.fill_between(
        rows["level"], rows["low"], rows["high"], color=colour, alpha=0.18, linewidth=0
    )
    axes.plot(rows["level"], rows["mean"], "o-", color=colour, markersize=5, label=label)
    a, b = (0, 1) if upwards else (1, 0)
    x, y = rows["level"].to_numpy(), rows["mean"].to_numpy()
    axes.annotate(
        "",
        ((x[a] + 2 * x[b]) / 3, (y[a] + 2 * y[b]) / 3),
        ((2 * x[a] + x[b]) / 3, (2 * y[a] + y[b]) / 3),
        arrowprops={"arrowstyle": "->", "color": colour, "linewidth": 1.8},
    )


def said_of_the_way_back(found: Tipping, way: Hysteresis) -> tuple[str, str]:
    """Title and note of the figure."""
    memory = way.memory
    same = "is the same as far as can be told" if memory[1] <= 0 <= memory[2] else "is not the same"
    return (
        f"The way back {same}: {found.lever.label} up to {shown_level(found, way.levels[-1])} and "
        f"down again",
        f"Means of {found.seeds} common seeds with 95% intervals, at the end of {way.hold} months "
        f"at each level. Memory (coming down less stayed, mean "
        f"over levels): {number(memory[0])} ({number(memory[1])} to {number(memory[2])}). Going up "
        f"and coming down also differ by the time between them.",
    )
