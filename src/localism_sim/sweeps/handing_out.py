"""Hands the runs of a sweep to an executor and takes back what becomes of them.

A run whose worker dies is tried again by itself, so that no run is blamed for what another one did.
"""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field

from ..foundation.errors import Stopped
from .executors import EXECUTORS, Executor
from .question import Question
from .worker import (
    FAILED,
    NOT_RUN,
    OUT_OF_MEMORY,
    TIMED_OUT,
    CannotStart,
    Finished,
    Task,
    TookTooLong,
)

CHUNK_SECONDS = 0.5
"""Chunks are cut to take about this long: handing out costs little, and little is lost with a
worker or a power cut.
"""
LONGEST_CHUNK = 256
CHUNKS_A_SLOT = 4
"""Each slot's share of what is left is cut into so many chunks at least, so that all slots end
together.
"""
TRIES = 3
"""A run whose worker dies alone with it this often is given up: the run, not chance, is the cause.
"""
SIGNS_OF_A_KILL = ("memory", "signal 9", "sigkill", "exitcode -9", "code -9")
"""Words in the error of a dead worker that mean that the machine ran out of memory."""


@dataclass
class WorkerPool:
    """The executor of a sweep, started when first needed.

    interrupted: makes the error to raise from the reason why nothing evaluates any more.
    """

    name: str
    question: Question
    workers: int | None
    timeout: float | None
    address: str | None
    interrupted: Callable[[str], Stopped]
    _running: Executor | None = field(default=None, init=False)

    @property
    def executor(self) -> Executor:
        """The executor, which is started now if it has not been."""
        if self._running is None:
            try:
                self._running = EXECUTORS[self.name](
                    self.question, self.workers, self.timeout, self.address
                )
            except CannotStart as error:
                raise self.interrupted(str(error)) from None
        return self._running

    def stop(self) -> None:
        """End all workers, whatever they are doing."""
        if self._running is not None:
            self._running.stop()

    def stop_if_gone(self) -> None:
        """End the sweep when its cluster has gone: no run is to blame."""
        if reason := self.executor.gone():
            raise self.interrupted(reason)

    def submit(self, chunk: list[Task]) -> Future:
        """Hand out a chunk. If that fails because the cluster has gone, the error says so."""
        try:
            return self.executor.submit(chunk)
        except Exception:
            self.stop_if_gone()
            raise


@dataclass
class Queue:
    """Runs that wait for a worker, and those that are with one.

    left: not tried yet. again: chunks to hand out once more. suspects: runs on their last try,
    which is made with nothing else handed out.
    """

    pool: WorkerPool
    left: deque[Task]
    chunk: int | None
    again: deque[list[Task]] = field(default_factory=deque)
    suspects: deque[list[Task]] = field(default_factory=deque)
    flying: dict[Future, list[Task]] = field(default_factory=dict)
    tries: Counter[int] = field(default_factory=Counter)
    ended: int = 0
    began: float = field(default_factory=time.monotonic)

    @property
    def is_empty(self) -> bool:
        """Whether every run has ended."""
        return not (self.left or self.again or self.suspects or self.flying)

    def pace(self) -> float | None:
        """Runs that all slots together finish in a second; None before any has."""
        return self.ended / (time.monotonic() - self.began) if self.ended else None

    def next_chunk(self) -> list[Task]:
        """The next tasks, as many as suit the pace so far."""
        slots, pace, suits = self.pool.executor.slots, self.pace(), 1
        if pace is not None:
            share = len(self.left) // (slots * CHUNKS_A_SLOT)
            suits = min(LONGEST_CHUNK, int(pace * CHUNK_SECONDS / slots), share)
        size = min(len(self.left), self.chunk or max(1, suits))
        return [self.left.popleft() for _ in range(size)]

    def hand_out(self) -> None:
        """Give the workers as much as they may hold."""
        while (self.left or self.again) and len(self.flying) < self.pool.executor.ahead:
            chunk = self.next_chunk() if self.left else self.again.popleft()
            self.flying[self.pool.submit(chunk)] = chunk
        if self.suspects and not self.flying:
            chunk = self.suspects.popleft()
            self.flying[self.pool.submit(chunk)] = chunk

    def results(self) -> list[Finished]:
        """Wait for up to half a second and take in the next chunk that is ready.

        Returns the runs of it that ended; the others are queued again.
        """
        ready, _ = wait(self.flying, timeout=0.5, return_when=FIRST_COMPLETED)
        if not ready:
            self.pool.stop_if_gone()
            return []
        future = min(ready, key=broke)
        if broke(future):
            self.pool.stop_if_gone()
        results, undone = self.outcome_of(future, self.flying.pop(future))
        for chunk in undone:
            last = self.tries[chunk[0].number] == TRIES - 1
            (self.suspects if last else self.again).append(chunk)
        if not self.ended:
            self.began = time.monotonic()
        self.ended += len(results)
        return results

    def outcome_of(
        self, future: Future, chunk: list[Task]
    ) -> tuple[list[Finished], list[list[Task]]]:
        """The runs of a chunk that ended, and chunks to hand out again."""
        try:
            results = future.result()
        except CannotStart as error:
            raise self.pool.interrupted(str(error)) from None
        except Exception as error:
            return self.after_death(error, chunk)
        by_number = {task.number: task for task in chunk}
        undone = [[by_number[result.number]] for result in results if result.status == NOT_RUN]
        return [result for result in results if result.status != NOT_RUN], undone

    def after_death(
        self, error: Exception, chunk: list[Task]
    ) -> tuple[list[Finished], list[list[Task]]]:
        """What becomes of the runs of a worker that died: they are tried one by one, so that the
        guilty one is found, and a run that has had its tries is given up.
        """
        if len(chunk) > 1:
            return [], [[task] for task in chunk]
        number = chunk[0].number
        reason = " ".join(f"{type(error).__name__}: {error}".split())[:300]
        self.tries[number] += 1
        if isinstance(error, TookTooLong):
            return [Finished(number, TIMED_OUT, reason, None)], []
        if self.tries[number] < TRIES:
            return [], [chunk]
        killed = any(word in reason.lower() for word in SIGNS_OF_A_KILL)
        status = OUT_OF_MEMORY if killed else FAILED
        return [Finished(number, status, f"its worker died {TRIES} times ({reason})", None)], []


def broke(future: Future) -> bool:
    """Whether a chunk failed as a whole."""
    return future.cancelled() or future.exception() is not None
