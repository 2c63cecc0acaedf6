"""The commissioner: who funds and oversees one service of one domain in one place.

Phases 1 (fund), 2 (organise work), 4 (pass messages), 5 (commission) and 9 (appraise).
"""

import math

from .chain import clears, desk_passes, garbled, reporting_load
from .columns import Column, row_type
from .compilation import rule, step
from .compliance import reported
from .contact import visit
from .department import NOTHING, local_freedom, measured, phased_in
from .landscape import LEGACY, differences, worth
from .randomness import (
    CLEAR_DOWN,
    CLEAR_PROPOSAL,
    CLEAR_UP,
    ENTRY,
    ENTRY_POST,
    ENTRY_PRACTICE,
    FIRST_IN_TRAY,
    GARBLE_DOWN,
    GARBLE_DOWN_CHOICE,
    GARBLE_UP,
    GARBLE_UP_CHOICE,
    JUDGE_PROPOSAL,
    below,
    uniform,
)

COLUMNS = (
    Column("budget", "f8", "share of 2010", "budget this month"),
    Column("visible_cut", "f8", "share", "part of the 2010 budget lost this month"),
    Column("demand", "f8", "share of 2010 time", "demand for the service"),
    Column("reporting", "f8", "share of time", "time that reporting takes"),
    Column("workload", "f8", "ratio", "demand over funded time left after reporting"),
    Column("delivery", "f8", "share", "share of demand that can be met"),
    Column("slack", "f8", "share of time", "time left for reflection"),
    Column("stress", "f8", "share", "strain of overload on staff"),
    Column("standard", "i4", "practice", "the national standard as it arrived here"),
    Column("standard_value", "f8", "value", "what it is truly worth here"),
    Column(
        "sent", "i4", "practice", "the national standard as it left the department for this service"
    ),
    Column("down_practice", "i4", "practice", "standard on its way down, as garbled so far"),
    Column(
        "down_desks",
        "i4",
        "desks",
        "desks the standard has still to pass; -1 when none is on its way",
    ),
    Column("up_practice", "i4", "practice", "report on its way up, as garbled so far"),
    Column("up_sent", "i4", "practice", "practice in that report as it left the service"),
    Column("up_value", "f8", "value", "measured value in that report"),
    Column(
        "up_desks", "i4", "desks", "desks the report has still to pass; -1 when none is on its way"
    ),
    Column("heard_practice", "i4", "practice", "last report that reached the department; -1 none"),
    Column("heard_value", "f8", "value", "value in that report"),
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
        "desk that stopped a proposal this month, counted from the service; 0 none",
    ),
    Column("granted_practice", "i4", "practice", "proposal permitted this month"),
    Column("granted_post", "i8", "staff row", "who may try it; -1 nobody"),
    Column("openness", "f8", "share", "openness to other ways and providers"),
    Column("permission", "f8", "share", "chance that a local idea needs nobody else's consent"),
    Column("endorsed", "i4", "practice", "routine practice of the service that measures best"),
    Column("endorsed_value", "f8", "value", "its measured value"),
    Column(
        "entrant_post",
        "i8",
        "staff row",
        "post an alternative provider takes over this month; -1 none",
    ),
    Column("entrant_practice", "i4", "practice", "practice it brings"),
    Column("quality", "f8", "quality", "mean quality the service delivers"),
    Column("quality_at_start", "f8", "quality", "the same before the first month"),
    Column("mandate_month", "i4", "month", "month after a first new standard arrived; 0 before"),
    Column("declared", "i4", "practice", "the endorsed practice as it is reported"),
    Column("seen_practice", "i4", "practice", "success seen on a visit elsewhere; -1 none"),
    Column("seen_service", "i4", "service", "where it was seen"),
    Column("seen_left", "i4", "months", "months for which it will be remembered"),
)
ROW = row_type(COLUMNS)


@rule
def cut_depth(exposure, p, month):
    """Cut in force in a place: phased-in cuts x (1 + gradient x (exposure - 1)), at most
    `largest_cut`, less what is ring-fenced.
    """
    depth = p.cuts * (1.0 + p.deprivation_gradient * (exposure - 1.0))
    return min(p.largest_cut, max(0.0, depth)) * phased_in(p, month) * (1.0 - p.ring_fence)


@rule
def own_budget(domain, domains, exposure, p, month):
    """Budget of one service as a share of 2010.

    The first domain is statutory care, shielded from `protected_core` of the cut; the others bear
    the rest (National Audit Office 2018). Efficiency gains make up for cuts, never for more.
    """
    cut = cut_depth(exposure, p, month)
    if domains > 1:
        cut = (
            cut * (1.0 - p.protected_core)
            if domain == 0
            else cut * (1.0 + p.protected_core / (domains - 1))
        )
    return min(1.0, 1.0 - min(p.largest_cut, cut) + p.efficiency_gain * (month + 1) / 12.0)


