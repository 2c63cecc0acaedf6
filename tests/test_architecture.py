"""Floors: imports only go down, so that what stands above the model cannot change a run."""

import ast
from pathlib import Path

import localism_sim
from localism_sim.rules import ABOVE_THE_MODEL

PACKAGE = Path(localism_sim.__file__).parent


def imported(path: Path) -> set[str]:
    """First names of the package's own modules that a file imports, wherever in the file."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.level == 1:
            found |= {node.module.split(".")[0]} if node.module else {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("localism_sim."):
            found.add(node.module.split(".")[1])
    return found


def test_the_model_imports_nothing_that_stands_above_it():
    model = [path for path in PACKAGE.glob("*.py") if path.stem not in ABOVE_THE_MODEL]
    assert len(model) > 15
    assert {path.name: imported(path) & set(ABOVE_THE_MODEL) for path in model if imported(path) & set(ABOVE_THE_MODEL)} == {}


def test_no_module_of_the_model_is_part_of_a_circle():
    graph = {path.stem: {name for name in imported(path) if (PACKAGE / f"{name}.py").exists()} for path in PACKAGE.glob("*.py")}

    def reached(name, seen):
        for other in graph[name] - seen:
            seen |= {other} | reached(other, seen | {other})
        return seen

    assert [name for name in graph if name not in ("__init__", "cli") and name in reached(name, set())] == []
