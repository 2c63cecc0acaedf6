"""Money goes first; doors close later."""

from __future__ import annotations

from ...model.parameters import Parameters
from ...model.places import Places
from ..pattern import Pattern, Statistic, about
from ..set_up import months_of, under

YEARS = (3, 7)


def measure(behaviour: Parameters, seed: int) -> dict[str, float]:
    """Share of posts closed in a service that loses two thirds of its money in eight years."""
    params = under(
        behaviour,
        "status_quo_2010",
        domains=2,
        cuts=1.0 / 3.0,
        protected_core=1.0,
        deprivation_gradient=0.0,
        cut_months=96,
        efficiency_gain=0.0,
    )
    closed = [
        1.0 - float(world.commissioners.posts[1::2].mean())
        for world in months_of(params, Places.synthetic(4), seed, 12 * YEARS[-1])
    ]
    return {f"year_{year}": closed[12 * year - 1] for year in YEARS}


PATTERN = Pattern(
    "closures_lag",
    "Closures lag behind the money",
    "Sure Start: spending down by two thirds 2009-10 to 2017-18 (IFS R155); centres 3,631 in April "
    "2010, 3,116 in April 2013 (Department for Education), 3,123 on the database in October 2017, "
    "true fall put above 30% (Smith et al. 2018)",
    "one of two services loses two thirds of its money in a straight line over eight years",
    "after three years the count, whose definition changed in between, give or take .08; after "
    "seven between the register (.14) and the survey (.35, above .30)",
    "fitted",
    "closing_lag",
    (
        about("year_3", "share of posts closed after three years", 0.14, 0.08, 36),
        Statistic("year_7", "share of posts closed after seven years", None, 0.14, 0.35, 84),
    ),
    measure,
    "V8",
    needs=("closing_lag",),
)
