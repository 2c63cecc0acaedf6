"""How large a job is before it runs: runs, memory, time and disk; and the refusal of what the
machine cannot hold.
"""

from __future__ import annotations

import functools
import math
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..foundation.errors import BadInput
from ..foundation.files import nearest_folder
from ..foundation.machine import memory, processors
from ..model.outcomes import OUTCOMES
from ..report.words import counted
from ..sweeps.sweep import BYTES_A_RUN

if TYPE_CHECKING:
    from ..model.parameters import Parameters
    from ..model.places import Places

SECONDS_A_RUN = 0.3e-3
SECONDS_A_STAFF_MONTH = 70e-9
SECONDS_A_CITIZEN_MONTH = 5e-9
"""Processor time of one thread: least squares of relative errors over nine worlds, from 4 places to
England at 1:200, under two scenarios, on the machine of benchmarks/results.md (none was more than
25% away; `tests/test_size.py` measures such worlds again). Autonomy costs about half as much again
as command. Other machines and settings take from half to twice as long.
"""
SECONDS_A_SET_UP = 12e-3
"""The same of the set-up of a measured pattern with one seed: the mean over all patterns
(`tests/test_size.py` measures them again).
"""
BYTES_A_PROGRAM = 300_000_000
BYTES_A_WORKER = 150_000_000
BYTES_A_NUMBER = 8
CAPPED = 20_000
"""Citizens of a place in the thin copy from which the room of a large world is reckoned."""
LARGE_SECONDS, LARGE_SHARE = 60.0, 0.25
"""From how many seconds, and from which share of the memory on, a job's size is said unasked."""


@dataclass(frozen=True)
class Extent:
    """The world of one run. room: bytes."""

    citizens: int
    staff: int
    room: int

    def seconds(self, months: int) -> float:
        """About how long a run takes one thread."""
        return SECONDS_A_RUN + months * (
            self.staff * SECONDS_A_STAFF_MONTH + self.citizens * SECONDS_A_CITIZEN_MONTH
        )


def measured(parameters: Parameters, places: Places, months: int) -> tuple[int, int]:
    """Staff and bytes of a world, as it is laid out."""
    from ..model.world import empty_world

    world = empty_world(parameters, places, 0, months)
    arrays = [each for part in world for each in (part if isinstance(part, tuple) else (part,))]
    return len(world.staff.practice), sum(getattr(each, "nbytes", 0) for each in arrays)


@functools.lru_cache(maxsize=64)
def extent(parameters: Parameters, places: Places, months: int) -> Extent:
    """The world that a run would have. What a place has above `CAPPED` citizens is reckoned from
    the slope between two places of that size and of twice it, so nothing large is made.
    """

    def thinned(some: Places, citizens: Any) -> tuple[int, int]:
        return measured(parameters, replace(some, population=citizens * some.scale), months)

    above = float((places.citizens - CAPPED).clip(min=0).sum())
    staff, room = thinned(places, places.citizens.clip(max=CAPPED))
    if above:
        one = places.select(places.focus.ids[0])
        few, many = (thinned(one, 0 * one.citizens + size) for size in (CAPPED, 2 * CAPPED))
        staff += math.ceil(above * (many[0] - few[0]) / CAPPED)
        room += math.ceil(above * (many[1] - few[1]) / CAPPED)
    return Extent(int(places.citizens.sum()), staff, room)


@dataclass(frozen=True)
class Planned:
    """Runs of one kind that a job asks for. kept: numbers that a run leaves, beside its outcomes,
    in memory until the end (main job) or on the disk (sweeps). takes: seconds of a run on one
    thread, where it is not one run of this world.
    """

    runs: int
    months: int
    world: Extent
    kept: int = 0
    takes: float | None = None

    @property
    def seconds(self) -> float:
        """About how long these runs take one thread."""
        each = self.world.seconds(self.months) if self.takes is None else self.takes
        return self.runs * each


