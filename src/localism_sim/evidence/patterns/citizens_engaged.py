"""How many citizens take part."""

from __future__ import annotations

from ...model.parameters import Parameters
from ..pattern import Pattern, about
from ..set_up import history, under


def measure(behaviour: Parameters, seed: int) -> dict[str, float]:
    """Share engaged after five years."""
    return {
        "engaged": float(history(under(behaviour, "status_quo_2010"), seed, 60)["engagement"][-1])
    }


PATTERN = Pattern(
    "citizens_engaged",
    "Citizens who take part",
    "14% involved in the last twelve months (Place Survey 2008, half a million people)",
    "England as in 2010 without cuts",
    "the survey's error is tiny; .03 for how it was asked (29% or 39% feel influence by mode)",
    "fitted",
    "engage_rate and disengage_rate",
    (about("engaged", "share engaged after 60 months", 0.14, 0.03, 60),),
    measure,
)
