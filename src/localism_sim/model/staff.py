"""Front-line staff: who they are, how they learn, and the quality that they deliver.

Phases 6 (learn) and 7 (perform); how they change their practice stands in `change`.
"""

from collections import namedtuple

import numpy as np

from ..foundation.column_type import hand_over_as_columns
from .columns import Column
from .compilation import compiled_leaf, rule, step
from .department import NOTHING
from .landscape import LEGACY, differences, judgement_error, worth
from .network import NOBODY, key_of
from .randomness import (
    CONTRACT_NOISE,
    RECRUIT_CAPABILITY,
    RECRUIT_MOTIVATION,
    RECRUIT_REGARD,
    RECRUIT_STAFF_TRUST,
    VACANCY,
    bell,
    uniform,
)
from .staff_trust import moved_staff_trust, support

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
    Column("team", "i4", "team", "the team that the post belongs to"),
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
    Column("readiness", "f8", "share", "readiness for relational change this month"),
    Column("value", "f8", "value", "true worth of the practice in use here"),
    Column("fallback_value", "f8", "value", "true worth of the fallback here"),
    Column("quality", "f8", "quality", "quality that citizens meet"),
    Column("worth", "f8", "value", "worth of the practice as delivered, with readiness"),
    Column("measured", "f8", "value", "what measurement makes of the routine practice"),
    Column("paper", "i2", "practice", "standard reported without being practised; -1 none"),
    Column("granted", "i1", "yes/no", "the practice on trial was permitted from above"),
    Column("trust", "f8", "share", "trust in managers and the centre"),
    Column("contract", "i2", "months", "months of an alternative provider's contract; 0 none"),
    Column("stays", "i1", "yes/no", "goes on in the post as before this month"),
    Column("acts", "i1", "yes/no", "may change practice this month"),
)
Staff = namedtuple("Staff", [column.name for column in COLUMNS])  # type: ignore[misc]
"""Staff are kept column by column: what nearly all of them do alike in a month is worked out for
several at a time, and the few who leave, act or try something are taken one by one.
"""
hand_over_as_columns(Staff)

GUESS = 0x553EF0FF
"""This less a third of the upper half of a number's bits is the upper half of its inverse cube
root, within 4% (after Lomont 2003, for the inverse square root).
"""


@rule
def clamp(x):
    """x kept between 0 and 1."""
    return min(1.0, max(0.0, x))


@rule
def varied(mean, luck, p):
    """A trait of one person (0-1): the mean of all + `initial_variation` x a draw of mean 0 and
    variance 1.
    """
    return clamp(mean + p.initial_variation * luck)


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
def contact(engaged, p):
    """Chance that at least one of the `people_met` this month is engaged: 1 - (1 - e)^n."""
    none = 1.0
    for _ in range(p.people_met):
        none *= 1.0 - engaged
    return 1.0 - none


@rule
def learned_regard(regard, reflecting, met, stress, reporting, p):
    """Regard after a month: grows where staff with time to reflect meet engaged citizens (met: the
    chance of it, `contact`; essay E11-E13), falls under stress and reporting.
    """
    meeting = reflecting * met
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
    target = (1.0 - p.stress_effect * stress) * wanted * (1.0 / weights)
    return clamp(motivation + p.motivation_rate * (target - motivation))


@compiled_leaf
def cube_root(x):
    """The cube root of a number from 0 up, to two units in the last place: x y^2, with y = x^(-1/3)
    by two steps of fourth order from a guess by exponent.

    It needs sums and products only, so it is alike on every machine, which `x ** (1 / 3)` is not,
    and takes half the time.
    """
    upper = np.uint64(np.float64(x).view(np.int64)) >> np.uint64(32)
    third = (upper * np.uint64(0x55555556)) >> np.uint64(32)
    y = np.int64((np.uint64(GUESS) - third) << np.uint64(32)).view(np.float64)
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
def felt_value(value, legacy_value, p):
    """Value as citizens feel it: a shortfall below legacy counts `harm` times, down to nothing."""
    return max(0.0, value - (p.harm - 1.0) * max(0.0, legacy_value - value))


@rule
def brought_off(novelty, ready, p):
    """Share of a practice's value that staff bring off: 1 - r novelty (1 - readiness), with r the
    parameter `relational_depth`.
    """
    return 1.0 - p.relational_depth * novelty * (1.0 - ready)


