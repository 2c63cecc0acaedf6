"""What the page needs to know, read from the model: memory, places, parameters, scenarios.

Nothing is written down twice: a new lever, outcome, scenario or column of the world reaches the
page when it is built.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np

from ..analysis.intervals import quantile
from ..analysis.two_by_two import other_rule
from ..evidence.posterior import Rates, posterior_draws
from ..foundation.column_type import is_column
from ..foundation.errors import BadInput
from ..model import staff, team
from ..model import world as worlds
from ..model.columns import row_type
from ..model.counterfactual import PRACTISED, TRAITS
from ..model.engine import simulate
from ..model.outcomes import AVERAGED, OUTCOMES
from ..model.parameters import FIELDS, FIXED, GROUPS, SCALE, Parameters
from ..model.places import Places
from ..model.places_file import data_file
from ..model.scenario import Scenario, load_scenario, scenario_names
from ..model.setting_code import code_version, levers, step_of
from ..model.variant import shipped_variants
from ..model.version import model_version
from ..report.contrasts import HEADLINES
from . import areas, game
from .lessons import LESSONS
from .rivals import plan_type

PAIRS = 20
"""Number of paired seeds behind an interval on the page."""
WORLDS = 200
"""Number of random worlds in the stress test of the page."""
CENTRE, PLACES_DECIDE, REFORMED = "centralist", "localist", "localist_with_capability"
"""The scenarios that the two by two of reforms and autonomy is made from."""


def fields(kind: np.dtype) -> dict[str, Any]:
    """A record's size in bytes, and name, type and offset of each of its fields."""
    entries: Any = kind.fields or {}
    return {
        "size": kind.itemsize,
        "fields": [[name, kind[name].str[1:], entries[name][1]] for name in kind.names or ()],
    }


