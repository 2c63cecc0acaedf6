"""How large the differences between scenarios are, with their intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from ...model.outcomes import OUTCOMES
from ..contrasts import BARELY, HEADLINES, base, judged
from ..words import number, signed
from .style import FAINT, INK, colours, effect_dot, headline, in_house_style, sheet, wrapped

if TYPE_CHECKING:
    from ...analysis.comparison import Comparison

UNCLEAR = "#9A9A9A"


def outcome_label(name: str) -> str:
    """Plain name of an outcome at the end, or of its average over the run."""
    title = OUTCOMES[base(name)].label
    return f"{title} (average)" if name != base(name) else title


def good_effects(comparison: Comparison) -> pd.DataFrame:
    """Contrasts turned so that more is better for citizens, as shares of the outcome's range (or of
    the reference's mean, where an outcome has no range).

    Columns scenario, outcome, middle, low, high, clear, ranged, before, after. Middle, low and high
    are NaN where there is nothing to take a share of.
    """
    rows = judged(comparison)
    better = np.array([OUTCOMES[base(name)].better for name in rows["outcome"]], float)
    ends = np.sort(np.column_stack([rows["share_low"] * better, rows["share_high"] * better]))
    return pd.DataFrame(
        {
            "scenario": rows["scenario"],
            "outcome": rows["outcome"],
            "middle": rows["share"] * better,
            "low": ends[:, 0],
            "high": ends[:, 1],
            "clear": rows["clear"].astype(bool),
            "ranged": rows["ranged"],
            "before": rows["reference_mean"],
            "after": rows["scenario_mean"],
        }
    )


def sorted_outcomes(table: pd.DataFrame) -> list[str]:
    """The six headline outcomes first; then the others, from the best to the worst for citizens
    under the scenario with the largest effects.
    """
    size = table["middle"].abs().fillna(0.0).groupby(table["scenario"], sort=False).sum()
    lead = table[table["scenario"] == size.idxmax()].sort_values(
        "middle", ascending=False, na_position="last", kind="stable"
    )
    return [*HEADLINES, *(name for name in lead["outcome"] if name not in HEADLINES)]


def value(mean: float) -> str:
    """Two decimals for shares, fewer for long times."""
    return number(mean, 2 if abs(mean) < 10 else 1 if abs(mean) < 100 else 0)


def draw_effects(axes, rows: pd.DataFrame, colour: str, reach: float) -> None:
    """One scenario: a dot and interval for each outcome, filled where clear; at the right the
    two means.
    """
    for y, row in enumerate(rows.itertuples()):
        shade = colour if row.clear else UNCLEAR
        if np.isfinite(row.middle):
            axes.hlines(y, row.low, row.high, color=shade, linewidth=2.2)
            effect_dot(axes, row.middle, y, shade, row.clear)
        axes.annotate(
            f"{value(row.before)} → {value(row.after)}",
            (1.02, y),
            xycoords=("axes fraction", "data"),
            va="center",
            fontsize=8.5,
            color=INK if row.clear else FAINT,
            annotation_clip=False,
        )
    axes.axvline(0, color=INK, linewidth=0.9)
    axes.axhline(len(HEADLINES) - 0.5, color=FAINT, linewidth=0.7)
    share_axis(axes, reach)


def share_axis(axes, reach: float) -> None:
    """Shares of an outcome's range, logarithmic beyond what is called barely a difference."""
    axes.set_xscale("symlog", linthresh=BARELY, linscale=0.8)
    ticks = [t for t in (-1.0, -0.1, -0.01, 0.0, 0.01, 0.1, 1.0) if abs(t) <= reach]
    labelled = [t for t in ticks if reach < 0.5 or abs(t) != 0.1]
    axes.set_xticks(ticks, [f"{signed(100.0 * t, 0)}%" if t in labelled else "" for t in ticks])
    axes.set_xticks([], minor=True)
    axes.set_xlim(-reach, reach)


@in_house_style
def effects(comparison: Comparison) -> Figure:
    """Paired differences from the first scenario with 95% intervals, sorted, a panel for each
    scenario; right is always better for citizens.
    """
    table = good_effects(comparison)
    names, others = sorted_outcomes(table), comparison.arms[1:]
    widest = float(np.nan_to_num(table[["low", "high"]].abs().to_numpy()).max())
    reach = max(0.05, 1.5 * widest)
    figure = sheet(2.9 + 3.3 * len(others), 2.1 + 0.27 * len(names))
    panels = np.atleast_1d(figure.subplots(1, len(others), sharey=True))
    for axes, arm in zip(panels, others):
        rows = table[table["scenario"] == arm.name].set_index("outcome").loc[names]
        draw_effects(axes, rows, colours(comparison)[arm.name], reach)
        axes.set_title(wrapped(arm.title, 30), color=colours(comparison)[arm.name], pad=18)
        axes.text(
            0.0, 1.01, "← worse for citizens", transform=axes.transAxes, fontsize=8.5, color=FAINT
        )
        axes.text(
            1.0, 1.01, "better →", transform=axes.transAxes, fontsize=8.5, color=FAINT, ha="right"
        )
        axes.tick_params(axis="y", length=0)
    panels[0].set_yticks(range(len(names)), [outcome_label(name) for name in names])
    panels[0].set_ylim(len(names) - 0.4, -0.6)
    headline(
        figure,
        f"What changes for citizens, compared with: {comparison.arms[0].title}",
        how_to_read(comparison.arms[0].title),
    )
    return figure


def how_to_read(reference: str) -> str:
    """The note below the effects. reference: the title of the scenario compared with."""
    return (
        f"Dots: mean paired difference, turned so that right is better, as a share of the "
        f"outcome's range (scale from 0 to 1, all staff or citizens, months run; for workload and "
        f"cost: of the mean under {reference}); logarithmic beyond 1%, below which "
        f"a difference is called barely one. Bars: 95% interval, often narrower than the dot. "
        f"Hollow grey: no clear difference. Numbers: mean under {reference} → mean "
        f"under this scenario, in the outcome's own unit. 'Average' is over the whole run; harm "
        f"adds up since the start; all else is at the end. Above the line: the six outcomes of "
        f"the summary."
    )
