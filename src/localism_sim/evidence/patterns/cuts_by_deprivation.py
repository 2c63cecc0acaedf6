"""Deprived places lost more."""

from __future__ import annotations

import numpy as np

from ...model.engine import simulate
from ...model.parameters import Parameters
from ..pattern import Pattern, about
from ..set_up import england, under


def measure(behaviour: Parameters, seed: int) -> dict[str, float]:
    """Cuts by place after four years, against deprivation."""
    places = england()
    world = simulate(
        under(behaviour, "coalition_2010", efficiency_gain=0.0), places, seed, 48, threads=1
    ).world
    cut = 1.0 - world.place_history["budget"][-1]
    fifths = np.array_split(cut[np.argsort(places.deprivation, kind="stable")], 5)
    return {
        "correlation": float(np.corrcoef(places.deprivation, -cut)[0, 1]) if cut.std() else 0.0,
        "fifths": float(fifths[-1].mean() / fifths[0].mean()),
    }


PATTERN = Pattern(
    "cuts_by_deprivation",
    "Cuts fell on deprived places",
    "ratio: Institute for Fiscal Studies 2019 (most deprived councils -31% a head, least -16%, "
    "real, "
    "2009-10 to 2019-20); correlation: spending power of 121 single-tier councils, 2010-11 to "
    "2015-16, with the Index of Multiple Deprivation 2010",
    "England under the coalition's programme, money after four years (no efficiency gains)",
    "ratio: both figures are rounded and the decade is longer, taken as .3; correlation: -.86 to "
    "-.92 by year of the index, twice that because the places here include counties",
    "set directly",
    "deprivation_gradient and each place's exposure to cuts",
    (
        about("correlation", "change in budget with deprivation (r)", -0.92, 0.12),
        about("fifths", "cut of the most deprived fifth over the least", 1.94, 0.3),
    ),
    measure,
    "V1",
)
