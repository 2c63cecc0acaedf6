"""Reading tables as people have them: CSV with any common separator and encoding, or a sheet of a
workbook.

A file is read if there is one sensible way to read it, and a note says what was unusual. Any other
file is refused, with advice.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import BadInput, brief, nearest
from .reading import read_given
from .table_messages import note, refusal

LARGEST_FILE = 100_000_000
MOST_CELLS = 5_000_000
"""Largest sheet in cells; a small archive can unpack to more than the memory of a machine."""
LOOKED_AT = 20
"""How many first rows are searched for the header; there may be titles above it."""
SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
WORKBOOK, OLD_WORKBOOK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"

Row = tuple[int, list[str]]
"""The number of a row as a spreadsheet counts, and its cells as text."""


@dataclass(frozen=True)
class Sheet:
    """A table of text. header: names of the columns. rows: the rows below it that are not empty.

    separator: what separated the cells. notes: what was unusual, one sentence each.
    """

    file: str
    header: list[str]
    header_row: int
    rows: list[Row]
    separator: str
    notes: tuple[str, ...]


def read_sheet(
    path: Path, setting: str, needed: Sequence[Sequence[str]], sheet: str | None = None
) -> Sheet:
    """The table in the file that `setting` names.

    needed: for each required column its possible names in small letters; the first row that holds
    all of them is the header. sheet: of a workbook (default: the first). Raises `BadInput` for what
    cannot be read.
    """
    content = read_given(path, setting, LARGEST_FILE, "a CSV or XLSX file")
    if content.startswith(OLD_WORKBOOK):
        raise refusal("old_workbook", file=path.name)
    if content.startswith(WORKBOOK):
        rows, notes = workbook_rows(content, path.name, sheet)
        separator = "\t"
    else:
        if sheet is not None:
            raise BadInput(
                f"places.sheet = {brief(sheet)} does nothing: {path.name} is no workbook"
            )
        text, notes = decoded(content, path.name)
        rows, separator, more = text_rows(text, path.name, needed)
        notes += more
    filled = [(number, cells) for number, cells in rows if any(cells)]
    if not filled:
        raise refusal("empty", file=path.name)
    at = header_position(filled, needed)
    number, header = filled[at]
    if at:
        notes += (note("header_row", row=number),)
    return Sheet(path.name, header, number, filled[at + 1 :], separator, notes)


def cleaned(cell: str) -> str:
    """A cell without space around it, and with ordinary spaces in place of non-breaking ones."""
    return cell.replace("\xa0", " ").replace("\u202f", " ").strip()


def holds(cells: Sequence[str], needed: Sequence[Sequence[str]]) -> bool:
    """Whether a row names every column that is needed."""
    lowered = {cell.casefold() for cell in cells}
    return all(any(name in lowered for name in names) for names in needed)


def header_position(rows: list[Row], needed: Sequence[Sequence[str]]) -> int:
    """The first of the first rows that names every required column; 0 if there is none, and the
    caller then says what is missing there.
    """
    return next((n for n, row in enumerate(rows[:LOOKED_AT]) if holds(row[1], needed)), 0)


def decoded(content: bytes, file: str) -> tuple[str, tuple[str, ...]]:
    """The text, from UTF-8, UTF-16 with a byte-order mark, or otherwise Windows-1252, and a note on
    it.
    """
    notes: tuple[str, ...] = ()
    try:
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            text, notes = content.decode("utf-16"), (note("utf_16"),)
        else:
            text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        try:
            if error.encoding != "utf-8":
                raise error
            text = content.decode("cp1252")
        except UnicodeDecodeError:
            row = content.count(b"\n", 0, error.start) + 1
            raise refusal("not_text", file=file, row=row) from None
        notes = (note("windows"),)
    if "\0" in text:
        row = text.count("\n", 0, text.index("\0")) + 1
        raise refusal("null_character", file=file, row=row)
    return text, notes


def text_rows(
    text: str, file: str, needed: Sequence[Sequence[str]]
) -> tuple[list[Row], str, tuple[str, ...]]:
    """The rows of a text, the separator with which the required columns appear, and a note if it is
    not a comma. A first line `sep=;` decides.
    """
    first, _, rest = text.partition("\n")
    if first.strip().strip('"').casefold().startswith("sep=") and len(first.strip('"\r\n')) >= 5:
        separator = first.strip('"\r\n')[4]
        rows = split(rest, separator, file, 2)
        return rows, separator, ()
    for separator, name in SEPARATORS.items():
        try:
            rows = split(text, separator, file, 1)
        except BadInput:
            if separator == "|":
                raise
            continue
        if any(holds(cells, needed) for _, cells in rows[: 2 * LOOKED_AT]):
            return rows, separator, () if separator == "," else (note("separator", name=name),)
    return split(text, ",", file, 1), ",", ()


def split(text: str, separator: str, file: str, first: int) -> list[Row]:
    """Rows of cells; `first` is the number of the first row."""
    try:
        lines = csv.reader(io.StringIO(text), delimiter=separator, strict=True)
        return [(n, [cleaned(cell) for cell in line]) for n, line in enumerate(lines, first)]
    except (csv.Error, ValueError) as error:
        raise refusal("not_csv", file=file, reason=error) from None


def workbook_rows(
    content: bytes, file: str, sheet: str | None
) -> tuple[list[Row], tuple[str, ...]]:
    """The rows of one sheet as text, and a note on which sheet was read if there are several."""
    try:
        return sheet_rows(content, file, sheet)
    except BadInput:
        raise
    except Exception as error:  # what the reader raises on a damaged file is not laid down
        reason = " ".join(str(error).split()) or type(error).__name__
        raise refusal("not_workbook", file=file, reason=reason) from None


def sheet_rows(content: bytes, file: str, sheet: str | None) -> tuple[list[Row], tuple[str, ...]]:
    """As `workbook_rows`, for an undamaged workbook."""
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    names = book.sheetnames
    if sheet is not None and sheet not in names:
        raise BadInput(
            f"places.sheet = {brief(sheet)} is not in {file}.{nearest(str(sheet), names)} "
            f"It has: {', '.join(map(brief, names))}"
        )
    chosen = book[sheet or names[0]]
    rows: list[Row] = []
    cells = 0
    for number, row in enumerate(chosen.iter_rows(), 1):
        rows.append((number, [as_text(cell) for cell in row]))
        cells += len(row)
        if cells > MOST_CELLS:
            raise refusal("too_many_cells", file=file, most=f"{MOST_CELLS:,}")
    if len(names) == 1:
        return rows, ()
    return rows, (note("sheet", count=len(names), title=brief(chosen.title)),)


def as_text(cell: Any) -> str:
    """A cell of a workbook as it would be typed; a share formatted as a percentage
    keeps its sign.
    """
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, (int, float)):
        percent = "%" in (getattr(cell, "number_format", "") or "")
        number = round(value * 100.0, 10) if percent else value
        return f"{number:.15g}{'%' if percent else ''}"
    return cleaned(str(value))
