"""Paths as people have them: signs that the command line or a library would read as something else,
`~`, and another working directory.
"""

import contextlib
import shlex
import shutil
from pathlib import Path

import pandas as pd
import pytest

from localism_sim.command.cli import main
from localism_sim.command.configuration import compose, readable
from localism_sim.report.blocks import Report

EXAMPLE = Path(__file__).parents[1] / "docs" / "example_council.csv"
ALL_SIGNS = "a,b=c:d it's $x [y] (z) é #1"
HARD = [
    *("with space", "a=b", "a,b", "a:b", "it's", "do$HOME", "[x]", "{y}", "é ü", "#h", "a;b"),
    *("100%", "b\\s", 'say "hi"', "(p)", "*s", "a&b", "null", "1e5", "true", ALL_SIGNS),
]
QUICK = ["places.scale=2000000", "months=3", "seeds=2"]


def mine(name: str) -> list[str]:
    """Settings with a table of places, a scenario and results in a folder of that name, which is
    made in the working directory.
    """
    Path(name).mkdir()
    shutil.copy(EXAMPLE, f"{name}/{name}.csv")
    Path(name, f"{name}.yaml").write_text("title: Mine\nsettings:\n  autonomy: 0.7\n", "utf-8")
    return [
        f"places.path={name}/{name}.csv",
        f"scenario={name}/{name}.yaml",
        f"results_dir={name}/out",
        *QUICK,
    ]


@pytest.mark.parametrize("name", HARD)
def test_a_path_arrives_as_it_was_typed(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = compose(mine(name))
    assert found["places"]["path"] == f"{name}/{name}.csv"
    assert found["scenario"] == f"{name}/{name}.yaml"
    assert found["results_dir"] == f"{name}/out"


@pytest.mark.parametrize(
    "override",
    [
        "scenario=centralist,localist",
        "scenario=choice(centralist,localist)",
        "results_dir='a b'",
        "results_dir=out/${months}",
        "experiment.vary=[cuts,trust]",
        "experiment.vary={cuts:[0,0.4]}",
        "parameters.cuts=0,0.2",
        "scenario=null",
    ],
)
def test_what_is_no_path_stays_as_it_is(override):
    assert readable(override) == override


def repeated(folder: Path, capsys) -> str:
    """What the first command in the ledger says, given from the top of the disk."""
    ledger = pd.read_parquet(folder / "ledger.parquet")
    command = shlex.split(ledger["repeat"].iloc[0])
    with contextlib.chdir("/"):
        assert main(command[1:]) == 0, capsys.readouterr()
    return capsys.readouterr().out


@pytest.mark.parametrize(
    "launcher",
    [
        "basic",
        pytest.param("joblib", marks=pytest.mark.slow),
        pytest.param("submitit_local", marks=pytest.mark.slow),
    ],
)
def test_every_launcher_takes_hard_paths_and_its_runs_repeat_from_elsewhere(
    launcher, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    for name in [ALL_SIGNS] if launcher == "basic" else ["a,b", "a:b", "a=b", ALL_SIGNS]:
        chosen = [] if launcher == "basic" else [f"hydra/launcher={launcher}"]
        asked = ["--multirun", *chosen, "parameters.cuts=0,0.3", "workers=1", *mine(name)]
        assert main(asked) == 0, capsys.readouterr()
        said = capsys.readouterr().out
        assert "did not end well" not in said
        folder = tmp_path / name / "out"
        assert len(pd.read_parquet(folder / "runs.parquet")) == 4
        assert "The same, to the last digit" in repeated(folder, capsys)


def test_a_sweep_on_a_file_repeats_from_elsewhere(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    asked = mine("my area")
    sweep = ["experiment=morris", "experiment.samples=8", "experiment.vary=[cuts,trust]"]
    main([*sweep, *asked, "workers=1"])
    capsys.readouterr()
    assert "The same, to the last digit" in repeated(tmp_path / "my area" / "out", capsys)


def test_a_tilde_is_the_home_folder(tmp_path, monkeypatch, capsys):
    home, work = tmp_path / "home", tmp_path / "work"
    home.mkdir(), work.mkdir()
    monkeypatch.setattr(Report, "figures", ())
    monkeypatch.setenv("HOME", str(home))
    shutil.copy(EXAMPLE, home / "mine.csv")
    (home / "mine.yaml").write_text("title: Mine\nsettings:\n  autonomy: 0.7\n", "utf-8")
    monkeypatch.chdir(work)
    asked = ["places.path=~/mine.csv", "scenario=~/mine.yaml", "results_dir=~/out", *QUICK]
    assert main(asked) == 0, capsys.readouterr()
    assert (home / "out" / "summary.md").is_file()
    assert list(work.iterdir()) == []
