"""An idea that nobody ordered reaches half of the country within a year."""

from __future__ import annotations

import numpy as np

from ...model.parameters import Parameters
from ..pattern import Pattern, about
from ..set_up import (
    NO_MANDATE,
    doing,
    england,
    first_month,
    months_of,
    one_good_practice,
    practise,
    share_by_place,
    staff_of_places,
    under,
)

PILOTS, REACHED, HORIZON = 13, 80, 48


def measure(behaviour: Parameters, seed: int) -> dict[str, float]:
    """Months from thirteen pilots to eighty places in which somebody tries it."""
    places = england()
    params = under(behaviour, "total_place", cuts=0.0, centre_cuts=0.0, **NO_MANDATE)
    pilots = np.random.default_rng(seed).choice(places.count, PILOTS, replace=False)

    def begun(world):
        one_good_practice(world)
        practise(world, staff_of_places(world, pilots))

    worlds = months_of(params, places, seed, HORIZON, begun)
    reached = (bool((share_by_place(w, doing(w)) > 0.0).sum() >= REACHED) for w in worlds)
    return {"months": float(first_month(reached, HORIZON))}


PATTERN = Pattern(
    "total_place",
    "Total Place spread without a mandate",
    "13 pilots in June 2009 (63 councils), over 80 places by February 2010 (publicnet, 25 February "
    "2010)",
    "England under the scenario total_place before the cuts; thirteen places begin with a practice "
    "that is worth more everywhere; a place takes it up when somebody there tries it; at most "
    f"{HORIZON} months",
    "eight months between the two counts; 3 because neither count has a date or a definition",
    "fitted",
    "visit_rate, connectivity and contact_rate",
    (about("months", "months from 13 places to 80 of 148", 8.0, 3.0),),
    measure,
    "V5",
)
