"""Floors: imports only go down, so that what stands above the model cannot change a run, and no
module is part of a circle, not even for its types.
"""

import ast
import re
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


INTERNALS = {
    "foundation.numba_internals": "numba",
    "sweeps.ray_internals": "ray",
    "report.docx_internals": "python-docx",
    "command.hydra_internals": "hydra-core",
}
"""The modules that use private parts of a package, and whose."""

NAMED_TUPLE = {"_replace", "_fields"}
"""Public in spite of their names, as is `os._exit`."""


def private_of_packages(tree: ast.AST) -> set[str]:
    """Private names of other packages that a module uses: imported, or asked of something else than
    the class or object at hand.
    """
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {one.name for one in node.names if "._" in f".{one.name}"}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            full = [f".{node.module}.{one.name}" for one in node.names]
            found |= {name for name in full if "._" in name and ".__" not in name}
        elif isinstance(node, ast.Attribute) and node.attr.startswith("_"):
            whole = ast.unparse(node)
            if node.attr.startswith("__") or whole.startswith(("self._", "cls._", "os._exit")):
                continue
            found |= {whole} - {whole[: -len(node.attr)] + name for name in NAMED_TUPLE}
    return found


def test_private_parts_of_packages_stand_in_one_module_each():
    own = {"made._check_together"}  # a method of the model's own parameters
    users = {
        name: private
        for name, path in MODULES.items()
        if (private := private_of_packages(ast.parse(path.read_text())) - own)
    }
    assert set(users) == set(INTERNALS), users


def test_each_of_those_packages_has_an_upper_bound_that_the_module_states():
    """Numba's compiler (`numba.core`, `numba.np`) is private too, whatever its names."""
    bounds = (PACKAGE.parents[1] / "pyproject.toml").read_text()
    for module, package in INTERNALS.items():
        said = re.search(rf"\(({package}[^)]*<[^)]*)\)", ast.get_docstring(tree_of(module)) or "")
        assert said and f'"{said[1]}"' in bounds, module
    compiler = {
        name for name, path in MODULES.items() if re.search(r"numba\.(core|np)\b", path.read_text())
    }
    assert compiler == {"foundation.numba_internals"}


def test_the_arguments_of_the_process_are_changed_in_one_place():
    swaps = {name for name, path in MODULES.items() if re.search(r"sys\.argv = ", path.read_text())}
    assert swaps == {"command.hydra_internals"}


def test_no_exception_is_known_by_its_name_alone():
    by_name = re.compile(r"type\(error\)\.__name__ [!=]=")
    assert {name for name, path in MODULES.items() if by_name.search(path.read_text())} == set()


def tree_of(name: str) -> ast.Module:
    """A module's syntax tree."""
    return ast.parse(MODULES[name].read_text())
