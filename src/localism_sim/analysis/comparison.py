"""Compare scenarios on paired seeds: the main job, and one scenario against its baseline."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from ..evidence.posterior import Rates
from ..foundation.machine import processors
from ..foundation.threads import side_by_side
from ..model.outcomes import OUTCOMES
from ..model.places import Places
from ..model.scenario import Scenario, load_scenario, schedule
from .doubt import about_rates
from .intervals import half_widths, mean_interval
from .statistics import contrasts
from .two_by_two import CELLS, EFFECTS, Ground, cells_of, effects_by_ground

if TYPE_CHECKING:
    from ..model.engine import Run

WITHOUT_CUTS = "status_quo_2010"
USUAL_BASELINE = "coalition_2010"
"""Against which a scenario is set that names no baseline: England with the cuts as they came."""
MAIN_ARMS = (*CELLS, WITHOUT_CUTS)
"""The main job: reforms and autonomy, two by two. The first is the reference of all contrasts; the
last shows the world without the cuts.
"""
JUDGED = (
    *(name for name, outcome in OUTCOMES.items() if outcome.better),
    *(f"{name}_mean" for name in ("spread", "quality", "wellbeing", "trust")),
)
"""Outcomes for which more (or less) is better for citizens."""

WITH_DRAWS = "with draws of the rates"
"""Used in place of a ground's name for runs in which each seed draws its rates."""

FIRST_MONTH = (2010, 5)
"""May 2010, when the coalition took office: month 0 of the shipped scenarios."""


@dataclass(frozen=True)
class Comparison:
    """What a comparison leaves. arms: the first is the reference of all contrasts. runs: a row a
    run. history: a row a run and month. by_place: a row a run and place, at the end. contrasts: a
    row a scenario after the first and outcome. start: year and month (1 to 12) of the first month.
    places: those that the comparison is about. around: how many other places lived on around them.
    notes: how a file of places was read, where that was not plain. effects: of reforms and autonomy
    (`two_by_two.effects_by_ground`), where the arms allow it. grounds: where else the four
    scenarios were run. elsewhere: a row a run there. drawn: a row a run of the arms with a draw of
    the rates for each seed, where that was asked for. doubt: a row an effect (or a contrast, where
    there are no effects) and outcome: what those draws leave of it (`doubt.about_rates`).
    """

    arms: tuple[Scenario, ...]
    places: Places
    seeds: tuple[int, ...]
    months: int
    runs: pd.DataFrame
    history: pd.DataFrame
    by_place: pd.DataFrame
    contrasts: pd.DataFrame
    start: tuple[int, int] = FIRST_MONTH
    around: int = 0
    notes: tuple[str, ...] = ()
    effects: pd.DataFrame = field(default_factory=pd.DataFrame)
    grounds: tuple[Ground, ...] = ()
    elsewhere: pd.DataFrame = field(default_factory=pd.DataFrame)
    drawn: pd.DataFrame = field(default_factory=pd.DataFrame)
    doubt: pd.DataFrame = field(default_factory=pd.DataFrame)

    @property
    def titles(self) -> dict[str, str]:
        """The title of each arm by its name."""
        return {arm.name: arm.title for arm in self.arms}

    @property
    def lead(self) -> Scenario:
        """The arm shown against the first if only one fits: the last, not counting the world
        without cuts.
        """
        others = [arm for arm in self.arms[1:] if arm.name != WITHOUT_CUTS]
        return others[-1] if others else self.arms[-1]


def arms_for(scenario: str | None) -> tuple[Scenario, ...]:
    """The arms of the main job; or a scenario's baseline, which is the reference, followed by the
    scenario. One that names no baseline is set against `USUAL_BASELINE`.
    """
    if scenario is None:
        return tuple(load_scenario(name) for name in MAIN_ARMS)
    chosen = load_scenario(scenario)
    return load_scenario(chosen.baseline or USUAL_BASELINE), chosen


