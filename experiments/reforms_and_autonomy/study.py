"""Reforms and autonomy: two by two, on two grounds, under both ways in which the centre judges."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from experiments.study import Kept, Study
from experiments.tables import at, by_seed, contrast_columns, mean_columns, signed
from localism_sim.model.outcomes import OUTCOMES
from localism_sim.model.scenario import Scenario, load_scenario
from localism_sim.report.figures.style import COLOURS, FAINT, INK, headline, in_house_style, sheet

CENTRE, REFORMED = "centralist", "localist_with_capability"
LOW = load_scenario(CENTRE).parameters.autonomy
HIGH = load_scenario("localist").parameters.autonomy
CELLS = tuple(itertools.product((CENTRE, REFORMED), (LOW, HIGH)))
"""Scenario and autonomy: without and with the reforms, the centre or places deciding."""
GROUNDS = {"as usual": (0.5, 0.5), "needs alike, centre able": (0.0, 0.9)}
"""Need diversity and the centre's capacity."""
JUDGED = {1.0: "by likeness too", 0.0: "by worth alone"}
"""`status_quo_bias` and how the centre then judges its own candidates."""
SIX = ("quality", "trust", "spread", "postcode_gap", "worst_place", "harm")
EFFECTS = ("reforms", "autonomy", "together", "localism_reformed")
TITLES = {
    "reforms": "the reforms",
    "autonomy": "autonomy",
    "together": "only together",
}
SHADES = dict(zip(TITLES, COLOURS))


@in_house_style
def effects(table: pd.DataFrame) -> Figure:
    """What reforms do, what autonomy does, and what they do only together, for the six outcomes."""
    figure = sheet(10.0, 6.6)
    axes = figure.subplots(2, 3)
    labels = [f"{row.ground},\n{JUDGED[row.status_quo_bias]}" for row in table.itertuples()]
    for axis, outcome in zip(axes.flat, SIX):
        for shift, name in zip((-0.22, 0.0, 0.22), TITLES):
            column = f"{outcome}_{name}"
            middle = table[column].to_numpy()
            down = middle - table[f"{column}_low"].to_numpy()
            up = table[f"{column}_high"].to_numpy() - middle
            places = np.arange(len(table)) + shift
            axis.errorbar(
                middle,
                places,
                xerr=np.vstack([down, up]),
                fmt="o",
                ms=4,
                color=SHADES[name],
                label=TITLES[name],
            )
        axis.axvline(0.0, color=INK, lw=0.8)
        axis.set_title(OUTCOMES[outcome].label)
        axis.set_xlabel(OUTCOMES[outcome].unit, color=FAINT)
        axis.set_yticks(range(len(table)), labels if axis in axes[:, 0] else [])
        axis.invert_yaxis()
    figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside upper right", ncols=3)
    headline(
        figure,
        "What reforms do, what autonomy does, and what they do only together",
        "Effect in the last month, in the outcome's own unit, with its 95% interval over paired "
        "seeds.",
    )
    return figure


