"""The commissioner: who funds and oversees one service, the teams of one domain in one place.

Phases 1 (fund), 2 (organise work), 4 (pass messages), 5 (commission) and 9 (appraise).
"""

import math
from collections import namedtuple

from ..foundation.column_type import hand_over_as_columns
from .chain import clears, garbled, reporting_load
from .columns import Column
from .compilation import rule, step
from .contact import visit
from .department import local_freedom, measured, phased_in
from .landscape import LEGACY, worth
from .randomness import (
    CLEAR_DOWN,
    CLEAR_UP,
    GARBLE_DOWN,
    GARBLE_DOWN_CHOICE,
    GARBLE_UP,
    GARBLE_UP_CHOICE,
    below,
    uniform,
)
from .sums import FINE, fine
from .team import assess, endorse, let_in_alternative, pass_proposal

COLUMNS = (
    Column("budget", "f8", "share of 2010", "budget this month"),
    Column("visible_cut", "f8", "share", "part of the 2010 budget lost this month"),
    Column("returned", "f8", "share of 2010", "part of the budget that efficiency has given back"),
    Column("posts", "f8", "share of 2010", "posts that are open"),
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
    Column("openness", "f8", "share", "openness to other ways and providers"),
    Column("permission", "f8", "share", "chance that a local idea needs nobody else's consent"),
    Column("endorsed", "i4", "practice", "routine practice of its teams that measures best"),
    Column("endorsed_value", "f8", "value", "its measured value"),
    Column("teams_value", "f8", "value", "measured value of what a team endorses, mean of teams"),
    Column("quality", "f8", "quality", "mean quality the service delivers"),
    Column("quality_at_start", "f8", "quality", "the same before the first month"),
    Column(
        "pressed", "f8", "chance", "that staff who do not report the standard comply this month"
    ),
    Column("mandate_month", "i4", "month", "month after a first new standard arrived; 0 before"),
    Column("declared", "i4", "practice", "the endorsed practice as it is reported"),
    Column("seen_practice", "i4", "practice", "success seen on a visit elsewhere; -1 none"),
    Column("seen_service", "i4", "service", "where it was seen"),
    Column("seen_left", "i4", "months", "months for which it will be remembered"),
)
Commissioners = namedtuple(  # type: ignore[misc]
    "Commissioners", [column.name for column in COLUMNS]
)
"""Kept column by column, so that what each does by itself is worked out for several at a time."""
hand_over_as_columns(Commissioners)


@rule
def cut_depth(exposure, p, month):
    """Cut in force in a place: phased-in cuts x (1 + gradient x (exposure - 1)), at most
    `largest_cut`, less what is ring-fenced.
    """
    depth = p.cuts * (1.0 + p.deprivation_gradient * (exposure - 1.0))
    return min(p.largest_cut, max(0.0, depth)) * phased_in(p, month) * (1.0 - p.ring_fence)


@rule
def own_cut(domain, domains, exposure, p, month):
    """Cut of one service as a share of its 2010 budget.

    The first domain is statutory care, shielded from `protected_core` of the cut; the others bear
    the rest (National Audit Office 2018).
    """
    cut = cut_depth(exposure, p, month)
    if domains > 1:
        cut = (
            cut * (1.0 - p.protected_core)
            if domain == 0
            else cut * (1.0 + p.protected_core / (domains - 1))
        )
    return min(p.largest_cut, cut)


@rule
def given_back(cut, p, month):
    """What efficiency gives back of a cut so far, as a share of the 2010 budget: it makes up for
    cuts, never for more.
    """
    return min(cut, p.efficiency_gain * (month + 1) / 12.0)


@rule
def own_budget(domain, domains, exposure, p, month):
    """Budget of one service as a share of 2010: what the cut leaves, with efficiency gains."""
    cut = own_cut(domain, domains, exposure, p, month)
    return 1.0 - cut + given_back(cut, p, month)


