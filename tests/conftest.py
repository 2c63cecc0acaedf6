"""Shared worlds for the tests: small enough to walk in pure Python."""

import numpy as np
import pytest
from hypothesis import settings

import localism_sim as ls
from localism_sim.parameters import FIELDS, SCALE

settings.register_profile("suite", deadline=None, max_examples=40, derandomize=True)
settings.load_profile("suite")


def random_parameters(seed: int, **fixed) -> ls.Parameters:
    """A draw within all bounds but those of scale; `fixed` parameters are set."""
    random = np.random.default_rng(seed)
    values = {}
    for name, field in FIELDS.items():
        low, high = field.metadata["low"], field.metadata["high"]
        if name in SCALE:
            continue
        whole = isinstance(field.default, int)
        values[name] = int(random.integers(low, high + 1)) if whole else float(random.uniform(low, high))
    values |= {"choices": 6, "complexity": int(random.integers(0, 6)), "review_months": int(random.integers(1, 6)),
               "harmonise_after": int(random.integers(0, 8)), "trial_months": int(random.integers(1, 5))}
    return ls.Parameters(**(values | fixed))


@pytest.fixture(scope="session")
def small_places() -> ls.Places:
    """Five places of some ten citizens each."""
    return ls.Places.synthetic(5, seed=3, scale=20_000)
