"""Settings and landscapes under which the model's rules come down to one mechanism with a known
answer.
"""

import numpy as np

import localism_sim as ls
from localism_sim.model.first_model import FIRST_MODEL

OPEN = {
    **FIRST_MODEL,
    "team_size": 3,
    "domains": 1,
    "choices": 6,
    "complexity": 0,
    "legacy_quantile": 0.0,
    "need_diversity": 0.0,
    "relational_depth": 0.0,
    "judgement_noise": 0.0,
    "base_demand": 0.0,
    "failure_demand": 0.0,
    "cuts": 0.0,
    "autonomy": 1.0,
    "control": 0.0,
    "comply_rate": 0.0,
    "turnover": 0.0,
    "entry_rate": 0.0,
    "trial_months": 60,
    "initial_capability": 1.0,
    "initial_regard": 1.0,
    "initial_motivation": 1.0,
    "initial_engagement": 1.0,
    "initial_variation": 0.0,
    "forgetting_rate": 0.0,
    "motivation_rate": 0.0,
    "regard_rate": 0.0,
    "disengage_rate": 0.0,
    "chain_length": 0,
    "stop_rate": 0.0,
}
"""All gates open: every staff member has time, skill, will and permission; anything new is better
than legacy. What the second model added is at its neutral value, unless a test is about it.
"""

QUIET = {
    **OPEN,
    "chain_length": 1,
    "redesigns": 0.0,
    "inquiry_rate": 0.0,
    "borrow_rate": 0.0,
    "alternative_support": 0.0,
    "diversity_aversion": 0.0,
    "alignment_rate": 0.0,
    "encounter_rate": 0.0,
    "engage_rate": 0.0,
    "openness_weight": 0.0,
    "implementation_dip": 0.0,
    "deprivation_gradient": 0.0,
}
"""As `OPEN`, but nobody moves by themselves: a test opens the one gate that it is about."""


def first_model(**changes) -> ls.Parameters:
    """Parameters under which nothing is at work that the second model added, but for changes."""
    return ls.Parameters(**FIRST_MODEL | changes)


def score_of(value):
    """The score that is squashed into a value in (0, 1): z = (2 v - 1) sqrt(2 / (1 - (2 v - 1)^2)),
    the inverse of `landscape.squashed`.
    """
    x = 2.0 * np.asarray(value, float) - 1.0
    return x * np.sqrt(2.0 / (1.0 - x * x))


def set_values(world, values) -> None:
    """Give practice i the worth values[i] in every service, and staff the worth of what they do."""
    world.score.T[:] = score_of(values)
    world.services["legacy_value"] = values[0]
    world.services["best_value"] = np.max(values)
    world.staff.value[:] = np.asarray(values)[world.staff.practice]


def all_practise(world, practices) -> None:
    """Let staff practise these, as routine, and show them."""
    for column in ("practice", "shown", "fallback"):
        getattr(world.staff, column)[:] = practices
