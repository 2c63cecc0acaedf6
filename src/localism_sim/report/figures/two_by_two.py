"""What the reforms do, what autonomy does, and their interaction, on every ground."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from ...analysis.two_by_two import MAIN_EFFECTS, USUAL
from ...model.outcomes import OUTCOMES
from ..contrasts import HEADLINES
from .style import COLOURS, FAINT, INK, effect_dot, headline, in_house_style, sheet

if TYPE_CHECKING:
    from ...analysis.comparison import Comparison

LABELS = {"reforms": "reforms", "autonomy": "autonomy", "interaction": "interaction"}
SHORT = {"alike": "needs alike, centre able", "other_rule": "the centre judges otherwise"}
"""Names of the grounds in the key; the note below the figure spells them out."""
APART = 0.66
"""Share of the room between two effects that the grounds take together."""
COLOUR_OF_MANY = (*COLOURS, "#C8A200", "#5AA0E0")


def draw_effects(axes, table: pd.DataFrame, grounds: dict[str, str], outcome: str) -> None:
    """One outcome: a row for each effect, in it a dot and interval for each ground; hollow where
    not clear.
    """
    middle = (len(grounds) - 1) / 2.0
    for order, (ground, title) in enumerate(grounds.items()):
        rows = table[(table["ground"] == ground) & (table["outcome"] == outcome)]
        rows = rows.set_index("effect").loc[list(MAIN_EFFECTS)]
        colour = COLOUR_OF_MANY[order % len(COLOUR_OF_MANY)]
        for y, row in enumerate(rows.itertuples()):
            at = y + APART / len(grounds) * (order - middle)
            axes.hlines(at, row.low, row.high, color=colour, linewidth=2.0)
            named = {"label": title} if y == 0 else {}
            effect_dot(axes, row.difference, at, colour, row.clear, **named)
    better = OUTCOMES[outcome].better
    axes.axvline(0.0, color=INK, linewidth=0.9)
    axes.set_ylim(len(MAIN_EFFECTS) - 0.5, -0.5)
    axes.set_title(OUTCOMES[outcome].label, pad=18)
    axes.set_xlabel(OUTCOMES[outcome].unit, fontsize=8.5, color=FAINT)
    reach = 1.15 * max(float(np.abs(axes.get_xlim()).max()), 1e-6)
    axes.set_xlim(-reach, reach)
    left, right = ("worse", "better") if better > 0 else ("better", "worse")
    style = {"transform": axes.transAxes, "fontsize": 8.5, "color": FAINT}
    axes.text(0.0, 1.02, f"← {left}", **style)
    axes.text(1.0, 1.02, f"{right} →", ha="right", **style)


@in_house_style
def two_by_two(comparison: Comparison) -> Figure:
    """Effects of reforms and autonomy and their interaction on six outcomes, with intervals."""
    grounds = {USUAL: "as set"}
    grounds |= {ground.name: SHORT.get(ground.name, ground.title) for ground in comparison.grounds}
    figure = sheet(11.6, 6.4)
    panels = figure.subplots(2, 3, sharey=True)
    for axes, outcome in zip(panels.flat, HEADLINES):
        draw_effects(axes, comparison.effects, grounds, outcome)
        axes.tick_params(axis="y", length=0)
    panels[0, 0].set_yticks(range(len(MAIN_EFFECTS)), [LABELS[each] for each in MAIN_EFFECTS])
    handles, labels = panels[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper right", ncols=3, handlelength=1.0)
    otherwise = [
        f"'{SHORT[ground.name]}': {ground.title}."
        for ground in comparison.grounds
        if ground.name == "other_rule"
    ]
    headline(
        figure,
        "Reforms, autonomy and their interaction",
        "Mean effect over "
        f"{len(comparison.seeds)} paired seeds in the outcome's own unit, with its 95% interval, "
        "often narrower than the dot; hollow: no clear difference. Reforms: mean of their effect "
        "under the centre and under places; autonomy: mean of its effect without and with the "
        "reforms; interaction: what both do beyond the sum of what each does alone. "
        + " ".join(otherwise),
    )
    return figure
