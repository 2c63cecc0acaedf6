"""The compiled driver: phase 8 of the model itself, on one place whose staff stay as they are."""

import functools
from dataclasses import replace

import numpy as np

import localism_sim as ls
from localism_sim.model import month as phases
from localism_sim.model.scenario import schedule
from localism_sim.model.world import empty_world, populate, settle_citizens

from .specification import (
    FIRST_WELLBEING,
    STAFF_PER_CITIZEN,
    Setting,
    services,
    statistics,
)


@functools.cache
def town(citizens: int) -> ls.Places:
    """One place with so many residents, each of them simulated."""
    return replace(ls.Places.synthetic(1), population=np.array([citizens]), scale=1)


def run(s: Setting) -> dict[str, float]:
    params = ls.Parameters(staff_per_citizen=STAFF_PER_CITIZEN, domains=1)
    world = empty_world(params, town(s.citizens), s.seed, 1)
    p = schedule(params, (), 1)[0]
    populate(world, p)
    world.staff.quality[:], world.staff.regard[:] = services(s.citizens)
    world.places["quality"], world.places["visible_cut"] = FIRST_WELLBEING, s.visible_cut
    settle_citizens(world, p, 0, len(world.blocks))
    for month in range(s.months):
        phases.encounter(world, p, month, 0, len(world.blocks))
    return statistics(world.citizens.trust, world.citizens.engaged, world.citizens.wellbeing)
