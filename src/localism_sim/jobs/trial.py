"""`experiment=trial`: can either side find a ground on which its own way is clearly better?"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ..analysis import trial as analysis
from ..analysis.discovery.search import space_filling
from ..analysis.statistics import base
from ..foundation.checks import finite_number, power_of_two, whole_number
from ..foundation.errors import BadInput
from ..model.outcomes import OUTCOMES, checked_outcome
from ..model.scenario import Scenario
from ..report import trial as words
from ..report.blocks import Block, Figure, Paragraph, Report, strong
from ..report.words import counted, outcome_title
from ..sweeps.factors import Factor
from .experiment import VARY, Experiment, Model, Option
from .request import Request
from .varying import varied

AUTONOMY = {analysis.CENTRE: 0.1, analysis.PLACES: 0.8}
"""How much places decide under either side, as in the main job."""


@dataclass(frozen=True)
class TrialQuestion:
    """Which cases are looked at, on which seeds, and what has to be proved. seeds: the first
    `looks` are for the search, the others judge.
    """

    factors: tuple[Factor, ...] = field(repr=False)
    base: Scenario
    outcome: str
    smallest: float
    samples: int
    looks: int
    seeds: tuple[int, ...]

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        """The one scenario in which the cases differ."""
        return (self.base,)

    @property
    def better(self) -> int:
        """1 where more of the outcome serves citizens, else -1."""
        return OUTCOMES[base(self.outcome)].better

    @property
    def judges(self) -> tuple[int, ...]:
        """The seeds that judge."""
        return self.seeds[self.looks :]

    @property
    def runs(self) -> int:
        """How many runs the answer takes."""
        cases = len(analysis.SIDES) * analysis.CASES
        return 2 * (self.samples * self.looks + cases * len(self.judges))

    def announcement(self) -> tuple[Block, ...]:
        """What is said before anything runs: the burden of proof."""
        rest = (
            f": {self.samples:,} cases of {counted(len(self.factors), 'condition')} on "
            f"{counted(self.looks, 'seed')}; each side brings its best {analysis.CASES} before "
            f"{len(self.judges)} other seeds. To be proved: {outcome_title(self.outcome).lower()} "
            f"better by {self.smallest:g} or more, with the interval clear of zero"
        )
        return (Paragraph((strong("Places against the centre, on trial"), rest)),)


def ask(request: Request) -> TrialQuestion:
    """Read and check the options; raises `BadInput`."""
    given = request.options
    outcome = checked_outcome(given["outcome"])
    if OUTCOMES[base(outcome)].better == 0:
        raise BadInput(
            f"experiment.outcome = {outcome} is not allowed for a trial: neither more nor less of "
            "it is better for citizens"
        )
    smallest = finite_number("experiment.smallest", given["smallest"], 1e-9, 1e9)
    samples, looks = given["samples"], given["looks"]
    whole_number("experiment.samples", samples, 2 * analysis.CASES, 2**16, "for cases")
    power_of_two("experiment.samples", samples)
    if len(request.seeds) < 4:
        raise BadInput(
            f"seeds = {len(request.seeds)} is not allowed for a trial; give four or more: two that "
            "judge at least"
        )
    whole_number("experiment.looks", looks, 1, len(request.seeds) - 2, "for seeds of the search")
    if "autonomy" in request.changes:
        raise BadInput(
            f"parameters.autonomy = {request.changes['autonomy']:g} is not allowed: it is what the "
            "two sides differ in"
        )
    factors = tuple(each for each in varied(request) if each.name != "autonomy")
    if not factors:
        raise BadInput("experiment.vary = autonomy is what the two sides differ in; name others")
    return TrialQuestion(
        factors, request.scenario, outcome, smallest, samples, looks, tuple(request.seeds)
    )


def answer(question: TrialQuestion, model: Model) -> words.Trial:
    """Look at every case with a few seeds, then judge what each side brings with the others."""

    def effects(cases: pd.DataFrame, seeds: tuple[int, ...]) -> np.ndarray:
        arms = [cases.assign(autonomy=AUTONOMY[side]) for side in analysis.SIDES]
        runs = model.runs(pd.concat(arms, ignore_index=True), seeds)
        values = runs[question.outcome].to_numpy(float).reshape(2, len(cases), len(seeds))
        return question.better * (values[0] - values[1])

    cases = space_filling(question.factors, question.samples)
    seen = effects(cases, question.seeds[: question.looks]).mean(axis=1)
    brought = analysis.brought(seen)
    numbers = np.concatenate([brought[side] for side in analysis.SIDES])
    found = effects(cases.iloc[numbers].reset_index(drop=True), question.judges)
    tables = []
    for k, side in enumerate(analysis.SIDES):
        own = slice(k * analysis.CASES, (k + 1) * analysis.CASES)
        sign = 1.0 if side == analysis.PLACES else -1.0
        table = analysis.judged(sign * found[own], question.smallest)
        table.insert(0, "case", numbers[own])
        table.insert(0, "side", side)
        tables.append(table)
    judged = pd.concat(tables, ignore_index=True)
    settings = cases.iloc[numbers].reset_index(drop=True)
    return words.Trial(
        question.outcome,
        question.smallest,
        question.looks,
        len(question.judges),
        question.factors,
        pd.concat([judged, settings], axis=1),
        cases.assign(effect=seen),
    )


def show(found: words.Trial) -> Report:
    """The answer as a report."""
    from ..report.figures import trial as drawn

    return words.show(found, (Figure("trial", "Every case", lambda: drawn.cases(found)),))


EXPERIMENTS = {
    "trial": Experiment(
        "can either side, places or the centre, find a ground on which its own way is clearly "
        "better?",
        48,
        ask,
        answer,
        show,
        {
            "samples": Option(256, "cases that both sides look at, a power of two"),
            "outcome": Option("quality", "the outcome that is disputed; --help lists all"),
            "smallest": Option(0.02, "the smallest difference worth naming, in its own unit"),
            "looks": Option(4, "seeds of the search; the others judge"),
            "vary": VARY,
        },
        most=lambda question: question.runs,
    )
}
