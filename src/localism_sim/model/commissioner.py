"""The commissioner: who funds and oversees one team of one domain in one place.

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
        "sent", "i4", "practice", "the national standard as it left the department for this team"
    ),
    Column("down_practice", "i4", "practice", "standard on its way down, as garbled so far"),
    Column(
        "down_desks",
        "i4",
        "desks",
        "desks the standard has still to pass; -1 when none is on its way",
    ),
    Column("up_practice", "i4", "practice", "report on its way up, as garbled so far"),
    Column("up_sent", "i4", "practice", "practice in that report as it left the team"),
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
        "desk that stopped a proposal this month, counted from the team; 0 none",
    ),
    Column("granted_practice", "i4", "practice", "proposal permitted this month"),
    Column("granted_post", "i8", "staff row", "who may try it; -1 nobody"),
    Column("openness", "f8", "share", "openness to other ways and providers"),
    Column("permission", "f8", "share", "chance that a local idea needs nobody else's consent"),
    Column("endorsed", "i4", "practice", "routine practice of the team that measures best"),
    Column("endorsed_value", "f8", "value", "its measured value"),
    Column(
        "entrant_post",
        "i8",
        "staff row",
        "post an alternative provider takes over this month; -1 none",
    ),
    Column("entrant_practice", "i4", "practice", "practice it brings"),
    Column("quality", "f8", "quality", "mean quality the team delivers"),
    Column("quality_at_start", "f8", "quality", "the same before the first month"),
    Column("mandate_month", "i4", "month", "month after a first new standard arrived; 0 before"),
    Column("declared", "i4", "practice", "the endorsed practice as it is reported"),
    Column("seen_practice", "i4", "practice", "success seen on a visit elsewhere; -1 none"),
    Column("seen_team", "i4", "team", "where it was seen"),
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
def fund(team, w, p, month):
    """Phase 1: this month's budget; pooled budgets follow demand inside the place."""
    c = w.commissioners
    place, domain = w.teams[team].place, w.teams[team].domain
    exposure = w.places[place].exposure
    budget = own_budget(domain, w.domains, exposure, p, month)
    if p.pooled_budgets > 0.0 and w.domains > 1:
        total, demand = 0.0, 0.0
        for other in range(w.domains):
            total += own_budget(other, w.domains, exposure, p, month)
            demand += claim(c[place * w.domains + other].demand, p)
        if demand > 0.0:
            own = claim(c[team].demand, p)
            budget = (1.0 - p.pooled_budgets) * budget + p.pooled_budgets * total * own / demand
    c[team].visible_cut = max(0.0, c[team].budget - budget)
    c[team].budget = budget


@step
def organise_work(team, w, p, month):
    """Phase 2: demand against funded time left after reporting gives delivery, slack and stress."""
    c = w.commissioners
    c[team].demand = failure_demand(c[team].quality, c[team].quality_at_start, p)
    c[team].reporting = reporting_load(w.departments[w.teams[team].domain].control, p)
    c[team].workload = c[team].demand / (c[team].budget * (1.0 - c[team].reporting))
    c[team].delivery = delivered(c[team].workload, p)
    c[team].slack = max(1.0 - c[team].workload, p.leadership * p.protected_time)
    c[team].stress = stressed(c[team].workload, p)


@step
def pass_standard(team, w, p, month):
    """The standard on its way down: one desk a month at most.

    The next standard leaves when the last has arrived.
    """
    c = w.commissioners
    key = w.teams[team].key
    current = w.departments[w.teams[team].domain].standard
    if c[team].down_desks < 0 and c[team].sent != current:
        c[team].sent = current
        c[team].down_practice = current
        c[team].down_desks = p.chain_length
    elif c[team].down_desks > 0 and clears(uniform(w.seed, CLEAR_DOWN, key, month), p):
        choice = below(w.choices, w.seed, GARBLE_DOWN_CHOICE, key, month)
        c[team].down_practice = garbled(
            c[team].down_practice,
            c[team].sent,
            uniform(w.seed, GARBLE_DOWN, key, month),
            choice,
            w.choices,
            p,
        )
        c[team].down_desks -= 1
    if c[team].down_desks == 0:
        c[team].standard = c[team].down_practice
        c[team].standard_value = worth(w, team, c[team].standard)
        c[team].down_desks = -1
        if c[team].mandate_month == 0:
            c[team].mandate_month = month + 1


@step
def pass_report(team, w, p, month):
    """A report of the endorsed practice on its way up the same desks, late and garbled."""
    c = w.commissioners
    key = w.teams[team].key
    if c[team].up_desks < 0 and c[team].endorsed != LEGACY:
        c[team].up_practice = c[team].up_sent = c[team].declared
        c[team].up_value = c[team].endorsed_value
        c[team].up_desks = p.chain_length
    elif c[team].up_desks > 0 and clears(uniform(w.seed, CLEAR_UP, key, month), p):
        choice = below(w.choices, w.seed, GARBLE_UP_CHOICE, key, month)
        c[team].up_practice = garbled(
            c[team].up_practice,
            c[team].up_sent,
            uniform(w.seed, GARBLE_UP, key, month),
            choice,
            w.choices,
            p,
        )
        c[team].up_desks -= 1
    if c[team].up_desks == 0:
        c[team].heard_practice = c[team].up_practice
        c[team].heard_value = c[team].up_value
        c[team].up_desks = -1


