"""Landscapes: the known number of local optima, and how needs correlate between places (Kauffman &
Levin 1987).
"""

import numpy as np
import pytest
from conftest import lived

import localism_sim as ls


def optima(complexity: int, choices: int, seeds: range) -> list[int]:
    """Number of local optima of the national landscape for each seed."""
    counts = []
    params = ls.Parameters(choices=choices, complexity=complexity, need_diversity=0.0, domains=1)
    for seed in seeds:
        _, world = next(lived(params, ls.Places.synthetic(1), seed, 1))
        score = world.score.T[0]
        codes = np.arange(len(score))
        beaten = np.zeros(len(score), bool)
        for choice in range(choices):
            beaten |= score[codes ^ (1 << choice)] > score
        counts.append(int((~beaten).sum()))
    return counts


def test_a_landscape_without_interdependence_has_one_optimum():
    assert set(optima(0, 8, range(20))) == {1}


def test_a_fully_interdependent_landscape_has_two_to_the_n_over_n_plus_one_optima_on_average():
    """Kauffman & Levin 1987: 2^N / (N + 1) for K = N - 1."""
    counts = optima(7, 8, range(120))
    expected = 2**8 / 9
    assert abs(np.mean(counts) - expected) <= 4.0 * np.std(counts, ddof=1) / np.sqrt(len(counts))


def test_needs_correlate_between_places_by_one_minus_diversity():
    places = ls.Places.synthetic(2)
    for diversity in (0.0, 0.3, 1.0):
        params = ls.Parameters(need_diversity=diversity, domains=4, choices=10, complexity=9)
        found = []
        for seed in range(6):
            _, world = next(lived(params, places, seed, 1))
            found += [np.corrcoef(world.score.T[d], world.score.T[4 + d])[0, 1] for d in range(4)]
        assert np.mean(found) == pytest.approx(1.0 - diversity, abs=0.05)
