"""The page in a real browser, opened as a file: each view's main task, and what it never does."""

import json
import re
import shlex
import shutil
import time
from pathlib import Path

import numpy as np
import pytest

import localism_sim as ls
from localism_sim.analysis.intervals import mean_interval
from localism_sim.browser import contents
from localism_sim.browser import page as making
from localism_sim.browser.lessons import LESSONS
from localism_sim.browser.page import write_page
from localism_sim.evidence.posterior import Rates, posterior_draws
from localism_sim.foundation.errors import BadInput
from localism_sim.model.parameters import FIELDS, SCALE
from localism_sim.model.setting_code import code_version, levers, write_code
from localism_sim.model.version import model_version
from localism_sim.model.world import empty_world
from teaching import questions
from tests.test_recipes import recipes
from tests.test_setting_code import random_setting

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
PATIENCE = 120_000
"""Milliseconds to wait for what takes one or two seconds, on a busy machine."""
playwright.expect.set_options(timeout=PATIENCE)
PAIRS, WORLDS = 5, 24
"""Seeds of an interval and worlds of the stress test, fewer than the page ships with: that many
more runs would show nothing else.
"""
VIEWS = ("explore", "area", "why", "lessons", "game", "two", "stress", "months", "share", "about")

pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium or Chrome on this machine")


@pytest.fixture(scope="module")
def file(tmp_path_factory) -> Path:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(contents, "PAIRS", PAIRS)
        patched.setattr(contents, "WORLDS", WORLDS)
        return write_page(tmp_path_factory.mktemp("page") / "localism.html")


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(
            executable_path=BROWSER, args=list(QUIET), timeout=PATIENCE
        )
        yield opened
        opened.close()


def new_context(browser, **settings):
    """A browser's context that is patient with a busy machine."""
    context = browser.new_context(**settings)
    context.set_default_timeout(PATIENCE)
    return context


RECORD = """() => {
    window.steps = [];
    const working = document.getElementById('working');
    const heard = () => window.steps.push(working.textContent);
    new MutationObserver(heard).observe(working, {childList: true});
}"""


SETTLE = """patience => new Promise((done, failed) => {
    const end = Date.now() + patience;
    const look = () => {
        const whole = answer !== window.earlier && answer.mine.length === told.pairs;
        if (whole && answer.of === generation) done(window.steps);
        else if (Date.now() > end) failed(new Error(`no intervals: ${window.steps}`));
        else setTimeout(look, 20);
    };
    look();
})"""


def settled(page, act) -> list[str]:
    """Do something that changes the setting and wait until its intervals are drawn; what the page
    said of its work meanwhile.
    """
    page.evaluate("() => { window.earlier = answer; window.steps = []; }")
    act()
    return page.evaluate(SETTLE, PATIENCE)


def put(page, lever: str, value: str) -> None:
    """Type a lever's value."""
    page.fill(f"#lever-{lever} + input", value)
    page.press(f"#lever-{lever} + input", "Enter")


@pytest.fixture
def visit(browser, file):
    """Opens the page at an address and waits for its intervals; nothing may go wrong on it, and it
    may ask nothing of any other place.
    """
    contexts, wrong, asked = [], [], []

    def opened(address: str = "", **settings):
        context = new_context(browser, **settings)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{file.as_uri()}{address}")
        bands, end = page.locator("#working", has_text="Bands"), time.monotonic() + PATIENCE / 1000
        while not bands.count() and wrong == [] and time.monotonic() < end:
            page.wait_for_timeout(50)
        assert bands.count() and wrong == [], wrong
        page.evaluate(RECORD)
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
    said.wait_for()
    assert re.fullmatch(
        r"All \d{3,} numbers are equal to Python's to the last bit\.", said.inner_text()
    )


def test_a_lever_changes_the_answer_and_the_text_to_repeat_it_gives_those_numbers(visit):
    page = visit()
    before = page.inner_text("#differences")
    said = settled(page, lambda: put(page, "cuts", "0.4"))
    assert said[0].startswith("One run") and said[-1].startswith("Bands")
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
    settled(page, lambda: page.click("#undo"))
    assert page.inner_text("#differences") == before


def test_a_link_brings_back_its_setting_and_a_foreign_one_changes_nothing(visit):
    page = visit()
    put(page, "autonomy", "0.3")
    page.click("button[data-view=share]")
    address = "#" + page.input_value("#link").split("#")[1]
    again = visit(address)
    again.click("button[data-view=explore]")
    assert again.input_value("#lever-autonomy + input") == "0.3"
    page = visit("#nonsense")
    for foreign in (
        "#nonsense",
        address.replace(".1.", ".1x.", 1),
        "#localist...1.000000.centralist",
        "#%00",
        "#%E0%A4%A",
    ):
        if foreign != "#nonsense":  # the first is there when the page opens, the others come later
            page.evaluate("address => { complain(''); location.hash = address; }", foreign)
        page.locator("#problem:visible").wait_for()
        assert page.inner_text("#problem").count(".") <= 2
        assert page.input_value("#scenario") == "localist_with_capability"


