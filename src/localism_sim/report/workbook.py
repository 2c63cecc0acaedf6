"""Tables as a workbook for a spreadsheet (XLSX): a sheet a table, every text shown as text."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import xlsxwriter

from ..foundation.files import whole_file

MOST_ROWS = 100_000
"""Longer tables are left out of the workbook; they are beside it as CSV and Parquet."""
WIDEST = 60
AS_TEXT = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
CREATOR = "localism_sim"
WRITTEN = datetime.datetime(2010, 5, 1)
"""A fixed date of making, so that the same tables give the same file."""


def write_workbook(tables: Mapping[str, pd.DataFrame], path: Path) -> None:
    """A sheet for each table, with its headings frozen; whole or not at all. Text that looks like a
    formula stays text.
    """
    with whole_file(path) as temporary, xlsxwriter.Workbook(str(temporary), AS_TEXT) as book:
        book.set_properties({"created": WRITTEN})
        bold = book.add_format({"bold": True})
        for name, table in tables.items():
            if len(table) > MOST_ROWS:
                continue
            sheet = book.add_worksheet(name[:31])
            sheet.freeze_panes(1, 0)
            for column, heading in enumerate(table):
                write_column(sheet, column, str(heading), table[heading], bold)


def write_column(sheet, column: int, heading: str, values: pd.Series, bold) -> None:
    """A heading and the values below it; what is missing or not finite leaves an empty cell."""
    sheet.write_string(0, column, heading, bold)
    longest = len(heading)
    for row, value in enumerate(values.tolist(), start=1):
        if isinstance(value, bool):
            sheet.write_boolean(row, column, value)
        elif isinstance(value, (int, float)):
            if pd.notna(value) and abs(value) != float("inf"):
                sheet.write_number(row, column, value)
        elif value is not None:
            sheet.write_string(row, column, str(value))
            longest = max(longest, len(str(value)))
    sheet.set_column(column, column, min(WIDEST, longest + 2))
