"""Free riding among n places: the known chance that any succeeds, by trials that staff make in a
world (Rose-Ackerman 1980; Strumpf 1999).
"""

import numpy as np
import pytest
from conftest import lived
from gates import QUIET, all_practise, set_values

import localism_sim as ls

SUCCESS, WORTH, COST = 0.2, 10.0, 1.0


def share_of_successes(places: int, fund: float, months: int) -> tuple[float, int]:
    """(share of experiments in which some place found something better, number of experiments).

    Each month and each of 12 services is one experiment: in every place one member of staff is free
    to try, and two of the ten single changes of the legacy are better than it, so a trial succeeds
    with p = 0.2. After the month everybody is back at the legacy.
    """
    params = ls.Parameters(
        **QUIET
        | {
            "domains": 12,
            "choices": 10,
            "inquiry_rate": 1.0,
            "trial_success": SUCCESS,
            "trial_value": WORTH,
            "trial_cost": COST,
            "innovation_fund": fund,
        }
    )
    values = np.full(1 << 10, 0.5)
    values[[1 << choice for choice in range(10)]] = [0.6] * 2 + [0.4] * 8
    first = np.array([], int)
    found, experiments = 0, 0
    for month, world in lived(
        params,
        ls.Places.synthetic(places, seed=1, scale=10**9),
        3,
        months,
        lambda world: set_values(world, values),
        variants="free_riding",
    ):
        if month < 0:
            first = world.services["first_staff"]
        else:
            better = (world.staff.value[first] > 0.5).reshape(places, 12)
            found += int(better.any(axis=0).sum())
            experiments += 12
        all_practise(world, 0)
        world.staff.value[:] = 0.5
        world.staff.on_trial[:] = 1  # whoever is on a trial makes no other
        world.staff.on_trial[first] = 0
    return found / experiments, experiments


@pytest.mark.parametrize(("places", "chance"), [(5, 0.5796), (20, 0.5179)])
def test_free_riding_leaves_the_known_chance_that_any_place_succeeds(places, chance):
    """1 - (1 - p x)^n at the mixed equilibrium x, p = 0.2, v = 10, c = 1; the limit for many places
    is 1 - c / (p v) = 0.5.
    """
    share, experiments = share_of_successes(places, 0.0, 2_000)
    assert experiments == 24_000
    assert abs(share - chance) <= 4.0 * np.sqrt(chance * (1.0 - chance) / experiments) + 5e-5


@pytest.mark.parametrize("places", [5, 20])
def test_a_centre_that_bears_the_cost_cures_free_riding(places):
    """With all of the cost borne centrally everybody tries: 1 - (1 - p)^n, which grows with the
    number of places as it did not before.
    """
    share, experiments = share_of_successes(places, 1.0, 500)
    chance = 1.0 - (1.0 - SUCCESS) ** places
    assert abs(share - chance) <= 4.0 * np.sqrt(chance * (1.0 - chance) / experiments)
    assert share > share_of_successes(places, 0.0, 500)[0]
