"""What every framework must compute: the citizens' month of `src/localism_sim/model/citizen.py`,
cut loose from the rest of the model.

`citizens` people stand in a ring; services are provided by 4 staff for 100 citizens, whose quality
and regard stay as they are. At the start trust is normal (mean `trust`, standard deviation
`initial_variation`, kept within 0-1), a share `initial_engagement` is engaged, and well-being is
0.5. Every month, all at once, from what they all were the month before:

1. With chance `encounter_rate` a citizen meets a member of staff, each alike likely. What is
  perceived is
   quality + expectation + perception_bias x (trust - 0.5), kept within 0-1. Trust moves by
   `trust_gain` of the surprise, `trust_asymmetry` times as fast
   if it is bad. Well-being moves by `wellbeing_rate` of its distance to quality.
2. Around a citizen are the neighbours left and right and one other citizen drawn anew: trust is
  pulled by `trust_pull` towards their mean, falls by
   `broken_promise` x `visible_cut`, and is kept within 0-1.
3. Who is engaged leaves with chance disengage_rate x (1 - new trust). Who is not, and met staff,
  joins with chance
   engage_rate x trust before x regard of the staff met x invitation x (1 + collective_capacity x
   share engaged of those around), where
   invitation = base_invitation + (1 - base_invitation) x early_engagement.

A file of this folder named after a framework has `run(setting) -> dict`: the four `STATISTICS`
after the last month. It imports nothing of localism_sim (but `in_localism_sim.py`, whose subject
that is), so that a framework that needs other versions of NumPy can run in an environment of its
own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

STATISTICS = {"trust": 0.005, "trust_sd": 0.005, "engaged": 0.01, "wellbeing": 0.005}
"""Statistic to how far a framework's mean over seeds may lie from NumPy's: about four standard
errors for four seeds of 5,000 citizens, or less.
"""
FROM_PARAMETERS = (
    "encounter_rate",
    "expectation",
    "perception_bias",
    "trust_gain",
    "trust_asymmetry",
    "trust_pull",
    "broken_promise",
    "base_invitation",
    "early_engagement",
    "collective_capacity",
    "engage_rate",
    "disengage_rate",
    "wellbeing_rate",
    "trust",
    "initial_variation",
    "initial_engagement",
)
"""Rates that the specification takes from `localism_sim.Parameters`, by name."""
STAFF_PER_CITIZEN = 0.04
VISIBLE_CUT = 0.002
FIRST_WELLBEING = 0.5


@dataclass(frozen=True)
class Setting:
    """One run: size, length, seed, and rates by the names of `localism_sim.Parameters`."""

    citizens: int
    months: int
    seed: int
    rates: dict[str, float]

    def __getattr__(self, name: str) -> float:
        try:
            return self.__dict__["rates"][name]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def invitation(self) -> float:
        return self.base_invitation + (1 - self.base_invitation) * self.early_engagement


def services(citizens: int) -> tuple[np.ndarray, np.ndarray]:
    """Quality (0.4-0.8) and regard (0.2-0.6) of the staff, spread evenly and unrelated to each
    other.
    """
    staff = max(1, round(citizens * STAFF_PER_CITIZEN))
    even = (np.arange(staff) + 0.5) / staff
    golden = (np.arange(staff) * 0.6180339887498949) % 1.0
    return 0.4 + 0.4 * even, 0.2 + 0.4 * golden


def statistics(trust: np.ndarray, engaged: np.ndarray, wellbeing: np.ndarray) -> dict[str, float]:
    """The four statistics of a finished run."""
    return {
        "trust": float(trust.mean()),
        "trust_sd": float(trust.std()),
        "engaged": float(engaged.mean()),
        "wellbeing": float(wellbeing.mean()),
    }
