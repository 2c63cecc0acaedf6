"""Sensitivity analysis: indices agree with closed forms, intervals hold, broken tables of runs are
refused, and luck is never called an effect.
"""

import time

import numpy as np
import pandas as pd
import pytest
from conftest import missing
from hypothesis import given
from hypothesis import strategies as st
from known_functions import ANGLES, ISHIGAMI, SHARES, asked, g_indices, ishigami, sobol_g
from matplotlib.text import Text
from SALib.analyze import pawn as pawn_analysis

import localism_sim as ls
from localism_sim.analysis.sensitivity.indices import (
    Design,
    analyse,
    evaluate,
    over_function,
    over_model,
)
from localism_sim.analysis.sensitivity.methods import METHODS, SLICES, slice_distances
from localism_sim.foundation.errors import BadInput
from localism_sim.model.parameters import Parameters
from localism_sim.report.figures import sensitivity as figures
from localism_sim.report.sensitivity import describe
from localism_sim.sweeps.factors import Factor, factors_from, placebo_factors


def within(result, measure, names, truth):
    """Whether each true value lies in its interval."""
    rows = result.table.loc[names]
    return (
        (rows[f"{measure}_low"] - 1e-9 <= truth) & (truth <= rows[f"{measure}_high"] + 1e-9)
    ).to_numpy()


# Closed forms


@pytest.mark.parametrize("measure", ["first", "total"])
def test_ishigami_agrees_with_its_closed_form_within_the_intervals(measure):
    result = asked("sobol", ANGLES + placebo_factors(1), 1024, ishigami)
    assert within(result, measure, ["x1", "x2", "x3"], ISHIGAMI[measure]).all()
    assert (result.table[f"{measure}_high"] - result.table[f"{measure}_low"] < 0.25).all()


def test_the_one_interaction_of_ishigami_is_found_and_no_other():
    pairs = asked("sobol", ANGLES + placebo_factors(1), 1024, ishigami).pairs.set_index(["a", "b"])
    assert pairs["clear"].sum() == 1 and pairs.loc[("x1", "x3"), "clear"]
    assert pairs.loc[("x1", "x3"), "second_low"] < 0.2437 < pairs.loc[("x1", "x3"), "second_high"]


def test_sobol_g_agrees_with_its_closed_form_within_the_intervals():
    result, truth = asked("sobol", SHARES, 1024, sobol_g), g_indices()
    for measure in ("first", "total"):
        assert within(result, measure, [f.name for f in SHARES], truth[measure]).all()
    assert list(result.table.index[:4]) == ["x1", "x2", "x3", "x4"]


def test_intervals_hold_the_truth_at_least_as_often_as_they_say():
    results = [asked("sobol", ANGLES, 128, ishigami, seed=seed) for seed in range(40)]
    for measure in ("first", "total"):
        held = np.mean(
            [within(result, measure, ["x1", "x2", "x3"], ISHIGAMI[measure]) for result in results]
        )
        assert held >= 0.93
    spread = np.std([result.table.loc["x3", "total"] for result in results])
    claimed = (
        np.mean(
            [
                result.table.loc["x3", "total_high"] - result.table.loc["x3", "total_low"]
                for result in results
            ]
        )
        / 3.92
    )
    assert spread < 1.1 * claimed and claimed < 5 * spread, (
        "not narrower than true, not so wide as to say nothing"
    )


def test_rbd_fast_agrees_with_the_closed_form_and_its_intervals_hold():
    held = [
        within(
            asked("rbd_fast", ANGLES, 512, ishigami, seed=seed, resamples=50),
            "first",
            ["x1", "x2", "x3"],
            ISHIGAMI["first"],
        )
        for seed in range(20)
    ]
    assert np.mean(held) >= 0.93


