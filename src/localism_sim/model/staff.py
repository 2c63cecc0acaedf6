"""Front-line staff: who they are, how they learn, and the quality that they deliver.

Phases 6 (learn) and 7 (perform); how they change their practice stands in `change`.
"""

import numpy as np

from .columns import Column, row_type
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
    Column("value", "f8", "value", "true worth of the practice in use here"),
    Column("quality", "f8", "quality", "quality that citizens meet"),
    Column("worth", "f8", "value", "worth of the practice as delivered, with readiness"),
    Column("paper", "i2", "practice", "standard reported without being practised; -1 none"),
    Column("granted", "i1", "yes/no", "the practice on trial was permitted from above"),
    Column("trust", "f8", "share", "trust in managers and the centre"),
    Column("contract", "i2", "months", "months of an alternative provider's contract; 0 none"),
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
def take_over(staff, practice, origin, service, w):
    """Make a practice routine at once."""
    s = w.staff
    s[staff].practice = practice
    s[staff].origin = origin if practice != LEGACY else FROM_LEGACY
    s[staff].on_trial = 0
    s[staff].source = NOBODY
    s[staff].value = worth(w, service, practice)


@step
def recruit(staff, service, w, p, month):
    """A new person in a post: fresh traits, and the practice that the team endorses; a provider
    under contract goes on with its own.
    """
    s, endorsed = w.staff, w.teams[w.staff[staff].team].endorsed
    key = key_of(staff, service, w)
    if s[staff].contract == 0:
        origin = MANDATED if endorsed == w.commissioners[service].standard else BORROWED_NEAR
        take_over(staff, endorsed, origin, service, w)
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
    """An alternative provider in a post: a practice of its own, and capability, regard and
    motivation of `entrant_traits` at least (essay R2). With `contract_months` it works under a
    contract: nobody above can stop it or ask it to comply.
    """
    s = w.staff
    take_over(staff, w.teams[w.staff[staff].team].entrant_practice, ALTERNATIVE, service, w)
    s[staff].paper = NOTHING
    s[staff].capability = max(s[staff].capability, p.entrant_traits)
    s[staff].regard = max(s[staff].regard, p.entrant_traits)
    s[staff].motivation = max(s[staff].motivation, p.entrant_traits)
    s[staff].contract = 1 if p.contract_months > 0 else 0


@step
def contract_ends(staff, service, w, p, month):
    """Whether a contract ends this month: every `contract_months` it is renewed only if what the
    provider delivers looks better than the legacy did.
    """
    s = w.staff
    if s[staff].contract == 0:
        return False
    if s[staff].contract < p.contract_months:
        s[staff].contract += 1
        return False
    key = key_of(staff, service, w)
    error = judgement_error(p) * bell(w.seed, CONTRACT_NOISE, key, month)
    s[staff].contract = 1 if s[staff].worth + error > w.services[service].legacy_value else 0
    return s[staff].contract == 0


@step
def conditions(service, w, p):
    """What all staff of a service share in a month: stress, time to reflect, time that reporting
    takes, permission, the chance of meeting engaged citizens, support from above, and the budget
    lost.
    """
    c = w.commissioners
    return (
        c[service].stress,
        reflection(c[service].slack, p),
        c[service].reporting,
        c[service].permission,
        contact(w.places[w.services[service].place].engagement, p),
        support(p),
        c[service].visible_cut,
    )


@step
def learn_under(staff, shared, service, w, p, month):
    """Phase 6 for one member of staff, under the `conditions` of the service."""
    s = w.staff
    stress, reflecting, reporting, permission, met, supported, lost = shared
    if w.teams[w.staff[staff].team].entrant_post == staff:
        welcome_alternative(staff, service, w, p)
    elif contract_ends(staff, service, w, p, month) or (
        uniform(w.seed, VACANCY, key_of(staff, service, w), month) < p.turnover * (1.0 + stress)
    ):
        recruit(staff, service, w, p, month)
    else:
        regard = learned_regard(s[staff].regard, reflecting, met, stress, reporting, p)
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