def test_places_are_chosen_by_name_and_compared(visit):
    page = visit()
    page.click("button[data-view=area]")
    page.fill("#find", "salford")
    page.click("#add")
    page.fill("#find", "zzz")
    page.press("#find", "Enter")
    assert "zzz" in page.inner_text("#problem")
    page.locator("#area-answer table").wait_for()
    assert "Salford" in page.inner_text("#chosen")
    assert page.locator("#map path.chosen").count() == 1
    page.check("#as-difference")
    assert "difference" in page.locator("#map svg").get_attribute("aria-label")


def test_reforms_and_autonomy_are_told_apart(visit):
    page = visit()
    page.click("button[data-view=two]")
    page.click("#run-two")
    page.locator("#two-answer figure").last.wait_for()
    assert page.locator("#two-answer figure").count() == 6


def test_a_lever_that_is_moved_meanwhile_stops_the_four_and_they_can_be_run_again(visit):
    page = visit()
    page.click("button[data-view=two]")
    page.evaluate(  # in one go, before any of the runs can be done
        """() => {
            document.getElementById('run-two').click();
            const box = document.querySelector('#lever-cuts + input');
            box.value = '0.1';
            box.dispatchEvent(new Event('change', {bubbles: true}));
        }"""
    )
    page.locator("#two-answer", has_text="Stopped").wait_for()
    page.click("#run-two")
    page.locator("#two-answer figure").last.wait_for()
    assert page.locator("#two-answer figure").count() == 6


def test_a_stress_test_can_be_stopped_and_run_whole(visit):
    page = visit()
    page.click("button[data-view=stress]")
    page.evaluate(  # in one go, before the runs can be done
        """() => {
            document.getElementById('run-stress').click();
            document.getElementById('stop-stress').click();
        }"""
    )
    page.locator("#stress-answer", has_text="Stopped").wait_for()
    assert f"{WORLDS} worlds" not in page.inner_text("#stress-answer")
    page.click("#run-stress")
    page.locator("#stress-answer", has_text=f"{WORLDS} worlds").wait_for()
    assert page.locator("#stress-answer tbody tr").count() == 6


def test_worlds_of_the_evidence_have_the_draws_of_python(visit):
    rates, page = contents.posterior(), visit()
    if rates is None:
        assert page.input_value("#stress-kind") == "wide"
        pytest.skip("the shipped draws were made with other rules")
    drawn, seed = Rates.of(posterior_draws()), 205
    scenario = ls.load_scenario("localist")
    parameters = scenario.parameters
    found = page.evaluate(
        "seed => { const given = arm('localist', {}); return pool.run({...given, seed, values: "
        "withRates(given.values, ratesOf('evidence', 0, seed)), months: 24, "
        "places: false}).then(run => run.outcomes); }",
        seed,
    )
    meant = ls.simulate(
        scenario.with_parameters(**drawn.drawn(seed, parameters)), seed=seed, months=24
    )
    assert found["quality"] == meant.outcomes["quality"]
    assert found["quality"] != ls.simulate(scenario, seed=seed, months=24).outcomes["quality"]


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
def test_no_view_breaks_a_rule_of_accessibility_or_runs_over_the_edge(browser, file, width, scheme):
    context = new_context(
        browser,
        viewport={"width": width, "height": 800},
        color_scheme=scheme,
        bypass_csp=True,
    )
    page = context.new_page()
    page.goto(file.as_uri())
    page.locator("#working", has_text="Bands").wait_for()
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


def fill_all_views(page, path: Path) -> None:
    """Have every view show an answer."""

    def done(view: str, button: str, answer: str) -> None:
        page.click(f"button[data-view={view}]")
        page.locator(button).first.click()
        page.locator(answer).last.wait_for()

    put(page, "cuts", "0.4")
    page.click("#keep")
    done("stress", "#run-stress", "#stress-answer table")
    done("two", "#run-two", "#two-answer figure")
    done("why", "#tell", "#why-answer table")
    done("why", "#why-answer tbody button", "#why-turned figure")
    done("lessons", "button[data-lesson]", "#lesson-known")
    page.fill("#lesson input[type=number]", "0.4")
    page.press("#lesson input[type=number]", "Enter")
    done("lessons", "#reveal", "#lesson-explained")
    page.click("#teacher summary")
    done("lessons", "#teach", "#teachers table")
    done("game", "#run-year", "#game-result h4")
    page.click("button[data-view=area]")
    path.write_text("name,population,longitude,latitude\nSalford,9000,,\nNew,90000,-1.5,52.3\n")
    page.set_input_files("#file", path)
    page.locator("#map circle.chosen").wait_for()


