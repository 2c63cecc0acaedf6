"""Places against the centre on trial, in blocks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from ..analysis.trial import CASES, CENTRE, CHANGED, CHILDREN, FINALISTS, OPENING, PLACES, ROUNDS
from ..model.parameters import FIELDS
from ..sweeps.factors import Factor
from .blocks import Figure, Heading, Paragraph, Report, Table, Words, code, points, strong
from .words import counted, number, outcome_title, percent, signed

TITLES = {PLACES: "Places", CENTRE: "The centre"}
OTHER = {PLACES: CENTRE, CENTRE: PLACES}


@dataclass(frozen=True)
class Trial:
    """What was disputed, what had to be proved, and what came of it. grounds: what grounds differ
    in; levers: what each side sets. table: a row a case that was brought, with its effect in that
    side's favour, its ground, and the levers of both sides (`side.lever`). cases: a row a ground,
    with the effect in favour of places on the seeds of the search, each side with the best of its
    first mixes.
    """

    outcome: str
    smallest: float
    looks: int
    judges: int
    grounds: Sequence[Factor]
    levers: Mapping[str, Sequence[Factor]]
    table: pd.DataFrame
    cases: pd.DataFrame


def show(found: Trial, figures: tuple[Figure, ...]) -> Report:
    """The report: the verdict on each side, then the cases."""
    return Report(
        "Places against the centre, on trial",
        short=(points(*(verdict(found, side) for side in TITLES), everywhere(found)),),
        details=(
            *figures,
            Heading("The grounds of the cases"),
            grounds_table(found),
            Heading("The levers of each side's best case"),
            Paragraph(
                "Each side's own mix, and the other's answer on the same ground. A dash: not this "
                "side's to set."
            ),
            levers_table(found),
            Heading("How it was done"),
            Paragraph(method(found)),
            Paragraph(limits(found)),
        ),
        tables={"brought": found.table, "cases": found.cases},
    )


def digits(found: Trial) -> int:
    """Decimals of an effect."""
    return 1 if found.smallest >= 0.1 else 3


def best_case(found: Trial, side: str) -> pd.Series:
    """The case of a side that is proved best, else its largest effect."""
    own = found.table[found.table["side"] == side]
    proved = own[own["proved"]]
    return (proved if len(proved) else own).sort_values("effect", ascending=False).iloc[0]


def verdict(found: Trial, side: str) -> Words:
    """Whether a side proved a case, and its best one."""
    own = found.table[found.table["side"] == side]
    count, row = int(own["proved"].sum()), best_case(found, side)
    how = f"proved {count} of {CASES} cases" if count else f"proved none of {CASES} cases"
    effect = (
        f"{signed(row['effect'], digits(found))} ({signed(row['low'], digits(found))} to "
        f"{signed(row['high'], digits(found))})"
    )
    return (
        strong(TITLES[side]),
        f" {how}; the best: {effect} over the other side's best answer, where "
        f"{setting(found.grounds, row)}.",
    )


def setting(factors: Sequence[Factor], row: pd.Series) -> str:
    """What sets a ground apart: the conditions nearest to an end of their range."""
    shares = {f: (row[f.name] - f.low) / (f.high - f.low) for f in factors}
    apart = sorted(factors, key=lambda f: -abs(shares[f] - 0.5))[:4]
    return ", ".join(f"{f.label} {level(f, float(row[f.name]))}" for f in apart)


def everywhere(found: Trial) -> Words:
    """On how many of all grounds each side leads, on the seeds of the search."""
    effects = found.cases["effect"]
    ahead = (effects >= found.smallest).mean()
    behind = (effects <= -found.smallest).mean()
    return (
        strong("Over all grounds"),
        f": places lead by {found.smallest:g} or more on {percent(ahead)}, the centre on "
        f"{percent(behind)}, of {counted(len(effects), 'ground')} spread evenly over the ranges "
        f"(each side with the best of its first {OPENING + 2} mixes, mean of "
        f"{counted(found.looks, 'seed')}).",
    )


def level(factor: Factor, value: float) -> str:
    """How a condition or a lever stands."""
    return number(value, 0 if factor.kind == "integer" else 2)


def grounds_table(found: Trial) -> Table:
    """A row a condition, a column a case."""
    heads = [
        f"{TITLES[row.side]} {k % CASES + 1}" for k, row in enumerate(found.table.itertuples())
    ]
    rows: list[tuple[Words, ...]] = [
        (
            strong("effect in its favour"),
            *(signed(value, digits(found)) for value in found.table["effect"]),
        ),
        (strong("proved"), *("yes" if each else "no" for each in found.table["proved"])),
    ]
    for factor in found.grounds:
        values = (level(factor, float(v)) for v in found.table[factor.name])
        rows.append(((code(factor.name), f" ({FIELDS[factor.name].metadata['meaning']})"), *values))
    return Table(("", *heads), tuple(rows), align="l" + "r" * len(heads))


def levers_table(found: Trial) -> Table:
    """A row a lever, and for the best case of either side its own mix and the other's answer."""
    best = {side: best_case(found, side) for side in TITLES}
    columns = [(side, each) for side in TITLES for each in (side, OTHER[side])]
    heads = [
        f"{TITLES[case]}' case: {TITLES[side].lower()}"
        if case == PLACES
        else f"{TITLES[case]}'s case: {TITLES[side].lower()}"
        for case, side in columns
    ]
    every = {f.name: f for side in TITLES for f in found.levers[side]}
    rows: list[tuple[Words, ...]] = [
        (
            (code(name), f" ({FIELDS[name].metadata['meaning']})"),
            *(
                level(factor, float(best[case][f"{side}.{name}"]))
                if f"{side}.{name}" in found.table
                else "\N{EN DASH}"
                for case, side in columns
            ),
        )
        for name, factor in every.items()
    ]
    return Table(("Lever", *heads), tuple(rows), align="l" + "r" * len(heads))


def method(found: Trial) -> str:
    """The search and the burden of proof, in words."""
    return (
        f"Both sides look at the same {counted(len(found.cases), 'ground')} (scrambled Sobol "
        f"points). On each, places set {len(found.levers[PLACES])} levers and the centre "
        f"{len(found.levers[CENTRE])}: both try their way without and with the reforms as the main "
        f"job has them, and {OPENING} mixes at random, on the {counted(found.looks, 'seed')} of "
        f"the search. Each side takes the {FINALISTS} grounds that favour it most; there both go "
        f"on, changing {percent(CHANGED)} of the levers of their best mix into {CHILDREN} others, "
        f"{ROUNDS} times over. Each side then brings its {CASES} best grounds. "
        f"{counted(found.judges, 'other seed')} judge its best mix against the other's best "
        f"answer: proved means that {outcome_title(found.outcome).lower()} is better by "
        f"{found.smallest:g} or more and that the paired interval, corrected for {CASES} cases "
        "(Bonferroni), leaves out zero."
    )


def limits(found: Trial) -> str:
    """What a proof is worth."""
    return (
        "A proved case shows that there is such a ground in the model, not that England is one; a "
        "case that is not proved was not found by a search of this length. Both sides have the "
        "same money; levers cost nothing but what the model says of trials and reporting."
    )