@pytest.mark.parametrize(
    "method, measure, seeds, resamples", [("delta", "delta", 12, 25), ("pawn", "pawn", 16, 40)]
)
def test_intervals_of_the_moment_independent_methods_are_as_wide_as_their_estimates_scatter(
    method, measure, seeds, resamples
):
    tables = [
        asked(method, ANGLES, 256, ishigami, seed=seed, resamples=resamples).table.loc[
            ["x1", "x2", "x3"]
        ]
        for seed in range(seeds)
    ]
    scatter = np.std([table[measure] for table in tables], axis=0, ddof=1)
    claimed = (
        np.mean([table[f"{measure}_high"] - table[f"{measure}_low"] for table in tables], axis=0)
        / 3.92
    )
    assert (claimed > 0.6 * scatter).all() and (claimed < 2.5 * scatter).all()


def test_morris_effects_of_a_plane_are_its_slopes_over_the_whole_range():
    factors = (Factor("a", 0.0, 2.0), Factor("b", -1.0, 1.0), Factor("c", 0.0, 10.0))
    table = asked("morris", factors, 16, lambda p, seed: 3.0 * p["a"] - p["b"] + 0.1 * p["c"]).table
    assert table.loc[["a", "b", "c"], "mu"].tolist() == pytest.approx([6.0, -2.0, 1.0])
    assert (
        table.loc[["a", "b", "c"], "mu_star"].tolist() == pytest.approx([6.0, 2.0, 1.0])
        and (table["sigma"].abs() < 1e-9).all()
    )


@pytest.mark.parametrize("method", METHODS)
def test_every_method_ranks_a_plain_sum_rightly_and_leaves_the_placebo_at_the_floor(method):
    factors = (
        Factor("weak", 0.0, 1.0),
        Factor("strong", 0.0, 1.0),
        Factor("none", 0.0, 1.0),
        *placebo_factors(1),
    )
    result = asked(
        method,
        factors,
        128 if method in ("sobol", "morris") else 512,
        lambda p, seed: 2.0 * p["weak"] + 3.0 * p["strong"],
        seeds=(0, 1),
        resamples=40,
    )
    assert list(result.table.index[:2]) == ["strong", "weak"]
    assert result.table["clear"].to_dict() == {
        "strong": True,
        "weak": True,
        "none": False,
        "placebo": False,
    }


def test_a_sum_of_a_whole_and_a_real_number_has_the_shares_of_their_variances():
    factors = (
        Factor("whole", 0, 3, "integer"),
        Factor("real", 0.0, 1.0),
        Factor("switch", 0, 1, "integer"),
    )
    variances = np.array([15.0 / 12.0, 4.0 / 12.0, 0.25])
    result = asked(
        "sobol", factors, 1024, lambda p, seed: p["whole"] + 2.0 * p["real"] + p["switch"]
    )
    for measure in ("first", "total"):
        assert within(
            result, measure, ["whole", "real", "switch"], variances / variances.sum()
        ).all()
    assert not result.pairs["clear"].any()


def test_groups_get_the_shares_of_all_their_factors():
    factors = (
        Factor("x1", -np.pi, np.pi, group="pair"),
        Factor("x2", -np.pi, np.pi, group="alone"),
        Factor("x3", -np.pi, np.pi, group="pair"),
    )
    result = asked("sobol", factors, 1024, ishigami, grouped=True)
    assert (
        within(result, "first", ["pair", "alone"], [0.5576, 0.4424]).all()
        and within(result, "total", ["pair", "alone"], [0.5576, 0.4424]).all()
    )
    assert list(asked("morris", factors, 32, ishigami, grouped=True).table.columns[:3]) == [
        "group",
        "kind",
        "mu_star",
    ]


@given(random=st.integers(0, 10_000), count=st.integers(1, 5))
def test_distances_by_counting_are_those_of_salib(random, count):
    draws = np.random.default_rng(random)
    rows, values = draws.random((150, count)), np.round(draws.random(150), draws.integers(1, 6))
    chosen = draws.integers(150, size=150)
    problem = {
        "num_vars": count,
        "names": [f"x{k}" for k in range(count)],
        "bounds": [[0, 1]] * count,
    }
    for rows_now, values_now in ((rows, values), (rows[chosen], values[chosen])):
        found = pawn_analysis.analyze(problem, rows_now, values_now, S=SLICES)
        mine = slice_distances(rows_now, values_now)
        assert np.nanmedian(mine, axis=0) == pytest.approx(found["median"]) and np.nanmax(
            mine, axis=0
        ) == pytest.approx(found["maximum"])


