"""How much time reporting takes at the front line."""

from __future__ import annotations

import numpy as np

from ...model.parameters import Parameters
from ..pattern import Pattern, about
from ..set_up import england, months_of, under


def measure(behaviour: Parameters, seed: int) -> dict[str, float]:
    """Mean share of front-line time over five years without cuts or reforms."""
    params = under(behaviour, "status_quo_2010")
    worlds = months_of(params, england(), seed, 60)
    return {"share": float(np.mean([w.commissioners.reporting.mean() for w in worlds]))}


PATTERN = Pattern(
    "reporting_time",
    "Time that reporting takes",
    "nurses 17.3% (Royal College of Nursing 2013, n = 6,387) to 19.5% (2008); police 18.4% 2004-05 "
    "to "
    "19.7% 2006-07 (Home Office)",
    "England as in 2010 without cuts, mean of five years",
    "the four figures lie between .173 and .197",
    "fitted",
    "link_cost, chain_length and control, which drifts",
    (about("share", "share of front-line time", 0.185, 0.02),),
    measure,
    "reporting",
)
