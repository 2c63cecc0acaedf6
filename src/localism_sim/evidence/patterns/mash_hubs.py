"""One place's idea becomes forty within four years."""

from __future__ import annotations

from ...model.parameters import Parameters
from ..pattern import Pattern, about
from ..set_up import (
    NO_MANDATE,
    doing,
    england,
    months_of,
    one_good_practice,
    practise,
    share_by_place,
    staff_of_places,
    under,
)


def measure(behaviour: Parameters, seed: int) -> dict[str, float]:
    """Places in which half of the staff of the service do it after four years."""
    params = under(behaviour, "coalition_2010", domains=1, **NO_MANDATE)

    def first_hub(world):
        one_good_practice(world)
        practise(world, staff_of_places(world, [seed % world.count]))

    *_, world = months_of(params, england(), seed, 48, first_hub)
    return {"hubs": float((share_by_place(world, doing(world)) >= 0.5).sum())}


PATTERN = Pattern(
    "mash_hubs",
    "Safeguarding hubs, 1 to 40",
    "multi-agency safeguarding hubs: one in 2010 (Devon), 40 in 2014 (CYPNow, Nursery World)",
    "England under the coalition's programme, one service; one place has a practice that is worth "
    "more everywhere; a hub is a place in which half of the staff of the service work that way",
    "two press counts of one case: 15",
    "held back",
    "visit_rate, contact_rate, promotion_rate and borrowing inside the place",
    (about("hubs", "places with it after four years", 40.0, 15.0),),
    measure,
)
