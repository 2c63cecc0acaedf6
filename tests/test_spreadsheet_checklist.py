"""The workbook against the Government Analysis Function's checklist ("Making spreadsheets
accessible: a checklist of the basics", 2021), point by point, as far as a machine can tell.

A point marked (E) is one that the checklist calls essential. What takes a human eye (a spelling
check, Excel's own checker, the wording) is not here; the words come from the code, which is read.
"""

import re
import zipfile

import numpy as np
import openpyxl
import pandas as pd
import pytest

from localism_sim.model.outcomes import OUTCOMES
from localism_sim.report.column_names import heading, meaning
from localism_sim.report.workbook import MOST_CELLS, About, write_workbook

ABOUT = About("What came out", "What was asked?", "localism-sim seeds=2", "1, model 2")
TABLES = {
    "runs": pd.DataFrame(
        {"scenario": ["a", "=1+1"], "seed": [0, 1], "quality": [0.5, np.nan], "clear": [True, None]}
    ),
    "places": pd.DataFrame(
        {"place": ["", "St Helens"], "Place": ["\x07", "x"], "low": [np.inf, 1]}
    ),
    "none": pd.DataFrame({"a": []}),
    "too_long": pd.DataFrame({"a": np.zeros(MOST_CELLS + 1)}),
}
FIRST = ("Cover", "Contents", "Notes", "Columns")


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("book") / "tables.xlsx"
    write_workbook(TABLES, path, ABOUT)
    return path


@pytest.fixture(scope="module")
def book(path):
    return openpyxl.load_workbook(path)


def cells(book):
    """All cells of all worksheets, with their worksheet."""
    return [(sheet, cell) for sheet in book for row in sheet.iter_rows() for cell in row]


def tables(book):
    """Every worksheet but the cover, with its one table, its heading row and its last row."""
    found = []
    for sheet in book.worksheets[1:]:
        (table,) = sheet.tables.values()
        first, last = table.ref.split(":")
        found.append((sheet, table, sheet[first].row, sheet[last].row))
    return found


def test_01_02_31_tables_are_marked_up_named_and_one_a_worksheet(book):  # (E)
    found = tables(book)
    assert [sheet.title for sheet, *_ in found] == [*FIRST[1:], "Runs", "Places"]
    assert [table.displayName for _, table, *_ in found] == [
        f"Table_{sheet.title}" for sheet, *_ in found
    ]


def test_03_no_cell_is_merged(book):  # (E)
    assert not any(sheet.merged_cells.ranges for sheet in book)


def test_04_08_no_row_column_or_cell_is_blank(book):  # (E)
    for sheet, table, head, last in tables(book):
        inside = sheet[table.ref]
        assert all(str(cell.value).strip() for row in inside for cell in row), sheet.title
        assert not any(cell.value is None for row in inside for cell in row)
        assert all(sheet.cell(row, 1).value for row in range(1, head)) and last == sheet.max_row
    assert "[x]" in str(book["Runs"]["A2"].value) and "[z]" in str(book["Runs"]["A2"].value)
    assert book["Runs"]["C5"].value == "[x]" and book["Places"]["A4"].value == "[z]"


def test_05_one_heading_row_with_a_text_of_its_own_in_every_column(book):  # (E)
    for sheet, table, head, _ in tables(book):
        names = [cell.value for cell in sheet[head] if cell.value]
        assert table.headerRowCount == 1 and [c.name for c in table.tableColumns] == names
        assert len({name.lower() for name in names}) == len(names)


def test_06_16_text_wraps_and_is_plain_and_large_enough(book):  # (E)
    for sheet, cell in cells(book):
        if cell.value is None:
            continue
        assert cell.font.name == "Arial" and cell.font.sz >= 12 and not cell.font.italic
        runs_on = cell.coordinate == "A1" or (cell.coordinate == "A2" and sheet.title != "Cover")
        assert runs_on or cell.alignment.wrap_text
        assert not cell.alignment.textRotation


def test_07_09_no_filter_no_frozen_pane_nothing_hidden(book):
    for sheet in book:
        assert sheet.freeze_panes is None and sheet.sheet_state == "visible"
        assert not any(d.hidden for d in sheet.column_dimensions.values())
        assert not any(d.hidden for d in sheet.row_dimensions.values())
        assert sheet.auto_filter.ref is None
        assert all(table.autoFilter is None for table in sheet.tables.values())


