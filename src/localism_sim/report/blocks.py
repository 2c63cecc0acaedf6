"""What a report is made of: headings, paragraphs, lists, tables, figures and code.

A job's `show` turns an answer into a `Report` of these blocks. `report.terminal` prints them,
`report.markdown` writes them as a page, `report.html` as a page for a browser, `report.word` as a
document, `report.workbook` writes the tables for a spreadsheet, `report.stored` keeps them in a
file.

A plain string in a block is shown exactly as it stands, whatever letters it holds: each renderer
escapes what its own format would take for markup. Emphasis is asked for with `em`, `strong` and
`code`, never by writing `*` or backquotes into a string.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure as Drawing


@dataclass(frozen=True)
class Span:
    """A stretch of text in a style of its own. target: where a link leads."""

    text: str
    style: Literal["emphasis", "strong", "code", "link"]
    target: str = ""


Words = str | Span | tuple["str | Span", ...]
"""A text, a styled stretch of text, or a sequence of these."""


def em(text: str) -> Span:
    """Text set in italics, such as a title."""
    return Span(text, "emphasis")


def strong(text: str) -> Span:
    """Text set in bold."""
    return Span(text, "strong")


def code(text: str) -> Span:
    """A name of a file, a parameter or a setting, as it is typed."""
    return Span(text, "code")


def link(text: str, target: str) -> Span:
    """A link to another page in the same folder."""
    return Span(text, "link", target)


def spans(words: Words) -> tuple[Span | str, ...]:
    """Words as a tuple of stretches."""
    return words if isinstance(words, tuple) else (words,)


def plain(words: Words) -> str:
    """The words without styles."""
    return "".join(part if isinstance(part, str) else part.text for part in spans(words))


@dataclass(frozen=True)
class Heading:
    """A heading. level: 2 for a part of the report, 3 for a part of a part."""

    text: Words
    level: int = 2


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of one or more sentences."""

    words: Words


@dataclass(frozen=True)
class Points:
    """A bulleted list; a list among the items belongs to the item before it."""

    items: tuple[Words | Points, ...]


@dataclass(frozen=True)
class Table:
    """A table of text. align: one letter per column, `l` for left or `r` for right
    (default: left).
    """

    head: tuple[Words, ...]
    rows: tuple[tuple[Words, ...], ...]
    title: str = ""
    align: str = ""


@dataclass(frozen=True)
class Figure:
    """A figure, drawn when it is needed. name: of its file, without folder and suffix. said: what
    it says and how to read it, as stands on the drawing itself. table: its numbers. repeats: other
    blocks show the same, so a page that holds them leaves it out. long: whether it takes long to
    draw.
    """

    name: str
    caption: str
    draw: Callable[[], Drawing]
    said: tuple[str, ...] = ()
    table: Table | None = None
    repeats: bool = False
    long: bool = False


DRAWING_HELPER = "localism_sim.report.figures.drawing:help_another"
"""What `start_helper` calls for a process that draws figures; here, where naming it loads nothing.
"""


@dataclass(frozen=True)
class Layer:
    """One map of a `PlaceMap`. values: a number a place, in its order; words: the same said in
    words; limit: the size of a value from which on the darkest shade is used.
    """

    title: str
    values: tuple[float, ...]
    words: tuple[str, ...]
    limit: float


@dataclass(frozen=True)
class PlaceMap:
    """Places by name on maps. shapes: an SVG path a place, on one sheet of `width` by `height`."""

    title: str
    names: tuple[str, ...]
    shapes: tuple[str, ...]
    width: float
    height: float
    layers: tuple[Layer, ...]


@dataclass(frozen=True)
class CodeBlock:
    """Lines shown exactly as they are. language: for highlighting."""

    text: str
    language: str = "bash"


Block = Heading | Paragraph | Points | Table | Figure | PlaceMap | CodeBlock


@dataclass(frozen=True)
class Report:
    """An answer ready to be shown.

    short: what a reader needs first, on one page; the terminal prints this part only. details: the
    rest of the written summary. tables: the numbers by name, for Parquet, CSV and the workbook.
    data: larger tables, for Parquet only. config: all that it takes to run it again, written as
    `config.yaml` where there is any. parts: reports of their own, each written into a folder of its
    name below. complete: False where the answer says that something did not go well (exit code 1).
    question: what was asked, in a sentence.
    """

    title: str
    short: tuple[Block, ...]
    details: tuple[Block, ...] = ()
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    data: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    config: Mapping[str, Any] = field(default_factory=dict)
    parts: Mapping[str, Report] = field(default_factory=dict)
    complete: bool = True
    question: str = ""

    @property
    def blocks(self) -> tuple[Block, ...]:
        """All blocks of the report, in order."""
        return (*self.short, *self.details)

    @property
    def figures(self) -> tuple[Figure, ...]:
        """All figures, in order."""
        return tuple(block for block in self.blocks if isinstance(block, Figure))


def points(*items: Words | Points) -> Points:
    """A bulleted list of these items."""
    return Points(items)
