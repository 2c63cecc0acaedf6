"""Limit cases with known answers, through the model's own rules."""

import numpy as np
import pytest

import localism_sim as ls
from localism_sim import landscape
from localism_sim.chain import desk_passes, garbled
from localism_sim.citizen import perceived_quality, updated_trust
from localism_sim.department import trial_willingness
from localism_sim.engine import simulate
from localism_sim.month import whole_month
from localism_sim.network import ring_offset
from localism_sim.randomness import uniform
from localism_sim.rules import plain
from localism_sim.scenario import schedule
from localism_sim.staff import reinforcement_needed
from localism_sim.world import empty_world, populate

OPEN = {
    "domains": 1, "choices": 6, "complexity": 0, "legacy_quantile": 0.0, "need_diversity": 0.0, "relational_depth": 0.0, "judgement_noise": 0.0,
    "base_demand": 0.0, "failure_demand": 0.0, "cuts": 0.0, "autonomy": 1.0, "control": 0.0, "comply_rate": 0.0, "turnover": 0.0, "entry_rate": 0.0,
    "trial_months": 60, "initial_capability": 1.0, "initial_regard": 1.0, "initial_motivation": 1.0, "initial_engagement": 1.0, "initial_variation": 0.0,
    "forgetting_rate": 0.0, "motivation_rate": 0.0, "regard_rate": 0.0, "disengage_rate": 0.0, "chain_length": 0, "stop_rate": 0.0,
}
"""All gates open: every staff member has time, skill, will and permission; anything new is better than legacy."""


def test_open_gates_and_full_mixing_follow_the_discrete_bass_recursion():
    """F(t+1) = F + (1 - F)(p + q F), Bass 1969, within 4 standard errors of the mean of 30 runs plus 1 / n for a tie to oneself."""
    p, q, months, runs = 0.02, 0.3, 24, 30
    params = ls.Parameters(**OPEN, inquiry_rate=p, borrow_rate=q, mixing=1.0, peers=12, reinforcement=0.0, staff_per_citizen=0.5)
    places = ls.Places.synthetic(8, seed=1, scale=1_000)
    shares = []
    for seed in range(runs):
        world = empty_world(params, places, seed, months)
        plan = schedule(params, (), months)
        populate(world, plan[0])
        path = []
        for month in range(months):
            whole_month(world, plan[month], month)
            path.append((world.staff["practice"] != landscape.LEGACY).mean())
        shares.append(path)
    shares = np.array(shares)
    staff = len(world.staff)
    expected, f = [], 0.0
    for _ in range(months):
        f = f + (1.0 - f) * (p + q * f)
        expected.append(f)
    error = shares.std(axis=0, ddof=1) / np.sqrt(runs)
    assert staff > 500
    assert (np.abs(shares.mean(axis=0) - expected) <= 4.0 * error + 2.0 / staff + 0.002).all()
    assert expected[-1] > 0.9, "the run must pass through the whole S-curve"


@pytest.mark.parametrize("desks", [0, 1, 3, 7, 15])
def test_a_chain_of_n_desks_leaves_a_message_whole_with_probability_p_to_the_n(desks):
    params = ls.Parameters(fidelity=0.93)
    passed = plain(garbled)
    trials, whole = 20_000, 0
    for message in range(trials):
        practice = 0
        for desk in range(desks):
            choice = int(uniform(1, 900, message, desk) * 10)
            practice = passed(practice, uniform(1, 901, message, desk), choice, params)
            if practice != 0:
                break  # what is garbled twice alike would be whole again by chance; p^n counts messages never touched
        whole += practice == 0
    expected = 0.93**desks
    assert abs(whole / trials - expected) <= 4.0 * np.sqrt(expected * (1.0 - expected) / trials) + 1e-9


def test_fidelity_in_the_model_at_full_and_no_fidelity(small_places):
    for fidelity, whole in ((1.0, True), (0.0, False)):
        params = ls.Parameters(fidelity=fidelity, clearance=1.0, chain_length=3, outcome_measurement=1.0, review_months=2, redesigns=40.0, central_capacity=1.0,
                               centre_cuts=0.0)
        world = simulate(params, small_places, seed=3, months=12).world
        arrived = world.commissioners["standard"][world.commissioners["sent"] != 0]
        sent = world.commissioners["sent"][world.commissioners["sent"] != 0]
        done = world.commissioners["down_desks"][world.commissioners["sent"] != 0] < 0
        assert done.any()
        assert ((arrived == sent)[done].all()) == whole


@pytest.mark.parametrize(("harm", "best"), [(1, 2), (4, 3), (20, 5)])
def test_the_best_number_of_desks_grows_with_the_harm_of_bad_ideas(harm, best):
    """Sah & Stiglitz 1986: half the ideas good (worth 1), half bad (worth -harm); pass chances 0.8 and 0.3."""
    params, passes = ls.Parameters(pass_good=0.8, pass_bad=0.3, screening=1), plain(desk_passes)
    draws = np.linspace(0.0, 1.0, 2_000, endpoint=False) + 0.00025
    good = np.mean([passes(True, u, params) for u in draws])
    bad = np.mean([passes(False, u, params) for u in draws])
    worth = [0.5 * good**n - 0.5 * harm * bad**n for n in range(1, 12)]
    assert int(np.argmax(worth)) + 1 == best


def test_without_screening_desks_pass_everything():
    params = ls.Parameters(screening=0)
    assert all(plain(desk_passes)(good, u, params) for good in (True, False) for u in (0.0, 0.5, 0.999))


