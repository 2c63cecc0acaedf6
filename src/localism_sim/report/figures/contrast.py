"""How large the differences between scenarios are, with their intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from ...model.outcomes import OUTCOMES
from .style import FAINT, INK, colours, headline, in_house_style, sheet, wrapped

if TYPE_CHECKING:
    from ...analysis.comparison import Comparison

UNCLEAR = "#9A9A9A"


def outcome_label(name: str) -> str:
    """Plain name of an outcome at the end, or of its average over the run."""
    return OUTCOMES[name.removesuffix("_mean")].label + (
        " (average)" if name.endswith("_mean") else ""
    )


def good_effects(comparison: Comparison) -> pd.DataFrame:
    """Contrasts turned so that more is better for citizens, in standard deviations between runs of
    the first scenario.

    Columns scenario, outcome, middle, low, high, clear, before, after, gain (in the outcome's own
    unit). Middle, low and high are NaN where the first scenario's runs do not differ, so that no
    scale exists.
    """
    rows = []
    for row in comparison.contrasts.itertuples():
        better = OUTCOMES[row.outcome.removesuffix("_mean")].better
        if not better:
            continue
        values = comparison.runs.loc[comparison.runs["scenario"] == row.reference, row.outcome]
        spread = float(values.std(ddof=1))
        scale = better / spread if spread > 1e-12 * max(1.0, float(values.abs().max())) else np.nan
        low, high = (
            sorted((row.low * scale, row.high * scale)) if np.isfinite(scale) else (np.nan, np.nan)
        )
        rows.append(
            {
                "scenario": row.scenario,
                "outcome": row.outcome,
                "middle": row.difference * scale,
                "low": low,
                "high": high,
                "clear": bool(row.clear),
                "before": row.reference_mean,
                "after": row.scenario_mean,
                "gain": row.difference * better,
            }
        )
    return pd.DataFrame(rows)


def sorted_outcomes(table: pd.DataFrame) -> list[str]:
    """Outcomes from the best to the worst for citizens under the scenario with the largest
    effects.
    """
    size = (
        table.assign(size=table["middle"].abs().fillna(0.0))
        .groupby("scenario", sort=False)["size"]
        .sum()
    )
    lead = table[table["scenario"] == size.idxmax()]
    return list(
        lead.sort_values(["middle", "gain"], ascending=False, na_position="last", kind="stable")[
            "outcome"
        ]
    )


def number(value: float) -> str:
    """Two decimals for shares, fewer for long times."""
    return f"{value:.{2 if abs(value) < 10 else 1 if abs(value) < 100 else 0}f}"


def draw_effects(axes, rows: pd.DataFrame, colour: str, reach: float) -> None:
    """One scenario: a dot and interval an outcome, filled where clear; at the right the
    two means.
    """
    for y, row in enumerate(rows.itertuples()):
        shade = colour if row.clear else UNCLEAR
        if np.isfinite(row.middle):
            axes.hlines(y, row.low, row.high, color=shade, linewidth=2.2)
            axes.plot(
                [row.middle],
                [y],
                "o",
                color=shade if row.clear else "white",
                markeredgecolor=shade,
                markersize=5.5,
                markeredgewidth=1.4,
            )
        axes.annotate(
            f"{number(row.before)} → {number(row.after)}",
            (1.02, y),
            xycoords=("axes fraction", "data"),
            va="center",
            fontsize=8.5,
            color=INK if row.clear else FAINT,
            annotation_clip=False,
        )
    axes.axvline(0, color=INK, linewidth=0.9)
    axes.set_xscale("symlog", linthresh=1, linscale=0.8)
    ticks = [t for t in (-100, -10, -1, 0, 1, 10, 100) if abs(t) <= reach]
    axes.set_xticks(ticks, [f"{t:+d}".replace("-", "−") if t else "0" for t in ticks])
    axes.set_xticks([], minor=True)
    axes.set_xlim(-reach, reach)


@in_house_style
def effects(comparison: Comparison) -> Figure:
    """Paired differences from the first scenario with 95% intervals, sorted, a panel a scenario;
    right is always better for citizens.
    """
    table = good_effects(comparison)
    names, others = sorted_outcomes(table), comparison.arms[1:]
    widest = float(np.nan_to_num(table[["low", "high"]].abs().to_numpy()).max())
    reach = max(1.6, 1.5 * widest)
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
        f"Dots: mean paired difference, turned so that right is better, in standard deviations "
        f"between runs of {comparison.arms[0].title} "
        "(how far chance alone moves an outcome); logarithmic beyond 1. Bars: 95% interval, often "
        "narrower than the dot. Hollow grey: no clear "
        f"difference. Numbers: mean under {comparison.arms[0].title} → mean under this scenario, "
        f"in the outcome's own unit. 'Average' is over the "
        "whole run; harm adds up since the start; all else is at the end.",
    )
    return figure
