"""What each lever does from end to end, on four grounds and for six outcomes."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from ...analysis.levers import inert
from ...analysis.two_by_two import CELLS
from ...model.outcomes import OUTCOMES
from ..contrasts import HEADLINES, with_verdicts
from ..two_by_two import CELL_HEADS, LESS, digits_for
from ..words import signed
from .style import FAINT, INK, headline, in_house_style, sheet

SHADES = "PuOr"
REACH = 0.2
"""Share of the range at which the colour is full."""


@in_house_style
def levers(table: pd.DataFrame, months: int) -> Figure:
    """A panel for each outcome, a row for each lever, a column for each ground; coloured by what
    citizens gain.
    """
    names = list(table["lever"].unique())
    judged = with_verdicts(table, months)
    quiet = inert(table, months).set_index(["lever", "scenario"])["inert"]
    figure = sheet(15.0, 1.6 + 0.27 * len(names))
    panels = figure.subplots(1, len(HEADLINES), sharey=True)
    for axes, outcome in zip(panels, HEADLINES):
        own = judged[judged["outcome"] == outcome].set_index(["lever", "scenario"])
        shares = np.array(
            [
                [own.loc[(name, cell), "share"] * own.loc[(name, cell), "clear"] for cell in CELLS]
                for name in names
            ]
        )
        better = OUTCOMES[outcome].better
        axes.imshow(better * shares, cmap=SHADES, norm=Normalize(-REACH, REACH), aspect="auto")
        for y, name in enumerate(names):
            for x, cell in enumerate(CELLS):
                write(axes, x, y, own.loc[(name, cell)], outcome, bool(quiet.loc[(name, cell)]))
        axes.set_title(OUTCOMES[outcome].label + (f" {LESS}" if better < 0 else ""), fontsize=9.5)
        axes.set_xticks(range(len(CELLS)), CELL_HEADS.values(), fontsize=8, rotation=40, ha="right")
        axes.grid(visible=False)
        axes.tick_params(length=0)
    panels[0].set_yticks(range(len(names)), names)
    headline(
        figure,
        "What each lever does when it goes from its low to its high end",
        "Paired difference at the end of the run in the outcome's own unit (harm: months a "
        "citizen since the start). Purple: better for citizens, orange: worse, full colour from "
        f"{REACH:.0%} of the range; without colour: not clear; a dot: inert on this ground, no "
        f"outcome changes clearly by 1% of its range or more. {LESS} less is better.",
    )
    return figure


def write(axes, x: int, y: int, row: pd.Series, outcome: str, quiet: bool) -> None:
    """The difference in its cell; a dot where the lever is inert on this ground."""
    digits = min(2, digits_for(row, outcome))
    text = "·" if quiet else signed(row["difference"], digits)
    dark = row["clear"] and abs(row["share"]) > 0.75 * REACH
    colour = "white" if dark else INK if row["clear"] else FAINT
    axes.text(x, y, text, ha="center", va="center", fontsize=8, color=colour)
