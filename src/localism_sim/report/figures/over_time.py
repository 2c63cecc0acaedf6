"""What develops over the months: the main outcomes with their bands, and where practice
came from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from ...model.outcomes import OUTCOMES
from ..contrasts import HEADLINES
from .style import (
    FAINT,
    INK,
    colours,
    headline,
    in_house_style,
    month_ends,
    runs_of,
    sheet,
    spaced,
    time_axis,
    wrapped,
)

if TYPE_CHECKING:
    from ...analysis.comparison import Comparison

INDICES = ("quality", "trust", "worst_place")
"""Outcomes on one scale, drawn on one scale; the others start at zero."""
ORIGINS = {
    "mandated": "#4D4D4D",
    "borrowed_near": "#56B4E9",
    "borrowed_far": "#CC79A7",
    "own_inquiry": "#F0E442",
    "alternative": "#E69F00",
}
"""Colours of origins; none is the colour of a scenario of the main job."""
LEGACY_COLOUR = "#EDEDED"
ROOM_FOR_A_NUMBER = 0.055
"""Least share at the end whose number is written into its area."""
UNITS = {"0-1": "on a scale of 0 to 1"}
READS = {
    "spread_delivered": "share of staff on a better new practice",
    "postcode_gap": "quality, 90th less 10th percentile",
}
"""How to read an outcome whose name does not say it."""


def bands(comparison: Comparison, scenario: str, outcome: str) -> pd.DataFrame:
    """Mean, 5th and 95th percentile over seeds, a row for each month."""
    rows = comparison.history[comparison.history["scenario"] == scenario]
    wide = rows.pivot(index="month", columns="seed", values=outcome).to_numpy(float)
    low, high = np.quantile(wide, (0.05, 0.95), axis=1)
    return pd.DataFrame(
        {"mean": wide.mean(axis=1), "low": low, "high": high}, index=np.unique(rows["month"])
    )


def draw_bands(axes, comparison: Comparison, outcome: str, label: bool = False) -> None:
    """One outcome: a line for each scenario (mean over seeds) in its band (90% of seeds).

    The first scenario's line is broad, so that where another lies on it both are seen.
    """
    ends = {}
    for order, (name, colour) in enumerate(colours(comparison).items()):
        table = bands(comparison, name, outcome)
        at = month_ends(table)
        axes.fill_between(at, table["low"], table["high"], color=colour, alpha=0.12, linewidth=0)
        axes.plot(at, table[["low", "high"]], color=colour, alpha=0.35, linewidth=0.5)
        axes.plot(
            at,
            table["mean"],
            color=colour,
            linewidth=3.4 if order == 0 else 1.7,
            zorder=3 + order / 10,
            label=comparison.titles[name],
        )
        ends[name] = (at[-1], float(table["mean"].iloc[-1]))
    axes.set_title(OUTCOMES[outcome].label, pad=17)
    reads = READS.get(outcome) or UNITS.get(OUTCOMES[outcome].unit, OUTCOMES[outcome].unit)
    axes.text(0, 1.02, reads, transform=axes.transAxes, fontsize=8.5, color=FAINT)
    time_axis(axes, comparison)
    fit_height(axes, comparison, outcome)
    if label:
        label_lines(axes, comparison, ends)


def fit_height(axes, comparison: Comparison, outcome: str) -> None:
    """Indices share one range, never narrower than a tenth; other outcomes start at zero."""
    together = INDICES if outcome in INDICES else (outcome,)
    tables = [bands(comparison, arm.name, name) for arm in comparison.arms for name in together]
    low, high = (
        min(float(t["low"].min()) for t in tables),
        max(float(t["high"].max()) for t in tables),
    )
    if outcome not in INDICES:
        low = min(0.0, low)
    room = (
        max(0.1 - (high - low), 0.06 * (high - low)) if outcome in INDICES else 0.06 * (high - low)
    )
    axes.set_ylim(low - (room / 2 if low != 0.0 else 0.0), high + max(room / 2, 1e-3))


def label_lines(axes, comparison: Comparison, ends: dict[str, tuple[float, float]]) -> None:
    """Each scenario's title beside the end of its line, kept apart."""
    low, high = axes.get_ylim()
    texts = {name: wrapped(comparison.titles[name], 17) for name in ends}
    lines = max(text.count("\n") + 1 for text in texts.values())
    heights = spaced(
        (y for _, y in ends.values()), (0.025 + 0.066 * lines) * (high - low), low, high
    )
    for (name, (x, y)), height in zip(ends.items(), heights):
        colour = colours(comparison)[name]
        axes.annotate(
            texts[name],
            (x, y),
            xytext=(1.07, (height - low) / (high - low)),
            textcoords="axes fraction",
            color=colour,
            fontsize=9,
            fontweight="bold",
            va="center",
            annotation_clip=False,
            arrowprops={
                "arrowstyle": "-",
                "relpos": (0.0, 0.5),
                "color": colour,
                "linewidth": 0.7,
                "shrinkA": 1,
                "shrinkB": 1,
            },
        )


