"""How a worker evaluates a chunk of runs, in whatever executor.

Anything that goes wrong inside a run is caught here and returned as the way in which that run
ended.
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
    """A run to do: its number in the sweep, its point and its seed."""

    number: int
    point: dict[str, Any]
    seed: int


class Finished(NamedTuple):
    """How a run ended."""

    number: int
    status: str
    error: str
    answer: Answer | None


def finish(question: Question, task: Task) -> Finished:
    """Evaluate a run; any error becomes the way in which it ended."""
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
    """Evaluate a run in a separate thread; None if it does not finish in time."""
    box: list[Finished] = []
    thread = threading.Thread(target=lambda: box.append(finish(question, task)), daemon=True)
    thread.start()
    thread.join(timeout)
    return box[0] if box else None


def finish_chunk(question: Question, chunk: list[Task], timeout: float | None) -> list[Finished]:
    """Evaluate a chunk.

    A run that hangs cannot be stopped inside its process, so the rest of the chunk is handed back
    and the process ends itself.
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
    """Do once per process what its first run would otherwise pay for, such as compiling, so that it
    does not count towards a run's time limit.
    """
    if type(question) not in PREPARED:
        PREPARED.add(type(question))
        with contextlib.suppress(
            Exception
        ):  # whatever is wrong, the runs will tell, each in the ledger
            question.prepare()


class WorkerDied(RuntimeError):
    """A worker process ended while it was evaluating a chunk."""


class TookTooLong(WorkerDied):
    """A worker sent nothing long after every run of its chunk should have timed out."""


class CannotStart(RuntimeError):
    """No worker process starts: each ends with its own error before it has seen a run. Or a cluster
    cannot be started here.
    """
