"""Tipping: known crossings are found with an interval that holds them, none is invented or hidden,
and memory is told from time.
"""

import numpy as np
import pandas as pd
import pytest
from conftest import missing
from test_cli import QUICK

import localism_sim as ls
from localism_sim.analysis.tipping.crossing import search
from localism_sim.analysis.tipping.hysteresis import journeys, ladder, read_hysteresis, why_not
from localism_sim.model.scenario import schedule
from localism_sim.sweeps.question import default_scenario


def asked(function, luck, calls=None):
    """Ask of a known curve with luck that a seed has at every level."""

    def ask(wanted):
        if calls is not None:
            calls.extend(wanted)
        return np.array([function(level) + luck for _, level in wanted])

    return ask


def test_a_known_crossing_is_found_within_its_precision():
    luck = 0.05 * np.random.default_rng(1).normal(size=20)
    (curve,) = search(
        0.0,
        1.0,
        False,
        0.5,
        asked(lambda x: 1.0 / (1.0 + np.exp(-20.0 * (x - 0.3))), luck - luck.mean()),
    )
    (crossing,) = curve.crossings()
    assert (
        crossing.level == pytest.approx(0.3, abs=0.005)
        and crossing.low < 0.3 < crossing.high
        and (crossing.before, crossing.after) == (-1, 1)
    )
    assert curve.turns() is None


def test_the_interval_holds_the_true_crossing_as_often_as_it_says():
    random, hits = np.random.default_rng(7), 0
    for _ in range(200):
        (curve,) = search(
            0.0, 1.0, False, 0.5, asked(lambda x: x, 0.2 * random.normal(size=10)), precision=0.02
        )
        hits += any(crossing.low <= 0.5 <= crossing.high for crossing in curve.crossings())
    assert 0.91 <= hits / 200 <= 0.98


def test_every_crossing_of_a_curve_that_rises_and_falls_is_reported():
    (curve,) = search(
        0.0,
        1.0,
        False,
        0.5,
        asked(
            lambda x: 1.0 - 8.0 * (x - 0.5) ** 2, 0.01 * np.random.default_rng(2).normal(size=10)
        ),
    )
    first, second = curve.crossings()
    assert first.level == pytest.approx(0.25, abs=0.01) and second.level == pytest.approx(
        0.75, abs=0.01
    )
    assert (first.after, second.after) == (1, -1)
    rise, fall = curve.turns()
    assert rise[0] < rise[1] <= fall[0] < fall[1]


def test_no_crossing_is_invented():
    (curve,) = search(
        0.0,
        1.0,
        False,
        0.9,
        asked(lambda x: 0.2 + 0.3 * x, 0.01 * np.random.default_rng(3).normal(size=8)),
    )
    assert curve.crossings() == [] and len(curve.levels) == 9


def test_a_threshold_within_the_noise_is_called_undecided_not_crossed():
    (curve,) = search(
        0.0,
        1.0,
        False,
        0.5,
        asked(lambda x: 0.5 + 0.001 * x, 0.2 * np.random.default_rng(4).normal(size=8)),
    )
    (crossing,) = curve.crossings()
    assert not crossing.certain and (crossing.low, crossing.high) == (0.0, 1.0)


def test_whole_number_levers_are_asked_at_whole_numbers_only_and_none_twice():
    calls = []
    curves = search(
        0.0,
        20.0,
        True,
        0.5,
        asked(lambda x: 1.0 - x / 14.9, 0.01 * np.random.default_rng(5).normal(size=8), calls),
        lines=2,
        count=5,
    )
    assert all(level == int(level) for _, level in calls) and len(calls) == len(set(calls))
    for curve in curves:
        (crossing,) = curve.crossings()
        assert 7 < crossing.level < 8


def test_the_ladder_goes_up_and_down_and_keeps_the_rest_of_the_timeline():
    base = ls.Scenario("base", "Base", "", ls.Parameters(), {24: {"leadership": 0.9}})
    up_and_down, *steady = journeys(base, "autonomy", np.array([0.0, 0.5, 1.0]), 12)
    plan = schedule(up_and_down.parameters, up_and_down.timeline, 60)
    assert plan["autonomy"][[0, 11, 12, 24, 36, 48, 59]].tolist() == [
        0.0,
        0.0,
        0.5,
        1.0,
        0.5,
        0.0,
        0.0,
    ]
    assert plan["leadership"][[23, 24]].tolist() == [0.3, 0.9]
    assert [scenario.parameters.autonomy for scenario in steady] == [0.0, 0.5, 1.0]
    assert ladder([1, 2, 3]) == [1, 2, 3, 2, 1]


def histories(rule, levels, hold, seeds):
    """Monthly values of a toy that moves by `rule(value, level)` each month, on the ladder and at
    each level.
    """
    rows = []
    tracks = [
        np.repeat(ladder(levels), hold),
        *[np.full(hold * len(ladder(levels)), level) for level in levels],
    ]
    for point, track in enumerate(tracks):
        for seed in seeds:
            value = 0.1 + 0.01 * seed
            for month, level in enumerate(track):
                value = rule(value, level)
                rows.append((point, seed, month, value))
    return pd.DataFrame(rows, columns=["point", "seed", "month", "spread"])


