"""Rival theories: does each mechanism's prediction hold in the model, and under which
conditions?
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from experiments.drawing import DIFFERENCES
from experiments.rival_theories.governments import Governed
from experiments.study import Kept, Study
from experiments.tables import contrast_columns
from localism_sim.model.places import Places
from localism_sim.model.scenario import Scenario, load_scenario
from localism_sim.report.figures.style import INK, headline, in_house_style, sheet

PROBLEMS = {
    "alike, simple": (0.0, 0),
    "alike, rugged": (0.0, 9),
    "between": (0.5, 4),
    "unlike, simple": (1.0, 0),
    "unlike, rugged": (1.0, 9),
}
"""Needs of places (need diversity) and problem (complexity)."""
GROUNDS = {"as in 2010": "centralist", "with capability": "localist_with_capability"}
"""All that is neither autonomy nor a mechanism, from these scenarios."""
GOVERNMENTS = 36
ONE_DESK = {"autonomy": 0.1, "chain_length": 1, "link_cost": 0.0, "fidelity": 1.0, "clearance": 1.0}
FIVE_DESKS = {**ONE_DESK, "pass_good": 0.8**5, "pass_bad": 0.3**5}
"""Five desks screen, but in the time of one and without reports or garbling, so that nothing but
the screening differs from one desk (0.8 and 0.3).
"""
ARMS: dict[str, dict[str, float | str]] = {
    "centralist": {"autonomy": 0.1},
    "localist": {"autonomy": 0.8},
    "riding": {"autonomy": 0.8, "variants": "free_riding"},
    "riding, funded": {"autonomy": 0.8, "variants": "free_riding", "innovation_fund": 1.0},
    "short, cheap": {**ONE_DESK, "harm": 1.0},
    "long, cheap": {**FIVE_DESKS, "harm": 1.0},
    "short, dear": {**ONE_DESK, "harm": 20.0},
    "long, dear": {**FIVE_DESKS, "harm": 20.0},
    "best, mixed": {"autonomy": 0.8, "mixing": 1.0},
    "most, clustered": {"autonomy": 0.8, "variants": "follow_the_crowd"},
    "most, mixed": {"autonomy": 0.8, "variants": "follow_the_crowd", "mixing": 1.0},
    "harmonised": {"autonomy": 0.8, "harmonise_after": 36},
    "no copying": {"autonomy": 0.8, "variants": "no_copying"},
    "few governments": {"autonomy": 0.8, "governments": 9},
}
Outcomes = Callable[[str, str], np.ndarray]


@dataclass(frozen=True)
class Prediction:
    """What a theory says. contrast: of outcomes by arm, a value a seed that the theory expects
    above (sign +1) or below zero (-1).
    """

    words: str
    theory: str
    outcome: str
    sign: int
    contrast: Callable[[Outcomes, str], np.ndarray]


def less(one: str, other: str) -> Callable[[Outcomes, str], np.ndarray]:
    """One arm less another."""
    return lambda of, outcome: of(one, outcome) - of(other, outcome)


def ties_by_rule(of: Outcomes, outcome: str) -> np.ndarray:
    """What mixed ties add under conforming, less what they add under copying the best."""
    return (
        of("most, mixed", outcome)
        - of("most, clustered", outcome)
        - of("best, mixed", outcome)
        + of("localist", outcome)
    )


def slow_start(of: Outcomes, outcome: str) -> np.ndarray:
    """Half of the last value less the mean over the years: above zero where a curve starts slower
    than a straight line.
    """
    return 0.5 * of("no copying", outcome) - of("no copying", f"{outcome}_mean")


TRIAL, RIDING = (
    "parallel trial and copying (Oates; Saam & Kerber 2013)",
    "free riding (Rose-Ackerman 1980; Strumpf 1999)",
)
SCREENING, COPYING = "screening (Sah & Stiglitz 1986)", "copying rule (Barkoczi & Galesic 2016)"
HARMONISING, NULL = (
    "harmonise later (Callander & Harstad 2015)",
    "no copying (Volden, Ting & Carpenter 2008)",
)
PRICE = "unequal price of autonomy (Furtado & Eberhardt 2016)"
PREDICTIONS = {
    "trial": Prediction(
        "decentralised: more is known in the end (fit)",
        TRIAL,
        "fit",
        +1,
        less("localist", "centralist"),
    ),
    "wrong policy": Prediction(
        "decentralised: less harm done", TRIAL, "harm", -1, less("localist", "centralist")
    ),
    "riding": Prediction(
        "free riding: less innovation (spread)", RIDING, "spread", -1, less("riding", "localist")
    ),
    "fund": Prediction(
        "a central share of the cost cures it (spread)",
        RIDING,
        "spread",
        +1,
        less("riding, funded", "riding"),
    ),
    "cheap": Prediction(
        "bad ideas cheap: short chains serve better",
        SCREENING,
        "quality_mean",
        +1,
        less("short, cheap", "long, cheap"),
    ),
    "dear": Prediction(
        "bad ideas dear: long chains serve better",
        SCREENING,
        "quality_mean",
        -1,
        less("short, dear", "long, dear"),
    ),
    "copying": Prediction(
        "mixed ties help conformers more than copiers of the best (fit)",
        COPYING,
        "fit",
        +1,
        ties_by_rule,
    ),
    "then harmonise": Prediction(
        "try, then harmonise: better than local for good",
        HARMONISING,
        "quality",
        +1,
        less("harmonised", "localist"),
    ),
    "try first": Prediction(
        "try, then harmonise: better than central for good",
        HARMONISING,
        "quality",
        +1,
        less("harmonised", "centralist"),
    ),
    "null": Prediction(
        "the curve starts slowly though nobody copies", NULL, "spread", +1, slow_start
    ),
    "dynamic": Prediction(
        "more local governments: more innovation (spread)",
        PRICE,
        "spread",
        +1,
        less("localist", "few governments"),
    ),
    "unequal": Prediction(
        "more local governments: more unequal (postcode gap)",
        PRICE,
        "postcode_gap",
        +1,
        less("localist", "few governments"),
    ),
}
CELLS = [(ground, problem) for ground in GROUNDS for problem in PROBLEMS]
DESIGNS = [(ground, problem, arm) for ground, problem in CELLS for arm in ARMS]
CONFIDENCE = 1.0 - 0.05 / (len(PREDICTIONS) * len(CELLS))
"""Corrected for all verdicts of the table (Bonferroni)."""


@in_house_style
def verdicts(table: pd.DataFrame) -> Figure:
    """Where each theory's prediction holds in the model, where the contrary is found, and where
    nothing is clear.
    """
    figure = sheet(13.0, 6.4)
    axes = figure.subplots()
    columns = pd.MultiIndex.from_tuples(CELLS)
    signs = table.pivot(
        index="prediction", columns=["ground", "problem"], values="verdict"
    ).reindex(index=list(PREDICTIONS), columns=columns)
    sizes = table.pivot(
        index="prediction", columns=["ground", "problem"], values="contrast_effect"
    ).reindex(index=list(PREDICTIONS), columns=columns)
    axes.imshow(-0.6 * signs.to_numpy(float), cmap=DIFFERENCES, vmin=-1.0, vmax=1.0, aspect="auto")
    for row in range(len(signs)):
        for column in range(len(columns)):
            sign = signs.iat[row, column]
            words = {1: "holds", -1: "contrary", 0: "·"}[int(sign)] + (
                f"\n{abs(sizes.iat[row, column]):.1f} sd" if sign else ""
            )
            axes.text(column, row, words, ha="center", va="center", fontsize=8, color=INK)
    axes.set_yticks(
        range(len(PREDICTIONS)), [prediction.words for prediction in PREDICTIONS.values()]
    )
    axes.set_xticks(
        range(len(columns)), [f"{problem.replace(', ', ',' + chr(10))}" for _, problem in CELLS]
    )
    axes.axvline(len(PROBLEMS) - 0.5, color=INK, linewidth=1.2)
    axes.grid(visible=False)
    axes.tick_params(length=0)
    for place, ground in zip((0, len(PROBLEMS)), GROUNDS):
        axes.text(
            place - 0.45, -0.62, f"services {ground}", fontsize=10.5, fontweight="bold", color=INK
        )
    headline(
        figure,
        "Rival theories: whose prediction holds, and where",
        "Columns: needs of places alike or unlike, problem simple or rugged. A dot: no clear "
        "difference. Intervals are corrected for all 120 verdicts; "
        "sd: standard deviations between runs of the first arm.",
    )
    return figure


class RivalTheories(Study):
    """The headline table of verdicts: theory x condition."""

    title = "Rival theories"
    question = (
        "Which of the rival theories of decentralised innovation make predictions that hold "
        "in the model, and under which conditions?"
    )
    design = (
        "Each theory's mechanism is a lever or a rival rule of the model. It is switched on and "
        "off (or its cause changed) on paired seeds under ten conditions: needs "
        "alike or unlike, problem simple or rugged, services as in 2010 or with the essay's "
        "recommendations. 36 made-up places under the cuts of 2010, "
        "or the same residents under 9 governments (whose gap between percentiles is smaller by "
        "about a tenth for being few). "
        "For screening, one desk is compared with five that judge one after the other in the time "
        "of one, so that nothing but the screening differs. "
        "That each mechanism does by itself what its theory says is tested apart (`tests/limits`); "
        "here the question is whether that shows among all "
        "others."
    )
    reading = (
        "A row is a prediction, a column a condition; sizes are in standard deviations "
        "between runs. Verdicts use intervals corrected for all of them."
    )
    takes = "two minutes on two cores"
    keys = ("prediction", "ground", "problem")
    slice = tuple(range(len(ARMS)))
    drawings = (verdicts,)

    def places(self) -> Places:
        return Places.synthetic(GOVERNMENTS, seed=1)

    def ask(self) -> Governed:
        return Governed(self.scenarios(), self.places(), self.months, self.keep)

    def scenarios(self) -> tuple[Scenario, ...]:
        return tuple(load_scenario(name) for name in GROUNDS.values())

    def points(self) -> pd.DataFrame:
        changed = sorted({name for arm in ARMS.values() for name in arm})
        rows = []
        for ground, problem, arm in DESIGNS:
            usual = load_scenario(GROUNDS[ground]).parameters.as_dict() | {
                "governments": GOVERNMENTS,
                "variants": "",
            }
            diversity, complexity = PROBLEMS[problem]
            rows.append(
                {
                    "scenario": GROUNDS[ground],
                    "need_diversity": diversity,
                    "complexity": complexity,
                    **{name: ARMS[arm].get(name, usual[name]) for name in changed},
                }
            )
        return pd.DataFrame(rows)

    def table(self, runs: pd.DataFrame, kept: Kept) -> pd.DataFrame:
        by_point = {number: part.sort_values("seed") for number, part in runs.groupby("point")}
        rows = []
        for name, prediction in PREDICTIONS.items():
            for ground, problem in CELLS:
                first = DESIGNS.index((ground, problem, next(iter(ARMS))))
                if first not in by_point:
                    continue

                def of(arm: str, outcome: str, first: int = first) -> np.ndarray:
                    return by_point[first + list(ARMS).index(arm)][outcome].to_numpy()

                values, usual = (
                    prediction.contrast(of, prediction.outcome),
                    of("localist", prediction.outcome),
                )
                plain = contrast_columns(values + usual, usual, "contrast", CONFIDENCE)
                found = 1 if plain["contrast_low"] > 0 else -1 if plain["contrast_high"] < 0 else 0
                rows.append(
                    {
                        "prediction": name,
                        "ground": ground,
                        "problem": problem,
                        "outcome": prediction.outcome,
                        "sign": prediction.sign,
                        **plain,
                        "verdict": found * prediction.sign,
                    }
                )
        return pd.DataFrame(rows)

    def finding(self, table: pd.DataFrame) -> list[str]:
        sentences = []
        for name, prediction in PREDICTIONS.items():
            part = table[table["prediction"] == name]
            holds, contrary = part[part["verdict"] > 0], part[part["verdict"] < 0]
            verdict = (
                "supported"
                if len(holds) == len(part)
                else "conditional"
                if len(holds)
                else "contradicted"
                if len(contrary)
                else "not found"
            )
            sentences.append(
                f"**{prediction.theory}: {prediction.words}: {verdict}.** Holds in {len(holds)} of "
                f"{len(part)} conditions{listed(holds)}, the "
                f"contrary in {len(contrary)}{listed(contrary)}, no clear difference in "
                f"{len(part) - len(holds) - len(contrary)}."
            )
        return sentences


def listed(rows: pd.DataFrame) -> str:
    """Conditions and sizes in brackets, if any."""
    if rows.empty:
        return ""
    inside = "; ".join(
        f"{row['ground']}, {row['problem']}: {row['contrast']:+.3f}".replace("-", "−")
        for _, row in rows.iterrows()
    )
    return f" ({inside})"


STUDY = RivalTheories()
