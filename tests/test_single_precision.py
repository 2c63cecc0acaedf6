"""Citizens in single precision and staff in columns give the distributions of double precision.

`golden/before_single_precision.json` holds means and standard deviations over seeds 1 to 200 as the
model gave them before the change, with the parameters in force; once a rule changes results on
purpose, both are to go.
"""

import json
from pathlib import Path

import numpy as np
import pytest

import localism_sim as ls

BEFORE = json.loads((Path(__file__).parent / "golden/before_single_precision.json").read_text())
SEEDS = 200


@pytest.mark.parametrize("name", BEFORE)
def test_means_are_those_of_double_precision(name):
    """Over 200 seeds, within three standard errors of the difference."""
    params = ls.Parameters(**BEFORE[name]["parameters"])
    places = ls.Places.england(scale=20000)
    runs = [ls.simulate(params, places, seed, 60).outcomes for seed in range(1, SEEDS + 1)]
    for outcome, (mean, deviation) in BEFORE[name]["outcomes"].items():
        now = np.array([run[outcome] for run in runs])
        error = np.sqrt((deviation**2 + now.var(ddof=1)) / SEEDS)
        assert abs(now.mean() - mean) < 3.0 * error, outcome
