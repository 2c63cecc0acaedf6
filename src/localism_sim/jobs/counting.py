"""The size of a job, found by asking the question with a model that only counts."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ..foundation.machine import processors
from ..model.outcomes import OUTCOMES
from .catalogue import EXPERIMENTS
from .size import Planned, Size, extent

if TYPE_CHECKING:
    import pandas as pd

    from ..model.scenario import Scenario
    from .experiment import Experiment, Question
    from .request import Request

PLACE_COLUMNS = 9
"""Columns of a table that has a row per place."""


class Counted(Exception):
    """Raised with the runs that an answer asks for first."""

    def __init__(self, runs: int, months: int | None, kept: int = 0):
        self.runs, self.months, self.kept = runs, months, kept


class Counting:
    """A model that runs nothing: it counts what is asked for first, and stops the answer there
    (`Counted`).
    """

    workers: int | None = None

    def runs(self, points: pd.DataFrame, seeds: Sequence[int]) -> pd.DataFrame:
        """See `Model`."""
        raise Counted(len(points) * len(seeds), None)

    def histories(
        self, part: str, scenarios: Sequence[Scenario], months: int, seeds: Sequence[int]
    ) -> pd.DataFrame:
        """See `Model`."""
        raise Counted(len(scenarios) * len(seeds), months, months * len(OUTCOMES))

    @contextlib.contextmanager
    def bar(self, total: int, parts: int) -> Iterator[Callable[[int], None] | None]:
        """See `Model`."""
        raise Counted(total, None)
        yield None


def planned(request: Request, scenarios: Sequence[Scenario], runs: int, months: int) -> Planned:
    """That many runs with a request's settings."""
    history, by_place = months * len(OUTCOMES), PLACE_COLUMNS * request.places.focus.count
    kept = (
        history + by_place
        if EXPERIMENTS[request.kind].kept == "answer"
        else sum(
            {"history": history, "by_place": months * by_place}[name]
            for name in request.config["keep"] or ()
        )
    )
    worlds = (extent(each.parameters, request.places, months) for each in scenarios)
    return Planned(runs, months, max(worlds, key=lambda world: world.room), kept)


def size_of(request: Request, experiment: Experiment, question: Question) -> Size | None:
    """What a question needs before it is answered; None if it asks for no runs.

    The answer is started with a model that only counts, so that no kind of experiment has to
    describe its size separately.
    """
    try:
        experiment.answer(question, Counting())
    except Counted as found:
        runs, months = found.runs, found.months or request.months
    else:
        return None
    part = planned(request, question.scenarios, runs, months)
    if experiment.seconds is not None:
        part = replace(part, takes=experiment.seconds(question))
    workers = request.config["workers"] or processors()
    most = experiment.most(question) if experiment.most is not None else None
    return Size(
        (part,),
        workers,
        experiment.kept == "sweep",
        most if most and most > runs else None,
        len(request.seeds),
        request.places.scale,
        "without experiment=england, " if request.kind == "england" else "",
    )
