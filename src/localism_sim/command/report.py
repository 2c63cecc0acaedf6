"""`localism-sim report RESULTS`: a finished folder as a page for a browser and a document."""

from __future__ import annotations

from rich.console import Console

from ..foundation.errors import BadInput, brief


def write(arguments: list[str], console: Console) -> int:
    """Write `report.html` and `report.docx` into the folder named; exit code 0. Raises `BadInput`
    for anything but one folder of finished results.
    """
    if len(arguments) != 1 or arguments[0].startswith("-"):
        raise BadInput(
            f"report {brief(' '.join(arguments))} is not allowed; allowed: report and the folder "
            f"of finished results, which a command names in its last line"
        )
    from ..jobs.finished import finished
    from ..jobs.reporting import write_report

    found = finished(arguments[0])
    for name in write_report(found):
        path = found.folder / name
        console.print(
            f"Wrote {path} ({path.stat().st_size / 1e6:.2f} MB)",
            highlight=False,
            soft_wrap=True,
            markup=False,
        )
    return 0