@rule
def failure_demand(quality, quality_at_start, p):
    """Demand for a service: base x (1 + failure demand x quality lost since the start); never below
    zero.
    """
    return max(0.0, p.base_demand * (1.0 + p.failure_demand * (quality_at_start - quality)))


@rule
def claim(demand, p):
    """What a service's demand counts for when a place divides a pooled budget: no less than the
    part of usual demand that `largest_cut` leaves, so that no service is left without a budget.
    """
    return max(demand, (1.0 - p.largest_cut) * p.base_demand)


@rule
def delivered(workload, p):
    """Share of demand met: all of it up to a workload of 1, then 1 / workload.

    With `saturation_softness` s above 0 the corner is rounded, as demand comes unevenly and some of
    it waits before the service is full: the share d solves (1 - s) w d^2 - (1 + w) d + 1 = 0, the
    non-rectangular hyperbola (Thornley 1976); 1 / (1 + w) at s = 1.
    """
    if p.saturation_softness == 0.0:
        return 1.0 if workload <= 1.0 else 1.0 / workload
    middle, apart = (1.0 + workload) / 2.0, (1.0 - workload) / 2.0
    return 1.0 / (middle + math.sqrt(apart * apart + p.saturation_softness * workload))


@rule
def stressed(workload, p):
    """Strain (0-1): nothing up to a workload of `stress_onset`, full `stress_range` above it."""
    return min(1.0, max(0.0, (workload - p.stress_onset) / p.stress_range))


@rule
def permitted(freedom, openness, p):
    """Chance that a local idea needs no consent from above: autonomy, widened by an open
    commissioner.
    """
    return 1.0 - (1.0 - freedom) * (1.0 - p.openness_weight * openness)


@step
def fund(service, w, p, month):
    """Phase 1: this month's budget; pooled budgets follow demand inside the place."""
    c = w.commissioners
    place, domain = w.services[service].place, w.services[service].domain
    exposure = w.places[place].exposure
    budget = own_budget(domain, w.domains, exposure, p, month)
    if p.pooled_budgets > 0.0 and w.domains > 1:
        total, demand = 0.0, 0.0
        for other in range(w.domains):
            total += own_budget(other, w.domains, exposure, p, month)
            demand += claim(c[place * w.domains + other].demand, p)
        if demand > 0.0:
            own = claim(c[service].demand, p)
            budget = (1.0 - p.pooled_budgets) * budget + p.pooled_budgets * total * own / demand
    c[service].visible_cut = max(0.0, c[service].budget - budget)
    c[service].budget = budget


@step
def organise_work(service, w, p, month):
    """Phase 2: demand against funded time left after reporting gives delivery, slack and stress."""
    c = w.commissioners
    c[service].demand = failure_demand(c[service].quality, c[service].quality_at_start, p)
    c[service].reporting = reporting_load(w.departments[w.services[service].domain].control, p)
    c[service].workload = c[service].demand / (c[service].budget * (1.0 - c[service].reporting))
    c[service].delivery = delivered(c[service].workload, p)
    c[service].slack = max(1.0 - c[service].workload, p.leadership * p.protected_time)
    c[service].stress = stressed(c[service].workload, p)


@step
def pass_standard(service, w, p, month):
    """The standard on its way down: one desk a month at most.

    The next standard leaves when the last has arrived.
    """
    c = w.commissioners
    key = w.services[service].key
    current = w.departments[w.services[service].domain].standard
    if c[service].down_desks < 0 and c[service].sent != current:
        c[service].sent = current
        c[service].down_practice = current
        c[service].down_desks = p.chain_length
    elif c[service].down_desks > 0 and clears(uniform(w.seed, CLEAR_DOWN, key, month), p):
        choice = below(w.choices, w.seed, GARBLE_DOWN_CHOICE, key, month)
        c[service].down_practice = garbled(
            c[service].down_practice,
            c[service].sent,
            uniform(w.seed, GARBLE_DOWN, key, month),
            choice,
            w.choices,
            p,
        )
        c[service].down_desks -= 1
    if c[service].down_desks == 0:
        c[service].standard = c[service].down_practice
        c[service].standard_value = worth(w, service, c[service].standard)
        c[service].down_desks = -1
        if c[service].mandate_month == 0:
            c[service].mandate_month = month + 1


@step
def pass_report(service, w, p, month):
    """A report of the endorsed practice on its way up the same desks, late and garbled."""
    c = w.commissioners
    key = w.services[service].key
    if c[service].up_desks < 0 and c[service].endorsed != LEGACY:
        c[service].up_practice = c[service].up_sent = c[service].declared
        c[service].up_value = c[service].endorsed_value
        c[service].up_desks = p.chain_length
    elif c[service].up_desks > 0 and clears(uniform(w.seed, CLEAR_UP, key, month), p):
        choice = below(w.choices, w.seed, GARBLE_UP_CHOICE, key, month)
        c[service].up_practice = garbled(
            c[service].up_practice,
            c[service].up_sent,
            uniform(w.seed, GARBLE_UP, key, month),
            choice,
            w.choices,
            p,
        )
        c[service].up_desks -= 1
    if c[service].up_desks == 0:
        c[service].heard_practice = c[service].up_practice
        c[service].heard_value = c[service].up_value
        c[service].up_desks = -1


