"""Whether the centre judges its own candidates by their worth or by their likeness to what is."""

from types import SimpleNamespace

import numpy as np

import localism_sim as ls
from localism_sim.model.compilation import plain
from localism_sim.model.department import evaluate


def scores(**given) -> tuple[float, float]:
    """What the centre's measurement makes of two equally good candidates, of which one departs from
    the standard in one choice and the other in six.
    """
    parameters = ls.Parameters(judgement_noise=0.0, outcome_measurement=0.3, **given)
    model = ls.LocalismModel(parameters, ls.Places.synthetic(3), seed=1, months=1)
    model.world.score[:] = 0.0  # worth .5
    record = model.plan[0]
    settings = SimpleNamespace(**{name: record[name].item() for name in record.dtype.names})
    near, far = 0b1, 0b111111
    return tuple(
        plain(evaluate)(0, practice, 1, model.view, settings, 0) for practice in (near, far)
    )


def test_without_the_bias_equal_worth_is_equal_however_far_from_the_standard():
    near, far = scores(status_quo_bias=0.0)
    assert near == far
    assert np.isclose(near, 0.3 * 0.5 + 0.7, rtol=0, atol=1e-12)


def test_with_the_bias_each_departure_must_gain_what_measurement_takes():
    """(1 - m) / (N m) of worth a choice, m the weight of outcomes: .233 at .3 and ten choices."""
    near, far = scores(status_quo_bias=1.0)
    assert np.isclose((near - far) / 5 / 0.3, (1 - 0.3) / (10 * 0.3))


def test_an_unbiased_centre_changes_its_standard_more_often():
    places, seeds = ls.Places.synthetic(8), range(6)
    changed = {
        bias: np.mean(
            [
                ls.simulate(ls.Parameters(status_quo_bias=bias), places, seed, 48)
                .world.departments["standard"]
                .astype(bool)
                .mean()
                for seed in seeds
            ]
        )
        for bias in (0.0, 1.0)
    }
    assert changed[0.0] > changed[1.0]
