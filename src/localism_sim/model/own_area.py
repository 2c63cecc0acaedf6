"""A user's own area: places of England by name, or places of a file, inside England or alone."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from ..foundation.errors import BadInput, brief, nearest
from ..foundation.table_messages import note, refusal
from .place_cells import folded
from .places import DEFAULT_SCALE, Places

KINDS = ("england", "synthetic", "csv")


def only(names: Iterable[str], scale: int = DEFAULT_SCALE) -> Places:
    """England, with outcomes about the places so named (or with these ids) alone.

    Raises `BadInput` for a name that England has not, with the nearest ones.
    """
    england = Places.england(scale)
    known = {folded(name): n for n, name in enumerate(england.names)}
    known |= {folded(place): n for n, place in enumerate(england.ids)}
    chosen = [names] if isinstance(names, str) else list(names)
    if not chosen:
        raise BadInput("places.only = [] is not allowed; allowed: names of places of England")
    reported = np.zeros(england.count, bool)
    for name in chosen:
        if not isinstance(name, str) or folded(name) not in known:
            close = difflib.get_close_matches(folded(str(name)), list(known), 3, 0.6)
            near = ", ".join(england.names[known[text]] for text in close)
            raise BadInput(
                f"places.only: England has no place called {brief(name)}."
                f"{f' Did you mean {near}?' if near else ''} Its 148 places are upper-tier and "
                "single-tier councils of 2010"
            )
        reported[known[folded(name)]] = True
    return replace(england, reported=reported)


def within_england(own: Places) -> Places:
    """England with the places of a file in it: one that England has, by id or name, takes its
    place; any other is added. Outcomes are about the file's places.

    What a file leaves out of a place that England has (region, class, city region, position,
    neighbours) is England's.
    """
    england = Places.england(own.scale)
    position = {folded(name): n for n, name in enumerate(england.names)}
    position |= {folded(place): n for n, place in enumerate(england.ids)}
    rows: dict[str, dict[str, Any]] = {row["id"]: row for row in rows_of(england)}
    for row in rows_of(own):
        found = position.get(folded(row["id"]), position.get(folded(row["name"])))
        if found is None:
            rows[row["id"]] = row | {"reported": True}
            continue
        before = rows[england.ids[found]]
        if before["reported"]:
            raise refusal("same_place", name=brief(row["name"]), other=brief(before["name"]))
        given = {key: value for key, value in row.items() if known(value)}
        rows[england.ids[found]] = before | given | {"id": england.ids[found], "reported": True}
    made = from_rows([rows[place] for place in sorted(rows)], own.scale)
    added = made.count - england.count
    where = note("inside", known=own.count - added, count=own.count, added=added)
    return replace(made, notes=(*own.notes, where))


def known(value: Any) -> bool:
    """Whether a file says something here: no empty text, no missing number."""
    return not (value == "" or value == () or (isinstance(value, float) and np.isnan(value)))


def rows_of(places: Places) -> list[dict[str, Any]]:
    """A mapping a place, not yet reported."""
    labels = [places.city_region_names[r] if r >= 0 else "" for r in places.city_region]
    return [
        {
            "id": places.ids[n],
            "name": places.names[n],
            "region": places.regions[n],
            "class": places.classes[n],
            "population": int(places.population[n]),
            "cut_exposure": float(places.cut_exposure[n]),
            "deprivation": float(places.deprivation[n]),
            "longitude": float(places.longitude[n]),
            "latitude": float(places.latitude[n]),
            "city_region": labels[n],
            "neighbours": places.neighbours[n],
            "reported": False,
        }
        for n in range(places.count)
    ]


def from_rows(rows: list[dict[str, Any]], scale: int) -> Places:
    """Places from such mappings, in order of their ids."""
    labels = tuple(sorted({row["city_region"] for row in rows if row["city_region"]}))

    def column(name: str, kind: type) -> np.ndarray:
        return np.array([row[name] for row in rows], kind)

    return Places(
        ids=tuple(row["id"] for row in rows),
        names=tuple(row["name"] for row in rows),
        regions=tuple(row["region"] for row in rows),
        classes=tuple(row["class"] for row in rows),
        population=column("population", np.int64),
        cut_exposure=column("cut_exposure", float),
        deprivation=column("deprivation", float),
        longitude=column("longitude", float),
        latitude=column("latitude", float),
        city_region=np.array(
            [labels.index(r["city_region"]) if r["city_region"] else -1 for r in rows], np.int32
        ),
        city_region_names=labels,
        neighbours=tuple(tuple(row["neighbours"]) for row in rows),
        scale=scale,
        reported=column("reported", bool),
    )


def places_from_config(
    kind: str = "england",
    scale: int = DEFAULT_SCALE,
    count: int | None = None,
    path: str | None = None,
    only_these: tuple[str, ...] | None = None,
    alone: bool | None = None,
    sheet: str | None = None,
) -> Places:
    """The places that a configuration names.

    kind: 'england', 'synthetic' (with count) or 'csv' (with path); a path alone means csv, a count
    alone synthetic. sheet: of a workbook. only_these: names of places of England that outcomes are
    about. alone: the chosen places are a country of their own instead of lying inside England.
    Raises `BadInput` for settings that contradict each other.
    """
    if kind not in KINDS:
        raise BadInput(
            f"places = {brief(kind)} is not allowed; allowed: {', '.join(KINDS)}."
            f"{nearest(str(kind), KINDS)}"
        )
    if kind == "england" and path is not None:
        kind = "csv"
    if kind == "england" and count is not None:
        kind = "synthetic"
    given = {"path": path, "count": count, "only": only_these, "alone": alone, "sheet": sheet}
    takes = {"england": {"only"}, "synthetic": {"count"}, "csv": {"path", "sheet"}}[kind]
    if kind == "csv" or only_these is not None:
        takes.add("alone")
    for name, value in given.items():
        if value is not None and name not in takes:
            raise BadInput(
                f"places.{name} = {brief(value)} does nothing with places={kind}; leave it out, or "
                f"choose other places"
            )
    if alone is not None and not isinstance(alone, bool):
        raise BadInput(f"places.alone = {brief(alone)} is not allowed; allowed: true or false")
    if kind == "synthetic":
        return Places.synthetic(36 if count is None else count, scale=scale)
    if kind == "csv":
        if not path:
            raise BadInput("places = csv needs places.path, the CSV file to read")
        own = Places.from_csv(path, scale, sheet)
        return own if alone else within_england(own)
    if only_these is None:
        return Places.england(scale)
    chosen = only(only_these, scale)
    return chosen.focus if alone else chosen
