"""AMBER (`ambr`), its vectorised lane: columns of a Polars frame through the view API."""

import ambr as am
import numpy as np

from benchmarks.dynamics.columns import month

from .specification import FIRST_WELLBEING, Setting, services, statistics

COLUMNS = ("trust", "engaged", "wellbeing")


class Town(am.Model):
    def setup(self):
        s = self.setting = self.p["setting"]
        self.services = services(s.citizens)
        trust = np.clip(self.rng.normal(s.trust, s.initial_variation, s.citizens), 0, 1)
        self.add_agents(
            s.citizens,
            trust=trust,
            engaged=self.rng.random(s.citizens) < s.initial_engagement,
            wellbeing=np.full(s.citizens, FIRST_WELLBEING),
        )

    def step_vectorized(self):
        s, rng, n = self.setting, self.rng, self.setting.citizens
        drawn = (
            rng.random(n) < s.encounter_rate,
            rng.integers(0, len(self.services[0]), n),
            rng.integers(0, n, n),
            rng.random(n),
        )
        lived = month(s, self.services, drawn, tuple(self.agents.array(name) for name in COLUMNS))
        self.agents.set(**dict(zip(COLUMNS, lived)))


def run(s: Setting) -> dict[str, float]:
    town = Town({"setting": s, "steps": s.months, "seed": s.seed, "show_progress": False})
    town.cpu(mode="vectorized").run()
    return statistics(*(np.asarray(town.agents.array(name)) for name in COLUMNS))
