"""Carries out any kind of experiment from a request: ask, answer, print, and write."""

from __future__ import annotations

import contextlib
import datetime
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from subprocess import Popen
from typing import TYPE_CHECKING, Any

import pandas as pd
import yaml

from .. import __version__
from ..foundation.errors import BadInput, brief
from ..foundation.files import (
    results_folder,
    results_path,
    write_table,
    write_tables,
    write_text,
)
from ..foundation.folders import new_folder
from ..foundation.helper import end_helper, start_helper
from ..foundation.progress import bar
from ..model.scenario import USUAL_MONTHS
from ..model.version import model_version
from ..report.blocks import DRAWING_HELPER, Paragraph, Report, strong
from ..report.doubt import NOTE
from ..report.markdown import summary
from ..report.stored import FILE, without_pictures
from ..report.terminal import print_blocks
from ..sweeps.question import digest
from .catalogue import EXPERIMENTS
from .counting import size_of
from .experiment import Experiment, Question, Unfinished
from .foresight import NOTHING, foresee, say_size
from .inputs import content_checksum
from .request import USUAL_PLACES, Request
from .size import refuse_too_many

if TYPE_CHECKING:
    from ..model.scenario import Scenario
    from ..sweeps.question import Simulation
    from ..sweeps.sweep import Sweep


class KeptRuns:
    """The model for a request. Each run is kept in the request's folder as soon as it is done, so
    that the same command continues where it was stopped.
    """

    def __init__(self, request: Request, simulation: Simulation | None, folder: Path):
        self.request, self.simulation, self.folder = request, simulation, folder
        self.workers = request.config["workers"]
        self.open = contextlib.ExitStack()
        self.sweep: Sweep | None = None
        self.unfinished: tuple[Request, Sweep, Path] | None = None

    def runs(self, points: pd.DataFrame, seeds: Sequence[int]) -> pd.DataFrame:
        """See `Model`."""
        if self.sweep is None:
            self.sweep = self.open.enter_context(self.request.sweep(self.simulation, self.folder))
        found = self.sweep.run(points, list(seeds))
        if self.sweep.failures:
            self.unfinished = (self.request, self.sweep, self.folder)
            raise Unfinished
        return found

    def histories(
        self, part: str, scenarios: Sequence[Scenario], months: int, seeds: Sequence[int]
    ) -> pd.DataFrame:
        """See `Model`; these runs are kept in a sweep of their own below the folder."""
        self.finish()
        request = Request(
            {**self.request.config, "months": months, "keep": ["history"]},
            self.request.command,
            self.request.console,
        )
        below = self.folder / part
        with request.sweep(request.simulation(*scenarios), below) as sweep:
            sweep.run(pd.DataFrame({"scenario": [each.name for each in scenarios]}), list(seeds))
        if sweep.failures:
            self.unfinished = (request, sweep, below)
            raise Unfinished
        return pd.read_parquet(below / "history.parquet")

    @contextlib.contextmanager
    def bar(self, total: int, parts: int) -> Iterator[Callable[[int], None] | None]:
        """See `Model`."""
        with bar(self.request.console, total, parts) as progress:
            yield progress

    def finish(self) -> None:
        """Write the tables of the runs so far and remove the progress bar."""
        self.open.close()
        self.sweep = None


def carry_out(request: Request) -> int:
    """Do what was asked while holding its folder; returns the exit code."""
    with request.claim:
        code = asked_and_shown(request)
        if code == 0:
            request.claim.finish()
        return code


def asked_and_shown(request: Request) -> int:
    """Ask, answer and show. The exit code is 0, or 1 if runs did not end well or the answer says
    so.
    """
    experiment = EXPERIMENTS[request.kind]
    if experiment.kept != "sweep":
        refuse_unused(request)
    samples = request.options.get("samples")
    refuse_too_many(len(request.seeds), samples if isinstance(samples, int) else 1)
    question = experiment.ask(request)
    request = experiment.identified(request, question)
    if request.config["dry_run"]:
        return foreseen(request, experiment, question)
    begun = begin(request, experiment, question)
    if begun is None:
        return 0
    simulation, folder = begun
    # the main job always draws, and the helper loads its libraries while the model is loaded here
    helper = start_helper(DRAWING_HELPER) if experiment.kept == "answer" else None
    try:
        return answered_and_shown(request, experiment, question, simulation, folder, helper)
    finally:
        end_helper(helper)


