"""Hydra's own ways of looking at a configuration."""

import pytest

from localism_sim.command.cli import main

LOOKED_AT = [
    (["--cfg", "job", "parameters.cuts=0.25"], ["cuts: 0.25", "seeds: null"]),
    (["--cfg=job", "--package", "places", "places.scale=5"], ["# @package places", "scale: 5"]),
    (["--cfg", "job", "--resolve", "results_dir=out/${months}"], ["results_dir: out/120"]),
    (["-c", "job", "places.path=a b:c.csv", "places=csv"], ["path: a b:c.csv"]),
    (["--info", "plugins"], ["Installed Hydra Plugins", "BasicLauncher"]),
    (["--info", "defaults", "experiment=morris"], ["Defaults List", "morris"]),
    (["--info", "config"], ["Config", "months: 120"]),
    (["--info"], ["Installed Hydra Plugins", "Defaults List"]),
    (["--hydra-help"], ["Hydra", "--cfg"]),
]
NOT_LOOKED_AT = [
    (["--cfg", "jb"], ["--cfg", "'jb'", "job, hydra, all"]),
    (["--cfg"], ["--cfg", "expected one argument"]),
    (["--info", "plugin"], ["--info", "plugins"]),
    (["--cfg", "job", "parameters.cut=1"], ["cut", "cuts"]),
    (["--cfg", "job", "--package", "plaecs"], ["plaecs"]),
    (["--resolve"], ["--resolve belongs to --cfg"]),
    (["--cfg", "job", "--multirun"], ["--multirun"]),
    (["--cgf", "job"], ["--cgf", "--cfg"]),
]


@pytest.mark.parametrize("arguments, words", LOOKED_AT, ids=lambda each: " ".join(each)[:30])
def test_hydras_own_options_show_the_configuration(arguments, words, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 0
    said = capsys.readouterr().out
    assert not [word for word in words if word not in said], said
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("arguments, words", NOT_LOOKED_AT, ids=lambda each: " ".join(each)[:30])
def test_hydras_own_options_are_refused_in_one_line(arguments, words, refused):
    said = refused(arguments)
    assert not [word for word in words if word not in said], said
