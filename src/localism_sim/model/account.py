"""Phase 9, account: the month's outcomes, from the same columns that the agents live in.

Sums run in a fixed order over blocks of citizens and over places, so the number of threads changes
no bit.
"""

from collections import namedtuple

from .citizen import habits
from .compilation import narrow, rule, step, walk
from .landscape import LEGACY
from .satisfaction import adapted, outlook, satisfied
from .staff import ALTERNATIVE, BORROWED_FAR, BORROWED_NEAR, MANDATED, OWN_INQUIRY, PROMOTED
from .sums import FINE, fine, fine_in_single

Tally = namedtuple(  # type: ignore[misc]
    "Tally",
    "quality staff spread harm capability regard motivation fit trials mandated borrowed_near "
    "borrowed_far own_inquiry alternative delivered voluntary on_paper promoted staff_trust",
)
AT = Tally(*range(len(Tally._fields)))
"""Positions in a place's tally of staff, by name."""
GAPS = (1750, 701, 301, 132, 57, 23, 10, 4, 1)
"""Strides of a Shell sort (Ciura 2001)."""


@rule
def quantile(ordered, share):
    """The value below which `share` of sorted values lie, by linear interpolation."""
    position = share * (len(ordered) - 1)
    below = int(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (position - below) * (ordered[above] - ordered[below])


@step
def count_citizens(block, w, p, month):
    """Sums of trust, engagement and well-being over one block, at the end of the month."""
    z, first, last = w.citizens, w.blocks[block].first, w.blocks[block].last
    trusts, engagements, wellbeings = (
        z.trust[first:last],
        z.engaged[first:last],
        z.wellbeing[first:last],
    )
    trust, wellbeing, engaged = 0, 0, 0
    for k in range(last - first):
        trust += fine_in_single(trusts[k])
        wellbeing += fine_in_single(wellbeings[k])
        engaged += engagements[k]
    w.blocks[block].trust = trust / FINE
    w.blocks[block].wellbeing = wellbeing / FINE
    w.blocks[block].engaged = engaged


@step
def count_traits(first, last, tally, w):
    """Sums over staff first..last-1 of one place of what does not depend on their service."""
    s = w.staff
    quality, capability, regard, motivation, trust = 0, 0, 0, 0, 0
    for i in range(first, last):
        quality += fine(s.quality[i])
        capability += fine(s.capability[i])
        regard += fine(s.regard[i])
        motivation += fine(s.motivation[i])
        trust += fine(s.trust[i])
    tally[AT.staff] = last - first
    tally[AT.quality], tally[AT.capability] = quality / FINE, capability / FINE
    tally[AT.regard], tally[AT.motivation] = regard / FINE, motivation / FINE
    tally[AT.staff_trust] = trust / FINE


@step
def count_origins(first, last, tally, w):
    """How many of staff first..last-1 have their practice from where, and report another."""
    s = w.staff
    mandated, near, far, inquiry, alternative = 0, 0, 0, 0, 0
    promoted, trials, on_paper = 0, 0, 0
    for i in range(first, last):
        mandated += s.origin[i] == MANDATED
        near += s.origin[i] == BORROWED_NEAR
        far += s.origin[i] == BORROWED_FAR
        inquiry += s.origin[i] == OWN_INQUIRY
        alternative += s.origin[i] == ALTERNATIVE
        promoted += s.origin[i] == PROMOTED
        trials += s.on_trial[i] > 0
        on_paper += (s.paper[i] >= 0) & (s.paper[i] != s.practice[i])
    tally[AT.mandated], tally[AT.borrowed_near], tally[AT.borrowed_far] = mandated, near, far
    tally[AT.own_inquiry], tally[AT.alternative] = inquiry, alternative
    tally[AT.promoted], tally[AT.trials], tally[AT.on_paper] = promoted, trials, on_paper


@step
def count_successes(service, tally, w, p):
    """Adds what the staff of one service make of it: fit, and how many do harm or better than the
    legacy.
    """
    s, here = w.staff, w.services[service]
    share_of_best, legacy_value = 1.0 / here.best_value, here.legacy_value
    harmful = legacy_value - p.harm_threshold
    fit, harm, spread, delivered, voluntary = 0, 0, 0, 0, 0
    for i in range(here.first_staff, here.last_staff):
        new = (s.on_trial[i] == 0) & (s.practice[i] != LEGACY)
        better = new & (s.worth[i] > legacy_value)
        fit += fine(s.value[i] * share_of_best)
        harm += s.value[i] < harmful
        spread += new & (s.value[i] > legacy_value)
        delivered += better
        voluntary += better & (s.origin[i] != MANDATED)
    tally[AT.fit] += fit / FINE
    tally[AT.harm] += harm
    tally[AT.spread] += spread
    tally[AT.delivered] += delivered
    tally[AT.voluntary] += voluntary


@step
def count_staff(place, w, p):
    """Sums over the staff of one place. Shares are added up as citizens' are, in any order."""
    tally, home = w.tally[place], w.places[place]
    count_traits(home.first_staff, home.last_staff, tally, w)
    count_origins(home.first_staff, home.last_staff, tally, w)
    for total in (AT.fit, AT.harm, AT.spread, AT.delivered, AT.voluntary):
        tally[total] = 0.0
    for service in range(place * w.domains, (place + 1) * w.domains):
        count_successes(service, tally, w, p)


@step
def account_place(place, w, p, month):
    """The month's figures of one place."""
    q = w.places
    count_staff(place, w, p)
    tally = w.tally[place]
    q[place].quality = tally[AT.quality] / tally[AT.staff]
    q[place].spread = tally[AT.spread] / tally[AT.staff]
    budget = 0.0
    for domain in range(w.domains):
        budget += w.commissioners.budget[place * w.domains + domain]
    q[place].budget = budget / w.domains
    row = w.place_history[month, place]
    row.quality, row.spread, row.budget = q[place].quality, q[place].spread, q[place].budget


@step
def see_cuts(place, w, p, month):
    """How much of its budget a place visibly lost this month, and the outlook under which people
    judge services there (phase 1).

    With `promise_netting` 1 it is what the place lost as a whole: money moved between its services
    is no cut. With 0 the losses of each service count and gains count for nothing.
    """
    lost, budget = 0.0, 0.0
    for domain in range(w.domains):
        lost += w.commissioners.visible_cut[place * w.domains + domain]
        budget += w.commissioners.budget[place * w.domains + domain]
    home = w.places[place]
    before = home.budget if month > 0 else 1.0
    net = max(0.0, before - budget / w.domains)
    home.visible_cut = (1.0 - p.promise_netting) * (lost / w.domains) + p.promise_netting * net
    home.outlook = outlook(home.used_to, home.used_to_at_start, p)


@step
def gather_citizens(w, month):
    """From blocks to places, in order."""
    for place in range(w.count):
        home = w.places[place]
        home.trust, home.wellbeing, home.engagement = 0.0, 0.0, 0.0
    for k in range(len(w.blocks)):
        block = w.blocks[k]
        home = w.places[block.place]
        home.trust += block.trust
        home.wellbeing += block.wellbeing
        home.engagement += block.engaged
    for place in range(w.count):
        home, row = w.places[place], w.place_history[month, place]
        size = home.last_citizen - home.first_citizen
        home.trust /= size
        home.wellbeing /= size
        home.engagement /= size
        row.trust, row.wellbeing, row.engagement = home.trust, home.wellbeing, home.engagement


@step
def judge_services(w, row, p):
    """How satisfied people are, place by place, and what they are used to from now on."""
    total, citizens, q = 0.0, 0.0, habits(p)
    for place in range(w.count):
        home = w.places[place]
        home.satisfaction = satisfied(
            narrow(home.quality), narrow(home.outlook), narrow(home.trust), q
        )
        home.used_to = adapted(home.used_to, home.quality, p)
        if home.reported:
            size = float(home.last_citizen - home.first_citizen)
            total += home.satisfaction * size
            citizens += size
    row.satisfaction = total / citizens


@step
def account_citizens(w, row):
    """Outcomes that are means over citizens of the places reported: trust, engagement, well-being,
    and the quality that the average citizen is served with.
    """
    q = w.places
    citizens, trust, wellbeing, engaged, quality, harmed = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    for place in range(w.count):
        if not q[place].reported:
            continue
        size = float(q[place].last_citizen - q[place].first_citizen)
        citizens += size
        trust += q[place].trust * size
        wellbeing += q[place].wellbeing * size
        engaged += q[place].engagement * size
        quality += q[place].quality * size
        harmed += w.tally[place, AT.harm] / w.tally[place, AT.staff] * size
    row.trust, row.wellbeing, row.engagement, row.quality = (
        trust / citizens,
        wellbeing / citizens,
        engaged / citizens,
        quality / citizens,
    )
    return harmed / citizens


@step
def account_staff(w, row):
    """Outcomes that are means over staff of the places reported: spread, origins, capability,
    regard, motivation, fit. A place counts by its citizens, whom its staff serve, so that the
    number of staff simulated for each citizen changes no mean.
    """
    total = w.tally[w.count]
    for k in range(total.size):
        total[k] = 0.0
    for place in range(w.count):
        if not w.places[place].reported:
            continue
        home = w.places[place]
        weight = (home.last_citizen - home.first_citizen) / w.tally[place, AT.staff]
        for k in range(total.size):
            total[k] += weight * w.tally[place, k]
    staff = total[AT.staff]
    row.spread = total[AT.spread] / staff
    row.capability, row.regard, row.motivation = (
        total[AT.capability] / staff,
        total[AT.regard] / staff,
        total[AT.motivation] / staff,
    )
    row.fit = total[AT.fit] / staff
    row.mandated, row.borrowed_near, row.borrowed_far = (
        total[AT.mandated] / staff,
        total[AT.borrowed_near] / staff,
        total[AT.borrowed_far] / staff,
    )
    row.own_inquiry, row.alternative = total[AT.own_inquiry] / staff, total[AT.alternative] / staff
    row.promoted, row.staff_trust = total[AT.promoted] / staff, total[AT.staff_trust] / staff
    row.spread_delivered, row.voluntary, row.on_paper = (
        total[AT.delivered] / staff,
        total[AT.voluntary] / staff,
        total[AT.on_paper] / staff,
    )


@step
def account_services(w, row):
    """Outcomes that are means over services of the places reported (budget, workload,
    permission), or over departments (control, diversity, worth of the standard), which are those
    of the country.
    """
    c, d = w.commissioners, w.departments
    services = 0
    budget, workload, permission, returned, posts = 0.0, 0.0, 0.0, 0.0, 0.0
    for service in range(w.count * w.domains):
        if not w.places[w.services[service].place].reported:
            continue
        services += 1
        budget += c.budget[service]
        workload += c.workload[service]
        permission += c.permission[service]
        returned += c.returned[service]
        posts += c.posts[service]
    row.budget, row.workload = budget / services, workload / services
    row.permission, row.returned, row.posts = (
        permission / services,
        returned / services,
        posts / services,
    )
    control, diversity, standard = 0.0, 0.0, 0.0
    for domain in range(w.domains):
        control += d[domain].control
        diversity += d[domain].diversity
        standard += d[domain].standard_value
    row.control, row.diversity, row.standard_value = (
        control / w.domains,
        diversity / w.domains,
        standard / w.domains,
    )


@step
def order_places(w):
    """Sort places by quality; how many of them are reported. Their values come first in `ordered`.

    They are sorted from last month's order, which is nearly right, so few change places.
    """
    count, quality, ranking = w.count, w.ordered, w.ranking
    for k in range(count):
        quality[k] = w.places[ranking[k]].quality
    for gap in GAPS:
        for k in range(gap, count):
            value, place, at = quality[k], ranking[k], k
            while at >= gap and quality[at - gap] > value:
                quality[at], ranking[at] = quality[at - gap], ranking[at - gap]
                at -= gap
            quality[at], ranking[at] = value, place
    reported = 0
    for k in range(count):
        if w.places[ranking[k]].reported:
            quality[reported] = quality[k]
            reported += 1
    return reported


@walk
def account(w, p, month):
    """Phase 9: the month's outcomes of the places reported."""
    row = w.history[month]
    gather_citizens(w, month)
    harmed = account_citizens(w, row)
    judge_services(w, row, p)
    account_staff(w, row)
    account_services(w, row)
    reported = order_places(w)
    ordered = w.ordered[:reported]
    row.postcode_gap = quantile(ordered, 0.9) - quantile(ordered, 0.1)
    lowest = max(1, reported // 10)
    worst = 0.0
    for k in range(lowest):
        worst += ordered[k]
    row.worst_place = worst / lowest
    trial_cost = (
        p.implementation_dip
        * p.innovation_fund
        * w.tally[w.count, AT.trials]
        / w.tally[w.count, AT.staff]
    )
    row.cost_per_quality = (row.budget + trial_cost) / max(row.quality, 1e-9)
    earlier_harm = w.history[month - 1].harm if month > 0 else 0.0
    row.harm = earlier_harm + harmed
    half = len(w.history) + 1.0
    if month > 0 and w.history[month - 1].months_to_half <= month:
        half = w.history[month - 1].months_to_half
    elif row.spread >= 0.5:
        half = month + 1.0
    row.months_to_half = half
