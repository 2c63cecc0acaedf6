"""All benchmarks in one run, one table.

    python -m benchmarks.run [--quick] [--england] [--environments FOLDER]

Alternatives are timed in turn, each time is the least of several, and ratios are what to compare.
--quick: fewer and shorter repeats; the table is shown, and results.md left as it is. --england: all
53 million citizens too. --environments: frameworks that cannot share the project's packages are run
from environments in FOLDER, which are made there if they are not yet.
"""

from __future__ import annotations

import argparse
import os
import platform
from pathlib import Path

import numba
import numpy as np

import localism_sim as ls
from benchmarks import machine, page, phases, sweeps, whole_model
from benchmarks.dynamics import comparison
from benchmarks.measuring import Table

RESULTS = Path(__file__).with_name("results.md")


def main() -> None:
    reader = argparse.ArgumentParser(
        prog="python -m benchmarks.run",
        description="All benchmarks in one run, one table; ratios are what to compare.",
    )
    reader.add_argument(
        "--quick",
        action="store_true",
        help="fewer and shorter repeats; results.md is left as it is",
    )
    reader.add_argument("--england", action="store_true", help="all of England too, one to one")
    reader.add_argument(
        "--environments",
        type=Path,
        metavar="FOLDER",
        help="frameworks that need other versions: environments of their own, here",
    )
    chosen = reader.parse_args()
    versions = (
        f"Python {platform.python_version()}, Numba {numba.__version__}, NumPy "
        f"{np.__version__}, {os.cpu_count()} cores"
    )
    print(versions)
    table, places = Table(), ls.Places.england()
    limits = machine.measure(table, chosen.quick)
    whole_model.drivers(table, places, chosen.quick)
    comparison.measure(table, chosen.quick, chosen.environments)
    whole_model.many_runs(table, places, chosen.quick)
    whole_model.scaling(table, limits, chosen.quick, chosen.england)
    phases.measure(table, limits.draw, chosen.quick)
    sweeps.measure(table, chosen.quick)
    whole_model.starts(table)
    page.measure(table, chosen.quick)
    table.show()
    if not chosen.quick:
        flags = (
            f"{' --england' * chosen.england}{' --environments FOLDER' * bool(chosen.environments)}"
        )
        table.write(
            RESULTS,
            f"Made by `python -m benchmarks.run{flags}` ({versions}); compare ratios, not times. "
            f"What each line measures and how the "
            "frameworks were chosen is told in [README.md](README.md).",
        )


if __name__ == "__main__":
    main()
