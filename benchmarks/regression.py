"""Has anything become slower? `python -m benchmarks.regression [--record] [--planted FACTOR]`

No time is compared with a time. Each case is the processor time of a piece of the model's work, as
a multiple of a calibration loop's that is no part of the model and ran just before and just after
it in the same process. A machine that is slow, busy or throttled slows both. A case counts as
slower only if the median of the pairwise ratios *and* the ratio of the two least times exceed
`LIMIT` times the recorded ones, in every one of `ATTEMPTS` attempts.

Hardware counters would be steadier still, but virtual machines commonly have none, and an
instruction-counting emulator takes minutes to start Numba. A ratio found on one kind of processor
is no measure for another, so each kind has its reference, and one that has none is told so (exit
code 2). --record: keep the present ratios as the reference of this kind of machine (before a
change, or after one that was meant). --planted FACTOR: give each case that many times its work, to
see the check trip.
"""

from __future__ import annotations

import argparse
import itertools
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numba
import numpy as np
from llvmlite import binding

import localism_sim as ls

REFERENCE = Path(__file__).with_name("reference_ratios.json")
LIMIT = 1.3
"""Slower than this many times the reference is reported; a planted factor of 1.5 trips it, a busy
machine seldom does (README.md).
"""
ATTEMPTS = 6
RECORDINGS = 3
"""The middle one of so many is kept as the reference."""
PAUSE = 5.0
"""Seconds before each further attempt, once more each time: what disturbs a machine for a while is
over, what is slow stays slow.
"""


class Case(NamedTuple):
    """A piece of work, given how much of it (1 as recorded); the loop that it is measured against;
    the clock; how many pairs an attempt takes.
    """

    work: Callable[[float], object]
    calibration: Callable[[], object]
    clock: Callable[[], float]
    pairs: int


@numba.njit(nogil=True)
def compiled_loop(state, rounds):
    """Hash, gather, compare and average over a few thousand numbers: what the model does, in code
    that is not the model's.
    """
    for month in range(rounds):
        for i in range(state.size):
            z = np.uint64(i + 1) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(month)
            z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
            u = np.float64(np.int64(z >> np.uint64(11))) * (1.0 / 9007199254740992.0)
            other = state[np.int64(u * state.size)]
            state[i] += 0.01 * (other - state[i]) if u < 0.5 else 0.02 * (u - state[i])


def plain_loop() -> float:
    """Attribute look-ups, calls and floating point in pure Python."""

    class Row:
        __slots__ = ("trust",)

    rows = [Row() for _ in range(500)]
    for row in rows:
        row.trust = 0.5
    for month in range(60):
        for i, row in enumerate(rows):
            row.trust = min(1.0, max(0.0, row.trust + 0.01 * (rows[i - month].trust - row.trust)))
    return rows[0].trust


