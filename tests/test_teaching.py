"""The teaching pack: every name in it exists, its answers are the model's, its notebooks run."""

import re
import runpy
import sys
import zipfile
from pathlib import Path

import pytest
from seen_html import Seen

import localism_sim as ls
from localism_sim.browser import contents, game
from localism_sim.browser.page import asset, scripts
from localism_sim.command.configuration import compose
from localism_sim.jobs.request import Request
from localism_sim.model.parameters import FIELDS
from teaching import questions
from teaching.__main__ import ZIP, main
from teaching.pack import HERE, MADE, MARK, PUPILS, TEACHERS, filled

SHEETS = sorted(path.stem for path in HERE.glob("*.md"))
NOTEBOOKS = sorted((HERE / "notebooks").glob("*.py"))


def test_every_sheet_is_printed_and_listed():
    assert {*PUPILS, *TEACHERS, "README"} == set(SHEETS)
    overview = (HERE / "README.md").read_text()
    assert all(f"({name}.md)" in overview for name in SHEETS if name != "README")
    assert all(f"(notebooks/{path.name})" in overview for path in NOTEBOOKS)


@pytest.mark.parametrize("name", SHEETS)
def test_every_name_in_a_sheet_is_one_of_the_model(name):
    text = (HERE / f"{name}.md").read_text()
    for found in re.findall(r"`([a-z_]+)`", text):
        assert found in {*FIELDS, *ls.OUTCOMES, "python", "pupils", "teacher"}, found
    for kind, given in MARK.findall(text):
        known = {
            **dict.fromkeys(("answer", "look", "doubt"), questions.QUESTIONS),
            "levers": FIELDS,
            "outcomes": ls.OUTCOMES,
            **{kind: [role.letter for role in game.ROLES] for kind in ("cares", "moves")},
        }
        assert kind in MADE and all(
            each in known.get(kind, [each]) for each in re.split(r",\s*", given)
        )
    assert "<!--" not in MARK.sub("", text)


def test_every_question_has_a_worksheet_and_an_answer():
    def parts(name):
        return re.findall(r"^## (.*)", (HERE / f"{name}.md").read_text(), re.MULTILINE)

    assert parts("worksheets") == parts("model-answers") and len(parts("worksheets")) >= 5
    asked = [given for kind, given in MARK.findall((HERE / "model-answers.md").read_text())]
    assert [name for name in asked if name in questions.QUESTIONS] == list(questions.QUESTIONS)


def words_of_the_model() -> set[str]:
    """What the page is told by the model to show."""
    levers = [*contents.levers(), *contents.assumptions()]
    scenarios = [ls.load_scenario(name).title for name in ls.scenario_names()]
    return {
        *(questions.label(name).strip("“”") for name in levers),
        *(o.label for o in ls.OUTCOMES.values()),
        *scenarios,
        *(f"Kept: {title}" for title in scenarios),
        *(f"Kept: {title}, changed" for title in scenarios),
        "4 years",
    }


def stands_on_the_page(words: str) -> bool:
    """Whether the page shows these words, as they are or before a colon or a figure."""
    page, script = asset("page.html"), "\n".join(map(asset, scripts()))
    written = [f">{words}{after}" in page for after in ("<", ":")]
    return any(written) or any(f"{q}{words}{after}" in script for q in "'`" for after in ("'", "$"))


@pytest.mark.parametrize("name", [*PUPILS, *TEACHERS])
def test_whatever_a_sheet_says_of_the_page_stands_on_the_page(name, monkeypatch):
    monkeypatch.setattr(questions, "SEEDS", (1, 2))
    said = re.findall(r"“([^“”]+)”", filled((HERE / f"{name}.md").read_text()))
    known = words_of_the_model()
    sheets_of_the_page = ("worksheets", "session-50", "session-120", "role-cards", "model-answers")
    assert bool(said) or name not in sheets_of_the_page
    strange = [words for words in said if words not in {*known, " "}]
    assert [words for words in strange if not stands_on_the_page(words)] == []


def test_a_worksheet_says_where_to_start_what_to_compare_with_and_which_lever():
    text = filled((HERE / "worksheets.md").read_text())
    sheets = text.split("\n## ")[1:]
    for sheet, question in zip(sheets, questions.QUESTIONS.values(), strict=True):
        title = ls.load_scenario(question.scenario).title
        assert f"*Start from* “{title}”" in sheet and "*Compare with* now says “Kept: " in sheet
        assert all(questions.label(lever) in sheet for lever in question.levers)
        assert all(f"“{ls.OUTCOMES[each].label}”" in sheet for each in question.outcomes)


