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
    plain,
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


def longest(cells: Iterable[str]) -> int:
    """Length of the longest of some texts."""
    return max(map(len, cells), default=0)


def grid(block: Table, width: int) -> Grid:
    """A table of at most `width` columns of letters. No word is cut, and names in the first column
    stay on one line where there is room.
    """
    found = Grid(
        title=text(block.title, "bold") if block.title else None,
        title_justify="left",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        header_style="",
    )
    columns = [[plain(each) for each in column] for column in zip(block.head, *block.rows)]
    least = [longest(word for cell in column for word in cell.split()) for column in columns]
    names = longest(columns[0][1:]) if columns else 0
    room = names + sum(least[1:]) + 3 * len(least) <= width
    align = block.align.ljust(len(block.head), "l")
    for number, (heading, letter) in enumerate(zip(block.head, align)):
        found.add_column(
            text(heading, "bold"),
            justify="right" if letter == "r" else "left",
            overflow="fold",
            min_width=names if number == 0 and room else least[number],
        )
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
            console.print(grid(block, console.width), highlight=False)
        case CodeBlock(lines):
            console.print(Padding(text(lines), (0, 2)), highlight=False, soft_wrap=True)
        case Figure():
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
