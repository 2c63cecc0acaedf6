"""Blocks as one page for a browser: accessible, printable, without a script and without a request.

Everything that comes from a user, such as names of places and scenarios, is text. The page's policy
(Content-Security-Policy) allows its own style sheet and pictures that it carries itself; nothing
else, so nothing in it can run or be fetched.
"""

from __future__ import annotations

import base64
import hashlib
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from .blocks import (
    Block,
    CodeBlock,
    Figure,
    Heading,
    Paragraph,
    PlaceMap,
    Points,
    Span,
    Table,
    Words,
    plain,
    spans,
)
from .map_page import maps
from .words import sentence

ANSWER = "The answer"
MOST_ROWS = 30
"""Longer tables are folded up, and printed only where a reader opens them."""
TAGS = {"emphasis": "em", "strong": "strong", "code": "code"}
STYLE = Path(__file__).parent / "assets" / "report.css"
Picture = Callable[[Figure], Path]
"""Where a figure's picture lies."""


def styled(part: str | Span) -> str:
    """One stretch of text. Links lead to other files of the folder, which a page that is sent on
    does not have, so their text alone is shown.
    """
    if isinstance(part, str):
        return escape(part)
    if part.style == "link":
        return escape(part.text)
    return f"<{TAGS[part.style]}>{escape(part.text)}</{TAGS[part.style]}>"


def inline(words: Words) -> str:
    """Words with their styles."""
    return "".join(styled(part) for part in spans(words))


def cell(words: Words, place: str, letter: str) -> str:
    """A cell. place: `col` for a heading, `row` for the first of a row, else nothing."""
    tag, scope = ("th", f' scope="{place}"') if place else ("td", "")
    return f"<{tag}{scope}{' class="r"' if letter == 'r' else ''}>{inline(words)}</{tag}>"


def table(block: Table, about: str) -> str:
    """A table with its title; one of many rows is folded up. about: a name where it has none."""
    align = (block.align or "").ljust(len(block.head), "l")
    rows = [
        "".join(cell(words, "" if k else "row", align[k]) for k, words in enumerate(row))
        for row in block.rows
    ]
    head = "".join(cell(words, "col", letter) for words, letter in zip(block.head, align))
    title = block.title or about
    caption = f"<caption>{escape(block.title)}</caption>" if block.title else ""
    text = (
        f'<div class="scroll" role="region" tabindex="0" aria-label="{escape(title)}"><table>'
        f"{caption}<thead><tr>{head}</tr></thead><tbody>"
        f"{''.join(f'<tr>{row}</tr>' for row in rows)}</tbody></table></div>"
    )
    if len(rows) <= MOST_ROWS:
        return text
    summary = f"{escape(title)}: table of {len(rows):,} rows"
    return f"<details><summary>{summary}</summary>{text}</details>"


def folded(block: Table, about: str) -> str:
    """A table that is folded up whatever its length: the numbers of a chart."""
    text = table(block, about)
    if text.startswith("<details>"):
        return text
    return f"<details><summary>{escape(about)}</summary>{text}</details>"


def bullets(block: Points) -> str:
    """A list, and lists within it."""
    parts: list[str] = []
    for item in block.items:
        if isinstance(item, Points):
            last = parts.pop().removesuffix("</li>") if parts else "<li>"
            parts.append(f"{last}{bullets(item)}</li>")
        else:
            parts.append(f"<li>{inline(item)}</li>")
    return f"<ul>{''.join(parts)}</ul>"


def picture_data(path: Path) -> tuple[str, int, int]:
    """A picture as a lossless WebP in an address of its own, a third of the PNG; width, height."""
    from PIL import Image

    with Image.open(path) as found:
        image = found.convert("RGB")
    packed = io.BytesIO()
    image.save(packed, "WEBP", lossless=True, method=2)
    text = base64.b64encode(packed.getvalue()).decode()
    return f"data:image/webp;base64,{text}", image.width, image.height


def figure(block: Figure, picture: Picture, level: int) -> str:
    """A figure: what it says, the picture, its statistical title and how to read it."""
    source, width, height = picture_data(picture(block))
    says, *notes = block.said or (block.caption,)
    alternative = f"Chart: {' '.join(block.said) or block.caption}"
    read = escape(" ".join([sentence(block.caption), *notes]))
    numbers = folded(block.table, f"Numbers of this chart: {says}") if block.table else ""
    return (
        f'<figure><h{level}>{escape(says)}</h{level}><div class="picture"><img src="{source}" '
        f'width="{width}" height="{height}" alt="{escape(alternative)}"></div>'
        f"<figcaption>{read}</figcaption></figure>{numbers}"
    )


