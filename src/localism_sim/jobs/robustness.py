"""`experiment=robustness`: do the effects of reforms and autonomy keep their sign under other rates
that nobody has measured, and under every rival rule?
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ..analysis import robustness as analysis
from ..analysis.statistics import range_of
from ..analysis.two_by_two import CELLS, effects
from ..foundation.checks import whole_number
from ..model.parameters import Parameters
from ..model.scenario import Scenario
from ..report import robustness as words
from ..report.blocks import Block, Figure, Paragraph, Report, strong
from ..report.contrasts import HEADLINES
from ..report.words import counted
from .experiment import Experiment, Model, Option
from .paired import paired_seeds, refuse_scenario, scenarios_named
from .request import Request


@dataclass(frozen=True)
class RobustnessQuestion:
    """The four scenarios; how many draws of the rates, each with the first `draw_seeds` seeds; the
    seeds of the rival rules. rates: what is drawn, around the values in `base`.
    """

    scenarios: tuple[Scenario, ...]
    base: Parameters
    rates: tuple[str, ...]
    draws: int
    draw_seeds: int
    seeds: tuple[int, ...]
    months: int

    def announcement(self) -> tuple[Block, ...]:
        """What is said before anything runs."""
        rest = (
            f": {counted(self.draws, 'draw')} of {counted(len(self.rates), 'rate')} within each of "
            f"two ranges, {counted(self.draw_seeds, 'seed')} each; "
            f"{counted(len(self.rivals), 'rule')} on {counted(len(self.seeds), 'paired seed')}"
        )
        return (Paragraph((strong("Robustness of reforms and autonomy"), rest)),)

    @property
    def runs(self) -> int:
        """How many runs the answer takes."""
        draws = len(analysis.RANGES) * self.draws * self.draw_seeds
        return len(CELLS) * (draws + len(self.rivals) * len(self.seeds))

    @functools.cached_property
    def rivals(self) -> dict[str, dict[str, Any]]:
        """What each rival rule sets, by its name."""
        return analysis.rival_rules(self.scenarios)


def ask(request: Request) -> RobustnessQuestion:
    """Read and check the options; raises `BadInput`."""
    refuse_scenario(request, ", which asks about four scenarios of its own; leave it out")
    draws, each = request.options["draws"], request.options["draw_seeds"]
    whole_number("experiment.draws", draws, 20, 2**16, "for random settings of the rates")
    whole_number("experiment.draw_seeds", each, 1, len(request.seeds), "for seeds of each draw")
    seeds, scenarios = paired_seeds(request), scenarios_named(request, CELLS)
    return RobustnessQuestion(
        scenarios,
        scenarios[0].parameters,
        analysis.rates(request.changes),
        draws,
        each,
        seeds,
        request.months,
    )


@dataclass(frozen=True)
class Robustness:
    """What was asked; signs and splits over the draws, `range` naming which; effects under each
    rival rule (`rule`).
    """

    question: RobustnessQuestion
    signs: pd.DataFrame
    splits: pd.DataFrame
    rivals: pd.DataFrame


def rival_points(question: RobustnessQuestion) -> pd.DataFrame:
    """The four scenarios under every rival rule, in their order."""
    return points(question, pd.DataFrame(list(question.rivals.values())))


def points(question: RobustnessQuestion, settings: pd.DataFrame) -> pd.DataFrame:
    """The four scenarios with each row of settings; what a row leaves out is as usual, so that all
    runs of the question have the same columns.
    """
    names = dict.fromkeys((*question.rates, analysis.OTHER_RULE))
    usual = {name: getattr(question.base, name) for name in names}
    usual["variants"] = "+".join(question.scenarios[0].variants)
    given = settings.to_dict("records")
    rows = [{**usual, **{k: v for k, v in row.items() if v == v}} for row in given]
    return analysis.crossed(pd.DataFrame(rows))


def answer(question: RobustnessQuestion, model: Model) -> Robustness:
    """Run the rival rules, then the draws, and work out signs and splits."""
    rivals = model.runs(rival_points(question), question.seeds)
    found = []
    for which in analysis.RANGES:
        settings = analysis.drawn(question.base, question.rates, question.draws, which)
        runs = model.runs(points(question, settings), question.seeds[: question.draw_seeds])
        found.append(judged(runs, settings, question.months, which))
    signs, splits = (pd.concat(tables, ignore_index=True) for tables in zip(*found))
    return Robustness(question, signs, splits, by_rule(rivals, list(question.rivals)))


def judged(
    runs: pd.DataFrame, settings: pd.DataFrame, months: int, which: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Signs and splits of the draws within one range."""
    ranges = {name: range_of(name, months) or 1.0 for name in HEADLINES}
    good = analysis.goodness(analysis.effects_by_setting(runs, HEADLINES), HEADLINES, ranges)
    tables = analysis.signs(good, HEADLINES), analysis.splits(good, settings, HEADLINES)
    for table in tables:
        table.insert(0, "range", which)
    return tables


def by_rule(runs: pd.DataFrame, rules: Sequence[str]) -> pd.DataFrame:
    """The effects under each rule, `rule` first. runs: of `rival_points`."""
    parts = []
    for number, rule in enumerate(rules):
        own = runs[runs["point"] // len(CELLS) == number]
        own = own.assign(scenario=[CELLS[point % len(CELLS)] for point in own["point"]])
        parts.append(effects(own, HEADLINES).assign(rule=rule))
    table = pd.concat(parts, ignore_index=True)
    return table[["rule", *(name for name in table if name != "rule")]]


def show(found: Robustness) -> Report:
    """The answer as a report."""
    from ..report.figures import robustness as drawn

    question = found.question
    tables = words.Tables(found.signs, found.splits, found.rivals, question.months)
    figures = (
        Figure("signs", "How often the sign holds", lambda: drawn.signs(found.signs)),
        Figure("rivals", "Under every rival rule", lambda: drawn.rivals(found.rivals)),
    )
    return words.show(tables, question.draws, question.draw_seeds, len(question.seeds), figures)


EXPERIMENTS = {
    "robustness": Experiment(
        "do the effects of reforms and autonomy keep their sign under other unmeasured rates and "
        "under every rival rule?",
        20,
        ask,
        answer,
        show,
        {
            "draws": Option(300, "random settings of the unmeasured rates, within each range"),
            "draw_seeds": Option(2, "how many of the seeds each random setting is run with"),
        },
        most=lambda question: question.runs,
        draws=False,
    )
}
