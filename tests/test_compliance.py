"""Compliance: how it grows, on paper or in earnest; what binds and what protects a trial."""

import numpy as np
import pytest
from conftest import lived
from scipy import stats

import localism_sim as ls
from localism_sim.model import change, compliance
from localism_sim.model.compilation import plain
from localism_sim.model.first_model import FIRST_MODEL
from localism_sim.model.staff import MANDATED

deadline_pressure, peer_pressure, paper_chance, stop_hazard, under_mandate = map(
    plain,
    (
        compliance.deadline_pressure,
        compliance.peer_pressure,
        compliance.paper_chance,
        change.stop_hazard,
        change.under_mandate,
    ),
)

GOOD = 5
ORDERED = FIRST_MODEL | dict(
    team_size=3,
    domains=1,
    choices=4,
    complexity=1,
    need_diversity=0.0,
    autonomy=0.0,
    control=1.0,
    chain_length=0,
    alignment_rate=0.0,
    diversity_aversion=0.0,
    redesigns=0.0,
    turnover=0.0,
    inquiry_rate=0.0,
    borrow_rate=0.0,
    entry_rate=0.0,
    cuts=0.0,
    trial_months=60,
)
PLACES = ls.Places.synthetic(60, seed=2, scale=20_000)


def mandated(world):
    """A standard that has arrived everywhere before the first month."""
    world.departments["standard"] = GOOD
    world.commissioners.standard[:] = world.commissioners.sent[:] = GOOD


def uptake(months, **changes):
    """Share of staff who report the standard, after each month."""
    params = ls.Parameters(**(ORDERED | changes))
    return np.array(
        [
            float(world.departments["compliance"][0])
            for month, world in lived(params, PLACES, 3, months, mandated)
            if month >= 0
        ]
    )


def test_a_deadline_makes_uptake_s_shaped_as_its_sum_of_hazards_says():
    """Without peers the share left after m months is the product of 1 - h k / d."""
    found = uptake(60, comply_rate=0.05, deadline_months=60)
    months = np.arange(1, 61)
    expected = 1.0 - np.cumprod(1.0 - 0.05 * months / 60.0)
    staff = 3 * PLACES.count
    error = np.sqrt(expected * (1.0 - expected) / staff)
    assert (np.abs(found - expected) < 4.0 * error + 1e-9).all()
    early, late = found[20], found[50] - found[30]
    assert late > early, "it starts slowly"


def test_without_a_deadline_pressure_is_full_at_once_and_peers_add_nothing_by_default():
    p = ls.Parameters(**FIRST_MODEL)
    assert deadline_pressure(1, p) == 1.0
    assert peer_pressure(0.7, p) == 1.0
    assert peer_pressure(0.5, p.replace(comply_peers=4.0)) == 3.0


def test_peers_who_report_the_standard_speed_compliance():
    alone, together = uptake(24, comply_rate=0.02), uptake(24, comply_rate=0.02, comply_peers=10.0)
    assert (together >= alone).all()
    assert together[-1] > alone[-1] + 0.1


def test_compliance_on_paper_is_reported_and_not_practised():
    """Nobody practises, everybody reports; what is measured from above is the report."""
    last = None
    for _, world in lived(
        ls.Parameters(**(ORDERED | {"comply_rate": 1.0, "paper_compliance": 1.0})),
        PLACES,
        1,
        2,
        mandated,
    ):
        last = world
    assert (last.staff.practice == 0).all()
    assert (last.staff.paper == GOOD).all()
    assert last.departments["compliance"][0] == 1.0
    assert last.departments["deviation"][0] == 0.0, "the department sees its standard everywhere"
    assert last.history["on_paper"][-1] == 1.0
    assert last.history["spread_delivered"][-1] == 0.0
    measured = last.commissioners.endorsed_value
    p = ls.Parameters(**FIRST_MODEL)
    expected = p.outcome_measurement * last.services["legacy_value"] + 1.0 - p.outcome_measurement
    assert np.allclose(measured, expected), "similarity of the report, worth of the practice"


def test_paper_share_follows_staff_trust():
    p = ls.Parameters(paper_compliance=0.8, paper_trust=0.5)
    assert paper_chance(0.0, p) == pytest.approx(0.8)
    assert paper_chance(1.0, p) == pytest.approx(0.4)
    found = None
    for _, world in lived(
        ls.Parameters(**(ORDERED | {"comply_rate": 1.0, "paper_compliance": 0.6})),
        PLACES,
        4,
        1,
        mandated,
    ):
        found = world
    paper = int((found.staff.paper == GOOD).sum())
    assert stats.binomtest(paper, len(found.staff.practice), 0.6).pvalue > 1e-4


def test_a_legacy_standard_binds_only_where_it_is_a_mandate():
    p = ls.Parameters(**FIRST_MODEL)
    assert not under_mandate(0, 0, 0, p), "the first model: staff judge it and drop it"
    binding = p.replace(legacy_mandate=1)
    assert under_mandate(0, 0, 0, binding)
    assert not under_mandate(3, 4, 0, binding), "an own idea is no mandate"
    assert not under_mandate(0, 0, 3, binding), "the legacy is not the standard in force"
    assert under_mandate(3, MANDATED, 3, p)


def test_what_was_granted_from_above_is_not_stopped_from_above():
    p = ls.Parameters(**FIRST_MODEL | dict(stop_rate=1.0, framework_scrutiny=0.0))
    assert stop_hazard(0.0, 1, p) == 1.0, "the first model stopped it against the text"
    assert stop_hazard(0.0, 1, p.replace(grant_protects=1.0)) == 0.0
    assert stop_hazard(0.0, 0, p.replace(grant_protects=1.0)) == 1.0


def test_harm_counts_a_shortfall_from_its_threshold_on():
    places, params = (
        ls.Places.synthetic(10, seed=1),
        ls.Parameters(**FIRST_MODEL, autonomy=0.9, inquiry_rate=0.5),
    )
    harm = [
        ls.simulate(params.replace(harm_threshold=t), places, seed=2, months=40).outcomes["harm"]
        for t in (0.0, 0.05, 0.3)
    ]
    assert harm[0] > harm[1] > harm[2]


def test_spread_as_delivered_asks_for_readiness():
    """A novelty of relationships only: nobody engaged, nothing is delivered though all practise."""
    params = ls.Parameters(
        **(
            ORDERED
            | dict(
                comply_rate=1.0,
                trial_months=1,
                relational_depth=1.0,
                initial_engagement=0.0,
                engage_rate=0.0,
            )
        )
    )
    found = None
    for _, world in lived(params, PLACES, 5, 8, mandated):
        found = world
    assert found.history["mandated"][-1] == 1.0
    assert found.history["spread_delivered"][-1] == 0.0
    better = (found.staff.value > np.repeat(found.services["legacy_value"], 3)).mean()
    assert found.history["spread"][-1] == pytest.approx(better)