def test_a_group_has_the_same_levers_on_its_card_and_in_the_game():
    cards = (HERE / "role-cards.md").read_text().split("\n## ")[1:]
    further: list[str] = []
    for card, role in zip(cards, game.ROLES, strict=True):
        assert card.startswith(f"{role.title}\n")
        marks = dict(MARK.findall(card))
        assert marks["cares"] == marks["moves"] == role.letter
        further += re.split(r",\s*", marks.get("levers", "")) if "levers" in marks else []
    played = [lever for role in game.ROLES for lever in role.levers]
    assert len({*played, *further}) == len(played) + len(further)
    assert {*further} <= {*contents.levers()}
    glossary = dict(MARK.findall((HERE / "glossary.md").read_text()))["outcomes"].split(", ")
    assert {outcome for role in game.ROLES for outcome in role.cares} <= {*glossary}


def test_an_answer_says_what_the_model_says():
    question = questions.QUESTIONS["cuts_and_trust"]
    tables = questions.runs(question)
    last = question.combinations[-1]
    scenario = ls.load_scenario(question.scenario).with_parameters(**last)
    run = ls.simulate(scenario, ls.Places.england(), seed=4, months=questions.MONTHS)
    assert tables[-1]["trust"][3] == run.outcomes["trust"]
    lines = questions.answer("cuts_and_trust").splitlines()
    row = next(line for line in lines if line.startswith(f"| {questions.name_of(last)} |"))
    shown = float(row.split("|")[2].split("±")[0])
    assert shown == pytest.approx(tables[-1]["trust"].mean(), abs=0.006)
    assert any(line.startswith("| trust_asymmetry 1, cuts 0.4 |") for line in lines)


def test_a_difference_that_may_be_luck_is_called_so():
    first = questions.runs(questions.QUESTIONS["pilots"])[0]["quality"].to_numpy()
    assert questions.sentence_on("quality", first, first + 0.1).startswith("quality of services is")
    noise = first.mean() + (first - first.mean()) * -1.0
    assert "no clear difference" in questions.sentence_on("quality", first, noise)


@pytest.mark.parametrize("name", questions.QUESTIONS)
def test_the_command_beside_an_answer_asks_the_same_of_the_model(name):
    question = questions.QUESTIONS[name]
    words = [word.strip("'") for word in question.command.split()[2:]]
    first = [word.partition(",")[0] for word in words if word.startswith("parameters")]
    rest = [word for word in words if not word.startswith("parameters")]
    request = Request.from_config(compose([*first, *rest]), "", None)
    assert request.places.fingerprint == ls.Places.england().fingerprint
    assert request.months == questions.MONTHS
    assert list(request.seeds) == list(questions.SEEDS)
    scenario = ls.load_scenario(question.scenario)
    settings = scenario.with_parameters(**question.combinations[0]).parameters
    assert request.scenario.parameters == settings


def test_the_pack_prints_with_nothing_left_to_fill_in(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PATH", "")  # no browser: pages alone, and how to print them
    assert main([str(tmp_path)]) == 0
    assert "print it on A4" in capsys.readouterr().out
    with zipfile.ZipFile(tmp_path / ZIP) as packed:
        assert {"pupils.html", "teacher.html"} <= {*packed.namelist()}
        assert packed.read("pupils.html") == (tmp_path / "pupils.html").read_bytes()
        assert [name for name in packed.namelist() if name.startswith("notebooks/")] == [
            f"notebooks/{path.name}" for path in NOTEBOOKS
        ]
    for name in ("pupils", "teacher"):
        page = (tmp_path / f"{name}.html").read_text()
        text = Seen(page)
        assert "default-src 'none'" in page and not any(tag == "script" for tag, _ in text.tags)
        assert "<!--" not in " ".join(text.said)
        assert all("scope" in a for tag, a in text.tags if tag == "th")
        assert "A4" in page


def test_a_sheet_of_levers_shows_what_a_game_starts_with():
    text = filled((HERE / "role-cards.md").read_text())
    start = ls.load_scenario(game.GROUND).parameters
    for name in ("reporting_burden", "early_engagement"):
        row = next(line for line in text.splitlines() if f"`{name}`" in line)
        assert row.endswith(f"| {getattr(start, name):g} |")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_from_top_to_bottom(path, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", [str(path)])
    runpy.run_path(str(path), run_name="__main__")
    assert capsys.readouterr().out
    assert Path(path).read_text().startswith("# %% [markdown]")
