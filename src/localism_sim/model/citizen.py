"""The citizen: trust in local services, engagement in co-production, well-being.

Phase 8 (encounter).
"""

import math
from collections import namedtuple

import numpy as np

from ..foundation.column_type import hand_over_as_columns
from .columns import Column
from .compilation import maker, narrow, single, step, whole
from .randomness import (
    ENCOUNTER,
    as_pair,
    bits,
    first_of_pair,
    first_share,
    second_of_pair,
    second_share,
    third_below,
)

COLUMNS = (
    Column("trust", "f4", "share", "trust in local services"),
    Column("engaged", "i1", "yes/no", "takes part in shaping services"),
    Column("wellbeing", "f4", "share", "well-being as far as services bear on it"),
)
Citizens = namedtuple("Citizens", [column.name for column in COLUMNS])  # type: ignore[misc]
"""Citizens alone are kept column by column: there may be 53 million, and a month streams through
them.
"""
hand_over_as_columns(Citizens)


WARD = 1024
"""Citizens of a ward: they are each other's neighbours and acquaintances, and their month is worked
out together, in the processor's cache.
"""


Habits = namedtuple(
    "Habits",
    "encounter_rate expectation perception_bias trust_gain trust_asymmetry trust_pull "
    "broken_promise base_invitation early_engagement engage_rate collective_capacity "
    "disengage_rate wellbeing_rate",
)
"""The parameters that citizens' rules read, in single precision."""


@step
def habits(p):
    """Citizens' parameters of a month.

    Citizens keep their state in single precision, and their rules reckon in it: a month of 53
    million is bound by how many numbers a processor takes at a time.
    """
    return Habits(
        narrow(p.encounter_rate),
        narrow(p.expectation),
        narrow(p.perception_bias),
        narrow(p.trust_gain),
        narrow(p.trust_asymmetry),
        narrow(p.trust_pull),
        narrow(p.broken_promise),
        narrow(p.base_invitation),
        narrow(p.early_engagement),
        narrow(p.engage_rate),
        narrow(p.collective_capacity),
        narrow(p.disengage_rate),
        narrow(p.wellbeing_rate),
    )


@single
def happens(u, chance):
    """1.0 where a draw u falls below a chance, else 0.0.

    Citizens' rules reckon with it instead of branching, so that several are worked out at a time.
    """
    return 1.0 if u < chance else 0.0


@single
def perceived_quality(quality, trust, p):
    """What is made of an encounter: q + expectation + bias x (trust - 0.5), within 0-1: present
    trust colours it (Poortinga & Pidgeon 2004).
    """
    return min(1.0, max(0.0, quality + p.expectation + p.perception_bias * (trust - 0.5)))


@single
def updated_trust(trust, perceived, p, met=1.0):
    """Trust after one encounter (0-1), or after none (met 0.0).

    trust + g (perceived - trust), where g is `trust_gain` for a better than expected encounter and
    `trust_gain x trust_asymmetry` for a worse one: losses weigh more (Slovic 1993; Kampen et al.
    2006 for public agencies).
    """
    surprise = perceived - trust
    return trust + met * (
        p.trust_gain * max(0.0, surprise)
        + min(1.0, p.trust_gain * p.trust_asymmetry) * min(0.0, surprise)
    )


@single
def social_trust(trust, neighbours, visible_cut, p):
    """Trust after talk and news: pulled towards the neighbours' mean, less what a visibly broken
    promise costs (essay E2).
    """
    return min(
        1.0, max(0.0, trust + p.trust_pull * (neighbours - trust) - p.broken_promise * visible_cut)
    )


@single
def invitation(p):
    """Chance-like invitation to take part (0-1), raised by early engagement (essay R1)."""
    return p.base_invitation + (1.0 - p.base_invitation) * p.early_engagement


