"""How much the effects of reforms and autonomy depend on rates that nobody has measured.

All rates are drawn at random at once: first between half and double their usual values, then over
their whole bounds. Each draw gives the four scenarios of the two by two the same rates and seeds.
The rate that turns a sign is sought by a single split, the best of a regression tree of depth one
(Breiman et al. 1984), and compared with the best split of signs that are shuffled among the draws
(a permutation test on the maximum, which corrects for the number of rates; Westfall & Young 1993).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import scipy

from ..model.outcomes import OUTCOMES
from ..model.parameters import FIELDS, Parameters
from ..model.scenario import Scenario
from ..model.variant import shipped_variants
from .intervals import wilson
from .statistics import BARELY
from .two_by_two import CELLS, EFFECTS, other_rule

RANGES = {
    "half_to_double": "half to double the usual value",
    "bounds": "the whole bounds",
}
GROUPS_OF_RATES = ("behaviour", "mechanism")
AS_SET, OTHER_RULE = "as set", "status_quo_bias"
LEAST_LEAF = 0.05
SHUFFLES = 200


def rival_rules(scenarios: Sequence[Scenario]) -> dict[str, dict[str, Any]]:
    """What each rival rule sets, by its name: nothing ('as set'), each shipped variant beside those
    that the first scenario has already, and the other way in which the centre judges its
    candidates (`status_quo_bias`).
    """
    own, known = scenarios[0].variants, shipped_variants()
    found: dict[str, dict[str, Any]] = {AS_SET: {"variants": "+".join(own)}}
    for name, variant in known.items():
        kept = [each for each in own if known[each].replaces != variant.replaces]
        if name not in own:
            found[name] = {"variants": "+".join([*kept, name])}
    changes = dict(other_rule(scenarios).changes)
    return {**found, OTHER_RULE: {"variants": "+".join(own), **changes}}


def rates(held: Collection[str] = ()) -> tuple[str, ...]:
    """The rates to draw: behavioural rates and rival mechanisms, except those held fixed."""
    names = [name for group in GROUPS_OF_RATES for name in Parameters.names(group)]
    return tuple(name for name in names if name not in held)


def range_of_draws(name: str, base: Parameters, which: str) -> tuple[float, float]:
    """The range over which a rate is drawn: half to double its usual value within its bounds, or
    its whole bounds. In the first range, a rate that is usually zero stays zero.
    """
    low, high = FIELDS[name].metadata["low"], FIELDS[name].metadata["high"]
    if which == "bounds":
        return low, high
    usual = getattr(base, name)
    ends = sorted((0.5 * usual, 2.0 * usual))
    return max(low, ends[0]), min(high, ends[1])


def drawn(base: Parameters, names: Sequence[str], draws: int, which: str) -> pd.DataFrame:
    """A row a draw, a column a rate: points of a scrambled Sobol sequence (Owen 1998), evenly over
    the bounds, or evenly in the logarithm between half and double. Rates that cannot vary are left
    out; whole numbers stay whole.
    """
    varied = [name for name in names if np.ptp(range_of_draws(name, base, which)) > 0.0]
    sequence = scipy.stats.qmc.Sobol(len(varied), scramble=True, rng=0)
    even = sequence.random(2 ** math.ceil(math.log2(draws)))[:draws]
    found = {}
    for k, name in enumerate(varied):
        low, high = range_of_draws(name, base, which)
        if which == "bounds":
            values = low + (high - low) * even[:, k]
        else:
            sign = 1.0 if high > 0.0 else -1.0
            near, far = sorted((abs(low), abs(high)))
            values = sign * near * (far / near) ** even[:, k]
        found[name] = nearest_whole(values) if isinstance(FIELDS[name].default, int) else values
    return pd.DataFrame(found)


def nearest_whole(values: np.ndarray) -> np.ndarray:
    """The nearest whole numbers."""
    return np.rint(values).astype(np.int64)


def crossed(settings: pd.DataFrame) -> pd.DataFrame:
    """Every row of settings under each of the four scenarios: row 4 k + c has setting k, cell c."""
    table = settings.loc[settings.index.repeat(len(CELLS))].reset_index(drop=True)
    table.insert(0, "scenario", list(CELLS) * len(settings))
    return table


def effects_by_setting(runs: pd.DataFrame, outcomes: Sequence[str]) -> np.ndarray:
    """Effects on the runs of `crossed` settings: settings x outcomes x effects x seeds. runs:
    `point`, `seed` and the outcomes.
    """
    table = runs.sort_values(["point", "seed"])
    seeds = table["seed"].nunique()
    values = table[list(outcomes)].to_numpy(float).reshape(-1, len(CELLS), seeds, len(outcomes))
    return np.einsum("ec,kcso->koes", np.array(list(EFFECTS.values())), values)


def goodness(effects: np.ndarray, outcomes: Sequence[str], ranges: Mapping[str, float]):
    """Effects turned so that more is better, as shares of each outcome's range."""
    turn = np.array([OUTCOMES[name].better / ranges[name] for name in outcomes])
    return effects * turn[None, :, None, None]


