"""Trust in councils did not fall in the first years of cuts."""

from __future__ import annotations

from ...model.parameters import Parameters
from ..pattern import Pattern, about
from ..set_up import history, under


def measure(behaviour: Parameters, seed: int) -> dict[str, float]:
    """Change of trust since the start."""
    params = under(behaviour, "coalition_2010")
    trust = history(params, seed, 48)["trust"]
    return {f"month_{month}": float(trust[month - 1] - params.trust) for month in (12, 48)}


PATTERN = Pattern(
    "trust_under_cuts",
    "Trust in councils held under cuts",
    "trust in the local council 60% 2007-08, 64% 2010-11 (Citizenship Survey); council trusted "
    "most "
    "for local decisions 71% 2013, 77% 2014 (LGA/Populus)",
    "England under the coalition's programme",
    "two surveys with different questions, no causal estimate: .025 after one year, .04 after four",
    "fitted",
    "broken_promise, expectation_rate and what cuts do to quality",
    (
        about("month_12", "change of trust after 12 months", 0.0, 0.025, 12),
        about("month_48", "change of trust after 48 months", 0.0, 0.04, 48),
    ),
    measure,
    "V7",
)
