"""A user's own file in the page: read, refused and run as Python does it."""

import base64
import random

import numpy as np
import pytest
from test_page_in_browser import BROWSER, browser, file, visit  # noqa: F401

import localism_sim as ls
from localism_sim.browser.contents import members
from localism_sim.model.own_area import within_england
from localism_sim.model.world import empty_world
from tests.test_places import GREATER_MANCHESTER
from tests.test_spreadsheets import READ, REFUSED, damaged, text, workbook

pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium or Chrome on this machine")

FEW, MANY = range(5_000, 5_060), range(1_000, 3_000)
"""Numbers of the files that are damaged at random."""
ODD = {
    "england": b"name,population\nManchester,503000\nSalford,234000\nNowhere,9000\n",
    "ids": "place_id,name,population\n\U0001f600,A,9\n\ufffd,B,1000000\nE06000001,C,5\n".encode(),
    "spending": b"name,population,spending_change\nA,100000,-17%\nB,300000,-0.3\n",
    "changes": (
        b"name,population,real_change_per_head_2010_11_to_2017_18,imd_2010,metropolitan_county\n"
        b"A,100000,-0.1,30,West Mids\nLeeds,300000,-0.3,,\nB,1000,0.1,5,Greater Manchester\n"
    ),
    "deprivation": b"name,population,deprivation\nA,100000,10\nLeeds,300000,50\nLancaster,7,\n",
    "manchester": GREATER_MANCHESTER.encode(),
    "position": b"name;population;longitude;latitude\nA;1000000;-1,5;52,25\n",
    "twice": b"name,population\nLeeds,100\nE08000035,300\nleeds city,3\n",
    "sum": (GREATER_MANCHESTER + "All of it,2642000,33.1,North West\n").encode(),
    "quotes": b'name,population\n"a"b,3\n',
    "returns": b"name,population\ra,3\r",
    "bell": b"name,population\na\x07,3\n",
    "long": b"name,population\n" + b"x" * 200 + b",x\n",
    "slip": b"name,population,cut_exposre\nA,3,1\n",
    "neighbours": b"name,population,neighbours\nA,3,B\nB,3,A;C\n",
    "half": b"name,population\nA,3.5\n",
    "old workbook": b"\xd0\xcf\x11\xe0xx",
    "not text": b"name,population\n\nA\x81\xff,3\n",
    "null": b"name,population\nA,3\nB\0,3\n",
    "no one": b"name,population\n",
    "shares": workbook(
        {"Data": [("name", "population", "cut_exposure"), ("A", 1e5, 1.2345)]}, True
    ),
    "sheets": workbook({"Data": [("name", "population"), ("A", 123456.0)], "B": [("x",)]}),
    **{name: content for name, (content, _) in READ.items()},
    **{name: given.encode() for name, (given, _) in REFUSED.items()},
}
IN_PAGE = """async given => {
  const bytes = Uint8Array.from(atob(given), letter => letter.charCodeAt(0));
  try {
    const land = await landOfFile(bytes, 'mine.csv'), start = land.world.bytes;
    const text = b => btoa(Array.from(b, n => String.fromCharCode(n)).join(''));
    const told = Object.entries(start).map(([name, b]) => [name, text(b)]);
    return {notes: land.notes, names: land.names, start: Object.fromEntries(told)};
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return {refused: error.message};
  }
}"""


def in_python(path) -> dict:
    """What Python makes of a file: a refusal, or notes, names and the world before the start."""
    try:
        places = within_england(ls.Places.from_csv(path))
        _ = places.keys
    except ls.BadInput as error:
        return {"refused": str(error)}
    world = dict(members(empty_world(ls.Parameters(), places, 1, 1)))
    start = ("places", "services", "regions", "blocks", "region_members", "ranking")
    return {
        "notes": list(places.notes),
        "names": list(places.names),
        "start": {name: base64.b64encode(world[name].tobytes()).decode() for name in start},
    }


