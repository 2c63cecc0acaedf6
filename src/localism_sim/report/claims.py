"""The verdicts on claims, in blocks."""

from __future__ import annotations

import pandas as pd

from ..analysis.claims import CONDITIONAL, FAILS, HOLDS, NOT_MODELLED, OPEN, VERDICTS
from ..analysis.statistics import base
from ..model.outcomes import OUTCOMES
from . import doubt
from .blocks import Figure, Heading, Paragraph, Report, Table, Words, code, points, strong
from .rival_rules import rule_title
from .two_by_two import digits_for
from .words import counted, listed, number, outcome_title, percent, signed

SIDES = {
    "essay": "The essay's claims",
    "other": "The other side's claims",
    "theory": "What theories say",
}


def show(
    verdicts: pd.DataFrame,
    effects: pd.DataFrame,
    seeds: int,
    figures: tuple[Figure, ...],
    quick: bool = False,
    rule_draws: int = 0,
) -> Report:
    """The report: counts and a table a side, then each claim in full. quick: rival rules were left
    out. rule_draws: on how many draws of the rates rival rules were tried.
    """
    return Report(
        "Claims on trial",
        short=(
            points(*(counts(verdicts, side) for side in sides(verdicts))),
            *(table(verdicts, side) for side in sides(verdicts)),
            Paragraph(
                "A claim was tried as its file says: comparison, outcome, direction and the "
                "smallest effect worth naming were written down first. Supported: it holds under "
                "every rule; conditional: under some; contradicted: under none, and as set the "
                "effect is contrary or too small to name; undetermined: too uncertain to say. A "
                "verdict is on the model, not on England."
            ),
            *([Paragraph(WITHOUT_RULES)] if quick else []),
        ),
        details=(
            *figures,
            Heading("Each claim"),
            Paragraph(
                f"Effect: paired difference over {counted(seeds, 'seed')} with its 95% interval, "
                "as the model is set, in the outcome's own unit."
            ),
            *(claim_in_full(row, rule_draws) for _, row in verdicts.iterrows()),
        ),
        tables={"verdicts": verdicts, "effects": effects},
    )


WITHOUT_RULES = (
    "Quick: no rival rule was tried, so supported means only that it holds as the model is set, "
    "and nothing can be conditional. For a verdict leave experiment.quick out."
)


def sides(verdicts: pd.DataFrame) -> list[str]:
    """The sides that have a claim here."""
    return [side for side in SIDES if (verdicts["side"] == side).any()]


def counts(verdicts: pd.DataFrame, side: str) -> Words:
    """'The essay's claims: 12 supported, 8 conditional, ...'."""
    found = verdicts.loc[verdicts["side"] == side, "verdict"].value_counts()
    told = [f"{found[word]} {word}" for word in VERDICTS if word in found]
    return (strong(SIDES[side]), f": {listed(told)}.")


def table(verdicts: pd.DataFrame, side: str) -> Table:
    """A row a claim, by verdict; where rates were drawn, also the share of draws in which it is as
    claimed.
    """
    own = verdicts[verdicts["side"] == side]
    order = sorted(range(len(own)), key=lambda k: VERDICTS.index(own["verdict"].iloc[k]))
    rows = tuple(
        (code(row["claim"]), row["verdict"], effect(row), turned(row))
        for row in (own.iloc[k] for k in order)
    )
    head = ("claim", "verdict", "effect", "holds")
    if not doubt.has_doubt(own):
        return Table(head, rows, SIDES[side], "llrl")
    shares = [own["draws_hold"].iloc[k] for k in order]
    with_shares = tuple(
        (*cells[:-1], percent(share) if share == share else "", cells[-1])
        for cells, share in zip(rows, shares)
    )
    return Table((*head[:-1], "draws", head[-1]), with_shares, SIDES[side], "llrrl")


def effect(row: pd.Series) -> str:
    """'+0.172±0.010', nothing where the claim cannot be tried."""
    if row["verdict"] == NOT_MODELLED:
        return ""
    digits = digits_for(row)
    half = number((row["high"] - row["low"]) / 2.0, digits)
    return f"{signed(row['difference'], digits)}\N{PLUS-MINUS SIGN}{half}"


def turned(row: pd.Series) -> str:
    """For a conditional claim, under which rules it holds or does not, whichever is shorter."""
    if row["verdict"] != CONDITIONAL:
        return ""
    held = [name for name in str(row[HOLDS]).split("+") if name]
    rest = [name for word in (FAILS, OPEN) for name in str(row[word]).split("+") if name]
    few = f"only under {', '.join(held)}" if len(held) < len(rest) else f"not {', '.join(rest)}"
    return few.replace("_", " ")


def claim_in_full(row: pd.Series, rule_draws: int = 0) -> Paragraph:
    """One claim in full."""
    lead = (strong(f"{row['number']}: {row['words']}"), " (", code(row["claim"]), ") ")
    if row["verdict"] == NOT_MODELLED:
        return Paragraph((*lead, f"Not modelled: {row['why']}."))
    outcome, digits = row["outcome"], digits_for(row)
    unit = OUTCOMES[base(outcome)].unit
    said = (
        f"{row['verdict'].capitalize()}. Expected of {outcome_title(outcome).lower()}: "
        f"{row['expected']}, by {number(row['smallest'])} or more ({unit}); found "
        f"{signed(row['difference'], digits)} ({signed(row['low'], digits)} to "
        f"{signed(row['high'], digits)}). Contradicted by: {row['contradicted_by']}."
    )
    if row["expected"] == "no difference":
        said = said.replace("no difference, by", "no difference of").replace(" or more (", " (")
    if doubt.has_doubt(row):
        said += (
            f" With doubt about rates {doubt.rates_in_words(row)}; as claimed in "
            f"{percent(row['draws_hold'])} of the draws."
        )
    if pd.notna(row.get("rules_hold")):
        said += (
            f" Under the rival rules where it holds, in {percent(row['rules_hold'])} of "
            f"{counted(rule_draws, 'draw')} each, least under "
            f"'{rule_title(row['least_rule'])}' ({percent(row['least_hold'])})."
        )
    where = "".join(
        f" {word.capitalize()} under: {row[word].replace('+', ', ').replace('_', ' ')}."
        for word in (FAILS, OPEN)
        if row[word]
    )
    return Paragraph((*lead, said + where))
