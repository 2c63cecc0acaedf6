"""The whole model: our two drivers against idiomatic Mesa, many small runs, cost by size and
threads up to all of England, start-up.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import localism_sim as ls
from benchmarks.idiomatic_mesa import IdiomaticModel
from benchmarks.machine import Limits
from benchmarks.measuring import Table, least, plural, seconds, size_of

MONTHS = 120
SCALES = (10_600, 1_060, 106, 11)
"""Residents a citizen: about 5,000, 50,000, 500,000 and 4.8 million citizens."""
AGENT_MONTHS = 30_000_000
"""Months are cut so that one timed run of a large world has about this many agent-months."""
SLOW_MONTHS = {"own Mesa driver": 12, "idiomatic Mesa": MONTHS}
"""Months that are timed of a slow form; a whole run is reckoned from their mean."""
FEWEST_MONTHS = 24
"""Months of the largest runs: with fewer, laying out the world, which one thread does, would count
for more than in a run of ten years.
"""
ENGLAND = """
import json, resource, time
import localism_sim as ls
places, params = ls.Places.england(1), ls.Parameters()
ls.simulate(params, ls.Places.england(100), 1, 1)
start = time.perf_counter()
run = ls.simulate(params, places, 1, 120, threads=2)
seconds, memory = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps([seconds, memory, int(places.citizens.sum()) + len(run.world.staff.practice)]))
"""


def agents_of(world) -> int:
    """How many agents of all four kinds a world holds."""
    last = world.places[-1]
    return (
        int(last["last_citizen"])
        + int(last["last_staff"])
        + len(world.services)
        + len(world.departments)
    )


def drivers(table: Table, places: ls.Places, quick: bool) -> None:
    """One run of default size in each of the three forms.

    The slow two are reckoned from some of their months.
    """
    params = ls.Parameters()
    agents = agents_of(ls.simulate(params, places, 1, 1).world)
    made = {
        "own Mesa driver": lambda: ls.LocalismModel(params, places, seed=1, months=MONTHS),
        "idiomatic Mesa": lambda: IdiomaticModel(params, places),
    }
    compiled, slow = [], {}
    for name, make in made.items():
        compiled.append(
            least({"run": lambda: ls.simulate(params, places, 1, MONTHS, threads=1)}, 20)["run"]
        )
        model = make()
        timed = [seconds(model.step) for _ in range(3 if quick else SLOW_MONTHS[name])]
        slow[name] = (len(timed), seconds(make) + sum(timed) / len(timed) * MONTHS)
    compiled.append(
        least({"run": lambda: ls.simulate(params, places, 1, MONTHS, threads=1)}, 20)["run"]
    )
    table.section(f"One run of the whole model, {agents:,} agents, {MONTHS} months")
    table.row(
        "compiled driver, one thread",
        f"{min(compiled) * 1e3:.1f} ms",
        f"{min(compiled) / agents / MONTHS * 1e9:.1f} ns an agent-month",
    )
    for name, (months, time) in slow.items():
        reckoned = f" (reckoned from {months} months)" if months < MONTHS else ""
        table.row(
            f"{name}{reckoned}",
            f"{time:.2f} s",
            f"{time / min(compiled):.0f} times the compiled driver",
        )


def many_runs(table: Table, places: ls.Places, quick: bool) -> None:
    """Many small runs side by side, on one thread and on two, taken in turn."""
    runs = 60 if quick else 120
    times = least(
        {
            str(n): lambda n=n: ls.simulate_many([ls.Parameters()], range(runs), places, workers=n)
            for n in (1, 2)
        },
        3,
    )
    table.section(f"{runs} runs of default size, {MONTHS} months each")
    for workers, time in times.items():
        table.row(
            plural(int(workers), "thread"),
            f"{runs / time:.0f} runs a second",
            f"x{times['1'] / time:.2f} of one thread",
        )


def moved_bytes(world) -> float:
    """Bytes of memory that a citizen's month reads and writes at least: each column once in, once
    out.
    """
    columns = world.citizens
    return 2.0 * sum(array.nbytes for array in columns) / len(columns.trust)


def scaling(table: Table, limits: Limits, quick: bool, england: bool) -> None:
    """Cost of an agent-month from five thousand citizens to all of England, and how far it is from
    what the machine could do.
    """
    table.section("Cost of an agent-month by size")
    base = 0.0
    for scale in SCALES[:-1] if quick else SCALES:
        places = ls.Places.england(scale)
        citizens = int(places.citizens.sum())
        months = max(FEWEST_MONTHS, min(MONTHS, AGENT_MONTHS // (10 if quick else 1) // citizens))
        world = ls.simulate(ls.Parameters(), places, 1, 1).world
        times = least(
            {
                str(n): lambda n=n, a=places, m=months: ls.simulate(
                    ls.Parameters(), a, 1, m, threads=n
                )
                for n in (1, 2)
            },
            2 if scale < 100 else 5,
        )
        cost = times["1"] / agents_of(world) / months * 1e9
        base = base or cost
        table.row(
            f"{citizens:,} citizens, {months} months, one thread",
            f"{cost:.1f} ns an agent-month",
            f"{cost / base:.2f} of the smallest; 2 threads x{times['1'] / times['2']:.2f}",
        )
    moved = moved_bytes(world)
    table.row(
        f"of that, moving {moved:.0f} bytes at the triad's speed would take",
        f"{moved / limits.bandwidth:.2f} ns",
        f"the model takes {cost / (moved / limits.bandwidth):.1f} times that",
    )
    table.row(
        "of that, one draw would take",
        f"{limits.draw:.2f} ns",
        f"the model takes {cost / limits.draw:.1f} times that",
    )
    held = size_of((world.citizens, world.staff)) / int(world.places[-1]["last_citizen"])
    table.row("state a citizen, staff included", f"{held:.1f} bytes")
    if england:
        everyone(table, cost)


def everyone(table: Table, cost: float) -> None:
    """All of England in a process of its own, so that its peak memory is its own."""
    printed = subprocess.run(
        [sys.executable, "-c", ENGLAND], capture_output=True, text=True, check=True
    ).stdout
    time, kilobytes, agents = json.loads(printed)
    each = time / agents / MONTHS * 1e9
    table.row(
        f"England one to one, {agents:,} citizens and staff, {MONTHS} months, two threads",
        f"{time:.1f} s",
        f"{each:.1f} ns an agent-month on two threads, peak {kilobytes / 2**20:.2f} GiB",
    )
    table.row(
        "the same, cost in thread time against the size before",
        f"{2 * each:.1f} ns an agent-month",
        f"{2 * each / cost:.2f} of it",
    )


def starts(table: Table) -> None:
    """Import, warm start, cold compile; each in a new process."""

    def run(*command: str, **environment: str):
        return lambda: subprocess.run(
            command, check=True, env={**os.environ, **environment}, capture_output=True
        )

    first = "import localism_sim as ls; ls.simulate(ls.Parameters(), seed=1)"
    command = str(Path(sys.executable).with_name("localism-sim"))
    run(sys.executable, "-c", first)()
    times = least(
        {
            "bare": run(sys.executable, "-c", "pass"),
            "import": run(sys.executable, "-c", "import localism_sim.model.engine"),
            "first": run(sys.executable, "-c", first),
            "help": run(command, "--help"),
        },
        2,
    )
    table.section("Start-up")
    table.row(
        "import localism_sim and its engine, without Python's own start",
        f"{times['import'] - times['bare']:.2f} s",
    )
    table.row("warm start to the first result", f"{times['first']:.2f} s")
    table.row("localism-sim --help", f"{times['help']:.2f} s")
    with tempfile.TemporaryDirectory() as folder:
        cold = seconds(run(sys.executable, "-c", first, LOCALISM_SIM_CACHE=folder))
    table.row(
        "cold compile and first result",
        f"{cold:.1f} s",
        f"{cold / times['first']:.0f} times a warm start",
    )
