"""Scale: may a small run stand for England?"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from experiments.scale.figures import autonomy_by_scale, levels_by_scale
from experiments.scale.settings import (
    ARMS,
    CONTRASTS,
    DEFAULT,
    NEAR,
    SCALES,
    SHOWN,
    AtScale,
    effect,
    england,
    moved,
    runs_at,
    teams,
)
from experiments.study import Kept, Study
from experiments.tables import mean_columns
from localism_sim.analysis.statistics import Contrast
from localism_sim.model.outcomes import OUTCOMES
from localism_sim.model.scenario import Scenario, load_scenario
from localism_sim.report.words import listed

PAIRS = tuple(itertools.product(CONTRASTS, SHOWN))


def in_brackets(found: Contrast) -> str:
    """'+0.041 (+0.035 to +0.047)', with a true minus."""
    text = f"{found.mean:+.3f} ({found.low:+.3f} to {found.high:+.3f})"
    return text.replace("-", "−")


class Scale(Study):
    """Whether answers change with the number of simulated people."""

    title = "Does scale matter?"
    question = "Do answers change with scale, or only their precision?"
    design = (
        "Centre and places, each with and without the reforms, in England's 148 places, where one "
        "citizen stands for 20,000 residents (the default), 2,000, 200 and 1 (53 million citizens, "
        "2.1 million staff). Teams have the same size at every scale; the more citizens, the more "
        "teams a service has. Luck is keyed by place, service and person, so the same seed has the "
        "same problems at every scale, and scales are compared on paired seeds. Dear runs have "
        f"fewer seeds: {SCALES[1]} at 1:1."
    )
    reading = "An effect agrees with that at the default where the difference of the two is small."
    takes = "about nine minutes on two cores"
    intervals = "the 95% interval over paired seeds"
    keys = ("scenario", "scale")
    slice = tuple(
        number
        for number, (scale, _) in enumerate(itertools.product(SCALES, ARMS))
        if scale == DEFAULT
    )
    drawings = (autonomy_by_scale, levels_by_scale)

    def scenarios(self) -> tuple[Scenario, ...]:
        return tuple(load_scenario(name) for name in ARMS)

    def ask(self) -> AtScale:
        return AtScale(self.scenarios(), england(DEFAULT), self.months)

    def points(self) -> pd.DataFrame:
        rows = [(arm, scale) for scale in SCALES for arm in ARMS]
        return pd.DataFrame(rows, columns=list(self.keys))

    def seeds_at(self, number: int) -> Sequence[int]:
        return self.seeds[: list(SCALES.values())[number // len(ARMS)]]

    def table(self, runs: pd.DataFrame, kept: Kept) -> pd.DataFrame:
        rows = []
        for (arm, scale), group in runs.groupby(list(self.keys), sort=True):
            row: dict[str, Any] = {
                "scenario": arm,
                "scale": scale,
                "citizens": int(england(int(scale)).citizens.sum()),
                "teams": teams(int(scale)),
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
        return [agreement(table), *(effects(table, name) for name in CONTRASTS), levels(table)]


def agreement(table: pd.DataFrame) -> str:
    """How many effects agree with those at the default, and which do not."""
    apart, count = [], 0
    for (name, outcome), scale in itertools.product(PAIRS, list(SCALES)[1:]):
        count += 1
        found = moved(table, name, outcome, scale)
        if found.clear and abs(found.mean) > NEAR:
            apart.append(
                f"{OUTCOMES[outcome].label.lower()}, {CONTRASTS[name][2]}, 1:{scale:,}: "
                f"{in_brackets(found)}"
            )
    rest = f" Those that do not: {'; '.join(apart)}." if apart else ""
    luck = round(0.05 * count)  # intervals are of 95%
    return (
        f"Of {count} effects of autonomy (two contrasts, six outcomes, three scales against the "
        f"default) {count - len(apart)} agree with the default within their intervals or within "
        f"{NEAR}.{rest} About {luck} of {count} would differ by luck alone, and 1:1 has "
        f"{SCALES[1]} seeds."
    )


def effects(table: pd.DataFrame, name: str) -> str:
    """What autonomy does, scale by scale."""
    parts = [
        f"{OUTCOMES[outcome].label.lower()} "
        + ", ".join(
            f"1:{scale:,} {in_brackets(effect(table, name, outcome, scale))}" for scale in SCALES
        )
        for outcome in SHOWN
    ]
    words = CONTRASTS[name][2]
    return f"{words[0].upper()}{words[1:]}: {'; '.join(parts)}."


def levels(table: pd.DataFrame) -> str:
    """What more teams do to levels: parallel search, and less noise in places."""
    far, least = [], min(SCALES.values())
    for outcome in SHOWN:
        changes = [
            (runs_at(table, arm, 1, outcome) - runs_at(table, arm, DEFAULT, outcome)[:least]).mean()
            for arm in ARMS
        ]
        far.append(
            f"{OUTCOMES[outcome].label.lower()} {max(changes, key=abs):+.3f}".replace("-", "−")
        )
    sizes = listed([f"{teams(scale):,} at 1:{scale:,}" for scale in SCALES])
    return (
        f"Levels move more than effects. Teams in England: {sizes}. With more teams a service's "
        "best practice is the best of more searches (parallel search), and a place's mean is less "
        "noisy. Largest change of a mean over four scenarios from 1:20,000 to 1:1: "
        f"{listed(far)}."
    )


STUDY = Scale()
