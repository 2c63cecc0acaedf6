"""The page in a real browser, opened as a file: each view's main task, and what it never does."""

import json
import re
import shutil
from pathlib import Path

import pytest

import localism_sim as ls
from localism_sim.browser.page import write_page

playwright = pytest.importorskip("playwright.sync_api")
axe = pytest.importorskip("axe_playwright_python.sync_playwright")

BROWSER = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE = 60_000
"""Milliseconds to wait for what takes one or two seconds, on a busy machine."""
VIEWS = ("explore", "area", "two", "stress", "share", "about")

pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium or Chrome on this machine")


@pytest.fixture(scope="module")
def file(tmp_path_factory) -> Path:
    return write_page(tmp_path_factory.mktemp("page") / "localism.html")


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=BROWSER, args=list(QUIET))
        yield opened
        opened.close()


@pytest.fixture
def visit(browser, file):
    """Opens the page at an address and waits for its intervals; nothing may go wrong on it, and it
    may ask nothing of any other place.
    """
    contexts, wrong, asked = [], [], []

    def opened(address: str = "", **settings):
        context = browser.new_context(**settings)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{file.as_uri()}{address}")
        page.locator("#working", has_text="Bands").wait_for(state="attached", timeout=PATIENCE)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert wrong == []
    assert [url for url in asked if not url.startswith(("file:", "blob:"))] == []


def test_its_numbers_are_pythons(visit):
    page = visit()
    page.click("button[data-view=about]")
    page.click("#check")
    said = page.locator("#checked", has_text="bit")
    said.wait_for(timeout=PATIENCE)
    assert re.fullmatch(
        r"All \d{3,} numbers are equal to Python's to the last bit\.", said.inner_text()
    )


def test_a_lever_changes_the_answer_and_the_text_to_repeat_it_gives_those_numbers(visit):
    page = visit()
    before = page.inner_text("#differences")
    page.fill("#lever-cuts + input", "0.4")
    page.press("#lever-cuts + input", "Enter")
    page.locator("#working", has_text="One run").wait_for(timeout=PATIENCE)
    page.locator("#working", has_text="Bands").wait_for(timeout=PATIENCE)
    after = page.inner_text("#differences")
    assert after != before
    page.click("button[data-view=share]")
    code = page.inner_text("#python").replace("print(", "found = (")
    names: dict = {}
    exec(code, names)
    assert (
        names["found"]
        == ls.simulate(
            ls.load_scenario("localist_with_capability").with_parameters(cuts=0.4), seed=1
        ).outcomes
    )
    address = page.input_value("#link").split("#")[1]
    assert len(address) <= 200
    page.click("button[data-view=explore]")
    page.click("#undo")
    page.locator("#working", has_text="Bands").wait_for(timeout=PATIENCE)
    page.wait_for_timeout(500)
    assert page.inner_text("#differences") == before


def test_a_link_brings_back_its_setting_and_a_foreign_one_changes_nothing(visit):
    page = visit()
    page.fill("#lever-autonomy + input", "0.3")
    page.press("#lever-autonomy + input", "Enter")
    page.click("button[data-view=share]")
    address = "#" + page.input_value("#link").split("#")[1]
    again = visit(address)
    again.click("button[data-view=explore]")
    assert again.input_value("#lever-autonomy + input") == "0.3"
    for foreign in (
        "#nonsense",
        address.replace(".1.", ".1x.", 1),
        "#localist..1.000000.centralist",
        "#%00",
        "#%E0%A4%A",
    ):
        page = visit(foreign)
        assert page.is_visible("#problem") and page.inner_text("#problem").count(".") <= 2
        assert page.input_value("#scenario") == "localist_with_capability"


def test_places_are_chosen_by_name_and_compared(visit):
    page = visit()
    page.click("button[data-view=area]")
    page.fill("#find", "salford")
    page.click("#add")
    page.fill("#find", "zzz")
    page.press("#find", "Enter")
    assert "zzz" in page.inner_text("#problem")
    page.locator("#area-answer table").wait_for(timeout=PATIENCE)
    assert "Salford" in page.inner_text("#chosen")
    assert page.locator("#map path.chosen").count() == 1
    page.check("#as-difference")
    assert "difference" in page.locator("#map svg").get_attribute("aria-label")


def test_reforms_and_autonomy_are_told_apart(visit):
    page = visit()
    page.click("button[data-view=two]")
    page.click("#run-two")
    page.locator("#two-answer figure").last.wait_for(timeout=PATIENCE)
    assert page.locator("#two-answer figure").count() == 6


def test_a_lever_that_is_moved_meanwhile_stops_the_four_and_they_can_be_run_again(visit):
    page = visit()
    page.click("button[data-view=two]")
    page.click("#run-two")
    page.click("button[data-view=explore]")
    page.fill("#lever-cuts + input", "0.1")
    page.press("#lever-cuts + input", "Enter")
    page.click("button[data-view=two]")
    page.locator("#two-answer", has_text="Stopped").wait_for(timeout=PATIENCE)
    page.click("#run-two")
    page.locator("#two-answer figure").last.wait_for(timeout=PATIENCE)
    assert page.locator("#two-answer figure").count() == 6


def test_a_stress_test_can_be_stopped_and_run_whole(visit):
    page = visit()
    page.click("button[data-view=stress]")
    page.click("#run-stress")
    page.click("#stop-stress")
    page.locator("#stress-answer", has_text="Stopped").or_(
        page.locator("#stress-answer table")
    ).wait_for(timeout=PATIENCE)
    assert "200 worlds" not in page.inner_text("#stress-answer")
    page.click("#run-stress")
    page.locator("#stress-answer", has_text="200 worlds").wait_for(timeout=PATIENCE)
    assert page.locator("#stress-answer tbody tr").count() == 6


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_no_view_breaks_a_rule_of_accessibility_or_runs_over_the_edge(browser, file, width, scheme):
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, bypass_csp=True
    )
    page = context.new_page()
    page.goto(file.as_uri())
    page.locator("#working", has_text="Bands").wait_for(timeout=PATIENCE)
    broken = {}
    for view in VIEWS:
        page.click(f"button[data-view={view}]")
        for summary in page.locator(f"#{view} summary").all()[:6]:
            summary.click()
        found = axe.Axe().run(page).response["violations"]
        wide = page.evaluate("document.documentElement.scrollWidth")
        if found or wide > width:
            broken[view] = (
                [v["id"] + ": " + json.dumps(v["nodes"][0]["html"])[:200] for v in found],
                wide,
            )
    context.close()
    assert broken == {}
