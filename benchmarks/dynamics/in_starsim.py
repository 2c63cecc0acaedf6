"""Starsim: states as columns of a module, draws from its per-agent distributions (common random
numbers).
"""

import numpy as np
import starsim as ss

from benchmarks.dynamics.columns import month

from .specification import FIRST_WELLBEING, Setting, services, statistics


class Citizens(ss.Module):
    def __init__(self, setting: Setting):
        super().__init__()
        s = self.setting = setting
        self.services = services(s.citizens)
        self.meets, self.chance = ss.bernoulli(p=s.encounter_rate), ss.random()
        self.staff, self.other = (
            ss.randint(low=0, high=len(self.services[0])),
            ss.randint(low=0, high=s.citizens),
        )
        self.define_states(
            ss.FloatArr("trust", default=ss.normal(loc=s.trust, scale=s.initial_variation)),
            ss.BoolState("engaged", default=ss.bernoulli(p=s.initial_engagement)),
            ss.FloatArr("wellbeing", default=FIRST_WELLBEING),
        )

    def init_post(self):
        super().init_post()
        self.trust[:] = np.clip(self.trust.values, 0, 1)

    def step(self):
        uids = self.sim.people.auids
        drawn = tuple(draw.rvs(uids) for draw in (self.meets, self.staff, self.other, self.chance))
        lived = month(
            self.setting,
            self.services,
            drawn,
            (self.trust.values, self.engaged.values, self.wellbeing.values),
        )
        self.trust[:], self.engaged[:], self.wellbeing[:] = lived


def run(s: Setting) -> dict[str, float]:
    citizens = Citizens(s)
    sim = ss.Sim(
        n_agents=s.citizens,
        modules=citizens,
        start=0,
        stop=s.months - 1,
        dt=1,
        rand_seed=s.seed,
        verbose=0,
        copy_inputs=False,
    )
    sim.run()
    return statistics(
        *(getattr(citizens, name).values for name in ("trust", "engaged", "wellbeing"))
    )