@pytest.mark.slow
@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
def test_no_view_with_an_answer_breaks_a_rule(browser, file, tmp_path, width, scheme):
    context = new_context(
        browser,
        viewport={"width": width, "height": 800},
        color_scheme=scheme,
        bypass_csp=True,
    )
    page = context.new_page()
    page.goto(file.as_uri())
    page.locator("#working", has_text="Bands").wait_for()
    fill_all_views(page, tmp_path / "mine.csv")
    broken = {}
    for view in VIEWS:
        page.click(f"button[data-view={view}]")
        found = axe.Axe().run(page).response["violations"]
        wide = page.evaluate("document.documentElement.scrollWidth")
        if found or wide > width:
            broken[view] = [rule["id"] for rule in found], wide
    context.close()
    assert broken == {}


TRACED = (
    "([scenario, seed, service, flip]) => pool.run({...arm(scenario, {}), seed, months: 24, "
    "places: false, service, ...(flip ? {flip} : {})})"
    ".then(({events, outcomes}) => ({events, outcomes}))"
)


def told_in_page(page, *asked) -> dict:
    """Events of one service and outcomes of a run in the page."""
    return page.evaluate(TRACED, list(asked))


def test_its_story_is_pythons_and_so_is_every_story_with_one_event_turned_round(visit):
    page, name, seed = visit(), "localist_with_capability", 3
    run = ls.simulate(ls.load_scenario(name), seed=seed, months=24, trace=True)
    keys = ("month", "event", "staff", "from", "to", "origin", "source", "desk")
    columns = ["from_practice" if k == "from" else "to_practice" if k == "to" else k for k in keys]
    firsts = run.trace.drop_duplicates("event")
    assert {"stopped", "granted", "trial"} <= set(firsts["event"])
    for row, first in firsts.iterrows():
        place, domain = first["place_id"], first["domain"]
        service = run.places.ids.index(place) * run.world.domains + int(domain)
        told = told_in_page(page, name, seed, service, None)
        own = run.trace[(run.trace["place_id"] == place) & (run.trace["domain"] == domain)]
        assert [[e[k] for k in keys] for e in told["events"]] == own[columns].to_numpy().tolist()
        assert told["outcomes"]["quality"] == run.outcomes["quality"]
        event = told["events"][list(own.index).index(row)]
        found = told_in_page(page, name, seed, service, event)["outcomes"]
        meant = ls.flipped(run, int(row)).outcomes
        known = {k: v for k, v in meant.items() if np.isfinite(v)}
        assert {k: found[k] for k in known} == known


def test_a_story_is_told_and_one_event_turned_round(visit):
    page = visit()
    page.click("button[data-view=why]")
    page.click("#tell")
    page.locator("#why-answer table").wait_for()
    assert "front-line staff" in page.inner_text("#why-answer .answer")
    page.locator("#why-answer tbody button").first.click()
    page.locator("#why-turned figure").wait_for()
    assert page.locator("#why-turned tbody").last.locator("tr").count() == 6


def test_rival_rules_of_the_page_are_pythons(visit):
    page = visit()
    for name, variant in ls.shipped_variants().items():
        found = page.evaluate(
            "([name]) => pool.run({...arm('localist', {}, [name]), seed: 5, months: 24, "
            "places: false}).then(run => run.outcomes)",
            [name],
        )
        meant = ls.simulate(ls.load_scenario("localist"), seed=5, months=24, variants=[name])
        known = {k: v for k, v in meant.outcomes.items() if np.isfinite(v)}
        assert {k: found[k] for k in known} == known, variant.title


def test_a_code_of_the_page_is_read_by_python_and_the_last_change_is_replayed(visit):
    page = visit()
    put(page, "cuts", "0.31")
    page.locator("#groups > details:last-child > summary").click()
    page.check("#rival-free_riding")
    page.check("#rival-no_copying")
    settled(page, lambda: page.check("#rival-follow_the_crowd"))  # replaces the same rule
    said = settled(page, lambda: page.click("#replay"))
    assert "After the last change" in said and said[-1].startswith("Bands")
    page.click("button[data-view=share]")
    scenario = ls.load_scenario(page.inner_text("#code"))
    assert scenario.variants == ("follow_the_crowd", "free_riding")
    assert scenario.parameters.cuts == 0.31
    assert ls.load_scenario(page.input_value("#link")) == scenario
    for number in range(30):
        setting = random_setting(number)
        found = page.evaluate(
            "([code]) => [decode(told, LEVERS, code), encode(told, LEVERS, "
            "decode(told, LEVERS, code))]",
            [write_code(setting)],
        )
        assert found[0]["changes"] == setting.changes and found[1] == write_code(setting)


