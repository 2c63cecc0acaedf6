"""How all benchmarks measure, and the one table they fill: interleaved repeats, the least time of
each, ratios between them.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table as RichTable

HEADINGS = ("what", "figure", "against")


class Table:
    """Lines as they are measured: shown at once, and written as Markdown at the end."""

    def __init__(self) -> None:
        self.sections: list[tuple[str, list[tuple[str, str, str]]]] = []

    def section(self, title: str) -> None:
        """Begin a group of lines."""
        self.sections.append((title, []))
        print(f"\n{title}", flush=True)

    def row(self, what: str, figure: str, against: str = "") -> None:
        """Keep and show one line."""
        self.sections[-1][1].append((what, figure, against))
        print(f"  {what:78} {figure:>24}  {against}", flush=True)

    def show(self) -> None:
        """The whole table on the terminal."""
        table = RichTable(title="Benchmarks")
        for heading in HEADINGS:
            table.add_column(heading)
        for title, lines in self.sections:
            table.add_section()
            table.add_row(f"[bold]{title}", "", "")
            for line in lines:
                table.add_row(*line)
        Console(width=170).print(table)

    def markdown(self) -> str:
        """All sections as Markdown."""
        return "".join(
            f"\n## {title}\n\n| {' | '.join(HEADINGS)} |\n|---|---|---|\n"
            + "".join(f"| {' | '.join(line)} |\n" for line in lines)
            for title, lines in self.sections
        )

    def write(self, path: Path, opening: str) -> None:
        """The whole table as Markdown."""
        path.write_text(f"# Benchmarks\n\n{opening}\n{self.markdown()}")


def seconds(
    function: Callable[[], object], clock: Callable[[], float] = time.perf_counter
) -> float:
    """Seconds of one call."""
    start = clock()
    function()
    return clock() - start


def interleaved(functions: dict[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Seconds of every call in `rounds` rounds, each function once a round, so that a slow moment
    of the machine meets them all alike.
    """
    times: dict[str, list[float]] = {name: [] for name in functions}
    for _ in range(rounds):
        for name, function in functions.items():
            times[name].append(seconds(function))
    return times


def least(functions: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Least seconds of each function in interleaved rounds."""
    return {name: min(found) for name, found in interleaved(functions, rounds).items()}


def size_of(part: Any) -> int:
    """Bytes of an array, or of the columns of a tuple."""
    return sum(map(size_of, part)) if isinstance(part, tuple) else part.nbytes


def plural(count: int, noun: str) -> str:
    """'1 thread', '2 threads'."""
    return f"{count} {noun}{'' if count == 1 else 's'}"
