"""Who speaks for a service: its best team, as the model has it, or one team whatever it does."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from localism_sim.model.commissioner import mean_quality
from localism_sim.model.variant import replaces
from localism_sim.sweeps.question import Answer, Point, Simulation, digest

BEST, FIRST = "best", "one"
"""Values of the column `speaks`: the best of all teams, or one team."""


@replaces(
    "sum_up",
    title="One team speaks for the service",
    theory="no parallel search: what visitors see and reports say is the practice of one team, "
    "whichever of its teams measures best",
    source="a control: the model's own rule takes the best of all teams",
)
def one_team_speaks(service, w):
    """As `sum_up`, but the service endorses what its first team does."""
    c, t = w.commissioners, w.teams
    first, last = w.services[service].first_team, w.services[service].last_team
    value = 0.0
    for team in range(first, last):
        value += t[team].endorsed_value
    c.quality[service] = mean_quality(service, w)
    c.teams_value[service] = value / (last - first)
    c.endorsed[service], c.declared[service] = t[first].endorsed, t[first].declared
    c.endorsed_value[service] = t[first].endorsed_value


def without_speaker(point: Point) -> dict[str, Any]:
    """A point's own settings."""
    return {name: value for name, value in point.items() if name != "speaks"}


@dataclass(frozen=True)
class Spoken(Simulation):
    """As `Simulation`, but a point's column `speaks` says who speaks for a service."""

    def identity(self) -> dict[str, Any]:
        rule = one_team_speaks.function
        return super().identity() | {"rule": digest(inspect.getsource(rule) if rule else "")}

    def check(self, point: Point, seed: int) -> None:
        super().check(without_speaker(point), seed)

    def full(self, point: Point) -> dict[str, Any]:
        return super().full(without_speaker(point)) | {"speaks": point["speaks"]}

    def answer(self, point: Point, seed: int) -> Answer:
        from localism_sim.model.engine import simulate  # loads the compiler

        rivals = [one_team_speaks] if point["speaks"] == FIRST else None
        scenario = self.scenario(without_speaker(point), seed)
        run = simulate(scenario, self.places, int(seed), self.months, threads=1, variants=rivals)
        return Answer(np.array([run.outcomes[name] for name in self.outcomes]), {})

    def settings(self, points: pd.DataFrame) -> pd.DataFrame:
        return super().settings(points.drop(columns="speaks")).assign(speaks=points["speaks"])
