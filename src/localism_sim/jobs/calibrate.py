"""`experiment=calibrate`: which values of the rates do the measured patterns allow?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import scipy

from ..analysis import calibration as analysis
from ..analysis import misspecification, neural
from ..evidence.pattern import Pattern, patterns
from ..evidence.posterior import VERSION, rules_version
from ..evidence.priors import PRIORS, Prior
from ..foundation.checks import checked_flag, whole_number
from ..foundation.errors import BadInput
from ..foundation.files import write_table
from ..foundation.machine import processors
from ..foundation.threads import side_by_side
from ..model.scenario import Scenario
from ..report import calibration as words
from ..report.blocks import Block, Figure, Paragraph, Report, strong
from ..report.words import counted
from ..sweeps.measurements import DRAW, Measurements
from .experiment import Experiment, Model, Option
from .patterns import by_its_patterns, refuse_idle
from .request import Request
from .size import SECONDS_A_SET_UP

LEAST_DRAWS = 400
TRUTHS = 200
RANKED = 400
"""How many posterior draws a known rate is ranked among."""


@dataclass(frozen=True)
class CalibrationQuestion:
    """How many draws from the priors and of the posterior; `ground` holds everything that is not
    drawn.
    """

    ground: Scenario
    changes: dict[str, Any]
    priors: tuple[Prior, ...]
    samples: int
    draws: int
    seed: int
    neural: bool = False

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        """The scenario that set-ups start from."""
        return (self.ground,)

    @property
    def fitted(self) -> tuple[Pattern, ...]:
        """The patterns that rates are fitted to: neither held back nor used to set a
        rate directly.
        """
        return tuple(
            each for each in patterns().values() if each.use == "fitted" and not each.missing
        )

    @property
    def patterns(self) -> tuple[Pattern, ...]:
        """Every pattern that the model can express: the draws are set against each."""
        return tuple(each for each in patterns().values() if not each.missing)

    @property
    def measurements(self) -> Measurements:
        """What is measured at each draw."""
        return Measurements(tuple(each.name for each in self.fitted), self.ground.parameters)

    def spread(self, count: int, part: int) -> np.ndarray:
        """That many points of the unit cube, evenly spread (Latin hypercube)."""
        random = np.random.default_rng([self.seed, part])
        return scipy.stats.qmc.LatinHypercube(len(self.priors), rng=random).random(count)

    def points(self, u: np.ndarray, first: int = 0) -> pd.DataFrame:
        """Shares of the priors as rates, a row a draw, with its number from `first` on."""
        columns = {prior.name: prior.values(u[:, k]) for k, prior in enumerate(self.priors)}
        return pd.DataFrame({DRAW: np.arange(first, first + len(u)), **columns})

    def announcement(self) -> tuple[Block, ...]:
        """What is said before anything runs."""
        fitted = [prior for prior in self.priors if prior.fitted]
        rest = (
            f": {counted(len(fitted), 'rate')} by {counted(len(self.fitted), 'pattern')}, "
            f"{self.samples:,} draws"
        )
        return (Paragraph((strong("Calibration"), rest)),)


def ask(request: Request) -> CalibrationQuestion:
    """Read and check the options; raises `BadInput`."""
    refuse_idle(request)
    if len(request.seeds) != 1:
        raise BadInput(
            f"seeds = {len(request.seeds)} is not allowed for calibrate; allowed: 1 or [number]: "
            f"each draw has luck of its own"
        )
    samples, draws = request.options["samples"], request.options["draws"]
    whole_number("experiment.samples", samples, LEAST_DRAWS, 2**20, "for draws from the priors")
    whole_number("experiment.draws", draws, 20, 100_000, "for draws of the posterior")
    by_network = checked_flag("experiment.neural", request.options["neural"])
    if by_network:
        neural.library()
    priors = tuple(each for each in PRIORS.values() if each.name not in request.changes)
    if not any(each.fitted for each in priors):
        raise BadInput("parameters: every rate that is asked about is set; leave one to be fitted")
    return CalibrationQuestion(
        request.scenario, request.changes, priors, samples, draws, request.seeds[0], by_network
    )


def errors_of(fitted: tuple[Pattern, ...]) -> tuple[np.ndarray, np.ndarray]:
    """What was seen of every statistic, and its error: the range seen is taken for two standard
    deviations either way, its middle for what was seen where no single value was.
    """
    statistics = [each for pattern in fitted for each in pattern.statistics]
    if one_sided := [each.name for each in statistics if not np.isfinite(each.high - each.low)]:
        raise BadInput(f"evidence: {', '.join(one_sided)} has one end only and cannot be fitted")
    middle = [(s.low + s.high) / 2.0 if s.seen is None else s.seen for s in statistics]
    return np.array(middle), np.array([(s.high - s.low) / 4.0 for s in statistics])


@dataclass(frozen=True)
class Rounds:
    """What was simulated. region: the part of the priors to which the first half of the draws
    pointed; v, statistics: every draw in it, the second half first; again: how many those are.
    """

    region: analysis.Region
    v: np.ndarray
    statistics: np.ndarray
    again: int


def two_rounds(
    question: CalibrationQuestion, model: Model, seen: np.ndarray, errors: np.ndarray
) -> Rounds:
    """Simulate half of the draws, learn where to look, and simulate the rest there."""
    names, half = list(question.measurements.outcomes), question.samples // 2

    def simulated(u: np.ndarray, first: int) -> np.ndarray:
        return model.runs(question.points(u, first), (question.seed,))[names].to_numpy()

    u = question.spread(half, 0)
    statistics = simulated(u, 0)
    noisy = analysis.blurred(statistics, errors, question.seed, analysis.COPIES)
    region = analysis.region(analysis.learned(u, noisy), seen, question.seed)
    near, again = region.inside(u), question.spread(question.samples - half, 1)
    return Rounds(
        region,
        np.concatenate([again, region.inwards(u[near])]),
        np.concatenate([simulated(region.outwards(again), half), statistics[near]]),
        len(again),
    )


def answer(question: CalibrationQuestion, model: Model) -> words.Calibration:
    """Simulate, check the method on known rates, sample the posterior, and compare its draws with
    every pattern.
    """
    seen, errors = errors_of(question.fitted)
    done = two_rounds(question, model, seen, errors)
    noisy = analysis.blurred(done.statistics, errors, question.seed + 1, analysis.COPIES)
    truths = min(TRUTHS, done.again // 4)
    ranks = analysis.coverage_check(
        done.v, done.statistics, errors, truths, RANKED, question.seed + 2
    )
    found = done.region.outwards(
        analysis.posterior(analysis.learned(done.v, noisy), seen, question.draws, question.seed)
    )
    draws = question.points(found)
    return words.Calibration(
        question.priors,
        question.ground.parameters,
        question.changes,
        question.samples,
        question.seed,
        rules_version(),
        draws.drop(columns=DRAW),
        analysis.contraction(found),
        ranks,
        tuple(k for k, prior in enumerate(question.priors) if prior.fitted),
        analysis.nearest(done.statistics, seen, errors),
        misspecification.by_pattern(
            noisy[: len(done.v)],
            seen,
            [each.name for each in question.fitted for _ in each.statistics],
        ),
        predicted(question, draws, model.workers or processors()),
        by_network(question, done, noisy, seen, truths) if question.neural else None,
    )


def by_network(
    question: CalibrationQuestion,
    done: Rounds,
    noisy: np.ndarray,
    seen: np.ndarray,
    truths: int,
) -> words.ByNetwork:
    """The same draws read by a neural network."""
    once = noisy[: len(done.v)]
    found = neural.cross_check(done.v, once, seen, truths, RANKED, question.seed)
    draws = done.region.outwards(found.draws)
    return words.ByNetwork(
        question.points(draws).drop(columns=DRAW),
        analysis.contraction(draws),
        found.ranks,
        neural.as_unusual(once, seen, question.seed),
    )


def predicted(question: CalibrationQuestion, draws: pd.DataFrame, workers: int) -> pd.DataFrame:
    """The statistics of every pattern under every draw of the posterior: a row per draw."""
    names = tuple(each.name for each in question.patterns)
    every = Measurements(names, question.ground.parameters)
    rows = draws.to_dict("records")
    values = list(
        side_by_side(lambda row: every.answer(row, question.seed + 1).outcomes, rows, workers)
    )
    return pd.DataFrame(values, columns=list(every.outcomes))


def seconds_a_draw(question: CalibrationQuestion) -> float:
    """About how long a draw from the priors takes one thread, each with its share of the time in
    which the draws of the posterior are set against every pattern.
    """
    against = question.draws / question.samples * len(question.patterns)
    return SECONDS_A_SET_UP * (len(question.fitted) + against)


def show(found: words.Calibration) -> Report:
    """The answer as a report."""
    from ..report.figures import calibration as drawn

    return words.show(
        found,
        (
            Figure("posterior", "Rates before and after", partial(drawn.posterior, found)),
            Figure("ranks", "Known rates in their posteriors", partial(drawn.ranks, found)),
            Figure("predictive", "Patterns under the draws", partial(drawn.predictive, found)),
        ),
    )


def keep_draws(found: words.Calibration, folder: Path) -> None:
    """Write `posterior.parquet`, which `evidence.posterior_draws` reads."""
    write_table(found.draws.assign(**{VERSION: found.model}), folder / "posterior.parquet")


EXPERIMENTS = {
    "calibrate": Experiment(
        "which values of the rates do the measured patterns allow?",
        1,
        ask,
        answer,
        show,
        {
            "samples": Option(3000, "draws from the priors, each simulated"),
            "draws": Option(200, "draws of the posterior"),
            "neural": Option(
                False, "true: read the same draws by a neural network too (extra calibrate)"
            ),
        },
        most=lambda question: question.samples,
        seconds=seconds_a_draw,
        simulation=lambda request, question: question.measurements,
        identified=by_its_patterns,
        afterwards=keep_draws,
        draws=False,
    )
}
