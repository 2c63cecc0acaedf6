"""Where chunks of runs are evaluated: processes of this machine, a Ray cluster or a Dask cluster, behind one interface.

An executor takes chunks and returns futures. Whatever goes wrong inside a run is caught there and comes back as the way that run ended; a future that raises
means that its worker died, which costs its chunk and nothing else.
"""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import os
import queue
import signal
import socket
import threading
import time
import traceback
import uuid
from concurrent.futures import Future
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, NamedTuple, Protocol
from urllib.parse import urlsplit

import numpy as np

from ..parameters import BadInput, nearest
from .question import Answer, Question

DONE, FAILED, TIMED_OUT, OUT_OF_MEMORY, INVALID = "done", "failed", "timed out", "out of memory", "invalid"
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
        return Finished(task.number, FAILED, f"{type(error).__name__}: {error} ({os.path.basename(place.filename)}, line {place.lineno})", None)
    odd = [name for name, value in zip(question.outcomes, answer.outcomes) if not np.isfinite(value)]
    if odd:
        return Finished(task.number, INVALID, f"{odd[0]} is {answer.outcomes[question.outcomes.index(odd[0])]}", None)
    return Finished(task.number, DONE, "", answer)


def finish_within(question: Question, task: Task, timeout: float) -> Finished | None:
    """Evaluate one run in a thread of its own; None when it is not done in time."""
    box: list[Finished] = []
    thread = threading.Thread(target=lambda: box.append(finish(question, task)), daemon=True)
    thread.start()
    thread.join(timeout)
    return box[0] if box else None


def finish_chunk(question: Question, chunk: list[Task], timeout: float | None) -> list[Finished]:
    """Evaluate a chunk. A run that hangs cannot be stopped inside its process: the rest of the chunk is handed back and this process ends itself."""
    found: list[Finished] = []
    if timeout is not None:
        prepare(question)
    for task in chunk:
        result = finish(question, task) if timeout is None else finish_within(question, task, timeout)
        if result is None:
            found.append(Finished(task.number, TIMED_OUT, f"not finished after {timeout:g} seconds", None))
            found += [Finished(rest.number, NOT_RUN, "", None) for rest in chunk[len(found) :]]
            ending = threading.Timer(0.5, os._exit, [0])
            ending.daemon = True
            ending.start()
            break
        found.append(result)
    return found


class Executor(Protocol):
    """Evaluates chunks. `slots`: how many run at once; `ahead`: how many may be handed out, more than that where the executor itself lets the rest wait."""

    slots: int
    ahead: int

    def submit(self, chunk: list[Task]) -> Future:
        """A future of the chunk's list of `Finished`."""
        ...

    def gone(self) -> str:
        """Why no chunk will be evaluated any more, in words; empty while chunks are."""
        ...

    def stop(self) -> None:
        """End now, finished or not."""
        ...


class WorkerDied(RuntimeError):
    """A worker process ended while it held a chunk."""


class TookTooLong(WorkerDied):
    """A worker gave no sign long after all runs of its chunk should have been timed out."""


class CannotStart(RuntimeError):
    """No worker process comes up: each ends with an error of its own before it has seen a run; or a cluster cannot be started here."""


LONGEST_FETCH = 60.0
"""Seconds that fetching the answers of a chunk from a Dask worker may take."""
CLUSTER_STARTS = 3
"""How often a cluster is started here before that is given up."""
PATIENCE = 60.0
"""Seconds that a cluster may be without any worker."""


UNWATCHED = 10.0
"""Seconds without a look after which nothing is known of the time between."""


class Watch:
    """Looks out for workers: `in_vain` once there has been none, look after look, for too long."""

    def __init__(self) -> None:
        self.last_look = self.missing_since = time.monotonic()

    def in_vain(self, workers: bool) -> bool:
        now = time.monotonic()
        if workers or now - self.last_look > UNWATCHED:
            self.missing_since = now
        self.last_look = now
        return now - self.missing_since > PATIENCE


