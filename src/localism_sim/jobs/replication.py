"""`experiment=replicate`: paired seeds are added until the interval of an outcome, or of a
difference of two scenarios, is narrower than asked.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from rich.table import Table

from ..analysis.comparison import MAIN_ARMS, arms_for
from ..analysis.replication import COCHRAN, FIRST, IN_A_ROW, Replications, needed, replicate
from ..analysis.sensitivity.designs import whole_number
from ..analysis.statistics import saved_in_words
from ..foundation.errors import BadInput
from ..foundation.files import write_tables, write_text
from ..model.outcomes import checked_outcome
from ..model.scenario import Scenario, load_scenario, schedule
from ..report.sensitivity_in_words import number, outcome_title
from .request import MOST_SEEDS, Request, checked_flag


def finite_number(name: str, value: object, least: float, most: float) -> float:
    """A finite number within limits, else `BadInput`."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not least <= value <= most:
        raise BadInput(
            f"{name} = {value!r} is not allowed; allowed: a number from {least:g} to {most:g}"
        )
    return float(value)


def scenarios_of(request: Request) -> tuple[Scenario, ...]:
    """The scenario asked about and, unless the outcome itself is asked for, the one to compare it
    with.
    """
    against, alone = (
        request.options["against"],
        not checked_flag("experiment.difference", request.options["difference"]),
    )
    if alone:
        if against is not None:
            raise BadInput(
                f"experiment.against = {against!r} is not allowed with experiment.difference = "
                f"false, which compares with nothing"
            )
        return (request.scenario,)
    given = request.config["scenario"]
    reference, chosen = (
        arms_for(given) if given else tuple(load_scenario(name) for name in MAIN_ARMS[:2])
    )
    if against is not None:
        reference = load_scenario(against)
    if reference.name == chosen.name:
        raise BadInput(f"experiment.against = {against!r} is the scenario itself; name another one")
    found = tuple(scenario.with_parameters(**request.changes) for scenario in (chosen, reference))
    for scenario in found:
        schedule(scenario.parameters, scenario.timeline, request.months)
    return found


def more_seeds(first: list[int], count: int) -> list[int]:
    """The seeds given, then the next whole numbers that are not among them, `count` in all."""
    given = set(first)
    added = (seed for seed in range(max(first) + 1, max(first) + 1 + count) if seed not in given)
    return [*first, *added][:count]


def run(request: Request) -> int:
    """Add seeds, write the looks, a figure and a summary, say what was found; the exit code."""
    outcome = checked_outcome(request.options["outcome"])
    half_width = finite_number("experiment.half_width", request.options["half_width"], 1e-9, 1e9)
    most = request.options["most"]
    whole_number("experiment.most", most, FIRST, MOST_SEEDS, "for the largest number of seeds")
    scenarios = scenarios_of(request)
    begun = request.unanswered(*scenarios)
    if begun is None:
        return 0
    question, folder = begun
    request.say(
        f"[bold]{outcome_title(outcome)}[/], {' less '.join(s.title for s in scenarios)}: seeds "
        f"until the 95% interval is within ±{half_width:g}"
    )
    points = pd.DataFrame({"scenario": [scenario.name for scenario in scenarios]})
    columns: list[pd.DataFrame] = []
    with request.sweep(question, folder) as sweep:

        def values_of(count: int) -> np.ndarray | None:
            new = more_seeds(request.seeds, count)[sum(map(len, columns)) :]
            table = (
                sweep.run(points, new).pivot(index="seed", columns="point", values=outcome).loc[new]
            )
            if sweep.failures:
                return None
            columns.append(table)
            together = pd.concat(columns).to_numpy()
            return together[:, 0] - together[:, 1] if len(scenarios) > 1 else together[:, 0]

        looks = replicate(values_of, half_width, len(request.seeds), most)
    if sweep.failures:
        request.say("No interval is given: runs that are missing may be those that differ")
        return request.report_failures(sweep, folder)
    values = (
        pd.concat(columns).set_axis([scenario.name for scenario in scenarios], axis=1).reset_index()
    )
    if len(scenarios) > 1:
        values["difference"] = values[scenarios[0].name] - values[scenarios[1].name]
    report(
        request,
        Replications(scenarios, outcome, half_width, most, request.months, values, tuple(looks)),
        folder,
    )
    return 0