@single
def engage_hazard(trust, regard, engaged_neighbours, p):
    """Monthly chance of engaging: rate x trust x regard of the staff met x invitation, up to
    doubled by engaged neighbours with collective capacity (R9).
    """
    return (
        p.engage_rate
        * trust
        * regard
        * invitation(p)
        * (1.0 + p.collective_capacity * engaged_neighbours)
    )


@single
def disengage_hazard(trust, p):
    """Monthly chance of leaving: rate x (1 - trust)."""
    return p.disengage_rate * (1.0 - trust)


@single
def trust_after_month(trust, met, quality, outlook, neighbours, visible_cut, p):
    """Trust at the end of a month: an encounter if there was one (met 1.0, else 0.0), judged under
    the `outlook` of the place, then talk and news.
    """
    return social_trust(
        updated_trust(trust, perceived_quality(quality + outlook, trust, p), p, met),
        neighbours,
        visible_cut,
        p,
    )


@single
def engaged_after_month(engaged, met, trust_before, trust, regard, others, u, p):
    """Whether a citizen is engaged (1.0) or not (0.0) after a month: the engaged leave as trust
    fails, others join when they meet staff.
    """
    leaves = happens(u, disengage_hazard(trust, p))
    joins = met * happens(u, engage_hazard(trust_before, regard, others, p))
    return engaged * (1.0 - leaves) + (1.0 - engaged) * joins


@single
def moved_wellbeing(wellbeing, met, quality, p):
    """Well-being after a month: moves towards the quality met."""
    return wellbeing + met * p.wellbeing_rate * (quality - wellbeing)


@single
def mean_of_three(a, b, c):
    """Mean over the two neighbours and the acquaintance of a month."""
    return (a + b + c) * (1.0 / 3.0)


@single
def staff_met(meeting, rate, staff_here):
    """Position of the member of staff met, among those of the place, every one alike likely; 0
    where nobody is met (a draw `meeting` at or above `rate`).
    """
    return whole(
        happens(meeting, rate)
        * min(staff_here - 1.0, meeting * (1.0 / max(rate, 1e-9)) * staff_here)
    )


@step
def meet_service(citizen, block, before, w, p, month):
    """Phase 8: meet a member of staff or not, hear the neighbours and an acquaintance, see the
    cuts; engage, stay, or leave.

    before: all citizens as the month found them; what a citizen hears does not depend on who acts
    first.
    """
    z, q = w.citizens, habits(p)
    ward, home = w.blocks[block], w.places[w.blocks[block].place]
    luck = bits(w.seed, ENCOUNTER, home.key + citizen - home.first_citizen, month)
    meeting = narrow(first_share(luck))
    met = happens(meeting, q.encounter_rate)
    staff = home.first_staff + staff_met(
        meeting, q.encounter_rate, narrow(home.last_staff - home.first_staff)
    )
    left = citizen - 1 if citizen > ward.first else ward.last - 1
    right = citizen + 1 if citizen < ward.last - 1 else ward.first
    far = ward.first + third_below(luck, ward.last - ward.first)
    neighbours = mean_of_three(
        narrow(before.trust[left]), narrow(before.trust[right]), narrow(before.trust[far])
    )
    others = mean_of_three(
        narrow(before.engaged[left]), narrow(before.engaged[right]), narrow(before.engaged[far])
    )
    quality, trust_before = narrow(w.staff.quality[staff]), narrow(before.trust[citizen])
    trust = trust_after_month(
        trust_before, met, quality, narrow(home.outlook), neighbours, narrow(home.visible_cut), q
    )
    z.trust[citizen] = trust
    z.engaged[citizen] = engaged_after_month(
        narrow(before.engaged[citizen]),
        met,
        trust_before,
        trust,
        narrow(w.staff.regard[staff]),
        others,
        narrow(second_share(luck)),
        q,
    )
    z.wellbeing[citizen] = moved_wellbeing(narrow(before.wellbeing[citizen]), met, quality, q)


