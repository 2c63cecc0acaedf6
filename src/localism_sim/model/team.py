"""The team: about eight front-line staff of one service, who see each other's work.

What a team does as one - ask for permission, give a post to an alternative provider, endorse a
practice for newcomers - goes by team, so that a service of four hundred teams does it four hundred
times as often as a service of one. Teams of one service share its commissioner, its budget and the
standard that reached it.
"""

from .agency import saved_by_agency
from .chain import clears, desk_passes, desks_left
from .columns import Column, row_type
from .compilation import step
from .compliance import reported
from .department import NOTHING, measured
from .landscape import LEGACY, differences, judgement_error, worth
from .network import SLOTS
from .randomness import (
    CLEAR_PROPOSAL,
    CONTACT_PLACE,
    ENTRY,
    ENTRY_CONTACT,
    ENTRY_NOISE,
    ENTRY_POST,
    ENTRY_PRACTICE,
    FIRST_IN_TRAY,
    JUDGE_PROPOSAL,
    bell,
    below,
    uniform,
)

COLUMNS = (
    Column("key", "i8", "key", "what this team's draws are keyed by"),
    Column("service", "i4", "service", "the service that it belongs to"),
    Column("asked_practice", "i4", "practice", "proposal on its way up for permission"),
    Column("asked_post", "i8", "staff row", "who made the proposal"),
    Column(
        "asked_desks",
        "i4",
        "desks",
        "desks the proposal has still to pass; -1 when none is on its way",
    ),
    Column(
        "stopped_by",
        "i4",
        "desk",
        "desk that stopped a proposal this month, counted from the team; 0 none",
    ),
    Column("granted_practice", "i4", "practice", "proposal permitted this month"),
    Column("granted_post", "i8", "staff row", "who may try it; -1 nobody"),
    Column("endorsed", "i4", "practice", "routine practice of the team that measures best"),
    Column("declared", "i4", "practice", "the endorsed practice as it is reported"),
    Column("endorsed_value", "f8", "value", "measured value of the endorsed practice"),
    Column(
        "entrant_post",
        "i8",
        "staff row",
        "post an alternative provider takes over this month; -1 none",
    ),
    Column("entrant_practice", "i4", "practice", "practice it brings"),
)
ROW = row_type(COLUMNS)


@step
def service_of(staff, w):
    """The service that a member of staff works for."""
    return w.teams[w.staff.team[staff]].service


@step
def next_in_tray(team, w, month):
    """Who of a team has an idea to put forward; where several have, one by lot. -1 nobody."""
    first = team * w.team_size
    last, ideas = first + w.team_size, 0
    for post in range(first, last):
        ideas += w.staff.proposal[post] != NOTHING
    if ideas == 0:
        return NOTHING
    post = first + below(w.team_size, w.seed, FIRST_IN_TRAY, w.teams[team].key, month)
    while w.staff.proposal[post] == NOTHING:
        post = post + 1 if post + 1 < last else first
    return post


@step
def judged_by_desk(team, w, p, month):
    """One desk judges the idea under way: desks still to pass, -1 where it was stopped."""
    t, service = w.teams, w.teams[team].service
    good = worth(w, service, t[team].asked_practice) > worth(w, service, t[team].endorsed)
    passed = desk_passes(good, uniform(w.seed, JUDGE_PROPOSAL, t[team].key, month), p)
    left = desks_left(t[team].asked_desks, passed, p)
    if left < 0 and saved_by_agency(w.services[service].domain, good, t[team].key, w, p, month):
        left = t[team].asked_desks - 1
    return left


@step
def pass_proposal(team, w, p, month):
    """A local idea asks permission up the chain; each desk may stop it.

    One idea of a team is on its way at a time.
    """
    t, s = w.teams, w.staff
    t[team].stopped_by = 0
    t[team].granted_post = NOTHING
    if t[team].asked_desks < 0:
        post = next_in_tray(team, w, month)
        if post != NOTHING:
            t[team].asked_practice = s.proposal[post]
            t[team].asked_post = post
            t[team].asked_desks = p.chain_length
    elif t[team].asked_desks > 0 and clears(uniform(w.seed, CLEAR_PROPOSAL, t[team].key, month), p):
        left = judged_by_desk(team, w, p, month)
        if left < 0:
            t[team].stopped_by = max(1, p.chain_length - t[team].asked_desks + 1)
        t[team].asked_desks = left
    if t[team].asked_desks == 0:
        t[team].granted_practice = t[team].asked_practice
        t[team].granted_post = t[team].asked_post
        t[team].asked_desks = -1


@step
def found_by_entrant(team, w, p, month):
    """The practice that an alternative provider brings: of `entrant_search` practices the one that
    looks best here, the first of them seen in a place that it knows (drawn from all, this one
    among them), the others of its own devising; with 0 an unlike practice at random.
    """
    service, key = w.teams[team].service, w.teams[team].key
    others = (1 << w.choices) - 1
    best = 1 + below(others, w.seed, ENTRY_PRACTICE, key, month * SLOTS)
    highest = -1.0
    for attempt in range(p.entrant_search):
        practice = 1 + below(others, w.seed, ENTRY_PRACTICE, key, month * SLOTS + attempt)
        if attempt == 0:
            known = below(p.contact_places, w.seed, ENTRY_CONTACT, key, month)
            place = below(w.count, w.seed, CONTACT_PLACE, w.services[service].key, known)
            seen = w.commissioners.endorsed[place * w.domains + w.services[service].domain]
            if seen != LEGACY:
                practice = seen
        appeal = worth(w, service, practice) + judgement_error(p) * bell(
            w.seed, ENTRY_NOISE, key, month * SLOTS + attempt
        )
        if appeal > highest:
            best, highest = practice, appeal
    return best


@step
def let_in_alternative(team, openness, w, p, month):
    """An alternative provider may take over one post of a team (essay R2, R8)."""
    t, key = w.teams, w.teams[team].key
    t[team].entrant_post = NOTHING
    welcome = p.entry_floor + (1.0 - p.entry_floor) * openness
    chance = p.entry_rate * p.alternative_support * welcome
    if chance > 0.0 and uniform(w.seed, ENTRY, key, month) < chance:
        first = team * w.team_size
        t[team].entrant_post = first + below(w.team_size, w.seed, ENTRY_POST, key, month)
        t[team].entrant_practice = found_by_entrant(team, w, p, month)


@step
def assess(staff, standard, w, p):
    """What measurement makes of the routine practice of one member of staff as it is reported: of a
    trial, of what it may fall back on.
    """
    s = w.staff
    practice, value, paper = s.practice[staff], s.value[staff], s.paper[staff]
    fallback, fallback_value = s.fallback[staff], s.fallback_value[staff]
    if s.on_trial[staff] > 0:
        practice, value = fallback, fallback_value
    similarity = 1.0 - differences(reported(practice, paper), standard) / w.choices
    s.measured[staff] = measured(value, similarity, p)


@step
def endorse(team, w):
    """Which routine practice of a team measures best, the first of several alike."""
    t, s = w.teams, w.staff
    first = team * w.team_size
    best, highest = first, s.measured[first]
    for i in range(first + 1, first + w.team_size):
        value = s.measured[i]
        best = i if value > highest else best
        highest = max(highest, value)
    t[team].endorsed = s.fallback[best] if s.on_trial[best] > 0 else s.practice[best]
    t[team].declared = reported(t[team].endorsed, s.paper[best])
    t[team].endorsed_value = s.measured[best]
