"""Where the defaults stand among the draws of the rates: `python -m localism_sim.evidence.centre`.

The centre of the draws is the median of each rate, rounded to two significant figures, for more are
not known of it.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from ..model.parameters import FIELDS
from .posterior import posterior_draws
from .priors import PRIORS

FIGURES = 2
"""Significant figures of the centre."""
AT, MIDDLE, INSIDE, OUTSIDE = "at the centre", "in the middle half", "within 90%", "outside 90%"
PLACES = (AT, MIDDLE, INSIDE, OUTSIDE)


def rounded(value: float, name: str) -> float:
    """A rate to two significant figures; whole where the parameter is."""
    found = float(f"{value:.{FIGURES}g}")
    return int(found) if isinstance(FIELDS[name].default, int) else found


def centre(draws: pd.DataFrame | None = None) -> dict[str, float]:
    """The median of every rate that was fitted, rounded. draws: by default those that are shipped;
    raises `BadInput` where they are of another version of the model.
    """
    table = posterior_draws() if draws is None else draws
    return {
        name: rounded(table[name].median(), name)
        for name, prior in PRIORS.items()
        if prior.fitted and name in table
    }


def place(value: float, own: pd.Series) -> str:
    """Where a value stands among the draws of its rate: one of `PLACES`."""
    if value == rounded(own.median(), str(own.name)):
        return AT
    for share, found in ((0.5, MIDDLE), (0.9, INSIDE)):
        if own.quantile((1.0 - share) / 2.0) <= value <= own.quantile((1.0 + share) / 2.0):
            return found
    return OUTSIDE


def placed(
    draws: pd.DataFrame | None = None, values: Mapping[str, float] | None = None
) -> pd.DataFrame:
    """A row a fitted rate: `value` (by default the parameter's default), `centre`, and where the
    value stands among the draws (`place`).
    """
    table = posterior_draws() if draws is None else draws
    middle = centre(table)
    usual: dict[str, float] = {name: FIELDS[name].default for name in middle}  # type: ignore[misc]
    held = usual if values is None else values
    rows = [
        {
            "rate": name,
            "value": held[name],
            "centre": middle[name],
            "place": place(held[name], table[name]),
        }
        for name in middle
    ]
    return pd.DataFrame(rows)


if __name__ == "__main__":
    print(placed().to_string(index=False))
