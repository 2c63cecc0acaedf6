"""What moves an outcome: indices with their intervals, interactions of pairs, and how the indices
settle as the design grows.

Each figure is a function of a `SensitivityResult`; `FIGURES` lists them, `drawable` says which of
them a result allows, `draw_all` writes those.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from ...sweeps.factors import PLACEBO
from ..sensitivity import title_of
from ..words import number, outcome_title
from .style import COLOURS, FAINT, INK, headline, in_house_style, name_rows, sheet, spaced, wrapped

if TYPE_CHECKING:
    from ...analysis.sensitivity.indices import SensitivityResult
    from ...analysis.sensitivity.methods import Measure

RANKED_COLOUR, OTHER_COLOUR, PLACEBO_COLOUR, FLOOR_COLOUR = (
    "#56B4E9",
    "#0072B2",
    "#9A9A9A",
    "#F0E4D0",
)
MOST_IN_A_MAP = 20
MOST_LINES = len(COLOURS)
EMPTY_CELL = "#F1F1F1"


def seeds_of(result: SensitivityResult) -> str:
    """'N = 1,024, 2 seeds'."""
    count = len(result.noise.seeds)
    return f"N = {result.design.samples:,}, {count} {'seed' if count == 1 else 'seeds'} a point"


def draw_measure(
    axes, result: SensitivityResult, measure: Measure, offset: float, height: float, colour: str
) -> None:
    """A bar for each factor with its interval."""
    table = result.table
    at = np.arange(len(table)) + offset
    shades = [PLACEBO_COLOUR if kind == PLACEBO else colour for kind in table["kind"]]
    axes.barh(at, table[measure.name], height, color=shades, label=measure.label)
    axes.hlines(
        at, table[f"{measure.name}_low"], table[f"{measure.name}_high"], color=INK, linewidth=1.3
    )


@in_house_style
def bars(result: SensitivityResult) -> Figure:
    """Factors from the strongest to the weakest: the ranked measure and a second one, with 95%
    intervals, and the noise floor as a band.
    """
    ranked = result.method.measure(result.method.ranked)
    other = next((measure for measure in result.measures if measure.name != ranked.name), None)
    table = result.table
    figure = sheet(8.4, 2.2 + 0.36 * len(table))
    axes = figure.subplots()
    draw_floor(axes, result, ranked)
    draw_measure(
        axes, result, ranked, -0.19 if other else 0.0, 0.36 if other else 0.6, RANKED_COLOUR
    )
    if other:
        draw_measure(axes, result, other, 0.19, 0.36, OTHER_COLOUR)
    axes.axvline(0, color=INK, linewidth=0.9)
    name_rows(axes, [wrapped(title_of(result, str(name)), 34) for name in table.index])
    for label, clear in zip(axes.get_yticklabels(), table["clear"]):
        label.set_color(INK if clear else FAINT)
    axes.set_xlabel(unit_of(result, ranked))
    handles, labels = axes.get_legend_handles_labels()
    axes.legend(handles, labels, loc="lower right")
    headline(
        figure,
        f"What moves {outcome_title(result.outcome).lower()}",
        said_of_bars(result, ranked, other),
    )
    return figure


def draw_floor(axes: Axes, result: SensitivityResult, ranked: Measure) -> None:
    """Bands for what placebos and luck alone reach, where there is something to show."""
    table = result.table
    if result.floor > 0:
        axes.axvspan(
            0, result.floor, color=FLOOR_COLOUR, zorder=0.5, label="a placebo gets up to this"
        )
    if table["luck_high"].max() > 0.005 * table[f"{ranked.name}_high"].max():
        axes.barh(
            range(len(table)),
            table["luck_high"],
            0.96,
            color=FLOOR_COLOUR,
            zorder=0.6,
            label="luck alone would give up to this",
        )


def said_of_bars(result: SensitivityResult, ranked: Measure, other: Measure | None) -> str:
    """How to read the bars: the measures, and what is grey."""
    second = f" {other.label.capitalize()}: {other.meaning}." if other else ""
    there = {"luck": result.noise.known, "placebo": (result.table["kind"] == PLACEBO).any()}
    known = [name for name, is_there in there.items() if is_there]
    floor = (
        f" What does not lie above {' and '.join(known) or 'zero'} with its whole interval is "
        f"written in grey."
    )
    placebos = " Placebos, which do not enter the model, are grey." if "placebo" in known else ""
    return (
        f"{ranked.label.capitalize()}: {ranked.meaning}.{second} Lines: 95% "
        f"intervals.{placebos}{floor} "
        f"{result.method.title}, {seeds_of(result)}."
    )


def unit_of(result: SensitivityResult, measure: Measure) -> str:
    """Unit of a measure, in the outcome's own name where it is the outcome's."""
    return (
        f"{measure.unit} ({outcome_title(result.outcome).lower()})"
        if measure.unit == "outcome's unit"
        else measure.unit
    )


def strongest(result: SensitivityResult, most: int) -> list[str]:
    """The first factors of the ranking, without placebos."""
    return [str(name) for name in result.table.index[result.table["kind"] != PLACEBO]][:most]


@in_house_style
def interactions(result: SensitivityResult) -> Figure:
    """Second order as a triangle of cells, each with its interval: coloured where clear, grey where
    not.
    """
    assert result.pairs is not None
    shown = strongest(result, MOST_IN_A_MAP)
    count = len(shown)
    size = 0.62 if count <= 12 else 0.5
    figure = sheet(max(6.4, 3.4 + size * count), max(3.6, 2.6 + size * count))
    axes = figure.subplots()
    clear = result.pairs[
        result.pairs["clear"] & result.pairs["a"].isin(shown) & result.pairs["b"].isin(shown)
    ]
    limit = max(0.05, float(clear["second"].abs().max()) if len(clear) else 0.0)
    colours, scale = colormaps["RdBu"], Normalize(-limit, limit)
    place = {name: k for k, name in enumerate(shown)}
    for row in result.pairs.itertuples():
        if row.a in place and row.b in place:
            across, down = sorted((place[row.a], place[row.b]))
            shade = colours(scale(row.second)) if row.clear else EMPTY_CELL
            draw_cell(axes, across, down, row, shade, abs(row.second) > 0.6 * limit)
    label_triangle(axes, [title_of(result, name) for name in shown])
    left_out = count < int((result.table["kind"] != PLACEBO).sum())
    headline(
        figure,
        f"Which pairs act together on {outcome_title(result.outcome).lower()}",
        said_of_pairs(result, count, len(clear), left_out),
    )
    return figure


def draw_cell(axes: Axes, across: int, down: int, row: Any, shade: Any, strong: bool) -> None:
    """A pair's cell: its index with half of the interval, white on strong colours."""
    axes.add_patch(Rectangle((across - 0.47, down - 0.47), 0.94, 0.94, color=shade, linewidth=0))
    half = (row.second_high - row.second_low) / 2.0
    axes.text(
        across,
        down,
        f"{number(row.second, 2)}\n±{half:.2f}",
        ha="center",
        va="center",
        fontsize=8,
        color=FAINT if not row.clear else "white" if strong else INK,
    )


