"""Why things happened: every change of practice with its source, every proposal with the desk that
stopped it.

A trace is taken between months from the columns themselves, so the rules know nothing of it and a
run without one pays nothing.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..foundation.errors import BadInput
from .network import NOBODY
from .staff import ORIGINS
from .world import World

ORIGIN_NAMES = np.array(ORIGINS, dtype=object)

EVENTS = {
    "trial": "began to try a practice",
    "kept": "made a practice on trial routine",
    "dropped": "gave up a practice on trial",
    "alternative": "an alternative provider took the post",
    "vacancy": "a new person took the post with the endorsed practice",
    "stopped": "a desk stopped a proposal",
    "granted": "a proposal was permitted",
}
COLUMNS = (
    "month",
    "event",
    "place_id",
    "domain",
    "staff",
    "from_practice",
    "to_practice",
    "origin",
    "source",
    "desk",
)


class Trace:
    """Collects events month by month: call `before`, live a month, call `after`."""

    def __init__(self, world: World, place_ids: tuple[str, ...]):
        self.world, self.place_ids = world, np.array(place_ids, dtype=object)
        self.service_of = np.repeat(
            np.arange(len(world.services)),
            world.services["last_staff"] - world.services["first_staff"],
        )
        self.tables: list[pd.DataFrame] = []

    def before(self) -> None:
        """Remember what staff do."""
        staff = self.world.staff
        self.practice, self.on_trial = staff.practice.copy(), staff.on_trial.copy()
        self.contract = staff.contract.copy()

    def arrivals(self) -> tuple[np.ndarray, np.ndarray]:
        """Which posts an alternative provider took this month, and which another new person."""
        staff, entrants = self.world.staff, self.world.teams["entrant_post"]
        provider = np.zeros(len(staff.practice), bool)
        provider[entrants[entrants >= 0]] = True
        left = (staff.stays == 0) & ((self.contract == 0) | (staff.contract == 0))
        return provider, left & ~provider

    def came(self, post: int) -> bool:
        """Whether somebody took a post this month."""
        provider, recruit = self.arrivals()
        return bool(provider[post] or recruit[post])

    def after(self, month: int) -> None:
        """Note what changed; both, where somebody takes a post and begins a trial in one month."""
        staff, teams = self.world.staff, self.world.teams
        provider, recruit = self.arrivals()
        came = provider | recruit
        begun = (staff.on_trial == 1) & (came | (self.on_trial == 0))
        ended = (self.on_trial > 0) & (staff.on_trial == 0) & ~came
        routine = np.where(begun, staff.fallback, staff.practice)
        origin = np.where(begun, staff.fallback_origin, staff.origin)
        arrived = came & ((routine != self.practice) | (self.on_trial > 0))
        changed = staff.practice != self.practice
        was = np.where(came, routine, self.practice)
        nobody = np.full(len(came), NOBODY)
        for event, where, old, new, origins, sources in (
            ("alternative", provider & arrived, self.practice, routine, origin, nobody),
            ("vacancy", recruit & arrived, self.practice, routine, origin, nobody),
            ("trial", begun, was, staff.practice, staff.origin, staff.source),
            ("kept", ended & ~changed, was, staff.practice, staff.origin, nobody),
            ("dropped", ended & changed, was, staff.practice, staff.origin, nobody),
        ):
            posts = np.flatnonzero(where)
            names = ORIGIN_NAMES[origins[posts]]
            self.note(month, event, posts, old[posts], new[posts], names, sources[posts], 0)
        for event, where in (
            ("stopped", teams["stopped_by"] > 0),
            ("granted", teams["granted_post"] >= 0),
        ):
            asked = teams[where]
            posts, idea = asked["asked_post"], asked["asked_practice"]
            old, desk = self.practice[posts], asked["stopped_by"]
            self.note(month, event, posts, old, idea, "own inquiry", NOBODY, desk)

    def note(self, month, event, posts, old, new, origin, source, desk) -> None:
        """Append events of one kind and month, if there are any."""
        if len(posts) == 0:
            return
        service = self.service_of[posts]
        place, domain = self.place_ids[service // self.world.domains], service % self.world.domains
        values = (month, event, place, domain, posts, old, new, origin, source, desk)
        self.tables.append(pd.DataFrame(dict(zip(COLUMNS, values))))

    def table(self) -> pd.DataFrame:
        """All events in order: month, event, place_id, domain, staff (row), from_practice,
        to_practice, origin, source (row of the colleague, or -1), desk.
        """
        return (
            pd.concat(self.tables, ignore_index=True)
            if self.tables
            else pd.DataFrame(columns=list(COLUMNS))
        )


def family_tree(trace: pd.DataFrame, practice: int, domain: int) -> pd.DataFrame:
    """Who first tried a practice of a domain, from whom, and how far from its root: staff, month,
    place_id, origin, parent (-1 at a root), generation (missing where the colleague it came from
    had it before the first month).

    trace: `Run.trace`. Raises `BadInput` where nobody ever tried it.
    """
    tried = trace[
        (trace["event"].isin(["trial", "alternative", "vacancy"]))
        & (trace["to_practice"] == practice)
        & (trace["domain"] == domain)
    ]
    shown_later = tried["event"] == "trial"  # who takes a post shows its practice at once
    order = tried.assign(later=shown_later).sort_values(["month", "later", "staff"], kind="stable")
    first = order.drop_duplicates("staff")
    if first.empty:
        raise BadInput(f"practice {practice} was never tried in domain {domain}")
    generation: dict[int, Any] = {}
    for row in first.itertuples():
        parent = generation.get(row.source, pd.NA)
        generation[row.staff] = parent + 1 if row.source >= 0 else 0
    return pd.DataFrame(
        {
            "staff": first["staff"],
            "month": first["month"],
            "place_id": first["place_id"],
            "origin": first["origin"],
            "parent": first["source"],
            "generation": pd.array([generation[staff] for staff in first["staff"]], "Int64"),
        }
    ).reset_index(drop=True)


def what_stopped_it(trace: pd.DataFrame) -> pd.DataFrame:
    """How many proposals each desk stopped and how many were permitted (desk 0)."""
    asked = trace[trace["event"].isin(["stopped", "granted"])]
    return asked.groupby(["desk", "event"]).size().rename("proposals").reset_index()
