"""Free riding on the trials of others."""

from ..compilation import rule
from ..variant import replaces

HALVINGS = 60


@rule
def root(x, degree):
    """The root of a number from 0 to 1, found by halving: products alone, so that every processor
    and a browser find the same bits.
    """
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        power, square, left = 1.0, middle, degree
        while left > 0:
            if left % 2 == 1:
                power *= square
            square *= square
            left //= 2
        if power < x:
            low = middle
        else:
            high = middle
    return high


@replaces(
    "trial_willingness",
    title="Free riding",
    theory="staff weigh the cost of a trial against waiting to copy others",
    source="Rose-Ackerman 1980; Strumpf 1999",
)
def free_riding(places, p):
    """Chance that a place makes a trial when it may copy others' for nothing.

    In the symmetric mixed equilibrium of n places a trial pays just what waiting pays: cost =
    success x value x (chance that no other succeeds), so x = (1 - (c / (s v))^(1 / (n - 1))) / s.
    An innovation fund bears part of the cost.
    """
    ratio = p.trial_cost * (1.0 - p.innovation_fund) / (p.trial_success * p.trial_value)
    if ratio >= 1.0:
        return 0.0
    if places < 2:
        return 1.0
    return min(1.0, (1.0 - root(ratio, places - 1)) / p.trial_success)
