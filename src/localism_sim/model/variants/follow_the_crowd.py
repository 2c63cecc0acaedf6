"""Conforming: staff copy what most colleagues do."""

from ..copying import colleagues_showing, noticed
from ..network import NOBODY, known_in
from ..variant import replaces


@replaces(
    "most_appealing",
    title="Follow the crowd",
    theory="staff copy the new practice that most colleagues show, whatever its worth",
    source="conformity, Barkoczi & Galesic 2016",
)
def follow_the_crowd(staff, service, w, p, month):
    """The first colleague with the new practice that most colleagues show, or nobody."""
    s = w.staff
    chosen, highest = NOBODY, 0
    for slot in range(p.peers):
        other = known_in(slot, service, w)
        if noticed(other, staff, service, w, p, month):
            followers = colleagues_showing(s.shown[other], staff, service, w, p, month)
            if followers > highest:
                chosen, highest = other, followers
    return chosen
