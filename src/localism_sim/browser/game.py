"""The seminar game: who plays whom, which levers they move once a year, what they care about, and
the simple bots that stand in for absent groups.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from ..foundation.errors import BadInput
from ..model.outcomes import checked_outcome
from ..model.parameters import FIELDS
from ..model.scenario import load_scenario

GROUND = "coalition_2010"
"""The scenario in which a game begins; it has no timeline."""
LEVELS = 20
"""Number of steps of a lever from its lowest value (letter A) to its highest (letter U)."""


@dataclass(frozen=True)
class Role:
    """A group of players. letter: begins its codes. levers: each with the direction (1 up, -1 down)
    in which the bot moves it. cares: outcomes that make up its score; a change in the better
    direction counts. bot: moves its levers in a year after `watches` got worse.
    """

    letter: str
    title: str
    task: str
    levers: dict[str, int]
    cares: tuple[str, ...]
    watches: str
    bot_step: int = 3


ROLES = (
    Role(
        "W",
        "Whitehall",
        "You answer to Parliament for every place at once.",
        {"autonomy": -1, "reporting_burden": 1, "framework_scrutiny": 1},
        ("postcode_gap", "worst_place", "quality"),
        "postcode_gap",
    ),
    Role(
        "C",
        "Commissioners",
        "You buy and shape services in a place, with the money that is left.",
        {"open_commissioning": 1, "alternative_support": 1, "pooled_budgets": 1},
        ("quality", "cost_per_quality", "worst_place"),
        "quality",
    ),
    Role(
        "S",
        "Front-line staff",
        "You meet citizens every day and carry every change that others plan.",
        {"practice_learning": 1, "collaboration_reward": 1, "connectivity": 1},
        ("motivation", "capability", "workload"),
        "motivation",
    ),
    Role(
        "P",
        "Citizens",
        "You use services, judge them, and may take part in shaping them.",
        {"early_engagement": 1, "collective_capacity": 1},
        ("trust", "wellbeing", "engagement"),
        "trust",
    ),
)


def told() -> dict[str, Any]:
    """The game in the form that the page reads. Raises `BadInput` for a lever that cannot change
    during a run, an unknown outcome, an outcome without a better direction, or a ground with a
    timeline.
    """
    if load_scenario(GROUND).timeline:
        raise BadInput(f"game: {GROUND} has a timeline of its own")
    levers = [lever for role in ROLES for lever in role.levers]
    for lever in levers:
        if lever not in FIELDS or levers.count(lever) > 1:
            raise BadInput(f"game: '{lever}' must be a lever of one group")
    for role in ROLES:
        for outcome in (*role.cares, role.watches):
            checked_outcome(outcome)
    return {"ground": GROUND, "levels": LEVELS, "roles": [asdict(role) for role in ROLES]}
