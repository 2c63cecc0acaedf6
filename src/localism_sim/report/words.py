"""Numbers, intervals, lists and names of outcomes in words: one way to write each."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ..model.outcomes import OUTCOMES, SINCE_THE_START

MINUS = "\N{MINUS SIGN}"


def number(value: float, digits: int | None = None) -> str:
    """A number with the given decimals, otherwise with three significant digits; it has a true
    minus sign, and is never minus zero.
    """
    text = f"{value:.3g}" if digits is None else f"{value:.{digits}f}"
    return text.replace("-", MINUS) if float(text) else text.lstrip("-")


def signed(value: float, digits: int | None = None) -> str:
    """A number with its sign: '+0.12', '−0.03'; zero has no sign."""
    text = number(value, digits)
    return text if text.startswith(MINUS) or not any(c in "123456789" for c in text) else f"+{text}"


def percent(share: float, digits: int = 0) -> str:
    """A share as a percentage; never '-0%'."""
    return f"{number(100.0 * share, digits)}%"


def interval(low: float, high: float, digits: int | None = None) -> str:
    """'0.12 to 0.17'."""
    return f"{number(low, digits)} to {number(high, digits)}"


def decimals_for(half_width: float) -> int:
    """Decimals that show an interval of this half-width with two significant digits."""
    return max(0, 1 - math.floor(math.log10(half_width))) if half_width > 0 else 3


def listed(names: Sequence[str], last: str = "and") -> str:
    """'a', 'a and b', 'a, b and c'; empty for an empty list."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {last} {names[-1]}"


def counted(count: int, one: str, many: str = "") -> str:
    """'1 place', '148 places'."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def sentence(text: str) -> str:
    """The text with a capital letter and a full stop."""
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else ".")


def outcome_title(name: str) -> str:
    """The plain name of an outcome of the model, or of its average over the run; other names
    unchanged.
    """
    known = OUTCOMES.get(name.removesuffix("_mean"))
    if known is None:
        return name
    if name in SINCE_THE_START:
        return known.label + (", since the start" if name == "harm" else "")
    return known.label + (", average over the run" if name.endswith("_mean") else " at the end")


MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def month_name(start: tuple[int, int], later: int = 0) -> str:
    """'May 2010': the calendar name of a month, so many after `start` (year, month 1 to 12)."""
    year, within = divmod(start[1] - 1 + later, 12)
    return f"{MONTHS[within]} {start[0] + year}"


def period(months: int) -> str:
    """'ten years', 'one year', '5 years' or '18 months'."""
    if months == 12:
        return "one year"
    if months % 12:
        return counted(months, "month")
    return "ten years" if months == 120 else counted(months // 12, "year")
