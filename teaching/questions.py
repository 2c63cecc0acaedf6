"""The questions of the worksheets, put to the model when the pack is printed.

No number of a model answer is written down anywhere: `python -m teaching` asks the model, so a
changed model gives changed answers. Each question is all of England, on the seeds of the page, so
the class sees the same numbers there; and it is one command that gives them too. Worksheets, role
cards and answers say what to set in the page's own words, read from where the page has them.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

import localism_sim as ls
from localism_sim.analysis.intervals import mean_interval
from localism_sim.analysis.statistics import paired_difference
from localism_sim.browser import game
from localism_sim.browser.contents import PAIRS
from localism_sim.model.parameters import FIELDS
from localism_sim.model.setting_code import levers as levers_of_the_page
from localism_sim.report.words import decimals_for, listed, number, signed

MONTHS, SEEDS = 120, range(1, PAIRS + 1)
"""What the page shows when it opens: ten years, and the seeds behind its intervals."""


@dataclass(frozen=True)
class Question:
    """What one worksheet asks. scenario: where it starts. levers: the values of each lever that are
    combined; the first of each make the setting that the others are compared with. outcomes: what
    is looked at. doubt: a lever or an assumption, and the values at which all is asked again.
    """

    name: str
    scenario: str
    levers: Mapping[str, tuple[float, ...]]
    outcomes: tuple[str, ...]
    doubt: tuple[str, tuple[float, ...]] | None = None

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
        seeds = f"'seeds=[{','.join(map(str, SEEDS))}]'"
        start = f"scenario={self.scenario}"
        return " ".join(["localism-sim", "--multirun", start, *swept, f"months={MONTHS}", seeds])


QUESTIONS = {
    question.name: question
    for question in (
        Question(
            "cuts_and_trust",
            "coalition_2010",
            {"cuts": (0.0, 0.2, 0.4)},
            ("trust", "quality", "workload"),
            ("trust_asymmetry", (1.0,)),
        ),
        Question(
            "pilots",
            "localist",
            {"connectivity": (0.1, 0.9)},
            ("spread_delivered", "borrowed_far", "quality"),
            ("relational_depth", (0.0,)),
        ),
        Question(
            "long_chain",
            "coalition_2010",
            {"chain_length": (0, 5, 15)},
            ("spread_delivered", "quality", "trust", "workload", "harm"),
        ),
        Question(
            "autonomy_without_capability",
            "coalition_2010",
            {"autonomy": (0.1, 0.9), "practice_learning": (0.1, 0.9)},
            ("quality", "spread_delivered", "capability"),
            ("central_capacity", (0.1, 0.9)),
        ),
        Question(
            "postcode_lottery",
            "coalition_2010",
            {"need_diversity": (0.0, 1.0), "autonomy": (0.1, 0.9)},
            ("postcode_gap", "worst_place", "quality"),
        ),
    )
}


def runs(question: Question, seeds: Sequence[int] = SEEDS, **also: float) -> list[pd.DataFrame]:
    """The outcomes of every seed, a table for each combination. also: settings alike in all."""
    places, scenario = ls.Places.england(), ls.load_scenario(question.scenario)
    return [
        pd.DataFrame(
            ls.simulate(scenario.with_parameters(**also, **levers), places, seed, MONTHS).outcomes
            for seed in seeds
        )
        for levers in question.combinations
    ]


def label(name: str) -> str:
    """What the page calls a lever or an assumption, between quotes."""
    meaning = FIELDS[name].metadata["meaning"]
    return f"“{meaning[0].upper()}{meaning[1:]}”"


def set_to(levers: Mapping[str, float]) -> str:
    """A combination as it is set in the page: '“Real cut ...” to 0.2 and ...'."""
    return " and ".join(f"{label(name)} to {value:g}" for name, value in levers.items())


def kept(question: Question) -> str:
    """What the page calls the first combination once it is kept to compare with."""
    scenario = ls.load_scenario(question.scenario)
    usual = scenario.parameters.as_dict()
    changed = any(usual[name] != value for name, value in question.combinations[0].items())
    return f"“Kept: {scenario.title}{', changed' if changed else ''}”"


def steps(question: Question) -> str:
    """What to set for each combination after the first: only what changes from one to the next."""
    if len(question.levers) == 1:
        (values,) = question.levers.values()
        return "set the same lever to " + ", then to ".join(f"{value:g}" for value in values[1:])
    pairs = itertools.pairwise(question.combinations)
    changed = [
        {name: value for name, value in after.items() if before[name] != value}
        for before, after in pairs
    ]
    return "set " + "; then ".join(map(set_to, changed))


def look(name: str) -> str:
    """What to do in the page to see the answer to a question, in Markdown."""
    question = QUESTIONS[name]
    first = question.combinations[0]
    title = ls.load_scenario(question.scenario).title
    read = listed([f"“{ls.OUTCOMES[each].label}”" for each in question.outcomes])
    return (
        f"*Start from* “{title}”: choose it at “Start from”. Set {set_to(first)}, and press “Keep "
        f"this setting to compare with”. *Compare with* now says {kept(question)}. Then "
        f"{steps(question)}. Each time open “All outcomes” and read {read}."
    )


def doubt(name: str) -> str:
    """How to ask a question again under another assumption, in Markdown."""
    found = QUESTIONS[name].doubt
    if found is None:
        raise ValueError(f"the question {name} has nothing to doubt")
    doubted, values = found
    usual = getattr(ls.load_scenario(QUESTIONS[name].scenario).parameters, doubted)
    again = ", then to ".join(f"{value:g}" for value in values)
    if doubted in levers_of_the_page():
        return (
            f"Set the lever {label(doubted)} (usually {usual:g}) to {again}; each time do all "
            "of *Look* again, *Keep* included: a lever is moved on one side only."
        )
    return (
        f"Open “Change an assumption”, find {label(doubted)} (usually {usual:g}) and set it to "
        f"{again}. It then holds on both sides of the comparison."
    )


def name_of(levers: Mapping[str, float]) -> str:
    """A combination by the short names that the page shows below its levers: 'autonomy 0.9'."""
    return ", ".join(f"{name} {value:g}" for name, value in levers.items())


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


def compared(question: Question, **also: float) -> list[str]:
    """The lines of a Markdown table of means, and of how each combination differs from the first.
    also: settings alike in all.
    """
    tables, combinations = runs(question, **also), question.combinations
    head = ["setting", *(ls.OUTCOMES[each].label for each in question.outcomes)]
    lines = ["| " + " | ".join(head) + " |", "|---" + "|---:" * len(question.outcomes) + "|"]
    for levers, table in zip(combinations, tables):
        cells = [told(*mean_interval(table[each].to_numpy())) for each in question.outcomes]
        lines.append("| " + " | ".join([name_of({**also, **levers}), *cells]) + " |")
    lines += ["", f"Compared with {name_of({**also, **combinations[0]})} on the same seeds:", ""]
    for levers, table in zip(combinations[1:], tables[1:]):
        parts = [
            sentence_on(each, tables[0][each].to_numpy(), table[each].to_numpy())
            for each in question.outcomes
        ]
        lines.append(f"- With {name_of(levers)}: {'; '.join(parts)}.")
    return lines


def answer(name: str) -> str:
    """What the model answers to a question, in Markdown: means in a table, how each combination
    differs from the first in sentences, the command for it, and the same for each doubt.
    """
    question = QUESTIONS[name]
    lines = [
        f"Mean of {len(SEEDS)} seeds at the end of {MONTHS // 12} years in all of England, ± half "
        f"of the 95% interval, starting from “{ls.load_scenario(question.scenario).title}”. The "
        "page shows the same numbers.",
        "",
        *compared(question),
        "",
        "The same numbers from the command line:",
        "",
        "```",
        question.command,
        "```",
    ]
    if question.doubt:
        doubted, values = question.doubt
        lines += ["", f"Under doubt, with another value of {label(doubted)} (`{doubted}`):"]
        for value in values:
            lines += ["", *compared(question, **{doubted: value})]
    return "\n".join(lines)


def role_of(letter: str) -> game.Role:
    """A group of the seminar game. Raises KeyError for a letter that no group has."""
    return {role.letter: role for role in game.ROLES}[letter]


def cares(letter: str) -> str:
    """What a group of the seminar game cares about, as a Markdown list."""
    return outcomes(*role_of(letter).cares)


def moves(letter: str) -> str:
    """The levers that a group of the seminar game moves, as a Markdown table."""
    return levers(*role_of(letter).levers)


def levers(*names: str) -> str:
    """Levers as the page calls them, with range and value where a game starts, as a Markdown
    table.
    """
    start = ls.load_scenario(game.GROUND).parameters
    lines = ["| lever | short name | from | to | at the start |", "|---|---|---:|---:|---:|"]
    for name in names:
        meta = FIELDS[name].metadata
        lines.append(
            f"| {label(name)} | `{name}` | {meta['low']:g} | {meta['high']:g} | "
            f"{getattr(start, name):g} |"
        )
    return "\n".join(lines)


def ground() -> str:
    """The title of the scenario in which a game starts, between quotes."""
    return f"“{ls.load_scenario(game.GROUND).title}”"


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
