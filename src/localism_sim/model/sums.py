"""Exact sums: shares are added up as whole numbers, in any order.

A sum of whole numbers is the same in whatever order it is taken, so the compiled driver may take
several terms at a time, or in several threads, and still agree with the Mesa driver to the bit.
"""

import numpy as np

from .compilation import rule, whole

FINE = 16777216.0
FINE_IN_SINGLE = np.float32(FINE)
"""What a share of 1 counts for (2^24): all that single precision tells apart."""


@rule
def fine(share):
    """A share (0-1) in units of 1 / `FINE`."""
    return whole(share * FINE)


@rule
def fine_in_single(share):
    """As `fine`, for a share in single precision."""
    return whole(share * FINE_IN_SINGLE)
