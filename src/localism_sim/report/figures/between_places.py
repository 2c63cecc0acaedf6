"""What differs between places: the distribution of quality, and the map of who gains."""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.collections import PatchCollection
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Patch, PathPatch
from matplotlib.path import Path as Outline
from matplotlib.patheffects import withStroke
from scipy.spatial import cKDTree

from ...analysis.comparison import in_places, place_differences
from ...model.places import Places
from ...model.places_file import data_file
from ..words import counted, signed
from .style import FAINT, INK, colours, headline, in_house_style, runs_of, sheet, shortened, wrapped

if TYPE_CHECKING:
    from ...analysis.comparison import Comparison

SCALE_OF_DIFFERENCES = "PuOr"
"""Diverging, safe for colour-blind readers: orange worse, purple better."""
LIMIT = 0.2
"""End of the colour scale of differences in quality, the same in every map, so that maps of
different runs can be compared; larger differences have the colour of the end.
"""
UNCLEAR_COLOUR = "#EDEDED"
ROOM_FOR_NAMES = 0.17
"""Names are written into squares of at least this share of the map's width."""
MOST_NUMBERED = 60
"""Up to so many places have a number on the map, and their names below it."""
ENGLAND = ((-5.85, 1.85), (49.85, 55.9))
LONDON = ((-0.53, 0.36), (51.27, 51.71))
"""Longitude and latitude shown; London's boroughs are too small to see without a larger inset."""


def heights(values: np.ndarray, grid: np.ndarray) -> np.ndarray:
    """Smoothed frequency of values on a grid (a histogram under a Gaussian of Silverman's width),
    highest point 1.
    """
    step = grid[1] - grid[0]
    counts = np.histogram(values, np.append(grid, grid[-1] + step) - step / 2)[0].astype(float)
    width = max(0.9 * values.std() * len(values) ** -0.2, step)
    reach = np.arange(-int(4 * width / step) - 1, int(4 * width / step) + 2) * step
    smooth = np.convolve(counts, np.exp(-0.5 * (reach / width) ** 2), mode="full")
    smooth = smooth[len(reach) // 2 : len(reach) // 2 + len(grid)]
    return smooth / max(smooth.max(), 1e-12)


@in_house_style
def distribution(comparison: Comparison) -> Figure:
    """Quality between places, a ridge for each scenario: the line from the 10th to the 90th
    percentile is the postcode gap.
    """
    figure = sheet(10, 2.0 + 1.05 * len(comparison.arms))
    axes = figure.subplots()
    tables = {arm.name: in_places(comparison, arm.name) for arm in comparison.arms}
    pooled = np.concatenate([table.to_numpy(float).ravel() for table in tables.values()])
    room = max(0.04 * np.ptp(pooled), 0.01)
    grid = np.linspace(pooled.min() - room, pooled.max() + room, 400)
    for row, arm in enumerate(comparison.arms):
        draw_ridge(axes, tables[arm.name], row, colours(comparison)[arm.name], grid)
    name_ridges(axes, comparison)
    axes.set_xlim(grid[0], grid[-1])
    axes.set_xlabel("quality of services in a place at the end of the run, on a scale of 0 to 1")
    count = comparison.places.count
    headline(
        figure,
        f"How far quality differs between {count} places"
        if count > 1
        else "Quality of the one place",
        ridge_note(comparison),
    )
    return figure


def ridge_note(comparison: Comparison) -> str:
    """How to read a ridge."""
    note = (
        f"Shape: all places in {runs_of(comparison)}. Thick line: from the 10th to the 90th "
        f"percentile of places, and its length the "
        "postcode gap. Diamond: median place."
    )
    if len(comparison.seeds) == 1:
        return note + " Dots below: each place."
    return note + (
        " (Both: mean of runs.) Dots below: each place's mean over runs, which keeps what is "
        "lasting, such as its exposure to "
        "cuts, and averages out the luck of single runs."
    )


def name_ridges(axes, comparison: Comparison) -> None:
    """The scenarios' titles down the left edge, each in its colour."""
    titles = [wrapped(arm.title, 20) for arm in comparison.arms]
    axes.set_yticks(range(len(titles)), titles)
    for text, colour in zip(axes.get_yticklabels(), colours(comparison).values()):
        text.set_color(colour)
        text.set_fontweight("bold")
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=False, axis="y")
    axes.spines["left"].set_visible(False)
    axes.set_ylim(len(titles) - 0.55, -0.75)


