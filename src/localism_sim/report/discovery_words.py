"""A discovery in words: the conditions, how often the outcome then passes the threshold, and how
far to trust them.
"""

from __future__ import annotations

import math

from ..analysis.discovery.boxes import LEVEL, Box
from ..analysis.discovery.search import (
    FEWEST_CASES,
    LEAST_GAIN,
    STABLE,
    Asked,
    Found,
    FoundBox,
)
from ..sweeps.factors import Factor
from .words import listed, number, outcome_title

NUMBERS = ("no", "one", "two", "three", "four", "five")
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")


def limit_in_words(factor: Factor, side: str, limit: float) -> str:
    """'trust > 0.52', 'chain length at most 4', 'free riding on'."""
    if factor.kind == "integer":
        if (factor.low, factor.high) == (0, 1):
            return f"{factor.label} {'on' if side == 'above' else 'off'}"
        return f"{factor.label} at {'least' if side == 'above' else 'most'} {limit:.0f}"
    return f"{factor.label} {'>' if side == 'above' else '<'} {limit:g}"


def conditions(box: Box, factors: tuple[Factor, ...]) -> str:
    """The restrictions of a box as a condition."""
    parts = []
    for factor in factors:
        if factor.name not in box:
            continue
        low, high = box[factor.name]
        if not math.isinf(low) and not math.isinf(high):
            between = (
                f"{factor.label} from {low:g} to {high:g}"
                if low < high
                else f"{factor.label} = {low:g}"
            )
            parts.append(between)
        else:
            parts.append(
                limit_in_words(
                    factor,
                    "above" if math.isinf(high) else "below",
                    low if math.isinf(high) else high,
                )
            )
    return listed(parts)


def share_of(value: float, low: float, high: float) -> str:
    """'83% (78% to 87%)'."""
    return f"{value:.0%} ({low:.0%} to {high:.0%})"


def aim(asked: Asked) -> str:
    """'Spread of innovation at the end exceeds 0.5'."""
    return (
        f"{outcome_title(asked.outcome)} {'exceeds' if asked.above else 'stays below'} "
        f"{asked.threshold:g}"
    )


def lower_first(text: str) -> str:
    """The text without its initial capital."""
    return text[0].lower() + text[1:]


def of_box(found: Found, number_of: int) -> str:
    """The sentence about a box (1 for the first), judged on points that did not help to find it."""
    boxes = found.discovery.boxes
    box, held = boxes[number_of - 1], boxes[number_of - 1].held_out
    often, adds = (
        share_of(held.density, held.density_low, held.density_high),
        share_of(held.coverage, held.coverage_low, held.coverage_high),
    )
    condition = conditions(box.box, found.discovery.factors)
    if number_of == 1:
        name = "Box 1: " if len(boxes) > 1 else ""
        return (
            f"{name}{aim(found.asked)} in {often} of runs with {condition}; these hold "
            f"{adds} of all such runs. Everywhere, {held.base:.0%} of runs do."
        )
    return (
        f"Box {number_of}: {outside_earlier(number_of)}, the same holds in {often} of runs with "
        f"{condition}; these add {adds} of all such runs."
    )


def outside_earlier(number_of: int) -> str:
    """'outside box 1', 'outside boxes 1 and 2'."""
    return (
        f"outside box{'es' if number_of > 2 else ''} "
        f"{listed([str(each) for each in range(1, number_of)])}"
    )


def boxes_together(found: Found) -> str:
    """How several boxes do as one."""
    count, held = len(found.discovery.boxes), found.discovery.together
    return (
        f"Together the {NUMBERS[count]} boxes hold "
        f"{share_of(held.coverage, held.coverage_low, held.coverage_high)} of all "
        f"such runs, and {share_of(held.density, held.density_low, held.density_high)} of the runs "
        f"in them are such runs. The other "
        f"{1 - held.coverage:.0%} lie in no box."
    )


def why_no_more(found: Found) -> str:
    """Why no further box is reported."""
    discovery = found.discovery
    count = len(discovery.boxes)
    another = f"A {ORDINALS[count]} box is not warranted"
    if discovery.ended == "asked":
        many = "One box was" if count == 1 else f"{NUMBERS[count].capitalize()} boxes were"
        return (
            f"{many} asked for (experiment.boxes={count}): whether the rest holds another was "
            f"not looked at."
        )
    if discovery.ended == "unconfirmed":
        return "No second box was sought, because the held-out points do not confirm the first."
    if discovery.ended == "few":
        return f"{another}: {outside_earlier(count + 1)} {too_few(found)}"
    if discovery.refused is None:
        prim = discovery.method == "prim"
        none = "the points support no condition" if prim else "the tree has no other leaf"
        outside = outside_earlier(count + 1)
        return f"{another}: {outside} {none} in which it is more frequent than everywhere."
    return f"{another}. {why_refused(found, discovery.refused)}"


def too_few(found: Found) -> str:
    """How few points of one kind the boxes leave."""
    left = found.discovery.share[found.discovery.in_box == 0]
    cases = left.sum() < FEWEST_CASES
    some = left.sum() if cases else (1.0 - left).sum()
    return (
        f"there are only {some:.0f} {'cases' if cases else 'exceptions'} in {len(left):,} "
        f"points, too few to tell a box from luck."
    )


