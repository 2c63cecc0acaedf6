"""Factors and designs: every point can be run, whole numbers are equally probable, and what cannot
be is refused before anything runs.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from known_functions import ANGLES, asked, ishigami

from localism_sim.analysis.sensitivity.indices import Design, analyse, evaluate, over_function
from localism_sim.analysis.sensitivity.methods import METHODS, without_pairs
from localism_sim.analysis.sensitivity.noise import step_of_factor
from localism_sim.foundation.errors import BadInput
from localism_sim.model.parameters import FIELDS, GROUPS, Parameters
from localism_sim.sweeps.factors import (
    PLACEBO,
    Factor,
    factor_for,
    factors_from,
    placebo_factors,
    salib_problem,
)


@given(low=st.integers(-20, 20), span=st.integers(1, 30), each=st.integers(1, 40))
def test_whole_numbers_are_equally_probable(low, span, each):
    factor = Factor("n", low, low + span, "integer")
    first, last = factor.bounds
    share = (np.arange(each * (span + 1)) + 0.5) / (each * (span + 1))
    values, counts = np.unique(factor.values(first + share * (last - first)), return_counts=True)
    assert values.tolist() == list(range(low, low + span + 1)) and set(counts) == {each}
    assert factor.values(np.array([first, last])).tolist() == [low, low + span]


@pytest.mark.parametrize("method", METHODS)
def test_every_value_of_every_design_can_be_run(method):
    factors = factors_from(
        dict.fromkeys(name for name in FIELDS if name not in ("choices", "complexity")), placebos=2
    )
    points = Design(
        method,
        factors,
        16 if method == "sobol" else 8 if method == "morris" else 128,
        second_order=False,
    ).points
    assert list(points) == [factor.name for factor in factors]
    for factor in factors:
        assert points[factor.name].between(factor.low, factor.high).all()
        assert (points[factor.name].dtype == np.int64) == (factor.kind == "integer")
    for row in points.drop(columns=["placebo_1", "placebo_2"]).head(40).to_dict("records"):
        Parameters(**row)


def test_factors_take_the_parameters_own_bounds_groups_and_kinds():
    factors = factors_from(None)
    assert [f.name for f in factors] == [
        n for g in ("headline", "problem", "recommendation") for n in Parameters.names(g)
    ] + [PLACEBO]
    assert {f.group for f in factors} <= {*GROUPS, PLACEBO}
    cuts = factor_for("cuts")
    assert (cuts.low, cuts.high, cuts.kind, cuts.group) == (
        0.0,
        0.6,
        "real",
        "headline",
    ) and factor_for("design_steps").kind == "integer"
    narrowed = factors_from({"cuts": (0.1, 0.4), "headline": None}, placebos=0)
    assert {f.name: (f.low, f.high) for f in narrowed}["cuts"] == (0.1, 0.4) and len(narrowed) == 4
    assert salib_problem(narrowed, grouped=False)["bounds"][
        narrowed.index(factor_for("chain_length"))
    ] == [0.0, 21.0]


@pytest.mark.parametrize(
    "ranges, said",
    [
        ({"cutz": None}, "cuts"),
        ({"headlin": None}, "headline"),
        ({"cuts": (0.4, 0.1)}, "reversed"),
        ({"cuts": (0.2, 0.2)}, "reversed or empty"),
        ({"cuts": (0.0, 0.9)}, "0.6"),
        ({"cuts": (float("nan"), 0.2)}, "finite"),
        ({"cuts": (0.0, float("inf"))}, "finite"),
        ({"cuts": ("a", 0.2)}, "finite"),
        ({"chain_length": (0.5, 4)}, "whole"),
        ({"cuts": 0.3}, "two numbers"),
        ({"cuts": (0.1, 0.2, 0.3)}, "two numbers"),
        ({"headline": (0, 1)}, "group"),
        ({}, "nothing"),
        ({"choices": None}, "complexity"),
        ({"complexity": None, "choices": (6, 12)}, "below choices"),
        ({"cuts": (True, 0.5)}, "finite"),
        ({"cuts": "01"}, "two numbers"),
    ],
)
def test_ranges_that_cannot_be_are_refused(ranges, said):
    with pytest.raises(BadInput, match=said):
        factors_from(ranges)


NAMES = ["cuts", "trust", "chain_length", "complexity", "headline", "problem", "scale", "odd"]
anything = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-9, 2**40),
    st.floats(),
    st.text(max_size=4),
    st.sampled_from(["cuts", "headline", "sobol"]),
    st.lists(st.one_of(st.floats(), st.integers(-3, 30), st.text(max_size=2)), max_size=3),
)
some_ranges = st.one_of(
    anything,
    st.dictionaries(st.sampled_from(NAMES), anything, max_size=4),
    st.lists(st.sampled_from(NAMES[:6]), max_size=3),
)


@settings(max_examples=400)
@given(
    ranges=some_ranges,
    method=st.one_of(st.sampled_from(sorted(METHODS)), anything),
    samples=st.one_of(st.sampled_from([16, 64, 128, 100]), anything),
    grouped=st.one_of(st.booleans(), anything),
    seed=st.one_of(st.integers(0, 9), anything),
)
def test_whatever_is_asked_is_a_design_or_one_clear_refusal(ranges, method, samples, grouped, seed):
    try:
        design = Design(method, factors_from(ranges), samples, seed=seed, grouped=grouped)
    except BadInput as refusal:
        assert str(refusal)
    else:
        assert design.rows > 0 and (design.rows > 10_000 or len(design.points) == design.rows)


def test_placebos_are_counted_and_the_last_factors():
    assert [f.name for f in factors_from(["cuts"], placebos=3)] == [
        "cuts",
        "placebo_1",
        "placebo_2",
        "placebo_3",
    ]
    for count in (-1, 1.5, True, 99):
        with pytest.raises(BadInput, match="placebos"):
            factors_from(["cuts"], placebos=count)


# Designs


@pytest.mark.parametrize(
    "method, samples, more, said",
    [
        ("sobol", 1000, {}, "512 or 1024"),
        ("sobol", 8, {}, "16"),
        ("sobol", 0, {}, "16"),
        ("sobol", -4, {}, "16"),
        ("sobol", 64.0, {}, "whole"),
        ("sobol", True, {}, "whole"),
        ("sobol", 2**29, {}, "rows"),
        ("sobbol", 64, {}, "sobol"),
        ("morris", 1, {}, "8"),
        ("pawn", 50, {}, "128"),
        ("delta", 100, {}, "128"),
        ("pawn", 512, {"grouped": True}, "sobol, morris"),
        ("sobol", 64, {"grouped": True}, "two groups"),
        ("sobol", 64, {"seed": -1}, "seed"),
    ],
)
def test_designs_that_cannot_be_are_refused_before_anything_runs(method, samples, more, said):
    with pytest.raises(BadInput, match=said):
        Design(method, ANGLES, samples, **more)


def test_names_given_twice_and_designs_of_placebos_are_refused():
    with pytest.raises(BadInput, match="twice"):
        Design("sobol", ANGLES + ANGLES[:1], 64)
    with pytest.raises(BadInput, match="nothing varies"):
        Design("morris", placebo_factors(2), 64)


@pytest.mark.parametrize("method", METHODS)
def test_the_same_seed_gives_the_same_points_and_result_and_another_seed_others(method):
    samples = 32 if method in ("sobol", "morris") else 128
    one, two, other = (Design(method, ANGLES, samples, seed=seed) for seed in (0, 0, 1))
    assert (
        one.points.equals(two.points)
        and not one.points.equals(other.points)
        and len(one.points) == one.rows
    )
    result = asked(method, ANGLES, samples, ishigami, resamples=20)
    np.random.seed(3)
    assert result.table.equals(asked(method, ANGLES, samples, ishigami, resamples=20).table)


def test_the_analysis_leaves_the_global_random_state_alone():
    for method in METHODS:
        np.random.seed(5)
        before = np.random.get_state()[1].tolist()
        asked(method, ANGLES, 32 if method in ("sobol", "morris") else 128, ishigami, resamples=20)
        assert np.random.get_state()[1].tolist() == before, method


def test_smaller_sobol_designs_are_the_first_part_of_larger_ones():
    small, large = Design("sobol", ANGLES, 64, seed=4), Design("sobol", ANGLES, 256, seed=4)
    assert large.points.head(small.rows).equals(small.points)
    smaller = Design("sobol", ANGLES, 64, seed=4, second_order=False)
    assert without_pairs(small.points["x2"].to_numpy(), 3).tolist() == smaller.points["x2"].tolist()


def test_points_that_are_the_same_to_the_model_run_once():
    design = Design(
        "sobol",
        (Factor("n", 0, 2, "integer"), Factor("switch", 0, 1, "integer"), *placebo_factors(1)),
        64,
    )
    points, index = design.unique()
    assert (
        len(points) == 6 and list(points) == ["n", "switch"] and len(index) == design.rows == 64 * 8
    )
    assert points.iloc[index].reset_index(drop=True).equals(design.points[["n", "switch"]])
    asked_points = []
    run = over_function(lambda p, seed: asked_points.append(len(p)) or p["n"] + 2.0 * p["switch"])
    assert analyse(
        design, evaluate(design, run), "y", converge=False
    ).different_points == 6 and asked_points == [6]


@pytest.mark.parametrize("grouped", [False, True])
def test_the_step_in_which_each_factor_moves_is_known(grouped):
    factors = tuple(
        Factor(f.name, f.low, f.high, group="one" if k < 2 else "two") for k, f in enumerate(ANGLES)
    )
    design = Design("morris", factors, 8, grouped=grouped)
    moves, found = (
        np.diff(design.sample.reshape(8, design.block, 3), axis=1) != 0,
        step_of_factor(design),
    )
    for trajectory in range(8):
        for number, name in enumerate(design.names):
            members = [k for k, f in enumerate(factors) if name in (f.name, f.group)]
            assert moves[trajectory, found[trajectory, number], members].all()
