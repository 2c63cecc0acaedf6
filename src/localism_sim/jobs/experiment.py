"""The shape of every kind of experiment: asked, answered, shown.

A kind of experiment is one module of this folder that holds `EXPERIMENTS`, a dictionary of names
to `Experiment`; the catalogue finds it there, and with it the command line, its help and its
completion. Three functions make it:

    ask(request) -> question       reads and checks the options; raises `BadInput`; runs nothing
    answer(question, model) -> answer   asks the model and analyses; no console, no files
    show(answer) -> Report         tables and findings as blocks (`report.blocks`)

Question and answer are frozen dataclasses of the job's own. The question has `scenarios`, the
scenarios that the model runs, and `announcement()`, what the terminal says before anything runs.
`jobs.running` does the rest: the folder, resuming, failed runs, printing, summary, figures, tables.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

from ..sweeps.question import digest
from .inputs import content_checksum

if TYPE_CHECKING:
    import pandas as pd

    from ..model.scenario import Scenario
    from ..report.blocks import Block, Report


@dataclass(frozen=True)
class Option:
    """An option of an experiment (`experiment.<name>=...`): its default and its meaning."""

    default: Any
    meaning: str


class Question(Protocol):
    """What was asked, read and checked."""

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        """The scenarios that the model runs; a point of a design may name one of them."""
        ...

    def announcement(self) -> tuple[Block, ...]:
        """What the terminal says before anything runs."""
        ...


class Model(Protocol):
    """The model as an answer sees it. If runs that an answer needs did not end well, the methods
    raise `Unfinished`, and there is no answer.
    """

    workers: int | None

    def runs(self, points: pd.DataFrame, seeds: Sequence[int]) -> pd.DataFrame:
        """Every point (a row each: parameters, and `scenario` where there are several) with every
        seed: `point`, `seed` and the outcomes, a row for each run. May be called again.
        """
        ...

    def histories(
        self, part: str, scenarios: Sequence[Scenario], months: int, seeds: Sequence[int]
    ) -> pd.DataFrame:
        """Monthly outcomes of whole scenarios over months of their own, a row for each run and
        month: `point` (number of the scenario), `seed`, `month` and the outcomes. part: a name for
        these runs among those of the same question.
        """
        ...

    def bar(
        self, total: int, parts: int
    ) -> contextlib.AbstractContextManager[Callable[[int], None] | None]:
        """A progress bar for answers that run the model themselves, as `foundation.progress.bar`
        has it.
        """
        ...


class Unfinished(Exception):
    """Runs that an answer needs did not end well."""


def by_its_scenarios(request: Any, question: Any) -> Any:
    """The request together with what its scenarios say, wherever their names stand: edited, they
    make another question.
    """
    said = digest([content_checksum(each) for each in question.scenarios])
    experiment = {**request.config["experiment"], "ground": said}
    return replace(request, config={**request.config, "experiment": experiment})


def usual_simulation(request: Any, question: Any) -> Any:
    """The model with the question's scenarios, on the request's places and months."""
    return request.simulation(*question.scenarios)


def always_answered(question: Any, folder: Path) -> bool:
    """True: this folder answers the question."""
    return True


def none_apart(question: Any, folder: Path) -> Collection[str]:
    """Empty: all folders below belong to the question."""
    return ()


def do_nothing(answer: Any, folder: Path) -> None:
    """Do nothing."""


@dataclass(frozen=True)
class Experiment:
    """One kind of question that can be put to the model.

    meaning: a line for the help. seeds: how many, if none are given. kept: `sweep` where the runs
    are kept one by one so that a stopped experiment goes on; `answer` where only the answer is
    written; `nothing` where it is only said. calendar: whether the answer tells months by the
    calendar, so that `start` matters. most: the largest number of runs, for an experiment that asks
    for more in the light of those it has; None where all are asked for at once. seconds: about how
    long a run of the question takes one thread, where a run has places and months of its own; None
    where it has the request's.

    simulation(request, question) is what a sweep evaluates (`sweeps.question.Question`); by default
    the model with the question's scenarios.

    Four more functions for an experiment that answers several questions from the same runs:
    identified(request, question) is the request by which the folder is found again, by default with
    what the question's scenarios say; holds(question,
    folder) tells whether a finished folder answers this question too, and apart(question, folder)
    which folders below it belong to other questions; afterwards(answer, folder) is
    called when everything is written.
    """

    meaning: str
    seeds: int
    ask: Callable[[Any], Any]
    answer: Callable[[Any, Model], Any]
    show: Callable[[Any], Report]
    options: dict[str, Option] = field(default_factory=dict)
    kept: Literal["sweep", "answer", "nothing"] = "sweep"
    seconds: Callable[[Any], float] | None = None
    calendar: bool = False
    draws: bool = True
    most: Callable[[Any], int] | None = None
    simulation: Callable[[Any, Any], Any] = usual_simulation
    identified: Callable[[Any, Any], Any] = by_its_scenarios
    holds: Callable[[Any, Path], bool] = always_answered
    apart: Callable[[Any, Path], Collection[str]] = none_apart
    afterwards: Callable[[Any, Path], None] = do_nothing


OUTCOME = Option("spread", "the outcome that is asked about; --help=all lists them")
VARY = Option(
    None,
    "what to vary: names or groups such as [cuts,trust] or [headline,problem], ranges such as "
    "{cuts:[0,0.4]}, or a YAML file of ranges; "
    "default: headline conditions, problem and the eleven recommendations",
)


def design_options(samples: int, meaning: str, **more: Option) -> dict[str, Option]:
    """Options of an experiment on a design of points."""
    return {"samples": Option(samples, meaning), "outcome": OUTCOME, "vary": VARY, **more}