GRACE = 10.0
"""Seconds that a worker may take beyond the time limits of its chunk."""
STARTS = 10
"""How often a worker is started for one chunk before its dying at the start counts as the chunk's."""
FAULTY_STARTS = 3
"""Where no worker was ever ready, this many in turn that end with an error of their own show that none will be."""
PAUSE = 0.2
"""Seconds before each further start, once more each time."""
READY = "ready"
"""What a worker says first."""


PREPARED: set[type] = set()


def prepare(question: Question) -> None:
    """What a process does once before its first run, such as compiling, so that no run's time limit has to pay for it."""
    if type(question) not in PREPARED:
        PREPARED.add(type(question))
        with contextlib.suppress(Exception):  # whatever is wrong, the runs will tell, each in the ledger
            question.prepare()


def work(pipe: Connection, question: Question, timeout: float | None, parent: int) -> None:
    """A worker process: chunks come in, lists of `Finished` go out. Ctrl-C is left to the parent; when the parent is gone the worker ends."""
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
    """One worker process and the thread that feeds it. Each has a pipe of its own, so that a worker killed at any moment can leave no shared lock behind."""

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
            except TookTooLong as error:  # the run holds even the thread that watches it, so the worker is ended from outside
                self.retire()
                future.set_exception(error)
            except Exception as error:
                future.set_exception(error)
            else:
                future.set_result(found)

    def ask(self, chunk: list[Task]) -> list[Finished]:
        """Have the worker evaluate a chunk; a new worker is started when there is none. EOFError when it dies."""
        faulty = 0
        for attempt in range(STARTS):
            if self.stopped or (self.process is not None and self.process.is_alive()):
                break
            time.sleep(PAUSE * attempt)
            code = self.start_worker()
            faulty = faulty + 1 if code is not None and code > 0 else 0
            if faulty == FAULTY_STARTS and not self.was_ready:
                raise CannotStart(f"no worker process could be started: each ended with exit code {code} before its first run. A Python script that runs a "
                                  'sweep must be a file, with what it does below `if __name__ == "__main__":`, since every worker imports it')
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
        """Start a worker and wait until it is ready. One that dies before that has seen no run, so no run is to blame: its exit code is returned."""
        self.pipe, other = self.context.Pipe()
        process = self.context.Process(target=work, args=(other, self.question, self.timeout, os.getpid()), daemon=True)
        try:
            process.start()
            self.process = process
            other.close()
            self.pipe.recv()
        except (EOFError, OSError):  # also where the server that forks workers was killed; the next start brings up another
            return self.retire()
        self.was_ready = True
        return None

    def retire(self) -> int | None:
        """End the worker, if it has not ended by itself; its exit code."""
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
    """Processes of this machine; a new one takes the place of one that dies."""

    question: Question
    workers: int | None = None
    timeout: float | None = None
    address: None = None

    def __post_init__(self):
        if self.address is not None:
            raise BadInput(f"executor_address = {self.address!r} is not allowed with executor=local; allowed with ray and dask")
        self.slots = self.workers or os.cpu_count() or 1
        self.ahead = 2 * self.slots
        multiprocessing.get_context("forkserver").set_forkserver_preload(["localism_sim.experiments.executors", "localism_sim.engine"])
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


def handed_out(slots: int, limited: bool) -> int:
    """How many chunks to hand to a cluster: two a slot, so that none waits idle, but no more than run at once where the cluster has more than was asked for."""
    return slots if limited else 2 * slots


def listens(host: str, port: int) -> bool:
    """Whether anybody listens there."""
    try:
        socket.create_connection((host, port), timeout=5.0).close()
    except OSError:
        return False
    return True


