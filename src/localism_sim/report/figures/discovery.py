"""Boxes of scenario discovery: what was traded on the way, the box itself, and its two most
restricted parameters.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.colors import BoundaryNorm, LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from ..discovery_words import NUMBERS, aim, conditions, limit_in_words, lower_first, share_of
from ..words import outcome_title
from .style import COLOURS, FAINT, INK, headline, in_house_style, sheet, wrapped

if TYPE_CHECKING:
    from ...analysis.discovery.search import Found, FoundBox, Judged
    from ...sweeps.factors import Factor

BLUE, ORANGE = COLOURS[1], COLOURS[0]
HEADED = 0.7
"""How much room a box's heading takes, in bars."""
SHARES = LinearSegmentedColormap.from_list("shares", ["#D9D9D9", "#56B4E9", "#0072B2"])


def panels(figure: Figure, count: int) -> list[Axes]:
    """As many panels as there are boxes, two a row."""
    columns = min(count, 2)
    every = figure.subplots(math.ceil(count / columns), columns, squeeze=False).ravel()
    for empty in every[count:]:
        empty.remove()
    return list(every[:count])


def sheet_of(count: int, height: float) -> Figure:
    """A sheet for `count` panels: one large, or two a row."""
    return sheet(8.4, height) if count == 1 else sheet(10.4, 1.1 + 3.9 * math.ceil(count / 2))


def named(found: Found, number: int) -> str:
    """'Box 2: trust < 0.4 and autonomy > 0.6', on as few lines as it takes, none of which breaks at
    a sign.
    """
    text = conditions(found.discovery.boxes[number - 1].box, found.discovery.factors)
    for sign in "<>=":
        text = text.replace(f" {sign} ", f"\u00a0{sign}\u00a0")
    return evenly(f"Box {number}: {text}", 46)


def evenly(text: str, most: int) -> str:
    """Text on as few lines as `most` characters a line allow, of about the same length."""
    fewest = wrapped(text, most).count("\n")
    return next(
        lines
        for width in range(8, most + 1)
        if (lines := wrapped(text, width)).count("\n") == fewest
    )


@in_house_style
def trajectory(found: Found) -> Figure:
    """Coverage against density of every step, coloured by the number of restrictions; the same
    steps on the held-out points; the step taken ringed. A panel for each box; a tree finds all its
    boxes on one way.
    """
    tree = found.discovery.method == "cart"
    count = 1 if tree else len(found.discovery.boxes)
    steps = found.discovery.trajectory[found.discovery.trajectory["box"] <= count]
    figure = sheet_of(count, 5.2)
    every = panels(figure, count)
    most = max(1, int(steps["restrictions"].max()))
    scale = BoundaryNorm(np.arange(-0.5, most + 1.5), 256)
    for number, axes in enumerate(every, 1):
        dots = one_trajectory(axes, steps[steps["box"] == number], scale)
        mark_base(axes, found.discovery.boxes[0].found_on.base, number)
        alone = count == 1
        axes.set_xlabel(
            f"coverage: share of all runs of interest{' that lie in the box' if alone else ''}"
        )
        axes.set_ylabel(f"density: share of runs {'in the box ' if alone else ''}of interest")
        if not alone:
            axes.set_title(named(found, number))
    every[0].legend(loc="lower left", fontsize=8.5)
    bar = figure.colorbar(
        dots, ax=every, ticks=np.unique(np.linspace(0, most, min(most, 8) + 1).round())
    )
    bar.set_label("leaves of interest" if tree else "parameters restricted")
    headline(
        figure,
        f"Purer or larger: boxes in which {lower_first(aim(found.asked))}",
        said_of_ways(tree, count),
    )
    return figure


def mark_base(axes: Axes, base: float, number: int) -> None:
    """A line at the share of all points, named at the left of the first panel and the right of the
    others.
    """
    axes.axhline(base, color=FAINT, linewidth=0.9, linestyle="--")
    at, side, aside = (0.0, "left", 4) if number == 1 else (1.03, "right", -4)
    axes.annotate(
        f"all points: {base:.0%}",
        (at, base),
        xytext=(aside, 4),
        ha=side,
        textcoords="offset points",
        fontsize=8.5,
        color=FAINT,
    )


