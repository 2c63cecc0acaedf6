"""A programme that does harm or nothing at first, and good later."""

from __future__ import annotations

from ...model.parameters import Parameters
from ..pattern import Pattern, at_least, at_most
from ..set_up import history, under


def measure(behaviour: Parameters, seed: int) -> dict[str, float]:
    """Quality with the programme's levers less without, in the first year and from the eighth."""
    with_it, without = (
        history(under(behaviour, name, cuts=0.0, centre_cuts=0.0), seed, 120)["quality"]
        for name in ("sure_start", "coalition_2010")
    )
    gain = with_it - without
    return {"early": float(gain[:12].mean()), "late": float(gain[84:].mean())}


PATTERN = Pattern(
    "sure_start_effects",
    "Early harm, later gain",
    "National Evaluation of Sure Start: no or adverse effects at first (Belsky et al. 2006), "
    "beneficial in 93 areas later (Melhuish, Belsky, Leyland & Barnes 2008)",
    "England without cuts, with the levers of the scenario sure_start less without them",
    "direction only: no size on the model's scale; later gain above .005",
    "held back",
    "implementation_dip, trial_months and the levers of the programme",
    (
        at_most("early", "quality gained, mean of the first year", 0.0),
        at_least("late", "quality gained, mean of the last three of ten years", 0.005),
    ),
    measure,
)
