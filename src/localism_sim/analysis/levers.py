"""What each lever does when it goes from one end to the other, on the four grounds of the two by
two: the centre or places, with or without the reforms. A lever that does nothing worth the name on
any of them is inert (one factor at a time; for interactions see the sensitivity analyses).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ..model.scenario import Scenario
from ..sweeps.factors import Factor
from .doubt import about_rates
from .intervals import half_widths
from .statistics import BARELY, range_of

ENDS = ("low", "high")


def design(factors: Sequence[Factor], scenarios: Sequence[Scenario]) -> pd.DataFrame:
    """A row a lever, scenario and end (`lever`, `scenario`, `end`), and the values of all levers
    there: that lever at its end, every other as the scenario has it.
    """
    names = [factor.name for factor in factors]
    rows = []
    for factor in factors:
        for scenario in scenarios:
            usual = {name: getattr(scenario.parameters, name) for name in names}
            for end in ENDS:
                value = factor.values(np.array([getattr(factor, end)]))[0]
                rows.append(
                    {
                        "lever": factor.name,
                        "end": end,
                        "scenario": scenario.name,
                        **usual,
                        factor.name: value,
                    }
                )
    return pd.DataFrame(rows)


def different(points: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray]:
    """The distinct points of a design, and for each row the number of its point: a lever that is
    already at its end shares the scenario's own runs.
    """
    settings = points.drop(columns=["lever", "end"])
    numbers = settings.groupby(list(settings), sort=False).ngroup().to_numpy()
    return settings.drop_duplicates(ignore_index=True), numbers


def effects_of_levers(
    design: pd.DataFrame,
    numbers: np.ndarray,
    runs: pd.DataFrame,
    outcomes: Sequence[str],
    drawn: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """A row a lever, scenario and outcome: from which value `low_end` to which `high_end`, the
    outcome at the low end (`reference_mean`), the paired `difference` with its 95% interval, and
    `clear`. runs: a row a run with `point` (see `different`), `seed` and the outcomes. drawn: the
    same with draws of the rates; then also what they leave open (`doubt.about_rates`).
    """
    tables = [runs] if drawn is None else [runs, drawn]
    wides = [table.pivot(index="point", columns="seed", values=list(outcomes)) for table in tables]
    rows = []
    for first in range(0, len(design), len(ENDS)):
        sides = [[wide.loc[numbers[first + k]] for k in (0, 1)] for wide in wides]
        low = sides[0][0]
        at, until = (design.iloc[first + k] for k in (0, 1))
        for outcome in outcomes:
            each = [
                end[outcome].to_numpy(float) - begin[outcome].to_numpy(float)
                for begin, end in sides
            ]
            pairs = each[0]
            half = float(half_widths(pairs))
            mean = float(pairs.mean())
            rows.append(
                {
                    "lever": at["lever"],
                    "scenario": at["scenario"],
                    "outcome": outcome,
                    "low_end": float(at[at["lever"]]),
                    "high_end": float(until[at["lever"]]),
                    "reference_mean": float(low[outcome].mean()),
                    "difference": mean,
                    "low": mean - half,
                    "high": mean + half,
                    "clear": abs(mean) > max(half, 1e-12),
                    **(about_rates(*each) if len(each) > 1 else {}),
                }
            )
    return pd.DataFrame(rows)


def inert(table: pd.DataFrame, months: int) -> pd.DataFrame:
    """A row a lever and scenario: `inert`, whether no outcome changes clearly by `BARELY` of its
    range or more.
    """
    ranges = np.array([range_of(name, months) or np.nan for name in table["outcome"]])
    matters = table["clear"].astype(bool) & ((table["difference"] / ranges).abs() >= BARELY)
    found = matters.groupby([table["lever"], table["scenario"]], sort=False).any()
    return (~found).rename("inert").reset_index()
