"""What must hold in every run, and how runs must differ when one thing is changed."""

import itertools
from pathlib import Path

import numpy as np
import pytest
from conftest import random_parameters
from hypothesis import given
from hypothesis import strategies as st

import localism_sim as ls
from localism_sim.model.commissioner import own_budget
from localism_sim.model.compilation import plain
from localism_sim.model.engine import simulate
from localism_sim.model.landscape import squashed
from localism_sim.model.month import whole_month
from localism_sim.model.places_file import data_file
from localism_sim.model.scenario import schedule
from localism_sim.model.staff import ALTERNATIVE, BORROWED_FAR, BORROWED_NEAR, MANDATED
from localism_sim.model.world import empty_world, populate

PLACES = ls.Places.synthetic(6, seed=2)
MONTHS = 18
draws, seeds = st.integers(0, 10**6), st.integers(0, 10**6)


def run(params, seed=1, places=PLACES, months=MONTHS, **more):
    return simulate(params, places, seed=seed, months=months, **more)


def same(a, b, months: int | None = None) -> bool:
    """Whether two runs have the same histories to the bit (the first `months` of them)."""
    names = [name for name in a.world.history.dtype.names if name != "months_to_half"]
    return all(
        a.world.history[name][:months].tobytes() == b.world.history[name][:months].tobytes()
        for name in names
    )


@given(draws, seeds)
def test_everything_stays_finite_and_every_share_within_bounds(draw, seed):
    found = run(random_parameters(draw), seed)
    table = found.history.drop(
        columns=["months_to_half", "diversity", "harm", "cost_per_quality", "workload"]
    )
    assert np.isfinite(found.history.to_numpy()).all()
    assert (table.to_numpy() >= 0.0).all() and (table.to_numpy() <= 1.0 + 1e-12).all()
    for name in ("capability", "regard", "motivation"):
        trait = getattr(found.world.staff, name)
        assert (trait >= 0.0).all() and (trait <= 1.0).all()


@given(
    draws,
    st.floats(0, 0.6),
    st.floats(0, 0.6),
    st.integers(0, 119),
    st.integers(0, 3),
    st.floats(0.1, 3.0),
)
def test_more_cuts_never_raise_a_budget(draw, one, other, month, domain, exposure):
    params = random_parameters(draw)
    budgets = [
        plain(own_budget)(domain, 4, exposure, params.replace(cuts=cuts), month)
        for cuts in sorted((one, other))
    ]
    assert budgets[0] >= budgets[1]


@given(seeds, st.floats(0, 0.3), st.floats(0.3, 0.6))
def test_more_cuts_never_raise_funded_time(seed, fewer, more):
    base = ls.Parameters(failure_demand=0.0, diversity_aversion=0.0, alignment_rate=0.0)
    a, b = (run(base.replace(cuts=cuts), seed).world.commissioners for cuts in (fewer, more))
    assert (a.budget * (1 - a.reporting) >= b.budget * (1 - b.reporting)).all()


def test_the_order_of_places_permutes_results_and_nothing_else(tmp_path):
    lines = data_file("england_places.csv").read_text().splitlines()[:20]
    shuffled = tmp_path / "shuffled.csv"
    straight = tmp_path / "straight.csv"
    straight.write_text("\n".join(line.rsplit(",", 1)[0] for line in lines))
    shuffled.write_text("\n".join(line.rsplit(",", 1)[0] for line in [lines[0], *lines[:0:-1]]))
    a, b = (
        run(ls.Parameters(connectivity=1.0), places=ls.Places.from_csv(path))
        for path in (straight, shuffled)
    )
    assert same(a, b)
    assert a.place_history.equals(b.place_history)


@given(draws, seeds)
def test_ring_fencing_everything_equals_no_cuts(draw, seed):
    params = random_parameters(draw)
    assert same(run(params.replace(ring_fence=1.0), seed), run(params.replace(cuts=0.0), seed))


@given(draws, seeds)
def test_a_given_agency_whose_host_has_no_interest_changes_no_bit(draw, seed):
    """Where an agency's strength is given, essay E20 holds by construction."""
    params = random_parameters(draw, reform_interest=0.0, agency_by_people=0)
    assert same(
        run(params.replace(innovation_agency=0.9), seed),
        run(params.replace(innovation_agency=0.0), seed),
    )


