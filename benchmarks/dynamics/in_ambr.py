"""AMBER (`ambr`), its vectorised lane: columns of a Polars frame through the view API."""

import ambr as am
import numpy as np

from .specification import FIRST_WELLBEING, Setting, services, statistics


class Town(am.Model):
    def setup(self):
        s = self.setting = self.p["setting"]
        self.quality, self.regard = services(s.citizens)
        trust = np.clip(self.rng.normal(s.trust, s.initial_variation, s.citizens), 0, 1)
        self.add_agents(s.citizens, trust=trust, engaged=self.rng.random(s.citizens) < s.initial_engagement,
                        wellbeing=np.full(s.citizens, FIRST_WELLBEING))

    def step_vectorized(self):
        s, rng, n = self.setting, self.rng, self.setting.citizens
        trust, engaged, wellbeing = (self.agents.array(name) for name in ("trust", "engaged", "wellbeing"))
        met, staff, other, u = rng.random(n) < s.encounter_rate, rng.integers(0, len(self.quality), n), rng.integers(0, n, n), rng.random(n)
        quality = self.quality[staff]
        surprise = np.clip(quality + s.expectation + s.perception_bias * (trust - 0.5), 0, 1) - trust
        after = trust + np.where(met, surprise * np.where(surprise > 0, s.trust_gain, s.trust_gain * s.trust_asymmetry), 0.0)
        around = (np.roll(trust, 1) + np.roll(trust, -1) + trust[other]) / 3
        after = np.clip(after + s.trust_pull * (around - after) - s.broken_promise * s.visible_cut, 0, 1)
        share = (np.roll(engaged, 1).astype(float) + np.roll(engaged, -1) + engaged[other]) / 3
        joins = s.engage_rate * trust * self.regard[staff] * s.invitation * (1 + s.collective_capacity * share)
        self.agents.set(trust=after, engaged=np.where(engaged, u >= s.disengage_rate * (1 - after), met & (u < joins)),
                        wellbeing=wellbeing + np.where(met, s.wellbeing_rate * (quality - wellbeing), 0.0))


def run(s: Setting) -> dict[str, float]:
    town = Town({"setting": s, "steps": s.months, "seed": s.seed, "show_progress": False})
    town.cpu(mode="vectorized").run()
    return statistics(*(np.asarray(town.agents.array(name)) for name in ("trust", "engaged", "wellbeing")))
