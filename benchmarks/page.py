"""The page in a browser: its run against the native one, how long its user waits, and its memory.

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
from localism_sim.browser.compiling import wasm
from localism_sim.browser.page import write_page

ARGUMENTS = ("--no-sandbox", "--enable-precise-memory-info")
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
  await ask(told.pairs);
  return [first - begun, performance.now() - begun];
}"""
CHANGES = """async ([first, last]) => {
  for (let n = first; n < last; n++) {
    set({changes: {cuts: valueAt(told.parameters.cuts, n % 500)}});
    await new Promise(done => setTimeout(done, 20));
  }
}"""
"""Changes of a lever one after the other, as a hand that never rests makes them."""


def measure(table: Table, quick: bool) -> None:
    """Fill the section on the page; a line says so where a browser or wasmtime is missing."""
    table.section("The page in a browser, and its code in another runtime")
    in_browser(table, quick)
    without_browser(table, 5 if quick else 20)


def in_browser(table: Table, quick: bool) -> None:
    """The page itself."""
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
        opened = started.chromium.launch(executable_path=browser, args=list(ARGUMENTS))
        page = opened.new_page()
        waits(table, page, path, 8 if quick else 30)
        ratio(table, page, 5 if quick else 20)
        memory(table, page, 100 if quick else 1_000)
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


def native(scenario: ls.Scenario, places: ls.Places, seed: int) -> float:
    """Processor time of one run in Python, in seconds."""
    begun = time.process_time()
    ls.simulate(scenario, places, seed)
    return time.process_time() - begun


def memory(table: Table, page: Any, changes: int) -> None:
    """What the page's memory grows by over many changes, after a hundred to settle."""
    session = page.context.new_cdp_session(page)

    def used() -> float:
        page.locator("#working", has_text="Bands").wait_for(timeout=120_000)
        session.send("HeapProfiler.collectGarbage")
        return float(page.evaluate("performance.memory.usedJSHeapSize"))

    page.evaluate(CHANGES, [0, 100])
    before = used()
    page.evaluate(CHANGES, [100, 100 + changes])
    table.row(
        f"memory of the page after {changes} more changes ({before / 1e6:.1f} MB before)",
        f"{100 * (used() / before - 1):+.1f}%",
        "less than +10%",
    )


def without_browser(table: Table, repeats: int) -> None:
    """The same compiled rules in wasmtime and natively in turn, the least time of each; a line
    says so where wasmtime is not installed.
    """
    try:
        from tests.browser.runtime import Runtime
    except ImportError:
        table.row("no wasmtime on this machine", "not measured")
        return
    scenario, places = ls.load_scenario("centralist"), ls.Places.england()
    runtime = Runtime(wasm())
    here, there = [native(scenario, places, 0)], []
    for seed in range(1, repeats + 1):
        here.append(native(scenario, places, seed))
        runtime.whole_run(scenario.parameters, places, seed, 120, scenario.timeline)
        there.append(runtime.took)
    table.row(
        "one run of England in wasmtime, against native processor time",
        f"{min(there) / min(here[1:]):.2f} times",
        "at most 2.5 times",
    )


def ratio(table: Table, page: Any, repeats: int) -> None:
    """One run in the page and natively in turn, the least time of each."""
    scenario, places = ls.load_scenario("centralist"), ls.Places.england()
    ls.simulate(scenario, places, 0)
    here, there = [], []
    for seed in range(1, repeats + 1):
        here.append(native(scenario, places, seed))
        there.append(page.evaluate(RUN, seed) / 1000)
    table.row(
        "one run of England in the page, against native processor time",
        f"{min(there) / min(here):.2f} times",
        "at most 2.5 times",
    )


if __name__ == "__main__":
    measure(Table(), "--quick" in sys.argv[1:])
