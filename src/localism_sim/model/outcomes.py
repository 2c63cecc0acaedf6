"""What a run is judged by: every outcome named once, with label, unit, meaning and direction."""

from __future__ import annotations

from dataclasses import dataclass

from ..foundation.errors import BadInput, nearest


@dataclass(frozen=True)
class Outcome:
    """One outcome.

    `better` is +1 where more is better for citizens, -1 where less is, 0 where neither.
    """

    name: str
    label: str
    unit: str
    meaning: str
    better: int


OUTCOMES = {
    outcome.name: outcome
    for outcome in (
        Outcome(
            "spread",
            "Spread of innovation",
            "share of staff",
            "staff whose routine practice is new and truly worth more here than legacy",
            +1,
        ),
        Outcome(
            "months_to_half",
            "Months to half spread",
            "months",
            "first month in which spread reached half; one more than the horizon if never",
            -1,
        ),
        Outcome(
            "mandated",
            "Mandated practice",
            "share of staff",
            "practice in use came as a national standard",
            0,
        ),
        Outcome(
            "borrowed_near",
            "Borrowed near by",
            "share of staff",
            "practice in use came from the own service",
            0,
        ),
        Outcome(
            "borrowed_far",
            "Borrowed from afar",
            "share of staff",
            "practice in use came from another service or place",
            0,
        ),
        Outcome(
            "own_inquiry",
            "Own inquiry",
            "share of staff",
            "practice in use was found by trying a change",
            0,
        ),
        Outcome(
            "alternative",
            "Alternative provider",
            "share of staff",
            "practice in use was brought by an alternative provider",
            0,
        ),
        Outcome(
            "quality",
            "Quality of services",
            "0-1",
            "quality that citizens meet, averaged over residents",
            +1,
        ),
        Outcome("wellbeing", "Well-being", "0-1", "well-being as far as services bear on it", +1),
        Outcome("trust", "Trust in local services", "0-1", "mean trust of citizens", +1),
        Outcome(
            "engagement",
            "Citizens engaged",
            "share of citizens",
            "citizens who take part in shaping services",
            +1,
        ),
        Outcome(
            "capability",
            "Staff capability",
            "0-1",
            "mean skill of staff in working another way",
            +1,
        ),
        Outcome(
            "regard",
            "Regard for citizens",
            "0-1",
            "staff's view of citizens: 0 deficits, 1 assets",
            +1,
        ),
        Outcome(
            "motivation", "Staff motivation", "0-1", "mean will of staff to improve the service", +1
        ),
        Outcome(
            "diversity",
            "Diversity of practice",
            "practices",
            "Hill number of order 2 of practices in use, mean of domains",
            0,
        ),
        Outcome(
            "postcode_gap",
            "Postcode gap",
            "0-1",
            "quality at the 90th percentile of places less that at the 10th",
            -1,
        ),
        Outcome(
            "worst_place",
            "Quality in the worst tenth",
            "0-1",
            "mean quality of the lowest tenth of places",
            +1,
        ),
        Outcome(
            "harm",
            "Harm",
            "months a citizen",
            "months under a practice, on trial or routine, that is worth less than legacy by more "
            "than `harm_threshold`, per citizen, since the start",
            -1,
        ),
        Outcome(
            "cost_per_quality",
            "Cost of quality",
            "budget of 2010",
            "budget, with trial costs borne centrally, for each unit of quality",
            -1,
        ),
        Outcome(
            "standard_value",
            "Worth of the standard",
            "0-1",
            "what the national standard is truly worth, mean of services",
            +1,
        ),
        Outcome(
            "fit",
            "Fit to local need",
            "share of best",
            "value reached as a share of the best attainable here",
            +1,
        ),
        Outcome("budget", "Budget", "share of 2010", "mean budget of services", 0),
        Outcome(
            "returned",
            "Given back by efficiency",
            "share of 2010",
            "part of the budget of 2010 that efficiency gains have given back after cuts",
            0,
        ),
        Outcome("posts", "Posts open", "share of 2010", "posts and centres that are still open", 0),
        Outcome("workload", "Workload", "ratio", "demand over time available", -1),
        Outcome("control", "Central control", "0-1", "mean control of departments", 0),
        Outcome(
            "permission",
            "Local permission",
            "0-1",
            "chance that a local idea needs no consent from above",
            0,
        ),
        Outcome(
            "spread_delivered",
            "Spread as delivered",
            "share of staff",
            "staff whose routine practice is new and better here than legacy as delivered, with "
            "readiness",
            +1,
        ),
        Outcome(
            "voluntary",
            "Voluntary spread",
            "share of staff",
            "spread as delivered that did not come as a national standard",
            0,
        ),
        Outcome(
            "on_paper",
            "Compliance on paper",
            "share of staff",
            "staff who report a standard that they do not practise",
            0,
        ),
        Outcome(
            "promoted",
            "Promoted from outside",
            "share of staff",
            "practice in use was promoted from outside the service",
            0,
        ),
        Outcome(
            "staff_trust",
            "Staff trust",
            "0-1",
            "mean trust of staff in managers and the centre",
            +1,
        ),
        Outcome(
            "satisfaction",
            "Satisfaction with services",
            "0-1",
            "quality as citizens perceive it, by what they are used to and what the press says",
            +1,
        ),
    )
}


AVERAGED = (
    "spread",
    "spread_delivered",
    "quality",
    "satisfaction",
    "wellbeing",
    "trust",
    "engagement",
    "postcode_gap",
    "worst_place",
)
"""Outcomes also reported as averages over the run (`..._mean`): gains come late, so the last month
alone can mislead.
"""


SINCE_THE_START = ("months_to_half", "harm")
"""Outcomes about the whole run so far; all others are about the month in which they are taken."""


def setting_column(parameter: str) -> str:
    """A parameter's column in a table that also holds outcomes: its name, or `<name>_setting` where
    an outcome has the same (trust, harm, control).
    """
    return f"{parameter}_setting" if parameter in OUTCOMES else parameter


def checked_outcome(name: str) -> str:
    """`name` if it is an outcome (or an average, `..._mean`), else `BadInput` with the nearest."""
    known = [*OUTCOMES, *(f"{averaged}_mean" for averaged in AVERAGED)]
    if name not in known:
        raise BadInput(
            f"unknown outcome '{name}'.{nearest(str(name), known)} Known: {', '.join(known)}"
        )
    return name
