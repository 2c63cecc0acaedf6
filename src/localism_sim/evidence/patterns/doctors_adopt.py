"""Professionals take up an easy thing within months."""

from __future__ import annotations

import numpy as np

from ...model.parameters import Parameters
from ...model.places import Places
from ..pattern import Pattern, about
from ..set_up import GOOD, NO_CENTRE, doing, months_of, one_good_practice

SEEN = {4: 0.32, 8: 0.66, 17: 0.87}


def measure(behaviour: Parameters, seed: int) -> dict[str, float]:
    """Share who have ever used it."""
    params = behaviour.replace(
        **NO_CENTRE, domains=1, staff_per_citizen=0.5, relational_depth=0.0, need_diversity=0.0
    )

    def launched(world):
        one_good_practice(world)
        world.departments["promoted"] = GOOD

    used: list[float] = []
    ever: np.ndarray | None = None
    for world in months_of(params, Places.synthetic(16), seed, max(SEEN), launched):
        ever = doing(world) if ever is None else ever | doing(world)
        used.append(float(ever.mean()))
    return {f"month_{month}": used[month - 1] for month in SEEN}


PATTERN = Pattern(
    "doctors_adopt",
    "Doctors take up a drug",
    "Coleman, Katz & Menzel 1966: tetracycline, 125 doctors (netdiffuseR medInnovations)",
    "sixteen practices of professionals without a centre; a simple thing that is worth more "
    "everywhere is promoted to all",
    "125 doctors: .04; .1 for a drug that is no practice of a public service",
    "held back",
    "promotion_rate and inquiry_rate: rates that serve governments are too slow for doctors, who "
    "heard from salesmen every month",
    tuple(
        about(f"month_{month}", f"share who ever used it after {month} months", seen, 0.1, month)
        for month, seen in SEEN.items()
    ),
    measure,
    "V10",
)
