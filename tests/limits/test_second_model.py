"""What the second model added, in cases with known answers: teams, thresholds, polyarchy, posts,
contracts, providers, the agency, a diverse start.
"""

import dataclasses

import numpy as np
import pytest
from conftest import lived
from gates import QUIET, all_practise, first_model, set_values

import localism_sim as ls
from localism_sim.model import commissioner, staff
from localism_sim.model.compilation import plain
from localism_sim.model.staff import ALTERNATIVE
from localism_sim.model.world import layout

MANY = ls.Places.synthetic(200, seed=1, scale=10**9)
FEW = ls.Places.synthetic(20, seed=1, scale=10**9)


def last_of(params, places=MANY, seed=1, months=12, prepare=lambda world: None, variants=()):
    *_, (_, world) = lived(params, places, seed, months, prepare, variants=variants)
    return world


@pytest.mark.parametrize("scale", [20_000, 2_000, 200])
def test_teams_have_one_size_at_every_scale_and_follow_each_other(scale):
    places, size = ls.Places.synthetic(12, seed=4, scale=scale), 8
    plan = layout(places, 3, 0.2, size)
    services = plan.services
    assert (services["last_staff"] - services["first_staff"] > 0).all()
    assert ((services["last_staff"] - services["first_staff"]) % size == 0).all()
    assert (services["first_team"] * size == services["first_staff"]).all()
    assert (services["first_staff"][1:] == services["last_staff"][:-1]).all()
    assert plan.teams * size == plan.staff
    wanted = np.repeat(places.citizens, 3) * 0.2 / 3 / size
    found = services["last_team"] - services["first_team"]
    assert (np.abs(found - np.maximum(1, wanted)) <= 0.5).all()


def test_what_a_team_does_as_one_goes_by_team():
    """Ten teams of a service put forward ten times the ideas of one."""
    asked = []
    for share in (0.001, 0.2):
        params = ls.Parameters(
            **QUIET | dict(autonomy=0.0, inquiry_rate=1.0, team_size=4, staff_per_citizen=share)
        )
        places = ls.Places.synthetic(10, seed=1, scale=1_500)
        world = last_of(params, places, months=1)
        assert (world.services["last_team"] > world.services["first_team"]).all()
        in_hand = (world.teams["asked_desks"] >= 0) | (world.teams["granted_post"] >= 0)
        asked.append((in_hand.sum(), len(world.teams)))
    assert asked[0][1] * 4 < asked[1][1]
    for ideas, teams in asked:
        assert ideas == 0 or ideas <= teams


@pytest.mark.parametrize("following", [2, 4, 6])
def test_thresholds_of_ones_own_are_even(following):
    """Granovetter 1978, thresholds even from 0 to 1: of those who see a share s of colleagues do
    it and think of borrowing, a share s follows. The chance of the thought is s as well.
    """
    params = ls.Parameters(
        **QUIET | dict(borrow_rate=1.0, peers=6, team_size=7, connectivity=0.0, challenge_focus=0.0)
    )
    values = np.where(np.arange(64) == 0, 0.4, 0.7)

    def arrange(world):
        practices = np.zeros(len(world.staff.practice), int).reshape(-1, 7)
        practices[:, 1 : following + 1] = 3
        all_practise(world, practices.ravel())
        set_values(world, values)

    world = last_of(params, months=1, prepare=arrange, variants="thresholds_of_ones_own")
    others = world.staff.practice.reshape(-1, 7)[:, [0, *range(following + 1, 7)]]
    share = following / 6
    error = np.sqrt(share**2 * (1 - share**2) / others.size)
    assert abs((others == 3).mean() - share**2) <= 4.0 * error + 1e-9