def said_of_ways(tree: bool, count: int) -> str:
    """How to read the ways to the boxes, of a tree or of peeling."""
    way = (
        "Each dot is a tree: its leaves of interest taken as one, from the tree without a branch "
        "(right) to the one with most leaves."
        if tree
        else "Each dot is a box on the way from all points (right) to few (left)."
    )
    back = (
        ""
        if tree
        else " Restrictions that are not supported were taken back afterwards, so the reported box "
        "can lie a little beside the ring."
    )
    later = (
        " From the second box on, the way starts from the runs that the boxes before it leave, and "
        "coverage is what the box adds."
        if count > 1
        else ""
    )
    return (
        f"{way} Where the grey line lies below the dots, the finding points flatter.{back}{later}"
    )


RING: dict[str, Any] = {
    "markersize": 13,
    "markerfacecolor": "none",
    "markeredgecolor": ORANGE,
    "markeredgewidth": 2.0,
    "zorder": 3,
}


def one_trajectory(axes: Axes, steps: pd.DataFrame, scale: BoundaryNorm) -> PathCollection:
    """The way to one box; its dots."""
    axes.plot(
        steps["held_out_coverage"],
        steps["held_out_density"],
        color="#9A9A9A",
        linewidth=1.1,
        marker=".",
        markersize=4,
        zorder=1.5,
        label="held-out points",
    )
    style: dict[str, Any] = {"cmap": colormaps["viridis_r"], "norm": scale, "s": 36, "zorder": 2}
    dots = axes.scatter(
        steps["coverage"],
        steps["density"],
        c=steps["restrictions"],
        label="points that found it",
        **style,
    )
    taken = steps[steps["taken"]].iloc[0]
    axes.plot([taken["coverage"]], [taken["density"]], "o", **RING, label="step taken")
    axes.set_xlim(0, 1.03)
    axes.set_ylim(0, 1.03)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(lambda value, _: f"{value:.0%}")
    return dots


def share_at(factor: Factor, value: float) -> float:
    """A value as a share of its factor's range."""
    return (value - factor.low) / (factor.high - factor.low)


@in_house_style
def box(found: Found) -> Figure:
    """Each restricted parameter's range as a grey bar, the box in blue, and the limits that random
    halves found as lines; box below box.
    """
    boxes, together = found.discovery.boxes, found.discovery.together
    several = len(boxes) > 1
    figure = sheet(8.4, 1.7 + 0.62 * sum(len(each.box) + HEADED * several for each in boxes))
    axes = figure.subplots()
    y, names = 0.0, {}
    style: dict[str, Any] = {
        "va": "center",
        "fontsize": 9.5,
        "fontweight": "bold",
        "annotation_clip": False,
    }
    for number, each in enumerate(boxes, 1):
        if several:
            axes.annotate(in_numbers(number, each.held_out), (0.0, y), **style)
            y += HEADED
        for factor in sorted(
            restricted_in(found, each), key=lambda factor: width(factor, each.box[factor.name])
        ):
            one_range(axes, y, factor, each)
            names[y] = wrapped(factor.label, 24)
            y += 1.0
    axes.set_yticks(list(names), list(names.values()))
    axes.set_ylim(y - 0.5, -0.5)
    bare(axes)
    where = "these boxes" if several else "this box"
    headline(
        figure,
        f"{aim(found.asked)} in {together.density:.0%} of runs in {where}, {together.base:.0%} "
        f"of all",
        f"Grey: the range looked at; blue: the box. Orange: where the limit falls in random halves "
        f"of the points (5% to 95% of those that find it); in brackets, how many of "
        f"{found.discovery.halves} do. {said_of_counting(together, several)} on points held out.",
    )
    return figure


