"""Draws the figures of a report, a second process taking its share where there is a processor for
it.

The helper hands back the bytes of each file and writes none itself. A figure that it cannot draw is
drawn here, so an error is told as if nobody had helped.
"""

from __future__ import annotations

import contextlib
import pickle
import sys
import threading
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from subprocess import Popen
from typing import Any, NamedTuple

from ...foundation.helper import end_helper, start_helper
from ..blocks import DRAWING_HELPER, Figure
from .style import rendered, told_by, write_rendered


class Drawn(NamedTuple):
    """A figure's files by suffix, and what it says and how to read it."""

    files: dict[str, bytes]
    said: tuple[str, ...]


def drawn(draw: Callable[[], Any]) -> Drawn:
    """Draw a figure."""
    figure = draw()
    return Drawn(rendered(figure), told_by(figure))


class Drawing:
    """Figures to be written into a folder. The helper begins at once, and `finish` draws beside it,
    those that take long first, so that neither is left with one at the end. helper: one that was
    started before, so that it is ready; it ends here.
    """

    def __init__(self, figures: Sequence[Figure], folder: Path, helper: Popen | None = None):
        self.folder = folder
        self.left = deque(sorted(figures, key=lambda figure: not figure.long))
        self.said: dict[str, tuple[str, ...]] = {}
        sent = as_sent(figures)
        if sent is None:
            end_helper(helper)
            self.helper = None
        else:
            self.helper = helper or start_helper(DRAWING_HELPER)
        self.handing = threading.Thread(target=self.hand_out, args=(sent,), daemon=True)
        if self.helper is not None:
            self.handing.start()

    def __enter__(self) -> Drawing:
        return self

    def __exit__(self, *error: object) -> None:
        self.left.clear()
        end_helper(self.helper)
        if self.helper is not None:
            self.handing.join()

    def hand_out(self, sent: bytes) -> None:
        """Have the helper draw one figure after the other until none is left. What goes wrong with
        one, in the helper or in writing, comes up again where it is drawn here.
        """
        assert self.helper is not None and self.helper.stdin and self.helper.stdout
        figure = None
        with contextlib.suppress(Exception):
            self.helper.stdin.write(sent)
            while self.left:
                figure = self.left.popleft()
                pickle.dump(figure.name, self.helper.stdin)
                self.helper.stdin.flush()
                self.keep(figure, pickle.load(self.helper.stdout))
                figure = None
        if figure is not None:
            self.left.appendleft(figure)

    def keep(self, figure: Figure, done: Drawn) -> None:
        """Write a figure's files."""
        write_rendered(done.files, self.folder / figure.name)
        self.said[figure.name] = done.said

    def finish(self) -> dict[str, tuple[str, ...]]:
        """Draw what is left; what each figure says, by name."""
        while self.left or self.handing.is_alive():
            try:
                figure = self.left.popleft()
            except IndexError:
                self.handing.join()
            else:
                self.keep(figure, drawn(figure.draw))
        return self.said


def as_sent(figures: Sequence[Figure]) -> bytes | None:
    """How each figure is drawn, for another process; None for a single one, and where a function
    cannot be sent.
    """
    if len(figures) < 2:
        return None
    try:
        return pickle.dumps({figure.name: figure.draw for figure in figures})
    except (pickle.PicklingError, AttributeError, TypeError):
        return None


def help_another() -> None:
    """What the helper does: draw each figure that is asked for by its name, until no more are asked
    for. It ends with the first that fails.
    """
    answers, sys.stdout = sys.stdout.buffer, sys.stderr
    figures = pickle.load(sys.stdin.buffer)
    with contextlib.suppress(EOFError):
        while True:
            pickle.dump(drawn(figures[pickle.load(sys.stdin.buffer)]), answers)
            answers.flush()
