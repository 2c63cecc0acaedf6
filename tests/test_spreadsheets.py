"""Files of places as people have them: read alike where there is one reading, else refused."""

import io
import random

import numpy as np
import openpyxl
import pytest

import localism_sim as ls
from localism_sim.command.cli import main

ROWS = (
    ("name", "population", "deprivation", "region"),
    ("Bolton", "276800", "30.2", "North West"),
    ("Bury", "185100", "23.8", "North West"),
    ("Château", "503100", "41.1", "Nord"),
)


def text(separator: str = ",", rows=ROWS, above: str = "", end: str = "\r\n") -> str:
    return above + end.join(separator.join(row) for row in rows) + end


def workbook(sheets: dict[str, list[tuple]], percent: bool = False) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
        if percent:
            for cell in sheet["C"][1:]:
                cell.number_format = "0.0%"
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


NUMBERS = [ROWS[0], *((name, int(p), float(d), r) for name, p, d, r in ROWS[1:])]
SHARES = [ROWS[0], *((name, int(p), float(d) / 100, r) for name, p, d, r in ROWS[1:])]
COMMAS = tuple((n, p, d.replace(".", ","), r) for n, p, d, r in ROWS)
THOUSANDS = (ROWS[0], *((n, f"{int(p):,}".replace(",", "."), d, r) for n, p, d, r in COMMAS[1:]))
SPACES = (
    ROWS[0],
    *((f"\xa0{n}", f"{p[:3]}\u202f{p[3:]}", f"{d}\xa0%", r) for n, p, d, r in ROWS[1:]),
)

READ = {
    "plain": (text().encode(), []),
    "mark": (text().encode("utf-8-sig"), []),
    "semicolons": (text(";").encode(), ["semicolons"]),
    "tabs": (text("\t").encode(), ["tabs"]),
    "sep": (("sep=;\r\n" + text(";")).encode(), []),
    "decimal commas": (text(";", COMMAS).encode(), ["semicolons", "decimal points"]),
    "points for thousands": (text(";", THOUSANDS).encode(), ["thousands"]),
    "title and blank lines": (text(above="Districts 2010,,,\r\n,,,\r\n").encode(), ["row 3"]),
    "blank lines first": (("\r\n\r\n" + text()).encode(), []),
    "spaces that do not break": (text(rows=SPACES).encode(), ["%"]),
    "windows": (text().encode("cp1252"), ["cp1252"]),
    "utf-16": (text().encode("utf-16"), ["UTF-16"]),
    "workbook": (workbook({"Data": NUMBERS}), []),
    "second sheet unread": (workbook({"Data": NUMBERS, "Notes": [("x",)]}), ["'Data'"]),
    "workbook with percentages": (workbook({"Data": SHARES}, percent=True), ["%"]),
}


@pytest.mark.parametrize("case", READ)
def test_a_file_is_read_alike_and_what_was_not_plain_is_said(tmp_path, case):
    content, said = READ[case]
    path = tmp_path / "mine.csv"
    path.write_bytes(content)
    places = ls.Places.from_csv(path)
    assert places.names == ("Bolton", "Bury", "Château")
    assert places.population.tolist() == [276800, 185100, 503100]
    assert places.deprivation == pytest.approx([30.2, 23.8, 41.1], abs=1e-9)
    notes = " ".join(places.notes)
    assert all(word in notes for word in said), notes
    assert bool(notes) == bool(said)


def test_a_sheet_is_chosen_by_name_and_a_slip_is_answered(tmp_path):
    path = tmp_path / "mine.xlsx"
    path.write_bytes(workbook({"Notes": [("x",)], "Data": NUMBERS}))
    assert ls.Places.from_csv(path, sheet="Data").count == 3
    with pytest.raises(ls.BadInput, match="Did you mean 'Data'"):
        ls.Places.from_csv(path, sheet="Dat")