def label_gap(axes, low: float, high: float, row: int, colour: str, right: bool) -> None:
    """The postcode gap in figures, right or left of its line."""
    axes.annotate(
        f"gap {high - low:.2f}",
        (high if right else low, row),
        xytext=(7 if right else -7, 0),
        textcoords="offset points",
        ha="left" if right else "right",
        va="center",
        color=colour,
        fontweight="bold",
    )


def draw_ridge(axes, table: pd.DataFrame, row: int, colour: str, grid: np.ndarray) -> None:
    """One scenario: ridge above its row, percentile line on it, a dot for each place below it."""
    values = table.to_numpy(float)
    axes.fill_between(
        grid,
        row - 0.12,
        row - 0.12 - 0.5 * heights(values.ravel(), grid),
        color=colour,
        alpha=0.28,
        linewidth=0,
    )
    low, middle, high = np.quantile(values, (0.1, 0.5, 0.9), axis=0).mean(axis=1)
    axes.plot([low, high], [row, row], color=colour, linewidth=4, solid_capstyle="butt")
    axes.plot(
        [middle],
        [row],
        marker="D",
        color="white",
        markeredgecolor=colour,
        markersize=7,
        markeredgewidth=1.8,
    )
    label_gap(axes, low, high, row, colour, right=high < grid[0] + 0.8 * (grid[-1] - grid[0]))
    lasting = values.mean(axis=1)
    jitter = 0.16 + 0.14 * (np.arange(len(lasting)) * 0.618034 % 1.0)
    axes.scatter(lasting, row + jitter, s=9, color=colour, alpha=0.55, linewidth=0)


@functools.cache
def england_outlines() -> dict[str, Outline]:
    """Place id -> outline in degrees of longitude and latitude."""
    found = {}
    for feature in json.loads(data_file("england_places.geojson").read_text(encoding="utf-8"))[
        "features"
    ]:
        geometry = feature["geometry"]
        polygons = (
            geometry["coordinates"]
            if geometry["type"] == "MultiPolygon"
            else [geometry["coordinates"]]
        )
        rings = [Outline(np.array(ring), closed=True) for polygon in polygons for ring in polygon]
        found[feature["properties"]["place_id"]] = Outline.make_compound_path(*rings)
    return found


def outlines(places: Places) -> list[PathPatch]:
    """Shapes in the order of `places`; none where any place has no outline or lies elsewhere
    (another area may use the same ids).
    """
    known = england_outlines()
    if not all(place in known for place in places.ids):
        return []
    middles = np.array(
        [known[place].get_extents().get_points().mean(axis=0) for place in places.ids]
    )
    near = np.abs(middles - np.column_stack([places.longitude, places.latitude])).max(axis=1) < 1.5
    return [PathPatch(known[place]) for place in places.ids] if near.all() else []


def draw_outlines(
    axes, shapes: list[PathPatch], table: pd.DataFrame, norm: Normalize, hatched: bool, window
) -> None:
    """Coloured shapes; grey with hatching where the difference is not clear."""
    drawn = PatchCollection(
        shapes, cmap=SCALE_OF_DIFFERENCES, norm=norm, edgecolor="#7A7A7A", linewidth=0.25
    )
    drawn.set_array(table["difference"].to_numpy())
    axes.add_collection(drawn)
    if hatched:
        unclear = [shape for shape, clear in zip(shapes, table["clear"]) if not clear]
        axes.add_collection(
            PatchCollection(
                unclear,
                facecolor=UNCLEAR_COLOUR,
                edgecolor="#B5B5B5",
                hatch="/////",
                linewidth=0.25,
            )
        )
    axes.set_xlim(window[0])
    axes.set_ylim(window[1])
    axes.set_anchor("N")
    axes.set_aspect(1.0 / np.cos(np.radians(np.mean(window[1]))))


