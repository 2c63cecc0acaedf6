"""Blocks as Markdown (CommonMark with tables), with every user's text shown as it stands."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .blocks import (
    Block,
    CodeBlock,
    Figure,
    Heading,
    Paragraph,
    PlaceMap,
    Points,
    Report,
    Span,
    Table,
    Words,
    spans,
)

SAME_NUMBERS = (
    Span("config.yaml", "code"),
    " in this folder holds the command, every parameter, seed and version; the same configuration "
    "gives the same numbers to the last digit.",
)
SPECIAL = re.compile(
    r"[\\`*\[\]|$]"  # always markup, `|` and `$` in the flavours that have tables and formulas
    r"|(?<!\w)_|_(?!\w)"  # an underscore within a word is none
    r"|<(?=[A-Za-z/!?])|&(?=#?\w+;)|~(?=~)"
)
AT_THE_START = re.compile(r"^(\s*)(#{1,6}(?=\s|$)|[-+>](?=\s|$)|=+$|-{3,}$)")
NUMBERED = re.compile(r"^(\s*\d{1,9})([.)])(?=\s|$)")


def escaped(text: str) -> str:
    """Text that Markdown shows exactly as it stands, on one line."""
    line = " ".join(text.splitlines()) if len(text.splitlines()) > 1 else text.rstrip("\n")
    return SPECIAL.sub(
        # an entity, for not every flavour lets `<` be escaped, and then a tag would come alive
        lambda found: "&lt;" if found.group() == "<" else "\\" + found.group(),
        line,
    )


def at_the_start(line: str) -> str:
    """A line whose first letters open no heading, list or quotation."""
    return NUMBERED.sub(r"\1\\\2", AT_THE_START.sub(r"\1\\\2", line))


def code_span(text: str) -> str:
    """Code between as many backquotes as the text itself does not hold."""
    fence = "`" * (1 + max((len(run) for run in re.findall(r"`+", text)), default=0))
    space = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{space}{' '.join(text.splitlines())}{space}{fence}"


def styled(part: str | Span) -> str:
    """One stretch of text."""
    if isinstance(part, str):
        return escaped(part)
    inside = part.text.strip()
    if not inside:
        return part.text
    before, _, after = part.text.partition(inside)
    match part.style:
        case "emphasis":
            return f"{before}*{escaped(inside)}*{after}"
        case "strong":
            return f"{before}**{escaped(inside)}**{after}"
        case "code":
            return code_span(part.text)
        case "link":
            plain_path = re.fullmatch(r"[\w./-]+", part.target)
            target = part.target if plain_path else f"<{part.target}>"
            return f"[{escaped(part.text)}]({target})"
    raise ValueError(f"unknown style {part.style!r}")


def inline(words: Words) -> str:
    """Words on one line."""
    return "".join(styled(part) for part in spans(words))


def cell(words: Words) -> str:
    """Words within a table: a stroke inside code is escaped as well."""
    return re.sub(r"(?<!\\)\|", r"\\|", inline(words)).strip()


def table(block: Table) -> str:
    """A table between blank lines, with its title above it."""
    align = (block.align or "").ljust(len(block.head), "l")
    rule = ["---:" if letter == "r" else "---" for letter in align]
    lines = ["| " + " | ".join(map(cell, block.head)) + " |", "|" + "|".join(rule) + "|"]
    lines += ["| " + " | ".join(map(cell, row)) + " |" for row in block.rows]
    title = f"**{escaped(block.title)}**\n\n" if block.title else ""
    return title + "\n".join(lines)


def fenced(block: CodeBlock) -> str:
    """Code between fences longer than any that it holds."""
    longest = max((len(run) for run in re.findall(r"`{3,}", block.text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{block.language}\n{block.text}\n{fence}"


def list_item(item: Words | Points) -> str:
    """An item of a list, or a list within one."""
    if isinstance(item, Points):
        return "\n".join("  " + line for line in rendered(item).splitlines())
    return f"- {at_the_start(inline(item))}"


def rendered(block: Block) -> str:
    """One block."""
    match block:
        case Heading(text, level):
            return f"{'#' * level} {inline(text)}"
        case Paragraph(words):
            return at_the_start(inline(words))
        case Points(items):
            return "\n".join(map(list_item, items))
        case Table():
            return table(block)
        case Figure(name, caption):
            return f"![{escaped(caption)}](figures/{name}.png)"
        case PlaceMap():
            return ""  # a map for the page in a browser; here the places stand in a table
        case CodeBlock():
            return fenced(block)
    raise TypeError(f"no block: {block!r}")


def page(title: str, blocks: Iterable[Block]) -> str:
    """A whole page: a title, then blocks with a blank line between them."""
    parts = [f"# {escaped(title)}", *(rendered(block) for block in blocks)]
    return "\n\n".join(part for part in parts if part) + "\n"


def summary(report: Report, command: str) -> str:
    """The written summary of a report, with the command that repeats it."""
    repeat: tuple[Block, ...] = (Heading("How to repeat it"), CodeBlock(command))
    if report.config:
        repeat = (*repeat, Paragraph(SAME_NUMBERS))
    return page(report.title, (*report.blocks, *(repeat if command else ())))
