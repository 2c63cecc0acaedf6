"""Regret of every policy under every theory, on every ground."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from ...analysis.statistics import range_of
from ...model.outcomes import OUTCOMES
from ...model.scenario import USUAL_MONTHS
from ..contrasts import HEADLINES
from ..rival_rules import rule_title
from ..theories import GROUNDS, digits, head
from ..words import number
from .style import COLOURS, FAINT, INK, headline, in_house_style, sheet

REACH = 0.2


@in_house_style
def largest(table: pd.DataFrame, titles: Mapping[str, str]) -> Figure:
    """A panel for each outcome, a bar for each policy: how much it can lose against the best."""
    figure = sheet(9.0, 4.2)
    panels = figure.subplots(2, len(HEADLINES) // 2, sharey=True)
    names = [head(policy, titles) for policy in titles]
    for axes, outcome in zip(panels.flat, HEADLINES):
        own = table[table["outcome"] == outcome].set_index("policy").loc[list(titles)]
        shades = [COLOURS[1] if safest else FAINT for safest in own["minimax"]]
        axes.barh(names, own["largest"], color=shades)
        for y, value in enumerate(own["largest"]):
            axes.annotate(
                number(value, digits(outcome)),
                (value, y),
                (3, 0),
                textcoords="offset points",
                va="center",
                fontsize=9,
            )
        axes.set_xlim(0.0, 1.25 * max(own["largest"].max(), 10.0 ** -digits(outcome)))
        axes.set_title(OUTCOMES[outcome].label)
        axes.grid(visible=False)
        axes.tick_params(axis="y", length=0)
        axes.set_xticks([])
    panels[0, 0].invert_yaxis()
    headline(
        figure,
        "How much each policy can lose, whichever theory holds",
        "Largest regret over all theories and grounds: by how much the best policy is better for "
        "citizens, in the outcome's own unit. Dark: the policy that can lose least.",
    )
    return figure


def write(axes, x: int, y: int, row: pd.Series, outcome: str, most: float) -> None:
    """The number of one cell. most: the regret of the darkest shade."""
    axes.text(
        x,
        y,
        number(row["regret"], min(2, digits(outcome))),
        ha="center",
        va="center",
        fontsize=8,
        fontweight="bold" if row["best"] else "normal",
        color="white" if row["regret"] > 0.6 * most else INK,
    )


@in_house_style
def regrets(table: pd.DataFrame, titles: Mapping[str, str]) -> Figure:
    """A panel for each outcome, a row for each ground and theory, a column for each policy."""
    states = list(dict.fromkeys(zip(table["ground"], table["rule"])))
    figure = sheet(3.2 + 1.95 * len(HEADLINES), 2.6 + 0.3 * len(states))
    panels = figure.subplots(1, len(HEADLINES), sharey=True)
    for axes, outcome in zip(panels, HEADLINES):
        own = table[table["outcome"] == outcome].set_index(["ground", "rule", "policy"])
        values = np.array([[own.loc[(*s, p), "regret"] for p in titles] for s in states])
        most = REACH * (range_of(outcome, USUAL_MONTHS) or 1.0)
        axes.imshow(values, cmap="Oranges", norm=Normalize(0.0, most), aspect="auto")
        for y, state in enumerate(states):
            for x, policy in enumerate(titles):
                write(axes, x, y, own.loc[(*state, policy)], outcome, most)
        axes.set_title(OUTCOMES[outcome].label, fontsize=9.5)
        names = [head(policy, titles) for policy in titles]
        axes.set_xticks(range(len(names)), names, fontsize=8, rotation=40, ha="right")
        axes.grid(visible=False)
        axes.tick_params(length=0)
    labels = [f"{rule_title(rule)} ({GROUNDS[ground]})" for ground, rule in states]
    panels[0].set_yticks(range(len(states)), labels, fontsize=8.5)
    headline(
        figure,
        "What it costs to have chosen another policy, under every rival theory",
        "Regret: by how much the best policy of the row is better for citizens, in the outcome's "
        "own unit. Bold: no policy is clearly better there. In brackets: the ground.",
    )
    return figure
