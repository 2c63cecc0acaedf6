"""Try locally, then harmonise (Callander & Harstad 2015): what happens in the month
`harmonise_after`.
"""

import numpy as np
import pytest
from conftest import lived
from gates import QUIET

import localism_sim as ls

PLACES = ls.Places.synthetic(30, seed=1, scale=10**9)
SEEDS = 90
SEARCHING = QUIET | {
    "chain_length": 2,
    "domains": 2,
    "choices": 8,
    "complexity": 4,
    "legacy_quantile": 0.3,
    "inquiry_rate": 0.4,
    "trial_months": 2,
    "comply_rate": 0.5,
    "control": 1.0,
    "outcome_measurement": 1.0,
    "fidelity": 1.0,
    "clearance": 1.0,
    "two_way_alignment": 0.0,
    "challenge_focus": 0.0,
    "link_cost": 0.0,
    "pass_good": 0.0,
    "pass_bad": 0.0,
}
"""Staff search freely and judge without error; the centre designs nothing, hears nothing and
permits nothing beyond local freedom. Needs are alike: a practice is worth the same in every place.
"""


def test_the_standard_becomes_the_best_practice_that_a_place_endorses_and_all_end_at_it():
    params = ls.Parameters(**SEARCHING, harmonise_after=30)
    endorsed, tried = None, 0
    for month, world in lived(params, PLACES, 4, 90, variants="no_copying"):
        worths = world.score.T
        if month == 29:
            endorsed = world.commissioners.endorsed.reshape(-1, 2).copy()
            assert (world.departments["standard"] == 0).all() and (endorsed != 0).any()
        if month == 30:
            for domain in range(2):
                best = endorsed[np.argmax(worths[domain][endorsed[:, domain]]), domain]
                assert world.departments["standard"][domain] == best
            tried = int((world.staff.on_trial > 0).sum())
        if month > 30:
            assert (world.commissioners.permission == 0.0).all(), "local freedom has ended"
    assert tried > 0
    standard = np.tile(world.departments["standard"], PLACES.count)
    practised = world.staff.practice.reshape(-1, 3)
    assert (practised == standard[:, None]).all()


def test_without_harmonising_places_stay_apart():
    *_, (_, world) = lived(
        ls.Parameters(**SEARCHING, harmonise_after=0), PLACES, 4, 90, variants="no_copying"
    )
    assert (world.departments["standard"] == 0).all()
    assert len(np.unique(world.staff.practice)) > 3
    assert (world.commissioners.permission == 1.0).all()


def worth_endorsed(complexity: int, seed: int, **changes) -> float:
    """Mean worth, after ten years, of the practices that places endorse, as a share of the best."""
    params = ls.Parameters(**SEARCHING | {"complexity": complexity} | changes)
    *_, (_, world) = lived(params, PLACES, seed, 120, variants="no_copying")
    score = world.score.T[np.arange(len(world.services)), world.commissioners.endorsed].astype(
        float
    )
    return float(
        ((0.5 + score / (2.0 * np.sqrt(2.0 + score * score))) / world.services["best_value"]).mean()
    )


@pytest.mark.parametrize(("complexity", "gain"), [(7, True), (0, False)])
def test_local_trials_then_harmonising_beat_both_pure_forms_only_on_an_interdependent_problem(
    complexity, gain
):
    """Callander & Harstad 2015; Siggelkow & Levinthal 2003, where nobody copies: places end on
    peaks of their own, and the best of these becomes the standard.

    The centre alone is able: it tries ten designs at each of its yearly reviews and measures
    without error. With a single peak all places find it.
    """
    central = {"autonomy": 0.0, "redesigns": 10.0, "central_capacity": 1.0, "centre_cuts": 0.0}
    local, centre, both = (
        np.array([worth_endorsed(complexity, seed, **changes) for seed in range(SEEDS)])
        for changes in ({}, central, {"harmonise_after": 48})
    )
    for other in (local, centre) if gain else ():
        assert (both - other).mean() > 4.0 * (both - other).std(ddof=1) / np.sqrt(SEEDS)
    if not gain:
        assert (local > 0.995).all() and (both > 0.995).all()