def members(world: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """The world's arrays and numbers in the order in which compiled code takes them."""
    for field, value in zip(world._fields, world):
        if isinstance(value, tuple):
            yield from members(value, f"{name}{field}.")
        else:
            yield f"{name}{field}", value


def named(one: int, two: int, counts: dict[str, tuple[int, int]]) -> int | str:
    """A size that is `one` in one world and `two` in another: what it counts, or the number that it
    always is. Raises RuntimeError for a size that counts nothing known.
    """
    for name, pair in counts.items():
        if pair == (one, two):
            return name
    if one != two:
        raise RuntimeError(f"the page does not know what {one} counts in the world's memory")
    return one


def memory(parameters: Parameters, places: Places) -> tuple[list[dict[str, Any]], bytes]:
    """How the page lays out the world of these places, and the bytes that are there at the start.

    A list with an entry for each argument of the compiled run: its name; for a number its value
    (None for the seed); for an array its shape, bytes an item, whether it is a column, of which
    start and length are handed over, and what it holds:
    `from` and `bytes` of the second result, or `missing` where it starts as NaN, or nothing where
    it starts as zero. A size is a number or a name of `areas.sizes`, which another world, with
    other places and months, tells apart.
    """
    elsewhere = Places.synthetic(places.count + 13, scale=places.scale // 20)
    one, two = (
        worlds.empty_world(parameters, where, 0, months)
        for where, months in ((places, 1), (elsewhere, 2))
    )
    counted = areas.sizes(two, 2)
    counts = {name: (size, counted[name]) for name, size in areas.sizes(one, 1).items()}
    entries: list[dict[str, Any]] = []
    content = bytearray()
    for (name, value), (_, other) in zip(members(one), members(two)):
        if not isinstance(value, np.ndarray):
            size = None if name == "seed" else named(int(value), int(other), counts)
            entries.append({"name": name, "value": size})
            continue
        entry: dict[str, Any] = {
            "name": name,
            "shape": [named(a, b, counts) for a, b in zip(value.shape, other.shape)],
            "item": value.itemsize,
            "column": is_column(value),
        }
        raw = value.tobytes()
        if name != "score" and any(raw):
            if "months" in entry["shape"]:
                entry["missing"] = True
            else:
                entry["from"], entry["bytes"] = len(content), len(raw)
                content += raw
        entries.append(entry)
    return entries, bytes(content)


def assumptions() -> tuple[str, ...]:
    """The parameters that are no levers and that the page can change all the same: all but those
    that fix the size of the world, which is laid out when the page is built.
    """
    return tuple(name for name in FIELDS if name not in SCALE and name not in levers())


def parameter_table() -> dict[str, Any]:
    """Each parameter with default, bounds, unit, group, meaning and source."""
    changed = (*levers(), *assumptions())
    wanted = ("low", "high", "unit", "group", "meaning", "source")
    return {
        name: {
            "default": field.default,
            "whole": isinstance(field.default, int),
            "fixed": name in FIXED,
            **({"step": step_of(name)} if name in changed else {}),
            **{key: field.metadata[key] for key in wanted},
        }
        for name, field in FIELDS.items()
    }


def scenario_entry(scenario: Scenario) -> dict[str, Any]:
    """A scenario's words, the values of its parameters and its timeline."""
    usual = Parameters().as_dict()
    return {
        "title": scenario.title,
        "stands_for": scenario.stands_for,
        "values": {k: v for k, v in scenario.parameters.as_dict().items() if v != usual[k]},
        "timeline": [[month, dict(changes)] for month, changes in scenario.timeline],
        "variants": list(scenario.variants),
    }


def variant_table() -> dict[str, Any]:
    """Each rival rule: which rule it replaces, its title, theory and source."""
    wanted = ("replaces", "title", "theory", "source")
    return {v.name: {key: getattr(v, key) for key in wanted} for v in shipped_variants().values()}


def outlines(places: Places) -> list[list[list[float]]]:
    """For each place its rings as flat lists of longitude and latitude, to a hundredth degree."""
    features = json.loads(data_file("england_places.geojson").read_text(encoding="utf-8"))
    shapes = {f["properties"]["place_id"]: f["geometry"] for f in features["features"]}
    found = []
    for place in places.ids:
        geometry = shapes[place]
        polygons = geometry["coordinates"]
        if geometry["type"] == "Polygon":
            polygons = [polygons]
        found.append([flat(polygon[0]) for polygon in polygons])
    return found


def flat(ring: list[list[float]]) -> list[float]:
    """A ring as x, y, x, y ... with points that fall together left out."""
    kept: list[tuple[float, float]] = []
    for x, y in ring:
        point = (round(x, 2), round(y, 2))
        if not kept or kept[-1] != point:
            kept.append(point)
    return [number for point in kept for number in point]


def two_by_two() -> dict[str, Any]:
    """What is varied where reforms and autonomy are told apart: the reforms are the settings in
    which localism with reforms differs from localism without them.
    """
    centre, local, reformed = (
        load_scenario(name).parameters.as_dict() for name in (CENTRE, PLACES_DECIDE, REFORMED)
    )
    return {
        "base": CENTRE,
        "reformed": REFORMED,
        "low": centre["autonomy"],
        "high": local["autonomy"],
        "reforms": {
            name: value
            for name, value in reformed.items()
            if value != local[name] and name != "autonomy"
        },
    }


def centre_rule() -> dict[str, Any]:
    """The rule on which spread and harm hang, how the centre judges its own candidates: the
    parameter that sets it, and value and words of the usual rule and of its rival.
    """
    usual = load_scenario(CENTRE)
    rival = other_rule((usual,))
    ((name, value),) = rival.changes
    as_usual = other_rule((usual.with_parameters(**{name: value}),))
    return {
        "name": name,
        "rules": [[getattr(usual.parameters, name), as_usual.title], [value, rival.title]],
    }


def cases(places: Places) -> list[dict[str, Any]]:
    """Outcomes of each scenario as Python computes them, with which the page checks itself."""
    found = []
    for number, name in enumerate(scenario_names()):
        seed = 1 + 1_000_003 * number
        outcomes = simulate(load_scenario(name), places, seed).outcomes
        known = {key: value for key, value in outcomes.items() if np.isfinite(value)}
        found.append({"scenario": name, "seed": seed, "outcomes": known})
    return found


def posterior() -> dict[str, Any] | None:
    """The draws of the rates that are shipped: names, and a row a draw. None where they were made
    with other rules than these; the page then says so.
    """
    try:
        rates = Rates.of(posterior_draws())
    except BadInput:
        return None
    return {"names": list(rates.names), "rows": [list(row) for row in rates.rows]}


def contents(places: Places | None = None) -> tuple[dict[str, Any], bytes]:
    """Everything the page needs besides the compiled rules, and the initial bytes of the world."""
    places = places or Places.england()
    parameters = Parameters()
    layout, start = memory(parameters, places)
    one = worlds.empty_world(parameters, places, 0, 1)
    return {
        "version": model_version(),
        "code_version": code_version(),
        "memory": layout,
        "plan": fields(plan_type()),
        "history": fields(worlds.HISTORY_TYPE),
        "place_history": fields(worlds.PLACE_HISTORY_TYPE),
        "tables": {
            "staff": {c.name: c.kind for c in staff.COLUMNS},
            "teams": fields(team.ROW),
            "services": fields(row_type(worlds.SERVICE_COLUMNS)),
            "places": fields(row_type(worlds.PLACE_COLUMNS)),
            "regions": fields(row_type(worlds.REGION_COLUMNS)),
            "blocks": fields(row_type(worlds.BLOCK_COLUMNS)),
        },
        "origins": list(staff.ORIGINS),
        "taken_back": {"always": list(PRACTISED), "person": list(TRAITS)},
        "averaged": list(AVERAGED),
        "groups": GROUPS,
        "parameters": parameter_table(),
        "levers": list(levers()),
        "assumptions": list(assumptions()),
        "centre_rule": centre_rule(),
        "outcomes": {
            o.name: {"label": o.label, "unit": o.unit, "meaning": o.meaning, "better": o.better}
            for o in map(OUTCOMES.__getitem__, dict.fromkeys((*HEADLINES, *OUTCOMES)))
        },
        "scenarios": {name: scenario_entry(load_scenario(name)) for name in scenario_names()},
        "variants": variant_table(),
        "places": {
            "ids": list(places.ids),
            "names": list(places.names),
            "citizens": [int(n) for n in places.citizens],
        },
        "sizes": areas.sizes(one, 1),
        "files": areas.told(parameters, places),
        "outlines": outlines(places),
        "headline": list(HEADLINES),
        "posterior": posterior(),
        "pairs": PAIRS,
        "worlds": WORLDS,
        "student": [quantile(n + 1) for n in range(1, max(PAIRS, WORLDS))],
        "two_by_two": two_by_two(),
        "lessons": [lesson.told() for lesson in LESSONS],
        "game": game.told(),
        "cases": cases(places),
    }, start
