"""The table of second-model values."""

import localism_sim as ls
from localism_sim.model.parameters import FIELDS
from localism_sim.model.second_model import SECOND_MODEL


def test_every_value_of_the_second_model_is_a_parameter_within_bounds_with_a_reason():
    params = ls.Parameters().replace(**{name: value for name, (value, _) in SECOND_MODEL.items()})
    for name, (value, reason) in SECOND_MODEL.items():
        assert name in FIELDS and getattr(params, name) == value, name
        assert len(reason) > 10, f"{name} lacks a reason with its source"
