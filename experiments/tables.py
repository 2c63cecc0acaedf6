"""From runs to rows with intervals, and from rows to words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from localism_sim.analysis.intervals import mean_interval, quantile
from localism_sim.analysis.statistics import paired_difference


def by_seed(runs: pd.DataFrame, keys: Sequence[str], outcome: str) -> pd.DataFrame:
    """An outcome with a row a setting of `keys` and a column a seed: rows subtract from each other
    seed by seed.
    """
    return runs.pivot(index=list(keys), columns="seed", values=outcome)


def rows_as_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def mean_columns(values: np.ndarray, name: str, confidence: float = 0.95) -> dict[str, float]:
    """Mean over seeds with its interval (Student's t): `name`, `name_low`, `name_high`."""
    mean, low, high = mean_interval(values, confidence)
    return {name: mean, f"{name}_low": low, f"{name}_high": high}


def contrast_columns(
    other: np.ndarray, reference: np.ndarray, name: str, confidence: float = 0.95
) -> dict[str, float]:
    """`other` less `reference`, seed by seed: `name`, `name_low`, `name_high`, and `name_effect`
    (Glass's delta).
    """
    found = paired_difference(other, reference, confidence)
    return {
        name: found.mean,
        f"{name}_low": found.low,
        f"{name}_high": found.high,
        f"{name}_effect": found.effect,
    }


def mean_table(runs: pd.DataFrame, keys: Sequence[str], outcomes: Sequence[str]) -> pd.DataFrame:
    """A row a setting of `keys`, with `mean_columns` of each outcome."""
    rows = []
    for setting, group in runs.groupby(list(keys), sort=True):
        rows.append(
            {
                **dict(zip(keys, setting)),
                **{
                    k: v
                    for outcome in outcomes
                    for k, v in mean_columns(group[outcome].to_numpy(), outcome).items()
                },
            }
        )
    return pd.DataFrame(rows)


def clear(row: pd.Series, name: str) -> bool:
    """Whether the interval of a difference leaves out zero."""
    return bool(row[f"{name}_low"] > 0 or row[f"{name}_high"] < 0)


def ranged(row: pd.Series, name: str, digits: int = 2) -> str:
    """'0.52 (0.50 to 0.54)'."""
    return (
        f"{row[name]:.{digits}f} ({row[f'{name}_low']:.{digits}f} to "
        f"{row[f'{name}_high']:.{digits}f})"
    )


def signed(row: pd.Series, name: str) -> str:
    """'+0.12 (+0.10 to +0.14, effect 3.1)', or 'no clear difference (-0.010 to +0.002)'; small ones
    with three digits.
    """
    digits = 2 if max(abs(row[f"{name}_low"]), abs(row[f"{name}_high"])) >= 0.1 else 3
    interval = f"{row[f'{name}_low']:+.{digits}f} to {row[f'{name}_high']:+.{digits}f}"
    if not clear(row, name):
        return f"no clear difference ({interval})".replace("-", "−")
    effect = f", effect {abs(row[f'{name}_effect']):.1f}" if f"{name}_effect" in row else ""
    return f"{row[name]:+.{digits}f} ({interval}{effect})".replace("-", "−")


def grid_table(
    runs: pd.DataFrame, first: str, second: str, outcomes: Sequence[str]
) -> pd.DataFrame:
    """Two settings crossed under each scenario: a row a scenario, `first` and `second`.

    For each outcome: mean with interval; `<outcome>_by_<first>` and `<outcome>_by_<second>`:
    difference from the smallest value of that setting with the other one held;
    `<outcome>_together`: the difference from the corner beyond the sum of these two (what they do
    together that they do not do alone).
    """
    rows = []
    values = {outcome: by_seed(runs, ["scenario", first, second], outcome) for outcome in outcomes}
    low, floor = runs[first].min(), runs[second].min()
    for scenario, a, b in next(iter(values.values())).index:
        row = {"scenario": scenario, first: a, second: b}
        for outcome, wide in values.items():
            here, before, beside, corner = (
                wide.loc[(scenario, *at)].to_numpy()
                for at in ((a, b), (low, b), (a, floor), (low, floor))
            )
            row |= mean_columns(here, outcome)
            row |= contrast_columns(here, before, f"{outcome}_by_{first}") | contrast_columns(
                here, beside, f"{outcome}_by_{second}"
            )
            row |= contrast_columns(here - beside, before - corner, f"{outcome}_together")
        rows.append(row)
    return pd.DataFrame(rows)


def at(table: pd.DataFrame, **settings: object) -> pd.Series:
    """The one row with these settings."""
    found = table
    for name, value in settings.items():
        found = found[found[name] == value]
    if len(found) != 1:
        raise ValueError(f"{len(found)} rows have {settings}")
    return found.iloc[0]


def ratio_of_deviations(
    other: np.ndarray, reference: np.ndarray, confidence: float = 0.95
) -> tuple[float, float, float]:
    """Standard deviation of `other` over that of `reference`, paired by position, with its interval
    (Pitman 1939; Morgan 1939): the ratios at which sum and difference of the two, one of them
    rescaled, are not clearly correlated. Exact where both are normal. Needs three pairs or more.
    """
    spare = len(reference) - 2
    ratio = float(other.std(ddof=1) / reference.std(ddof=1))
    correlation = float(np.corrcoef(other, reference)[0, 1])
    k = 1.0 + 2.0 * (1.0 - correlation**2) * quantile(spare + 1, confidence) ** 2 / spare
    return (
        ratio,
        ratio * float(np.sqrt(k - np.sqrt(k**2 - 1.0))),
        ratio * float(np.sqrt(k + np.sqrt(k**2 - 1.0))),
    )
