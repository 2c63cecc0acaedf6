"""Each lever from end to end on four grounds: what is moved, and what is called inert."""

import numpy as np
import pandas as pd
import pytest
from conftest import missing
from in_process import Here

import localism_sim as ls
from localism_sim.analysis.levers import design, different, effects_of_levers, inert
from localism_sim.analysis.two_by_two import CELLS
from localism_sim.command.cli import main
from localism_sim.jobs.levers import LEVERS
from localism_sim.sweeps import executors
from localism_sim.sweeps.factors import factors_from

SCENARIOS = tuple(ls.load_scenario(name) for name in CELLS)
FACTORS = factors_from({"autonomy": None, "ring_fence": [0.0, 0.5], "chain_length": [2, 8]}, 0)


def test_a_lever_moves_alone_and_shared_settings_are_run_once():
    table = design(FACTORS, SCENARIOS)
    assert len(table) == 3 * len(CELLS) * 2
    for _, pair in table.groupby(["lever", "scenario"]):
        low, high = pair.iloc[0], pair.iloc[1]
        moved = [f.name for f in FACTORS if low[f.name] != high[f.name]]
        assert moved == [low["lever"]]
    points, numbers = different(table)
    assert len(points) < len(table) and not points.duplicated().any()
    names = list(points)
    assert points.iloc[numbers].reset_index(drop=True).equals(table[names])


def test_a_lever_without_effect_is_inert_and_one_with_effect_is_not():
    """Outcomes made by hand: autonomy does nothing, ring_fence adds .1, the chain .001."""
    table = design(FACTORS, SCENARIOS)
    points, numbers = different(table)
    rows = []
    for number, point in points.iterrows():
        for seed, luck in enumerate((0.0, 0.2, -0.1)):
            value = 0.4 + luck + 0.2 * point["ring_fence"] + 0.001 * point["chain_length"] / 6
            rows.append({"point": number, "seed": seed, "quality": value})
    runs = pd.DataFrame(rows).sample(frac=1.0, random_state=3)
    found = effects_of_levers(table, numbers, runs, ["quality"])
    means = found.groupby("lever")["difference"].mean()
    assert means["ring_fence"] == pytest.approx(0.1)
    assert means["chain_length"] == pytest.approx(0.001)
    assert means["autonomy"] == pytest.approx(0.0)
    assert np.allclose(found["high"], found["low"]), "luck that both ends share cancels"
    quiet = inert(found, 120).groupby("lever")["inert"].agg(["all", "any"])
    assert not quiet.loc["ring_fence", "any"]
    assert quiet.loc[["chain_length", "autonomy"], "all"].all(), "too small, and nothing"


QUICK = ["places=synthetic", "places.count=2", "places.scale=200000", "months=6", "seeds=2"]


def test_the_job_says_every_lever_on_every_ground(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(executors.EXECUTORS, "local", Here)
    monkeypatch.chdir(tmp_path)
    assert main(["experiment=levers", *QUICK, "results_dir=out"]) == 0
    said = capsys.readouterr().out
    assert missing([*LEVERS, "Inert on all four grounds", "Reformed"], said) == []
    table = pd.read_csv(tmp_path / "out" / "levers.csv")
    assert len(table) == len(LEVERS) * len(CELLS) * 6
    assert (tmp_path / "out" / "figures" / "levers.png").stat().st_size > 20_000
    assert main(["experiment=levers", *QUICK, "results_dir=out"]) == 0
    assert "Nothing to do" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["scenario=localist"], ["scenario", "localist"]),
        (["experiment.vary=[autonmy]"], ["experiment.vary", "autonomy"]),
        (["experiment.vary={cuts:[0,0.9]}"], ["experiment.vary", "cuts", "0.6"]),
        (["experiment.vary=[cuts]", "parameters.cuts=0.1"], ["cuts", "one"]),
    ],
)
def test_what_cannot_be_moved_is_refused(arguments, words, refused):
    assert missing(words, refused(["experiment=levers", *QUICK, *arguments])) == []
