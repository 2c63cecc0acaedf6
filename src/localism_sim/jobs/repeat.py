"""Runs one run of a finished sweep again, by its number in a table, and compares it with what is
stored.
"""

from __future__ import annotations

import math
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from ..evidence.posterior import Rates, posterior_draws
from ..foundation.errors import BadInput, brief
from ..foundation.files import read_json
from ..model.outcomes import OUTCOMES
from ..model.parameters import FIELDS, Parameters
from ..model.scenario import Scenario, checked_timeline
from ..report.blocks import Block, Paragraph, Report, Table
from ..report.words import outcome_title
from ..sweeps.measurements import DRAW, Measurements
from ..sweeps.question import BEHAVIOUR, DRAWN, Question, Simulation, default_scenario
from ..sweeps.worker import TIMED_OUT, Finished, Task, finish, finish_within, prepare
from .combinations import combined, label
from .experiment import Experiment, Model, Option
from .inputs import seen_from, with_paths
from .request import Request


def planned_run(folder: Path, number: Any) -> pd.Series:
    """A row of a sweep's ledger."""
    try:
        ledger = pd.read_parquet(folder / "ledger.parquet")
    except (OSError, ValueError) as error:
        raise BadInput(
            f"experiment.folder = {str(folder)!r}: no readable ledger.parquet there "
            f"({type(error).__name__})"
        ) from None
    if not {"run", "point", "seed", "status"} <= set(ledger) or ledger.empty:
        raise BadInput(
            f"experiment.folder = {brief(str(folder))}: its ledger.parquet is not that of a sweep"
        )
    row = ledger[ledger["run"] == number]
    if isinstance(number, bool) or not isinstance(number, int) or row.empty:
        raise BadInput(
            f"experiment.run = {number!r} is not allowed; allowed: the number of a run in "
            f"{folder}/ledger.parquet, 0 to {ledger['run'].max()}"
        )
    return row.iloc[0]


def stored_run(folder: Path, row: pd.Series) -> pd.DataFrame:
    """What is stored of a planned run: one row, or none if it did not end well or the sweep was
    stopped before its tables were written.
    """
    try:
        stored = pd.read_parquet(folder / "runs.parquet")
        return stored[(stored["point"] == row["point"]) & (stored["seed"] == row["seed"])]
    except FileNotFoundError:
        return pd.DataFrame()
    except (OSError, ValueError, KeyError) as error:
        raise BadInput(
            f"experiment.folder = {brief(str(folder))}: its runs.parquet cannot be read "
            f"({type(error).__name__}); give the sweep's own command "
            "again, which remakes it from its parts"
        ) from None


def question_of(
    request: Request, manifest: dict[str, Any], row: pd.Series
) -> tuple[Question, dict[str, Any]]:
    """The question and the point of a planned run, from the sweep's manifest and ledger."""
    directory = str(manifest.get("directory", ""))
    if "overrides" in row:
        job = shlex.split(str(row["overrides"]))
        simulations = {label(job): request.simulation_of(job, directory)}
        return combined(simulations), {"overrides": row["overrides"]}
    config = with_paths(manifest["config"], seen_from(directory))
    point = point_of(row)
    if DRAW in point:
        base = default_scenario().with_parameters(**config["parameters"]).parameters
        return Measurements(tuple(manifest["question"]["patterns"]), base), point
    scenarios = tuple(
        Scenario(
            name,
            kept["title"],
            "",
            Parameters.from_dict(kept["parameters"]),
            checked_timeline({int(month): changes for month, changes in kept["timeline"].items()}),
            variants=tuple(kept["variants"]),
        )
        for name, kept in manifest["scenarios"].items()
    )
    asked = Request(
        {**request.config, "places": config["places"], "months": config["months"]},
        request.command,
        request.console,
    )
    rates = (
        Rates.of(posterior_draws(), config["parameters"])
        if config.get(BEHAVIOUR) == DRAWN
        else None
    )
    return Simulation(scenarios, asked.places, asked.months, rates=rates), point


def point_of(row: pd.Series) -> dict[str, Any]:
    """The point of a planned run: those columns of its row that a design may have."""
    named = (*FIELDS, "scenario", "variants", BEHAVIOUR, DRAW)
    point = {name: row[name] for name in row.index if name in named or name.startswith("placebo")}
    return {
        name: value.item() if hasattr(value, "item") else value for name, value in point.items()
    }


