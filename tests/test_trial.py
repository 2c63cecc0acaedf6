"""Places against the centre on trial: the burden of proof, and the job."""

import numpy as np
import pandas as pd
import pytest
from conftest import missing
from in_process import Here

from localism_sim.analysis import trial as analysis
from localism_sim.command.cli import main
from localism_sim.sweeps import executors

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


def test_the_job_judges_with_other_seeds(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(executors.EXECUTORS, "local", Here)
    monkeypatch.setattr("localism_sim.report.figures.style.save", lambda figure, path: path)
    asked = ["experiment=trial", "experiment.samples=16", "experiment.looks=1", "seeds=4"]
    assert main([*asked, *SMALL, f"results_dir={tmp_path / 'out'}"]) == 0
    told = capsys.readouterr().out
    assert "Places" in told and "Over all cases" in told
    brought = pd.read_csv(tmp_path / "out" / "brought.csv")
    runs = pd.read_parquet(tmp_path / "out" / "runs.parquet").set_index(["point", "seed"])
    assert len(runs) == 2 * 16 + 2 * 10 * 3
    row = brought.iloc[0]
    places = [runs.loc[(32, seed), "quality"] for seed in (1, 2, 3)]
    centre = [runs.loc[(42, seed), "quality"] for seed in (1, 2, 3)]
    assert row["effect"] == pytest.approx(np.mean(places) - np.mean(centre), abs=1e-9)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["experiment.samples=20"], ["experiment.samples", "16", "32"]),
        (["experiment.outcome=budget"], ["budget", "better"]),
        (["parameters.autonomy=0.3"], ["autonomy", "differ"]),
        (["experiment.vary=[autonomy]"], ["autonomy", "differ"]),
        (["experiment.looks=47"], ["experiment.looks"]),
        (["seeds=2"], ["seeds", "four"]),
    ],
)
def test_what_makes_no_trial_is_refused(arguments, words, refused):
    assert missing(words, refused(["experiment=trial", *SMALL, *arguments])) == []
