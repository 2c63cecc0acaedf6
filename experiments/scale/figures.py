"""What the study of scale draws: the effects of autonomy and of the reforms, and levels, scale by
scale.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from experiments.scale.settings import ARMS, AUTONOMY, REFORMS, SCALES, SHOWN, effect, runs_at
from experiments.tables import mean_columns
from localism_sim.model.outcomes import OUTCOMES
from localism_sim.model.scenario import load_scenario
from localism_sim.report.figures.style import COLOURS, INK, headline, in_house_style, sheet
from localism_sim.report.words import listed

NAMES = [f"1:{scale:,}" for scale in SCALES]
NOTE = (
    "After ten years; at 1:200 a citizen stands for 200 residents. Bars: 95% intervals over paired "
    "seeds, " + listed([f"{seeds} at {name}" for name, seeds in zip(NAMES, SCALES.values())]) + "."
)
UNITS = {"0-1": "on a scale of 0 to 1"}


def panels(draw, text: str, figure: Figure, before: str = "") -> Figure:
    """A panel an outcome, the scales side by side. before: what stands before the unit."""
    for axes, outcome in zip(figure.subplots(2, 3).ravel(), SHOWN):
        draw(axes, outcome)
        axes.set_xticks(range(len(SCALES)), NAMES)
        axes.set_title(OUTCOMES[outcome].label)
        unit = OUTCOMES[outcome].unit
        axes.set_ylabel(before + UNITS.get(unit, unit))
    handles, labels = figure.axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper right", ncols=len(labels), fontsize=8.5)
    headline(figure, text, NOTE)
    return figure


def bars(axes, found: list[tuple[float, float, float]], number: int, count: int, label: str):
    """Middle, low and high at each scale, beside those of the others."""
    across = np.arange(len(SCALES)) + 0.16 * (number - (count - 1) / 2)
    middle, low, high = np.array(found).T
    axes.vlines(across, low, high, color=COLOURS[number], linewidth=1.6)
    axes.plot(across, middle, "o", color=COLOURS[number], markersize=4.5, label=label)


def effects_by_scale(table: pd.DataFrame, contrasts: Mapping[str, str], text: str) -> Figure:
    """Effects, a panel an outcome, scale by scale."""

    def draw(axes, outcome: str) -> None:
        axes.axhline(0.0, color=INK, linewidth=0.8)
        for number, (name, label) in enumerate(contrasts.items()):
            found = [effect(table, name, outcome, scale) for scale in SCALES]
            bars(axes, [(f.mean, f.low, f.high) for f in found], number, len(contrasts), label)

    return panels(draw, text, sheet(11.5, 6.6), "difference, ")


@in_house_style
def autonomy_by_scale(table: pd.DataFrame) -> Figure:
    """What autonomy does without the reforms and with them, at four scales."""
    return effects_by_scale(table, AUTONOMY, "What autonomy does, scale by scale")


@in_house_style
def reforms_by_scale(table: pd.DataFrame) -> Figure:
    """What the reforms do under the centre and where places decide, and what both do together
    beyond their sum, at four scales.
    """
    return effects_by_scale(table, REFORMS, "What the reforms do, scale by scale")


@in_house_style
def levels_by_scale(table: pd.DataFrame) -> Figure:
    """Six outcomes of four scenarios at four scales."""

    def draw(axes, outcome: str) -> None:
        for number, arm in enumerate(ARMS):
            rows = [mean_columns(runs_at(table, arm, scale, outcome), "m") for scale in SCALES]
            found = [(row["m"], row["m_low"], row["m_high"]) for row in rows]
            bars(axes, found, number, len(ARMS), load_scenario(arm).title)

    return panels(draw, "Levels, scale by scale", sheet(11.5, 6.6))
