"""Starsim: states as columns of a module, draws from its per-agent distributions (common random numbers)."""

import numpy as np
import starsim as ss

from .specification import FIRST_WELLBEING, Setting, services, statistics


class Citizens(ss.Module):
    def __init__(self, setting: Setting):
        super().__init__()
        s = self.setting = setting
        self.quality, self.regard = services(s.citizens)
        self.meets, self.chance = ss.bernoulli(p=s.encounter_rate), ss.random()
        self.staff, self.other = ss.randint(low=0, high=len(self.quality)), ss.randint(low=0, high=s.citizens)
        self.define_states(
            ss.FloatArr("trust", default=ss.normal(loc=s.trust, scale=s.initial_variation)),
            ss.BoolState("engaged", default=ss.bernoulli(p=s.initial_engagement)),
            ss.FloatArr("wellbeing", default=FIRST_WELLBEING),
        )

    def init_post(self):
        super().init_post()
        self.trust[:] = np.clip(self.trust.values, 0, 1)

    def step(self):
        s, uids = self.setting, self.sim.people.auids
        trust, engaged, wellbeing = self.trust.values, self.engaged.values, self.wellbeing.values
        met, staff, other, u = (draw.rvs(uids) for draw in (self.meets, self.staff, self.other, self.chance))
        quality = self.quality[staff]
        surprise = np.clip(quality + s.expectation + s.perception_bias * (trust - 0.5), 0, 1) - trust
        after = trust + np.where(met, surprise * np.where(surprise > 0, s.trust_gain, s.trust_gain * s.trust_asymmetry), 0.0)
        around = (np.roll(trust, 1) + np.roll(trust, -1) + trust[other]) / 3
        after = np.clip(after + s.trust_pull * (around - after) - s.broken_promise * s.visible_cut, 0, 1)
        share = (np.roll(engaged, 1).astype(float) + np.roll(engaged, -1) + engaged[other]) / 3
        joins = s.engage_rate * trust * self.regard[staff] * s.invitation * (1 + s.collective_capacity * share)
        self.engaged[:] = np.where(engaged, u >= s.disengage_rate * (1 - after), met & (u < joins))
        self.wellbeing[:] = wellbeing + np.where(met, s.wellbeing_rate * (quality - wellbeing), 0.0)
        self.trust[:] = after


def run(s: Setting) -> dict[str, float]:
    citizens = Citizens(s)
    sim = ss.Sim(n_agents=s.citizens, modules=citizens, start=0, stop=s.months - 1, dt=1, rand_seed=s.seed, verbose=0, copy_inputs=False)
    sim.run()
    return statistics(*(getattr(citizens, name).values for name in ("trust", "engaged", "wellbeing")))
