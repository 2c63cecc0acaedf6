"""Claims on trial: what a claim says, and whether runs bear it out.

A claim names a comparison, an outcome, the direction, and the smallest effect worth naming, all
before anything is run. It holds under a rule where the 95% interval leaves out zero on the claimed
side and the effect is large enough; it fails where even the end of the interval that favours it is
too small (so both a contrary effect and one that is practically nil contradict it); otherwise it is
open. A claim that nothing changes holds where the whole interval is smaller than what is worth
naming (equivalence; Schuirmann 1987).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from .doubt import COLUMNS, about_rates
from .intervals import mean_interval
from .robustness import AS_SET

HIGHER, LOWER, SAME = "higher", "lower", "no difference"
HOLDS, FAILS, OPEN = "holds", "fails", "open"
SUPPORTED, CONDITIONAL, CONTRADICTED = "supported", "conditional", "contradicted"
UNDETERMINED, NOT_MODELLED = "undetermined", "not modelled"
VERDICTS = (SUPPORTED, CONDITIONAL, CONTRADICTED, UNDETERMINED, NOT_MODELLED)


@dataclass(frozen=True)
class Setting:
    """One side of a comparison: a scenario, and the parameters that differ from it."""

    scenario: str
    changes: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Claim:
    """A claim in our own words.

    number: of the statement in the essay, or another source. side: `essay`, `other` or `theory`.
    terms: the settings compared and their weights; the claimed effect is their weighted sum. rules:
    the rival rules under which it must hold (None: all). not_modelled: why it cannot be tested; it
    then has no comparison. mark: a hash of its file.
    """

    name: str
    words: str
    number: str
    side: str
    terms: tuple[tuple[float, Setting], ...] = ()
    outcome: str = ""
    expected: str = ""
    smallest: float = 0.0
    contradicted_by: str = ""
    rules: tuple[str, ...] | None = None
    not_modelled: str = ""
    mark: str = ""


def status(expected: str, smallest: float, low: float, mean: float, high: float) -> str:
    """Whether an effect with its interval supports a claim: `holds`, `fails` or `open`."""
    if expected == SAME:
        if -smallest < low and high < smallest:
            return HOLDS
        return FAILS if (low > 0.0 or high < 0.0) and abs(mean) >= smallest else OPEN
    if expected == LOWER:
        low, mean, high = -high, -mean, -low
    if low > 0.0 and mean >= smallest:
        return HOLDS
    return FAILS if high < smallest else OPEN


def verdict(statuses: Mapping[str, str]) -> str:
    """The verdict on a claim from its status under each rule: supported if it holds under all,
    conditional if it holds under some, contradicted if it holds under none and fails with the
    model's own rules, otherwise undetermined.
    """
    held = [each == HOLDS for each in statuses.values()]
    if all(held):
        return SUPPORTED
    if any(held):
        return CONDITIONAL
    return CONTRADICTED if statuses[AS_SET] == FAILS else UNDETERMINED


def effects_of_claims(
    claims: Sequence[Claim],
    rules: Sequence[str],
    numbers: Mapping[tuple[Setting, str], int],
    runs: pd.DataFrame,
    drawn: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """A row a claim that can be tried and rule under which it must hold: the paired `difference`
    with its 95% interval, and `status`. numbers: the point of each setting under each rule. runs:
    `point`, `seed` and the outcomes. drawn: the same with draws of the rates, as the model is
    set; then also what they leave of the effect (`doubt.about_rates`), and `draws_hold`, the share
    of draws in which the difference is as large as claimed or larger.
    """
    tables = [runs] if drawn is None else [runs, drawn]
    wides = [
        table.drop(columns="status", errors="ignore").pivot(index="point", columns="seed")
        for table in tables
    ]
    rows = []
    for claim in claims:
        if not claim.terms:
            continue
        for rule in (each for each in rules if must_hold(claim, each)):
            each = [
                difference(claim, rule, numbers, wide)
                for wide in wides[: 2 if rule == AS_SET else 1]
            ]
            mean, low, high = mean_interval(each[0])
            found = status(claim.expected, claim.smallest, low, mean, high)
            rows.append(
                {
                    "claim": claim.name,
                    "rule": rule,
                    "outcome": claim.outcome,
                    "difference": mean,
                    "low": low,
                    "high": high,
                    "status": found,
                    **(doubt_about(claim, *each) if len(each) > 1 else {}),
                }
            )
    return pd.DataFrame(rows)


def difference(
    claim: Claim, rule: str, numbers: Mapping[tuple[Setting, str], int], wide: pd.DataFrame
) -> np.ndarray:
    """The claimed effect under a rule, a value per seed. wide: a row per point, columns by outcome
    and seed.
    """
    parts = [
        weight * wide[claim.outcome].loc[numbers[setting, rule]].to_numpy(float)
        for weight, setting in claim.terms
    ]
    return np.sum(parts, axis=0)


def doubt_about(claim: Claim, fixed: np.ndarray, drawn: np.ndarray) -> dict[str, float]:
    """What draws of the rates leave of an effect, and the share of draws in which it is
    as claimed.
    """
    found = {name: float(value) for name, value in about_rates(fixed, drawn).items()}
    return {**found, "draws_hold": share_as_claimed(claim, drawn)}


def share_as_claimed(claim: Claim, drawn: np.ndarray) -> float:
    """The share of draws in which an effect is as claimed: a value a draw."""
    if claim.expected == SAME:
        return float((np.abs(drawn) < claim.smallest).mean())
    return float((drawn * (1.0 if claim.expected == HIGHER else -1.0) >= claim.smallest).mean())


def held(claims: Sequence[Claim], effects: pd.DataFrame) -> list[tuple[Claim, str]]:
    """Each claim with each rival rule under which it holds with the rates as set."""
    own = effects[(effects["status"] == HOLDS) & (effects["rule"] != AS_SET)]
    by_name = {claim.name: claim for claim in claims}
    return [(by_name[row.claim], row.rule) for row in own.itertuples()]


def with_draws(
    pairs: Sequence[tuple[Claim, str]],
    effects: pd.DataFrame,
    numbers: Mapping[tuple[Setting, str], int],
    drawn: pd.DataFrame,
) -> pd.DataFrame:
    """The effects with `draws_hold` for these claims and rules too. drawn: runs of their points
    with draws of the rates.
    """
    wide = drawn.drop(columns="status", errors="ignore").pivot(index="point", columns="seed")
    shares = {
        (claim.name, rule): share_as_claimed(claim, difference(claim, rule, numbers, wide))
        for claim, rule in pairs
    }
    keys = list(zip(effects["claim"], effects["rule"]))
    found = [shares.get(key, usual) for key, usual in zip(keys, effects["draws_hold"])]
    return effects.assign(draws_hold=found)


def elsewhere(own: pd.DataFrame) -> dict[str, object]:
    """Over the rival rules under which a claim holds: the share of draws in which it is as claimed
    (`rules_hold`), and the rule with the smallest share. own: its effects by rule.
    """
    if "draws_hold" not in own:
        return {}
    shares = own.drop(index=AS_SET)["draws_hold"].dropna()
    if shares.empty:
        return {}
    return {
        "rules_hold": shares.mean(),
        "least_rule": shares.idxmin(),
        "least_hold": shares.min(),
    }


def must_hold(claim: Claim, rule: str) -> bool:
    """Whether a claim is tested under a rule; with the model's own rules it always is."""
    return rule == AS_SET or claim.rules is None or rule in claim.rules


