"""The main job: scenarios compared on paired seeds."""

from __future__ import annotations

import platform
from dataclasses import dataclass, replace
from typing import Any

from .. import __version__
from ..analysis.comparison import Comparison, arms_for, compare
from ..model.places import Places
from ..model.scenario import Scenario, schedule
from ..model.version import model_version
from ..report.blocks import Block, Paragraph, Report, strong
from ..report.comparison import show as show_comparison
from ..report.words import counted
from .experiment import Experiment, Model
from .request import Request


@dataclass(frozen=True)
class ComparisonQuestion:
    """Which scenarios are compared, on which places and seeds; the first is the reference. start:
    year and month of the first month.
    """

    scenarios: tuple[Scenario, ...]
    places: Places
    seeds: tuple[int, ...]
    months: int
    start: tuple[int, int]

    def announcement(self) -> tuple[Block, ...]:
        """What is said before anything runs."""
        first, *others = (scenario.title for scenario in self.scenarios)
        rest = f" and {', '.join(others)}" if others else ""
        seeds = f"{len(self.seeds)} paired seeds" if len(self.seeds) > 1 else "one seed"
        focus = self.places.focus
        inside = " inside England" if focus.count < self.places.count else ""
        size = (
            f"{counted(focus.count, 'place')}{inside}, {int(focus.citizens.sum()):,} citizens, "
            f"{counted(self.months, 'month')}, {seeds}"
        )
        read = [Paragraph((f"{note[0].upper()}{note[1:]}.",)) for note in self.places.notes]
        return (*read, Paragraph((strong(first), f"{rest}: {size}")))


@dataclass(frozen=True)
class ComparisonAnswer:
    """A comparison, and all that it takes to run it again."""

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
    return ComparisonQuestion(
        tuple(scenarios), request.places, tuple(request.seeds), request.months, request.start
    )


def ask_one_to_one(request: Request) -> ComparisonQuestion:
    """The same with two scenarios only, as every resident is simulated."""
    question = ask(request)
    return replace(question, scenarios=question.scenarios[:2])


def answer(question: ComparisonQuestion, model: Model) -> ComparisonAnswer:
    """Run every scenario with every seed and take the contrasts."""
    runs = len(question.scenarios) * len(question.seeds)
    with model.bar(runs, question.months) as progress:
        comparison = compare(
            question.scenarios,
            question.places,
            question.seeds,
            question.months,
            model.workers,
            progress,
            question.start,
        )
    return ComparisonAnswer(comparison, resolved(comparison, question.places))


def resolved(comparison: Comparison, places: Places) -> dict[str, Any]:
    """All that is needed to run a comparison again."""
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
    ),
}
