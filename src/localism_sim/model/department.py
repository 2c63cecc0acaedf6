"""The Whitehall department: it funds, sets the standard for its domain, and holds control.

Phases 1 (capacity, control), 3 (direct) and 9 (observe).
"""

import math

from .agency import proposes, put_before_host
from .columns import Column, row_type
from .compilation import rule, step
from .compliance import reported
from .landscape import LEGACY, differences, worth
from .randomness import (
    DESIGN_CHOICE,
    DESIGN_COUNT,
    DESIGN_NOISE,
    DESIGN_STEPS,
    HEAR_REPORT,
    SAMPLED_PLACE,
    bell,
    below,
    uniform,
)

COLUMNS = (
    Column("standard", "i4", "practice", "the practice it mandates"),
    Column("control", "f8", "share", "how closely it controls what services do"),
    Column("standard_value", "f8", "value", "what the standard is truly worth, mean of services"),
    Column("capacity", "f8", "share", "its own ability to design and evaluate"),
    Column(
        "willingness",
        "f8",
        "chance",
        "chance that a place makes a trial when copying is free (1 without free riding)",
    ),
    Column(
        "deviation", "f8", "share", "share of teams whose endorsed practice is not the standard"
    ),
    Column(
        "diversity",
        "f8",
        "practices",
        "Hill number of order 2 of the practices in use in its domain",
    ),
    Column("standing", "f8", "share", "standing of an innovation agency's people with their host"),
    Column("agency_idea", "i4", "practice", "practice it got its host to take up; -1 none"),
    Column("beacon", "i4", "place", "place that measures best with a practice of its own; -1 none"),
    Column("promoted", "i4", "practice", "practice promoted from outside; -1 none"),
    Column("compliance", "f8", "share", "staff who report the standard that reached them"),
)
ROW = row_type(COLUMNS)

NOTHING = -1
AGENCY_DESIGN, AGENCY_IDEA, LOCAL_REPORT = 997, 998, 999
"""Attempts by which the draws of these are keyed; the centre's own redesigns count from 1."""


@rule
def phased_in(p, month):
    """Share of the cuts in force by the end of a month: a straight ramp over `cut_months`."""
    return min(1.0, (month + 1) / p.cut_months)


@rule
def given_agency(p):
    """What an innovation agency does where its strength is given (`agency_by_people` 0): strength x
    its host's interest in reform; nothing where it works through its people.
    """
    return p.innovation_agency * p.reform_interest * (1.0 - p.agency_by_people)


@rule
def central_capacity_left(p, month):
    """The centre's capacity after its own cuts, raised by a given agency (essay E20)."""
    left = p.central_capacity * (1.0 - p.centre_cuts * phased_in(p, month))
    return left + (1.0 - left) * given_agency(p)


@rule
def alignment(p):
    """How far centre and places listen to each other (0-1): two-way alignment, widened by challenge
    focus and by an effective agency.
    """
    deaf = (
        (1.0 - p.two_way_alignment)
        * (1.0 - p.challenge_alignment * p.challenge_focus)
        * (1.0 - p.agency_alignment * given_agency(p))
    )
    return 1.0 - deaf


@rule
def drifted_control(control, deviation, p):
    """Control after a month: tightened by visible diversity where the centre has no interest in
    reform (essay E8, E9), eased by alignment (E14).
    """
    aligned = alignment(p)
    tighten = p.diversity_aversion * (1.0 - p.reform_interest) * deviation * (1.0 - aligned)
    return control + tighten * (1.0 - control) - p.alignment_rate * aligned * control


@rule
def local_freedom(city_region, p, month):
    """Local autonomy of a place this month: that of the country, and in a city region (-1 none) the
    share `city_regions` of what the centre still decides elsewhere (essay E21: devolved decisions;
    statutory city regions, Budget 2009). Nothing once a temporary decentralisation is harmonised
    (Callander & Harstad 2015).
    """
    if p.harmonise_after > 0 and month >= p.harmonise_after:
        return 0.0
    return p.autonomy + (p.city_regions * (1.0 - p.autonomy) if city_region >= 0 else 0.0)


@rule
def measured(value, similarity, p):
    """What measurement makes of a practice: mu x value + (1 - mu) x similarity to the standard, mu
    the weight of real outcomes.
    """
    return p.outcome_measurement * value + (1.0 - p.outcome_measurement) * similarity


@rule
def trial_willingness(places, p):
    """Chance that a place makes a trial that it could make: always.

    The variant `free_riding` lets places wait for others.
    """
    return 1.0


@step
def evaluate(department, practice, attempt, w, p, month):
    """The department's measurement of a practice: mean over a sample of places, each judged with an
    independent error, so the error shrinks with sqrt(n).

    With `status_quo_bias` it marks a candidate down for each choice in which it departs from the
    present standard, as far as it measures compliance (Samuelson & Zeckhauser 1988); at 0 a
    candidate counts as what it is worth.
    """
    places = w.count
    total = 0.0
    for k in range(p.sampled_places):
        place = below(places, w.seed, SAMPLED_PLACE, department * 1000 + k, month)
        total += worth(w, place * w.domains + department, practice)
    departure = p.status_quo_bias * differences(practice, w.departments[department].standard)
    similarity = 1.0 - departure / w.choices
    error = (
        bell(w.seed, DESIGN_NOISE, department * 100000 + attempt, month)
        * p.judgement_noise
        / math.sqrt(p.sampled_places)
    )
    return measured(total / p.sampled_places + error, similarity, p)


