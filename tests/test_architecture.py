"""Floors: imports only go down, so that what stands above the model cannot change a run, and no
module is part of a circle, not even for its types.
"""

import ast
from pathlib import Path

import networkx as nx

import localism_sim

PACKAGE = Path(localism_sim.__file__).parent


def module_name(path: Path) -> str:
    """`experiments.sweep`; a folder's own file has the folder's name."""
    return ".".join(
        part for part in path.relative_to(PACKAGE).with_suffix("").parts if part != "__init__"
    )


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
        found |= {
            inner if (inner := f"{base}.{alias.name}".strip(".")) in MODULES else base
            for alias in node.names
        }
    return found & set(MODULES)


GRAPH = nx.DiGraph([(name, other) for name in MODULES for other in imported(name)])


def test_no_module_is_part_of_a_circle():
    """The package's own file lends out what the modules define, by name and when asked, so it is no
    part of the floors.
    """
    assert len(GRAPH) > 60
    assert sorted(map(sorted, nx.simple_cycles(GRAPH))) == []


FLOORS = (
    "foundation",
    "model",
    "mesa_driver",
    "evidence",
    "sweeps",
    "analysis",
    "report",
    "browser",
    "jobs",
    "command",
)
"""The rooms from the ground up; none imports from one above it."""


def floor(name: str) -> int:
    """The floor of a module, by its folder; the package's own files stand outside the rooms."""
    room = name.split(".")[0]
    return FLOORS.index(room) if room in FLOORS else -1


def test_every_module_stands_in_a_room():
    outside = {name for name in MODULES if floor(name) < 0}
    assert outside == {"", "__main__"}


def test_no_room_imports_from_a_room_above_it():
    climbs = {
        (name, other)
        for name, other in GRAPH.edges
        if floor(name) >= 0 and floor(other) > floor(name)
    }
    assert climbs == set()