@dataclass
class RayExecutor:
    """A Ray cluster: the one at `address`, else one started here."""

    question: Question
    workers: int | None = None
    timeout: float | None = None
    address: str | None = None

    def __post_init__(self):
        ray = self.ray = wanted("ray", "ray")
        options = {"address": self.address} if self.address else {"address": "local", "num_cpus": self.workers or os.cpu_count(), "include_dashboard": False}
        there = None
        try:
            there = self.found()
            ray.init(**options, log_to_driver=False, logging_level="error", ignore_reinit_error=True)
        except (OSError, ValueError, RuntimeError) as error:
            reason = str(error).splitlines()[0]
            if not self.address:
                raise CannotStart(f"a Ray cluster could not be started here: {reason}") from None
            hint = " (a cluster that asks for a token needs RAY_AUTH_MODE=token)" if there else ""
            raise BadInput(f"executor_address = {self.address!r}: no Ray cluster answers there: {reason}{hint}") from None
        about = ray.get_runtime_context()
        self.there, self.node, self.watch = there or host_and_port(about.gcs_address), about.get_node_id(), Watch()
        self.slots = self.workers or int(ray.cluster_resources().get("CPU", 1))
        self.ahead = handed_out(self.slots, bool(self.address and self.workers))
        self.shared = ray.put(self.question)
        self.remote = ray.remote(num_cpus=1, max_retries=0)(finish_chunk)

    def found(self) -> tuple[str, int] | None:
        """Host and port of the cluster at `address`. Ray itself would try for many minutes to reach one that is not there."""
        if not self.address:
            return None
        from ray._private.services import canonicalize_bootstrap_address  # nothing public says where `auto` leads

        there = host_and_port(self.address if "://" in self.address else str(canonicalize_bootstrap_address(self.address)))
        if not listens(*there):
            raise ConnectionError(f"nobody listens on port {there[1]} of {there[0]}")
        return there

    def submit(self, chunk: list[Task]) -> Future:
        return self.remote.remote(self.shared, chunk, self.timeout).future()

    def gone(self) -> str:
        if not listens(*self.there):  # asked here, because Ray ends this process when it finds out itself
            return f"the Ray cluster at {self.there[0]}:{self.there[1]} does not answer any more"
        alive = {node["NodeID"]: node for node in self.ray.nodes() if node["Alive"]}
        if self.node not in alive:
            return "the Ray node through which this sweep speaks to its cluster has ended"
        if self.watch.in_vain(any(node["Resources"].get("CPU", 0) >= 1 for node in alive.values())):
            return f"the Ray cluster at {self.there[0]}:{self.there[1]} has had no CPU for {PATIENCE:g} seconds"
        return ""

    def stop(self) -> None:
        self.ray.shutdown()


def host_and_port(address: str) -> tuple[str, int]:
    """The two parts of an address such as 10.0.0.1:6379 or ray://head:10001."""
    parts = urlsplit(address if "://" in address else f"//{address}")
    if not parts.hostname or not parts.port:
        raise ValueError(f"{address} is not of the form host:port")
    return parts.hostname, parts.port


