"""`experiment=tipping`: at which level of a lever an outcome crosses a threshold, and whether the
way back is the same.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ..analysis.tipping.answer import Tipping
from ..analysis.tipping.crossing import PIECES, grid_of, search
from ..analysis.tipping.hysteresis import Hysteresis, journeys, ladder, read_hysteresis, why_not
from ..foundation.checks import checked_flag, finite_number, whole_number
from ..foundation.errors import BadInput
from ..model.outcomes import checked_outcome
from ..model.parameters import FIELDS
from ..model.scenario import Scenario, schedule
from ..report import tipping as words
from ..report.blocks import Block, Figure, Heading, Paragraph, Report, points, strong
from ..report.words import counted
from ..sweeps.factors import Factor, factor_for
from .experiment import OUTCOME, Experiment, Model, Option
from .request import Request

MOST_LEVELS = 101
WAY_BACK_LEVELS = 5
WHOLE = (
    ("grid", 3, MOST_LEVELS, "for the levels of the first look"),
    ("across_values", 2, MOST_LEVELS, "for the values of the second parameter"),
    ("hold", 1, 600, "for the months at each step of the way up and down"),
)
"""Options that are whole numbers: name, least, most, purpose."""


@dataclass(frozen=True)
class TippingQuestion:
    """Which lever is moved, between which levels, and which threshold the outcome may cross.
    across, values: a second parameter and its values, if one is given. hold: months at each level
    on the way up and back. base: the scenario in which the lever is moved.
    """

    lever: Factor
    outcome: str
    threshold: float
    grid: int
    across: Factor | None
    values: tuple[float, ...]
    hysteresis: bool
    hold: int
    base: Scenario
    months: int
    seeds: tuple[int, ...]

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        """The one scenario in which the lever is moved."""
        return (self.base,)

    def announcement(self) -> tuple[Block, ...]:
        """What is said before anything runs."""
        second = f", across {self.across.label}" if self.across else ""
        rest = (
            f": at which {self.lever.label} does {self.outcome} cross {self.threshold:g}{second}? "
            f"{counted(len(self.seeds), 'common seed')}"
        )
        return (Paragraph((strong("Tipping map"), rest)),)


def ask(request: Request) -> TippingQuestion:
    """Read and check the options; raises `BadInput`."""
    given = request.options
    lever = lever_from("experiment.lever", given["lever"], given["low"], given["high"])
    outcome = checked_outcome(given["outcome"])
    threshold = finite_number("experiment.threshold", given["threshold"], -1e9, 1e9)
    for name, least, most, purpose in WHOLE:
        whole_number(f"experiment.{name}", given[name], least, most, purpose)
    across = second_parameter(given["across"], lever)
    refuse_few_seeds(request)
    refuse_changing(request.scenario, lever, across)
    whole, count = across is not None and across.kind == "integer", given["across_values"]
    values = grid_of(across.low, across.high, count, whole) if across else []
    hysteresis = checked_flag("experiment.hysteresis", given["hysteresis"])
    question = TippingQuestion(
        lever,
        outcome,
        threshold,
        given["grid"],
        across,
        tuple(values),
        hysteresis,
        given["hold"],
        request.scenario,
        request.months,
        tuple(request.seeds),
    )
    if hysteresis and not why_not(lever.name, outcome):
        refuse_short_hold(question)
    return question


def refuse_short_hold(question: TippingQuestion) -> None:
    """Refuse a way up and back that is shorter than the scenario's own timeline, or on which a
    level is not allowed.
    """
    _, scenarios, months = way_of(question)
    try:
        for scenario in scenarios:
            schedule(scenario.parameters, scenario.timeline, months)
    except BadInput as error:
        raise BadInput(
            f"experiment.hold = {question.hold}: the way up and back takes {months} months, in "
            f"which {question.base.name} does not go: {error}. Give a longer hold, or "
            f"experiment.hysteresis=false"
        ) from None


def refuse_few_seeds(request: Request) -> None:
    """Refuse too few seeds for a useful interval."""
    if len(request.seeds) < 3:
        raise BadInput(
            f"seeds = {len(request.seeds)} is not allowed for tipping; allowed: 3 or more, for "
            f"the interval comes from the seeds"
        )


def refuse_changing(scenario: Scenario, *factors: Factor | None) -> None:
    """Refuse a parameter that the scenario's own timeline sets."""
    for month, changes in scenario.timeline:
        for factor in factors:
            if factor is not None and factor.name in dict(changes):
                raise BadInput(
                    f"scenario = {scenario.name} changes {factor.name} in month {month}, so it "
                    f"cannot be moved here; take another scenario"
                )


def lever_from(option: str, name: Any, low: Any, high: Any) -> Factor:
    """A parameter over its own bounds, or from `low` to `high` within them."""
    if not isinstance(name, str) or name not in FIELDS:
        factor_for(str(name))
        raise BadInput(f"{option} = {name!r} is not allowed; allowed: the name of one parameter")
    meta = FIELDS[name].metadata
    return factor_for(
        name, (meta["low"] if low is None else low, meta["high"] if high is None else high)
    )


def second_parameter(given: Any, lever: Factor) -> Factor | None:
    """The second parameter, given as `cuts` or `{cuts: [0, 0.4]}`; not the lever itself."""
    if given is None:
        return None
    found = named_or_ranged(given)
    if found.name == lever.name:
        raise BadInput(
            f"experiment.across = {found.name} is the lever itself; name another parameter"
        )
    return found


