"""What would have followed had one thing gone the other way: the same run, draw for draw, with one
event of its trace flipped.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..foundation.errors import BadInput, brief
from ..model import month as phases
from .department import NOTHING
from .engine import Run
from .scenario import schedule
from .staff import COLUMNS
from .trace import Trace
from .world import World, empty_world, populate

TRAITS = ("capability", "regard", "motivation", "readiness")
"""Columns of staff that the month teaches whoever stays; where an event is taken back they stay as
they are, unless another person had taken the post.
"""
PRACTISED = tuple(
    column.name for column in COLUMNS if column.name not in (*TRAITS, "team", "stays", "acts")
)
"""Columns of staff that are as before where an event is taken back."""


def flipped(run: Run, event: Any) -> Run:
    """The run again, with the same luck, in which one event of its trace went the other way; what
    differs from the original follows from it alone.

    run: a run with a trace (`simulate(..., trace=True)`). event: a row number of `run.trace`. A
    proposal that a desk stopped is passed on by that desk at the end of the month; any other event
    is taken back at the end of its month: the post goes on as it was before, with the same person
    (a permission is withdrawn; who came that month has not come). Histories are the same before
    that month. The new run has a trace of its own. Raises `BadInput` for a run without a trace or a
    number that is no row of it.
    """
    if run.trace is None:
        raise BadInput("this run has no trace; run it again with simulate(..., trace=True)")
    if (
        isinstance(event, bool)
        or not isinstance(event, (int, np.integer))
        or not 0 <= event < len(run.trace)
    ):
        raise BadInput(
            f"event = {brief(event)} is not allowed; allowed: a row number of the trace, a whole "
            f"number from 0 to {len(run.trace) - 1}"
        )
    row = run.trace.iloc[int(event)]
    plan = schedule(run.parameters, run.timeline, run.months)
    world = empty_world(run.parameters, run.places, run.seed, run.months)
    kept = Trace(world, run.places.ids)
    populate(world, plan[0], run.variants)
    for month in range(run.months):
        before = {name: getattr(world.staff, name)[row["staff"]] for name in PRACTISED + TRAITS}
        kept.before()
        phases.whole_month(world, plan[month], month, run.variants)
        if month == row["month"]:
            flip(world, row, before, int(plan[month]["chain_length"]), kept.came(row["staff"]))
        kept.after(month)
    return Run(
        run.parameters,
        run.places,
        run.seed,
        run.months,
        run.timeline,
        world,
        kept.table(),
        run.variants,
    )


def flip(world: World, row, before, desks: int, came: bool) -> None:
    """Turn one event round in the world as its month ends. before: the staff member's columns as
    the month began; desks: length of the chain; came: whether somebody took the post this month.
    """
    post = int(row["staff"])
    if row["event"] == "stopped":
        team = world.teams[post // world.team_size]
        team["asked_desks"] = max(0, desks - int(row["desk"]))
        team["stopped_by"] = 0
    else:
        for column in PRACTISED + (TRAITS if came else ()):
            getattr(world.staff, column)[post] = before[column]
        if came:
            world.staff.stays[post] = 1
            world.teams["entrant_post"][post // world.team_size] = NOTHING
