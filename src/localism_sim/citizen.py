"""The citizen: trust in local services, engagement in co-production, well-being. Phase 8 (encounter)."""

from collections import namedtuple

from .agent import RowAgent
from .columns import Column
from .randomness import ENCOUNTER, bits, first_share, second_share, third_below
from .rules import rule, step, wide

COLUMNS = (
    Column("trust", "f4", "share", "trust in local services", leaves=2),
    Column("engaged", "i1", "yes/no", "takes part in shaping services", leaves=2),
    Column("wellbeing", "f4", "share", "well-being as far as services bear on it"),
)
Citizens = namedtuple("Citizens", [column.name for column in COLUMNS])  # type: ignore[misc]
"""Citizens alone are kept column by column: there may be 53 million, and a month streams through them."""


WARD = 1024
"""Citizens of a ward: they are each other's neighbours and acquaintances, and their month is worked out together, in the processor's cache."""


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


@rule
def trust_after_month(trust, met, quality, neighbours, visible_cut, p):
    """Trust at the end of a month: an encounter if there was one, then talk and news."""
    encountered = updated_trust(trust, perceived_quality(quality, trust, p), p)
    return social_trust(encountered if met else trust, neighbours, visible_cut, p)


@rule
def engaged_after_month(engaged, met, trust_before, trust, regard, others, u, p):
    """Whether a citizen is engaged (1) or not (0) after a month: the engaged leave as trust fails, others join when they meet staff."""
    staying = 0 if u < disengage_hazard(trust, p) else 1
    joining = 1 if met and u < engage_hazard(trust_before, regard, others, p) else 0
    return staying if engaged == 1 else joining


@rule
def moved_wellbeing(wellbeing, met, quality, p):
    """Well-being after a month: moves towards the quality met."""
    return wellbeing + (p.wellbeing_rate * (quality - wellbeing) if met else 0.0)


@rule
def mean_of_three(a, b, c):
    """Mean over the two neighbours and the acquaintance of a month."""
    return (a + b + c) * (1.0 / 3.0)


@rule
def staff_met(meeting, p, staff_here):
    """Position of the member of staff met, among those of the place; every one alike likely."""
    return min(staff_here - 1, int(meeting * (staff_here / max(p.encounter_rate, 1e-9)))) if meeting < p.encounter_rate else 0


@step
def meet_service(citizen, block, w, p, month):
    """Phase 8: meet a member of staff or not, hear the neighbours and an acquaintance, see the cuts; engage, stay, or leave."""
    z, s = w.citizens, w.staff
    ward, home = w.blocks[block], w.places[w.blocks[block].place]
    now, after = month & 1, 1 - (month & 1)
    luck = bits(w.seed, ENCOUNTER, home.key + citizen - home.first_citizen, month)
    meeting = first_share(luck)
    met = meeting < p.encounter_rate
    staff = s[home.first_staff + staff_met(meeting, p, home.last_staff - home.first_staff)]
    left = citizen - 1 if citizen > ward.first else ward.last - 1
    right = citizen + 1 if citizen < ward.last - 1 else ward.first
    far = ward.first + third_below(luck, ward.last - ward.first)
    neighbours = mean_of_three(wide(z.trust[now, left]), wide(z.trust[now, right]), wide(z.trust[now, far]))
    others = mean_of_three(z.engaged[now, left], z.engaged[now, right], z.engaged[now, far])
    before = wide(z.trust[now, citizen])
    trust = trust_after_month(before, met, staff.quality, neighbours, home.visible_cut, p)
    z.trust[after, citizen] = trust
    z.engaged[after, citizen] = engaged_after_month(z.engaged[now, citizen], met, before, trust, staff.regard, others, second_share(luck), p)
    z.wellbeing[citizen] = moved_wellbeing(wide(z.wellbeing[citizen]), met, staff.quality, p)


@step
def gather_ward(block, start, room, index, w, p, month):
    """Draws of a ward's citizens and what they see, into places start, start + 1, ... of `room`."""
    z = w.citizens
    ward, home = w.blocks[block], w.places[w.blocks[block].place]
    now = month & 1
    first, size = ward.first, ward.last - ward.first
    key, first_staff, staff_here = home.key + first - home.first_citizen, home.first_staff, home.last_staff - home.first_staff
    trust, engaged = z.trust[now, first : first + size], z.engaged[now, first : first + size]
    meeting, chance, neighbours, others = room[0, start:], room[1, start:], room[2, start:], room[3, start:]
    far, post = index[0, start:], index[1, start:]
    for k in range(size):
        luck = bits(w.seed, ENCOUNTER, key + k, month)
        meeting[k] = first_share(luck)
        chance[k] = second_share(luck)
        far[k] = third_below(luck, size)
        post[k] = first_staff + staff_met(meeting[k], p, staff_here)
    for k in range(1, size - 1):
        neighbours[k] = mean_of_three(wide(trust[k - 1]), wide(trust[k + 1]), wide(trust[far[k]]))
        others[k] = mean_of_three(engaged[k - 1], engaged[k + 1], engaged[far[k]])
    for k in range(0, size, max(1, size - 1)):
        left, right = (k - 1) % size, (k + 1) % size
        neighbours[k] = mean_of_three(wide(trust[left]), wide(trust[right]), wide(trust[far[k]]))
        others[k] = mean_of_three(engaged[left], engaged[right], engaged[far[k]])
    visible_cut = home.visible_cut
    for k in range(size):
        room[6, start + k] = visible_cut


@step
def meet_services(first_block, last_block, room, index, w, p, month):
    """Phase 8 for the wards of some blocks: `meet_service` in short loops over the same rules, which the processor runs several citizens at a time.

    room, index: arrays of seven rows, and (unsigned) two, wide enough for all these citizens, for what is gathered.
    """
    z = w.citizens
    now, after = month & 1, 1 - (month & 1)
    first = w.blocks[first_block].first
    size = w.blocks[last_block - 1].last - first
    for block in range(first_block, last_block):
        gather_ward(block, w.blocks[block].first - first, room, index, w, p, month)
    meeting, chance, neighbours, others, quality, regard, visible_cut = room[0], room[1], room[2], room[3], room[4], room[5], room[6]
    post = index[1]
    for k in range(size):
        staff = w.staff[post[k]]
        quality[k] = staff.quality
        regard[k] = staff.regard
    trust_now, engaged_now = z.trust[now, first : first + size], z.engaged[now, first : first + size]
    trust_after, engaged_after, wellbeing = z.trust[after, first : first + size], z.engaged[after, first : first + size], z.wellbeing[first : first + size]
    for k in range(size):
        met = meeting[k] < p.encounter_rate
        before = wide(trust_now[k])
        trust = trust_after_month(before, met, quality[k], neighbours[k], visible_cut[k], p)
        trust_after[k] = trust
        engaged_after[k] = engaged_after_month(engaged_now[k], met, before, trust, regard[k], others[k], chance[k], p)
        wellbeing[k] = moved_wellbeing(wide(wellbeing[k]), met, quality[k], p)


class Citizen(RowAgent):
    """One resident: trust in local services, engagement in co-production, well-being."""

    columns = COLUMNS
    state = "citizens"
    structured = False

    def encounter(self):
        """Phase 8: meet a service."""
        self.act(meet_service, self.block)
