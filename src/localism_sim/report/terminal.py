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
    PlaceMap,
    Points,
    Table,
    Words,
    plain,
    spans,
)

STYLES = {"emphasis": "italic", "strong": "bold", "code": "bold", "link": ""}


def visible(text: str) -> str:
    """The text without characters that a terminal would obey."""
    return "".join(
        letter if letter.isprintable() or letter == "\n" else repr(letter)[1:-1] for letter in text
    )


def text(words: Words, style: str = "") -> Text:
    """Words in Rich's form, without reading markup from them."""
    found = Text(style=style)
    for part in spans(words):
        if isinstance(part, str):
            found.append(visible(part))
        else:
            found.append(visible(part.text), style=STYLES[part.style])
    return found


def longest(cells: Iterable[str]) -> int:
    """Length of the longest of some texts."""
    return max(map(len, cells), default=0)


def widths(columns: list[list[str]], room: int) -> list[int]:
    """Column widths that together take at most `room` characters, as far as no word is cut: the
    widest column shrinks first, the first column last.
    """
    found = [longest(cells) for cells in columns]
    least = [longest(word for cell in cells for word in cell.split()) for cells in columns]
    while sum(found) > room:
        spare = [k for k in range(1, len(found)) if found[k] > least[k]] or [
            k for k in range(len(found)) if found[k] > least[k]
        ]
        if not spare:
            break
        found[max(spare, key=lambda k: found[k])] -= 1
    return found


def grid(block: Table, width: int) -> Grid:
    """A table of at most `width` columns of letters, as far as no word has to be cut for it."""
    found = Grid(
        title=text(block.title, "bold") if block.title else None,
        title_justify="left",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        header_style="",
    )
    columns = [[plain(each) for each in column] for column in zip(block.head, *block.rows)]
    room = width - 3 * len(columns)
    align = block.align.ljust(len(block.head), "l")
    for heading, letter, size in zip(block.head, align, widths(columns, room)):
        found.add_column(
            text(heading, "bold"),
            justify="right" if letter == "r" else "left",
            overflow="fold",
            width=max(1, size),
        )
    for row in block.rows:
        found.add_row(*(text(each) for each in row))
    return found


def print_block(block: Block, console: Console) -> None:
    """Print a block. If the output is no terminal, a sentence stays on one line, so that it can be
    searched.
    """
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
            console.print(grid(block, console.width), highlight=False)
        case CodeBlock(lines):
            console.print(Padding(text(lines), (0, 2)), highlight=False, soft_wrap=True)
        case Figure() | PlaceMap():
            pass  # a figure is in its file; the runner says where


def print_item(item: Words | Points, console: Console, depth: int = 0) -> None:
    """An item of a list, its lines set in below the bullet."""
    if isinstance(item, Points):
        for each in item.items:
            print_item(each, console, depth + 1)
    elif not console.is_terminal:
        line = text(("  " * depth + "- ", *spans(item)))
        console.print(line, highlight=False, soft_wrap=True)
    else:
        row = Grid.grid(padding=(0, 1, 0, 0))
        row.add_column(width=1)
        row.add_column()
        row.add_row("-", text(item))
        console.print(Padding(row, (0, 0, 0, 2 * depth)), highlight=False)


def print_blocks(blocks: Iterable[Block], console: Console) -> None:
    """Blocks one after the other."""
    for block in blocks:
        print_block(block, console)