@step
def next_in_tray(service, w, month):
    """Who of a service has an idea to put forward; where several have, one by lot. -1 nobody."""
    first, last = w.services[service].first_staff, w.services[service].last_staff
    ideas = 0
    for post in range(first, last):
        ideas += w.staff[post].proposal != NOTHING
    if ideas == 0:
        return NOTHING
    post = first + below(last - first, w.seed, FIRST_IN_TRAY, w.services[service].key, month)
    while w.staff[post].proposal == NOTHING:
        post = post + 1 if post + 1 < last else first
    return post


@step
def pass_proposal(service, w, p, month):
    """A local idea asks permission up the chain; each desk may stop it.

    One idea of a service is on its way at a time.
    """
    c, s = w.commissioners, w.staff
    key = w.services[service].key
    c[service].stopped_by = 0
    c[service].granted_post = NOTHING
    if c[service].asked_desks < 0:
        post = next_in_tray(service, w, month)
        if post != NOTHING:
            c[service].asked_practice = s[post].proposal
            c[service].asked_post = post
            c[service].asked_desks = p.chain_length
    elif c[service].asked_desks > 0 and clears(uniform(w.seed, CLEAR_PROPOSAL, key, month), p):
        good = worth(w, service, c[service].asked_practice) > worth(w, service, c[service].endorsed)
        if desk_passes(good, uniform(w.seed, JUDGE_PROPOSAL, key, month), p):
            c[service].asked_desks -= 1
        else:
            c[service].stopped_by = max(1, p.chain_length - c[service].asked_desks + 1)
            c[service].asked_desks = -1
    if c[service].asked_desks == 0:
        c[service].granted_practice = c[service].asked_practice
        c[service].granted_post = c[service].asked_post
        c[service].asked_desks = -1


@step
def pass_messages(service, w, p, month):
    """Phase 4: the standard comes down, reports and proposals go up."""
    pass_standard(service, w, p, month)
    pass_report(service, w, p, month)
    pass_proposal(service, w, p, month)


@step
def let_in_alternative(service, w, p, month):
    """An alternative provider may take over one post with an unlike practice (essay R2, R8)."""
    c = w.commissioners
    key = w.services[service].key
    c[service].entrant_post = NOTHING
    welcome = p.entry_floor + (1.0 - p.entry_floor) * c[service].openness
    chance = p.entry_rate * p.alternative_support * welcome
    if chance > 0.0 and uniform(w.seed, ENTRY, key, month) < chance:
        first = w.services[service].first_staff
        size = w.services[service].last_staff - first
        c[service].entrant_post = first + below(size, w.seed, ENTRY_POST, key, month)
        c[service].entrant_practice = 1 + below(
            (1 << w.choices) - 1, w.seed, ENTRY_PRACTICE, key, month
        )


@step
def commission(service, w, p, month):
    """Phase 5: openness, permission for local variation, entry of alternative providers."""
    c = w.commissioners
    gain = c[service].endorsed_value - measured(c[service].standard_value, 1.0, p)
    target = min(1.0, max(0.0, p.open_commissioning + (1.0 - p.open_commissioning) * gain))
    c[service].openness += p.openness_rate * (target - c[service].openness)
    permission = permitted(local_freedom(p, month), c[service].openness, p)
    region = w.places[w.services[service].place].city_region
    if p.city_regions > 0.0 and region >= 0:
        shared = w.region_permission[region, w.services[service].domain]
        permission += p.city_regions * max(0.0, shared - permission)
    c[service].permission = permission
    let_in_alternative(service, w, p, month)
    visit(service, w, p, month)


@step
def appraise(service, w, p, month):
    """Phase 9: mean quality of the service, and which of its routine practices measures best."""
    c, s = w.commissioners, w.staff
    first, last = w.services[service].first_staff, w.services[service].last_staff
    quality = 0.0
    best, best_declared, best_value = LEGACY, LEGACY, -1.0
    for i in range(first, last):
        quality += s[i].quality
        trying = s[i].on_trial > 0
        practice = s[i].fallback if trying else s[i].practice
        declared = reported(practice, s[i].paper)
        if practice != best or declared != best_declared or best_value < 0.0:
            similarity = 1.0 - differences(declared, c[service].standard) / w.choices
            value = measured(worth(w, service, practice) if trying else s[i].value, similarity, p)
            if value > best_value:
                best, best_declared, best_value = practice, declared, value
    c[service].quality = quality / (last - first)
    c[service].endorsed, c[service].declared = best, best_declared
    c[service].endorsed_value = best_value
