"""No setting does nothing: with every kind of experiment it changes what is asked, or is refused by
name.
"""

import pytest
from rich.console import Console

from localism_sim.command.cli import main
from localism_sim.command.configuration import check_keys, compose
from localism_sim.foundation.errors import BadInput
from localism_sim.jobs.catalogue import EXPERIMENTS
from localism_sim.jobs.request import Request
from localism_sim.jobs.running import refuse_unused

CHANGED = {
    "scenario": "scenario=sure_start",
    "variants": "variants=[no_copying]",
    "parameters": "parameters.need_diversity=0.11",
    "places": "places.scale=30000",
    "months": "months=24",
    "seeds": "seeds=7",
    "start": "start=2026-04",
}
KINDS = [kind for kind in EXPERIMENTS if kind != "repeat"]


def asked(kind: str, *more: str) -> tuple[str, ...]:
    """All that the answer can depend on: the question, and the model that is asked."""
    overrides = [f"experiment={kind}", *more]
    check_keys(overrides)
    request = Request.from_config(compose(overrides), "", Console(quiet=True), compose)
    experiment = EXPERIMENTS[kind]
    if experiment.kept != "sweep":
        refuse_unused(request)
    question = experiment.ask(request)
    request = experiment.identified(request, question)
    model = request.simulation(*question.scenarios).identity() if experiment.kept == "sweep" else ""
    return repr(question), repr(model)


@pytest.mark.parametrize("kind", KINDS)
def test_a_setting_changes_what_is_asked_or_is_refused_by_name(kind):
    plain, idle = asked(kind), []
    for name, override in CHANGED.items():
        try:
            if asked(kind, override) == plain:
                idle.append(name)
        except BadInput as error:
            if name not in str(error) and name.rstrip("s") not in str(error):
                idle.append(f"{name}, refused without its name: {error}")
    assert idle == []


@pytest.mark.parametrize(
    "setting",
    [
        *(override for override in CHANGED.values()),
        "places=synthetic",
        "places.path=mine.csv",
        "results_dir=out",
        "workers=2",
        "overwrite=true",
        "keep=[history]",
        "executor=dask",
        "chunk=3",
        "fail_fast=true",
        "accept_changes=true",
    ],
)
def test_a_run_made_again_takes_no_settings_but_its_own(setting, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.csv").write_text("name,population\nA,90000\n", encoding="utf-8")
    assert main(["experiment=repeat", "experiment.folder=x", "experiment.run=0", setting]) == 2
    said = capsys.readouterr().err
    assert setting.partition("=")[0] in said and "experiment=repeat" in said, said


def test_a_scale_does_nothing_where_every_resident_is_simulated(refused):
    said = refused(["experiment=england", "places.scale=5000"])
    assert "places.scale" in said and "every resident" in said
