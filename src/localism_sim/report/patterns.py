"""The scorecard of measured patterns in blocks: target, model, verdict, and why not."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..analysis.intervals import half_widths
from .blocks import Block, Figure, Heading, Paragraph, Report, Table, Words, code, points, strong
from .words import counted, number, signed

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawing

    from ..evidence.pattern import Pattern
    from ..model.parameters import Parameters

ROWS = 12
"""Rows of the scorecard: the patterns that are counted."""
SHORT = {"reproduced": "yes", "not reproduced": "no", "not expressible": "not expressible"}
DIGITS = 3


@dataclass(frozen=True)
class Scorecard:
    """What was asked and found. changes: what was set on the command line. values: a row a seed
    and statistic. statistics, verdicts: see `evidence.scorecard`.
    """

    patterns: tuple[Pattern, ...]
    behaviour: Parameters
    changes: dict[str, Any]
    seeds: tuple[int, ...]
    model: str
    values: pd.DataFrame
    statistics: pd.DataFrame
    verdicts: pd.DataFrame

    def of(self, pattern: str, statistic: str) -> pd.Series:
        """The model's value of one statistic, by seed."""
        own = self.values["pattern"].eq(pattern) & self.values["statistic"].eq(statistic)
        return self.values[own].set_index("seed")["value"]


def show(
    found: Scorecard, scorecard: Callable[[], Drawing], beside_the_data: Callable[[], Drawing]
) -> Report:
    """The report: how many rows, the table, why not, and each pattern beside the data."""
    return Report(
        "Which measured patterns does the model reproduce?",
        short=(
            table_of_verdicts(found),
            points(*in_sentences(found)),
        ),
        details=(
            Figure("scorecard", "Model and range seen, statistic by statistic", scorecard),
            Figure("patterns", "Each pattern beside the data", beside_the_data),
            Heading("Every statistic"),
            Paragraph(how_to_read(found)),
            table_of_statistics(found),
            Heading("Pattern by pattern"),
            *(block for pattern in found.patterns for block in described(pattern, found)),
        ),
        tables={
            "patterns": found.verdicts,
            "statistics": with_intervals(found),
            "values": found.values,
        },
        config={
            "model": found.model,
            "seeds": list(found.seeds),
            "patterns": [pattern.name for pattern in found.patterns],
            "changed": found.changes,
            "parameters": found.behaviour.as_dict(),
        },
    )


def with_intervals(found: Scorecard) -> pd.DataFrame:
    """The statistics with the 95% interval of the model's mean over seeds."""
    halves = [
        float(half_widths(own.to_numpy())) if len(own) > 1 else math.nan
        for own in (found.of(row.pattern, row.statistic) for row in found.statistics.itertuples())
    ]
    table = found.statistics.copy()
    table["model_low"], table["model_high"] = table["model"] - halves, table["model"] + halves
    return table


def range_in_words(low: float, high: float) -> str:
    """'0.107 to 0.227', 'at least 0.005', 'at most 0'."""
    if math.isinf(high):
        return f"at least {number(low)}"
    return f"at most {number(high)}" if math.isinf(low) else f"{number(low)} to {number(high)}"


def table_of_verdicts(found: Scorecard) -> Table:
    """A row a pattern, narrow enough for a terminal."""
    rows = tuple(
        (
            each.row or "further",
            each.title,
            each.use,
            strong("yes") if each.verdict == "reproduced" else SHORT[each.verdict],
        )
        for each in found.verdicts.itertuples()
    )
    title = "Measured patterns: does the model come out within the range seen?"
    return Table(("Row", "Pattern", "Values", "Reproduced"), rows, title, "llll")


def tally(verdicts: pd.DataFrame) -> str:
    """'9 of 12'."""
    return f"{int(verdicts['verdict'].eq('reproduced').sum())} of {len(verdicts)}"


def in_sentences(found: Scorecard) -> list[Words]:
    """How many, how many of those held back, and why each of the others is missed."""
    table = found.verdicts
    rows, more = table[table["row"] != ""], table[table["row"] == ""]
    held = table[table["use"] == "held back"]
    parts = []
    if len(rows):
        parts.append(f"{tally(rows)} rows of the scorecard")
    if len(more):
        parts.append(f"{tally(more)} further patterns")
    if len(held):
        parts.append(f"{tally(held)} patterns held back")
    lines: list[Words] = [(strong("Reproduced under one setting"), f": {', '.join(parts)}.")]
    return [*lines, *(why_not(each, found) for each in missed(found))]


def missed(found: Scorecard) -> list[Pattern]:
    """Patterns that are not reproduced or cannot be expressed."""
    bad = set(found.verdicts[found.verdicts["verdict"] != "reproduced"]["pattern"])
    return [pattern for pattern in found.patterns if pattern.name in bad]


def why_not(pattern: Pattern, found: Scorecard) -> Words:
    """What misses, by how much, and where in the model to look."""
    name = f"{pattern.row + ': ' if pattern.row else ''}{pattern.title}"
    if pattern.missing:
        return (
            strong(name),
            f" cannot be expressed: the model has no {', '.join(pattern.missing)}.",
        )
    own = found.statistics
    own = own[own["pattern"].eq(pattern.name) & ~own["met"]]
    said = "; ".join(
        f"{row.meaning}: {number(row.model)} ({range_in_words(row.low, row.high)} seen)"
        for row in own.itertuples()
    )
    return (strong(name), f", missed: {said}. It hangs on {pattern.mechanism}.")


def how_to_read(found: Scorecard) -> Words:
    """What the columns say."""
    return (
        f"Model: mean over {counted(len(found.seeds), 'seed')} of the pattern's own set-up. A "
        "statistic is met where that mean lies in the range seen; the range holds the error of the "
        "measurement and what a model of this coarseness cannot be asked to meet. Set directly: a "
        "rate was read off the pattern. Fitted: rates were calibrated to it. Held "
        "back: no rate was chosen by it. Levers and sizes of a set-up stand against ",
        code("parameters."),
        " on the command line.",
    )


def table_of_statistics(found: Scorecard) -> Table:
    """Every statistic with the range seen, the model's mean and interval."""
    rows = tuple(
        (
            row.pattern.replace("_", " "),
            row.meaning,
            "" if pd.isna(row.seen) else number(row.seen),
            range_in_words(row.low, row.high),
            "" if pd.isna(row.model) else with_error(row),
            "yes" if row.met else "no" if not pd.isna(row.model) else "not expressible",
            "" if not row.missed_by or pd.isna(row.missed_by) else signed(row.missed_by),
        )
        for row in with_intervals(found).itertuples()
    )
    head = ("Pattern", "Statistic", "Seen", "Range", "Model", "Met", "Missed by")
    return Table(head, rows, align="llrrrlr")


def with_error(row: Any) -> str:
    """'0.437 ± 0.02'; the mean alone where seeds do not differ."""
    half = row.model_high - row.model
    return number(row.model) + (f" ± {number(half, DIGITS)}" if half >= 0.0005 else "")


def described(pattern: Pattern, found: Scorecard) -> Sequence[Block]:
    """Source, set-up, where the range comes from."""
    verdict = found.verdicts.set_index("pattern").loc[pattern.name, "verdict"]
    return (
        Heading(f"{pattern.row + ': ' if pattern.row else ''}{pattern.title}", 3),
        points(
            (strong("Verdict"), f": {verdict}; {pattern.use}"),
            (strong("Source"), f": {pattern.source}"),
            (strong("Set-up"), f": {pattern.set_up}"),
            (strong("Range"), f": {pattern.uncertainty}"),
            (strong("In the model"), f": {pattern.mechanism}"),
        ),
    )
