"""How front-line staff change their practice (phase 7): they comply, inquire, borrow, take up what
comes from outside, or go on with a trial.
"""

from .compilation import rule, step
from .compliance import deadline_pressure, only_on_paper, peer_pressure, reported
from .contact import borrowing_readiness, outside_hazard, who_does_it
from .copying import borrowed_idea, looks
from .department import NOTHING, local_freedom
from .landscape import LEGACY
from .network import NOBODY, key_of
from .randomness import (
    CHANGE,
    INQUIRY_CHOICE,
    INQUIRY_PERMISSION,
    JUDGE_MANDATE,
    KEEP_NOISE,
    STOP_TRIAL,
    below,
    uniform,
)
from .staff import (
    BORROWED_FAR,
    BORROWED_NEAR,
    MANDATED,
    OWN_INQUIRY,
    PROMOTED,
    take_over,
)
from .staff_trust import trust_factor, trust_when_granted, trust_when_stopped


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
def own_permission(contract, permission):
    """Chance that a person's idea needs no consent from above: that of the service, or 1 under a
    provider's contract.
    """
    return 1.0 if contract > 0 else permission


@step
def start_trial(staff, practice, origin, source, service, w):
    """Try a practice, keeping the present one to fall back on."""
    s = w.staff
    s.fallback[staff], s.fallback_value[staff] = s.practice[staff], s.value[staff]
    s.fallback_origin[staff] = s.origin[staff]
    take_over(staff, practice, origin, service, w)
    s.source[staff] = source
    s.on_trial[staff] = 1
    s.granted[staff] = 0


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
    key = key_of(staff, service, w)
    permission = own_permission(s.contract[staff], w.commissioners.permission[service])
    mandated = under_mandate(
        s.practice[staff], s.origin[staff], w.commissioners.standard[service], p
    )
    stop = stop_hazard(permission, s.granted[staff], p)
    drop = False
    if not mandated and uniform(w.seed, STOP_TRIAL, key, month) < stop:
        drop = True
        s.trust[staff] = trust_when_stopped(s.trust[staff], p)
    elif s.on_trial[staff] >= p.trial_months:
        free_to_judge = not mandated or uniform(w.seed, JUDGE_MANDATE, key, month) < permission
        now = looks(staff, s.practice[staff], KEEP_NOISE, 0, service, w, p, month)
        drop = free_to_judge and now <= looks(
            staff, s.fallback[staff], KEEP_NOISE, 1, service, w, p, month
        )
        s.on_trial[staff] = 0
    else:
        s.on_trial[staff] += 1
    if drop:
        if mandated and only_on_paper(staff, service, w, p, month):
            s.paper[staff] = s.practice[staff]
        take_over(staff, s.fallback[staff], s.fallback_origin[staff], service, w)


@step
def inquire(staff, service, w, p, month):
    """Try a one-choice change where permission covers it; else ask for permission up the chain."""
    s = w.staff
    key = key_of(staff, service, w)
    idea = s.practice[staff] ^ (1 << below(w.choices, w.seed, INQUIRY_CHOICE, key, month))
    permission = own_permission(s.contract[staff], w.commissioners.permission[service])
    if uniform(w.seed, INQUIRY_PERMISSION, key, month) < permission:
        start_trial(staff, idea, OWN_INQUIRY, NOBODY, service, w)
    else:
        s.proposal[staff] = idea


@step
def press(service, w, p, month):
    """This month's chance that a member of staff complies who does not report the standard yet."""
    department = w.departments[w.services[service].domain]
    home = w.places[w.services[service].place]
    w.commissioners.pressed[service] = (
        comply_hazard(department.control, local_freedom(home.city_region, p, month), p)
        * deadline_pressure(month + 1 - w.commissioners.mandate_month[service], p)
        * peer_pressure(department.compliance, p)
        * home.compliant
    )


@step
def pressures(service, w, p):
    """What moves all staff of a service alike in a month: the standard and the chance of complying
    with it, slack, willingness to try, how inventive the place is, the chance of an idea of
    citizens, and permission.
    """
    c, home = w.commissioners, w.places[w.services[service].place]
    return (
        c.standard[service],
        c.pressed[service],
        c.slack[service],
        w.departments[w.services[service].domain].willingness,
        home.inventive,
        citizens_hazard(home.engagement, p),
        c.permission[service],
    )


@step
def comply(staff, service, w, p, month):
    """Take up the standard as received: in earnest, as a trial, or on paper."""
    s, standard = w.staff, w.commissioners.standard[service]
    s.paper[staff] = NOTHING
    if standard != s.practice[staff]:
        if only_on_paper(staff, service, w, p, month):
            s.paper[staff] = standard
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
def borrow_from_colleague(staff, u, hazard, service, w, p, month):
    """Try what a colleague does, if there is one to borrow from."""
    other = borrowed_idea(staff, service, u, hazard, w, p, month)
    if other != NOBODY:
        near = other >= w.services[service].first_staff and other < w.services[service].last_staff
        origin = BORROWED_NEAR if near else BORROWED_FAR
        start_trial(staff, w.staff.shown[other], origin, other, service, w)


