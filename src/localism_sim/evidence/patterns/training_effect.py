"""What training changes in behaviour at work."""

from __future__ import annotations

import numpy as np

from ...model.engine import simulate
from ...model.parameters import Parameters
from ..pattern import Pattern, about
from ..set_up import england, under


def measure(behaviour: Parameters, seed: int) -> dict[str, float]:
    """Difference in capability after six months with and without live learning, in standard
    deviations between staff (Cohen's d).
    """
    trained, control = (
        simulate(
            under(behaviour, "status_quo_2010", practice_learning=level),
            england(),
            seed,
            6,
            threads=1,
        ).world.staff.capability
        for level in (0.8, 0.0)
    )
    spread = np.sqrt((trained.var() + control.var()) / 2.0)
    return {"d": float((trained.mean() - control.mean()) / spread)}


PATTERN = Pattern(
    "training_effect",
    "What training changes",
    "Arthur, Bennett, Edens & Bell 2003: d = .62 for behaviour (122 studies)",
    "England as in 2010 without cuts, live learning (.8) against none, six months",
    "studies differ: .2",
    "held back",
    "learning_rate, forgetting_rate and initial_variation",
    (about("d", "difference in capability, in standard deviations", 0.62, 0.2),),
    measure,
)
