"""The same country under more or fewer local governments."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from localism_sim.foundation.errors import BadInput
from localism_sim.model.places import Places
from localism_sim.model.scenario import Scenario
from localism_sim.sweeps.question import Answer, Point, Simulation


def joined(places: Places, governments: int) -> Places:
    """Neighbouring places joined into as many governments: residents added up, exposure to cuts
    averaged over residents.
    """
    group = np.arange(places.count) * governments // places.count
    table = pd.DataFrame(
        {
            "name": [f"Government {n + 1}" for n in group],
            "population": places.population,
            "exposed": places.population * places.cut_exposure,
        }
    )
    table = table.groupby("name", sort=False).sum().reset_index()
    table["cut_exposure"] = table["exposed"] / table["population"]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "joined.csv"
        table.drop(columns="exposed").to_csv(path, index=False)
        made = Places.from_csv(path, places.scale)
    mean = np.average(made.cut_exposure, weights=made.population)
    return replace(made, cut_exposure=made.cut_exposure / mean)


@dataclass(frozen=True)
class Governed(Simulation):
    """As `Simulation`, but a point's column `governments` says into how many local governments the
    places are joined.
    """

    def scenario(self, point: Point, seed: int | None = None) -> Scenario:
        return super().scenario(
            {name: value for name, value in point.items() if name != "governments"}, seed
        )

    def check(self, point: Point, seed: int) -> None:
        super().check(point, seed)
        if not 1 <= point["governments"] <= self.places.count:
            raise BadInput(
                f"governments = {point['governments']} is not allowed; allowed: 1 to "
                f"{self.places.count}"
            )

    def full(self, point: Point) -> dict[str, Any]:
        return super().full(point) | {"governments": int(point["governments"])}

    def answer(self, point: Point, seed: int) -> Answer:
        places = (
            self.places
            if point["governments"] == self.places.count
            else joined(self.places, int(point["governments"]))
        )
        ask = Simulation(self.scenarios, places, self.months, self.keep, self.outcomes)
        return ask.answer(
            {name: value for name, value in point.items() if name != "governments"}, seed
        )

    def settings(self, points: pd.DataFrame) -> pd.DataFrame:
        return super().settings(points).assign(governments=points["governments"])
