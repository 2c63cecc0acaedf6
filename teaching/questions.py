"""The questions of the worksheets, put to the model when the pack is printed.

No number of a model answer is written down anywhere: `python -m teaching` asks the model, so a
changed model gives changed answers. Each question is also one command that gives the same numbers.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

import localism_sim as ls
from localism_sim.analysis.intervals import mean_interval
from localism_sim.analysis.statistics import paired_difference
from localism_sim.model.parameters import FIELDS
from localism_sim.report.words import decimals_for, listed, number, signed

PLACES, MONTHS, SEEDS = 12, 120, 10
"""Twelve made-up places for ten years: every question is answered in a second or two."""


@dataclass(frozen=True)
class Question:
    """What one worksheet asks. levers: the values of each lever that are combined; the first of
    each make the settings that the others are compared with. outcomes: what is looked at. also:
    settings alike in all.
    """

    name: str
    levers: Mapping[str, tuple[float, ...]]
    outcomes: tuple[str, ...]
    also: Mapping[str, float]

    @property
    def combinations(self) -> list[dict[str, float]]:
        """Every combination of the values, the first first."""
        values = itertools.product(*self.levers.values())
        return [dict(zip(self.levers, each)) for each in values]

    @property
    def command(self) -> str:
        """The command that gives the same numbers."""
        swept = [
            f"parameters.{name}={','.join(f'{value:g}' for value in values)}"
            for name, values in self.levers.items()
        ]
        fixed = [f"parameters.{name}={value:g}" for name, value in self.also.items()]
        places = f"places=synthetic places.count={PLACES} months={MONTHS} seeds={SEEDS}"
        return " ".join(["localism-sim", "--multirun", *swept, *fixed, places])


QUESTIONS = {
    question.name: question
    for question in (
        Question("cuts_and_trust", {"cuts": (0.0, 0.2, 0.4)}, ("trust", "quality", "workload"), {}),
        Question(
            "pilots",
            {"connectivity": (0.1, 0.9)},
            ("spread_delivered", "borrowed_far", "quality"),
            {"autonomy": 0.8},
        ),
        Question(
            "long_chain", {"chain_length": (0, 5, 15)}, ("spread_delivered", "quality", "trust"), {}
        ),
        Question(
            "autonomy_without_capability",
            {"autonomy": (0.1, 0.9), "practice_learning": (0.1, 0.9)},
            ("quality", "spread_delivered", "capability"),
            {},
        ),
        Question(
            "postcode_lottery",
            {"need_diversity": (0.0, 1.0), "autonomy": (0.1, 0.9)},
            ("postcode_gap", "worst_place", "quality"),
            {},
        ),
    )
}


def runs(question: Question) -> list[pd.DataFrame]:
    """The outcomes of every seed, a table for each combination."""
    places = ls.Places.synthetic(PLACES)
    rows = [
        [
            ls.simulate(
                ls.Parameters(**question.also, **levers), places=places, seed=seed, months=MONTHS
            ).outcomes
            for seed in range(SEEDS)
        ]
        for levers in question.combinations
    ]
    return [pd.DataFrame(each) for each in rows]


def name_of(levers: Mapping[str, float]) -> str:
    """A combination in words: 'autonomy 0.9, cuts 0.2'."""
    return ", ".join(f"{name.replace('_', ' ')} {value:g}" for name, value in levers.items())


def told(value: float, low: float, high: float) -> str:
    """A value with half its interval."""
    half = (high - low) / 2.0
    digits = min(3, max(2, decimals_for(half)))
    return f"{number(value, digits)} ± {number(half, digits)}"


def sentence_on(outcome: str, first: np.ndarray, other: np.ndarray) -> str:
    """'trust in local services is lower (-0.05, 95% interval -0.06 to -0.04)'."""
    found = paired_difference(other, first)
    label = ls.OUTCOMES[outcome].label.lower()
    if not found.clear:
        return f"no clear difference in {label}"
    way = "higher" if found.mean > 0 else "lower"
    digits = min(4, max(2, decimals_for((found.high - found.low) / 2.0)))
    ends = f"{signed(found.low, digits)} to {signed(found.high, digits)}"
    return f"{label} is {way} ({signed(found.mean, digits)}, 95% interval {ends})"


def answer(name: str) -> str:
    """What the model answers to a question, in Markdown: means in a table, and how each combination
    differs from the first, in sentences.
    """
    question = QUESTIONS[name]
    tables, combinations = runs(question), question.combinations
    head = ["setting", *(ls.OUTCOMES[each].label for each in question.outcomes)]
    lines = ["| " + " | ".join(head) + " |", "|---" + "|---:" * len(question.outcomes) + "|"]
    for levers, table in zip(combinations, tables):
        cells = [told(*mean_interval(table[each].to_numpy())) for each in question.outcomes]
        lines.append("| " + " | ".join([name_of(levers), *cells]) + " |")
    said = []
    for levers, table in zip(combinations[1:], tables[1:]):
        parts = [
            sentence_on(each, tables[0][each].to_numpy(), table[each].to_numpy())
            for each in question.outcomes
        ]
        said.append(f"- With {name_of(levers)}: {'; '.join(parts)}.")
    return "\n".join(
        [
            *lines,
            "",
            f"Mean of {SEEDS} seeds at the end of {MONTHS // 12} years in {PLACES} made-up places, "
            f"± half of the 95% interval. Compared with {name_of(combinations[0])} on the same "
            "seeds:",
            "",
            *said,
            "",
            "The same numbers from the command line:",
            "",
            "```",
            question.command,
            "```",
        ]
    )


def levers(*names: str) -> str:
    """Levers with meaning, range and default, as a Markdown table."""
    lines = ["| lever | what it is | from | to | at the start |", "|---|---|---:|---:|---:|"]
    for name in names:
        meta = FIELDS[name].metadata
        lines.append(
            f"| `{name}` | {meta['meaning']} | {meta['low']:g} | {meta['high']:g} | "
            f"{FIELDS[name].default:g} |"
        )
    return "\n".join(lines)


def outcomes(*names: str) -> str:
    """Outcomes with meaning and which way is better, as a Markdown list."""
    better = {1: "more is better", -1: "less is better", 0: "neither way is better"}
    return "\n".join(
        f"- **{ls.OUTCOMES[name].label}** (`{name}`): {ls.OUTCOMES[name].meaning}; "
        f"{better[ls.OUTCOMES[name].better]} for citizens."
        for name in names
    )


def unspoilt(*desks: str) -> str:
    """How many of 100 messages are unspoilt after so many desks."""
    fidelity = FIELDS["fidelity"].default
    parts = [f"{100 * fidelity ** int(count):.0f} after {count}" for count in desks]
    return (
        f"Each desk leaves {100 * fidelity:g} of 100 messages unspoilt. To the power of the number "
        f"of desks, that leaves {listed(parts)}."
    )
