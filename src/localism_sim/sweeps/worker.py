"""What a worker does with a chunk of runs, wherever it stands.

Whatever goes wrong inside a run is caught here and comes back as the way that run ended.
"""

from __future__ import annotations

import contextlib
import os
import threading
import traceback
from typing import Any, NamedTuple

import numpy as np

from .question import Answer, Question

DONE, FAILED, TIMED_OUT, OUT_OF_MEMORY, INVALID = (
    "done",
    "failed",
    "timed out",
    "out of memory",
    "invalid",
)
NOT_RUN = "not run"


class Task(NamedTuple):
    """One run to do: its number in the sweep, its point and its seed."""

    number: int
    point: dict[str, Any]
    seed: int


class Finished(NamedTuple):
    """How one run ended."""

    number: int
    status: str
    error: str
    answer: Answer | None


def finish(question: Question, task: Task) -> Finished:
    """Evaluate one run; every error becomes the way that it ended."""
    try:
        answer = question.answer(task.point, task.seed)
    except MemoryError as error:
        return Finished(task.number, OUT_OF_MEMORY, f"MemoryError: {error}", None)
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        return Finished(
            task.number,
            FAILED,
            f"{type(error).__name__}: {error} ({os.path.basename(place.filename)}, line "
            f"{place.lineno})",
            None,
        )
    odd = [
        name for name, value in zip(question.outcomes, answer.outcomes) if not np.isfinite(value)
    ]
    if odd:
        return Finished(
            task.number,
            INVALID,
            f"{odd[0]} is {answer.outcomes[question.outcomes.index(odd[0])]}",
            None,
        )
    return Finished(task.number, DONE, "", answer)


def finish_within(question: Question, task: Task, timeout: float) -> Finished | None:
    """Evaluate one run in a thread of its own; None when it is not done in time."""
    box: list[Finished] = []
    thread = threading.Thread(target=lambda: box.append(finish(question, task)), daemon=True)
    thread.start()
    thread.join(timeout)
    return box[0] if box else None


def finish_chunk(question: Question, chunk: list[Task], timeout: float | None) -> list[Finished]:
    """Evaluate a chunk.

    A run that hangs cannot be stopped inside its process: the rest of the chunk is handed back and
    this process ends itself.
    """
    found: list[Finished] = []
    if timeout is not None:
        prepare(question)
    for task in chunk:
        result = (
            finish(question, task) if timeout is None else finish_within(question, task, timeout)
        )
        if result is None:
            found.append(
                Finished(task.number, TIMED_OUT, f"not finished after {timeout:g} seconds", None)
            )
            found += [Finished(rest.number, NOT_RUN, "", None) for rest in chunk[len(found) :]]
            ending = threading.Timer(0.5, os._exit, [0])
            ending.daemon = True
            ending.start()
            break
        found.append(result)
    return found


PREPARED: set[type] = set()


def prepare(question: Question) -> None:
    """What a process does once before its first run, such as compiling, so that no run's time limit
    has to pay for it.
    """
    if type(question) not in PREPARED:
        PREPARED.add(type(question))
        with contextlib.suppress(
            Exception
        ):  # whatever is wrong, the runs will tell, each in the ledger
            question.prepare()


class WorkerDied(RuntimeError):
    """A worker process ended while it held a chunk."""


class TookTooLong(WorkerDied):
    """A worker gave no sign long after all runs of its chunk should have been timed out."""


class CannotStart(RuntimeError):
    """No worker process comes up: each ends with an error of its own before it has seen a run; or a
    cluster cannot be started here.
    """
