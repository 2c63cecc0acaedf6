"""localism_sim: an agent-based simulation of centralised versus localist delivery of public
services.

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
    "Parameters": "model.parameters",
    "BadInput": "foundation.errors",
    "Places": "model.places",
    "within_england": "model.own_area",
    "Scenario": "model.scenario",
    "load_scenario": "model.scenario",
    "scenario_names": "model.scenario",
    "OUTCOMES": "model.outcomes",
    "PHASES": "model.month",
    "Run": "model.engine",
    "simulate": "model.engine",
    "simulate_many": "model.engine",
    "family_tree": "model.trace",
    "what_stopped_it": "model.trace",
    "Variant": "model.variant",
    "replaces": "model.variant",
    "shipped_variants": "model.variant",
    "flipped": "model.counterfactual",
    "LocalismModel": "mesa_driver.model",
    "Citizen": "mesa_driver.agents",
    "FrontlineStaff": "mesa_driver.agents",
    "Commissioner": "mesa_driver.agents",
    "Department": "mesa_driver.agents",
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
    "Variant",
    "family_tree",
    "flipped",
    "load_scenario",
    "replaces",
    "scenario_names",
    "shipped_variants",
    "simulate",
    "simulate_many",
    "what_stopped_it",
    "within_england",
]

if TYPE_CHECKING:
    from .foundation.errors import BadInput
    from .mesa_driver.agents import Citizen, Commissioner, Department, FrontlineStaff
    from .mesa_driver.model import LocalismModel
    from .model.counterfactual import flipped
    from .model.engine import Run, simulate, simulate_many
    from .model.month import PHASES
    from .model.outcomes import OUTCOMES
    from .model.own_area import within_england
    from .model.parameters import Parameters
    from .model.places import Places
    from .model.scenario import Scenario, load_scenario, scenario_names
    from .model.trace import family_tree, what_stopped_it
    from .model.variant import Variant, replaces, shipped_variants


def __getattr__(name: str):
    if name not in WHERE:
        raise AttributeError(f"module 'localism_sim' has no attribute '{name}'")
    value = getattr(importlib.import_module(f".{WHERE[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__():
    return sorted({*globals(), *WHERE})
