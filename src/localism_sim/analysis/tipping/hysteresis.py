"""Hysteresis: a lever is raised in steps and lowered again within one long run. Is the way back the
same as the way there?

Outcomes also change with time alone. So for each level there is a run, with the same seeds, in
which the lever stays at that level from the start. Any difference from it in the same month is
memory of having been elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ...model.outcomes import SINCE_THE_START
from ...model.parameters import FIXED
from ...model.scenario import Scenario, checked_timeline
from ..intervals import mean_interval

UP_AND_DOWN = "up_and_down"


@dataclass(frozen=True)
class Hysteresis:
    """An outcome on the way up and down. levels: of the lever, ascending. hold: months at each. up,
    down: rows levels, columns seeds, at the end of each step (the top step is in both). steady_up,
    steady_down: the same months of runs that stayed at that level from the start.
    """

    levels: np.ndarray
    hold: int
    up: np.ndarray
    down: np.ndarray
    steady_up: np.ndarray
    steady_down: np.ndarray

    @property
    def loop(self) -> tuple[float, float, float]:
        """Down minus up, averaged over all levels below the top, with its 95% interval
        over seeds.
        """
        return mean_interval((self.down - self.up)[:-1].mean(axis=0))

    @property
    def memory(self) -> tuple[float, float, float]:
        """Down minus steady in the same month, averaged over all levels below the top, with its 95%
        interval over seeds.
        """
        return mean_interval((self.down - self.steady_down)[:-1].mean(axis=0))

    def table(self) -> pd.DataFrame:
        """A row a level and branch: level, branch, month, mean, low, high."""
        months = {"up": np.arange(1, len(self.levels) + 1) * self.hold}
        months["down"] = 2 * len(self.levels) * self.hold - months["up"]
        branches = {
            "up": (self.up, "up"),
            "down": (self.down, "down"),
            "steady, month of the way up": (self.steady_up, "up"),
            "steady, month of the way down": (self.steady_down, "down"),
            "down less up": (self.down - self.up, "down"),
            "down less steady": (self.down - self.steady_down, "down"),
        }
        rows = []
        for branch, (values, when) in branches.items():
            for level, month, row in zip(self.levels, months[when], values):
                mean, low, high = mean_interval(row)
                rows.append(
                    {
                        "level": level,
                        "branch": branch,
                        "month": int(month),
                        "mean": mean,
                        "low": low,
                        "high": high,
                    }
                )
        return pd.DataFrame(rows)


def why_not(lever: str, outcome: str) -> str:
    """Why hysteresis cannot be examined; empty if it can."""
    if lever in FIXED:
        return (
            f"No way back is looked at: {lever} describes the start of a run and cannot be "
            f"raised and lowered within one."
        )
    if outcome in SINCE_THE_START:
        return (
            f"No way back is looked at: {outcome} adds up since the start of a run, so it can "
            f"only go one way."
        )
    return ""


def ladder(levels: np.ndarray) -> list[float]:
    """Up and down again: each level once each way, the top once."""
    return [*levels, *levels[-2::-1]]


def journeys(base: Scenario, lever: str, levels: np.ndarray, hold: int) -> tuple[Scenario, ...]:
    """The scenario that goes up and down, and one for each level that stays there; other changes of
    the base's timeline stay.
    """
    whole = isinstance(getattr(base.parameters, lever), int)
    steps = [int(level) if whole else float(level) for level in ladder(levels)]
    timeline = {month: dict(changes) for month, changes in base.timeline}
    for number, level in enumerate(steps[1:], start=1):
        timeline.setdefault(number * hold, {})[lever] = level
    up_and_down = replace(
        base.with_parameters(**{lever: steps[0]}),
        name=UP_AND_DOWN,
        title=f"{lever} up and down",
        timeline=checked_timeline(timeline),
        baseline=None,
        sources=(),
    )
    return up_and_down, *(
        replace(
            base.with_parameters(**{lever: level}),
            name=f"steady_{number}",
            title=f"{lever} at {level:g}",
            baseline=None,
            sources=(),
        )
        for number, level in enumerate(steps[: len(levels)])
    )


def read_hysteresis(
    history: pd.DataFrame, outcome: str, levels: np.ndarray, hold: int, seeds: list[int]
) -> Hysteresis:
    """From the monthly histories of `journeys` (columns point, seed, month, outcomes): the outcome
    at the end of each step; for averages, over the step.
    """
    name = outcome.removesuffix("_mean")
    count = len(ladder(levels))
    wide = history.pivot(index=["point", "month"], columns="seed", values=name)[seeds]

    def steps(point: int) -> np.ndarray:
        rows = wide.loc[point].to_numpy()[: count * hold].reshape(count, hold, len(seeds))
        return rows.mean(axis=1) if outcome.endswith("_mean") else rows[:, -1]

    way = steps(0)
    steady = [steps(number + 1) for number in range(len(levels))]
    back = [count - 1 - number for number in range(len(levels))]
    return Hysteresis(
        levels,
        hold,
        way[: len(levels)],
        way[back],
        np.array([steady[k][k] for k in range(len(levels))]),
        np.array([steady[k][back[k]] for k in range(len(levels))]),
    )