def judged(claims: Sequence[Claim], effects: pd.DataFrame) -> pd.DataFrame:
    """A row a claim: `verdict`, the effect as set with its interval, and the rules under which it
    holds, fails and stays open. effects: of `effects_of_claims`.
    """
    rows = []
    for claim in claims:
        row: dict[str, object] = {
            "claim": claim.name,
            "number": claim.number,
            "side": claim.side,
            "words": claim.words,
            "outcome": claim.outcome,
            "expected": claim.expected,
            "smallest": claim.smallest,
            "contradicted_by": claim.contradicted_by,
            "mark": claim.mark,
        }
        if not claim.terms:
            rows.append({**row, "verdict": NOT_MODELLED, "why": claim.not_modelled})
            continue
        own = effects[effects["claim"] == claim.name].set_index("rule")
        statuses = own["status"].to_dict()
        by_status = {
            each: "+".join(rule for rule, found in statuses.items() if found == each)
            for each in (HOLDS, FAILS, OPEN)
        }
        usual = own.loc[AS_SET]
        rows.append(
            {
                **row,
                "verdict": verdict(statuses),
                "difference": usual["difference"],
                "low": usual["low"],
                "high": usual["high"],
                **by_status,
                **{name: usual[name] for name in (*COLUMNS, "draws_hold") if name in own},
                **elsewhere(own),
            }
        )
    return pd.DataFrame(rows)
