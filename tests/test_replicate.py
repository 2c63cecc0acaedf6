"""Replications by need: the interval that is given holds the truth as often as it says, and seeds
are never run twice.
"""

import numpy as np
import pandas as pd
import pytest
from conftest import missing
from test_cli import QUICK

from localism_sim.analysis.replication import (
    FIRST,
    IN_A_ROW,
    enough,
    look_at,
    needed,
    next_count,
    replicate,
)
from localism_sim.jobs.replication import more_seeds
from localism_sim.report.replication import saved_in_words

DISTRIBUTIONS = {
    "normal": (lambda random, size: random.normal(size=size), 0.0, 1.0),
    "uniform": (lambda random, size: random.random(size), 0.5, 12**-0.5),
    "exponential": (lambda random, size: random.exponential(size=size), 1.0, 1.0),
    "lognormal": (
        lambda random, size: random.lognormal(0.0, 0.5, size),
        np.exp(0.125),
        np.sqrt((np.exp(0.25) - 1.0) * np.exp(0.25)),
    ),
    "two clusters": (
        lambda random, size: (random.random(size) < 0.3) + 0.05 * random.normal(size=size),
        0.3,
        np.hypot(np.sqrt(0.21), 0.05),
    ),
}


def coverage(draw, mean, half_width, stop, repeats=1500, most=600) -> float:
    random, hits = np.random.default_rng(11), 0
    for _ in range(repeats):
        values = draw(random, most)
        last = stop(values, half_width)
        hits += last.low <= mean <= last.high
    return hits / repeats


@pytest.mark.parametrize("name", DISTRIBUTIONS)
@pytest.mark.parametrize("usual", [20, 80])
def test_a_nominal_95_percent_interval_holds_the_truth_93_times_in_100(name, usual):
    draw, mean, deviation = DISTRIBUTIONS[name]
    found = coverage(
        draw,
        mean,
        1.96 * deviation / np.sqrt(usual),
        lambda values, h: replicate(lambda n: values[:n], h, most=len(values))[-1],
    )
    assert found >= 0.93 - 2 * 0.0064 and found < 0.985


def test_stopping_at_the_first_narrow_interval_holds_it_clearly_less_often():
    draw, mean, deviation = DISTRIBUTIONS["exponential"]

    def naive(values, half_width):
        count = 5
        while (look := look_at(values[:count], half_width)).half_width > half_width:
            count += 1
        return look

    assert coverage(draw, mean, 1.96 * deviation / np.sqrt(20), naive, repeats=600) < 0.92


def test_the_interval_is_students_for_symmetric_values_and_leans_with_skewed_ones():
    symmetric = np.concatenate([np.arange(1.0, 41.0), -np.arange(1.0, 41.0)])
    look = look_at(symmetric, 1.0)
    from scipy import stats

    low, high = stats.t.interval(0.95, 79, 0.0, stats.sem(symmetric))
    assert look.low == pytest.approx(low) and look.high == pytest.approx(high)
    skewed = look_at(np.random.default_rng(0).exponential(size=200), 1.0)
    assert skewed.high - skewed.mean > skewed.mean - skewed.low


def test_it_never_stops_before_the_first_sample_nor_at_a_single_lucky_look():
    constant = np.ones(100)
    looks = replicate(lambda n: constant[:n], 0.1, first=5)
    assert (
        looks[-1].count >= FIRST
        and looks[-1].half_width == 0
        and sum(look.met for look in looks) == IN_A_ROW
    )
    assert all(
        later == next_count(earlier)
        for earlier, later in zip(
            [look.count for look in looks], [look.count for look in looks][1:]
        )
    )


def test_it_ends_at_the_most_seeds_and_tells_how_many_more_it_would_take():
    values = np.random.default_rng(1).normal(size=60)
    looks = replicate(lambda n: values[:n], 0.01, most=60)
    assert looks[-1].count == 60 and not enough(looks)
    assert 30_000 < needed(looks[-1], 0.01) < 60_000


def test_seeds_go_on_after_those_given_without_repeating_one():
    assert more_seeds([4, 2, 9], 6) == [4, 2, 9, 10, 11, 12]
    assert more_seeds([0, 1, 2], 2) == [0, 1]


def test_what_pairing_saved_is_told_also_when_it_saved_nothing():
    assert "saved 90%" in saved_in_words(0.9, 30) and "about 300 seeds" in saved_in_words(0.9, 30)
    assert "larger" in saved_in_words(-0.1, 30) and "none" in saved_in_words(0.0, 30)
    assert "seeds for each" not in saved_in_words(1.0, 30)


def test_the_command_adds_seeds_resumes_and_does_nothing_twice(tmp_path, sim):
    command = [
        *QUICK[:-1],
        "experiment=replicate",
        "experiment.half_width=0.02",
        "experiment.outcome=quality",
        "results_dir=out",
    ]
    done = sim(*command)
    assert done.returncode == 0, done.stderr
    runs, looks = (
        pd.read_parquet(tmp_path / "out" / "runs.parquet"),
        pd.read_csv(tmp_path / "out" / "looks.csv"),
    )
    assert len(runs) == 2 * looks["seeds"].iloc[-1] >= 2 * FIRST
    assert looks["half_width"].iloc[-1] <= 0.02
    assert "paired seeds" in done.stdout and "95% interval" in done.stdout
    values = pd.read_csv(tmp_path / "out" / "values.csv")
    wide = runs.pivot(index="seed", columns="scenario", values="quality")
    np.testing.assert_allclose(
        values["difference"], (wide["localist"] - wide["centralist"]).to_numpy()
    )
    again = sim(*command)
    assert again.returncode == 0 and "Nothing to do" in again.stdout
    (tmp_path / "out" / "summary.md").unlink()
    third = sim(*command)
    assert third.returncode == 0 and third.stdout == done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["experiment.half_width=0"], ["half_width", "0"]),
        (["experiment.half_width=narrow"], ["half_width", "narrow"]),
        (["experiment.most=3"], ["experiment.most", "3"]),
        (["experiment.outcome=qualty"], ["qualty", "quality"]),
        (["experiment.against=localst"], ["localst", "localist"]),
        (["experiment.against=localist"], ["localist", "itself"]),
        (["experiment.difference=maybe"], ["difference", "true or false"]),
        (["experiment.difference=false", "experiment.against=localist"], ["against", "difference"]),
    ],
)
def test_bad_input_is_refused_before_anything_runs(arguments, words, refused):
    assert missing(words, refused(["experiment=replicate", *arguments])) == []
