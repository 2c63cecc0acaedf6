"""The page in Firefox: it checks its own numbers, and its charts follow a lever."""

import re

import pytest
from firefox import FIREFOX, Firefox

from localism_sim.browser.page import write_page

pytestmark = pytest.mark.skipif(FIREFOX is None, reason="no Firefox on this machine")


@pytest.fixture
def firefox(tmp_path):
    (tmp_path / "profile").mkdir()
    opened = Firefox(tmp_path / "profile")
    yield opened
    opened.close()


def test_its_numbers_are_pythons_and_its_charts_follow_a_lever(firefox, tmp_path):
    firefox.open(write_page(tmp_path / "localism.html").as_uri())
    drawn = "return document.querySelectorAll('#charts svg polyline.mine').length"
    assert firefox.until(drawn) == 6
    first = "return document.querySelector('#charts polyline.mine').getAttribute('points')"
    before = firefox.script(first)
    firefox.script(
        "const box = document.querySelector('#lever-cuts + input'); box.value = '0.4';"
        "box.dispatchEvent(new Event('change'))"
    )
    firefox.until(f"{first} !== {before!r}")
    firefox.script("document.getElementById('check').click()")
    said = firefox.until(
        "const text = document.getElementById('checked').textContent;"
        "return text.includes('bit') || text.includes('differ') ? text : null"
    )
    assert re.fullmatch(r"All \d{3,} numbers are equal to Python's to the last bit\.", said)
    assert firefox.script("return document.getElementById('problem').hidden")
