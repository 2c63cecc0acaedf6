"""The citizen: trust in local services, engagement in co-production, well-being. Phase 8 (encounter)."""

from collections import namedtuple

from .agent import RowAgent
from .columns import Column
from .randomness import ENGAGE, LONG_TIE, MEETING, uniform
from .rules import rule, step, wide

COLUMNS = (
    Column("trust", "f4", "share", "trust in local services", leaves=2),
    Column("engaged", "i1", "yes/no", "takes part in shaping services", leaves=2),
    Column("wellbeing", "f4", "share", "well-being as far as services bear on it"),
)
Citizens = namedtuple("Citizens", [column.name for column in COLUMNS])
"""Citizens alone are kept column by column: there may be 53 million, and a month streams through them."""


@rule
def perceived_quality(quality, trust, p):
    """What is made of an encounter: q + expectation + bias x (trust - 0.5), within 0-1: present trust colours it (Poortinga & Pidgeon 2004)."""
    return min(1.0, max(0.0, quality + p.expectation + p.perception_bias * (trust - 0.5)))


@rule
def updated_trust(trust, perceived, p):
    """Trust after one encounter (0-1).

    trust + g (perceived - trust), where g is `trust_gain` for a better than expected encounter and `trust_gain x trust_asymmetry` for a worse one:
    losses weigh more (Slovic 1993; Kampen et al. 2006 for public agencies).
    """
    surprise = perceived - trust
    rate = p.trust_gain if surprise > 0.0 else min(1.0, p.trust_gain * p.trust_asymmetry)
    return trust + rate * surprise


@rule
def social_trust(trust, neighbours, visible_cut, p):
    """Trust after talk and news: pulled towards the neighbours' mean, less what a visibly broken promise costs (essay E2)."""
    return min(1.0, max(0.0, trust + p.trust_pull * (neighbours - trust) - p.broken_promise * visible_cut))


@rule
def invitation(p):
    """Chance-like invitation to take part (0-1), raised by early engagement (essay R1)."""
    return p.base_invitation + (1.0 - p.base_invitation) * p.early_engagement


@rule
def engage_hazard(trust, regard, engaged_neighbours, p):
    """Monthly chance of engaging: rate x trust x regard of the staff met x invitation, up to doubled by engaged neighbours with collective capacity (R9)."""
    return p.engage_rate * trust * regard * invitation(p) * (1.0 + p.collective_capacity * engaged_neighbours)


@rule
def disengage_hazard(trust, p):
    """Monthly chance of leaving: rate x (1 - trust)."""
    return p.disengage_rate * (1.0 - trust)


@step
def meet_service(citizen, place, w, p, month):
    """Phase 8: meet a member of staff or not, hear the neighbours, see the cuts; engage, stay, or leave."""
    z, s = w.citizens, w.staff
    now, after = month & 1, 1 - (month & 1)
    first = w.places[place].first_citizen
    size = w.places[place].last_citizen - first
    local = citizen - first
    key = w.places[place].key + local
    left = citizen - 1 if local > 0 else first + size - 1
    right = citizen + 1 if local < size - 1 else first
    far = first + int(uniform(w.seed, LONG_TIE, key, 0) * size)
    neighbours = (wide(z.trust[now, left]) + wide(z.trust[now, right]) + wide(z.trust[now, far])) * (1.0 / 3.0)
    trust = wide(z.trust[now, citizen])
    engaged = z.engaged[now, citizen]
    met = uniform(w.seed, MEETING, key, month)
    start = 0.0
    if met < p.encounter_rate:
        first_staff = w.places[place].first_staff
        staff_here = w.places[place].last_staff - first_staff
        staff = first_staff + min(staff_here - 1, int(met / p.encounter_rate * staff_here))
        quality = s[staff].quality
        z.wellbeing[citizen] = wide(z.wellbeing[citizen]) + p.wellbeing_rate * (quality - wide(z.wellbeing[citizen]))
        if engaged == 0:
            others = (z.engaged[now, left] + z.engaged[now, right] + z.engaged[now, far]) * (1.0 / 3.0)
            start = engage_hazard(trust, s[staff].regard, others, p)
        trust = updated_trust(trust, perceived_quality(quality, trust, p), p)
    trust = social_trust(trust, neighbours, w.places[place].visible_cut, p)
    z.trust[after, citizen] = trust
    u = uniform(w.seed, ENGAGE, key, month)
    if engaged == 1:
        z.engaged[after, citizen] = 0 if u < disengage_hazard(trust, p) else 1
    else:
        z.engaged[after, citizen] = 1 if u < start else 0


class Citizen(RowAgent):
    """One resident: trust in local services, engagement in co-production, well-being."""

    columns = COLUMNS
    state = "citizens"
    structured = False

    def encounter(self):
        """Phase 8: meet a service."""
        self.act(meet_service, self.place)
