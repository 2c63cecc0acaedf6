"""Floors: imports only go down, so that what stands above the model cannot change a run, and no module is part of a circle, not even for its types."""

import ast
from pathlib import Path

import networkx as nx
import pytest

import localism_sim
from localism_sim.rules import ABOVE_THE_MODEL

PACKAGE = Path(localism_sim.__file__).parent


def module_name(path: Path) -> str:
    """`experiments.sweep`; a folder's own file has the folder's name."""
    return ".".join(part for part in path.relative_to(PACKAGE).with_suffix("").parts if part != "__init__")


MODULES = {module_name(path): path for path in PACKAGE.rglob("*.py")}


def imported(name: str) -> set[str]:
    """The package's own modules that one imports, wherever in its file and whatever for."""
    path, found = MODULES[name], set()
    folder = module_name(path.parent / "__init__.py").split(".") if path.parent != PACKAGE else []
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.ImportFrom):
            continue
        if node.level:
            start = [*folder[: len(folder) - node.level + 1], *(node.module or "").split(".")]
        elif (node.module or "").split(".")[0] == "localism_sim":
            start = node.module.split(".")[1:]
        else:
            continue
        base = ".".join(part for part in start if part)
        found |= {inner if (inner := f"{base}.{alias.name}".strip(".")) in MODULES else base for alias in node.names}
    return found & set(MODULES)


GRAPH = nx.DiGraph([(name, other) for name in MODULES for other in imported(name)])


def test_the_model_imports_nothing_that_stands_above_it():
    model = {name for name in MODULES if name and name.split(".")[0] not in ABOVE_THE_MODEL}
    assert len(model) > 15
    assert [(name, other) for name, other in GRAPH.edges if name in model and other not in model | {""}] == []


def test_no_module_is_part_of_a_circle():
    """The package's own file lends out what the modules define, by name and when asked, so it is no part of the floors."""
    assert len(GRAPH) > 60
    assert sorted(map(sorted, nx.simple_cycles(GRAPH))) == []


FLOORS = {
    "jobs": lambda name: name.endswith("_job") or name in ("experiments.repeat", "experiments.multirun"),
    "figures": lambda name: name.startswith("figures"),
    "words": lambda name: name.endswith("_in_words") or name == "summary",
}
"""What stands above what, from the top; no floor imports from one above it."""


@pytest.mark.parametrize(("lower", "upper"), [("figures", "jobs"), ("words", "jobs"), ("words", "figures")])
def test_floors_are_not_climbed(lower, upper):
    assert any(map(FLOORS[lower], MODULES)) and any(map(FLOORS[upper], MODULES))
    assert [(name, other) for name, other in GRAPH.edges if FLOORS[lower](name) and FLOORS[upper](other)] == []
