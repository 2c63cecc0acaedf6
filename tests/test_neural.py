"""The neural network beside the regression, at a size that trains in a minute."""

from importlib.util import find_spec

import numpy as np
import pytest
from scipy import stats

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("bayesflow") is None, reason="needs the extra calibrate"),
]
"""Not by importing it: that would change logging and forking for all tests of the process."""

from localism_sim.analysis import calibration, misspecification, neural  # noqa: E402

ERRORS = np.array([0.1, 0.1])


@pytest.mark.filterwarnings("ignore")
def test_the_network_finds_the_known_posterior_covers_truths_and_agrees_with_the_regression():
    """Two rates told by two statistics with an error of .1, and one of which nothing is told: the
    posterior has its mean at the truth and the deviation .1 / sqrt(1.25).
    """
    u = np.random.default_rng(0).random((3000, 3))
    through = np.array([[1.0, 0.5], [-0.5, 1.0]])
    noisy = calibration.blurred(u[:, :2] @ through, ERRORS, 1)
    truth = np.array([0.4, 0.6])
    found = neural.cross_check(u, noisy, truth @ through, 200, 400, 3, epochs=100)
    assert found.draws.mean(0)[:2] == pytest.approx(truth, abs=0.06)
    assert found.draws.std(0)[:2] == pytest.approx(0.1 / np.sqrt(1.25), rel=0.4)
    told = calibration.contraction(found.draws)
    assert (told[:2] > 0.7).all() and abs(told[2]) < 0.25
    covered = calibration.covered(found.ranks)
    assert 0.80 <= covered.mean() <= 0.97
    for k in range(3):
        assert stats.kstest(found.ranks[:, k], "uniform").pvalue > 1e-4
    other = calibration.posterior(calibration.learned(u, noisy), truth @ through, 400, 3)
    assert found.draws.mean(0)[:2] == pytest.approx(other.mean(0)[:2], abs=0.06)
    again = neural.trained(u[:300], noisy[:300], 3, epochs=1)
    twin = neural.trained(u[:300], noisy[:300], 3, epochs=1)
    seen = truth @ through
    assert np.array_equal(again.posterior(seen, 5), twin.posterior(seen, 5))


@pytest.mark.filterwarnings("ignore")
def test_the_library_finds_the_same_worlds_unusual():
    u = np.random.default_rng(0).random((600, 2))
    noisy = calibration.blurred(u @ np.array([[1.0, 0.5], [-0.5, 1.0]]), ERRORS, 1)
    for seen, low, high in (([0.2, 0.8], 0.2, 1.0), ([3.0, -2.0], 0.0, 0.01)):
        for test in (misspecification.as_unusual, lambda a, b: neural.as_unusual(a, b, 3)):
            assert low <= test(noisy, np.array(seen)) <= high