def runs_in_words(comparison: Comparison) -> str:
    """How many runs stand behind a line and what the band is."""
    count = len(comparison.seeds)
    if count == 1:
        return "Lines: one run of each scenario, so no band."
    return (
        f"Lines: mean of {count} runs of each scenario. Bands: the middle 90% of runs. All "
        f"scenarios share the same {count} seeds."
    )


@in_house_style
def trajectories(comparison: Comparison) -> Figure:
    """How the main outcomes develop, a panel each."""
    figure = sheet(11.6, 7.2)
    panels = figure.subplots(2, 3)
    for axes, outcome in zip(panels.flat, HEADLINES):
        draw_bands(axes, comparison, outcome, label=axes in panels[:, -1])
    for axes in panels[0]:
        axes.set_xlabel("")
    headline(
        figure,
        "How services, trust and innovation develop under each way of delivery",
        runs_in_words(comparison)
        + " Quality, trust and the worst tenth share one axis, which need not start at zero.",
    )
    return figure


@in_house_style
def origins(comparison: Comparison) -> Figure:
    """Where the practice in use came from, month by month, a panel for each scenario."""
    count = len(comparison.arms)
    figure = sheet(max(7.0, 2.65 * count + 1.4), 4.4)
    panels = np.atleast_1d(figure.subplots(1, count, sharey=True))
    for axes, arm in zip(panels, comparison.arms):
        draw_origins(axes, comparison, arm.name)
        axes.set_title(wrapped(arm.title, 24), color=colours(comparison)[arm.name])
    panels[0].set_ylabel("share of staff")
    handles, labels = panels[-1].get_legend_handles_labels()
    panels[-1].legend(
        handles[::-1],
        labels[::-1],
        loc="center left",
        bbox_to_anchor=(1.03, 0.5),
        handlelength=1.1,
        handleheight=1.3,
        labelspacing=0.9,
    )
    headline(
        figure,
        "Where the practice in use came from",
        f"Mean of {runs_of(comparison)} of each scenario. Near by: from the own team; from afar: "
        f"from another service or place. "
        "Percentages: shares at the end, where there is room for them.",
    )
    return figure


def draw_origins(axes, comparison: Comparison, scenario: str) -> None:
    """Stacked shares of one scenario, legacy practice as the rest, with the final shares written
    in.
    """
    mean = (
        comparison.history[comparison.history["scenario"] == scenario]
        .groupby("month")[list(ORIGINS)]
        .mean()
    )
    stack = mean.assign(legacy=(1.0 - mean.sum(axis=1)).clip(0.0, 1.0)).T.to_numpy()
    labels = [*(OUTCOMES[origin].label for origin in ORIGINS), "Legacy practice"]
    shades = [*ORIGINS.values(), LEGACY_COLOUR]
    axes.stackplot(
        month_ends(mean), stack, colors=shades, labels=labels, edgecolor="white", linewidth=0.6
    )
    axes.set_ylim(0, 1)
    axes.set_yticks(np.linspace(0, 1, 6), [f"{share}%" for share in range(0, 101, 20)])
    axes.grid(visible=False)
    time_axis(axes, comparison, ticks=5)
    write_shares(axes, stack[:, -1], shades)


def write_shares(axes, final: np.ndarray, shades: list[str]) -> None:
    """The final shares inside their areas, where there is room."""
    for share, top, shade in zip(final, np.cumsum(final), shades):
        if share >= ROOM_FOR_A_NUMBER:
            axes.text(
                0.975,
                top - share / 2,
                f"{100 * share:.0f}%",
                transform=axes.transAxes,
                ha="right",
                va="center",
                fontsize=9,
                fontweight="bold",
                color="white" if shade == ORIGINS["mandated"] else INK,
            )