@step
def next_in_tray(team, w, month):
    """Who of a team has an idea to put forward; where several have, one by lot. -1 nobody."""
    first, last = w.teams[team].first_staff, w.teams[team].last_staff
    ideas = 0
    for post in range(first, last):
        ideas += w.staff[post].proposal != NOTHING
    if ideas == 0:
        return NOTHING
    post = first + below(last - first, w.seed, FIRST_IN_TRAY, w.teams[team].key, month)
    while w.staff[post].proposal == NOTHING:
        post = post + 1 if post + 1 < last else first
    return post


@step
def pass_proposal(team, w, p, month):
    """A local idea asks permission up the chain; each desk may stop it.

    One idea of a team is on its way at a time.
    """
    c, s = w.commissioners, w.staff
    key = w.teams[team].key
    c[team].stopped_by = 0
    c[team].granted_post = NOTHING
    if c[team].asked_desks < 0:
        post = next_in_tray(team, w, month)
        if post != NOTHING:
            c[team].asked_practice = s[post].proposal
            c[team].asked_post = post
            c[team].asked_desks = p.chain_length
    elif c[team].asked_desks > 0 and clears(uniform(w.seed, CLEAR_PROPOSAL, key, month), p):
        good = worth(w, team, c[team].asked_practice) > worth(w, team, c[team].endorsed)
        if desk_passes(good, uniform(w.seed, JUDGE_PROPOSAL, key, month), p):
            c[team].asked_desks -= 1
        else:
            c[team].stopped_by = max(1, p.chain_length - c[team].asked_desks + 1)
            c[team].asked_desks = -1
    if c[team].asked_desks == 0:
        c[team].granted_practice = c[team].asked_practice
        c[team].granted_post = c[team].asked_post
        c[team].asked_desks = -1


@step
def pass_messages(team, w, p, month):
    """Phase 4: the standard comes down, reports and proposals go up."""
    pass_standard(team, w, p, month)
    pass_report(team, w, p, month)
    pass_proposal(team, w, p, month)


@step
def let_in_alternative(team, w, p, month):
    """An alternative provider may take over one post with an unlike practice (essay R2, R8)."""
    c = w.commissioners
    key = w.teams[team].key
    c[team].entrant_post = NOTHING
    welcome = p.entry_floor + (1.0 - p.entry_floor) * c[team].openness
    chance = p.entry_rate * p.alternative_support * welcome
    if chance > 0.0 and uniform(w.seed, ENTRY, key, month) < chance:
        first = w.teams[team].first_staff
        size = w.teams[team].last_staff - first
        c[team].entrant_post = first + below(size, w.seed, ENTRY_POST, key, month)
        c[team].entrant_practice = 1 + below(
            (1 << w.choices) - 1, w.seed, ENTRY_PRACTICE, key, month
        )


@step
def commission(team, w, p, month):
    """Phase 5: openness, permission for local variation, entry of alternative providers."""
    c = w.commissioners
    gain = c[team].endorsed_value - measured(c[team].standard_value, 1.0, p)
    target = min(1.0, max(0.0, p.open_commissioning + (1.0 - p.open_commissioning) * gain))
    c[team].openness += p.openness_rate * (target - c[team].openness)
    permission = permitted(local_freedom(p, month), c[team].openness, p)
    region = w.places[w.teams[team].place].city_region
    if p.city_regions > 0.0 and region >= 0:
        shared = w.region_permission[region, w.teams[team].domain]
        permission += p.city_regions * max(0.0, shared - permission)
    c[team].permission = permission
    let_in_alternative(team, w, p, month)
    visit(team, w, p, month)


@step
def appraise(team, w, p, month):
    """Phase 9: mean quality of the team, and which of its routine practices measures best."""
    c, s = w.commissioners, w.staff
    first, last = w.teams[team].first_staff, w.teams[team].last_staff
    quality = 0.0
    best, best_declared, best_value = LEGACY, LEGACY, -1.0
    for i in range(first, last):
        quality += s[i].quality
        trying = s[i].on_trial > 0
        practice = s[i].fallback if trying else s[i].practice
        declared = reported(practice, s[i].paper)
        if practice != best or declared != best_declared or best_value < 0.0:
            similarity = 1.0 - differences(declared, c[team].standard) / w.choices
            value = measured(worth(w, team, practice) if trying else s[i].value, similarity, p)
            if value > best_value:
                best, best_declared, best_value = practice, declared, value
    c[team].quality = quality / (last - first)
    c[team].endorsed, c[team].declared = best, best_declared
    c[team].endorsed_value = best_value
