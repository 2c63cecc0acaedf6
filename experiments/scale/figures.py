"""What the study of scale draws: outcomes, verdicts and variation by the size of a team."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from experiments.scale.settings import (
    ARMS,
    COMMON,
    DEFAULT,
    LASTING,
    SCALES,
    SEEDS_AT,
    SHOWN,
    Setting,
    judged,
    runs_at,
    team_size,
)
from experiments.tables import mean_columns, ratio_of_deviations
from localism_sim.model.outcomes import OUTCOMES
from localism_sim.model.scenario import load_scenario
from localism_sim.report.figures.style import COLOURS, INK, headline, in_house_style, sheet

Interval = tuple[float, float, float]
"""Middle, low, high."""
OTHERS = tuple(
    setting
    for setting, seeds in SEEDS_AT.items()
    if seeds >= COMMON and setting not in SCALES.values()
)
TICKS = ("1:20,000", "1:100", "1:10", "1:1")
BESIDE = 1.1
"""How far apart scenarios stand at one size of team, where each has a bar."""
NOTE = (
    f"After ten years, on the {COMMON} seeds that all have. Dots: the six scales (1:10,000 covers "
    f"1:20,000; for 1:10 and 1:1 a tenth of their citizens "
    "in teams of the same size). Diamonds: teams of that size with the citizens of 1:100 or "
    "1:1,000."
)


@in_house_style
def panels(
    arms: Iterable[str],
    outcomes: Sequence[str],
    found: Callable[[str, str, Setting], Interval],
    bars: bool,
    zero: float | None,
    text: str,
    note: str,
) -> Figure:
    """A panel for each outcome, a line a scenario, by the size of a team. bars: intervals as bars,
    side by side; else as bands. zero: a line there.
    """
    figure = sheet(11.5, 7.4)
    body = figure.add_subfigure(figure.add_gridspec()[0])
    grid = body.subplots(2, 3).ravel()
    for axes, outcome in zip(grid, outcomes):
        if zero is not None:
            axes.axhline(zero, color=INK, linewidth=0.8)
        for arm in arms:
            draw_arm(
                axes,
                arm,
                {setting: found(arm, outcome, setting) for setting in (*SCALES.values(), *OTHERS)},
                bars,
            )
        axes.set_xscale("log")
        axes.set_xticks(
            [team_size(SCALES[scale]) for scale in TICKS],
            [f"{team_size(SCALES[scale]):,.0f}\n{scale}" for scale in TICKS],
        )
        axes.xaxis.set_minor_locator(NullLocator())
        axes.set_title(OUTCOMES[outcome].label)
    for axes in grid[len(outcomes) :]:
        axes.set_visible(False)
    for axes in grid[max(0, len(outcomes) - 3) :]:
        axes.set_xlabel("staff in a team, and scale with such teams")
    handles, labels = grid[0].get_legend_handles_labels()
    body.legend(handles, labels, loc="outside upper left", ncols=len(labels), fontsize=9)
    headline(figure, text, note)
    return figure


def draw_arm(axes: Axes, arm: str, points: dict[Setting, Interval], bars: bool) -> None:
    """One scenario in one panel."""
    number = ARMS.index(arm)
    across = np.array(
        [team_size(setting) * (BESIDE ** (number - 1.5) if bars else 1.0) for setting in points]
    )
    middle, low, high = np.array(list(points.values())).T
    line, colour = np.array([setting in SCALES.values() for setting in points]), COLOURS[number]
    if bars:
        axes.vlines(across, low, high, color=colour, linewidth=1.2, alpha=0.7)
    else:
        axes.fill_between(
            across[line], low[line], high[line], color=colour, alpha=0.13, linewidth=0
        )
    axes.plot(
        across[line],
        middle[line],
        "o-",
        color=colour,
        markersize=4,
        linewidth=1.2,
        label=load_scenario(arm).title,
    )
    axes.plot(
        across[~line],
        middle[~line],
        "D",
        color=colour,
        markersize=6.5,
        fillstyle="none",
        markeredgewidth=1.1,
    )


def outcomes_by_size_of_team(table: pd.DataFrame) -> Figure:
    """Outcomes after ten years by the size of a team, from 1:20,000 to 1:1, and with the same teams
    and other numbers of citizens.
    """

    def level(arm: str, outcome: str, setting: Setting) -> Interval:
        low_to_high = mean_columns(runs_at(table, arm, setting, outcome)[:COMMON], "x")
        return low_to_high["x"], low_to_high["x_low"], low_to_high["x_high"]

    return panels(
        ARMS,
        SHOWN,
        level,
        False,
        None,
        "Outcomes change with the size of teams, not with the number of citizens",
        f"Mean with 95% interval. {NOTE}",
    )


def verdicts_by_size_of_team(table: pd.DataFrame) -> Figure:
    """How much more than under centralised delivery, by the size of a team."""

    def difference(arm: str, outcome: str, setting: Setting) -> Interval:
        found = judged(table, arm, outcome, setting)
        return found.mean, found.low, found.high

    return panels(
        ARMS[1:],
        SHOWN,
        difference,
        True,
        0.0,
        "Difference from centralised delivery: small ones change with the size of teams",
        f"Mean of paired differences with 95% interval. {NOTE}",
    )


def variation_by_size_of_team(table: pd.DataFrame) -> Figure:
    """How much runs vary from seed to seed, as a multiple of the variation at the default scale."""

    def ratio(arm: str, outcome: str, setting: Setting) -> Interval:
        if setting == DEFAULT:
            return 1.0, 1.0, 1.0
        return ratio_of_deviations(
            runs_at(table, arm, setting, outcome)[:COMMON],
            runs_at(table, arm, DEFAULT, outcome)[:COMMON],
        )

    return panels(
        ARMS,
        LASTING,
        ratio,
        True,
        1.0,
        "Variation between seeds, as a multiple of that at 1:20,000",
        f"Ratio of standard deviations with 95% interval (Pitman-Morgan). {NOTE}",
    )