def report(request: Request, found: Replications, folder: Path) -> None:
    """Tables, figure and summary into the folder; the looks and the answer to the console."""
    from ..report.figures.replication import narrowing
    from ..report.figures.style import save

    looks = pd.DataFrame(
        [
            {
                "seeds": look.count,
                "mean": look.mean,
                "low": look.low,
                "high": look.high,
                "half_width": look.half_width,
                "skewness": look.skewness,
                "met": look.met,
            }
            for look in found.looks
        ]
    )
    write_tables(folder, looks=looks, values=found.values)
    save(narrowing(found), folder / "figures" / "narrowing")
    write_text(summary(found, request.command), folder / "summary.md")
    shown = Table(title="Mean and 95% interval as seeds were added", title_justify="left")
    for heading in ("Seeds", "Mean", "95% interval", "half-width"):
        shown.add_column(heading, justify="right")
    for look in found.looks:
        shown.add_row(
            f"{look.count:,}",
            found.shown(look.mean),
            f"{found.shown(look.low)} to {found.shown(look.high)}",
            found.shown(look.half_width),
        )
    request.console.print(shown)
    for sentence in sentences(found):
        request.say(sentence)
    request.say(f"Summary, figure and tables: [bold]{folder}[/]")


def sentences(found: Replications) -> list[str]:
    """The answer, what pairing saved, and what to do if the width was not reached."""
    last, others = found.last, found.scenarios[1:]
    sure = (
        ""
        if not others
        else " The interval leaves out zero."
        if last.low > 0 or last.high < 0
        else " The interval includes zero: no clear difference."
    )
    lines = [
        f"{found.subject} is {found.shown(last.mean)} (95% interval {found.shown(last.low)} to "
        f"{found.shown(last.high)}), from {last.count:,} "
        f"{'pairs of runs' if others else 'runs'}.{sure}"
    ]
    contrast = found.contrast
    if contrast is not None:
        lines.append(saved_in_words(contrast.saved, contrast.pairs))
    if not found.reached:
        lines.append(
            f"Not yet within ±{found.half_width:g}: {last.count:,} seeds give "
            f"±{found.shown(last.half_width)}; it would take about "
            f"{needed(last, found.half_width):,}. Give "
            f"experiment.most={2 * needed(last, found.half_width)} or a wider "
            f"experiment.half_width."
        )
    return lines


def summary(found: Replications, command: str) -> str:
    """The summary as Markdown."""
    others = found.scenarios[1:]
    asked = f"How large is *{outcome_title(found.outcome)}* in **{found.scenarios[0].title}**" + (
        f", less that in **{others[0].title}**?" if others else "?"
    )
    lines = [
        "# How many seeds does the answer need?",
        "",
        f"{asked} Seeds were added until the 95% interval was within ±{found.half_width:g}, at "
        f"most {found.most:,}; {found.months} months each.",
        "",
        "## The answer",
        "",
        *[f"- {sentence}" for sentence in sentences(found)],
        "",
        "![The interval as seeds were added](figures/narrowing.png)",
        "",
        "## How it was stopped",
        "",
        f"No interval was believed before {FIRST} seeds. Skewness g asks for {COCHRAN:g} g² seeds "
        f"or more (Cochran 1977); here g = "
        f"{number(found.last.skewness)}. The interval had to be narrow enough at {IN_A_ROW} looks "
        f"in a row, a tenth more seeds apart (Hoad, Robinson & "
        "Davies 2010), and is corrected for skewness (Willink 2005). In simulations such intervals "
        "hold the true mean 93 to 95 times in 100 for "
        "moderately skewed values, and about 91 times for heavy tails.",
        "",
        "The interval covers chance inside the model. It does not cover doubt about the model.",
        "",
        "`looks.csv` holds every look, `values.csv` a row a seed, `runs.parquet` every run with "
        "all outcomes.",
        "",
        "## How to repeat it",
        "",
        "```bash",
        command,
        "```",
        "",
    ]
    return "\n".join(lines)
