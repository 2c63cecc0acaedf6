"""The page on one's own area: its file, its commands in their order, and its Python."""

import re
import shlex
from pathlib import Path

import pandas as pd
from in_process import Here

import localism_sim as ls
from localism_sim.model.exposure import from_deprivation
from localism_sim.model.places_file import ALIASES
from localism_sim.report.figures import style
from localism_sim.sweeps import executors

PAGE = Path(__file__).parents[1] / "docs" / "how-to" / "your-area.md"
BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)


def blocks(language: str) -> list[str]:
    return [text for found, text in BLOCK.findall(PAGE.read_text()) if found == language]


def test_the_page_on_your_own_area_runs_from_top_to_bottom(tmp_path, monkeypatch, capsys):
    """Its commands with two seeds, a year and without figures; all answers are in their folders."""
    from localism_sim.command.cli import main

    monkeypatch.setitem(executors.EXECUTORS, "local", Here)
    monkeypatch.setattr(style, "save", lambda figure, path: path)
    monkeypatch.chdir(tmp_path)
    (sample,) = blocks("csv")
    Path("my_area.csv").write_text(sample)
    pd.read_csv("my_area.csv").to_excel("my_area.xlsx", sheet_name="Areas", index=False)
    for line in (line for text in blocks("bash") for line in text.splitlines()):
        small = [] if " report " in line else ["seeds=2", "months=12", "places.scale=200000"]
        assert main([*shlex.split(line)[1:], *small]) == 0, line
    assert len(list(Path("results").glob("*/summary.md"))) == 4
    assert Path("results/my_area/report.docx").exists()
    inside, alone = (Path(f"results/my_area{end}/summary.md").read_text() for end in ("", "_alone"))
    assert "other 146 places" in inside and "inside England" not in alone
    capsys.readouterr()
    (code,) = blocks("python")
    exec(compile(code, str(PAGE), "exec"), {"__name__": "example"})
    assert "sure_start" in capsys.readouterr().out


def test_the_page_names_every_column_that_is_read():
    text = PAGE.read_text()
    assert all(any(f"`{alias}`" in text for alias in aliases) for aliases in ALIASES.values())


def test_what_the_page_says_of_exposure(tmp_path):
    """An empty cell counts as 1, a council of England without figures on cuts keeps its own, and
    any other place follows England's line.
    """
    file = tmp_path / "my_area.csv"
    file.write_text("name,population,cut_exposure\nManchester,503100,\nRiverside,41200,1.5\n")
    assert sorted(ls.Places.from_csv(file).cut_exposure) == [1.0, 1.5]
    file.write_text("name,population,deprivation\nManchester,503100,39.08\nRiverside,41200,32.5\n")
    found, england = ls.Places.from_csv(file), ls.Places.england()
    by_name = dict(zip(found.names, found.cut_exposure))
    assert by_name["Manchester"] == england.cut_exposure[england.names.index("Manchester")]
    assert (
        by_name["Riverside"] == from_deprivation(found.deprivation)[found.names.index("Riverside")]
    )
