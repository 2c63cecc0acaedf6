"""What the page needs to read a user's own file of places as the command line does, and to lay out
the world of those places: messages and bounds, England's figures, and sizes of arrays.
"""

from __future__ import annotations

import csv
import io
from typing import Any

from ..foundation.spreadsheets import LOOKED_AT, MOST_CELLS, SEPARATORS
from ..foundation.table_messages import ALLOWED, MESSAGES, NOTES, SAVE_AS
from ..model import exposure, place_cells, places_file
from ..model.citizen import WARD
from ..model.parameters import Parameters
from ..model.places import DEFAULT_SCALE, LEAST_CITIZENS, Places

LONGEST_CELL = csv.field_size_limit()
BROKEN_CSV = {
    "not_closed": '"a',
    "after_quote": '"a"b',
    "line_end": "a\rb",
    "too_long": "a" * (LONGEST_CELL + 1),
}
"""An example of each way in which text can be invalid CSV; the page reports them in
Python's words.
"""


def csv_reasons() -> dict[str, str]:
    """Python's message for each way in which text can be invalid CSV."""
    found = {}
    for kind, text in BROKEN_CSV.items():
        try:
            list(csv.reader(io.StringIO(text), strict=True))
        except csv.Error as error:
            found[kind] = str(error).replace("','", "'{separator}'")
    return found


def sizes(world: Any, months: int) -> dict[str, int]:
    """How many there are of all that an array of the world can have a row for."""
    return {
        "months": months,
        "places": world.count,
        "places_and_all": world.count + 1,
        "citizens": world.citizens.trust.shape[-1],
        "staff": len(world.staff.practice),
        "teams": len(world.teams),
        "services": len(world.services),
        "regions": len(world.regions),
        "members": len(world.region_members),
        "blocks": len(world.blocks),
    }


def england(places: Places) -> list[dict[str, Any]]:
    """What a file may leave out of a place that England has; numbers as they are."""
    regions = [places.city_region_names[r] if r >= 0 else "" for r in places.city_region]
    return [
        {
            "region": places.regions[n],
            "class": places.classes[n],
            "population": int(places.population[n]),
            "cut_exposure": float(places.cut_exposure[n]),
            "deprivation": float(places.deprivation[n]),
            "city_region": regions[n],
            "longitude": float(places.longitude[n]),
            "latitude": float(places.latitude[n]),
        }
        for n in range(places.count)
    ]


def told(parameters: Parameters, places: Places) -> dict[str, Any]:
    """All of it, in the form that the page reads."""
    slope, intercept = exposure.england_relation()
    return {
        "messages": MESSAGES,
        "allowed": ALLOWED,
        "notes": NOTES,
        "save_as": SAVE_AS,
        "csv": csv_reasons(),
        "longest_cell": LONGEST_CELL,
        "separators": SEPARATORS,
        "looked_at": LOOKED_AT,
        "most_cells": MOST_CELLS,
        "aliases": places_file.ALIASES,
        "also_called": places_file.ALSO_CALLED,
        "likeness": places_file.LIKENESS,
        "measured": place_cells.MEASURED,
        "totals": place_cells.TOTALS,
        "most_residents": place_cells.MOST_RESIDENTS,
        "slope": slope,
        "intercept": intercept,
        "england_cut": exposure.england_cut(),
        "shrinkage": exposure.SHRINKAGE,
        "least_exposure": exposure.LEAST_EXPOSURE,
        "scale": DEFAULT_SCALE,
        "least_citizens": LEAST_CITIZENS,
        "ward": WARD,
        "staff_per_citizen": parameters.staff_per_citizen,
        "england": england(places),
    }
