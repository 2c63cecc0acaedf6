"""Places against the centre on trial: the burden of proof, and the job."""

import contextlib
import io

import numpy as np
import pandas as pd
import pytest
from conftest import missing
from in_process import Here

from localism_sim.analysis import trial as analysis
from localism_sim.command.cli import main
from localism_sim.model.outcomes import setting_column
from localism_sim.sweeps import executors
from localism_sim.sweeps.factors import factors_from

SMALL = ["places.kind=synthetic", "places.count=2", "places.scale=200000", "months=6"]


def test_each_side_brings_what_favours_it_most():
    effects = np.array([0.3, -0.4, 0.0, 0.9, -0.1, 0.2, 0.5, -0.2, 0.1, -0.9, 0.05, -0.05])
    found = analysis.brought(effects)
    assert list(found["places"]) == [3, 6, 0, 5, 8] and list(found["centre"]) == [9, 1, 7, 4, 11]


def test_noise_proves_nothing_however_many_cases_are_looked_at():
    """The best of 256 cases of pure luck, judged by luck that was not seen."""
    random, proved = np.random.default_rng(2), 0
    for _ in range(200):
        seen, judges = random.normal(size=(256, 4)), random.normal(size=(256, 40))
        own = analysis.brought(seen.mean(axis=1))["places"]
        proved += analysis.judged(judges[own], 0.01)["proved"].any()
    assert proved <= 14


def test_a_case_that_is_clear_but_too_small_is_not_proved():
    luck = np.random.default_rng(1).normal(size=(2, 30)) * 0.001
    found = analysis.judged(luck + np.array([[0.01], [0.03]]), 0.02)
    assert list(found["proved"]) == [False, True] and (found["low"] > 0).all()


FACTORS = factors_from({"autonomy": (0.0, 1.0), "connectivity": None, "chain_length": (0, 9)}, 0)


def peak(grounds: pd.DataFrame, mixes: pd.DataFrame) -> np.ndarray:
    """Best where autonomy is what the ground asks for, and connectivity 1, whatever the chain."""
    return -((mixes["autonomy"] - grounds["trust"]) ** 2 + (1.0 - mixes["connectivity"])).to_numpy()


def test_the_search_finds_levers_that_suit_each_ground_and_never_loses_what_it_had():
    grounds = pd.DataFrame({"trust": [0.1, 0.5, 0.9]})
    named = pd.DataFrame({"autonomy": [0.2], "connectivity": [0.3], "chain_length": [5]})
    random = np.random.default_rng(1)
    first = analysis.opened(FACTORS, named, grounds, peak, random)
    worth = peak(grounds, pd.concat([named] * 3, ignore_index=True))
    assert (first.worth >= worth).all() and (first.worth == peak(grounds, first.mixes)).all()
    best = first
    for _ in range(4):
        after = analysis.refined(best, FACTORS, grounds, peak, random)
        assert (after.worth >= best.worth).all()
        assert after.worth == pytest.approx(peak(grounds, after.mixes))
        best = after
    assert best.worth.min() > -0.1 > first.worth.min()
    assert best.mixes["chain_length"].dtype == np.int64
    assert best.mixes["autonomy"].is_monotonic_increasing
    two = best.of([2, 0])
    assert (two.worth == best.worth[[2, 0]]).all() and list(two.mixes.index) == [0, 1]


@pytest.fixture(scope="module")
def small_trial(tmp_path_factory):
    """The folder of a small trial, and what it said."""
    folder = tmp_path_factory.mktemp("trial") / "out"
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(executors.EXECUTORS, "local", Here)
        patch.setattr("localism_sim.report.figures.style.save", lambda figure, path: path)
        patch.setattr(analysis, "CHILDREN", 2)
        asked = ["experiment=trial", "experiment.samples=16", "experiment.looks=1", "seeds=4"]
        asked += ["parameters.pooled_budgets=0.25", f"results_dir={folder}"]
        with contextlib.redirect_stdout(io.StringIO()) as told:
            assert main([*asked, *SMALL]) == 0
    return folder, told.getvalue()


def test_the_job_judges_with_other_seeds(small_trial):
    folder, told = small_trial
    assert "Places" in told and "Over all grounds" in told
    brought = pd.read_csv(folder / "brought.csv")
    runs = pd.read_parquet(folder / "runs.parquet")
    assert (brought.groupby("side").size() == analysis.CASES).all()
    grounds = pd.read_csv(folder / "cases.csv")
    for row in (brought.iloc[0], brought.iloc[-1]):
        goods = []
        for side in analysis.SIDES:
            own = {n.removeprefix(f"{side}."): row[n] for n in brought if n.startswith(f"{side}.")}
            own |= {name: row[name] for name in grounds if name != "effect"}
            same = np.logical_and.reduce(
                [np.isclose(runs[setting_column(n)], v) for n, v in own.items()]
            )
            judges = runs[same & (runs["seed"] > 0)]
            assert sorted(set(judges["seed"])) == [1, 2, 3]
            goods.append(judges.groupby("seed")["quality"].first().mean())
        sign = 1.0 if row["side"] == "places" else -1.0
        assert row["effect"] == pytest.approx(sign * (goods[0] - goods[1]), abs=1e-9)


def test_each_side_sets_its_own_levers_and_nothing_else(small_trial):
    brought = pd.read_csv(small_trial[0] / "brought.csv")
    assert brought["places.autonomy"].between(0.6, 1.0).all()
    assert brought["centre.autonomy"].between(0.0, 0.4).all()
    assert "places.city_regions" in brought and "centre.city_regions" not in brought
    assert "centre.harmonise_after" in brought and "places.harmonise_after" not in brought
    assert not any("ring_fence" in name for name in brought), "money is the same for both"
    assert not any("pooled_budgets" in name for name in brought), "it was set on the command line"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["experiment.samples=20"], ["experiment.samples", "16", "32"]),
        (["experiment.outcome=budget"], ["budget", "better"]),
        (["parameters.autonomy=0.3"], ["autonomy", "differ"]),
        (["experiment.vary=[autonomy]"], ["autonomy", "differ"]),
        (["experiment.samples=8"], ["experiment.samples", "16"]),
        (["experiment.looks=47"], ["experiment.looks"]),
        (["seeds=2"], ["seeds", "four"]),
    ],
)
def test_what_makes_no_trial_is_refused(arguments, words, refused):
    assert missing(words, refused(["experiment=trial", *SMALL, *arguments])) == []
