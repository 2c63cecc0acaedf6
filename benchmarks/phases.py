"""What each phase of a month costs, and how far that is from what the machine could do.

    python -m benchmarks.phases [--quick] [--readme]

For each stage of the month: nanoseconds a row (a member of staff, a citizen, ...), and what the
same row would take if the machine did nothing but move its bytes, make its draws, or look up its
partners, each measured here at the same size of world. What is left is arithmetic, branches and
waiting for one result before the next. --readme puts the tables into README.md.
"""

from __future__ import annotations

import argparse
import importlib
import multiprocessing
import pkgutil
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import numba
import numpy as np

import localism_sim as ls
import localism_sim.model
from benchmarks import machine
from benchmarks.measuring import Table, least, seconds, size_of
from localism_sim.mesa_driver.model import viewed
from localism_sim.model import compilation, engine
from localism_sim.model import month as phases
from localism_sim.model.citizen import WARD
from localism_sim.model.scenario import schedule
from localism_sim.model.world import (
    World,
    empty_world,
    settle_citizens,
    settle_departments,
    settle_places,
)

README = Path(__file__).with_name("README.md")
BEGIN, END = "<!-- phases -->", "<!-- end of phases -->"
"""Between these stand the tables that `--readme` writes."""
SIZES = (10_600, 100, 11)
"""Residents a citizen; the last is left out with --quick."""
MONTHS = {10_600: 120, 100: 12, 11: 4}
DRAWS = ("bits", "uniform", "bell", "below")
LOOK_UPS = {"citizens": 2}
"""Rows that one row looks up at random: a citizen somebody of the ward and a member of staff."""
READ = {phases.take_stock: "staff", phases.take_note: "staff"}
"""Stages that go over others than those who act."""
NONE = "nothing"


class Rows(NamedTuple):
    """Whom a stage is about, how many there are, and the bytes of what it holds of each."""

    who: str
    count: int
    bytes: float


def world_of(places: ls.Places, months: int) -> tuple[World, np.ndarray]:
    """A settled world, and the parameters of its months."""
    params = ls.Parameters()
    plan = schedule(params, (), months)
    world = engine.with_landscapes(empty_world(params, places, 1, months), places, plan[0])
    settle_departments(world, plan[0])
    settle_places(world, plan[0], 0, world.count)
    settle_citizens(world, plan[0], 0, len(world.blocks))
    return world, plan


def rows_of(stage: Any, world: World) -> Rows:
    """The most numerous that act in a stage, or that it goes over."""
    last = world.places[-1]
    all_rows = {
        "citizens": Rows("citizens", int(last["last_citizen"]), size_of(world.citizens)),
        "staff": Rows("staff", int(last["last_staff"]), size_of(world.staff)),
        "commissioners": Rows(
            "services", len(world.services), size_of((world.services, world.commissioners))
        ),
        "places": Rows("places", world.count, size_of(world.places)),
        "departments": Rows("departments", world.domains, size_of(world.departments)),
        "country": Rows("services", len(world.services), size_of(world.services)),
    }
    acting = {phase.who for phase in phases.PHASES if phase.stage is stage}
    who = READ.get(stage) or next(name for name in all_rows if name in acting)
    rows = all_rows[who]
    return rows._replace(bytes=2.0 * rows.bytes / rows.count)


def cut_of(stage: Any, world: World) -> tuple[int, ...]:
    """The range of rows that stands for the whole country."""
    return {
        "": (),
        "places": (0, world.count),
        "domains": (0, world.domains),
        "blocks": (0, len(world.blocks)),
    }[phases.ROWS[stage]]


def draws_by_stage(months: int = 24) -> dict[str, float]:
    """Draws a row and month of each stage, counted in the plain Python form. It changes the model's
    modules, so it runs in a process of its own.
    """
    counted = [0]

    def counting(draw):
        def drawn(*arguments):
            counted[0] += 1
            return draw(*arguments)

        return drawn

    for found in pkgutil.walk_packages(localism_sim.model.__path__, "localism_sim.model."):
        module = importlib.import_module(found.name)
        for name in DRAWS:
            if hasattr(module, name) and found.name != "localism_sim.model.randomness":
                setattr(module, name, counting(getattr(module, name)))
    world, plan = world_of(ls.Places.synthetic(4), months)
    seen, settings = viewed(world), viewed(plan)
    found = dict.fromkeys((stage.py_func.__name__ for stage in phases.STAGES), 0.0)
    for month in range(months):
        for stage in phases.STAGES:
            counted[0] = 0
            compilation.plain(stage)(seen, settings[month], month, *cut_of(stage, world))
            rows = rows_of(stage, world).count
            found[stage.py_func.__name__] += counted[0] / rows / months
    return found


@numba.njit(nogil=True)
def look_up(values, where):
    """Values at places that nothing foretells."""
    total = 0.0
    for i in where:
        total += values[i]
    return total


