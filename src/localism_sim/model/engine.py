"""The compiled driver: whole runs at full speed.

A run is a pure function (parameters, places, seed, months) -> `Run`. Small runs are one compiled
call that releases the interpreter's lock, so threads run many side by side; large runs share out
each phase between threads. Neither choice changes a bit of the result.
"""

from __future__ import annotations

import functools
import itertools
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from ..foundation.checks import whole_number
from ..foundation.errors import BadInput, brief
from ..foundation.machine import processors
from ..model import month as phases
from .compilation import chosen, entrance, rivals_of
from .first_compilation import compile_first
from .landscape import build_landscapes
from .outcomes import AVERAGED, setting_column
from .parameters import Parameters
from .places import Places
from .scenario import USUAL_MONTHS, Scenario, checked_run, checked_timeline, schedule
from .trace import Trace
from .variant import Variant, checked_variants
from .world import (
    PLACE_HISTORY,
    World,
    empty_world,
    settle_citizens,
    settle_departments,
    settle_places,
)

LARGE = 400_000
"""From this many citizens on, one run is shared out between threads."""
MOST_THREADS = 1024
"""More than any machine is likely to have: a slip of the keyboard is refused."""
PIECES_A_THREAD = 1
"""Pieces into which a large run is cut for each thread: handing out more costs threads more than it
evens out.
"""
PLACES_A_THREAD = 8
"""With fewer places than this for each thread, threads share wards and not places alone."""
KEPT: dict[tuple, tuple[np.ndarray, np.ndarray]] = {}
"""Landscapes of the last runs and their highest values, the latest used last."""
KEEPING = threading.Lock()
MOST_KEPT = 64_000_000
"""Bytes of landscapes kept: 26 of England's.

A Saltelli design combines two values each of the three parameters that bear on them, with every
seed.
"""


@dataclass(frozen=True)
class Run:
    """What one run leaves: outcomes at the end, a history by month, a history by place and month,
    and the world as it ended.
    """

    parameters: Parameters
    places: Places
    seed: int
    months: int
    timeline: tuple
    world: World = field(repr=False)
    trace: pd.DataFrame | None = field(default=None, repr=False)
    variants: tuple[Variant, ...] = ()

    @functools.cached_property
    def outcomes(self) -> dict[str, float]:
        """The headline outcomes after the last month, and averages over all months of those that
        policy is judged by (`..._mean`).
        """
        return outcomes_of(self.world)

    @functools.cached_property
    def history(self) -> pd.DataFrame:
        """A row a month, a column an outcome; index `month` counts from 0."""
        return pd.DataFrame(self.world.history).rename_axis("month")

    @functools.cached_property
    def place_history(self) -> pd.DataFrame:
        """A row a place and month: place_id, month, and the place's quality, trust, engagement,
        wellbeing, spread, budget.
        """
        table = pd.DataFrame(
            {name: self.world.place_history[name].ravel() for name in PLACE_HISTORY}
        )
        table.insert(0, "month", np.repeat(np.arange(self.months), self.places.count))
        table.insert(0, "place_id", np.tile(np.array(self.places.ids, dtype=object), self.months))
        return table


def outcomes_of(world: World) -> dict[str, float]:
    """Outcomes of a finished world."""
    last = world.history[-1]
    ends = {name: float(last[name]) for name in world.history.dtype.names}
    return ends | {f"{name}_mean": float(world.history[name].mean()) for name in AVERAGED}


def prepared(params: Parameters | Scenario, timeline: Any) -> tuple[Parameters, tuple]:
    """Parameters and timeline, whether given apart or as a scenario."""
    if isinstance(params, Scenario):
        return params.parameters, params.timeline if not timeline else checked_timeline(timeline)
    if not isinstance(params, Parameters):
        raise BadInput(
            f"params = {type(params).__name__} is not allowed; allowed: Parameters or Scenario"
        )
    return params, checked_timeline(timeline or ())


def variants_of(params: Parameters | Scenario, variants: Any) -> tuple[Variant, ...]:
    """The rival rules of a run: those given, else those of the scenario; checked."""
    if variants is None:
        variants = params.variants if isinstance(params, Scenario) else ()
    found = checked_variants(variants)
    rivals_of(found)
    return found


def with_own_landscapes(
    world: World, places: Places, first: np.void, variants: tuple[Variant, ...] = ()
) -> World:
    """The world with landscapes that no other run will ask for."""
    chosen(build_landscapes, variants)(world, first, 0, len(world.services))
    return world


