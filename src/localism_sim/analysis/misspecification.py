"""Could the model have made what was seen, under any of its rates?

Where it could not, draws of the rates say little, however well they cover known rates. Schmitt,
Buerkner, Koethe & Radev (2023) compare the summaries of what was seen with those of simulated
worlds by the maximum mean discrepancy (Gretton et al. 2012), and the null is what simulated worlds
themselves show. Here summaries are the statistics with their errors, made uncorrelated with
deviation 1, as the summaries of Schmitt et al. are taught to be.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import scipy

LEVEL = 0.05
"""Share of simulated worlds at least as unusual below which the model is called misspecified."""
MOST = 2000
"""How many simulated worlds are compared with each other."""
WIDTHS = (0.25, 0.5, 1.0, 2.0, 4.0)
"""Of the kernels, in median squared distances."""
ALL = "all"


def whitened(statistics: np.ndarray, seen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Simulated and seen statistics without correlation and with deviation 1. One that never moves
    is left out.
    """
    middle, spread = statistics.mean(0), statistics.std(0)
    moves = spread > 1e-12
    spread = spread[moves]
    scaled = (statistics[:, moves] - middle[moves]) / spread
    values, vectors = np.linalg.eigh(np.atleast_2d(np.cov(scaled.T)))
    turned = vectors / np.sqrt(np.maximum(values, 1e-9))
    return scaled @ turned, ((seen[moves] - middle[moves]) / spread) @ turned


def likeness(squared: np.ndarray, scale: float) -> np.ndarray:
    """Sum of inverse multiquadratic kernels of several widths."""
    return np.sum([1.0 / (1.0 + squared / (width * scale)) for width in WIDTHS], axis=0)


def as_unusual(statistics: np.ndarray, seen: np.ndarray) -> float:
    """Share of simulated worlds at least as far from the others as what was seen is. statistics: a
    row a world, with an error each.

    For one world the discrepancy falls with its mean likeness to the others and depends on nothing
    else that differs between worlds, so that likeness is compared.
    """
    worlds, world = whitened(statistics[:MOST], seen)
    apart = scipy.spatial.distance.pdist(worlds, "sqeuclidean")
    scale = float(np.median(apart))
    alike = scipy.spatial.distance.squareform(likeness(apart, scale))
    usual = alike.sum(1) / (len(worlds) - 1)
    own = likeness(((worlds - world) ** 2).sum(1), scale).mean()
    return float((usual <= own).mean())


def by_pattern(statistics: np.ndarray, seen: np.ndarray, patterns: Sequence[str]) -> pd.DataFrame:
    """`as_unusual` for all statistics at once (`pattern` is `ALL`), and for each pattern `alone`
    and for all but it (`without`). patterns: of each statistic.
    """
    of = np.array(patterns)
    rows = [{"pattern": ALL, "alone": as_unusual(statistics, seen), "without": np.nan}]
    for name in dict.fromkeys(patterns):
        shares = {
            column: as_unusual(statistics[:, chosen], seen[chosen]) if chosen.any() else np.nan
            for column, chosen in (("alone", of == name), ("without", of != name))
        }
        rows.append({"pattern": name, **shares})
    return pd.DataFrame(rows)
