"""Reforms and autonomy, two by two: means, effects and what turns on other grounds, in blocks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from ..analysis.two_by_two import ALIKE, CELLS, EFFECTS, MAIN_EFFECTS, USUAL, Ground
from ..model.outcomes import OUTCOMES
from .blocks import Block, Heading, Paragraph, Span, Table, Words, code, points, strong
from .contrasts import (
    BARELY,
    HEADLINES,
    SENTENCES,
    UNCLEAR,
    base,
    claim,
    difference_in_words,
    direction,
    in_unit,
    label,
    share_in_words,
    with_verdicts,
)
from .words import counted, listed, number, signed

if TYPE_CHECKING:
    from ..analysis.comparison import Comparison

CELL_HEADS = dict(zip(CELLS, ("Centre", "Places", "Reformed centre", "Reformed places")))
NAMES = {
    "reforms": "the reforms",
    "autonomy": "autonomy",
    "interaction": "interaction",
    "reforms_under_the_centre": "the reforms, under the centre",
    "reforms_under_places": "the reforms, under places",
    "autonomy_alone": "autonomy without the reforms",
    "autonomy_given_the_reforms": "autonomy given the reforms",
    "both": "both together",
}
"""Names of the effects."""
ABOUT = {
    "reforms": "The reforms",
    "autonomy": "Autonomy",
    "interaction": "Interaction",
}
MATTERS = 0.05
"""An effect that changes by this share of its outcome's range between two grounds is mentioned."""
MOST_NAMED = 4
LESS = "\N{DOWNWARDS ARROW}"
"""Marks an outcome where less is better."""


def judged_effects(comparison: Comparison, ground: str = USUAL) -> pd.DataFrame:
    """The effects on a ground with shares of range and verdicts."""
    table = comparison.effects
    return with_verdicts(table[table["ground"] == ground], comparison.months)


def short(comparison: Comparison) -> tuple[Block, ...]:
    """The first page: means, effects, sentences, and what other grounds turn."""
    usual = judged_effects(comparison)
    other = [
        block
        for ground in comparison.grounds
        if ground == ALIKE
        for block in (elsewhere_table(comparison, ground),)
    ]
    said = [effect_sentence(usual, effect) for effect in MAIN_EFFECTS]
    said.append(one_by_one(usual))
    said += [ground_sentence(comparison, ground) for ground in comparison.grounds]
    return (
        means_table(comparison),
        effects_table(usual, "Effects of reforms and autonomy, and their interaction"),
        *other,
        points(*said),
    )


def outcome_head(outcome: str) -> str:
    """An outcome's name, marked where less of it is better."""
    return OUTCOMES[outcome].label + (f" {LESS}" if OUTCOMES[outcome].better < 0 else "")


def means_table(comparison: Comparison) -> Table:
    """Six outcomes, a column for each scenario."""
    heads = [CELL_HEADS.get(arm.name, "No cuts") for arm in comparison.arms]
    means = comparison.runs.groupby("scenario")[list(HEADLINES)].mean()
    rows = tuple(
        (
            outcome_head(outcome),
            *(in_unit(float(means.loc[arm.name, outcome]), outcome) for arm in comparison.arms),
        )
        for outcome in HEADLINES
    )
    count = counted(len(comparison.seeds), "run")
    title = f"Means over {count}, at the end; harm: months a citizen ({LESS} less is better)"
    return Table(("Outcome", *heads), rows, title, "l" + "r" * len(heads))


def effects_table(table: pd.DataFrame, title: str) -> Table:
    """Six outcomes, a column for each effect, each with half of its interval."""
    by_effect = by_name(table)
    rows = tuple(
        (
            outcome_head(outcome),
            *(effect_cell(by_effect.loc[effect, outcome]) for effect in MAIN_EFFECTS),
        )
        for outcome in HEADLINES
    )
    heads = tuple(NAMES[effect].capitalize() for effect in MAIN_EFFECTS)
    return Table(
        ("Outcome", *heads), rows, f"{title} (\N{PLUS-MINUS SIGN} 95%; ~ not clear)", "lrrr"
    )


