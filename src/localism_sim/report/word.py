"""The first page of a report as a Word document (DOCX): question, answer, one chart and how it was
made, ready to paste into a briefing.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..foundation.files import whole_file
from .blocks import (
    Block,
    CodeBlock,
    Figure,
    Heading,
    Paragraph,
    Points,
    Report,
    Table,
    Words,
    plain,
    spans,
)
from .docx_internals import describe_picture, repeat_on_every_page
from .workbook import CREATOR, WRITTEN

if TYPE_CHECKING:
    from collections.abc import Iterable


CM = 360_000
"""A centimetre in the units of a document's lengths."""
SMALL = 8 * 12_700
"""Eight points: the size of what only who repeats the runs will read."""
WIDTH = 17 * CM
"""What the margins of an A4 page leave."""
LETTERS = 84
"""About so many bold letters stand beside each other in it."""


def visible(text: str) -> str:
    """The text without characters that a document cannot hold."""
    return "".join(
        letter if letter.isprintable() or letter in "\n\t" else "\ufffd" for letter in text
    )


def add_words(paragraph: Any, words: Words) -> None:
    """Words with their styles."""
    for part in spans(words):
        text = part if isinstance(part, str) else part.text
        run = paragraph.add_run(visible(text))
        if not isinstance(part, str):
            run.bold = part.style == "strong"
            run.italic = part.style == "emphasis"
            if part.style == "code":
                run.font.name = "Consolas"


def shares(block: Table) -> list[float]:
    """Each column's share of a table's width: as its longest text, though none is so narrow that
    its longest word is cut or wider than three others.
    """
    columns = [[plain(cell) for cell in column] for column in zip(block.head, *block.rows)]
    words = [
        max(len(word) for cell in cells for word in (cell.split() or [""])) for cells in columns
    ]
    whole = [max(map(len, cells)) for cells in columns]
    most = 3 * sorted(whole)[len(whole) // 2]
    narrow = [max(least, 4) + 3 for least in words]
    more = [max(0, min(most, size) + 3 - least) for least, size in zip(narrow, whole)]
    left = max(0.0, min(1.0, (LETTERS - sum(narrow)) / max(1, sum(more))))
    wide = [least + left * extra for least, extra in zip(narrow, more)]
    return [size / sum(wide) for size in wide]


def add_table(document: Any, block: Table) -> None:
    """A table with its title above it and a heading row that is marked as one; its columns are as
    wide as what they hold.
    """
    if block.title:
        document.add_paragraph(visible(block.title), style="Caption")
    table = document.add_table(rows=1, cols=len(block.head), style="Light List Accent 1")
    for cell, words in zip(table.rows[0].cells, block.head):
        add_words(cell.paragraphs[0], words)
    repeat_on_every_page(table.rows[0])
    for row in block.rows:
        for cell, words in zip(table.add_row().cells, row):
            add_words(cell.paragraphs[0], words)
    table.autofit = False
    for column, share in zip(table.columns, shares(block)):
        for cell in (column, *column.cells):
            cell.width = round(WIDTH * share)


def add_points(document: Any, block: Points, depth: int = 1) -> None:
    """A list with bullets, and lists within it."""
    style = "List Bullet" if depth == 1 else f"List Bullet {min(depth, 3)}"
    for item in block.items:
        if isinstance(item, Points):
            add_points(document, item, depth + 1)
        else:
            add_words(document.add_paragraph(style=style), item)


def add_blocks(document: Any, blocks: Iterable[Block]) -> None:
    """Blocks one after the other; figures and maps are added apart."""
    for block in blocks:
        match block:
            case Heading(words):
                add_words(document.add_heading(level=2), words)
            case Paragraph(words):
                add_words(document.add_paragraph(), words)
            case Points():
                add_points(document, block)
            case Table():
                add_table(document, block)
            case CodeBlock(text):
                document.add_paragraph(style="No Spacing").add_run(
                    visible(text)
                ).font.name = "Consolas"


def add_picture(document: Any, figure: Figure, path: Path) -> None:
    """A chart with its title, and with the same in words for readers who cannot see it."""
    from docx.shared import Cm

    says, *notes = figure.said or (figure.caption,)
    document.add_paragraph(visible(f"{figure.caption}: {says}"), style="Caption")
    shape = document.add_picture(str(path), width=Cm(15.5))
    describe_picture(shape, visible(" ".join([says, *notes])))


def write_document(
    report: Report, lead: Figure | None, picture: Path | None, made: tuple[Block, ...], path: Path
) -> None:
    """Write the first page of a report, completely or not at all. lead: its one chart. picture: the
    file of that chart. made: how the numbers were made.
    """
    from docx import Document
    from docx.shared import Cm, Pt

    document = Document()
    about = document.core_properties
    about.title, about.author, about.language = visible(report.title), CREATOR, "en-GB"
    about.created = about.modified = WRITTEN
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Arial", Pt(10)
    normal.paragraph_format.space_after = Pt(4)
    for section in document.sections:
        section.page_width, section.page_height = Cm(21.0), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2.0)
        section.top_margin = section.bottom_margin = Cm(1.5)
    document.add_heading(visible(report.title), level=1)
    if report.question not in ("", report.title):
        document.add_paragraph().add_run(visible(report.question)).bold = True
    add_blocks(document, report.short)
    if lead and picture:
        add_picture(document, lead, picture)
    document.add_heading("How to reproduce", level=2)
    begun = len(document.paragraphs)
    add_blocks(document, made)
    for paragraph in document.paragraphs[begun:]:
        for run in paragraph.runs:
            run.font.size = SMALL
    with whole_file(path) as temporary:
        document.save(str(temporary))
