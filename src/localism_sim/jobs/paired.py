"""Checks shared by experiments that compare scenarios of their own choice, seed by seed."""

from __future__ import annotations

from collections.abc import Iterable

from ..foundation.errors import BadInput
from ..model.scenario import Scenario, load_scenario, schedule
from .request import Request


def refuse_scenario(request: Request, advice: str) -> None:
    """Refuse a scenario for an experiment that has its own. advice: the end of the sentence."""
    if request.config["scenario"] is not None:
        raise BadInput(
            f"scenario = {request.config['scenario']} does nothing with "
            f"experiment={request.kind}{advice}"
        )


def paired_seeds(request: Request) -> tuple[int, ...]:
    """The seeds; raises `BadInput` if there are fewer than the two that differences need."""
    if len(request.seeds) < 2:
        raise BadInput(f"seeds = {len(request.seeds)} gives no pairs; give two or more")
    return tuple(request.seeds)


def scenarios_named(request: Request, names: Iterable[str]) -> tuple[Scenario, ...]:
    """The scenarios with these names, with the parameters of the command line. Raises `BadInput` if
    the timeline of one does not fit into the months.
    """
    found = tuple(load_scenario(name).with_parameters(**request.changes) for name in names)
    for scenario in found:
        schedule(scenario.parameters, scenario.timeline, request.months)
    return found
