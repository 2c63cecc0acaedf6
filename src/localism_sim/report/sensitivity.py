"""A sensitivity analysis in words: a ranked table and what may, and what may not, be concluded from
it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from ..model.parameters import GROUPS
from ..sweeps.factors import PLACEBO
from .blocks import Block, Paragraph, Span, Table, em, points, strong
from .markdown import page
from .words import counted, interval, listed, number, outcome_title, percent

if TYPE_CHECKING:
    from ..analysis.sensitivity.designs import Design
    from ..analysis.sensitivity.indices import SensitivityResult

MOST_PAIRS = 8
TINY = 0.02
"""Effects below this share of the strongest are listed apart, and their ranks are not worth
settling.
"""


def title_of(result: SensitivityResult, name: str) -> str:
    """The name of a factor or group as readers see it."""
    return GROUPS.get(name, name) if result.design.grouped else name.replace("_", " ")


def decimals(values: pd.Series) -> int:
    """Decimals that show the largest of some values with two or three digits."""
    largest = float(values.abs().max())
    return (
        2 if largest == 0 else max(0, (2 if largest < 2 else 1) - math.floor(math.log10(largest)))
    )


def value_with_interval(row: pd.Series, measure: str, digits: int) -> str:
    """Value with its interval."""
    ends = interval(row[f"{measure}_low"], row[f"{measure}_high"], digits)
    return f"{number(row[measure], digits)} ({ends})"


def plus_minus(row: pd.Series, measure: str, digits: int) -> str:
    """Value with half of its interval."""
    return (
        f"{number(row[measure], digits)} ± {number(row[f'{measure}_high'] - row[measure], digits)}"
    )


def below_smallest(row: pd.Series, measure: str, digits: int) -> str:
    """'< 0.01' for a value that is clear of the noise but would be shown as zero;
    otherwise empty.
    """
    return (
        f"< {10.0**-digits:g}" if row["clear"] and not float(f"{row[measure]:.{digits}f}") else ""
    )


def ranks(row: pd.Series) -> str:
    """The ranks that the intervals leave open."""
    return (
        f"{row['best_rank']}"
        if row["best_rank"] == row["worst_rank"]
        else f"{row['best_rank']}–{row['worst_rank']}"
    )


def size_of(design: Design, seeds: int) -> str:
    """How large a design is: N, rows, different points, seeds, runs."""
    points = len(design.unique()[0])
    rows = "" if design.block == 1 else f": {design.rows:,} design rows"
    return (
        f"N = {design.samples:,} {design.how.samples_mean.split(',')[0].split(';')[0]}{rows}, "
        f"{points:,} different points, "
        f"{counted(seeds, 'seed')} each (the same for all points), "
        f"{points * seeds:,} runs"
    )


def question_in_words(result: SensitivityResult) -> str:
    """Method, size and seeds."""
    return (
        f"{result.method.title} ({result.method.source}), "
        f"{size_of(result.design, len(result.noise.seeds))}. "
        f"The outcome has mean {number(result.mean)} and standard deviation "
        f"{number(result.deviation)} over the design. Intervals are 95%."
    )


MOST_COLUMNS = 2
"""Number of measures up to which a terminal has room for one more column."""


def digits_of(result: SensitivityResult) -> dict[str, int]:
    """The decimals that each measure is shown with."""
    return {
        each.name: 2 if each.unit == "share of variance" else decimals(result.table[each.name])
        for each in result.measures
    }


def meanings(result: SensitivityResult) -> dict[str, str]:
    """What each factor is, or which parameters a group holds."""
    factors = result.design.factors
    if not result.design.grouped:
        return {factor.name: factor.meaning for factor in factors}
    return {
        name: listed([factor.label for factor in factors if factor.group == name])
        for name in result.design.names
    }


def measured_cells(
    row: pd.Series, digits: Mapping[str, int], ranked: str, narrow: bool
) -> list[str]:
    """Every measure of one factor, with its interval. digits: of each measure."""
    shown = plus_minus if narrow else value_with_interval
    return [
        (below_smallest(row, each, places) if each == ranked else "") or shown(row, each, places)
        for each, places in digits.items()
    ]


def ranked_cells(
    result: SensitivityResult, narrow: bool = False
) -> tuple[list[str], list[list[str]]]:
    """Heading and rows of the ranked table, strongest first. narrow: for a terminal, with ± for
    intervals and without columns for what each factor is and, where there are many, for what luck
    alone would give.
    """
    digits = digits_of(result)
    room = not narrow or len(result.measures) <= MOST_COLUMNS
    lucky = room and bool(result.table["luck_high"].notna().any())
    head = [
        "rank",
        "group" if result.design.grouped else "parameter",
        *(measure.label for measure in result.measures),
        *(["luck alone: up to"] if lucky else []),
        "above the noise",
    ]
    what = meanings(result)
    rows = [
        [
            "–" if row["kind"] == PLACEBO else ranks(row),
            title_of(result, str(name)),
            *measured_cells(row, digits, result.method.ranked, narrow),
            *([number(row["luck_high"], digits[result.method.ranked])] if lucky else []),
            "placebo" if row["kind"] == PLACEBO else "yes" if row["clear"] else "no",
        ]
        for name, row in result.table.iterrows()
    ]
    if any(what.values()) and not narrow:
        return [*head, "what it is"], [
            [*cells, what[str(name)]] for cells, name in zip(rows, result.table.index)
        ]
    return head, rows


def ranked_table(result: SensitivityResult, narrow: bool = False) -> Table:
    """A row for each factor, strongest first."""
    head, rows = ranked_cells(result, narrow)
    measures = len(head) - 2 - (not narrow and head[-1] == "what it is")
    align = "rl" + "r" * (measures - 1) + "ll"
    title = f"What moves {outcome_title(result.outcome).lower()}" if narrow else ""
    return Table(tuple(head), tuple(map(tuple, rows)), title, align)


def legend(result: SensitivityResult) -> tuple[Span | str, ...]:
    """How to read the columns of the ranked table."""
    words: list[Span | str] = ["Rank: every rank that the intervals leave open. "]
    for number_of, measure in enumerate(result.measures):
        words += ["; " if number_of else "", em(measure.label), f": {measure.meaning}"]
        words.append(f" ({measure.unit})")
    return (*words, ".")


def in_short(result: SensitivityResult) -> str:
    """The strongest factors, how much they explain, and which have no visible effect."""
    real = result.table[result.table["kind"] != PLACEBO]
    clear, rest = real[real["clear"]], real[~real["clear"]]
    hint = hint_of_luck(result, rest)
    if clear.empty:
        return "Nothing stands out from the noise." + hint
    weak = clear[result.method.ranked] < TINY * float(clear[result.method.ranked].max())
    names = [title_of(result, str(name)) for name in clear.index[~weak]]
    tiny = [title_of(result, str(name)) for name in clear.index[weak]]
    also = (
        f" (clear too, but with less than a fiftieth of the first: {listed(tiny)})" if tiny else ""
    )
    what = ("group" if result.design.grouped else "parameter") + ("" if len(real) == 1 else "s")
    sentences = [
        f"{len(names)} of {len(real)} {what} {'stands' if len(names) == 1 else 'stand'} clear of "
        f"the noise: {listed(names)}{also}."
    ]
    if "first" in real:
        sentences.append(one_by_one(result, real))
    if len(rest):
        sentences.append(
            f"Cannot be told from noise: "
            f"{listed([title_of(result, str(name)) for name in rest.index])}."
        )
    return " ".join(sentences) + hint


def hint_of_luck(result: SensitivityResult, rest: pd.DataFrame) -> str:
    """For which of the factors that are not clear luck is the reason. rest: those factors."""
    lucky = rest[
        (rest[f"{result.method.ranked}_low"] > 0)
        & (rest["luck_high"] > result.table["luck_high"].max() / 10)
    ]
    if lucky.empty or len(lucky) > 12:
        return ""
    return (
        f" For {listed([title_of(result, str(name)) for name in lucky.index])} luck is the reason: "
        f"more seeds a point would tell, not more points."
    )


def one_by_one(result: SensitivityResult, real: pd.DataFrame) -> str:
    """How much of the variance all factors explain one by one, and what the rest is due to."""
    alone = float(real["first"].sum())
    half = float(((real["first_high"] - real["first"]) ** 2).sum()) ** 0.5
    lucky = not result.noise.known or result.noise.in_means > 0.01
    if alone - half > 1.0:
        rest = "no sum of shares can pass 100%, so N is too small."
    elif alone + half < 1.0:
        rest = f"the rest is due to interactions{' and luck' if lucky else ''}."
    else:
        rest = "this sum does not show that interactions add anything."
    return (
        f"Taken one by one, all together explain {percent(max(0.0, alone))} of the variance "
        f"({percent(max(0.0, alone - half))} to {percent(alone + half)}, "
        f"their errors taken as independent); {rest}"
    )


def what_settles(samples: float) -> str:
    """The N at which an order would be decided; infinite if none that can be afforded."""
    if math.isfinite(samples):
        return f"about N = {int(samples):,} would settle it"
    return "no affordable N would settle it: call them equal"


def undecided(result: SensitivityResult) -> tuple[Block, ...]:
    """Neighbours whose order the intervals leave open, and what would settle it."""
    clear, size = result.table["clear"], result.table[result.method.ranked]
    lines = []
    for row in result.ranking.itertuples():
        if (
            row.decided
            or not (clear[row.higher] or clear[row.lower])
            or size[row.higher] < TINY * size.max()
        ):
            continue
        needed = what_settles(row.samples_needed)
        lines.append(
            f"{title_of(result, row.higher)} before {title_of(result, row.lower)}: undecided, "
            f"{needed}"
        )
    if lines:
        head = (
            strong("Undecided ranks"),
            " (intervals overlap; they shrink with the square root of N)",
        )
        return (Paragraph(head), points(*lines))
    if clear.sum() < 2:
        return ()
    return (
        Paragraph(
            "The order of all neighbours that stand clear of the noise is decided: their intervals "
            "do not overlap."
        ),
    )


def interactions(result: SensitivityResult) -> tuple[Block, ...]:
    """The pairs that clearly act together."""
    if result.pairs is None:
        return ()
    clear = result.pairs[result.pairs["clear"]].sort_values("second", key=abs, ascending=False)
    count = len(result.pairs)
    if clear.empty:
        return (
            Paragraph(
                f"None of {counted(count, 'pair')} clearly acts together beyond what each does "
                f"alone (second order, corrected for the number of pairs)."
            ),
        )
    lines = [
        f"{title_of(result, row.a)} with {title_of(result, row.b)}: {number(row.second, 2)} "
        f"({interval(row.second_low, row.second_high, 2)})"
        for row in clear.head(MOST_PAIRS).itertuples()
    ]
    if len(clear) > MOST_PAIRS:
        lines.append(f"and {len(clear) - MOST_PAIRS} more")
    rest = (
        f" (share of variance beyond what each does alone; {len(clear)} of "
        f"{counted(count, 'pair')} clear, corrected for their number)"
    )
    return (Paragraph((strong("Act together"), rest)), points(*lines))


def noise_in_words(result: SensitivityResult) -> tuple[Block, ...]:
    """How much luck there is, and the noise floor that follows."""
    noise, sentences = result.noise, []
    if noise.known:
        sentences.append(
            f"Luck makes {noise.share:.1%} ({noise.low:.1%} to {noise.high:.1%}) of the variance "
            f"of single runs; in means over {len(noise.seeds)} "
            f"seeds {noise.in_means:.1%} ({noise.in_means_low:.1%} to {noise.in_means_high:.1%}) "
            f"is luck that differs from point to point."
        )
    label = result.method.measure(result.method.ranked).label
    if math.isfinite(result.floor):
        exact = result.design.method in ("sobol", "morris") and result.floor == 0
        sentences.append(
            "A placebo gets exactly 0, as it must where compared points share their seeds."
            if exact
            else f"A placebo, which does not enter the model, gets up to {number(result.floor)} in "
            f"'{label}'."
        )
    if result.table["luck_high"].notna().any():
        sentences.append(
            f"Changing a parameter also reshuffles luck; what that alone would add to '{label}' "
            f"stands in the table."
        )
    if sentences:
        sentences.append(
            "What does not lie above luck and placebo with its whole interval is not called an "
            "effect."
        )
    return (Paragraph((strong("Noise."), " " + " ".join(sentences))),) if sentences else ()


def settled(result: SensitivityResult) -> tuple[Block, ...]:
    """Whether the order of the strongest factors held when N doubled."""
    trail, ranked = result.convergence, result.method.ranked
    sizes = sorted(trail["samples"].unique()) if len(trail) else []
    if len(sizes) < 2:
        return ()
    values = trail[trail["measure"] == ranked].pivot(
        index="name", columns="samples", values="value"
    )
    change = (values[sizes[-1]] - values[sizes[-2]]).abs()
    label = result.method.measure(ranked).label
    rest = (
        f" From N = {sizes[-2]:,} to {sizes[-1]:,} the largest change of '{label}' was "
        f"{number(float(change.max()))} ({title_of(result, str(change.idxmax()))})."
    )
    return (Paragraph((strong("Convergence."), rest)),)


def conclusions(result: SensitivityResult) -> tuple[Block, ...]:
    """What may, and what may not, be concluded from the table."""
    return (
        Paragraph(in_short(result)),
        *undecided(result),
        *interactions(result),
        *noise_in_words(result),
        *settled(result),
    )


def beware(notes: Sequence[str]) -> tuple[Block, ...]:
    """Caveats; empty if there are none."""
    return (Paragraph(strong("Beware")), points(*notes)) if notes else ()


def title(result: SensitivityResult) -> str:
    """The question that a report answers."""
    return f"What moves {outcome_title(result.outcome)} ({result.outcome})?"


def describe(result: SensitivityResult) -> str:
    """The analysis as Markdown: what was asked, the ranked table, ranks that are undecided and the
    N that would settle them, interactions, noise, caveats.
    """
    blocks = (
        Paragraph(question_in_words(result)),
        ranked_table(result),
        Paragraph(legend(result)),
        *conclusions(result),
        *beware(result.notes),
    )
    return page(title(result), blocks)


def frames(result: SensitivityResult) -> dict[str, pd.DataFrame]:
    """The tables by name: indices (a row for each factor or group), pairs, ranking (neighbours),
    convergence, noise (one row).
    """
    indices = result.table.reset_index()
    if not result.design.grouped:
        for column in ("high", "low"):
            ends = {each.name: float(getattr(each, column)) for each in result.design.factors}
            indices.insert(3, column, indices["name"].map(ends))
    found = {
        "indices": indices,
        "ranking": result.ranking.copy(),
        "convergence": result.convergence.copy(),
        "noise": noise_frame(result),
    }
    if result.pairs is not None:
        found["pairs"] = result.pairs.copy()
    for table in found.values():
        table.insert(0, "outcome", result.outcome)
    return found


def noise_frame(result: SensitivityResult) -> pd.DataFrame:
    """One row: the size of the design, the outcome's mean and deviation, and the share of luck."""
    design, noise = result.design, result.noise
    row = {
        "method": design.method,
        "samples": design.samples,
        "rows": design.rows,
        "different_points": result.different_points,
        "seeds": len(noise.seeds),
        "mean": result.mean,
        "deviation": result.deviation,
        "placebo": result.floor,
        "share": noise.share,
        "share_low": noise.low,
        "share_high": noise.high,
        "in_means": noise.in_means,
        "in_means_low": noise.in_means_low,
        "in_means_high": noise.in_means_high,
    }
    return pd.DataFrame([row])
