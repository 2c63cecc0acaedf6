"""Scale: may a small run stand for England?"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from experiments.scale.figures import autonomy_by_scale, levels_by_scale, reforms_by_scale
from experiments.scale.settings import (
    ARMS,
    CONTRASTS,
    DEFAULT,
    MEAN_OF_BOTH,
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
from experiments.tables import mean_columns, rows_as_table
from localism_sim.analysis.statistics import Contrast
from localism_sim.model.outcomes import OUTCOMES
from localism_sim.model.scenario import Scenario, load_scenario
from localism_sim.report.words import listed, signed

PAIRS = tuple(itertools.product(CONTRASTS, SHOWN))


def in_brackets(found: Contrast, digits: int = 3) -> str:
    """'+0.041 (+0.035 to +0.047)', with a true minus."""
    low, high = signed(found.low, digits), signed(found.high, digits)
    return f"{signed(found.mean, digits)} ({low} to {high})"


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
    reading = (
        "An effect agrees with that at the default where the difference of the two is small. Five "
        "effects are looked at: of the reforms under the centre and where places decide, of "
        "autonomy without and with the reforms, and what both do together beyond their sum."
    )
    takes = "about nine minutes on two cores"
    intervals = "the 95% interval over paired seeds"
    keys = ("scenario", "scale")
    slice = tuple(
        number
        for number, (scale, _) in enumerate(itertools.product(SCALES, ARMS))
        if scale == DEFAULT
    )
    drawings = (reforms_by_scale, autonomy_by_scale, levels_by_scale)

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
        return [
            agreement(table),
            harm(table),
            changed(table),
            levels(table),
        ]

    def numbers(self, table: pd.DataFrame) -> str:
        return "\n\n".join(effects(table, name) for name in CONTRASTS)


def agreement(table: pd.DataFrame) -> str:
    """How many effects agree with those at the default, and which do not."""
    apart: dict[str, list[str]] = {}
    for (name, outcome), scale in itertools.product(PAIRS, list(SCALES)[1:]):
        found = moved(table, name, outcome, scale)
        if found.clear and abs(found.mean) > NEAR:
            digits = digits_of(outcome)
            told = f"{CONTRASTS[name]} at 1:{scale:,} by {in_brackets(found, digits)}"
            apart.setdefault(OUTCOMES[outcome].label.lower(), []).append(told)
    count, far = len(PAIRS) * (len(SCALES) - 1), sum(map(len, apart.values()))
    rest = "; ".join(f"{outcome}: {', '.join(each)}" for outcome, each in apart.items())
    luck = round(0.05 * count)  # intervals are of 95%
    return (
        f"Of {count} effects (five contrasts, six outcomes, three scales against the default) "
        f"{count - far} agree with the default within their intervals or within {NEAR}; about "
        f"{luck} would differ by luck alone, and 1:1 has {SCALES[1]} seeds. "
        + (f"Those that differ: {rest}." if rest else "None differs by more.")
    )


def harm(table: pd.DataFrame) -> str:
    """What the reforms do to harm, scale by scale, on the seeds that all scales have."""
    seeds = min(SCALES.values())
    parts = [
        f"{in_brackets(effect(table, MEAN_OF_BOTH, 'harm', scale, seeds), 2)} at 1:{scale:,}"
        for scale in SCALES
    ]
    centre = effect(table, "reforms_under_the_centre", "harm", 1)
    said = "clear" if centre.clear else "not clear"
    return (
        f"**Harm falls with scale.** The reforms add {listed(parts)} months a citizen (mean of "
        f"both, the same {seeds} seeds). Under the centre alone at 1:1: {in_brackets(centre, 2)}, "
        f"{said}."
    )


def told(found: Contrast) -> str:
    """What is said of an effect: 'more', 'less' or 'not clear'."""
    return ("more" if found.mean > 0 else "less") if found.clear else "not clear"


def changed(table: pd.DataFrame) -> str:
    """Where one would say another thing of an effect at 1:1 than at the default."""
    parts = []
    for name, outcome in PAIRS:
        usual, whole = (effect(table, name, outcome, scale) for scale in (DEFAULT, 1))
        if told(usual) != told(whole):
            digits = digits_of(outcome)
            parts.append(
                f"{OUTCOMES[outcome].label.lower()}, {CONTRASTS[name]}: "
                f"{in_brackets(usual, digits)} at 1:{DEFAULT:,} and {in_brackets(whole, digits)} "
                "at 1:1"
            )
    signs = " No effect that is clear at both changes its sign." if signs_hold(table) else ""
    return (
        f"At 1:1 one would say another thing (more, less, not clear) of {len(parts)} of "
        f"{len(PAIRS)} effects: {'; '.join(parts) or 'none'}.{signs}"
    )


def signs_hold(table: pd.DataFrame) -> bool:
    """Whether no effect that is clear at the default is clear with the other sign at 1:1."""
    return not any(
        {told(effect(table, *pair, scale)) for scale in (DEFAULT, 1)} == {"more", "less"}
        for pair in PAIRS
    )


def digits_of(outcome: str) -> int:
    """Decimals in which effects on an outcome are told."""
    return 2 if outcome == "harm" else 3


def effects(table: pd.DataFrame, name: str) -> str:
    """One effect on all outcomes, scale by scale, as a table."""
    rows = [
        [
            f"{OUTCOMES[outcome].label} ({OUTCOMES[outcome].unit})",
            *(
                in_brackets(effect(table, name, outcome, scale), digits_of(outcome))
                for scale in SCALES
            ),
        ]
        for outcome in SHOWN
    ]
    words = CONTRASTS[name]
    title = f"**{words[0].upper()}{words[1:]}**, with its 95% interval"
    return f"{title}\n\n{rows_as_table(['outcome', *(f'1:{s:,}' for s in SCALES)], rows)}"


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
        f"Levels move more than most effects. Teams in England: {sizes}. With more teams a "
        "service's best practice is the best of more searches (parallel search), and a place's "
        "mean is less noisy. Largest change of a mean over four scenarios from 1:20,000 to 1:1: "
        f"{listed(far)}."
    )


STUDY = Scale()
