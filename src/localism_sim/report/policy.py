"""The mixes of levers that a search found, in blocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from ..analysis.policy import OBJECTIVES, digits_of
from ..model.outcomes import OUTCOMES
from ..model.parameters import FIELDS
from ..sweeps.factors import Factor
from .blocks import (
    Block,
    Figure,
    Heading,
    Paragraph,
    Report,
    Table,
    Words,
    code,
    points,
    strong,
)
from .contrasts import in_unit
from .two_by_two import CELL_HEADS, outcome_head
from .words import counted, listed, number, percent, signed

MOVES = 6
"""How many levers of the safest mix are named."""
HIGH, LOW = 2.0 / 3.0, 1.0 / 3.0
AGREED = 0.8
"""A lever that stands in one third of its range in this share of the mixes is one on which they
agree.
"""


@dataclass(frozen=True)
class Told:
    """What is told: a row a mix (`table`), which rows are shown and why, differences from things as
    they are, and how it was asked.
    """

    table: pd.DataFrame
    shown: dict[str, int]
    differences: pd.DataFrame
    factors: Sequence[Factor]
    ground: str
    evaluations: int
    draws: int
    judges: int
    drawn: bool

    @property
    def found(self) -> pd.DataFrame:
        """The mixes that the search found, without the named ones."""
        return self.table[self.table["name"] == ""]

    @property
    def rows(self) -> dict[int, str]:
        """The mixes that are shown, in order: named ones, then the others with letters."""
        named = {k: name_of(name) for k, name in self.table["name"].items() if name}
        others = dict.fromkeys(k for k in self.shown.values() if k not in named)
        return named | {k: f"Mix {chr(65 + n)}" for n, k in enumerate(others)}

    def reasons(self, mix: int) -> str:
        """Why a mix is shown."""
        return ", ".join(reason for reason, k in self.shown.items() if k == mix)


def name_of(scenario: str) -> str:
    """How a named mix is called."""
    return CELL_HEADS.get(scenario, scenario.replace("_", " "))


def show(told: Told, figures: tuple[Figure, ...]) -> Report:
    """The report: outcomes of the mixes that stand out, what they have in common, and how each is
    set.
    """
    return Report(
        "Which mix of levers does best?",
        short=(
            outcomes_table(told),
            Paragraph(KEY),
            points(*sentences(told)),
            Paragraph(limits()),
        ),
        details=(
            *figures,
            Heading("How the mixes are set"),
            settings_table(told),
            Heading("Against things as they are"),
            *against(told),
            Heading("How it was done"),
            Paragraph(method(told)),
        ),
        tables={"mixes": told.table, "differences": told.differences},
    )


KEY = (
    "An arrow down: less is better. Regret: how far a mix falls behind the best one in the outcome "
    "that suits it least, from 0% (never behind) to 100% (worst of all). No worse: the share of "
    "draws on which it is at least as good as things as they are in all five outcomes."
)


def outcomes_table(told: Told) -> Table:
    """A row a mix: five outcomes, regret, and how often it is no worse than things as they are."""
    rows = []
    for mix, name in told.rows.items():
        row = told.table.loc[mix]
        values = (in_unit(float(row[outcome]), outcome) for outcome in OBJECTIVES)
        rows.append((name, *values, percent(row["regret"]), percent(row["satisfied"])))
    heads = ("", *(outcome_head(outcome) for outcome in OBJECTIVES), "regret", "no worse")
    return Table(heads, tuple(rows), f"Means over {who_judge(told)}", "l" + "r" * (len(heads) - 1))


def who_judge(told: Told) -> str:
    """'40 draws of the rates that the search had not seen'."""
    what = ("draw of the rates", "draws of the rates") if told.drawn else ("seed", "seeds")
    return f"{counted(told.judges, *what)} that the search had not seen"


def sentences(told: Told) -> list[Words]:
    """Which mix is safe, what it asks for, and on what the good mixes agree."""
    least, often = told.shown["least regret"], told.shown["most often no worse in anything"]
    one = told.table.loc[least]
    base = told.table.loc[0]
    gains = [
        f"{OUTCOMES[name].label.lower()} {in_unit(float(one[name]), name)} "
        f"(now {in_unit(float(base[name]), name)})"
        for name in OBJECTIVES
    ]
    found: list[Words] = [
        (
            strong(f"Safest: {told.rows[least]}"),
            f" has the smallest regret, {percent(one['regret'])} of what separates the best mix "
            f"from the worst on a draw ({percent(one['regret_tail'])} or more on the tenth of "
            f"draws that suit it least): {listed(gains)}.",
        ),
        changes(told, least),
        (
            strong(f"Least likely to disappoint: {told.rows[often]}"),
            f" is at least as good as things as they are in all five outcomes at once on "
            f"{percent(told.table.loc[often, 'satisfied'])} of the draws.",
        ),
        *([changes(told, often)] if often != least else []),
        agreement(told),
    ]
    best = []
    for outcome in OBJECTIVES:
        mix = told.shown[f"best {OUTCOMES[outcome].label.lower()}"]
        value = in_unit(float(told.table.loc[mix, outcome]), outcome)
        best.append(f"{OUTCOMES[outcome].label.lower()} {told.rows[mix]} ({value})")
    found.append((strong("Best in one outcome"), f": {listed(best)}."))
    return found


def changes(told: Told, mix: int) -> Words:
    """The levers that a mix moves furthest from where they stand now."""
    one, now = told.table.loc[mix], told.table.loc[0]
    moves = {f: abs(one[f.name] - now[f.name]) / (f.high - f.low) for f in told.factors}
    furthest = [f for f in sorted(told.factors, key=lambda f: -moves[f])[:MOVES] if moves[f] > 0.0]
    said = [f"{f.label} {level(f, one[f.name])} (now {level(f, now[f.name])})" for f in furthest]
    if not said:
        return (strong(f"What {told.rows[mix]} changes"), ": nothing.")
    return (strong(f"What {told.rows[mix]} changes most"), f": {listed(said)}.")


def agreement(told: Told) -> Words:
    """Levers that nearly all mixes of the front set high, or low."""
    sides: dict[str, list[str]] = {"high": [], "low": []}
    for factor in told.factors:
        share = (told.found[factor.name] - factor.low) / (factor.high - factor.low)
        if (share >= HIGH).mean() >= AGREED:
            sides["high"].append(factor.label)
        elif (share <= LOW).mean() >= AGREED:
            sides["low"].append(factor.label)
    parts = [f"{side} {listed(names)}" for side, names in sides.items() if names]
    others = len(told.factors) - sum(map(len, sides.values()))
    rest = f", and differ on the other {counted(others, 'lever')}" if others else ""
    shared = (
        f"at least {percent(AGREED)} set {'; '.join(parts)}{rest}"
        if parts
        else "there is no lever that most set high or most set low: there are several good ways"
    )
    return (
        strong("What the good mixes share"),
        f": {counted(len(told.found), 'mix', 'mixes')} were found none of which is better than "
        f"another in everything; {shared}.",
    )


def limits() -> str:
    """What the search does not know."""
    return (
        "A lever costs nothing here but the trials and the reporting that it brings about: what it "
        "takes to carry out a reform, and whether it can be had at once, is not in the model. Cost "
        "is the budget, with trials borne centrally, for a unit of quality."
    )


def settings_table(told: Told) -> Table:
    """A row a lever, a column a mix."""
    names = told.rows
    rows: tuple[tuple[Words, ...], ...] = tuple(
        (
            (code(factor.name), f" ({FIELDS[factor.name].metadata['meaning']})"),
            *(level(factor, told.table.loc[mix, factor.name]) for mix in names),
        )
        for factor in told.factors
    )
    return Table(("lever", *names.values()), rows, align="l" + "r" * len(names))


def level(factor: Factor, value: float) -> str:
    """How a lever stands."""
    return number(float(value), digits_of(factor))


def against(told: Told) -> tuple[Block, ...]:
    """The paired differences of the mixes that are shown."""
    by = told.differences.set_index(["mix", "outcome"])
    rows = []
    for mix, name in told.rows.items():
        if mix == 0:
            continue
        for outcome in OBJECTIVES:
            row = by.loc[(mix, outcome)]
            digits = 1 if OUTCOMES[outcome].unit.startswith("months") else 3
            ends = f"{signed(row['low'], digits)} to {signed(row['high'], digits)}"
            mean = f"{signed(row['difference'], digits)} ({ends})"
            spread = f"{signed(row['draws_low'], digits)} to {signed(row['draws_high'], digits)}"
            rows.append((name, outcome_head(outcome), mean, spread))
    said = (
        f"Differences from {told.rows[0]} on the same draws: the mean with its 95% interval, and "
        "between which values 95 of 100 draws lie, each with the luck of its run."
    )
    heads = ("mix", "outcome", "mean (95% interval)", "95 of 100 draws")
    why = [f"{name}: {told.reasons(mix)}" for mix, name in told.rows.items() if told.reasons(mix)]
    return (Paragraph(said), Table(heads, tuple(rows), align="llrr"), points(*why))


def method(told: Told) -> str:
    """How the search and the judging work."""
    rates = (
        "each with its own draw of the rates that measured patterns leave open"
        if told.drawn
        else "with the rates as they are set (behaviour=posterior draws them)"
    )
    return (
        f"{told.evaluations:,} mixes of {counted(len(told.factors), 'lever')} in {told.ground} "
        f"were tried by NSGA-II (Deb et al. 2002; Platypus) on {told.draws} seeds, {rates}; mixes "
        "none of which is better than another in all five outcomes by a step worth naming were "
        f"kept, and {who_judge(told)} judged them, beside the named ones. Regret: the largest "
        "shortfall in any of the five outcomes behind the best mix on that draw, as a share of "
        "what separates best and worst (Savage 1951). No worse: the share of draws on which a mix "
        f"is at least as good as {told.rows[0]} in all five (Starr 1962)."
    )
