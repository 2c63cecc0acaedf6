"""Who learns from whom and who is neighbour to whom: ties as functions of agent and slot, so none
is stored.

Near ties run round a ring inside the team. `challenge_focus` opens ties to other services of the
same place, `connectivity` ties to the same service elsewhere, `city_regions` such ties inside the
city region; `outside_ties` reach other places anyway. A tie's draw does not depend on the lever, so
raising a lever only adds ties.
"""

from .compilation import rule, step
from .randomness import TIE_DOMAIN, TIE_FAR, TIE_MEMBER, TIE_PLACE, TIE_REDRAWN, below, uniform

NOBODY = -1
SLOTS = 16
"""Ties are numbered below this; a draw for one tie is keyed by month x SLOTS + slot, one for a
lasting tie by the slot alone.
"""


@rule
def key_of(staff, service, w):
    """What the draws of one member of staff are keyed by."""
    return w.services[service].key + staff - w.services[service].first_staff


@rule
def ring_offset(slot):
    """1, -1, 2, -2, 3, -3 ... for slots 0, 1, 2 ...: the nearest on both sides first."""
    return slot // 2 + 1 if slot % 2 == 0 else -(slot // 2 + 1)


@rule
def round_ring(position, size):
    """A position at most once round a ring of `size` away from its places 0 to size - 1."""
    if position < 0:
        return position + size
    return position - size if position >= size else position


@step
def member_of(service, key, w, moment):
    """Some member of a service, the same each time for one key and moment."""
    first = w.services[service].first_staff
    return first + below(w.services[service].last_staff - first, w.seed, TIE_MEMBER, key, moment)


@step
def far_tie(place, domain, slot, key, w, p):
    """A lasting tie beyond the service if the levers open one in this slot, else nobody.

    Slots 2, 3 may cross domains, 4 and up places. Places are drawn from all, the own one among
    them, where the tie leads to somebody of the own service.
    """
    if slot < 2:
        return NOBODY
    u = uniform(w.seed, TIE_FAR, key, slot)
    if slot < 4:
        if u >= p.challenge_focus or w.domains < 2:
            return NOBODY
        other = (domain + 1 + below(w.domains - 1, w.seed, TIE_DOMAIN, key, slot)) % w.domains
        return member_of(place * w.domains + other, key, w, slot)
    region = w.places[place].city_region
    if region >= 0 and u < p.city_regions:
        first = w.regions[region].first
        elsewhere = w.region_members[
            first + below(w.regions[region].last - first, w.seed, TIE_PLACE, key, slot)
        ]
    elif u < p.connectivity + (1.0 - p.connectivity) * p.outside_ties:
        elsewhere = below(w.count, w.seed, TIE_PLACE, key, slot)
    else:
        return NOBODY
    return member_of(elsewhere * w.domains + domain, key, w, slot)


@step
def colleague(staff, service, slot, w, p, month):
    """The row of the colleague in one slot, or nobody.

    A slot whose tie reaches beyond the service holds that tie; else the next colleague round the
    ring of the team, where the team is large enough.
    """
    place, domain = w.services[service].place, w.services[service].domain
    size, key = w.team_size, key_of(staff, service, w)
    first = w.staff.team[staff] * size
    moment = (month + 1) * SLOTS + slot
    if p.mixing > 0.0 and uniform(w.seed, TIE_REDRAWN, key, moment) < p.mixing:
        other = member_of(
            below(w.count, w.seed, TIE_PLACE, key, moment) * w.domains + domain, key, w, moment
        )
    else:
        other = far_tie(place, domain, slot, key, w, p)
        if other == NOBODY and slot < size - 1:
            other = first + round_ring(staff - first + ring_offset(slot), size)
    return NOBODY if other == staff else other


@step
def meet_colleagues(staff, service, w, p, month):
    """Notes whom one member of staff knows this month, slot by slot, for the rules that go over
    them again and again (`known_in`).
    """
    for slot in range(p.peers):
        w.known[w.services[service].place, slot] = colleague(staff, service, slot, w, p, month)


@step
def known_in(slot, service, w):
    """The `colleague` in one slot of whoever last met theirs in this place, or nobody."""
    return w.known[w.services[service].place, slot]