def label_triangle(axes: Axes, names: list[str]) -> None:
    """The names of factors at the edges of a triangle of cells, without axes."""
    count = len(names)
    axes.set_xlim(-0.6, count - 1.4)
    axes.set_ylim(count - 0.4, 0.4)
    axes.set_xticks(
        range(count - 1),
        [wrapped(name, 22) for name in names[:-1]],
        rotation=55,
        ha="right",
        rotation_mode="anchor",
    )
    axes.set_yticks(range(1, count), [wrapped(name, 30) for name in names[1:]])
    axes.tick_params(length=0)
    axes.grid(visible=False)
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.set_aspect("equal")


def said_of_pairs(result: SensitivityResult, count: int, clear: int, left_out: bool) -> str:
    """How to read the triangle of `count` factors, of whose pairs some are clear."""
    pairs = count * (count - 1) // 2
    kept = f" The {count} strongest only." if left_out else ""
    return (
        f"Share of variance of each pair beyond what the two explain alone, ± half of its 95% "
        f"interval; blue: more, red: less. Grey: not clear from zero "
        f"when {pairs} pairs are looked at once (clear: {clear} of {pairs}).{kept} "
        f"{result.method.title}, {seeds_of(result)}."
    )


@in_house_style
def convergence(result: SensitivityResult) -> Figure:
    """The ranked measure against N, with 95% intervals, for the strongest factors; the others in
    grey.
    """
    ranked = result.method.measure(result.method.ranked)
    trail = result.convergence[result.convergence["measure"] == ranked.name]
    sizes = sorted(trail["samples"].unique())
    leading = strongest(result, MOST_LINES)
    figure = sheet(8.4, 4.8)
    axes = figure.subplots()
    draw_others(axes, trail[~trail["name"].isin(leading)])
    draw_leading(axes, trail, leading)
    if result.floor > 0:
        axes.axhline(result.floor, color=FAINT, linewidth=1.0, linestyle="--")
    axes.set_xscale("log", base=2)
    axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
    axes.set_xticks([], minor=True)
    axes.set_xlim(sizes[0] * 0.8, sizes[-1] * 1.25)
    label_ends(axes, result, trail, leading)
    meaning = result.method.samples_mean.split(",")[0].split(";")[0]
    axes.set_xlabel(f"N ({meaning}), each design the first part of the next")
    axes.set_ylabel(unit_of(result, ranked))
    headline(
        figure,
        f"How the ranking settles: {outcome_title(result.outcome).lower()}",
        said_of_convergence(result, ranked, len(result.table) > len(leading)),
    )
    return figure


