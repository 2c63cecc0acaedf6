"""Two sides before a court: each seeks the ground and the levers on which its own way serves
citizens better, and has to prove its case on luck that it has not seen.

The burden of proof is fixed before anything is run: the interval of the paired difference must
leave out zero, for all cases that a side brings at once (Bonferroni), and the difference must be as
large as what was called worth naming.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from .intervals import half_widths

PLACES, CENTRE = "places", "centre"
SIDES = (PLACES, CENTRE)
CASES = 5
"""How many cases each side brings."""


def brought(effects: np.ndarray) -> dict[str, np.ndarray]:
    """The cases that each side brings: the largest effects in its favour. effects: by how much
    places serve citizens better than the centre, a value a case.
    """
    order = np.argsort(-effects, kind="stable")
    return {PLACES: order[:CASES], CENTRE: order[::-1][:CASES]}


def judged(effects: np.ndarray, smallest: float) -> pd.DataFrame:
    """A row a case: the mean `effect` with its interval, corrected for so many cases, and whether
    it is `proved`. effects: in the side's favour, a row a case and a column a seed that judges.
    """
    mean = effects.mean(axis=1)
    half = half_widths(effects, comparisons=len(effects))
    return pd.DataFrame(
        {
            "effect": mean,
            "low": mean - half,
            "high": mean + half,
            "proved": (mean - half > 0.0) & (mean >= smallest),
        }
    )
