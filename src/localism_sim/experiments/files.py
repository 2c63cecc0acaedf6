"""Results on disk: whole files or none."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from ..parameters import BadInput, brief


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A temporary path beside `path` that takes its name only when the block ends well; a failure or Ctrl-C leaves nothing behind."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.stem}.{os.getpid()}.tmp{path.suffix}")
    try:
        yield temporary
        with open(temporary, "rb+") as file:
            os.fsync(file.fileno())
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def write_table(table: pd.DataFrame, path: Path) -> None:
    """A table as Parquet, whole or not at all."""
    with whole_file(path) as temporary:
        table.to_parquet(temporary, index=False)


def write_tables(folder: Path, **tables: pd.DataFrame) -> None:
    """Tables by name, each as Parquet for programs and as CSV for people."""
    for name, table in tables.items():
        write_table(table, folder / f"{name}.parquet")
        write_text(table.to_csv(index=False), folder / f"{name}.csv")


def write_text(text: str, path: Path) -> None:
    """A text file, whole or not at all."""
    with whole_file(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def results_folder(given: str | None, default: str) -> Path:
    """The folder for results: as given (relative paths must stay below the working directory), else results/<default>."""
    if given is not None and not isinstance(given, (str, os.PathLike)):
        raise BadInput(f"results_dir = {brief(given)} is not allowed; allowed: the path of a folder")
    path = Path(given) if given else Path("results") / default
    if not path.is_absolute() and not path.resolve().is_relative_to(Path.cwd().resolve()):
        raise BadInput(f"results_dir = {brief(given)} leads out of the working directory; give a folder below it, or an absolute path")
    try:
        path.mkdir(parents=True, exist_ok=True)
        with whole_file(path / "writable"):
            (path / f".writable.{os.getpid()}.tmp").touch()
        (path / "writable").unlink(missing_ok=True)
    except (OSError, ValueError) as error:
        raise BadInput(f"results_dir = {brief(str(path))} cannot be written: {getattr(error, 'strerror', None) or error}") from None
    return path
