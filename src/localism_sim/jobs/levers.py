"""`experiment=levers`: what does each lever do between its lowest and highest value, on four
grounds?
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from ..analysis import levers as analysis
from ..analysis.two_by_two import CELLS
from ..evidence.posterior import Rates
from ..foundation.errors import BadInput
from ..model.parameters import GROUPS, Parameters
from ..model.scenario import Scenario
from ..report import levers as words
from ..report.blocks import Block, Figure, Paragraph, Report, strong
from ..report.contrasts import HEADLINES
from ..report.words import counted
from ..sweeps.factors import Factor, factors_from
from .drawn import both_ways
from .experiment import Experiment, Model, Option
from .paired import paired_seeds, refuse_scenario, scenarios_named
from .request import Request
from .varying import ranges_given

LEVERS = (
    "autonomy",
    "chain_length",
    *Parameters.names("recommendation"),
    *Parameters.names("lever"),
)
"""Every lever: autonomy, the chain, the other recommendations and the further levers."""
NARROWER = {"harmonise_after": (0, 60)}
"""Levers whose full bounds would hide what they do: harmonising after ten years or more never
happens within a run.
"""


@dataclass(frozen=True)
class LeversQuestion:
    """Which levers, each between which ends, and the four scenarios that serve as grounds."""

    factors: tuple[Factor, ...] = field(repr=False)
    scenarios: tuple[Scenario, ...]
    seeds: tuple[int, ...]
    months: int
    rates: Rates | None = None

    def announcement(self) -> tuple[Block, ...]:
        """What is said before anything runs."""
        rest = (
            f": each of {counted(len(self.factors), 'lever')} from end to end on four grounds, "
            f"{counted(len(self.seeds), 'paired seed')}"
        )
        return (Paragraph((strong("Levers one by one"), rest)),)


@dataclass(frozen=True)
class Levers:
    """What was asked, and a row for each lever, ground and outcome."""

    question: LeversQuestion
    table: pd.DataFrame


def levers_given(request: Request) -> tuple[Factor, ...]:
    """The levers to move (`experiment.vary`); by default all but those set on the command line."""
    given = ranges_given(request.options["vary"])
    if given is None:
        held = request.changes
        given = {name: NARROWER.get(name) for name in LEVERS if name not in held}
    try:
        return factors_from(given, 0, request.scenario.parameters, request.changes)
    except BadInput as error:
        raise BadInput(f"experiment.vary: {error}") from None


def ask(request: Request) -> LeversQuestion:
    """Read and check the options; raises `BadInput`."""
    refuse_scenario(request, ", which asks about four scenarios of its own; leave it out")
    seeds, scenarios = paired_seeds(request), scenarios_named(request, CELLS)
    return LeversQuestion(levers_given(request), scenarios, seeds, request.months, request.rates)


def answer(question: LeversQuestion, model: Model) -> Levers:
    """Run every distinct setting once and take the differences."""
    design = analysis.design(question.factors, question.scenarios)
    points, numbers = analysis.different(design)
    runs, drawn = both_ways(model, points, question.seeds, question.rates)
    return Levers(question, analysis.effects_of_levers(design, numbers, runs, HEADLINES, drawn))


def show(found: Levers) -> Report:
    """The answer as a report."""
    from ..report.figures import levers as drawn

    months = found.question.months
    figure = Figure("levers", "What each lever does", lambda: drawn.levers(found.table, months))
    return words.show(found.table, months, len(found.question.seeds), (figure,))


EXPERIMENTS = {
    "levers": Experiment(
        "what each lever does from end to end under centre and places, with and without reforms",
        20,
        ask,
        answer,
        show,
        {
            "vary": Option(
                None,
                "which levers, as names, groups or ranges such as {autonomy:[0,1]}; default: "
                f"autonomy, chain_length, {GROUPS['recommendation']} and {GROUPS['lever']}",
            )
        },
    )
}
