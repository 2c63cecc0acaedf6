"""`experiment=patterns`: which measured patterns does the model reproduce?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from ..evidence import scorecard
from ..evidence.pattern import Pattern, patterns
from ..foundation.errors import BadInput, brief, nearest
from ..foundation.machine import processors
from ..model.parameters import Parameters
from ..model.scenario import USUAL_MONTHS, Scenario
from ..model.version import model_version
from ..report import patterns as words
from ..report.blocks import Block, Paragraph, Report, strong
from ..report.words import counted
from ..sweeps.measurements import identity_of
from .experiment import Experiment, Model, Option, by_its_scenarios
from .request import USUAL_PLACES, Request
from .size import SECONDS_A_SET_UP

USUAL = {"scenario": None, "variants": None, "months": USUAL_MONTHS}
"""Values of the settings if none are given; every pattern has its own places and months."""


@dataclass(frozen=True)
class PatternsQuestion:
    """Which patterns, under which values of the rates (`ground.parameters`), with which seeds."""

    patterns: tuple[Pattern, ...]
    ground: Scenario
    changes: dict[str, Any]
    seeds: tuple[int, ...]

    @property
    def behaviour(self) -> Parameters:
        """The values to which set-ups add their levers and sizes: the defaults, with what was set
        on the command line.
        """
        return self.ground.parameters

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        """The scenario that set-ups start from."""
        return (self.ground,)

    def announcement(self) -> tuple[Block, ...]:
        """What is said before anything runs."""
        rest = f": {counted(len(self.patterns), 'pattern')}, {counted(len(self.seeds), 'seed')}"
        return (Paragraph((strong("Measured patterns"), rest)),)


def refuse_idle(request: Request) -> None:
    """Raise `BadInput` for a setting that would do nothing, because every pattern has its own."""
    given = {name: request.config[name] for name in USUAL}
    given |= {f"places.{name}": request.config["places"][name] for name in USUAL_PLACES}
    usual = USUAL | {f"places.{name}": value for name, value in USUAL_PLACES.items()}
    for name, value in given.items():
        if value != usual[name]:
            raise BadInput(
                f"{name} = {brief(value)} does nothing with experiment={request.kind}: each "
                f"pattern has places, months and levers of its own; leave it out"
            )


def ask(request: Request) -> PatternsQuestion:
    """Read and check the options; raises `BadInput`."""
    refuse_idle(request)
    if len(request.seeds) < 2:
        raise BadInput("seeds = 1 gives no interval; give two or more")
    return PatternsQuestion(
        chosen(request.options["only"]), request.scenario, request.changes, tuple(request.seeds)
    )


def chosen(only: Any) -> tuple[Pattern, ...]:
    """All patterns, or those given by name or by row of the scorecard."""
    known = patterns()
    if only is None:
        return tuple(known.values())
    by_word = {each.row: each for each in known.values() if each.row} | known
    names = only if isinstance(only, list) else [only]
    for name in names:
        if str(name) not in by_word:
            raise BadInput(
                f"experiment.only = {brief(name)} is not a known "
                f"pattern.{nearest(str(name), by_word)} Known: {', '.join(known)}"
            )
    wanted = {by_word[str(name)].name for name in names}
    return tuple(each for each in known.values() if each.name in wanted)


def answer(question: PatternsQuestion, model: Model) -> words.Scorecard:
    """Run every set-up with every seed and judge the results."""
    expressible = [each for each in question.patterns if not each.missing]
    with model.bar(len(expressible) * len(question.seeds), 1) as progress:
        found = scorecard.values(
            question.patterns,
            question.behaviour,
            question.seeds,
            model.workers or processors(),
            progress,
        )
    judged = scorecard.judged(question.patterns, found)
    return words.Scorecard(
        question.patterns,
        question.behaviour,
        question.changes,
        question.seeds,
        model_version(),
        found,
        judged,
        scorecard.verdicts(question.patterns, judged),
    )


def by_its_patterns(request: Request, question: Any) -> Request:
    """The request together with the code of the patterns and the scenarios that they build on:
    edited, they make another question.
    """
    request = by_its_scenarios(request, question)
    measured = identity_of([each.name for each in question.patterns])
    experiment = {**request.config["experiment"], "measured": measured}
    return replace(request, config={**request.config, "experiment": experiment})


def show(found: words.Scorecard) -> Report:
    """The answer as a report."""
    from ..report.figures import patterns as drawn

    return words.show(found, lambda: drawn.scorecard(found), lambda: drawn.beside_the_data(found))


EXPERIMENTS = {
    "patterns": Experiment(
        "which measured patterns does the model reproduce?",
        5,
        ask,
        answer,
        show,
        {"only": Option(None, "patterns by name or row, such as [V6,V7]; default: all of them")},
        kept="answer",
        identified=by_its_patterns,
        seconds=lambda question: SECONDS_A_SET_UP,
        draws=False,
    )
}
