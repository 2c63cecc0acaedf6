"""`python -m teaching` prints the pack into `teaching/printed`, or into the folder named, and puts
all of it into one zip beside it, which a release attaches.
"""

from __future__ import annotations

import argparse
import subprocess
import zipfile
from pathlib import Path

from localism_sim.foundation.files import whole_file

from .pack import HERE, PUPILS, TEACHERS, pack, to_pdf

PACKS = {
    "pupils": (PUPILS, "Whitehall or places? For pupils"),
    "teacher": (TEACHERS, "Whitehall or places? For the teacher"),
}
ZIP = "localism-teaching.zip"


def main(arguments: list[str] | None = None) -> int:
    """Write both packs as pages and, where a browser is at hand, as PDF; exit code 0."""
    parser = argparse.ArgumentParser(
        prog="python -m teaching",
        description="Print the teaching pack; the model answers are read from the model.",
    )
    parser.add_argument("folder", nargs="?", default="teaching/printed", type=Path)
    folder: Path = parser.parse_args(arguments).folder
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, (sheets, title) in PACKS.items():
        page = folder / f"{name}.html"
        page.write_text(pack(sheets, title), encoding="utf-8")
        try:
            pdf = to_pdf(page)
        except (OSError, subprocess.SubprocessError) as error:
            print(f"no PDF: the browser failed ({type(error).__name__})")
            pdf = None
        print(pdf if pdf else f"{page}: open it in a browser and print it on A4")
        written += [page, pdf] if pdf else [page]
    notebooks = sorted((HERE / "notebooks").glob("*.py"))
    with (
        whole_file(folder / ZIP) as unfinished,
        zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as packed,
    ):
        for path in written:
            packed.write(path, path.name)
        for path in notebooks:
            packed.write(path, f"notebooks/{path.name}")
    print(f"{folder / ZIP}: all of it in one file")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
