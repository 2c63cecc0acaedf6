"""Limit cases: garbles that stick, services that fill up gradually, money moved within a place."""

import numpy as np
import pytest

import localism_sim as ls
from localism_sim.model.chain import garbled
from localism_sim.model.commissioner import delivered
from localism_sim.model.compilation import plain

CHOICES = 10


def left_whole(desks: int, messages: int = 20_000, **settings) -> float:
    """Share of messages that arrive as they were sent after so many desks of fidelity .8."""
    parameters, pass_on = ls.Parameters(fidelity=0.8, **settings), plain(garbled)
    random = np.random.default_rng(1)
    sent, whole = 0b1100110011, 0
    for _ in range(messages):
        practice = sent
        for u, choice in zip(
            random.random(desks).tolist(), random.integers(0, CHOICES, desks).tolist(), strict=True
        ):
            practice = pass_on(practice, sent, u, choice, CHOICES, parameters)
        whole += practice == sent
    return whole / messages


def test_twenty_desks_leave_a_message_whole_with_fidelity_to_the_twentieth():
    error = 4 * np.sqrt(0.8**20 / 20_000)
    assert abs(left_whole(20, garbles_stick=1) - 0.8**20) < error
    assert left_whole(20, garbles_stick=0) > 0.8**20 + 2 * error


def test_when_every_choice_is_garbled_a_message_stays_garbled():
    parameters = ls.Parameters(fidelity=0.5, garbles_stick=1)
    sent = 0b0101010101
    assert plain(garbled)(sent ^ 1023, sent, 0.9, 3, CHOICES, parameters) == sent ^ 1023


@pytest.mark.parametrize("softness", [0.01, 0.1, 1.0])
def test_more_money_below_capacity_serves_more_people_where_services_fill_up_gradually(softness):
    share, soft = plain(delivered), ls.Parameters(saturation_softness=softness)
    sharp = ls.Parameters(saturation_softness=0.0)
    assert share(0.9, sharp) == share(0.86, sharp) == 1.0
    assert share(0.9, soft) < share(0.86, soft) < 1.0
    for workload in (0.0, 0.5, 1.0, 2.0, 50.0):
        d = share(workload, soft)
        assert 0.0 < d <= share(workload, sharp)
        assert np.isclose((1 - softness) * workload * d * d - (1 + workload) * d + 1, 0, atol=1e-12)
    assert np.isclose(share(1.7, ls.Parameters(saturation_softness=1e-12)), 1 / 1.7)


def visible_cut(**settings) -> np.ndarray:
    """What places visibly lose in the sixth month, where many trials make demand differ and pooled
    budgets follow it.
    """
    parameters = ls.Parameters(
        pooled_budgets=1.0, efficiency_gain=0.0, autonomy=1.0, inquiry_rate=1.0, **settings
    )
    return ls.simulate(parameters, ls.Places.synthetic(4), 1, 6).world.places["visible_cut"]


def test_money_moved_between_services_is_no_cut_to_the_place():
    assert visible_cut(cuts=0.0, promise_netting=0.0).max() > 1e-3
    assert visible_cut(cuts=0.0, promise_netting=1.0).max() < 1e-12


def test_a_cut_to_the_place_is_a_cut_however_it_is_counted():
    """A cut of .24 over 48 months is .005 a month for a place of mean exposure."""
    netted = visible_cut(cuts=0.24, deprivation_gradient=0.0, promise_netting=1.0)
    assert np.allclose(netted, 0.24 / 48)
