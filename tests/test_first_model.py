"""The table of first-model values."""

import localism_sim as ls
from localism_sim.model.first_model import FIRST_MODEL


def test_every_value_of_the_first_model_is_a_parameter_within_bounds_and_no_longer_usual():
    params = ls.Parameters().replace(**FIRST_MODEL)
    for name, value in FIRST_MODEL.items():
        assert getattr(params, name) == value != getattr(ls.Parameters(), name), name
