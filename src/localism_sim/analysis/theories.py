"""The same policies under every rival theory and on every ground: which is best where, and what it
costs to have chosen another (regret; Savage 1951; Lempert, Popper & Bankes 2003).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from ..model.outcomes import OUTCOMES
from .intervals import half_widths
from .statistics import base

State = tuple[str, str]
"""A ground and the rule that holds there."""


def regrets(
    runs: pd.DataFrame,
    numbers: Mapping[tuple[State, str], int],
    outcomes: Sequence[str],
) -> pd.DataFrame:
    """A row a ground, rule, policy and outcome: its `mean`; `regret`, by how much the best policy
    there is better (never below zero), with the paired 95% interval of that difference; and
    `best`, whether the interval holds zero, so that no policy is clearly better. numbers: the point
    of each state and policy. runs: `point`, `seed` and the outcomes. Needs two seeds or more.
    """
    wide = runs.pivot(index="point", columns="seed", values=list(outcomes))
    states = dict.fromkeys(state for state, _ in numbers)
    policies = list(dict.fromkeys(policy for _, policy in numbers))
    rows = []
    for outcome in outcomes:
        better = OUTCOMES[base(outcome)].better or 1
        for ground, rule in states:
            order = [numbers[(ground, rule), policy] for policy in policies]
            values = wide[outcome].loc[order].to_numpy(float)
            lead = values[int((better * values.mean(axis=1)).argmax())]
            lost = better * (lead - values)
            half = half_widths(lost)
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
                    }
                )
    return pd.DataFrame(rows)


def largest_regrets(table: pd.DataFrame) -> pd.DataFrame:
    """A row an outcome and policy: its `largest` regret over all grounds and rules, where that is
    (`ground`, `rule`), in how many states it is among the best (`best_in` of `states`), and
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
            }
        )
    found = pd.DataFrame(rows)
    least = found.groupby("outcome")["largest"].transform("min")
    return found.assign(minimax=np.isclose(found["largest"], least, rtol=0.0, atol=1e-12))
