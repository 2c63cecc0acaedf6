"""`experiment=tipping`: at which level of a lever an outcome crosses a threshold, and whether the
way back is the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from rich.table import Table

from ..analysis.tipping.answer import Tipping
from ..analysis.tipping.crossing import Curve, grid_of, search
from ..analysis.tipping.hysteresis import WayBack, journeys, read_way_back, why_not
from ..foundation.checks import checked_flag, finite_number, whole_number
from ..foundation.errors import BadInput
from ..foundation.files import write_tables, write_text
from ..model.outcomes import checked_outcome
from ..model.parameters import FIELDS
from ..report.tipping_in_words import sentences, summary
from ..sweeps.factors import Factor, factor_for
from .experiment import OUTCOME, Experiment, Option
from .request import Request

MOST_LEVELS = 101


@dataclass(frozen=True)
class Asked:
    """The options, checked."""

    lever: Factor
    outcome: str
    threshold: float
    grid: int
    across: Factor | None
    values: tuple[float, ...]
    hysteresis: bool
    hold: int

    @classmethod
    def of(cls, request: Request) -> Asked:
        """Read and check the options; raises `BadInput`."""
        given = request.options
        lever = lever_from("experiment.lever", given["lever"], given["low"], given["high"])
        outcome = checked_outcome(given["outcome"])
        threshold = finite_number("experiment.threshold", given["threshold"], -1e9, 1e9)
        whole_number(
            "experiment.grid", given["grid"], 3, MOST_LEVELS, "for the levels of the first look"
        )
        whole_number(
            "experiment.across_values",
            given["across_values"],
            2,
            MOST_LEVELS,
            "for the values of the second parameter",
        )
        whole_number(
            "experiment.hold",
            given["hold"],
            1,
            600,
            "for the months at each step of the way up and down",
        )
        across = second_parameter(given["across"])
        if across is not None and across.name == lever.name:
            raise BadInput(
                f"experiment.across = {across.name} is the lever itself; name another parameter"
            )
        if len(request.seeds) < 3:
            raise BadInput(
                f"seeds = {len(request.seeds)} is not allowed for tipping; allowed: 3 or more, for "
                f"the interval comes from the seeds"
            )
        for month, changes in request.scenario.timeline:
            for factor in (lever, across):
                if factor is not None and factor.name in dict(changes):
                    raise BadInput(
                        f"scenario = {request.scenario.name} changes {factor.name} in month "
                        f"{month}, so it cannot be moved here; take another "
                        "scenario"
                    )
        values = (
            grid_of(across.low, across.high, given["across_values"], across.kind == "integer")
            if across
            else []
        )
        hysteresis = checked_flag("experiment.hysteresis", given["hysteresis"])
        return cls(
            lever,
            outcome,
            threshold,
            given["grid"],
            across,
            tuple(values),
            hysteresis,
            given["hold"],
        )


def lever_from(option: str, name: Any, low: Any, high: Any) -> Factor:
    """A parameter over its own bounds, or within them from `low` to `high`."""
    if not isinstance(name, str) or name not in FIELDS:
        factor_for(str(name))
        raise BadInput(f"{option} = {name!r} is not allowed; allowed: the name of one parameter")
    meta = FIELDS[name].metadata
    return factor_for(
        name, (meta["low"] if low is None else low, meta["high"] if high is None else high)
    )


def second_parameter(given: Any) -> Factor | None:
    """`cuts`, or `{cuts: [0, 0.4]}`."""
    if given is None:
        return None
    if isinstance(given, str):
        return factor_for(given)
    if isinstance(given, Mapping) and len(given) == 1:
        ((name, bounds),) = given.items()
        return factor_for(str(name), bounds)
    raise BadInput(
        f"experiment.across = {given!r} is not allowed; allowed: a parameter such as cuts, or with "
        f"its range {{cuts:[0,0.4]}}"
    )


def run(request: Request) -> int:
    """Search, look at the way back, write and say what was found; the exit code."""
    asked = Asked.of(request)
    begun = request.unanswered()
    if begun is None:
        return 0
    question, folder = begun
    second = f", across {asked.across.label}" if asked.across else ""
    request.say(
        f"[bold]Tipping map[/]: at which {asked.lever.label} does {asked.outcome} cross "
        f"{asked.threshold:g}{second}? {len(request.seeds)} common seeds"
    )
    with request.sweep(question, folder) as sweep:

        def ask(wanted: list[tuple[int, float]]) -> np.ndarray:
            points = pd.DataFrame(
                [
                    {
                        **(
                            {asked.across.name: proper(asked.across, asked.values[line])}
                            if asked.across
                            else {}
                        ),
                        asked.lever.name: proper(asked.lever, level),
                    }
                    for line, level in wanted
                ]
            )
            values = (
                sweep.run(points, request.seeds)[asked.outcome].to_numpy().reshape(len(wanted), -1)
            )
            if sweep.failures:
                raise Unfinished
            return values

        curves = attempted(
            lambda: search(
                asked.lever.low,
                asked.lever.high,
                asked.lever.kind == "integer",
                asked.threshold,
                ask,
                max(1, len(asked.values)),
                asked.grid,
            )
        )
    if curves is None:
        request.say("No tipping map is given: a level with missing runs would be misplaced")
        return request.report_failures(sweep, folder)
    reason = (
        why_not(asked.lever.name, asked.outcome)
        if asked.hysteresis
        else "The way back was not asked for (experiment.hysteresis=false)."
    )
    code, way_back = (0, None) if reason else look_back(request, asked, folder)
    if code:
        return code
    found = Tipping(
        asked.lever,
        asked.outcome,
        request.months,
        len(request.seeds),
        tuple(curves),
        asked.across,
        asked.values,
        way_back,
        reason,
    )
    report(request, found, folder)
    return 0


class Unfinished(Exception):
    """Some runs did not end well, so a search cannot go on."""


def attempted(search_now) -> list[Curve] | None:
    """What a search finds, or None if it could not go on."""
    try:
        return search_now()
    except Unfinished:
        return None


def proper(factor: Factor, value: float) -> int | float:
    """A level as the parameter wants it."""
    return int(value) if factor.kind == "integer" else float(value)


def look_back(request: Request, asked: Asked, folder: Path) -> tuple[int, WayBack | None]:
    """Run the way up and down, and the runs that stay at each level, in a sweep of their own below
    the folder; the exit code and what was found.
    """
    levels = np.array(grid_of(asked.lever.low, asked.lever.high, 5, asked.lever.kind == "integer"))
    scenarios = journeys(request.scenario, asked.lever.name, levels, asked.hold)
    months = (2 * len(levels) - 1) * asked.hold
    longer = Request(
        {**request.config, "months": months, "keep": ["history"]}, request.command, request.console
    )
    below = folder / "way_back"
    with longer.sweep(longer.simulation(*scenarios), below) as sweep:
        sweep.run(
            pd.DataFrame({"scenario": [scenario.name for scenario in scenarios]}), request.seeds
        )
    if sweep.failures:
        return longer.report_failures(sweep, below), None
    history = pd.read_parquet(below / "history.parquet")
    return 0, read_way_back(history, asked.outcome, levels, asked.hold, list(request.seeds))


def report(request: Request, found: Tipping, folder: Path) -> None:
    """Tables, figures and summary into the folder; crossings and the answer to the console."""
    from ..report.figures.tipping import draw_all

    tables = {"levels": found.levels(), "crossings": found.crossings()}
    if found.way_back is not None:
        tables["way_back"] = found.way_back.table()
    write_tables(folder, **tables)
    names = [path.stem for path in draw_all(found, folder / "figures")]
    write_text(summary(found, names, request.command), folder / "summary.md")
    if found.across is not None and len(tables["crossings"]):
        request.console.print(shown(found))
    for sentence in sentences(found):
        request.say(sentence)
    request.say(f"Summary, figures and tables: [bold]{folder}[/]")


def shown(found: Tipping) -> Table:
    """Crossings against the second parameter."""
    from ..report.tipping_in_words import direction, interval, level_of

    assert found.across is not None
    table = Table(title=f"Where {found.outcome} crosses {found.threshold:g}", title_justify="left")
    for heading in (found.across.label, found.lever.label, "95% interval", "as it rises"):
        table.add_column(heading)
    for value, curve in zip(found.values, found.curves):
        crossings = curve.crossings()
        for crossing in crossings:
            table.add_row(
                f"{value:.3g}",
                level_of(found, crossing),
                interval(found, crossing),
                direction(crossing),
            )
        if not crossings:
            table.add_row(
                f"{value:.3g}", "none", "", "always above" if curve.side(0) > 0 else "never above"
            )
    return table


EXPERIMENTS = {
    "tipping": Experiment(
        "at which level of one parameter an outcome crosses a threshold, and whether the way back "
        "is the same",
        20,
        options={
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
        carried_out=run,
    )
}
