"""What a copy of the package with all recipes applied says about itself: printed as JSON.

Run by `test_recipes.py` in a process of its own, with the copy first on the path.
"""

import contextlib
import io
import json
import sys
from pathlib import Path

from in_process import Here

import localism_sim as ls
from localism_sim.browser.page import asset, scripts
from localism_sim.command.cli import main
from localism_sim.report.documents import TABLES
from localism_sim.sweeps import executors

PLACES = ls.Places.synthetic(2)
MONTHS = 2


def walked(worry: float, *variants: str) -> dict:
    """Outcomes of the Mesa driver, which needs no compiler."""
    model = ls.LocalismModel(
        ls.Parameters(worry=worry), PLACES, seed=3, months=MONTHS, variants=variants
    )
    while model.running:
        model.step()
    return dict(model.outcomes)


def compiled(worry: float, *variants: str) -> dict:
    """Outcomes of the compiled driver, which is compiled for each set of variants."""
    params = ls.Parameters(worry=worry)
    return ls.simulate(params, places=PLACES, seed=3, months=MONTHS, variants=variants).outcomes


def help_text() -> str:
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown):
        main(["--help=all"])
    return shown.getvalue()


def asked(*arguments: str) -> str:
    executors.EXECUTORS["local"] = Here
    small = ["places=synthetic", "places.count=2", "places.scale=200000", "months=3", "seeds=3"]
    with contextlib.redirect_stdout(io.StringIO()):
        code = main([*arguments, *small, "results_dir=asked"])
    return f"{code}\n{Path('asked/summary.md').read_text()}"


if __name__ == "__main__":
    rosy = walked(0.1, "rose_tinted")
    json.dump(
        {
            "package": ls.__file__,
            "view": "addView('lowest'" in "".join(map(asset, scripts())),
            "help": help_text(),
            "odd": {name: table() for name, table in TABLES.items()},
            "calm": walked(0.0),
            "worried": walked(0.1),
            "rosy": rosy,
            "same": rosy == compiled(0.1, "rose_tinted"),
            "summary": asked(
                "experiment=extremes", "scenario=worried_localism", "variants=[rose_tinted]"
            ),
        },
        sys.stdout,
    )
