"""The page of docs/how-to/mesa.md in a real browser.

It shows the model, its sliders reach the model, and nothing goes wrong on it.

Needs the extra `browser` and a Chromium of the system; without either the test is skipped and says
what is missing.
"""

import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest
from test_docs import blocks

pytest.importorskip("solara", reason="needs the extra 'browser'")
playwright = pytest.importorskip("playwright.sync_api", reason="needs the extra 'browser'")

PATIENCE = 120.0
"""Seconds to wait for what takes one or two: a cold start on a busy machine."""
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@contextmanager
def served(folder: Path):
    """The page as the document starts it, on a free port; its address."""
    ((_, code),) = [
        block for block in blocks("docs/how-to/mesa.md", "python") if block[0] == "solara"
    ]
    (folder / "watch.py").write_text(code)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = folder / "server.log"
    with log.open("w") as out:
        command = [
            str(Path(sys.executable).with_name("solara")),
            "run",
            "watch.py",
            "--host",
            "127.0.0.1",
            "--port",
            str(port),
            "--no-open",
        ]
        server = subprocess.Popen(command, cwd=folder, stdout=out, stderr=subprocess.STDOUT)
        try:
            address, until = f"http://127.0.0.1:{port}", time.monotonic() + PATIENCE
            while not answers(address):
                assert server.poll() is None and time.monotonic() < until, log.read_text()
                time.sleep(0.2)
            yield address
            assert "Traceback" not in log.read_text()
        finally:
            server.terminate()
            server.wait(PATIENCE)


def answers(address: str) -> bool:
    """Whether a server is there."""
    try:
        return urllib.request.urlopen(address, timeout=PATIENCE).status == 200
    except urllib.error.URLError:
        return False


@contextmanager
def opened(address: str):
    """The page in a headless browser, and the list of what goes wrong on it."""
    program = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if program is None:
        pytest.skip(f"no browser here: none of {', '.join(BROWSERS)}")
    with playwright.sync_playwright() as play:
        quiet = [
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
        ]
        with play.chromium.launch(executable_path=program, args=quiet) as browser:
            page, wrong = browser.new_page(viewport={"width": 1400, "height": 900}), []
            page.set_default_timeout(1000 * PATIENCE)
            page.on("pageerror", lambda error: wrong.append(str(error)))
            page.on(
                "console",
                lambda message: wrong.append(message.text) if message.type == "error" else None,
            )
            page.on("requestfailed", lambda request: wrong.append(f"not loaded: {request.url}"))
            page.goto(address)
            yield page, wrong


def months_shown(page, months: int) -> None:
    """Wait until the page says that so many months have passed."""
    playwright.expect(page.get_by_text(re.compile(rf"^\s*Time: {months}(\.0)?\s*$"))).to_be_visible(
        timeout=1000 * PATIENCE
    )


def chart(page, unlike: str = "") -> str:
    """Where the browser keeps the chart that is shown, once it is whole and another than before."""
    page.wait_for_function(
        "before => [...document.images].some(i => i.matches('.widget-image') && i.complete && "
        "i.naturalWidth > 200 && i.src != before)",
        arg=unlike,
    )
    return page.locator("img.widget-image").get_attribute("src")


def after_two_months(page) -> bytes:
    """The chart after Reset and two presses of Step."""
    page.get_by_role("button", name="Reset").click()
    months_shown(page, 0)
    for month in (1, 2):
        before = chart(page)
        page.get_by_role("button", name="Step").click()
        months_shown(page, month)
        chart(page, unlike=before)
    page.wait_for_timeout(500)  # the picture has come; the browser paints it
    return page.locator("img.widget-image").screenshot()


def test_the_page_shows_the_model_and_its_sliders_reach_it(tmp_path):
    with served(tmp_path) as address, opened(address) as (page, wrong):
        months_shown(page, 0)
        playwright.expect(page.get_by_text("local autonomy")).to_be_visible()
        first = after_two_months(page)
        cuts = page.locator(".v-input__slider", has=page.get_by_text("cuts", exact=True))
        playwright.expect(cuts.locator("input")).to_have_value("0.22")
        cuts.locator(".v-slider__thumb-container").focus()
        page.keyboard.press("End")
        playwright.expect(cuts.locator("input")).to_have_value("0.6")
        moved, again = after_two_months(page), after_two_months(page)
        page.screenshot(path=tmp_path / "page.png")
        assert moved == again != first, "the same settings draw the same chart, others another"
        assert wrong == []