def with_landscapes(
    world: World, places: Places, first: np.void, variants: tuple[Variant, ...] = ()
) -> World:
    """The world with its landscapes.

    They depend on few of the parameters, so runs that differ in others alone, one after the other,
    build them once.
    """
    key = (
        places,
        chosen(build_landscapes, variants),
        world.seed,
        world.domains,
        world.choices,
        *(first[name].item() for name in ("complexity", "need_diversity", "legacy_quantile")),
    )
    with KEEPING:
        kept = KEPT.pop(key, None)
        if kept is not None:
            KEPT[key] = kept
    if kept is None:
        score = with_own_landscapes(world, places, first, variants).score
        kept = score, world.services["best_value"].copy()
        with KEEPING:
            KEPT[key] = kept
            while sum(score.nbytes for score, _ in KEPT.values()) > MOST_KEPT:
                del KEPT[next(iter(KEPT))]
    score, best_value = kept
    world.services["best_value"] = best_value
    return world._replace(score=score)


def simulate(
    params: Parameters | Scenario,
    places: Places | None = None,
    seed: int = 1,
    months: int = USUAL_MONTHS,
    timeline: Any = None,
    threads: int | None = None,
    progress=None,
    trace: bool = False,
    variants: Any = None,
) -> Run:
    """Run the model once.

    params: parameters, or a scenario with its timeline. places: default `Places.england()`. seed:
    all luck comes from it. months: 1 or more. threads: for large worlds, default all cores; never
    changes the result. progress: called with the number of months done. trace: keep why each change
    of practice happened (`Run.trace`); a run without it pays nothing. variants: rival rules, by
    name or your own (`ls.replaces`), in place of those of the scenario. Raises `BadInput` before
    anything runs.
    """
    parameters, changes = prepared(params, timeline)
    checked_run(seed, months)
    if threads is not None:
        whole_number("threads", threads, 1, MOST_THREADS)
    return lived(
        parameters,
        changes,
        checked_places(places),
        int(seed),
        int(months),
        threads,
        progress,
        trace,
        variants=variants_of(params, variants),
    )


def lived(
    parameters: Parameters,
    changes: tuple,
    places: Places,
    seed: int,
    months: int,
    threads: int | None = None,
    progress=None,
    trace: bool = False,
    landscapes: Callable[..., World] = with_landscapes,
    variants: tuple[Variant, ...] = (),
) -> Run:
    """A run of checked settings. landscapes: what gives a small world its landscapes."""
    plan = schedule(parameters, changes, months)
    world = empty_world(parameters, places, seed, months)
    compile_first(world, plan[0])
    kept = None
    if int(places.citizens.sum()) >= LARGE and not trace:
        run_shared(world, plan, threads or processors(), progress, variants)
    else:
        world = landscapes(world, places, plan[0], variants)
        chosen(settle_departments, variants)(world, plan[0])
        chosen(settle_places, variants)(world, plan[0], 0, world.count)
        chosen(settle_citizens, variants)(world, plan[0], 0, len(world.blocks))
        kept = Trace(world, places.ids) if trace else None
        if progress is None and kept is None:
            chosen(phases.run_months, variants)(world, plan, 0)
        else:
            run_watched(world, plan, kept, progress, variants)
    score = world.score.view()
    score.flags.writeable = False  # other runs may share it
    return Run(
        parameters,
        places,
        seed,
        months,
        changes,
        world._replace(score=score),
        kept.table() if kept else None,
        variants,
    )


def run_watched(
    world: World,
    plan: np.ndarray,
    kept: Trace | None,
    progress,
    variants: tuple[Variant, ...] = (),
) -> None:
    """Month by month, to report progress or to keep a trace."""
    for month in range(len(plan)):
        if kept is not None:
            kept.before()
        phases.whole_month(world, plan[month], month, variants)
        if kept is not None:
            kept.after(month)
        if progress is not None:
            progress(month + 1)


@functools.cache
def default_places() -> Places:
    """England at the default scale."""
    return Places.england()


def checked_places(given: Any) -> Places:
    """The places given, England where none are, else `BadInput`."""
    if given is None:
        return default_places()
    if not isinstance(given, Places):
        raise BadInput(
            f"places = {brief(given)} is not allowed; allowed: Places, such as Places.england()"
        )
    return given


def pieces(weights: np.ndarray, count: int) -> list[tuple[int, int]]:
    """Cut rows into at most `count` runs of about equal weight."""
    total = np.concatenate([[0], np.cumsum(weights)])
    cuts = np.unique(np.searchsorted(total, np.linspace(0, total[-1], count + 1)))
    cuts[0], cuts[-1] = 0, len(weights)
    return [(int(a), int(b)) for a, b in itertools.pairwise(cuts) if b > a]


def share(pool: ThreadPoolExecutor, threads: int, steps: list, cut: list[tuple]) -> None:
    """Take these steps for one piece after the other, in several threads, this one among them,
    until all pieces are done.
    """
    left = iter(cut)

    def take_pieces():
        for piece in left:
            for step in steps:
                step(*piece)

    helpers = [pool.submit(take_pieces) for _ in range(min(threads, len(cut)) - 1)]
    take_pieces()
    for helper in helpers:
        helper.result()


