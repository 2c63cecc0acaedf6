"""Contact between places: commissioners visit places that they know, and what visibly works there
travels.

Visits to places with a visible success were what the Beacon scheme arranged: three quarters of the
visitors changed something within a year.
"""

from .compilation import rule, step
from .department import NOTHING
from .landscape import LEGACY, judgement_error, worth
from .network import NOBODY
from .randomness import (
    CONTACT_PLACE,
    VISIT,
    VISIT_BEACON,
    VISIT_CONTACT,
    VISIT_NOISE,
    VISIT_REGION,
    bell,
    below,
    uniform,
)


@rule
def visit_chance(p):
    """Monthly chance of a visit to another place: `visit_rate`, of which `visit_floor` remains
    where nobody endorses those who create connections (essay R11).
    """
    return p.visit_rate * (p.visit_floor + (1.0 - p.visit_floor) * p.connectivity)


@rule
def beacon_chance(p):
    """Chance that a visit goes to the place that does best in the whole country: `beacon_reach`,
    as far as the centre is interested in reform and so makes successes known (Beacon scheme).
    """
    return p.beacon_reach * p.reform_interest


@rule
def outside_hazard(rate, motivation, permission, ready):
    """Monthly chance of taking up what was seen elsewhere or is promoted: rate x motivation x
    permission x readiness, as for borrowing.
    """
    return rate * motivation * permission * ready


@rule
def borrowing_readiness(ready, p):
    """Readiness as it stands in the way of borrowing: as it is, or (`readiness_by_depth` 1) only as
    far as the practice is relational, 1 - r (1 - readiness).
    """
    return ready + p.readiness_by_depth * (1.0 - p.relational_depth) * (1.0 - ready)


@step
def place_to_visit(service, w, p, month):
    """Where a visit goes: the country's beacon, a place of the own city region, or one of the
    `contact_places` that the commissioner has known from the start. Places are drawn from all,
    the own one among them: such a visit shows nothing new.
    """
    key, home = w.services[service].key, w.places[w.services[service].place]
    beacon = w.departments[w.services[service].domain].beacon
    if beacon != NOTHING and uniform(w.seed, VISIT_BEACON, key, month) < beacon_chance(p):
        return beacon
    if home.city_region >= 0 and uniform(w.seed, VISIT_REGION, key, month) < p.city_regions:
        region = w.regions[home.city_region]
        return w.region_members[
            region.first + below(region.last - region.first, w.seed, VISIT_CONTACT, key, month)
        ]
    contact = below(p.contact_places, w.seed, VISIT_CONTACT, key, month)
    return below(w.count, w.seed, CONTACT_PLACE, key, contact)


@step
def visit(service, w, p, month):
    """Phase 5: perhaps visit another place; a practice endorsed there that looks worth more there
    than the own one is here is remembered for `contact_months`.
    """
    c = w.commissioners
    if c.seen_left[service] > 0:
        c.seen_left[service] -= 1
    if c.seen_left[service] == 0:
        c.seen_practice[service] = NOTHING
    chance, key = visit_chance(p), w.services[service].key
    if chance > 0.0 and uniform(w.seed, VISIT, key, month) < chance:
        there = place_to_visit(service, w, p, month) * w.domains + w.services[service].domain
        practice, own = c.endorsed[there], c.endorsed[service]
        if there != service and practice != LEGACY and practice != own:
            seen = worth(w, there, practice) + judgement_error(p) * bell(
                w.seed, VISIT_NOISE, key, month
            )
            if seen > worth(w, service, own):
                c.seen_practice[service], c.seen_service[service] = practice, there
                c.seen_left[service] = p.contact_months


@step
def who_does_it(practice, service, w):
    """The first member of a service who shows a practice, or nobody."""
    for i in range(w.services[service].first_staff, w.services[service].last_staff):
        if w.staff.shown[i] == practice:
            return i
    return NOBODY
