"""The same citizen dynamics in every framework: first that they agree, then what they cost, in interleaved rounds."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

import localism_sim as ls
from benchmarks.measuring import Table

from .specification import FROM_PARAMETERS, STATISTICS, VISIBLE_CUT


class Framework(NamedTuple):
    """A file of this folder. objects: it keeps an object for each agent (slow, so timed at the small size alone). requirements: packages of an environment of
    its own, if it cannot share the project's."""

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
SEEDS = (1, 2, 3, 4)


class Worker:
    """A framework's own process, so that none can disturb another."""

    def __init__(self, framework: Framework, python: str):
        self.framework = framework
        self.process = subprocess.Popen([python, "-m", "benchmarks.dynamics.worker", framework.module], cwd=Path(__file__).parents[2], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.missing = self._answer().get("missing", "")

    def _answer(self) -> dict:
        assert self.process.stdout is not None and self.process.stderr is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.framework.title} stopped: {self.process.stderr.read().strip()[-2000:]}")
        return json.loads(line)

    def run(self, size: tuple[int, int], seed: int, rates: dict[str, float]) -> dict[str, float]:
        """One run: `seconds` and the statistics."""
        assert self.process.stdin is not None
        print(json.dumps({"citizens": size[0], "months": size[1], "seed": seed, "rates": rates}), file=self.process.stdin, flush=True)
        return self._answer()

    def stop(self) -> None:
        self.process.communicate()


def rates_of_the_model() -> dict[str, float]:
    """The specification's rates, from the model's own defaults."""
    defaults = ls.Parameters()
    return {name: float(getattr(defaults, name)) for name in FROM_PARAMETERS} | {"visible_cut": VISIBLE_CUT}


def disagreements(found: dict[str, list[dict[str, float]]], reference: str = REFERENCE) -> list[str]:
    """Which framework's mean over seeds lies further from the reference's than `STATISTICS` allows, in words."""
    means = {name: {key: float(np.mean([run[key] for run in runs])) for key in STATISTICS} for name, runs in found.items()}
    return [f"{name}: {key} is {value[key]:.4f}, NumPy's {means[reference][key]:.4f}; allowed is a difference of {allowed}"
            for name, value in means.items() for key, allowed in STATISTICS.items() if not abs(value[key] - means[reference][key]) <= allowed]


@contextlib.contextmanager
def environments(wanted: bool) -> Iterator[dict[str, str]]:
    """The Python to run each framework with, by module; those that need an environment of their own are left out unless wanted."""
    pythons = {framework.module: sys.executable for framework in FRAMEWORKS if not framework.requirements}
    with tempfile.TemporaryDirectory() as folder:
        for framework in FRAMEWORKS if wanted else ():
            if framework.requirements:
                print(f"  making an environment for {framework.title} ...", flush=True)
                home = Path(folder) / framework.module
                venv.create(home, with_pip=True)
                pythons[framework.module] = str(home / "bin" / "python")
                subprocess.run([pythons[framework.module], "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r",
                                str(Path(__file__).with_name(framework.requirements))], check=True)
        yield pythons


def timed(workers: list[Worker], size: tuple[int, int], rounds: int, rates: dict[str, float]) -> dict[str, float]:
    """Least seconds of each, building included, in interleaved rounds after one run to warm up."""
    for worker in workers:
        worker.run(size, 1, rates)
    times: dict[str, list[float]] = {worker.framework.module: [] for worker in workers}
    for turn in range(rounds):
        for worker in workers:
            times[worker.framework.module].append(worker.run(size, turn + 1, rates)["seconds"])
    return {name: min(found) for name, found in times.items()}


def measure(table: Table, quick: bool, own_environments: bool) -> None:
    """Agreement, then both sizes."""
    rates = rates_of_the_model()
    with environments(own_environments) as pythons:
        workers = [Worker(framework, pythons[framework.module]) for framework in FRAMEWORKS if framework.module in pythons]
        present = [worker for worker in workers if not worker.missing]
        found = {worker.framework.module: [worker.run(SMALL, seed, rates) for seed in SEEDS] for worker in present}
        wrong = disagreements(found)
        if wrong:
            raise SystemExit("frameworks do not compute the same dynamics, so nothing is timed:\n  " + "\n  ".join(wrong))
        for size, rounds, some in ((SMALL, 2 if quick else 5, present), (LARGE, 2 if quick else 4, [w for w in present if not w.framework.objects])):
            table.section(f"Citizens' dynamics alone, {size[0]:,} citizens, {size[1]} months, one thread, building included")
            times = timed(some, size, rounds, rates)
            for worker in some:
                time = times[worker.framework.module]
                table.row(worker.framework.title, f"{time / size[0] / size[1] * 1e9:,.1f} ns a citizen-month", f"{time / times[OURS]:.1f} times ours")
            if size == SMALL:
                for framework in FRAMEWORKS:
                    reason = next((worker.missing for worker in workers if worker.framework == framework), "needs --own-environments")
                    if framework not in [worker.framework for worker in present]:
                        table.row(framework.title, "not installed", reason)
        for worker in workers:
            worker.stop()
