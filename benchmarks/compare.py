"""How fast is the code as it stands against an earlier commit?

    python -m benchmarks.compare COMMIT [--quick] [--only NAME ...] [--rounds N] [--write FILE]

Both are run in turn, so that a slow moment of the machine meets both alike, and each ratio is taken
within one round: its median is shown with the least and the greatest. COMMIT may be of the first
model (`FIRST`), which has other agents: ratios per agent-month are then what to compare. All of it
takes about eight minutes on two quiet processors; --quick takes about two, with one round of what
is long.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.measuring import Table

FIRST = "9eea38f"
"""The first model, as results.md had it before the second was the default."""
ROOT = Path(__file__).parents[1]
MONTHS = 120
SOBOL_RUNS = 43_008
"""Runs of the largest design that the documents tell of: twenty parameters, N = 1,024."""
FIRST_RESULT = "import localism_sim as ls; ls.simulate(ls.Parameters(), seed=1)"
DESIGNS = (16, 32)
"""Base samples of the two Sobol designs that are run."""
WORKER = """
import json, resource, sys, time
import localism_sim as ls


def agents(world):
    last, held = world.places[-1], world.commissioners
    commissioners = len(held[0]) if isinstance(held, tuple) else len(held)  # columns, or rows once
    return (int(last["last_citizen"]) + int(last["last_staff"])
            + commissioners + len(world.departments))


def run(scale, months, threads):
    places, params = ls.Places.england(scale), ls.Parameters()
    begun = time.perf_counter()
    done = ls.simulate(params, places, seed=1, months=months, threads=threads)
    took = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"seconds": took, "agents": agents(done.world), "peak": peak}


for line in sys.stdin:
    print(json.dumps(run(*json.loads(line))), flush=True)
"""


class Failed(RuntimeError):
    """What one of both could not do; the other measures go on."""


@dataclass
class Tree:
    """One state of the code: where it stands, and where its compiled code is kept."""

    name: str
    source: Path
    work: Path
    asked: dict[str, Any] = field(default_factory=dict)

    def environment(self, cache: Path | None = None) -> dict[str, str]:
        """Its own code and its own compiled code."""
        kept = str(cache or self.work / "cache")
        return {**os.environ, "PYTHONPATH": str(self.source / "src"), "LOCALISM_SIM_CACHE": kept}

    def seconds(self, *words: str, cache: Path | None = None) -> float:
        """Seconds of a Python process with these arguments."""
        begun = time.perf_counter()
        done = subprocess.run(
            [sys.executable, *words],
            env=self.environment(cache),
            cwd=self.work,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            last = (done.stderr.strip().splitlines() or ["no word"])[-1]
            raise Failed(f"{self.name}: {' '.join(words)[:60]}: {last[:200]}")
        return time.perf_counter() - begun

    @contextmanager
    def worker(self) -> Iterator[Callable[..., dict[str, Any]]]:
        """A process that runs the model as often as it is asked: `run(scale, months, threads)`."""
        with subprocess.Popen(
            [sys.executable, "-c", WORKER],
            env=self.environment(),
            cwd=self.work,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ) as process:
            assert process.stdin is not None and process.stdout is not None
            into, out = process.stdin, process.stdout

            def run(scale: int, months: int, threads: int) -> dict[str, Any]:
                print(json.dumps([scale, months, threads]), file=into, flush=True)
                answer = out.readline()
                if not answer:
                    raise Failed(f"{self.name}: a run at 1:{scale} failed")
                return json.loads(answer)

            yield run
            into.close()


Pair = tuple[float, float]
"""A measure before and now, in one round."""


def ratio(pairs: list[Pair]) -> str:
    """How many times as fast it is now: median of the rounds, least and greatest."""
    found = sorted(before / now for before, now in pairs)
    spread = f" ({found[0]:.2f} to {found[-1]:.2f})" if len(found) > 1 else ""
    middle = statistics.median(found)
    return f"{middle:.2f} times as fast{spread}; now {1 / middle:.2f} of before"


def row(table: Table, what: str, pairs: list[Pair], unit: str, scale: float = 1.0) -> None:
    """One line: the least of each, and the ratio."""
    before, now = (min(times) * scale for times in zip(*pairs))
    table.row(what, f"{before:.3g} -> {now:.3g} {unit}", ratio(pairs))


def cold(table: Table, trees: list[Tree], rounds: int) -> None:
    """From nothing compiled to the first result; leaves both trees with compiled code."""
    pairs = []
    for number in range(rounds):
        times = []
        for tree in trees:
            cache = tree.work / f"cold_{number}"
            times.append(tree.seconds("-c", FIRST_RESULT, cache=cache))
            shutil.rmtree(tree.work / "cache", ignore_errors=True)
            cache.rename(tree.work / "cache")
        pairs.append((times[0], times[1]))
    row(table, f"cold compile and first result, rounds: {rounds}", pairs, "s")


def small(table: Table, trees: list[Tree], rounds: int) -> None:
    """A run of default size, on one thread."""
    with trees[0].worker() as before, trees[1].worker() as now:
        for run in (before, now):
            run(10_600, MONTHS, 1)
        found = [(before(10_600, MONTHS, 1), now(10_600, MONTHS, 1)) for _ in range(10 * rounds)]
    told(table, f"a run of default size, {MONTHS} months, one thread", found, MONTHS)


def told(
    table: Table, what: str, found: list[tuple[dict[str, Any], dict[str, Any]]], months: int
) -> None:
    """Seconds of a run, and nanoseconds of an agent's month."""
    row(table, what, [(a["seconds"], b["seconds"]) for a, b in found], "ms", 1e3)
    each = [tuple(r["seconds"] / r["agents"] / months for r in both) for both in found]
    agents = " -> ".join(f"{one['agents']:,}" for one in found[0])
    row(table, f"  an agent's month there ({agents} agents)", each, "ns", 1e9)  # type: ignore[arg-type]