# Broken tables of runs


@pytest.fixture(scope="module")
def design():
    return Design("sobol", (Factor("cuts", 0.0, 0.4), Factor("autonomy", 0.0, 1.0)), 16)


@pytest.fixture
def runs(design):
    return evaluate(
        design, over_function(lambda p, seed: p["cuts"] + p["autonomy"] + 0.01 * seed), (7, 8)
    )


def refused(design, runs, *said):
    """Whether the analysis of these runs is refused, and with what is said."""
    with pytest.raises(BadInput) as error:
        analyse(design, runs, "y")
    return missing(said, str(error.value)) == []


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_value_that_is_no_number_is_refused_by_row(design, runs, value):
    runs.loc[13, "y"] = value
    assert refused(design, runs.assign(status="failed"), "row 13 ", "point 6, seed 8", "failed")


@given(row=st.integers(0, 127))
def test_any_missing_doubled_or_moved_row_is_refused_by_name(design, row):
    whole = evaluate(design, over_function(lambda p, seed: p["cuts"]), (7, 8))
    assert len(whole) == 128
    place = f"point {row // 2}, seed {7 + row % 2}"
    assert refused(design, whole.drop(index=row), f"row {row} ", "missing", place)
    assert refused(
        design,
        pd.concat([whole, whole.iloc[[row]]], ignore_index=True),
        "row 128 ",
        f"repeats row {row}",
        place,
    )
    assert refused(
        design,
        whole.drop(index=row).pipe(lambda t: pd.concat([t, whole.iloc[[(row + 5) % 128]]])),
        "repeats row",
    )
    other = (row + 3) % 128
    swapped = whole.copy()
    swapped.iloc[[row, other]] = whole.iloc[[other, row]].to_numpy()
    assert refused(design, swapped, f"row {min(row, other)} ", "out of order")


def test_other_tables_are_refused_in_words(design, runs):
    assert refused(design, runs.rename(columns={"y": "yy"}), "'y'", "'yy'")
    assert refused(design, runs.drop(columns="point"), "'point'")
    assert refused(design, runs.sample(frac=1.0, random_state=1), "out of order")
    assert refused(design, runs.head(0), "empty")
    assert refused(design, runs.assign(point=runs["point"] + 1), "point 64", "0 to 63")
    assert refused(design, runs.assign(point=runs["point"].where(runs.index != 4)), "row 4 ", "nan")
    assert refused(design, runs.assign(y=1.5), "1.5 in every run")
    assert refused(design, runs.assign(y="much"), "row 0 ", "much")
    points = design.unique()[0].loc[runs["point"]].reset_index(drop=True)
    assert len(analyse(design, runs.join(points), "y", converge=False).table) == 2
    assert refused(
        design,
        runs.join(points.assign(cuts=points["cuts"].where(points.index != 9, 0.123))),
        "row 9 ",
        "0.123",
        "another design",
    )


# Luck


def whispers(points, seed, reshuffled, size=1.0):
    """Luck that changes with some of the settings: a different draw for each combination of their
    values and the seed.
    """
    keys = points[reshuffled].round(9).apply(tuple, axis=1).map(hash).to_numpy() % 2**31
    return size * np.array([np.random.default_rng([int(key), seed]).normal() for key in keys])