def by_name(table: pd.DataFrame) -> pd.DataFrame:
    """A table whose rows are found by effect and outcome: `.loc[effect, outcome]`."""
    return table.set_index(["effect", "outcome"], drop=False)


def digits_for(row: pd.Series, outcome: str = "") -> int:
    """Decimals of an effect: three, for months one; more only where these would show zeros.
    outcome: that of the row, where the row does not say it.
    """
    half = (row["high"] - row["low"]) / 2.0
    fewest = 1 if OUTCOMES[base(outcome or row["outcome"])].unit.startswith("months") else 3
    return next((d for d in range(fewest, 5) if half >= 0.5 * 10.0**-d), fewest)


def briefly(row: pd.Series) -> str:
    """An effect with its sign, in the outcome's own unit."""
    return signed(row["difference"], digits_for(row))


def effect_cell(row: pd.Series) -> Words:
    """The effect and half of its interval, strong where clear, with a '~' where not."""
    half = number((row["high"] - row["low"]) / 2.0, digits_for(row))
    text = f"{briefly(row)}\N{PLUS-MINUS SIGN}{half}"
    return strong(text) if row["clear"] else f"{text} ~"


def elsewhere_table(comparison: Comparison, ground: Ground) -> Table:
    """The effects on another ground."""
    return effects_table(judged_effects(comparison, ground.name), f"The same where {ground.title}")


def effect_sentence(table: pd.DataFrame, effect: str) -> Words:
    """One sentence on an effect: what is clear, and what is not."""
    rows = [row for _, row in table[table["effect"] == effect].iterrows()]
    rows = sorted(
        (row for row in rows if row["outcome"] in HEADLINES),
        key=lambda row: HEADLINES.index(row["outcome"]),
    )
    if effect == "interaction":
        return (strong(ABOUT[effect]), f": {'; '.join(beyond_the_sum(rows))}.")
    clear = [claim(row, briefly(row)) for row in rows if row["clear"]]
    rest = [SENTENCES[row["outcome"]][2] for row in rows if not row["clear"]]
    if rest:
        clear.append(f"{UNCLEAR} in {listed(rest, 'or')}")
    return (strong(ABOUT[effect]), f": {'; '.join(clear)}.")


def one_by_one(table: pd.DataFrame) -> Words:
    """What autonomy does to quality and spread without the reforms and with them."""
    by_effect = by_name(table)
    told = [
        ", ".join(
            f"{OUTCOMES[outcome].label.lower()} {effect_value(by_effect.loc[effect, outcome])}"
            for outcome in ("quality", "spread_delivered")
        )
        for effect in ("autonomy_alone", "autonomy_given_the_reforms")
    ]
    text = f": without the reforms {told[0]}; with them {told[1]}"
    key = " (~ not clear)" if "~" in text else ""
    return (strong("Places instead of the centre"), f"{text}{key}.")


def beyond_the_sum(rows: Sequence[pd.Series]) -> list[str]:
    """Where both together serve citizens better than the sum of what each does alone, where worse,
    and where there is no clear difference.
    """
    found: list[str] = []
    for word in ("better", "worse"):
        names = [
            f"{OUTCOMES[row['outcome']].label.lower()} ({briefly(row)})"
            for row in rows
            if row["verdict"].endswith(word)
        ]
        if names:
            than = "the sum of what each does alone" if not found else "that sum"
            found.append(f"both together serve citizens {word} than {than} in {listed(names)}")
    rest = [SENTENCES[row["outcome"]][2] for row in rows if not row["clear"]]
    return [*found, *([f"{UNCLEAR} in {listed(rest, 'or')}"] if rest else [])]


def settings_of(ground: Ground) -> Span:
    """The settings that produce a ground."""
    return code(" ".join(f"parameters.{name}={value:g}" for name, value in ground.changes))


