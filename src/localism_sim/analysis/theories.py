"""The same policies under every rival theory and on every ground: which is best where, and what it
costs to have chosen another (regret; Savage 1951; Lempert, Popper & Bankes 2003).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from ..model.outcomes import OUTCOMES
from .doubt import about_rates
from .intervals import half_widths, mean_interval
from .statistics import base

State = tuple[str, str]
"""A ground and the rule that applies on it."""


def regrets(
    runs: pd.DataFrame,
    numbers: Mapping[tuple[State, str], int],
    outcomes: Sequence[str],
    drawn: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """A row a ground, rule, policy and outcome: its `mean`; `regret`, by how much the best policy
    there is better (never below zero), with the paired 95% interval of that difference; and
    `best`, whether the interval holds zero, so that no policy is clearly better. numbers: the point
    of each state and policy. runs: `point`, `seed` and the outcomes. Needs two seeds or more.
    drawn: the same with draws of the rates; then also what they leave of the regret
    (`doubt.about_rates`), against the policy that is best on their mean.
    """
    tables = [runs] if drawn is None else [runs, drawn]
    wides = [table.pivot(index="point", columns="seed", values=list(outcomes)) for table in tables]
    states = dict.fromkeys(state for state, _ in numbers)
    policies = list(dict.fromkeys(policy for _, policy in numbers))
    rows = []
    for outcome in outcomes:
        better = OUTCOMES[base(outcome)].better or 1
        for ground, rule in states:
            order = [numbers[(ground, rule), policy] for policy in policies]
            each = [wide[outcome].loc[order].to_numpy(float) for wide in wides]
            values = each[0]
            lost = lost_of(values, best_of(values, better), better)
            half = half_widths(lost)
            more = [doubt_about(each, better, k) for k in range(len(policies))]
            for k, policy in enumerate(policies):
                regret = max(0.0, float(lost[k].mean()))
                rows.append(
                    {
                        "ground": ground,
                        "rule": rule,
                        "policy": policy,
                        "outcome": outcome,
                        "mean": float(values[k].mean()),
                        "regret": regret,
                        "low": regret - float(half[k]),
                        "high": regret + float(half[k]),
                        "best": bool(regret <= float(half[k])),
                        **more[k],
                    }
                )
    return pd.DataFrame(rows)


def by_copying(
    runs: pd.DataFrame,
    numbers: Mapping[tuple[State, str], int],
    outcomes: Sequence[str],
    rules: tuple[str, str],
) -> pd.DataFrame:
    """A row a ground, policy and outcome of diffusion: its mean under the first rule, under the
    second, where nobody copies, and by how much copying raises it, with the paired 95% interval.
    Empty where one of the rules is not among the states.
    """
    wide = runs.pivot(index="point", columns="seed", values=list(outcomes))
    rows = []
    for ((ground, rule), policy), number in numbers.items():
        null = numbers.get(((ground, rules[1]), policy))
        if rule != rules[0] or null is None:
            continue
        for outcome in outcomes:
            with_it = wide[outcome].loc[number].to_numpy(float)
            without = wide[outcome].loc[null].to_numpy(float)
            mean, low, high = mean_interval(with_it - without)
            rows.append(
                {
                    "ground": ground,
                    "policy": policy,
                    "outcome": outcome,
                    "as_set": float(with_it.mean()),
                    "without": float(without.mean()),
                    "difference": mean,
                    "low": low,
                    "high": high,
                }
            )
    return pd.DataFrame(rows)


def best_of(values: np.ndarray, better: int) -> int:
    """The row with the best mean. better: 1 if more is better, -1 if less is."""
    return int((better * values.mean(axis=1)).argmax())


def lost_of(values: np.ndarray, lead: int, better: int) -> np.ndarray:
    """By how much each row is worse than a given one, seed by seed."""
    return better * (values[lead] - values)


def doubt_about(each: Sequence[np.ndarray], better: int, row: int) -> dict[str, float]:
    """What draws of the rates leave of one policy's regret; nothing where there are none. each:
    values with the rates as set and with draws.
    """
    if len(each) < 2:
        return {}
    lead = best_of(each[1], better)
    found = about_rates(*(lost_of(values, lead, better)[row] for values in each))
    return {name: float(value) for name, value in found.items()}


def largest_regrets(table: pd.DataFrame) -> pd.DataFrame:
    """A row an outcome and policy: its `largest` regret over all grounds and rules, where that is
    (`ground`, `rule`), the largest on the mean over draws of the rates (`drawn_largest`, where
    there are any), in how many states it is among the best (`best_in` of `states`), and
    `minimax`, whether no other policy has a smaller largest regret.
    """
    rows = []
    for (outcome, policy), own in table.groupby(["outcome", "policy"], sort=False):
        worst = own.loc[own["regret"].idxmax()]
        rows.append(
            {
                "outcome": outcome,
                "policy": policy,
                "largest": float(worst["regret"]),
                "ground": worst["ground"],
                "rule": worst["rule"],
                "best_in": int(own["best"].sum()),
                "states": len(own),
                **({"drawn_largest": float(own["drawn"].max())} if "drawn" in own else {}),
            }
        )
    found = pd.DataFrame(rows)
    least = found.groupby("outcome")["largest"].transform("min")
    return found.assign(minimax=np.isclose(found["largest"], least, rtol=0.0, atol=1e-12))
