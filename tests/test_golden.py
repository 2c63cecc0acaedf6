"""Histories of the scenarios change only on purpose."""

import json
import runpy
from pathlib import Path


def test_scenarios_give_the_outcomes_kept():
    golden = runpy.run_path(str(Path(__file__).with_name("golden") / "remake.py"))
    assert golden["made"]() == json.loads(golden["KEPT"].read_text()), (
        "if the change is on purpose, run python tests/golden/remake.py and say why"
    )
