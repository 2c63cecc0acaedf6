"""Satisfaction beside trust: it falls and heals in months, while trust need not move."""

import numpy as np
import pytest

import localism_sim as ls
from localism_sim.model import satisfaction
from localism_sim.model.compilation import plain

PLACES = ls.Places.synthetic(12, seed=4)


def history(scenario, timeline=(), months=48, **changes):
    params = ls.load_scenario(scenario).parameters.replace(**changes)
    return ls.simulate(params, PLACES, seed=1, months=months, timeline=timeline).history


def test_what_people_are_used_to_approaches_what_they_get():
    p = ls.Parameters(expectation_rate=0.25)
    used_to = 0.6
    for month in range(1, 20):
        used_to = plain(satisfaction.adapted)(used_to, 0.4, p)
        assert used_to == pytest.approx(0.4 + 0.2 * 0.75**month)
    assert plain(satisfaction.adapted)(0.6, 0.4, ls.Parameters(expectation_rate=0.0)) == 0.6, (
        "neutral"
    )


def test_outlook_gives_back_what_is_no_longer_expected_and_news_take_from_it():
    p = ls.Parameters(news=1.0)
    outlook = plain(satisfaction.outlook)
    assert outlook(0.5, 0.5, p) == pytest.approx(-p.news_effect)
    assert outlook(0.4, 0.5, p.replace(news=0.0)) == pytest.approx(0.1)
    assert outlook(0.4, 0.5, p.replace(news=0.0, habituation=0.0)) == 0.0


def test_a_shock_to_demand_and_news_passes_from_satisfaction_and_hardly_touches_trust():
    """English councils 2010-11: 69% to 62% in three months, 71% six months later. In the first
    model the only measure, trust, gave back a twentieth in that time.
    """
    usual = ls.load_scenario("status_quo_2010").parameters.base_demand
    changes = {
        6: {"base_demand": 1.15 * usual, "news": 1.0},
        9: {"base_demand": usual, "news": 0.0},
    }
    shock, calm = (
        history("status_quo_2010", timeline, months=20, expectation_rate=0.1)
        for timeline in (changes, ())
    )
    moved = (shock - calm)[["satisfaction", "trust"]]
    assert moved["satisfaction"][8] == pytest.approx(-0.07, abs=0.025)
    assert moved["satisfaction"][14] == pytest.approx(0.0, abs=0.02)
    assert abs(moved["trust"]).max() < 0.01
    assert (moved[:6] == 0.0).all().all()


def test_trust_need_not_fall_under_cuts_while_satisfaction_heals():
    """Trust in councils under four years of cuts: 0 +- .025 after 12 months, 0 +- .04 after 48."""
    found = history("coalition_2010", expectation_rate=0.1, broken_promise=0.1)
    start = ls.load_scenario("coalition_2010").parameters.trust
    assert found["trust"][11] == pytest.approx(start, abs=0.025)
    assert found["trust"][47] == pytest.approx(start, abs=0.04)


def test_people_who_get_used_to_less_are_less_dissatisfied_with_it():
    stubborn, adapting = (
        history("coalition_2010", months=60, expectation_rate=rate, engage_rate=0.0)
        for rate in (0.0, 0.2)
    )
    assert adapting["satisfaction"][59] > stubborn["satisfaction"][59] + 0.01
    assert adapting["trust"][59] > stubborn["trust"][59]


def test_satisfaction_is_the_perceived_quality_of_the_average_resident():
    run = ls.simulate(ls.Parameters(news=0.4, expectation_rate=0.0), PLACES, seed=2, months=6)
    world, p = run.world, run.parameters
    q = world.places["quality"] - p.news_effect * 0.4 + p.expectation
    felt = q + p.perception_bias * (world.places["trust"] - 0.5)
    assert run.outcomes["satisfaction"] == pytest.approx(
        np.average(felt, weights=PLACES.citizens), rel=1e-6
    )
