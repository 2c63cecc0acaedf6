"""Staff's trust in managers and the centre: what moves it, and what it bears on.

Trust in leadership goes with performance and behaviour, less strongly than with attitudes (Dirks &
Ferrin 2002); no size is known for English public services, so every weight may be nothing.
"""

from .compilation import rule
from .department import alignment


@rule
def support(p):
    """What staff meet from above (0-1): leadership near by, and a centre that listens (two-way
    alignment), weighed by `leader_share` (Dirks & Ferrin 2002: direct leaders matter more).
    """
    return p.leader_share * p.leadership + (1.0 - p.leader_share) * alignment(p)


@rule
def moved_staff_trust(trust, supported, lost, p):
    """Staff trust after a month: moves by `staff_trust_rate` towards the support met, and loses
    `job_cut_effect` for each unit of the service's budget lost this month.
    """
    return min(
        1.0,
        max(0.0, trust + p.staff_trust_rate * (supported - trust) - p.job_cut_effect * lost),
    )


@rule
def trust_when_stopped(trust, p):
    """Staff trust after a trial was stopped from above: a promise broken."""
    return max(0.0, trust - p.stopped_effect)


@rule
def trust_when_granted(trust, p):
    """Staff trust after an own idea was permitted: a promise kept."""
    return trust + p.granted_effect * (1.0 - trust)


@rule
def trust_factor(trust, weight):
    """What staff trust makes of a hazard: 1 + weight x (2 trust - 1), at least 0; 1 at trust .5 or
    weight 0.
    """
    return max(0.0, 1.0 + weight * (2.0 * trust - 1.0))
