"""Whoever saw it done changed something."""

from __future__ import annotations

import numpy as np

from ...model.parameters import Parameters
from ..pattern import Pattern, about
from ..set_up import (
    GOOD,
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
    """Share of places in which somebody took up within a year what was seen in another."""
    params = under(
        behaviour, "status_quo_2010", domains=1, redesigns=0.0, visit_rate=0.0, promotion_rate=0.0
    )

    def seen(world):
        one_good_practice(world)
        practise(world, staff_of_places(world, [0]))
        world.commissioners.seen_practice[1:] = GOOD
        world.commissioners.seen_left[1:] = 13

    ever = np.zeros(0, bool)
    for world in months_of(params, england(), seed, 12, seen):
        tried = share_by_place(world, doing(world))[1:] > 0.0
        ever = tried if not ever.size else ever | tried
    return {"changed": float(ever.mean())}


PATTERN = Pattern(
    "beacon",
    "Contact with a Beacon changed something",
    "Beacon scheme: over three quarters of those who engaged changed something (Warwick Business "
    "School 2003, 2008)",
    "England as in 2010 without cuts, one service; every commissioner has just seen a practice "
    "that "
    "is worth more everywhere; a place changed when somebody there tried it within twelve months",
    "self-reports of those who took part, who wanted to change; taken as .15",
    "fitted",
    "contact_rate, with motivation, permission and readiness",
    (about("changed", "share of places that changed within twelve months", 0.75, 0.15),),
    measure,
    "Beacon",
)
