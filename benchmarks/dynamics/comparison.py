"""The same citizen dynamics in every framework: first that they agree, then what they cost, in
interleaved rounds.
"""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from pathlib import Path
from typing import NamedTuple

import numpy as np

import localism_sim as ls
from benchmarks.measuring import Table

from .specification import FROM_PARAMETERS, STATISTICS, VISIBLE_CUT


class Framework(NamedTuple):
    """A file of this folder. objects: it keeps an object for each agent (slow, so timed at the
    small size alone). requirements: packages of an environment of its own, if it cannot share the
    project's.
    """

    title: str
    module: str
    objects: bool = False
    requirements: str = ""


REFERENCE = "in_numpy"
OURS = "in_localism_sim"
FRAMEWORKS = (
    Framework("localism_sim, compiled driver", OURS),
    Framework("NumPy alone", REFERENCE),
    Framework("AMBER (ambr), vectorised lane", "in_ambr"),
    Framework("Starsim", "in_starsim"),
    Framework("JAX, all months one compiled call", "in_jax", requirements="jax.txt"),
    Framework("mesa-frames (Polars)", "in_mesa_frames", requirements="mesa_frames.txt"),
    Framework("agentpy", "in_agentpy", objects=True),
    Framework("Mesa", "in_mesa", objects=True),
)
SMALL, LARGE = (5_000, 120), (500_000, 12)
"""Citizens and months of the two timed sizes."""
ROUNDS = 4
"""Seeds, each a round in which every framework has its turn."""


class Worker:
    """A framework's own process, so that none can disturb another."""

    def __init__(self, framework: Framework, python: str):
        self.framework = framework
        self.process = subprocess.Popen(
            [python, "-m", "benchmarks.dynamics.worker", framework.module],
            cwd=Path(__file__).parents[2],
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self.missing = self._answer().get("missing", "")

    def _answer(self) -> dict:
        assert self.process.stdout is not None and self.process.stderr is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(
                f"{self.framework.title} stopped: {self.process.stderr.read().strip()[-2000:]}"
            )
        return json.loads(line)

    def run(self, size: tuple[int, int], seed: int, rates: dict[str, float]) -> dict[str, float]:
        """One run: `seconds` and the statistics."""
        assert self.process.stdin is not None
        print(
            json.dumps({"citizens": size[0], "months": size[1], "seed": seed, "rates": rates}),
            file=self.process.stdin,
            flush=True,
        )
        return self._answer()

    def stop(self) -> None:
        self.process.communicate()


def rates_of_the_model() -> dict[str, float]:
    """The specification's rates, from the model's own defaults."""
    defaults = ls.Parameters()
    return {name: float(getattr(defaults, name)) for name in FROM_PARAMETERS} | {
        "visible_cut": VISIBLE_CUT
    }


def disagreements(
    found: dict[str, list[dict[str, float]]], reference: str = REFERENCE
) -> list[str]:
    """Which framework's mean over seeds lies further from the reference's than `STATISTICS` allows,
    in words.
    """
    means = {
        name: {key: float(np.mean([run[key] for run in runs])) for key in STATISTICS}
        for name, runs in found.items()
    }
    return [
        f"{name}: {key} is {value[key]:.4f}, NumPy's {means[reference][key]:.4f}; allowed is a "
        f"difference of {allowed}"
        for name, value in means.items()
        for key, allowed in STATISTICS.items()
        if not abs(value[key] - means[reference][key]) <= allowed
    ]


def environments(folder: Path | None) -> dict[str, str]:
    """The Python to run each framework with, by module.

    Those that need an environment of their own have it in `folder` (made there if it is not);
    without a folder they are left out.
    """
    pythons = {
        framework.module: sys.executable for framework in FRAMEWORKS if not framework.requirements
    }
    for framework in FRAMEWORKS if folder else ():
        if framework.requirements:
            home = folder / framework.module
            pythons[framework.module] = str(home / "bin" / "python")
            if not home.exists():
                print(f"  making an environment for {framework.title} ...", flush=True)
                venv.create(home, with_pip=True)
                subprocess.run(
                    [
                        pythons[framework.module],
                        "-m",
                        "pip",
                        "install",
                        "--quiet",
                        "--disable-pip-version-check",
                        "-r",
                        str(Path(__file__).with_name(framework.requirements)),
                    ],
                    check=True,
                )
    return pythons


def in_turn(
    workers: list[Worker], size: tuple[int, int], rounds: int, rates: dict[str, float]
) -> dict[str, list[dict[str, float]]]:
    """Every run of each framework, by module: each has its turn in every round, and every round its
    seed.
    """
    found: dict[str, list[dict[str, float]]] = {worker.framework.module: [] for worker in workers}
    for seed in range(1, rounds + 1):
        for worker in workers:
            found[worker.framework.module].append(worker.run(size, seed, rates))
    return found


def measure(table: Table, quick: bool, folder: Path | None) -> None:
    """Agreement, then the least time of each at both sizes, building included, out of the same
    rounds (the first of which warms up).
    """
    rates, pythons = rates_of_the_model(), environments(folder)
    workers = [
        Worker(framework, pythons[framework.module])
        for framework in FRAMEWORKS
        if framework.module in pythons
    ]
    present = [worker for worker in workers if not worker.missing]
    for size in SMALL, LARGE:
        some = [worker for worker in present if size == SMALL or not worker.framework.objects]
        found = in_turn(some, size, ROUNDS if size == SMALL or not quick else 2, rates)
        wrong = disagreements(found)
        if wrong:
            raise SystemExit(
                "frameworks do not compute the same dynamics, so their times mean nothing:\n  "
                + "\n  ".join(wrong)
            )
        times = {name: min(run["seconds"] for run in runs) for name, runs in found.items()}
        table.section(
            f"Citizens' dynamics alone, {size[0]:,} citizens, {size[1]} months, one thread, "
            f"building included"
        )
        for worker in some:
            time = times[worker.framework.module]
            table.row(
                worker.framework.title,
                f"{time / size[0] / size[1] * 1e9:,.1f} ns a citizen-month",
                f"{time / times[OURS]:.1f} times ours",
            )
        for framework in FRAMEWORKS if size == SMALL else ():
            if framework not in [worker.framework for worker in present]:
                reason = next(
                    (worker.missing for worker in workers if worker.framework == framework),
                    "needs --environments FOLDER",
                )
                table.row(framework.title, "not installed", reason)
    for worker in workers:
        worker.stop()
