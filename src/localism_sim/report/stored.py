"""A report's blocks as plain values, so that a finished folder can show its report again.

A job writes them beside its summary (`report.json`); `localism-sim report` reads them.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any

from . import blocks
from .blocks import Block, Figure, Report

FILE = "report.json"
FORMAT = 1
KINDS = {
    kind.__name__: kind
    for kind in (
        blocks.Span,
        blocks.Heading,
        blocks.Paragraph,
        blocks.Points,
        blocks.Table,
        blocks.Figure,
        blocks.Layer,
        blocks.PlaceMap,
        blocks.CodeBlock,
    )
}


def drawn_before() -> Any:
    """A stored figure has its picture in a file and is not drawn again."""
    raise RuntimeError("a figure read from a finished folder has its picture in a file")


def as_plain(value: Any) -> Any:
    """Blocks as values of JSON: a block is an object that names its kind."""
    if is_dataclass(value):
        held = {f.name: as_plain(getattr(value, f.name)) for f in fields(value) if f.name != "draw"}
        return {"kind": type(value).__name__, **held}
    if isinstance(value, (tuple, list)):
        return [as_plain(each) for each in value]
    return value


def from_plain(value: Any) -> Any:
    """Blocks from values of JSON; raises KeyError or TypeError for anything else."""
    if isinstance(value, list):
        return tuple(from_plain(each) for each in value)
    if not isinstance(value, dict):
        return value
    kind = KINDS[value["kind"]]
    held = {name: from_plain(each) for name, each in value.items() if name != "kind"}
    return kind(**held, draw=drawn_before) if kind is Figure else kind(**held)


def without_pictures(report: Report, said: dict[str, tuple[str, ...]], **more: Any) -> dict:
    """All that a report shows, without the pictures and the numbers of its tables. said: what each
    figure says, by name; nothing for one that was not drawn.
    """

    def told(block: Block) -> Block:
        return replace(block, said=said.get(block.name, ())) if isinstance(block, Figure) else block

    return {
        "format": FORMAT,
        **more,
        "title": report.title,
        "question": report.question,
        "complete": report.complete,
        "short": as_plain(tuple(map(told, report.short))),
        "details": as_plain(tuple(map(told, report.details))),
        "tables": list(report.tables),
        "parts": list(report.parts),
    }


def report_from(kept: dict[str, Any]) -> Report:
    """A report as it was shown, without its tables; KeyError or TypeError where this is none."""
    found = Report(
        kept["title"],
        from_plain(kept["short"]),
        from_plain(kept["details"]),
        complete=kept["complete"],
        question=kept["question"],
    )
    if not all(isinstance(block, Block) for block in found.blocks):
        raise TypeError("something other than blocks")
    return found
