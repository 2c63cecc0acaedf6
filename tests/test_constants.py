"""No number of behaviour stands in a rule: all are declared in `Parameters`."""

import ast
from pathlib import Path

import pytest

import localism_sim

MODEL = Path(localism_sim.__file__).parent / "model"
DECORATORS = {"rule", "single", "step", "walk", "maker", "sweep"}
ARITHMETIC = {0, 1, 2}

ALLOWED = {
    "account": ({0.1, 0.5, 0.9, 10, 1e-9}, "definitions of outcomes: deciles, half, no division"),
    "perceived_quality": ({0.5}, "the middle of the scale of trust"),
    "mean_of_three": ({3.0}, "a mean of three"),
    "staff_met": ({1e-9}, "no division by a rate of nothing"),
    "as_known": ({0.5}, "between engaged and not"),
    "differences": ({4, 8, 31, 0x5555, 0x3333, 0x0F0F}, "bits counted in pairs, fours and eights"),
    "empty_room": ({3, 11}, "rows of working room"),
    "given_back": ({12.0}, "months of a year"),
    "evaluate": ({1000, 100000}, "keys of draws"),
    "redesigned": ({10, 1000}, "keys of draws"),
    "direct": ({1000}, "keys of draws"),
    "squashed": ({0.5}, "the middle of the distribution function"),
    "at_rank": ({0.5}, "halving a range"),
    "root": ({0.5}, "halving a range"),
    "national_landscapes": ({32}, "keys of draws"),
    "build_landscapes": ({16}, "keys of draws"),
    "far_tie": ({4}, "slots of ties: 2 and 3 cross domains, 4 and up places"),
}
"""Numbers in rules that are no parameters, and why."""

NAMES = {
    "FINE",
    "FINE_IN_SINGLE",
    "GAPS",
    "WARD",
    "WIDTH",
    "KEPT_GROUPS",
    "LEGACY",
    "BATCH",
    "NOBODY",
    "SLOTS",
    "NOTHING",
    "AGENCY_DESIGN",
    "AGENCY_IDEA",
    "LOCAL_REPORT",
    "HALVINGS",
}
"""Constants that rules may use: codes, sizes of working room, and keys, none of them behaviour."""


def numbers_at_the_top(tree: ast.Module) -> set[str]:
    """Names of a module's own constants that hold one number or several written out."""
    found = set()
    for node in tree.body:
        if isinstance(node, ast.Assign) and any(
            isinstance(part, ast.Constant) and isinstance(part.value, (int, float))
            for part in ast.walk(node.value)
        ):
            if "range" in ast.unparse(node.value) or "np.uint64" in ast.unparse(node.value):
                continue  # positions and codes
            for target in node.targets:
                found |= {part.id for part in ast.walk(target) if isinstance(part, ast.Name)}
    return found


def rules():
    """Each rule, step and loop: module, function, and the constants of all modules."""
    trees = {path: ast.parse(path.read_text()) for path in sorted(MODEL.rglob("*.py"))}
    constants = set().union(
        *(numbers_at_the_top(tree) for path, tree in trees.items() if path.stem != "randomness")
    )  # numbers there are purposes of draws
    for path, tree in trees.items():
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and DECORATORS & {
                part.id
                for mark in node.decorator_list
                for part in ast.walk(mark)
                if isinstance(part, ast.Name)
            }:
                yield path.stem, node, constants


def numbers_in(node: ast.AST) -> set:
    return {
        part.value
        for part in ast.walk(node)
        if isinstance(part, ast.Constant)
        and isinstance(part.value, (int, float))
        and not isinstance(part.value, bool)
    }


def undeclared(node: ast.FunctionDef, constants: set[str]) -> set:
    """Numbers and constants of one rule that are neither parameters nor allowed."""
    names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    allowed = ALLOWED.get(node.name, (set(), ""))[0]
    return (numbers_in(node) - ARITHMETIC - allowed) | ((names & constants) - NAMES)


def test_no_rule_holds_a_number_of_behaviour():
    found = {
        f"{module}.{node.name}": extra
        for module, node, constants in rules()
        if (extra := undeclared(node, constants))
    }
    assert found == {}, "declare these in Parameters"
    assert len(list(rules())) > 80


def test_no_exception_is_left_over():
    held = {node.name: numbers_in(node) for _, node, _ in rules()}
    assert {name for name, (numbers, _) in ALLOWED.items() if not numbers <= held[name]} == set()


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("return p.control * 0.7", {0.7}),
        ("return WEIGHT * p.control", {"WEIGHT"}),
        ("return 1", set()),
    ],
)
def test_an_undeclared_number_is_found(code, expected):
    tree = ast.parse(f"WEIGHT = 0.37\n\ndef fresh(p):\n    {code}\n")
    assert undeclared(tree.body[-1], numbers_at_the_top(tree)) == expected
