"""Sweeps: runs a second by executor and number of workers, what a worker holds in memory, and what
the largest documented design would take.

    python -m benchmarks.sweeps [--quick]
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

import localism_sim as ls
from benchmarks.measuring import Table, plural
from localism_sim.sweeps.question import Simulation
from localism_sim.sweeps.sweep import Sweep

EXECUTORS = {"local": "", "ray": "ray", "dask": "distributed"}
"""Executors, and the package that each needs."""
SOBOL_RUNS = 43_008
"""Runs of a Sobol design of twenty parameters with second order and N = 1,024."""
SETTLED = 0.25
"""Share of the runs that is over before time is taken: by then every worker has started."""


def points(count: int) -> pd.DataFrame:
    """Settings all over the ground, as a sensitivity analysis asks for them."""
    random = np.random.default_rng(1)
    return pd.DataFrame(
        {
            "cuts": random.uniform(0.0, 0.4, count),
            "autonomy": random.uniform(0.0, 1.0, count),
            "outcome_measurement": random.uniform(0.0, 1.0, count),
            "relational_depth": random.uniform(0.0, 1.0, count),
            "complexity": random.integers(0, 6, count),
        }
    )


class Watch:
    """Progress of a sweep: when a share of the runs was over, and when all were."""

    def __init__(self, count: int):
        self.count, self.times, self.memory = count, {}, {}

    def __call__(self, done: int, failed: int, planned: int) -> None:
        self.times.setdefault(done, time.perf_counter())
        if done > 0.8 * self.count and not self.memory:
            self.memory = {pid: memory_of(pid) for pid in workers_of(os.getpid())}

    def pace(self) -> float:
        """Runs a second once every worker has started."""
        first = min(done for done in self.times if done >= SETTLED * self.count)
        return (self.count - first) / (self.times[max(self.times)] - self.times[first])


def children() -> dict[int, list[int]]:
    """Processes by the one that started them (Linux)."""
    found: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        found.setdefault(parent, []).append(int(folder.name))
    return found


def workers_of(parent: int) -> list[int]:
    """Processes two steps below: those that the server of workers has forked."""
    found = children()
    return [worker for server in found.get(parent, []) for worker in found.get(server, [])]


def memory_of(pid: int) -> tuple[float, float]:
    """MiB that only this process holds, and MiB that it shares with others."""
    private = shared = 0
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Private"):
            private += int(line.split()[1])
        elif line.startswith("Shared"):
            shared += int(line.split()[1])
    return private / 1024, shared / 1024


def watched(executor: str, workers: int, count: int) -> Watch:
    """A sweep of so many runs, watched."""
    scenario, watch = ls.load_scenario("centralist"), Watch(count)
    with (
        tempfile.TemporaryDirectory() as folder,
        Sweep(
            Path(folder) / "sweep",
            Simulation((scenario,), ls.Places.england(), 120),
            executor=executor,
            workers=workers,
            progress=watch,
        ) as sweep,
    ):
        sweep.run(points(count), [1])
    return watch


def measure(table: Table, quick: bool) -> None:
    """Fill the section on sweeps."""
    count = 80 if quick else 400
    table.section(f"Sweeps: {count} runs of default size with varied settings")
    one, best = 0.0, 0.0
    for executor, package in EXECUTORS.items():
        if package and (quick or importlib.util.find_spec(package) is None):
            table.row(f"executor {executor}", "not measured" if quick else "not installed")
            continue
        for workers in (1, 2):
            watch = watched(executor, workers, count)
            pace = watch.pace()
            one = one or pace
            best = max(best, pace)
            table.row(
                f"executor {executor}, {plural(workers, 'worker')}",
                f"{pace:.0f} runs a second",
                f"x{pace / one:.2f} of one local worker",
            )
            if executor == "local" and watch.memory:
                private, shared = max(watch.memory.values())
                table.row(
                    "  memory of one of them",
                    f"{private:.0f} MiB of its own",
                    f"and {shared:.0f} MiB shared with the others",
                )
    table.row(
        f"a Sobol design of {SOBOL_RUNS:,} runs, reckoned from the best of these",
        f"{SOBOL_RUNS / best / 60:.1f} minutes",
    )


def main() -> None:
    reader = argparse.ArgumentParser(
        prog="python -m benchmarks.sweeps",
        description="Runs a second of sweeps, and the memory of their workers.",
    )
    reader.add_argument("--quick", action="store_true", help="fewer runs, local workers only")
    measure(Table(), reader.parse_args().quick)


if __name__ == "__main__":
    main()
