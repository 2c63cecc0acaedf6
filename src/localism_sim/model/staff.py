"""Front-line staff: their practice, and the capability, regard and motivation with which they
change it.

Phases 6 (learn) and 7 (change practice, perform).
"""

import numpy as np

from .columns import Column, row_type
from .compilation import compiled_leaf, rule, step
from .compliance import deadline_pressure, only_on_paper, peer_pressure, reported
from .contact import borrowing_readiness, outside_hazard, who_does_it
from .department import NOTHING, local_freedom
from .landscape import LEGACY, differences, judgement_error, worth
from .network import NOBODY, SLOTS, colleague
from .randomness import (
    BORROW_NOISE,
    CHANGE,
    INQUIRY_CHOICE,
    INQUIRY_PERMISSION,
    JUDGE_MANDATE,
    KEEP_NOISE,
    RECRUIT_CAPABILITY,
    RECRUIT_MOTIVATION,
    RECRUIT_REGARD,
    RECRUIT_STAFF_TRUST,
    STOP_TRIAL,
    VACANCY,
    bell,
    below,
    uniform,
)
from .staff_trust import (
    moved_staff_trust,
    support,
    trust_factor,
    trust_when_granted,
    trust_when_stopped,
)

FROM_LEGACY, MANDATED, BORROWED_NEAR, BORROWED_FAR, OWN_INQUIRY, ALTERNATIVE, PROMOTED = range(7)
ORIGINS = (
    "legacy",
    "mandated",
    "borrowed near",
    "borrowed far",
    "own inquiry",
    "alternative provider",
    "promotion",
)
"""Where a practice came from; a column holds the position in this list."""

COLUMNS = (
    Column("practice", "i2", "practice", "practice in use"),
    Column("fallback", "i2", "practice", "routine practice to return to after a trial"),
    Column("shown", "i2", "practice", "practice that colleagues see this month"),
    Column("proposal", "i2", "practice", "idea for which permission is asked; -1 none"),
    Column("on_trial", "i2", "months", "months on trial, 0 when routine"),
    Column("origin", "i1", "origin", "where the practice came from"),
    Column("fallback_origin", "i1", "origin", "where the fallback came from"),
    Column("source", "i4", "staff row", "colleague from whom the practice was borrowed; -1 nobody"),
    Column("capability", "f8", "share", "skill in working another way"),
    Column("regard", "f8", "share", "view of citizens: 0 deficits, 1 assets"),
    Column("motivation", "f8", "share", "will to improve the service"),
    Column("value", "f8", "value", "true worth of the practice in use here"),
    Column("quality", "f8", "quality", "quality that citizens meet"),
    Column("worth", "f8", "value", "worth of the practice as delivered, with readiness"),
    Column("paper", "i2", "practice", "standard reported without being practised; -1 none"),
    Column("granted", "i1", "yes/no", "the practice on trial was permitted from above"),
    Column("trust", "f8", "share", "trust in managers and the centre"),
)
ROW = row_type(COLUMNS)

GUESS = 0x553EF0FF289DD796
"""This less a third of a number's bits are the bits of its inverse cube root, within 4% (after
Lomont 2003, for the inverse square root).
"""


@rule
def clamp(x):
    """x kept between 0 and 1."""
    return min(1.0, max(0.0, x))


@rule
def reflection(slack, p):
    """Time for live learning (0-1): slack, with practice learning filling the rest (essay
    R6, E19).
    """
    return slack + (1.0 - slack) * p.practice_learning


@rule
def learned_capability(capability, reflecting, p):
    """Capability after a month: grows with reflection towards 1, fades without it."""
    return clamp(
        capability
        + p.learning_rate * reflecting * (1.0 - capability)
        - p.forgetting_rate * (1.0 - reflecting) * capability
    )


@rule
def contact(engaged):
    """Chance that at least one of three people met this month is engaged: 1 - (1 - e)^3."""
    rest = 1.0 - engaged
    return 1.0 - rest * rest * rest


@rule
def learned_regard(regard, reflecting, engaged, stress, reporting, p):
    """Regard after a month: grows where staff with time to reflect meet engaged citizens (essay
    E11-E13), falls under stress and reporting.
    """
    meeting = reflecting * contact(engaged)
    strain = p.strain_effect * (stress + reporting)
    return clamp(regard + p.regard_rate * (meeting * (1.0 - regard) - strain * regard))