def assume(page, name: str, value: str) -> None:
    """Find an assumption by its name and type a value."""
    if not page.is_visible("#find-assumption"):
        page.click("#assumptions summary")
    page.fill("#find-assumption", name)
    put(page, name, value)


def test_any_assumption_is_changed_on_both_sides_and_comes_back_with_the_link(visit):
    page = visit()
    settled(page, lambda: assume(page, "trust_asymmetry", "1"))
    assert page.inner_text("#assumptions summary") == "Change an assumption (1 changed)"
    assert "same assumptions" in page.inner_text("#sentence")
    settled(page, lambda: assume(page, "judgement_noise", "0.0437"))
    changed = {"trust_asymmetry": 1, "judgement_noise": 0.0437}
    for arm, name in (("mine()", "localist_with_capability"), ("others()", "centralist")):
        meant = ls.load_scenario(name).with_parameters(**changed)
        assert page.evaluate(f"{arm}.values") == meant.parameters.as_dict()
    said = page.inner_text("#differences")
    page.click("button[data-view=share]")
    link = page.input_value("#link")
    with pytest.raises(BadInput):
        ls.load_scenario(link)
    assert page.inner_text("#code") == "" and page.is_visible("#not-in-code")
    names: dict = {}
    exec(page.inner_text("#python").replace("print(", "found = ("), names)
    shown_now = page.evaluate("answer.mine[0].outcomes.trust")
    assert names["found"]["trust"] == shown_now
    again = visit("#" + link.split("#")[1].replace(".share", ".explore"))
    assert again.inner_text("#differences") == said
    settled(again, lambda: (again.click("#assumptions summary"), again.uncheck("#alike")))
    alone = again.evaluate("others().values")
    assert alone == ls.load_scenario("centralist").parameters.as_dict()
    assert visit("#" + again.url.split("#")[1]).inner_text("#differences") == again.inner_text(
        "#differences"
    )


def test_every_assumption_keeps_its_value_in_a_link_and_damaged_ones_are_refused(visit):
    page = visit()
    assumed = contents.assumptions()
    assert page.evaluate("told.assumptions") == list(assumed)
    assert not SCALE & {*assumed} and {*assumed, *levers(), *SCALE} == {*FIELDS}
    ends = [{name: FIELDS[name].metadata[end] for name in assumed} for end in ("low", "high")] + [
        {name: FIELDS[name].default for name in assumed}
    ]
    both = "s => [decode(told, LEVERS, encode(told, LEVERS, s)), readOther(told, LEVERS, s, "
    for changes in ends:
        setting = {"scenario": "localist", "changes": changes, "variants": [], "seed": 3}
        for alike in (True, False):
            found, other = page.evaluate(
                both + "writeOther(told, LEVERS, s, s))]", {**setting, "alike": alike}
            )
            assert found["changes"] == other["changes"] == changes
            assert found.get("alike", True) == alike
    version = code_version()
    for damaged in ("~", "~A", "~AA", "~AA9", "~__0_5", "~AA0_5~AA0_5", "~AA.5", "!"):
        code = f"localist...1.{version}{damaged}"
        assert "error" in page.evaluate("code => decode(told, LEVERS, code)", code), damaged


@pytest.mark.parametrize("name", contents.assumptions())
def test_the_size_of_the_world_hangs_on_no_assumption(name):
    """The page lays its world out once, so what it can change must leave every array its size."""
    places = ls.Places.synthetic(3, seed=1)
    usual, *others = (
        [
            getattr(array, "shape", array)
            for _, array in contents.members(empty_world(parameters, places, 0, 1))
        ]
        for parameters in (
            ls.Parameters(),
            *(ls.Parameters(**{name: FIELDS[name].metadata[end]}) for end in ("low", "high")),
        )
    )
    assert others == [usual, usual]


def test_the_rule_of_the_centre_is_named_and_its_rival_can_be_put_in_its_place(visit):
    page = visit()
    assert "by worth alone" in page.inner_text("#one-rule")
    page.click("#one-rule button")
    page.locator("#rule-answer table").wait_for()
    row = page.locator("#rule-answer tr", has_text="Spread as delivered").inner_text()
    arms = [ls.load_scenario(name) for name in ("localist_with_capability", "centralist")]
    for cell, bias in zip(row.split("\t")[1:], (0.0, 1.0)):
        ours, theirs = (
            ls.simulate_many([arm.with_parameters(status_quo_bias=bias)], range(1, PAIRS + 1))
            for arm in arms
        )
        mean = (ours["spread_delivered"].to_numpy() - theirs["spread_delivered"].to_numpy()).mean()
        assert cell.startswith(f"+{shown(mean)}")
    settled(page, lambda: page.check("#one-rule-rival"))
    assert "marks candidates down" in page.inner_text("#one-rule").split("Rival rule")[0]
    both = page.evaluate("[mine(), others()].map(arm => arm.values.status_quo_bias)")
    assert both == [1, 1]
    page.click("button[data-view=two]")
    assert page.is_checked("#two-rule-rival")
    settled(page, lambda: page.uncheck("#two-rule-rival"))
    assert page.evaluate("state.changes") == {}


