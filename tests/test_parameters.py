"""Parameters: declared once, checked always."""

import dataclasses
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

import localism_sim as ls
from localism_sim.model.parameters import FIELDS, GROUPS


def test_every_parameter_has_bounds_unit_meaning_source_and_a_default_within_bounds():
    for name, field in FIELDS.items():
        meta = field.metadata
        assert meta["low"] <= field.default <= meta["high"], name
        assert meta["unit"] and meta["meaning"] and meta["source"] and meta["group"] in GROUPS, name


def test_the_four_conditions_three_problems_and_eleven_recommendations_are_there():
    assert ls.Parameters.names("headline") == ["trust", "cuts", "chain_length", "autonomy"]
    assert ls.Parameters.names("problem") == ["need_diversity", "complexity", "relational_depth"]
    assert len(ls.Parameters.names("recommendation")) == 11


def test_parameters_are_frozen_and_replace_makes_a_copy():
    params = ls.Parameters()
    with pytest.raises(dataclasses.FrozenInstanceError):
        params.cuts = 0.1
    assert params.replace(cuts=0.1).cuts == 0.1
    assert params.cuts == FIELDS["cuts"].default


@given(
    name=st.sampled_from(sorted(FIELDS)),
    value=st.one_of(st.floats(), st.integers(), st.text(max_size=5), st.none(), st.booleans()),
)
def test_any_value_is_either_kept_within_bounds_or_refused_by_name(name, value):
    try:
        params = ls.Parameters().replace(**{name: value})
    except ls.BadInput as error:
        assert name in str(error) or "complexity" in str(error)
        return
    kept = getattr(params, name)
    assert (
        math.isfinite(kept)
        and FIELDS[name].metadata["low"] <= kept <= FIELDS[name].metadata["high"]
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"trsut": 0.5}, ["trsut", "Did you mean 'trust'"]),
        ({"cuts": 0.9}, ["cuts", "0.9", "0.0 to 0.6"]),
        ({"cuts": math.nan}, ["cuts", "nan"]),
        ({"chain_length": 2.5}, ["chain_length", "whole number"]),
        ({"cuts": "a lot"}, ["cuts", "'a lot'", "number"]),
        ({"choices": 3, "complexity": 3}, ["complexity", "choices"]),
    ],
)
def test_bad_values_are_named(changes, words):
    with pytest.raises(ls.BadInput) as error:
        ls.Parameters().replace(**changes)
    assert all(word in str(error.value) for word in words)


def test_describe_is_a_table_of_all():
    table = ls.Parameters.describe()
    assert list(table.index) == list(FIELDS)
    assert {"default", "low", "high", "unit", "group", "meaning", "source"} <= set(table.columns)
