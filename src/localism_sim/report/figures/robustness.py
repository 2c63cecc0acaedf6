"""How often the effects of reforms and autonomy keep their sign, and under which rules."""

from __future__ import annotations

import itertools

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from ...analysis.robustness import OTHER_RULE, RANGES
from ...analysis.two_by_two import MAIN_EFFECTS
from ...model.outcomes import OUTCOMES
from ..contrasts import HEADLINES
from ..rival_rules import OWN_TITLES, rule_title
from ..robustness import SHORT_RANGES
from .style import headline, in_house_style, sheet
from .two_by_two import LABELS, draw_effects

BETTER, NEITHER, WORSE = "#5E4FA2", "#E4E4E4", "#E66101"
BARS = tuple(itertools.product(MAIN_EFFECTS, RANGES))


@in_house_style
def signs(table: pd.DataFrame) -> Figure:
    """In which share of random settings of the rates citizens are better or worse off."""
    figure = sheet(11.6, 6.2)
    panels = figure.subplots(2, 3, sharey=True, sharex=True)
    ticks: dict[float, str] = {}
    rows = table.set_index(["range", "effect", "outcome"])
    for axes, outcome in zip(panels.flat, HEADLINES):
        for y, (effect, which) in enumerate(BARS):
            at = y + 0.25 * (y // len(RANGES))
            draw_bar(axes, at, rows.loc[(which, effect, outcome)])
            ticks[at] = f"{LABELS[effect]}, {SHORT_RANGES[which]}"
        axes.set_title(OUTCOMES[outcome].label)
        axes.set_xlim(0, 1)
        axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "25", "50", "75", "100%"])
        axes.set_ylim(max(ticks) + 0.6, -0.6)
        axes.grid(visible=False, axis="y")
        axes.tick_params(axis="y", length=0)
    panels[0, 0].set_yticks(list(ticks), list(ticks.values()))
    keys = {"better": BETTER, "neither": NEITHER, "worse": WORSE}
    patches = [Patch(facecolor=colour, label=label) for label, colour in keys.items()]
    figure.legend(handles=patches, loc="outside upper right", ncols=3, handlelength=1.0)
    headline(
        figure,
        "How often the sign holds when unmeasured rates are drawn at random",
        "Share of draws in which citizens are better or worse off; neither: by less than 1% of "
        "the outcome's range. All unmeasured rates are drawn at once, between half and double "
        "their usual values or within their whole bounds.",
    )
    return figure


def draw_bar(axes, y: float, row: pd.Series) -> None:
    """One bar of three parts."""
    neither = 1.0 - row["better"] - row["worse"]
    left = 0.0
    for width, colour in ((row["better"], BETTER), (neither, NEITHER), (row["worse"], WORSE)):
        axes.barh(y, width, 0.84, left=left, color=colour, edgecolor="white", linewidth=0.6)
        left += width


@in_house_style
def rivals(table: pd.DataFrame) -> Figure:
    """The effects under every rival rule, with their intervals."""
    rules = {name: rule_title(name) for name in table["rule"].unique()}
    figure = sheet(11.6, 7.6)
    panels = figure.subplots(2, 3, sharey=True)
    for axes, outcome in zip(panels.flat, HEADLINES):
        draw_effects(axes, table.assign(ground=table["rule"]), rules, outcome)
        axes.tick_params(axis="y", length=0)
    panels[0, 0].set_yticks(range(len(MAIN_EFFECTS)), [LABELS[each] for each in MAIN_EFFECTS])
    handles, labels = panels[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside right upper", handlelength=1.0)
    headline(
        figure,
        "Reforms, autonomy and their interaction under every rival rule",
        "Mean effect over paired seeds in the outcome's own unit, with its 95% interval; hollow: "
        f"no clear difference. '{OWN_TITLES[OTHER_RULE].capitalize()}': by worth alone where the "
        "scenarios have it mark down what differs from the present standard, else the other way "
        "round.",
    )
    return figure
