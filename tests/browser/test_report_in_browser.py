"""The report in a real browser: accessible in light and dark, at three widths, and on A4."""

import shutil

import pandas as pd
import pytest

from localism_sim.foundation.folders import Claim
from localism_sim.jobs.finished import finished
from localism_sim.jobs.reporting import write_report
from localism_sim.jobs.running import write
from localism_sim.report.blocks import Figure, Heading, Report
from localism_sim.report.figures.style import headline, sheet
from tests.test_report_page import BLOCKS

playwright = pytest.importorskip("playwright.sync_api")
axe = pytest.importorskip("axe_playwright_python.sync_playwright")
BROWSER = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium or Chrome on this machine")
PATIENCE = 240_000
"""Milliseconds to wait for what takes a second, on a busy machine."""
SCREENS = ((360, "light"), (1280, "dark"), (1920, "light"))
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def drawn():
    figure = sheet(4, 3)
    figure.subplots().plot([0, 1])
    headline(figure, "Trust falls", "Lines: means.")
    return figure


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    """The report of a folder that holds every kind of block."""
    folder = tmp_path_factory.mktemp("results") / "made"
    runs = pd.DataFrame({"scenario": ["a", "b"], "seed": [0, 0], "quality": [0.5, 0.6]})
    lead, other = (Figure(name, "Trust by month", drawn) for name in ("lead", "other"))
    report = Report(
        "What came out",
        BLOCKS[1:3],
        (lead, Heading("More"), other, *BLOCKS[3:]),
        {"runs": runs},
        question="What was asked?",
    )
    with Claim() as claim:
        claim.take(folder, {"seeds": [0]}, False, False)
        write(report, folder, "localism-sim seeds=1")
        claim.finish()
    write_report(finished(str(folder)))
    return folder / "report.html"


def test_the_report_is_accessible_fits_and_asks_for_nothing(file):
    asked, said = [], []
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(
            executable_path=BROWSER, args=["--no-sandbox"], timeout=PATIENCE
        )
        for width, scheme in SCREENS:
            page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
            page.set_default_timeout(PATIENCE)
            page.on("request", lambda request: asked.append(request.url))
            page.on("console", lambda message: said.append(message.text))
            page.goto(file.as_uri())
            page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            found = axe.Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}})
            assert [rule["id"] for rule in found.response["violations"]] == []
            assert all(page.eval_on_selector_all("img", "all => all.map(i => i.naturalWidth > 0)"))
        paper = page.pdf(prefer_css_page_size=True)
        browser.close()
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == [] and said == []
    assert b"/MediaBox [0 0 594" in paper or b"/MediaBox [0 0 595" in paper
