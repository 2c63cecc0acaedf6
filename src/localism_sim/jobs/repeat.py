"""One run of a finished sweep again: the number in a table, remade and compared with what is
stored.
"""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import pandas as pd
from rich.table import Table

from ..foundation.errors import BadInput, brief
from ..foundation.files import read_json
from ..model.outcomes import OUTCOMES
from ..model.parameters import FIELDS, Parameters
from ..model.scenario import Scenario, checked_timeline
from ..sweeps.question import Question, Simulation
from ..sweeps.worker import TIMED_OUT, Task, finish, finish_within, prepare
from .experiment import Experiment, Option
from .request import Request


def planned_run(folder: Path, number: Any) -> pd.Series:
    """One row of a sweep's ledger."""
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
    if "overrides" in row:
        from ..command.multirun import jobs_of, request_of

        job = shlex.split(str(row["overrides"]))
        return jobs_of([job], [request_of(job, request.console)]), {"overrides": row["overrides"]}
    config = manifest["config"]
    scenarios = tuple(
        Scenario(
            name,
            kept["title"],
            "",
            Parameters.from_dict(kept["parameters"]),
            checked_timeline({int(month): changes for month, changes in kept["timeline"].items()}),
        )
        for name, kept in manifest["scenarios"].items()
    )
    asked = Request(
        {**request.config, "places": config["places"], "months": config["months"]},
        request.command,
        request.console,
    )
    point = {
        name: row[name]
        for name in row.index
        if name in FIELDS or name == "scenario" or name.startswith("placebo")
    }
    point = {
        name: value.item() if hasattr(value, "item") else value for name, value in point.items()
    }
    return Simulation(scenarios, asked.places, asked.months), point


def run(request: Request) -> int:
    """Run it, print its outcomes beside those stored; 1 if they differ."""
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
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        if isinstance(error, BadInput):
            raise
        raise BadInput(
            f"experiment.folder = {given!r}: its manifest.json cannot be read "
            f"({type(error).__name__}: {error})"
        ) from None
    task, timeout = Task(int(row["run"]), point, int(row["seed"])), request.config["timeout"]
    if timeout is not None:
        prepare(question)
    end = finish(question, task) if timeout is None else finish_within(question, task, timeout)
    if end is None or end.answer is None:
        way = (
            f"{TIMED_OUT}: not finished after {timeout:g} seconds"
            if end is None
            else f"{end.status}: {end.error}"
        )
        request.say(
            f"Run {number} of {folder}, seed {row['seed']}, ended again without an answer: {way}. "
            f"In the sweep it was: {row['status']}"
        )
        return 1
    kept = stored_run(folder, row)
    shown = Table(
        title=f"Run {number} of {folder}: {row['status']}; seed {row['seed']}", title_justify="left"
    )
    for heading in ("Outcome", "now", "stored"):
        shown.add_column(heading)
    same = True
    for name, value in zip(question.outcomes, end.answer.outcomes):
        before = float(kept[name].iloc[0]) if name in kept and len(kept) else None
        same = same and before in (None, value)
        shown.add_row(
            OUTCOMES[name].label if name in OUTCOMES else name,
            repr(float(value)),
            "" if before is None else repr(before),
        )
    request.console.print(shown)
    changed = manifest["question"].get("model") != question.identity().get("model")
    if not same:
        request.say("The numbers differ" + ("; the model has changed since" if changed else ""))
        return 1
    request.say(
        "The same, to the last digit"
        if len(kept)
        else "Nothing is stored to compare with: the run did not end well before"
    )
    return 0


EXPERIMENTS = {
    "repeat": Experiment(
        "one run of a finished sweep again, compared with what is stored",
        1,
        options={
            "folder": Option(None, "the sweep's folder"),
            "run": Option(None, "the run's number in ledger.parquet"),
        },
        carried_out=run,
    )
}
