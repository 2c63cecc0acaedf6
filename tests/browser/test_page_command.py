"""`localism-sim page` at the command line."""

from pathlib import Path

import pytest

from localism_sim.browser.contents import WORLDS
from localism_sim.browser.linking import number, read_number
from localism_sim.command.cli import main
from localism_sim.model.parameters import Parameters

NAMES_NOT_ADDRESSES = (
    "http-equiv",
    "http://www.w3.org/2000/svg",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
)
"""What a page may hold that begins like an address; it asks for none."""


@pytest.mark.parametrize("given", [["a.html", "b.html"], ["page.txt"], ["cuts=0.3.html"]])
def test_anything_but_one_html_file_is_refused(refused, given):
    message = refused(["page", *given])
    assert given[0] in message and ".html" in message


def test_a_folder_that_is_not_there_is_refused(refused):
    assert "no folder" in refused(["page", "nowhere/page.html"])


def test_the_page_is_one_file_that_says_its_version(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["page"]) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["localism.html"]
    written = (tmp_path / "localism.html").read_text()
    for name in NAMES_NOT_ADDRESSES:
        written = written.replace(name, "")
    assert len(written) < 2_000_000 and "http" not in written
    assert "localism.html" in capsys.readouterr().out


def test_the_guide_names_as_many_worlds_as_the_page_has():
    guide = Path(__file__).parents[2] / "docs" / "how-to" / "page.md"
    assert f" in {WORLDS} worlds." in guide.read_text()


def test_every_lever_of_the_page_has_a_sign_in_its_code():
    """A code holds one of 64 signs for a lever and two for its step."""
    groups = ("headline", "problem", "recommendation", "lever")
    assert sum(len(Parameters.names(group)) for group in groups) <= 64


@pytest.mark.parametrize("value", [0, 1, 127, 128, 300, 2**31])
def test_numbers_of_the_module_format_come_back(value):
    assert read_number(number(value) + b"\xff", 0) == (value, len(number(value)))