NEUTRAL = {
    "centre_cuts": ({"central_capacity": 0.0}, 0.9),
    "city_regions": ({}, 0.9),
    "pooled_budgets": ({"domains": 1}, 0.9),
    "challenge_focus": ({"domains": 1, "two_way_alignment": 1.0}, 0.9),
    "innovation_fund": ({"implementation_dip": 0.0}, 0.9),
    "deprivation_gradient": ({"cuts": 0.0}, 1.7),
    "protected_core": ({"cuts": 0.0}, 0.9),
    "clearance": ({"chain_length": 0}, 0.3),
    "fidelity": ({"chain_length": 0}, 0.2),
    "pass_good": ({"variants": "desks_only_delay"}, 0.1),
    "pass_bad": ({"variants": "desks_only_delay"}, 0.9),
    "entry_rate": ({"alternative_support": 0.0}, 0.9),
    "trial_success": ({}, 0.9),
    "reinforcement": ({"relational_depth": 0.0}, 2.9),
    "trust_asymmetry": ({"trust_gain": 0.0}, 3.5),
    "collective_capacity": ({"engage_rate": 0.0, "citizen_ideas": 0.0}, 0.9),
    "early_engagement": (
        {"engage_rate": 0.0, "judgement_noise": 0.0, "citizen_ideas": 0.0},
        0.9,
    ),
    "link_cost": ({"chain_length": 0}, 0.2),
    "reporting_burden": ({"link_cost": 0.0}, 0.1),
    "efficiency_gain": ({"cuts": 0.0}, 0.05),
    "closing_lag": ({"cuts": 0.0, "pooled_budgets": 0.0}, 300),
    "post_overhead": ({"closing_lag": 0}, 0.9),
    "entrant_search": ({"alternative_support": 0.0}, 9),
    "contract_months": ({"alternative_support": 0.0}, 7),
    "agency_rate": ({"innovation_agency": 0.0}, 0.9),
    "agency_morale": ({"innovation_agency": 0.0}, 0.9),
    "agency_by_people": ({"innovation_agency": 0.0}, 1),
}
"""Lever -> (where it cannot matter, another value of it)."""


@pytest.mark.parametrize("lever", NEUTRAL)
@given(draw=draws, seed=seeds)
def test_a_lever_that_cannot_matter_changes_no_bit(lever, draw, seed):
    context, value = NEUTRAL[lever]
    params = random_parameters(draw, **{k: v for k, v in context.items() if k != "variants"})
    variants = context.get("variants")
    places = (
        ls.Places.from_csv(Path(__file__).parents[1] / "docs" / "example_council.csv")
        if lever == "city_regions"
        else PLACES
    )
    neutral = params.replace(
        **{
            lever: type(getattr(params, lever))(
                0
                if lever not in ("clearance", "trial_success", "trust_asymmetry", "fidelity")
                else 1
            )
        }
    )
    assert same(
        run(neutral, seed, places, variants=variants),
        run(neutral.replace(**{lever: value}), seed, places, variants=variants),
    )


@given(seeds, st.integers(0, 9), st.integers(1, 10))
def test_longer_chains_never_speed_a_message(seed, short, more):
    arrivals = []
    for links in (short, short + more):
        params = ls.Parameters(
            chain_length=links,
            link_cost=0.0,
            two_way_alignment=0.0,
            challenge_focus=0.0,
            fidelity=1.0,
            outcome_measurement=1.0,
            review_months=3,
            central_capacity=1.0,
            redesigns=50.0,
        )
        world, plan = empty_world(params, PLACES, seed, 60), schedule(params, (), 60)
        populate(world, plan[0])
        first = np.full(len(world.services), 60)
        for month in range(60):
            whole_month(world, plan[month], month)
            first = np.where((world.commissioners.standard != 0) & (first == 60), month, first)
        arrivals.append(first)
    assert (arrivals[0] <= arrivals[1]).all()


@given(draws, seeds)
def test_nobody_engaged_means_no_co_production(draw, seed):
    params = random_parameters(
        draw,
        initial_engagement=0.0,
        engage_rate=0.0,
        turnover=0.0,
        readiness_by_depth=0.0,
        contract_months=0,
    )
    found = run(params, seed)
    assert (found.history["engagement"] == 0.0).all()
    assert not np.isin(found.world.staff.origin, (BORROWED_NEAR, BORROWED_FAR)).any(), (
        "readiness is nothing without engaged citizens"
    )


@given(draws, seeds)
def test_without_copying_and_visits_nobody_borrows(draw, seed):
    params = random_parameters(draw, turnover=0.0, contact_rate=0.0, contract_months=0)
    found = run(params, seed, variants=["no_copying"])
    assert (found.history[["borrowed_near", "borrowed_far"]].to_numpy() == 0.0).all()


@given(draws, seeds)
def test_full_autonomy_means_no_compliance(draw, seed):
    params = random_parameters(
        draw, autonomy=1.0, harmonise_after=0, turnover=0.0, contract_months=0
    )
    found = run(params, seed)
    assert not (found.world.staff.origin == MANDATED).any()