@pytest.mark.parametrize(("variant", "chance"), [("", 0.3**3), ("polyarchy", 1.0 - 0.7**3)])
def test_a_hierarchy_asks_for_every_consent_and_a_polyarchy_for_one(variant, chance):
    """Sah & Stiglitz 1986: p^n, or 1 - (1 - p)^n, of proposals pass n desks."""
    params = ls.Parameters(
        **QUIET
        | dict(domains=8, chain_length=3, autonomy=0.0, inquiry_rate=1.0, clearance=1.0)
        | dict(pass_good=0.3, pass_bad=0.3)
    )
    stopped, granted = 0, 0
    for month, world in lived(params, MANY, 5, 30, variants=variant):
        if month >= 0:
            stopped += (world.teams["stopped_by"] > 0).sum()
            granted += (world.teams["granted_post"] >= 0).sum()
    ended = stopped + granted
    assert ended > 2_000
    assert abs(granted / ended - chance) <= 4.0 * np.sqrt(chance * (1.0 - chance) / ended)


def test_posts_follow_the_money_with_the_lag_and_what_is_unfunded_costs_time():
    posts = 1.0
    for month in range(1, 25):
        posts = plain(commissioner.open_posts)(posts, 0.4, first_model(closing_lag=12))
        assert posts == pytest.approx(0.4 + 0.6 * (1 - 1 / 12) ** month)
    assert plain(commissioner.open_posts)(1.0, 0.4, first_model()) == 0.4
    time = plain(commissioner.staffed_time)
    hollow = first_model(post_overhead=0.2)
    assert time(0.4, 0.4, hollow) == 0.4 == time(0.4, 1.0, first_model())
    assert time(0.4, 0.8, hollow) == pytest.approx(0.4 * (1 - 0.2 * 0.5))


def test_what_efficiency_gives_back_is_the_budget_above_the_cut():
    run = ls.simulate(ls.Parameters(cuts=0.3, efficiency_gain=0.02), FEW, seed=2, months=24)
    without = ls.simulate(ls.Parameters(cuts=0.3, efficiency_gain=0.0), FEW, seed=2, months=24)
    gained = run.history["budget"] - without.history["budget"]
    assert run.history["returned"].to_numpy() == pytest.approx(gained.to_numpy())
    assert (without.history["returned"] == 0.0).all()


PROVIDERS = QUIET | dict(
    alternative_support=1.0, entry_rate=1.0, entry_floor=1.0, entrant_search=1, comply_rate=1.0
)


def test_providers_under_contract_neither_comply_nor_can_be_stopped():
    """Under the line a provider is brought back to the standard; under contract never."""
    ordered = PROVIDERS | dict(control=1.0, autonomy=0.0, turnover=0.0, judgement_noise=0.0)
    values = np.where(np.arange(64) == 0, 0.4, 0.7)
    found = {}
    for months in (0, 240):
        params = ls.Parameters(**ordered | dict(contract_months=months, legacy_mandate=1))
        world = last_of(params, FEW, months=24, prepare=lambda w: set_values(w, values))
        found[months] = (world.staff.origin == ALTERNATIVE).mean()
    assert found[240] > 0.9 > 0.6 > found[0]


@pytest.mark.parametrize(("months", "under"), [(0, 0), (1, 1), (2, 1)])
def test_a_contract_of_one_month_is_a_contract(months, under):
    params = ls.Parameters(**PROVIDERS | dict(contract_months=months))
    world = last_of(params, FEW, months=1)
    entered = world.staff.origin == ALTERNATIVE
    assert entered.any() and (world.staff.contract[entered] == under).all()
    assert not world.staff.contract[~entered].any()


@pytest.mark.parametrize(("worth", "renewed"), [(0.2, False), (0.7, True)])
def test_a_contract_is_renewed_only_where_the_provider_does_better(worth, renewed):
    """Without error of judgement: every contract of the worse ends after its term."""
    params = ls.Parameters(**QUIET | dict(contract_months=5, judgement_noise=0.0))
    values = np.where(np.arange(64) == 0, 0.4, worth)

    def arrange(world):
        set_values(world, values)
        all_practise(world, 3)
        world.staff.value[:] = world.staff.worth[:] = worth
        world.staff.contract[:] = 1

    world = last_of(params, FEW, months=7, prepare=arrange)
    assert (world.staff.contract > 0).all() == renewed
    assert (world.staff.contract > 0).any() == renewed