@dataclass(frozen=True)
class Size:
    """What a job needs. parts: its runs, those with the same world together. most: the largest
    number of runs, for a job that adds runs in the light of those it has; else None. workers: runs
    at once. sweep: each run is kept in a file as soon as it is done. seeds: how many are given.
    scale: residents for each simulated citizen.
    """

    parts: tuple[Planned, ...]
    workers: int
    sweep: bool
    most: int | None = None
    seeds: int = 1
    scale: int = 1
    instead: str = ""

    @property
    def runs(self) -> int:
        """Runs, or those of the first step."""
        return sum(part.runs for part in self.parts)

    @property
    def largest(self) -> Extent:
        """The largest world."""
        return max((part.world for part in self.parts), key=lambda world: world.room)

    @property
    def at_once(self) -> int:
        """Worlds in memory at the same time; the main job has one of the large ones."""
        from ..model.engine import LARGE

        large = self.largest.citizens >= LARGE and not self.sweep
        return 1 if large else max(1, min(self.workers, self.runs))

    @property
    def seconds(self) -> float:
        """About how long the runs take, on the processors that this process may use."""
        work = sum(part.seconds for part in self.parts)
        return work / max(1, min(self.workers, processors()))

    @property
    def kept(self) -> int:
        """Bytes that the runs leave, outcomes and tables."""
        each = (BYTES_A_NUMBER * (2 * len(OUTCOMES) + part.kept) for part in self.parts)
        return sum(part.runs * size for part, size in zip(self.parts, each))

    @property
    def worlds(self) -> int:
        """Bytes of the worlds that are in memory at once, and of the programs they live in."""
        beside = BYTES_A_WORKER * self.at_once if self.sweep else 0
        return BYTES_A_PROGRAM + beside + self.at_once * self.largest.room

    @property
    def memory(self) -> int:
        """Bytes of memory at most."""
        return self.worlds + (self.runs * BYTES_A_RUN if self.sweep else 2 * self.kept)

    @property
    def large(self) -> bool:
        """Whether it is said unasked."""
        return self.seconds > LARGE_SECONDS or self.memory > LARGE_SHARE * memory()

    def words(self) -> str:
        """One sentence for all of it."""
        more = f" at first, at most {self.most:,}" if self.most else ""
        longest = self.seconds * (self.most or 0) / self.runs
        end = f", at most {duration(longest)}," if self.most else ""
        own = any(part.takes is not None for part in self.parts)
        world = "" if own else f", {counted(self.largest.citizens, 'citizen')} in each"
        at = counted(min(self.workers, processors()), "processor")
        return (
            f"{counted(self.runs, 'run')}{more}{world}; about "
            f"{duration(self.seconds)}{end} on {at} (rough: half or twice as long on other "
            f"machines and settings), {gigabytes(self.memory)} of memory, "
            f"{gigabytes(self.kept)} of results"
        )

    def refuse(self, folder: Path) -> None:
        """`BadInput` with what would fit, where the machine does not hold it."""
        there, free = memory(), shutil.disk_usage(nearest_folder(folder)).free
        needs = f"{self.runs:,} runs of {self.largest.citizens:,} citizens need"
        if self.worlds > there:
            raise BadInput(
                f"{needs} about {gigabytes(self.worlds)} of memory; this machine allows "
                f"{gigabytes(there)}; {self.smaller(there)}"
            )
        for needed, has, where in (
            (self.memory, there, "memory"),
            (self.kept if self.sweep else 0, free, "disk"),
        ):
            if needed > has:
                beside = self.worlds if where == "memory" else 0
                fits = max(1, int(self.runs * (has - beside) / max(1, needed - beside)))
                raise BadInput(
                    f"{self.runs:,} runs ({counted(self.seeds, 'seed')}) need about "
                    f"{gigabytes(needed)} of {where}; this machine has {gigabytes(has)}, room for "
                    f"about {rounded_down(fits):,} runs; give fewer seeds, points or values"
                )

    def smaller(self, there: int) -> str:
        """What would fit where the worlds do not."""
        room = there - BYTES_A_PROGRAM
        each = self.largest.room + (BYTES_A_WORKER if self.sweep else 0)
        if each <= room and self.sweep:
            return f"workers={max(1, room // each)} would fit"
        scale = rounded_up(math.ceil(self.scale * each / max(1, room)))
        return f"{self.instead}places.scale={scale} would fit"


def refuse_too_many(seeds: int, least: int) -> None:
    """`BadInput` where `least` runs for each seed are more than fit into memory, however small they
    are: said before a design is made.
    """
    if seeds * least * BYTES_A_RUN > memory():
        raise BadInput(
            f"{seeds * least:,} runs or more ({counted(seeds, 'seed')}) need about "
            f"{gigabytes(seeds * least * BYTES_A_RUN)} of memory; this machine has "
            f"{gigabytes(memory())}, room for about "
            f"{rounded_down(memory() // BYTES_A_RUN):,} runs; give fewer seeds, points or "
            f"values"
        )


def rounded_up(number: int) -> int:
    """The next number with one digit that is not zero."""
    unit = 10 ** (len(str(number)) - 1)
    return -(-number // unit) * unit


def rounded_down(number: int) -> int:
    """A number cut to two digits that are not zero."""
    unit = 10 ** max(0, len(str(number)) - 2)
    return number // unit * unit


def gigabytes(size: float) -> str:
    """'1.2 GB', '30 MB'; never nothing."""
    if size >= 1e9:
        return f"{size / 1e9:,.1f} GB"
    return f"{max(1, round(size / 1e6))} MB"


def duration(seconds: float) -> str:
    """'20 seconds', '3 minutes', '5 hours', '12 days' or '40 years'."""
    for unit, length in (
        ("year", 31_557_600),
        ("day", 86_400),
        ("hour", 3_600),
        ("minute", 60),
    ):
        if seconds >= 2 * length:
            return counted(round(seconds / length), unit)
    return counted(max(1, round(seconds)), "second")
