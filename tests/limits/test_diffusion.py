"""Spread of a practice against known results: Bass 1969, adoption without copying, complex
contagion (Centola & Macy 2007).
"""

import numpy as np
import pytest
from conftest import lived
from gates import OPEN

import localism_sim as ls
from localism_sim.model.compilation import plain
from localism_sim.model.copying import reinforcement_needed
from localism_sim.model.landscape import LEGACY
from localism_sim.model.network import ring_offset

NO_COPYING = "no_copying"


def adoption(params, places, seed: int, months: int, variants=()) -> np.ndarray:
    """Share of staff that have left the legacy, month by month."""
    return np.array(
        [
            (world.staff.practice != LEGACY).mean()
            for month, world in lived(params, places, seed, months, variants=variants)
            if month >= 0
        ]
    )


def test_open_gates_and_full_mixing_follow_the_discrete_bass_recursion():
    """F(t+1) = F + (1 - F)(p + q F), Bass 1969, within 4 standard errors of the mean of 30 runs
    plus 2 / n for ties to oneself and 0.002 for curvature.
    """
    p, q, months, runs = 0.02, 0.3, 24, 30
    params = ls.Parameters(
        **OPEN,
        inquiry_rate=p,
        borrow_rate=q,
        mixing=1.0,
        peers=12,
        reinforcement=0.0,
        staff_per_citizen=0.5,
    )
    places = ls.Places.synthetic(8, seed=1, scale=1_000)
    shares = np.array([adoption(params, places, seed, months) for seed in range(runs)])
    expected, f = [], 0.0
    for _ in range(months):
        f = f + (1.0 - f) * (p + q * f)
        expected.append(f)
    error = shares.std(axis=0, ddof=1) / np.sqrt(runs)
    assert (np.abs(shares.mean(axis=0) - expected) <= 4.0 * error + 2.0 / 500 + 0.002).all()
    assert expected[-1] > 0.9, "the run must pass through the whole S-curve"


def test_without_copying_adoption_follows_the_independent_curve():
    """Nobody learns from anybody: 1 - (1 - p)^t, within 4 standard errors of independent coin
    tosses (the null of Volden, Ting & Carpenter 2008).
    """
    p, months, runs = 0.05, 40, 12
    params = ls.Parameters(
        **OPEN,
        inquiry_rate=p,
        borrow_rate=1.0,
        peers=12,
        reinforcement=0.0,
        staff_per_citizen=0.5,
    )
    places = ls.Places.synthetic(8, seed=1, scale=1_000)
    shares = np.array([adoption(params, places, seed, months, NO_COPYING) for seed in range(runs)])
    people = runs * 8 * 100
    expected = 1.0 - (1.0 - p) ** np.arange(1, months + 1)
    *_, (_, world) = lived(params, places, 0, 1, variants=NO_COPYING)
    assert len(world.staff.practice) * runs > people
    assert (
        np.abs(shares.mean(axis=0) - expected)
        <= 4.0 * np.sqrt(expected * (1.0 - expected) / people)
    ).all()


def test_an_s_curve_appears_without_copying_where_orders_pass_a_chain():
    """An S-curve proves no learning (Volden, Ting & Carpenter 2008): a standard that waits at desks
    spreads slowly, fast, then slowly, and nobody copies.
    """
    params = ls.Parameters(
        **OPEN
        | {"chain_length": 8, "domains": 8, "comply_rate": 0.5, "autonomy": 0.0, "control": 1.0}
        | {"clearance": 0.5, "fidelity": 1.0, "link_cost": 0.0, "redesigns": 0.0}
        | {"inquiry_rate": 0.0, "diversity_aversion": 0.0, "alignment_rate": 0.0}
    )

    def issue(world):
        world.departments["standard"] = 1

    path = [
        (world.staff.practice == 1).mean()
        for month, world in lived(
            params,
            ls.Places.synthetic(40, seed=1, scale=10**9),
            2,
            60,
            issue,
            variants=NO_COPYING,
        )
        if month >= 0
    ]
    steps = np.diff(path)
    peak = int(np.argmax(steps))
    assert path[-1] > 0.99 and 8 < peak < 40
    assert steps[peak] > 5.0 * steps[:8].mean() and steps[peak] > 5.0 * steps[40:].mean()


@pytest.mark.parametrize("degree", [2, 4, 6, 8])
@pytest.mark.parametrize("needed", [1, 2, 3, 4])
def test_complex_contagion_on_a_ring_spreads_only_up_to_half_the_degree(degree, needed):
    """Centola & Macy 2007: from a contiguous seed on a ring of degree k, adoption needing a
    neighbours spreads iff a <= k / 2.
    """
    settings = {**OPEN, "relational_depth": (needed - 1) / 3.0, "team_size": 24}
    params = ls.Parameters(
        **settings, inquiry_rate=0.0, borrow_rate=1.0, reinforcement=3.0, peers=degree
    )
    assert plain(reinforcement_needed)(params) == pytest.approx(needed)

    def sow(world):
        world.staff.practice[:degree] = world.staff.shown[:degree] = 1
        world.staff.value[:degree] = 0.99
        world.score[1, 0] = world.score[:, 0].max() + 5.0

    *_, (_, world) = lived(params, ls.Places.synthetic(1, seed=1, scale=4_000), 1, 60, sow)
    assert len(world.staff.practice) > 20
    adopted = (world.staff.practice == 1).mean()
    assert (adopted == 1.0) == (needed <= degree / 2), (adopted, degree, needed)


@pytest.mark.parametrize(("degree", "needed"), [(2, 1), (4, 1), (4, 2), (6, 3), (8, 3), (8, 4)])
def test_a_threshold_moves_round_a_ring_by_whole_steps(degree, needed):
    """Centola & Macy 2007: each month the front takes the k / 2 - a + 1 next people on either side,
    those who see at least a of their k neighbours do it.
    """
    settings = {**OPEN, "relational_depth": (needed - 1) / 3.0, "team_size": 24}
    params = ls.Parameters(
        **settings,
        inquiry_rate=0.0,
        borrow_rate=1.0,
        reinforcement=3.0,
        peers=degree,
        connectivity=0.0,
    )

    def sow(world):
        for team in range(0, len(world.staff.practice), 24):
            world.staff.practice[team : team + degree] = 1
            world.staff.shown[team : team + degree] = 1
            world.staff.value[team : team + degree] = 0.99
        world.score[1, 0] = world.score[:, 0].max() + 5.0

    place = ls.Places.synthetic(1, seed=1, scale=4_000)
    for month, world in lived(params, place, 1, 12, sow, variants="certain_once_enough"):
        expected = degree + 2 * (degree // 2 - needed + 1) * (month + 1)
        if expected > 24 - degree // 2:
            break  # the fronts see each other
        teams = (world.staff.practice == 1).reshape(-1, 24).sum(axis=1)
        assert (teams == expected).all(), (month, teams, expected)


def test_ring_offsets_reach_both_sides_evenly():
    assert sorted(plain(ring_offset)(slot) for slot in range(6)) == [-3, -2, -1, 1, 2, 3]
