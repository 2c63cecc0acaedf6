"""`experiment=replicate`: paired seeds are added until the interval of an outcome, or of the
difference between two scenarios, is narrow enough.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..analysis.comparison import MAIN_ARMS, arms_for
from ..analysis.replication import FIRST, Replications, replicate
from ..foundation.checks import checked_flag, finite_number, whole_number
from ..foundation.errors import BadInput, brief
from ..model.outcomes import checked_outcome
from ..model.scenario import Scenario, load_scenario, schedule
from ..report import replication as words
from ..report.blocks import Block, Figure, Heading, Paragraph, Report, code, points, strong
from ..report.words import outcome_title
from .experiment import OUTCOME, Experiment, Model, Option
from .request import MOST_SEEDS, Request


@dataclass(frozen=True)
class ReplicationQuestion:
    """How narrow an interval is wanted, of which outcome, and how many seeds may be used.
    scenarios: the one in question and, for a difference, the one to subtract.
    """

    scenarios: tuple[Scenario, ...]
    outcome: str
    half_width: float
    most: int
    months: int
    seeds: tuple[int, ...]

    def announcement(self) -> tuple[Block, ...]:
        """What is said before anything runs."""
        titles = " less ".join(scenario.title for scenario in self.scenarios)
        rest = f", {titles}: seeds until the 95% interval is within ±{self.half_width:g}"
        return (Paragraph((strong(outcome_title(self.outcome)), rest)),)


def ask(request: Request) -> ReplicationQuestion:
    """Read and check the options; raises `BadInput`."""
    given = request.options
    outcome = checked_outcome(given["outcome"])
    half_width = finite_number("experiment.half_width", given["half_width"], 1e-9, 1e9)
    most = given["most"]
    whole_number("experiment.most", most, FIRST, MOST_SEEDS, "for the largest number of seeds")
    scenarios = scenarios_of(request)
    return ReplicationQuestion(
        scenarios, outcome, half_width, most, request.months, tuple(request.seeds)
    )


def scenarios_of(request: Request) -> tuple[Scenario, ...]:
    """The scenario in question and, unless the outcome itself is wanted, the one to compare it
    with.
    """
    against = request.options["against"]
    if not checked_flag("experiment.difference", request.options["difference"]):
        if against is not None:
            raise BadInput(
                f"experiment.against = {against!r} is not allowed with experiment.difference = "
                f"false, which compares with nothing"
            )
        return (request.scenario,)
    given = request.config["scenario"]
    reference, chosen = (
        arms_for(given)
        if given is not None
        else tuple(load_scenario(name) for name in MAIN_ARMS[:2])
    )
    if against is not None:
        reference = load_scenario(against)
    if reference.name == chosen.name:
        raise BadInput(
            f"experiment.against = {against!r} is the scenario itself; name another one"
            if against is not None
            else f"scenario = {brief(given)} has the name of its baseline, {reference.name}; give "
            f"its file another name"
        )
    found = tuple(scenario.with_parameters(**request.changes) for scenario in (chosen, reference))
    for scenario in found:
        schedule(scenario.parameters, scenario.timeline, request.months)
    return found


def more_seeds(first: list[int], count: int) -> list[int]:
    """The seeds given, followed by the next whole numbers that are not among them,
    `count` in all.
    """
    given = set(first)
    added = (seed for seed in range(max(first) + 1, max(first) + 1 + count) if seed not in given)
    return [*first, *added][:count]


def answer(question: ReplicationQuestion, model: Model) -> Replications:
    """Add seeds until the interval is narrow enough, or `most` were used."""
    names = [scenario.name for scenario in question.scenarios]
    points = pd.DataFrame({"scenario": names})
    tables: list[pd.DataFrame] = []

    def values_of(count: int) -> np.ndarray:
        new = more_seeds(list(question.seeds), count)[sum(map(len, tables)) :]
        runs = model.runs(points, new)
        tables.append(runs.pivot(index="seed", columns="point", values=question.outcome).loc[new])
        together = pd.concat(tables).to_numpy()
        return together[:, 0] - together[:, 1] if len(names) > 1 else together[:, 0]

    looks = replicate(values_of, question.half_width, len(question.seeds), question.most)
    values = pd.concat(tables).set_axis(names, axis=1).reset_index()
    if len(names) > 1:
        values["difference"] = values[names[0]] - values[names[1]]
    return Replications(
        question.scenarios,
        question.outcome,
        question.half_width,
        question.most,
        question.months,
        values,
        tuple(looks),
    )


FILES = (
    code("looks.csv"),
    " holds every look, ",
    code("values.csv"),
    " a row per seed, ",
    code("runs.parquet"),
    " every run with all outcomes.",
)
"""Which file holds what."""


def show(found: Replications) -> Report:
    """The answer as a report."""
    from ..report.figures.replication import narrowing

    return Report(
        "How many seeds does the answer need?",
        short=(
            Paragraph(words.question_in_words(found)),
            words.looks_table(found),
            Heading("The answer"),
            points(*words.sentences(found)),
        ),
        details=(
            Figure("narrowing", "The interval as seeds were added", lambda: narrowing(found)),
            Heading("How it was stopped"),
            Paragraph(words.how_it_stopped(found)),
            Paragraph(
                "The interval covers chance inside the model. It does not cover doubt about the "
                "model."
            ),
            Paragraph(FILES),
        ),
        tables={"looks": words.looks_frame(found), "values": found.values},
    )


EXPERIMENTS = {
    "replicate": Experiment(
        "add paired seeds until a difference is known well enough",
        30,
        ask,
        answer,
        show,
        {
            "outcome": Option("quality_mean", OUTCOME.meaning),
            "half_width": Option(0.01, "half-width of the 95% interval that is asked for"),
            "most": Option(2000, "stop at this number of seeds in any case"),
            "difference": Option(
                True, "false: the outcome itself instead of its difference from another scenario"
            ),
            "against": Option(
                None,
                "the scenario to compare with (default: the scenario's baseline; without a "
                "scenario: localist against centralist)",
            ),
        },
        most=lambda question: question.most * len(question.scenarios),
    )
}
