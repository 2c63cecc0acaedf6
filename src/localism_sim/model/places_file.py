"""Files of places: the package's own and those that users bring, as clean tables."""

from __future__ import annotations

import difflib
from importlib import resources
from pathlib import Path

import pandas as pd

from ..foundation.errors import brief, nearest
from ..foundation.spreadsheets import Sheet, read_sheet
from ..foundation.table_messages import MESSAGES, refusal
from .place_cells import Reader

ALIASES = {
    "name": ("name",),
    "population": ("population", "population_2011"),
    "place_id": ("place_id",),
    "region": ("region",),
    "class": ("class",),
    "deprivation": ("deprivation", "imd_2010"),
    "cut_exposure": ("cut_exposure",),
    "city_region": ("city_region", "metropolitan_county"),
    "longitude": ("longitude",),
    "latitude": ("latitude",),
    "neighbours": ("neighbours",),
    "spending_change": ("real_change_per_head_2010_11_to_2017_18",),
}
"""What is read from a file, and the column names accepted for it.

Only name and population are required.
"""
ALSO_CALLED = {
    "name": ("area", "authority", "council", "district", "la name", "local authority", "place"),
    "population": ("residents", "people", "inhabitants", "pop", "persons", "all people"),
}
"""What people call the columns that are required; such a name is not read, but the message says
what to call it.
"""
LIKENESS = 0.85
"""A column as like as this to one that is read, but not the same, is taken for a slip of the pen
and refused instead of passed over.
"""


def data_file(name: str) -> Path:
    """A file of the data shipped with the package."""
    return Path(str(resources.files("localism_sim").joinpath("model", "places_data", name)))


def read_table(path: Path, sheet: str | None = None) -> pd.DataFrame:
    """A places file as a clean table with one column for each key of `ALIASES`, or `BadInput`.

    How it was read, where that was not plain, is in `attrs["notes"]`.
    """
    given = read_sheet(path, "places.path", [ALIASES["name"], ALIASES["population"]], sheet)
    found = found_columns(given)
    if not given.rows:
        raise refusal("zero_places", file=path.name)
    for number, line in given.rows:
        if any(line[len(given.header) :]):
            raise refusal(
                "too_many_values",
                file=path.name,
                row=number,
                values=len(line),
                header_row=given.header_row,
                columns=len(given.header),
            )
    cells = {
        column.lower(): [line[n] if n < len(line) else "" for _, line in given.rows]
        for n, column in enumerate(given.header)
    }
    numbers = [number for number, _ in given.rows]
    reader = Reader(path.name, numbers, cells, found, given.separator != ",", list(given.notes))
    table = reader.table()
    table.attrs["notes"] = tuple(reader.notes)
    return table


def found_columns(sheet: Sheet) -> dict[str, str | None]:
    """For each key of `ALIASES` the column that holds it, in small letters, or None; `BadInput` if
    one is missing, given twice or misspelt.
    """
    header, at = sheet.header, sheet.header_row
    lowered = [cell.lower() for cell in header]
    for position, column in enumerate(lowered):
        if column and column in lowered[:position]:
            raise refusal(
                "column_twice",
                file=sheet.file,
                row=at,
                column=brief(header[position]),
                first=lowered.index(column) + 1,
                second=position + 1,
            )
    found = {
        key: next((alias for alias in aliases if alias in lowered), None)
        for key, aliases in ALIASES.items()
    }
    for key in ("name", "population"):
        if found[key] is None:
            raise refusal(
                "column_missing",
                file=sheet.file,
                key=key,
                row=at,
                shown=", ".join(brief(cell).strip("'") for cell in header[:8]),
                hint=renaming(key, header),
            )
    refuse_misspelt(sheet.file, lowered, found)
    return found


def refuse_misspelt(file: str, columns: list[str], found: dict[str, str | None]) -> None:
    """Refuse a column whose name is nearly that of one that is read and was not found."""
    keys = {alias: key for key, aliases in ALIASES.items() for alias in aliases}
    for column in columns:
        if column in keys:
            continue
        for alias in difflib.get_close_matches(column, keys, 1, LIKENESS):
            if found[keys[alias]] is None:
                raise refusal(
                    "misspelt", file=file, column=brief(column), alias=alias, key=keys[alias]
                )


def renaming(key: str, header: list[str]) -> str:
    """Which of the user's columns seems to be meant, and the name that it should have."""
    for cell in header:
        if difflib.get_close_matches(cell.casefold(), (key, *ALSO_CALLED[key]), 1, 0.75):
            return MESSAGES["rename"].format(column=brief(cell), key=key)
    return nearest(key, header)
