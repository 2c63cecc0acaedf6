"""Would a slip in a rule be noticed? `python -m benchmarks.mutation [--mutants N] [--seed S]`

Mutation testing (DeMillo, Lipton & Sayward 1978) of the model's rules and steps: one operator,
comparison, constant or branch of one rule is changed at a time, and histories are made again by the
plain Python driver. A mutant is killed when a history differs in a bit, when the rule fails, or
when it does not come to an end; the suite's golden histories and its comparison of the two drivers
would fail in the same way. `mutmut` and `cosmic-ray` change files and start a test run for each
mutant; here the model would be compiled anew each time (half a minute), so rules are changed in
memory, in a process of its own for each mutant.

Histories: every shipped scenario, random settings of all parameters, busy ones in which small teams
copy, and every rival rule, on small countries. Mutants are drawn at random, evenly over all of the
rules that the plain driver runs. Finished ones are kept in
--folder and not tried again; those of another model are not counted. Exit code 1 where fewer than
`ASKED` are killed. Survivors are listed, with the reason where one is
known (`mutation_reasons.yaml`).
"""

from __future__ import annotations

import argparse
import ast
import copy
import functools
import hashlib
import inspect
import json
import os
import random
import signal
import sys
import textwrap
import warnings
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import yaml

import localism_sim as ls
import localism_sim.mesa_driver.model  # the rules are registered as it is read
from localism_sim.foundation.errors import BadInput
from localism_sim.model import compilation
from localism_sim.model.parameters import FIELDS, FIXED
from localism_sim.model.version import model_version

