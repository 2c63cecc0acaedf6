"""Two by two: the effects of the reforms, of autonomy, and of both together.

Four scenarios cross the reforms (carried out or not) with who decides (the centre or places). An
effect is a weighted sum of the four on the same seed, so its interval is paired (a 2 x 2 factorial
design; Box, Hunter & Hunter 2005).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..model.scenario import Scenario
from .intervals import half_widths

CELLS = (
    "centralist",
    "localist",
    "centralist_with_capability",
    "localist_with_capability",
)
"""The four scenarios: centre, places, centre with the reforms, places with the reforms."""
MAIN_EFFECTS = ("reforms", "autonomy", "interaction")
EFFECTS = {
    "reforms": (-0.5, -0.5, 0.5, 0.5),
    "autonomy": (-0.5, 0.5, -0.5, 0.5),
    "interaction": (1.0, -1.0, -1.0, 1.0),
    "reforms_under_the_centre": (-1.0, 0.0, 1.0, 0.0),
    "reforms_under_places": (0.0, -1.0, 0.0, 1.0),
    "autonomy_alone": (-1.0, 1.0, 0.0, 0.0),
    "autonomy_given_the_reforms": (0.0, 0.0, -1.0, 1.0),
    "both": (-1.0, 0.0, 0.0, 1.0),
}
"""The weights of the four scenarios in each effect. The effect of the reforms is the mean of their
effects under the centre and under places, and that of autonomy likewise; the interaction is what
both do beyond the sum of what each does alone.
"""
USUAL = "usual"
ROUNDING = 1e-12
"""A sum of four numbers that cancel counts as zero below this."""


@dataclass(frozen=True)
class Ground:
    """Circumstances in which the four scenarios are compared. title: a clause that says what holds
    there. changes: the parameters that differ from the main runs.
    """

    name: str
    title: str
    changes: tuple[tuple[str, float], ...]

    def of(self, arms: Sequence[Scenario]) -> tuple[Scenario, ...]:
        """The scenarios on this ground."""
        return tuple(arm.with_parameters(**dict(self.changes)) for arm in arms)


ALIKE = Ground(
    "alike",
    "needs are alike and the centre is able",
    (("need_diversity", 0.0), ("central_capacity", 0.9)),
)
"""The circumstances that are best for the centre: one answer fits everywhere, and the centre is
able.
"""


def other_rule(arms: Sequence[Scenario]) -> Ground:
    """The ground on which the centre judges its own candidates by the rival rule: by worth alone if
    these scenarios have it mark down whatever differs from the present standard, and the other way
    round.
    """
    biased = any(arm.parameters.status_quo_bias > 0.0 for arm in arms)
    title = (
        "the centre judges its candidates by worth alone"
        if biased
        else "the centre marks candidates down for being unlike the present standard"
    )
    return Ground("other_rule", title, (("status_quo_bias", 0.0 if biased else 1.0),))


def cells_of(arms: Sequence[Scenario]) -> tuple[Scenario, ...]:
    """The four scenarios, in the order of `CELLS`; empty if one of them is missing."""
    by_name = {arm.name: arm for arm in arms}
    return tuple(by_name[name] for name in CELLS) if set(CELLS) <= set(by_name) else ()


def grounds_for(arms: Sequence[Scenario]) -> tuple[Ground, ...]:
    """The other grounds for these scenarios, except one that they are already on."""
    four = cells_of(arms)
    found = [ground for ground in (ALIKE, other_rule(four)) if ground.of(four) != four]
    return tuple(found) if four else ()


def effects(runs: pd.DataFrame, outcomes: Sequence[str]) -> pd.DataFrame:
    """A row an effect and outcome: `effect`, `outcome`, `reference_mean` (under the unreformed
    centre), `difference` with its 95% interval `low` to `high` over paired seeds, `pairs`, and
    `clear`, whether that leaves out zero. Needs two seeds or more.
    """
    wide = runs.pivot(index="seed", columns="scenario", values=list(outcomes))
    values = np.array(
        [[wide[outcome][cell].to_numpy(float) for cell in CELLS] for outcome in outcomes]
    )
    paired = np.array(list(EFFECTS.values())) @ values
    half = half_widths(paired).ravel()
    mean = paired.mean(axis=-1).ravel()
    return pd.DataFrame(
        {
            "effect": np.tile(list(EFFECTS), len(outcomes)),
            "outcome": np.repeat(list(outcomes), len(EFFECTS)),
            "reference_mean": np.repeat(values[:, 0].mean(axis=-1), len(EFFECTS)),
            "difference": mean,
            "low": mean - half,
            "high": mean + half,
            "pairs": values.shape[-1],
            "clear": np.abs(mean) > np.maximum(half, ROUNDING),
        }
    )


def effects_by_ground(
    runs: pd.DataFrame, elsewhere: pd.DataFrame, outcomes: Sequence[str]
) -> pd.DataFrame:
    """`effects` on the usual ground and on every other one, with `ground` as the first column."""
    parts = {USUAL: runs}
    if len(elsewhere):
        parts |= {str(name): part for name, part in elsewhere.groupby("ground")}
    tables = [effects(part, outcomes).assign(ground=name) for name, part in parts.items()]
    table = pd.concat(tables, ignore_index=True)
    return table[["ground", *(name for name in table if name != "ground")]]
