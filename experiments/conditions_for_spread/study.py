"""Conditions for spread: where does innovation reach more than half of staff?"""

from __future__ import annotations

import functools

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from experiments.study import Kept, Study
from localism_sim.analysis.discovery.search import Discovery, discover, space_filling
from localism_sim.model.places import Places
from localism_sim.report.discovery_words import conditions, share_of
from localism_sim.report.figures.style import COLOURS, FAINT, headline, in_house_style, sheet
from localism_sim.sweeps.factors import Factor, factors_from

POINTS, FEW, HALF = 1024, 8, 0.5
RANGES = {"headline": None, "problem": None, "recommendation": None, "cuts": (0.0, 0.46)}
JUDGED = (
    "base",
    "mass",
    "density",
    "density_low",
    "density_high",
    "coverage",
    "coverage_low",
    "coverage_high",
)
COLUMNS = (
    "kind",
    "name",
    "side",
    "spread",
    "limit",
    "limit_low",
    "limit_high",
    "p",
    "returns",
    *JUDGED,
)


@functools.cache
def factors() -> tuple[Factor, ...]:
    """What varies."""
    return factors_from(RANGES, placebos=1)


@in_house_style
def the_box(table: pd.DataFrame) -> Figure:
    """Which part of each restricted condition's range the box holds, and how firmly."""
    rows = table[table["kind"] == "restriction"]
    by_name = {factor.name: factor for factor in factors()}
    names = list(dict.fromkeys(rows["name"]))
    figure = sheet(9.4, 2.0 + 0.55 * len(names))
    axes = figure.subplots()
    for y, name in enumerate(names):
        factor, low, high, words = by_name[name], 0.0, 1.0, []
        for row in rows[rows["name"] == name].itertuples():
            at, ends = (
                (np.array([row.limit, row.limit_low, row.limit_high]) - factor.low)
                / (factor.high - factor.low),
                row.side,
            )
            low, high = (at[0], high) if ends == "above" else (low, at[0])
            axes.hlines(y, at[1], at[2], color=COLOURS[0], linewidth=2.4, zorder=3)
            words.append(
                f"{'>' if ends == 'above' else '<'} {row.limit:g}, found in {row.returns:.0%} of "
                f"halves"
            )
        axes.barh(y, 1.0, 0.5, color="#EEEEEE")
        axes.barh(y, high - low, 0.5, left=low, color=COLOURS[1], alpha=0.75)
        axes.text(1.02, y, "; ".join(words), va="center", fontsize=8.5, color=FAINT)
    axes.set_yticks(
        range(len(names)),
        [
            f"{by_name[name].label} ({by_name[name].low:g} to {by_name[name].high:g})"
            for name in names
        ],
    )
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_xlim(0, 1)
    axes.set_xticks([0, 0.5, 1], ["lowest", "middle", "highest"])
    axes.grid(visible=False)
    axes.tick_params(length=0)
    headline(
        figure,
        "The conditions under which innovation reaches more than half of staff",
        "Blue: the part of a condition's range inside the box. Orange: limits found in random "
        "halves of the points (5% to 95%).",
    )
    return figure


class ConditionsForSpread(Study):
    """Scenario discovery (Bryant & Lempert 2010) by PRIM (Friedman & Fisher 1999)."""

    title = "Conditions for spread"
    question = (
        "Under which conditions does innovation reach more than half of staff within ten years?"
    )
    design = (
        f"{POINTS:,} points spread evenly (scrambled Sobol sequence) over the headline conditions, "
        f"the problem and the eleven recommendations, with a "
        "placebo; 36 made-up places like England's. PRIM finds a box on two thirds of the points; "
        "the last third judges it."
    )
    reading = (
        "Density is how often innovation spreads inside the box; coverage is how many of all "
        "such runs the box holds."
    )
    intervals = "95% intervals (Wilson) on points that did not help to find the box"
    takes = "under a minute on two cores"
    seeds = range(3)
    keys = ("kind", "name", "side")
    slice = tuple(range(FEW))
    drawings = (the_box,)

    def places(self) -> Places:
        return Places.synthetic(36)

    def points(self) -> pd.DataFrame:
        return space_filling(factors(), POINTS)

    def table(self, runs: pd.DataFrame, kept: Kept) -> pd.DataFrame:
        wide = runs.pivot(index="point", columns="seed", values="spread")
        rows = [
            {"kind": "point", "name": str(number), "spread": wide.loc[number].mean()}
            for number in range(FEW)
        ]
        if len(wide) == len(self.points()):
            rows = (
                self.found(
                    discover(factors(), self.points(), (wide > HALF).mean(axis=1).to_numpy())
                )
                + rows
            )
        table = pd.DataFrame(rows, columns=list(COLUMNS))
        table["side"] = table["side"].astype(object).fillna("-").astype(str)
        return table.astype({name: float for name in COLUMNS[3:]})

    def found(self, of: Discovery) -> list[dict]:
        """Rows of the best box: itself, then its restrictions."""
        if not of.boxes:
            return []
        best = of.boxes[0]
        box = {
            "kind": "box",
            "name": conditions(best.box, factors()),
            **{name: getattr(best.held_out, name) for name in JUDGED},
        }
        return [
            box,
            *({"kind": "restriction", **row} for row in best.restrictions.to_dict("records")),
        ]

    def finding(self, table: pd.DataFrame) -> list[str]:
        boxes, sides = table[table["kind"] == "box"], table[table["kind"] == "restriction"]
        if boxes.empty:
            return ["No box was found that the points support."]
        box = boxes.iloc[0]
        firm = sides[sides["returns"] >= 0.8]
        clear = (
            "clearly more often than"
            if box["density_low"] > box["base"]
            else "not clearly more often than"
        )
        return [
            f"Innovation reaches more than half of staff in "
            f"{share_of(box['density'], box['density_low'], box['density_high'])} of runs with "
            f"{box['name']}; these hold "
            f"{share_of(box['coverage'], box['coverage_low'], box['coverage_high'])} of all such "
            f"runs. That is {clear} "
            f"in all runs ({box['base']:.0%}).",
            f"Conditions that return in at least 80% of random halves of the points: "
            f"{', '.join(dict.fromkeys(firm['name'].str.replace('_', ' '))) or 'none'}; all other "
            f"limits of the box are not firm.",
            f"Conditions that the box leaves open, so that none is needed for spread over half: "
            f"{len(factors()) - 1 - sides['name'].nunique()} of "
            f"{len(factors()) - 1}.",
        ]


STUDY = ConditionsForSpread()