def test_luck_and_years_are_chosen_and_live_in_the_link(visit):
    page = visit()
    settled(page, lambda: page.select_option("#years", "4"))
    settled(page, lambda: (page.fill("#seed", "7"), page.press("#seed", "Enter")))
    assert page.inner_text("#sentence").startswith("After four years")
    page.click("#all-outcomes summary")
    said = page.inner_text("#all-outcomes")
    table = ls.simulate_many(
        [ls.load_scenario("localist_with_capability")], range(7, 7 + PAIRS), months=48
    )
    for name in ("motivation", "workload", "months_to_half"):
        row = next(r for r in said.splitlines() if r.startswith(f"{ls.OUTCOMES[name].label} ("))
        mean = table[name].mean()
        assert row.split("\t")[1] == (f"{mean:.1f}" if name == "months_to_half" else shown(mean))
    assert visit("#" + page.url.split("#")[1]).inner_text("#sentence") == page.inner_text(
        "#sentence"
    )
    page.fill("#seed", "0")
    page.press("#seed", "Enter")
    assert "from 1 to" in page.inner_text("#problem") and page.input_value("#seed") == "7"
    address = page.url.split("#")[1].removesuffix("4")
    for years in ("0", "11", "x"):
        changed = address + years
        page.evaluate("address => { complain(''); location.hash = address; }", changed)
        page.locator("#problem", has_text="does not hold").wait_for()


def put_by_label(page, name: str, value: float) -> None:
    """Set a lever or an assumption that is found by the words of a worksheet."""
    label = page.locator("#levers label").get_by_text(questions.label(name).strip("“”"), exact=True)
    put(page, label.get_attribute("for").removeprefix("lever-"), f"{value:g}")


@pytest.mark.parametrize("question", questions.QUESTIONS.values(), ids=lambda q: q.name)
def test_who_follows_a_worksheet_sees_the_numbers_of_its_model_answer(visit, question):
    page, seeds = visit(), range(1, PAIRS + 1)
    also = {}
    page.evaluate("for (const part of document.querySelectorAll('form details')) part.open = true")
    title = ls.load_scenario(question.scenario).title
    page.get_by_label("Start from", exact=True).select_option(label=title)
    if question.doubt and question.doubt[0] in contents.assumptions():
        also = {question.doubt[0]: question.doubt[1][0]}
        page.get_by_label("Find an assumption", exact=True).fill(questions.label(*also)[1:-1])
        put_by_label(page, *also, *also.values())
    tables = questions.runs(question, seeds, **also)
    for name, value in question.combinations[0].items():
        put_by_label(page, name, value)
    page.get_by_text("Keep this setting to compare with", exact=True).click()
    chosen = page.locator("#other option:checked").inner_text()
    if not also:
        assert f"“{chosen}”" == questions.kept(question)
    page.get_by_text("All outcomes", exact=True).click()
    for combination, table in zip(question.combinations[1:], tables[1:], strict=True):
        now = page.evaluate("mine().values")
        changed = [name for name, value in combination.items() if now[name] != value]

        def move(changed=changed, combination=combination):
            for name in changed:
                put_by_label(page, name, combination[name])

        settled(page, move)
        for outcome in question.outcomes:
            row = page.locator("#all-outcomes tr", has_text=f"{ls.OUTCOMES[outcome].label} (").first
            _, ours, theirs, difference, *_ = row.inner_text().split("\t")
            digits = 1 if "month" in ls.OUTCOMES[outcome].unit else 3
            base, here = (t[outcome].to_numpy().mean() for t in (tables[0], table))
            found = [float(cell.replace("\u2212", "-")) for cell in (ours, theirs, difference)]
            assert found == pytest.approx([here, base, here - base], abs=0.51 * 10**-digits)


