"""Scale: may a small run stand for England?"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from experiments.scale.figures import (
    outcomes_by_size_of_team,
    variation_by_size_of_team,
    verdicts_by_size_of_team,
)
from experiments.scale.findings import (
    checks,
    citizens,
    contrasts,
    levels,
    nearness,
    variation,
    verdicts,
)
from experiments.scale.settings import (
    ARMS,
    DEFAULT,
    SEEDS_AT,
    SHOWN,
    USUAL,
    AtScale,
    england,
    team_size,
)
from experiments.study import Kept, Study
from experiments.tables import mean_columns
from localism_sim.model.scenario import Scenario, load_scenario


class Scale(Study):
    """Whether outcomes, their variance and verdicts change with the number of simulated people."""

    title = "Does scale matter?"
    question = (
        "Do outcomes, their variance and the verdicts change with scale, and from which "
        "scale on may a small run stand for England?"
    )
    design = (
        "Centralised delivery, localist delivery, localism with all eleven recommendations and the "
        "coalition's programme in England's 148 places, where "
        "one citizen stands for 20,000 residents (the default), 10,000, 1,000, 100, 10 and 1 (53 "
        "million citizens, 2.1 million staff). Staff are in "
        "proportion to citizens but three a team at least, so with scale both the number of "
        "citizens and the size of teams change: settings with more "
        "or fewer staff a citizen tell the two apart. Luck is keyed by place, team and person, so "
        "the same seed has the same problems and the same "
        "centre at every scale, and scales are compared on paired seeds. Dear runs have few seeds: "
        "two at 1:1."
    )
    reading = (
        "Left in a figure are the teams of small runs, right those of all England. Where diamonds "
        "lie on the lines, only the size of teams matters and "
        "not the number of citizens."
    )
    takes = "about half an hour on two cores"
    intervals = "the 95% interval over paired seeds"
    keys = ("scenario", "scale", "staff_per_citizen")
    slice = tuple(
        number
        for number, (setting, _) in enumerate(itertools.product(SEEDS_AT, ARMS))
        if setting == (10_000, USUAL)
    )
    drawings = (outcomes_by_size_of_team, verdicts_by_size_of_team, variation_by_size_of_team)

    def scenarios(self) -> tuple[Scenario, ...]:
        return tuple(load_scenario(name) for name in ARMS)

    def ask(self) -> AtScale:
        return AtScale(self.scenarios(), england(DEFAULT[0]), self.months)

    def points(self) -> pd.DataFrame:
        return pd.DataFrame(
            [(arm, *setting) for setting in SEEDS_AT for arm in ARMS], columns=list(self.keys)
        )

    def seeds_at(self, number: int) -> Sequence[int]:
        return self.seeds[: list(SEEDS_AT.values())[number // len(ARMS)]]

    def table(self, runs: pd.DataFrame, kept: Kept) -> pd.DataFrame:
        rows = []
        for (arm, scale, staffing), group in runs.groupby(list(self.keys), sort=True):
            row: dict[str, Any] = {
                "scenario": arm,
                "scale": scale,
                "staff_per_citizen": staffing,
                "citizens": int(england(int(scale)).citizens.sum()),
                "team_size": team_size((int(scale), float(staffing))),
                "seeds": len(group),
            }
            for outcome in SHOWN:
                values = group.set_index("seed")[outcome]
                row |= mean_columns(values.to_numpy(), outcome) | {
                    f"{outcome}_{seed}": float(values.get(seed, np.nan)) for seed in self.seeds
                }
            rows.append(row)
        return pd.DataFrame(rows)

    def finding(self, table: pd.DataFrame) -> list[str]:
        return [
            citizens(table),
            checks(table),
            nearness(table),
            *(
                levels(table, outcome)
                for outcome in ("quality", "spread", "postcode_gap", "alternative")
            ),
            *contrasts(table),
            verdicts(table),
            variation(table),
        ]


STUDY = Scale()
