"""How large a job is, said before it runs and refused where the machine does not hold it."""

import dataclasses
import time

import pandas as pd
import pytest
from conftest import missing

import localism_sim as ls
from localism_sim.command.cli import main
from localism_sim.evidence.pattern import patterns
from localism_sim.foundation import machine
from localism_sim.jobs import size as sizes
from localism_sim.jobs.catalogue import EXPERIMENTS
from localism_sim.jobs.size import extent, measured
from localism_sim.model import engine
from localism_sim.report.blocks import Report

SMALL = ["places=synthetic", "places.count=4", "months=6"]


def said(capsys, arguments: list[str], code: int = 0) -> str:
    """What the program says, in this process."""
    found = main(arguments)
    text = capsys.readouterr()
    assert found == code, text
    return text.err if code else text.out


@pytest.fixture
def no_runs(tmp_path, monkeypatch):
    """An empty folder in which any run is an error."""

    def ran(*_, **__):
        raise AssertionError("a run was made")

    monkeypatch.setattr(engine, "lived", ran)
    monkeypatch.setattr("localism_sim.sweeps.sweep.Sweep.do", ran)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("kind", [kind for kind in EXPERIMENTS if kind != "repeat"])
def test_a_dry_run_of_every_experiment_runs_and_writes_nothing(kind, no_runs, capsys):
    seeds = 1 if EXPERIMENTS[kind].seeds == 1 else max(3, min(EXPERIMENTS[kind].seeds, 12))
    text = said(capsys, [f"experiment={kind}", f"seeds={seeds}", "dry_run=true"])
    assert not missing(("Size: ", "runs", "of memory", "Results: ", "nothing was run"), text), text
    assert list(no_runs.iterdir()) == []


def test_a_dry_run_of_a_multirun_runs_and_writes_nothing(no_runs, capsys):
    asked = ["--multirun", "parameters.cuts=0,0.2", "seeds=3", *SMALL, "dry_run=true"]
    text = said(capsys, asked)
    assert not missing(("2 combinations", "6 runs", "results/multirun-", "nothing was run"), text)
    assert list(no_runs.iterdir()) == []