def answered_and_shown(
    request: Request,
    experiment: Experiment,
    question: Question,
    simulation: Simulation | None,
    folder: Path,
    helper: Popen | None,
) -> int:
    """Answer and show; returns the exit code. helper: a process to draw figures."""
    model = KeptRuns(request, simulation, folder)
    try:
        with model.open:
            answer = experiment.answer(question, model)
    except Unfinished:
        return say_unfinished(request, model)
    report = experiment.show(answer)
    if request.rates is not None and request.kind not in TWO_INTERVALS:
        report = replace(report, short=(*report.short, Paragraph(NOTE)))
    if experiment.kept != "nothing":
        with request.console.status("Drawing figures"):
            write(report, folder, request.command, helper)
            experiment.afterwards(answer, folder)
    print_blocks(report.short, request.console)
    if experiment.kept != "nothing":
        say_where(report, folder, request)
    return 0 if report.complete else 1


TWO_INTERVALS = ("compare", "levers", "claims", "theories", "policy")
"""Kinds of experiment whose reports separate luck from doubt about rates; the others get a note."""


def say_unfinished(request: Request, model: KeptRuns) -> int:
    """Say that there is no answer, and which runs are missing; returns the exit code."""
    assert model.unfinished is not None
    request.say("No answer is given, because runs that it needs are missing")
    about, sweep, where = model.unfinished
    return about.report_failures(sweep, where)


def say_where(report: Report, folder: Path, request: Request) -> None:
    """Say into which folder, or which parts of it, the report was written."""
    for place in [folder / name for name in report.parts] or [folder]:
        written = Paragraph(("Summary, figures and tables: ", strong(str(place))))
        print_blocks([written], request.console)


FOR_SWEEPS = {
    "keep": None,
    "executor": "local",
    "executor_address": None,
    "chunk": None,
    "timeout": None,
    "fail_fast": False,
    "accept_changes": False,
}
"""Settings of sweeps, with their values if nothing is given."""


FOR_QUESTIONS = {
    "scenario": None,
    "variants": None,
    "months": USUAL_MONTHS,
    "seeds": None,
    "results_dir": None,
    "workers": None,
    "overwrite": False,
}
"""Settings that say what to run and where to write it, with their values if nothing is given."""


def refuse_unused(request: Request) -> None:
    """`BadInput` for a setting that would do nothing: one of sweeps in a job that is no sweep; any
    but the time allowed where a run is made again as it was; a scale where all are simulated.
    """
    again = EXPERIMENTS[request.kind].kept == "nothing"
    usual: dict[str, Any] = dict(FOR_SWEEPS)
    if again:
        del usual["timeout"]
        usual |= FOR_QUESTIONS | {f"places.{name}": value for name, value in USUAL_PLACES.items()}
        usual |= {f"parameters.{name}": None for name in request.config["parameters"]}
    elif request.kind == "england" and request.config["places"]["scale"] != 1:
        usual["places.scale"] = USUAL_PLACES["scale"]
    for name, value in usual.items():
        above, _, last = name.rpartition(".")
        given = request.config[above][last] if above else request.config[last]
        if given != value or type(given) is not type(value):
            reason = (
                "which makes a run as it was"
                if again
                else "where every resident is simulated"
                if name == "places.scale"
                else "which is no sweep"
            )
            raise BadInput(
                f"{name} = {brief(given)} does nothing with experiment={request.kind}, {reason}; "
                f"leave it out"
            )


def begin(
    request: Request, experiment: Experiment, question: Question
) -> tuple[Simulation | None, Path] | None:
    """Announce what is about to run, and its size if it is large. Returns the model to ask and the
    folder for the answer; None, after saying so, if the answer already exists.
    """
    if experiment.kept == "nothing":
        return None, Path()
    if experiment.kept == "sweep":
        return begin_sweep(request, experiment, question)
    size = size_of(request, experiment, question)
    if size is not None:
        size.refuse(folder_for(request))
    folder = new_or_given(request)
    if request.take(folder, identity_of(request, question.scenarios), sweep=False):
        request.nothing_to_do(folder)
        return None
    print_blocks(question.announcement(), request.console)
    say_size(request, size, folder)
    return None, folder


