"""The teaching pack: every name in it exists, its answers are the model's, its notebooks run."""

import re
import runpy
import sys
from pathlib import Path

import pytest
from seen_html import Seen

import localism_sim as ls
from localism_sim.command.configuration import compose
from localism_sim.jobs.request import Request
from localism_sim.model.parameters import FIELDS
from teaching import questions
from teaching.__main__ import main
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
        known = {"answer": questions.QUESTIONS, "levers": FIELDS, "outcomes": ls.OUTCOMES}
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


def test_an_answer_says_what_the_model_says():
    question = questions.QUESTIONS["cuts_and_trust"]
    tables = questions.runs(question)
    places = ls.Places.synthetic(questions.PLACES)
    last = question.combinations[-1]
    settings = ls.Parameters(**last)
    run = ls.simulate(settings, places, seed=3, months=questions.MONTHS)
    assert tables[-1]["trust"][3] == run.outcomes["trust"]
    lines = questions.answer("cuts_and_trust").splitlines()
    row = next(line for line in lines if line.startswith(f"| {questions.name_of(last)} |"))
    shown = float(row.split("|")[2].split("±")[0])
    assert shown == pytest.approx(tables[-1]["trust"].mean(), abs=0.006)


def test_a_difference_that_may_be_luck_is_called_so():
    first = questions.runs(questions.QUESTIONS["pilots"])[0]["quality"].to_numpy()
    assert questions.sentence_on("quality", first, first + 0.1).startswith("quality of services is")
    noise = first.mean() + (first - first.mean()) * -1.0
    assert "no clear difference" in questions.sentence_on("quality", first, noise)


@pytest.mark.parametrize("name", questions.QUESTIONS)
def test_the_command_beside_an_answer_asks_the_same_of_the_model(name):
    question = questions.QUESTIONS[name]
    words = question.command.split()[2:]
    first = [word.partition(",")[0] for word in words if word.startswith("parameters")]
    rest = [word for word in words if not word.startswith("parameters")]
    request = Request.from_config(compose([*first, *rest]), "", None)
    assert request.places.fingerprint == ls.Places.synthetic(questions.PLACES).fingerprint
    assert request.months == questions.MONTHS
    assert list(request.seeds) == list(range(questions.SEEDS))
    settings = ls.Parameters(**question.also, **question.combinations[0])
    assert request.scenario.parameters == settings


def test_the_pack_prints_with_nothing_left_to_fill_in(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PATH", "")  # no browser: pages alone, and how to print them
    assert main([str(tmp_path)]) == 0
    assert "print it on A4" in capsys.readouterr().out
    for name in ("pupils", "teacher"):
        page = (tmp_path / f"{name}.html").read_text()
        text = Seen(page)
        assert "default-src 'none'" in page and not any(tag == "script" for tag, _ in text.tags)
        assert "<!--" not in " ".join(text.said)
        assert all("scope" in a for tag, a in text.tags if tag == "th")
        assert "A4" in page


def test_a_sheet_of_levers_shows_what_the_model_starts_with():
    text = filled((HERE / "role-cards.md").read_text())
    for name in ("reporting_burden", "early_engagement"):
        row = next(line for line in text.splitlines() if f"`{name}`" in line)
        assert row.endswith(f"| {FIELDS[name].default:g} |")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_from_top_to_bottom(path, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", [str(path)])
    runpy.run_path(str(path), run_name="__main__")
    assert capsys.readouterr().out
    assert Path(path).read_text().startswith("# %% [markdown]")
