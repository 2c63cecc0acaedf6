"""The main job: scenarios compared on paired seeds."""

from __future__ import annotations

import platform
from dataclasses import dataclass, replace
from typing import Any

from .. import __version__
from ..analysis.comparison import Comparison, arms_for, compare
from ..analysis.two_by_two import CELLS, Ground, grounds_for
from ..evidence.posterior import Rates
from ..foundation.checks import checked_flag
from ..foundation.errors import BadInput, brief
from ..model.places import Places
from ..model.scenario import Scenario, schedule
from ..model.version import model_version
from ..report.blocks import Block, Paragraph, Report, strong
from ..report.comparison import show as show_comparison
from ..report.words import counted
from .experiment import Experiment, Model, Option
from .request import Request


@dataclass(frozen=True)
class ComparisonQuestion:
    """Which scenarios are compared, on which places and seeds; the first is the reference. start:
    year and month of the first month. grounds: other circumstances in which reforms and autonomy
    are told apart. unnamed: whether the scenario names no baseline of its own.
    """

    scenarios: tuple[Scenario, ...]
    places: Places
    seeds: tuple[int, ...]
    months: int
    start: tuple[int, int]
    grounds: tuple[Ground, ...] = ()
    rates: Rates | None = None
    unnamed: bool = False

    def announcement(self) -> tuple[Block, ...]:
        """What is said before anything runs."""
        first, *others = (scenario.title for scenario in self.scenarios)
        rest = f", compared with {'; '.join(others)}" if others else ""
        seeds = f"{len(self.seeds)} paired seeds" if len(self.seeds) > 1 else "one seed"
        focus = self.places.focus
        inside = " inside England" if focus.count < self.places.count else ""
        size = (
            f"{counted(focus.count, 'place')}{inside}, {int(focus.citizens.sum()):,} citizens, "
            f"{counted(self.months, 'month')}, {seeds}"
        )
        read = [Paragraph((f"{note[0].upper()}{note[1:]}.",)) for note in self.places.notes]
        again = (
            f"; reforms and autonomy again where {'; and where '.join(titles)}"
            if (titles := [ground.title for ground in self.grounds])
            else ""
        )
        twice = (
            ""
            if self.rates is None
            else "; all once more, each seed with its own draw of the rates"
        )
        if self.unnamed:
            title = self.scenarios[-1].title
            said = f"{title} names no baseline, so it is set against the usual one, {first}."
            read.append(Paragraph((said,)))
        return (*read, Paragraph((strong(first), f"{rest}: {size}{again}{twice}")))

    @property
    def runs(self) -> int:
        """How many runs the answer takes."""
        arms = len(self.scenarios) * (1 if self.rates is None else 2)
        return (arms + len(CELLS) * len(self.grounds)) * len(self.seeds)


@dataclass(frozen=True)
class ComparisonAnswer:
    """A comparison, and everything needed to run it again."""

    comparison: Comparison
    config: dict[str, Any]


def ask(request: Request) -> ComparisonQuestion:
    """The main job's scenarios, or the one given with its baseline; raises `BadInput`."""
    scenarios = [
        scenario.with_parameters(**request.changes)
        for scenario in arms_for(request.config["scenario"])
    ]
    for scenario in scenarios:
        schedule(scenario.parameters, scenario.timeline, request.months)
    refuse_equal_names(request, scenarios)
    return ComparisonQuestion(
        tuple(scenarios),
        request.places,
        tuple(request.seeds),
        request.months,
        request.start,
        grounds_asked(request, scenarios),
        request.rates,
        request.config["scenario"] is not None and scenarios[-1].baseline is None,
    )


def refuse_equal_names(request: Request, scenarios: list[Scenario]) -> None:
    """Refuse a scenario that has the name of its own baseline: tables tell arms by their names."""
    first, last = scenarios[0], scenarios[-1]
    if first.name == last.name:
        raise BadInput(
            f"scenario = {brief(request.config['scenario'])} has the name of its baseline, "
            f"{first.name}; give its file another name"
        )


def grounds_asked(request: Request, scenarios: list[Scenario]) -> tuple[Ground, ...]:
    """The other grounds; none if they are not wanted, or if one seed gives no pairs."""
    if request.kind != "compare":
        return ()
    wanted = checked_flag("experiment.grounds", request.options["grounds"])
    if not wanted and request.config["scenario"] is not None:
        raise BadInput(
            "experiment.grounds = False does nothing with scenario=..., which is set against its "
            "baseline on one ground; leave it out"
        )
    return grounds_for(scenarios) if wanted and len(request.seeds) > 1 else ()


def ask_one_to_one(request: Request) -> ComparisonQuestion:
    """The same with only two scenarios, because every resident is simulated."""
    question = ask(request)
    return replace(question, scenarios=question.scenarios[:2])


def answer(question: ComparisonQuestion, model: Model) -> ComparisonAnswer:
    """Run every scenario with every seed and take the contrasts."""
    with model.bar(question.runs, question.months) as progress:
        comparison = compare(
            question.scenarios,
            question.places,
            question.seeds,
            question.months,
            model.workers,
            progress,
            question.start,
            question.grounds,
            question.rates,
        )
    return ComparisonAnswer(comparison, resolved(comparison, question.places))


def resolved(comparison: Comparison, places: Places) -> dict[str, Any]:
    """Everything needed to run a comparison again."""
    return {
        "localism_sim": __version__,
        "model": model_version(),
        "python": platform.python_version(),
        "places": places.fingerprint,
        "months": comparison.months,
        "start": f"{comparison.start[0]:04d}-{comparison.start[1]:02d}",
        "seeds": [int(seed) for seed in comparison.seeds],
        "scenarios": {
            arm.name: {
                "parameters": arm.parameters.as_dict(),
                "timeline": {month: dict(changes) for month, changes in arm.timeline},
                "variants": list(arm.variants),
            }
            for arm in comparison.arms
        },
        "grounds": {ground.name: dict(ground.changes) for ground in comparison.grounds},
    }


def show(found: ComparisonAnswer) -> Report:
    """The answer as a report."""
    return show_comparison(found.comparison, found.config)


EXPERIMENTS = {
    "compare": Experiment(
        "the main job, or one scenario against its baseline, on paired seeds",
        50,
        ask,
        answer,
        show,
        {
            "grounds": Option(
                True,
                "also tell reforms from autonomy where needs are alike and the centre is able, and "
                "where the centre judges its candidates by the rival rule; false: leave that out",
            )
        },
        kept="answer",
        calendar=True,
    ),
    "england": Experiment(
        "the same at one to one: all 53 million residents of England",
        1,
        ask_one_to_one,
        answer,
        show,
        kept="answer",
        calendar=True,
        draws=False,
    ),
}
