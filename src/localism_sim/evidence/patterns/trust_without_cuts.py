"""Trust hardly moves while nothing changes."""

from __future__ import annotations

from ...model.parameters import Parameters
from ..pattern import Pattern, about
from ..set_up import history, under


def measure(behaviour: Parameters, seed: int) -> dict[str, float]:
    """Change of trust in three years."""
    params = under(behaviour, "status_quo_2010")
    return {"change": float(history(params, seed, 36)["trust"][-1] - params.trust)}


PATTERN = Pattern(
    "trust_without_cuts",
    "Trust without cuts",
    "trust in the local council 60% 2007-08, 64% 2010-11 (Citizenship Survey)",
    "England as in 2010 without cuts",
    "the survey's change of four points, less a share for its error: .03 give or take .03",
    "fitted",
    "expectation and perception_bias",
    (about("change", "change of trust in 36 months", 0.03, 0.03, 36),),
    measure,
)