def ground_sentence(comparison: Comparison, ground: Ground) -> Words:
    """What changes sign, disappears or changes much on another ground."""
    changed = shifts(judged_effects(comparison), judged_effects(comparison, ground.name))
    told = [
        f"{NAMES[here['effect']].removeprefix('the ')} on "
        f"{OUTCOMES[here['outcome']].label.lower()} {effect_value(here)} here, "
        f"{effect_value(there)} there"
        for here, there in changed[:MOST_NAMED]
    ]
    more = len(changed) - len(told)
    if more > 0:
        told.append(f"{counted(more, 'more effect')} in the tables")
    rest = "; ".join(told) if told else "no effect on the six outcomes turns or changes much"
    where = (f"where {ground.title} (", settings_of(ground), f"): {rest}.")
    if ground == ALIKE:
        return (strong("Another ground"), ", ", *where)
    if told:
        return (strong("One rule that nobody has measured decides much of this"), ": ", *where)
    return (strong("The rule by which the centre judges"), " decides little: ", *where)


def effect_value(row: pd.Series) -> str:
    """An effect's size; a '~' before it where it is not clear."""
    return ("" if row["clear"] else "~") + briefly(row)


def shifts(here: pd.DataFrame, there: pd.DataFrame) -> list[tuple[pd.Series, pd.Series]]:
    """Headline effects that turn, appear or vanish, or change by `MATTERS` of the outcome's range
    between two grounds; the largest change first.
    """
    one, two = (by_name(table) for table in (here, there))
    found = []
    for effect in MAIN_EFFECTS:
        for outcome in HEADLINES:
            a, b = one.loc[effect, outcome], two.loc[effect, outcome]
            size = max(abs(a["share"]), abs(b["share"]))
            turned = direction(a) != direction(b) and size >= BARELY
            if turned or abs(a["share"] - b["share"]) >= MATTERS:
                found.append((a, b))
    return sorted(found, key=lambda pair: -abs(pair[0]["share"] - pair[1]["share"]))


def details(comparison: Comparison) -> tuple[Block, ...]:
    """All effects with their intervals: six outcomes in every comparison of the four, then the
    three main effects on all outcomes.
    """
    if comparison.effects.empty:
        return ()
    usual = judged_effects(comparison)
    blocks: list[Block] = [
        Heading("Reforms and autonomy, two by two"),
        Paragraph(
            "The effect of the reforms is the mean of their effect under the centre and under "
            "places, that of autonomy the mean of its effect without and with the reforms; the "
            "interaction is what both do beyond the sum of what each does alone. Differences are "
            "paired by seed, with 95% intervals, in the outcome's own unit and as a share of its "
            "range."
        ),
        Heading("Each comparison of the four", 3),
        all_effects(usual, HEADLINES, tuple(EFFECTS)),
    ]
    for ground in comparison.grounds:
        blocks += [
            Heading(f"Where {ground.title}", 3),
            all_effects(judged_effects(comparison, ground.name), HEADLINES, MAIN_EFFECTS),
        ]
    every = sorted(usual["outcome"].unique(), key=lambda o: list(OUTCOMES).index(base(o)))
    rest = [outcome for outcome in every if outcome not in HEADLINES]
    return (*blocks, Heading("All other outcomes", 3), all_effects(usual, rest, MAIN_EFFECTS))


def all_effects(table: pd.DataFrame, outcomes: Sequence[str], effects: Sequence[str]) -> Table:
    """A row for each outcome and effect."""
    by_effect = by_name(table)
    rows = []
    for outcome in outcomes:
        for effect in effects:
            row = by_effect.loc[effect, outcome]
            rows.append(
                (
                    label(outcome),
                    NAMES[effect],
                    difference_in_words(row),
                    share_in_words(row),
                    row["verdict"],
                )
            )
    head = ("outcome", "effect of", "difference (95% interval)", "share of range", "for citizens")
    return Table(head, tuple(rows), align="llrrl")
