"""Blocks on a terminal, with every user's text shown as it stands."""

from __future__ import annotations

from collections.abc import Iterable

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from .blocks import (
    Block,
    CodeBlock,
    Figure,
    Heading,
    Paragraph,
    Points,
    Table,
    Words,
    spans,
)

STYLES = {"emphasis": "italic", "strong": "bold", "code": "bold", "link": ""}


def visible(text: str) -> str:
    """Text without letters that a terminal would obey."""
    return "".join(
        letter if letter.isprintable() or letter == "\n" else repr(letter)[1:-1] for letter in text
    )


def text(words: Words, style: str = "") -> Text:
    """Words as Rich shows them, with no markup read from them."""
    found = Text(style=style)
    for part in spans(words):
        if isinstance(part, str):
            found.append(visible(part))
        else:
            found.append(visible(part.text), style=STYLES[part.style])
    return found


def grid(block: Table) -> Grid:
    """A table as wide as its content, names broken over lines before numbers are."""
    found = Grid(
        title=text(block.title, "bold") if block.title else None,
        title_justify="left",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        header_style="",
    )
    for heading, letter in zip(block.head, block.align.ljust(len(block.head), "l")):
        found.add_column(text(heading, "bold"), justify="right" if letter == "r" else "left")
    for row in block.rows:
        found.add_row(*(text(each) for each in row))
    return found


def print_block(block: Block, console: Console) -> None:
    """One block. Where nobody watches, a sentence stays on one line, so that it can be searched."""
    wrap = console.is_terminal
    match block:
        case Heading(words):
            console.print(text(words, "bold"), highlight=False, soft_wrap=not wrap)
        case Paragraph(words):
            console.print(text(words), highlight=False, soft_wrap=not wrap)
        case Points(items):
            for item in items:
                print_item(item, console)
        case Table():
            console.print(grid(block), highlight=False)
        case CodeBlock(lines):
            console.print(Padding(text(lines), (0, 2)), highlight=False, soft_wrap=True)
        case Figure():
            pass  # a figure is in its file; the runner says where


def print_item(item: Words, console: Console) -> None:
    """An item of a list, its lines set in below the bullet."""
    if not console.is_terminal:
        console.print(text(("- ", *spans(item))), highlight=False, soft_wrap=True)
        return
    line = Grid.grid(padding=(0, 1, 0, 0))
    line.add_column(width=1)
    line.add_column()
    line.add_row("-", text(item))
    console.print(line, highlight=False)


def print_blocks(blocks: Iterable[Block], console: Console) -> None:
    """Blocks one after the other."""
    for block in blocks:
        print_block(block, console)
