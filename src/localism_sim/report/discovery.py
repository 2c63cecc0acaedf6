"""The report of a discovery: its answer, tables and how it was found."""

from __future__ import annotations

import math

import pandas as pd

from ..analysis.discovery.search import HELD_OUT, LEAST_GAIN, Found, FoundBox
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
from .discovery_words import aim, answer, conditions, limit_in_words
from .words import counted, percent

METHODS = {
    "prim": "PRIM (Friedman & Fisher 1999; Bryant & Lempert 2010), peeling as in the EMA workbench",
    "cart": "a regression tree (CART, Breiman et al. 1984) of scikit-learn, pruned by "
    "cross-validation",
}


def halves_cells(row) -> tuple[str, str]:
    """In which share of the halves a restriction returns, and where its limit lies there."""
    if math.isnan(row.returns):
        return "–", "–"
    limits = "–" if math.isnan(row.limit_low) else f"{row.limit_low:.3g} to {row.limit_high:.3g}"
    return percent(row.returns), limits


def restrictions_table(found: Found, box: FoundBox) -> Table:
    """The restrictions of a box, one per row."""
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
    """How to read the columns p and returns."""
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
    """How boxes are searched for, how they are measured, and what the measures do not say."""
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
    """The answer as a list: each sentence is followed by how far to trust it."""
    items: list[Words | Points] = []
    for first, *rest in answer(found):
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
    """The tables: points and, if there is a box, boxes, trajectory and restrictions."""
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
    """How boxes after the first are sought; empty if only one was asked for."""
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
    """A row for each box: its condition, and how it does where it was found and on the points held
    out.
    """
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
