"""Fairness: is there a region where centralised delivery serves citizens at least as well, and one
where localist delivery serves them better?
"""

from __future__ import annotations

import itertools

import pandas as pd
from matplotlib.figure import Figure

from experiments.drawing import DIFFERENCES, around_zero, heat
from experiments.study import Kept, Study
from experiments.tables import at, by_seed, contrast_columns, signed
from localism_sim.model.places import Places
from localism_sim.model.scenario import Scenario, load_scenario
from localism_sim.report.figures.style import headline, in_house_style, sheet

ARMS = ("centralist", "localist", "centralist_with_capability", "localist_with_capability")
DIVERSITY, COMPLEXITY, DEPTH, HARM, CAPACITY, BIAS = (
    (0.0, 0.5, 1.0),
    (0, 4, 9),
    (0.0, 1.0),
    (1.0, 20.0),
    (0.2, 0.6, 1.0),
    (0.0, 1.0),
)
SETTINGS = (
    "need_diversity",
    "complexity",
    "relational_depth",
    "harm_setting",
    "central_capacity",
    "status_quo_bias",
)
GRID = tuple(itertools.product(DIVERSITY, COMPLEXITY, DEPTH, HARM, CAPACITY, BIAS))
CONFIDENCE = 1.0 - 0.05 / len(GRID)
"""Corrected for the cells of the grid (Bonferroni)."""
JUDGED = ("quality_mean", "quality")
PAIRS = {"autonomy": ("localist", "centralist"), "reformed": (ARMS[3], ARMS[2])}
"""Places less centre, without the reforms and with them: only autonomy differs within a pair."""
SCORINGS = {0.0: "on its measured worth", 1.0: "with a bias to the status quo"}
"""How the centre judges a candidate for its standard (`status_quo_bias`)."""


@in_house_style
def maps(table: pd.DataFrame, contrast: str, text: str) -> Figure:
    """Localist less centralised quality, by five conditions, where the centre judges a candidate on
    its measured worth.
    """
    points = table[table["status_quo_bias"] == 0.0]
    points = points.assign(
        **{name: 100.0 * points[name] for name in points if name.startswith(contrast)}
    )
    figure = sheet(11.0, 10.0)
    panels = figure.subplots(len(CAPACITY), len(DEPTH) * len(HARM), sharex=True, sharey=True)
    norm = around_zero(points[contrast])
    for row, capacity in enumerate(reversed(CAPACITY)):
        for column, (depth, harm) in enumerate(itertools.product(DEPTH, HARM)):
            part = points[
                (points["central_capacity"] == capacity)
                & (points["relational_depth"] == depth)
                & (points["harm_setting"] == harm)
            ]
            axes = panels[row, column]
            heat(axes, part, "complexity", "need_diversity", contrast, norm, contrast, DIFFERENCES)
            if row == 0:
                axes.set_title(
                    f"{'relational' if depth else 'transactional'} service,\nbad ideas "
                    f"{'dear' if harm > 1 else 'cheap'}"
                )
            if column == 0:
                axes.set_ylabel(f"centre's capacity {capacity:g}\nneed diversity")
            if row == len(CAPACITY) - 1:
                axes.set_xlabel("complexity of the problem")
    headline(
        figure,
        text,
        "Localist less centralised delivery, quality in points of 100: above 0 localist delivery "
        "serves citizens better, below 0 centralised delivery. A dot: no clear difference (95%, "
        "not corrected for the number of cells). Arms differ in autonomy alone.",
    )
    return figure


def over_ten_years(table: pd.DataFrame) -> Figure:
    """Who serves citizens better over ten years without the reforms, by need diversity, complexity,
    relational depth, harm of bad ideas and central capacity.
    """
    return maps(
        table, "quality_mean_autonomy", "Places or centre, no reforms: quality over ten years"
    )


def with_the_reforms(table: pd.DataFrame) -> Figure:
    """The same where both sides have the eleven recommendations."""
    return maps(
        table, "quality_mean_reformed", "Places or centre, both reformed: quality over ten years"
    )