def test_a_dry_run_tells_the_runs_and_the_folder_that_follow(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    asked = ["experiment=morris", "experiment.samples=8", "experiment.vary=[cuts,trust]", *SMALL]
    before = said(capsys, [*asked, "dry_run=true"])
    assert main([*asked, "workers=1"]) in (0, 1, 2)
    (folder,) = (tmp_path / "results").iterdir()
    runs = len(pd.read_parquet(folder / "runs.parquet"))
    assert not missing((f"Size: {runs} runs", f"results/{folder.name} would be made"), before)
    found = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    capsys.readouterr()
    again = said(capsys, [*asked, "dry_run=true"])
    assert "nothing was run" in again
    assert found == {path: path.stat().st_mtime_ns for path in folder.rglob("*")}


def test_a_dry_run_refuses_what_the_job_would_refuse(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "diary.txt").write_text("dear diary", encoding="utf-8")
    told = said(capsys, [*SMALL, "seeds=2", "results_dir=mine", "dry_run=true"], 2)
    assert "holds files that no job of localism-sim wrote" in told


def crowd(folder) -> str:
    """The settings of England beside 20 places of a hundred million residents, all simulated."""
    rows = "".join(f"Place {k},{100_000_000 + k}\n" for k in range(20))
    (folder / "crowd.csv").write_text(f"name,population\n{rows}", encoding="utf-8")
    return "places.path=crowd.csv"


@pytest.mark.parametrize(
    "asked, words",
    [
        (["crowd", "places.scale=1"], ("2,0", "citizens need about", "places.scale=", "would fit")),
        (
            ["experiment=morris", "seeds=1000000"],
            ("64,000,000 runs or more", "GB of memory", "room for about"),
        ),
        (["seeds=1000000"], ("13,000,000 runs", "room for about", "give fewer seeds")),
        (
            ["--multirun", "parameters.cuts=range(0,0.6,0.0000001)"],
            ("6,000,000 combinations", "fewer values or a wider step"),
        ),
        (
            ["--multirun", "parameters.cuts=range(0,0.6,0.001)", "seeds=100000"],
            ("60,000,000 runs or more", "room for about"),
        ),
        (
            ["experiment=england", "workers=2"],
            ("53,012,456 citizens", "without experiment=england, places.scale="),
        ),
    ],
    ids=lambda each: " ".join(each)[:40] if isinstance(each, list) else "",
)
def test_what_the_machine_does_not_hold_is_refused_with_what_would_fit(
    asked, words, no_runs, capsys, monkeypatch
):
    allowed = 500_000_000 if "experiment=england" in asked else 8_000_000_000
    for room in (sizes, machine):
        monkeypatch.setattr(room, "memory", lambda: allowed)
    told = said(capsys, [crowd(no_runs) if each == "crowd" else each for each in asked], 2)
    assert not missing(words, told), told
    assert told.count("\n") == 1
    assert not (no_runs / "results").exists()


def test_what_is_said_to_fit_does_fit(no_runs, capsys, monkeypatch):
    monkeypatch.setattr(sizes, "memory", lambda: 8_000_000_000)
    asked = [crowd(no_runs), "experiment=morris", "workers=8", "dry_run=true"]
    told = said(capsys, [*asked, "places.scale=4"], 2)
    hint = next(word for word in told.split() if word.startswith(("workers=", "places.scale=")))
    assert "nothing was run" in said(capsys, [*asked, hint] if "workers" in hint else asked)


def test_a_large_job_says_its_size_unasked(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Report, "figures", ())
    quick = [*SMALL, "seeds=2"]
    assert "Size: " not in said(capsys, [*quick, "results_dir=small"])
    monkeypatch.setattr(sizes, "LARGE_SECONDS", 0.0)
    assert "Size: 26 runs" in said(capsys, [*quick, "results_dir=large"])


def test_the_room_of_a_large_world_is_reckoned_from_a_thin_one(monkeypatch):
    places, parameters = ls.Places.england(50), ls.Parameters()
    staff, room = measured(parameters, places, 12)
    monkeypatch.setattr(sizes, "CAPPED", 4_000)
    found = extent.__wrapped__(parameters, places, 12)
    assert found.citizens == int(places.citizens.sum())
    assert found.room == pytest.approx(room, rel=0.02)
    assert found.staff == pytest.approx(staff, rel=0.05)


def test_a_scale_that_would_fit_is_the_next_round_one():
    world = dataclasses.replace(extent(ls.Parameters(), ls.Places.synthetic(2), 6), room=10**11)
    size = sizes.Size((sizes.Planned(4, 6, world),), 2, sweep=True, scale=100)
    assert size.smaller(10**10) == "places.scale=2000 would fit"


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        (["experiment=calibrate", "experiment.draws=200"], (1500, 3000)),
        (["experiment=patterns"], (85, 85)),
    ],
    ids=["calibrate", "patterns"],
)
def test_the_size_of_set_ups_is_not_that_of_runs_of_england(asked, count, no_runs, capsys):
    text = said(capsys, [*asked, "workers=1", "dry_run=true"])
    assert "citizens" not in text
    first, most = count
    assert f"{first:,} runs" in text
    many = 10 if "experiment=calibrate" in asked else 1
    seconds = most * many * sizes.SECONDS_A_SET_UP
    if many > 1:
        seconds += 200 * len(patterns()) * sizes.SECONDS_A_SET_UP
    assert f"about {sizes.duration(seconds * first / most)}" in text
    assert most == first or f"at most {sizes.duration(seconds)}" in text


def test_the_time_said_of_set_ups_is_right_to_a_factor_of_two():
    """As below, over all patterns and over those that are fitted."""
    every, quickest = patterns().values(), {}
    for each in every:
        each.measure(ls.Parameters(), 0)
        tries = []
        for seed in range(3):
            began = time.process_time()
            each.measure(ls.Parameters(), seed)
            tries.append(time.process_time() - began)
        quickest[each.name] = min(tries)
    for some in (every, [each for each in every if each.use == "fitted"]):
        taken, told = sum(quickest[each.name] for each in some), sizes.SECONDS_A_SET_UP * len(some)
        assert told / 2 < taken < told * 2, (told, taken)


SIZES = {
    "four places": (lambda: ls.Places.synthetic(4), 120, 10),
    "four full places": (lambda: ls.Places.synthetic(4, scale=200), 120, 5),
    "England, short": (ls.Places.england, 12, 10),
    "England": (ls.Places.england, 120, 2),
    "England, 1:2,000": (lambda: ls.Places.england(2_000), 120, 1),
    "England, 1:200": (lambda: ls.Places.england(200), 24, 1),
}
"""Places, months, and how many runs are timed together."""


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scenario", ["coalition_2010", "localist_with_capability"])
def test_the_time_said_is_right_to_a_factor_of_two(size, scenario):
    """On a machine like that of benchmarks/results.md; the quickest of three tries counts, since
    others may be at work.
    """
    make, months, runs = SIZES[size]
    places, parameters = make(), ls.load_scenario(scenario).parameters
    ls.simulate(parameters, places, seed=0, months=1, threads=1)
    tries = []
    for _ in range(3):
        began = time.process_time()
        for seed in range(runs):
            ls.simulate(parameters, places, seed=seed, months=months, threads=1)
        tries.append((time.process_time() - began) / runs)
    told = extent(parameters, places, months).seconds(months)
    assert told / 2 < min(tries) < told * 2, (told, tries)
