"""What is said of a table that somebody brings: the sentences of the command line and of the page,
which reads the same files, from one place.
"""

from __future__ import annotations

from typing import Any

from .errors import BadInput

SAVE_AS = "in Excel: File, Save As, 'CSV UTF-8 (Comma delimited)'"
MESSAGES = {
    "old_workbook": "{file}: this is an old Excel workbook; save it as XLSX, or {save_as}",
    "empty": "{file}: the file is empty; a header with the columns is needed",
    "not_text": "{file}: not UTF-8 text (first in row {row}); save it as CSV in UTF-8 ({save_as})",
    "null_character": (
        "{file}: row {row} holds a null character, so it is not a text file; {save_as}"
    ),
    "not_csv": "{file}: cannot be read as CSV: {reason}",
    "not_workbook": "{file}: cannot be read as an XLSX workbook: {reason}",
    "too_many_cells": "{file}: the sheet has more than {most} cells",
    "zero_places": "{file}: zero places: no row below the header",
    "too_many_values": (
        "{file}: row {row} has {values} values, but row {header_row} names {columns} columns; put "
        "quotes around text with commas"
    ),
    "column_twice": "{file}: row {row} has column {column} twice (positions {first} and {second})",
    "column_missing": (
        "{file}: column '{key}' is missing; one row must hold the names of the columns, but row "
        "{row} holds: {shown}.{hint}"
    ),
    "rename": " Rename your column {column} to '{key}'.",
    "misspelt": (
        "{file}: column {column} would not be read. Did you mean '{alias}'? Rename it to '{key}' "
        "to use it; if it is something else, give it another name"
    ),
    "cell": "{file}: row {row}, column '{column}': {value} is not allowed; allowed: {allowed}",
    "same_place": "places: {name} and {other} are the same place of England; give it once",
    "shared_key": "place_id '{place}' happens to share its key with '{other}'; rename one of them",
}
"""Refusals by kind. In braces: what is filled in."""
ALLOWED = {
    "residents": "a whole number of residents from 1 to {most}",
    "whole_residents": "a whole number of residents",
    "unclear_points": "{allowed}; points between thousands could be taken for decimals",
    "decimal_point": "{allowed}, with a decimal point",
    "own_residents": (
        "a place's own residents, but this is the sum of all other rows; if {name} is a row of "
        "totals, delete it"
    ),
    "one_name": (
        "a name used once (row {row} has {name}, which differs in capitals, spaces or the coding "
        "of accents only)"
    ),
    "name": "a name",
    "no_total": "the name of a place; delete rows of totals",
    "id_once": "an id used once (row {row} has it too)",
    "neighbours": "ids of other places in this file, separated by spaces or semicolons",
    "exposure": "a ratio to the mean cut from 0.01 to 10, or empty for 1",
    "change": "a change from -1 to 1, such as -0.17 for a cut of 17%",
}
"""What a cell may hold, by kind."""
NOTES = {
    "header_row": "the columns are named in row {row}; what stands above is passed over",
    "utf_16": "its text is UTF-16",
    "windows": "its text is not UTF-8 and was read as Windows text (cp1252): check the accents",
    "separator": "its columns are separated by {name}",
    "sheet": "of its {count} sheets {title} was read",
    "column": "column '{column}': {what}",
    "pounds": "pound signs were left out",
    "shares": "percentages were read as shares",
    "percent": "% was left out",
    "decimal_commas": "commas were read as decimal points",
    "points": "points were read as thousands, as commas are decimal in this file",
    "inside": (
        "places in the file: {count}, of which {known} take the place of councils of England and "
        "{added} are added to it"
    ),
}
"""How a file was read, where that was not plain."""


def refusal(kind: str, **parts: Any) -> BadInput:
    """The error that says so, to be raised."""
    return BadInput(MESSAGES[kind].format(save_as=SAVE_AS, **parts))


def note(kind: str, **parts: Any) -> str:
    """A note on how a file was read."""
    return NOTES[kind].format(**parts)