@pytest.mark.parametrize(("places", "chance"), [(5, 0.5796), (20, 0.5179)])
def test_free_riding_leaves_the_known_chance_that_any_place_succeeds(places, chance):
    """p = 0.2, v = 10, c = 1: 1 - (1 - p x)^n at the mixed equilibrium x (Strumpf 1999)."""
    params = ls.Parameters(free_riding=1, trial_success=0.2, trial_value=10.0, trial_cost=1.0)
    x = plain(trial_willingness)(places, params)
    assert 1.0 - (1.0 - 0.2 * x) ** places == pytest.approx(chance, abs=5e-5)


def test_a_central_share_of_the_cost_cures_free_riding():
    few = [plain(trial_willingness)(20, ls.Parameters(free_riding=1, innovation_fund=share)) for share in (0.0, 0.5, 1.0)]
    assert few[0] < few[1] < few[2] == 1.0


@pytest.mark.parametrize("degree", [2, 4, 6, 8])
@pytest.mark.parametrize("needed", [1, 2, 3, 4])
def test_complex_contagion_on_a_ring_spreads_only_up_to_half_the_degree(degree, needed):
    """Centola & Macy 2007: from a contiguous seed on a ring of degree k, adoption needing a neighbours spreads iff a <= k / 2."""
    settings = {**OPEN, "relational_depth": (needed - 1) / 3.0, "staff_per_citizen": 0.5}
    params = ls.Parameters(**settings, inquiry_rate=0.0, borrow_rate=1.0, reinforcement=3.0, peers=degree)
    assert plain(reinforcement_needed)(params) == pytest.approx(needed)
    places = ls.Places.synthetic(1, seed=1, scale=4_000)
    world, plan = empty_world(params, places, 1, 60), schedule(params, (), 60)
    populate(world, plan[0])
    staff = world.staff
    assert len(staff) > 20
    staff["practice"][:degree] = staff["shown"][:degree] = 1
    staff["value"][:degree] = 0.99
    world.score[0, 1] = world.score[0].max() + 5.0
    for month in range(60):
        whole_month(world, plan[month], month)
    adopted = (staff["practice"] == 1).mean()
    assert (adopted == 1.0) == (needed <= degree / 2), (adopted, degree, needed)


def test_ring_offsets_reach_both_sides_evenly():
    assert sorted(plain(ring_offset)(slot) for slot in range(6)) == [-3, -2, -1, 1, 2, 3]


def optima(complexity: int, choices: int, seeds: range) -> list[int]:
    """Number of local optima of the national landscape for each seed."""
    counts = []
    params = ls.Parameters(choices=choices, complexity=complexity, need_diversity=0.0, domains=1)
    places = ls.Places.synthetic(1)
    for seed in seeds:
        world = empty_world(params, places, seed, 1)
        populate(world, schedule(params, (), 1)[0])
        score = world.score[0]
        codes = np.arange(len(score))
        beaten = np.zeros(len(score), bool)
        for choice in range(choices):
            beaten |= score[codes ^ (1 << choice)] > score
        counts.append(int((~beaten).sum()))
    return counts


def test_a_landscape_without_interdependence_has_one_optimum():
    assert set(optima(0, 8, range(20))) == {1}


def test_a_fully_interdependent_landscape_has_two_to_the_n_over_n_plus_one_optima_on_average():
    """Kauffman & Levin 1987: 2^N / (N + 1) for K = N - 1."""
    counts = optima(7, 8, range(120))
    expected = 2**8 / 9
    assert abs(np.mean(counts) - expected) <= 4.0 * np.std(counts, ddof=1) / np.sqrt(len(counts))


def test_needs_correlate_between_places_by_one_minus_diversity():
    places = ls.Places.synthetic(2)
    for diversity in (0.0, 0.3, 1.0):
        params = ls.Parameters(need_diversity=diversity, domains=4, choices=10, complexity=9)
        found = []
        for seed in range(6):
            world = empty_world(params, places, seed, 1)
            populate(world, schedule(params, (), 1)[0])
            found += [np.corrcoef(world.score[d], world.score[4 + d])[0, 1] for d in range(4)]
        assert np.mean(found) == pytest.approx(1.0 - diversity, abs=0.05)


@pytest.mark.parametrize(("gain", "asymmetry", "good"), [(0.01, 2.0, 0.5), (0.02, 1.0, 0.7), (0.01, 4.0, 0.8)])
def test_trust_settles_at_its_fixed_point(gain, asymmetry, good):
    """Encounters good (1) with share g, else bad (0): trust settles at g a / (g a + (1 - g) b), a the gain and b the loss rate."""
    params = ls.Parameters(trust_gain=gain, trust_asymmetry=asymmetry, perception_bias=0.0, expectation=0.0)
    update, perceive = plain(updated_trust), plain(perceived_quality)
    trust, path = 0.5, []
    for month in range(60_000):
        quality = 1.0 if uniform(3, 902, 0, month) < good else 0.0
        trust = update(trust, perceive(quality, trust, params), params)
        path.append(trust)
    a, b = gain, gain * asymmetry
    expected = good * a / (good * a + (1.0 - good) * b)
    batches = np.mean(np.reshape(path[10_000:], (50, -1)), axis=1)
    assert abs(batches.mean() - expected) <= 4.0 * batches.std(ddof=1) / np.sqrt(50) + 0.005
