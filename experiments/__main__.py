"""Studies from the command line: `python -m experiments` lists them, `python -m experiments <name>
...` makes some, `python -m experiments all` all.
"""

from __future__ import annotations

import argparse
import sys

from rich.console import Console
from rich.table import Table

from localism_sim.foundation.errors import BadInput, nearest

from .study import load, make, show, study_names, write_index


def listed() -> Table:
    """The studies and their questions."""
    table = Table(
        box=None,
        padding=(0, 2),
        title="python -m experiments NAME ... (or all) makes a study: runs, table, figures, page",
        title_justify="left",
    )
    table.add_column("study", no_wrap=True)
    table.add_column("question")
    for name in study_names():
        table.add_row(name, load(name).question)
    return table


def main(arguments: list[str] | None = None) -> int:
    """Exit code 0, or 2 for an unknown name."""
    parser = argparse.ArgumentParser(
        prog="python -m experiments",
        description="Studies: questions put to the model. Without a name: lists them.",
    )
    parser.add_argument(
        "names",
        nargs="*",
        metavar="name",
        help="studies to make, or 'all'; what was run before is not run again",
    )
    parser.add_argument(
        "--draw",
        action="store_true",
        help="make figures and pages anew from the committed tables, without running anything",
    )
    given = parser.parse_args(arguments)
    wanted = given.names
    console = Console()
    if not wanted:
        console.print(listed())
        return 0
    known = study_names()
    unknown = [name for name in wanted if name not in (*known, "all")]
    if unknown:
        print(
            f"unknown study '{unknown[0]}'.{nearest(unknown[0], known)} Known: {', '.join(known)}, "
            f"all",
            file=sys.stderr,
        )
        return 2
    try:
        for name in known if "all" in wanted else wanted:
            console.print(f"[bold]{load(name).question}[/]", highlight=False)
            (show if given.draw else make)(load(name), console)
    except BadInput as error:
        print(error, file=sys.stderr)
        return 2
    write_index()
    return 0


if __name__ == "__main__":
    sys.exit(main())