def rendered(block: Block, picture: Picture, about: str = "", level: int = 3) -> str:
    """One block. about: the heading that it stands below. level: of headings of figures."""
    match block:
        case Heading(words, depth):
            return f"<h{depth}>{inline(words)}</h{depth}>"
        case Paragraph(words):
            return f"<p>{inline(words)}</p>"
        case Points():
            return bullets(block)
        case Table():
            return table(block, about or "Table")
        case Figure():
            return figure(block, picture, level)
        case PlaceMap():
            return maps(block, lambda every: table(every, about))
        case CodeBlock(text):
            return f'<pre tabindex="0"><code>{escape(text)}</code></pre>'
    raise TypeError(f"no block: {block!r}")


@dataclass(frozen=True)
class Part:
    """A part of the page: its heading and the blocks below it."""

    title: str
    blocks: Sequence[Block]


def in_parts(blocks: Sequence[Block], first: str) -> list[Part]:
    """Blocks by the headings of level 2 among them; those before any are called `first`."""
    found: list[tuple[str, list[Block]]] = [(first, [])]
    for block in blocks:
        if isinstance(block, Heading) and block.level == 2:
            found.append((plain(block.text), []))
        else:
            found[-1][1].append(block)
    return [Part(title, held) for title, held in found if held]


def place_in_page(title: str, taken: set[str]) -> str:
    """A name for a place in the page that no other has."""
    base = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") or "part"
    name = base
    while name in taken:
        name += "-"
    taken.add(name)
    return name


def parts_in_order(parts: Sequence[Part], picture: Picture) -> Iterator[tuple[str, str, str]]:
    """Every part: its place in the page, its title and its text."""
    taken = {"answer", "content"}
    for part in parts:
        name, about = place_in_page(part.title, taken), part.title
        texts = []
        for block in part.blocks:
            about = plain(block.text) if isinstance(block, Heading) else about
            texts.append(rendered(block, picture, about))
        kind = ' class="findings"' if any(isinstance(b, Figure) for b in part.blocks) else ""
        text = f'<section id="{name}"{kind}><h2>{escape(part.title)}</h2>{"".join(texts)}</section>'
        yield name, part.title, text


def answer(short: Sequence[Block], lead: Figure | None, picture: Picture) -> str:
    """The first screen: the short answer, and one chart beside it."""
    texts = []
    for block in short:
        if isinstance(block, Heading):
            if plain(block.text) == ANSWER:
                continue
            block = Heading(block.text, 3)
        texts.append(rendered(block, picture, ANSWER))
    chart = f"<div>{rendered(lead, picture)}</div>" if lead else ""
    return (
        f'<section id="answer" class="answer{" two" if lead else ""}"><div><h2>{ANSWER}</h2>'
        f"{''.join(texts)}</div>{chart}</section>"
    )


def page(
    title: str,
    question: str,
    short: Sequence[Block],
    parts: Sequence[Part],
    picture: Picture,
    lead: Figure | None = None,
    warning: str = "",
    made_by: str = "",
) -> str:
    """The whole page. lead: the one chart beside the answer. warning: said above everything else.
    made_by: the last line.
    """
    inside = list(parts_in_order(parts, picture))
    contents = "".join(
        f'<li><a href="#{name}">{escape(heading)}</a></li>' for name, heading, _ in inside
    )
    asked = "" if question == title else question
    body = (
        f'<a class="skip" href="#content">Skip to the answer</a>\n<header><h1>{escape(title)}</h1>'
        f"{f'<p class="question">{escape(asked)}</p>' if asked else ''}</header>\n"
        f'<main id="content">\n'
        f"{f'<p class="incomplete">{escape(warning)}</p>' if warning else ''}"
        f"{answer(short, lead, picture)}\n"
        f'<nav aria-label="Parts of this report"><h2>In this report</h2><ol>{contents}</ol></nav>\n'
        f"{''.join(text + chr(10) for _, _, text in inside)}</main>\n"
        f"<footer><p>{escape(made_by)}</p></footer>"
    )
    return document(title, body, STYLE.read_text(encoding="utf-8"))


def document(title: str, body: str, style: str) -> str:
    """A whole page of one style sheet, whose policy allows that sheet and pictures inside it."""
    mark = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; img-src data:; style-src 'sha256-{mark}'; base-uri 'none'; "
        f"form-action 'none'"
    )
    return (
        f'<!doctype html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="referrer" content="no-referrer">\n<title>{escape(title)}</title>\n'
        f"<style>{style}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )
