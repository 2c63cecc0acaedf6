"""Two kinds of doubt about an effect: luck, and rates that are known only from patterns.

The same seeds are run twice: with the rates as they are set, where only luck makes paired
differences vary, and with a draw of the rates for each seed, where luck and rates do. By the law of
total variance what the second varies more than the first is due to the rates. Each draw's
difference is moved towards their mean until they vary as much as the rates alone make them, so that
their range is not widened by luck (constrained shrinkage; Louis 1984). It is assumed that luck is
as large at one draw as at another.
"""

from __future__ import annotations

import numpy as np

from .intervals import CONFIDENCE, half_widths

COLUMNS = ("drawn", "rates_low", "rates_high", "drawn_share")


def shrunken(fixed: np.ndarray, drawn: np.ndarray) -> np.ndarray:
    """The effect at each draw of the rates, without the luck of its run."""
    mean = drawn.mean(axis=-1, keepdims=True)
    total = drawn.var(axis=-1, ddof=1, keepdims=True)
    luck = fixed.var(axis=-1, ddof=1, keepdims=True)
    kept = np.divide(total - luck, total, out=np.zeros_like(total), where=total > luck)
    return mean + (drawn - mean) * np.sqrt(kept)


def about_rates(fixed: np.ndarray, drawn: np.ndarray) -> dict[str, np.ndarray]:
    """What doubt about the rates leaves of an effect. fixed, drawn: paired differences, a column a
    seed, with the rates as set and with a draw each; two seeds or more.

    drawn: the mean over the draws; rates_low, rates_high: between which values the effect lies at
    95 of 100 draws, luck taken out (never closer to the mean than the mean itself is known; with
    fewer than 40 seeds about the smallest and the largest); drawn_share: at which share of the
    draws the effect has the sign of that mean.
    """
    fixed, drawn = np.asarray(fixed, float), np.asarray(drawn, float)
    effects, mean = shrunken(fixed, drawn), drawn.mean(axis=-1)
    tail = (1.0 - CONFIDENCE) / 2.0
    low, high = np.quantile(effects, [tail, 1.0 - tail], axis=-1)
    half = half_widths(drawn)
    same = np.sign(effects) == np.sign(mean)[..., None]
    return {
        "drawn": mean,
        "rates_low": np.minimum(low, mean - half),
        "rates_high": np.maximum(high, mean + half),
        "drawn_share": same.mean(axis=-1),
    }
