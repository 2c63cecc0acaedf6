"""Trust settles where gains and losses balance, by encounters of citizens in a world."""

import numpy as np
import pytest
from conftest import lived
from gates import QUIET, all_practise, set_values

import localism_sim as ls


@pytest.mark.parametrize(
    ("gain", "asymmetry", "good"), [(0.02, 2.0, 0.5), (0.03, 1.0, 0.75), (0.02, 4.0, 0.75)]
)
def test_trust_settles_at_its_fixed_point(gain, asymmetry, good):
    """Encounters good (quality 1) with share g, else bad (0): mean trust settles at g a / (g a + (1
    - g) b), a the gain and b the loss rate.

    A citizen meets any of four members of staff alike, a share g of whom serve well. The update is
    linear, so the mean obeys the fixed point exactly; 0.002 is for values that are 1e-3 short of 0
    and 1.
    """
    params = ls.Parameters(
        **QUIET
        | {
            "domains": 4,
            "choices": 2,
            "encounter_rate": 1.0,
            "trust_gain": gain,
            "trust_asymmetry": asymmetry,
            "perception_bias": 0.0,
            "expectation": 0.0,
            "trust_pull": 0.0,
            "broken_promise": 0.0,
        }
    )
    values = np.array([0.5, 0.9995, 0.0005, 0.5])

    def serve(world):
        all_practise(world, np.where(np.arange(len(world.staff.practice)) % 4 < 4 * good, 1, 2))
        world.staff.fallback[:] = world.staff.practice
        set_values(world, values)

    places = ls.Places.synthetic(1, seed=1, scale=300)
    path = [
        (world.citizens.trust.mean(dtype=float), len(world.citizens.wellbeing))
        for _, world in lived(params, places, 3, 900, serve)
    ]
    trust, citizens = np.array([mean for mean, _ in path]), path[0][1]
    a, b = gain, gain * asymmetry
    expected = good * a / (good * a + (1.0 - good) * b)
    batches = trust[500:900].reshape(8, -1).mean(axis=1)
    assert citizens > 500
    assert abs(batches.mean() - expected) <= 4.0 * batches.std(ddof=1) / np.sqrt(8) + 0.002
