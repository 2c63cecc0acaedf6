"""A difference between two scenarios in words: better, worse or not clear, and by how much.

Nothing is called better or worse unless its 95% interval over paired seeds leaves out zero;
otherwise the text says "no clear difference".
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..analysis.statistics import BARELY, base, range_of
from ..model.outcomes import OUTCOMES, SINCE_THE_START
from .words import decimals_for, listed, number, percent, sentence, signed

if TYPE_CHECKING:
    from ..analysis.comparison import Comparison

UNCLEAR = "no clear difference"
HEADLINES = ("quality", "trust", "spread_delivered", "postcode_gap", "worst_place", "harm")
"""The six outcomes that a reader sees first; the tables have all others."""
SENTENCES = {
    "quality": (
        "services are {barely}better",
        "services are {barely}worse",
        "the quality of services",
    ),
    "spread": (
        "innovation spreads {barely}further",
        "innovation spreads {barely}less far",
        "the spread of innovation",
    ),
    "spread_delivered": (
        "innovation that is better as delivered spreads {barely}further",
        "innovation that is better as delivered spreads {barely}less far",
        "the spread of innovation as delivered",
    ),
    "trust": ("trust is {barely}higher", "trust is {barely}lower", "trust"),
    "postcode_gap": (
        "the gap between places is {barely}narrower",
        "the gap between places is {barely}wider",
        "the gap between places",
    ),
    "worst_place": (
        "the worst-served tenth of places is {barely}better off",
        "the worst-served tenth of places is {barely}worse off",
        "the worst-served tenth of places",
    ),
    "harm": (
        "citizens spend {barely}fewer months under a practice worse than the old one",
        "citizens spend {barely}more months under a practice worse than the old one",
        "the months spent under a practice worse than the old one",
    ),
}
"""How to say that an outcome is better, how to say that it is worse, and what it is called."""


def label(outcome: str) -> str:
    """The plain name of an outcome or its average, with the time it refers to."""
    name = OUTCOMES[base(outcome)].label
    if outcome != base(outcome):
        return f"{name}, average"
    if outcome in SINCE_THE_START:
        return f"{name}, since the start" if outcome == "harm" else name
    return f"{name}, at the end"


def judged(comparison: Comparison) -> pd.DataFrame:
    """The contrasts, with shares of range and verdicts (`with_verdicts`)."""
    return with_verdicts(comparison.contrasts, comparison.months)


def with_verdicts(table: pd.DataFrame, months: int) -> pd.DataFrame:
    """Differences with more columns: `ranged`, whether the outcome has a range; `share`, the
    difference as a share of that range (else of the reference's mean; NaN where that is 0), with
    the ends of its interval; and `verdict`. months: the run's length.
    """
    if table.empty:
        return table
    ranges = [range_of(name, months) for name in table["outcome"]]
    scale = np.array(
        [each or abs(mean) or np.nan for each, mean in zip(ranges, table["reference_mean"])]
    )
    found = table.assign(
        ranged=[each is not None for each in ranges],
        share=table["difference"] / scale,
        share_low=table["low"] / scale,
        share_high=table["high"] / scale,
    )
    return found.assign(verdict=verdicts(found))


def verdicts(table: pd.DataFrame) -> np.ndarray:
    """'better', 'worse' (for citizens) or 'no clear difference', a row each; 'barely' where the
    difference is clear but very small.
    """
    better = np.array([OUTCOMES[base(name)].better for name in table["outcome"]])
    words = np.where(table["difference"] * better > 0, "better", "worse").astype(object)
    tiny = np.where(table["share"].abs() < BARELY, "barely ", "").astype(object)
    return np.where(table["clear"].astype(bool), tiny + words, UNCLEAR)


def barely(row: pd.Series) -> str:
    """'barely ' for a difference that is too small to matter, otherwise empty."""
    return "barely " if abs(row["share"]) < BARELY else ""


def direction(row: pd.Series) -> float:
    """+1 or -1 for a clear difference, otherwise 0."""
    return float(np.sign(row["difference"])) if row["clear"] else 0.0


def in_unit(value: float, outcome: str, digits: int = 2) -> str:
    """A value as tables show it: months with one decimal, everything else with `digits`."""
    months = OUTCOMES[base(outcome)].unit.startswith("months")
    return number(value, min(digits, 1) if months else digits)


def means(row: pd.Series) -> str:
    """'0.75 against 0.55': this scenario's mean and the reference's, with as many decimals as tell
    them apart.
    """
    pair = float(row["scenario_mean"]), float(row["reference_mean"])
    fewest = 1 if OUTCOMES[base(row["outcome"])].unit.startswith("months") else 2
    digits = next((d for d in range(fewest, 6) if number(pair[0], d) != number(pair[1], d)), 4)
    return f"{number(pair[0], digits)} against {number(pair[1], digits)}"


def claim(row: pd.Series, told: str = "") -> str:
    """'trust is higher (0.72 against 0.58)'; only for a clear difference. told: what stands in
    brackets instead of the two means.
    """
    better, worse, _ = SENTENCES[base(row["outcome"])]
    words = worse if row["verdict"].endswith("worse") else better
    return f"{words.format(barely=barely(row))} ({told or means(row)})"


def over_time(average: pd.Series, end: pd.Series, period: str) -> str:
    """One sentence on an outcome's average over the run and its value at the end, which may point
    different ways.
    """
    noun, on_average = (
        SENTENCES[base(end["outcome"])][2],
        f"on average over the {period.removeprefix('one ')}",
    )
    if not average["clear"] and not end["clear"]:
        return sentence(f"{noun} shows {UNCLEAR}, neither {on_average} nor at the end")
    if not average["clear"]:
        return sentence(f"at the end {claim(end)}; {on_average} there is {UNCLEAR}")
    if not end["clear"]:
        return sentence(f"{on_average} {claim(average)}; at the end there is {UNCLEAR}")
    both = f"{on_average} {claim(average)}"
    if average["verdict"] == end["verdict"]:
        return sentence(f"{both}, and at the end as well ({means(end)})")
    if direction(average) == direction(end):
        return sentence(f"{both}; at the end {claim(end)}")
    return sentence(
        f"{both}, but at the end {claim(end)}: the two point different ways, so the answer depends "
        f"on how long one waits"
    )


def together(rows: list[pd.Series]) -> str:
    """A sentence on several outcomes: it states clear differences and names the others as not
    clear.
    """
    clear = [claim(row) for row in rows if row["clear"]]
    rest = [SENTENCES[row["outcome"]][2] for row in rows if not row["clear"]]
    parts = ["; ".join(clear)] if clear else []
    if rest:
        parts.append(f"{UNCLEAR} in {listed(rest, 'or')}")
    return sentence("; ".join(parts))


def digits_of(row: pd.Series) -> int:
    """Decimals that show a difference's interval, two to five."""
    half = (row["high"] - row["low"]) / 2.0
    fewest = 1 if OUTCOMES[base(row["outcome"])].unit.startswith("months") else 3
    return min(5, max(fewest, decimals_for(half) if math.isfinite(half) else fewest))


def difference_in_words(row: pd.Series) -> str:
    """'+0.028 (+0.021 to +0.036)', in the outcome's own unit."""
    digits = digits_of(row)
    ends = f"{signed(row['low'], digits)} to {signed(row['high'], digits)}"
    return f"{signed(row['difference'], digits)} ({ends})"


def share_in_words(row: pd.Series) -> str:
    """The difference as a share of the outcome's range, or of the reference if it has no range."""
    if not math.isfinite(row["share"]):
        return ""
    text = percent(row["share"], 1 if abs(row["share"]) < 0.1 else 0)
    plus = "+" if row["share"] > 0 and text.strip("0.%") else ""
    return f"{plus}{text}{'' if row['ranged'] else ' of the reference'}"