@rule
def realised_quality(value, delivery, novelty, ready, on_trial, p):
    """value x delivery x the share that staff bring off x (1 - dip on trial); a central fund bears
    its share of the dip.
    """
    trying = 1.0 if on_trial > 0 else 0.0
    dip = trying * p.implementation_dip * (1.0 - p.innovation_fund)
    return value * delivery * brought_off(novelty, ready, p) * (1.0 - dip)


@rule
def delivered_worth(value, novelty, ready, p):
    """Worth of a practice as it is delivered, whatever the workload."""
    return value * brought_off(novelty, ready, p)


@step
def take_over(staff, practice, origin, service, w):
    """Make a practice routine at once."""
    s = w.staff
    s.practice[staff] = practice
    s.origin[staff] = origin if practice != LEGACY else FROM_LEGACY
    s.on_trial[staff] = 0
    s.source[staff] = NOBODY
    s.value[staff] = worth(w, service, practice)


@step
def recruit(staff, service, w, p, month):
    """A new person in a post: fresh traits, and the practice that the team endorses; a provider
    under contract goes on with its own.
    """
    s, endorsed = w.staff, w.teams[w.staff.team[staff]].endorsed
    key = key_of(staff, service, w)
    if s.contract[staff] == 0:
        origin = MANDATED if endorsed == w.commissioners.standard[service] else BORROWED_NEAR
        take_over(staff, endorsed, origin, service, w)
    s.paper[staff] = NOTHING
    s.capability[staff] = varied(
        p.initial_capability, bell(w.seed, RECRUIT_CAPABILITY, key, month), p
    )
    s.regard[staff] = varied(p.initial_regard, bell(w.seed, RECRUIT_REGARD, key, month), p)
    s.motivation[staff] = varied(
        p.initial_motivation, bell(w.seed, RECRUIT_MOTIVATION, key, month), p
    )
    s.trust[staff] = varied(p.initial_staff_trust, bell(w.seed, RECRUIT_STAFF_TRUST, key, month), p)


@step
def welcome_alternative(staff, service, w, p):
    """An alternative provider in a post: a practice of its own, and capability, regard and
    motivation of `entrant_traits` at least (essay R2). With `contract_months` it works under a
    contract: nobody above can stop it or ask it to comply.
    """
    s = w.staff
    take_over(staff, w.teams[w.staff.team[staff]].entrant_practice, ALTERNATIVE, service, w)
    s.paper[staff] = NOTHING
    s.capability[staff] = max(s.capability[staff], p.entrant_traits)
    s.regard[staff] = max(s.regard[staff], p.entrant_traits)
    s.motivation[staff] = max(s.motivation[staff], p.entrant_traits)
    s.contract[staff] = 1 if p.contract_months > 0 else 0


@step
def contract_ends(staff, service, w, p, month):
    """Whether a contract ends this month: every `contract_months` it is renewed only if what the
    provider delivers looks better than the legacy did.
    """
    s = w.staff
    if s.contract[staff] == 0:
        return False
    if s.contract[staff] < p.contract_months:
        s.contract[staff] += 1
        return False
    key = key_of(staff, service, w)
    error = judgement_error(p) * bell(w.seed, CONTRACT_NOISE, key, month)
    s.contract[staff] = 1 if s.worth[staff] + error > w.services[service].legacy_value else 0
    return s.contract[staff] == 0


@step
def conditions(service, w, p):
    """What all staff of a service share in a month: stress, time to reflect, time that reporting
    takes, permission, the chance of meeting engaged citizens, support from above, and the budget
    lost.
    """
    c = w.commissioners
    return (
        c.stress[service],
        reflection(c.slack[service], p),
        c.reporting[service],
        c.permission[service],
        contact(w.places[w.services[service].place].engagement, p),
        support(p),
        c.visible_cut[service],
    )


@step
def learned(staff, shared, w, p):
    """Traits of one member of staff who stays, after a month under the `conditions` of the service:
    capability, regard, motivation, trust.
    """
    s = w.staff
    stress, reflecting, reporting, permission, met, supported, lost = shared
    capability = learned_capability(s.capability[staff], reflecting, p)
    return (
        capability,
        learned_regard(s.regard[staff], reflecting, met, stress, reporting, p),
        moved_motivation(s.motivation[staff], capability, permission, stress, p),
        moved_staff_trust(s.trust[staff], supported, lost, p),
    )