ASKED = 0.9
SECONDS = 60
REASONS = Path(__file__).with_name("mutation_reasons.yaml")
DRAWN = "whether a continuous draw at the very boundary counts: its chance is nil"
RANDOM_SETTINGS = 16
BUSY_SETTINGS = 8
OFF = 0.4
OPERATORS: dict[type, type] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.Mod: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
COMPARISONS: dict[type, tuple[type, ...]] = {
    ast.Lt: (ast.GtE, ast.LtE),
    ast.LtE: (ast.Gt, ast.Lt),
    ast.Gt: (ast.LtE, ast.GtE),
    ast.GtE: (ast.Lt, ast.Gt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
}


@dataclass(frozen=True)
class Mutant:
    """One change of one rule: how many-th node of its syntax tree, and how many-th way there."""

    rule: str
    node: int
    way: int
    line: int
    column: int
    change: str

    @property
    def name(self) -> str:
        """Says what is changed, and where: a line may hold the same constant twice."""
        return f"{self.rule}, line {self.line}, column {self.column}: {self.change}"


def ways(node: ast.AST) -> list[ast.AST]:
    """The mutated forms of a node."""
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        return [replaced(node, op=OPERATORS[type(node.op)]())]
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in COMPARISONS:
        return [replaced(node, ops=[other()]) for other in COMPARISONS[type(node.ops[0])]]
    if isinstance(node, ast.BoolOp):
        return [replaced(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.Not, ast.USub)):
        return [node.operand]
    if (
        isinstance(node, ast.Constant)
        and isinstance(node.value, (int, float))
        and not isinstance(node.value, bool)
    ):
        return [replaced(node, value=node.value + 1)]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        other = {"min": "max", "max": "min"}.get(node.func.id)
        return [replaced(node, func=ast.Name(other, ast.Load()))] if other else []
    if isinstance(node, ast.AugAssign) and type(node.op) in OPERATORS:
        return [replaced(node, op=OPERATORS[type(node.op)]())]
    return []


def replaced(node: ast.AST, **parts: Any) -> ast.AST:
    """A copy of a node with some parts changed."""
    other = copy.copy(node)
    for name, value in parts.items():
        setattr(other, name, value)
    return other


@functools.cache
def source_of(rule: str) -> str:
    """A rule's source, read once, so that an edit meanwhile changes nothing."""
    return textwrap.dedent(inspect.getsource(compilation.REGISTRY[rule].py_func))


def tree_of(rule: str) -> ast.Module:
    """A rule's syntax tree without its decorators and docstring."""
    tree = ast.parse(source_of(rule))
    function = tree.body[0]
    assert isinstance(function, ast.FunctionDef)
    function.decorator_list = []
    if ast.get_docstring(function) is not None and len(function.body) > 1:
        function.body = function.body[1:]
    return tree


def mutants(rules: Collection[str]) -> Iterator[Mutant]:
    """Every mutant of these rules."""
    for rule in rules:
        for number, node in enumerate(ast.walk(tree_of(rule))):
            for way, other in enumerate(ways(node)):
                change = f"{ast.unparse(node)} -> {ast.unparse(other)}"
                line, column = getattr(node, "lineno", 0), getattr(node, "col_offset", 0)
                yield Mutant(rule, number, way, line, column, change)


class Swap(ast.NodeTransformer):
    """Puts one node in place of another."""

    def __init__(self, old: ast.AST, new: ast.AST):
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        """The new node where the old one stands."""
        return self.new if node is self.old else super().generic_visit(node)


def changed_code(mutant: Mutant):
    """The code of the changed rule."""
    tree: Any = tree_of(mutant.rule)
    old = list(ast.walk(tree))[mutant.node]
    tree = ast.fix_missing_locations(Swap(old, ways(old)[mutant.way]).visit(tree))
    names: dict[str, Any] = {}
    source = compilation.REGISTRY[mutant.rule].py_func
    exec(compile(tree, f"<{mutant.name}>", "exec"), dict(source.__globals__), names)
    return names[source.__name__].__code__


def columns(part: Any) -> Iterator[np.ndarray]:
    """The arrays of a world, however deep they lie."""
    if isinstance(part, np.ndarray):
        yield part
    elif isinstance(part, tuple):
        for each in part:
            yield from columns(each)


@dataclass(frozen=True)
class Case:
    """One history that is made with each mutant."""

    name: str
    setting: Any
    places: int
    months: int
    seed: int
    variants: tuple[str, ...] = ()
    regions: bool = False

    def country(self) -> ls.Places:
        """A few small places, in two city regions where `regions` is set."""
        found = ls.Places.synthetic(self.places, seed=4, scale=40_000)
        if not self.regions:
            return found
        halves = np.arange(self.places) // 2 % 2
        return replace(found, city_region=halves, city_region_names=("One", "Two"))

    def digest(self) -> str:
        """Hash of the whole history, month by month."""
        model = ls.LocalismModel(
            self.setting,
            self.country(),
            seed=self.seed,
            months=self.months,
            variants=self.variants,
        )
        found = hashlib.sha256()
        for _ in range(self.months):
            model.step()
            for column in columns(model.world):
                found.update(np.ascontiguousarray(column).tobytes())
        return found.hexdigest()


def random_setting(number: int) -> ls.Parameters:
    """All parameters at random within their bounds, two of five of them at the lower bound, where
    a mechanism is off, on landscapes that build quickly.
    """
    draw, values = np.random.default_rng(number), {}
    for name, field in FIELDS.items():
        low, high = field.metadata["low"], field.metadata["high"]
        if name in FIXED or field.metadata["group"] == "scale":
            continue
        whole, idle = isinstance(field.default, int), draw.random() < OFF
        value = int(draw.integers(low, high + 1)) if whole else float(draw.uniform(low, high))
        values[name] = low if idle else value
    values |= {"choices": 6, "complexity": int(draw.integers(0, 6)), "domains": 1 + number % 3}
    values |= {"review_months": int(draw.integers(1, 6)), "trial_months": int(draw.integers(1, 5))}
    values |= {"harmonise_after": int(draw.integers(0, 8)), "team_size": 3 + number % 6}
    return ls.Parameters(**values)


def busy_setting(number: int) -> ls.Parameters:
    """The usual rates sped up, every other time with places that are free and with a centre that
    orders, watches and stops: what random settings rarely combine.
    """
    free, known = number % 2 == 0, number >= BUSY_SETTINGS // 2
    return ls.Parameters(
        choices=6,
        complexity=2,
        domains=1 + number % 3,
        team_size=8 if known else 3 + number % 2,
        peers=6 if known else 2 + number // 2,
        mixing=0.5 if number % 4 == 3 else 0.0,
        autonomy=0.8 if free else 0.2,
        control=0.2 if free else 0.9,
        chain_length=1 + number % 3,
        review_months=2,
        harmonise_after=5 if free else 0,
        trial_months=2,
        initial_diversity=0.5,
        inquiry_rate=0.5,
        borrow_rate=0.8,
        reinforcement=float(number % 2),
        relational_depth=1.0,
        same_practice=number % 2,
        turnover=0.02,
        comply_rate=0.3,
        paper_compliance=0.5,
        entry_rate=0.5,
        entry_floor=1.0,
        alternative_support=0.8,
        contract_months=number % 4,
        innovation_agency=0.8,
        agency_rate=0.8,
        visit_rate=0.5,
        connectivity=0.3,
        outside_ties=0.3,
        challenge_focus=0.5,
        city_regions=0.2,
    )


def cases() -> list[Case]:
    """Random settings first, since they are quick and kill most."""
    found = [Case(f"random {k}", random_setting(k), 2, 8, k) for k in range(RANDOM_SETTINGS)]
    found += [
        Case(f"busy {k}", busy_setting(k), 4, 12, k, regions=k >= 4) for k in range(BUSY_SETTINGS)
    ]
    for number, name in enumerate(ls.shipped_variants()):
        found.append(Case(name, random_setting(100 + number), 2, 8, number, (name,)))
    for name in ls.scenario_names():
        found.append(Case(name, ls.load_scenario(name), 3, 26, 1))
    return found


def histories() -> tuple[dict[str, str], list[str]]:
    """The hash of every case's history, and the rules that the plain driver ran in plain Python to
    make them: those of the fast driver alone are held to them bit for bit by tests/test_drivers.py.
    """
    names = {
        dispatcher.py_func.__code__: rule
        for rule, dispatcher in compilation.REGISTRY.items()
        if compilation.is_compiled(dispatcher)
    }
    seen: set[str] = set()

    def watch(frame, event, _) -> None:
        if event == "call" and frame.f_code in names:
            seen.add(names[frame.f_code])

    sys.setprofile(watch)
    try:
        found = {case.name: case.digest() for case in cases()}
    finally:
        sys.setprofile(None)
    return found, [rule for rule in compilation.REGISTRY if rule in seen]


def survives(mutant: Mutant, expected: dict[str, str]) -> str:
    """The case that kills a mutant, or nothing; in a process of its own."""
    reader, writer = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # no other thread runs here
        child = os.fork()
    if child == 0:
        os.close(reader)
        signal.alarm(SECONDS)
        killer = ""
        try:
            compilation.REGISTRY[mutant.rule].py_func.__code__ = changed_code(mutant)
            compilation._plain.clear()
            for case in cases():
                killer = case.name
                if case.digest() != expected[case.name]:
                    break
            else:
                killer = ""
        except BaseException as error:
            killer = f"{killer}: {type(error).__name__}"
        os.write(writer, killer.encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        killer = pipe.read().decode()
    _, status = os.waitpid(child, 0)
    return killer if status == 0 else "it does not come to an end"


def tried(chosen: list[Mutant], expected: dict[str, str], folder: Path) -> dict[str, str]:
    """What killed each mutant (nothing: it survived); those kept in the folder are not tried
    again.
    """
    kept = folder / f"mutants-{model_version()}.jsonl"
    folder.mkdir(parents=True, exist_ok=True)
    lines = kept.read_text().splitlines() if kept.exists() else []
    done = {row["mutant"]: row["killed_by"] for row in map(json.loads, lines)}
    with kept.open("a") as file:
        for number, mutant in enumerate(chosen):
            if mutant.name not in done:
                done[mutant.name] = survives(mutant, expected)
                row = {"mutant": mutant.name, "killed_by": done[mutant.name]}
                file.write(json.dumps(row) + "\n")
                file.flush()
            print(f"\r{number + 1} of {len(chosen)}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return {mutant.name: done[mutant.name] for mutant in chosen}


def report(found: dict[str, str], total: int, rules: int) -> int:
    """Say how many were killed and which survived; the exit code."""
    reasons = yaml.safe_load(REASONS.read_text()) or {} if REASONS.exists() else {}
    alive = [name for name, killer in found.items() if not killer]
    share = 1.0 - len(alive) / len(found)
    known = {name: reason_for(name, reasons) for name in alive}
    print(
        f"{len(found) - len(alive)} of {len(found)} mutants killed ({share:.1%}; asked "
        f"{ASKED:.0%}), drawn from {total:,} of {rules} rules and steps; of those that survive "
        f"{sum(map(bool, known.values()))} do nothing, for a reason that is known"
    )
    for name, reason in known.items():
        print(f"- {name}\n  {reason or 'no reason known'}")
    return 0 if share >= ASKED else 1


def reason_for(name: str, reasons: dict[str, dict[str, str]]) -> str:
    """Why a mutant changes nothing, where that is known."""
    rule, change = name.partition(",")[0], name.partition(": ")[2]
    if reason := reasons.get(rule, {}).get(change):
        return reason
    one, _, other = change.partition(" -> ")
    boundary = one.replace("<=", "<").replace(">=", ">") == other.replace("<=", "<").replace(
        ">=", ">"
    )
    return DRAWN if boundary and ("uniform(" in one or "looks(" in one) else ""


def main(arguments: list[str] | None = None) -> int:
    """Draw mutants, try them, and say what survived."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--mutants", type=int, default=200, help="how many (default 200)")
    parser.add_argument("--seed", type=int, default=1, help="which ones (default 1)")
    parser.add_argument("--rule", help="only those of one rule")
    parser.add_argument("--folder", type=Path, default=Path("results/mutation"))
    given = parser.parse_args(arguments)
    expected, rules = histories()
    every = [each for each in mutants(rules) if given.rule in (None, each.rule)]
    if not every:
        raise BadInput(f"--rule {given.rule}: the plain driver runs no such rule")
    chosen = random.Random(given.seed).sample(every, min(given.mutants, len(every)))
    return report(tried(chosen, expected, given.folder), len(every), len(rules))


if __name__ == "__main__":
    sys.exit(main())