def children() -> float:
    """Processor seconds of finished child processes."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def child(code: str) -> None:
    subprocess.run([sys.executable, "-c", code], check=True)


def cases() -> dict[str, Case]:
    """Everything that is watched."""
    params, small, large, few = (
        ls.Parameters(),
        ls.Places.england(),
        ls.Places.england(200),
        ls.Places.synthetic(4),
    )
    near, far = np.full(4096, 0.5), np.full(600_000, 0.5)

    def run(places: ls.Places, months: int):
        return lambda amount: ls.simulate(params, places, 1, round(months * amount), threads=1)

    def mesa(amount: float) -> None:
        model = ls.LocalismModel(params, few, seed=1, months=40)
        for _ in range(round(10 * amount)):
            model.step()

    return {
        "compiled run of default size": Case(
            run(small, 120), lambda: compiled_loop(near, 400), time.thread_time, 15
        ),
        "compiled run of 265,000 citizens": Case(
            run(large, 6), lambda: compiled_loop(far, 3), time.thread_time, 11
        ),
        "ten months of the Mesa driver": Case(mesa, plain_loop, time.thread_time, 9),
        "start: import of the engine": Case(
            lambda amount: [
                child("import localism_sim.model.engine") for _ in range(round(2 * amount))
            ],
            lambda: child("import numba, numpy, pandas, mesa"),
            children,
            2,
        ),
    }


def measured(case: Case, planted: float) -> tuple[float, float]:
    """Median of the pairwise ratios, and ratio of the least times."""

    def spent(function: Callable[[], object]) -> float:
        start = case.clock()
        function()
        return case.clock() - start

    if case.clock is not children:
        case.work(planted)
        case.calibration()
    calibrations, works = [spent(case.calibration)], []
    for _ in range(case.pairs):
        works.append(spent(lambda: case.work(planted)))
        calibrations.append(spent(case.calibration))
    around = [(before + after) / 2 for before, after in itertools.pairwise(calibrations)]
    return statistics.median(work / loop for work, loop in zip(works, around)), min(works) / min(
        calibrations
    )


def times_reference(found: tuple[float, float], reference: dict[str, float]) -> float:
    """How many times the reference: by the kinder of the two statistics, since noise seldom moves
    both.
    """
    return min(found[0] / reference["median"], found[1] / reference["least"])


def verdict(name: str, case: Case, reference: dict[str, float], planted: float) -> bool:
    """Measure one case until it passes or has failed every attempt; say what was found; True if it
    became slower.
    """
    tried = []
    for attempt in range(ATTEMPTS):
        time.sleep(PAUSE * attempt)
        tried.append(times_reference(measured(case, planted), reference))
        if tried[-1] <= LIMIT:
            break
    factor = min(tried)
    if factor > LIMIT:
        print(
            f"SLOWER  {name}: {factor:.2f} times the reference in {len(tried)} attempts out of "
            f"{ATTEMPTS} (allowed: {LIMIT})",
            flush=True,
        )
    elif factor < 1 / LIMIT:
        print(f"faster  {name}: {factor:.2f} of the reference; keep it with --record", flush=True)
    else:
        print(f"ok      {name}: {factor:.2f} of the reference", flush=True)
    return factor > LIMIT


def host() -> str:
    """What ratios depend on: processor, Python, Numba."""
    return (
        f"{binding.get_host_cpu_name()}, Python {'.'.join(map(str, sys.version_info[:2]))}, "
        f"Numba {numba.__version__}"
    )


def references() -> dict[str, dict[str, dict[str, float]]]:
    """Recorded ratios by kind of machine and case."""
    return json.loads(REFERENCE.read_text()) if REFERENCE.exists() else {}


def main() -> None:
    reader = argparse.ArgumentParser(
        prog="python -m benchmarks.regression",
        description="Has anything become slower than recorded, in calibration loops?",
    )
    reader.add_argument(
        "--record", action="store_true", help="keep the present ratios as the reference"
    )
    reader.add_argument(
        "--planted",
        type=float,
        default=1.0,
        metavar="FACTOR",
        help="give each case so many times its work, to see the check trip",
    )
    chosen = reader.parse_args()
    if chosen.record:
        ratios = {}
        for name, case in cases().items():
            found = sorted(measured(case, 1.0) for _ in range(RECORDINGS))
            ratios[name] = {
                "median": round(found[RECORDINGS // 2][0], 4),
                "least": round(sorted(least for _, least in found)[RECORDINGS // 2], 4),
            }
            print(f"recorded  {name}: {ratios[name]['median']:.2f} calibration loops")
        REFERENCE.write_text(json.dumps({**references(), host(): ratios}, indent=2) + "\n")
        return
    if host() not in references():
        print(
            f"No reference for this kind of machine ({host()}); there are "
            f"{'; '.join(references()) or 'none'}. Make one before a change: "
            "python -m benchmarks.regression --record",
            file=sys.stderr,
        )
        raise SystemExit(2)
    slower = [
        name
        for name, case in cases().items()
        if verdict(name, case, references()[host()][name], chosen.planted)
    ]
    if slower:
        raise SystemExit(f"{len(slower)} of {len(cases())} became slower: {'; '.join(slower)}")


if __name__ == "__main__":
    main()
