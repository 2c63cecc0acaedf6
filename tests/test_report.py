"""Reports: the same blocks on a terminal, as Markdown and as a workbook, with text as it stands."""

import io
from datetime import datetime

import openpyxl
import pandas as pd
import pytest
from rich.console import Console

from localism_sim.jobs.catalogue import EXPERIMENTS
from localism_sim.report.blocks import Heading, Paragraph, Table, code, points, strong
from localism_sim.report.markdown import page
from localism_sim.report.terminal import print_blocks
from localism_sim.report.words import counted, listed, number, percent, period, signed
from localism_sim.report.workbook import write_workbook

FORMULAS = ("=1+1", "+1", "@x", "http://example.org", "007")


def test_a_workbook_holds_text_as_text_and_numbers_as_numbers(tmp_path):
    table = pd.DataFrame({"place": FORMULAS, "value": [0.5, -1.0, float("nan"), 2.0, float("inf")]})
    write_workbook({"places": table}, tmp_path / "a.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["Places"]
    rows = list(sheet.values)[2:]
    assert rows[0] == ("Place", "Value") and tuple(row[0] for row in rows[1:]) == FORMULAS
    assert [row[1] for row in rows[1:]] == [0.5, -1, "[x]", 2, "[x]"]
    assert not any(cell.data_type == "f" for line in sheet for cell in line)


def test_the_same_tables_give_the_same_workbook(tmp_path):
    table = pd.DataFrame({"a": [1, 2]})
    for name in ("a.xlsx", "b.xlsx"):
        write_workbook({"t": table}, tmp_path / name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    made = openpyxl.load_workbook(tmp_path / "a.xlsx").properties.created
    assert made < datetime(2020, 1, 1)


def test_page_and_terminal_show_every_block():
    inner = points("a [red]b[/]", points("within"))
    blocks = (
        Heading("Part"),
        Paragraph(("1. no list, ", code("a`b"), " ", strong("bold"))),
        inner,
        Table(("x", "y"), (("a|b", "1"),), "Title", "lr"),
    )
    text = page("# T", blocks)
    assert text.startswith("# \\# T\n") or text.startswith("# # T\n")
    assert "1\\. no list" in text and "`` a`b ``" in text.replace("``a`b``", "`` a`b ``")
    assert "\n  - within" in text and "a\\|b" in text and "---:" in text
    console = Console(width=80, record=True, file=io.StringIO())
    print_blocks(blocks, console)
    said = console.export_text()
    assert "a [red]b[/]" in said and "a|b" in said and "1. no list, a`b bold" in said


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (percent(-0.001), "0%"),
        (number(-0.0004, 3), "0.000"),
        (signed(-0.0004, 3), "0.000"),
        (signed(0.25, 2), "+0.25"),
        (counted(1, "place"), "1 place"),
        (counted(148, "place"), "148 places"),
        (listed([]), ""),
        (listed(["a", "b", "c"], "or"), "a, b or c"),
        (period(12), "one year"),
        (period(18), "18 months"),
    ],
)
def test_numbers_and_counts_are_written_in_one_way(said, expected):
    assert said == expected


def test_every_kind_of_experiment_has_one_shape():
    assert len(EXPERIMENTS) >= 11
    for experiment in EXPERIMENTS.values():
        assert experiment.meaning and experiment.seeds > 0
        assert all(map(callable, (experiment.ask, experiment.answer, experiment.show)))
