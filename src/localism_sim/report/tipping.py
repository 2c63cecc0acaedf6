"""A tipping map in words: where the threshold is crossed, how certain that is, and whether the way
back is the same.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ..analysis.tipping.crossing import Crossing, Curve
from ..model.parameters import FIELDS
from .blocks import Block, Heading, Paragraph, Span, Table, Words, code, em
from .words import counted, listed, number, outcome_title

if TYPE_CHECKING:
    from ..analysis.tipping.answer import Tipping
    from ..analysis.tipping.hysteresis import Hysteresis


def shown_level(found: Tipping, level: float) -> str:
    """A level of the lever, rounded to a two-hundredth of its range."""
    if found.lever.kind == "integer":
        return f"{level:.0f}"
    return number(level, max(0, 2 - math.floor(math.log10(found.lever.high - found.lever.low))))


def level_of(found: Tipping, crossing: Crossing) -> str:
    """Where the mean crosses."""
    if math.isnan(crossing.level):
        return "not sure"
    if found.lever.kind == "integer" and crossing.level != int(crossing.level):
        return f"between {math.floor(crossing.level)} and {math.ceil(crossing.level)}"
    return shown_level(found, crossing.level)


def interval(found: Tipping, crossing: Crossing) -> str:
    """The 95% interval; where an end of the range is undecided, it continues beyond the range."""
    low, high = (
        (math.floor(crossing.low), math.ceil(crossing.high))
        if found.lever.kind == "integer"
        else (crossing.low, crossing.high)
    )
    left = "the lower end of the range" if crossing.before == 0 else shown_level(found, low)
    right = "the upper end of the range" if crossing.after == 0 else shown_level(found, high)
    return f"{left} to {right}"


def direction(crossing: Crossing) -> str:
    """Which way the outcome goes as the lever rises."""
    if crossing.certain:
        return "rises above" if crossing.after > 0 else "falls below"
    return "undecided" if crossing.before * crossing.after == 0 else "touches, may not cross"


def one_crossing(found: Tipping, crossing: Crossing) -> str:
    """A crossing in half a sentence."""
    where = (
        f"{found.lever.label} = {level_of(found, crossing)}"
        if found.lever.kind == "real"
        else f"{found.lever.label} {level_of(found, crossing)}"
    )
    if crossing.certain:
        return (
            f"it {direction(crossing)} {found.threshold:g} at {where} (95% interval "
            f"{interval(found, crossing)})"
        )
    if crossing.before * crossing.after > 0:
        return (
            f"it comes so close to {found.threshold:g} from {interval(found, crossing)} that "
            f"these seeds cannot tell whether it crosses"
        )
    side = crossing.before or crossing.after
    kind = (
        ""
        if side == 0
        else f"; it is clearly {'above' if side > 0 else 'below'} only "
        f"{'before' if crossing.before else 'after'} that"
    )
    return (
        f"from {interval(found, crossing)} it cannot be told from {found.threshold:g} with "
        f"these seeds{kind}"
    )


def value_at(found: Tipping, curve: Curve, position: int) -> str:
    """'0.23 (0.17 to 0.29) at autonomy = 0'."""
    return (
        f"{number(curve.mean[position])} (95% interval {number(curve.low[position])} to "
        f"{number(curve.high[position])}) at {found.lever.label} = "
        f"{shown_level(found, curve.levels[position])}"
    )


def of_curve(found: Tipping, curve: Curve) -> list[str]:
    """What a curve shows."""
    crossings, name = curve.crossings(), outcome_title(found.outcome)
    ends = f"{value_at(found, curve, 0)}; {value_at(found, curve, len(curve.levels) - 1)}"
    if not crossings:
        above = curve.side(0) > 0
        nearest = int(abs(curve.mean - curve.threshold).argmin())
        lines = [
            f"No crossing in the range: {name} is {'above' if above else 'below'} "
            f"{found.threshold:g} at every level of {found.lever.label} that was "
            f"tried: {ends}. It comes nearest with {value_at(found, curve, nearest)}."
        ]
    elif len(crossings) == 1:
        lines = [
            f"{name}, as {found.lever.label} goes up: {one_crossing(found, crossings[0])}. At the "
            f"ends of the range: {ends}."
        ]
    else:
        lines = [
            f"{name} meets {found.threshold:g} {len(crossings)} times as {found.lever.label} goes "
            f"up: "
            + "; then ".join(one_crossing(found, crossing) for crossing in crossings)
            + f". At the ends of the range: {ends}."
        ]
    return [*lines, *not_monotone(found, curve)]


def not_monotone(found: Tipping, curve: Curve) -> list[str]:
    """That a curve both rises and falls, if it clearly does."""
    turns = curve.turns()
    if turns is None:
        return []
    (a, b), (c, d) = turns
    return [
        f"The curve is not monotone: it clearly rises between {found.lever.label} "
        f"{shown_level(found, a)} and {shown_level(found, b)}, and "
        f"clearly falls between {shown_level(found, c)} and {shown_level(found, d)}."
    ]


def first_and_last(
    found: Tipping, one: tuple[float, Crossing], other: tuple[float, Crossing]
) -> str:
    """Where the outcome crosses at the first and the last value of the second parameter that have
    one crossing, and whether it clearly moves.
    """
    assert found.across is not None
    (first, start), (last, end) = one, other
    said = (
        f"{outcome_title(found.outcome)} crosses {found.threshold:g} at {found.lever.label} "
        f"{level_of(found, start)} ({interval(found, start)}) where {found.across.label} is "
        f"{first:.3g}"
    )
    if first == last:
        return f"{said}."
    apart = start.high < end.low or end.high < start.low
    moves = "The crossing clearly moves." if apart else "These intervals overlap, so no clear move."
    return (
        f"{said}, and at {level_of(found, end)} ({interval(found, end)}) where it is {last:.3g}. "
        f"{moves}"
    )


def over_values(found: Tipping) -> list[str]:
    """How the crossing moves with the second parameter."""
    assert found.across is not None
    sure = [
        (value, [c for c in curve.crossings() if c.certain])
        for value, curve in zip(found.values, found.curves)
    ]
    once = [(value, crossings[0]) for value, crossings in sure if len(crossings) == 1]
    lines = [first_and_last(found, once[0], once[-1])] if once else []
    for words, chosen in (
        ("no clear crossing", [value for value, crossings in sure if not crossings]),
        ("more than one", [value for value, crossings in sure if len(crossings) > 1]),
    ):
        if chosen:
            lines.append(
                f"There is {words} where {found.across.label} is "
                f"{listed([f'{value:.3g}' for value in chosen])}."
            )
    bent = [value for value, curve in zip(found.values, found.curves) if curve.turns() is not None]
    if bent:
        where = listed([f"{value:.3g}" for value in bent])
        lines.append(
            f"The curve is not monotone (it clearly rises and clearly falls) where "
            f"{found.across.label} is {where}."
        )
    return lines


def hysteresis_in_words(found: Tipping, way: Hysteresis) -> list[str]:
    """Whether the way back is the same."""
    memory, loop = way.memory, way.loop
    name, lever = (
        outcome_title(found.outcome.removesuffix("_mean")).removesuffix(" at the end").lower(),
        found.lever.label,
    )
    moved = f"after {lever} went up to {shown_level(found, way.levels[-1])} and down again, {name}"
    size = (
        f"{number(abs(memory[0]))} {'higher' if memory[0] > 0 else 'lower'} (95% interval "
        f"{number(memory[1])} to {number(memory[2])})"
    )
    if memory[1] > 0 or memory[2] < 0:
        lines = [
            f"The way back is not the same: {moved} is on average {size} than in runs that stayed "
            f"at the same level all along, same month and seeds."
        ]
    else:
        lines = [
            f"The way back is the same as far as can be told: {moved} differs by "
            f"{number(memory[0])} (95% interval {number(memory[1])} to "
            f"{number(memory[2])}) from runs that stayed at the same level all along."
        ]
    lines.append(
        f"The loop itself (way down less way up, mean over levels) is {number(loop[0])} (95% "
        f"interval {number(loop[1])} to {number(loop[2])}); "
        f"part of it is time alone, as the way down comes later. {way.hold} months at each of "
        f"{len(way.levels)} levels: slower steps may close it."
    )
    return lines


def sentences(found: Tipping) -> list[str]:
    """The whole answer."""
    lines = over_values(found) if found.across is not None else of_curve(found, found.curves[0])
    return [
        *lines,
        *(
            hysteresis_in_words(found, found.hysteresis)
            if found.hysteresis is not None
            else [found.no_hysteresis]
        ),
    ]


def crossings_table(found: Tipping) -> Table:
    """The crossings for each value of the second parameter."""
    assert found.across is not None
    rows: list[tuple[Words, ...]] = []
    for value, curve in zip(found.values, found.curves):
        crossings = curve.crossings()
        rows += [
            (
                f"{value:.3g}",
                level_of(found, crossing),
                interval(found, crossing),
                direction(crossing),
            )
            for crossing in crossings
        ]
        if not crossings:
            side = "always above" if curve.side(0) > 0 else "never above"
            rows.append((f"{value:.3g}", "none", "", side))
    head = (found.across.label, found.lever.label, "95% interval", "as it rises")
    return Table(head, tuple(rows), f"Where {found.outcome} crosses {found.threshold:g}")


def question_in_words(found: Tipping) -> Words:
    """The question in a sentence."""
    lever = FIELDS[found.lever.name].metadata
    across: tuple = ()
    if found.across is not None:
        across = (
            f", for {len(found.values)} values of ",
            em(found.across.label),
            f" ({found.across.meaning})",
        )
    return (
        "At which level of ",
        em(found.lever.label),
        f" ({lever['meaning']}; {lever['unit']}), from {found.lever.low:g} to "
        f"{found.lever.high:g}, does ",
        em(outcome_title(found.outcome)),
        f" cross {found.threshold:g}",
        *across,
        f"? {counted(found.seeds, 'seed')}, the same at every level; "
        f"{counted(found.months, 'month')}.",
    )


def how_it_was_found(found: Tipping) -> tuple[Block, ...]:
    """The search, what its intervals cover, and which file holds what."""
    return (
        Heading("How it was found"),
        Paragraph(
            f"{len(found.curves[0].grid)} even levels first, so that a curve that rises and falls "
            "is seen; then bisection on the same seeds wherever the mean, or an end of its 95% "
            "interval (Student's t over seeds), crosses the threshold. The interval of a crossing "
            "holds every level at which the interval of the mean holds the threshold. Two "
            "crossings between neighbouring levels of the grid would be missed: experiment.grid "
            "sets how many there are."
        ),
        Paragraph(
            "The intervals cover chance inside the model. They do not cover doubt about the model."
        ),
        Paragraph((code("levels.csv"), " holds every level that was run", *file_names(found))),
    )


def file_names(found: Tipping) -> tuple[Span | str, ...]:
    """Which file holds what, after the levels."""
    crossings = (", ", code("crossings.csv"), " the crossings")
    if found.hysteresis is None:
        return (*crossings, ".")
    branches = ", ", code("hysteresis.csv"), " both branches and the runs that stayed."
    return (*crossings, *branches)
