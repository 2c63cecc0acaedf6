"""`experiment=claims`: which claims, of the essay and of the other side, do runs support?

A claim is a small file, shipped in `configs/claim/` or in a folder of your own.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from ..analysis import claims as analysis
from ..analysis.claims import Claim, Setting
from ..analysis.robustness import AS_SET, OTHER_RULE, rival_rules
from ..evidence.posterior import Rates
from ..foundation.checks import checked_flag, finite_number
from ..foundation.errors import BadInput, brief, nearest
from ..foundation.reading import read_yaml_file
from ..model.outcomes import checked_outcome
from ..model.scenario import Scenario, config_folder, load_scenario
from ..model.variant import shipped_variants
from ..report import claims as words
from ..report.blocks import Block, Figure, Paragraph, Report, strong
from ..report.words import counted
from ..sweeps.question import digest
from .drawn import both_ways, drawn_runs
from .experiment import Experiment, Model, Option
from .paired import paired_seeds, refuse_scenario, scenarios_named
from .request import Request

KEYS = (
    "words",
    "number",
    "side",
    "from",
    "to",
    "beyond",
    "together",
    "outcome",
    "expected",
    "smallest",
    "contradicted_by",
    "rules",
    "not_modelled",
)
QUICK_SEEDS = 6
RULE_DRAWS = 6
"""How many draws of the rates are tried under each rival rule under which a claim holds. With all
of them the claims would take longer than twenty minutes on two cores.
"""
DIRECTIONS = (analysis.HIGHER, analysis.LOWER, analysis.SAME)


def setting_from(where: str, given: Any) -> Setting:
    """One side of a comparison: `{scenario: name, parameter: value, ...}`."""
    if not isinstance(given, dict) or "scenario" not in given:
        raise BadInput(
            f"{where} = {brief(given)} is not allowed; allowed: {{scenario: name, lever: value}}"
        )
    changes = {str(name): value for name, value in given.items() if name != "scenario"}
    try:
        load_scenario(given["scenario"]).with_parameters(**changes)
    except BadInput as error:
        raise BadInput(f"{where}: {error}") from None
    return Setting(str(given["scenario"]), tuple(sorted(changes.items())))


def text_of(path: Path, content: Mapping[str, Any], key: str) -> str:
    """The text of an entry, on one line."""
    given = content.get(key)
    if not isinstance(given, str) or not given.strip():
        raise BadInput(f"{path.name}: {key} = {brief(given)} is not allowed; allowed: plain text")
    return " ".join(given.split())


def one_of(path: Path, content: Mapping[str, Any], key: str, allowed: tuple[str, ...]) -> str:
    """The word of an entry, which must be one of those allowed."""
    given = content.get(key)
    if given not in allowed:
        raise BadInput(
            f"{path.name}: {key} = {brief(given)} is not allowed.{nearest(str(given), allowed)} "
            f"Allowed: {', '.join(allowed)}"
        )
    return str(given)


def terms_from(path: Path, content: Mapping[str, Any]) -> tuple[tuple[float, Setting], ...]:
    """The comparison: `to` less `from`, and beyond that of `beyond` where there is one; or what the
    settings of `together` do only all together.
    """
    if (factors := content.get("together")) is not None:
        if both := {"from", "to", "beyond"} & set(content):
            raise BadInput(f"{path.name}: together stands in place of {min(both)}; give one")
        return interaction(path, factors)
    terms = [
        (sign, setting_from(f"{path.name}: {key}", content.get(key)))
        for sign, key in ((1.0, "to"), (-1.0, "from"))
    ]
    if (other := content.get("beyond")) is not None:
        if not isinstance(other, dict) or set(other) != {"from", "to"}:
            raise BadInput(
                f"{path.name}: beyond = {brief(other)} is not allowed; allowed: {{from, to}}"
            )
        terms += [
            (sign, setting_from(f"{path.name}: beyond.{key}", other[key]))
            for sign, key in ((-1.0, "to"), (1.0, "from"))
        ]
    return tuple(terms)


def interaction(path: Path, given: Any) -> tuple[tuple[float, Setting], ...]:
    """The interaction of the highest order of two levers or more, each given as [low, high]: with
    three, what all do together beyond what each and each pair of them does.
    """
    levers = (
        {name: ends for name, ends in given.items() if name != "scenario"}
        if (isinstance(given, dict))
        else {}
    )
    if len(levers) < 2 or not all(isinstance(e, list) and len(e) == 2 for e in levers.values()):
        raise BadInput(
            f"{path.name}: together = {brief(given)} is not allowed; allowed: {{scenario: name, "
            "lever: [low, high], ...}} with two levers or more"
        )
    terms = []
    for sides in itertools.product((0, 1), repeat=len(levers)):
        weight = (-1.0) ** (len(levers) - sum(sides))
        values = {name: ends[side] for (name, ends), side in zip(levers.items(), sides)}
        setting = {"scenario": given.get("scenario"), **values}
        terms.append((weight, setting_from(f"{path.name}: together", setting)))
    return tuple(terms)


def read_claim(path: Path) -> Claim:
    """One claim from its file, or `BadInput` that names the file and the key."""
    content = read_yaml_file(path, "experiment.path")
    if not isinstance(content, dict):
        raise BadInput(f"{path.name}: a claim is a mapping with {', '.join(KEYS)}")
    for key in content:
        if key not in KEYS:
            raise BadInput(
                f"{path.name}: unknown entry {brief(key)}.{nearest(str(key), KEYS)} Allowed: "
                f"{', '.join(KEYS)}"
            )
    said = {key: text_of(path, content, key) for key in ("words", "number")}
    side = one_of(path, content, "side", tuple(words.SIDES))
    mark = digest(content)[:12]
    if "not_modelled" in content:
        why = text_of(path, content, "not_modelled")
        return Claim(path.stem, said["words"], said["number"], side, not_modelled=why, mark=mark)
    try:
        outcome = checked_outcome(str(content.get("outcome")))
    except BadInput as error:
        raise BadInput(f"{path.name}: {error}") from None
    return Claim(
        path.stem,
        said["words"],
        said["number"],
        side,
        terms_from(path, content),
        outcome,
        one_of(path, content, "expected", DIRECTIONS),
        finite_number(f"{path.name}: smallest", content.get("smallest"), 1e-6, 1e6),
        text_of(path, content, "contradicted_by"),
        rules_from(path, content.get("rules")),
        mark=mark,
    )


def rules_from(path: Path, given: Any) -> tuple[str, ...] | None:
    """The rival rules under which a claim must hold; None means all."""
    known = (*shipped_variants(), OTHER_RULE)
    if given is None:
        return None
    if not isinstance(given, list) or not set(map(str, given)) <= set(known):
        raise BadInput(
            f"{path.name}: rules = {brief(given)} is not allowed; allowed: a list of "
            f"{', '.join(known)}"
        )
    return tuple(map(str, given))


def claims_in(folder: Path) -> tuple[Claim, ...]:
    """All claims in a folder, in order of their names."""
    paths = sorted(folder.glob("*.yaml"))
    if not paths:
        raise BadInput(f"experiment.path = {folder}: there is no claim (*.yaml)")
    return tuple(read_claim(path) for path in paths)


@dataclass(frozen=True)
class ClaimsQuestion:
    """The claims, and the scenarios that they name, with the parameters set on the command line."""

    claims: tuple[Claim, ...] = field(repr=False)
    scenarios: tuple[Scenario, ...]
    seeds: tuple[int, ...]
    months: int
    accept_changes: bool = False
    rates: Rates | None = None
    quick: bool = False

    @functools.cached_property
    def rules(self) -> dict[str, dict[str, Any]]:
        """What each rival rule sets; with `quick` the model as it is set alone."""
        every = rival_rules(self.scenarios)
        return {AS_SET: every[AS_SET]} if self.quick else every

    @property
    def rule_seeds(self) -> tuple[int, ...]:
        """The seeds, each with its draw, on which rival rules are tried with draws too."""
        return self.seeds[:RULE_DRAWS]

    @property
    def most(self) -> int:
        """The largest number of runs."""
        points, numbers = points_of(self)
        if self.rates is None:
            return len(points) * len(self.seeds)
        usual = len(as_set(numbers))
        first = (len(points) + usual) * len(self.seeds)
        return first + (len(points) - usual) * len(self.rule_seeds)

    def announcement(self) -> tuple[Block, ...]:
        """What is said before anything runs."""
        tried = sum(bool(claim.terms) for claim in self.claims)
        rest = (
            f": {tried} of {counted(len(self.claims), 'claim')} can be tried, each under "
            f"{counted(len(self.rules), 'rule')} on {counted(len(self.seeds), 'paired seed')}"
        )
        return (Paragraph((strong("Claims on trial"), rest)),)


@dataclass(frozen=True)
class ClaimsAnswer:
    """The claims, a row a claim and rule, and a row a claim."""

    question: ClaimsQuestion
    effects: pd.DataFrame
    verdicts: pd.DataFrame


def ask(request: Request) -> ClaimsQuestion:
    """Read the claims; raises `BadInput`."""
    refuse_scenario(request, ", whose claims name their own; leave it out")
    seeds = paired_seeds(request)
    given = request.options["path"]
    if given is not None and not (isinstance(given, str) and Path(given).is_dir()):
        raise BadInput(f"experiment.path = {brief(given)} is no folder; give one with claims")
    claims = chosen(claims_in(Path(given) if given else config_folder() / "claim"), request)
    names = dict.fromkeys(s.scenario for claim in claims for _, s in claim.terms)
    if not names:
        raise BadInput("none of these claims can be tried: all are not modelled")
    accepted = bool(request.config["accept_changes"])
    quick = checked_flag("experiment.quick", request.options["quick"])
    seeds = seeds[:QUICK_SEEDS] if quick and request.config["seeds"] is None else seeds
    scenarios = scenarios_named(request, names)
    return ClaimsQuestion(claims, scenarios, seeds, request.months, accepted, request.rates, quick)


def chosen(claims: tuple[Claim, ...], request: Request) -> tuple[Claim, ...]:
    """The claims named by `experiment.only`, by default all; none may set what the command line
    sets.
    """
    only = request.options["only"]
    names = [only] if isinstance(only, str) else only
    known = [claim.name for claim in claims]
    if names is not None:
        for name in names if isinstance(names, list) else [names]:
            if name not in known:
                raise BadInput(
                    f"experiment.only: unknown claim {brief(name)}.{nearest(str(name), known)} "
                    f"Known: {', '.join(known)}"
                )
        claims = tuple(claim for claim in claims if claim.name in names)
    for claim in claims:
        for _, setting in claim.terms:
            if twice := set(dict(setting.changes)) & set(request.changes):
                raise BadInput(
                    f"claim {claim.name} moves {min(twice)}, which parameters.{min(twice)} sets; "
                    "give one or the other"
                )
    return claims


def points_of(
    question: ClaimsQuestion,
) -> tuple[pd.DataFrame, dict[tuple[Setting, str], int]]:
    """Every different setting under every rule, once, and the number of each. A rate that is
    drawn stays empty where a setting leaves it to its scenario.
    """
    settings = dict.fromkeys(s for claim in question.claims for _, s in claim.terms)
    by_name = {scenario.name: scenario for scenario in question.scenarios}
    columns = dict.fromkeys(name for setting in settings for name, _ in setting.changes)
    drawn = () if question.rates is None else question.rates.names
    rows: dict[tuple[Any, ...], int] = {}
    numbers = {}
    names = ("scenario", *columns, OTHER_RULE, "variants")
    for rule, sets in question.rules.items():
        for setting in settings:
            usual = by_name[setting.scenario].parameters
            values = {
                name: None if name in drawn else getattr(usual, name)
                for name in (*columns, OTHER_RULE)
            }
            row = {"scenario": setting.scenario, **values, **dict(setting.changes), **sets}
            key = tuple(row[name] for name in names)
            numbers[setting, rule] = rows.setdefault(key, len(rows))
    return pd.DataFrame(list(rows), columns=list(names)), numbers


def answer(question: ClaimsQuestion, model: Model) -> ClaimsAnswer:
    """Run every different setting once and judge the claims; with draws of the rates, run those
    that hold under a rival rule with a few draws too.
    """
    points, numbers = points_of(question)
    rules, usual = list(question.rules), as_set(numbers)
    runs, drawn = both_ways(model, points, question.seeds, question.rates, usual)
    effects = analysis.effects_of_claims(question.claims, rules, numbers, runs, drawn)
    if pairs := analysis.held(question.claims, effects) if question.rates else []:
        points_held = sorted({numbers[s, rule] for claim, rule in pairs for _, s in claim.terms})
        more = drawn_runs(model, points, question.rule_seeds, points_held)
        effects = analysis.with_draws(pairs, effects, numbers, more)
    return ClaimsAnswer(question, effects, analysis.judged(question.claims, effects))


def as_set(numbers: dict[tuple[Setting, str], int]) -> list[int]:
    """The points that have no rival rule."""
    return sorted({number for (_, rule), number in numbers.items() if rule == AS_SET})


def holds(question: ClaimsQuestion, folder: Path) -> bool:
    """Whether the finished folder judged these very claims. A claim is fixed before it is run: one
    whose file has changed since is refused (`BadInput`), unless changes are accepted.
    """
    try:
        table = pd.read_parquet(folder / "verdicts.parquet", columns=["claim", "mark"])
    except (OSError, ValueError):
        return False
    before = dict(zip(table["claim"], table["mark"]))
    now = {claim.name: claim.mark for claim in question.claims}
    for name in sorted(set(before) & set(now)):
        if before[name] != now[name] and not question.accept_changes:
            raise BadInput(
                f"claim {name} was changed after it was run in {folder} (its mark was "
                f"{before[name]} and is {now[name]}); give it another name or another results_dir, "
                "or accept_changes=true to judge the changed claim there"
            )
    return before == now


def show(found: ClaimsAnswer) -> Report:
    """The answer as a report."""
    from ..report.figures import claims as drawn

    seeds = len(found.question.seeds)
    figure = Figure(
        "claims", "Every claim's effect", lambda: drawn.claims(found.verdicts, found.effects)
    )
    draws = len(found.question.rule_seeds)
    return words.show(found.verdicts, found.effects, seeds, (figure,), found.question.quick, draws)


EXPERIMENTS = {
    "claims": Experiment(
        "which claims of the essay, and of the other side, do runs bear out, under which rules?",
        20,
        ask,
        answer,
        show,
        {
            "path": Option(None, "a folder of claims of your own (default: the shipped ones)"),
            "quick": Option(
                False, f"true: as the model is set alone, on {QUICK_SEEDS} seeds; a minute or two"
            ),
            "only": Option(None, "names of the claims to try, such as [e02_cuts_cost_trust]"),
        },
        holds=holds,
        most=lambda question: question.most,
    )
}