class ReformsAndAutonomy(Study):
    """A contrast of centralism with reformed localism mixes two things; this takes them apart."""

    title = "Reforms and autonomy, two by two"
    question = (
        "How much of what reformed localism gains comes from the reforms, which a centre could "
        "carry out too, and how much from autonomy? And how much hangs on the way in which the "
        "centre judges its own candidates?"
    )
    design = (
        "The eleven recommendations carried out or not, under a centre (autonomy "
        f"{LOW}) and under places that decide ({HIGH}); England's 148 places, the 2010 cuts. "
        "Twice: on the usual ground and where needs are alike and the centre is able. And twice "
        "more: the centre marks its candidates down for being unlike the present standard, as the "
        "first model did, or judges what they are worth, as the model does by default."
    )
    reading = (
        "The effect of the reforms is their mean effect with and without autonomy; that of "
        "autonomy likewise; 'only together' is what both do beyond the sum of what each does alone."
    )
    takes = "half a minute on two cores"
    intervals = "the 95% interval over paired seeds"
    seeds = range(50)
    keys = ("ground", "status_quo_bias")
    slice = (0, 1, 2, 3)
    drawings = (effects,)

    def scenarios(self) -> tuple[Scenario, ...]:
        return tuple(load_scenario(name) for name in (CENTRE, REFORMED))

    def points(self) -> pd.DataFrame:
        rows = [
            (scenario, autonomy, diversity, capacity, bias)
            for (diversity, capacity), bias, (scenario, autonomy) in itertools.product(
                GROUNDS.values(), JUDGED, CELLS
            )
        ]
        names = ["scenario", "autonomy", "need_diversity", "central_capacity", "status_quo_bias"]
        return pd.DataFrame(rows, columns=names)

    def table(self, runs: pd.DataFrame, kept: Kept) -> pd.DataFrame:
        rows = []
        for (ground, (diversity, _)), bias in itertools.product(GROUNDS.items(), JUDGED):
            here = runs[(runs["need_diversity"] == diversity) & (runs["status_quo_bias"] == bias)]
            if len(here):
                rows.append({"ground": ground, "status_quo_bias": bias} | split(here))
        return pd.DataFrame(rows)

    def finding(self, table: pd.DataFrame) -> list[str]:
        usual, unbiased = (
            at(table, ground="as usual", status_quo_bias=bias) for bias in (1.0, 0.0)
        )
        alike, able = (
            at(table, ground="needs alike, centre able", status_quo_bias=bias)
            for bias in (1.0, 0.0)
        )
        return [
            "On the usual ground, where the centre judges worth alone, the reforms raise quality "
            f"by {signed(unbiased, 'quality_reforms')}, autonomy by "
            f"{signed(unbiased, 'quality_autonomy')}; together they do "
            f"{signed(unbiased, 'quality_together')} beyond that. The postcode gap: reforms "
            f"{signed(unbiased, 'postcode_gap_reforms')}, autonomy "
            f"{signed(unbiased, 'postcode_gap_autonomy')}.",
            "**Spread hangs on one rule.** While the centre marks its candidates down for being "
            f"unlike the present standard, the reforms raise spread by "
            f"{signed(usual, 'spread_reforms')}; where it judges worth alone, spread is "
            f"{unbiased['spread_centre']:.2f} under the centre without any reform (against "
            f"{usual['spread_centre']:.2f}) and the reforms add "
            f"{signed(unbiased, 'spread_reforms')}.",
            f"Harm under the reforms: {signed(usual, 'harm_reforms')} months a citizen with that "
            f"rule and {signed(unbiased, 'harm_reforms')} without; autonomy "
            f"{signed(usual, 'harm_autonomy')} and {signed(unbiased, 'harm_autonomy')}.",
            "Autonomy given the reforms (localism against a reformed centre): quality "
            f"{signed(usual, 'quality_localism_reformed')} with that rule and "
            f"{signed(unbiased, 'quality_localism_reformed')} without.",
            "Where needs are alike and the centre is able, autonomy changes quality by "
            f"{signed(alike, 'quality_autonomy')} with that rule and by "
            f"{signed(able, 'quality_autonomy')} without; the reforms by "
            f"{signed(alike, 'quality_reforms')} and {signed(able, 'quality_reforms')}.",
        ]


def split(runs: pd.DataFrame) -> dict[str, float]:
    """Effects of reforms and autonomy, their interaction, and autonomy given the reforms, for the
    six outcomes, each with its interval; and the mean under the unreformed centre.
    """
    row: dict[str, float] = {}
    for outcome in SIX:
        wide = by_seed(runs, ["scenario", "autonomy"], outcome)
        c, local, cr, lr = (wide.loc[cell].to_numpy() for cell in CELLS)
        pairs = {
            "reforms": ((cr + lr) / 2.0, (c + local) / 2.0),
            "autonomy": ((local + lr) / 2.0, (c + cr) / 2.0),
            "together": (lr - local, cr - c),
            "localism_reformed": (lr, cr),
        }
        row |= mean_columns(c, f"{outcome}_centre")
        for effect in EFFECTS:
            found = contrast_columns(*pairs[effect], f"{outcome}_{effect}")
            found.pop(f"{outcome}_{effect}_effect")
            row |= found
    return row


STUDY = ReformsAndAutonomy()