def test_memory_is_found_where_there_are_two_stable_states_and_only_there():
    levels, seeds = np.array([0.0, 0.25, 0.5, 0.75, 1.0]), [0, 1, 2, 3]
    bistable = read_hysteresis(
        histories(
            lambda y, x: y + 0.5 * (y * (1 - y) * (y - 0.5) + 0.1 * (x - 0.3)), levels, 60, seeds
        ),
        "spread",
        levels,
        60,
        seeds,
    )
    assert bistable.memory[1] > 0.1 and bistable.loop[1] > 0.1
    follower = read_hysteresis(
        histories(lambda y, x: y + 0.5 * (x - y), levels, 60, seeds), "spread", levels, 60, seeds
    )
    assert abs(follower.memory[0]) < 1e-6 and abs(follower.loop[0]) < 1e-2


def test_time_alone_makes_a_loop_but_no_memory():
    levels, seeds = np.array([0.0, 0.5, 1.0]), [0, 1, 2]
    drift = read_hysteresis(
        histories(lambda y, x: y + 0.001, levels, 24, seeds), "spread", levels, 24, seeds
    )
    assert drift.loop[0] > 0.02 and drift.memory[0] == pytest.approx(0.0, abs=1e-12)


def test_levers_of_the_start_and_sums_over_the_run_have_no_hysteresis():
    assert (
        "start of a run" in why_not("trust", "spread")
        and "adds up" in why_not("autonomy", "harm")
        and why_not("autonomy", "spread") == ""
    )
    assert default_scenario().timeline == ()


TIPPING = [
    *QUICK,
    "experiment=tipping",
    "experiment.grid=3",
    "experiment.outcome=budget",
    "experiment.lever=cuts",
    "experiment.threshold=0.97",
]


def test_the_command_finds_the_level_of_cuts_looks_back_and_does_nothing_twice(tmp_path, sim):
    done = sim(*TIPPING, "experiment.hold=2", "results_dir=out")
    assert done.returncode == 0, done.stderr
    assert "falls below 0.97 at cuts =" in done.stdout and "way back" in done.stdout
    crossings = pd.read_parquet(tmp_path / "out" / "crossings.parquet")
    levels = pd.read_csv(tmp_path / "out" / "levels.csv")
    assert len(crossings) == 1 and 0.0 < crossings["level"].iloc[0] < 0.6
    assert levels["mean"].iloc[0] > 0.97 > levels["mean"].iloc[-1]
    assert {path.name for path in (tmp_path / "out" / "figures").iterdir()} == {
        "curve.png",
        "curve.svg",
        "hysteresis.png",
        "hysteresis.svg",
    }
    again = sim(*TIPPING, "experiment.hold=2", "results_dir=out")
    assert again.returncode == 0 and "Nothing to do" in again.stdout


def test_the_crossing_is_mapped_over_a_second_parameter(tmp_path, monkeypatch, capsys):
    from localism_sim.command.cli import main

    monkeypatch.chdir(tmp_path)
    assert (
        main(
            [
                *TIPPING,
                "experiment.across={cut_months:[6,48]}",
                "experiment.across_values=2",
                "experiment.hysteresis=false",
                "results_dir=out",
            ]
        )
        == 0
    )
    crossings = pd.read_csv(tmp_path / "out" / "crossings.csv")
    assert (
        crossings["cut_months"].tolist() == [6, 48] and crossings["level"].is_monotonic_increasing
    )
    assert (
        "cut months" in capsys.readouterr().out
        and (tmp_path / "out" / "figures" / "map.png").exists()
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["experiment.lever=autonmy"], ["autonmy", "autonomy"]),
        (["experiment.low=0.9", "experiment.high=0.1"], ["autonomy", "reversed"]),
        (["experiment.high=2"], ["autonomy", "0.0 to 1.0"]),
        (["experiment.lever=chain_length", "experiment.high=7.5"], ["chain_length", "whole"]),
        (["experiment.outcome=spred"], ["spred", "spread"]),
        (["experiment.threshold=high"], ["threshold", "high"]),
        (["experiment.grid=2"], ["grid", "2"]),
        (["experiment.across=autonomy"], ["across", "lever itself"]),
        (["experiment.across=[cuts,trust]"], ["across", "cuts"]),
        (["seeds=2"], ["seeds", "3 or more"]),
        (["scenario=sure_start", "experiment.lever=ring_fence"], ["ring_fence", "month 11"]),
        (
            ["scenario=sure_start", "experiment.hold=1"],
            ["experiment.hold = 1", "9 months", "sure_start", "month 11", "hysteresis=false"],
        ),
    ],
)
def test_bad_input_is_refused_before_anything_runs(arguments, words, refused):
    assert missing(words, refused(["experiment=tipping", *arguments])) == []
