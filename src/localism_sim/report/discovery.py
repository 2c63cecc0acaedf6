"""Discovery in words: the conditions, how often they hold what was asked for, and how far to trust
them.
"""

from __future__ import annotations

import math

import pandas as pd

from ..analysis.discovery.boxes import LEVEL, Box
from ..analysis.discovery.search import (
    FEWEST_CASES,
    HELD_OUT,
    LEAST_GAIN,
    STABLE,
    Asked,
    Found,
    FoundBox,
)
from ..sweeps.factors import Factor
from .blocks import (
    Block,
    Figure,
    Heading,
    Paragraph,
    Points,
    Report,
    Table,
    Words,
    code,
    points,
)
from .words import counted, listed, number, outcome_title, percent

METHODS = {
    "prim": "PRIM (Friedman & Fisher 1999; Bryant & Lempert 2010), peeling as in the EMA workbench",
    "cart": "a regression tree (CART, Breiman et al. 1984) of scikit-learn, pruned by "
    "cross-validation",
}
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
    """The box as a condition."""
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
    """Without its capital."""
    return text[0].lower() + text[1:]


def of_box(found: Found, number_of: int) -> str:
    """The sentence about a box (1 for the first), on points that did not help to find it."""
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
        f"Box {number_of}: {before(number_of)}, the same holds in {often} of runs with "
        f"{condition}; these add {adds} of all such runs."
    )


def before(number_of: int) -> str:
    """'outside box 1', 'outside boxes 1 and 2'."""
    return (
        f"outside box{'es' if number_of > 2 else ''} "
        f"{listed([str(each) for each in range(1, number_of)])}"
    )


def together(found: Found) -> str:
    """What several boxes hold as one."""
    count, held = len(found.discovery.boxes), found.discovery.together
    return (
        f"Together the {NUMBERS[count]} boxes hold "
        f"{share_of(held.coverage, held.coverage_low, held.coverage_high)} of all "
        f"such runs, and {share_of(held.density, held.density_low, held.density_high)} of the runs "
        f"in them are such runs. The other "
        f"{1 - held.coverage:.0%} lie in no box."
    )


def why_no_more(found: Found) -> str:
    """Why there is no further box."""
    discovery, asked = found.discovery, found.asked
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
        left = discovery.share[discovery.in_box == 0]
        kind, some = (
            ("cases", left.sum())
            if left.sum() < FEWEST_CASES
            else ("exceptions", (1.0 - left).sum())
        )
        return (
            f"{another}: {before(count + 1)} there are only {some:.0f} {kind} in {len(left):,} "
            f"points, too few to tell a box from luck."
        )
    if discovery.refused is None:
        none = (
            "the points support no condition"
            if discovery.method == "prim"
            else "the tree has no other leaf"
        )
        return (
            f"{another}: {before(count + 1)} {none} in which it is more frequent than everywhere."
        )
    held = discovery.refused.held_out
    best = (
        f"{another}. Of the runs that are left the best box is "
        f"{conditions(discovery.refused.box, discovery.factors)}, but"
    )
    density = share_of(held.density, held.density_low, held.density_high)
    if discovery.ended == "base":
        return (
            f"{best} {density} of the runs in it are such runs: not clearly more than the "
            f"{held.base:.0%} of all runs."
        )
    if discovery.ended == "thin":
        return (
            f"{best} {density} of the runs in it are such runs: clearly less than the "
            f"{asked.density:.0%} asked for."
        )
    return (
        f"{best} it would add only {held.coverage:.0%} of all such runs; a further box has to "
        f"add at least {LEAST_GAIN:.0%}."
    )


def nothing(found: Found) -> list[str]:
    """An honest answer where there is nothing to find."""
    share, values = found.discovery.share, found.runs[found.asked.outcome]
    rate, name = float(share.mean()), outcome_title(found.asked.outcome)
    spread = (
        f"{name} lies between {number(values.min())} and {number(values.max())}, with median "
        f"{number(values.median())}"
    )
    if found.discovery.few:
        whole = (
            "No run"
            if rate == 0
            else "Every run"
            if rate == 1
            else f"{'Only ' if rate < 0.5 else ''}{rate:.2%} of runs"
        )
        more = (
            ""
            if rate in (0, 1)
            else f" About {math.ceil(FEWEST_CASES / min(rate, 1 - rate)):,} points would be needed "
            f"(experiment.samples)."
        )
        return [
            f"{whole} {'is' if rate in (0, 1) else 'are'} of interest: {lower_first(spread)} over "
            f"{len(share):,} points. With fewer than {FEWEST_CASES} "
            f"cases, or fewer than {FEWEST_CASES} exceptions, no box can be told from luck. "
            f"Another experiment.threshold would divide them.{more}"
        ]
    prim = found.discovery.method == "prim"
    none = (
        f"no restriction is supported (quasi-p up to {LEVEL:g})"
        if prim
        else "the pruned tree has no branches"
    )
    hidden = (
        " or that peeling one side at a time does not reach (experiment.method=cart looks in "
        "another way)"
        if prim
        else ""
    )
    return [
        f"No box: {rate:.0%} of runs are of interest, but {none}. {spread}. Either what varies "
        f"here does "
        f"not matter for it, or it matters in ways that no box can show{hidden}."
    ]