@rule
def open_posts(posts, budget, p):
    """Posts open after a month, as a share of 2010: they follow the money at once, or with a lag of
    `closing_lag` months (Sure Start: money fell by two thirds, centres by 14 to 30%).
    """
    return budget if p.closing_lag == 0 else posts + (budget - posts) / p.closing_lag


@rule
def staffed_time(budget, posts, p):
    """Funded time: the budget, less what posts that stay open without money take of it
    (`post_overhead` of the share of posts that is unfunded).
    """
    return budget * (1.0 - p.post_overhead * max(0.0, (posts - budget) / posts))


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


@rule
def pools(domains, p):
    """Whether services of a place share money: where budgets are pooled and there are several."""
    return p.pooled_budgets > 0.0 and domains > 1


@step
def spend(service, budget, exposure, w, p, month):
    """What this month's budget means to a service."""
    c, cut = w.commissioners, own_cut(w.services[service].domain, w.domains, exposure, p, month)
    c.visible_cut[service] = max(0.0, c.budget[service] - budget)
    c.budget[service] = budget
    c.returned[service] = given_back(cut, p, month)
    c.posts[service] = open_posts(c.posts[service], budget, p)


@step
def fund_alone(service, w, p, month):
    """This month's budget where each service has its own."""
    here = w.services[service]
    exposure = w.places[here.place].exposure
    budget = own_budget(here.domain, w.domains, exposure, p, month)
    spend(service, budget, exposure, w, p, month)


@step
def fund_from_pool(service, w, p, month):
    """This month's budget where a part of it follows demand inside the place."""
    c, here = w.commissioners, w.services[service]
    exposure = w.places[here.place].exposure
    total, demand = 0.0, 0.0
    for other in range(w.domains):
        total += own_budget(other, w.domains, exposure, p, month)
        demand += claim(c.demand[here.place * w.domains + other], p)
    budget = own_budget(here.domain, w.domains, exposure, p, month)
    if demand > 0.0:
        own = claim(c.demand[service], p)
        budget = (1.0 - p.pooled_budgets) * budget + p.pooled_budgets * total * own / demand
    spend(service, budget, exposure, w, p, month)


@step
def fund(service, w, p, month):
    """Phase 1: this month's budget; pooled budgets follow demand inside the place."""
    if pools(w.domains, p):
        fund_from_pool(service, w, p, month)
    else:
        fund_alone(service, w, p, month)


@step
def organise_work(service, w, p, month):
    """Phase 2: demand against funded time left after reporting gives delivery, slack and stress."""
    c = w.commissioners
    c.demand[service] = failure_demand(c.quality[service], c.quality_at_start[service], p)
    c.reporting[service] = reporting_load(w.departments[w.services[service].domain].control, p)
    time = staffed_time(c.budget[service], c.posts[service], p)
    c.workload[service] = c.demand[service] / (time * (1.0 - c.reporting[service]))
    c.delivery[service] = delivered(c.workload[service], p)
    c.slack[service] = max(1.0 - c.workload[service], p.leadership * p.protected_time)
    c.stress[service] = stressed(c.workload[service], p)


@step
def pass_standard(service, w, p, month):
    """The standard on its way down: one desk a month at most.

    The next standard leaves when the last has arrived.
    """
    c = w.commissioners
    key = w.services[service].key
    current = w.departments[w.services[service].domain].standard
    if c.down_desks[service] < 0 and c.sent[service] != current:
        c.sent[service] = current
        c.down_practice[service] = current
        c.down_desks[service] = p.chain_length
    elif c.down_desks[service] > 0 and clears(uniform(w.seed, CLEAR_DOWN, key, month), p):
        choice = below(w.choices, w.seed, GARBLE_DOWN_CHOICE, key, month)
        c.down_practice[service] = garbled(
            c.down_practice[service],
            c.sent[service],
            uniform(w.seed, GARBLE_DOWN, key, month),
            choice,
            w.choices,
            p,
        )
        c.down_desks[service] -= 1
    if c.down_desks[service] == 0:
        c.standard[service] = c.down_practice[service]
        c.standard_value[service] = worth(w, service, c.standard[service])
        c.down_desks[service] = -1
        if c.mandate_month[service] == 0:
            c.mandate_month[service] = month + 1


