"""Each has a threshold of their own."""

from ..network import NOBODY, key_of, known_in
from ..randomness import THRESHOLD, uniform
from ..variant import replaces


@replaces(
    "enough_examples",
    title="Thresholds of one's own",
    theory="each follows once a share of colleagues does, and that share differs between people",
    source="Granovetter 1978; thresholds even from 0 to 1",
)
def thresholds_of_ones_own(examples, staff, service, w, p, month):
    """Whether the share of known colleagues who do it reaches this person's lasting threshold."""
    known = 0
    for slot in range(p.peers):
        known += known_in(slot, service, w) != NOBODY
    return examples >= known * uniform(w.seed, THRESHOLD, key_of(staff, service, w), 0)
