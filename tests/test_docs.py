"""The documents stay true to the code."""

import re
import shlex
from pathlib import Path

import numpy as np
import pytest
from in_process import Here

import localism_sim as ls
from localism_sim.mesa_driver.model import KINDS
from localism_sim.model.compilation import REGISTRY
from localism_sim.model.parameters import FIELDS
from localism_sim.model.trace import COLUMNS as TRACED
from localism_sim.model.trace import EVENTS
from localism_sim.report import figures
from localism_sim.report.documents import refreshed
from localism_sim.report.figures import style
from localism_sim.sweeps import executors

ROOT = Path(__file__).parents[1]
BLOCK = re.compile(r"```(\w+)([^\n]*)\n(.*?)```", re.DOTALL)


def blocks(name: str, language: str) -> list[tuple[str, str]]:
    return [
        (extra.strip(), text)
        for found, extra, text in BLOCK.findall((ROOT / name).read_text())
        if found == language
    ]


@pytest.mark.parametrize("name", ["docs/reference/odd.md", "docs/background/essay.md"])
def test_generated_tables_have_not_drifted(name):
    text = (ROOT / name).read_text()
    assert refreshed(text) == text, "run python -m localism_sim.report.documents"


@pytest.mark.parametrize("name", ["docs/reference/odd.md", "docs/background/essay.md"])
def test_every_name_in_the_documents_exists(name):
    known = {*FIELDS, *REGISTRY, *ls.OUTCOMES, *ls.scenario_names(), *ls.shipped_variants()}
    known |= {"variants"}
    known |= {column.name for kind in KINDS.values() for column in kind.columns}
    text = re.sub(r"<!-- generated.*?<!-- end -->", "", (ROOT / name).read_text(), flags=re.DOTALL)
    names = set(re.findall(r"`([a-z_]+)`", text))
    columns = {
        "name",
        "population",
        "place_id",
        "region",
        "class",
        "deprivation",
        "city_region",
        "longitude",
        "latitude",
        "neighbours",
        "metropolitan_county",
        "cut_exposure",
        "code",
        "imd_2010",
    }
    assert len(names) > 30
    assert names - known - columns == set()


def test_every_claim_recommendation_parameter_and_rule_is_documented():
    essay, odd = (
        (ROOT / "docs/background/essay.md").read_text(),
        (ROOT / "docs/reference/odd.md").read_text(),
    )
    assert all(f"| E{n} |" in essay for n in range(1, 26)) and all(
        f"| R{n} |" in essay for n in range(1, 12)
    )
    assert all(f"`{name}`" in odd for name in FIELDS)
    assert all(f"`{name}`" in essay for name in ls.Parameters.names("recommendation"))


@pytest.mark.parametrize("number", range(len(blocks("docs/how-to/mesa.md", "python"))))
def test_the_mesa_page_runs(number):
    _, code = blocks("docs/how-to/mesa.md", "python")[number]
    names: dict = {"__name__": "example"}
    exec(compile(code, "docs/how-to/mesa.md", "exec"), names)
    models = [thing for thing in names.values() if isinstance(thing, ls.LocalismModel)]
    assert models and all(
        model.steps > 0 and np.isfinite(list(model.outcomes.values())).all() for model in models
    )


def test_the_page_on_traces_runs_from_top_to_bottom(capsys):
    names: dict = {"__name__": "example"}
    for _, code in blocks("docs/how-to/why.md", "python"):
        exec(compile(code, "docs/how-to/why.md", "exec"), names)
    shown = capsys.readouterr().out
    assert "stopped" in shown and "generation" in shown


def test_the_tutorial_runs_from_top_to_bottom(capsys):
    page = "docs/tutorial/first-hour.md"
    names: dict = {"__name__": "example"}
    for _, code in blocks(page, "python"):
        exec(compile(code, page, "exec"), names)
    shown = capsys.readouterr().out
    assert "95% interval" in shown and "nan" not in shown.lower()


