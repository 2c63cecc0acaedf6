"""The delivery chain against known arithmetic: fidelity p^n, delay n / c, screening by desks
(Pressman & Wildavsky 1973; Sah & Stiglitz 1986).
"""

import math

import numpy as np
import pytest
from conftest import lived
from gates import QUIET, all_practise, set_values

import localism_sim as ls

PLACES = ls.Places.synthetic(100, seed=1, scale=10**9)


def standards_on_their_way(params, seed, months):
    """Worlds in which every department issues practice 1 before the first month."""

    def issue(world):
        world.departments["standard"] = 1

    return lived(params, PLACES, seed, months, issue)


@pytest.mark.parametrize("desks", [0, 1, 3, 7, 15])
def test_a_chain_of_n_desks_leaves_a_message_whole_with_probability_p_to_the_n(desks):
    """Messages through the chains of a world. p^n counts those that no desk touched.

    A message may also be whole again because one choice was turned round twice, so the exact share
    is that of a lazy random walk that comes back: 2^-N sum over k of C(N, k) (1 - 2 k (1 - p) /
    N)^n. The stated bias of p^n is the difference.
    """
    p, choices, whole, sent = 0.93, 10, 0, 0
    params = ls.Parameters(
        **QUIET
        | {
            "domains": 12,
            "choices": choices,
            "chain_length": desks,
            "fidelity": p,
            "clearance": 1.0,
        }
    )
    for seed in range(10):
        *_, (_, world) = standards_on_their_way(params, seed, desks + 1)
        assert (world.commissioners.down_desks == -1).all() and (
            world.commissioners.sent == 1
        ).all()
        whole += (world.commissioners.standard == 1).sum()
        sent += len(world.services)
    back = (
        sum(
            math.comb(choices, k) * (1.0 - 2.0 * k * (1.0 - p) / choices) ** desks
            for k in range(choices + 1)
        )
        / 2.0**choices
    )
    error = np.sqrt(back * (1.0 - back) / sent)
    assert sent == 12_000
    assert abs(whole / sent - back) <= 4.0 * error + 1e-12
    assert abs(whole / sent - p**desks) <= 4.0 * error + (back - p**desks) + 1e-12
    assert 0.0 <= back - p**desks < 0.025


@pytest.mark.parametrize(("desks", "clearance"), [(1, 0.9), (5, 0.9), (5, 0.5)])
def test_a_message_takes_one_month_to_leave_and_n_over_c_to_pass(desks, clearance):
    """Waiting at n desks that each clear with chance c a month: mean n / c, variance n (1 - c) /
    c^2 (negative binomial).
    """
    params = ls.Parameters(
        **QUIET | {"domains": 12, "chain_length": desks, "fidelity": 1.0, "clearance": clearance}
    )
    arrived = np.full(PLACES.count * 12, -1)
    for month, world in standards_on_their_way(params, 3, 80):
        arrived = np.where((world.commissioners.standard == 1) & (arrived < 0), month, arrived)
    assert (arrived > 0).all()
    error = np.sqrt(desks * (1.0 - clearance) / clearance**2 / len(arrived))
    assert abs(arrived.mean() - desks / clearance) <= 4.0 * error


GAIN = 0.02
"""What a good idea is worth more than legacy, and a bad one less."""


def proposals_through_a_chain(desks: int, harm: float) -> tuple[int, float]:
    """(number of proposals judged, sum of what citizens gained by those permitted, in units of
    GAIN).

    Half the single changes of the legacy are good, half bad. Staff without any freedom propose;
    those whose proposal passes all desks try it for one month (an unpermitted trial is stopped at
    once), in which citizens feel its worth, a bad one `harm` times.
    """
    params = ls.Parameters(
        **QUIET
        | {
            "domains": 12,
            "choices": 10,
            "chain_length": desks,
            "harm": harm,
            "autonomy": 0.0,
            "inquiry_rate": 1.0,
            "clearance": 1.0,
            "stop_rate": 1.0,
            "framework_scrutiny": 0.0,
            "pass_good": 0.8,
            "pass_bad": 0.3,
            "link_cost": 0.0,
        }
    )
    values = np.full(1 << 10, 0.5)
    values[[1 << choice for choice in range(5)]] += GAIN
    values[[1 << choice for choice in range(5, 10)]] -= GAIN
    judged, gained = 0, 0.0
    for month, world in lived(params, PLACES, 7, 300, lambda world: set_values(world, values)):
        if month >= 0:
            judged += int(
                (world.teams["stopped_by"] > 0).sum() + (world.teams["granted_post"] >= 0).sum()
            )
            gained += float((world.staff.quality - 0.5).sum()) / GAIN
    return judged, gained


@pytest.mark.parametrize(("harm", "best"), [(1, 2), (4, 3), (20, 5)])
def test_the_best_number_of_desks_grows_with_the_harm_of_bad_ideas(harm, best):
    """Sah & Stiglitz 1986: half the ideas good (worth 1), half bad (worth -harm), pass chances 0.8
    and 0.3: a proposal is worth (0.8^n - harm 0.3^n) / 2.
    """
    found = {}
    for desks in (best - 1, best, best + 1):
        judged, gained = proposals_through_a_chain(desks, harm)
        good, bad = 0.5 * 0.8**desks, 0.5 * 0.3**desks
        expected = good - harm * bad
        error = np.sqrt((good + harm**2 * bad - expected**2) / judged)
        assert judged > 50_000
        assert abs(gained / judged - expected) <= 4.0 * error, (
            desks,
            gained / judged,
            expected,
            error,
        )
        found[desks] = gained / judged
    assert max(found, key=found.__getitem__) == best


def test_without_screening_desks_only_delay():
    params = ls.Parameters(
        **QUIET
        | {
            "domains": 12,
            "chain_length": 4,
            "autonomy": 0.0,
            "inquiry_rate": 1.0,
            "clearance": 1.0,
            "pass_good": 0.0,
            "pass_bad": 0.0,
        }
    )
    stopped, granted = 0, 0
    for month, world in lived(params, PLACES, 5, 24, variants="desks_only_delay"):
        if month >= 0:
            stopped += (world.teams["stopped_by"] > 0).sum()
            granted += (world.teams["granted_post"] >= 0).sum()
    assert stopped == 0 and granted > 1_000


def test_a_chain_that_passes_nothing_lets_no_local_idea_through():
    params = ls.Parameters(
        **QUIET
        | {
            "domains": 12,
            "chain_length": 1,
            "autonomy": 0.0,
            "inquiry_rate": 1.0,
            "clearance": 1.0,
            "pass_good": 0.0,
            "pass_bad": 0.0,
        }
    )
    for _, world in lived(params, PLACES, 5, 24, lambda world: all_practise(world, 0)):
        assert (world.staff.practice == 0).all()