@step
def pass_report(service, w, p, month):
    """A report of the endorsed practice on its way up the same desks, late and garbled."""
    c = w.commissioners
    key = w.services[service].key
    if c.up_desks[service] < 0 and c.endorsed[service] != LEGACY:
        c.up_practice[service] = c.up_sent[service] = c.declared[service]
        c.up_value[service] = c.endorsed_value[service]
        c.up_desks[service] = p.chain_length
    elif c.up_desks[service] > 0 and clears(uniform(w.seed, CLEAR_UP, key, month), p):
        choice = below(w.choices, w.seed, GARBLE_UP_CHOICE, key, month)
        c.up_practice[service] = garbled(
            c.up_practice[service],
            c.up_sent[service],
            uniform(w.seed, GARBLE_UP, key, month),
            choice,
            w.choices,
            p,
        )
        c.up_desks[service] -= 1
    if c.up_desks[service] == 0:
        c.heard_practice[service] = c.up_practice[service]
        c.heard_value[service] = c.up_value[service]
        c.up_desks[service] = -1


@step
def pass_messages(service, w, p, month):
    """Phase 4: the standard comes down, reports and proposals go up."""
    pass_standard(service, w, p, month)
    pass_report(service, w, p, month)
    for team in range(w.services[service].first_team, w.services[service].last_team):
        pass_proposal(team, w, p, month)


@step
def commission(service, w, p, month):
    """Phase 5: openness, permission for local variation, entry of alternative providers, a visit
    elsewhere.
    """
    c = w.commissioners
    gain = c.teams_value[service] - measured(c.standard_value[service], 1.0, p)
    target = min(1.0, max(0.0, p.open_commissioning + (1.0 - p.open_commissioning) * gain))
    c.openness[service] += p.openness_rate * (target - c.openness[service])
    freedom = local_freedom(w.places[w.services[service].place].city_region, p, month)
    c.permission[service] = permitted(freedom, c.openness[service], p)
    for team in range(w.services[service].first_team, w.services[service].last_team):
        let_in_alternative(team, c.openness[service], w, p, month)
    visit(service, w, p, month)


@step
def mean_quality(service, w):
    """Mean quality that the staff of a service deliver, added up exactly as whole numbers."""
    total, here = 0, w.services[service]
    for i in range(here.first_staff, here.last_staff):
        total += fine(w.staff.quality[i])
    return total / (FINE * (here.last_staff - here.first_staff))


@step
def assess_staff(service, w, p):
    """What measurement makes of the routine practice of all staff of a service."""
    here, standard = w.services[service], w.commissioners.standard[service]
    for i in range(here.first_staff, here.last_staff):
        assess(i, standard, w, p)


@step
def sum_up(service, w):
    """Mean quality of a service, and which practice that its teams endorse measures best.

    The more teams a service has, the better the best of them: parallel search.
    """
    c, t = w.commissioners, w.teams
    first, last = w.services[service].first_team, w.services[service].last_team
    value, best = 0.0, first
    for team in range(first, last):
        value += t[team].endorsed_value
        if t[team].endorsed_value > t[best].endorsed_value:
            best = team
    c.quality[service] = mean_quality(service, w)
    c.teams_value[service] = value / (last - first)
    c.endorsed[service], c.declared[service] = t[best].endorsed, t[best].declared
    c.endorsed_value[service] = t[best].endorsed_value


@step
def appraise(service, w, p, month):
    """Phase 9: what staff do is measured, each team endorses what measures best, and the
    commissioner the best of these.

    The compiled driver takes these steps for all services in turn.
    """
    assess_staff(service, w, p)
    for team in range(w.services[service].first_team, w.services[service].last_team):
        endorse(team, w)
    sum_up(service, w)
