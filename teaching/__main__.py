"""`python -m teaching` prints the pack into `teaching/printed`, or into the folder named."""

from __future__ import annotations

import argparse
import subprocess
from pathlib import Path

from .pack import PUPILS, TEACHERS, pack, to_pdf

PACKS = {
    "pupils": (PUPILS, "Whitehall or places? For pupils"),
    "teacher": (TEACHERS, "Whitehall or places? For the teacher"),
}


def main(arguments: list[str] | None = None) -> int:
    """Write both packs as pages and, where a browser is at hand, as PDF; exit code 0."""
    parser = argparse.ArgumentParser(
        prog="python -m teaching",
        description="Print the teaching pack; the model answers are read from the model.",
    )
    parser.add_argument("folder", nargs="?", default="teaching/printed", type=Path)
    folder: Path = parser.parse_args(arguments).folder
    folder.mkdir(parents=True, exist_ok=True)
    for name, (sheets, title) in PACKS.items():
        page = folder / f"{name}.html"
        page.write_text(pack(sheets, title), encoding="utf-8")
        try:
            pdf = to_pdf(page)
        except (OSError, subprocess.SubprocessError) as error:
            print(f"no PDF: the browser failed ({type(error).__name__})")
            pdf = None
        print(pdf if pdf else f"{page}: open it in a browser and print it on A4")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