def compare(
    arms: Sequence[Scenario],
    places: Places,
    seeds: Sequence[int],
    months: int,
    workers: int | None = None,
    progress: Callable[[int], None] | None = None,
    start: tuple[int, int] = FIRST_MONTH,
    grounds: Sequence[Ground] = (),
    rates: Rates | None = None,
) -> Comparison:
    """Run every arm with every seed; contrasts are taken against the first arm, seed by seed.

    Small runs go side by side on `workers` threads; large ones (`engine.LARGE` citizens) one after
    the other, each on all threads, so that only one world is in memory. progress: called with the
    number of months done, over all runs. start: year and month in which month 0 lies, for axes and
    words only. grounds: where else to run the four scenarios that cross reforms and autonomy.
    rates: draws of the rates; every arm is then run a second time, each seed with a draw.
    """
    for arm in arms:
        schedule(arm.parameters, arm.timeline, months)
    jobs = jobs_of(arms, seeds, grounds)
    if rates is not None:
        jobs += [(WITH_DRAWS, drawing(arm, rates, seed), seed) for seed in seeds for arm in arms]
    found = run_all(jobs, places, months, workers, progress)
    main, again, other = (
        [one for (ground, *_), one in zip(jobs, found) if kind_of(ground) == kind]
        for kind in ("", WITH_DRAWS, "elsewhere")
    )
    runs = pd.DataFrame([one.row for one in main])
    runs = runs.sort_values(["scenario", "seed"], ignore_index=True)
    elsewhere = pd.DataFrame([one.row for one in other], columns=["ground", *runs.columns])
    drawn = pd.DataFrame([one.row for one in again]).drop(columns="ground", errors="ignore")
    paired = len(seeds) > 1
    return Comparison(
        tuple(arms),
        places.focus,
        tuple(seeds),
        months,
        runs,
        stacked(main, [one.history for one in main], month=np.arange(months)),
        by_place(main, places),
        contrasts(runs, list(JUDGED), arms[0].name, [arm.name for arm in arms[1:]])
        if paired and len(arms) > 1
        else pd.DataFrame(),
        start,
        places.count - places.focus.count,
        places.notes,
        effects_by_ground(runs, elsewhere, JUDGED) if paired and cells_of(arms) else pd.DataFrame(),
        tuple(grounds),
        elsewhere,
        drawn,
        doubt_about(runs, drawn, arms) if len(drawn) and paired else pd.DataFrame(),
    )


def kind_of(ground: str) -> str:
    """Whether a job belongs to the main runs, to those with draws, or to another ground."""
    return ground if ground in ("", WITH_DRAWS) else "elsewhere"


def drawing(arm: Scenario, rates: Rates, seed: int) -> Scenario:
    """The scenario with the rates that a seed draws."""
    return arm.with_parameters(**rates.drawn(seed, arm.parameters))


def doubt_about(runs: pd.DataFrame, drawn: pd.DataFrame, arms: Sequence[Scenario]) -> pd.DataFrame:
    """A row per outcome and effect: the effects of the two by two, or otherwise each scenario
    against the first.
    """

    def paired(table: pd.DataFrame, outcome: str, weights: Mapping[str, float]) -> np.ndarray:
        wide = table.pivot(index="seed", columns="scenario", values=outcome)
        return np.sum([w * wide[name].to_numpy(float) for name, w in weights.items()], axis=0)

    weights = (
        {name: dict(zip(CELLS, weights)) for name, weights in EFFECTS.items()}
        if cells_of(arms)
        else {arm.name: {arm.name: 1.0, arms[0].name: -1.0} for arm in arms[1:]}
    )
    rows = []
    for effect, each in weights.items():
        for outcome in JUDGED:
            fixed, other = (paired(table, outcome, each) for table in (runs, drawn))
            mean, low, high = mean_interval(fixed)
            rows.append(
                {"effect": effect, "outcome": outcome, "difference": mean, "low": low, "high": high}
                | {name: float(value) for name, value in about_rates(fixed, other).items()}
            )
    return pd.DataFrame(rows)


Job = tuple[str, Scenario, int]
"""The name of a ground (empty for the main runs), the scenario there, and the seed."""


