"""The citizen: trust in local services, engagement in co-production, well-being.

Phase 8 (encounter).
"""

from collections import namedtuple

import numpy as np

from .columns import Column
from .compilation import rule, step, sweep, whole, wide
from .randomness import ENCOUNTER, bits, first_share, second_share, third_below

COLUMNS = (
    Column("trust", "f4", "share", "trust in local services", leaves=2),
    Column("engaged", "i1", "yes/no", "takes part in shaping services", leaves=2),
    Column("wellbeing", "f4", "share", "well-being as far as services bear on it"),
)
Citizens = namedtuple("Citizens", [column.name for column in COLUMNS])  # type: ignore[misc]
"""Citizens alone are kept column by column: there may be 53 million, and a month streams through
them.
"""


WARD = 1024
"""Citizens of a ward: they are each other's neighbours and acquaintances, and their month is worked
out together, in the processor's cache.
"""


@rule
def happens(u, chance):
    """1.0 where a draw u falls below a chance, else 0.0.

    Citizens' rules reckon with it instead of branching, so that several are worked out at a time.
    """
    return 1.0 if u < chance else 0.0


@rule
def perceived_quality(quality, trust, p):
    """What is made of an encounter: q + expectation + bias x (trust - 0.5), within 0-1: present
    trust colours it (Poortinga & Pidgeon 2004).
    """
    return min(1.0, max(0.0, quality + p.expectation + p.perception_bias * (trust - 0.5)))


@rule
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


@rule
def social_trust(trust, neighbours, visible_cut, p):
    """Trust after talk and news: pulled towards the neighbours' mean, less what a visibly broken
    promise costs (essay E2).
    """
    return min(
        1.0, max(0.0, trust + p.trust_pull * (neighbours - trust) - p.broken_promise * visible_cut)
    )


@rule
def invitation(p):
    """Chance-like invitation to take part (0-1), raised by early engagement (essay R1)."""
    return p.base_invitation + (1.0 - p.base_invitation) * p.early_engagement


@rule
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


@rule
def disengage_hazard(trust, p):
    """Monthly chance of leaving: rate x (1 - trust)."""
    return p.disengage_rate * (1.0 - trust)


@rule
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


@rule
def engaged_after_month(engaged, met, trust_before, trust, regard, others, u, p):
    """Whether a citizen is engaged (1.0) or not (0.0) after a month: the engaged leave as trust
    fails, others join when they meet staff.
    """
    leaves = happens(u, disengage_hazard(trust, p))
    joins = met * happens(u, engage_hazard(trust_before, regard, others, p))
    return engaged * (1.0 - leaves) + (1.0 - engaged) * joins


@rule
def moved_wellbeing(wellbeing, met, quality, p):
    """Well-being after a month: moves towards the quality met."""
    return wellbeing + met * p.wellbeing_rate * (quality - wellbeing)


@rule
def mean_of_three(a, b, c):
    """Mean over the two neighbours and the acquaintance of a month."""
    return (a + b + c) * (1.0 / 3.0)


@rule
def staff_met(meeting, rate, staff_here):
    """Position of the member of staff met, among those of the place, every one alike likely; 0
    where nobody is met (a draw `meeting` at or above `rate`).
    """
    return whole(
        happens(meeting, rate)
        * min(staff_here - 1.0, meeting * (1.0 / max(rate, 1e-9)) * staff_here)
    )


@step
def meet_service(citizen, block, w, p, month):
    """Phase 8: meet a member of staff or not, hear the neighbours and an acquaintance, see the
    cuts; engage, stay, or leave.
    """
    z, s = w.citizens, w.staff
    ward, home = w.blocks[block], w.places[w.blocks[block].place]
    now, after = month & 1, 1 - (month & 1)
    luck = bits(w.seed, ENCOUNTER, home.key + citizen - home.first_citizen, month)
    meeting = first_share(luck)
    met = happens(meeting, p.encounter_rate)
    staff = s[
        home.first_staff + staff_met(meeting, p.encounter_rate, home.last_staff - home.first_staff)
    ]
    left = citizen - 1 if citizen > ward.first else ward.last - 1
    right = citizen + 1 if citizen < ward.last - 1 else ward.first
    far = ward.first + third_below(luck, ward.last - ward.first)
    neighbours = mean_of_three(
        wide(z.trust[now, left]), wide(z.trust[now, right]), wide(z.trust[now, far])
    )
    others = mean_of_three(z.engaged[now, left], z.engaged[now, right], z.engaged[now, far])
    before = wide(z.trust[now, citizen])
    trust = trust_after_month(
        before, met, staff.quality, home.outlook, neighbours, home.visible_cut, p
    )
    z.trust[after, citizen] = trust
    z.engaged[after, citizen] = engaged_after_month(
        z.engaged[now, citizen], met, before, trust, staff.regard, others, second_share(luck), p
    )
    z.wellbeing[citizen] = moved_wellbeing(wide(z.wellbeing[citizen]), met, staff.quality, p)