def rows_by_place(world: World) -> dict[str, Any]:
    """Where the rows of each place begin, and the end of the last, by what a stage takes a range
    of; for domains, each domain.
    """
    return {
        "places": range(world.count + 1),
        "landscapes": range(0, len(world.services) + 1, world.domains),
        "blocks": np.searchsorted(world.blocks["place"], np.arange(world.count + 1)),
        "domains": range(world.domains + 1),
    }


def run_shared(
    world: World,
    plan: np.ndarray,
    threads: int,
    progress=None,
    variants: tuple[Variant, ...] = (),
) -> None:
    """A large run: places are cut into pieces, which threads take in turn. They wait for each other
    where a stage looks beyond its places (`TOGETHER`). Where a rule of the user's own may look
    anywhere they wait after each stage; so they do where there are few places for each thread, and
    citizens are cut by wards.
    """
    staff = world.places["last_staff"] - world.places["first_staff"]
    by_place, rows = pieces(staff, threads * PIECES_A_THREAD), rows_by_place(world)
    domains = [(domain, domain + 1) for domain in range(world.domains)]
    cuts: dict[str, list] = {"": [()], "places": by_place, "blocks": by_place, "domains": domains}
    together: tuple[tuple[Any, ...], ...] = phases.TOGETHER
    if world.count < PLACES_A_THREAD * threads or not all(each.shipped for each in variants):
        together = tuple((stage,) for stage in phases.STAGES)
        wards = world.blocks["last"] - world.blocks["first"]
        cuts["blocks"] = pieces(wards, threads * PIECES_A_THREAD)
        rows["blocks"] = range(len(wards) + 1)

    def step(stage, kind, *arguments):
        """A stage as a function of a piece."""
        work = entrance(chosen(stage, variants))
        return lambda *piece: work(world, *arguments, *(rows[kind][n] for n in piece))

    with ThreadPoolExecutor(max(1, threads - 1)) as pool:
        share(pool, threads, [step(build_landscapes, "landscapes", plan[0])], by_place)
        chosen(settle_departments, variants)(world, plan[0])
        share(pool, threads, [step(settle_places, "places", plan[0])], by_place)
        share(pool, threads, [step(settle_citizens, "blocks", plan[0])], cuts["blocks"])
        for month in range(len(plan)):
            for stages in together:
                steps = [step(stage, phases.ROWS[stage], plan[month], month) for stage in stages]
                short = stages[0] in phases.SHORT
                cut = [(0, world.count)] if short else cuts[phases.ROWS[stages[0]]]
                share(pool, threads, steps, cut)
            if progress is not None:
                progress(month + 1)


def checked_seeds(seeds: Any, months: int) -> list[int]:
    """Several seeds as whole numbers, or `BadInput`."""
    if isinstance(seeds, int) or not isinstance(seeds, Iterable):
        raise BadInput(
            f"seeds = {brief(seeds)} is not allowed; allowed: several, such as range(10)"
        )
    given = list(seeds)
    for seed in given:
        checked_run(seed, months)
    return [int(seed) for seed in given]


def simulate_many(
    params: Parameters | Scenario | Iterable[Parameters | Scenario],
    seeds: Iterable[int] = range(10),
    places: Places | None = None,
    months: int = USUAL_MONTHS,
    workers: int | None = None,
    variants: Any = None,
) -> pd.DataFrame:
    """Run every parameter set or scenario with every seed, side by side on threads.

    A row a run, in the order given.

    Columns: scenario (its name, or the position in the list), seed, the parameters
    (`outcomes.setting_column` names them), the outcomes. Each seed's luck is shared by all
    (paired). variants: rival rules for all, in place of those of the scenarios.
    """
    if isinstance(params, Parameters | Scenario):
        params = [params]
    if workers is not None:
        whole_number("workers", workers, 1, MOST_THREADS)
    places = checked_places(places)
    cases = [
        (
            given.name if isinstance(given, Scenario) else str(n),
            *prepared(given, None),
            variants_of(given, variants),
        )
        for n, given in enumerate(params)
    ]
    drawn = checked_seeds(seeds, months)
    for _, parameters, changes, _ in cases:
        schedule(parameters, changes, months)

    landscapes = with_landscapes if len(cases) > 1 else with_own_landscapes

    def one(seed, case):
        name, parameters, changes, rivals = case
        outcomes = lived(
            parameters,
            changes,
            places,
            seed,
            months,
            threads=1,
            landscapes=landscapes,
            variants=rivals,
        ).outcomes
        return {
            "scenario": name,
            "seed": seed,
            **{setting_column(p): value for p, value in parameters.as_dict().items()},
            **outcomes,
        }

    with ThreadPoolExecutor(workers or processors()) as pool:
        rows = list(
            pool.map(lambda job: one(*job), itertools.product(drawn, cases))
        )  # seed by seed, since cases of one seed share landscapes
    return pd.DataFrame([row for number in range(len(cases)) for row in rows[number :: len(cases)]])