def test_charts_and_tables_are_saved_with_setting_and_version(visit, tmp_path):
    page = visit()
    saved = {}
    for kind in ("SVG", "PNG", "CSV"):
        with page.expect_download() as waiting:
            page.locator("#answer .exports button", has_text=kind).first.click() if (
                kind != "CSV"
            ) else page.locator("#differences .exports button").click()
        saved[kind] = tmp_path / waiting.value.suggested_filename
        waiting.value.save_as(saved[kind])
    version = model_version()
    drawn, rows = saved["SVG"].read_text(), saved["CSV"].read_text()
    assert version in drawn and version in rows and "localist_with_capability." in drawn
    assert saved["PNG"].read_bytes().startswith(b"\x89PNG") and "var(--" not in drawn
    assert rows.count("\n") == 9 and "\u2212" not in rows


def shown(value: float) -> str:
    """A share as the page writes it."""
    return f"{value:.3f}".replace("-", "\u2212")


def test_each_lesson_says_what_the_model_says_after_a_bet_is_set(visit):
    page = visit()
    page.click("button[data-view=lessons]")
    known: dict = {}
    for lesson in LESSONS:
        page.click(f"button[data-lesson={lesson.name}]")
        page.locator("#lesson-known", has_text="Known").wait_for()
        assert page.is_disabled("#reveal"), "nothing shows before a bet is set"
        page.fill("#lesson input[type=number]", "7")
        page.press("#lesson input[type=number]", "Enter")
        assert "from 0 to 1" in page.inner_text("#problem") and page.is_disabled("#reveal")
        page.fill("#lesson input[type=number]", "0.4")
        page.press("#lesson input[type=number]", "Enter")
        page.click("#reveal")
        for name, changes, _ in (lesson.before, lesson.after):
            if (case := (name, *changes.items())) not in known:
                scenario = ls.load_scenario(name).with_parameters(**changes)
                known[case] = ls.simulate_many([scenario], range(1, PAIRS + 1))
        before, after = (
            known[(name, *changes.items())][lesson.outcome].to_numpy()
            for name, changes, _ in (lesson.before, lesson.after)
        )
        assert f"The model says {shown(after.mean())}." in page.inner_text("#lesson-answer")
        _, low, high = mean_interval(after - before)
        said = "rose" if low > 0 else "fell" if high < 0 else "alike"
        assert page.inner_text("#lesson-explained") == getattr(lesson, said)


def test_the_recipe_for_a_view_makes_one(browser, tmp_path, monkeypatch):
    (edit,) = recipes()["A page view"]
    name, own = f"views/{Path(edit.path).name}", making.asset
    before = making.scripts()
    monkeypatch.setattr(making, "asset", lambda n: edit.text if n == name else own(n))
    monkeypatch.setattr(making, "scripts", lambda: (*before[:-1], name, before[-1]))
    page = new_context(browser).new_page()
    page.goto(write_page(tmp_path / "localism.html").as_uri())
    page.locator("#working", has_text="Bands").wait_for()
    page.click("button[data-view=lowest]")
    assert page.locator("#lowest tbody tr").count() == 10
    page.close()


def test_a_game_is_played_by_code_and_bots_taken_up_again_and_run_by_python(visit, tmp_path):
    page = visit()
    page.click("button[data-view=game]")
    page.locator("#game-autonomy").evaluate(
        "range => { range.value = '18'; range.dispatchEvent(new Event('input')); }"
    )
    code = page.inner_text("#group-code")
    page.fill("#code-W", code[:-1] + ("A" if code[-1] != "A" else "B"))
    page.click("#run-year")
    assert "mistyped" in page.inner_text("#problem")
    page.fill("#code-W", "")
    page.fill("#code-C", code)
    page.click("#run-year")
    assert "code of Whitehall for year 1" in page.inner_text("#problem")
    page.fill("#code-C", "")
    page.fill("#any-code", code.replace("1", "2", 1))
    page.press("#any-code", "Enter")
    assert "mistyped" in page.inner_text("#problem")
    page.fill("#any-code", f" {code.lower()}")
    page.press("#any-code", "Enter")
    assert page.input_value("#code-W") == code and page.is_hidden("#problem")
    page.fill("#code-W", "")
    page.click("#use-here")
    page.click("#run-year")
    page.locator("#game-result h4", has_text="year 1").wait_for()
    page.click("#bots-all")
    page.locator("#game-now", has_text="over").wait_for()
    file = tmp_path / "game.yaml"
    file.write_text(page.text_content("#game-yaml"))
    command = shlex.split(file.read_text().splitlines()[0].partition("localism-sim ")[2])
    assert command == ["scenario=game-1.yaml", "seeds=[1]", "months=120"]
    run = ls.simulate(ls.load_scenario(file), seed=1)
    kept = page.evaluate("Object.entries(game.run.history).map(([n, v]) => [n, [...v]])")
    for name, values in kept:
        np.testing.assert_array_equal(np.array(values, float), run.history[name].to_numpy())
    record = page.input_value("#game-record")
    again = visit()
    again.click("button[data-view=game]")
    again.locator("#game summary").click()
    again.fill("#game-record", record.replace("game 1", "game 2"))
    again.click("#restore")
    assert "another game" in again.inner_text("#problem")
    again.fill("#game-record", record)
    again.click("#restore")
    again.locator("#game-now", has_text="over").wait_for()
    assert again.text_content("#game-yaml") == file.read_text()
    again.fill("#last-code", record.split()[-4])
    again.click("#rejoin")
    assert again.input_value("#game-role") == "W"


