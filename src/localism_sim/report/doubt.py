"""Luck and doubt about rates, in words."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from .blocks import Block, Heading, Paragraph, Table, Words
from .contrasts import difference_in_words, digits_of, label
from .words import percent, signed

MEANING = (
    "Two kinds of doubt. Luck: how far the mean could be off because it rests on so many runs, "
    "with the rates as they are set. Rates: between which values the effect itself lies, luck "
    "averaged out, when each seed takes its own draw of the rates that measured patterns leave "
    "open. More seeds narrow the first, not the second. Neither covers doubt about the rules."
)
NOTE = (
    "Each seed has a draw of its own of the rates that measured patterns leave open "
    "(behaviour=posterior), so these intervals hold luck and doubt about rates together."
)


def has_doubt(table: pd.DataFrame | pd.Series) -> bool:
    """Whether a table of effects was run with draws of the rates too."""
    return "rates_low" in table


def rates_in_words(row: pd.Series) -> str:
    """'+0.031 (-0.020 to +0.080)': the mean over the draws and where the effect lies."""
    digits = digits_of(row)
    ends = f"{signed(row['rates_low'], digits)} to {signed(row['rates_high'], digits)}"
    return f"{signed(row['drawn'], digits)} ({ends})"


def crosses(row: pd.Series) -> bool:
    """Whether rates could turn the sign of an effect."""
    return bool(row["rates_low"] <= 0.0 <= row["rates_high"])


def two_intervals(
    rows: pd.DataFrame, names: Sequence[Words], head: str, title: str
) -> tuple[Block, ...]:
    """A table with both intervals, a row each, and what they mean. names: what each row is."""
    cells = tuple(
        (
            name,
            label(row["outcome"]),
            difference_in_words(row),
            rates_in_words(row),
            percent(row["drawn_share"]),
        )
        for name, (_, row) in zip(names, rows.iterrows())
    )
    heads = (head, "outcome", "luck alone", "doubt about rates", "draws on that side")
    return (Heading(title), Paragraph(MEANING), Table(heads, cells, align="llrrr"))