def trust_in(found: Found, box: FoundBox) -> list[str]:
    """How far the box may be trusted."""
    discovery, factors = (
        found.discovery,
        {factor.name: factor for factor in found.discovery.factors},
    )
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
    rows = [row for row in box.restrictions.itertuples() if not math.isnan(row.returns)]
    if rows:
        lines.append(
            f"Of {discovery.halves} random halves of the points, "
            + listed(
                [
                    f"{row.returns * discovery.halves:.0f} find {factors[row.name].label} "
                    f"{'above' if row.side == 'above' else 'below'} a limit"
                    + (f" ({row.limit_low:.3g} to {row.limit_high:.3g})" if row.returns > 0 else "")
                    for row in rows
                ]
            )
            + "."
        )
        loose = [
            limit_in_words(factors[row.name], row.side, row.limit)
            for row in rows
            if row.returns < STABLE
        ]
        if len(loose) == len(rows):
            lines.append(
                "Not a stable box: none of its restrictions comes back reliably when the points "
                "change."
            )
        elif loose:
            lines.append(
                f"Not stable, as it returns in fewer than {STABLE:.0%} of the halves: "
                f"{listed(loose)}."
            )
    weak = [
        limit_in_words(factors[row.name], row.side, row.limit)
        for row in box.restrictions.itertuples()
        if row.p > LEVEL
    ]
    if weak:
        lines.append(f"Not supported by the held-out points alone (p > {LEVEL:g}): {listed(weak)}.")
    return lines


def luck(found: Found) -> str:
    """How many points have runs on both sides."""
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


def told(found: Found) -> list[list[str]]:
    """The answer: each sentence with those that say how far to trust it."""
    boxes, density = found.discovery.boxes, found.asked.density
    if not boxes:
        return [nothing(found)]
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
        *([[together(found)]] if len(boxes) > 1 else []),
        [why_no_more(found)],
        [luck(found)],
    ]


def sentences(found: Found) -> list[str]:
    """The answer, sentence by sentence."""
    return [sentence for each in told(found) for sentence in each]


def halves_cells(row) -> tuple[str, str]:
    """In which share of the halves a restriction returns, and where its limit lies there."""
    if math.isnan(row.returns):
        return "–", "–"
    limits = "–" if math.isnan(row.limit_low) else f"{row.limit_low:.3g} to {row.limit_high:.3g}"
    return percent(row.returns), limits


def restrictions_table(found: Found, box: FoundBox) -> Table:
    """A box, restriction by restriction."""
    factors = {factor.name: factor for factor in found.discovery.factors}
    rows: list[tuple[Words, ...]] = []
    for row in box.restrictions.itertuples():
        factor = factors[str(row.name)]
        rows.append(
            (
                limit_in_words(factor, str(row.side), float(row.limit)),
                f"{factor.low:g} to {factor.high:g}",
                f"{row.p:.2g}",
                *halves_cells(row),
                factor.meaning,
            )
        )
    head = (
        "condition",
        "range looked at",
        "p (held out)",
        "returns",
        "limit in the halves",
        "what it is",
    )
    return Table(head, tuple(rows), align="llrrll")


def how_it_was_asked(found: Found) -> str:
    """Points, seeds, months, and what was varied."""
    varied = ", ".join(
        f"{factor.label} ({factor.low:g} to {factor.high:g})" for factor in found.discovery.factors
    )
    return (
        f"{len(found.discovery.points):,} points that fill the space of "
        f"{counted(len(found.discovery.factors), 'parameter')} evenly (a scrambled Sobol "
        f"sequence), {counted(len(found.asked.seeds), 'seed')} each, the same at every point; "
        f"{counted(found.months, 'month')}. Varied: {varied}."
    )


def columns_in_words(found: Found) -> str:
    """How p and returns are read."""
    several = (
        ", in the box of that half that has the most points in common with this one"
        if len(found.discovery.boxes) > 1
        else ""
    )
    return (
        "p: how likely the held-out points would hold so many cases in the box if this side of it "
        "made no difference (binomial test of Bryant & Lempert 2010, a point counted once). "
        "Returns: in how many random halves of the points the search finds this side "
        f"again{several}."
    )


