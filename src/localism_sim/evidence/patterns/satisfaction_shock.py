"""Satisfaction falls within months and comes back within months."""

from __future__ import annotations

from ...model.parameters import Parameters
from ..pattern import Pattern, about
from ..set_up import history, under

BEFORE, SHOCK, AFTER = 12, 3, 6
DEMAND = 1.2


def measure(behaviour: Parameters, seed: int) -> dict[str, float]:
    """Fall under three months of failing service and hostile press, and the share of it regained
    six months later, against the same world without the shock.
    """
    params = under(behaviour, "status_quo_2010")
    usual = {"base_demand": params.base_demand, "news": params.news}
    shock = {"base_demand": min(1.5, DEMAND * params.base_demand), "news": 1.0}
    months, over = BEFORE + SHOCK + AFTER, BEFORE + SHOCK
    calm = history(params, seed, months)["satisfaction"]
    hit = history(params, seed, months, {BEFORE: shock, over: usual})["satisfaction"]
    fall, left = hit[over - 1] - calm[over - 1], hit[-1] - calm[-1]
    return {"fall": float(fall), "regained": float(1.0 - left / fall) if fall < 0.0 else 0.0}


PATTERN = Pattern(
    "satisfaction_shock",
    "Satisfaction falls and recovers",
    "satisfied with the council: 69% October 2010, 62% January 2011, 71% July 2011 "
    "(LGinsight/Populus)",
    "England as in 2010 without cuts; after a year demand is a fifth higher for three months and "
    "the "
    "press hostile, then both are as before",
    "polls of about a thousand: 2 points each; the size of the shock is not known, so the fall "
    "informs it as much as the model",
    "fitted",
    "news_effect and the demand shock for the fall; expectation_rate and failure_demand for the "
    "way "
    "back",
    (
        about("fall", "change of satisfaction after three months", -0.07, 0.02),
        about("regained", "share of the fall regained six months later", 1.0, 0.25),
    ),
    measure,
    "V6",
)