def why_refused(found: Found, refused: FoundBox) -> str:
    """The best further box, and why it is not reported."""
    held, ended = refused.held_out, found.discovery.ended
    best = (
        f"Of the runs that are left the best box is "
        f"{conditions(refused.box, found.discovery.factors)}, but"
    )
    density = share_of(held.density, held.density_low, held.density_high)
    if ended == "base":
        return (
            f"{best} {density} of the runs in it are such runs: not clearly more than the "
            f"{held.base:.0%} of all runs."
        )
    if ended == "thin":
        return (
            f"{best} {density} of the runs in it are such runs: clearly less than the "
            f"{found.asked.density:.0%} asked for."
        )
    return (
        f"{best} it would add only {held.coverage:.0%} of all such runs; a further box has to "
        f"add at least {LEAST_GAIN:.0%}."
    )


def no_box(found: Found) -> str:
    """The answer if no box was found."""
    values, name = found.runs[found.asked.outcome], outcome_title(found.asked.outcome)
    spread = (
        f"{name} lies between {number(values.min())} and {number(values.max())}, with median "
        f"{number(values.median())}"
    )
    if found.discovery.few:
        return nothing_in_few(found, spread)
    if found.discovery.method == "prim":
        none = f"no restriction is supported (quasi-p up to {LEVEL:g})"
        hidden = (
            " or that peeling one side at a time does not reach (experiment.method=cart looks in "
            "another way)"
        )
    else:
        none, hidden = "the pruned tree has no branches", ""
    return (
        f"No box: {found.discovery.share.mean():.0%} of runs are of interest, but {none}. "
        f"{spread}. Either what varies here does "
        f"not matter for it, or it matters in ways that no box can show{hidden}."
    )


def nothing_in_few(found: Found, spread: str) -> str:
    """The answer if nearly all runs, or nearly none, pass the threshold."""
    share = found.discovery.share
    rate = float(share.mean())
    if rate in (0, 1):
        whole, more = f"{'No' if rate == 0 else 'Every'} run is", ""
    else:
        whole = f"{'Only ' if rate < 0.5 else ''}{rate:.2%} of runs are"
        more = (
            f" About {math.ceil(FEWEST_CASES / min(rate, 1 - rate)):,} points would be needed "
            f"(experiment.samples)."
        )
    return (
        f"{whole} of interest: {lower_first(spread)} over "
        f"{len(share):,} points. With fewer than {FEWEST_CASES} "
        f"cases, or fewer than {FEWEST_CASES} exceptions, no box can be told from luck. "
        f"Another experiment.threshold would divide them.{more}"
    )


def trust_in(found: Found, box: FoundBox) -> list[str]:
    """How far the box may be trusted."""
    lines = [
        f"On the points that found it the share is {box.found_on.density:.0%}; the numbers above "
        f"are of the {box.held_out.points:,} points held out."
    ]
    if not box.confirmed:
        lines.append(
            f"The held-out points do not confirm it: their interval reaches down to "
            f"{box.held_out.density_low:.0%}, and {box.held_out.base:.0%} of "
            "all are of interest. Do not rely on this box."
        )
    lines += stability(found, box)
    weak = [row for row in box.restrictions.itertuples() if row.p > LEVEL]
    if weak:
        lines.append(
            f"Not supported by the held-out points alone (p > {LEVEL:g}): "
            f"{limits_in_words(found, weak)}."
        )
    return lines


def stability(found: Found, box: FoundBox) -> list[str]:
    """How often each restriction returns when a random half of the points is searched anew."""
    rows = [row for row in box.restrictions.itertuples() if not math.isnan(row.returns)]
    if not rows:
        return []
    halves = found.discovery.halves
    labels = {factor.name: factor.label for factor in found.discovery.factors}
    said = [
        f"{row.returns * halves:.0f} find {labels[row.name]} "
        f"{'above' if row.side == 'above' else 'below'} a limit"
        + (f" ({row.limit_low:.3g} to {row.limit_high:.3g})" if row.returns > 0 else "")
        for row in rows
    ]
    lines = [f"Of {halves} random halves of the points, {listed(said)}."]
    loose = [row for row in rows if row.returns < STABLE]
    if len(loose) == len(rows):
        lines.append(
            "Not a stable box: none of its restrictions comes back reliably when the points change."
        )
    elif loose:
        lines.append(
            f"Not stable, as it returns in fewer than {STABLE:.0%} of the halves: "
            f"{limits_in_words(found, loose)}."
        )
    return lines


def limits_in_words(found: Found, rows: list) -> str:
    """Restrictions as a list in words."""
    factors = {factor.name: factor for factor in found.discovery.factors}
    return listed([limit_in_words(factors[row.name], row.side, row.limit) for row in rows])


def points_on_both_sides(found: Found) -> str:
    """How many points have runs on both sides of the threshold."""
    share, seeds = found.discovery.share, len(found.asked.seeds)
    if seeds < 2:
        return (
            "One seed a point: luck cannot be told from conditions, so the density of any box "
            "is held down by it."
        )
    mixed = float(((share > 0) & (share < 1)).mean())
    return (
        f"At {mixed:.0%} of the points the {seeds} seeds disagree: there luck decides, and no "
        f"box can be pure."
    )


def answer(found: Found) -> list[list[str]]:
    """The answer: each sentence with those that say how far to trust it."""
    boxes, density = found.discovery.boxes, found.asked.density
    if not boxes:
        return [[no_box(found)]]
    answer = [
        [of_box(found, number_of), *trust_in(found, box)] for number_of, box in enumerate(boxes, 1)
    ]
    for said, box in zip(answer, boxes):
        if density is not None and box.held_out.density < density:
            said.append(
                f"A density of {density:.0%} was asked for and is not reached on the held-out "
                f"points."
            )
    return [
        *answer,
        *([[boxes_together(found)]] if len(boxes) > 1 else []),
        [why_no_more(found)],
        [points_on_both_sides(found)],
    ]


def sentences(found: Found) -> list[str]:
    """The answer, sentence by sentence."""
    return [sentence for each in answer(found) for sentence in each]
