"""The version of the model: another one exactly when results can change.

It is made from the parsed code of this folder and the folders in it, without docstrings, comments,
layout, texts of errors, and the words in which parameters, columns and outcomes are described,
together with the shipped data and the numeric libraries. Runs that are kept carry it, and compiled
code lies in a folder named after it.
"""

from __future__ import annotations

import ast
import csv
import functools
import hashlib
import importlib.metadata
from pathlib import Path

PACKAGE = Path(__file__).parent
DATA = ("places_data/england_places.csv",)
"""Shipped data that results depend on; maps only serve figures."""
LIBRARIES = ("llvmlite", "numba", "numpy")

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
WORDS: dict[str, tuple[set[int], set[str]]] = {
    "parameter": (set(), {"low", "high", "unit", "group", "meaning", "source"}),
    "_share": ({1, 2, 3}, {"group", "meaning", "source"}),
    "Column": ({2, 3}, {"unit", "meaning"}),
    "Outcome": ({1, 2, 3, 4}, {"label", "unit", "meaning", "better"}),
    "Phase": ({0, 1, 5}, {"number", "title", "meaning"}),
    "replaces": (set(), {"title", "theory", "source"}),
}
"""Calls that declare something, and which of their arguments only describe it. Bounds are among
them: they refuse a setting and change no run.
"""


def shortened(node: ast.AST) -> list:
    """The parts of a syntax node that can bear on a result."""
    left_out = {"lineno", "col_offset", "end_lineno", "end_col_offset", "kind", "type_comment"}
    if isinstance(node, FUNCTIONS):
        left_out |= {"returns"}
    elif isinstance(node, ast.arg):
        left_out |= {"annotation"}
    elif isinstance(node, ast.Raise):
        return []
    parts = [(name, value) for name, value in ast.iter_fields(node) if name not in left_out]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in WORDS:
        places, names = WORDS[node.func.id]
        parts = [
            ("func", node.func),
            ("args", [one for at, one in enumerate(node.args) if at not in places]),
            ("keywords", [one for one in node.keywords if one.arg not in names]),
        ]
    return parts


def meaning(node) -> object:
    """A syntax tree as nested tuples that are equal where the code does the same."""
    if isinstance(node, list):
        return tuple(
            meaning(one)
            for one in node
            if not (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant))
        )
    if not isinstance(node, ast.AST):
        return repr(node)
    parts = [(name, meaning(value)) for name, value in shortened(node) if value not in (None, [])]
    return (type(node).__name__, *parts)


def digest_of(package: Path, libraries: tuple[tuple[str, str], ...]) -> str:
    """The version of the model in a folder, with the versions of the libraries that it runs on."""
    digest = hashlib.sha256(repr(libraries).encode())
    for path in sorted(package.rglob("*.py"), key=lambda path: path.relative_to(package).parts):
        code = meaning(ast.parse(path.read_text(encoding="utf-8")))
        digest.update(repr((path.relative_to(package).parts, code)).encode())
    for name in DATA:
        with (package / name).open(encoding="utf-8", newline="") as file:
            digest.update(repr((name, list(csv.reader(file)))).encode())
    return digest.hexdigest()[:16]


@functools.cache
def model_version() -> str:
    """The version of the model that runs here: 16 hexadecimal digits."""
    return digest_of(PACKAGE, tuple((name, importlib.metadata.version(name)) for name in LIBRARIES))
