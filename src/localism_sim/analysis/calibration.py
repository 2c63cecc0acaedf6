"""What patterns say of rates: approximate Bayesian computation by regression.

Rates are drawn from their priors and the patterns are simulated under each draw. Summaries are
learned by regressing the rates on the statistics (Fearnhead & Prangle 2012); the draws whose
summaries lie nearest to those of what was seen are kept, and moved by what a local linear
regression says of the rest of the distance (Beaumont, Zhang & Balding 2002). Before anything is
learned every simulated statistic is blurred by its discrepancy, so that a rate is said to be known
only as well as a model of this coarseness can know it. Each draw is learned from `COPIES` times,
with another error each time: errors cost nothing, simulations do.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy

COPIES = 20
"""How often each draw is blurred. With 1 the medians of the same 2,000 draws moved by 6.5% of the
prior from one set of errors to the next, with 20 by 1.5% (standard deviation over six sets).
"""
KEPT_SHARE = 0.15
LEAST_KEPT = 200
RIDGE = 10.0
FOLDS = 10
FIRST_DRAWS = 1000
LEVEL = 0.9
"""Of the intervals whose coverage is checked."""
BAND = (0.80, 0.97)
"""Where the coverage of such intervals must lie, over all rates."""
EDGE = 1e-4


def blurred(values: np.ndarray, errors: np.ndarray, seed: int, copies: int = 1) -> np.ndarray:
    """Simulated statistics with a normal error each, all draws once, then all once more, `copies`
    times. errors: standard deviation of each.
    """
    random = np.random.default_rng([seed, 1])
    return np.tile(values, (copies, 1)) + errors * random.normal(
        size=(copies * len(values), values.shape[1])
    )


def to_line(u: np.ndarray) -> np.ndarray:
    """Shares of the prior (0-1) as numbers on the whole line, on which regression may move them."""
    return scipy.special.logit(np.clip(u, EDGE, 1.0 - EDGE))


def features(statistics: np.ndarray) -> np.ndarray:
    """A constant, the standardised statistics, their squares and their products two by two."""
    count = statistics.shape[1]
    first, second = np.triu_indices(count)
    return np.column_stack(
        [np.ones(len(statistics)), statistics, statistics[:, first] * statistics[:, second]]
    )


@dataclass(frozen=True)
class Learned:
    """Draws from which posteriors are read off. copies: how often each draw is in it; x: rates on
    the line, a row a draw; middle, spread: of the statistics; weights: what each fold learned;
    summaries: of each draw, by the fold that had not seen it, a column a rate.
    """

    copies: int
    x: np.ndarray
    middle: np.ndarray
    spread: np.ndarray
    weights: np.ndarray
    summaries: np.ndarray
    scale: np.ndarray

    def summary(self, statistics: np.ndarray) -> np.ndarray:
        """The learned summary of what was seen: mean of the folds."""
        phi = features(standardised(np.atleast_2d(statistics), self.middle, self.spread))
        return (phi @ self.weights).mean(0)[0]


def standardised(statistics: np.ndarray, middle: np.ndarray, spread: np.ndarray) -> np.ndarray:
    """Statistics on the scale of the draws, at most four standard deviations out."""
    return np.clip((statistics - middle) / spread, -4.0, 4.0)


def learned(u: np.ndarray, statistics: np.ndarray) -> Learned:
    """Learn summaries from draws. u: rates as shares of their priors; statistics: blurred, of the
    draws in order, as often as they were copied.

    A draw's own summary comes from folds without it and without its copies, so that what is left
    over is as wide as it is for something new.
    """
    copies = len(statistics) // len(u)
    x = np.tile(to_line(u), (copies, 1))
    middle, spread = statistics.mean(0), statistics.std(0)
    spread = np.where(spread > 0.0, spread, 1.0)
    phi = features(standardised(statistics, middle, spread))
    fold = np.tile(np.arange(len(u)) % FOLDS, copies)
    parts = [
        (phi[fold == k].T @ phi[fold == k], phi[fold == k].T @ x[fold == k]) for k in range(FOLDS)
    ]
    square, product = (sum(each) for each in zip(*parts))
    penalty = RIDGE * copies * np.eye(phi.shape[1])
    penalty[0, 0] = 0.0
    weights, summaries = [], np.empty_like(x)
    for k, (own_square, own_product) in enumerate(parts):
        found = np.linalg.solve(square - own_square + penalty, product - own_product)
        summaries[fold == k] = phi[fold == k] @ found
        weights.append(found)
    scale = np.where(summaries.std(0) > 1e-9, summaries.std(0), 1.0)
    return Learned(copies, x, middle, spread, np.array(weights), summaries, scale)


def posterior(found: Learned, seen: np.ndarray, draws: int, seed: int) -> np.ndarray:
    """Draws of the rates, as shares of their priors, given what was seen."""
    target = found.summary(seen)
    apart = (found.summaries - target) / found.scale
    distance = np.sqrt((apart**2).sum(1))
    kept = min(len(distance), max(LEAST_KEPT * found.copies, round(KEPT_SHARE * len(distance))))
    near = np.argsort(distance, kind="stable")[:kept]
    weight = np.maximum(1e-12, 1.0 - (distance[near] / distance[near[-1]]) ** 2)
    design = np.column_stack([np.ones(kept), apart[near]])
    weighted = design * weight[:, None]
    penalty = 1e-6 * kept * np.eye(design.shape[1])
    slope = np.linalg.solve(design.T @ weighted + penalty, weighted.T @ found.x[near])
    moved = found.x[near] - apart[near] @ slope[1:]
    random = np.random.default_rng([seed, 2])
    chosen = random.choice(kept, draws, p=weight / weight.sum())
    return scipy.special.expit(moved[chosen])


@dataclass(frozen=True)
class Region:
    """A part of the priors, as shares: low and high of each rate."""

    low: np.ndarray
    high: np.ndarray

    def inside(self, u: np.ndarray) -> np.ndarray:
        """Which draws lie in it."""
        return ((u >= self.low) & (u <= self.high)).all(1)

    def inwards(self, u: np.ndarray) -> np.ndarray:
        """Shares of the priors as shares of the region."""
        return (u - self.low) / (self.high - self.low)

    def outwards(self, v: np.ndarray) -> np.ndarray:
        """Shares of the region as shares of the priors."""
        return self.low + v * (self.high - self.low)


def region(found: Learned, seen: np.ndarray, seed: int) -> Region:
    """Where it is worth looking again: all but one in fifty first draws of each rate, and a tenth
    as much again on either side (truncated priors: Deistler, Goncalves & Macke 2022). A posterior
    that lies inside is the same as under the whole prior. A wider margin leaves nothing out,
    because what half of the draws say is wide already.
    """
    draws = posterior(found, seen, FIRST_DRAWS, seed)
    low, high = np.quantile(draws, [0.01, 0.99], axis=0)
    margin = 0.1 * (high - low) + 0.01
    return Region(np.maximum(0.0, low - margin), np.minimum(1.0, high + margin))


def coverage_check(
    u: np.ndarray, clean: np.ndarray, errors: np.ndarray, truths: int, draws: int, seed: int
) -> np.ndarray:
    """Ranks of known rates in their posteriors: a row a truth, a column a rate, shares of posterior
    draws below the truth. The first `truths` draws play what was seen, with an error each, learned
    from the others. clean: statistics without errors.
    """
    found = learned(u[truths:], blurred(clean[truths:], errors, seed, COPIES))
    played = blurred(clean[:truths], errors, seed + 1)
    ranks = [(posterior(found, played[k], draws, seed + k) < u[k]).mean(0) for k in range(truths)]
    return np.array(ranks)


def covered(ranks: np.ndarray) -> np.ndarray:
    """Which truths lie within the interval of `LEVEL` of their posterior."""
    tail = (1.0 - LEVEL) / 2.0
    return (ranks >= tail) & (ranks <= 1.0 - tail)


def contraction(u: np.ndarray) -> np.ndarray:
    """How much of the prior's variance the patterns took, a rate each: 0 nothing, 1 all."""
    return 1.0 - u.var(0, ddof=1) * 12.0


def nearest(statistics: np.ndarray, seen: np.ndarray, errors: np.ndarray) -> float:
    """Distance of what was seen to the nearest draw, in discrepancies (root mean square over
    statistics).
    """
    return float(np.sqrt((((statistics - seen) / errors) ** 2).mean(1)).min())
