"""Mesa: an `Agent` a citizen, `AgentSet.do` for the two halves of a month."""

import mesa
import numpy as np

from .people import Person, make_ring
from .specification import Setting, services, statistics


class Citizen(Person, mesa.Agent):
    def month(self):
        self.live(self.model.setting, self.random, self.model.people, self.model.staff)


class Town(mesa.Model):
    def __init__(self, s: Setting):
        super().__init__(rng=s.seed)
        quality, regard = services(s.citizens)
        self.setting, self.staff = s, list(zip(quality.tolist(), regard.tolist()))
        self.people = list(Citizen.create_agents(self, s.citizens))
        make_ring(self.people)
        for citizen in self.people:
            citizen.begin(s, self.random)

    def step(self):
        self.agents.do("month")
        self.agents.do("settle")


def run(s: Setting) -> dict[str, float]:
    town = Town(s)
    for _ in range(s.months):
        town.step()
    return statistics(
        *(np.array(town.agents.get(name)) for name in ("trust", "engaged", "wellbeing"))
    )
