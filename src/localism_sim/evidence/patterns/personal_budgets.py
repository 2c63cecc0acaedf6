"""A mandate with targets: fast, uneven, and shallow."""

from __future__ import annotations

import numpy as np

from ...model.landscape import LEGACY
from ...model.parameters import Parameters
from ...model.world import World
from ..pattern import Pattern, about
from ..set_up import GOOD, england, months_of, one_good_practice, share_by_place, under

MONTHS = {27: 0.06, 39: 0.07, 51: 0.07}
SEEN = (0.167, 0.35, 0.528)


def mandated(world: World) -> None:
    """The centre has just made a practice the standard."""
    one_good_practice(world)
    world.departments["standard"] = GOOD


def reporting(world: World) -> tuple[np.ndarray, np.ndarray]:
    """Who reports the standard that reached them, and who of these practises it."""
    staff = world.staff
    service = (
        np.searchsorted(world.services["first_staff"], np.arange(len(staff.practice)), "right") - 1
    )
    standard = world.commissioners.standard[service]
    reported = np.where(staff.paper >= 0, staff.paper, staff.practice)
    reports = (reported == standard) & (standard != LEGACY)
    return reports, reports & (staff.practice == standard)


def measure(behaviour: Parameters, seed: int) -> dict[str, float]:
    """Reported uptake at three dates, how councils differ, and how much of it is practised."""
    params = under(behaviour, "status_quo_2010", domains=1, review_months=120, redesigns=0.0)
    found: dict[str, float] = {}
    worlds = months_of(params, england().scaled(500), seed, max(MONTHS), mandated)
    for month, world in enumerate(worlds, 1):
        if month in MONTHS:
            reports, practises = reporting(world)
            found[f"month_{month}"] = float(reports.mean())
        if month == 39:
            found["between"] = between_councils(world, reports)
    found["practised"] = float(practises.sum() / max(1, reports.sum()))
    return found


def between_councils(world: World, reports: np.ndarray) -> float:
    """Standard deviation between councils, without what the number of staff simulated in each
    would bring about by chance alone.
    """
    share = share_by_place(world, reports)
    staff = world.places["last_staff"] - world.places["first_staff"]
    chance = (share * (1.0 - share) / np.maximum(1, staff - 1)).mean()
    return float(np.sqrt(max(0.0, share.var() - chance)))


PATTERN = Pattern(
    "personal_budgets",
    "A mandate: fast, uneven, shallow",
    "Association of Directors of Adult Social Services 2010, 2012; Think Local Act Personal 2011; "
    "mandate of December 2007",
    "England as in 2010 without cuts, one service, a standard issued in month 0 that is worth more "
    "everywhere; 1:500",
    "uptake: .06-.07, as denominators differ between the surveys (.33 or .38 in March 2011); "
    "between councils .12-.20 from how many of 132 lay above a half, a third and a fifth; "
    "practised: "
    "direct payments stayed at .17 or less of users while reports rose to .53, so at most about a "
    "third, .2 either way",
    "fitted",
    "comply_rate, deadline_months, comply_peers, compliant_sd; paper_compliance and paper_trust",
    (
        *(
            about(f"month_{month}", f"share reporting after {month} months", seen, give, month)
            for (month, give), seen in zip(MONTHS.items(), SEEN)
        ),
        about("between", "standard deviation between councils after 39 months", 0.16, 0.04),
        about("practised", "share of those reporting who practise it, month 51", 0.32, 0.2),
    ),
    measure,
    "V4",
)