WIDTH = WARD + 32
"""Length of a row of working room: a ward, and a little more so that rows do not crowd the same
lines of the processor's cache.
"""
KNOWN, MEETING, CHANCE, NEIGHBOURS, OTHERS, QUALITY, REGARD, FAR, CUT, OUTLOOK, ENGAGED = (
    row * WIDTH for row in range(11)
)
START, SIZE, FIRST_POST = (row * WIDTH for row in range(3))
ACQUAINTANCE, POST = (row * WIDTH for row in range(2))
"""Where rows of the arrays of `Room` begin.

Fixed distances show the compiler that rows lie apart, so that it works several citizens out at a
time.
"""
Room = namedtuple("Room", "seen key home crew index served")
"""Working room for wards: what citizens draw and see; their keys; where their ward begins, its size
and the first post of their place; how many staff that place has; where to look up acquaintance and
staff; and the staff, each as a pair of quality and regard. `key`, `home` and `crew` have a row for
each of several groups of wards, or one for all.
"""
KEPT_GROUPS = 16
"""Where no more groups of wards than this are worked out one after the other, their homes are kept
from month to month; more would not stay in the cache.
"""


@single
def as_known(trust, engaged):
    """What others know of a citizen, in one number that is looked up once: trust, below zero (or
    minus zero) if engaged.
    """
    return math.copysign(trust, 0.5 - engaged)


@single
def is_engaged(known):
    """1.0 if the sign of `as_known` says so, else 0.0."""
    return happens(math.copysign(1.0, known), 0.0)


@maker
def empty_room(posts, groups):
    """Room for a month of any wards of places with so many staff, with homes for so many groups of
    wards.
    """
    return Room(
        np.empty(11 * WIDTH, np.float32),
        np.empty((groups, WIDTH), np.int64),
        np.empty((groups, 3 * WIDTH), np.int32),
        np.empty((groups, WIDTH), np.float32),
        np.empty(2 * WIDTH, np.int32),
        np.empty(posts, np.int64),
    )


@step
def end_of_group(first, last, w):
    """One past the last of the wards from block `first` on, before `last`, that are worked out
    together.
    """
    end = first + 1
    while end < last and w.blocks[end].last - w.blocks[first].first <= WARD:
        end += 1
    return end


@step
def know_staff(first, last, room, w):
    """Quality and regard of staff first..last-1."""
    for i in range(first, last):
        room.served[i - first] = as_pair(narrow(w.staff.quality[i]), narrow(w.staff.regard[i]))


@step
def know_home(first_block, last_block, first_staff, row, room, w):
    """What citizens of some wards share with their place and ward for good."""
    keys, homes, crew = room.key[row], room.home[row], room.crew[row]
    for block in range(first_block, last_block):
        ward, home = w.blocks[block], w.places[w.blocks[block].place]
        at, size = ward.first - w.blocks[first_block].first, ward.last - ward.first
        key, first_post = home.key - home.first_citizen, home.first_staff - first_staff
        staff_here = narrow(home.last_staff - home.first_staff)
        for k in range(at, at + size):
            keys[k] = key
            homes[START + k] = at
            homes[SIZE + k] = size
            homes[FIRST_POST + k] = first_post
            crew[k] = staff_here


@step
def know_cuts(first_block, last_block, room, w):
    """What citizens of some wards saw cut this month, and their outlook on services."""
    seen = room.seen
    for block in range(first_block, last_block):
        ward, home = w.blocks[block], w.places[w.blocks[block].place]
        at, size = ward.first - w.blocks[first_block].first, ward.last - ward.first
        visible_cut, outlook = narrow(home.visible_cut), narrow(home.outlook)
        for k in range(at, at + size):
            seen[CUT + k] = visible_cut
            seen[OUTLOOK + k] = outlook


