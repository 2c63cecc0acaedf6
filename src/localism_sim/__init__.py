"""localism_sim: an agent-based simulation of centralised versus localist delivery of public services.

    import localism_sim as ls
    run = ls.simulate(ls.Parameters(cuts=0.27, autonomy=0.8), seed=1)
    run.outcomes["spread"]

Names are loaded when first used, so that importing the package is quick.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

__version__ = "0.1.0"

WHERE = {
    "Parameters": "parameters", "BadInput": "parameters", "Places": "places", "Scenario": "scenario", "load_scenario": "scenario",
    "scenario_names": "scenario", "OUTCOMES": "outcomes", "PHASES": "month", "Run": "engine", "simulate": "engine", "simulate_many": "engine",
    "family_tree": "trace", "what_stopped_it": "trace", "flipped": "counterfactual", "LocalismModel": "model",
    "Citizen": "agent", "FrontlineStaff": "agent", "Commissioner": "agent", "Department": "agent",
}
"""Public name -> module that holds it."""

__all__ = [
    "OUTCOMES",
    "PHASES",
    "BadInput",
    "Citizen",
    "Commissioner",
    "Department",
    "FrontlineStaff",
    "LocalismModel",
    "Parameters",
    "Places",
    "Run",
    "Scenario",
    "family_tree",
    "flipped",
    "load_scenario",
    "scenario_names",
    "simulate",
    "simulate_many",
    "what_stopped_it",
]

if TYPE_CHECKING:
    from .agent import Citizen, Commissioner, Department, FrontlineStaff
    from .counterfactual import flipped
    from .engine import Run, simulate, simulate_many
    from .model import LocalismModel
    from .month import PHASES
    from .outcomes import OUTCOMES
    from .parameters import BadInput, Parameters
    from .places import Places
    from .scenario import Scenario, load_scenario, scenario_names
    from .trace import family_tree, what_stopped_it


def __getattr__(name: str):
    if name not in WHERE:
        raise AttributeError(f"module 'localism_sim' has no attribute '{name}'")
    value = getattr(importlib.import_module(f".{WHERE[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__():
    return sorted({*globals(), *WHERE})