def signs(good: np.ndarray, outcomes: Sequence[str]) -> pd.DataFrame:
    """A row an effect and outcome: in which share of the draws citizens are `better` and in which
    `worse` off by `BARELY` of the range or more (mean over seeds); `positive`, the share in which
    they are better off by however little, with its 95% interval (Wilson 1927); `agree`, how often
    two seeds of a draw give one sign, which tells luck from rates (NaN with one seed).
    """
    mean = good.mean(axis=-1)
    rows = []
    for o, outcome in enumerate(outcomes):
        for e, effect in enumerate(EFFECTS):
            one = mean[:, o, e]
            count = int((one > 0.0).sum())
            low, high = wilson(count / len(one), len(one))
            rows.append(
                {
                    "effect": effect,
                    "outcome": outcome,
                    "better": float((one >= BARELY).mean()),
                    "worse": float((one <= -BARELY).mean()),
                    "positive": count / len(one),
                    "positive_low": low,
                    "positive_high": high,
                    "agree": agreement(good[:, o, e]),
                }
            )
    return pd.DataFrame(rows)


def agreement(good: np.ndarray) -> float:
    """The share of draws in which the first two seeds give the same sign."""
    if good.shape[1] < 2:
        return math.nan
    return float((np.sign(good[:, 0]) == np.sign(good[:, 1])).mean())


def splits(good: np.ndarray, settings: pd.DataFrame, outcomes: Sequence[str]) -> pd.DataFrame:
    """A row an effect and outcome whose sign turns among the draws: the rate and limit that tell
    best where citizens are better off, the share of draws in which they are below and above it,
    the share of the sign's variance that this explains, and how often shuffled signs are explained
    as well (`p`).
    """
    mean = good.mean(axis=-1)
    orders = np.argsort(settings.to_numpy(float), axis=0, kind="stable")
    rows = []
    for o, outcome in enumerate(outcomes):
        for e, effect in enumerate(EFFECTS):
            better = (mean[:, o, e] > 0.0).astype(float)
            if better.std() > 0.0:
                row = best_split(better, settings, orders)
                rows.append({"effect": effect, "outcome": outcome, **row})
    names = ["effect", "outcome", "rate", "limit", "below", "above", "explained", "p"]
    return pd.DataFrame(rows, columns=names)


def explained_by(better: np.ndarray, order: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Share of the variance of `better` (rows: versions of it) that a split after each position of
    `order` explains; zero where it would leave too few draws or part equal values.
    """
    count = better.shape[1]
    ordered = better[:, order]
    left = np.arange(1, count)
    below = np.cumsum(ordered, axis=1)[:, :-1] / left
    mean = better.mean(axis=1, keepdims=True)
    above = (mean * count - below * left) / (count - left)
    between = (left * (below - mean) ** 2 + (count - left) * (above - mean) ** 2) / count
    least = max(1, math.floor(LEAST_LEAF * count))
    allowed = (left >= least) & (count - left >= least) & (np.diff(values[order]) > 0.0)
    return np.where(allowed, between / np.maximum(mean * (1.0 - mean), 1e-12), 0.0)


def best_split(better: np.ndarray, settings: pd.DataFrame, orders: np.ndarray) -> dict:
    """The best split on any rate, and how it compares with shuffled signs."""
    source = np.random.default_rng(0)
    versions = np.vstack([better, *(source.permutation(better) for _ in range(SHUFFLES))])
    highest = np.zeros(len(versions))
    best: dict = {"rate": "", "limit": math.nan, "below": math.nan, "above": math.nan}
    for k, name in enumerate(settings):
        values, order = settings[name].to_numpy(float), orders[:, k]
        found = explained_by(versions, order, values)
        at = int(found[0].argmax())
        if found[0, at] > highest[0]:
            limit = 0.5 * (values[order[at]] + values[order[at + 1]])
            best = {
                "rate": name,
                "limit": limit,
                "below": float(better[values <= limit].mean()),
                "above": float(better[values > limit].mean()),
            }
        highest = np.maximum(highest, found.max(axis=1))
    chance = float((1 + (highest[1:] >= highest[0]).sum()) / (1 + SHUFFLES))
    return {**best, "explained": float(highest[0]), "p": chance}
