"""The first model's values, and `behaviour=first_model`."""

import pytest

import localism_sim as ls
from localism_sim.jobs.request import behaviour_of
from localism_sim.model.first_model import FIRST_MODEL


def test_every_value_of_the_first_model_is_a_parameter_within_bounds_and_no_longer_usual():
    params = ls.Parameters().replace(**FIRST_MODEL)
    for name, value in FIRST_MODEL.items():
        assert getattr(params, name) == value != getattr(ls.Parameters(), name), name


def test_a_behaviour_sets_its_values_and_no_shipped_scenario_sets_them_too():
    assert behaviour_of("default") == {} and behaviour_of("first_model") == FIRST_MODEL
    for name in ls.scenario_names():
        both = set(dict(ls.load_scenario(name).sources)) & set(FIRST_MODEL)
        assert not both, f"{name} sets {both}, which behaviour=first_model would override"


@pytest.mark.parametrize("given", ["second_model", 1, None])
def test_an_unknown_behaviour_is_refused(given):
    with pytest.raises(ls.BadInput, match=r"behaviour = .* allowed: default, first_model"):
        behaviour_of(given)