def england(table: Table, trees: list[Tree], rounds: int, scale: int = 1) -> None:
    """All of England: months are reckoned from twelve, in a process of its own for each."""
    found, peaks = [], [0.0, 0.0]
    for _ in range(rounds):
        both = []
        for number, tree in enumerate(trees):
            with tree.worker() as run:
                run(100, 1, 2)  # loads what large worlds need, or compiles it
                alone = run(scale, 1, 2)  # asks the system for memory, which later runs find
                one, many = run(scale, 1, 2), run(scale, 13, 2)
            month = (many["seconds"] - one["seconds"]) / 12
            whole = one["seconds"] + (MONTHS - 1) * month
            both.append({"seconds": whole, "agents": many["agents"]})
            peaks[number] = max(peaks[number], alone["peak"] / 2**20)
        found.append((both[0], both[1]))
    name = f"England at 1:{scale}, {MONTHS} months reckoned from 13, two threads"
    told(table, name, found, MONTHS)
    table.row("  memory of one run, at most", f"{peaks[0]:.2f} -> {peaks[1]:.2f} GiB")


def sobol(table: Table, trees: list[Tree], rounds: int) -> None:
    """A sweep with two workers: a Sobol design of two sizes, of which the difference is taken, so
    that neither start nor analysis counts.
    """
    pairs = []
    for number in range(rounds):
        times = []
        for tree in trees:
            one, two = (
                tree.seconds(
                    "-m",
                    "localism_sim",
                    "experiment=sobol",
                    f"experiment.samples={samples}",
                    "experiment.second_order=false",
                    "experiment.outcome=trust",
                    "workers=2",
                    f"results_dir={tree.work}/sobol_{number}_{samples}",
                )
                for samples in DESIGNS
            )
            runs = [len_of(tree.work / f"sobol_{number}_{samples}") for samples in DESIGNS]
            times.append((two - one) / (runs[1] - runs[0]))
        pairs.append((times[0], times[1]))
    row(table, "a run of a Sobol design, two workers", pairs, "ms", 1e3)
    hours = [min(each) * SOBOL_RUNS / 60 for each in zip(*pairs)]
    table.row(f"  {SOBOL_RUNS:,} of them", f"{hours[0]:.1f} -> {hours[1]:.1f} minutes")


def len_of(folder: Path) -> int:
    """How many runs a sweep made."""
    import pyarrow.parquet as parquet

    return parquet.read_metadata(folder / "ledger.parquet").num_rows


def start(table: Table, trees: list[Tree], rounds: int) -> None:
    """The main job with all compiled: what `./start` does from its second time on."""
    pairs = []
    for number in range(rounds):
        times = [
            tree.seconds("-m", "localism_sim", f"results_dir={tree.work}/main_{number}")
            for tree in trees
        ]
        pairs.append((times[0], times[1]))
    row(table, f"./start, warm, rounds: {rounds}", pairs, "s")


MEASURES: dict[str, tuple[Callable[..., None], int, int]] = {
    "cold": (cold, 2, 1),
    "small": (small, 3, 1),
    "sobol": (sobol, 2, 1),
    "start": (start, 4, 1),
    "england": (england, 2, 1),
}
"""What is measured, in how many rounds, and in how many with --quick."""


@contextmanager
def worktree(commit: str, folder: Path) -> Iterator[Path]:
    """An earlier state of the code, in a folder that is removed in the end."""
    git = ["git", "-C", str(ROOT), "worktree"]
    try:
        subprocess.run(
            [*git, "add", "--detach", "--quiet", str(folder), commit], check=True, text=True
        )
    except (OSError, subprocess.CalledProcessError):
        raise SystemExit(f"{commit} is no commit of this repository") from None
    try:
        yield folder
    finally:
        subprocess.run([*git, "remove", "--force", str(folder)], check=False)


def main() -> None:
    reader = argparse.ArgumentParser(
        prog="python -m benchmarks.compare",
        description="The code as it stands against an earlier commit, in turn, as ratios.",
    )
    reader.add_argument("commit", help=f"an earlier commit; first: the first model ({FIRST})")
    reader.add_argument("--quick", action="store_true", help="one round; England at 1:100")
    reader.add_argument("--only", nargs="+", choices=MEASURES, help="some measures only")
    reader.add_argument("--rounds", type=int, help="so many rounds of each")
    reader.add_argument("--write", type=Path, metavar="FILE", help="keep the table as Markdown")
    chosen = reader.parse_args()
    commit, table = FIRST if chosen.commit == "first" else chosen.commit, Table()
    wanted = chosen.only or list(MEASURES)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with worktree(commit, folder / "before") as source:
            trees = [Tree("before", source, folder / "a"), Tree("now", ROOT, folder / "b")]
            for tree in trees:
                tree.work.mkdir()
            if "cold" not in wanted:
                for tree in trees:
                    tree.seconds("-c", FIRST_RESULT)
            table.section(f"{commit} -> now: the least of all rounds, and ratios within rounds")
            for name, (measure, rounds, few) in MEASURES.items():
                if name not in wanted:
                    continue
                more = {"scale": 100} if chosen.quick and name == "england" else {}
                try:
                    measure(
                        table, trees, chosen.rounds or (few if chosen.quick else rounds), **more
                    )
                except Failed as failure:
                    table.row(name, "not measured", str(failure))
    if chosen.write:
        table.write(chosen.write, f"Made by `python -m benchmarks.compare {commit}`.")


if __name__ == "__main__":
    main()
