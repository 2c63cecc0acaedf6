"""Every corner of the parameters' bounds gives finite outcomes, alike in both drivers."""

import numba
import numpy as np
import pytest

import localism_sim as ls
from localism_sim.model.parameters import FIELDS
from localism_sim.model.world import PLACE_HISTORY, empty_world

SMALL = {"domains": (1, 2, 3), "choices": (2, 5), "staff_per_citizen": (0.001, 0.05)}
"""Values for the size of the world that keep it small."""


def ends(name: str) -> tuple:
    """The least and the greatest value of a parameter."""
    meta = FIELDS[name].metadata
    return SMALL.get(name, (meta["low"], meta["high"]))


def corner(random: np.random.Generator, share: float) -> dict:
    """Settings of which about `share` stand at an end of their bounds, the rest anywhere within."""
    values = {}
    for name in FIELDS:
        low, high = ends(name)[0], ends(name)[-1]
        if random.random() < share or name in SMALL:
            values[name] = ends(name)[random.integers(len(ends(name)))]
        elif isinstance(FIELDS[name].default, int):
            values[name] = int(random.integers(low, high + 1))
        else:
            values[name] = float(random.uniform(low, high))
    values["complexity"] = int(min(values["complexity"], values["choices"] - 1))
    return values


def not_finite(run: ls.Run) -> list[str]:
    """Outcomes and histories of a run that are not finite numbers."""
    found = [name for name, value in run.outcomes.items() if not np.isfinite(value)]
    found += [name for name in ls.OUTCOMES if not np.isfinite(run.world.history[name]).all()]
    return found + [
        f"{name} by place"
        for name in PLACE_HISTORY
        if not np.isfinite(run.world.place_history[name]).all()
    ]


def campaign(count: int, seed: int, months: int = 6) -> list[tuple[dict, list[str]]]:
    """Random settings, half of each at the bounds, whose compiled run is not finite."""
    random, places = np.random.default_rng(seed), ls.Places.synthetic(3, seed=1, scale=40_000)
    faults = []
    for number in range(count):
        values = corner(random, (0.0, 0.3, 0.7, 1.0)[number % 4])
        found = not_finite(ls.simulate(ls.Parameters(**values), places, number, months))
        if found:
            faults.append((values, found))
    return faults


def test_random_corners_are_finite():
    assert campaign(400, seed=1) == []


@pytest.mark.slow
def test_twenty_thousand_settings_are_finite():
    assert campaign(20_000, seed=2) == []


@pytest.mark.parametrize("name", [name for name in FIELDS if name not in SMALL])
def test_each_end_of_each_range_is_finite(name):
    places = ls.Places.synthetic(2, seed=1, scale=40_000)
    usual = {"domains": 2, "choices": 10, "pooled_budgets": 1.0, "failure_demand": 1.5}
    for value in ends(name):
        run = ls.simulate(ls.Parameters(**(usual | {name: value})), places, 3, 4)
        assert not_finite(run) == [], value


@pytest.mark.parametrize("number", range(24))
def test_corners_are_the_same_in_both_drivers(number):
    random = np.random.default_rng(100 + number)
    params = ls.Parameters(**corner(random, (0.5, 1.0)[number % 2]))
    places = ls.Places.synthetic(1 + number % 3, seed=number, scale=60_000)
    model = ls.LocalismModel(params, places, seed=number, months=4)
    for _ in range(4):
        model.step()
    run = ls.simulate(params, places, number, 4)
    assert not_finite(run) == []
    assert run.world.history.tobytes() == model.world.history.tobytes()
    assert run.world.place_history.tobytes() == model.world.place_history.tobytes()
    for one, other in zip(run.world.commissioners, model.world.commissioners):
        assert one.tobytes() == other.tobytes()


def drivers_apart(count: int, seed: int, months: int = 2) -> list[dict]:
    """Random settings, half of each at the bounds, under no rival rule and under each that is
    shipped in turn, after which the drivers differ in any bit.
    """
    random, faults = np.random.default_rng(seed), []
    for number in range(count):
        values = corner(random, (0.0, 0.3, 0.7, 1.0)[number % 4])
        values["team_size"] = min(values["team_size"], 4)
        params = ls.Parameters(**values)
        places = ls.Places.synthetic(1 + number % 2, seed=number % 20, scale=60_000)
        rivals = list(RIVALS[number % len(RIVALS)])
        model = ls.LocalismModel(params, places, seed=number, months=months, variants=rivals)
        for _ in range(months):
            model.step()
        run = ls.simulate(params, places, number, months, variants=rivals)
        pairs = [(getattr(run.world, name), getattr(model.world, name)) for name in COMPARED]
        for columns in ("staff", "commissioners"):
            pairs += list(zip(getattr(run.world, columns), getattr(model.world, columns)))
        if not_finite(run) or any(one.tobytes() != other.tobytes() for one, other in pairs):
            faults.append({**values, "variants": rivals, "number": number})
    return faults


RIVALS = [(), *[(name,) for name in sorted(ls.shipped_variants())]]
COMPARED = ("history", "place_history", "places")


@pytest.mark.parametrize("count", [pytest.param(150), pytest.param(20_000, marks=pytest.mark.slow)])
def test_random_settings_are_the_same_in_both_drivers(count):
    assert drivers_apart(count, seed=3) == []


def test_a_pool_without_demand_leaves_every_service_a_budget():
    params = ls.Parameters(pooled_budgets=1.0, failure_demand=1.5)
    places = ls.Places.synthetic(12, seed=4)
    run = ls.simulate(params, places, seed=1, months=60)
    assert not_finite(run) == []
    assert (run.world.commissioners.budget > 0.0).all()


def test_a_history_is_empty_until_its_month_is_accounted():
    """So an outcome that is declared and that nothing computes is found by name."""
    world = empty_world(ls.Parameters(), ls.Places.synthetic(2), 1, 3)
    assert all(np.isnan(world.history[name]).all() for name in ls.OUTCOMES)
    assert all(np.isnan(world.place_history[name]).all() for name in PLACE_HISTORY)
    model = ls.LocalismModel(places=ls.Places.synthetic(2, scale=40_000), months=2)
    model.step()
    assert [name for name in ls.OUTCOMES if np.isnan(model.world.history[0][name])] == []
    assert all(np.isnan(model.world.history[1][name]) for name in ls.OUTCOMES)


def test_a_declared_outcome_that_is_not_computed_is_named():
    run = ls.simulate(ls.Parameters(), ls.Places.synthetic(2), months=2)
    run.world.history["fit"] = np.nan  # as if no rule wrote it
    assert not_finite(run) == ["fit", "fit"]


def test_positions_in_a_tally_come_from_its_names():
    from localism_sim.model.account import AT, Tally

    assert list(AT) == list(range(len(Tally._fields)))
    world = empty_world(ls.Parameters(), ls.Places.synthetic(2), 1, 1)
    assert world.tally.shape == (3, len(Tally._fields))


def test_the_smallest_world_is_no_world_apart():
    """Nor is any other: else all would be compiled once more for it."""
    usual = empty_world(ls.Parameters(), ls.Places.synthetic(2), 1, 3)
    smallest = empty_world(ls.Parameters(domains=1), ls.Places.synthetic(1, scale=60_000), 1, 1)
    assert numba.typeof(smallest) == numba.typeof(usual)
