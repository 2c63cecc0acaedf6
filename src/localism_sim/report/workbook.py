"""Tables as a workbook for a spreadsheet (XLSX) that a screen reader can follow.

It keeps to the checklist of the Government Analysis Function ("Making spreadsheets accessible: a
checklist of the basics", 2021): a cover, contents and notes first; one table a sheet, marked up and
named, from column A on; a tagged title in A1; no merged, hidden or blank cells; no colour, filter
or frozen pane. Every text is shown as text, whatever it looks like.
"""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Border, Font, NamedStyle, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.table import Table, TableColumn, TableStyleInfo

from ..foundation.files import whole_file
from .column_names import TITLES, heading, meaning

MOST_CELLS = 400_000
"""Longer tables are left out of the workbook; they are beside it as CSV and Parquet."""
WIDEST = 50
LONGEST_TEXT = 32_000
MISSING, NONE_SUCH = "[x]", "[z]"
CREATOR = "localism_sim"
WRITTEN = datetime.datetime(2010, 5, 1)
"""A fixed date of making, so that the same tables give the same file."""
FONT = Font(name="Arial", size=12)
NO_BORDER = Border(left=Side(), right=Side(), top=Side(), bottom=Side())
CELL = "Cell of a table"
"""The style of every cell but titles and headings; named, so that each cell need not compare it."""
NOTES = (
    f"{MISSING} means not available: there is no number, or none that is finite.",
    f"{NONE_SUCH} means not applicable: there is nothing to say in this cell.",
    "Intervals cover chance inside the model, not doubt about its rules and rates.",
    "Numbers are as the model gives them, not rounded; they are no forecast.",
)


@dataclass(frozen=True)
class About:
    """What the cover says. command and version: how it was made."""

    title: str = "Results of localism_sim"
    question: str = ""
    command: str = ""
    version: str = ""


@dataclass(frozen=True)
class Sheet:
    """A worksheet of one table."""

    name: str
    title: str
    lines: tuple[str, ...]
    columns: tuple[str, ...]
    rows: Sequence[Sequence[Any]]


def write_workbook(
    tables: Mapping[str, pd.DataFrame], path: Path, about: About | None = None
) -> None:
    """A cover, contents, notes, the meaning of every column, and a sheet for each table; whole or
    not at all.
    """
    about = about or About()
    told = {name: table for name, table in tables.items() if 0 < table.size <= MOST_CELLS}
    book = Workbook()
    book.remove(book.worksheets[0])
    top = Alignment(wrap_text=True, vertical="top")
    style = NamedStyle(CELL, font=FONT, border=NO_BORDER, alignment=top)
    book.add_named_style(style)
    made = book.properties
    made.title, made.creator, made.language = about.title, CREATOR, "en-GB"
    made.subject, made.description = about.question or about.title, cover_lines(about, told)[0]
    made.created = WRITTEN
    write_cover(book, about, told)
    sheets = [table_sheet(name, table) for name, table in told.items()]
    for sheet in (contents(sheets), notes(tables, told), columns_sheet(told), *sheets):
        write_sheet(book, sheet, style)
    kept = io.BytesIO()
    book.save(kept)
    with whole_file(path) as temporary:
        temporary.write_bytes(always_the_same(kept.getvalue()))


def cover_lines(about: About, tables: Mapping[str, pd.DataFrame]) -> list[str]:
    """What the cover says, a line each."""
    return [
        line
        for line in (
            f"This workbook holds {len(tables)} tables of results, one on each worksheet. The "
            f"worksheet Contents lists them, Notes explains shorthand, Columns explains columns.",
            about.question and f"Question: {about.question}",
            about.command and f"Made by the command: {about.command}",
            about.version and f"Version: {about.version}",
            "Each table is also in the folder of results as a CSV file of the same name.",
        )
        if line
    ]


def write_cover(book: Workbook, about: About, tables: Mapping[str, pd.DataFrame]) -> None:
    """The first worksheet: text in column A."""
    sheet = book.create_sheet("Cover")
    write_title(sheet, about.title)
    for row, line in enumerate(cover_lines(about, tables), start=2):
        put(sheet.cell(row, 1), line)
    sheet.column_dimensions["A"].width = 90


def table_sheet(name: str, table: pd.DataFrame) -> Sheet:
    """A table of results as a worksheet."""
    return Sheet(
        sheet_name(name),
        TITLES.get(name, f"{name.replace('_', ' ').capitalize()}"),
        (
            f"This worksheet contains one table of {len(table):,} rows. Shorthand: {MISSING} not "
            f"available, {NONE_SUCH} not applicable.",
        ),
        unique([heading(str(column)) for column in table]),
        table.astype(object).to_numpy().tolist(),
    )


def sheet_name(name: str) -> str:
    """A table's name in the form that worksheets allow."""
    return re.sub(r"[\[\]:*?/\\']", "-", name)[:31].capitalize()


def unique(names: Sequence[str]) -> tuple[str, ...]:
    """The names, changed so that no two are equal when case is ignored."""
    taken: dict[str, int] = {}
    found = []
    for name in names:
        taken[name.lower()] = count = taken.get(name.lower(), 0) + 1
        found.append(name if count == 1 else f"{name} ({count})")
    return tuple(found)


def contents(sheets: Sequence[Sheet]) -> Sheet:
    """What is on which worksheet."""
    told = [("Notes", "Notes on shorthand and on what the numbers are"), ("Columns", COLUMNS)]
    rows = [*told, *((sheet.name, sheet.title) for sheet in sheets)]
    lines = ("This worksheet contains one table: the worksheets, each with a link to it.",)
    return Sheet("Contents", "Contents", lines, ("Worksheet", "What it holds"), rows)