@pytest.mark.parametrize("method, samples", [("sobol", 128), ("morris", 128)])
def test_a_parameter_that_only_reshuffles_luck_is_not_called_an_effect(method, samples):
    factors = (*SHARES[:5], *placebo_factors(1))
    design = Design(method, factors, samples, second_order=False)
    runs = evaluate(
        design,
        over_function(lambda p, seed: 4.0 * p["x1"] + whispers(p, seed, ["x2", "x3", "x4"], 0.5)),
        (0, 1, 2),
    )
    result = analyse(design, runs, "y", converge=False)
    table, ranked = result.table, METHODS[method].ranked
    assert table["clear"].to_dict() == {
        "x1": True,
        "x2": False,
        "x3": False,
        "x4": False,
        "x5": False,
        "placebo": False,
    }
    assert table.loc["x2", f"{ranked}_low"] > 0, "without the seeds it would pass for an effect"
    assert table.loc["x2", ranked] == pytest.approx(table.loc["x2", "luck"], rel=0.35)
    assert table.loc[["x1", "x5", "placebo"], "luck"].tolist() == pytest.approx(
        [0.0] * 3, abs=1e-12
    ), "luck that a change leaves alone cancels"
    assert "placebo gets exactly 0" in describe(result)


def test_the_share_of_luck_is_that_which_was_put_in():
    design = Design("pawn", (*SHARES[:2], *placebo_factors(1)), 512)
    runs = evaluate(
        design, over_function(lambda p, seed: p["x1"] + whispers(p, seed, ["x1"], 0.2)), range(4)
    )
    noise = analyse(design, runs, "y", resamples=20, converge=False).noise
    assert noise.low < 0.04 / (0.04 + 1.0 / 12.0) < noise.high
    assert noise.in_means_low < 0.01 / (0.01 + 1.0 / 12.0) < noise.in_means_high


def test_luck_that_all_points_share_moves_no_index():
    result = asked("sobol", SHARES[:2], 64, lambda p, seed: p["x1"] + 5.0 * seed, seeds=(0, 1, 2))
    assert (
        result.noise.share > 0.9
        and result.noise.in_means < 1e-9
        and result.table.loc["x1", "total"] == pytest.approx(1.0, abs=0.1)
    )


def test_with_one_seed_luck_is_called_unknown():
    result = asked("sobol", ANGLES, 64, ishigami)
    assert (
        not result.noise.known
        and any("One seed" in note for note in result.notes)
        and any("No placebo" in note for note in result.notes)
    )


# Ranking and words


def test_neighbours_are_undecided_while_their_intervals_overlap_and_the_n_told_settles_it():
    factors = (Factor("a", 0.0, 1.0), Factor("b", 0.0, 1.0))
    small = asked("sobol", factors, 32, lambda p, seed: 1.15 * p["a"] + p["b"])
    row = small.ranking.iloc[0]
    assert (row["higher"], row["lower"]) == ("a", "b") and not row["decided"]
    needed = int(row["samples_needed"])
    assert (
        64 <= needed <= 4096 and needed & (needed - 1) == 0 and f"N = {needed:,}" in describe(small)
    )
    assert asked("sobol", factors, 2 * needed, lambda p, seed: 1.15 * p["a"] + p["b"]).ranking.iloc[
        0
    ]["decided"]
    assert small.table["best_rank"].tolist() == [1, 1] and small.table["worst_rank"].tolist() == [
        2,
        2,
    ]


def test_factors_that_are_equal_are_called_equal():
    result = asked("morris", SHARES[:2], 16, lambda p, seed: p["x1"] + p["x2"])
    assert (
        np.isinf(result.ranking["samples_needed"][0]) or result.ranking["samples_needed"][0] >= 16
    )
    tied = asked("morris", SHARES[:2], 16, lambda p, seed: (p["x1"] - 0.5) * (p["x2"] - 0.5))
    assert not tied.ranking["decided"].any()


def test_convergence_ends_at_the_result_and_its_intervals_narrow():
    result = asked("sobol", ANGLES + placebo_factors(1), 512, ishigami, converge=True)
    trail = result.convergence[
        (result.convergence["measure"] == "total") & (result.convergence["name"] == "x1")
    ].set_index("samples")
    assert trail.index.tolist() == [16, 32, 64, 128, 256, 512]
    assert trail["value"][512] == result.table.loc["x1", "total"]
    width = trail["high"] - trail["low"]
    assert width[512] < 0.6 * width[64]


