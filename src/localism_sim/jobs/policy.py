"""`experiment=policy`: which mix of levers serves citizens best on several outcomes, robustly?"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from ..analysis import policy as analysis
from ..analysis.discovery.boxes import library
from ..analysis.two_by_two import CELLS
from ..foundation.checks import checked_flag, whole_number
from ..foundation.errors import BadInput, brief
from ..model.parameters import Parameters
from ..model.scenario import Scenario, schedule
from ..report import policy as words
from ..report.blocks import Block, Figure, Paragraph, Report, strong
from ..report.words import counted
from ..sweeps.factors import Factor, factors_from
from .experiment import Experiment, Model, Option
from .paired import scenarios_named
from .request import Request
from .varying import ranges_given

LEVERS = (
    "autonomy",
    "chain_length",
    *Parameters.names("recommendation"),
    "ring_fence",
    "two_way_alignment",
    "innovation_agency",
    "pooled_budgets",
    "city_regions",
    "innovation_fund",
)
"""What a government can set. How able the centre is, who leads and what the press says are not
among it.
"""
QUICK = {"evaluations": 120, "population": 24, "draws": 4}
QUICK_SEEDS = 16


@dataclass(frozen=True)
class PolicyQuestion:
    """Which levers are mixed in which scenario, the named mixes that it starts from, and how long
    it goes on. seeds: the first `draws` are for the search, the others judge. drawn: whether each
    seed draws its rates.
    """

    factors: tuple[Factor, ...] = field(repr=False)
    base: Scenario
    named: tuple[tuple[str, tuple[tuple[str, float], ...]], ...]
    evaluations: int
    population: int
    draws: int
    seeds: tuple[int, ...]
    drawn: bool

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        """The one scenario in which levers are set."""
        return (self.base,)

    @property
    def held_out(self) -> tuple[int, ...]:
        """The seeds, and with them the draws, that judge."""
        return self.seeds[self.draws :]

    @property
    def runs(self) -> int:
        """The most runs that the answer can take."""
        generations = -(-self.evaluations // self.population) + 1
        search = generations * self.population * self.draws
        return search + (self.evaluations + len(self.named)) * len(self.held_out)

    def announcement(self) -> tuple[Block, ...]:
        """What is said before anything runs."""
        rates = "draws of the rates" if self.drawn else "seeds, with the rates as they are set"
        rest = (
            f": {counted(len(self.factors), 'lever')} in {self.base.title}, "
            f"{self.evaluations:,} mixes on {self.draws} {rates}; {len(self.held_out)} others judge"
        )
        return (Paragraph((strong("Search for a mix of levers"), rest)),)


def sizes(request: Request) -> tuple[dict[str, int], tuple[int, ...]]:
    """How long the search goes on, and the seeds; with `quick` the small sizes."""
    given = {name: request.options[name] for name in QUICK}
    usual = {name: OPTIONS[name].default for name in QUICK}
    seeds = tuple(request.seeds)
    if checked_flag("experiment.quick", request.options["quick"]):
        for name, value in given.items():
            if value != usual[name]:
                raise BadInput(
                    f"experiment.{name} = {value} is not allowed with experiment.quick=true, which "
                    "sets it; give one or the other"
                )
        given = dict(QUICK)
        seeds = seeds[:QUICK_SEEDS] if request.config["seeds"] is None else seeds
    whole_number("experiment.population", given["population"], 8, 1000, "for a generation")
    whole_number(
        "experiment.evaluations",
        given["evaluations"],
        given["population"],
        100_000,
        "for mixes to be tried",
    )
    whole_number(
        "experiment.draws", given["draws"], 2, len(seeds) - 2, "for seeds of the search among all"
    )
    return given, seeds


def ask(request: Request) -> PolicyQuestion:
    """Read and check the options; raises `BadInput`."""
    if len(request.seeds) < 4:
        raise BadInput(
            f"seeds = {len(request.seeds)} is not allowed for policy; give four or more: two for "
            "the search and two that judge"
        )
    library("platypus", "policy")
    size, seeds = sizes(request)
    given = ranges_given(request.options["vary"])
    if given is None:
        given = {name: None for name in LEVERS if name not in request.changes}
    cells = scenarios_named(request, CELLS)
    base = request.scenario if request.config["scenario"] is not None else cells[0]
    try:
        factors = factors_from(given, 0, base.parameters, request.changes)
    except BadInput as error:
        raise BadInput(f"experiment.vary: {error}") from None
    schedule(base.parameters, base.timeline, request.months)
    if any(cell.name == base.name and cell != base for cell in cells):
        raise BadInput(
            f"scenario = {brief(request.config['scenario'])} has the name of {base.name}, one of "
            f"the mixes that it is set against; make it a file with another name"
        )
    as_it_is = {base.name: base} | {cell.name: cell for cell in cells}
    named = tuple(
        (name, tuple((f.name, getattr(scenario.parameters, f.name)) for f in factors))
        for name, scenario in as_it_is.items()
    )
    inside = tuple(
        (name, mix)
        for name, mix in named
        if all(f.low <= value <= f.high for f, (_, value) in zip(factors, mix))
    )
    if not inside or inside[0][0] != base.name:
        raise BadInput(
            f"experiment.vary: the ranges leave out how {base.name} stands; widen them, so that "
            "mixes can be held against things as they are"
        )
    return PolicyQuestion(
        factors, base, inside, **size, seeds=seeds, drawn=request.rates is not None
    )


@dataclass(frozen=True)
class Policy:
    """What was asked; a row a mix with its levers, how it did on draws that the search had not
    seen, and `name` where it is a named one.
    """

    question: PolicyQuestion
    table: pd.DataFrame
    shown: dict[str, int]
    luck: pd.DataFrame


def answer(question: PolicyQuestion, model: Model) -> Policy:
    """Search, then judge what was found by draws that the search has not seen."""

    def outcomes(mixes: pd.DataFrame, seeds: tuple[int, ...]) -> np.ndarray:
        runs = model.runs(mixes, seeds)
        values = runs[list(analysis.OBJECTIVES)].to_numpy(float)
        return values.reshape(len(mixes), len(seeds), len(analysis.OBJECTIVES))

    start = [dict(mix) for _, mix in question.named]
    found = analysis.searched(
        question.factors,
        lambda mixes: outcomes(mixes, question.seeds[: question.draws]).mean(axis=1),
        start,
        question.population,
        question.evaluations,
        question.seeds[0],
    )
    mixes = pd.concat([pd.DataFrame(start), found], ignore_index=True).astype(found.dtypes)
    mixes = mixes.drop_duplicates(ignore_index=True)
    values = outcomes(mixes, question.held_out)
    table = pd.concat([mixes, analysis.judged(values, reference=0)], axis=1)
    names = pd.Series({k: name for k, (name, _) in enumerate(named_once(question))})
    table.insert(0, "name", names.reindex(table.index).fillna(""))
    return Policy(question, table, analysis.chosen(table), intervals(values))


def named_once(question: PolicyQuestion) -> list[tuple[str, Any]]:
    """The named mixes, one of each."""
    once: dict[Any, str] = {}
    for name, mix in question.named:
        once.setdefault(mix, name)
    return [(name, mix) for mix, name in once.items()]


def intervals(values: np.ndarray) -> pd.DataFrame:
    """A row a mix and objective: the paired difference from things as they are (mix 0) over the
    draws that judge: its mean with the 95% interval, and between which values it lies at 95 of 100
    draws.
    """
    from ..analysis.intervals import mean_interval

    rows = []
    for mix in range(len(values)):
        for k, name in enumerate(analysis.OBJECTIVES):
            each = values[mix, :, k] - values[0, :, k]
            mean, low, high = mean_interval(each)
            least, most = np.quantile(each, [0.025, 0.975])
            rows.append(
                {
                    "mix": mix,
                    "outcome": name,
                    "difference": mean,
                    "low": low,
                    "high": high,
                    "draws_low": float(least),
                    "draws_high": float(most),
                }
            )
    return pd.DataFrame(rows)


def show(found: Policy) -> Report:
    """The answer as a report."""
    from ..report.figures import policy as drawn

    question = found.question
    told = words.Told(
        found.table,
        found.shown,
        found.luck,
        question.factors,
        question.base.title,
        question.evaluations,
        question.draws,
        len(question.held_out),
        question.drawn,
    )
    return words.show(
        told, (Figure("mixes", "The mixes, and how they do", lambda: drawn.mixes(told)),)
    )


OPTIONS = {
    "vary": Option(
        None,
        "which levers, as names, groups or ranges such as {autonomy:[0,1]}; default: autonomy, "
        "chain_length, the recommendations and what a government sets besides",
    ),
    "evaluations": Option(900, "mixes that the search tries"),
    "population": Option(60, "mixes in a generation"),
    "draws": Option(8, "seeds, each with its draw of the rates, that the search sees"),
    "quick": Option(False, "true: a small search of two minutes, to see how it goes"),
}

EXPERIMENTS = {
    "policy": Experiment(
        "which mix of levers does best on quality, gap, worst tenth, harm and cost, and how "
        "robustly?",
        48,
        ask,
        answer,
        show,
        OPTIONS,
        most=lambda question: question.runs,
    )
}