def draw_others(axes, trail: pd.DataFrame) -> None:
    """The factors behind the strongest, in grey."""
    for name, rows in trail.groupby("name", sort=False):
        style = ":" if str(name).startswith(PLACEBO) else "-"
        axes.plot(
            rows["samples"],
            rows["value"],
            color="#C4C4C4",
            linewidth=1.0,
            linestyle=style,
            zorder=1.5,
        )


def draw_leading(axes, trail: pd.DataFrame, leading: list[str]) -> None:
    """The strongest factors, side by side at each N so that their intervals can be seen."""
    for order, (colour, name) in enumerate(zip(COLOURS, leading)):
        rows = trail[trail["name"] == name]
        beside = rows["samples"] * 2.0 ** (0.09 * (order - (len(leading) - 1) / 2.0))
        axes.vlines(beside, rows["low"], rows["high"], color=colour, linewidth=1.6)
        axes.plot(beside, rows["value"], "o-", color=colour, markersize=4, linewidth=0.9)


def said_of_convergence(result: SensitivityResult, ranked: Measure, others: bool) -> str:
    """How to read the figure; others: it also shows factors behind the strongest."""
    floor = (
        f" Dashed: upper end of the placebo ({number(result.floor)})." if result.floor > 0 else ""
    )
    rest = " Grey: the other factors, dotted where placebos." if others else ""
    seeds = "seed" if len(result.noise.seeds) == 1 else "seeds"
    return (
        f"{ranked.label.capitalize()}: {ranked.meaning}. Upright lines: 95% intervals, which "
        f"should narrow as 1/√N and keep overlapping.{rest}{floor} "
        f"{result.method.title}, {len(result.noise.seeds)} {seeds} a point."
    )


def label_ends(axes, result: SensitivityResult, trail: pd.DataFrame, leading: list[str]) -> None:
    """Names at the right end of the lines, kept apart."""
    last = trail[trail["samples"] == trail["samples"].max()].set_index("name")["value"]
    low, high = axes.get_ylim()
    at = spaced([float(last[name]) for name in leading], 0.055 * (high - low), low, high)
    for colour, name, height in zip(COLOURS, leading, at):
        axes.annotate(
            title_of(result, name),
            (1.015, height),
            xycoords=("axes fraction", "data"),
            va="center",
            color=colour,
            fontsize=9,
            annotation_clip=False,
        )


FIGURES = {"bars": bars, "interactions": interactions, "convergence": convergence}


def drawable(result: SensitivityResult) -> list[str]:
    """Names of the figures that a result allows: interactions need second order and two factors,
    convergence two sizes.
    """
    factors = int((result.table["kind"] != PLACEBO).sum())
    missing = set() if result.pairs is not None and factors > 1 else {"interactions"}
    missing |= set() if result.convergence["samples"].nunique() > 1 else {"convergence"}
    return [name for name in FIGURES if name not in missing]
