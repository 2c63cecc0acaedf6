"""Ideas between places: visits, promotion from outside, the same practice, places that differ for
good, trust of staff.
"""

import numpy as np
import pytest
from conftest import lived
from limits.gates import OPEN, QUIET, all_practise, first_model, set_values

import localism_sim as ls
from localism_sim.model import contact, staff_trust
from localism_sim.model.compilation import plain
from localism_sim.model.staff import BORROWED_FAR, OWN_INQUIRY, PROMOTED

PLACES = ls.Places.synthetic(50, seed=1, scale=20_000)
GOOD = 3
BETTER = np.where(np.arange(64) == 0, 0.4, 0.7)
ALONE = QUIET | {"stop_rate": 0.0, "inquiry_rate": 0.0}


def first_place_does_it(world):
    """One place practises something better; all others the legacy."""
    set_values(world, BETTER)
    practices = np.zeros(len(world.staff.practice), int)
    practices[: world.places["last_staff"][0]] = GOOD
    all_practise(world, practices)
    world.commissioners.endorsed[0] = world.commissioners.declared[0] = GOOD
    world.commissioners.endorsed_value[0] = 1.0


def last_of(params, places=PLACES, seed=1, months=12, prepare=lambda world: None, variants=()):
    *_, (_, world) = lived(params, places, seed, months, prepare, variants=variants)
    return world


def test_promotion_alone_follows_bass_external_influence():
    """1 - (1 - p)^t with all gates open, within 4 standard errors; and no other origin."""
    p, months = 0.05, 20

    def promoted(world):
        set_values(world, BETTER)
        world.departments["promoted"] = GOOD

    world = last_of(
        ls.Parameters(**(ALONE | {"promotion_rate": p})), months=months, prepare=promoted
    )
    adopted = world.staff.practice == GOOD
    expected = 1.0 - (1.0 - p) ** months
    error = np.sqrt(expected * (1.0 - expected) / len(adopted))
    assert abs(adopted.mean() - expected) < 4.0 * error
    assert set(world.staff.origin[adopted]) == {PROMOTED}
    by_place = adopted.reshape(PLACES.count, -1).mean(axis=1)
    residents = np.average(by_place, weights=PLACES.citizens)
    assert world.history["promoted"][-1] == pytest.approx(residents), "places count by residents"


def test_a_visible_success_reaches_other_places_by_visits_alone():
    """In the first model nothing leaves the place: no ties, no mandate, no visits."""
    quiet = ls.Parameters(**(ALONE | {"connectivity": 0.0}))
    assert (last_of(quiet, prepare=first_place_does_it).staff.practice == GOOD).mean() < 0.03
    visiting = quiet.replace(visit_rate=1.0, visit_floor=1.0, contact_rate=1.0)
    world = last_of(visiting, months=30, prepare=first_place_does_it)
    reached = world.staff.practice == GOOD
    assert reached.mean() > 0.9
    far = world.staff.origin[reached] == BORROWED_FAR
    assert far.mean() > 0.9
    assert (world.staff.source[reached][far] >= 0).all(), "each knows from whom"


def test_visits_grow_with_connectivity_and_never_leave_a_failure_known():
    rates = [
        plain(contact.visit_chance)(first_model(visit_rate=0.4, connectivity=c)) for c in (0, 1)
    ]
    assert rates == pytest.approx([0.12, 0.4])
    worse = np.where(np.arange(64) == 0, 0.7, 0.4)

    def bad(world):
        first_place_does_it(world)
        set_values(world, worse)

    params = ls.Parameters(**(ALONE | dict(visit_rate=1.0, visit_floor=1.0, contact_rate=1.0)))
    world = last_of(params, months=10, prepare=bad)
    assert (world.staff.practice == GOOD).mean() < 0.03
    assert (world.commissioners.seen_practice == -1).all()


def test_a_centre_with_an_interest_in_reform_makes_the_best_known():
    """With reform interest visits find the one place that does it; without, few know it."""
    params = ls.Parameters(
        **(ALONE | dict(visit_rate=0.3, visit_floor=1.0, contact_rate=0.0, contact_places=2))
    )
    seen = [
        (
            last_of(
                params.replace(reform_interest=r), months=6, prepare=first_place_does_it
            ).commissioners.seen_practice
            == GOOD
        ).mean()
        for r in (0.0, 1.0)
    ]
    assert seen[0] < 0.15 < 0.7 < seen[1]


def test_who_saw_it_copies_within_a_year_at_the_rate_given():
    """One who has seen a success copies with 1 - (1 - rate)^12 within twelve months."""
    rate = 0.11

    def all_saw(world):
        set_values(world, BETTER)
        world.commissioners.seen_practice[:] = GOOD
        world.commissioners.seen_left[:] = 13

    world = last_of(ls.Parameters(**(ALONE | {"contact_rate": rate})), months=12, prepare=all_saw)
    expected = 1.0 - (1.0 - rate) ** 12
    found = (world.staff.practice == GOOD).mean()
    assert abs(found - expected) < 4.0 * np.sqrt(
        expected * (1 - expected) / len(world.staff.practice)
    )
    later = last_of(ls.Parameters(**(ALONE | {"contact_rate": 0.0})), months=13, prepare=all_saw)
    assert (later.commissioners.seen_practice == -1).all(), "a visit is forgotten"


