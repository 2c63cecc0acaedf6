"""`experiment=theories`: the same policies under every rival theory, on two grounds."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ..analysis import theories as analysis
from ..analysis.robustness import AS_SET, OTHER_RULE, rival_rules
from ..analysis.theories import State
from ..analysis.two_by_two import ALIKE, CELLS, USUAL
from ..evidence.posterior import Rates
from ..foundation.checks import checked_flag
from ..foundation.errors import BadInput, brief
from ..model.scenario import Scenario
from ..report import theories as words
from ..report.blocks import Block, Figure, Paragraph, Report, strong
from ..report.contrasts import HEADLINES
from ..report.words import counted
from .drawn import both_ways
from .experiment import Experiment, Model, Option
from .paired import paired_seeds, refuse_scenario, scenarios_named
from .request import Request

QUICK_SEEDS = 6
NULL = "no_copying"
"""The rule under which nobody copies: what spreads then was found alike by many."""
SPREADS = ("spread", "spread_delivered", "spread_mean")


@dataclass(frozen=True)
class TheoriesQuestion:
    """The policies, and the seeds."""

    scenarios: tuple[Scenario, ...]
    seeds: tuple[int, ...]
    months: int
    rates: Rates | None = None

    @functools.cached_property
    def rules(self) -> dict[str, dict[str, Any]]:
        """The settings of each rival rule."""
        return rival_rules(self.scenarios)

    def announcement(self) -> tuple[Block, ...]:
        """What is said before anything runs."""
        rest = (
            f": {counted(len(self.scenarios), 'policy', 'policies')} under "
            f"{counted(len(self.rules), 'rule')} on two grounds, "
            f"{counted(len(self.seeds), 'paired seed')}"
        )
        return (Paragraph((strong("Policies under rival theories"), rest)),)


@dataclass(frozen=True)
class Theories:
    """What was asked; a row per ground, rule, policy and outcome; and a row per policy
    and outcome.
    """

    question: TheoriesQuestion
    regrets: pd.DataFrame
    largest: pd.DataFrame
    copying: pd.DataFrame


def ask(request: Request) -> TheoriesQuestion:
    """Read and check the options; raises `BadInput`."""
    refuse_scenario(request, "; name policies with experiment.policies")
    seeds = paired_seeds(request)
    given = request.options["policies"]
    names = list(CELLS) if given is None else given
    if not isinstance(names, list) or len(set(map(str, names))) != len(names) or len(names) < 2:
        raise BadInput(
            f"experiment.policies = {brief(given)} is not allowed; allowed: two or more different "
            "scenarios, such as [coalition_2010,total_place]"
        )
    for name, _ in ALIKE.changes:
        if name in request.changes:
            raise BadInput(f"parameters.{name} cannot be set: the second ground sets it")
    scenarios = scenarios_named(request, names)
    if len({scenario.name for scenario in scenarios}) < len(scenarios):
        raise BadInput("experiment.policies: two scenarios have the same name")
    quick = checked_flag("experiment.quick", request.options["quick"])
    seeds = seeds[:QUICK_SEEDS] if quick and request.config["seeds"] is None else seeds
    return TheoriesQuestion(scenarios, seeds, request.months, request.rates)


def points_of(
    question: TheoriesQuestion,
) -> tuple[pd.DataFrame, dict[tuple[State, str], int]]:
    """Every policy in every state, and the number of each point."""
    rows: list[dict[str, Any]] = []
    numbers = {}
    for ground, changes in ((USUAL, {}), (ALIKE.name, dict(ALIKE.changes))):
        for rule, sets in question.rules.items():
            for scenario in question.scenarios:
                usual = scenario.parameters
                names = (OTHER_RULE, *dict(ALIKE.changes))
                values = {name: getattr(usual, name) for name in names}
                numbers[(ground, rule), scenario.name] = len(rows)
                rows.append({"scenario": scenario.name, **values, **changes, **sets})
    return pd.DataFrame(rows), numbers


def answer(question: TheoriesQuestion, model: Model) -> Theories:
    """Run every policy in every state and work out regrets."""
    points, numbers = points_of(question)
    runs, drawn = both_ways(model, points, question.seeds, question.rates)
    table = analysis.regrets(runs, numbers, HEADLINES, drawn)
    copied = analysis.by_copying(runs, numbers, SPREADS, (AS_SET, NULL))
    return Theories(question, table, analysis.largest_regrets(table), copied)


def show(found: Theories) -> Report:
    """The answer as a report."""
    from ..report.figures import theories as drawn

    titles = {scenario.name: scenario.title for scenario in found.question.scenarios}
    figures = (
        Figure("largest", "Largest regret", lambda: drawn.largest(found.largest, titles)),
        Figure(
            "regrets", "Regret under every theory", lambda: drawn.regrets(found.regrets, titles)
        ),
    )
    seeds = len(found.question.seeds)
    return words.show(found.regrets, found.largest, found.copying, titles, seeds, figures)


EXPERIMENTS = {
    "theories": Experiment(
        "policies under every rival theory: which is best, and regret",
        20,
        ask,
        answer,
        show,
        {
            "policies": Option(
                None,
                "the scenarios to choose among (default: centre or places, with or without the "
                "reforms)",
            ),
            "quick": Option(False, f"true: {QUICK_SEEDS} seeds only; a minute or two"),
        },
    )
}
