"""How far the effects of reforms and autonomy depend on unmeasured rates and on rules,
in blocks.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ..analysis.robustness import AS_SET, BARELY, RANGES
from ..analysis.two_by_two import MAIN_EFFECTS
from ..model.outcomes import OUTCOMES
from .blocks import Block, Figure, Heading, Paragraph, Report, Table, Words, code, points, strong
from .contrasts import HEADLINES, difference_in_words, direction, with_verdicts
from .rival_rules import rule_title
from .two_by_two import NAMES, digits_for
from .words import counted, listed, number, percent, signed

HOLDS = 0.95
"""A sign is said to hold if it is the same in this share of the draws."""
CHANCE = 0.05
MOST_SPLITS = 6
SHOWN = (*MAIN_EFFECTS, "autonomy_given_the_reforms")
HEADS = {
    "reforms": "Reforms",
    "autonomy": "Autonomy",
    "interaction": "Interaction",
    "autonomy_given_the_reforms": "Autonomy if reformed",
}


SHORT_RANGES = {"half_to_double": "half to double", "bounds": "whole bounds"}


@dataclass(frozen=True)
class Tables:
    """Signs and splits over the draws, effects under every rule, and the run's length."""

    signs: pd.DataFrame
    splits: pd.DataFrame
    rivals: pd.DataFrame
    months: int


def show(
    tables: Tables, draws: int, draw_seeds: int, seeds: int, figures: tuple[Figure, ...]
) -> Report:
    """The report: how often signs hold, what turns them, and which rules do."""
    return Report(
        "Do the effects of reforms and autonomy keep their sign?",
        short=(
            *(signs_table(tables.signs, which, draws) for which in RANGES),
            points(
                *signs_that_hold(tables.signs),
                *splits_that_turn(tables.splits),
                *turned_by_rules(tables),
            ),
        ),
        details=(
            Paragraph(
                f"Each draw sets every behavioural rate and rival mechanism at once, and gives the "
                f"four scenarios the same rates and {counted(draw_seeds, 'seed')}. A rate that is "
                f"usually zero is drawn within its whole bounds only. Effects are at the end of "
                f"the run; an effect below {percent(BARELY)} of its outcome's range counts as "
                "neither better nor worse. The sign of a draw rests on few seeds, so chance mixes "
                "in: 'seeds agree' says how often two seeds of a draw give the same sign."
            ),
            *figures,
            Heading("How often each sign holds"),
            all_signs(tables.signs),
            Heading("What turns a sign"),
            Paragraph(
                "The best single split of the draws: below and above its limit, the share of draws "
                "in which citizens are better off; explained: the share of the sign's variance. "
                "p: how often the best split of shuffled signs explains as much."
            ),
            all_splits(tables.splits),
            Heading("Under every rival rule"),
            Paragraph(
                f"Effects with their 95% intervals over {counted(seeds, 'paired seed')}, in the "
                "outcome's own unit."
            ),
            *rival_tables(tables),
        ),
        tables={"signs": tables.signs, "splits": tables.splits, "rivals": tables.rivals},
    )


def signs_table(table: pd.DataFrame, which: str, draws: int) -> Table:
    """Six outcomes by four effects: better and worse, in percent of the draws."""
    own = table[table["range"] == which].set_index(["effect", "outcome"])
    rows = tuple(
        (OUTCOMES[outcome].label, *(share_cell(own.loc[(each, outcome)]) for each in SHOWN))
        for outcome in HEADLINES
    )
    title = f"Better : worse for citizens, % of {draws:,} draws from {RANGES[which]}"
    return Table(("Outcome", *(HEADS[each] for each in SHOWN)), rows, title, "lrrrr")


def share_cell(row: pd.Series) -> Words:
    """'97 : 1', strong if one side has almost all draws."""
    text = f"{100 * row['better']:.0f} : {100 * row['worse']:.0f}"
    return strong(text) if max(row["better"], row["worse"]) >= HOLDS else text


def signs_that_hold(table: pd.DataFrame) -> list[Words]:
    """For each range, the effects whose sign holds in nearly all draws and those that are open."""
    found: list[Words] = []
    for which, title in RANGES.items():
        own = table[(table["range"] == which) & table["effect"].isin(SHOWN)]
        parts = []
        for effect in SHOWN:
            rows = own[own["effect"] == effect]
            firm = [
                f"{OUTCOMES[row.outcome].label.lower()} "
                f"({'better' if row.positive > 0.5 else 'worse'})"
                for row in rows.itertuples()
                if max(row.positive, 1.0 - row.positive) >= HOLDS
            ]
            if firm:
                parts.append(f"{NAMES[effect]} on {listed(firm)}")
        said = "; ".join(parts) if parts else "none"
        found.append(
            (strong(f"Signs that hold in {percent(HOLDS)} of the draws"), f", {title}: {said}.")
        )
    return found


