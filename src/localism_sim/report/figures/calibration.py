"""Rates before and after the patterns, the check of the method, patterns under the draws."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from ...analysis import calibration as analysis
from ..words import counted, percent
from .style import COLOURS, FAINT, INK, headline, in_house_style, name_rows, sheet

if TYPE_CHECKING:
    from ..calibration import Calibration

AFTER, BEFORE, HELD = COLOURS[1], "#C9CED6", COLOURS[0]
BINS = 16
COLUMNS = 4


@in_house_style
def posterior(found: Calibration) -> Figure:
    """A panel for each rate: the prior, the draws, and the default."""
    asked = [found.priors[k] for k in found.asked_about]
    rows = math.ceil(len(asked) / COLUMNS)
    figure = sheet(11.6, 1.2 + 1.9 * rows)
    panels = figure.subplots(rows, COLUMNS, squeeze=False).ravel()
    for axes, prior in zip(panels, asked):
        edges = prior_edges(prior)
        share = np.full(BINS, 1.0 / BINS)
        axes.stairs(share, edges, fill=True, color=BEFORE)
        counts, _ = np.histogram(found.draws[prior.name], edges)
        axes.stairs(counts / len(found.draws), edges, color=AFTER, linewidth=1.6)
        axes.axvline(getattr(found.base, prior.name), color=INK, linewidth=1.0, linestyle="--")
        if prior.logarithmic:
            axes.set_xscale("log")
            axes.xaxis.set_minor_locator(NullLocator())
        axes.set_xticks([prior.low, prior.high], [f"{prior.low:g}", f"{prior.high:g}"])
        axes.set_title(prior.name, fontsize=9)
        axes.set_yticks([])
        axes.tick_params(labelsize=7.5)
    for axes in panels[len(asked) :]:
        axes.set_visible(False)
    headline(
        figure,
        "What the measured patterns say of the rates",
        f"Grey: prior; blue: {counted(len(found.draws), 'draw')} of the posterior; dashed: "
        f"default.",
    )
    return figure


def prior_edges(prior) -> np.ndarray:
    """Bins that each hold the same share of the prior."""
    if prior.logarithmic:
        return np.geomspace(prior.low, prior.high, BINS + 1)
    return np.linspace(prior.low, prior.high, BINS + 1)


@in_house_style
def ranks(found: Calibration) -> Figure:
    """Simulation-based calibration: ranks of known rates are even where posteriors are right."""
    asked = list(found.asked_about)
    figure = sheet(8.4, 4.8)
    axes = figure.subplots()
    grid = np.linspace(0.0, 1.0, 101)
    count = len(found.ranks)
    reach = 1.36 / math.sqrt(count)  # Kolmogorov & Smirnov, 95%
    axes.axhspan(-reach, reach, color="#E9EEF4", zorder=0.5)
    axes.axhline(0.0, color=INK, linewidth=0.9)
    for k in asked:
        own = np.sort(found.ranks[:, k])
        apart = np.searchsorted(own, grid, side="right") / count - grid
        outside = np.abs(apart).max() > reach
        axes.plot(grid, apart, color=HELD if outside else AFTER, linewidth=1.0)
        if outside:
            at = int(np.abs(apart).argmax())
            axes.annotate(found.priors[k].name, (grid[at], apart[at]), fontsize=8, color=HELD)
    axes.set_xlabel("share of posterior draws below the known rate", color=FAINT)
    axes.set_ylabel("share of worlds, less what is even", color=FAINT)
    axes.set_xlim(0, 1)
    headline(
        figure,
        f"Intervals of 90% hold {percent(found.coverage, 1)} of known rates",
        f"A line for each rate, over {counted(count, 'world')} whose rates are known and that were "
        f"kept out of the learning. Inside the band the posterior is right within chance (95%).",
    )
    return figure


def draw_statistic(axes, y: int, row: Any) -> None:
    """Median and interval of one statistic under the draws, on the scale of the range seen."""
    middle, half = scale_of(row.low, row.high)
    low, mid, high = (
        float(np.clip((value - middle) / half, -4.0, 4.0))
        for value in (row.draws_low, row.median, row.draws_high)
    )
    colour = HELD if row.held_back else AFTER
    axes.plot([low, high], [y, y], color=colour, linewidth=1.6)
    axes.plot(mid, y, "o", color=colour, markersize=5)


@in_house_style
def predictive(found: Calibration) -> Figure:
    """Every statistic under the draws, on the scale of the range seen."""
    from ..calibration import predictive_table

    table = predictive_table(found)
    figure = sheet(9.6, 1.7 + 0.25 * len(table))
    axes = figure.subplots()
    axes.axvspan(-1.0, 1.0, color="#E9EEF4", zorder=0.5)
    labels = []
    for y, row in enumerate(table.itertuples()):
        draw_statistic(axes, y, row)
        mark = " (held back)" if row.held_back else ""
        labels.append(f"{row.pattern}: {row.statistic}".replace("_", " ") + mark)
    name_rows(axes, labels, fontsize=8, grid=True)
    axes.set_xlim(-4.2, 4.2)
    axes.set_xticks([-1, 0, 1], ["low end", "range seen", "high end"])
    headline(
        figure,
        "The patterns under the draws of the posterior",
        f"Median and {percent(analysis.LEVEL)} of the draws; blue: fitted or set, orange: held "
        f"back. What lies beyond the axis stands at its edge; where only one end is known it "
        f"stands at low or high end.",
    )
    return figure


def scale_of(low: float, high: float) -> tuple[float, float]:
    """Middle and half-width of the range seen; with one end only that end is -1 or 1 and the unit
    its distance from zero (1 where that is none).
    """
    if math.isinf(high):
        unit = abs(low) or 1.0
        return low + unit, unit
    if math.isinf(low):
        unit = abs(high) or 1.0
        return high - unit, unit
    return (low + high) / 2.0, (high - low) / 2.0
