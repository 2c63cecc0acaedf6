"""What the study of scale draws: the effects of autonomy, and levels, scale by scale."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from experiments.scale.settings import ARMS, CONTRASTS, SCALES, SHOWN, effect, runs_at
from experiments.tables import mean_columns
from localism_sim.model.outcomes import OUTCOMES
from localism_sim.model.scenario import load_scenario
from localism_sim.report.figures.style import COLOURS, INK, headline, in_house_style, sheet

NAMES = [f"1:{scale:,}" for scale in SCALES]
NOTE = "After ten years; bars: 95% intervals over paired seeds, fewer at 1:1."


def panels(draw, text: str, figure: Figure) -> Figure:
    """A panel an outcome, the scales side by side."""
    for axes, outcome in zip(figure.subplots(2, 3).ravel(), SHOWN):
        draw(axes, outcome)
        axes.set_xticks(range(len(SCALES)), NAMES)
        axes.set_title(OUTCOMES[outcome].label)
        axes.set_ylabel(OUTCOMES[outcome].unit)
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


@in_house_style
def autonomy_by_scale(table: pd.DataFrame) -> Figure:
    """What autonomy does without the reforms and with them, at four scales."""

    def draw(axes, outcome: str) -> None:
        axes.axhline(0.0, color=INK, linewidth=0.8)
        for number, (name, (_, _, label)) in enumerate(CONTRASTS.items()):
            found = [effect(table, name, outcome, scale) for scale in SCALES]
            bars(axes, [(f.mean, f.low, f.high) for f in found], number, len(CONTRASTS), label)

    return panels(draw, "What autonomy does is the same at every scale", sheet(11.5, 6.6))


@in_house_style
def levels_by_scale(table: pd.DataFrame) -> Figure:
    """Six outcomes of four scenarios at four scales."""

    def draw(axes, outcome: str) -> None:
        for number, arm in enumerate(ARMS):
            rows = [mean_columns(runs_at(table, arm, scale, outcome), "m") for scale in SCALES]
            found = [(row["m"], row["m_low"], row["m_high"]) for row in rows]
            bars(axes, found, number, len(ARMS), load_scenario(arm).title)

    return panels(draw, "Levels of six outcomes, scale by scale", sheet(11.5, 6.6))