def test_the_page_on_traces_names_every_event_and_column():
    text = (ROOT / "docs/how-to/why.md").read_text()
    assert all(f"`{name}`" in text for name in (*EVENTS, *TRACED))


@pytest.mark.parametrize("number", range(len(blocks("README.md", "python"))))
def test_the_python_of_the_readme_runs(number, capsys):
    code = blocks("README.md", "python")[number][1]
    exec(compile(code, "README.md", "exec"), {"__name__": "example"})
    shown = capsys.readouterr().out
    assert len(shown.split()) >= 2 and "nan" not in shown.lower(), (
        "each prints figures, all of them numbers"
    )


COMMANDS = [
    line
    for _, text in blocks("README.md", "bash")
    for line in text.splitlines()
    if line.startswith("localism-sim")
]


@pytest.mark.parametrize("command", COMMANDS)
def test_the_commands_of_the_readme_run(command, tmp_path, monkeypatch):
    """As written, but in this process, with two seeds, twelve months and few citizens.

    The first in the places of England and with all figures, the others with one figure, and where
    they name no places in six made-up ones.
    """
    from localism_sim.command.cli import main

    arguments = [
        a.replace("docs/", f"{ROOT}/docs/")
        for a in shlex.split(command)[1:]
        if not a.startswith("seeds=")
    ]
    if "experiment=england" in arguments:
        pytest.skip("all of England takes a minute; run by the benchmarks")
    monkeypatch.setitem(executors.EXECUTORS, "local", Here)
    monkeypatch.chdir(tmp_path)
    few = ["places.scale=200000"]
    own_area = any(argument.startswith("places.") for argument in arguments)
    if command != COMMANDS[0]:
        few += [] if own_area else ["places=synthetic", "places.count=6"]
        monkeypatch.setattr(figures, "FIGURES", {"trajectories": figures.trajectories})
    assert main([*arguments, "seeds=2", "months=12", *few]) == 0
    assert list(tmp_path.rglob("runs.parquet"))


def test_the_page_on_experiments_runs_from_top_to_bottom(tmp_path, monkeypatch):
    """Its commands in order, with few seeds, months and places and without figures, which each kind
    of experiment is tested for; then the Python that reads what they left.
    """
    from localism_sim.command.cli import main
    from localism_sim.jobs.varying import ranges_given
    from localism_sim.sweeps.factors import factors_from

    monkeypatch.setitem(executors.EXECUTORS, "local", Here)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(style, "save", lambda figure, path: path)
    page = "docs/how-to/experiments.md"
    for line in (line for _, text in blocks(page, "bash") for line in text.splitlines()):
        words = [
            word
            for word in shlex.split(line)[1:]
            if not word.startswith(("seeds=", "experiment.samples=", "experiment.quick="))
        ]
        search, trial = ("experiment=policy" in words, "experiment=trial" in words)
        words += ["experiment.evaluations=8", "experiment.population=8"] if search else []
        words += ["experiment.draws=2"] if search else []
        words += ["experiment.looks=1"] if trial else []
        small = [
            f"seeds={4 if search or trial else 2}",
            "months=4",
            "places=synthetic",
            "places.count=3",
            "places.scale=200000",
        ]
        samples = next(
            (
                f"experiment.samples={n}"
                for kind, n in (("sobol", 16), ("morris", 8), ("trial", 16))
                if f"experiment={kind}" in words
            ),
            None,
        )
        assert (
            main(
                [
                    *words,
                    *([] if "experiment=repeat" in words else small),
                    *([samples] if samples else []),
                ]
            )
            == 0
        ), line
    for _, code in blocks(page, "python"):
        exec(compile(code, page, "exec"), {"__name__": "__main__"})
    for _, text in blocks(page, "yaml"):
        (tmp_path / "ranges.yaml").write_text(text)
        assert len(factors_from(ranges_given("ranges.yaml"))) > 10
