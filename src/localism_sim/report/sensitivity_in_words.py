"""A sensitivity analysis in words: a ranked table and what may, and what may not, be concluded from
it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from ..model.parameters import GROUPS
from ..sweeps.factors import PLACEBO
from .words import listed, number, outcome_title

if TYPE_CHECKING:
    from ..analysis.sensitivity.designs import Design
    from ..analysis.sensitivity.indices import SensitivityResult

MOST_PAIRS = 8
TINY = 0.02
"""Less than this share of the strongest is told apart, and its rank is not worth settling."""


def title_of(result: SensitivityResult, name: str) -> str:
    """A factor's or group's name as it is read."""
    return GROUPS.get(name, name) if result.design.grouped else name.replace("_", " ")


def decimals(values: pd.Series) -> int:
    """Decimals that show the largest of some values with two or three digits."""
    largest = float(values.abs().max())
    return (
        2 if largest == 0 else max(0, (2 if largest < 2 else 1) - math.floor(math.log10(largest)))
    )


def with_interval(row: pd.Series, measure: str, digits: int) -> str:
    """Value with its interval."""
    return (
        f"{number(row[measure], digits)} ({number(row[f'{measure}_low'], digits)} to "
        f"{number(row[f'{measure}_high'], digits)})"
    )


def plus_minus(row: pd.Series, measure: str, digits: int) -> str:
    """Value with half of its interval."""
    return (
        f"{number(row[measure], digits)} ± {number(row[f'{measure}_high'] - row[measure], digits)}"
    )


def below(row: pd.Series, measure: str, digits: int) -> str:
    """'< 0.01' for what is clear of the noise but would be written as zero; else nothing."""
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


def describe(result: SensitivityResult) -> str:
    """The analysis as Markdown: what was asked, the ranked table, ranks that are undecided and the
    N that would settle them, interactions, noise, caveats.
    """
    parts = [
        f"# What moves {outcome_title(result.outcome)} (`{result.outcome}`)?",
        asked(result),
        ranked_table(result),
        in_short(result),
        undecided(result),
        interactions(result),
        noise_in_words(result),
        settled(result),
    ]
    notes = [f"- {note}" for note in result.notes]
    if notes:
        parts.append("**Beware**\n\n" + "\n".join(notes))
    return "\n\n".join(part for part in parts if part) + "\n"


def counted(design: Design, seeds: int) -> str:
    """How large a design is: N, rows, different points, seeds, runs."""
    points = len(design.unique()[0])
    rows = "" if design.block == 1 else f": {design.rows:,} design rows"
    return (
        f"N = {design.samples:,} {design.how.samples_mean.split(',')[0].split(';')[0]}{rows}, "
        f"{points:,} different points, "
        f"{seeds} {'seed' if seeds == 1 else 'seeds'} each (the same for all points), "
        f"{points * seeds:,} runs"
    )


def asked(result: SensitivityResult) -> str:
    """Method, size and seeds."""
    return (
        f"{result.method.title} ({result.method.source}), "
        f"{counted(result.design, len(result.noise.seeds))}. "
        f"The outcome has mean {number(result.mean)} and standard deviation "
        f"{number(result.deviation)} over the design. Intervals are 95%."
    )


MOST_COLUMNS = 2
"""Measures that leave room on a terminal for one more column."""


def ranked_cells(
    result: SensitivityResult, narrow: bool = False
) -> tuple[list[str], list[list[str]]]:
    """Heading and rows of the ranked table, strongest first. narrow: for a terminal, with ± for
    intervals and without columns for what each factor is and, where there are many, for what luck
    alone would give.
    """
    digits = {
        measure.name: 2
        if measure.unit == "share of variance"
        else decimals(result.table[measure.name])
        for measure in result.measures
    }
    lucky = bool(result.table["luck_high"].notna().any()) and not (
        narrow and len(result.measures) > MOST_COLUMNS
    )
    head = [
        "rank",
        "group" if result.design.grouped else "parameter",
        *(measure.label for measure in result.measures),
        *(["luck alone: up to"] if lucky else []),
        "above the noise",
    ]
    what = {factor.name: factor.meaning for factor in result.design.factors}
    if result.design.grouped:
        what = {
            name: listed([factor.label for factor in result.design.factors if factor.group == name])
            for name in result.design.names
        }
    rows, shown = [], plus_minus if narrow else with_interval
    for name, row in result.table.iterrows():
        placebo = row["kind"] == PLACEBO
        values = [
            (below(row, each, places) if each == result.method.ranked else "")
            or shown(row, each, places)
            for each, places in digits.items()
        ]
        rows.append(
            [
                "–" if placebo else ranks(row),
                title_of(result, str(name)),
                *values,
                *([number(row["luck_high"], digits[result.method.ranked])] if lucky else []),
                "placebo" if placebo else "yes" if row["clear"] else "no",
            ]
        )
    if any(what.values()) and not narrow:
        return [*head, "what it is"], [
            [*cells, what[str(name)]] for cells, name in zip(rows, result.table.index)
        ]
    return head, rows


def ranked_table(result: SensitivityResult) -> str:
    """A row a factor, strongest first."""
    head, rows = ranked_cells(result)
    return (
        "\n".join("| " + " | ".join(row) + " |" for row in (head, ["---"] * len(head), *rows))
        + f"\n\n{legend(result)}"
    )


def legend(result: SensitivityResult) -> str:
    """How the columns of the ranked table are read."""
    text = "; ".join(
        f"*{measure.label}*: {measure.meaning} ({measure.unit})" for measure in result.measures
    )
    return f"Rank: all places that the intervals leave open. {text[0].upper() + text[1:]}."


def printed_words(result: SensitivityResult, notes: Sequence[str]) -> str:
    """What is said below the table in a terminal."""
    parts = [
        f"{legend(result)} ±: half of the 95% interval.",
        in_short(result),
        undecided(result),
        interactions(result),
        noise_in_words(result),
        settled(result),
        "\n".join(f"- {note}" for note in notes),
    ]
    return "\n\n".join(part for part in parts if part)


def in_short(result: SensitivityResult) -> str:
    """The strongest factors, how much they explain, and which do nothing that can be seen."""
    real = result.table[result.table["kind"] != PLACEBO]
    clear, rest = real[real["clear"]], real[~real["clear"]]
    lucky = rest[
        (rest[f"{result.method.ranked}_low"] > 0)
        & (rest["luck_high"] > result.table["luck_high"].max() / 10)
    ]
    hint = (
        f" For {listed([title_of(result, str(name)) for name in lucky.index])} luck is the reason: "
        f"more seeds a point would tell, not more points."
        if len(lucky) and len(lucky) <= 12
        else ""
    )
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
        alone, half = (
            float(real["first"].sum()),
            float(((real["first_high"] - real["first"]) ** 2).sum()) ** 0.5,
        )
        lucky = not result.noise.known or result.noise.in_means > 0.01
        open_yet = "that interactions add anything is not shown by this sum."
        rest_is = (
            f"the rest is due to interactions{' and luck' if lucky else ''}."
            if alone + half < 1.0
            else open_yet
        )
        if alone - half > 1.0:
            rest_is = "no sum of shares can pass 100%, so N is too small."
        sentences.append(
            f"Taken one by one, all together explain {max(0.0, alone):.0%} of the variance "
            f"({max(0.0, alone - half):.0%} to {alone + half:.0%}, "
            f"their errors taken as independent); {rest_is}"
        )
    if len(rest):
        sentences.append(
            f"Not to be told from noise: "
            f"{listed([title_of(result, str(name)) for name in rest.index])}."
        )
    return " ".join(sentences) + hint


def undecided(result: SensitivityResult) -> str:
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
        needed = (
            f"about N = {int(row.samples_needed):,} would settle it"
            if math.isfinite(row.samples_needed)
            else "no affordable N would settle it: call them equal"
        )
        lines.append(
            f"- {title_of(result, row.higher)} before {title_of(result, row.lower)}: undecided, "
            f"{needed}"
        )
    if not lines:
        return (
            "The order of all neighbours that stand clear of the noise is decided: their intervals "
            "do not overlap."
            if clear.sum() > 1
            else ""
        )
    return (
        "**Undecided ranks** (intervals overlap; they shrink with the square root of N)\n\n"
        + "\n".join(lines)
    )


def interactions(result: SensitivityResult) -> str:
    """The pairs that clearly act together."""
    if result.pairs is None:
        return ""
    clear = result.pairs[result.pairs["clear"]].sort_values("second", key=abs, ascending=False)
    if clear.empty:
        return (
            f"No pair of the {len(result.pairs)} clearly acts together beyond what each does "
            f"alone (second order, corrected for the number of pairs)."
        )
    lines = [
        f"- {title_of(result, row.a)} with {title_of(result, row.b)}: {number(row.second, 2)} "
        f"({number(row.second_low, 2)} to {number(row.second_high, 2)})"
        for row in clear.head(MOST_PAIRS).itertuples()
    ]
    more = f"\n- and {len(clear) - MOST_PAIRS} more" if len(clear) > MOST_PAIRS else ""
    return (
        f"**Act together** (share of variance beyond what each does alone; {len(clear)} of "
        f"{len(result.pairs)} pairs clear, corrected for their number)\n\n"
        + "\n".join(lines)
        + more
    )


def noise_in_words(result: SensitivityResult) -> str:
    """How much luck there is, and the floor that follows."""
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
    return "**Noise.** " + " ".join(sentences) if sentences else ""


def settled(result: SensitivityResult) -> str:
    """Whether the order of the strongest factors held when N doubled."""
    trail, ranked = result.convergence, result.method.ranked
    sizes = sorted(trail["samples"].unique()) if len(trail) else []
    if len(sizes) < 2:
        return ""
    values = trail[trail["measure"] == ranked].pivot(
        index="name", columns="samples", values="value"
    )
    change = (values[sizes[-1]] - values[sizes[-2]]).abs()
    name = str(change.idxmax())
    label = result.method.measure(ranked).label
    return (
        f"**Convergence.** From N = {sizes[-2]:,} to {sizes[-1]:,} the largest change of '{label}' "
        f"was {number(float(change.max()))} "
        f"({title_of(result, name)})."
    )