def bare(axes: Axes) -> None:
    """No axis, grid or frame: bars on a scale from 0 to 1."""
    axes.set_xlim(-0.01, 1.01)
    axes.set_xticks([])
    axes.grid(visible=False)
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)


def said_of_counting(together: Judged, several: bool) -> str:
    """How runs in the boxes are counted, or the intervals of the only box."""
    if several:
        return "Each box counts only runs outside the boxes before it; intervals are 95%,"
    return (
        f"Density {together.density_low:.0%} to {together.density_high:.0%}, coverage "
        f"{together.coverage:.0%} ({together.coverage_low:.0%} to {together.coverage_high:.0%}),"
    )


def in_numbers(number: int, held: Judged) -> str:
    """A box's name with its density and coverage."""
    return (
        f"Box {number}: in {share_of(held.density, held.density_low, held.density_high)} of its "
        f"runs; it {'holds' if number == 1 else 'adds'} "
        f"{share_of(held.coverage, held.coverage_low, held.coverage_high)} of all such runs"
    )


def restricted_in(found: Found, box: FoundBox) -> list[Factor]:
    """The factors that a box restricts."""
    return [factor for factor in found.discovery.factors if factor.name in box.box]


def one_range(axes: Axes, y: float, factor: Factor, box: FoundBox) -> None:
    """One parameter's range with the part that is in the box, and how firm its limits are."""
    low, high = (min(max(share_at(factor, limit), 0.0), 1.0) for limit in box.box[factor.name])
    axes.barh(y, 1.0, 0.34, color="#E6E6E6")
    axes.barh(y, high - low if high > low else 0.012, 0.34, left=low, color=COLOURS[5])
    words = []
    for row in box.restrictions[box.restrictions["name"] == factor.name].itertuples():
        if not math.isnan(row.limit_low):
            ends = [share_at(factor, limit) for limit in (row.limit_low, row.limit_high)]
            axes.plot(
                ends,
                [y + 0.27, y + 0.27],
                color=ORANGE,
                linewidth=2.2,
                marker="|",
                markersize=6,
                solid_capstyle="butt",
            )
        returns = "" if math.isnan(row.returns) else f" ({row.returns:.0%})"
        words.append(limit_in_words(factor, row.side, row.limit) + returns)
    axes.annotate("\n".join(words), (1.02, y), va="center", fontsize=9, annotation_clip=False)
    for at, value, side in ((0.0, factor.low, "left"), (1.0, factor.high, "right")):
        axes.annotate(f"{value:g}", (at, y - 0.21), va="bottom", ha=side, fontsize=8, color=FAINT)


def width(factor: Factor, limits: tuple[float, float]) -> float:
    """Share of a factor's range that is left."""
    low, high = (min(max(limit, factor.low), factor.high) for limit in limits)
    return (high - low) / (factor.high - factor.low)


@in_house_style
def two_dimensions(found: Found) -> Figure:
    """Points on the two most restricted parameters of each box, coloured by their share of runs of
    interest; with one only, against the outcome.
    """
    boxes = found.discovery.boxes
    several = len(boxes) > 1
    figure = sheet_of(len(boxes), 5.4)
    every = panels(figure, len(boxes))
    for number, axes in enumerate(every, 1):
        dots = one_plane(axes, found, number)
        if several:
            axes.set_title(named(found, number))
    bar = figure.colorbar(dots, ax=every, format=lambda value, _: f"{value:.0%}")
    bar.set_label("share of the point's runs of interest")
    answer = (
        f"{NUMBERS[len(boxes)]} boxes"
        if several
        else conditions(boxes[0].box, found.discovery.factors)
    )
    headline(
        figure,
        f"Where {lower_first(aim(found.asked))}: {answer}",
        f"A dot for each point; all other parameters vary too. Orange: the box.{not_shown(found)}",
    )
    return figure


