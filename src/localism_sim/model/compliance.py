"""Compliance with a standard: how it grows, and whether it is earnest or on paper.

Staff who comply on paper report the standard and go on as before (Meyer & Rowan 1977; Bromley &
Powell 2012). Whoever measures from above believes the report.
"""

from .compilation import rule, step
from .network import key_of
from .randomness import PAPER, uniform


@rule
def deadline_pressure(months, p):
    """How hard a mandate presses (0-1) after so many months: months / `deadline_months`, at most 1;
    full at once where there is no deadline (0).

    Personal budgets had targets for April 2011 and April 2013, set in December 2007; uptake under a
    pressure that rises straight to the last is the S-shape that was seen.
    """
    return min(1.0, months / p.deadline_months) if p.deadline_months > 0 else 1.0


@rule
def peer_pressure(compliance, p):
    """How much others' reported compliance adds: 1 + `comply_peers` x share of staff in the domain
    who report the standard (Tolbert & Zucker 1983: what most have adopted becomes a duty).
    """
    return 1.0 + p.comply_peers * compliance


@rule
def paper_chance(staff_trust, p):
    """Chance that compliance is on paper alone: `paper_compliance` x (1 - `paper_trust` x staff
    trust).
    """
    return p.paper_compliance * (1.0 - p.paper_trust * staff_trust)


@rule
def reported(practice, paper):
    """The practice that is reported upwards: the standard on paper if there is one, else the
    practice in use.
    """
    return practice if paper < 0 else paper


@step
def only_on_paper(staff, service, w, p, month):
    """Whether a member of staff who complies this month does so on paper alone."""
    key = key_of(staff, service, w)
    return uniform(w.seed, PAPER, key, month) < paper_chance(w.staff.trust[staff], p)