class Ended(NamedTuple):
    """What is kept of a run: its outcomes as a row and, unless it was on another ground, a record a
    month, and a record a place at the end.
    """

    row: dict[str, Any]
    history: Any = None
    ends: Any = None


def jobs_of(arms: Sequence[Scenario], seeds: Sequence[int], grounds: Sequence[Ground]) -> list[Job]:
    """Every run of a comparison: the arms, then the four scenarios on each other ground."""
    jobs = [("", arm, seed) for seed in seeds for arm in arms]
    jobs += [
        (ground.name, arm, seed)
        for ground in grounds
        for seed in seeds
        for arm in ground.of(cells_of(arms))
    ]
    return jobs


def run_all(
    jobs: Sequence[Job],
    places: Places,
    months: int,
    workers: int | None,
    progress: Callable[[int], None] | None,
) -> list[Ended]:
    """What each job left, in the order of the jobs."""
    # imported here, so that a refusal does not wait for the compiler
    from ..model.engine import LARGE, simulate

    threads = workers or processors()
    large = int(places.citizens.sum()) >= LARGE
    found: list[Ended] = []

    def one(job: Job, watch: Callable[[int], None] | None = None):
        _, arm, seed = job
        run = simulate(arm, places, seed, months, threads=threads if large else 1, progress=watch)
        return outcome(job, run)

    def report(done: int) -> None:
        if progress is not None:
            progress(len(found) * months + done)

    if large:
        for job in jobs:
            found.append(one(job, report))
        return found
    for result in side_by_side(one, jobs, threads):
        found.append(result)
        report(0)
    return found


def outcome(job: Job, run: Run) -> Ended:
    """What is kept of a run."""
    ground, arm, seed = job
    row: dict[str, Any] = {"scenario": arm.name, "seed": seed, **run.outcomes}
    if ground:
        return Ended({"ground": ground, **row})
    return Ended(row, run.world.history, run.world.place_history[-1].copy())


def stacked(
    kept: Sequence[Ended], each: Sequence[np.ndarray], **column: np.ndarray
) -> pd.DataFrame:
    """The records that runs left as one table, a run after the other: scenario, seed, a column that
    is the same in every run, and the records' own.
    """
    rows, records = len(each[0]), np.concatenate(each)
    names = pd.Series([one.row["scenario"] for one in kept])
    table = {
        "scenario": names.repeat(rows).array,
        "seed": np.repeat([one.row["seed"] for one in kept], rows),
        **{name: np.tile(values, len(kept)) for name, values in column.items()},
        **{name: records[name] for name in records.dtype.names or ()},
    }
    return pd.DataFrame(table)


def by_place(kept: Sequence[Ended], places: Places) -> pd.DataFrame:
    """A row a run and place that the comparison is about, at the end."""
    about = np.isin(np.array(places.ids), places.focus.ids)
    ends = [one.ends[about] for one in kept]
    return stacked(kept, ends, place_id=np.array(places.ids, dtype=object)[about])


def in_places(comparison: Comparison, scenario: str, outcome: str = "quality") -> pd.DataFrame:
    """An outcome at the end: a row per place, a column per seed."""
    rows = comparison.by_place[comparison.by_place["scenario"] == scenario]
    return rows.pivot(index="place_id", columns="seed", values=outcome).reindex(
        list(comparison.places.ids)
    )


def place_differences(comparison: Comparison, other: str, outcome: str = "quality") -> pd.DataFrame:
    """The difference of each place between `other` and the first scenario: `difference`, the mean
    over paired seeds, `low` and `high`, its 95% interval over seeds, and `clear`, whether the
    interval excludes zero. A single seed gives no interval (NaN), and no place is clear.
    """
    pairs = (
        in_places(comparison, other, outcome)
        - in_places(comparison, comparison.arms[0].name, outcome)
    ).to_numpy(float)
    mean = pairs.mean(axis=1)
    half = half_widths(pairs) if pairs.shape[1] > 1 else np.full(len(mean), np.nan)
    return pd.DataFrame(
        {
            "difference": mean,
            "low": mean - half,
            "high": mean + half,
            "clear": np.abs(mean) > half,
        },
        index=list(comparison.places.ids),
    )
