"""agentpy: an `ap.Agent` a citizen, method calls broadcast over an `AgentList`."""

import agentpy as ap
import numpy as np

from .people import Person, make_ring
from .specification import Setting, services, statistics


class Citizen(Person, ap.Agent):
    def setup(self):
        self.begin(self.model.setting, self.model.random)

    def month(self):
        self.live(self.model.setting, self.model.random, self.model.everybody, self.model.staff)


class Town(ap.Model):
    def setup(self):
        self.setting = self.p.setting
        quality, regard = services(self.setting.citizens)
        self.staff = list(zip(quality.tolist(), regard.tolist()))
        self.people = ap.AgentList(self, self.setting.citizens, Citizen)
        self.everybody = list(self.people)
        make_ring(self.everybody)

    def step(self):
        self.people.month()
        self.people.settle()


def run(s: Setting) -> dict[str, float]:
    town = Town({"setting": s, "steps": s.months, "seed": s.seed})
    town.run(display=False)
    return statistics(
        *(np.array(list(getattr(town.people, name))) for name in ("trust", "engaged", "wellbeing"))
    )