class Fairness(Study):
    """No side is built to win: the grid that the model's design asks for."""

    title = "Fairness between centralised and localist delivery"
    question = (
        "Is there a region of conditions in which centralised delivery serves citizens at least as "
        "well as localist delivery, and one in which "
        "localist delivery serves them better?"
    )
    design = (
        "Need diversity, complexity, relational depth, harm of bad ideas, the centre's capacity "
        "and how it judges a candidate for its standard, crossed; under each, centralised delivery "
        "(autonomy 0.1) and localist delivery (autonomy 0.8, nothing else changed), both without "
        "reforms and with all eleven recommendations, under the cuts of 2010; 36 made-up places, "
        "because problems vary from seed to seed more than places do. Judged by the average of ten "
        "years and by the end, since gains come late."
    )
    reading = (
        "Each cell is one set of conditions. The findings count cells by intervals that are "
        "corrected for the number of cells; the figures show plain "
        "95% intervals."
    )
    takes = "some ten minutes on two cores"
    seeds = range(30)
    keys = SETTINGS
    slice = (0, 1, 2, 3, 860, 861, 862, 863)
    drawings = (over_ten_years, with_the_reforms)

    def places(self) -> Places:
        return Places.synthetic(36, seed=1)

    def scenarios(self) -> tuple[Scenario, ...]:
        return tuple(load_scenario(name) for name in ARMS)

    def points(self) -> pd.DataFrame:
        rows = [(*setting, arm) for setting in GRID for arm in ARMS]
        return pd.DataFrame(
            rows,
            columns=[
                "need_diversity",
                "complexity",
                "relational_depth",
                "harm",
                "central_capacity",
                "status_quo_bias",
                "scenario",
            ],
        )

    def table(self, runs: pd.DataFrame, kept: Kept) -> pd.DataFrame:
        values = {outcome: by_seed(runs, [*SETTINGS, "scenario"], outcome) for outcome in JUDGED}
        rows = []
        for setting, _ in runs.groupby(list(SETTINGS), sort=True):
            row = dict(zip(SETTINGS, setting))
            for outcome, wide in values.items():
                arms = {arm: wide.loc[(*setting, arm)].to_numpy() for arm in ARMS}
                row |= {f"{outcome}_centralist": arms["centralist"].mean()}
                for name, (local, centre) in PAIRS.items():
                    row |= judged(arms[local], arms[centre], f"{outcome}_{name}")
            rows.append(row)
        return pd.DataFrame(rows)

    def finding(self, table: pd.DataFrame) -> list[str]:
        sentences = [counts(table, name, bias) for bias in SCORINGS for name in PAIRS]
        for bias, scoring in SCORINGS.items():
            able = at(
                table,
                need_diversity=0.0,
                complexity=0,
                relational_depth=0.0,
                harm_setting=1.0,
                central_capacity=1.0,
                status_quo_bias=bias,
            )
            sentences.append(
                "Where needs are alike, the problem simple, the service transactional and the "
                f"centre able and judging {scoring}, localist less centralised quality over ten "
                f"years: {signed(able, 'quality_mean_autonomy')} without reforms, "
                f"{signed(able, 'quality_mean_reformed')} with them."
            )
        return sentences


def judged(local, centre, name: str) -> dict[str, float]:
    """Localist less centralised: the contrast, and its verdict by corrected intervals: 1 localist
    delivery is clearly better, -1 centralised, 0 neither.
    """
    corrected = contrast_columns(local, centre, "c", CONFIDENCE)
    verdict = int(corrected["c_low"] > 0) - int(corrected["c_high"] < 0)
    return contrast_columns(local, centre, name) | {f"{name}_verdict": verdict}


def counts(table: pd.DataFrame, pair: str, bias: float) -> str:
    """In how many cells either side is clearly better, and the two ends."""
    part, name = table[table["status_quo_bias"] == bias], f"quality_mean_{pair}"
    verdict, end = part[f"{name}_verdict"], part[f"quality_{pair}_verdict"]
    low, high = part.loc[part[name].idxmin()], part.loc[part[name].idxmax()]
    sides = "without reforms" if pair == "autonomy" else "with all eleven recommendations"
    return (
        f"Both {sides}, the centre judging {SCORINGS[bias]}: over ten years localist delivery "
        f"serves citizens clearly better in {(verdict > 0).sum()} of {len(part)} cells, "
        f"centralised delivery in {(verdict < 0).sum()}, no clear difference in the other "
        f"{(verdict == 0).sum()} (corrected intervals); at the end {(end > 0).sum()}, "
        f"{(end < 0).sum()} and {(end == 0).sum()}. The two ends: {signed(low, name)} at "
        f"{where(low)}; {signed(high, name)} at {where(high)}."
    )


def where(row: pd.Series) -> str:
    """Conditions of a cell in words."""
    return (
        f"need diversity {row['need_diversity']:g}, complexity {row['complexity']:g}, relational "
        f"depth {row['relational_depth']:g}, "
        f"harm {row['harm_setting']:g}, central capacity {row['central_capacity']:g}"
    )


STUDY = Fairness()
