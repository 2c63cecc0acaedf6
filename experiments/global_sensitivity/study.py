"""Global sensitivity: what moves spread, quality, trust and the gap between places."""

from __future__ import annotations

import functools

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from experiments.study import Kept, Study
from localism_sim.analysis.sensitivity.designs import Design
from localism_sim.analysis.sensitivity.indices import analyse
from localism_sim.model.places import Places
from localism_sim.report.figures.style import (
    COLOURS,
    FAINT,
    INK,
    headline,
    in_house_style,
    sheet,
    wrapped,
)
from localism_sim.sweeps.factors import factors_from

OUTCOMES = {
    "spread": "Spread after ten years",
    "quality_mean": "Quality, ten-year average",
    "trust": "Trust after ten years",
    "postcode_gap": "Postcode gap after ten years",
}
SAMPLES, FEW = 256, 16
RANGES = {"headline": None, "problem": None, "recommendation": None, "cuts": (0.0, 0.46)}


@functools.cache
def design(samples: int) -> Design:
    """Sobol's design; the first samples of a larger one are those of a smaller one."""
    return Design("sobol", factors_from(RANGES), samples, second_order=False)


@in_house_style
def what_moves_outcomes(table: pd.DataFrame) -> Figure:
    """Share of each outcome's variance that would go if a condition were known, for four
    outcomes.
    """
    whole = table[table["samples"] == SAMPLES]
    order = whole.groupby("factor")["total"].max().sort_values(ascending=False).index
    figure = sheet(12.6, 7.0)
    panels = figure.subplots(1, len(OUTCOMES), sharey=True, sharex=True)
    for axes, (outcome, title), colour in zip(panels, OUTCOMES.items(), COLOURS[1:]):
        rows = whole[whole["outcome"] == outcome].set_index("factor").loc[order]
        for y, row in enumerate(rows.itertuples()):
            axes.barh(y, row.total, 0.6, color=colour if row.clear else "#D8D8D8")
            axes.hlines(y, max(row.total_low, 0.0), row.total_high, color=INK, linewidth=1.2)
        axes.plot(rows["luck_high"], range(len(rows)), "|", color=FAINT, markersize=9)
        axes.set_title(wrapped(title, 22))
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.tick_params(axis="y", length=0)
        axes.set_xlabel("total index (share of variance)", fontsize=8.5, color=FAINT)
        axes.set_xlim(0, None)
    panels[0].set_yticks(range(len(order)), [name.replace("_", " ") for name in order])
    headline(
        figure,
        "What moves each outcome, alone and through its ties with all else",
        "Bars: total index of Sobol with its 95% interval; grey where it does not lie above luck "
        "and placebo with its whole interval; small marks: "
        "what luck alone would give. Totals sum to more than one where conditions act together.",
    )
    return figure


class GlobalSensitivity(Study):
    """Saltelli et al. 2010: total and first-order indices over the headline conditions, the problem
    and the eleven recommendations.
    """

    title = "Global sensitivity"
    question = (
        "Which of the headline conditions, the problem's nature and the eleven "
        "recommendations move spread, quality, trust and the postcode gap?"
    )
    design = (
        f"Sobol's method with N = {SAMPLES}: trust, cuts (to 46%, the deepest that a council lived "
        f"through), chain length, autonomy, the problem's "
        "diversity, complexity and relational depth, and the eleven recommendations, each over its "
        "whole range; and a placebo that the model never sees. "
        "36 made-up places like England's, a fifth of its size, so that twenty-five thousand runs "
        "take minutes."
    )
    reading = (
        "The total index is the share of an outcome's variance that would go, on average, if this "
        "condition were known and all else not; the "
        "first-order index is what it explains by itself."
    )
    intervals = "the 95% interval over resamples of the design"
    takes = "about two minutes on two cores"
    seeds = range(5)
    slice_seeds = (0,)
    keys = ("outcome", "samples", "factor")
    drawings = (what_moves_outcomes,)

    @property
    def slice(self) -> range:  # type: ignore[override]
        """The points of the first samples."""
        return range(len(design(FEW).unique()[0]))

    def places(self) -> Places:
        return Places.synthetic(36)

    def points(self) -> pd.DataFrame:
        return design(SAMPLES).unique()[0]

    def table(self, runs: pd.DataFrame, kept: Kept) -> pd.DataFrame:
        few = design(FEW)
        parts = [
            self.indices(
                few, runs[(runs["point"] < len(few.unique()[0])) & (runs["seed"] == 0)], "spread"
            )
        ]
        if runs["point"].nunique() == len(self.points()):
            parts = [self.indices(design(SAMPLES), runs, outcome) for outcome in OUTCOMES] + parts
        return pd.concat(parts, ignore_index=True)

    def indices(self, of: Design, runs: pd.DataFrame, outcome: str) -> pd.DataFrame:
        """A row a factor: total and first-order index with intervals, what luck alone would give,
        ranks left open, share of variance that is luck.
        """
        found = analyse(of, runs, outcome, converge=False)
        columns = [
            f"{measure}{end}" for measure in ("total", "first") for end in ("", "_low", "_high")
        ]
        table = (
            found.table[[*columns, "luck_high", "best_rank", "worst_rank", "clear"]]
            .rename_axis("factor")
            .reset_index()
        )
        table["luck_share"] = found.noise.share
        table.insert(0, "samples", of.samples)
        table.insert(0, "outcome", outcome)
        return table

    def finding(self, table: pd.DataFrame) -> list[str]:
        found = []
        for outcome, label in OUTCOMES.items():
            rows = table[(table["outcome"] == outcome) & (table["samples"] == SAMPLES)]
            sure = rows[rows["clear"].astype(bool)]
            first = ", ".join(
                f"{row.factor.replace('_', ' ')} {row.total:.2f} ({row.total_low:.2f} to "
                f"{row.total_high:.2f})"
                for row in sure[:4].itertuples()
            )
            tied = (
                ""
                if not len(sure) or sure.iloc[0]["worst_rank"] == 1
                else f" The first place is undecided among {int(sure.iloc[0]['worst_rank'])}."
            )
            alone, luck = np.clip(rows["first"].sum(), 0.0, 1.0), rows["luck_share"].iloc[0]
            found.append(
                f"{label}: strongest {first or 'none'}; {len(sure)} of {len(rows) - 1} lie clearly "
                f"above luck and placebo.{tied} By themselves the "
                f"conditions explain {alone:.0%} of the variance; the rest comes from their "
                f"working together. Luck is {luck:.0%} of the variance of "
                "single runs."
            )
        return found


STUDY = GlobalSensitivity()