def not_shown(found: Found) -> str:
    """What the view of two parameters leaves out or moves, in sentences."""
    boxes = found.discovery.boxes
    several, more = len(boxes) > 1, max(len(each.box) for each in boxes) - 2
    said = " Points of the boxes before it are left out of a panel." if several else ""
    if more > 0:
        those = (
            "Some boxes restrict more parameters" if several else f"The box restricts {more} more"
        )
        said += f" {those}, which this view cannot show."
    shown = [factor for each in boxes for factor in most_restricted(found, each)]
    if any(factor.kind == "integer" for factor in shown):
        said += " Whole numbers are spread out so that dots do not hide each other."
    return said


def most_restricted(found: Found, box: FoundBox) -> list[Factor]:
    """The two factors, or the only one, of whose ranges a box holds least."""
    return sorted(
        restricted_in(found, box), key=lambda factor: width(factor, box.box[factor.name])
    )[:2]


def one_plane(axes: Axes, found: Found, number: int) -> PathCollection:
    """One box on its two most restricted parameters, among the points that the boxes before it
    leave; their dots.
    """
    box = found.discovery.boxes[number - 1]
    left = ~np.isin(found.discovery.in_box, range(1, number))
    points, share = found.discovery.points[left], found.discovery.share[left]
    first, *rest = most_restricted(found, box)
    order = np.argsort(share, kind="stable")
    jitter = np.random.default_rng(0)
    x = spread_out(points, first, jitter)
    if rest:
        y = spread_out(points, rest[0], jitter)
    else:
        y = found.runs.groupby("point")[found.asked.outcome].mean().to_numpy()[left]
    dots = axes.scatter(
        x[order], y[order], c=share[order], cmap=SHARES, vmin=0, vmax=1, s=11, linewidths=0
    )
    if rest:
        outline(axes, box, first, rest[0])
        axes.set_ylabel(evenly(explained(rest[0]), 48))
    else:
        outline_alone(axes, box, first, found.asked.threshold)
        axes.set_ylabel(outcome_title(found.asked.outcome).lower())
    axes.set_xlabel(evenly(explained(first), 80 if len(found.discovery.boxes) == 1 else 50))
    return dots


def spread_out(points: pd.DataFrame, factor: Factor, jitter: np.random.Generator) -> np.ndarray:
    """The values of a factor; whole numbers are moved a little, so that dots lie side by side."""
    values = points[factor.name].to_numpy(float)
    return values + jitter.uniform(-0.3, 0.3, len(values)) if factor.kind == "integer" else values


def explained(factor: Factor) -> str:
    """The factor's label and, if it has one, its meaning."""
    return ": ".join(filter(None, (factor.label, factor.meaning)))


def outline(axes: Axes, box: FoundBox, across: Factor, up: Factor) -> None:
    """A box on two parameters."""
    low, high = ends(across, box.box[across.name])
    bottom, top = ends(up, box.box[up.name])
    style: dict[str, Any] = {"fill": False, "edgecolor": ORANGE, "linewidth": 2.2}
    axes.add_patch(Rectangle((low, bottom), high - low, top - bottom, **style))


def outline_alone(axes: Axes, box: FoundBox, factor: Factor, threshold: float) -> None:
    """A box on its only parameter, and the threshold of the outcome."""
    low, high = ends(factor, box.box[factor.name])
    axes.axvspan(low, high, color=ORANGE, alpha=0.07, linewidth=0)
    for edge in (low, high):
        axes.axvline(edge, color=ORANGE, linewidth=2.2)
    axes.axhline(threshold, color=INK, linewidth=1.0, linestyle="--")


def ends(factor: Factor, limits: tuple[float, float]) -> tuple[float, float]:
    """Limits as they are drawn: half a step more for whole numbers."""
    half = 0.5 if factor.kind == "integer" else 0.0
    low, high = (min(max(limit, factor.low), factor.high) for limit in limits)
    return low - half, high + half


FIGURES = {"trajectory": trajectory, "box": box, "two_dimensions": two_dimensions}


def drawable(found: Found) -> tuple[str, ...]:
    """Names of the figures that the answer allows: none where no box was found."""
    return tuple(FIGURES) if found.discovery.boxes else ()
