"""Do the scenarios differ?

Every pair of them on paired seeds, corrected for many comparisons.
"""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from experiments.drawing import heat
from experiments.study import Kept, Study
from experiments.tables import by_seed
from localism_sim.analysis.statistics import paired_difference
from localism_sim.model.outcomes import AVERAGED, OUTCOMES
from localism_sim.model.scenario import Scenario, load_scenario, scenario_names
from localism_sim.report.figures.style import headline, in_house_style, sheet

NAMES = tuple(scenario_names())
PAIRS = tuple(itertools.combinations(NAMES, 2))
FELT = (
    "spread",
    "quality",
    "wellbeing",
    "trust",
    "engagement",
    "postcode_gap",
    "worst_place",
    "harm",
    "cost_per_quality",
    "fit",
)
"""Outcomes that citizens would notice, as against those of staff, the centre or the budget."""
JUDGED = (
    *(name for name, outcome in OUTCOMES.items() if outcome.better),
    *(f"{name}_mean" for name in AVERAGED),
)
"""Outcomes of which more or less is better for citizens, at the end and over the ten years."""
CONFIDENCE = 1.0 - 0.05 / (len(PAIRS) * len(JUDGED))
"""So wide that with 95% certainty no interval of the whole table misses by chance (Bonferroni)."""


def felt(name: str) -> bool:
    """Whether citizens would notice a difference in this outcome."""
    return name.removesuffix("_mean") in FELT


@in_house_style
def differences(table: pd.DataFrame) -> Figure:
    """In how many of the outcomes each pair of scenarios differs beyond chance."""
    both = pd.concat(
        [
            table,
            table.rename(columns={"first": "second", "second": "first"}),
            pd.DataFrame({"first": NAMES, "second": NAMES, "clear": np.nan, "clear_felt": np.nan}),
        ],
        ignore_index=True,
    )
    figure = sheet(13.5, 6.6)
    panels = figure.subplots(1, 2, sharey=True)
    for axes, (column, title) in zip(
        panels,
        {
            "clear": f"all {len(JUDGED)} outcomes",
            "clear_felt": "those that citizens would notice",
        }.items(),
    ):
        heat(
            axes,
            both,
            "second",
            "first",
            column,
            Normalize(0, len(JUDGED) if column == "clear" else sum(map(felt, JUDGED))),
        )
        for text in axes.texts:
            row, place = int(text.get_position()[1]), int(text.get_position()[0])
            text.set_text("" if row == place else f"{float(text.get_text()):.0f}")
        axes.set_xticks(
            range(len(NAMES)),
            [name.replace("_", " ") for name in sorted(NAMES)],
            rotation=60,
            ha="right",
        )
        axes.set_yticks(range(len(NAMES)), [name.replace("_", " ") for name in sorted(NAMES)])
        axes.set_title(title)
    headline(
        figure,
        "In how many outcomes do two scenarios differ beyond chance?",
        "Paired seeds; a difference counts where its interval, corrected for all comparisons of "
        "the table, leaves out zero.",
    )
    return figure


class ScenariosDiffer(Study):
    """Every pair of the shipped scenarios."""

    title = "Do the scenarios differ?"
    question = (
        f"Do all {len(NAMES)} scenarios differ from each other in outcome beyond the luck of a "
        "seed, and in something that citizens would notice?"
    )
    design = (
        f"All {len(PAIRS)} pairs of the {len(NAMES)} scenarios on England's 148 places, in the "
        f"{len(JUDGED)} outcomes of which more or less is better "
        "for citizens (at the end and averaged over ten years); intervals are so wide that with "
        "95% certainty none misses zero by chance."
    )
    reading = (
        "The table names, for each pair, how many outcomes differ, the clearest one, and the "
        "clearest one that citizens would notice."
    )
    takes = "half a minute on two cores"
    keys = ("first", "second")
    slice = (
        NAMES.index("coalition_2010"),
        NAMES.index("innovation_hub"),
        NAMES.index("sure_start"),
    )
    drawings = (differences,)

    def scenarios(self) -> tuple[Scenario, ...]:
        return tuple(load_scenario(name) for name in NAMES)

    def points(self) -> pd.DataFrame:
        return pd.DataFrame({"scenario": NAMES})

    def table(self, runs: pd.DataFrame, kept: Kept) -> pd.DataFrame:
        values = {outcome: by_seed(runs, ["scenario"], outcome) for outcome in JUDGED}
        present = set(runs["scenario"])
        return pd.DataFrame(
            [
                compared(first, second, values)
                for first, second in PAIRS
                if {first, second} <= present
            ]
        )

    def finding(self, table: pd.DataFrame) -> list[str]:
        alike, unfelt = (
            table[table["clear"] == 0],
            table[(table["clear"] > 0) & (table["clear_felt"] == 0)],
        )
        small = table[(table["clear_felt"] > 0) & (table["felt_effect"].abs() < 0.5)]
        sentences = [
            f"{(table['clear'] > 0).sum()} of {len(table)} pairs differ in at least one outcome "
            f"beyond chance" + (f"; these do not: {in_words(alike)}." if len(alike) else "."),
            f"{(table['clear_felt'] > 0).sum()} pairs differ in something that citizens would "
            f"notice.",
        ]
        if len(unfelt):
            sentences.append(
                "Pairs that differ only in what staff or the centre would notice: "
                + "; ".join(
                    f"{pair(row)} ({row['outcome']} {row['difference']:+.4f})".replace("-", "−")
                    for _, row in unfelt.iterrows()
                )
                + "."
            )
        if len(small):
            sentences.append(
                f"Clear but small (less than half a standard deviation between runs in what "
                f"citizens would notice most): {in_words(small)}."
            )
        return sentences


def compared(first: str, second: str, values: dict[str, pd.DataFrame]) -> dict[str, object]:
    """One row: how many outcomes differ clearly, and the clearest difference (most standard
    errors), of all and of those that citizens would notice.
    """
    found = {
        outcome: paired_difference(
            wide.loc[first].to_numpy(), wide.loc[second].to_numpy(), CONFIDENCE
        )
        for outcome, wide in values.items()
    }
    clear = [outcome for outcome, contrast in found.items() if contrast.clear]
    row: dict[str, object] = {
        "first": first,
        "second": second,
        "clear": len(clear),
        "clear_felt": sum(map(felt, clear)),
    }
    for name, known in (("", JUDGED), ("felt_", tuple(filter(felt, JUDGED)))):
        widest = max(
            known,
            key=lambda outcome: (
                abs(found[outcome].mean) / max(found[outcome].high - found[outcome].mean, 1e-12)
            ),
        )
        contrast = found[widest]
        row |= {
            f"{name}outcome": widest,
            f"{name}difference": contrast.mean,
            f"{name}low": contrast.low,
            f"{name}high": contrast.high,
            f"{name}effect": contrast.effect,
        }
    return row


def pair(row: pd.Series) -> str:
    """Names of a pair."""
    return f"`{row['first']}` and `{row['second']}`"


def in_words(rows: pd.DataFrame) -> str:
    """Names of pairs."""
    return ", ".join(pair(row) for _, row in rows.iterrows())


STUDY = ScenariosDiffer()