def splits_that_turn(table: pd.DataFrame) -> list[Words]:
    """The splits on whose two sides the sign of most draws differs, each more than chance would."""
    turned = (table["below"] - 0.5) * (table["above"] - 0.5) < 0.0
    own = table[turned & (table["p"] <= CHANCE) & table["effect"].isin(SHOWN)]
    own = own.sort_values("explained", ascending=False, kind="stable")
    if own.empty:
        return ["No single rate turns the sign of most draws more than chance would."]
    told = [
        f"{NAMES[row.effect]} on {OUTCOMES[row.outcome].label.lower()} "
        f"({SHORT_RANGES[row.range]}), better in {percent(row.below)} of draws with {row.rate} "
        f"up to {number(row.limit)} and in {percent(row.above)} above it"
        for row in own.head(MOST_SPLITS).itertuples()
    ]
    more = len(own) - len(told)
    told += [f"{more} more in the tables"] if more > 0 else []
    return [(strong("Rates that turn signs"), f": {'; '.join(told)}.")]


def turned_by_rules(tables: Tables) -> list[Words]:
    """Rival rules that turn the sign of an effect that is clear both ways, or leave it unclear."""
    judged = with_verdicts(tables.rivals, tables.months)
    by = judged.set_index(["rule", "effect", "outcome"])
    turned, lost = [], []
    for rule in judged["rule"].unique():
        if rule == AS_SET:
            continue
        for effect in SHOWN:
            for outcome in HEADLINES:
                here, there = by.loc[(AS_SET, effect, outcome)], by.loc[(rule, effect, outcome)]
                if direction(here) * direction(there) < 0:
                    before, after = (
                        signed(row["difference"], digits_for(row, outcome)) for row in (here, there)
                    )
                    turned.append(
                        f"{rule_title(rule)}: {NAMES[effect]} on {OUTCOMES[outcome].label.lower()} "
                        f"({before} becomes {after})"
                    )
                elif here["clear"] and not there["clear"]:
                    lost.append(rule)
    count = counted(len(lost), "more effect is", "more effects are")
    said = "; ".join(turned) if turned else "none turns an effect that is clear both ways"
    rest = f" {count[0].upper()}{count[1:]} no longer clear under one of them." if lost else ""
    return [(strong("Rival rules that turn a sign"), f": {said}.{rest}")]


def all_signs(table: pd.DataFrame) -> Table:
    """Every effect, outcome and range."""
    rows = tuple(
        (
            SHORT_RANGES[row.range],
            NAMES[row.effect],
            OUTCOMES[row.outcome].label,
            percent(row.better),
            percent(row.worse),
            f"{percent(row.positive)} ({percent(row.positive_low)} to "
            f"{percent(row.positive_high)})",
            "" if row.agree != row.agree else percent(row.agree),
        )
        for row in table.itertuples()
    )
    head = (
        "drawn from",
        "effect of",
        "outcome",
        "better",
        "worse",
        "positive (95%)",
        "seeds agree",
    )
    return Table(head, rows, align="lllrrrr")


def all_splits(table: pd.DataFrame) -> Table:
    """Every split that does better than chance."""
    own = table[table["p"] <= CHANCE].sort_values("explained", ascending=False, kind="stable")
    rows = tuple(
        (
            SHORT_RANGES[row.range],
            NAMES[row.effect],
            OUTCOMES[row.outcome].label,
            code(row.rate),
            number(row.limit),
            percent(row.below),
            percent(row.above),
            percent(row.explained),
            number(row.p, 3),
        )
        for row in own.itertuples()
    )
    head = (
        "drawn from",
        "effect of",
        "outcome",
        "rate",
        "limit",
        "below",
        "above",
        "explained",
        "p",
    )
    return Table(head, rows, align="llllrrrrr")


def rival_tables(tables: Tables) -> tuple[Block, ...]:
    """For each outcome a table: a row for each rule, a column for each effect."""
    by = tables.rivals.set_index(["rule", "effect", "outcome"])
    found: list[Block] = []
    for outcome in HEADLINES:
        rows = []
        for rule in tables.rivals["rule"].unique():
            cells = []
            for effect in SHOWN:
                row = by.loc[(rule, effect, outcome)].copy()
                row["outcome"] = outcome
                cells.append(difference_in_words(row) + ("" if row["clear"] else " ~"))
            rows.append((rule_title(rule), *cells))
        found += [
            Heading(OUTCOMES[outcome].label, 3),
            Table(("rule", *(HEADS[each] for each in SHOWN)), tuple(rows), align="lrrrr"),
        ]
    return tuple(found)
