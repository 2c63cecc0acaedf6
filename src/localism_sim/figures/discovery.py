"""Boxes of scenario discovery: what was traded on the way, the box itself, and its two most restricted parameters."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from matplotlib import colormaps
from matplotlib.colors import BoundaryNorm, LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from ..experiments.discovery_in_words import conditions, limit_in_words, wanted
from ..experiments.sensitivity_in_words import outcome_title
from .house import COLOURS, FAINT, INK, headline, in_house_style, save, sheet, wrapped

if TYPE_CHECKING:
    from ..experiments.discovery import Found
    from ..experiments.factors import Factor

BLUE, ORANGE = COLOURS[1], COLOURS[0]
SHARES = LinearSegmentedColormap.from_list("shares", ["#D9D9D9", "#56B4E9", "#0072B2"])


@in_house_style
def trajectory(found: Found) -> Figure:
    """Coverage against density of every step, coloured by the number of restrictions; the same steps on the held-out points; the step taken ringed."""
    steps = found.discovery.trajectory
    tree = found.discovery.method == "cart"
    figure = sheet(8.4, 5.2)
    axes = figure.subplots()
    most = max(1, int(steps["restrictions"].max()))
    colours, scale = colormaps["viridis_r"], BoundaryNorm(np.arange(-0.5, most + 1.5), 256)
    axes.plot(steps["held_out_coverage"], steps["held_out_density"], color="#9A9A9A", linewidth=1.1, marker=".", markersize=4, zorder=1.5,
              label="held-out points")
    dots = axes.scatter(steps["coverage"], steps["density"], c=steps["restrictions"], cmap=colours, norm=scale, s=36, zorder=2, label="points that found it")
    taken = steps[steps["taken"]].iloc[0]
    axes.plot([taken["coverage"]], [taken["density"]], "o", markersize=13, markerfacecolor="none", markeredgecolor=ORANGE, markeredgewidth=2.0, zorder=3,
              label="step taken")
    base = found.discovery.boxes[0].found_on.base
    axes.axhline(base, color=FAINT, linewidth=0.9, linestyle="--")
    axes.annotate(f"all points: {base:.0%}", (0.0, base), xytext=(4, 4), textcoords="offset points", fontsize=8.5, color=FAINT)
    axes.set_xlim(0, 1.03)
    axes.set_ylim(0, 1.03)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(lambda value, _: f"{value:.0%}")
    axes.set_xlabel("coverage: share of all runs of interest that lie in the box")
    axes.set_ylabel("density: share of runs in the box of interest")
    axes.legend(loc="lower left", fontsize=8.5)
    bar = figure.colorbar(dots, ax=axes, ticks=np.unique(np.linspace(0, most, min(most, 8) + 1).round()))
    bar.set_label("leaves of interest" if tree else "parameters restricted")
    headline(figure, f"Purer or larger: boxes in which {lower_first(wanted(found.asked))}",
             "Each dot is a box on the way from all points (right) to few (left). Where the grey line lies below the dots, the finding points flatter. "
             "Restrictions that are not supported were taken back afterwards, so the reported box can lie a little beside the ring.")
    return figure


def lower_first(text: str) -> str:
    """Without its capital."""
    return text[0].lower() + text[1:]


def share_at(factor: Factor, value: float) -> float:
    """A value as a share of its factor's range."""
    return (value - factor.low) / (factor.high - factor.low)


@in_house_style
def box(found: Found) -> Figure:
    """Each restricted parameter's range as a grey bar, the box in blue, and the limits that random halves found as lines."""
    best = found.discovery.boxes[0]
    factors = [factor for factor in found.discovery.factors if factor.name in best.box]
    factors.sort(key=lambda factor: width(factor, best.box[factor.name]))
    figure = sheet(8.4, 2.3 + 0.62 * len(factors))
    axes = figure.subplots()
    for y, factor in enumerate(factors):
        low, high = (min(max(share_at(factor, limit), 0.0), 1.0) for limit in best.box[factor.name])
        axes.barh(y, 1.0, 0.34, color="#E6E6E6")
        axes.barh(y, high - low if high > low else 0.012, 0.34, left=low, color=COLOURS[5])
        words = []
        for row in best.restrictions[best.restrictions["name"] == factor.name].itertuples():
            if not math.isnan(row.limit_low):
                ends = [share_at(factor, limit) for limit in (row.limit_low, row.limit_high)]
                axes.plot(ends, [y + 0.27, y + 0.27], color=ORANGE, linewidth=2.2, marker="|", markersize=6, solid_capstyle="butt")
            returns = "" if math.isnan(row.returns) else f" ({row.returns:.0%})"
            words.append(limit_in_words(factor, row.side, row.limit) + returns)
        axes.annotate("\n".join(words), (1.02, y), va="center", fontsize=9, annotation_clip=False)
        for at, value, side in ((0.0, factor.low, "left"), (1.0, factor.high, "right")):
            axes.annotate(f"{value:g}", (at, y - 0.21), va="bottom", ha=side, fontsize=8, color=FAINT)
    axes.set_yticks(range(len(factors)), [wrapped(factor.label, 24) for factor in factors])
    axes.set_ylim(len(factors) - 0.5, -0.6)
    axes.set_xlim(-0.01, 1.01)
    axes.set_xticks([])
    axes.grid(visible=False)
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    held = best.held_out
    headline(figure, f"{wanted(found.asked)} in {held.density:.0%} of runs in this box, {held.base:.0%} of all",
             f"Grey: the range looked at; blue: the box. Orange: where the limit falls in random halves of the points (5% to 95% of those that find it); "
             f"in brackets, how many of {found.discovery.halves} do. Density {held.density_low:.0%} to {held.density_high:.0%}, coverage {held.coverage:.0%} "
             f"({held.coverage_low:.0%} to {held.coverage_high:.0%}), on points held out.")
    return figure


