"""The sensitivity experiments from the command line: sobol, morris, pawn, delta, rbd_fast.

The sweep's folder belongs to the design: another outcome of the same design is analysed from the
runs that are there. Below it each outcome has its own folder:

    results/sobol-<date>-<mark>/
      runs.parquet, ledger.parquet, manifest.json   the sweep
      summary.md                                    in short, for every outcome analysed so far
      <outcome>/summary.md                          the answer in words
      <outcome>/indices.csv, pairs.csv, ranking.csv, convergence.csv, noise.csv, and the same as
      .parquet
      <outcome>/figures/                            bars with intervals, map of interactions,
      convergence
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..foundation.checks import checked_flag
from ..foundation.errors import BadInput, brief
from ..foundation.files import write_table, write_text
from ..foundation.folders import file_checksum
from ..model.outcomes import checked_outcome
from ..model.parameters import FIELDS
from ..sweeps.factors import PLACEBO, Factor
from ..sweeps.question import Simulation, digest
from .experiment import Experiment, Option, design_options
from .request import Request
from .varying import overruled, varied

if TYPE_CHECKING:
    from ..analysis.sensitivity.designs import Design
    from ..analysis.sensitivity.indices import SensitivityResult

MARK = "analysis.json"
"""In an outcome's folder, written last: which runs were analysed."""


def run(request: Request) -> int:
    """Sweep the design, or go on with it; analyse each outcome; write and print. 1 if runs did not
    end well or an outcome cannot be analysed.
    """
    outcomes, factors = (
        outcomes_given(request.options["outcome"]),
        varied(request, request.options["placebos"]),
    )
    about = with_ranges(request, factors)
    question = about.simulation()
    before = about.begun(question.identity())
    if (
        before
        and all(analysed(before, outcome) for outcome in outcomes)
        and about.answered(question, before, others(before, outcomes))
    ):
        return 0
    return carry_out(about, question, outcomes, factors)


def carry_out(
    request: Request, question: Simulation, outcomes: list[str], factors: tuple[Factor, ...]
) -> int:
    """What is left to do when the answer is not there yet.

    SALib, which takes a second to load, is loaded here.
    """
    from ..analysis.sensitivity.designs import evaluate
    from ..analysis.sensitivity.indices import analyse
    from ..report.sensitivity_in_words import counted
    from ..report.words import outcome_title

    design = design_of(request, factors)
    folder = request.folder(question.identity())
    request.take(folder, question.identity(), True)
    request.say(
        f"[bold]{design.how.title}[/]: {counted(design, len(request.seeds))}; "
        f"{request.places.count} places, {request.months} months"
    )
    with request.sweep(question, folder) as sweep:
        runs = evaluate(design, sweep.run, request.seeds)
    if code := request.report_failures(sweep, folder):
        request.say(
            "No indices: estimated without these runs they would be wrong. The same command tries "
            "these runs again"
        )
        return code
    refused = []
    for outcome in outcomes:
        with request.console.status(f"Analysing {outcome_title(outcome).lower()}"):
            try:
                result = analyse(design, runs, outcome)
            except BadInput as error:
                refused.append(str(error))
                continue
            write(result, folder, request)
        show(result, request)
        request.say(f"Summary, figures and tables: [bold]{folder / outcome}[/]")
    write_text(overview(folder, request), folder / "summary.md")
    return told(refused, len(outcomes), folder, request)


def told(refused: list[str], asked: int, folder: Path, request: Request) -> int:
    """Say which outcomes could not be analysed; the exit code. `BadInput` if none could."""
    if len(refused) == asked:
        raise BadInput(
            f"{'; '.join(refused)}. The runs are kept in {folder}: another experiment.outcome "
            f"needs no new ones"
        )
    for each in refused:
        request.say(f"[bold]Not analysed:[/] {each}")
    return 1 if refused else 0


def outcomes_given(given: Any) -> list[str]:
    """The outcome, or the list of outcomes, that is asked about."""
    names = given if isinstance(given, list) else [given]
    if not names or not all(isinstance(name, str) for name in names):
        raise BadInput(
            f"experiment.outcome = {brief(given)} is not allowed; allowed: the name of an outcome, "
            f"or a list such as [spread,quality_mean]"
        )
    return list(dict.fromkeys(checked_outcome(name) for name in names))