@step
def adopt_from_outside(staff, u, motivation, ready, service, w, p):
    """Try what was seen on a visit, or what is promoted from outside (Bass 1969: external
    influence), where it differs from the own practice.
    """
    c, own = w.commissioners, w.staff.practice[staff]
    permission = own_permission(w.staff.contract[staff], c.permission[service])
    promoted = w.departments[w.services[service].domain].promoted
    seeing = 0.0
    if c.seen_practice[service] != NOTHING and c.seen_practice[service] != own:
        seeing = outside_hazard(p.contact_rate, motivation, permission, ready)
    if u < seeing:
        source = who_does_it(c.seen_practice[service], c.seen_service[service], w)
        start_trial(staff, c.seen_practice[service], BORROWED_FAR, source, service, w)
    elif promoted != NOTHING and promoted != own:
        if u - seeing < outside_hazard(p.promotion_rate, motivation, permission, ready):
            start_trial(staff, promoted, PROMOTED, NOBODY, service, w)


@step
def look_beyond_oneself(staff, u, motivation, service, w, p, month):
    """Borrow from a colleague, from a place that was visited, or what is promoted; u is what is
    left of the month's draw.
    """
    s = w.staff
    ready = borrowing_readiness(s.readiness[staff], p)
    permission = own_permission(s.contract[staff], w.commissioners.permission[service])
    borrowing = borrow_hazard(motivation, permission, ready, p)
    if u < borrowing:
        borrow_from_colleague(staff, u, borrowing, service, w, p, month)
    else:
        adopt_from_outside(staff, u - borrowing, motivation, ready, service, w, p)


@step
def hazards(staff, shared, w, p):
    """What one member of staff may do this month, under the `pressures` of the service: chances of
    complying and of inquiring, the highest chance of taking something from others, and the
    motivation to do so.

    Nobody complies who reports the standard already, or works under a provider's contract. Trust in
    those above bears on inquiry and on borrowing.
    """
    s = w.staff
    standard, pressed, slack, willingness, inventive, ideas, permission = shared
    free = (s.contract[staff] == 0) & (standard != reported(s.practice[staff], s.paper[staff]))
    complying = pressed * (1.0 if free else 0.0)
    inquiring = inquiry_hazard(slack, s.motivation[staff], willingness, p)
    inquiring = inquiring * trust_factor(s.trust[staff], p.trust_inquiry) * inventive + ideas
    motivation = s.motivation[staff] * trust_factor(s.trust[staff], p.trust_borrowing)
    allowed = own_permission(s.contract[staff], permission)
    ready = borrowing_readiness(s.readiness[staff], p)
    most = borrow_hazard(motivation, allowed, ready, p) + outside_hazard(
        p.contact_rate + p.promotion_rate, motivation, allowed, ready
    )
    return complying, inquiring, most, motivation


@step
def may_act(staff, shared, service, w, p, month):
    """Whether one member of staff has a trial to go on with, or the month's draw lies below the
    chances of doing anything.
    """
    complying, inquiring, most, _ = hazards(staff, shared, w, p)
    u = uniform(w.seed, CHANGE, key_of(staff, service, w), month)
    return (w.staff.on_trial[staff] > 0) | (u < complying + inquiring + most)


@step
def act(staff, shared, service, w, p, month):
    """Phase 7 for one member of staff who may act: at most one of comply, inquire, borrow, or adopt
    from outside (competing hazards, one draw), or go on with a trial.
    """
    s, team = w.staff, w.teams[w.staff.team[staff]]
    if s.on_trial[staff] > 0:
        review_trial(staff, service, w, p, month)
    elif team.granted_post == staff:
        start_trial(staff, team.granted_practice, OWN_INQUIRY, NOBODY, service, w)
        s.granted[staff] = 1
        s.trust[staff] = trust_when_granted(s.trust[staff], p)
    else:
        complying, inquiring, _, motivation = hazards(staff, shared, w, p)
        u = uniform(w.seed, CHANGE, key_of(staff, service, w), month)
        if u < complying:
            comply(staff, service, w, p, month)
        elif u - complying < inquiring:
            inquire(staff, service, w, p, month)
        else:
            look_beyond_oneself(staff, u - complying - inquiring, motivation, service, w, p, month)


@step
def note_if_acting(staff, shared, service, w, p, month):
    """Phase 7, first: whether one member of staff may act this month; in any case where a proposal
    was granted (`note_grants`).
    """
    w.staff.proposal[staff] = NOTHING
    w.staff.acts[staff] = may_act(staff, shared, service, w, p, month)


@step
def note_grants(service, w):
    """Staff of a service whose proposals were granted act."""
    for team in range(w.services[service].first_team, w.services[service].last_team):
        if w.teams[team].granted_post != NOTHING:
            w.staff.acts[w.teams[team].granted_post] = 1


@step
def change_practice(staff, service, w, p, month):
    """Phase 7: staff comply, inquire, borrow, adopt from outside, or go on with a trial.

    The compiled driver takes these steps for all staff of a service in turn.
    """
    press(service, w, p, month)
    shared = pressures(service, w, p)
    note_if_acting(staff, shared, service, w, p, month)
    if w.teams[w.staff.team[staff]].granted_post == staff:
        w.staff.acts[staff] = 1
    if w.staff.acts[staff] != 0:
        act(staff, shared, service, w, p, month)
