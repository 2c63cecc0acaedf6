"""Where chunks of runs are evaluated: processes of this machine, a Ray cluster or a Dask cluster,
behind one interface.

An executor takes chunks and returns futures; a future that raises means that its worker died, which
costs its chunk and nothing else.
"""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any, Protocol

from ..foundation.errors import BadInput, nearest
from ..foundation.machine import processors
from .clusters import DaskExecutor, RayExecutor
from .processes import LocalExecutor
from .worker import Task


class Executor(Protocol):
    """Evaluates chunks. `slots`: how many run at once. `ahead`: how many may be handed out at a
    time, more than `slots` if the executor queues them itself.
    """

    slots: int
    ahead: int

    def submit(self, chunk: list[Task]) -> Future:
        """A future of the chunk's list of `Finished`."""
        ...

    def gone(self) -> str:
        """Why no further chunk will be evaluated, in words; empty as long as chunks are."""
        ...

    def stop(self) -> None:
        """Stop now, whether finished or not."""
        ...


EXECUTORS = {"local": LocalExecutor, "ray": RayExecutor, "dask": DaskExecutor}
"""Executors by name; the first line of each docstring is its description."""


def checked_executor(name: Any) -> str:
    """`name` if there is such an executor, else `BadInput`."""
    if name not in EXECUTORS:
        raise BadInput(
            f"unknown executor '{name}'.{nearest(str(name), EXECUTORS)} Allowed: "
            f"{', '.join(EXECUTORS)}"
        )
    return str(name)


MOST_PER_PROCESSOR = 32
"""Most workers per processor of this machine; more would only wait for one another."""


def check_width(workers: Any, chunk: Any, timeout: Any, here: bool = True) -> None:
    """Refuse unusable settings of an executor; None is always allowed. here: whether workers are
    processes of this machine.
    """
    for name, value in (("workers", workers), ("chunk", chunk)):
        if value is not None and (
            isinstance(value, bool) or not isinstance(value, int) or value < 1
        ):
            raise BadInput(f"{name} = {value!r} is not allowed; allowed: a whole number from 1")
    if workers is not None and workers > (most := MOST_PER_PROCESSOR * processors()) and here:
        raise BadInput(
            f"workers = {workers} is not allowed on this machine; allowed: up to {most}, for this "
            f"process may use {processors()} processors"
        )
    if timeout is not None and (
        isinstance(timeout, bool)
        or not isinstance(timeout, (int, float))
        or not 0 < timeout < float("inf")
    ):
        raise BadInput(f"timeout = {timeout!r} is not allowed; allowed: seconds above 0")
