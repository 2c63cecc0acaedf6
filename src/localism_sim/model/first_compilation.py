"""Compiling the model for the first time, shared out between processes.

Numba compiles in one thread, so a second processor can help only from a second process. Processes
that start with nothing compiled (this one and a helper, or the workers of a sweep) each take the
next function that nobody else has in hand, keep it on disk, and load what the others made. A helper
that fails costs time and nothing else: what it leaves out is compiled here.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numba
import numpy as np
from filelock import FileLock, Timeout

from ..foundation.helper import end_helper, start_helper
from . import month as phases
from .citizen import empty_room
from .compilation import cache_folder, is_compiled, plain, used
from .landscape import build_landscapes
from .parameters import Parameters
from .places import Places
from .scenario import schedule
from .world import World, empty_world, settle_citizens, settle_departments, settle_places

PATIENCE = 300.0
"""Seconds to wait for what another process has in hand before it is compiled here."""
HELPER = "localism_sim.model.first_compilation:help_another"
_begun = threading.Lock()
_done = False


def reach(function: Any, seen: set | None = None) -> int:
    """How many compiled functions one calls, by itself or through others: about what it costs to
    compile.
    """
    seen = set() if seen is None else seen
    seen.add(function)
    for other in used(function.py_func).values():
        if is_compiled(other) and other not in seen:
            reach(other, seen)
    return len(seen)


def parts(world: World, p: np.void) -> list[tuple[Any, tuple]]:
    """The functions that a run is compiled from, the longest first, and the types they take."""
    rows = {"": 0, "places": 2, "blocks": 2, "domains": 2}
    calls = {
        build_landscapes: (world, p, 0, 0),
        settle_departments: (world, p),
        settle_places: (world, p, 0, 0),
        settle_citizens: (world, p, 0, 0),
    }
    for stage in phases.STAGES:
        calls[stage] = (world, p, 0, *[0] * rows[phases.ROWS[stage]])
    room = plain(empty_room)(1, 1)
    calls[phases.encounter_in] = (room, False, *calls.pop(phases.encounter))
    longest = sorted(calls, key=reach, reverse=True)
    return [(each, tuple(map(numba.typeof, calls[each]))) for each in longest]


def file_of(function: Any, types: tuple) -> Path:
    """Where the compiled form of a function is kept."""
    return function.kept.path(types, function.targetctx.codegen())


@contextlib.contextmanager
def in_hand(path: Path, patience: float) -> Iterator[bool]:
    """Hold a part for oneself: False if another process holds it all that time."""
    try:
        lock = FileLock(path.with_suffix(".lock"))
        lock.acquire(timeout=patience, poll_interval=0.02)
    except Timeout:
        yield False
    except (OSError, NotImplementedError):  # a file system without locks: nobody knows of others
        yield True
    else:
        try:
            yield True
        finally:
            lock.release()


def take_parts(todo: list[tuple[Any, tuple]]) -> None:
    """Compile the parts that nobody else has in hand, then load what others made of the rest."""
    for patience in (0.0, PATIENCE):
        for function, types in todo:
            with in_hand(file_of(function, types), patience) as free:
                if free or patience:
                    function.compile(types)


def compile_first(world: World, p: np.void, alone: bool = False) -> None:
    """Compile what a run of this world needs and is not on disk yet, once in a process. alone:
    without a helper.
    """
    global _done
    with _begun:
        if _done:
            return
        _done = True
        todo = parts(world, p)
        if cache_folder() is None or all(file_of(*part).exists() for part in todo):
            return
        helper = None if alone else start_helper(HELPER)
        try:
            take_parts(todo)
        finally:
            end_helper(helper)


def help_another() -> None:
    """What the helper does: take parts for a world of its own, whose types are those of any world,
    until all are done or the process that asked is gone.
    """

    def follow() -> None:
        sys.stdin.read()
        os._exit(0)

    threading.Thread(target=follow, daemon=True).start()
    params = Parameters()
    world = empty_world(params, Places.synthetic(1), 1, 1)
    compile_first(world, schedule(params, (), 1)[0], alone=True)
