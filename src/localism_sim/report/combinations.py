"""Combinations of settings, each set against the first on the seeds that both share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from ..analysis.statistics import Contrast, paired_difference
from ..model.outcomes import OUTCOMES
from .blocks import Block, Figure, Heading, Paragraph, Report, Table, Words, code, strong
from .contrasts import HEADLINES
from .words import counted, decimals_for, number, outcome_title, percent, signed

SHOWN = HEADLINES[:4]
"""Outcomes in the table on the terminal, as many as fit; the summary has all six."""


def differences(runs: pd.DataFrame, combined: Sequence[str]) -> pd.DataFrame:
    """Each combination less the first, a row for each combination and outcome, on the seeds that
    both
    share: means, difference, 95% interval, pairs. Nothing where fewer than two seeds are shared.
    """
    tables = {
        text: table.set_index("seed")[list(HEADLINES)] for text, table in runs.groupby("overrides")
    }
    rows = []
    for text in combined[1:]:
        if combined[0] not in tables or text not in tables:
            continue
        both = (
            tables[text]
            .merge(tables[combined[0]], left_index=True, right_index=True, suffixes=("", "_first"))
            .dropna()
        )
        for outcome in HEADLINES if len(both) > 1 else ():
            first, other = both[f"{outcome}_first"].to_numpy(), both[outcome].to_numpy()
            found = paired_difference(other, first)
            rows.append(
                {
                    "overrides": text,
                    "outcome": outcome,
                    "first_mean": first.mean(),
                    "mean": other.mean(),
                    **row_of(found),
                }
            )
    return pd.DataFrame(rows)


def row_of(found: Contrast) -> dict[str, float | bool]:
    """A paired difference as a row of a table."""
    return {
        "difference": found.mean,
        "low": found.low,
        "high": found.high,
        "saved": found.saved,
        "pairs": found.pairs,
        "clear": found.clear,
    }


def swept(settings: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Names of the settings that differ between combinations."""
    first = next(iter(settings.values()))
    return [name for name in first if len({values.get(name) for values in settings.values()}) > 1]


def combinations_table(
    runs: pd.DataFrame, settings: Mapping[str, Mapping[str, str]], table: pd.DataFrame
) -> Table:
    """A row for each combination: means of the first, and of each other its paired difference."""
    names, combined = swept(settings), list(settings)
    means = runs.groupby("overrides")[list(SHOWN)].mean()
    rows: list[tuple[Words, ...]] = []
    for text, values in settings.items():
        told = tuple(values.get(name, "") for name in names)
        own = table[table["overrides"] == text] if len(table) else table
        cells: tuple[Words, ...] = ("",) * len(SHOWN)
        if len(own):
            by_outcome = own.set_index("outcome")
            cells = tuple(difference_cell(by_outcome.loc[outcome]) for outcome in SHOWN)
        elif text in means.index:
            mark = "" if text == combined[0] else " (mean)"
            cells = tuple(f"{number(means.loc[text, each], 3)}{mark}" for each in SHOWN)
        rows.append((*told, *cells))
    head = (*(name.removeprefix("parameters.") for name in names), *map(short_title, SHOWN))
    title = "Means of the first combination; of the others, paired differences from it"
    return Table(head, tuple(rows), title, "l" * len(names) + "r" * len(SHOWN))


def short_title(outcome: str) -> str:
    """An outcome's name without the time it refers to."""
    return OUTCOMES[outcome].label


def difference_cell(row: pd.Series) -> Words:
    """'+0.028 ± 0.007', strong where it is clear, with a '~' where it is not."""
    half = (row["high"] - row["low"]) / 2.0
    digits = min(5, max(3, decimals_for(half)))
    text = f"{signed(row['difference'], digits)} ± {number(half, digits)}"
    return strong(text) if row["clear"] else f"{text} ~"


def explained(table: pd.DataFrame) -> tuple[Block, ...]:
    """How many pairs the differences rest on, and what pairing saved."""
    if table.empty:
        return (Paragraph("No two combinations share two seeds, so nothing is compared."),)
    saved = table["saved"]
    return (
        Paragraph(
            f"At the end of the run; ±: half of the 95% interval over up to "
            f"{counted(int(table['pairs'].max()), 'paired seed')}; ~: no clear difference. Pairing "
            f"saves {percent(saved.median())} of the variance of a difference (median; "
            f"{percent(saved.min())} to {percent(saved.max())})."
        ),
    )


def all_differences(
    table: pd.DataFrame, settings: Mapping[str, Mapping[str, str]]
) -> tuple[Block, ...]:
    """Every difference with its interval, for the written summary."""
    if table.empty:
        return ()
    rows = tuple(
        (
            told_apart(settings, row.overrides),
            outcome_title(row.outcome),
            number(row.first_mean, 3),
            number(row.mean, 3),
            f"{signed(row.difference, 4)} ({signed(row.low, 4)} to {signed(row.high, 4)})",
        )
        for row in table.itertuples()
    )
    head = ("combination", "outcome", "first", "this one", "difference (95% interval)")
    return (Heading("All differences"), Table(head, rows, align="llrrr"))


def show(runs: pd.DataFrame, settings: Mapping[str, Mapping[str, str]]) -> Report:
    """The report of a multirun. settings: by combination, each setting's value as it was given."""
    table = differences(runs, list(settings))
    first = Paragraph(("The first combination: ", code(next(iter(settings))), "."))
    return Report(
        f"{counted(len(settings), 'combination')} of settings",
        short=(first, combinations_table(runs, settings, table), *explained(table)),
        details=(*figure(table, settings), *all_differences(table, settings)),
        tables={"differences": table} if len(table) else {},
        question="What do these settings change, compared with the first combination?",
    )


def told_apart(settings: Mapping[str, Mapping[str, str]], text: str) -> str:
    """A combination named by the settings in which it differs from others, such as 'cuts 0.2'."""
    values = settings[text]
    return ", ".join(
        f"{name.removeprefix('parameters.')} {values.get(name, 'default')}"
        for name in swept(settings)
    )


def figure(table: pd.DataFrame, settings: Mapping[str, Mapping[str, str]]) -> tuple[Figure, ...]:
    """A figure of all differences; empty if there are none."""
    if table.empty:
        return ()

    def draw():
        from .figures.combinations import differences

        labels = {text: told_apart(settings, text) for text in settings}
        return differences(table, labels, labels[next(iter(settings))])

    return (Figure("differences", "Differences from the first combination", draw),)