WIDTH = WARD + 24
"""Length of a row of working room: a ward, and a little more so that rows do not crowd the same
lines of the processor's cache.
"""
MEETING, CHANCE, NEIGHBOURS, OTHERS, QUALITY, REGARD, FAR_TRUST, FAR_ENGAGED, CUT, OUTLOOK = (
    row * WIDTH for row in range(10)
)
TRUST, ENGAGED, WELLBEING, TRUST_AFTER = (row * WIDTH for row in range(4))
KEY, START, SIZE, FIRST_POST = (row * WIDTH for row in range(4))
FAR, POST = (row * WIDTH for row in range(2))
"""Where rows of the arrays of `Room` begin.

Fixed distances show the compiler that rows lie apart, so that it works several citizens out at a
time.
"""
TO_ENGAGED, TO_REGARD = np.uint64(ENGAGED - TRUST), np.uint64(1)
Room = namedtuple("Room", "seen state home crew index served")
"""Working room for wards: what citizens draw and see, their own state, keys and sizes of home and
ward, how many staff their place has, (unsigned) places to look things up, and quality and regard of
each member of staff in turn. `home` and `crew` have a row for each of several groups of wards, or
one for all.
"""
KEPT_GROUPS = 16
"""Where no more groups of wards than this are worked out one after the other, their homes are kept
from month to month; more would not stay in the cache.
"""