def differing(page, path, files: dict[str, bytes]) -> tuple[dict, int]:
    """The files that page and Python take differently, and how many both read. Only why a workbook
    cannot be unpacked may be said in other words, and one that is damaged in a part without cells
    may be read.
    """
    read, differ = 0, {}
    for name, content in files.items():
        path.write_bytes(content)
        meant = in_python(path)
        found = page.evaluate(IN_PAGE, base64.b64encode(content).decode())
        said = [each.get("refused", "").partition("XLSX workbook: ")[:2] for each in (meant, found)]
        spared = said[0][1] and "start" in found
        if (said[0] != said[1] and not spared) or ("start" in meant and meant != found):
            differ[name] = said, meant.get("notes"), found.get("notes")
        read += "start" in meant
    return differ, read


def spoilt_files(numbers) -> dict[str, bytes]:
    """Files of people, damaged at random."""
    contents, found = [content for content, _ in READ.values()], {}
    for number in numbers:
        source = random.Random(number)
        found[f"spoilt {number}"] = damaged(source.choice(contents), source)
    return found


def test_files_are_read_or_refused_in_the_words_of_python(visit, tmp_path):  # noqa: F811
    """Every file leads to the same refusal, or to the same notes and the same world, byte by
    byte.
    """
    files = {**ODD, **spoilt_files(FEW)}
    differ, read = differing(visit(), tmp_path / "mine.csv", files)
    assert differ == {}
    assert len(ODD) / 3 < read < len(files)


@pytest.mark.slow
def test_many_spoilt_files_are_taken_as_python_takes_them(visit, tmp_path):  # noqa: F811
    differ, read = differing(visit(), tmp_path / "mine.csv", spoilt_files(MANY))
    assert differ == {}
    assert read > len(MANY) / 10


def test_a_dropped_workbook_is_run_as_python_runs_it(visit, tmp_path):  # noqa: F811
    page, path = visit(), tmp_path / "our area.xlsx"
    rows = [("name", "population", "deprivation", "cut_exposure", "longitude", "latitude")]
    rows += [
        ("Salford", 260_000, 31.5, 1.8, None, None),
        ("New Town", 9_000_000, 12.0, None, -1.5, 52),
    ]
    path.write_bytes(workbook({"Data": rows}))
    page.click("button[data-view=area]")
    page.set_input_files("#file", path)
    page.locator("#file-said", has_text="inside England").wait_for()
    page.locator("#map circle.chosen").wait_for()
    assert page.locator("#chosen li").all_inner_texts() == ["New Town ×", "Salford ×"]
    page.click("button[data-view=share]")
    assert page.is_visible("#not-in-link")
    code = (
        page.inner_text("#python")
        .replace("print(", "found = (")
        .replace("our area", str(path)[:-5])
    )
    names: dict = {}
    exec(code, names)
    outcomes = page.evaluate(
        "pool.run({...mine(), seed: 1, months: MONTHS, places: false}).then(run => run.outcomes)"
    )
    known = {name: value for name, value in names["found"].items() if np.isfinite(value)}
    assert {name: outcomes[name] for name in known} == known
    england = ls.simulate(ls.load_scenario("localist_with_capability"), seed=1)
    assert known["quality"] != england.outcomes["quality"]
    page.click("button[data-view=area]")
    page.click("#all-england")
    assert page.inner_text("#chosen") == "" and page.is_hidden("#own-places")


def test_a_file_that_is_too_large_for_a_page_is_refused(visit, tmp_path):  # noqa: F811
    page, path = visit(), tmp_path / "a.csv"
    page.click("button[data-view=area]")
    rows = [("name", "population"), *((f"P{n}", str(1000 + n)) for n in range(10_000))]
    for content, words in ((text(rows=rows).encode(), "10000 places"), (b"x" * 20_000_000, "5 MB")):
        path.write_bytes(content)
        page.set_input_files("#file", path)
        page.locator("#problem", has_text=words).wait_for()
        assert page.inner_text("#chosen") == ""