def design_of(request: Request, factors: tuple[Factor, ...]) -> Design:
    """The design that a request asks for; raises `BadInput`."""
    from ..analysis.sensitivity.designs import Design

    options = request.options
    flags = {
        name: checked_flag(f"experiment.{name}", options[name])
        for name in ("grouped", "second_order")
        if name in options
    }
    try:
        return Design(request.kind, factors, options["samples"], **flags)
    except BadInput as error:
        raise BadInput(
            f"experiment.{error}" if str(error).startswith(("samples", "grouped")) else str(error)
        ) from None


def with_ranges(request: Request, factors: tuple[Factor, ...]) -> Request:
    """The request as its runs identify it: ranges written out wherever they came from, the scenario
    by its content, and no matter which outcome.
    """
    ranges = {factor.name: [factor.low, factor.high] for factor in factors}
    options = {name: value for name, value in request.options.items() if name != "outcome"}
    ground = digest([request.scenario.parameters.as_dict(), request.scenario.timeline])
    return replace(
        request,
        config={
            **request.config,
            "experiment": {**options, "kind": request.kind, "vary": ranges, "ground": ground},
        },
    )


def others(folder: Path, outcomes: list[str]) -> set[str]:
    """Folders of outcomes that are not asked about now."""
    return {path.parent.name for path in folder.glob(f"*/{MARK}")} - set(outcomes)


def analysed(folder: Path, outcome: str) -> bool:
    """Whether the folder holds the analysis of an outcome from the very runs that are there."""
    try:
        return json.loads((folder / outcome / MARK).read_text(encoding="utf-8"))[
            "runs"
        ] == file_checksum(folder / "runs.parquet")
    except (OSError, ValueError, KeyError, TypeError):
        return False


def tables(result: SensitivityResult) -> dict[str, pd.DataFrame]:
    """What is written, by name: indices (a row a factor or group), pairs, ranking (neighbours),
    convergence, noise (one row).
    """
    design, noise = result.design, result.noise
    indices = result.table.reset_index()
    if not design.grouped:
        for column in ("high", "low"):
            indices.insert(
                3,
                column,
                indices["name"].map(
                    {factor.name: float(getattr(factor, column)) for factor in design.factors}
                ),
            )
    one = {
        "method": design.method,
        "samples": design.samples,
        "rows": design.rows,
        "different_points": result.different_points,
        "seeds": len(noise.seeds),
        "mean": result.mean,
        "deviation": result.deviation,
        "placebo": result.floor,
        "share": noise.share,
        "share_low": noise.low,
        "share_high": noise.high,
        "in_means": noise.in_means,
        "in_means_low": noise.in_means_low,
        "in_means_high": noise.in_means_high,
    }
    found = {
        "indices": indices,
        "ranking": result.ranking,
        "convergence": result.convergence,
        "noise": pd.DataFrame([one]),
    }
    if result.pairs is not None:
        found["pairs"] = result.pairs
    for table in found.values():
        table.insert(0, "outcome", result.outcome)
    return found


def write(result: SensitivityResult, folder: Path, request: Request) -> None:
    """Tables, figures and summary of one outcome; its mark last."""
    from ..report.figures.sensitivity import draw_all, drawable
    from ..report.sensitivity_in_words import describe, in_short

    place = folder / result.outcome
    (place / MARK).unlink(missing_ok=True)
    for name, table in tables(result).items():
        write_table(table, place / f"{name}.parquet")
        write_text(table.to_csv(index=False), place / f"{name}.csv")
    draw_all(result, place / "figures")
    images = "\n\n".join(f"![{name}](figures/{name}.png)" for name in drawable(result))
    write_text(f"{describe(result)}\n{images}\n\n{made_how(result, request)}", place / "summary.md")
    mark = {
        "runs": file_checksum(folder / "runs.parquet"),
        "outcome": result.outcome,
        "in_short": in_short(result),
    }
    write_text(json.dumps(mark, indent=1) + "\n", place / MARK)


