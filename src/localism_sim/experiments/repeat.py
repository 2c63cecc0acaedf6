"""One run of a finished sweep again: the number in a table, remade and compared with what is stored."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
from rich.table import Table

from ..outcomes import OUTCOMES
from ..parameters import FIELDS, BadInput, Parameters
from ..scenario import Scenario, checked_timeline
from .question import Question, Simulation
from .request import Request


def planned_run(folder: Path, number: Any) -> pd.Series:
    """One row of a sweep's ledger."""
    try:
        ledger = pd.read_parquet(folder / "ledger.parquet")
    except (OSError, ValueError) as error:
        raise BadInput(f"experiment.folder = {str(folder)!r}: no readable ledger.parquet there ({type(error).__name__})") from None
    row = ledger[ledger["run"] == number]
    if isinstance(number, bool) or not isinstance(number, int) or row.empty:
        raise BadInput(f"experiment.run = {number!r} is not allowed; allowed: the number of a run in {folder}/ledger.parquet, 0 to {ledger['run'].max()}")
    return row.iloc[0]


def question_of(request: Request, manifest: dict[str, Any], row: pd.Series) -> tuple[Question, dict[str, Any]]:
    """The question and the point of a planned run, from the sweep's manifest and ledger."""
    if "overrides" in row:
        from .multirun import jobs_of

        return jobs_of([str(row["overrides"]).split(" ")]), {"overrides": row["overrides"]}
    config = manifest["config"]
    scenarios = tuple(Scenario(name, kept["title"], "", Parameters.from_dict(kept["parameters"]),
                               checked_timeline({int(month): changes for month, changes in kept["timeline"].items()}))
                      for name, kept in manifest["scenarios"].items())
    asked = Request({**request.config, "places": config["places"], "months": config["months"]}, request.command, request.console)
    point = {name: row[name] for name in row.index if name in FIELDS or name == "scenario" or name.startswith("placebo")}
    point = {name: value.item() if hasattr(value, "item") else value for name, value in point.items()}
    return Simulation(scenarios, asked.places, asked.months), point


def run(request: Request) -> int:
    """Run it, print its outcomes beside those stored; 1 if they differ."""
    given, number = request.options["folder"], request.options["run"]
    if not isinstance(given, str):
        raise BadInput(f"experiment.folder = {given!r} is not allowed; allowed: the folder of a finished sweep")
    folder = Path(given)
    row = planned_run(folder, number)
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        question, point = question_of(request, manifest, row)
    except (OSError, ValueError, KeyError, TypeError) as error:
        if isinstance(error, BadInput):
            raise
        raise BadInput(f"experiment.folder = {given!r}: its manifest.json cannot be read ({type(error).__name__}: {error})") from None
    answer = question.answer(point, int(row["seed"]))
    stored = pd.read_parquet(folder / "runs.parquet")
    kept = stored[(stored["point"] == row["point"]) & (stored["seed"] == row["seed"])]
    shown = Table(title=f"Run {number} of {folder}: {row['status']}; seed {row['seed']}", title_justify="left")
    for heading in ("Outcome", "now", "stored"):
        shown.add_column(heading)
    same = True
    for name, value in zip(question.outcomes, answer.outcomes):
        before = float(kept[name].iloc[0]) if len(kept) else None
        same = same and before in (None, value)
        shown.add_row(OUTCOMES[name].label if name in OUTCOMES else name, repr(float(value)), "" if before is None else repr(before))
    request.console.print(shown)
    changed = manifest["question"].get("model") != question.identity().get("model")
    if not same:
        request.say("The numbers differ" + ("; the model has changed since" if changed else ""))
        return 1
    request.say("The same, to the last digit" if len(kept) else "Nothing is stored to compare with: the run did not end well before")
    return 0


