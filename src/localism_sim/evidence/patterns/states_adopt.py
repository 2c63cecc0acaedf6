"""How a policy spreads between governments that nobody orders about."""

from __future__ import annotations

import numpy as np

from ...model.parameters import Parameters
from ...model.places import Places
from ..pattern import Pattern, about
from ..set_up import (
    NO_CENTRE,
    months_of,
    one_good_practice,
    practise,
    routine,
    share_by_place,
    staff_of_places,
    worth_less_here,
)

YEARS = (5, 10, 20)
CEILING = 0.82
"""Share of governments for which a policy is worth having: median ceiling of the fits."""


def measure(behaviour: Parameters, seed: int) -> dict[str, float]:
    """Share of fifty places in which half of the staff have it, years after the first place."""
    params = behaviour.replace(**NO_CENTRE, domains=1, relational_depth=0.0, need_diversity=0.0)

    def first_adopter(world):
        one_good_practice(world)
        count = round(world.count * (1.0 - CEILING))
        suits_not = np.random.default_rng(seed).choice(np.arange(1, world.count), count, False)
        worth_less_here(world, suits_not * world.domains)
        practise(world, staff_of_places(world, [0]))

    worlds = months_of(params, Places.synthetic(50), seed, 12 * YEARS[-1], first_adopter)
    adopted = [float((share_by_place(w, routine(w)) >= 0.5).mean()) for w in worlds]
    return {f"year_{year}": adopted[12 * year - 1] for year in YEARS}


PATTERN = Pattern(
    "states_adopt",
    "A policy spreads between US states",
    "State Policy Innovation and Diffusion data (Boehmke et al., NetworkInference): median curve "
    "of "
    "Bass fits (p .017, q .32 a year, ceiling .82) to 263 policies first adopted after 1950",
    "fifty places without a centre, one simple practice that is worth more in the share of places "
    "that is the ceiling of the fits, one place that has it; a place adopts when half of its staff "
    "have it as routine",
    "policies differ: .14 is a third of what lies between the quartiles of the fits",
    "fitted",
    "promotion_rate, visit_rate, contact_rate, borrowing inside the place",
    tuple(
        about(
            f"year_{year}", f"share of places {year} years after the first", seen, 0.14, 12 * year
        )
        for year, seen in zip(YEARS, (0.21, 0.42, 0.63))
    ),
    measure,
    "V3",
)
