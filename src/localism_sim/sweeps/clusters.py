"""Executors on a Ray or Dask cluster: an existing one, or one that is started here."""

from __future__ import annotations

import contextlib
import logging
import socket
import time
import uuid
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from ..foundation.errors import BadInput
from ..foundation.machine import processors
from .question import Question
from .ray_internals import bootstrap_address
from .worker import CannotStart, Finished, Task, WorkerDied, finish_chunk

LONGEST_FETCH = 60.0
"""Most seconds for fetching the answers of a chunk from a Dask worker."""
CLUSTER_STARTS = 3
"""How many times starting a cluster here is tried."""
PATIENCE = 60.0
"""Seconds that a cluster may have no worker before the sweep gives up."""
UNWATCHED = 10.0
"""If this many seconds passed since the last look, nothing is assumed about the time between."""


class Watch:
    """Watches for workers. `in_vain` is true once every look for too long has found none."""

    def __init__(self) -> None:
        self.last_look = self.missing_since = time.monotonic()

    def in_vain(self, workers: bool) -> bool:
        now = time.monotonic()
        if workers or now - self.last_look > UNWATCHED:
            self.missing_since = now
        self.last_look = now
        return now - self.missing_since > PATIENCE


def handed_out(slots: int, limited: bool) -> int:
    """How many chunks to hand to a cluster at a time: two for each slot, so that none waits idle;
    only as many as may run at once if the cluster has more slots than were asked for.
    """
    return slots if limited else 2 * slots


def listens(host: str, port: int) -> bool:
    """Whether anything accepts connections at a host and port."""
    try:
        socket.create_connection((host, port), timeout=5.0).close()
    except OSError:
        return False
    return True


def host_and_port(address: str) -> tuple[str, int]:
    """Host and port of an address such as 10.0.0.1:6379 or ray://head:10001."""
    parts = urlsplit(address if "://" in address else f"//{address}")
    if not parts.hostname or not parts.port:
        raise ValueError(f"{address} is not of the form host:port")
    return parts.hostname, parts.port


@dataclass
class RayExecutor:
    """A Ray cluster: the one at `address`, otherwise one started here."""

    question: Question
    workers: int | None = None
    timeout: float | None = None
    address: str | None = None

    def __post_init__(self):
        ray = self.ray = optional_package("ray", "ray")
        options = (
            {"address": self.address}
            if self.address
            else {
                "address": "local",
                "num_cpus": self.workers or processors(),
                "include_dashboard": False,
            }
        )
        there = None
        try:
            there = self.found()
            ray.init(
                **options, log_to_driver=False, logging_level="error", ignore_reinit_error=True
            )
        except (OSError, ValueError, RuntimeError) as error:
            reason = str(error).splitlines()[0]
            if not self.address:
                raise CannotStart(f"a Ray cluster could not be started here: {reason}") from None
            hint = " (a cluster that asks for a token needs RAY_AUTH_MODE=token)" if there else ""
            raise BadInput(
                f"executor_address = {self.address!r}: no Ray cluster answers there: {reason}{hint}"
            ) from None
        about = ray.get_runtime_context()
        self.there, self.node, self.watch = (
            there or host_and_port(about.gcs_address),
            about.get_node_id(),
            Watch(),
        )
        self.slots = self.workers or int(ray.cluster_resources().get("CPU", 1))
        self.ahead = handed_out(self.slots, bool(self.address and self.workers))
        self.shared = ray.put(self.question)
        self.remote = ray.remote(num_cpus=1, max_retries=0)(finish_chunk)

    def found(self) -> tuple[str, int] | None:
        """Host and port of the cluster at `address`.

        Checked first, because Ray itself tries for many minutes to reach a cluster that does not
        exist.
        """
        if not self.address:
            return None
        address = self.address if "://" in self.address else bootstrap_address(self.address)
        there = host_and_port(address)
        if not listens(*there):
            raise ConnectionError(f"nobody listens on port {there[1]} of {there[0]}")
        return there

    def submit(self, chunk: list[Task]) -> Future:
        return self.remote.remote(self.shared, chunk, self.timeout).future()

    def gone(self) -> str:
        if not listens(
            *self.there
        ):  # asked here, because Ray ends this process when it finds out itself
            return f"the Ray cluster at {self.there[0]}:{self.there[1]} does not answer any more"
        alive = {node["NodeID"]: node for node in self.ray.nodes() if node["Alive"]}
        if self.node not in alive:
            return "the Ray node through which this sweep speaks to its cluster has ended"
        if self.watch.in_vain(any(node["Resources"].get("CPU", 0) >= 1 for node in alive.values())):
            return (
                f"the Ray cluster at {self.there[0]}:{self.there[1]} has had no CPU for "
                f"{PATIENCE:g} seconds"
            )
        return ""

    def stop(self) -> None:
        self.ray.shutdown()