def made_how(result: SensitivityResult, request: Request) -> str:
    """What the runs were: ranges, what stayed, places, months, seeds, command."""
    scenario, changes = request.scenario, request.changes
    rows = [
        f"| {factor.label} | {factor.low:g} | {factor.high:g} | "
        f"{FIELDS[factor.name].metadata['unit']} | {factor.meaning} |"
        for factor in result.design.factors
        if factor.kind != PLACEBO
    ]
    stays = "".join(f"; {name} = {value}" for name, value in changes.items())
    notes = "".join(f"- {note}\n" for note in overruled(result.design.factors, scenario))
    return (
        "## How this was made\n\n"
        f"- Ground: {scenario.title}{stays}; what is not in the table stays as it is there\n{notes}"
        f"- {request.places.count} places with {int(request.places.citizens.sum()):,} simulated "
        f"citizens, {request.months} months\n"
        f"- Seeds: {', '.join(str(seed) for seed in result.noise.seeds)}\n- Command: "
        f"`{request.command}`\n\n"
        "| parameter | from | to | unit | meaning |\n| --- | --- | --- | --- | --- |\n"
        + "\n".join(rows)
        + "\n"
    )


def overview(folder: Path, request: Request) -> str:
    """In short, for every outcome of this sweep that was analysed from the runs that are there."""
    from ..report.words import outcome_title

    lines = [
        f"# Sensitivity analysis: {request.kind}",
        f"Made by `{request.command}`. The runs are in `runs.parquet`, how each ended in "
        f"`ledger.parquet`.",
    ]
    for path in sorted(folder.glob(f"*/{MARK}")):
        outcome = path.parent.name
        if analysed(folder, outcome):
            mark = json.loads(path.read_text(encoding="utf-8"))
            lines.append(
                f"## {outcome_title(outcome)}\n\n{mark['in_short']}\n\n"
                f"[Details]({outcome}/summary.md)"
            )
    return "\n\n".join(lines) + "\n"


def show(result: SensitivityResult, request: Request) -> None:
    """The ranked table and what may be concluded from it."""
    from rich.box import SIMPLE_HEAD
    from rich.markdown import Markdown
    from rich.table import Table

    from ..report.sensitivity_in_words import printed_words, ranked_cells
    from ..report.words import outcome_title

    head, rows = ranked_cells(result, narrow=True)
    shown = Table(
        title=f"What moves {outcome_title(result.outcome).lower()}",
        title_justify="left",
        box=SIMPLE_HEAD,
        title_style="bold",
    )
    for number, heading in enumerate(head):
        least = (
            None if number == 1 else max(len(cells[number]) for cells in rows)
        )  # a number is never cut off; a name may go over two lines
        shown.add_column(
            heading.replace(" ", "\n", 1),
            justify="left" if number == 1 else "right",
            no_wrap=number != 1,
            min_width=least,
        )
    for cells in rows:
        shown.add_row(*cells, style="dim" if cells[-1] != "yes" else "")
    request.console.print(shown)
    request.console.print(
        Markdown(
            printed_words(
                result, (*result.notes, *overruled(result.design.factors, request.scenario))
            )
        )
    )


GROUPED = Option(False, "true: whole groups of parameters instead of single ones")
OUTCOMES_ASKED = Option(
    "spread", "the outcome that is asked about, or several: [spread,quality_mean]; --help lists all"
)
PLACEBOS = Option(
    1, "how many factors to add that do not enter the model: they show the noise floor"
)


def options(samples: int, meaning: str, **more: Option) -> dict[str, Option]:
    """Options of a sensitivity analysis."""
    return {
        **design_options(samples, meaning),
        "outcome": OUTCOMES_ASKED,
        **more,
        "placebos": PLACEBOS,
    }


def analysis(meaning: str, samples: int, counted: str, **more: Option) -> Experiment:
    """One method of sensitivity analysis as an experiment."""
    return Experiment(
        f"which parameters matter: {meaning}",
        2,
        options=options(samples, counted, **more),
        carried_out=run,
    )


EXPERIMENTS = {
    "sobol": analysis(
        "shares of variance, alone and together (Sobol, Saltelli)",
        256,
        "N, a power of two; runs N x (2 x parameters + 2) points",
        grouped=GROUPED,
        second_order=Option(True, "false: skip interactions, half the runs"),
    ),
    "morris": analysis(
        "elementary effects, for a cheap first look (Morris)",
        64,
        "number of trajectories; runs N x (parameters + 1) points",
        grouped=GROUPED,
    ),
    "pawn": analysis("change of the whole distribution (PAWN)", 2048, "number of points"),
    "delta": analysis("moment-independent delta (Borgonovo)", 2048, "number of points"),
    "rbd_fast": analysis(
        "first-order shares by Fourier analysis (RBD-FAST)", 2048, "number of points"
    ),
}