@rule
def moved_motivation(motivation, capability, permission, stress, p):
    """Motivation after a month: moves towards the weighted mean of competence, autonomy, rewarded
    collaboration and leadership (weights: Cerasoli et al. 2016), less the share that stress takes.
    """
    wanted = (
        p.competence_effect * capability
        + p.autonomy_effect * permission
        + p.reward_effect * p.collaboration_reward
        + p.leadership_effect * p.leadership
    )
    weights = p.competence_effect + p.autonomy_effect + p.reward_effect + p.leadership_effect
    target = (1.0 - p.stress_effect * stress) * wanted / weights
    return clamp(motivation + p.motivation_rate * (target - motivation))


@compiled_leaf
def cube_root(x):
    """The cube root of a number from 0 up, to two units in the last place: x y^2, with y = x^(-1/3)
    by two steps of fourth order from a guess by exponent.

    It needs sums and products only, so it is alike on every machine, which `x ** (1 / 3)` is not,
    and takes half the time.
    """
    y = np.int64(GUESS - np.int64(np.uint64(np.float64(x).view(np.int64)) // np.uint64(3))).view(
        np.float64
    )
    for _ in range(2):
        miss = 1.0 - x * y * y * y
        y = y + y * miss * (1.0 / 3.0 + miss * (2.0 / 9.0 + miss * (14.0 / 81.0)))
    return x * y * y


@rule
def readiness(capability, regard, engaged):
    """Readiness for relational change: geometric mean of capability, regard and local engagement.

    Nobody engaged, no co-production.
    """
    return cube_root(capability * regard * engaged)


@rule
def reinforcement_needed(p):
    """How many colleagues must practise something new before one borrows: 1 + reinforcement x
    relational depth (Centola & Macy 2007).
    """
    return 1.0 + p.reinforcement * p.relational_depth


@rule
def comply_hazard(control, freedom, p):
    """Monthly chance of taking up the standard as received: rate x control x (1 - autonomy)."""
    return p.comply_rate * control * (1.0 - freedom)


@rule
def inquiry_hazard(slack, motivation, willingness, p):
    """Monthly chance of an own inquiry: rate x slack x motivation, thinned where it pays to wait
    for others (free riding).
    """
    return p.inquiry_rate * slack * motivation * willingness


@rule
def borrow_hazard(motivation, permission, ready, p):
    """Monthly chance of borrowing when every colleague does something new; times the share of those
    who do.
    """
    return p.borrow_rate * motivation * permission * ready


@rule
def felt_value(value, legacy_value, p):
    """Value as citizens feel it: a shortfall below legacy counts `harm` times, down to nothing."""
    return (
        value if value >= legacy_value else max(0.0, legacy_value - p.harm * (legacy_value - value))
    )


@rule
def realised_quality(value, delivery, novelty, ready, on_trial, p):
    """value x delivery x (1 - r novelty (1 - readiness)) x (1 - dip on trial); a central fund bears
    its share of the dip.
    """
    dip = p.implementation_dip * (1.0 - p.innovation_fund) if on_trial > 0 else 0.0
    return value * delivery * (1.0 - p.relational_depth * novelty * (1.0 - ready)) * (1.0 - dip)


@rule
def delivered_worth(value, novelty, ready, p):
    """Worth of a practice as it is delivered: value x (1 - r novelty (1 - readiness)), whatever the
    workload.
    """
    return value * (1.0 - p.relational_depth * novelty * (1.0 - ready))


@step
def looks(staff, practice, purpose, draw, service, w, p, month):
    """What a practice seems to be worth here to one member of staff."""
    key = w.services[service].key + staff - w.services[service].first_staff
    return worth(w, service, practice) + judgement_error(p) * bell(
        w.seed, purpose, key, month * SLOTS + draw
    )


@step
def take_over(staff, practice, origin, service, w):
    """Make a practice routine at once."""
    s = w.staff
    s[staff].practice = practice
    s[staff].origin = origin if practice != LEGACY else FROM_LEGACY
    s[staff].on_trial = 0
    s[staff].source = NOBODY
    s[staff].value = worth(w, service, practice)


@step
def start_trial(staff, practice, origin, source, service, w):
    """Try a practice, keeping the present one to fall back on."""
    s = w.staff
    s[staff].fallback = s[staff].practice
    s[staff].fallback_origin = s[staff].origin
    take_over(staff, practice, origin, service, w)
    s[staff].source = source
    s[staff].on_trial = 1
    s[staff].granted = 0


@step
def recruit(staff, service, w, p, month):
    """A new person in a post: fresh traits, and the practice that the commissioner endorses."""
    s = w.staff
    key = w.services[service].key + staff - w.services[service].first_staff
    practice = w.commissioners[service].endorsed
    take_over(
        staff,
        practice,
        MANDATED if practice == w.commissioners[service].standard else BORROWED_NEAR,
        service,
        w,
    )
    s[staff].paper = NOTHING
    s[staff].capability = clamp(
        p.initial_capability + p.initial_variation * bell(w.seed, RECRUIT_CAPABILITY, key, month)
    )
    s[staff].regard = clamp(
        p.initial_regard + p.initial_variation * bell(w.seed, RECRUIT_REGARD, key, month)
    )
    s[staff].motivation = clamp(
        p.initial_motivation + p.initial_variation * bell(w.seed, RECRUIT_MOTIVATION, key, month)
    )
    s[staff].trust = clamp(
        p.initial_staff_trust + p.initial_variation * bell(w.seed, RECRUIT_STAFF_TRUST, key, month)
    )


@step
def welcome_alternative(staff, service, w, p):
    """An alternative provider in a post: an unlike practice, and capability, regard and motivation
    of `entrant_traits` at least (essay R2).
    """
    s = w.staff
    take_over(staff, w.commissioners[service].entrant_practice, ALTERNATIVE, service, w)
    s[staff].paper = NOTHING
    s[staff].capability = max(s[staff].capability, p.entrant_traits)
    s[staff].regard = max(s[staff].regard, p.entrant_traits)
    s[staff].motivation = max(s[staff].motivation, p.entrant_traits)


@step
def conditions(service, w, p):
    """What all staff of a service share in a month: stress, time to reflect, time that reporting
    takes, permission, how engaged citizens are, support from above, and the budget lost.
    """
    c = w.commissioners
    return (
        c[service].stress,
        reflection(c[service].slack, p),
        c[service].reporting,
        c[service].permission,
        w.places[w.services[service].place].engagement,
        support(p),
        c[service].visible_cut,
    )


@step
def learn_under(staff, shared, service, w, p, month):
    """Phase 6 for one member of staff, under the `conditions` of the service."""
    s = w.staff
    stress, reflecting, reporting, permission, engaged, supported, lost = shared
    if w.commissioners[service].entrant_post == staff:
        welcome_alternative(staff, service, w, p)
    elif uniform(
        w.seed, VACANCY, w.services[service].key + staff - w.services[service].first_staff, month
    ) < p.turnover * (1.0 + stress):
        recruit(staff, service, w, p, month)
    else:
        regard = learned_regard(s[staff].regard, reflecting, engaged, stress, reporting, p)
        capability = learned_capability(s[staff].capability, reflecting, p)
        motivation = moved_motivation(s[staff].motivation, capability, permission, stress, p)
        s[staff].regard, s[staff].capability, s[staff].motivation = regard, capability, motivation
        s[staff].trust = moved_staff_trust(s[staff].trust, supported, lost, p)
    s[staff].shown = s[staff].practice


@step
def learn(staff, service, w, p, month):
    """Phase 6: posts fall vacant (the more under stress), alternatives take over; the others learn
    or tire. Then show the practice to colleagues.
    """
    learn_under(staff, conditions(service, w, p), service, w, p, month)


@rule
def under_mandate(practice, origin, standard, p):
    """Whether a practice on trial was ordered: it came as a standard; with `legacy_mandate` also
    where the standard in force is the legacy and staff have been brought back to it.
    """
    return origin == MANDATED or (
        p.legacy_mandate == 1 and practice == LEGACY and standard == LEGACY
    )


@rule
def stop_hazard(permission, granted, p):
    """Monthly chance that a trial is stopped from above: rate x (1 - permission) x (1 - framework
    scrutiny), less the share `grant_protects` where those above had granted it.
    """
    stop = p.stop_rate * (1.0 - permission) * (1.0 - p.framework_scrutiny)
    return stop * (1.0 - p.grant_protects * granted)


@step
def review_trial(staff, service, w, p, month):
    """A practice on trial may be stopped from above while it lacks permission; at the end it is
    kept if it still looks better than the old one.

    Who drops a mandated practice may go on reporting it.
    """
    s = w.staff
    key = w.services[service].key + staff - w.services[service].first_staff
    permission = w.commissioners[service].permission
    mandated = under_mandate(
        s[staff].practice, s[staff].origin, w.commissioners[service].standard, p
    )
    stop = stop_hazard(permission, s[staff].granted, p)
    drop = False
    if not mandated and uniform(w.seed, STOP_TRIAL, key, month) < stop:
        drop = True
        s[staff].trust = trust_when_stopped(s[staff].trust, p)
    elif s[staff].on_trial >= p.trial_months:
        free_to_judge = not mandated or uniform(w.seed, JUDGE_MANDATE, key, month) < permission
        now = looks(staff, s[staff].practice, KEEP_NOISE, 0, service, w, p, month)
        drop = free_to_judge and now <= looks(
            staff, s[staff].fallback, KEEP_NOISE, 1, service, w, p, month
        )
        s[staff].on_trial = 0
    else:
        s[staff].on_trial += 1
    if drop:
        if mandated and only_on_paper(staff, service, w, p, month):
            s[staff].paper = s[staff].practice
        take_over(staff, s[staff].fallback, s[staff].fallback_origin, service, w)


@step
def colleagues_showing(practice, staff, service, w, p, month):
    """How many colleagues show a practice."""
    showing = 0
    for slot in range(p.peers):
        other = colleague(staff, service, slot, w, p, month)
        if other != NOBODY and w.staff[other].shown == practice:
            showing += 1
    return showing


@step
def noticed(other, staff, service, w, p, month):
    """Whether a colleague's practice counts as an example: new, and unlike the own one; with
    `same_practice` only where enough colleagues show the very same (Centola & Macy 2007).
    """
    if other == NOBODY:
        return False
    practice = w.staff[other].shown
    if practice == LEGACY or practice == w.staff[staff].practice:
        return False
    return p.same_practice == 0 or colleagues_showing(
        practice, staff, service, w, p, month
    ) >= reinforcement_needed(p)


@step
def most_appealing(staff, service, w, p, month):
    """The colleague whose new practice looks best here by noisy judgement, and better than the own
    one; else nobody. Variants copy otherwise (Barkoczi & Galesic 2016).
    """
    s = w.staff
    own = s[staff].practice
    chosen, highest = NOBODY, looks(staff, own, BORROW_NOISE, SLOTS - 1, service, w, p, month)
    for slot in range(p.peers):
        other = colleague(staff, service, slot, w, p, month)
        if noticed(other, staff, service, w, p, month):
            appeal = looks(staff, s[other].shown, BORROW_NOISE, slot, service, w, p, month)
            if appeal > highest:
                chosen, highest = other, appeal
    return chosen


@step
def borrowed_idea(staff, service, u, hazard, w, p, month):
    """The colleague to borrow from this month, or nobody: u < hazard x share of colleagues with
    something new, and enough of them (`most_appealing` chooses).
    """
    known, new = 0, 0
    for slot in range(p.peers):
        other = colleague(staff, service, slot, w, p, month)
        known += other != NOBODY
        new += noticed(other, staff, service, w, p, month)
    if new < reinforcement_needed(p) or u >= hazard * new / known:
        return NOBODY
    return most_appealing(staff, service, w, p, month)


@step
def inquire(staff, service, w, p, month):
    """Try a one-choice change where permission covers it; else ask for permission up the chain."""
    s = w.staff
    key = w.services[service].key + staff - w.services[service].first_staff
    idea = s[staff].practice ^ (1 << below(w.choices, w.seed, INQUIRY_CHOICE, key, month))
    if uniform(w.seed, INQUIRY_PERMISSION, key, month) < w.commissioners[service].permission:
        start_trial(staff, idea, OWN_INQUIRY, NOBODY, service, w)
    else:
        s[staff].proposal = idea


@step
def pressed_to_comply(staff, service, w, p, month):
    """This month's chance that a member of staff complies; nothing where they report the standard
    already.
    """
    here, person = w.commissioners[service], w.staff[staff]
    if here.standard == reported(person.practice, person.paper):
        return 0.0
    department = w.departments[w.services[service].domain]
    return (
        comply_hazard(department.control, local_freedom(p, month), p)
        * deadline_pressure(month + 1 - here.mandate_month, p)
        * peer_pressure(department.compliance, p)
        * w.places[w.services[service].place].compliant
    )


@step
def comply(staff, service, w, p, month):
    """Take up the standard as received: in earnest, as a trial, or on paper."""
    s, standard = w.staff, w.commissioners[service].standard
    s[staff].paper = NOTHING
    if standard != s[staff].practice:
        if only_on_paper(staff, service, w, p, month):
            s[staff].paper = standard
        else:
            start_trial(staff, standard, MANDATED, NOBODY, service, w)


@rule
def citizens_hazard(engaged, p):
    """Monthly chance that engaged citizens bring an idea that staff then try: `citizen_ideas` x
    engaged share x voice, where voice comes by early engagement or collective capacity (essay R1,
    R9; users as innovators: von Hippel 2005).
    """
    return (
        p.citizen_ideas
        * engaged
        * (1.0 - (1.0 - p.early_engagement) * (1.0 - p.collective_capacity))
    )


@step
def inclined_to_inquire(staff, service, w, p, month):
    """This month's chance of an inquiry: own, moved by trust in those above and by how inventive
    the place is, or brought by citizens.
    """
    person, home = w.staff[staff], w.places[w.services[service].place]
    own = inquiry_hazard(
        w.commissioners[service].slack,
        person.motivation,
        w.departments[w.services[service].domain].willingness,
        p,
    )
    own = own * trust_factor(person.trust, p.trust_inquiry) * home.inventive
    return own + citizens_hazard(home.engagement, p)


@step
def borrow_from_colleague(staff, u, hazard, service, w, p, month):
    """Try what a colleague does, if there is one to borrow from."""
    other = borrowed_idea(staff, service, u, hazard, w, p, month)
    if other != NOBODY:
        near = other >= w.services[service].first_staff and other < w.services[service].last_staff
        origin = BORROWED_NEAR if near else BORROWED_FAR
        start_trial(staff, w.staff[other].shown, origin, other, service, w)


@step
def adopt_from_outside(staff, u, motivation, ready, service, w, p):
    """Try what was seen on a visit, or what is promoted from outside (Bass 1969: external
    influence), where it differs from the own practice.
    """
    here, own = w.commissioners[service], w.staff[staff].practice
    promoted = w.departments[w.services[service].domain].promoted
    seeing = 0.0
    if here.seen_practice != NOTHING and here.seen_practice != own:
        seeing = outside_hazard(p.contact_rate, motivation, here.permission, ready)
    if u < seeing:
        source = who_does_it(here.seen_practice, here.seen_service, w)
        start_trial(staff, here.seen_practice, BORROWED_FAR, source, service, w)
    elif promoted != NOTHING and promoted != own:
        if u - seeing < outside_hazard(p.promotion_rate, motivation, here.permission, ready):
            start_trial(staff, promoted, PROMOTED, NOBODY, service, w)


@step
def look_beyond_oneself(staff, u, motivation, service, w, p, month):
    """Borrow from a colleague, from a place that was visited, or what is promoted; u is what is
    left of the month's draw.
    """
    person, home = w.staff[staff], w.places[w.services[service].place]
    ready = borrowing_readiness(readiness(person.capability, person.regard, home.engagement), p)
    borrowing = borrow_hazard(motivation, w.commissioners[service].permission, ready, p)
    if u < borrowing:
        borrow_from_colleague(staff, u, borrowing, service, w, p, month)
    else:
        adopt_from_outside(staff, u - borrowing, motivation, ready, service, w, p)


@step
def change_practice(staff, service, w, p, month):
    """Phase 7: at most one of comply, inquire, borrow, or adopt from outside (competing hazards,
    one draw), or go on with a trial.
    """
    s, c = w.staff, w.commissioners
    s[staff].proposal = NOTHING
    if s[staff].on_trial > 0:
        review_trial(staff, service, w, p, month)
        return
    if c[service].granted_post == staff:
        start_trial(staff, c[service].granted_practice, OWN_INQUIRY, NOBODY, service, w)
        s[staff].granted = 1
        s[staff].trust = trust_when_granted(s[staff].trust, p)
        return
    u = uniform(
        w.seed, CHANGE, w.services[service].key + staff - w.services[service].first_staff, month
    )
    complying = pressed_to_comply(staff, service, w, p, month)
    inquiring = inclined_to_inquire(staff, service, w, p, month)
    motivation = s[staff].motivation * trust_factor(s[staff].trust, p.trust_borrowing)
    most = borrow_hazard(motivation, c[service].permission, 1.0, p) + outside_hazard(
        p.contact_rate + p.promotion_rate, motivation, c[service].permission, 1.0
    )
    if u >= complying + inquiring + most:
        return
    if u < complying:
        comply(staff, service, w, p, month)
    elif u - complying < inquiring:
        inquire(staff, service, w, p, month)
    else:
        look_beyond_oneself(staff, u - complying - inquiring, motivation, service, w, p, month)


@step
def perform(staff, service, w, p, month):
    """Phase 7, last: the quality that citizens meet."""
    s = w.staff
    novelty = differences(s[staff].practice, LEGACY) / w.choices
    ready = 1.0
    if novelty > 0.0 and p.relational_depth > 0.0:
        ready = readiness(
            s[staff].capability, s[staff].regard, w.places[w.services[service].place].engagement
        )
    s[staff].worth = delivered_worth(s[staff].value, novelty, ready, p)
    value = felt_value(s[staff].value, w.services[service].legacy_value, p)
    s[staff].quality = realised_quality(
        value, w.commissioners[service].delivery, novelty, ready, s[staff].on_trial, p
    )
