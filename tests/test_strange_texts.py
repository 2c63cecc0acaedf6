"""What users write into names and titles is shown as it stands and run by nothing."""

import csv
import html
import io
import re

import openpyxl
import pandas as pd
import pytest

from localism_sim.command.cli import main
from localism_sim.foundation.files import FORMULA, as_text, for_people

FORMULAS = ["=1+1", "+cmd|' /C calc'!A0", "-x", "@SUM(A1)", "\t=1", "\r=1", "\uff1d1"]
PLAIN = ["fine", "'quoted'", "a=b", "5", "-5", "+4.4e3", "", "1-2", "O'Brien"]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_like_a_formula_is_text_in_a_spreadsheet_and_can_be_had_back(text):
    written = as_text(text)
    assert written == f"'{text}"
    assert as_text(written) == f"''{text}"  # written twice, it comes back twice
    assert FORMULA.match(written) and written[1:] == text


@pytest.mark.parametrize("text", PLAIN)
def test_other_texts_and_numbers_stay_as_they_are(text):
    assert as_text(text) == text


def test_numbers_headings_and_gaps_of_a_table():
    table = pd.DataFrame(
        {"name": FORMULAS, "value": [-1.5] * 7, "=head": pd.Categorical(["-a"] * 7), "gap": None}
    )
    rows = list(csv.reader(io.StringIO(for_people(table).to_csv(index=False), newline="")))
    assert rows[0] == ["name", "value", "'=head", "gap"]
    for text, row in zip(FORMULAS, rows[1:]):
        assert row == [f"'{text}".replace("\r", "\n"), "-1.5", "'-a", ""]


NAMES = ["=1+1", "+44 Town", "@home", "[bold]Red[/]", "$x$ \\frac", "<script>a</script>", "中文"]


@pytest.fixture(scope="module")
def strange(tmp_path_factory):
    """The main job on places, a scenario and a folder with strange names: folder and what was
    said.
    """
    import contextlib

    folder = tmp_path_factory.mktemp("strange")
    with open(folder / "mine.csv", "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["name", "population"], *([name, 90_000] for name in NAMES)])
    title = "[bold]$x$ \\frac <script>"
    (folder / "mine.yaml").write_text(
        f"title: '{title}'\nsettings:\n  autonomy: 0.7\n", encoding="utf-8"
    )
    asked = ["places.path=mine.csv", "places.alone=true", "scenario=mine.yaml", "seeds=2"]
    said = io.StringIO()
    with contextlib.chdir(folder), contextlib.redirect_stdout(said):
        assert main([*asked, "months=4", f"results_dir={title}/[red]out"]) == 0
    return folder / title / "[red]out", title, said.getvalue()


def test_the_terminal_shows_titles_and_folders_as_they_stand(strange):
    _, title, said = strange
    assert f"{title}/[red]out" in said and said.count(title) > 1


def test_the_csv_is_safe_and_the_parquet_exact(strange):
    folder, _, _ = strange
    cells = list(csv.reader(io.StringIO((folder / "places.csv").read_text("utf-8"), newline="")))
    shown = {cell for row in cells for cell in row}
    assert {"'=1+1", "'+44 Town", "'@home", "[bold]Red[/]", "$x$ \\frac"} <= shown
    for path in folder.glob("*.csv"):
        for row in csv.reader(io.StringIO(path.read_text("utf-8"), newline="")):
            for cell in row:
                assert not re.match(r"[=@\t\r]|[+-](?![\d.]|inf)", cell), (path.name, cell)
    exact = pd.read_parquet(folder / "places.parquet")
    assert set(NAMES) <= {str(value) for column in exact for value in exact[column]}


def test_the_workbook_holds_no_formula(strange):
    folder, _, _ = strange
    book = openpyxl.load_workbook(folder / "tables.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert "f" not in {cell.data_type for cell in cells}
    assert set(NAMES) <= {str(cell.value) for cell in cells}


def test_the_summary_shows_them_through_any_markdown(strange):
    from markdown_it import MarkdownIt

    folder, title, _ = strange
    text = (folder / "summary.md").read_text("utf-8")
    strict = MarkdownIt("commonmark").enable("table").render(text)
    assert f"<h1>{html.escape(title, quote=False)}, compared" in strict
    assert "<script" not in strict
    other = pytest.importorskip("markdown", reason="comes with the extra docs")
    assert "<script" not in other.markdown(text, extensions=["tables"])


def test_the_figures_are_drawn(strange):
    folder, _, _ = strange
    assert {"map.png", "trends.png"} & {path.name for path in (folder / "figures").iterdir()}