@sweep
def empty_room(posts, groups):
    """Room for a month of any wards of places with so many staff, with homes for so many groups of
    wards.
    """
    home, crew = np.empty((groups, 4 * WIDTH), np.int64), np.empty((groups, WIDTH))
    return Room(
        np.empty(10 * WIDTH),
        np.empty(4 * WIDTH),
        home,
        crew,
        np.empty(2 * WIDTH, np.uint64),
        np.empty(2 * posts),
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
    """Quality and regard of staff first..last-1, side by side."""
    for i in range(first, last):
        room.served[2 * (i - first)] = w.staff[i].quality
        room.served[2 * (i - first) + 1] = w.staff[i].regard


@step
def know_home(first_block, last_block, first_staff, row, room, w):
    """What citizens of some wards share with their place and ward for good."""
    homes, crew = room.home[row], room.crew[row]
    for block in range(first_block, last_block):
        ward, home = w.blocks[block], w.places[w.blocks[block].place]
        at, size = ward.first - w.blocks[first_block].first, ward.last - ward.first
        key, first_post = home.key - home.first_citizen, home.first_staff - first_staff
        staff_here = 1.0 * (home.last_staff - home.first_staff)
        for k in range(at, at + size):
            homes[KEY + k] = key
            homes[START + k] = at
            homes[SIZE + k] = size
            homes[FIRST_POST + k] = first_post
            crew[k] = staff_here


@step
def know_cuts(first_block, last_block, room, w):
    """What citizens of some wards saw cut this month, and their outlook on services."""
    seen = room.seen
    for block in range(first_block, last_block):
        ward = w.blocks[block]
        at, size, home = (
            ward.first - w.blocks[first_block].first,
            ward.last - ward.first,
            w.places[ward.place],
        )
        visible_cut, outlook = home.visible_cut, home.outlook
        for k in range(at, at + size):
            seen[CUT + k] = visible_cut
            seen[OUTLOOK + k] = outlook


@step
def draw_encounters(first, size, row, room, w, p, month):
    """Draws of `size` citizens from row `first` on: whether and whom they meet, their acquaintance
    of the month, their chance to engage or leave.
    """
    seen, home, crew, index, rate = (
        room.seen,
        room.home[row],
        room.crew[row],
        room.index,
        p.encounter_rate,
    )
    for k in range(size):
        luck = bits(w.seed, ENCOUNTER, home[KEY + k] + first + k, month)
        meeting = first_share(luck)
        seen[MEETING + k] = meeting
        seen[CHANCE + k] = second_share(luck)
        index[FAR + k] = TRUST + home[START + k] + third_below(luck, home[SIZE + k])
        index[POST + k] = 2 * (home[FIRST_POST + k] + staff_met(meeting, rate, crew[k]))


@step
def look_around(size, room):
    """What citizens see: whom they meet, their acquaintance, and (but for the ends of wards) their
    neighbours.
    """
    seen, state, index, served = room.seen, room.state, room.index, room.served
    for k in range(size):
        post = index[POST + k]
        seen[QUALITY + k] = served[post]
        seen[REGARD + k] = served[post + TO_REGARD]
    for k in range(size):
        far = index[FAR + k]
        seen[FAR_TRUST + k] = state[far]
        seen[FAR_ENGAGED + k] = state[far + TO_ENGAGED]
    for k in range(1, size - 1):
        seen[NEIGHBOURS + k] = mean_of_three(
            state[TRUST + k - 1], state[TRUST + k + 1], seen[FAR_TRUST + k]
        )
        seen[OTHERS + k] = mean_of_three(
            state[ENGAGED + k - 1], state[ENGAGED + k + 1], seen[FAR_ENGAGED + k]
        )


@step
def close_rings(first_block, last_block, room, w):
    """The first and the last citizen of each ward are neighbours."""
    seen, state = room.seen, room.state
    for block in range(first_block, last_block):
        start, end = (
            w.blocks[block].first - w.blocks[first_block].first,
            w.blocks[block].last - w.blocks[first_block].first - 1,
        )
        for k, left, right in (
            (start, end, min(start + 1, end)),
            (end, max(start, end - 1), start),
        ):
            seen[NEIGHBOURS + k] = mean_of_three(
                state[TRUST + left], state[TRUST + right], seen[FAR_TRUST + k]
            )
            seen[OTHERS + k] = mean_of_three(
                state[ENGAGED + left], state[ENGAGED + right], seen[FAR_ENGAGED + k]
            )


@step
def change_citizens(size, room, p):
    """The rules of an encounter for `size` citizens."""
    seen, state = room.seen, room.state
    for k in range(size):
        met = happens(seen[MEETING + k], p.encounter_rate)
        before, quality, regard, others = (
            state[TRUST + k],
            seen[QUALITY + k],
            seen[REGARD + k],
            seen[OTHERS + k],
        )
        trust = trust_after_month(
            before, met, quality, seen[OUTLOOK + k], seen[NEIGHBOURS + k], seen[CUT + k], p
        )
        state[TRUST_AFTER + k] = trust
        state[ENGAGED + k] = engaged_after_month(
            state[ENGAGED + k], met, before, trust, regard, others, seen[CHANCE + k], p
        )
        state[WELLBEING + k] = moved_wellbeing(state[WELLBEING + k], met, quality, p)


@step
def meet_services(first_block, last_block, first_staff, row, new_home, new_cuts, room, w, p, month):
    """Phase 8 for some wards together: `meet_service` in short loops over the same rules, which the
    processor runs several citizens at a time.

    first_staff: the first row of staff in `room.served`. row: where the room keeps the homes of
    these wards. new_home: whether other homes are kept there. new_cuts: whether the last wards that
    used the room saw other cuts.
    """
    z, state = w.citizens, room.state
    now, after = month & 1, 1 - (month & 1)
    first = w.blocks[first_block].first
    size = min(WARD, w.blocks[last_block - 1].last - first)
    trust, engaged, wellbeing = (
        z.trust[now, first : first + size],
        z.engaged[now, first : first + size],
        z.wellbeing[first : first + size],
    )
    trust_after, engaged_after = (
        z.trust[after, first : first + size],
        z.engaged[after, first : first + size],
    )
    if new_home:
        know_home(first_block, last_block, first_staff, row, room, w)
    if new_cuts:
        know_cuts(first_block, last_block, room, w)
    for k in range(size):
        state[TRUST + k] = trust[k]
    for k in range(size):
        state[ENGAGED + k] = engaged[k]
    for k in range(size):
        state[WELLBEING + k] = wellbeing[k]
    draw_encounters(first, size, row, room, w, p, month)
    look_around(size, room)
    close_rings(first_block, last_block, room, w)
    change_citizens(size, room, p)
    for k in range(size):
        trust_after[k] = state[TRUST_AFTER + k]
    for k in range(size):
        engaged_after[k] = state[ENGAGED + k]
    for k in range(size):
        wellbeing[k] = state[WELLBEING + k]
