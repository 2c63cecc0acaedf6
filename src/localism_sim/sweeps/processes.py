"""Evaluates runs in processes of this machine. Each process is fed by its own thread, and a process
that dies is replaced.
"""

from __future__ import annotations

import multiprocessing
import os
import queue
import signal
import threading
import time
from concurrent.futures import Future
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from ..foundation.errors import BadInput
from ..foundation.machine import processors
from .question import Question
from .worker import (
    TIMED_OUT,
    CannotStart,
    Finished,
    Task,
    TookTooLong,
    WorkerDied,
    finish_chunk,
    prepare,
)

GRACE = 10.0
"""Seconds that a worker may take beyond the time limits of its chunk."""
STARTS = 10
"""How often a worker is started for one chunk before its dying at the start counts as the chunk's.
"""
FAULTY_STARTS = 3
"""If no worker was ever ready, this many failures to start in a row, each with an error of its own,
show that none ever will be.
"""
PAUSE = 0.2
"""Seconds to wait before a further start; each pause is longer by this much."""
READY = "ready"
"""The first message of a worker."""


def work(pipe: Connection, question: Question, timeout: float | None, parent: int) -> None:
    """A worker process: receives chunks and sends back lists of `Finished`.

    It leaves Ctrl-C to the parent process and ends when the parent is gone.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=follow, args=(parent,), daemon=True).start()
    prepare(question)
    pipe.send(READY)
    while True:
        try:
            pipe.send(finish_chunk(question, pipe.recv(), timeout))
        except (EOFError, OSError):
            return


def follow(parent: int) -> None:
    """End this process when its parent is gone."""
    pause = threading.Event()
    while True:
        pause.wait(1.0)
        try:
            os.kill(parent, 0)
        except OSError:
            os._exit(0)


class Slot(threading.Thread):
    """A worker process and the thread that feeds it.

    Each slot has its own pipe, so a worker that is killed at any moment cannot leave a shared lock
    behind.
    """

    def __init__(self, waiting: queue.SimpleQueue, question: Question, timeout: float | None):
        super().__init__(daemon=True)
        self.waiting, self.question, self.timeout = waiting, question, timeout
        self.context: Any = multiprocessing.get_context("forkserver")
        self.process: Any = None
        self.stopped = False
        self.was_ready = False

    def run(self) -> None:
        while (item := self.waiting.get()) is not None and not self.stopped:
            chunk, future = item
            try:
                found = self.ask(chunk)
            except (EOFError, OSError):
                future.set_exception(WorkerDied(f"worker ended with exit code {self.retire()}"))
            # the run holds even the thread that watches it, so the worker is ended from outside
            except TookTooLong as error:
                self.retire()
                future.set_exception(error)
            except Exception as error:
                future.set_exception(error)
            else:
                future.set_result(found)

    def ask(self, chunk: list[Task]) -> list[Finished]:
        """Have the worker evaluate a chunk, starting a new worker if there is none. Raises EOFError
        if it dies.
        """
        faulty = 0
        for attempt in range(STARTS):
            if self.stopped or (self.process is not None and self.process.is_alive()):
                break
            time.sleep(PAUSE * attempt)
            code = self.start_worker()
            faulty = faulty + 1 if code is not None and code > 0 else 0
            if faulty == FAULTY_STARTS and not self.was_ready:
                raise CannotStart(
                    f"no worker process could be started: each ended with exit code {code} before "
                    f"its first run. A Python script that runs a "
                    'sweep must be a file, with what it does below `if __name__ == "__main__":`, '
                    "since every worker imports it"
                )
        if self.process is None:
            raise EOFError
        self.pipe.send(chunk)
        if self.timeout is not None and not self.pipe.poll(self.timeout * len(chunk) + GRACE):
            raise TookTooLong(f"no answer after {self.timeout:g} seconds a run")
        found = self.pipe.recv()
        if any(result.status == TIMED_OUT for result in found):
            self.retire()
        return found

    def start_worker(self) -> int | None:
        """Start a worker and wait until it is ready.

        Returns the exit code of a worker that dies before that: it has seen no run, so no run is to
        blame.
        """
        self.pipe, other = self.context.Pipe()
        process = self.context.Process(
            target=work, args=(other, self.question, self.timeout, os.getpid()), daemon=True
        )
        try:
            process.start()
            self.process = process
            other.close()
            self.pipe.recv()
        except (
            EOFError,
            OSError,
        ):  # also where the server that forks workers was killed; the next start brings up another
            return self.retire()
        self.was_ready = True
        return None

    def retire(self) -> int | None:
        """Make the worker end if it has not; returns its exit code."""
        if self.process is None:
            return None
        self.process.join(0.2)
        self.process.kill()
        self.process.join()
        self.pipe.close()
        code, self.process = self.process.exitcode, None
        return code


@dataclass
class LocalExecutor:
    """Processes of this machine; one that dies is replaced."""

    question: Question
    workers: int | None = None
    timeout: float | None = None
    address: None = None

    def __post_init__(self):
        if self.address is not None:
            raise BadInput(
                f"executor_address = {self.address!r} is not allowed with executor=local; allowed "
                f"with ray and dask"
            )
        self.slots = self.workers or processors()
        self.ahead = 2 * self.slots
        multiprocessing.get_context("forkserver").set_forkserver_preload(
            ["localism_sim.sweeps.processes", "localism_sim.sweeps.ready"]
        )
        self.waiting: queue.SimpleQueue = queue.SimpleQueue()
        self.crew = [Slot(self.waiting, self.question, self.timeout) for _ in range(self.slots)]
        for slot in self.crew:
            slot.start()

    def submit(self, chunk: list[Task]) -> Future:
        future: Future = Future()
        self.waiting.put((chunk, future))
        return future

    def gone(self) -> str:
        return ""

    def stop(self) -> None:
        for slot in self.crew:
            slot.stopped = True
            self.waiting.put(None)
            if slot.process is not None:
                slot.process.kill()
        for slot in self.crew:
            slot.join(2.0)
