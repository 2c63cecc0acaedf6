"""Places by name: their quality under each scenario and how it differs from the first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from ..analysis.comparison import in_places, place_differences
from .blocks import Block, Heading, Paragraph, Table, code
from .contrasts import BARELY, UNCLEAR
from .words import counted, number, signed

if TYPE_CHECKING:
    from ..analysis.comparison import Comparison

MOST_ROWS = 40
"""Up to so many places are all listed in the summary; of more, those that change most."""
EACH_END = 10


def verdicts(differences: pd.DataFrame) -> list[str]:
    """Better, worse or no clear difference in quality, a place each."""
    return [
        UNCLEAR
        if not clear
        else ("barely " if abs(value) < BARELY else "") + ("better" if value > 0 else "worse")
        for value, clear in zip(differences["difference"], differences["clear"])
    ]


def places_frame(comparison: Comparison) -> pd.DataFrame:
    """A row for each place and scenario: means over runs at the end and, for every scenario after
    the first, the difference in quality with its 95% interval and a verdict.
    """
    measured = [
        name for name in comparison.by_place if name not in ("scenario", "seed", "place_id")
    ]
    frames = []
    for order, arm in enumerate(comparison.arms):
        frame = pd.DataFrame(
            {"place_id": comparison.places.ids, "place": comparison.places.names}
        ).assign(scenario=arm.title)
        for name in measured:
            frame[name] = in_places(comparison, arm.name, name).mean(axis=1).to_numpy()
        if order:
            differences = place_differences(comparison, arm.name)
            for name in ("difference", "low", "high"):
                frame[f"quality_{name}"] = differences[name].to_numpy()
            if len(comparison.seeds) > 1:
                frame["for_citizens"] = verdicts(differences)
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)


def shown_places(comparison: Comparison) -> tuple[list[int], str]:
    """Positions of the places to list, and how they were chosen."""
    count = comparison.places.count
    if count <= MOST_ROWS:
        return list(range(count)), "All places, by name."
    chief = comparison.lead
    change = place_differences(comparison, chief.name)["difference"].to_numpy()
    order = change.argsort(kind="stable")
    chosen = [*order[::-1][:EACH_END], *order[:EACH_END][::-1]]
    return [int(position) for position in chosen], (
        f"The {EACH_END} places that gain most and the {EACH_END} that gain least under "
        f"{chief.title}, of {counted(count, 'place')}."
    )


def change(value: float) -> str:
    """A difference with three decimals, or five where three would show none."""
    return signed(value, 5 if 0.000005 <= abs(value) < 0.0005 else 3)


def differences_in_words(comparison: Comparison, arm: str) -> list[str]:
    """The difference in each place, with its verdict where there are pairs."""
    table = place_differences(comparison, arm)
    words = verdicts(table) if len(comparison.seeds) > 1 else [""] * len(table)
    return [
        f"{change(value)} {'~' if word == UNCLEAR else word}".rstrip()
        for value, word in zip(table["difference"], words)
    ]


def places_table(comparison: Comparison) -> tuple[Block, ...]:
    """Quality in places by name; nothing where one scenario stands alone."""
    others = comparison.arms[1:]
    if not others:
        return ()
    chosen, how = shown_places(comparison)
    if len(chosen) == comparison.places.count:
        chosen.sort(key=lambda position: comparison.places.names[position].casefold())
    reference = in_places(comparison, comparison.arms[0].name).mean(axis=1).to_numpy()
    columns = [differences_in_words(comparison, arm.name) for arm in others]
    names = comparison.places.names
    rows = tuple(
        (names[k], number(reference[k], 3), *(column[k] for column in columns)) for k in chosen
    )
    head = ("place", comparison.arms[0].title, *(f"{arm.title}: difference" for arm in others))
    said = (
        f"Quality of services at the end of the run, and the mean paired difference from it. {how} "
        "~ marks no clear difference. All places with their intervals are in ",
        code("places.csv"),
        " and ",
        code("tables.xlsx"),
        ".",
    )
    return (
        Heading("Places by name"),
        Paragraph(said),
        Table(head, rows, align="lr" + "r" * len(others)),
    )