COLUMNS = "What each column means"


def notes(tables: Mapping[str, pd.DataFrame], told: Mapping[str, pd.DataFrame]) -> Sheet:
    """Notes by number; which tables were too long is one of them."""
    left = [name for name in tables if name not in told]
    said = [*NOTES, *([f"Too long or empty, so only as CSV: {', '.join(left)}."] if left else [])]
    rows = [(f"note {k}", text) for k, text in enumerate(said, start=1)]
    lines = ("This worksheet contains one table: notes that hold for all tables.",)
    return Sheet("Notes", "Notes", lines, ("Note", "Text"), rows)


def columns_sheet(tables: Mapping[str, pd.DataFrame]) -> Sheet:
    """A row for each column of every table: its heading in the workbook, its name in the CSV file,
    its meaning.
    """
    rows = [
        (sheet_name(name), heading_here, str(column), meaning(str(column)))
        for name, table in tables.items()
        for column, heading_here in zip(table, unique([heading(str(c)) for c in table]))
    ]
    head = ("Worksheet", "Heading", "Name in the CSV file", "Meaning")
    lines = (f"This worksheet contains one table. {NONE_SUCH}: the heading says it all.",)
    return Sheet("Columns", COLUMNS, lines, head, rows)


def put(cell: Any, value: Any) -> None:
    """Write a value into a cell, in the style of every cell but titles and headings."""
    cell.style = CELL
    fill(cell, value)


def fill(cell: Any, value: Any) -> None:
    """Write a value: numbers as numbers, text as text even if it looks like a formula."""
    if isinstance(value, bool):
        value = "yes" if value else "no"
    if isinstance(value, (int, float)) and value - value == 0:
        cell.value = value
        return
    text = MISSING if is_missing(value) else str(value) if str(value).strip() else NONE_SUCH
    cell.value = ILLEGAL_CHARACTERS_RE.sub("\ufffd", text)[:LONGEST_TEXT]
    cell.data_type = "s"


def is_missing(value: Any) -> bool:
    """Whether a value is missing or not a finite number."""
    return value is None or value is pd.NaT or (isinstance(value, float) and value - value != 0)


def write_title(sheet: Any, title: str) -> None:
    """The worksheet's title in A1, tagged as a heading."""
    put(sheet["A1"], title)
    sheet["A1"].style = "Headline 1"
    sheet["A1"].font = Font(name="Arial", size=16, bold=True)


def write_sheet(book: Workbook, what: Sheet, style: NamedStyle) -> None:
    """Write a worksheet: title, lines, then the table, which ends at the last row."""
    sheet = book.create_sheet(what.name)
    write_title(sheet, what.title)
    for row, line in enumerate(what.lines, start=2):
        put(sheet.cell(row, 1), line)
        sheet.cell(row, 1).alignment = Alignment(wrap_text=False)
    head = 2 + len(what.lines)
    for column, name in enumerate(what.columns, start=1):
        put(sheet.cell(head, column), name)
        sheet.cell(head, column).font = Font(name="Arial", size=12, bold=True)
    for values in what.rows:
        cells = [Cell(sheet, style_array=style.as_tuple()) for _ in values]  # no look-up by name
        for cell, value in zip(cells, values):
            fill(cell, value)
        sheet.append(cells)
    if what.name == "Contents":
        link_to_sheets(sheet, what, head)
    mark_up(sheet, what, head)
    for column, size in enumerate(widths(what), start=1):
        sheet.column_dimensions[get_column_letter(column)].width = size


def link_to_sheets(sheet: Any, what: Sheet, head: int) -> None:
    """Make each worksheet's name in the contents a link to it."""
    for row, (name, title) in enumerate(what.rows, start=head + 1):
        where = f"A{row}"
        sheet[where].hyperlink = Hyperlink(ref=where, location=f"'{name}'!A1", tooltip=title)
        sheet[where].font = Font(name="Arial", size=12, underline="single", color="0000EE")


def mark_up(sheet: Any, what: Sheet, head: int) -> None:
    """Mark the cells up as one table with a heading row, without filter buttons or stripes."""
    name = re.sub(r"\W", "_", what.name)
    last = f"{get_column_letter(len(what.columns))}{head + len(what.rows)}"
    table = Table(displayName=f"Table_{name}", ref=f"A{head}:{last}")
    table.tableStyleInfo = TableStyleInfo(name=None, showRowStripes=False)
    table.tableColumns = [
        TableColumn(id=k, name=column) for k, column in enumerate(what.columns, start=1)
    ]
    sheet.add_table(table)


def widths(what: Sheet) -> Iterable[int]:
    """Column widths in characters: the longest text, up to a limit."""
    for position, name in enumerate(what.columns):
        cells = [len(str(row[position])) for row in what.rows[:500]]
        numbers = all(isinstance(row[position], float) for row in what.rows[:20])
        longest = 12 if numbers else max(cells, default=0)
        yield int(min(WIDEST, max(14, 1.3 * longest, 1.3 * max(map(len, name.split())))))


def always_the_same(content: bytes) -> bytes:
    """The same workbook with a fixed date wherever it records when it was made."""
    made = io.BytesIO()
    date = WRITTEN.timetuple()[:6]
    stamp = f"{WRITTEN.isoformat()}Z".encode()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            held = old.read(name)
            if name == "docProps/core.xml":
                held = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + stamp, held)
            entry = zipfile.ZipInfo(name, date)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, held)
    return made.getvalue()
