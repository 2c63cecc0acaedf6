"""An innovation agency inside government: a few people who propose, and a host that may not listen.

The agency has no power of its own. It puts what works in places, or a design of its own, before the
managers of its host; it asks them to let stopped local ideas through; and its people lose heart or
gain it with what becomes of that. So its fate follows from its host's interest in reform (essay
E20) and is not written into a rule.
"""

from .chain import desk_passes
from .compilation import rule, step
from .randomness import AGENCY_AT_WORK, AGENCY_HEARD, AGENCY_SAVES, AGENCY_SAVES_HEARD, uniform


@rule
def agency_strength(standing, p):
    """How much an agency can do this month: strength x standing of its people; nothing where its
    strength is given instead (`agency_by_people` 0).
    """
    return p.innovation_agency * standing * p.agency_by_people


@rule
def host_passes(good, u, v, p):
    """Whether the agency's managers take up what it proposes: they do as far as they are interested
    in reform (u), else they judge it as any desk judges a proposal (v).
    """
    return u < p.reform_interest or desk_passes(good, v, p)


@rule
def moved_standing(standing, heard, p):
    """Standing of the agency's people after a proposal: `agency_morale` of the way to 1 where it
    was heard, to 0 where it was not.
    """
    return standing + p.agency_morale * ((1.0 if heard else 0.0) - standing)


@step
def proposes(department, w, p, month):
    """Whether the agency puts a practice before its host this month."""
    chance = p.agency_rate * agency_strength(w.departments[department].standing, p)
    return chance > 0.0 and uniform(w.seed, AGENCY_AT_WORK, department, month) < chance


@step
def put_before_host(department, practice, good, w, p, month):
    """The host takes the practice up for the next review of the standard, or stops it."""
    d = w.departments
    heard = host_passes(
        good,
        uniform(w.seed, AGENCY_HEARD, 2 * department, month),
        uniform(w.seed, AGENCY_HEARD, 2 * department + 1, month),
        p,
    )
    if heard:
        d[department].agency_idea = practice
    d[department].standing = moved_standing(d[department].standing, heard, p)


@step
def saved_by_agency(department, good, key, w, p, month):
    """Whether the agency learns of a local idea that a desk stopped and its host lets it pass."""
    chance = agency_strength(w.departments[department].standing, p)
    if chance == 0.0 or uniform(w.seed, AGENCY_SAVES, key, month) >= chance:
        return False
    return host_passes(
        good,
        uniform(w.seed, AGENCY_SAVES_HEARD, 2 * key, month),
        uniform(w.seed, AGENCY_SAVES_HEARD, 2 * key + 1, month),
        p,
    )
