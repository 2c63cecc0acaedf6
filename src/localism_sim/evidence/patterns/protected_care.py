"""Statutory care was shielded; everything else paid."""

from __future__ import annotations

from ...model.engine import simulate
from ...model.parameters import Parameters
from ..pattern import Pattern, about
from ..set_up import england, under


def measure(behaviour: Parameters, seed: int) -> dict[str, float]:
    """Cut of the first service (care) and of the others, after four years."""
    params = under(behaviour, "coalition_2010", efficiency_gain=0.0)
    world = simulate(params, england(), seed, 48, threads=1).world
    cut = 1.0 - world.commissioners.budget.reshape(-1, world.domains)
    care, others = cut[:, 0].mean(), cut[:, 1:].mean()
    return {"ratio": float(care / others), "others": float(-others)}


PATTERN = Pattern(
    "protected_care",
    "Care was shielded, the rest squeezed",
    "National Audit Office 2018: social care -3.0%, all other services -32.6%, real, 2010-11 to "
    "2016-17; five other services -28.6% in cash to 2017-18 (revenue outturn of 152 councils)",
    "England under the coalition's programme, money after four years (no efficiency gains)",
    "the two sources differ by 4 points in the others' cut, taken as .06; the ratio has the error "
    "of "
    "a 3% cut measured to about 1.5 points",
    "set directly",
    "protected_core",
    (
        about("ratio", "cut of care over cut of the others", 0.092, 0.05),
        about("others", "change of the others' money", -0.326, 0.06),
    ),
    measure,
    "V2",
)
