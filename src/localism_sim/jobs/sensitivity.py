"""The sensitivity experiments from the command line: sobol, morris, pawn, delta, rbd_fast.

The sweep's folder belongs to the design: another outcome of the same design is analysed from the
runs that are there. Below it each outcome has its own folder:

    results/sobol-<date>-<mark>/
      runs.parquet, ledger.parquet, manifest.json   the sweep
      summary.md                                    in short, for every outcome analysed so far
      <outcome>/summary.md                          the answer in words
      <outcome>/indices.csv, pairs.csv, ranking.csv, convergence.csv, noise.csv, and the same as
      .parquet and in tables.xlsx
      <outcome>/figures/                            bars with intervals, map of interactions,
      convergence
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..foundation.checks import checked_flag
from ..foundation.errors import BadInput, brief
from ..foundation.files import write_text
from ..foundation.folders import file_checksum
from ..model.outcomes import checked_outcome
from ..model.parameters import FIELDS
from ..model.scenario import Scenario
from ..report.blocks import (
    Block,
    Figure,
    Heading,
    Paragraph,
    Points,
    Report,
    Table,
    code,
    link,
    points,
    strong,
)
from ..report.markdown import page
from ..report.words import counted, outcome_title
from ..sweeps.factors import PLACEBO, Factor
from ..sweeps.question import digest
from .experiment import Experiment, Model, Option, design_options
from .request import Request
from .size import refuse_too_many
from .varying import overruled, varied

if TYPE_CHECKING:
    from ..analysis.sensitivity.designs import Design
    from ..analysis.sensitivity.indices import SensitivityResult

MARK = "analysis.json"
"""A file in an outcome's folder, written last: it says which runs were analysed."""


@dataclass(frozen=True)
class SensitivityQuestion:
    """Which outcomes are analysed, over which factors. design: of
    points. ground: what the runs have in common, in words.
    """

    outcomes: tuple[str, ...]
    factors: tuple[Factor, ...]
    base: Scenario
    seeds: tuple[int, ...]
    ground: tuple[Block, ...]
    size: str
    design: Design

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        """The one scenario in which parameters are varied."""
        return (self.base,)

    def announcement(self) -> tuple[Block, ...]:
        """What is said before anything runs."""
        from ..report.sensitivity import size_of

        rest = f": {size_of(self.design, len(self.seeds))}; {self.size}"
        return (Paragraph((strong(self.design.how.title), rest)),)


@dataclass(frozen=True)
class SensitivityAnswer:
    """What was found for each outcome, and why some could not be analysed."""

    question: SensitivityQuestion
    results: tuple[SensitivityResult, ...]
    refused: tuple[str, ...]


def ask(request: Request) -> SensitivityQuestion:
    """Read and check the options; raises `BadInput`."""
    outcomes = outcomes_given(request.options["outcome"])
    factors = varied(request, request.options["placebos"])
    design = design_of(request, factors)
    refuse_too_many(len(request.seeds), least_rows(design))
    return SensitivityQuestion(
        tuple(outcomes),
        factors,
        request.scenario,
        tuple(request.seeds),
        how_it_was_made(request, factors),
        f"{counted(request.places.count, 'place')}, {counted(request.months, 'month')}",
        design,
    )


def outcomes_given(given: Any) -> list[str]:
    """The outcome, or list of outcomes, in question."""
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


def least_rows(design: Design) -> int:
    """Different rows that a design has at least, told without making it: half of those in which
    something changes that takes any value; placebos and whole numbers repeat rows.
    """
    if all(factor.kind != "real" for factor in design.factors):
        return 1
    changing = {
        factor.group if design.grouped else factor.name
        for factor in design.factors
        if factor.kind != PLACEBO
    }
    return design.samples * design.how.block(len(changing), design.pairs) // 2


def identified(request: Request, question: SensitivityQuestion) -> Request:
    """The request as its runs identify it: ranges written out wherever they came from, the scenario
    by its content, and no matter which outcome.
    """
    ranges = {factor.name: [factor.low, factor.high] for factor in question.factors}
    options = {name: value for name, value in request.options.items() if name != "outcome"}
    base = question.base
    ground = digest([base.parameters.as_dict(), base.timeline, base.variants])
    return replace(
        request,
        config={
            **request.config,
            "experiment": {**options, "kind": request.kind, "vary": ranges, "ground": ground},
        },
    )


def analysed(folder: Path, outcome: str) -> bool:
    """Whether the folder holds the analysis of an outcome from the runs that it holds now."""
    try:
        return json.loads((folder / outcome / MARK).read_text(encoding="utf-8"))[
            "runs"
        ] == file_checksum(folder / "runs.parquet")
    except (OSError, ValueError, KeyError, TypeError):
        return False


def answer(question: SensitivityQuestion, model: Model) -> SensitivityAnswer:
    """Evaluate the design and analyse each outcome."""
    from ..analysis.sensitivity.designs import evaluate
    from ..analysis.sensitivity.indices import analyse

    runs = evaluate(question.design, model.runs, question.seeds)
    results, refused = [], []
    for outcome in question.outcomes:
        try:
            results.append(analyse(question.design, runs, outcome))
        except BadInput as error:
            refused.append(str(error))
    return SensitivityAnswer(question, tuple(results), tuple(refused))


