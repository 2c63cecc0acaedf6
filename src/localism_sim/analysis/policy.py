"""Which mix of levers does best on several outcomes at once, and how robustly.

Mixes are sought by a genetic algorithm for many objectives (NSGA-II, Deb et al. 2002; Platypus)
with an archive of mixes none of which is better than another in all outcomes by a step worth naming
(epsilon dominance; Laumanns et al. 2002). Other draws of the rates than those of the search then
judge what was found: by regret (Savage 1951) and by how often a mix is at least as good as things
as they are in every outcome (domain criterion, Starr 1962; Lempert, Popper & Bankes 2003).
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from ..model.outcomes import OUTCOMES
from ..sweeps.factors import Factor
from .discovery.boxes import library

STEPS = {
    "quality": 0.01,
    "postcode_gap": 0.01,
    "worst_place": 0.01,
    "harm": 0.25,
    "cost_per_quality": 0.02,
}
"""The outcomes, and for each the smallest difference worth mentioning, in its own unit."""
OBJECTIVES = tuple(STEPS)
DIGITS = 2
"""Levers are set in hundredths of a power of ten that holds their range, so that a table can show
them exactly.
"""
TAIL = 0.9
"""Regret is reported as its mean and as this quantile over the draws."""


def signs() -> np.ndarray:
    """+1 for outcomes where more is better, -1 for the others."""
    return np.array([OUTCOMES[name].better for name in OBJECTIVES], float)


def digits_of(factor: Factor) -> int:
    """Decimals to which a lever is set and shown: two for a range from 0 to 1, more for a narrower
    one, which has between ten and a hundred steps.
    """
    if factor.kind == "integer":
        return 0
    return max(DIGITS, DIGITS - math.ceil(math.log10(factor.high - factor.low)))


def decoded(factors: Sequence[Factor], shares: np.ndarray) -> pd.DataFrame:
    """Mixes from shares (0 to 1) of each lever's range, a row each."""
    columns = {}
    for k, factor in enumerate(factors):
        low, high = factor.bounds
        values = factor.values(low + shares[:, k] * (high - low))
        if factor.kind != "integer":
            values = np.clip(values.round(digits_of(factor)), factor.low, factor.high)
        columns[factor.name] = values
    return pd.DataFrame(columns)


def encoded(factors: Sequence[Factor], mix: dict[str, float]) -> list[float]:
    """A mix as shares of each lever's range."""
    found = []
    for factor in factors:
        low, high = factor.bounds
        value = mix[factor.name] + (0.5 if factor.kind == "integer" else 0.0)
        found.append(float(np.clip((value - low) / (high - low), 0.0, 1.0)))
    return found


def searched(
    factors: Sequence[Factor],
    evaluate: Callable[[pd.DataFrame], np.ndarray],
    start: Sequence[dict[str, float]],
    population: int,
    evaluations: int,
    seed: int,
) -> pd.DataFrame:
    """The mixes in the archive when so many were evaluated, a row each. evaluate: mean outcomes of
    mixes, a row each and a column an objective; asked for a whole generation at a time. start:
    mixes that the first generation has.
    """
    platypus = library("platypus", "policy")
    problem = platypus.Problem(len(factors), len(OBJECTIVES))
    problem.types[:] = platypus.Real(0.0, 1.0)
    epsilons = list(STEPS.values())
    algorithm = platypus.NSGAII(
        problem,
        population_size=population,
        generator=platypus.InjectedPopulation(
            [solution(platypus, problem, factors, mix) for mix in start]
        ),
        archive=platypus.EpsilonBoxArchive(epsilons),
        evaluator=generations(platypus, factors, evaluate, seed),
        log_frequency=None,
    )
    before = random.getstate()
    try:
        random.seed(seed)
        algorithm.run(evaluations)
    finally:
        random.setstate(before)
    shares = np.array([each.variables for each in algorithm.result])
    return decoded(factors, shares).drop_duplicates(ignore_index=True)


def solution(platypus: Any, problem: Any, factors: Sequence[Factor], mix: dict[str, float]) -> Any:
    """A mix in the library's form."""
    found = platypus.Solution(problem)
    found.variables[:] = encoded(factors, mix)
    return found


def generations(
    platypus: Any,
    factors: Sequence[Factor],
    evaluate: Callable[[pd.DataFrame], np.ndarray],
    seed: int,
) -> Any:
    """What evaluates a generation at once. The library draws from Python's own generator, which is
    set anew after each generation, so that nothing else that draws from it bears on the search.
    """

    class Generations(platypus.Evaluator):
        count = 0

        def evaluate_all(self, jobs: list, **kwargs: Any) -> list:
            solutions = [job.solution for job in jobs]
            if solutions:
                means = evaluate(decoded(factors, np.array([s.variables for s in solutions])))
                for one, values in zip(solutions, -signs() * means):
                    one.objectives[:] = [float(value) for value in values]
                    one.constraint_violation, one.feasible, one.evaluated = 0.0, True, True
            self.count += 1
            random.seed(f"{seed}:{self.count}")
            return jobs

    return Generations()


def judged(values: np.ndarray, reference: int) -> pd.DataFrame:
    """How every mix does on draws that the search has not seen. values: mixes x draws x objectives;
    reference: the mix that stands for things as they are.

    A row a mix: the mean of each objective; `regret` and `regret_tail`, mean and 90% quantile over
    draws of the largest regret in any objective, each as a share of what separates the best from
    the worst mix on that draw; `satisfied`, the share of draws on which it is at least as good as
    things as they are in every objective.
    """
    good = values * signs()
    best, worst = good.max(axis=0), good.min(axis=0)
    apart = np.where(best > worst, best - worst, 1.0)
    regret = ((best - good) / apart).max(axis=2)
    satisfied = (good >= good[reference]).all(axis=2).mean(axis=1)
    means = {name: values[:, :, k].mean(axis=1) for k, name in enumerate(OBJECTIVES)}
    return pd.DataFrame(
        {
            **means,
            "regret": regret.mean(axis=1),
            "regret_tail": np.quantile(regret, TAIL, axis=1),
            "satisfied": satisfied,
        }
    )


def chosen(table: pd.DataFrame) -> dict[str, int]:
    """The mixes that a reader is shown, by what makes each worth showing: the smallest regret, the
    best in each objective, and the one most often at least as good as things as they are (mix 0).
    """
    found = {"least regret": int(table["regret"].idxmin())}
    order = table.iloc[1:].sort_values(["satisfied", "regret"], ascending=[False, True])
    found["most often no worse in anything"] = int(order.index[0])
    for name, better in zip(OBJECTIVES, signs()):
        found[f"best {OUTCOMES[name].label.lower()}"] = int((better * table[name]).idxmax())
    return found