def begin_sweep(
    request: Request, experiment: Experiment, question: Question
) -> tuple[Simulation, Path] | None:
    """The same for an experiment whose runs are kept one by one."""
    simulation = experiment.simulation(request, question)
    identity = simulation.identity()
    before = request.begun(identity)
    if (
        before
        and experiment.holds(question, before)
        and request.answered(simulation, before, experiment.apart(question, before))
    ):
        return None
    print_blocks(question.announcement(), request.console)
    say_size(request, size_of(request, experiment, question), request.path(identity))
    folder = request.folder(identity)
    request.take(folder, identity, True)
    return simulation, folder


def foreseen(request: Request, experiment: Experiment, question: Question) -> int:
    """Only say what would be done, for `dry_run=true`."""
    if experiment.kept == "nothing":
        print_blocks([*question.announcement(), NOTHING], request.console)
        return 0
    size = size_of(request, experiment, question)
    if experiment.kept == "answer":
        folder = folder_for(request)
        state = request.look(folder, identity_of(request, question.scenarios), sweep=False)
        return foresee(request, size, question.announcement(), folder, state)
    simulation = experiment.simulation(request, question)
    folder = request.path(simulation.identity())
    state = request.look(folder, simulation.identity(), sweep=True)
    if state == "begun":
        request.sweep_of(simulation, folder).check_begun()
    if state == "finished" and not experiment.holds(question, folder):
        state = "begun"
    return foresee(request, size, question.announcement(), folder, state)


def folder_for(request: Request) -> Path:
    """The folder given, otherwise one named after the scenario or experiment and the time."""
    scenario = request.config["scenario"]
    name = (
        Path(scenario).stem
        if scenario is not None
        else "main"
        if request.kind == "compare"
        else request.kind
    )
    stamp = datetime.datetime.now().strftime("%Y-%m-%d-%H%M%S")
    return results_path(request.config["results_dir"] or None, f"{name}-{stamp}")


def new_or_given(request: Request) -> Path:
    """The folder given, otherwise a new one."""
    if request.config["results_dir"]:
        return results_folder(request.config["results_dir"], "")
    try:
        return results_folder(str(new_folder(folder_for(request))), "")
    except OSError as error:
        raise BadInput(
            f"the folder results cannot be written: {error.strerror or error}; give results_dir"
        ) from None


def identity_of(request: Request, scenarios: Sequence[Scenario]) -> dict[str, Any]:
    """Everything besides the settings that the answer about whole scenarios depends on."""
    return {
        **request.simulation(*scenarios).identity(),
        "scenarios": {each.name: content_checksum(each) for each in scenarios},
        "names": digest([request.places.ids, request.places.names]),
        "start": list(request.start),
    }


def write_numbers(report: Report, folder: Path, command: str) -> None:
    """Write configuration and tables, for programs and for a spreadsheet."""
    from ..report.workbook import About, write_workbook

    if report.config:
        config = {"command": command, **report.config}
        write_text(yaml.safe_dump(config, sort_keys=False), folder / "config.yaml")
    for name, table in report.data.items():
        write_table(table, folder / f"{name}.parquet")
    write_tables(folder, **report.tables)
    if report.tables:
        version = f"localism_sim {__version__}, model {model_version()}"
        about = About(report.title, report.question, command, version)
        write_workbook(report.tables, folder / "tables.xlsx", about)


def write(report: Report, folder: Path, command: str, helper: Popen | None = None) -> None:
    """Write configuration, tables, figures and the summary into the folder, each file completely or
    not at all, the summary last.
    """
    from ..report.figures.drawing import Drawing

    with Drawing(report.figures, folder / "figures", helper) as drawing:
        write_numbers(report, folder, command)
        said = drawing.finish()
    for name, part in report.parts.items():
        write(part, folder / name, command)
    kept = without_pictures(
        report, said, localism_sim=__version__, model=model_version(), command=command
    )
    write_text(json.dumps(kept, ensure_ascii=False) + "\n", folder / FILE)
    write_text(summary(report, command), folder / "summary.md")
