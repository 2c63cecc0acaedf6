"""What `dry_run=true` prints: what would run, how large it is, and where the answer would go.
Nothing is run or written.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from ..foundation.errors import BadInput
from ..foundation.files import nearest_folder
from ..report.blocks import Block, Paragraph, strong
from ..report.terminal import print_blocks
from .size import Size

if TYPE_CHECKING:
    from .request import Request

STATES = {
    "new": "would be made",
    "begun": "was begun before; runs that are finished there would not be repeated",
    "finished": "holds the whole answer already; there is nothing to do",
    "replaced": "holds results of an earlier job, which overwrite=true would replace",
}


def foresee(
    request: Request, size: Size | None, announcement: Iterable[Block], folder: Path, state: str
) -> int:
    """Print the announcement, the size and the folder; the exit code. state: of `STATES`."""
    there = nearest_folder(folder)
    if not os.access(there, os.W_OK):
        raise BadInput(f"results_dir = {folder} cannot be written: {there} allows no writing")
    blocks: list[Block] = [*announcement]
    if size is not None:
        size.refuse(folder)
        blocks.append(Paragraph((strong("Size: "), size.words())))
    blocks.append(Paragraph((strong("Results: "), f"{folder} {STATES[state]}")))
    print_blocks([*blocks, NOTHING], request.console)
    return 0


NOTHING = Paragraph("dry_run=true: nothing was run and nothing was written")


def say_size(request: Request, size: Size | None, folder: Path) -> None:
    """Refuse a job that the machine cannot hold, and state the size of a large one."""
    if size is None:
        return
    size.refuse(folder)
    if size.large:
        print_blocks([Paragraph((strong("Size: "), size.words()))], request.console)