@step
def draw_encounters(first, size, row, room, w, q, month):
    """Draws of `size` citizens from row `first` on: whether and whom they meet, their acquaintance
    of the month, their chance to engage or leave.
    """
    seen, index = room.seen, room.index
    keys, homes, crew = room.key[row], room.home[row], room.crew[row]
    for k in range(size):
        luck = bits(w.seed, ENCOUNTER, keys[k] + first + k, month)
        seen[MEETING + k] = first_share(luck)
        seen[CHANCE + k] = second_share(luck)
        index[ACQUAINTANCE + k] = homes[START + k] + third_below(luck, homes[SIZE + k])
    for k in range(size):
        index[POST + k] = homes[FIRST_POST + k] + staff_met(
            seen[MEETING + k], q.encounter_rate, crew[k]
        )


@step
def look_around(size, room):
    """What citizens see: whom they meet, their acquaintance, and (but for the ends of wards) their
    neighbours.
    """
    seen, index, served = room.seen, room.index, room.served
    for k in range(size):
        post = served[index[POST + k]]
        seen[QUALITY + k] = first_of_pair(post)
        seen[REGARD + k] = second_of_pair(post)
    for k in range(size):
        seen[FAR + k] = seen[KNOWN + index[ACQUAINTANCE + k]]
    for k in range(1, size - 1):
        hear(k, k - 1, k + 1, seen)


@step
def hear(k, left, right, seen):
    """What citizen k of the room hears from two neighbours and the acquaintance of the month."""
    one, other, far = seen[KNOWN + left], seen[KNOWN + right], seen[FAR + k]
    seen[NEIGHBOURS + k] = mean_of_three(abs(one), abs(other), abs(far))
    seen[OTHERS + k] = mean_of_three(is_engaged(one), is_engaged(other), is_engaged(far))


@step
def close_rings(first_block, last_block, room, w):
    """The first and the last citizen of each ward are neighbours."""
    for block in range(first_block, last_block):
        start = w.blocks[block].first - w.blocks[first_block].first
        end = w.blocks[block].last - w.blocks[first_block].first - 1
        hear(start, end, min(start + 1, end), room.seen)
        hear(end, max(start, end - 1), start, room.seen)


@step
def change_citizens(size, room, trusts, engaged, wellbeing, q):
    """The rules of an encounter for `size` citizens."""
    seen = room.seen
    for k in range(size):
        met, before, quality = (
            happens(seen[MEETING + k], q.encounter_rate),
            trusts[k],
            seen[QUALITY + k],
        )
        trust = trust_after_month(
            before, met, quality, seen[OUTLOOK + k], seen[NEIGHBOURS + k], seen[CUT + k], q
        )
        trusts[k] = trust
        seen[ENGAGED + k] = engaged_after_month(
            narrow(engaged[k]),
            met,
            before,
            trust,
            seen[REGARD + k],
            seen[OTHERS + k],
            seen[CHANCE + k],
            q,
        )
        wellbeing[k] = moved_wellbeing(wellbeing[k], met, quality, q)
    for k in range(size):
        engaged[k] = whole(seen[ENGAGED + k])


@step
def meet_services(first_block, last_block, first_staff, row, new_home, new_cuts, room, w, p, month):
    """Phase 8 for some wards together: `meet_service` in short loops over the same rules, which the
    processor runs several citizens at a time.

    first_staff: the first row of staff in `room.served`. row: where the room keeps the homes of
    these wards. new_home: whether other homes are kept there. new_cuts: whether the last wards that
    used the room saw other cuts.
    """
    z, seen, q = w.citizens, room.seen, habits(p)
    first = w.blocks[first_block].first
    size = min(WARD, w.blocks[last_block - 1].last - first)
    trust, engaged, wellbeing = (
        z.trust[first : first + size],
        z.engaged[first : first + size],
        z.wellbeing[first : first + size],
    )
    if new_home:
        know_home(first_block, last_block, first_staff, row, room, w)
    if new_cuts:
        know_cuts(first_block, last_block, room, w)
    for k in range(size):
        seen[KNOWN + k] = as_known(trust[k], narrow(engaged[k]))
    draw_encounters(first, size, row, room, w, q, month)
    look_around(size, room)
    close_rings(first_block, last_block, room, w)
    change_citizens(size, room, trust, engaged, wellbeing, q)
