"""Whoever has seen enough examples follows for certain."""

from ..variant import replaces


@replaces(
    "pull_of_examples",
    title="Certain once enough",
    theory="a threshold is a step: below it nobody follows, above it further examples add nothing",
    source="Granovetter 1978; Centola & Macy 2007",
)
def certain_once_enough(hazard, new, known, p):
    """Monthly chance of borrowing, whatever the share of colleagues who do something new; that
    there are enough of them is asked apart (`enough_examples`).
    """
    return hazard
