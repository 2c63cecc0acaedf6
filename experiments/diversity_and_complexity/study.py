"""Need diversity and complexity: who wins where?"""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from experiments.drawing import DIFFERENCES, around_zero, heat
from experiments.study import Kept, Study
from experiments.tables import at, by_seed, clear, contrast_columns, mean_columns, signed
from localism_sim.model.scenario import Scenario, load_scenario
from localism_sim.report.figures.style import headline, in_house_style, sheet, wrapped

DIVERSITY = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
COMPLEXITY = (0, 2, 4, 6, 8)
OUTCOMES = ("quality_mean", "quality", "spread", "postcode_gap")
PAIRS = {
    "autonomy": ("localist", "centralist", "Autonomy alone against the centre as cut"),
    "capability": (
        "localist_with_capability",
        "centralist",
        "Autonomy and capability against the centre as cut",
    ),
    "able": (
        "localist_with_capability",
        "able_centre",
        "Autonomy and capability against an able centre with capability",
    ),
}
"""Contrast -> who, against whom, title."""


@in_house_style
def who_wins_where(table: pd.DataFrame) -> Figure:
    """Where localism gives better services than the centre, by how unlike needs are and by how
    entangled problems are.
    """
    figure = sheet(9.6, 9.6)
    panels = figure.subplots(3, 2, sharex=True, sharey=True)
    for row, (pair, (_, _, title)) in zip(panels, PAIRS.items()):
        norm = around_zero(
            pd.concat([table[f"{pair}_{outcome}"] for outcome in ("quality_mean", "quality")])
        )
        for axes, outcome, when in zip(
            row, ("quality_mean", "quality"), ("average over ten years", "after ten years")
        ):
            heat(
                axes,
                table,
                "need_diversity",
                "complexity",
                f"{pair}_{outcome}",
                norm,
                clear=f"{pair}_{outcome}",
                colours=DIFFERENCES,
            )
            axes.set_title(wrapped(f"{title}, {when}", 46), fontsize=9.5)
    for axes in panels[-1]:
        axes.set_xlabel("how far needs differ between places (0-1)")
    for axes in panels[:, 0]:
        axes.set_ylabel("entangled choices (K)")
    headline(
        figure,
        "Who serves citizens better: the centre (orange) or localism (purple)?",
        "Numbers: quality of services (0-1) under localism less that under the centre, same seeds; "
        "a dot where the 95% interval includes zero. "
        "Each row has its own colour scale.",
    )
    return figure


class DiversityAndComplexity(Study):
    """Essay E8-E9: local diversity is a strength; against it, Callander & Harstad 2015 and
    Levinthal 1997: alike and simple problems favour one standard.
    """

    title = "Need diversity and complexity"
    question = (
        "For which problems does the centre serve citizens better, and for which does localism?"
    )
    design = (
        "How far needs differ between places crossed with how many other choices the worth of each "
        "choice depends on (K of the NK model), under four "
        "ways of delivery: the centre as it was cut; autonomy alone; autonomy with capability (all "
        "eleven recommendations); and the strongest case for "
        "centralism, a centre with full capacity that is not cut and carries out all eleven as "
        "well. England's 148 places."
    )
    reading = (
        "Each cell is one kind of problem; the average over ten years counts the early costs "
        "of change, the end does not."
    )
    takes = "about a minute on two cores"
    seeds = range(16)
    keys = ("need_diversity", "complexity")
    slice = (0, 30, 60, 90)
    drawings = (who_wins_where,)

    def scenarios(self) -> tuple[Scenario, ...]:
        centre, capability = load_scenario("centralist"), load_scenario("localist_with_capability")
        able = capability.with_parameters(
            autonomy=centre.parameters.autonomy, central_capacity=1.0, centre_cuts=0.0
        )
        return (
            centre,
            replace(able, name="able_centre", title="Able centre with capability"),
            load_scenario("localist"),
            capability,
        )

    def points(self) -> pd.DataFrame:
        names = [scenario.name for scenario in self.scenarios()]
        return pd.DataFrame(
            list(itertools.product(names, DIVERSITY, COMPLEXITY)),
            columns=["scenario", "need_diversity", "complexity"],
        )

    def table(self, runs: pd.DataFrame, kept: Kept) -> pd.DataFrame:
        values = {outcome: by_seed(runs, ("scenario", *self.keys), outcome) for outcome in OUTCOMES}
        rows = []
        for diversity, complexity in (
            runs[list(self.keys)]
            .drop_duplicates()
            .sort_values(list(self.keys))
            .itertuples(index=False)
        ):
            row = {"need_diversity": diversity, "complexity": complexity}
            for outcome, wide in values.items():
                found = {
                    name: wide.loc[(name, diversity, complexity)].to_numpy()
                    for name in runs["scenario"].unique()
                }
                row |= mean_columns(found["centralist"], f"centre_{outcome}")
                for pair, (one, other, _) in PAIRS.items():
                    row |= contrast_columns(found[one], found[other], f"{pair}_{outcome}")
            rows.append(row)
        return pd.DataFrame(rows)

    def finding(self, table: pd.DataFrame) -> list[str]:
        found = []
        for pair, (_, _, title) in PAIRS.items():
            for outcome, when in (
                ("quality_mean", "on average over ten years"),
                ("quality", "after ten years"),
            ):
                sure = [
                    float(np.sign(row[f"{pair}_{outcome}"]))
                    for _, row in table.iterrows()
                    if clear(row, f"{pair}_{outcome}")
                ]
                found.append(
                    f"{title}, {when}: localism serves citizens better for {sure.count(1.0)} of "
                    f"{len(table)} kinds of problem, the centre for "
                    f"{sure.count(-1.0)}, no clear difference for {len(table) - len(sure)}."
                )
            alike, unlike = (
                at(table, need_diversity=0.0, complexity=4),
                at(table, need_diversity=1.0, complexity=4),
            )
            found.append(
                f"{title}, average quality at K = 4: {signed(alike, f'{pair}_quality_mean')} where "
                f"needs are alike, "
                f"{signed(unlike, f'{pair}_quality_mean')} where each place's needs are its own."
            )
        return found


STUDY = DiversityAndComplexity()
