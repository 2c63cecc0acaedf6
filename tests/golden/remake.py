"""Outcomes of every scenario on a small country, kept to the digit: `python tests/golden/remake.py`
after a change on purpose.
"""

import json
from pathlib import Path

import localism_sim as ls

KEPT = Path(__file__).with_name("scenarios.json")


def made() -> dict[str, dict[str, float]]:
    """Outcomes by scenario: 12 made-up places, 36 months, seed 1."""
    places = ls.Places.synthetic(12, seed=4)
    return {
        name: ls.simulate(ls.load_scenario(name), places, seed=1, months=36).outcomes
        for name in ls.scenario_names()
    }


if __name__ == "__main__":
    KEPT.write_text(json.dumps(made(), indent=1) + "\n")
