"""Free riding on the trials of others."""

from ..variant import replaces


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
    if places < 2:
        return 1.0 if ratio < 1.0 else 0.0
    return min(1.0, max(0.0, (1.0 - ratio ** (1.0 / (places - 1))) / p.trial_success))
