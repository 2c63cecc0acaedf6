"""Progress bars with rate and time left; silent unless the output is a terminal."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)


@contextlib.contextmanager
def bar(
    console: Console, total: int, parts: int = 1, what: str = "runs"
) -> Iterator[Callable[[int], None] | None]:
    """A progress bar over `total` runs. Yields a function that takes the number of parts (months)
    done; each run has `parts` of them. Silent unless the output is a terminal.
    """
    if not console.is_terminal:
        yield lambda done: None
        return
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[within]}"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        console=console,
        transient=True,
    ) as progress:
        task = progress.add_task(what, total=total, within="")

        def show(done: int) -> None:
            within = f"month {done % parts} of {parts}" if done % parts else ""
            progress.update(task, completed=done / parts, within=within)

        yield show


@contextlib.contextmanager
def sweep_bar(console: Console) -> Iterator[Callable[[int, int, int], None] | None]:
    """A progress bar over a sweep with rate, failures and time left. Yields a function of (done,
    failed, planned), or None if the output is no terminal.
    """
    if not console.is_terminal:
        yield None
        return
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TextColumn("{task.fields[failed]}"),
        TextColumn("left"),
        TimeRemainingColumn(elapsed_when_finished=True),
        console=console,
        transient=True,
    ) as progress:
        task = progress.add_task("runs", total=None, rate="", failed="")

        def show(done: int, failed: int, planned: int) -> None:
            speed = progress.tasks[0].speed
            progress.update(
                task,
                total=planned,
                completed=done + failed,
                rate=f"{speed:.0f} a second" if speed else "",
                failed=f"[red]{failed:,} failed[/]" if failed else "",
            )

        yield show
