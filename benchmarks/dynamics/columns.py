"""One month of all citizens in NumPy columns, shared by the frameworks that keep a column for each
attribute (their stores and draws differ, not this).
"""

import numpy as np

from .specification import Setting

Columns = tuple[np.ndarray, np.ndarray, np.ndarray]
"""Trust, engaged, well-being."""


def month(
    s: Setting,
    services: tuple[np.ndarray, np.ndarray],
    drawn: tuple[np.ndarray, ...],
    columns: Columns,
) -> Columns:
    """The columns a month on. services: quality and regard of the staff. drawn: for each citizen
    whether staff are met, which, which other citizen, and a number in 0-1 that decides on joining
    or leaving.
    """
    (quality, regard), (met, staff, other, u), (trust, engaged, wellbeing) = (
        services,
        drawn,
        columns,
    )
    quality = quality[staff]
    surprise = np.clip(quality + s.expectation + s.perception_bias * (trust - 0.5), 0, 1) - trust
    after = trust + np.where(
        met, surprise * np.where(surprise > 0, s.trust_gain, s.trust_gain * s.trust_asymmetry), 0.0
    )
    around = (np.roll(trust, 1) + np.roll(trust, -1) + trust[other]) / 3
    after = np.clip(
        after + s.trust_pull * (around - after) - s.broken_promise * s.visible_cut, 0, 1
    )
    share = (np.roll(engaged, 1).astype(float) + np.roll(engaged, -1) + engaged[other]) / 3
    joins = (
        s.engage_rate * trust * regard[staff] * s.invitation * (1 + s.collective_capacity * share)
    )
    engaged = np.where(engaged, u >= s.disengage_rate * (1 - after), met & (u < joins))
    return after, engaged, wellbeing + np.where(met, s.wellbeing_rate * (quality - wellbeing), 0.0)