def how_it_was_found(found: Found) -> tuple[Block, ...]:
    """The search, its measures and what they do not say."""
    density = found.asked.density
    step = (
        "The step taken on the trajectory is the one where coverage of cases most exceeds coverage "
        "of all else (Youden 1950)."
        if density is None
        else f"The step taken is the first with a density of {percent(density)}."
    )
    more = further(found)
    return (
        Heading("How it was found"),
        Paragraph(
            f"By {METHODS[found.discovery.method]}. {percent(1 - HELD_OUT)} of the points find "
            f"boxes, {percent(HELD_OUT)} judge them. Density: share of the runs in the box that "
            "are of interest. Coverage: share of all runs of interest that lie in the box. "
            "Intervals are Wilson's, 95%, with a point counted once however many seeds it has. "
            f"{step}"
        ),
        *((Paragraph(more),) if more else ()),
        Paragraph(
            "The shares are shares of the ranges that were looked at, not chances in the world: "
            "another range gives another density."
        ),
        Paragraph(
            (
                code("points.csv"),
                " holds every point with its share of runs of interest and its box (0: none); ",
                code("boxes.csv"),
                ", ",
                code("restrictions.csv"),
                " and ",
                code("trajectory.csv"),
                " hold the rest, ",
                code("trajectory.csv"),
                " also the search that ended without a box.",
            )
        ),
    )


def box_title(found: Found, number_of: int) -> str:
    """'The box', or 'Box 2' where there are several."""
    return f"Box {number_of}" if len(found.discovery.boxes) > 1 else "The box"


def answer_points(found: Found) -> Points:
    """The answer as a list: under each sentence how far to trust it."""
    items: list[Words | Points] = []
    for first, *rest in told(found):
        items += [first, points(*rest)] if rest else [first]
    return points(*items)


def show(found: Found, figures: tuple[Figure, ...]) -> Report:
    """The answer as a report."""
    boxes = found.discovery.boxes
    details: list[Block] = []
    for number_of, box in enumerate(boxes, 1):
        title = f"{box_title(found, number_of)}, restriction by restriction"
        details += [Heading(title), restrictions_table(found, box)]
    if boxes:
        details.append(Paragraph(columns_in_words(found)))
    return Report(
        f"{aim(found.asked)}: under which conditions?",
        short=(
            Paragraph(how_it_was_asked(found)),
            Heading("The answer"),
            answer_points(found),
        ),
        details=(*details, *figures, *how_it_was_found(found)),
        tables=frames(found),
    )


def frames(found: Found) -> dict[str, pd.DataFrame]:
    """Points; and, where there is a box, boxes, trajectory and restrictions."""
    discovery = found.discovery
    means = found.runs.groupby("point")[found.asked.outcome].mean().to_numpy()
    points_frame = discovery.points.assign(
        share_of_interest=discovery.share,
        mean_outcome=means,
        held_out=discovery.held_out,
        box=discovery.in_box,
    )
    if not discovery.boxes:
        return {"points": points_frame}
    restrictions = [
        box.restrictions.assign(box=number) for number, box in enumerate(discovery.boxes, 1)
    ]
    return {
        "points": points_frame,
        "boxes": boxes_frame(found),
        "trajectory": discovery.trajectory,
        "restrictions": pd.concat(restrictions, ignore_index=True),
    }


def further(found: Found) -> str:
    """How boxes after the first are sought, if more than one was asked for."""
    if found.asked.boxes == 1 or not found.discovery.boxes:
        return ""
    ends = {
        "prim": "the search ends at the first that is not",
        "cart": "the others are left out, and the search ends with the leaves",
    }[found.discovery.method]
    how = {
        "prim": "its points are set aside and the next box is sought among the rest (covering, "
        "Friedman & Fisher 1999)",
        "cart": "the other leaves of the tree follow, the one with the greatest excess of cases "
        "first",
    }[found.discovery.method]
    return (
        f"After a box {how}. A box after the first is kept if the held-out points in it are "
        f"clearly denser than all of them and it adds at least "
        f"{LEAST_GAIN:.0%} of all cases; {ends}, or at {found.asked.boxes} boxes "
        f"(experiment.boxes). Its density is of "
        "the points that lie in no box before it, its coverage is what it adds."
    )


def boxes_frame(found: Found) -> pd.DataFrame:
    """A row a box: its condition, and how it does where it was found and on the points held out."""
    rows = []
    for number_of, box in enumerate(found.discovery.boxes, 1):
        row: dict[str, object] = {
            "box": number_of,
            "condition": conditions(box.box, found.discovery.factors),
            "confirmed": box.confirmed,
            "points": int(box.held.sum()),
        }
        row |= {f"held_out_{name}": value for name, value in vars(box.held_out).items()}
        rows.append(row | {f"found_on_{name}": value for name, value in vars(box.found_on).items()})
    return pd.DataFrame(rows)
