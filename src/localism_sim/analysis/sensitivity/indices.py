"""Global sensitivity analysis: which parameters move an outcome, how surely, and what the noise
floor is.

    design = Design("sobol", factors_from({"cuts": (0.0, 0.4), "trust": None}), samples=256)
    runs = evaluate(design, over_model(months=60), seeds=(0, 1))
    result = analyse(design, runs, "spread")
    print(describe(result))  # of sensitivity_in_words

Every point is run with the same seeds. Indices are of means over the seeds, so they hold for these
seeds' luck; the noise that is left in the means is reported, and for each factor what luck alone
would give it: nothing is claimed that does not lie above that, and above the placebos, with its
whole interval.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import scipy

from ...foundation.checks import whole_number
from ...foundation.errors import BadInput
from ...sweeps.factors import PLACEBO, Factor, factors_from, salib_problem
from ..intervals import CONFIDENCE, Z
from .designs import Design, Run, evaluate, over_function, over_model
from .methods import METHODS, Estimates, Evaluated, Measure, Method, without_pairs
from .noise import Noise, luck_of_factors, noise_of, outcome_matrix

__all__ = [
    "METHODS",
    "Design",
    "Factor",
    "Method",
    "Noise",
    "Run",
    "SensitivityResult",
    "analyse",
    "evaluate",
    "factors_from",
    "over_function",
    "over_model",
    "salib_problem",
]

MANY = 4096
"""From this N on fewer resamples are enough; time and memory grow with N."""
RESAMPLES_OF_MANY = 200
MOST_SAMPLES = 2**20
"""If more than this N is needed to tell factors apart, they are called equal."""
FEW_SEEDS = 5
TIES = 0.2
"""Share of runs with exactly the same outcome above which smoothing misleads."""


@dataclass(frozen=True)
class SensitivityResult:
    """What an analysis leaves.

    table: a row a factor (or group), from the strongest to the weakest: group, kind, for each
    measure its value, `_low` and `_high` (95%), and best_rank, worst_rank (what the intervals leave
    open among the factors that are no placebos), luck and luck_high (what luck alone would give,
    and the upper end of its interval; NaN where unknown) and clear (low end above luck_high and
    above the placebos). ranking: a row a pair of neighbours: higher, lower, gap, decided,
    samples_needed (infinite: call them equal). pairs: second order, if analysed: a, b, second,
    second_low, second_high, clear (zero outside an interval widened so that all pairs together are
    wrong once in twenty analyses). convergence: measures against N: samples, name, measure, value,
    low, high. floor: upper end of the ranked measure for the placebos; NaN without placebos. notes:
    what the reader must know.
    """

    design: Design = field(repr=False)
    outcome: str
    mean: float
    deviation: float
    different_points: int
    table: pd.DataFrame = field(repr=False)
    ranking: pd.DataFrame = field(repr=False)
    pairs: pd.DataFrame | None = field(repr=False)
    convergence: pd.DataFrame = field(repr=False)
    noise: Noise
    floor: float
    notes: tuple[str, ...]

    @property
    def method(self) -> Method:
        """The method."""
        return self.design.how

    @property
    def measures(self) -> list[Measure]:
        """The measures that were estimated."""
        return [measure for measure in self.method.measures if measure.name in self.table]


def analyse(
    design: Design,
    runs: pd.DataFrame,
    outcome: str,
    resamples: int | None = None,
    converge: bool = True,
) -> SensitivityResult:
    """Indices of `outcome` with 95% intervals, from the runs of `design.unique()[0]` with one seed
    or more each.

    runs: a row a run, point by point with all seeds in the same order: point, seed, outcomes.
    resamples: for the intervals (default: the method's). converge: also estimate from the design's
    first parts. Raises `BadInput` for runs that are missing, doubled, out of order or not finite,
    naming the row, and for an outcome that never changes.
    """
    again = resamples_for(design, resamples)
    matrix, seeds = outcome_matrix(design, runs, outcome)
    values = matrix.mean(axis=1)
    if np.ptp(values) <= 1e-12 * max(1.0, float(np.abs(values).max())):
        raise BadInput(
            f"{outcome} is {values[0]:g} in every run: there is no variation whose causes could be "
            f"told apart"
        )
    index = design.unique()[1]
    rows = values[index]
    noise = noise_of(matrix[index], seeds, design.block, design.seed)
    found = estimated(design, rows, design.samples, design.pairs, again)
    floor = placebo_floor(design, found.table)
    table = ordered(design, found.table, luck_of_factors(design, matrix[index]), floor)
    return SensitivityResult(
        design,
        outcome,
        float(rows.mean()),
        float(rows.std()),
        len(values),
        table,
        neighbours(design, table),
        marked(found.pairs),
        convergence(design, rows, found.table, again) if converge else no_convergence(),
        noise,
        floor,
        caveats(design, rows, noise, table),
    )


def resamples_for(design: Design, given: int | None) -> int:
    """How many resamples the intervals use: those given, or by default the method's."""
    if given is None:
        usual = design.how.resamples
        return usual if design.samples < MANY else min(usual, RESAMPLES_OF_MANY)
    whole_number("resamples", given, 20, 100_000, "for the intervals")
    return given


def estimated(
    design: Design, rows: np.ndarray, samples: int, pairs: bool, resamples: int
) -> Estimates:
    """The method's estimates from the outcomes of the design's first `samples` blocks (`rows`, in
    order).
    """
    problem, sample = salib_problem(design.factors, design.grouped), design.sample[: len(rows)]
    values = np.ascontiguousarray(rows, float)
    found = design.how.estimate(
        Evaluated(problem, np.array(sample), values, pairs, resamples, design.seed)
    )
    for table in (found.table, found.pairs):
        numbers = table.select_dtypes("number") if table is not None else pd.DataFrame()
        if not np.isfinite(numbers.to_numpy(float)).all():
            row = int(np.flatnonzero(~np.isfinite(numbers.to_numpy(float)).all(axis=1))[0])
            raise BadInput(
                f"{design.method} finds no number for {numbers.index[row]!r} with N = {samples}: "
                f"the outcome varies too little; "
                "use another outcome or more samples"
            )
    return found


def placebo_floor(design: Design, table: pd.DataFrame) -> float:
    """Upper end of the ranked measure for the placebos; NaN if there are none.

    Sobol and Morris must give exactly 0, because the rows they compare share their seeds.
    """
    ranked = design.how.ranked
    placebos = [name for name in table.index if str(name).startswith(PLACEBO)]
    return (
        float((table[ranked] + table[f"{ranked}_half"])[placebos].max())
        if placebos
        else float("nan")
    )


def with_intervals(design: Design, estimates: pd.DataFrame) -> pd.DataFrame:
    """Group and kind of each factor or group, and its measures with both ends of their
    intervals.
    """
    if design.grouped:
        about = {factor.group: (factor.group, "group") for factor in design.factors}
        about |= {PLACEBO: (PLACEBO, PLACEBO)}
    else:
        about = {factor.name: (factor.group, factor.kind) for factor in design.factors}
    rows = [about[str(name)] for name in estimates.index]
    table = pd.DataFrame(rows, columns=["group", "kind"], index=estimates.index)
    for measure in (each.name for each in design.how.measures if each.name in estimates):
        value, half = estimates[measure], estimates[f"{measure}_half"]
        table[measure] = value
        table[f"{measure}_low"], table[f"{measure}_high"] = value - half, value + half
    return table


def ordered(
    design: Design, estimates: pd.DataFrame, luck: pd.DataFrame, floor: float
) -> pd.DataFrame:
    """Estimates with intervals, strongest first, and the ranks that the intervals leave open."""
    table, ranked = with_intervals(design, estimates), design.how.ranked
    table = table.join(luck).sort_values(ranked, ascending=False, kind="stable").rename_axis("name")
    low, high = table[f"{ranked}_low"].to_numpy(), table[f"{ranked}_high"].to_numpy()
    real = (table["kind"] != PLACEBO).to_numpy()
    table["best_rank"] = [1 + int((low[real] > high[k]).sum()) for k in range(len(table))]
    table["worst_rank"] = [
        int(real.sum()) - int((high[real] < low[k]).sum()) + (0 if real[k] else 1)
        for k in range(len(table))
    ]
    table["clear"] = (
        real
        & (low > np.nan_to_num(table["luck_high"].to_numpy()))
        & (low > (floor if math.isfinite(floor) else 0.0))
    )
    return table


def neighbours(design: Design, table: pd.DataFrame) -> pd.DataFrame:
    """Whether each rank is decided against the next, and the N at which it would be: intervals
    shrink with 1 / sqrt(N).
    """
    ranked = design.how.ranked
    factors = table[table["kind"] != PLACEBO]
    rows = []
    for (higher, one), (lower, other) in zip(
        list(factors.iterrows())[:-1], list(factors.iterrows())[1:]
    ):
        gap = float(one[ranked] - other[ranked])
        halves = float(one[ranked] - one[f"{ranked}_low"] + other[f"{ranked}_high"] - other[ranked])
        rows.append(
            {
                "higher": higher,
                "lower": lower,
                "gap": gap,
                "decided": gap > halves,
                "samples_needed": samples_needed(design, gap, halves),
            }
        )
    return pd.DataFrame(rows, columns=["higher", "lower", "gap", "decided", "samples_needed"])


def samples_needed(design: Design, gap: float, halves: float) -> float:
    """The N at which two intervals whose half-widths now add up to `halves` would fit into the gap;
    infinite beyond `MOST_SAMPLES`.
    """
    needed = design.samples * (halves / gap) ** 2 if gap > 0 else math.inf
    if needed > MOST_SAMPLES:
        return math.inf
    if design.how.power_of_two:
        return float(max(design.samples, 2 ** math.ceil(math.log2(max(needed, 1.0)))))
    return float(max(design.samples, math.ceil(needed)))


def marked(pairs: pd.DataFrame | None) -> pd.DataFrame | None:
    """Second-order indices with 95% intervals; clear only if the interval, widened for the number
    of pairs (Bonferroni), excludes zero.
    """
    if pairs is None:
        return None
    half = pairs["second_half"]
    wider = scipy.stats.norm.ppf(1.0 - (1.0 - CONFIDENCE) / (2.0 * max(1, len(pairs)))) / Z
    found = pairs[["a", "b", "second"]].assign(
        second_low=pairs["second"] - half, second_high=pairs["second"] + half
    )
    return found.assign(clear=(pairs["second"].abs() > wider * half) & (half > 0))


def no_convergence() -> pd.DataFrame:
    """An empty table of convergence."""
    return pd.DataFrame(columns=["samples", "name", "measure", "value", "low", "high"])


def convergence(
    design: Design, rows: np.ndarray, whole: pd.DataFrame, resamples: int
) -> pd.DataFrame:
    """Measures against N, from the design's first parts: first blocks of a Sobol sequence, first
    trajectories, first rows of a shuffled hypercube.
    """
    sizes, size = [design.samples], design.samples // 2
    while size >= design.how.smallest and len(sizes) < (7 if design.block > 1 else 4):
        sizes.insert(0, size)
        size //= 2
    found = []
    for size in sizes:
        first = rows[: size * design.block]
        if np.ptp(first) == 0.0:
            continue
        estimates = None if size == design.samples else first_part(design, first, size, resamples)
        table = estimates.table if estimates else whole
        for measure in design.how.measures:
            if measure.name in table:
                value, half = table[measure.name], table[f"{measure.name}_half"]
                ends = {"value": value, "low": value - half, "high": value + half}
                part = pd.DataFrame(ends).rename_axis("name").reset_index()
                part.insert(0, "samples", size)
                part.insert(2, "measure", measure.name)
                found.append(part)
    return pd.concat(found, ignore_index=True)


def first_part(design: Design, part: np.ndarray, size: int, resamples: int) -> Estimates:
    """Estimates from the first `size` samples, without pairs, which converge last and cost most."""
    if design.pairs:
        smaller = without_pairs(part, len(design.names))
        return estimated(design, smaller, size, False, resamples)
    return estimated(design, part, size, False, resamples)


def caveats(design: Design, rows: np.ndarray, noise: Noise, table: pd.DataFrame) -> tuple[str, ...]:
    """What a reader must know before trusting the indices."""
    notes = []
    shares = [
        f"{measure.name}_low"
        for measure in design.how.measures
        if measure.unit == "share of variance"
    ]
    if shares and (table[shares] > 1.0).any(axis=None):
        notes.append(
            f"N = {design.samples:,} is too small: the interval of a share lies above 1 as a "
            f"whole, which cannot be. Believe neither the indices nor "
            "their intervals; double N until this note goes."
        )
    if not noise.known:
        notes.append(
            "One seed a point: replication noise is unknown, and luck may pass for interactions. "
            "Repeat with two seeds or more."
        )
    elif len(noise.seeds) < FEW_SEEDS and design.method in ("sobol", "morris"):
        notes.append(
            f"Luck that is alike at many points, such as a seed's landscape, is known from "
            f"{len(noise.seeds)} draws only, so 'luck alone' may be "
            f"well off. {FEW_SEEDS} seeds or more make it firm."
        )
    if all(factor.kind != PLACEBO for factor in design.factors):
        notes.append("No placebo among the factors: the method's own noise floor is unknown.")
    _, counts = np.unique(rows, return_counts=True)
    if design.method == "delta" and counts.max() > TIES * len(rows):
        notes.append(
            f"{counts.max() / len(rows):.0%} of the points have the very same outcome. Delta "
            f"smooths the outcome's distribution and leaves out "
            "slices in which nothing varies, so it is too low here; PAWN is made for such outcomes."
        )
    if design.method == "rbd_fast":
        notes.append(
            "RBD-FAST sees 10 harmonics: the share of a switch comes out about 4% too low, and a "
            "part that is all interactions counts as nothing."
        )
    return tuple(notes)
