"""Columns and tables of results in words, for people who read them in a spreadsheet."""

from __future__ import annotations

from ..model.outcomes import OUTCOMES
from ..model.parameters import FIELDS
from .words import outcome_title

TITLES = {
    "runs": "Runs: outcomes of every run at its end",
    "contrasts": "Contrasts: paired differences between scenarios",
    "places": "Places by name: outcomes at the end and differences in quality",
    "months": "Months: mean outcomes of each scenario, month by month",
    "effects": "Effects of reforms, of autonomy and of both together",
    "elsewhere": "Runs on the other grounds",
    "differences": "Differences of each combination from the first",
    "indices": "Sensitivity indices",
    "points": "Points of the design",
}
MEANINGS = {
    "scenario": "the scenario that was run",
    "reference": "the scenario that others are compared with",
    "seed": "the seed of the run; the same seed gives every scenario the same luck",
    "outcome": "the outcome that the row is about",
    "overrides": "the combination's settings",
    "place_id": "the place's code",
    "place": "the place's name",
    "month": "number of the month, from 1",
    "date": "calendar month",
    "run": "number of the run",
    "point": "number of the point of the design",
    "difference": "mean of the paired differences over seeds",
    "low": "lower end of the 95% interval",
    "high": "upper end of the 95% interval",
    "saved": "share of the variance of the difference that pairing saved",
    "pairs": "number of pairs of runs",
    "clear": "whether the 95% interval leaves out zero",
    "share": "the difference as a share of the outcome's range",
    "share_low": "lower end of the interval of that share",
    "share_high": "upper end of the interval of that share",
    "ranged": "whether the outcome has a range; if not, shares are of the reference",
    "verdict": "what the difference means for citizens",
    "for_citizens": "what the difference in quality means for citizens",
    "quality_difference": "quality less that of the first scenario",
    "quality_low": "lower end of the 95% interval of that difference",
    "quality_high": "upper end of the 95% interval of that difference",
    "reference_mean": "mean over runs of the reference",
    "scenario_mean": "mean over runs of the scenario",
    "first_mean": "mean over runs of the first combination",
    "mean": "mean over runs",
    "effect": "the difference in standard deviations of the runs",
}
ENDS = {"_low": "lower end of interval", "_high": "upper end of interval"}


def heading(name: str) -> str:
    """A column's name as a heading without underscores: the title of an outcome, otherwise its own
    words.
    """
    if name.removesuffix("_mean") in OUTCOMES:
        return outcome_title(name)
    for ending, words in ENDS.items():
        if name.removesuffix(ending) in OUTCOMES:
            return f"{OUTCOMES[name.removesuffix(ending)].label}, {words}"
    words = name.replace("_", " ").strip() or "value"
    return words[:1].upper() + words[1:]


def meaning(name: str) -> str:
    """What a column holds; empty if no meaning is documented."""
    known = OUTCOMES.get(name.removesuffix("_mean"))
    if name in MEANINGS:
        return MEANINGS[name]
    if known:
        average = ", average over the run" if name.endswith("_mean") else ""
        return f"{known.meaning} ({known.unit}{average})"
    for ending, words in ENDS.items():
        if name.removesuffix(ending) in OUTCOMES:
            return f"95% interval over runs: {words}"
    if name in FIELDS:
        return f"{FIELDS[name].metadata['meaning']} ({FIELDS[name].metadata['unit']})"
    return ""
