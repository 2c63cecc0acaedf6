"""Why things happened: every change of practice with its source, every proposal with the desk that
stopped it.

A trace is taken between months from the columns themselves, so the rules know nothing of it and a
run without one pays nothing.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..foundation.errors import BadInput
from .staff import ALTERNATIVE, ORIGINS
from .world import World

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
        self.practice, self.on_trial = (
            self.world.staff.practice.copy(),
            self.world.staff.on_trial.copy(),
        )
        self.fallback = self.world.staff.fallback.copy()

    def after(self, month: int) -> None:
        """Note what changed."""
        staff, teams = self.world.staff, self.world.teams
        changed = staff.practice != self.practice
        ended = (self.on_trial > 0) & (staff.on_trial == 0)
        begun = (staff.on_trial == 1) & (changed | (self.on_trial != 1))
        event = np.full(len(staff.practice), "", dtype=object)
        event[changed] = "vacancy"
        event[ended & changed & (staff.practice == self.fallback)] = "dropped"
        event[ended & ~changed] = "kept"
        event[changed & (staff.on_trial == 0) & (staff.origin == ALTERNATIVE)] = "alternative"
        event[begun] = "trial"
        rows = np.flatnonzero(event != "")
        self.note(
            month,
            event[rows],
            rows,
            self.practice[rows],
            staff.practice[rows],
            np.array(ORIGINS, dtype=object)[staff.origin[rows]],
            np.where(event[rows] == "trial", staff.source[rows], -1),
            np.zeros(len(rows), int),
        )
        for name, where in (
            ("stopped", np.flatnonzero(teams["stopped_by"] > 0)),
            ("granted", np.flatnonzero(teams["granted_post"] >= 0)),
        ):
            posts = teams["asked_post"][where]
            self.note(
                month,
                np.full(len(where), name, dtype=object),
                posts,
                self.practice[posts],
                teams["asked_practice"][where],
                np.full(len(where), "own inquiry", dtype=object),
                np.full(len(where), -1),
                teams["stopped_by"][where],
            )

    def note(self, month, event, rows, old, new, origin, source, desk) -> None:
        """Append events of one month."""
        service = self.service_of[rows]
        self.tables.append(
            pd.DataFrame(
                dict(
                    zip(
                        COLUMNS,
                        (
                            np.full(len(rows), month),
                            event,
                            self.place_ids[service // self.world.domains],
                            service % self.world.domains,
                            rows,
                            old,
                            new,
                            origin,
                            source,
                            desk,
                        ),
                    )
                )
            )
        )

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
    place_id, origin, parent (-1 at a root), generation.

    trace: `Run.trace`. Raises `BadInput` where nobody ever tried it.
    """
    tried = trace[
        (trace["event"].isin(["trial", "alternative", "vacancy"]))
        & (trace["to_practice"] == practice)
        & (trace["domain"] == domain)
    ]
    first = tried.sort_values(["month", "staff"], kind="stable").drop_duplicates("staff")
    if first.empty:
        raise BadInput(f"practice {practice} was never tried in domain {domain}")
    generation: dict[int, int] = {}
    for row in first.itertuples():
        generation[row.staff] = generation.get(row.source, -1) + 1 if row.source >= 0 else 0
    return pd.DataFrame(
        {
            "staff": first["staff"],
            "month": first["month"],
            "place_id": first["place_id"],
            "origin": first["origin"],
            "parent": first["source"],
            "generation": [generation[staff] for staff in first["staff"]],
        }
    ).reset_index(drop=True)


def what_stopped_it(trace: pd.DataFrame) -> pd.DataFrame:
    """How many proposals each desk stopped and how many were permitted (desk 0)."""
    asked = trace[trace["event"].isin(["stopped", "granted"])]
    return asked.groupby(["desk", "event"]).size().rename("proposals").reset_index()
