"""How long functions and modules may be: short enough that each is read at one go."""

import ast
import statistics
from pathlib import Path

import localism_sim

PACKAGE = Path(localism_sim.__file__).parent
FILES = {str(path.relative_to(PACKAGE)): path.read_text() for path in PACKAGE.rglob("*.py")}
LONG_FILES = {
    "model/parameters.py": "one declaration after the other, each a parameter",
}
"""Files that may have over 500 lines, with the reason."""


LEAST_SHARE = 0.95
"""Of functions with fewer than 30 lines."""


def lengths() -> dict[tuple[str, str], int]:
    """Lines of each function, with its docstring, by file and name; of two alike the longer."""
    found: dict[tuple[str, str], int] = {}
    for file, text in FILES.items():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                found[file, node.name] = max(lines, found.get((file, node.name), 0))
    return found


def test_no_function_is_longer_than_a_screen():
    assert {at: lines for at, lines in lengths().items() if lines > 60} == {}


def test_most_functions_have_fewer_than_30_lines():
    of_all = [lines < 30 for lines in lengths().values()]
    assert statistics.mean(of_all) >= LEAST_SHARE


def test_modules_are_short():
    lines = {file: text.count("\n") for file, text in FILES.items()}
    assert statistics.median(lines.values()) < 180
    assert {file for file, count in lines.items() if count > 500} == set(LONG_FILES)