def test_codes_are_read_from_their_qr_symbols(visit):
    """By a reader that knows nothing of the page; a text that does not fit makes no symbol."""
    zxing = pytest.importorskip("zxingcpp")
    page, signs = visit(), "ABCDEFGHIJKLMNOPQRSTU"
    texts = [f"{signs[n]}{n % 10 + 1}-{signs[: n % 11 + 1]}" for n in range(21)]
    for text, grid in page.evaluate("texts => texts.map(text => [text, qrGrid(text)])", texts):
        framed = np.pad(1 - np.array(grid, np.uint8), 4, constant_values=1)
        (found,) = zxing.read_barcodes(np.kron(framed * 255, np.ones((4, 4), np.uint8)))
        assert found.text == text
    for text in ("", "w1", "A" * 17):
        assert page.evaluate("text => qrGrid(text)", text) is None


def test_a_list_of_places_is_taken_and_a_bad_file_is_refused_in_one_sentence(visit):
    page = visit()
    page.click("button[data-view=area]")

    def give(name: str, content: bytes) -> str:
        page.set_input_files("#file", {"name": name, "mimeType": "text/csv", "buffer": content})
        playwright.expect(page.locator("#file")).to_have_value("")
        return page.inner_text("#problem") if page.is_visible("#problem") else ""

    assert give("mine.csv", b"title\n\nName;Notes\n salford ;1\nLEEDS;2\n") == ""
    page.locator("#chosen", has_text="Leeds").wait_for()
    chosen = page.inner_text("#chosen")
    assert "Salford" in chosen
    assert "Notes" in page.inner_text("#file-said")
    bad = {
        "<img src=x onerror=alert(1)>": b"name\n<img src=x onerror=alert(1)>\n",
        "=HYPERLINK": b'name\n"=HYPERLINK(""http://x"")"\n',
        "row 3, column 'name': 'Leeds'": b"name\n" + b"Leeds\n" * 10_000,
        "larger than 5 MB": b"name\n" + b"x" * 6_000_000,
        "'name' is missing": b"area,people\nLeeds,3\n",
        "used once": b"name\nLeeds\nleeds\n",
        "XLSX workbook": b"PK\x03\x04rest",
        "empty": b"",
        "zero places": b"name\n",
        "null character": b"name\nLe\0eds\n",
        "read as CSV": b'name\n"Leeds\n',
    }
    for words, content in bad.items():
        said = give("theirs.csv", content)
        assert words in said and "\n" not in said
        assert page.inner_text("#chosen") == chosen
    assert page.locator("img").count() == 0


@pytest.mark.slow
def test_memory_stays_flat_over_a_thousand_changes(visit):
    """Less than a tenth more after a thousand settings than after the first hundred."""
    page = visit()
    session = page.context.new_cdp_session(page)

    def used() -> float:
        session.send("HeapProfiler.collectGarbage")
        return page.evaluate("performance.memory.usedJSHeapSize")

    def change(first: int, last: int) -> None:
        page.evaluate(
            """async ([first, last]) => {
              for (let n = first; n < last; n++) {
                set({changes: {cuts: valueAt(told.parameters.cuts, n % 500)}});
                await new Promise(done => setTimeout(done, 20));
              }
            }""",
            [first, last],
        )
        page.locator("#working", has_text="Bands").wait_for()

    change(0, 100)
    before = used()
    change(100, 1_100)
    assert used() < 1.1 * before


def test_a_setting_is_kept_to_compare_with_and_lives_in_the_link(visit):
    page = visit()
    put(page, "cuts", "0.35")
    settled(page, lambda: page.click("#keep"))
    assert "same" in page.inner_text("#sentence")
    settled(page, lambda: put(page, "autonomy", "0.1"))
    assert "as kept" in page.inner_text("#sentence")
    said = page.inner_text("#differences")
    page.click("button[data-view=share]")
    again = visit("#" + page.input_value("#link").split("#")[1])
    again.click("button[data-view=explore]")
    assert again.inner_text("#differences") == said
    kept = again.evaluate("others().values")
    meant = ls.load_scenario("localist_with_capability").with_parameters(cuts=0.35)
    assert {name: kept[name] for name in kept} == meant.parameters.as_dict()


