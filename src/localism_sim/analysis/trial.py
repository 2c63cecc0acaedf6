"""Two sides before a court: each seeks the ground and the levers on which its own way serves
citizens better, and has to prove its case on luck that it has not seen.

On every ground both sides try mixes of the levers that are theirs to set. The grounds that favour a
side most are its own; on these both sides go on searching, so that a case is always the best answer
of one side against the best answer of the other. The search keeps the best mix of a ground and side
and changes some of its levers at random, a few times over (an evolution strategy of one parent;
Rechenberg 1973).

The burden of proof is fixed before anything is run: the interval of the paired difference must
leave out zero, for all cases that a side brings at once (Bonferroni), and the difference must be as
large as what was called worth naming.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..sweeps.factors import Factor
from .intervals import half_widths
from .policy import decoded

PLACES, CENTRE = "places", "centre"
SIDES = (PLACES, CENTRE)
CASES = 5
"""How many cases each side brings."""
FINALISTS = 8
"""How many grounds each side searches on to the end."""
OPENING = 6
"""Mixes at random that each side tries on every ground, beside the named ones."""
ROUNDS, CHILDREN, CHANGED = 4, 8, 0.3
"""How often the best mix is changed, into how many others, and which share of its levers."""

Evaluate = Callable[[pd.DataFrame, pd.DataFrame], np.ndarray]
"""(grounds, mixes), a row a case in both -> how well citizens are served, a value a case."""


@dataclass(frozen=True)
class Best:
    """The best mix that a side found on each ground, a row each, and how well it serves."""

    mixes: pd.DataFrame
    worth: np.ndarray

    def of(self, grounds: Sequence[int] | np.ndarray) -> Best:
        """Those of some grounds."""
        return Best(self.mixes.iloc[grounds].reset_index(drop=True), self.worth[grounds])


def repeated(table: pd.DataFrame, times: int) -> pd.DataFrame:
    """Each row so many times, one after the other."""
    return table.loc[table.index.repeat(times)].reset_index(drop=True)


def at_random(factors: Sequence[Factor], count: int, random: np.random.Generator) -> pd.DataFrame:
    """Mixes of levers, even over their ranges."""
    return decoded(factors, random.random((count, len(factors))))


def opened(
    factors: Sequence[Factor],
    named: pd.DataFrame,
    grounds: pd.DataFrame,
    evaluate: Evaluate,
    random: np.random.Generator,
) -> Best:
    """The best of a few mixes on every ground. named: mixes that are tried in any case."""
    mixes = pd.concat([named, at_random(factors, OPENING, random)], ignore_index=True)
    tried = pd.concat([mixes] * len(grounds), ignore_index=True)
    worth = evaluate(repeated(grounds, len(mixes)), tried).reshape(len(grounds), len(mixes))
    return Best(mixes.iloc[worth.argmax(axis=1)].reset_index(drop=True), worth.max(axis=1))


def refined(
    best: Best,
    factors: Sequence[Factor],
    grounds: pd.DataFrame,
    evaluate: Evaluate,
    random: np.random.Generator,
) -> Best:
    """The best mixes after some of their levers were changed, a few times over; never worse."""
    for _ in range(ROUNDS):
        parents = repeated(best.mixes, CHILDREN)
        fresh = at_random(factors, len(parents), random)
        changed = random.random(parents.shape) < CHANGED
        children = parents.where(~changed, fresh).astype(parents.dtypes)
        worth = evaluate(repeated(grounds, CHILDREN), children).reshape(len(grounds), CHILDREN)
        which = np.arange(len(grounds)) * CHILDREN + worth.argmax(axis=1)
        better = worth.max(axis=1) > best.worth
        mixes = best.mixes.copy()
        mixes[better] = children.iloc[which[better]].to_numpy()
        best = Best(mixes.astype(parents.dtypes), np.maximum(best.worth, worth.max(axis=1)))
    return best


def brought(effects: np.ndarray, count: int = CASES) -> dict[str, np.ndarray]:
    """The grounds that each side brings: the largest effects in its favour. effects: by how much
    places serve citizens better than the centre, a value a ground.
    """
    order = np.argsort(-effects, kind="stable")
    return {PLACES: order[:count], CENTRE: order[::-1][:count]}


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
