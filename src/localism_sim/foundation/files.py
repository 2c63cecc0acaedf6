"""Writing results to disk so that every file is complete or absent."""

from __future__ import annotations

import contextlib
import json
import os
import re
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from .errors import BadInput, brief

RECORDERS: list[Callable[[Path], None]] = []
"""Called with every file just before it gets its final name (used by `foundation.folders`)."""
PLAIN = re.compile(r"[A-Za-z_./-][\w./-]*", re.ASCII)


def flush(path: Path) -> None:
    """Make the content of a file, or the names in a folder, survive a power cut. A new file name is
    safe only once its folder has been flushed.
    """
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A temporary path beside `path` that is renamed to it only if the block succeeds; a failure or
    Ctrl-C leaves nothing behind.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.stem}.{os.getpid()}.tmp{path.suffix}")
    try:
        yield temporary
        flush(temporary)
        for record in RECORDERS:
            record(path)
        os.replace(temporary, path)
        flush(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


def quoted(path: str) -> str:
    """A path in the command line's grammar: quoted if it contains anything but English letters,
    digits and a few signs.
    """
    if PLAIN.fullmatch(path) and path.lower() not in ("true", "false", "null", "nan", "inf"):
        return path
    inside = re.sub(r"(\\*)'", r"\1\1\\'", path.replace("${", "\\${"))
    return f"'{re.sub(r'(\\+)$', r'\1\1', inside)}'"


def write_table(table: pd.DataFrame, path: Path) -> None:
    """Write a table as Parquet, completely or not at all."""
    with whole_file(path) as temporary:
        table.to_parquet(temporary, index=False)


FORMULA = re.compile(
    r"'*[=+\-@\t\r\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}"
    r"\N{FULLWIDTH HYPHEN-MINUS}\N{FULLWIDTH COMMERCIAL AT}]"
)
"""Matches the start of a text that a spreadsheet would read as a formula, or that has been guarded
already.
"""


def as_text(value: Any) -> Any:
    """A value that is safe in a spreadsheet: a text that would be read as a formula gets a leading
    apostrophe (OWASP, "CSV Injection"); numbers stay, also when written as text. To get the
    original back, remove one apostrophe from a text that begins with one and matches `FORMULA`.
    """
    if not isinstance(value, str) or not FORMULA.match(value):
        return value
    try:
        float(value)
        return value
    except ValueError:
        return f"'{value}"


def for_people(table: pd.DataFrame) -> pd.DataFrame:
    """A copy of a table in which a spreadsheet reads no text or heading as a formula."""
    safe = table.rename(columns=as_text)
    texts = [k for k, kind in enumerate(table.dtypes) if not pd.api.types.is_numeric_dtype(kind)]
    for k in texts:
        cells = table.iloc[:, k].astype(object).map(as_text, na_action="ignore")
        safe.isetitem(k, cells.replace(r"\r\n?", "\n", regex=True))  # a bare CR would end the row
    return safe


def write_tables(folder: Path, **tables: pd.DataFrame) -> None:
    """Write each table under its name twice: exactly, as Parquet for programs, and as CSV for
    people (`for_people`).
    """
    for name, table in tables.items():
        write_table(table, folder / f"{name}.parquet")
        write_text(for_people(table).to_csv(index=False), folder / f"{name}.csv")


def write_text(text: str, path: Path) -> None:
    """Write a text file completely or not at all."""
    with whole_file(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def read_json(path: Path) -> Any:
    """The content of a JSON file; OSError or ValueError if it cannot be read, whatever is wrong
    with it.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except RecursionError:
        raise ValueError("nested without end") from None


def results_path(given: str | None, default: str) -> Path:
    """The folder for results: the one given (a relative path must stay below the working
    directory), otherwise results/<default>. Creates nothing.
    """
    if given is not None and not isinstance(given, (str, os.PathLike)):
        raise BadInput(
            f"results_dir = {brief(given)} is not allowed; allowed: the path of a folder"
        )
    path = Path(given) if given else Path("results") / default
    if not path.is_absolute() and not path.resolve().is_relative_to(Path.cwd().resolve()):
        raise BadInput(
            f"results_dir = {brief(given)} leads out of the working directory; give a folder "
            f"below it, or an absolute path"
        )
    return path.absolute() if ":" in str(path) else path  # pyarrow takes 'a:b' for an address


def nearest_folder(path: Path) -> Path:
    """The folder itself, or its nearest parent that exists."""
    return next(each for each in (path.absolute(), *path.absolute().parents) if each.is_dir())


def results_folder(given: str | None, default: str) -> Path:
    """The folder for results (see `results_path`), created and checked to be writable."""
    path = Path(default)
    try:
        path = results_path(given, default)
        path.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path):
            pass
    except BadInput:
        raise
    except (OSError, ValueError, RuntimeError) as error:
        raise BadInput(
            f"results_dir = {brief(str(given or path))} cannot be written: "
            f"{getattr(error, 'strerror', None) or error}"
        ) from None
    return path
