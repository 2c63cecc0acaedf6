"""Replications by need in words: the interval, how it narrowed, and what pairing saved."""

from __future__ import annotations

import pandas as pd

from ..analysis.replication import COCHRAN, FIRST, IN_A_ROW, Replications, needed
from .blocks import Table, Words, em, strong
from .words import decimals_for, number, outcome_title, percent


def shown(found: Replications, value: float) -> str:
    """A number with as many decimals as the final interval warrants."""
    return number(value, decimals_for(found.last.half_width or found.half_width))


def subject(found: Replications) -> str:
    """What the interval is of."""
    one, *other = (scenario.title for scenario in found.scenarios)
    return f"{outcome_title(found.outcome)}: {one}" + (f" less {other[0]}" if other else "")


def saved_in_words(saved: float, pairs: int) -> str:
    """What pairing saved, in a sentence: the share of the variance, and how many seeds it stands
    for.
    """
    if saved < 0.005:
        more = f"made it {percent(-saved)} larger" if saved <= -0.005 else "saved none of it"
        return (
            f"{pairs} paired seeds; pairing {more} here: the two do not share their luck in "
            f"this outcome."
        )
    if saved > 0.9995:
        return (
            f"{pairs} paired seeds; pairing saved practically all of the variance of the "
            f"difference."
        )
    return (
        f"{pairs} paired seeds; pairing saved {percent(saved, 0 if saved < 0.99 else 1)} of the "
        f"variance of the difference: with separate luck it would have taken about "
        f"{round(pairs / (1.0 - saved)):,} seeds for each."
    )


def sentences(found: Replications) -> list[str]:
    """The answer, what pairing saved, and what to do if the width was not reached."""
    last, others = found.last, found.scenarios[1:]
    sure = (
        ""
        if not others
        else " The interval leaves out zero."
        if last.low > 0 or last.high < 0
        else " The interval includes zero: no clear difference."
    )
    lines = [
        f"{subject(found)} is {shown(found, last.mean)} (95% interval {shown(found, last.low)} to "
        f"{shown(found, last.high)}), from {last.count:,} "
        f"{'pairs of runs' if others else 'runs'}.{sure}"
    ]
    contrast = found.contrast
    if contrast is not None:
        lines.append(saved_in_words(contrast.saved, contrast.pairs))
    if not found.reached:
        lines.append(
            f"Not yet within ±{found.half_width:g}: {last.count:,} seeds give "
            f"±{shown(found, last.half_width)}; it would take about "
            f"{needed(last, found.half_width):,}. Give "
            f"experiment.most={2 * needed(last, found.half_width)} or a wider "
            f"experiment.half_width."
        )
    return lines


def looks_frame(found: Replications) -> pd.DataFrame:
    """A row for each look."""
    return pd.DataFrame(
        [
            {
                "seeds": look.count,
                "mean": look.mean,
                "low": look.low,
                "high": look.high,
                "half_width": look.half_width,
                "skewness": look.skewness,
                "met": look.met,
            }
            for look in found.looks
        ]
    )


def looks_table(found: Replications) -> Table:
    """The looks, as they are read."""
    rows = tuple(
        (
            f"{look.count:,}",
            shown(found, look.mean),
            f"{shown(found, look.low)} to {shown(found, look.high)}",
            shown(found, look.half_width),
        )
        for look in found.looks
    )
    head = ("Seeds", "Mean", "95% interval", "half-width")
    return Table(head, rows, "Mean and 95% interval as seeds were added", "rrrr")


def question_in_words(found: Replications) -> Words:
    """The question in a sentence."""
    one, *other = found.scenarios
    compared: tuple = (" less that under ", strong(f"“{other[0].title}”")) if other else ()
    return (
        "How large is ",
        em(outcome_title(found.outcome)),
        " under ",
        strong(f"“{one.title}”"),
        *compared,
        f"? Seeds were added until the 95% interval was within ±{found.half_width:g}, at most "
        f"{found.most:,}; {found.months} months each.",
    )


def how_it_stopped(found: Replications) -> str:
    """The rule, with its sources."""
    return (
        f"No interval was believed before {FIRST} seeds. Skewness g asks for {COCHRAN:g} g² seeds "
        f"or more (Cochran 1977); here g = {number(found.last.skewness)}. The interval had to be "
        f"narrow enough at {IN_A_ROW} looks in a row, a tenth more seeds apart (Hoad, Robinson & "
        "Davies 2010), and is corrected for skewness (Willink 2005). In simulations such intervals "
        "hold the true mean 93 to 95 times in 100 for moderately skewed values, and about 91 times "
        "for heavy tails."
    )
