"""`localism-sim report`: a finished folder as an accessible page and a document."""

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import docx
import pandas as pd
import pytest
from docx.oxml.ns import qn
from seen_html import Seen

import localism_sim as ls
from localism_sim.command.cli import main
from localism_sim.foundation.errors import BadInput
from localism_sim.foundation.folders import Claim
from localism_sim.jobs.finished import finished, seeds_of
from localism_sim.jobs.reporting import html
from localism_sim.jobs.running import write
from localism_sim.model.parameters import FIELDS
from localism_sim.report import figures
from localism_sim.report.blocks import (
    CodeBlock,
    Figure,
    Heading,
    Layer,
    Paragraph,
    PlaceMap,
    Report,
    Table,
    code,
    em,
    link,
    points,
)
from localism_sim.report.combinations import show as show_combinations
from localism_sim.report.comparison import show
from localism_sim.report.contrasts import HEADLINES
from localism_sim.report.html import in_parts, rendered
from localism_sim.report.stored import as_plain, from_plain
from tests.fake_comparison import fake_comparison

EVIL = "<script>alert(1)</script>\"&'"
COMMAND = "localism-sim scenario=localist seeds=3"
ASKED = {"seeds": [0, 1, 2]}
BLOCKS = (
    Heading((code("<b>"), " & more")),
    Paragraph((em(EVIL), link("page", "javascript:alert(1)"))),
    points(EVIL, points("within")),
    Table(("x", "y"), ((EVIL, "1"),), EVIL, "lr"),
    CodeBlock(EVIL),
    PlaceMap("T", (EVIL,), ("M0,0L1,1Z",), 9, 9, (Layer(EVIL, (0.3,), ("better",), 0.2),)),
)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder as a job leaves it, with names that try to be markup, a formula and a path."""
    places = ls.Places.synthetic(5)
    places = replace(places, names=(EVIL, "=1+1", "../up", "St Helens", "Bath"))
    comparison = fake_comparison(places, 3, 24, ("centralist", "localist"))
    folder = tmp_path_factory.mktemp("results") / "made"
    arms = {
        arm.name: {"parameters": {**arm.parameters.as_dict(), "trust_gain": 0.123}}
        for arm in comparison.arms
    }
    report = show(comparison, {"seeds": [0, 1, 2], "scenarios": arms})
    left_out = ("gallery", "map", "distribution", "origins", "trajectories")
    kept = [b for b in report.details if not (isinstance(b, Figure) and b.name in left_out)]
    with Claim() as claim:
        claim.take(folder, ASKED, False, False)
        write(replace(report, details=tuple(kept)), folder, COMMAND)
        claim.finish()
    assert main(["report", str(folder)]) == 0
    return folder


@pytest.fixture
def results(made, tmp_path):
    """A copy to be damaged."""
    return shutil.copytree(made, tmp_path / "made")


@pytest.fixture(scope="module")
def page(made):
    return Seen((made / "report.html").read_text())


def test_the_page_runs_nothing_and_asks_for_nothing(page):
    assert not {name for name, _ in page.tags} & {"script", "link", "iframe", "form", "object"}
    policy = next(a["content"] for a in page.all("meta") if "http-equiv" in a)
    assert policy.startswith("default-src 'none'") and "unsafe" not in policy
    assert all(image["src"].startswith("data:image/webp") for image in page.all("img"))
    assert all(a["href"].startswith("#") for a in page.all("a"))
    assert not any(name.startswith("on") or name == "style" for _, a in page.tags for name in a)


def test_names_are_shown_as_they_stand(page):
    assert EVIL in page.said and "=1+1" in page.said and "../up" in page.said


def test_the_page_says_what_was_asked_what_came_out_and_how(made, page):
    said = " ".join(page.said)
    stored = finished(str(made))
    assert stored.report.question in said and COMMAND in said and "seeds 0 to 2" in said
    assert "seeds=[0]" in said and f"model {stored.model}" in said
    for block in stored.report.blocks:
        if isinstance(block, Heading):
            assert rendered(block, stored.picture).split(">")[1].split("<")[0] in said
    runs = pd.read_csv(made / "runs.csv")
    assert (
        sum(text == "centralist" for text in page.said) == (runs["scenario"] == "centralist").sum()
    )


def test_places_and_months_are_there_as_csv(made):
    places, months = (pd.read_csv(made / f"{name}.csv") for name in ("places", "months"))
    assert set(places["place"]) == {EVIL, "'=1+1", "../up", "St Helens", "Bath"}
    assert list(months["month"]) == [*range(1, 25)] * 2 and months["date"][0] == "May 2010"
    last = pd.read_csv(made / "runs.csv").groupby("scenario")["trust"].mean()
    ends = months[months["month"] == 24].set_index("scenario")
    assert ends["trust"].iloc[0] == pytest.approx(last["centralist"])
    assert (ends["trust_low"] < ends["trust"]).all() and (ends["trust"] < ends["trust_high"]).all()


def test_assumptions_are_told_with_the_values_of_these_runs(made, page):
    used = finished(str(made)).used()
    assert used["trust_gain"] == [0.123] and "0.123" in page.said and len(used) == len(FIELDS)
    assert "Assumptions log" in page.said


def test_every_picture_and_map_is_told_in_words_and_every_table_has_headings(page):
    assert page.all("img") and all(len(image["alt"]) > 40 for image in page.all("img"))
    drawn = [a for a in page.all("svg") if "aria-hidden" not in a]
    assert drawn and all("Better in" in a["aria-label"] for a in drawn)
    assert page.all("th") and all(a["scope"] in ("col", "row") for a in page.all("th"))
    ids = [a["id"] for _, a in page.tags if "id" in a]
    assert len(ids) == len(set(ids))


def test_the_document_holds_the_answer_and_one_chart(made):
    document = docx.Document(str(made / "report.docx"))
    stored = finished(str(made))
    said = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert stored.report.title in said and stored.report.question in said and COMMAND in said
    sentences = [b for b in stored.report.short if isinstance(b, Paragraph)]
    assert sentences and all(rendered(b, stored.picture) for b in sentences)
    assert len(document.inline_shapes) == 1
    assert len(document.inline_shapes[0]._inline.docPr.get("descr")) > 40
    assert all(t.rows[0]._tr.find(f".//{qn('w:tblHeader')}") is not None for t in document.tables)
    assert document.core_properties.title == stored.report.title
    assert round(document.sections[0].page_width.cm, 1) == 21.0


def test_blocks_come_back_from_json_as_they_were():
    assert from_plain(json.loads(json.dumps(as_plain(BLOCKS)))) == BLOCKS
    figure = from_plain(as_plain(Figure("f", "c", lambda: None, ("says",))))
    assert (figure.name, figure.caption, figure.said) == ("f", "c", ("says",))
    with pytest.raises(RuntimeError):
        figure.draw()


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: type(block).__name__)
def test_no_block_lets_text_become_markup(block):
    text = rendered(block, lambda figure: None)
    assert "<script" not in text and "javascript:" not in text and "<b>" not in text


def test_a_long_table_is_folded_up():
    table = Table(("a",), tuple((str(k),) for k in range(40)))
    assert rendered(table, lambda figure: None, "All").startswith("<details><summary>All")


def test_parts_follow_the_headings():
    found = in_parts((Paragraph("a"), Heading("B"), Heading("C"), Paragraph("c")), "First")
    assert [(part.title, len(part.blocks)) for part in found] == [("First", 1), ("C", 1)]


def test_seeds_of_many_combinations_are_told_once():
    assert seeds_of([[0, 1], [0, 1, 2]]) == (0, 1, 2) and seeds_of(None) == ()


def damage(folder, name, change):
    path = folder / name
    path.write_text(change(path.read_text()))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda f: damage(f, "summary.md", lambda text: text + "x"), "summary.md was changed"),
        (lambda f: (f / "figures/effects.png").unlink(), "effects.png is missing"),
        (lambda f: (f / "job.json").unlink(), "no job of localism-sim wrote"),
        (lambda f: (f / "job.json").write_text("{"), "job.json is damaged"),
        (lambda f: shutil.rmtree(f), "no such folder"),
        (
            lambda f: damage(f, "job.json", lambda t: t.replace('finished": true', 'finished": 0')),
            "not finished",
        ),
        (
            lambda f: damage(f, "job.json", lambda t: re.sub(r' *"report.json": .*\n', "", t)),
            "older version",
        ),
    ],
)
def test_a_folder_that_gives_no_report_is_refused_in_one_line(results, capsys, spoil, said):
    spoil(results)
    assert main(["report", str(results)]) == 2
    told = capsys.readouterr().err
    assert said in told and told.count("\n") == 1


def test_a_report_file_with_other_content_is_refused(results):
    def reworked(text):
        kept = json.loads(text)
        kept["short"] = [{"kind": "Nonsense"}]
        return json.dumps(kept)

    from localism_sim.foundation.folders import file_checksum

    before = file_checksum(results / "report.json")
    damage(results, "report.json", reworked)
    after = file_checksum(results / "report.json")
    damage(results, "job.json", lambda text: text.replace(before, after))
    with pytest.raises(BadInput, match="cannot be read"):
        finished(str(results))


def test_a_part_of_what_a_job_wrote_leads_to_the_whole(tmp_path):
    table = Table(("a",), (("1",),))
    inner = Report("Inner", (table,), (Heading("Deeper"), table))
    folder = tmp_path / "made"
    with Claim() as claim:
        claim.take(folder, {"seeds": [0], "experiment": {"kind": "morris"}}, True, False)
        write(Report("Outer", (table,), parts={"trust": inner}), folder, COMMAND)
        claim.finish()
    found = finished(str(folder / "trust"))
    assert found.folder == folder and list(found.parts) == ["trust"]
    assert "Morris" in found.report.question
    page = html(found, None, ())
    assert "Trust in local services" in page and "Deeper" in page


def test_every_combination_is_set_against_the_first_in_words_and_a_figure():
    runs = pd.DataFrame(
        [
            {"overrides": text, "seed": seed, **dict.fromkeys(HEADLINES, 0.1 * k + 0.01 * seed)}
            for k, text in enumerate(("cuts=0", "cuts=0.2"))
            for seed in range(3)
        ]
    )
    settings = {text: dict([text.split("=")]) for text in ("cuts=0", "cuts=0.2")}
    report = show_combinations(runs, settings)
    assert [figure.name for figure in report.figures] == ["differences"]
    drawn = report.figures[0].draw()
    assert "compared with: cuts 0" in drawn.get_suptitle()
    alone = show_combinations(runs[runs["seed"] == 0], settings)
    assert alone.figures == () and alone.tables == {}


def test_the_commands_of_the_page_on_reports_run(tmp_path, monkeypatch):
    page = Path(__file__).parents[1] / "docs/how-to/report.md"
    first, second = re.search(r"```bash\n(.*?)```", page.read_text(), re.DOTALL)[1].splitlines()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(figures, "FIGURES", {"effects": figures.effects})
    small = ["seeds=2", "months=12", "places=synthetic", "places.count=3"]
    words = [word for word in first.split()[1:] if not word.startswith("seeds=")]
    assert main([*words, *small]) == 0 and main(second.split()[1:]) == 0
    assert (tmp_path / "results/sure_start/report.docx").is_file()


@pytest.mark.parametrize("given", [[], ["a", "b"], ["--all"]])
def test_report_takes_one_folder(given, capsys):
    assert main(["report", *given]) == 2
    assert "allowed: report and the folder" in capsys.readouterr().err


def test_results_are_whole_without_their_report_and_take_it_along(results):
    (results / "report.docx").unlink()
    with Claim() as claim:
        claim.take(results, ASKED, False, False)
        assert claim.is_whole()
    with Claim() as claim:
        claim.take(results, {"seeds": [5]}, False, True)
        assert not (results / "report.html").exists() and not (results / "summary.md").exists()


def test_a_report_that_was_edited_is_kept_when_it_is_written_again(results):
    assert main(["report", str(results)]) == 0
    made = (results / "report.html").read_text()
    (results / "report.html").write_text("edited")
    for _ in range(2):
        assert main(["report", str(results)]) == 0
        assert (results / "report.html").read_text() == made
    assert (results / "report.html.changed").read_text() == "edited"
    assert [path.name for path in results.glob("*.changed*")] == ["report.html.changed"]
