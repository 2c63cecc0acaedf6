"""The page's rules give the very bits that Python's give."""

import numpy as np
import pytest
from conftest import random_parameters

import localism_sim as ls
from localism_sim.browser.compiling import wasm
from localism_sim.browser.contents import members

pytest.importorskip("wasmtime")

from runtime import Runtime

SETTINGS = 300
SETS = [
    (),
    *[(name,) for name in ls.shipped_variants()],
    ("free_riding", "no_copying", "desks_only_delay"),
]
"""Rival rules in turn: none, each alone, as many together as may be."""


@pytest.fixture(scope="module")
def runtime() -> Runtime:
    return Runtime(wasm())


def differing(
    runtime: Runtime, parameters, places, seed, months, timeline=(), rivals=()
) -> list[str]:
    """The arrays of the world in which a run of the page differs from Python's."""
    found = runtime.whole_run(parameters, places, seed, months, timeline, rivals)
    world = ls.simulate(parameters, places, seed, months, timeline, variants=rivals).world
    return [
        name
        for name, thing in members(world)
        if isinstance(thing, np.ndarray) and name != "score" and found[name] != thing.tobytes("A")
    ]


def test_random_settings_give_the_same_bits(runtime):
    """300 random settings within all bounds, with each set of rival rules in turn, on made-up
    places; landscapes are left out, since Python shares theirs between runs.
    """
    places = ls.Places.synthetic(6, seed=2)
    differ = {}
    for number in range(SETTINGS):
        parameters = random_parameters(number)
        rivals = SETS[number % len(SETS)]
        arrays = differing(runtime, parameters, places, number * 7919, 1 + number % 30, (), rivals)
        if arrays:
            differ[number] = arrays
    assert differ == {}


@pytest.mark.parametrize("name", ls.scenario_names())
def test_scenarios_with_their_timelines_give_the_same_bits(runtime, name):
    scenario = ls.load_scenario(name)
    places = ls.Places.england()
    assert differing(runtime, scenario.parameters, places, 2**62 - 1, 60, scenario.timeline) == []


def test_another_seed_gives_other_bits(runtime):
    """The comparison can fail."""
    places = ls.Places.synthetic(6, seed=2)
    found = runtime.whole_run(ls.Parameters(), places, 1, 12)
    world = ls.simulate(ls.Parameters(), places, 2, 12).world
    assert found["history"] != world.history.tobytes()
