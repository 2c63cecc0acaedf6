"""One citizen's month in plain Python, shared by the frameworks that keep an object for each agent
(their base classes and schedules differ, not this).
"""

from .specification import FIRST_WELLBEING


def kept(x: float) -> float:
    """x, within 0-1."""
    return min(1.0, max(0.0, x))


class Person:
    """Behaviour of one citizen; `left`, `right` and `model` are set by the framework's own
    model.
    """

    def begin(self, s, draw) -> None:
        self.trust = self.next_trust = kept(draw.gauss(s.trust, s.initial_variation))
        self.engaged = self.next_engaged = draw.random() < s.initial_engagement
        self.wellbeing = FIRST_WELLBEING

    def live(self, s, draw, citizens, staff) -> None:
        """Work out next month's state from this month's."""
        trust, joins = self.trust, 0.0
        around = (self.left, self.right, draw.choice(citizens))
        if draw.random() < s.encounter_rate:
            quality, regard = draw.choice(staff)
            engaged = (around[0].engaged + around[1].engaged + around[2].engaged) / 3
            joins = (
                s.engage_rate
                * trust
                * regard
                * s.invitation
                * (1 + s.collective_capacity * engaged)
            )
            surprise = kept(quality + s.expectation + s.perception_bias * (trust - 0.5)) - trust
            trust += surprise * (s.trust_gain if surprise > 0 else s.trust_gain * s.trust_asymmetry)
            self.wellbeing += s.wellbeing_rate * (quality - self.wellbeing)
        mean = (around[0].trust + around[1].trust + around[2].trust) / 3
        self.next_trust = kept(
            trust + s.trust_pull * (mean - trust) - s.broken_promise * s.visible_cut
        )
        u = draw.random()
        self.next_engaged = (
            u >= s.disengage_rate * (1 - self.next_trust) if self.engaged else u < joins
        )

    def settle(self) -> None:
        self.trust, self.engaged = self.next_trust, self.next_engaged


def make_ring(citizens) -> None:
    """Tell each citizen who stands left and right."""
    for k, citizen in enumerate(citizens):
        citizen.left, citizen.right = citizens[k - 1], citizens[(k + 1) % len(citizens)]