@pytest.mark.parametrize(("same", "spread"), [(0, True), (1, False)])
def test_only_the_same_practice_reinforces(same, spread):
    """Each does something else; two are needed. The first model counted any novelty."""
    params = ls.Parameters(
        **(
            ALONE
            | dict(
                relational_depth=1.0,
                reinforcement=1.0,
                borrow_rate=1.0,
                same_practice=same,
                connectivity=0.0,
            )
        )
    )

    def all_unlike(world):
        set_values(world, BETTER)
        practices = np.arange(len(world.staff.practice)) % 3 + 1
        practices[::3] = 0
        all_practise(world, practices)

    world = last_of(params, months=1, prepare=all_unlike, variants="follow_the_crowd")
    borrowed = world.staff.practice[::3] != 0
    assert borrowed.any() == spread


def test_a_phone_needs_no_readiness_and_a_relationship_all_of_it():
    ready = plain(contact.borrowing_readiness)
    assert ready(0.3, first_model(relational_depth=0.0)) == 0.3, "the first model's rule"
    by_depth = ls.Parameters(readiness_by_depth=1.0)
    assert ready(0.3, by_depth.replace(relational_depth=0.0)) == 1.0
    assert ready(0.3, by_depth.replace(relational_depth=1.0)) == pytest.approx(0.3)


def test_engaged_citizens_who_are_heard_bring_ideas():
    """The chance of an inquiry is that of citizens alone; without voice nothing."""
    base = ls.Parameters(**(ALONE | dict(citizen_ideas=0.1, early_engagement=0.0)))
    for capacity in (0.0, 1.0):
        world = last_of(base.replace(collective_capacity=capacity), months=10)
        found = (world.staff.origin == OWN_INQUIRY).mean()
        expected = 1.0 - (1.0 - 0.1 * capacity) ** 10
        assert abs(found - expected) <= 4.0 * np.sqrt(expected * (1 - expected) / 600)


def test_places_differ_for_good_only_where_they_are_let():
    alike = last_of(first_model(), months=1)
    assert (alike.places["inventive"] == 1.0).all() and (alike.places["compliant"] == 1.0).all()
    many = ls.Places.synthetic(400, seed=1, scale=100_000)
    unlike = last_of(first_model(inventive_sd=0.2, compliant_sd=0.2), many, months=2)
    for column in ("inventive", "compliant"):
        assert unlike.places[column].mean() == pytest.approx(1.0, abs=0.04)
        assert unlike.places[column].std() == pytest.approx(0.2, abs=0.03)
    assert abs(np.corrcoef(unlike.places["inventive"], unlike.places["compliant"])[0, 1]) < 0.2


def test_more_inventive_places_inquire_more():
    params = ls.Parameters(
        **(OPEN | dict(inquiry_rate=0.02, borrow_rate=0.0, inventive_sd=0.5, staff_per_citizen=0.5))
    )
    places = ls.Places.synthetic(80, seed=1, scale=5_000)
    world = last_of(params, places, months=8)
    own = world.staff.origin == OWN_INQUIRY
    place = np.repeat(np.arange(80), world.places["last_staff"] - world.places["first_staff"])
    shares = np.bincount(place, own) / np.bincount(place)
    assert np.corrcoef(shares, world.places["inventive"])[0, 1] > 0.5


def test_staff_trust_falls_with_cuts_and_broken_promises_and_heals_with_support():
    p = first_model()
    moved = plain(staff_trust.moved_staff_trust)
    assert moved(0.4, 0.9, 0.1, p) == 0.4, "neutral: nothing moves it"
    felt = p.replace(staff_trust_rate=0.1, job_cut_effect=1.0, stopped_effect=0.2)
    assert moved(0.4, 0.9, 0.0, felt) == pytest.approx(0.45)
    assert moved(0.4, 0.4, 0.1, felt) == pytest.approx(0.3)
    assert plain(staff_trust.trust_when_stopped)(0.5, felt) == pytest.approx(0.3)
    assert plain(staff_trust.trust_when_granted)(0.5, p.replace(granted_effect=0.2)) == (
        pytest.approx(0.6)
    )
    supported = plain(staff_trust.support)
    assert supported(p.replace(leadership=1.0)) > supported(p.replace(leadership=0.0))
    assert supported(p.replace(two_way_alignment=1.0)) > supported(p)
    assert supported(p.replace(challenge_focus=1.0)) > supported(p)


def test_cuts_leadership_and_alignment_move_staff_trust_in_a_run():
    base = first_model(staff_trust_rate=0.05, job_cut_effect=1.0, efficiency_gain=0.0)
    at_end = {
        name: last_of(base.replace(**changes), months=36).history["staff_trust"][-1]
        for name, changes in {
            "as it is": {},
            "no cuts": {"cuts": 0.0},
            "led": {"leadership": 1.0},
            "aligned": {"two_way_alignment": 1.0},
        }.items()
    }
    assert at_end["no cuts"] > at_end["as it is"]
    assert at_end["led"] > at_end["as it is"] + 0.1
    assert at_end["aligned"] > at_end["as it is"] + 0.1


@pytest.mark.parametrize(("weight", "sign"), [(0.0, 0), (0.8, 1), (-0.8, -1)])
def test_staff_trust_bears_on_inquiry_by_its_weight(weight, sign):
    """At trust 1 with weight w, 1 + w times the inquiries; bit for bit alike at weight 0."""
    factor = plain(staff_trust.trust_factor)
    assert factor(0.5, weight) == 1.0
    params = ls.Parameters(
        **(OPEN | dict(inquiry_rate=0.05, borrow_rate=0.0, trust_inquiry=weight))
    )
    found = [
        (last_of(params.replace(initial_staff_trust=t), months=6).staff.practice != 0).sum()
        for t in (0.1, 0.9)
    ]
    assert np.sign(found[1] - found[0]) == sign
