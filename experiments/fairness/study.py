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

ARMS = ("centralist", "localist", "localist_with_capability")
DIVERSITY, COMPLEXITY, DEPTH, HARM, CAPACITY = (
    (0.0, 0.5, 1.0),
    (0, 4, 9),
    (0.0, 1.0),
    (1.0, 20.0),
    (0.2, 0.6, 1.0),
)
SETTINGS = ("need_diversity", "complexity", "relational_depth", "harm_setting", "central_capacity")
GRID = tuple(itertools.product(DIVERSITY, COMPLEXITY, DEPTH, HARM, CAPACITY))
CONFIDENCE = 1.0 - 0.05 / len(GRID)
"""Corrected for the cells of the grid (Bonferroni)."""
JUDGED = ("quality_mean", "quality")


@in_house_style
def maps(table: pd.DataFrame, outcome: str, text: str) -> Figure:
    """Localist less centralised quality, by all five conditions."""
    points = table.assign(
        **{name: 100.0 * table[name] for name in table if name.startswith(f"{outcome}_autonomy")}
    )
    figure = sheet(11.0, 10.0)
    panels = figure.subplots(len(CAPACITY), len(DEPTH) * len(HARM), sharex=True, sharey=True)
    norm = around_zero(points[f"{outcome}_autonomy"])
    for row, capacity in enumerate(reversed(CAPACITY)):
        for column, (depth, harm) in enumerate(itertools.product(DEPTH, HARM)):
            part = points[
                (points["central_capacity"] == capacity)
                & (points["relational_depth"] == depth)
                & (points["harm_setting"] == harm)
            ]
            axes = panels[row, column]
            heat(
                axes,
                part,
                "complexity",
                "need_diversity",
                f"{outcome}_autonomy",
                norm,
                f"{outcome}_autonomy",
                DIFFERENCES,
            )
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
        "serves citizens better, below 0 "
        "centralised delivery. A dot: no clear difference (95%, not corrected for the number of "
        "cells). Arms differ in autonomy alone.",
    )
    return figure


def over_ten_years(table: pd.DataFrame) -> Figure:
    """Who serves citizens better over ten years, by need diversity, complexity, relational depth,
    harm of bad ideas and central capacity.
    """
    return maps(table, "quality_mean", "Localist or centralised: quality averaged over ten years")


def at_the_end(table: pd.DataFrame) -> Figure:
    """The same judged by the last month."""
    return maps(table, "quality", "Localist or centralised: quality after ten years")


class Fairness(Study):
    """No side is built to win: the grid that the model's design asks for."""

    title = "Fairness between centralised and localist delivery"
    question = (
        "Is there a region of conditions in which centralised delivery serves citizens at least as "
        "well as localist delivery, and one in which "
        "localist delivery serves them better?"
    )
    design = (
        "Need diversity, complexity, relational depth, harm of bad ideas and the centre's "
        "capacity, crossed; under each, centralised delivery (autonomy "
        "0.1), localist delivery (autonomy 0.8, nothing else changed) and localism with all eleven "
        "recommendations, under the cuts of 2010; 36 made-up "
        "places, because problems vary from seed to seed more than places do. Judged by the "
        "average of ten years and by the end, since gains come late."
    )
    reading = (
        "Each cell is one set of conditions. The findings count cells by intervals that are "
        "corrected for the number of cells; the figures show plain "
        "95% intervals."
    )
    takes = "some five minutes on two cores"
    seeds = range(30)
    keys = SETTINGS
    slice = (0, 1, 2, 321, 322, 323)
    drawings = (over_ten_years, at_the_end)

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
                "scenario",
            ],
        )

    def table(self, runs: pd.DataFrame, kept: Kept) -> pd.DataFrame:
        values = {outcome: by_seed(runs, [*SETTINGS, "scenario"], outcome) for outcome in JUDGED}
        rows = []
        for setting, _ in runs.groupby(list(SETTINGS), sort=True):
            row = dict(zip(SETTINGS, setting))
            for outcome, wide in values.items():
                centre, local, capable = (wide.loc[(*setting, arm)].to_numpy() for arm in ARMS)
                row |= {f"{outcome}_centralist": centre.mean()} | contrast_columns(
                    local, centre, f"{outcome}_autonomy"
                )
                corrected = contrast_columns(local, centre, "c", CONFIDENCE)
                row |= {
                    f"{outcome}_verdict": 1
                    if corrected["c_low"] > 0
                    else -1
                    if corrected["c_high"] < 0
                    else 0
                }
                row |= contrast_columns(capable, centre, f"{outcome}_capable")
            rows.append(row)
        return pd.DataFrame(rows)

    def finding(self, table: pd.DataFrame) -> list[str]:
        sentences = []
        for outcome, words in (
            ("quality_mean", "Averaged over ten years"),
            ("quality", "At the end"),
        ):
            verdict = table[f"{outcome}_verdict"]
            low, high = (
                table.loc[table[f"{outcome}_autonomy"].idxmin()],
                table.loc[table[f"{outcome}_autonomy"].idxmax()],
            )
            sentences.append(
                f"{words}: autonomy alone serves citizens clearly better in {(verdict > 0).sum()} "
                f"of {len(table)} cells, centralised delivery in "
                f"{(verdict < 0).sum()}, no clear difference in the other {(verdict == 0).sum()} "
                f"(corrected intervals). The two ends: "
                f"{signed(low, f'{outcome}_autonomy')} at {where(low)}; "
                f"{signed(high, f'{outcome}_autonomy')} at {where(high)}."
            )
        able = at(
            table,
            need_diversity=0.0,
            complexity=0,
            relational_depth=0.0,
            harm_setting=1.0,
            central_capacity=1.0,
        )
        sentences.append(
            "Where needs are alike, the problem simple, the service transactional and the centre "
            "able, localist less centralised quality: "
            f"{signed(able, 'quality_mean_autonomy')} over ten years, "
            f"{signed(able, 'quality_autonomy')} at the end."
        )
        capable = [(table[f"{outcome}_capable_low"] > 0).sum() for outcome in JUDGED]
        least = table.loc[table["quality_mean_capable"].idxmin()]
        sentences.append(
            f"Localism with all eleven recommendations, which change far more than autonomy, leads "
            f"in {capable[0]} of {len(table)} cells over ten "
            f"years and in {capable[1]} at the end; least at {where(least)}: "
            f"{signed(least, 'quality_mean_capable')}."
        )
        return sentences


def where(row: pd.Series) -> str:
    """Conditions of a cell in words."""
    return (
        f"need diversity {row['need_diversity']:g}, complexity {row['complexity']:g}, relational "
        f"depth {row['relational_depth']:g}, "
        f"harm {row['harm_setting']:g}, central capacity {row['central_capacity']:g}"
    )


STUDY = Fairness()