OTHERS = """() => {
    const [first, second, third] = LEVERS, at = (name, n) => valueAt(told.parameters[name], n);
    const variants = Object.keys(told.variants).slice(0, 1), scenario = 'localist';
    const mine = {scenario, changes: {[first]: at(first, 3), [second]: at(second, 5)}, variants};
    const every = n => Object.fromEntries(LEVERS.map(name => [name, at(name, n)]));
    return [
        [mine, {...mine, variants: []}],
        [mine, {...mine, changes: {[second]: at(second, 6), [third]: at(third, 1)}}],
        [mine, {...mine, changes: {}}],
        [mine, {...mine, scenario: 'centralist'}],
        [{...mine, changes: every(1)}, {...mine, changes: {...every(1), [third]: at(third, 0)}}],
    ].map(([mine, other]) => {
        const text = writeOther(told, LEVERS, mine, other);
        const read = readOther(told, LEVERS, mine, text);
        const same = LEVERS.every(name => read.changes[name] === other.changes[name]);
        const rest = setting => [setting.scenario, ...setting.variants].join();
        return [same && rest(read) === rest(other), text.length];
    });
}"""


def test_a_kept_setting_is_written_as_the_difference_and_comes_back(visit):
    page = visit()
    found = page.evaluate(OTHERS)
    assert [same for same, _ in found] == [True] * 5
    assert max(size for _, size in found) < 30
    read = "text => readOther(told, LEVERS, {scenario: 'localist', changes: {}}, text)"
    for damaged in ("~", "~A", "~A_", "~A__", "~~~", "~\u2028__~", "~!__~", "nobody~~"):
        assert page.evaluate(read, damaged) is None, damaged
    whole = page.evaluate(read, "centralist~~")
    assert whole == {"scenario": "centralist", "changes": {}, "variants": []}


def test_a_lever_says_what_it_moves(visit):
    page = visit()
    page.locator("#lever-cuts").locator("xpath=../..").get_by_role("button").click()
    told = page.locator("#lever-cuts").locator("xpath=../..").get_by_role("status")
    playwright.expect(told).to_contain_text("From 0 to 0.6")
    scenario = ls.load_scenario("localist_with_capability")
    ends = [
        ls.simulate_many([scenario.with_parameters(cuts=c)], range(1, PAIRS + 1)) for c in (0, 0.6)
    ]
    quality = (ends[1]["quality"].to_numpy() - ends[0]["quality"].to_numpy()).mean()
    assert f"quality of services {shown(quality)} (worse)" in told.inner_text()


def test_what_takes_long_is_said_first_and_can_be_stopped(visit):
    page = visit()
    page.evaluate("() => { pool.seconds = runs => 9 * runs; }")
    put(page, "cuts", "0.4")
    page.locator("#bands:visible").wait_for()
    assert f"about {9 * 2 * PAIRS} seconds" in page.inner_text("#working")
    page.evaluate(  # in one go, before the runs can be done
        """() => {
            document.getElementById('bands').click();
            document.getElementById('stop-bands').click();
        }"""
    )
    assert page.inner_text("#working") == "Stopped."
    settled(page, lambda: page.click("#bands"))
    page.locator("#stop-bands").wait_for(state="hidden")


def tab_to(page, selector: str, key: str = "Tab") -> None:
    """Go on with the keyboard alone until something has the focus."""
    for _ in range(150):
        page.keyboard.press(key)
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"the keyboard does not reach {selector}")


def test_the_journey_is_made_by_keyboard_alone(visit):
    page = visit()
    tab_to(page, ".skip")
    page.keyboard.press("Enter")
    tab_to(page, "#lever-autonomy")
    before = page.input_value("#lever-autonomy")
    page.keyboard.press("ArrowLeft")
    assert float(page.input_value("#lever-autonomy")) < float(before)
    tab_to(page, "#undo", "Shift+Tab")
    page.keyboard.press("Enter")
    tab_to(page, "button[data-view=area]", "Shift+Tab")
    page.keyboard.press("Enter")
    tab_to(page, "#find")
    page.keyboard.type("salford")
    page.keyboard.press("Enter")
    page.locator("#chosen", has_text="Salford").wait_for()
    assert page.input_value("#lever-autonomy") == before
    tab_to(page, "button[data-view=lessons]", "Shift+Tab")
    page.keyboard.press("Enter")
    tab_to(page, "button[data-lesson]")
    page.keyboard.press("Enter")
    page.locator("#lesson-known", has_text="Known").wait_for()
    tab_to(page, "#lesson input[type=range]")
    page.keyboard.press("ArrowRight")
    tab_to(page, "#reveal")
    page.keyboard.press("Enter")
    page.locator("#lesson-explained").wait_for()
