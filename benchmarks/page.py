"""The page in a browser: its run against the native one, and how long its user waits.

python -m benchmarks.page [--quick]
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import localism_sim as ls
from benchmarks.measuring import Table
from localism_sim.browser.page import write_page

NAMES = ("chromium", "chromium-browser", "google-chrome")
RUN = (
    "seed => pool.run({...arm('centralist', {}), seed, months: MONTHS, places: false})"
    ".then(run => run.took)"
)
LEVER = """async value => {
  const begun = performance.now();
  state = {...state, changes: {cuts: valueAt(told.parameters.cuts, value)}};
  generation++;
  await ask(1);
  const first = performance.now();
  await ask(PAIRS);
  return [first - begun, performance.now() - begun];
}"""


def measure(table: Table, quick: bool) -> None:
    """Fill the section on the page; a line says so where there is no browser."""
    table.section("The page in a browser")
    browser = next(filter(None, map(shutil.which, NAMES)), None)
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        browser = None
    if browser is None:
        table.row("no Chromium with Playwright on this machine", "not measured")
        return
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as started:
        path = write_page(Path(folder) / "localism.html")
        opened = started.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        page = opened.new_page()
        waits(table, page, path, 8 if quick else 30)
        ratio(table, page, 5 if quick else 20)
        opened.close()


def waits(table: Table, page: Any, path: Path, repeats: int) -> None:
    """Opening, and moving a lever to an answer from one seed and from twenty."""
    begun = time.perf_counter()
    page.goto(path.as_uri())
    page.locator("#charts figure").first.wait_for()
    table.row("opened to first charts", f"{time.perf_counter() - begun:.2f} s", "1.5 s")
    table.row("size of the file", f"{path.stat().st_size / 1e6:.2f} MB", "2 MB")
    page.locator("#working", has_text="Bands").wait_for(timeout=120_000)
    times = [page.evaluate(LEVER, 10 + n) for n in range(repeats)]
    first = statistics.quantiles([a for a, _ in times], n=20)[-1]
    table.row("lever to redrawn chart, one seed, 95th percentile", f"{first:.0f} ms", "150 ms")
    whole = statistics.median(b for _, b in times)
    table.row("lever to bands from 20 paired seeds, median", f"{whole / 1000:.2f} s", "2 s")


def ratio(table: Table, page: Any, repeats: int) -> None:
    """One run in the page and natively in turn, the least time of each."""
    scenario, places = ls.load_scenario("centralist"), ls.Places.england()
    ls.simulate(scenario, places, 0)
    here, there = [], []
    for seed in range(1, repeats + 1):
        begun = time.process_time()
        ls.simulate(scenario, places, seed)
        here.append(time.process_time() - begun)
        there.append(page.evaluate(RUN, seed) / 1000)
    table.row(
        "one run of England in the page, against native processor time",
        f"{min(there) / min(here):.2f} times",
        "at most 3 times",
    )


if __name__ == "__main__":
    measure(Table(), "--quick" in sys.argv[1:])