@dataclass
class DaskExecutor:
    """A Dask cluster: the one at `address`, else one started here."""

    question: Question
    workers: int | None = None
    timeout: float | None = None
    address: str | None = None

    def __post_init__(self):
        distributed = wanted("distributed", "dask")
        import dask

        from .dask_plugin import Keeper

        dask.config.set({"distributed.scheduler.allowed-failures": 0, "distributed.worker.daemon": True, "distributed.admin.log-length": 0})
        logging.getLogger("distributed.client").setLevel(logging.CRITICAL)  # what it would tell of a lost cluster is told in one line here
        self.cluster = None if self.address else self.started(distributed)
        try:
            self.client = distributed.Client(self.cluster or self.address, timeout="10s")
        except (OSError, ValueError) as error:
            raise BadInput(f"executor_address = {self.address!r}: no Dask scheduler answers there: {str(error).splitlines()[0]}") from None
        self.slots = self.workers or max(sum(self.client.nthreads().values()), 1)
        self.ahead = handed_out(self.slots, bool(self.address and self.workers))
        self.name, self.watch = f"localism-sim-{uuid.uuid4().hex}", Watch()
        try:
            self.client.register_plugin(Keeper(self.question), name=self.name)
        except Exception as error:  # whatever a worker raised when it unpacked the question, most likely that a module is missing
            raise BadInput(f"executor_address = {self.address!r}: workers cannot take the question: {error}; is localism_sim installed there?") from None

    def started(self, distributed: Any) -> Any:
        """A cluster of this machine, started again if one of its workers dies meanwhile."""
        for _ in range(CLUSTER_STARTS):
            try:
                return distributed.LocalCluster(n_workers=self.workers or os.cpu_count(), threads_per_worker=1, processes=True, dashboard_address=None,
                                                silence_logs="CRITICAL")
            except (OSError, RuntimeError) as error:
                reason = str(error).rstrip(".")
        raise CannotStart(f"a Dask cluster could not be started here: {reason}")

    def submit(self, chunk: list[Task]) -> Future:
        answer: Future = Future()

        def pass_on(inner: Any) -> None:
            if inner.cancelled():  # then to ask for the result would wait for a client that may be closing
                answer.set_exception(WorkerDied("Dask dropped the chunk"))
                return
            try:
                answer.set_result(inner.result(timeout=LONGEST_FETCH))
            except BaseException as error:
                answer.set_exception(error)

        self.client.submit(finish_kept, self.name, chunk, self.timeout, pure=False, retries=0).add_done_callback(pass_on)
        return answer

    def gone(self) -> str:
        where = f"the Dask scheduler at {self.address or 'this machine'}"
        try:
            workers = self.client.nthreads() if self.client.status == "running" else None
        except OSError:
            workers = None
        if workers is None:
            return f"{where} does not answer any more"
        return f"{where} has had no worker for {PATIENCE:g} seconds" if self.watch.in_vain(bool(workers)) else ""

    def stop(self) -> None:
        if self.cluster is None and self.client.status == "running":
            with contextlib.suppress(OSError):  # the scheduler may go away in this very moment
                self.client.unregister_worker_plugin(self.name)
        self.client.close()
        if self.cluster is not None:
            self.cluster.close()


def finish_kept(name: str, chunk: list[Task], timeout: float | None) -> list[Finished]:
    """Evaluate a chunk of the question that this Dask worker keeps under that name."""
    from distributed import get_worker

    keeper: Any = get_worker().plugins[name]
    return finish_chunk(keeper.question, chunk, timeout)


EXECUTORS = {"local": LocalExecutor, "ray": RayExecutor, "dask": DaskExecutor}
"""Name -> executor; the meaning is the first line of its docstring."""


def wanted(module: str, name: str) -> Any:
    """An optional package, or `BadInput` that says how to get it."""
    import importlib

    try:
        return importlib.import_module(module)
    except ImportError:
        raise BadInput(f"executor={name} needs an extra that is not installed: pip install 'localism_sim[cluster]'") from None


def checked_executor(name: Any) -> str:
    """`name` if there is such an executor, else `BadInput`."""
    if name not in EXECUTORS:
        raise BadInput(f"unknown executor '{name}'.{nearest(str(name), EXECUTORS)} Allowed: {', '.join(EXECUTORS)}")
    return str(name)


def check_width(workers: Any, chunk: Any, timeout: Any) -> None:
    """Refuse settings of an executor that cannot be used; None is always allowed."""
    for name, value in (("workers", workers), ("chunk", chunk)):
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 1):
            raise BadInput(f"{name} = {value!r} is not allowed; allowed: a whole number from 1")
    if timeout is not None and (isinstance(timeout, bool) or not isinstance(timeout, (int, float)) or not 0 < timeout < float("inf")):
        raise BadInput(f"timeout = {timeout!r} is not allowed; allowed: seconds above 0")