def width(factor: Factor, limits: tuple[float, float]) -> float:
    """Share of a factor's range that is left."""
    low, high = (min(max(limit, factor.low), factor.high) for limit in limits)
    return (high - low) / (factor.high - factor.low)


@in_house_style
def two_dimensions(found: Found) -> Figure:
    """All points on the two most restricted parameters, coloured by their share of runs of interest, with the box; with one only, against the outcome."""
    best, points, share = found.discovery.boxes[0], found.discovery.points, found.discovery.share
    factors = {factor.name: factor for factor in found.discovery.factors}
    first, *rest = sorted(best.box, key=lambda name: width(factors[name], best.box[name]))
    figure = sheet(8.4, 5.4)
    axes = figure.subplots()
    order = np.argsort(share, kind="stable")
    jitter = np.random.default_rng(0)

    def spread_out(name: str) -> np.ndarray:
        values = points[name].to_numpy(float)
        return values + jitter.uniform(-0.3, 0.3, len(values)) if factors[name].kind == "integer" else values

    x = spread_out(first)
    y = spread_out(rest[0]) if rest else found.runs.groupby("point")[found.asked.outcome].mean().to_numpy()
    dots = axes.scatter(x[order], y[order], c=share[order], cmap=SHARES, vmin=0, vmax=1, s=11, linewidths=0)
    low, high = ends(factors[first], best.box[first])
    bottom, top = ends(factors[rest[0]], best.box[rest[0]]) if rest else axes.get_ylim()
    axes.add_patch(Rectangle((low, bottom), high - low, top - bottom, fill=False, edgecolor=ORANGE, linewidth=2.2))
    if not rest:
        axes.axhline(found.asked.threshold, color=INK, linewidth=1.0, linestyle="--")
    axes.set_xlabel(wrapped(": ".join(filter(None, (factors[first].label, factors[first].meaning))), 80))
    axes.set_ylabel(wrapped(": ".join(filter(None, (factors[rest[0]].label, factors[rest[0]].meaning))), 48) if rest else
                    outcome_title(found.asked.outcome).lower())
    bar = figure.colorbar(dots, ax=axes, format=lambda value, _: f"{value:.0%}")
    bar.set_label("share of the point's runs of interest")
    whole = " Whole numbers are spread out so that dots do not hide each other." if any(factors[name].kind == "integer" for name in [first, *rest[:1]]) else ""
    others = f" The box restricts {len(best.box) - 2} more, which this view cannot show." if len(best.box) > 2 else ""
    headline(figure, f"Where {lower_first(wanted(found.asked))}: {conditions(best.box, found.discovery.factors)}",
             f"A dot a point; all other parameters vary too. Orange: the box.{others}{whole}")
    return figure


def ends(factor: Factor, limits: tuple[float, float]) -> tuple[float, float]:
    """Limits as they are drawn: half a step more for whole numbers."""
    half = 0.5 if factor.kind == "integer" else 0.0
    low, high = (min(max(limit, factor.low), factor.high) for limit in limits)
    return low - half, high + half


FIGURES = {"trajectory": trajectory, "box": box, "two_dimensions": two_dimensions}


def draw_all(found: Found, folder: Path) -> list[Path]:
    """Write every figure as PNG and SVG, none where no box was found; the PNG paths."""
    return [save(draw(found), folder / name) for name, draw in FIGURES.items()] if found.discovery.boxes else []
