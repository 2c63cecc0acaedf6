"""Does trust remember?

The same later services after an early loss and without one, under each rule of trust.
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from experiments.drawing import heat
from experiments.study import Kept, Study
from experiments.tables import at, clear, contrast_columns, mean_columns, ranged, signed
from localism_sim.model.places import Places
from localism_sim.model.scenario import Scenario, load_scenario
from localism_sim.report.figures.style import headline, in_house_style, sheet

GAIN, BIAS, ASYMMETRY = (0.005, 0.02, 0.1), (0.0, 0.3, 0.8), (1.0, 2.0, 4.0)
DEFAULT = {"trust_gain": 0.02, "perception_bias": 0.3, "trust_asymmetry": 2.0}
SHOCKS: dict[str, Any] = {
    "none": (),
    "short": {0: {"cuts": 0.5}, 3: {"cuts": 0.0}},
    "deep": {0: {"cuts": 0.5}, 24: {"cuts": 0.0}},
}
"""Half of the budget gone from month 0, and all of it back in month 3 or 24."""
RESTORED = {"short": 3, "deep": 24}
YEARS = 10
GROUNDS = {
    "same": Scenario(
        "same",
        "Services as they were",
        "Nobody changes practice, so services after the loss are exactly what they would have been",
        load_scenario("status_quo_2010").parameters.replace(
            comply_rate=0.0,
            borrow_rate=0.0,
            inquiry_rate=0.0,
            alternative_support=0.0,
            turnover=0.0,
            efficiency_gain=0.0,
        ),
    ),
    "moving": Scenario(
        "moving",
        "Services that respond",
        "Localism with capability and a relational service: trust feeds engagement, engagement the "
        "service",
        load_scenario("localist_with_capability").parameters.replace(
            cuts=0.0, relational_depth=1.0
        ),
    ),
}
KEYS = ("services", "shock", "engagement", "trust_gain", "perception_bias", "trust_asymmetry")
ENGAGING = {"responds": (0.1, 0.08), "fixed": (0.0, 0.0)}
"""Rates of joining and leaving: as in the model, or nobody joins or leaves."""


def designs() -> list[dict[str, object]]:
    """Every combination: all rules of trust where services are the same, those of usual speed where
    they move.
    """
    rules = [
        dict(zip(("trust_gain", "perception_bias", "trust_asymmetry"), rule))
        for rule in itertools.product(GAIN, BIAS, ASYMMETRY)
    ]
    found: list[dict[str, object]] = [
        {"services": "same", "shock": shock, "engagement": "responds", **rule}
        for rule in rules
        for shock in SHOCKS
    ]
    return found + [
        {"services": "moving", "shock": shock, "engagement": engagement, **rule}
        for rule in rules
        if rule["trust_gain"] == DEFAULT["trust_gain"]
        for engagement in ENGAGING
        for shock in ("none", "deep")
    ]


DESIGNS = designs()


@in_house_style
def panels(parts: dict[str, pd.DataFrame], outcome: str, text: str, note: str) -> Figure:
    """A map for each part: bias across, asymmetry up."""
    figure = sheet(3.0 * len(parts), 3.9)
    for axes, (title, part) in zip(figure.subplots(1, len(parts), sharey=True), parts.items()):
        heat(axes, part, "perception_bias", "trust_asymmetry", outcome, Normalize(0.0, 1.0))
        axes.set_title(title)
        axes.set_xlabel("perception bias")
        if title == next(iter(parts)):
            axes.set_ylabel("times faster down than up")
    headline(figure, text, note)
    return figure


def after_ten_years(table: pd.DataFrame) -> Figure:
    """How much of a deep early loss of trust is left ten years after budgets were restored, under
    each rule of trust.
    """
    deep = table[table["shock"] == "deep"]
    parts = {
        f"same services,\ngain {gain:g}": deep[
            (deep["services"] == "same") & (deep["trust_gain"] == gain)
        ]
        for gain in GAIN
    }
    parts |= {
        f"moving services,\nengagement {name}": deep[
            (deep["services"] == "moving") & (deep["engagement"] == name)
        ]
        for name in ENGAGING
    }
    return panels(
        parts,
        "share_ten_years",
        "Share of an early loss of trust that is left after ten years",
        "Two years with half the budget, then all of it again. 1: trust remembers all, 0: it has "
        "healed.",
    )


def after_six_months(table: pd.DataFrame) -> Figure:
    """How much of a short shock to trust is left six months after services were restored; in
    England in 2011 nothing was.
    """
    short = table[table["shock"] == "short"]
    return panels(
        {f"gain {gain:g}": short[short["trust_gain"] == gain] for gain in GAIN},
        "share_six_months",
        "Share of a short shock to trust that is left after six months",
        "Three months with half the budget, then all of it again.",
    )


class TrustMemory(Study):
    """Path dependence of trust is found or not found, rule by rule; it is not wired in."""

    title = "Does trust remember an early loss?"
    question = (
        "After the same later services, is trust lower ten years after an early loss, and "
        "does it heal from a short shock within six months as in 2011?"
    )
    design = (
        "Half of all budgets gone for two years (or three months), then restored in full, against "
        "none of it on the same seeds; under every rule of "
        "trust: perception bias, how many times faster it falls than it grows, and its speed. In "
        "one world nobody changes practice, so later services "
        "are exactly the same; in the other they respond, and engagement of citizens may feed back "
        "or not. 36 made-up places."
    )
    reading = (
        "Each cell is one rule of trust; the number is the part of the loss, as it was when "
        "budgets were restored, that is left."
    )
    takes = "two minutes on two cores"
    seeds = range(12)
    months = RESTORED["deep"] + 12 * YEARS
    keep = ("history",)
    keys = KEYS
    slice = tuple(range(6))
    drawings = (after_ten_years, after_six_months)

    def places(self) -> Places:
        return Places.synthetic(36, seed=1)

    def scenarios(self) -> tuple[Scenario, ...]:
        calm = {"deprivation_gradient": 0.0, "protected_core": 0.0, "cut_months": 1}
        return tuple(
            Scenario(
                f"{ground.name} services, {shock}",
                ground.title,
                ground.stands_for,
                ground.parameters.replace(**calm),
                timeline,
            )
            for ground in GROUNDS.values()
            for shock, timeline in SHOCKS.items()
        )

    def points(self) -> pd.DataFrame:
        table = pd.DataFrame(DESIGNS)
        rates = pd.DataFrame(
            [ENGAGING[name] for name in table["engagement"]],
            columns=["engage_rate", "disengage_rate"],
        )
        table.insert(0, "scenario", table["services"] + " services, " + table["shock"])
        return pd.concat([table.drop(columns=["services", "shock", "engagement"]), rates], axis=1)

    def table(self, runs: pd.DataFrame, kept: Kept) -> pd.DataFrame:
        history = kept["history"].set_index(["point", "month", "seed"]).sort_index()
        rows = []
        for number, design in enumerate(DESIGNS):
            if design["shock"] == "none" or number not in set(runs["point"]):
                continue
            calm = DESIGNS.index({**design, "shock": "none"})
            restored = RESTORED[str(design["shock"])]

            def apart(
                outcome: str, month: int, calm: int = calm, number: int = number
            ) -> tuple[np.ndarray, np.ndarray]:
                return history[outcome].loc[calm, month].to_numpy(), history[outcome].loc[
                    number, month
                ].to_numpy()

            loss = apart("trust", restored - 1)
            row = {key: design[key] for key in KEYS} | contrast_columns(*loss, "loss")
            for name, months in (("six_months", 6), ("two_years", 24), ("ten_years", 12 * YEARS)):
                left = apart("trust", restored - 1 + months)
                row |= contrast_columns(*left, f"left_{name}") | mean_columns(
                    (left[0] - left[1]) / (loss[0] - loss[1]), f"share_{name}"
                )
            rows.append(
                row
                | contrast_columns(
                    *apart("quality", restored - 1 + 12 * YEARS), "quality_ten_years"
                )
            )
        return pd.DataFrame(rows)

    def finding(self, table: pd.DataFrame) -> list[str]:
        same, moving = (
            table[(table["services"] == "same") & (table["shock"] == "deep")],
            table[table["services"] == "moving"],
        )
        short = table[table["shock"] == "short"]
        usual, quick = at(same, **DEFAULT), at(short, **DEFAULT)
        most, least = (
            same.loc[same["share_ten_years"].idxmax()],
            short.loc[short["share_six_months"].idxmin()],
        )
        remembered = same[
            [
                clear(row, "left_ten_years") and row["share_ten_years"] >= 0.1
                for _, row in same.iterrows()
            ]
        ]
        healed = short[short["share_six_months"] < 0.1]
        sentences = [
            f"With the usual rule ({rule(usual)}) two years with half the budget cost "
            f"{ranged(usual, 'loss')} of trust; after ten years of the same services "
            f"{100 * usual['share_ten_years']:.0f}% of the loss is left.",
            f"Trust still remembers a tenth of the loss or more after ten years under "
            f"{len(remembered)} of {len(same)} rules; most under {rule(most)}: "
            f"{100 * most['share_ten_years']:.0f}%. These are {counted(remembered)}.",
            f"A shock of three months: {100 * quick['share_six_months']:.0f}% of the loss is left "
            f"six months later under the usual rule. "
            f"{len(healed)} of {len(short)} rules heal it to less than a tenth; least is left "
            f"under {rule(least)}: {100 * least['share_six_months']:.0f}%. "
            "Satisfaction with English councils fell from 69% to 62% and was back at 71% six "
            "months later: a rule for satisfaction would have to be faster "
            "than the usual one, which stands for trust.",
        ]
        if (table["share_ten_years"] < table["share_two_years"]).all():
            sentences.append(
                "Under every rule less is left after ten years than after two: where trust "
                "remembers, it is by healing slowly; nothing here "
                "points to a second resting state in which a loss would stay for good."
            )
        for name in ENGAGING:
            part = moving[moving["engagement"] == name]
            row, high = at(part, **DEFAULT), part.loc[part["share_ten_years"].idxmax()]
            sentences.append(
                f"Where services respond and engagement "
                f"{'feeds back' if name == 'responds' else 'is fixed'}: "
                f"{100 * row['share_ten_years']:.0f}% left after ten years under the usual rule "
                f"(quality without the loss: "
                f"{signed(row, 'quality_ten_years')}); most under {rule(high)}: "
                f"{100 * high['share_ten_years']:.0f}%."
            )
        return sentences


def rule(row: pd.Series) -> str:
    """A rule of trust in words."""
    return (
        f"gain {row['trust_gain']:g}, bias {row['perception_bias']:g}, asymmetry "
        f"{row['trust_asymmetry']:g}"
    )


def counted(rows: pd.DataFrame) -> str:
    """How often each speed and bias is among the rules."""
    return "; ".join(
        f"{len(part)} with gain {gain:g}, bias {bias:g}"
        for (gain, bias), part in rows.groupby(["trust_gain", "perception_bias"])
    )


STUDY = TrustMemory()