@dataclass
class DaskExecutor:
    """A Dask cluster: the one at `address`, otherwise one started here."""

    question: Question
    workers: int | None = None
    timeout: float | None = None
    address: str | None = None

    def __post_init__(self):
        distributed = optional_package("distributed", "dask")
        import dask

        from .dask_plugin import Keeper

        dask.config.set(
            {
                "distributed.scheduler.allowed-failures": 0,
                "distributed.worker.daemon": True,
                "distributed.admin.log-length": 0,
            }
        )
        logging.getLogger("distributed.client").setLevel(
            logging.CRITICAL
        )  # what it would tell of a lost cluster is told in one line here
        self.cluster = None if self.address else self.started(distributed)
        try:
            self.client = distributed.Client(self.cluster or self.address, timeout="10s")
        except (OSError, ValueError) as error:
            raise BadInput(
                f"executor_address = {self.address!r}: no Dask scheduler answers there: "
                f"{str(error).splitlines()[0]}"
            ) from None
        self.slots = self.workers or max(sum(self.client.nthreads().values()), 1)
        self.ahead = handed_out(self.slots, bool(self.address and self.workers))
        self.name, self.watch = f"localism-sim-{uuid.uuid4().hex}", Watch()
        try:
            self.client.register_plugin(Keeper(self.question), name=self.name)
        # whatever a worker raised when it unpacked the question, most likely that a module is
        # missing
        except Exception as error:
            raise BadInput(
                f"executor_address = {self.address!r}: workers cannot take the question: {error}; "
                f"is localism_sim installed there?"
            ) from None

    def started(self, distributed: Any) -> Any:
        """A cluster on this machine; started again if one of its workers dies while it starts."""
        for _ in range(CLUSTER_STARTS):
            try:
                return distributed.LocalCluster(
                    n_workers=self.workers or processors(),
                    threads_per_worker=1,
                    processes=True,
                    dashboard_address=None,
                    silence_logs="CRITICAL",
                )
            except (OSError, RuntimeError) as error:
                reason = str(error).rstrip(".")
        raise CannotStart(f"a Dask cluster could not be started here: {reason}")

    def submit(self, chunk: list[Task]) -> Future:
        answer: Future = Future()

        def pass_on(inner: Any) -> None:
            if (
                inner.cancelled()
            ):  # then to ask for the result would wait for a client that may be closing
                answer.set_exception(WorkerDied("Dask dropped the chunk"))
                return
            try:
                answer.set_result(inner.result(timeout=LONGEST_FETCH))
            except BaseException as error:
                answer.set_exception(error)

        self.client.submit(
            finish_kept, self.name, chunk, self.timeout, pure=False, retries=0
        ).add_done_callback(pass_on)
        return answer

    def gone(self) -> str:
        where = f"the Dask scheduler at {self.address or 'this machine'}"
        try:
            workers = self.client.nthreads() if self.client.status == "running" else None
        except OSError:
            workers = None
        if workers is None:
            return f"{where} does not answer any more"
        return (
            f"{where} has had no worker for {PATIENCE:g} seconds"
            if self.watch.in_vain(bool(workers))
            else ""
        )

    def stop(self) -> None:
        if self.cluster is None and self.client.status == "running":
            with contextlib.suppress(OSError):  # the scheduler may go away in this very moment
                self.client.unregister_worker_plugin(self.name)
        self.client.close()
        if self.cluster is not None:
            self.cluster.close()


def finish_kept(name: str, chunk: list[Task], timeout: float | None) -> list[Finished]:
    """Evaluate a chunk of the question that this Dask worker keeps under the given name."""
    from distributed import get_worker

    keeper: Any = get_worker().plugins[name]
    return finish_chunk(keeper.question, chunk, timeout)


def optional_package(module: str, name: str) -> Any:
    """An optional package; raises `BadInput` with advice on how to install it."""
    import importlib

    try:
        return importlib.import_module(module)
    except ImportError:
        raise BadInput(
            f"executor={name} needs an extra that is not installed: pip install "
            f"'localism_sim[cluster]'"
        ) from None