def test_money_and_shares_are_read(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("name,population,cut_exposure\nA,\u00a3100,120%\nB,200,80%\n")
    places = ls.Places.from_csv(path)
    assert places.cut_exposure == pytest.approx([1.2, 0.8])
    assert "pound" in " ".join(places.notes) and "shares" in " ".join(places.notes)


REFUSED = {
    "one or a thousand": (
        "name;population;cut_exposure\nA;100;1,234\nB;200;2,345\n",
        ["1,234", "row 2"],
    ),
    "a comma that divides": ('name,population,deprivation\nA,100,"30,2"\n', ["30,2", "row 2"]),
    "points in a plain file": ("name,population\nA,276.800\n", ["276.800", "thousands"]),
    "another word for name": ("Council,population\nA,100\n", ["'Council'", "to 'name'"]),
    "another word for population": ("name,Residents\nA,100\n", ["'Residents'", "to 'population'"]),
    "percent of people": ("name,population\nA,10%\n", ["10%", "population"]),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_has_two_readings_is_refused_with_the_cell(tmp_path, case):
    given, words = REFUSED[case]
    path = tmp_path / "mine.csv"
    path.write_text(given)
    with pytest.raises(ls.BadInput) as refused:
        ls.Places.from_csv(path)
    assert all(word in str(refused.value) for word in words), refused.value


def test_the_command_says_how_a_file_was_read(tmp_path, monkeypatch, capsys):
    path = tmp_path / "mine.csv"
    path.write_text(text(";"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("localism_sim.report.figures.FIGURES", {})
    given = [f"places.path={path}", "seeds=2", "months=3", "scenario=localist", "results_dir=out"]
    assert main(given) == 0
    assert "semicolons" in capsys.readouterr().out
    summary = (tmp_path / "out" / "summary.md").read_text()
    assert "semicolons" in summary and "inside England" in summary


SIGNS = b'; , \t " \n \r % =1+1 \xc2\xa3 1e999 nan - \xff [bold] $\\frac'.split(b" ")
"""What is put into files: signs that mean something to a reader of tables, numbers or text."""


def damaged(content: bytes, source: random.Random) -> bytes:
    """A file with bytes flipped, cut out, doubled or put in, or with its rows mixed up."""
    spoilt = bytearray(content)
    for _ in range(source.randint(1, 12)):
        at = source.randrange(max(1, len(spoilt)))
        match source.randrange(5):
            case 0:
                spoilt[at : at + 1] = bytes([source.randrange(256)])
            case 1:
                del spoilt[at : at + source.randint(1, 30)]
            case 2:
                spoilt[at:at] = spoilt[at : at + source.randint(1, 40)]
            case 3:
                spoilt[at:at] = source.choice(SIGNS)
            case 4:
                lines = bytes(spoilt).split(b"\n")
                source.shuffle(lines)
                spoilt = bytearray(b"\n".join(lines))
    return bytes(spoilt)


def spoil_and_read(numbers, folder) -> tuple[int, int]:
    """How many spoilt files were read and how many refused; anything else is an error."""
    read, refused = 0, 0
    for number in numbers:
        source = random.Random(number)
        path = folder / "spoilt.csv"
        path.write_bytes(damaged(source.choice([content for content, _ in READ.values()]), source))
        try:
            places = ls.Places.from_csv(path)
            assert np.isfinite(places.cut_exposure).all() and (places.population > 0).all()
            read += 1
        except ls.BadInput as error:
            assert "\n" not in str(error)
            refused += 1
    return read, refused


def test_spoilt_files_are_read_or_refused_in_one_line(tmp_path):
    read, refused = spoil_and_read(range(60), tmp_path)
    assert read > 0 and refused > 0


@pytest.mark.slow
def test_many_spoilt_files_are_read_or_refused_in_one_line(tmp_path):
    read, refused = spoil_and_read(range(1000, 3000), tmp_path)
    assert read > 0 and refused > 0
