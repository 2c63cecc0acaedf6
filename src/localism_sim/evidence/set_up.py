"""Situations in which patterns were measured, built from the model's own world and months."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ..model.engine import simulate
from ..model.landscape import LEGACY
from ..model.month import whole_month
from ..model.parameters import FIELDS, Parameters
from ..model.places import Places
from ..model.scenario import load_scenario, schedule
from ..model.world import World, empty_world, populate

GOOD = 3
"""The practice that a set-up is about: two choices away from the legacy, so that nobody finds it by
a single change.
"""


@functools.cache
def england() -> Places:
    """England at the default scale."""
    return Places.england()


def under(behaviour: Parameters, scenario: str, **changes: Any) -> Parameters:
    """The levers of a scenario (all that differs there from the defaults), the rates of a
    behaviour, and changes on top.
    """
    given = load_scenario(scenario).parameters.as_dict()
    levers = {name: value for name, value in given.items() if value != FIELDS[name].default}
    return behaviour.replace(**{**levers, **changes})


def months_of(
    parameters: Parameters,
    places: Places,
    seed: int,
    months: int,
    arrange: Callable[[World], None] = lambda world: None,
) -> Iterator[World]:
    """The world after each month; `arrange` sets its columns before the first."""
    world, plan = empty_world(parameters, places, seed, months), schedule(parameters, (), months)
    populate(world, plan[0])
    arrange(world)
    for month in range(months):
        whole_month(world, plan[month], month)
        yield world


def history(
    parameters: Parameters, seed: int, months: int, timeline: Any = None
) -> dict[str, np.ndarray]:
    """England's outcomes month by month."""
    table = simulate(parameters, england(), seed, months, timeline, threads=1).history
    return {name: table[name].to_numpy() for name in table}


def first_month(reached: Iterator[bool], months: int) -> int:
    """The first month, counted from 1, in which something is reached; one more than `months` where
    it never is.
    """
    return next((month for month, yes in enumerate(reached, 1) if yes), months + 1)


def score_of(value: Any) -> np.ndarray:
    """The score that `landscape.squashed` makes this value of."""
    x = 2.0 * np.asarray(value, float) - 1.0
    return x * np.sqrt(2.0 / (1.0 - x * x))


def one_good_practice(world: World, worth: float = 0.7, legacy: float = 0.5) -> None:
    """Everywhere `GOOD` is worth more than the legacy, and all else less than both."""
    values = np.full(1 << world.choices, legacy - 0.05)
    values[LEGACY], values[GOOD] = legacy, worth
    world.score.T[:] = score_of(values)
    world.services["legacy_value"], world.services["best_value"] = legacy, worth
    world.staff.value[:] = legacy


def worth_less_here(world: World, services: np.ndarray, worth: float = 0.4) -> None:
    """In these services `GOOD` is worth less than the legacy."""
    world.score[GOOD, services] = score_of(worth)


def practise(world: World, rows: np.ndarray, practice: int = GOOD) -> None:
    """Let these staff have a practice as routine, and their team and service endorse it."""
    for column in ("practice", "fallback", "shown"):
        getattr(world.staff, column)[rows] = practice
    service = np.searchsorted(world.services["first_staff"], rows, "right") - 1
    for column in ("value", "fallback_value"):
        getattr(world.staff, column)[rows] = worth_of(world, service, practice)
    teams = np.unique(rows // world.team_size)
    for column, value in (("endorsed", practice), ("declared", practice), ("endorsed_value", 1.0)):
        getattr(world.commissioners, column)[np.unique(service)] = value
        world.teams[column][teams] = value


def worth_of(world: World, services: np.ndarray, practice: int) -> np.ndarray:
    """What a practice is worth in each of these services."""
    z = world.score[practice, services].astype(float)
    return 0.5 + z / (2.0 * np.sqrt(2.0 + z * z))


def staff_of_places(world: World, places: Any) -> np.ndarray:
    """Rows of all staff of these places."""
    return np.concatenate(
        [
            np.arange(world.places["first_staff"][place], world.places["last_staff"][place])
            for place in places
        ]
    )


def share_by_place(world: World, flags: np.ndarray) -> np.ndarray:
    """Share of each place's staff for whom a flag holds."""
    total = np.concatenate([[0], np.cumsum(flags)])
    first, last = world.places["first_staff"], world.places["last_staff"]
    return (total[last] - total[first]) / (last - first)


def doing(world: World, practice: int = GOOD) -> np.ndarray:
    """Who practises it, on trial or as routine."""
    return world.staff.practice == practice


def routine(world: World, practice: int = GOOD) -> np.ndarray:
    """Who has it as routine."""
    return doing(world, practice) & (world.staff.on_trial == 0)


NO_MANDATE = {"redesigns": 0.0, "review_months": 120}
"""The national standard stays what it is, for ten years."""
NO_CENTRE = {
    "autonomy": 1.0,
    "control": 0.0,
    "comply_rate": 0.0,
    "redesigns": 0.0,
    "chain_length": 0,
    "cuts": 0.0,
    "centre_cuts": 0.0,
    "reform_interest": 0.0,
}
"""No department issues anything, and nobody needs permission."""
