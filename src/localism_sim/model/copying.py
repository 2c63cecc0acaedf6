"""How staff copy colleagues: whom they notice, whether there are examples enough, and which of them
they take.
"""

from .compilation import rule, step
from .landscape import LEGACY, judgement_error, worth
from .network import NOBODY, SLOTS, key_of, known_in, meet_colleagues
from .randomness import BORROW_NOISE, bell


@step
def looks(staff, practice, purpose, draw, service, w, p, month):
    """What a practice seems to be worth here to one member of staff."""
    key = key_of(staff, service, w)
    return worth(w, service, practice) + judgement_error(p) * bell(
        w.seed, purpose, key, month * SLOTS + draw
    )


@rule
def reinforcement_needed(p):
    """How many colleagues must practise something new before one borrows: 1 + reinforcement x
    relational depth (Centola & Macy 2007).
    """
    return 1.0 + p.reinforcement * p.relational_depth


@rule
def pull_of_examples(hazard, new, known, p):
    """Monthly chance of borrowing: the hazard times the share of known colleagues who do something
    new. The variant `certain_once_enough` asks for their number alone.
    """
    return hazard * new / known


@step
def enough_examples(examples, staff, service, w, p, month):
    """Whether so many colleagues who do it are enough for one member of staff to follow: the same
    number for all. The variant `thresholds_of_ones_own` asks each for a share of their own.
    """
    return examples >= reinforcement_needed(p)


@step
def colleagues_showing(practice, staff, service, w, p, month):
    """How many of the colleagues met (`meet_colleagues`) show a practice."""
    showing = 0
    for slot in range(p.peers):
        other = known_in(slot, service, w)
        if other != NOBODY and w.staff.shown[other] == practice:
            showing += 1
    return showing


@step
def noticed(other, staff, service, w, p, month):
    """Whether a colleague's practice counts as an example: new, and unlike the own one; with
    `same_practice` only where enough of the colleagues met (`meet_colleagues`) show the very same
    (Centola & Macy 2007).
    """
    if other == NOBODY:
        return False
    practice = w.staff.shown[other]
    if practice == LEGACY or practice == w.staff.practice[staff]:
        return False
    if p.same_practice == 0:
        return True
    showing = colleagues_showing(practice, staff, service, w, p, month)
    return enough_examples(showing, staff, service, w, p, month)


@step
def most_appealing(staff, service, w, p, month):
    """The colleague whose new practice looks best here by noisy judgement, and better than the own
    one; else nobody. Variants copy otherwise (Barkoczi & Galesic 2016).
    """
    s = w.staff
    own = s.practice[staff]
    chosen, highest = NOBODY, looks(staff, own, BORROW_NOISE, SLOTS - 1, service, w, p, month)
    for slot in range(p.peers):
        other = known_in(slot, service, w)
        if noticed(other, staff, service, w, p, month):
            appeal = looks(staff, s.shown[other], BORROW_NOISE, slot, service, w, p, month)
            if appeal > highest:
                chosen, highest = other, appeal
    return chosen


@step
def borrowed_idea(staff, service, u, hazard, w, p, month):
    """The colleague to borrow from this month, or nobody: u < hazard x share of colleagues with
    something new, and enough of them (`most_appealing` chooses).
    """
    known, new = 0, 0
    meet_colleagues(staff, service, w, p, month)
    for slot in range(p.peers):
        other = known_in(slot, service, w)
        known += other != NOBODY
        new += noticed(other, staff, service, w, p, month)
    if new == 0 or u >= pull_of_examples(hazard, new, known, p):
        return NOBODY
    if not enough_examples(new, staff, service, w, p, month):
        return NOBODY
    return most_appealing(staff, service, w, p, month)