@step
def true_worth(department, practice, w):
    """Mean value of a practice over all services of the domain."""
    total = 0.0
    for place in range(w.count):
        total += worth(w, place * w.domains + department, practice)
    return total / w.count


@step
def redesigned(department, attempt, w, p, month):
    """A redesign of the present standard: one to `design_steps` choices turned round."""
    practice = w.departments[department].standard
    key = department * 1000 + attempt
    for k in range(1 + below(p.design_steps, w.seed, DESIGN_STEPS, key, month)):
        practice ^= 1 << below(w.choices, w.seed, DESIGN_CHOICE, key * 10 + k, month)
    return practice


@step
def steer(department, w, p, month):
    """Phase 1: the centre's capacity, its control, what free riding leaves of the will to try, and
    what an innovation agency proposes: the country's best local practice, or a design of its own.
    """
    d = w.departments
    d[department].capacity = central_capacity_left(p, month)
    d[department].control = drifted_control(d[department].control, d[department].deviation, p)
    d[department].willingness = trial_willingness(w.count, p)
    if proposes(department, w, p, month):
        practice = d[department].promoted
        if practice == NOTHING:
            practice = redesigned(department, AGENCY_DESIGN, w, p, month)
        good = true_worth(department, practice, w) > d[department].standard_value
        put_before_host(department, practice, good, w, p, month)


@step
def direct(department, w, p, month):
    """Phase 3: every `review_months` the standard is measured against own redesigns and the best
    report from places; the best stands.

    In the month `harmonise_after` every practice that a place endorses is measured too.
    """
    harmonise = p.harmonise_after > 0 and month == p.harmonise_after
    if (month + 1) % p.review_months != 0 and not harmonise:
        return
    d, c = w.departments, w.commissioners
    best = d[department].standard
    best_score = evaluate(department, best, 0, w, p, month)
    tried = p.redesigns * d[department].capacity
    designs = int(tried)
    if uniform(w.seed, DESIGN_COUNT, department, month) < tried - designs:
        designs += 1
    for attempt in range(1, designs + 1):
        practice = redesigned(department, attempt, w, p, month)
        score = evaluate(department, practice, attempt, w, p, month)
        if score > best_score:
            best, best_score = practice, score
    told, told_value = NOTHING, -1.0
    for place in range(w.count):
        service = place * w.domains + department
        if c.heard_practice[service] != NOTHING and c.heard_value[service] > told_value:
            told, told_value = c.heard_practice[service], c.heard_value[service]
    if told != NOTHING and uniform(w.seed, HEAR_REPORT, department, month) < alignment(p):
        score = evaluate(department, told, LOCAL_REPORT, w, p, month)
        if score > best_score:
            best, best_score = told, score
    if d[department].agency_idea != NOTHING:
        score = evaluate(department, d[department].agency_idea, AGENCY_IDEA, w, p, month)
        if score > best_score:
            best, best_score = d[department].agency_idea, score
        d[department].agency_idea = NOTHING
    if harmonise:
        for place in range(w.count):
            practice = c.endorsed[place * w.domains + department]
            score = evaluate(department, practice, 1000 + place, w, p, month)
            if practice != best and score > best_score:
                best, best_score = practice, score
    if best != d[department].standard:
        d[department].standard = best
        d[department].standard_value = true_worth(department, best, w)


@rule
def own_success(endorsed, standard):
    """Whether what a place endorses is neither the legacy nor what it was told to do."""
    return endorsed != LEGACY and endorsed != standard


@step
def share_deviating(service, standard, w):
    """Share of a service's teams whose endorsed practice, as reported, is not the standard."""
    first, last, deviating = w.services[service].first_team, w.services[service].last_team, 0
    for team in range(first, last):
        deviating += w.teams[team].declared != standard
    return deviating / (last - first)


@step
def observe(department, w, p, month):
    """Phase 9: how diverse practice has become, as the department sees it."""
    c, s = w.commissioners, w.staff
    used = w.used[department]
    for practice in range(len(used)):
        used[practice] = 0
    deviating, complying, total, legacy, concentration = 0.0, 0.0, 0, 0, 0
    beacon, highest = NOTHING, -1.0
    for place in range(w.count):
        service = place * w.domains + department
        standard = c.standard[service]
        deviating += share_deviating(service, w.departments[department].standard, w)
        if own_success(c.endorsed[service], standard) and c.endorsed_value[service] > highest:
            beacon, highest = place, c.endorsed_value[service]
        first, last = w.services[service].first_staff, w.services[service].last_staff
        reporting, old = 0, 0
        for i in range(first, last):
            reporting += reported(s.practice[i], s.paper[i]) == standard
            old += s.practice[i] == LEGACY
        if old < last - first:
            for i in range(first, last):
                if s.practice[i] != LEGACY:
                    concentration += 2 * used[s.practice[i]] + 1
                    used[s.practice[i]] += 1
        total += last - first
        legacy += old
        complying += reporting / (last - first)
    concentration += legacy * legacy
    w.departments[department].deviation = deviating / w.count
    w.departments[department].compliance = complying / w.count
    w.departments[department].beacon = beacon
    if beacon != NOTHING:
        w.departments[department].promoted = c.endorsed[beacon * w.domains + department]
    w.departments[department].diversity = float(total) * total / concentration
