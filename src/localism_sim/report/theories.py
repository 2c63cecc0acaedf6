"""Policies under rival theories, in blocks."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from ..analysis.two_by_two import ALIKE, USUAL
from ..model.outcomes import OUTCOMES
from .blocks import Block, Figure, Heading, Paragraph, Report, Table, Words, points, strong
from .contrasts import HEADLINES, difference_in_words
from .rival_rules import rule_title
from .two_by_two import CELL_HEADS
from .words import counted, listed, number, outcome_title

GROUNDS = {USUAL: "usual ground", ALIKE.name: "needs alike, centre able"}


def head(policy: str, titles: Mapping[str, str]) -> str:
    """A policy's name at the head of a column."""
    return CELL_HEADS.get(policy, titles[policy])


def show(
    regrets: pd.DataFrame,
    largest: pd.DataFrame,
    copying: pd.DataFrame,
    titles: Mapping[str, str],
    seeds: int,
    figures: tuple[Figure, ...],
) -> Report:
    """The report: largest regrets first, then the matrix of every outcome."""
    return Report(
        "The same policies under every rival theory",
        short=(
            largest_table(largest, titles),
            *doubt_table(largest, titles),
            points(*(sentence(largest, outcome, titles) for outcome in HEADLINES)),
        ),
        details=(
            Paragraph(
                "Regret: by how much the best policy under the same theory and on the same ground "
                f"is better for citizens, paired over {counted(seeds, 'seed')}, in the outcome's "
                "own unit. In bold: no policy is clearly better there. A policy with a small "
                "largest regret is safe whichever theory holds, though it need be best under none."
            ),
            *figures,
            *null_table(copying, titles),
            *(
                block
                for outcome in HEADLINES
                for block in (
                    Heading(f"Regret in {OUTCOMES[outcome].label.lower()}"),
                    matrix(regrets, outcome, titles),
                )
            ),
        ),
        tables={"regrets": regrets, "largest": largest, "copying": copying},
    )


def null_table(copying: pd.DataFrame, titles: Mapping[str, str]) -> tuple[Block, ...]:
    """What spreads beside the null: the same where nobody copies."""
    if copying.empty:
        return ()
    rows = tuple(
        (
            GROUNDS[row["ground"]],
            head(row["policy"], titles),
            outcome_title(row["outcome"]),
            number(row["as_set"], 2),
            number(row["without"], 2),
            difference_in_words(row),
        )
        for _, row in copying.iterrows()
    )
    heads = ("ground", "policy", "outcome", "as set", "nobody copies", "through copying (95%)")
    said = (
        "An S-shaped curve does not show that anybody learned from anybody (Volden, Ting & "
        "Carpenter 2008): here is what spreads when nobody copies, on the same seeds."
    )
    return (
        Heading("How much of the spread is copying?"),
        Paragraph(said),
        Table(heads, rows, align="lllrrr"),
    )


def digits(outcome: str) -> int:
    """Decimals of a regret."""
    return 1 if OUTCOMES[outcome].unit.startswith("months") else 3


def largest_table(largest: pd.DataFrame, titles: Mapping[str, str]) -> Table:
    """A row an outcome, a column a policy: the largest regret; in bold the smallest of these."""
    by = largest.set_index(["outcome", "policy"])
    rows = []
    for outcome in HEADLINES:
        cells: list[Words] = []
        for policy in titles:
            row = by.loc[(outcome, policy)]
            text = number(row["largest"], digits(outcome))
            cells.append(strong(text) if row["minimax"] else text)
        rows.append((OUTCOMES[outcome].label, *cells))
    states = int(largest["states"].iloc[0])
    title = f"Largest regret over {states} states: every rule on each ground"
    heads = ("Outcome", *(head(policy, titles) for policy in titles))
    return Table(heads, tuple(rows), title, "l" + "r" * len(titles))


def doubt_table(largest: pd.DataFrame, titles: Mapping[str, str]) -> tuple[Block, ...]:
    """The same table on the mean over draws of the rates, where there are any."""
    if "drawn_largest" not in largest:
        return ()
    by = largest.set_index(["outcome", "policy"])["drawn_largest"]
    rows = tuple(
        (
            OUTCOMES[outcome].label,
            *(number(by.loc[(outcome, policy)], digits(outcome)) for policy in titles),
        )
        for outcome in HEADLINES
    )
    heads = ("Outcome", *(head(policy, titles) for policy in titles))
    title = "Largest regret when each seed draws its rates (mean over the draws)"
    return (Table(heads, rows, title, "l" + "r" * len(titles)),)


def sentence(largest: pd.DataFrame, outcome: str, titles: Mapping[str, str]) -> Words:
    """Which policy has the smallest largest regret in an outcome, and how often each is best."""
    own = largest[largest["outcome"] == outcome].set_index("policy")
    safe = [head(str(policy), titles) for policy in own.index[own["minimax"]]]
    first = own[own["minimax"]].iloc[0]
    often = [f"{head(str(policy), titles)} in {row.best_in}" for policy, row in own.iterrows()]
    where = f"{rule_title(first['rule'])}, {GROUNDS[first['ground']]}"
    loses = (
        f"loses at most {number(first['largest'], digits(outcome))} ({where})"
        if first["largest"] > 0.0
        else "is best everywhere"
    )
    return (
        strong(OUTCOMES[outcome].label),
        f": {listed(safe)} {loses}. Among the best, over "
        f"{counted(int(first['states']), 'pair')} of theory and ground: {', '.join(often)}.",
    )


def matrix(regrets: pd.DataFrame, outcome: str, titles: Mapping[str, str]) -> Table:
    """A row a ground and rule, a column a policy."""
    by = regrets[regrets["outcome"] == outcome].set_index(["ground", "rule", "policy"])
    states = list(dict.fromkeys(zip(regrets["ground"], regrets["rule"])))
    rows = []
    for ground, rule in states:
        cells: list[Words] = []
        for policy in titles:
            row = by.loc[(ground, rule, policy)]
            text = f"{number(row['regret'], digits(outcome))}"
            cells.append(strong(text) if row["best"] else text)
        rows.append((GROUNDS[ground], rule_title(rule), *cells))
    heads = ("ground", "theory", *(head(policy, titles) for policy in titles))
    return Table(heads, tuple(rows), align="ll" + "r" * len(titles))