@given(draws, seeds)
def test_without_support_no_alternative_enters(draw, seed):
    assert not (
        run(random_parameters(draw, alternative_support=0.0), seed).world.staff.origin
        == ALTERNATIVE
    ).any()


@given(draws, seeds)
def test_without_encounters_and_talk_trust_moves_only_by_visible_cuts(draw, seed):
    params = random_parameters(
        draw, encounter_rate=0.0, trust_pull=0.0, cuts=0.0, pooled_budgets=0.0
    )
    found = run(params, seed)
    assert found.history["trust"].nunique() == 1 and found.history["wellbeing"].nunique() == 1
    assert (np.diff(found.history["engagement"]) <= 0.0).all(), (
        "nobody joins without meeting anyone"
    )


@given(draws, seeds)
def test_a_shorter_run_is_the_beginning_of_a_longer_one(draw, seed):
    params = random_parameters(draw)
    assert same(run(params, seed, months=9), run(params, seed, months=20), 9)


@given(draws, seeds, st.integers(1, 17))
def test_a_change_of_levers_has_no_effect_before_its_month(draw, seed, month):
    params = random_parameters(draw)
    changed = run(
        params, seed, timeline={month: {"autonomy": 0.5, "cuts": 0.6, "connectivity": 1.0}}
    )
    assert same(run(params, seed), changed, month)


@given(draws, seeds)
def test_a_centre_that_measures_only_conformity_never_changes_its_standard(draw, seed):
    found = run(random_parameters(draw, outcome_measurement=0.0), seed)
    assert (found.world.departments["standard"] == 0).all()


@given(draws, seeds)
def test_a_faithful_chain_delivers_only_what_was_issued(draw, seed):
    params = random_parameters(draw, fidelity=1.0)
    world, plan = empty_world(params, PLACES, seed, MONTHS), schedule(params, (), MONTHS)
    populate(world, plan[0])
    issued = [{0} for _ in range(world.domains)]
    for month in range(MONTHS):
        whole_month(world, plan[month], month)
        for service, standard in enumerate(world.commissioners.standard.tolist()):
            issued[service % world.domains].add(
                int(world.departments["standard"][service % world.domains])
            )
            assert standard in issued[service % world.domains]


@given(draws, seeds)
def test_pooling_moves_money_but_makes_none(draw, seed):
    params = random_parameters(draw, base_demand=0.7)
    a, b = (run(params.replace(pooled_budgets=share), seed, months=6) for share in (0.0, 0.8))
    assert a.history["budget"].to_numpy() == pytest.approx(b.history["budget"].to_numpy(), rel=1e-9)


@given(draws, seeds)
def test_origins_add_up_and_spread_is_no_more_than_what_is_new(draw, seed):
    history = run(random_parameters(draw), seed).history
    origins = ["mandated", "borrowed_near", "borrowed_far", "own_inquiry", "alternative"]
    new = history[[*origins, "promoted"]].sum(axis=1)
    assert (history["spread"] <= new + 1e-9).all() and (new <= 1.0 + 1e-9).all()


@given(seeds)
def test_alike_needs_and_equal_cuts_leave_no_gap_at_first(seed):
    params = ls.Parameters(
        need_diversity=0.0,
        deprivation_gradient=0.0,
        initial_variation=0.0,
        inquiry_rate=0.0,
        alternative_support=0.0,
    )
    assert run(params, seed, months=1).outcomes["postcode_gap"] == pytest.approx(0.0, abs=1e-12)


def test_all_extreme_corners_of_the_conditions_are_finite():
    corners = itertools.product((0.0, 1.0), (0.0, 0.6), (0, 20), (0.0, 1.0), (0.0, 1.0), (0.0, 1.0))
    for trust, cuts, links, autonomy, diversity, depth in corners:
        params = ls.Parameters(
            trust=trust,
            cuts=cuts,
            chain_length=links,
            autonomy=autonomy,
            need_diversity=diversity,
            relational_depth=depth,
        )
        assert np.isfinite(run(params, months=60).history.to_numpy()).all()


@given(st.integers(0, 10**6), st.integers(2, 12), st.integers(0, 9))
def test_the_best_practice_is_the_highest_of_the_landscape(seed, choices, complexity):
    params = ls.Parameters(choices=choices, complexity=min(complexity, choices - 1), domains=2)
    world = empty_world(params, PLACES, seed, 1)
    populate(world, schedule(params, (), 1)[0])
    highest = [plain(squashed)(float(score)) for score in world.score.max(axis=0)]
    assert world.services["best_value"].tolist() == highest
