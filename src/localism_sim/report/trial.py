"""Places against the centre on trial, in blocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from ..analysis.trial import CASES, CENTRE, PLACES
from ..model.parameters import FIELDS
from ..sweeps.factors import Factor
from .blocks import Figure, Heading, Paragraph, Report, Table, Words, code, points, strong
from .words import counted, number, outcome_title, percent, signed

TITLES = {PLACES: "Places", CENTRE: "The centre"}


@dataclass(frozen=True)
class Trial:
    """What was disputed, what had to be proved, and what came of it. table: a row a case that was
    brought, with its effect in that side's favour and its setting. cases: a row a case, with the
    effect in favour of places on the seeds of the search.
    """

    outcome: str
    smallest: float
    looks: int
    judges: int
    factors: Sequence[Factor]
    table: pd.DataFrame
    cases: pd.DataFrame


def show(found: Trial, figures: tuple[Figure, ...]) -> Report:
    """The report: the verdict on each side, then the cases."""
    return Report(
        "Places against the centre, on trial",
        short=(points(*(verdict(found, side) for side in TITLES), everywhere(found)),),
        details=(
            *figures,
            Heading("The cases"),
            cases_table(found),
            Heading("How it was done"),
            Paragraph(method(found)),
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
    return (strong(TITLES[side]), f" {how}; the best: {effect}, where {setting(found, row)}.")


def setting(found: Trial, row: pd.Series) -> str:
    """What sets a case apart: the conditions nearest to an end of their range."""
    shares = {f: (row[f.name] - f.low) / (f.high - f.low) for f in found.factors}
    apart = sorted(found.factors, key=lambda f: -abs(shares[f] - 0.5))[:4]
    return ", ".join(f"{f.label} {number(float(row[f.name]), 2)}" for f in apart)


def everywhere(found: Trial) -> Words:
    """In how many of all cases each side leads, on the seeds of the search."""
    effects = found.cases["effect"]
    ahead = (effects >= found.smallest).mean()
    behind = (effects <= -found.smallest).mean()
    return (
        strong("Over all cases"),
        f": places lead by {found.smallest:g} or more in {percent(ahead)}, the centre in "
        f"{percent(behind)}, of {counted(len(effects), 'case')} spread evenly over the ranges "
        f"(mean of {counted(found.looks, 'seed')} each).",
    )


def cases_table(found: Trial) -> Table:
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
    for factor in found.factors:
        values = (number(float(v), 2) for v in found.table[factor.name])
        rows.append(((code(factor.name), f" ({FIELDS[factor.name].metadata['meaning']})"), *values))
    return Table(("", *heads), tuple(rows), align="l" + "r" * len(heads))


def method(found: Trial) -> str:
    """The burden of proof, in words."""
    return (
        "Both sides look at the same cases: conditions and reforms spread evenly over their ranges "
        "(scrambled Sobol points), the same for centre and places, which differ in autonomy alone. "
        f"Each brings the {CASES} that favour it most on the seeds of the search. "
        f"{counted(found.judges, 'other seed')} judge: proved means that "
        f"{outcome_title(found.outcome).lower()} is better by {found.smallest:g} or more and that "
        f"the paired interval, corrected for {CASES} cases (Bonferroni), leaves out zero. A proved "
        "case shows that there is such a ground in the model, not that England is one."
    )