def limits(world: World) -> tuple[float, float]:
    """Bytes a nanosecond that a triad moves in arrays as large as those of this world, and
    nanoseconds of a look-up inside a ward, ward after ward.
    """
    held = size_of((world.citizens, world.staff))
    a, b, c = (np.ones(max(held // 24, 1000)) for _ in range(3))
    citizens = int(world.places[-1]["last_citizen"])
    values = np.ones(citizens, np.float32)
    rows = np.arange(min(citizens, 1_000_000))
    where = rows // WARD * WARD + np.random.default_rng(1).integers(0, WARD, len(rows))
    where = np.minimum(where, citizens - 1)
    machine.triad(a, b, c)
    look_up(values, where)
    again = max(1, 2_000_000 // len(a))
    often = max(1, 2_000_000 // len(where))
    times = least(
        {
            "triad": lambda: [machine.triad(a, b, c) for _ in range(again)],
            "look up": lambda: [look_up(values, where) for _ in range(often)],
        },
        5,
    )
    return 3 * a.nbytes * again / times["triad"] / 1e9, times["look up"] / often / len(where) * 1e9


def stage_times(places: ls.Places, months: int) -> tuple[World, dict[Any, float]]:
    """Seconds that each stage takes in all months, without what a call from Python costs."""
    world, plan = world_of(places, months)
    found = dict.fromkeys(phases.STAGES, 0.0)
    for stage in phases.STAGES:
        compilation.entrance(stage).compile(
            tuple(map(numba.typeof, (world, plan[0], 0, *cut_of(stage, world))))
        )
    empty = {"call": lambda: compilation.entrance(phases.take_note)(world, plan[0], 0, 0, 0)}
    nothing = least(empty, 100)["call"]
    for month in range(months):
        for stage in phases.STAGES:
            cut, now = cut_of(stage, world), plan[month]
            called = compilation.entrance(stage)
            took = seconds(lambda s=called, p=now, m=month, c=cut: s(world, p, m, *c))
            found[stage] += max(0.0, took - nothing)
    return world, found


def show(table: Table, scale: int, draw: float, draws: dict[str, float], rounds: int) -> None:
    """The stages of one size of world."""
    places, months = ls.Places.england(scale), MONTHS[scale]
    tried = [stage_times(places, months) for _ in range(rounds)]
    world = tried[0][0]
    bandwidth, look_up_takes = limits(world)
    citizens = int(places.citizens.sum())
    table.section(
        f"{citizens:,} citizens: {bandwidth:.1f} GB/s, {draw:.2f} ns a draw, "
        f"{look_up_takes:.2f} ns a look-up"
    )
    total = 0.0
    for stage in phases.STAGES:
        rows, name = rows_of(stage, world), stage.py_func.__name__
        took = min(times[stage] for _, times in tried) / months * 1e9
        total += took
        each = took / rows.count
        floors = {
            "memory traffic": rows.bytes / bandwidth,
            "draws": draws[name] * draw,
            "look-ups": LOOK_UPS.get(rows.who, 0) * look_up_takes,
        }
        needs = sum(floors.values())
        parts = ", ".join(f"{part} {ns:,.1f}" for part, ns in floors.items() if ns >= 0.05)
        floors["arithmetic and waiting"] = each - needs
        bound = max(floors, key=lambda part: floors[part])
        times = f"{each / needs:,.1f} times that" if needs >= 0.05 else "far more"
        table.row(
            f"{name.replace('_', ' ')}: {rows.count:,} {rows.who}",
            f"{each:,.1f} ns a row",
            f"needs {needs:.1f} ({parts or NONE}), takes {times}: {bound}",
        )
    agents = sum(
        rows_of(stage, world).count
        for stage in (phases.encounter, phases.change_and_perform, phases.fund_and_organise)
    )
    table.row("a month of all", f"{total / 1e6:.3f} ms", f"{total / agents:.1f} ns an agent")


def measure(table: Table, draw: float, quick: bool) -> None:
    """Every size; draw: nanoseconds that one takes."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn) as apart:
        draws = apart.submit(draws_by_stage).result()
    for scale in SIZES[:-1] if quick else SIZES:
        show(table, scale, draw, draws, 2 if quick else 5)


def main() -> None:
    reader = argparse.ArgumentParser(
        prog="python -m benchmarks.phases",
        description="What each phase of a month costs against the machine's limits.",
    )
    reader.add_argument("--quick", action="store_true", help="smaller worlds, fewer rounds")
    reader.add_argument("--readme", action="store_true", help="put the tables into README.md")
    chosen, table = reader.parse_args(), Table()
    measure(table, machine.measure(Table(), chosen.quick).draw, chosen.quick)
    if chosen.readme:
        before, _, rest = README.read_text().partition(BEGIN)
        after = rest.partition(END)[2]
        tables = table.markdown().replace("\n## ", "\n### ")
        README.write_text(f"{before}{BEGIN}\n{tables}\n{END}{after}")


if __name__ == "__main__":
    main()
