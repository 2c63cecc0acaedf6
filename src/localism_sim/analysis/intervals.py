"""Confidence intervals used by every analysis of this package: Student's of a mean, Wilson's of a
share.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.special import stdtrit

CONFIDENCE = 0.95
Z = 1.959963984540054
"""Two-sided quantile of the normal distribution at that confidence."""


def quantile(count: int, confidence: float = CONFIDENCE, comparisons: int = 1) -> float:
    """Two-sided quantile of Student's t for a mean of `count` values. comparisons: how many
    intervals have to hold together (Bonferroni).
    """
    return float(stdtrit(count - 1, 1.0 - (1.0 - confidence) / (2.0 * comparisons)))


def half_widths(
    values: np.ndarray, confidence: float = CONFIDENCE, comparisons: int = 1
) -> np.ndarray:
    """Half-width of the interval of the mean over the last axis, which needs two values or more."""
    values = np.asarray(values, float)
    count = values.shape[-1]
    error = np.std(values, axis=-1, ddof=1) / np.sqrt(count)
    return error * quantile(count, confidence, comparisons)


def mean_interval(values: np.ndarray, confidence: float = CONFIDENCE) -> tuple[float, float, float]:
    """Mean of two or more values, and both ends of its interval."""
    mean, half = float(np.mean(values)), float(half_widths(values, confidence))
    return mean, mean - half, mean + half


def wilson(share: float, count: float) -> tuple[float, float]:
    """Wilson's (1927) 95% interval for a share among `count` values; 0 to 1 if there are none."""
    if count <= 0:
        return 0.0, 1.0
    middle = (share + Z * Z / (2.0 * count)) / (1.0 + Z * Z / count)
    half = (
        Z
        / (1.0 + Z * Z / count)
        * math.sqrt(max(0.0, share * (1.0 - share)) / count + Z * Z / (4.0 * count * count))
    )
    return max(0.0, middle - half), min(1.0, middle + half)
