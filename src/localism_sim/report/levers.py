"""What each lever does from end to end on four grounds, in blocks."""

from __future__ import annotations

import pandas as pd

from ..analysis.levers import inert
from ..analysis.statistics import BARELY
from ..analysis.two_by_two import CELLS
from ..model.outcomes import OUTCOMES
from ..model.parameters import FIELDS
from . import doubt
from .blocks import Block, Figure, Heading, Paragraph, Report, Table, Words, code, points, strong
from .contrasts import HEADLINES, difference_in_words, with_verdicts
from .two_by_two import CELL_HEADS
from .words import counted, listed, number, percent, signed

MOST_TOLD = 5
INERT, NOT_CLEAR = "inert", "~"


def show(table: pd.DataFrame, months: int, seeds: int, figures: tuple[Figure, ...]) -> Report:
    """The report: quality on the first page, every outcome in the details."""
    judged = with_verdicts(table, months)
    still = inert(table, months)
    return Report(
        "What each lever does, from end to end",
        short=(
            grounds_table(judged, still, "quality"),
            points(*strongest(judged), inert_everywhere(still)),
        ),
        details=(
            Paragraph(
                f"Each lever goes from its low to its high end while all else stays as the "
                f"scenario has it; paired differences over {counted(seeds, 'seed')} at the end of "
                "the run, in the outcome's own unit. Inert: no clear change of "
                f"{percent(BARELY)} of its range or more in any of the six outcomes on this "
                "ground. Moving one lever at a time does not show what levers do only together."
            ),
            *figures,
            *doubt_table(judged),
            *(
                block
                for outcome in HEADLINES
                for block in (
                    Heading(OUTCOMES[outcome].label),
                    grounds_table(judged, still, outcome, whole=True),
                )
            ),
        ),
        tables={"levers": judged, "inert": still},
    )


def doubt_table(judged: pd.DataFrame) -> tuple[Block, ...]:
    """Both intervals of what each lever does to quality, where rates were drawn."""
    if not doubt.has_doubt(judged):
        return ()
    rows = judged[judged["outcome"] == "quality"]
    names = [
        f"{lever}, {CELL_HEADS[scenario].lower()}"
        for lever, scenario in zip(rows["lever"], rows["scenario"])
    ]
    return doubt.two_intervals(rows, names, "lever", "Luck, and doubt about rates")


def grounds_table(
    judged: pd.DataFrame, still: pd.DataFrame, outcome: str, whole: bool = False
) -> Table:
    """A row for each lever, a column for each ground. whole: with intervals."""
    own = judged[judged["outcome"] == outcome].set_index(["lever", "scenario"])
    quiet = still.set_index(["lever", "scenario"])["inert"]
    rows = []
    for lever in judged["lever"].unique():
        cells = [
            cell(own.loc[(lever, name)], outcome, bool(quiet.loc[(lever, name)]), whole)
            for name in CELLS
        ]
        rows.append((ends(own.loc[(lever, CELLS[0])], lever), *cells))
    title = f"{OUTCOMES[outcome].label} at the end when a lever goes from end to end"
    heads = ("lever", *CELL_HEADS.values())
    return Table(heads, tuple(rows), title if not whole else "", "lrrrr")


def ends(row: pd.Series, lever: str) -> Words:
    """'autonomy 0 to 1'."""
    return (code(lever), f" {number(row['low_end'])} to {number(row['high_end'])}")


def cell(row: pd.Series, outcome: str, quiet: bool, whole: bool) -> Words:
    """A difference, with its interval where `whole`; 'inert' where the ground has no change."""
    if quiet and not whole:
        return INERT
    row = row.copy()
    row["outcome"] = outcome
    text = difference_in_words(row) if whole else signed(row["difference"], 3)
    mark = f", {INERT} here" if quiet else ""
    return strong(text) if row["clear"] and not quiet else f"{text} {NOT_CLEAR}{mark}"


def strongest(judged: pd.DataFrame) -> list[Words]:
    """For each ground, the levers that change quality most, for better and for worse."""
    found: list[Words] = []
    for name, title in CELL_HEADS.items():
        own = judged[
            (judged["scenario"] == name) & (judged["outcome"] == "quality") & judged["clear"]
        ]
        order = own["difference"].abs().sort_values(ascending=False, kind="stable").index
        told = [
            f"{row.lever} {signed(row.difference, 3)}"
            for row in own.loc[order].head(MOST_TOLD).itertuples()
        ]
        said = listed(told) if told else "none changes it clearly"
        found.append((strong(f"Quality, {title.lower()}"), f": most is done by {said}."))
    return found


def inert_everywhere(still: pd.DataFrame) -> Words:
    """The levers that are inert on all four grounds."""
    quiet = still.groupby("lever", sort=False)["inert"].all()
    names = [str(name) for name, all_four in quiet.items() if all_four]
    if not names:
        return (strong("Inert on all four grounds"), ": none.")
    told = [f"{name} ({FIELDS[name].metadata['meaning']})" for name in names]
    return (strong("Inert on all four grounds"), f": {'; '.join(told)}.")