def test_10_11_12_13_notes_are_called_so_and_stand_on_their_own_worksheet(book):  # (E)
    notes = book["Notes"]
    assert re.fullmatch(r"note \d+", notes["A4"].value)
    assert any("Too_long" in str(c.value) or "too_long" in str(c.value) for c in notes["B"])
    marks = re.compile(r"[*†‡§¹²³]|\[note")
    for sheet in book.worksheets[4:]:
        assert not any(marks.search(str(c.value)) for row in sheet.iter_rows() for c in row)


def test_14_18_headings_and_titles_have_words_and_no_symbols(book):
    for sheet, _, head, _ in tables(book):
        said = [sheet["A1"].value, *(cell.value for cell in sheet[head])]
        assert not any(re.search(r"[_#~<>|^]", str(text)) for text in said)
        assert not any(str(text).isupper() for text in said)
    for name in (*OUTCOMES, *(f"{name}_mean" for name in OUTCOMES)):
        assert "_" not in heading(name) and meaning(name)


def test_15_every_link_says_where_it_leads_and_leads_there(book):  # (E)
    contents = book["Contents"]
    links = [cell for row in contents.iter_rows() for cell in row if cell.hyperlink]
    assert [cell.value for cell in links] == book.sheetnames[2:]
    assert all(cell.hyperlink.location == f"'{cell.value}'!A1" for cell in links)


def test_17_every_worksheet_has_a_title_of_its_own_tagged_as_a_heading(book):  # (E)
    titles = [sheet["A1"].value for sheet in book]
    assert len(set(titles)) == len(titles) and titles[0] == ABOUT.title
    assert all(sheet["A1"].style == "Headline 1" for sheet in book)


def test_19_24_25_no_header_footer_box_image_or_macro(book, path):  # (E)
    for sheet in book:
        ends = (sheet.oddHeader, sheet.oddFooter, sheet.evenHeader, sheet.firstHeader)
        assert not any(end.center.text or end.left.text or end.right.text for end in ends)
    inside = zipfile.ZipFile(path).namelist()
    assert not [name for name in inside if re.search("drawing|media|vba|comment", name)]


def test_20_21_22_23_no_border_fill_or_colour_carries_meaning(book):  # (E)
    for sheet, cell in cells(book):
        assert cell.fill.fill_type is None
        if cell.coordinate != "A1":
            assert not cell.border.bottom.style and not cell.border.left.style
        if not cell.hyperlink and cell.coordinate != "A1":
            assert cell.font.color is None or cell.font.color.type == "theme"
        elif cell.hyperlink:
            assert cell.font.color.rgb.endswith("0000EE") and cell.font.underline == "single"
        assert not sheet.conditional_formatting
    assert all(t.tableStyleInfo.name is None for _, t, *_ in tables(book))


def test_26_27_worksheets_have_names_of_their_own_and_none_is_blank(book):  # (E)
    assert len({name.lower() for name in book.sheetnames}) == len(book.sheetnames)
    assert book.sheetnames == [*FIRST, "Runs", "Places"] and all(s.max_row > 1 for s in book)


def test_28_29_30_all_starts_in_column_a_and_nothing_stands_below_a_table(book):  # (E)
    for sheet, table, head, last in tables(book):
        assert table.ref.startswith(f"A{head}:") and last == sheet.max_row
        assert str(sheet["A2"].value).startswith("This worksheet contains one table")
        assert all(sheet.cell(row, 2).value is None for row in range(1, head))


def test_34_35_title_creator_language_and_the_cursor_are_set(book, path):  # (E)
    made = book.properties
    assert (made.title, made.creator, made.language) == (ABOUT.title, "localism_sim", "en-GB")
    assert book.active.title == "Cover"
    assert all(s.sheet_view.selection[0].activeCell == "A1" for s in book)
    said = " ".join(str(cell.value) for cell in book["Cover"]["A"])
    assert ABOUT.command in said and ABOUT.question in said and ABOUT.version in said


def test_text_that_looks_like_a_formula_stays_text(book):
    assert book["Runs"]["A5"].value == "=1+1" and book["Runs"]["A5"].data_type == "s"
    assert not any(cell.data_type == "f" for _, cell in cells(book))
    assert book["Runs"]["D4"].value == "yes" and book["Runs"]["C4"].value == 0.5
