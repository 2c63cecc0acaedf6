"""`experiment=trial`: can either side find a ground on which its own way is clearly better?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ..analysis import trial as analysis
from ..analysis.discovery.search import space_filling
from ..analysis.statistics import base
from ..analysis.trial import CENTRE, PLACES, SIDES
from ..foundation.checks import finite_number, power_of_two, whole_number
from ..foundation.errors import BadInput
from ..model.outcomes import OUTCOMES, checked_outcome
from ..model.parameters import Parameters
from ..model.scenario import Scenario, load_scenario
from ..report import trial as words
from ..report.blocks import Block, Figure, Paragraph, Report, strong
from ..report.words import counted, outcome_title
from ..sweeps.factors import Factor, factors_from
from .experiment import Experiment, Model, Option
from .request import Request
from .varying import timeline_start, varied

GROUNDS = (
    "trust",
    "cuts",
    "need_diversity",
    "complexity",
    "relational_depth",
    "central_capacity",
    "leadership",
    "reform_interest",
)
"""What neither side sets: money, the problem, and who is there."""
SHARED = (
    "chain_length",
    *Parameters.names("recommendation"),
    "two_way_alignment",
    "innovation_agency",
    "pooled_budgets",
    "innovation_fund",
)
LEVERS: dict[str, dict[str, tuple[float, float] | None]] = {
    PLACES: {"autonomy": (0.6, 1.0), **dict.fromkeys((*SHARED, "city_regions"))},
    CENTRE: {"autonomy": (0.0, 0.4), **dict.fromkeys(SHARED), "harmonise_after": (0, 120)},
}
"""What each side sets, with a range where it is narrower than the lever's own. Reforms are open to
both; devolution to city regions belongs to places, making the best local practice the standard for
all to the centre. Money is the same for both: with a ring fence the centre alone could undo deep
cuts, and every case of its own rested on that.
"""
NAMED = {
    PLACES: ("localist", "localist_with_capability"),
    CENTRE: ("centralist", "centralist_with_capability"),
}
"""Scenarios whose levers each side tries on every ground: its way of the main job, without and with
the reforms.
"""


@dataclass(frozen=True)
class TrialQuestion:
    """On which grounds and with which levers the sides search, on which seeds, and what has to be
    proved. seeds: the first `looks` are for the search, the others judge.
    """

    grounds: tuple[Factor, ...] = field(repr=False)
    levers: Mapping[str, tuple[Factor, ...]] = field(repr=False)
    base: Scenario
    outcome: str
    smallest: float
    samples: int
    looks: int
    seeds: tuple[int, ...]

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        """The one scenario in which the cases differ."""
        return (self.base,)

    @property
    def better(self) -> int:
        """1 where more of the outcome serves citizens, else -1."""
        return OUTCOMES[base(self.outcome)].better

    @property
    def judges(self) -> tuple[int, ...]:
        """The seeds that judge."""
        return self.seeds[self.looks :]

    @property
    def runs(self) -> int:
        """How many runs the answer takes."""
        opening = self.samples * (len(NAMED[PLACES]) + analysis.OPENING)
        finalists = len(SIDES) * analysis.FINALISTS
        search = opening + finalists * analysis.ROUNDS * analysis.CHILDREN
        judged = len(SIDES) * analysis.CASES * len(self.judges)
        return len(SIDES) * (search * self.looks + judged)

    def named(self, side: str) -> pd.DataFrame:
        """The levers of a side in the scenarios that it starts from, within its ranges."""
        rows = []
        for name in NAMED[side]:
            own = load_scenario(name).parameters
            rows.append(
                {f.name: min(max(getattr(own, f.name), f.low), f.high) for f in self.levers[side]}
            )
        return pd.DataFrame(rows)

    def announcement(self) -> tuple[Block, ...]:
        """What is said before anything runs: the burden of proof."""
        rest = (
            f": {self.samples:,} grounds of {counted(len(self.grounds), 'condition')}, on which "
            f"places and centre set {len(self.levers[PLACES])} levers each, on "
            f"{counted(self.looks, 'seed')}; each side brings its best {analysis.CASES} cases "
            f"before {len(self.judges)} other seeds. To be proved: "
            f"{outcome_title(self.outcome).lower()} better by {self.smallest:g} or more than under "
            "the other side's best answer, with the interval clear of zero"
        )
        return (Paragraph((strong("Places against the centre, on trial"), rest)),)


def ask(request: Request) -> TrialQuestion:
    """Read and check the options; raises `BadInput`."""
    given = request.options
    outcome = checked_outcome(given["outcome"])
    if OUTCOMES[base(outcome)].better == 0:
        raise BadInput(
            f"experiment.outcome = {outcome} is not allowed for a trial: neither more nor less of "
            "it is better for citizens"
        )
    smallest = finite_number("experiment.smallest", given["smallest"], 1e-9, 1e9)
    samples, looks = given["samples"], given["looks"]
    least = len(SIDES) * analysis.FINALISTS
    whole_number("experiment.samples", samples, least, 2**16, "for grounds")
    power_of_two("experiment.samples", samples)
    if len(request.seeds) < 4:
        raise BadInput(
            f"seeds = {len(request.seeds)} is not allowed for a trial; give four or more: two that "
            "judge at least"
        )
    whole_number("experiment.looks", looks, 1, len(request.seeds) - 2, "for seeds of the search")
    grounds = conditions(request)
    return TrialQuestion(
        grounds,
        {side: levers_of(side, request, grounds) for side in SIDES},
        request.scenario,
        outcome,
        smallest,
        samples,
        looks,
        tuple(request.seeds),
    )


def conditions(request: Request) -> tuple[Factor, ...]:
    """What grounds differ in: `experiment.vary`, by default `GROUNDS`."""
    if "autonomy" in request.changes:
        raise BadInput(
            f"parameters.autonomy = {request.changes['autonomy']:g} is not allowed: it is what the "
            "two sides differ in"
        )
    if request.options["vary"] is not None:
        found = varied(request)
    else:
        usual = [name for name in GROUNDS if name not in request.changes]
        if not usual:
            raise BadInput("parameters: every condition is set; leave one, or give experiment.vary")
        found = factors_from(usual, 0, request.scenario.parameters)
    if any(factor.name == "autonomy" for factor in found):
        raise BadInput("experiment.vary = autonomy is what the two sides differ in; name others")
    return found


def levers_of(side: str, request: Request, grounds: tuple[Factor, ...]) -> tuple[Factor, ...]:
    """What a side may set: its list, but for what belongs to the ground, was set, or is set by the
    scenario's timeline from the first month on.
    """
    taken = {*request.changes, *(factor.name for factor in grounds)}
    own = {
        name: bounds
        for name, bounds in LEVERS[side].items()
        if name not in taken and timeline_start(name, request.scenario) != 0
    }
    if "autonomy" not in own:
        raise BadInput(
            f"scenario '{request.scenario.name}' sets autonomy by its timeline from month 0 on; it "
            f"is what the two sides differ in"
        )
    return factors_from(own, 0, request.scenario.parameters)


@dataclass(frozen=True)
class Court:
    """Runs cases: a ground, a mix of levers, and seeds."""

    question: TrialQuestion
    model: Model

    def goods(
        self, grounds: pd.DataFrame, mixes: pd.DataFrame, seeds: tuple[int, ...]
    ) -> np.ndarray:
        """How well citizens are served, a row a case and a column a seed."""
        runs = self.model.runs(pd.concat([grounds, mixes], axis=1), seeds)
        values = runs[self.question.outcome].to_numpy(float).reshape(len(grounds), len(seeds))
        return self.question.better * values

    def seen(self, grounds: pd.DataFrame, mixes: pd.DataFrame) -> np.ndarray:
        """The mean over the seeds of the search, a value a case."""
        return self.goods(grounds, mixes, self.question.seeds[: self.question.looks]).mean(axis=1)


def answer(question: TrialQuestion, model: Model) -> words.Trial:
    """Let both sides search on a few seeds, then judge what each brings with the others."""
    court, random = Court(question, model), np.random.default_rng(question.seeds[0])
    grounds = space_filling(question.grounds, question.samples)
    first = {
        side: analysis.opened(
            question.levers[side], question.named(side), grounds, court.seen, random
        )
        for side in SIDES
    }
    lead = first[PLACES].worth - first[CENTRE].worth
    finals = analysis.brought(lead, analysis.FINALISTS)
    tables = [
        brought_by(question, court, side, grounds, first, finals[side], random) for side in SIDES
    ]
    return words.Trial(
        question.outcome,
        question.smallest,
        question.looks,
        len(question.judges),
        question.grounds,
        question.levers,
        pd.concat(tables, ignore_index=True),
        grounds.assign(effect=lead),
    )


def brought_by(
    question: TrialQuestion,
    court: Court,
    side: str,
    grounds: pd.DataFrame,
    first: Mapping[str, analysis.Best],
    finals: np.ndarray,
    random: np.random.Generator,
) -> pd.DataFrame:
    """What a side brings: the best of its grounds after both sides have searched on, judged by the
    seeds that nobody has seen. A row a case: effect in its favour, ground, and either side's
    levers, named `side.lever`.
    """
    own = grounds.iloc[finals].reset_index(drop=True)
    best = {
        each: analysis.refined(
            first[each].of(finals), question.levers[each], own, court.seen, random
        )
        for each in SIDES
    }
    chosen = analysis.brought(best[PLACES].worth - best[CENTRE].worth)[side]
    own = own.iloc[chosen].reset_index(drop=True)
    mixes = {each: best[each].of(chosen).mixes for each in SIDES}
    goods = {each: court.goods(own, mixes[each], question.judges) for each in SIDES}
    other = CENTRE if side == PLACES else PLACES
    table = analysis.judged(goods[side] - goods[other], question.smallest)
    table.insert(0, "case", finals[chosen])
    table.insert(0, "side", side)
    return pd.concat([table, own, *(mixes[each].add_prefix(f"{each}.") for each in SIDES)], axis=1)


def show(found: words.Trial) -> Report:
    """The answer as a report."""
    from ..report.figures import trial as drawn

    return words.show(found, (Figure("trial", "Every ground", lambda: drawn.cases(found)),))


EXPERIMENTS = {
    "trial": Experiment(
        "can either side, places or the centre, find a ground and levers with which its own way is "
        "clearly better?",
        48,
        ask,
        answer,
        show,
        {
            "samples": Option(128, "grounds that both sides look at, a power of two"),
            "outcome": Option("quality", "the outcome that is disputed; --help=all lists them"),
            "smallest": Option(0.02, "the smallest difference worth naming, in its own unit"),
            "looks": Option(4, "seeds of the search; the others judge"),
            "vary": Option(
                None,
                "what grounds differ in, as for the other experiments; what is named is no "
                f"side's to set; default: {', '.join(GROUNDS)}",
            ),
        },
        most=lambda question: question.runs,
    )
}