@rule
def vacancy_chance(stress, p):
    """Monthly chance that a post falls vacant: turnover x (1 + stress), doubled at full stress."""
    return p.turnover * (1.0 + stress)


@step
def leaves(staff, stress, service, w, p, month):
    """Whether one member of staff leaves the post this month."""
    u = uniform(w.seed, VACANCY, key_of(staff, service, w), month)
    return u < vacancy_chance(stress, p)


@step
def stays_in_post(staff, stress, service, w, p, month):
    """Whether a post is neither vacant this month nor a provider's, whose contract may end."""
    return (w.staff.contract[staff] == 0) & (not leaves(staff, stress, service, w, p, month))


@step
def fill_post(staff, shared, service, w, p, month):
    """Phase 6 where somebody may leave: an alternative provider takes over, a new person comes, or
    the present one learns on.
    """
    s = w.staff
    if w.teams[s.team[staff]].entrant_post == staff:
        welcome_alternative(staff, service, w, p)
    elif contract_ends(staff, service, w, p, month) or leaves(
        staff, shared[0], service, w, p, month
    ):
        recruit(staff, service, w, p, month)
    else:
        s.capability[staff], s.regard[staff], s.motivation[staff], s.trust[staff] = learned(
            staff, shared, w, p
        )


@step
def note_if_staying(staff, stress, service, w, p, month):
    """Phase 6, first: whether one member of staff goes on in the post; not where an alternative
    provider comes (`note_entrants`).
    """
    w.staff.stays[staff] = stays_in_post(staff, stress, service, w, p, month)


@step
def note_entrants(service, w):
    """Posts of a service that an alternative provider takes over this month."""
    for team in range(w.services[service].first_team, w.services[service].last_team):
        if w.teams[team].entrant_post != NOTHING:
            w.staff.stays[w.teams[team].entrant_post] = 0


@step
def learn_if_staying(staff, shared, w, p):
    """Phase 6 for one member of staff who stays: learn or tire. Others keep their traits for
    `fill_post`; a choice between two values, not a branch, lets several staff be worked out at a
    time.
    """
    s = w.staff
    before = s.capability[staff], s.regard[staff], s.motivation[staff], s.trust[staff]
    after = learned(staff, shared, w, p)
    traits = after if s.stays[staff] != 0 else before
    s.capability[staff], s.regard[staff], s.motivation[staff], s.trust[staff] = traits


@step
def learn(staff, service, w, p, month):
    """Phase 6: posts fall vacant (the more under stress), alternatives take over; the others learn
    or tire. Then show the practice to colleagues.

    The compiled driver takes these steps for all staff of a service in turn.
    """
    shared = conditions(service, w, p)
    note_if_staying(staff, shared[0], service, w, p, month)
    if w.teams[w.staff.team[staff]].entrant_post == staff:
        w.staff.stays[staff] = 0
    learn_if_staying(staff, shared, w, p)
    if w.staff.stays[staff] == 0:
        fill_post(staff, shared, service, w, p, month)
    w.staff.shown[staff] = w.staff.practice[staff]


@step
def ready_with(staff, engaged, w):
    """Readiness of one member of staff where this share of citizens is engaged."""
    s = w.staff
    s.readiness[staff] = readiness(s.capability[staff], s.regard[staff], engaged)


@step
def get_ready(staff, service, w, p, month):
    """Phase 7, first: readiness for relational change follows from skill, regard and citizens."""
    ready_with(staff, w.places[w.services[service].place].engagement, w)


@step
def perform(staff, service, w, p, month):
    """Phase 7, last: the quality that citizens meet."""
    s = w.staff
    novelty = differences(s.practice[staff], LEGACY) * (1.0 / w.choices)
    ready = s.readiness[staff]
    s.worth[staff] = delivered_worth(s.value[staff], novelty, ready, p)
    value = felt_value(s.value[staff], w.services[service].legacy_value, p)
    s.quality[staff] = realised_quality(
        value, w.commissioners.delivery[service], novelty, ready, s.on_trial[staff], p
    )
