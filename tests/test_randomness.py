"""Draws are uniform, independent of neighbours in their key, and the same wherever they
are made.
"""

import numpy as np
import pytest
from scipy import stats

import localism_sim as ls
from localism_sim.model.randomness import (
    bell,
    below,
    bits,
    first_share,
    second_share,
    third_below,
    uniform,
)
from localism_sim.model.scenario import schedule
from localism_sim.model.world import empty_world, populate


def draws(over: str, n: int = 40_000) -> np.ndarray:
    key = {"seed": 5, "purpose": 7, "agent": 1 << 40, "month": 3}
    return np.array([uniform(*{**key, over: key[over] + k}.values()) for k in range(n)])


@pytest.mark.parametrize("over", ["seed", "purpose", "agent", "month"])
def test_draws_are_uniform_and_neighbouring_keys_uncorrelated(over):
    u = draws(over)
    assert stats.kstest(u, "uniform").pvalue > 1e-4
    for lag in (1, 2, 64):
        assert abs(np.corrcoef(u[:-lag], u[lag:])[0, 1]) < 4.0 / np.sqrt(len(u))
    pairs = np.histogram2d(u[:-1], u[1:], bins=16)[0]
    assert stats.chisquare(pairs.ravel()).pvalue > 1e-4


def test_the_three_draws_of_an_encounter_are_uniform_and_uncorrelated():
    luck = [bits(1, 70, k, 2) for k in range(40_000)]
    a, b = np.array([first_share(x) for x in luck]), np.array([second_share(x) for x in luck])
    c = np.array([third_below(x, 97) for x in luck])
    assert stats.kstest(a, "uniform").pvalue > 1e-4
    assert stats.kstest(b, "uniform").pvalue > 1e-4
    assert stats.chisquare(np.bincount(c, minlength=97)).pvalue > 1e-4
    assert np.abs(np.corrcoef([a, b, c]) - np.eye(3)).max() < 4.0 / np.sqrt(len(luck))


def test_bell_draws_have_mean_zero_and_variance_one():
    z = np.array([bell(2, 3, k, 0) for k in range(40_000)])
    assert abs(z.mean()) < 4.0 / np.sqrt(len(z))
    assert z.var() == pytest.approx(1.0, abs=0.03)
    assert np.abs(z).max() <= 3.47


def test_below_reaches_every_number_and_no_other():
    assert {below(5, 1, 2, k, 0) for k in range(500)} == set(range(5))


def traits(world) -> dict[int, tuple]:
    """Draw-made traits by agent key."""
    found = {}
    for service in world.services:
        for local, row in enumerate(range(service["first_staff"], service["last_staff"])):
            found["staff", int(service["key"]) + local] = (
                world.staff.capability[row],
                world.staff.regard[row],
                world.staff.motivation[row],
            )
    for place in world.places:
        for local, row in enumerate(range(place["first_citizen"], place["last_citizen"])):
            found["citizen", int(place["key"]) + local] = (
                world.citizens.trust[row],
                world.citizens.engaged[row],
            )
    return found


def start(places, **changes):
    params = ls.Parameters(**changes)
    world = empty_world(params, places, 9, 2)
    populate(world, schedule(params, (), 2)[0])
    return world


def test_more_citizens_more_places_or_an_unused_lever_change_nobody_elses_draws():
    base = traits(start(ls.Places.synthetic(4, scale=20_000)))
    for other in (
        start(ls.Places.synthetic(4, scale=15_000)),
        start(ls.Places.synthetic(9, scale=20_000)),
        start(ls.Places.synthetic(4, scale=20_000), innovation_agency=0.7, ring_fence=1.0),
    ):
        changed = traits(other)
        assert set(base) <= set(changed)
        assert all(changed[key] == value for key, value in base.items())