@dataclass(frozen=True)
class RepeatQuestion:
    """Which run of which finished sweep is run again. row: its line in the ledger. stored: what the
    sweep kept of it, one row or none. model: the version of the model that made it.
    """

    folder: Path
    row: pd.Series
    question: Question
    point: dict[str, Any]
    stored: pd.DataFrame
    model: str | None
    timeout: float | None
    scenarios: tuple[Scenario, ...] = ()

    def announcement(self) -> tuple[Block, ...]:
        """Empty: nothing is announced for a single run."""
        return ()


@dataclass(frozen=True)
class RepeatAnswer:
    """How the run ended this time, and what was stored of it."""

    question: RepeatQuestion
    end: Finished | None

    @property
    def outcomes(self) -> pd.DataFrame:
        """A row per outcome: its name, its value now, and the stored value (NaN if
        there is none).
        """
        assert self.end is not None and self.end.answer is not None
        stored = self.question.stored
        return pd.DataFrame(
            [
                {
                    "outcome": name,
                    "now": float(value),
                    "stored": float(stored[name].iloc[0])
                    if name in stored and len(stored)
                    else float("nan"),
                }
                for name, value in zip(self.question.question.outcomes, self.end.answer.outcomes)
            ]
        )


def ask(request: Request) -> RepeatQuestion:
    """Find the run in the folder; raises `BadInput`."""
    given, number = request.options["folder"], request.options["run"]
    if not isinstance(given, str):
        raise BadInput(
            f"experiment.folder = {given!r} is not allowed; allowed: the folder of a finished sweep"
        )
    folder = Path(given)
    row = planned_run(folder, number)
    try:
        manifest = read_json(folder / "manifest.json")
        question, point = question_of(request, manifest, row)
        model = manifest["question"].get("model")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        if isinstance(error, BadInput):
            raise
        raise BadInput(
            f"experiment.folder = {given!r}: its manifest.json cannot be read "
            f"({type(error).__name__}: {error})"
        ) from None
    stored = stored_run(folder, row)
    return RepeatQuestion(folder, row, question, point, stored, model, request.config["timeout"])


def answer(asked: RepeatQuestion, model: Model) -> RepeatAnswer:
    """Run it again, within the time allowed if there is a limit."""
    task = Task(int(asked.row["run"]), asked.point, int(asked.row["seed"]))
    if asked.timeout is None:
        return RepeatAnswer(asked, finish(asked.question, task))
    prepare(asked.question)
    return RepeatAnswer(asked, finish_within(asked.question, task, asked.timeout))


def show(found: RepeatAnswer) -> Report:
    """The outcomes beside those stored; not complete if they differ or are missing."""
    asked, row = found.question, found.question.row
    title = f"Run {row['run']} of {asked.folder}: {row['status']}; seed {row['seed']}"
    if found.end is None or found.end.answer is None:
        return Report(title, (Paragraph(no_answer(found)),), complete=False)
    table = found.outcomes
    rows = tuple(
        (
            OUTCOMES[each.outcome].label
            if each.outcome in OUTCOMES
            else outcome_title(str(each.outcome)),
            repr(each.now),
            "" if math.isnan(each.stored) else repr(each.stored),
        )
        for each in table.itertuples()
    )
    same = bool((table["stored"].isna() | (table["stored"] == table["now"])).all())
    changed = asked.model != asked.question.identity().get("model")
    verdict = (
        "The numbers differ" + ("; the model has changed since" if changed else "")
        if not same
        else "The same, to the last digit"
        if len(asked.stored)
        else "Nothing is stored to compare with: the run did not end well before"
    )
    shown = Table(("Outcome", "now", "stored"), rows, title)
    return Report(title, (shown, Paragraph(verdict)), complete=same)


def no_answer(found: RepeatAnswer) -> str:
    """How the run ended without an answer."""
    asked, end = found.question, found.end
    how = (
        f"{TIMED_OUT}: not finished after {asked.timeout:g} seconds"
        if end is None
        else f"{end.status}: {end.error}"
    )
    return (
        f"Run {asked.row['run']} of {asked.folder}, seed {asked.row['seed']}, ended again without "
        f"an answer: {how}. In the sweep it was: {asked.row['status']}"
    )


EXPERIMENTS = {
    "repeat": Experiment(
        "one run of a finished sweep again, compared with its record",
        1,
        ask,
        answer,
        show,
        {
            "folder": Option(None, "the sweep's folder"),
            "run": Option(None, "the run's number in ledger.parquet"),
        },
        kept="nothing",
        draws=False,
    )
}
