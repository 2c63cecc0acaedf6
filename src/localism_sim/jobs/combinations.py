"""Several combinations of settings as a single question to a sweep: each has its own scenario,
places and months.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ..model.version import model_version
from ..sweeps.question import Answer, Point, Simulation

NO_MATTER = (
    "results_dir",
    "executor",
    "executor_address",
    "workers",
    "chunk",
    "timeout",
    "fail_fast",
    "accept_changes",
    "overwrite",
    "dry_run",
)
"""Settings that cannot change an answer."""


def label(job: list[str]) -> str:
    """The settings of a combination that can change an answer, as one text: its name in tables."""
    return shlex.join(override for override in job if override.partition("=")[0] not in NO_MATTER)


@dataclass(frozen=True)
class Combinations:
    """The question that several combinations of settings put together; each has its own scenario,
    places and months. A point is {"overrides": the combination's settings in one text}.
    """

    simulations: Mapping[str, Simulation]
    outcomes: tuple[str, ...]
    keep: tuple[str, ...] = ()

    def identity(self) -> dict[str, Any]:
        return {"model": model_version()}

    def of(self, point: Point) -> Simulation:
        return self.simulations[point["overrides"]]

    def check(self, point: Point, seed: int) -> None:
        self.of(point).check({}, seed)

    def full(self, point: Point) -> dict[str, Any]:
        return {**self.of(point).full({}), **self.of(point).identity()}

    def prepare(self) -> None:
        next(iter(self.simulations.values())).prepare()

    def answer(self, point: Point, seed: int) -> Answer:
        return self.of(point).answer({}, seed)

    def settings(self, points: pd.DataFrame) -> pd.DataFrame:
        """A column for each parameter; overrides, places and months stand before them."""
        every = {text: self.simulations[text] for text in points["overrides"].unique()}
        if not every:
            return points[["overrides"]]
        one = pd.DataFrame(
            [
                {
                    "overrides": text,
                    "places": s.places.fingerprint,
                    "scale": s.places.scale,
                    "months": s.months,
                    **s.settings(pd.DataFrame(index=[0])).iloc[0].to_dict(),
                }
                for text, s in every.items()
            ]
        )
        return points[["overrides"]].merge(one, on="overrides", how="left")


def combined(simulations: Mapping[str, Simulation]) -> Combinations:
    """All combinations as one question. simulations: what each combination evaluates,
    by its label.
    """
    first = next(iter(simulations.values()))
    return Combinations(simulations, first.outcomes, first.keep)
