"""Imported by the process that forks workers, and for its effect alone: what a run needs is loaded
once, before the first worker, and shared by all.

Where it has still to be compiled nothing is done: workers can be stopped while they compile, which
the process that forks them cannot.
"""

from __future__ import annotations

import contextlib

from ..model.engine import simulate
from ..model.first_compilation import file_of, parts
from ..model.parameters import Parameters
from ..model.places import Places
from ..model.scenario import schedule
from ..model.world import empty_world


def load_compiled() -> None:
    """Run the smallest world for a month, if all that it needs is on disk."""
    params, places = Parameters(), Places.synthetic(1)
    world = empty_world(params, places, 0, 1)
    if all(file_of(*part).exists() for part in parts(world, schedule(params, (), 1)[0])):
        simulate(params, places, 0, 1, threads=1)


with contextlib.suppress(Exception):  # whatever is wrong, the runs will tell
    load_compiled()