def test_the_more_practices_a_provider_looks_at_the_better_it_brings():
    """Without error the best of n random practices, but for the one seen elsewhere: mean rank
    n / (n + 1), as of n even draws.
    """
    means = []
    for search in (1, 3, 9):
        params = ls.Parameters(
            **PROVIDERS
            | dict(entrant_search=search, judgement_noise=0.0, choices=8, legacy_quantile=0.5)
        )
        world = last_of(params, months=1, seed=3)
        entered = np.flatnonzero(world.teams["entrant_post"] >= 0)
        assert len(entered) == len(world.teams)
        service = world.teams["service"][entered]
        score = world.score.T[service, world.teams["entrant_practice"][entered]]
        ranks = (world.score.T[service] < score[:, None]).mean(axis=1)
        means.append(ranks.mean())
        spread = np.sqrt(search / (search + 1) ** 2 / (search + 2) / len(entered))
        assert abs(ranks.mean() - search / (search + 1)) <= 4.0 * spread + 0.01
    assert means == sorted(means)


def standing(interest: float, **changes) -> float:
    params = ls.Parameters(
        innovation_agency=1.0, agency_rate=1.0, reform_interest=interest, **changes
    )
    world = ls.simulate(params, FEW, seed=2, months=60).world
    return float(world.departments["standing"].mean())


def test_an_agency_loses_heart_as_its_host_loses_interest():
    """E20 follows from what its managers do: with an interested host standing stays, with a host
    that passes nothing it decays by `agency_morale` a proposal.
    """
    assert standing(1.0) == pytest.approx(1.0)
    assert standing(1.0) > standing(0.3) > standing(0.0, pass_good=0.0, pass_bad=0.0)
    assert standing(0.0, pass_good=0.0, pass_bad=0.0) < 0.3


def test_an_agency_with_an_uninterested_host_is_no_baseline_by_construction():
    """Desks pass some of what it proposes even so."""
    base = ls.Parameters(reform_interest=0.0, agency_rate=0.5)
    with_it = ls.simulate(base.replace(innovation_agency=1.0), FEW, seed=1, months=60)
    without = ls.simulate(base.replace(innovation_agency=0.0), FEW, seed=1, months=60)
    assert not with_it.history.equals(without.history)


def test_a_diverse_start_is_as_diverse_as_asked():
    world = last_of(ls.Parameters(**QUIET | dict(initial_diversity=0.4)), months=1)
    practised = world.staff.practice != 0
    assert abs(practised.mean() - 0.4) <= 4.0 * np.sqrt(0.24 / len(practised))


def test_every_choice_has_the_same_influence():
    """The windows of the NK landscape go round a ring: turning any one choice changes the worth by
    the same on average (K + 1 of N contributions).
    """
    params = ls.Parameters(choices=10, complexity=4, need_diversity=1.0)
    world = last_of(params, months=1)
    score = world.score.T.astype(float)
    practice = np.arange(1 << 10)
    moved = [((score[:, practice ^ (1 << j)] - score) ** 2).mean() for j in range(10)]
    assert np.mean(moved) == pytest.approx(2.0 * 5 / 10, rel=0.05)
    assert max(moved) / min(moved) < 1.1


def test_contact_counts_the_people_met():
    met = plain(staff.contact)
    assert met(0.2, first_model()) == pytest.approx(1 - 0.8**3)
    assert met(0.2, first_model(people_met=0)) == 0.0


def test_what_is_devolved_to_a_city_region_is_autonomy():
    places = ls.Places.synthetic(6, seed=2, scale=4_000)
    one_region = dataclasses.replace(
        places, city_region=np.zeros(6, np.int64), city_region_names=("Everywhere",)
    )
    no_ties = {"peers": 4, "visit_rate": 0.0, "mixing": 0.0, "cuts": 0.3}
    devolved = ls.simulate(
        ls.Parameters(autonomy=0.5, city_regions=0.5, **no_ties), one_region, 1, 40
    )
    by_law = ls.simulate(ls.Parameters(autonomy=0.75, **no_ties), one_region, 1, 40)
    centre = ls.simulate(ls.Parameters(autonomy=0.5, **no_ties), one_region, 1, 40)
    assert devolved.world.history.tobytes() == by_law.world.history.tobytes()
    assert centre.world.history.tobytes() != by_law.world.history.tobytes()