def test_delta_says_so_where_smoothing_misleads():
    result = asked(
        "delta", SHARES[:2], 256, lambda p, seed: np.maximum(p["x1"] - 0.6, 0.0), resamples=20
    )
    assert any("very same outcome" in note for note in result.notes)


def test_the_words_name_every_factor_the_noise_and_what_is_undecided():
    factors = factors_from({"cuts": (0.0, 0.4), "trust": None, "design_steps": None})
    result = asked(
        "sobol",
        factors,
        128,
        lambda p, seed: p["cuts"] * 2.5 + p["trust"] + 0.01 * seed * p["design_steps"],
        seeds=(0, 1),
        converge=True,
    )
    text = describe(result)
    for said in (
        "| rank | parameter |",
        "| cuts |",
        "real cut in local budgets",
        "| placebo |",
        "95%",
        "**Noise.**",
        "**Convergence.**",
        "**Undecided ranks**",
        "N = 128",
    ):
        assert said in text, text
    assert "−0.00" not in text and "nan" not in text


# The model


def test_the_model_can_be_asked_and_a_sweep_gives_the_same_answer(tmp_path, small_places):
    from localism_sim.model.scenario import Scenario
    from localism_sim.sweeps.question import Simulation
    from localism_sim.sweeps.sweep import Sweep

    design = Design(
        "morris", factors_from({"cuts": (0.0, 0.5), "autonomy": None, "design_steps": None}), 8
    )
    direct = evaluate(design, over_model(places=small_places, months=12), (0, 1))
    with Sweep(
        tmp_path / "sweep",
        Simulation((Scenario("default", "Default", "", Parameters()),), small_places, 12),
        workers=1,
    ) as sweep:
        swept = evaluate(design, sweep.run, (0, 1))
    one, two = (analyse(design, runs, "quality_mean", converge=False) for runs in (direct, swept))
    assert (
        one.table.equals(two.table)
        and one.table.loc["placebo", "mu_star"] == 0.0
        and one.table.loc["cuts", "mu"] < 0.0
    )
    assert "Quality of services, average over the run" in describe(one)


def test_a_scenario_keeps_its_timeline_while_parameters_vary(small_places):
    points = pd.DataFrame({"autonomy": [0.2, 0.8]})
    table = over_model(ls.load_scenario("sure_start"), small_places, months=24)(points, (3, 4))
    assert (
        table["point"].tolist() == [0, 0, 1, 1]
        and table["seed"].tolist() == [3, 4, 3, 4]
        and "spread_mean" in table
    )


# Figures and speed


@pytest.mark.parametrize("method", METHODS)
def test_figures_name_every_factor_and_say_how_to_read_them(method):
    factors = (*ANGLES, *placebo_factors(1))
    samples = 64 if method in ("sobol", "morris") else 512
    result = asked(method, factors, samples, ishigami, seeds=(0, 1), converge=True, resamples=20)
    assert figures.drawable(result) == [
        name for name in figures.FIGURES if method == "sobol" or name != "interactions"
    ]
    for name in figures.drawable(result):
        figure = figures.FIGURES[name](result)
        figure.canvas.draw()
        texts = " ".join(t.get_text() for t in figure.findobj(Text))
        assert all(factor.name in texts for factor in ANGLES) and "95% interval" in " ".join(
            texts.split()
        )
        assert (
            min(t.get_fontsize() for t in figure.findobj(Text) if t.get_text() and t.get_visible())
            >= 8
        )


@pytest.mark.slow
def test_a_design_of_43_008_rows_is_made_and_analysed_quickly():
    factors = tuple(Factor(f"x{k}", 0.0, 1.0) for k in range(20))
    began = time.perf_counter()
    design = Design("sobol", factors, 1024)
    runs = evaluate(
        design,
        over_function(lambda p, seed: p.to_numpy() @ np.arange(1.0, 21.0) + p["x0"] * p["x19"]),
    )
    result = analyse(design, runs, "y")
    assert (
        design.rows == 43_008 and len(result.pairs) == 190 and time.perf_counter() - began < 40.0
    ), "5 s on a free machine"
