"""The sheets of the pack as one page that prints to A4, and as PDF where a browser is at hand."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from markdown_it import MarkdownIt

from localism_sim.model.parameters import FIELDS
from localism_sim.report.html import document

from . import questions

HERE = Path(__file__).parent
PUPILS = ("role-cards", "worksheets", "glossary", "questionnaire")
TEACHERS = ("session-50", "session-120", "model-answers", "questionnaire-note")
MARK = re.compile(r"<!-- (\w+)(?:: ([\w, ]+))? -->")
PARAMETER = re.compile(r"`([a-z_]+)`")
MADE: dict[str, Callable[..., str]] = {
    "answer": questions.answer,
    "cares": questions.cares,
    "doubt": questions.doubt,
    "ground": questions.ground,
    "look": questions.look,
    "moves": questions.moves,
    "levers": questions.levers,
    "outcomes": questions.outcomes,
    "unspoilt": questions.unspoilt,
}
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "msedge")


def filled(text: str) -> str:
    """A sheet with every mark (`<!-- answer: pilots -->`) replaced by what the model says, and the
    name of every parameter by what the page calls it.
    """

    def called(found: re.Match[str]) -> str:
        return questions.label(found[1]) if found[1] in FIELDS else found[0]

    def made(found: re.Match[str]) -> str:
        return MADE[found[1]](*re.split(r",\s*", found[2]) if found[2] else ())

    return MARK.sub(made, PARAMETER.sub(called, text))


def sheet(name: str) -> str:
    """A sheet as HTML, its headings one level down, below the title of the pack."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    text = filled((HERE / f"{name}.md").read_text(encoding="utf-8"))
    inside = parser.render(re.sub(r"^#", "##", text, flags=re.MULTILINE))
    inside = re.sub(r"<t([hd]) style=\"text-align:right\">", r'<t\1 class="r">', inside)
    inside = inside.replace("<th>", '<th scope="col">').replace(
        '<th class="r">', '<th scope="col" class="r">'
    )
    inside = re.sub(r'<a href="(?!#)[^"]*">(.*?)</a>', r"\1", inside)
    inside = inside.replace("<pre>", '<pre tabindex="0">')
    inside = inside.replace(
        "<table>", '<div class="scroll" tabindex="0" role="region" aria-label="Table"><table>'
    ).replace("</table>", "</table></div>")
    return f'<section class="sheet" id="{name}">{inside}</section>'


def pack(sheets: tuple[str, ...], title: str) -> str:
    """Sheets one after the other, each from a new page on paper on."""
    style = (HERE / "print.css").read_text(encoding="utf-8")
    return document(
        title, f"<header><h1>{title}</h1></header><main>{''.join(map(sheet, sheets))}</main>", style
    )


def to_pdf(page: Path) -> Path | None:
    """The page as an A4 PDF beside it, where Chromium or Chrome is installed; else None."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        return None
    pdf = page.with_suffix(".pdf")
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(
            [
                browser,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                f"--user-data-dir={profile}",
                "--no-pdf-header-footer",
                f"--print-to-pdf={pdf.resolve()}",
                page.resolve().as_uri(),
            ],
            check=True,
            capture_output=True,
            timeout=120,
        )
    return pdf