def show(found: SensitivityAnswer) -> Report:
    """The answer as a report, a part for each outcome; `BadInput` if none could be analysed."""
    if not found.results:
        raise BadInput(
            f"{'; '.join(found.refused)}. The runs are kept: another experiment.outcome needs no "
            f"new ones"
        )
    short: list[Block] = []
    for result in found.results:
        short += printed(result, overruled(result.design.factors, found.question.base))
    short += [Paragraph((strong("Not analysed: "), reason)) for reason in found.refused]
    return Report(
        "Sensitivity analysis",
        tuple(short),
        parts={result.outcome: part(result, found.question) for result in found.results},
        complete=not found.refused,
    )


def printed(result: SensitivityResult, overruled_by: tuple[str, ...]) -> tuple[Block, ...]:
    """The ranked table and what may be concluded from it, narrow enough for a terminal."""
    from ..report import sensitivity as words

    notes = (*result.notes, *overruled_by)
    return (
        words.ranked_table(result, narrow=True),
        Paragraph((*words.legend(result), " ±: half of the 95% interval.")),
        *words.conclusions(result),
        *((points(*notes),) if notes else ()),
    )


def part(result: SensitivityResult, question: SensitivityQuestion) -> Report:
    """The report of one outcome."""
    from ..report import sensitivity as words

    return Report(
        words.title(result),
        short=(
            Paragraph(words.question_in_words(result)),
            words.ranked_table(result),
            Paragraph(words.legend(result)),
            *words.conclusions(result),
            *words.beware(result.notes),
        ),
        details=(*figures(result), *question.ground),
        tables=words.frames(result),
    )


def figures(result: SensitivityResult) -> tuple[Figure, ...]:
    """The figures that the result allows."""
    from ..report.figures import sensitivity as drawn

    return tuple(
        Figure(name, name.replace("_", " "), partial(drawn.FIGURES[name], result))
        for name in drawn.drawable(result)
    )


def unit_of(factor: Factor) -> str:
    """The unit of a parameter."""
    return FIELDS[factor.name].metadata["unit"]


def how_it_was_made(request: Request, factors: tuple[Factor, ...]) -> tuple[Block, ...]:
    """How the runs were made: ranges, fixed parameters, places, months, seeds."""
    stays = "".join(f"; {name} = {value}" for name, value in request.changes.items())
    rows = tuple(
        (each.label, f"{each.low:g}", f"{each.high:g}", unit_of(each), each.meaning)
        for each in factors
        if each.kind != PLACEBO
    )
    seeds = ", ".join(str(seed) for seed in request.seeds)
    return (
        Heading("How this was made"),
        Points(
            (
                f"Ground: {request.scenario.title}{stays}; what is not in the table stays as it is "
                f"there",
                *overruled(factors, request.scenario),
                f"{counted(request.places.count, 'place')} with "
                f"{int(request.places.citizens.sum()):,} simulated citizens, "
                f"{counted(request.months, 'month')}",
                f"Seeds: {seeds}",
            )
        ),
        Table(("parameter", "from", "to", "unit", "meaning"), rows, align="lrrll"),
    )


def holds(question: SensitivityQuestion, folder: Path) -> bool:
    """Whether the folder holds the analysis of every outcome in question."""
    return all(analysed(folder, outcome) for outcome in question.outcomes)


def apart(question: SensitivityQuestion, folder: Path) -> set[str]:
    """Folders of outcomes that are not in question now."""
    return {path.parent.name for path in folder.glob(f"*/{MARK}")} - set(question.outcomes)


def mark(found: SensitivityAnswer, folder: Path) -> None:
    """Note which runs each outcome was analysed from, and write the summary of the whole folder:
    every outcome analysed so far from the runs that are there.
    """
    from ..report.sensitivity import in_short

    for result in found.results:
        noted = {
            "runs": file_checksum(folder / "runs.parquet"),
            "outcome": result.outcome,
            "in_short": in_short(result),
        }
        write_text(json.dumps(noted, indent=1) + "\n", folder / result.outcome / MARK)
    write_text(overview(folder, found.question.design.how.title), folder / "summary.md")


def overview(folder: Path, method: str) -> str:
    """In short, every outcome of this sweep that was analysed from its current runs."""
    blocks: list[Block] = [
        Paragraph(
            (
                "The runs are in ",
                code("runs.parquet"),
                ", how each ended in ",
                code("ledger.parquet"),
                ".",
            )
        )
    ]
    for path in sorted(folder.glob(f"*/{MARK}")):
        outcome = path.parent.name
        if analysed(folder, outcome):
            noted = json.loads(path.read_text(encoding="utf-8"))
            blocks += [
                Heading(outcome_title(outcome)),
                Paragraph(noted["in_short"]),
                Paragraph(link("Details", f"{outcome}/summary.md")),
            ]
    return page(method, blocks)


GROUPED = Option(False, "true: whole groups of parameters instead of single ones")
OUTCOMES_ASKED = Option(
    "spread",
    "the outcome that is asked about, or several: [spread,quality_mean]; --help=all lists them",
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
        ask,
        answer,
        show,
        options(samples, counted, **more),
        identified=identified,
        holds=holds,
        apart=apart,
        afterwards=mark,
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