def named_or_ranged(given: Any) -> Factor:
    """A parameter, given by its name or with a range."""
    if isinstance(given, str):
        return factor_for(given)
    if isinstance(given, Mapping) and len(given) == 1:
        ((name, bounds),) = given.items()
        return factor_for(str(name), bounds)
    raise BadInput(
        f"experiment.across = {given!r} is not allowed; allowed: a parameter such as cuts, or with "
        f"its range {{cuts:[0,0.4]}}"
    )


def points_of(question: TippingQuestion, wanted: list[tuple[int, float]]) -> pd.DataFrame:
    """The settings of levels of the lever, each at a value of the second parameter, given by its
    number, if there is one.
    """
    lever, across = question.lever, question.across
    return pd.DataFrame(
        {
            **({across.name: proper(across, question.values[line])} if across else {}),
            lever.name: proper(lever, level),
        }
        for line, level in wanted
    )


def answer(question: TippingQuestion, model: Model) -> Tipping:
    """Search for the crossings, then examine the way up and back."""
    lever, across = question.lever, question.across

    def values_at(wanted: list[tuple[int, float]]) -> np.ndarray:
        runs = model.runs(points_of(question, wanted), question.seeds)
        return runs[question.outcome].to_numpy().reshape(len(wanted), -1)

    whole, lines = lever.kind == "integer", max(1, len(question.values))
    curves = search(
        lever.low, lever.high, whole, question.threshold, values_at, lines, question.grid
    )
    reason = "The way back was not asked for (experiment.hysteresis=false)."
    if question.hysteresis:
        reason = why_not(lever.name, question.outcome)
    return Tipping(
        lever,
        question.outcome,
        question.months,
        len(question.seeds),
        tuple(curves),
        across,
        question.values,
        None if reason else up_and_back(question, model),
        reason,
    )


def proper(factor: Factor, value: float) -> int | float:
    """A level as a number of the parameter's type."""
    return int(value) if factor.kind == "integer" else float(value)


def way_of(question: TippingQuestion) -> tuple[np.ndarray, tuple[Scenario, ...], int]:
    """The levels of the way up and back, its scenarios, and its months."""
    lever = question.lever
    levels = np.array(grid_of(lever.low, lever.high, WAY_BACK_LEVELS, lever.kind == "integer"))
    scenarios = journeys(question.base, lever.name, levels, question.hold)
    return levels, scenarios, len(ladder(levels)) * question.hold


def up_and_back(question: TippingQuestion, model: Model) -> Hysteresis:
    """Run the way up and down, and the runs that stay at each level."""
    levels, scenarios, months = way_of(question)
    history = model.histories("hysteresis", scenarios, months, question.seeds)
    return read_hysteresis(history, question.outcome, levels, question.hold, list(question.seeds))


def most_runs(question: TippingQuestion) -> int:
    """The largest number of runs: every level that bisection can reach, and the way back."""
    lever, gaps = question.lever, question.grid - 1
    halvings = max(0, math.ceil(math.log2(PIECES / gaps)))
    steps = lever.high - lever.low if lever.kind == "integer" else gaps * 2**halvings
    lines = max(1, len(question.values))
    back = 1 + WAY_BACK_LEVELS if question.hysteresis else 0
    return (lines * (int(steps) + 1) + back) * len(question.seeds)


def show(found: Tipping) -> Report:
    """The answer as a report."""
    tables = {"levels": found.levels(), "crossings": found.crossings()}
    if found.hysteresis is not None:
        tables["hysteresis"] = found.hysteresis.table()
    crossings = (
        (words.crossings_table(found),)
        if found.across is not None and len(tables["crossings"])
        else ()
    )
    return Report(
        "Where does it tip?",
        short=(
            Paragraph(words.question_in_words(found)),
            *crossings,
            Heading("The answer"),
            points(*words.sentences(found)),
        ),
        details=(*figures(found), *words.how_it_was_found(found)),
        tables=tables,
    )


def figures(found: Tipping) -> list[Figure]:
    """The figures that the answer allows."""
    from ..report.figures import tipping as drawn

    chosen = (
        Figure("curve", "The outcome against the lever", lambda: drawn.curve(found))
        if found.across is None
        else Figure("map", "Where the threshold is crossed", lambda: drawn.tipping_map(found))
    )
    if found.hysteresis is None:
        return [chosen]
    caption = "The way up and the way back"
    return [chosen, Figure("hysteresis", caption, lambda: drawn.hysteresis(found))]


EXPERIMENTS = {
    "tipping": Experiment(
        "at which level of one parameter an outcome crosses a threshold, and whether the way back "
        "is the same",
        20,
        ask,
        answer,
        show,
        {
            "outcome": OUTCOME,
            "lever": Option("autonomy", "the parameter that is moved"),
            "low": Option(None, "from (default: its lower bound)"),
            "high": Option(None, "to (default: its upper bound)"),
            "threshold": Option(0.5, "the outcome's threshold"),
            "grid": Option(9, "even levels of the first look, before bisection"),
            "across": Option(
                None,
                "a second parameter, such as cuts or {cuts:[0,0.4]}: the crossing is mapped over "
                "its range",
            ),
            "across_values": Option(7, "how many values of it"),
            "hysteresis": Option(True, "false: skip the way up and back"),
            "hold": Option(60, "months at each of five levels on the way up and back"),
        },
        most=most_runs,
    )
}
