"""NumPy alone, whole columns at a time: the reference that the others are held to."""

import numpy as np

from .specification import FIRST_WELLBEING, Setting, services, statistics


def run(s: Setting) -> dict[str, float]:
    rng, n = np.random.default_rng(s.seed), s.citizens
    quality, regard = services(n)
    trust = np.clip(rng.normal(s.trust, s.initial_variation, n), 0, 1)
    engaged = rng.random(n) < s.initial_engagement
    wellbeing = np.full(n, FIRST_WELLBEING)
    for _ in range(s.months):
        met = rng.random(n) < s.encounter_rate
        staff = rng.integers(0, len(quality), n)
        other = rng.integers(0, n, n)
        surprise = (
            np.clip(quality[staff] + s.expectation + s.perception_bias * (trust - 0.5), 0, 1)
            - trust
        )
        rate = np.where(surprise > 0, s.trust_gain, s.trust_gain * s.trust_asymmetry)
        after = trust + np.where(met, rate * surprise, 0.0)
        around = (np.roll(trust, 1) + np.roll(trust, -1) + trust[other]) / 3
        after = np.clip(
            after + s.trust_pull * (around - after) - s.broken_promise * s.visible_cut, 0, 1
        )
        share = (np.roll(engaged, 1).astype(float) + np.roll(engaged, -1) + engaged[other]) / 3
        joins = (
            s.engage_rate
            * trust
            * regard[staff]
            * s.invitation
            * (1 + s.collective_capacity * share)
        )
        u = rng.random(n)
        engaged = np.where(engaged, u >= s.disengage_rate * (1 - after), met & (u < joins))
        wellbeing += np.where(met, s.wellbeing_rate * (quality[staff] - wellbeing), 0.0)
        trust = after
    return statistics(trust, engaged, wellbeing)