def squares(places: Places) -> list[PathPatch]:
    """For places without outlines: a square each at its position.

    Where a position is missing or shared, all stand on a grid in the order of ids.
    """
    x, y = np.array(places.longitude), np.array(places.latitude)
    if not (np.isfinite(x).all() and np.isfinite(y).all()) or len(set(zip(x, y))) < places.count:
        across = int(np.ceil(np.sqrt(places.count)))
        x, y = np.arange(places.count) % across * 1.0, -(np.arange(places.count) // across) * 1.0
    points = np.column_stack([x, y])
    nearest = (
        cKDTree(points).query(points, k=2, p=np.inf)[0][:, 1] if places.count > 1 else np.ones(1)
    )
    half = 0.44 * max(float(nearest.min()), 0.35 * float(np.median(nearest)))
    tall = np.cos(np.radians(y.mean()))
    corners = half * np.array([(-1, -tall), (1, -tall), (1, tall), (-1, tall), (-1, -tall)])
    return [PathPatch(Outline(corners + (east, north), closed=True)) for east, north in points]


def window_of(shapes: list[PathPatch]) -> tuple[tuple[float, float], tuple[float, float]]:
    """Longitudes and latitudes that hold all shapes, with a little room."""
    corners = np.concatenate([shape.get_path().get_extents().get_points() for shape in shapes])
    (west, south), (east, north) = corners.min(axis=0), corners.max(axis=0)
    room = 0.02 * max(east - west, north - south)
    return (float(west - room), float(east + room)), (float(south - room), float(north + room))


def london_inset(axes):
    """A framed corner of the map for London."""
    inset = axes.inset_axes((0.69, 0.76, 0.31, 0.24))
    inset.set(xticks=[], yticks=[])
    inset.grid(visible=False)
    for side in inset.spines.values():
        side.set(visible=True, color="#9A9A9A", linewidth=0.7)
    inset.set_title("London", fontsize=8, fontweight="normal", pad=2, loc="right", color=FAINT)
    return inset


def draw_map(axes, comparison: Comparison, other: str) -> None:
    """One map of differences from the first scenario, with a count in words."""
    table = place_differences(comparison, other)
    norm, hatched = Normalize(-LIMIT, LIMIT), len(comparison.seeds) > 1
    shapes = outlines(comparison.places) or squares(comparison.places)
    whole_england = set(comparison.places.ids) == set(england_outlines())
    draw_outlines(
        axes, shapes, table, norm, hatched, ENGLAND if whole_england else window_of(shapes)
    )
    if not whole_england:
        label_places(axes, comparison.places, shapes)
    if whole_england:
        inset = london_inset(axes)
        draw_outlines(inset, outlines(comparison.places), table, norm, hatched, LONDON)
    axes.text(
        0.0,
        1.01,
        count_in_words(table, hatched),
        transform=axes.transAxes,
        fontsize=8.5,
        color=INK,
        va="bottom",
        linespacing=1.35,
    )
    axes.set_axis_off()


def named_inside(places: Places) -> bool:
    """Whether places are few and large enough on the map for their names to be written into them:
    squares only, and at most a handful a row.
    """
    if outlines(places):
        return False
    shapes = squares(places)
    (west, east), _ = window_of(shapes)
    extents = [shape.get_path().get_extents() for shape in shapes]
    return min(box.width for box in extents) / (east - west) >= ROOM_FOR_NAMES


def label_places(axes, places: Places, shapes: list[PathPatch]) -> None:
    """Each place's name inside its square where there is room, else its number in the key below
    the map; nothing where places are too many to be told apart.
    """
    west, east = axes.get_xlim()
    inside = named_inside(places)
    if not inside and places.count > MOST_NUMBERED:
        return
    for number, (name, shape) in enumerate(zip(places.names, shapes), 1):
        box = shape.get_path().get_extents()
        share = box.width / (east - west)
        axes.text(
            (box.x0 + box.x1) / 2,
            (box.y0 + box.y1) / 2,
            wrapped(shortened(name, 26), int(42 * share)) if inside else str(number),
            ha="center",
            va="center",
            fontsize=8.5,
            color=INK,
            path_effects=[withStroke(linewidth=2.2, foreground="white")],
            clip_on=True,
        )


def key_of(places: Places) -> str:
    """The names behind the numbers on a map; nothing where names are on it or it has none."""
    whole_england = set(places.ids) == set(england_outlines())
    if whole_england or named_inside(places) or places.count > MOST_NUMBERED:
        return ""
    names = (f"{number}\N{NO-BREAK SPACE}{name}" for number, name in enumerate(places.names, 1))
    return f" Places: {', '.join(names)}."


def count_in_words(table: pd.DataFrame, intervals: bool) -> str:
    """How many places are better, worse or neither."""
    if not intervals:
        return (
            f"{counted((table['difference'] > 0).sum(), 'place')} higher, "
            f"{(table['difference'] < 0).sum()} lower\none run: no intervals"
        )
    better, worse = (
        (table["clear"] & (table["difference"] > 0)).sum(),
        (table["clear"] & (table["difference"] < 0)).sum(),
    )
    return (
        f"better in {better} of {counted(len(table), 'place')}, worse in {worse}\n"
        f"no clear difference in {len(table) - better - worse}"
    )


def colour_key(figure, panels, hatched: bool, broad: bool = True) -> None:
    """The colour scale with its ends in words, and what grey hatching means."""
    from matplotlib.cm import ScalarMappable

    shades = ScalarMappable(Normalize(-LIMIT, LIMIT), SCALE_OF_DIFFERENCES)
    bar = figure.colorbar(
        shades,
        ax=panels,
        orientation="horizontal",
        extend="both",
        pad=0.03,
        panchor=False,
        shrink=0.55 if broad else 0.6,
        aspect=40 if broad else 20,
    )

    ticks = {
        -LIMIT: f"{signed(-LIMIT, 1)}\nworse",
        0.0: "0\nthe same",
        LIMIT: f"{signed(LIMIT, 1)}\nbetter",
    }
    if broad:
        ticks |= {-LIMIT / 2: signed(-LIMIT / 2, 1), LIMIT / 2: signed(LIMIT / 2, 1)}
    bar.set_ticks(list(ticks), labels=list(ticks.values()))
    bar.ax.tick_params(labelsize=8.5, length=2)
    bar.outline.set_visible(False)  # type: ignore[operator]
    if hatched:
        bar.ax.legend(
            [Patch(facecolor=UNCLEAR_COLOUR, edgecolor="#B5B5B5", hatch="/////")],
            ["no clear\ndifference"],
            loc="center left",
            bbox_to_anchor=(1.04, 0.2),
            fontsize=8.5,
            handleheight=1.6,
        )


@in_house_style
def maps(comparison: Comparison) -> Figure:
    """Where services get better or worse than under the first scenario, a map for each scenario."""
    reference, others = comparison.arms[0], comparison.arms[1:]
    figure = sheet(max(6.0, 3.5 * len(others) + 0.3), 6.6)
    panels = np.atleast_1d(figure.subplots(1, len(others)))
    hatched = len(comparison.seeds) > 1
    for axes, arm in zip(panels, others):
        draw_map(axes, comparison, arm.name)
        axes.set_title(wrapped(arm.title, 30), color=colours(comparison)[arm.name], pad=30)
    colour_key(figure, list(panels), hatched)
    by_chance = round(0.05 * comparison.places.count)
    paired = (
        f"mean of {runs_of(comparison)} on the same seeds"
        if hatched
        else "one run of each scenario, on the same seed"
    )
    note = f"Difference in quality at the end, on a scale of 0 to 1; {paired}."
    if hatched:
        note += " Hatched grey: the 95% interval over runs includes zero." + (
            f" About {by_chance} of {comparison.places.count} places would look clear by chance "
            f"alone."
            if by_chance
            else ""
        )
    note += key_of(comparison.places)
    headline(figure, f"Where services are better or worse than under: {reference.title}", note)
    return figure
