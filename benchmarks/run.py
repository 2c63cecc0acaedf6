"""All benchmarks in one run, one table: `python -m benchmarks.run [--quick] [--england]`. Times are the least of several; ratios are what to compare."""

from __future__ import annotations

import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numba
import numpy as np
from rich.console import Console
from rich.table import Table

import localism_sim as ls
from benchmarks.idiomatic_mesa import IdiomaticModel
from localism_sim.randomness import bits

ROWS: list[tuple[str, str, str]] = []


def row(what: str, figure: str, against: str = "") -> None:
    """Keep and show one line."""
    ROWS.append((what, figure, against))
    print(f"{what:66} {figure:>22}  {against}", flush=True)


def least(function, repeats: int) -> float:
    """Least seconds of several calls."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return min(times)


@numba.njit(nogil=True)
def triad(a, b, c):
    for i in range(a.size):
        a[i] = b[i] + 3.0 * c[i]


@numba.njit(nogil=True)
def only_draws(n):
    total = 0
    for i in range(n):
        total ^= bits(1, 2, i, 3)
    return total


def drivers(places: ls.Places, quick: bool) -> None:
    """One run: compiled, own Mesa driver, idiomatic Mesa."""
    params, months = ls.Parameters(), 120
    world = ls.simulate(params, places, 1, months).world
    agents = world.citizens.trust.shape[1] + len(world.staff) + len(world.commissioners) + len(world.departments)
    compiled = least(lambda: ls.simulate(params, places, 1, months, threads=1), 20)
    row(f"compiled run, {agents:,} agents x {months} months, one thread",
        f"{compiled * 1e3:.1f} ms", f"{compiled / agents / months * 1e9:.1f} ns each")
    some = 2 if quick else 6
    makers = {"own Mesa driver": lambda: ls.LocalismModel(params, places, seed=1, months=months), "idiomatic Mesa": lambda: IdiomaticModel(params, places)}
    for name, make in makers.items():
        built = least(make, 1)
        model = make()
        model.step()
        month = least(model.step, some)
        whole = built + month * months
        row(f"{name}, built in {built:.2f} s, {month * 1e3:.0f} ms a month (120 months reckoned)", f"{whole:.2f} s",
            f"{whole / compiled:.0f} times the compiled run")


def many_runs(places: ls.Places, quick: bool) -> None:
    """Many small runs side by side."""
    runs = 60 if quick else 300
    for workers in (1, 2):
        seconds = least(lambda workers=workers: ls.simulate_many([ls.Parameters()], range(runs), places, workers=workers), 2)
        row(f"{runs} default runs, {workers} thread{'s' if workers > 1 else ''}", f"{runs / seconds:.0f} runs a second")


def scaling(quick: bool, england: bool) -> None:
    """Cost of an agent-month from five thousand citizens to all of England."""
    base = None
    for scale in (10_600, 1_060, 106) if quick else (10_600, 1_060, 106, 11):
        places = ls.Places.england(scale)
        months = max(6, min(120, 6_000_000 // int(places.citizens.sum())))
        times = {}
        for threads in (1, 2):
            times[threads] = least(lambda t=threads, a=places, m=months: ls.simulate(ls.Parameters(), a, 1, m, threads=t), 2 if scale > 100 else 1)
        agents = int(places.citizens.sum())
        agents += len(ls.simulate(ls.Parameters(), places, 1, 1).world.staff)
        cost = times[1] / agents / months * 1e9
        base = base or cost
        row(f"{int(places.citizens.sum()):,} citizens, {months} months, one thread", f"{cost:.1f} ns an agent-month",
            f"{cost / base:.2f} of the smallest; 2 threads x{times[1] / times[2]:.2f}")
    if england:
        script = ("import time,resource,localism_sim as ls;p=ls.Places.england(1);t=time.perf_counter();r=ls.simulate(ls.Parameters(),p,1,120,threads=2);"
                  "print(time.perf_counter()-t,resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,p.citizens.sum()+len(r.world.staff))")
        seconds, kilobytes, agents = map(float, subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split())
        row("England one to one, 53,012,456 citizens, 120 months, two threads", f"{seconds:.1f} s",
            f"{seconds / agents / 120 * 2e9:.1f} thread-ns an agent-month, {kilobytes / 2**20:.2f} GiB")


def machine() -> None:
    """What the machine can do: memory bandwidth and draws."""
    a, b, c = (np.ones(20_000_000) for _ in range(3))
    triad(a, b, c)
    row("triad a = b + 3 c (STREAM-like), one thread", f"{3 * a.nbytes / least(lambda: triad(a, b, c), 5) / 1e9:.1f} GB/s")
    only_draws(10)
    row("draws alone, one thread", f"{least(lambda: only_draws(20_000_000), 5) / 20_000_000 * 1e9:.2f} ns a draw")


def starts() -> None:
    """Import, warm start, cold compile."""
    def run(code, **environment):
        return least(lambda: subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ, **environment}, capture_output=True), 1)

    first = "import localism_sim as ls; ls.simulate(ls.Parameters(), seed=1)"
    bare = run("pass")
    run(first)
    row("import localism_sim and its engine", f"{run('import localism_sim.engine') - bare:.2f} s")
    row("warm start to the first result", f"{run(first):.2f} s")
    command = Path(sys.executable).with_name("localism-sim")
    row("localism-sim --help, second start", f"{least(lambda: subprocess.run([command, '--help'], check=True, capture_output=True), 2):.2f} s")
    with tempfile.TemporaryDirectory() as folder:
        row("cold compile and first result", f"{run(first, LOCALISM_SIM_CACHE=folder):.1f} s")


def memory() -> None:
    """State a citizen at the largest size."""
    world = ls.simulate(ls.Parameters(), ls.Places.england(106), 1, 1).world
    held = sum(array.nbytes for array in world.citizens) + world.staff.nbytes
    row("state a citizen, staff included", f"{held / world.citizens.wellbeing.size:.1f} bytes")


def main() -> None:
    quick, england = "--quick" in sys.argv, "--england" in sys.argv
    print(f"Python {platform.python_version()}, numba {numba.__version__}, {os.cpu_count()} cores, peak so far "
          f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.2f} GiB")
    places = ls.Places.england()
    machine()
    drivers(places, quick)
    many_runs(places, quick)
    scaling(quick, england)
    memory()
    starts()
    table = Table(title="Benchmarks")
    for heading in ("what", "figure", "against"):
        table.add_column(heading)
    for line in ROWS:
        table.add_row(*line)
    Console(width=150).print(table)
    text = "# Benchmarks\n\nMade by `python -m benchmarks.run --england` on a machine of two cores; compare ratios, not times.\n\n"
    text += "| what | figure | against |\n|---|---|---|\n"
    Path(__file__).with_name("results.md").write_text(text + "".join(f"| {a} | {b} | {c} |\n" for a, b, c in ROWS))


if __name__ == "__main__":
    main()
