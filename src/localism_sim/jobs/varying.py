"""What an experiment varies (`experiment.vary`): names, groups, ranges, or a YAML file
of ranges.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..foundation.errors import BadInput, brief, nearest
from ..foundation.reading import read_yaml_file
from ..model.parameters import FIELDS, GROUPS
from ..sweeps.factors import Factor, factors_from, placebo_factors

if TYPE_CHECKING:
    from ..model.scenario import Scenario
    from .request import Request

ALLOWED = (
    "names or groups such as [cuts,trust], ranges such as {cuts:[0,0.4]}, or the path of a "
    ".yaml file of ranges"
)


def ranges_given(given: Any) -> Any:
    """What `factors_from` takes, for what a user gave: one name, a list of names, ranges by name,
    the path of a YAML file with either, or None.
    """
    if not isinstance(given, str):
        return given
    if given.endswith((".yaml", ".yml")):
        content = read_yaml_file(Path(given), "experiment.vary")
        if not content or not isinstance(content, (list, dict)):
            raise BadInput(
                f"experiment.vary: {Path(given).name} holds {brief(content)}; a file of ranges has "
                f"lines such as 'cuts: [0, 0.4]'"
            )
        return content
    if given not in FIELDS and given not in GROUPS:
        raise BadInput(
            f"experiment.vary = {brief(given)} is not allowed.{nearest(given, [*FIELDS, *GROUPS])} "
            f"Allowed: {ALLOWED}"
        )
    return [given]


def varied(request: Request, placebos: Any = 0) -> tuple[Factor, ...]:
    """The factors that a request varies: `experiment.vary`, by default the headline conditions, the
    problem and the eleven recommendations. Parameters set on the command line stay as they are set.
    placebos: how many to add. Raises `BadInput`.
    """
    try:
        extra = placebo_factors(placebos)
    except BadInput as error:
        raise BadInput(f"experiment.{error}") from None
    given = request.options["vary"]
    ranges, where = (
        ranges_given(given),
        f"experiment.vary = {given}" if isinstance(given, str) else "experiment.vary",
    )
    try:
        factors = factors_from(ranges, 0, request.scenario.parameters, request.changes)
    except BadInput as error:
        raise BadInput(f"{where}: {error}") from None
    for factor in factors:
        if timeline_start(factor.name, request.scenario) == 0:
            raise BadInput(
                f"{where}: '{factor.name}' is set by the timeline of scenario "
                f"'{request.scenario.name}' from the first month on, "
                "so varying it would change nothing"
            )
    return factors + extra


def timeline_start(name: str, scenario: Scenario) -> int | None:
    """The month from which a scenario's timeline sets a parameter, whatever its start; None where
    it does not.
    """
    return next((month for month, changes in scenario.timeline if name in dict(changes)), None)


def overruled(factors: tuple[Factor, ...], scenario: Scenario) -> tuple[str, ...]:
    """A sentence for each factor that counts only until the scenario's timeline sets it."""
    months = {factor: timeline_start(factor.name, scenario) for factor in factors}
    return tuple(
        f"The scenario sets '{factor.name}' in month {month}: what is varied counts only until "
        f"then."
        for factor, month in months.items()
        if month
    )
