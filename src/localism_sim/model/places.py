"""Where the model is set: places with their people, exposure to cuts and city regions."""

from __future__ import annotations

import difflib
import functools
import hashlib
import math
import os
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from importlib import resources
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pandas as pd

from ..foundation.errors import BadInput, brief, nearest
from ..foundation.spreadsheets import Sheet, read_sheet

DEFAULT_SCALE = 20_000
LEAST_CITIZENS = 10
MOST_RESIDENTS = 2_000_000_000
MOST_SYNTHETIC = 50_000
"""Up to here no two synthetic ids share a key (the first pair is at 51,705)."""
SHRINKAGE = 0.5
"""Weight of a place's own spending figure against the fit on deprivation and class: single extremes
partly reflect accounting changes.
"""
LEAST_CUT = 0.02
"""No place of England is taken to lose less than this share of its spending."""
LEAST_EXPOSURE = 0.1
"""No place bears less than this share of the mean cut where its exposure has to be estimated."""
ALIASES = {
    "name": ("name",),
    "population": ("population", "population_2011"),
    "place_id": ("place_id",),
    "region": ("region",),
    "class": ("class",),
    "deprivation": ("deprivation", "imd_2010"),
    "cut_exposure": ("cut_exposure",),
    "city_region": ("city_region", "metropolitan_county"),
    "longitude": ("longitude",),
    "latitude": ("latitude",),
    "neighbours": ("neighbours",),
    "spending_change": ("real_change_per_head_2010_11_to_2017_18",),
}
"""What is read from a file, and the column names accepted for it.

Only name and population are required.
"""
LIKENESS = 0.85
"""A column as like as this to one that is read, but not the same, is taken for a slip of the pen
and refused instead of passed over.
"""
TOTALS = (
    *("total", "totals", "grand total", "sum", "all", "all places", "all areas", "england"),
    *("great britain", "united kingdom", "uk"),
)
"""Names that spreadsheets give to a row of sums; such a row would be one more place."""


def data_file(name: str) -> Path:
    """A file of the data shipped with the package."""
    return Path(str(resources.files("localism_sim").joinpath("model", "places_data", name)))


@dataclass(frozen=True, eq=False)
class Places:
    """A set of places, always in order of place id, so that the order of rows in a file never
    matters.

    ids, names, regions, classes: one text a place. population: residents. cut_exposure: cut
    relative to England's population-weighted mean of 1. deprivation, longitude, latitude: NaN where
    unknown. city_region: position in city_region_names, or -1. neighbours: ids of the places that
    share a border. scale: residents per simulated citizen. reported: which places outcomes are
    about; the others live on around them. None: all. notes: how a
    file was read, where that was not plain.
    """

    ids: tuple[str, ...]
    names: tuple[str, ...]
    regions: tuple[str, ...]
    classes: tuple[str, ...]
    population: np.ndarray
    cut_exposure: np.ndarray
    deprivation: np.ndarray
    longitude: np.ndarray
    latitude: np.ndarray
    city_region: np.ndarray
    city_region_names: tuple[str, ...]
    neighbours: tuple[tuple[str, ...], ...] = field(repr=False)
    scale: int = DEFAULT_SCALE
    reported: np.ndarray | None = None
    notes: tuple[str, ...] = ()

    def __post_init__(self):
        if (
            isinstance(self.scale, bool)
            or not isinstance(self.scale, (int, np.integer))
            or self.scale < 1
        ):
            raise BadInput(
                f"places.scale = {brief(self.scale)} is not allowed; allowed: a whole number of "
                f"residents per citizen, 1 or more"
            )
        object.__setattr__(self, "scale", int(self.scale))
        if not self.ids:
            raise BadInput("places: zero places given; at least one is needed")
        if list(self.ids) != sorted(set(self.ids)):
            raise BadInput("places: ids must be unique and in order; Places.from_csv sorts them")
        if self.reported is None:
            object.__setattr__(self, "reported", np.ones(len(self.ids), bool))
        if not self.in_focus.any():
            raise BadInput("places: at least one place must be reported")
        for array in (
            self.in_focus,
            self.population,
            self.cut_exposure,
            self.deprivation,
            self.longitude,
            self.latitude,
            self.city_region,
        ):
            array.setflags(write=False)

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def count(self) -> int:
        """How many places."""
        return len(self.ids)

    @property
    def in_focus(self) -> np.ndarray:
        """For each place whether outcomes are about it."""
        assert self.reported is not None
        return self.reported

    @functools.cached_property
    def focus(self) -> Places:
        """The places that outcomes are about, by themselves: for tables and maps, not for runs."""
        if self.in_focus.all():
            return self
        return self.select(place for place, chosen in zip(self.ids, self.in_focus) if chosen)

    @functools.cached_property
    def citizens(self) -> np.ndarray:
        """Simulated citizens of each place: population / scale, at least ten or all its
        residents.
        """
        return np.maximum(
            np.minimum(LEAST_CITIZENS, self.population), np.rint(self.population / self.scale)
        ).astype(np.int64)

    @functools.cached_property
    def keys(self) -> np.ndarray:
        """What draws are keyed by: 30 bits from a hash of each id, shifted by 32, so that an
        agent's key is the place's plus its own number.
        """
        found = [
            int.from_bytes(hashlib.blake2b(place.encode(), digest_size=8).digest(), "big") >> 34
            for place in self.ids
        ]
        first: dict[int, str] = {}
        for key, place in zip(found, self.ids):
            if first.setdefault(key, place) != place:
                raise BadInput(
                    f"place_id '{place}' happens to share its key with '{first[key]}'; rename one "
                    f"of them"
                )
        return np.array(found, np.int64) << 32

    @functools.cached_property
    def fingerprint(self) -> str:
        """Hash of all that affects a run."""
        digest = hashlib.sha256(
            "\n".join([*self.ids, str(self.scale), *self.city_region_names]).encode()
        )
        for array in (self.population, self.cut_exposure, self.city_region):
            digest.update(np.ascontiguousarray(array).tobytes())
        if not self.in_focus.all():
            digest.update(self.in_focus.tobytes())
        return digest.hexdigest()[:16]

    def scaled(self, scale: int) -> Places:
        """The same places with another number of residents per citizen."""
        return replace(self, scale=scale)

    def select(self, ids: Iterable[str]) -> Places:
        """Some of the places, each exactly as it was: its exposure to cuts stays relative to the
        whole.
        """
        chosen = [ids] if isinstance(ids, str) else list(ids)
        for place in chosen:
            if place not in self.ids:
                raise BadInput(
                    f"places.select: unknown place id "
                    f"{brief(place)}.{nearest(str(place), self.ids)}"
                )
        at = np.array(sorted({self.ids.index(place) for place in chosen}), np.int64)
        kept = {self.ids[n] for n in at}
        regions = sorted({int(r) for r in self.city_region[at] if r >= 0})

        def pick(texts: tuple) -> tuple:
            return tuple(texts[n] for n in at)

        return replace(
            self,
            ids=pick(self.ids),
            names=pick(self.names),
            regions=pick(self.regions),
            classes=pick(self.classes),
            population=self.population[at],
            reported=self.in_focus[at],
            cut_exposure=self.cut_exposure[at],
            deprivation=self.deprivation[at],
            longitude=self.longitude[at],
            latitude=self.latitude[at],
            city_region=np.array(
                [regions.index(r) if r >= 0 else -1 for r in self.city_region[at]], np.int32
            ),
            city_region_names=tuple(self.city_region_names[r] for r in regions),
            neighbours=tuple(
                tuple(other for other in near if other in kept) for near in pick(self.neighbours)
            ),
        )

    def table(self) -> pd.DataFrame:
        """A row a place."""
        regions = [self.city_region_names[r] if r >= 0 else "" for r in self.city_region]
        return pd.DataFrame(
            {
                "place_id": self.ids,
                "name": self.names,
                "region": self.regions,
                "class": self.classes,
                "population": self.population,
                "deprivation": self.deprivation,
                "cut_exposure": self.cut_exposure,
                "city_region": regions,
                "longitude": self.longitude,
                "latitude": self.latitude,
                "citizens": self.citizens,
            }
        )

    @classmethod
    def england(cls, scale: int = DEFAULT_SCALE) -> Places:
        """The 148 upper-tier and single-tier council areas of England in 2010, with all 53,012,456
        residents of the 2011 census.

        Exposure to cuts comes from the real change in service spending per head 2010-11 to 2017-18,
        drawn half way towards its least-squares fit on deprivation and class. Half way, because
        extremes (Salford -48%, Rotherham +2%) are partly changes of accounting, but not known to be
        only that.
        """
        table = read_table(data_file("england_places.csv"))
        exposure = shrunken_exposure(table)
        exposure /= np.average(exposure, weights=table["population"])
        return cls._from_table(table.assign(cut_exposure=exposure), scale)

    @classmethod
    def synthetic(cls, count: int = 36, seed: int = 0, scale: int = DEFAULT_SCALE) -> Places:
        """Made-up places like England's: lognormal populations, deprivation tied to exposure (r
        about 0.6), nine places a region, some in a city region.

        A place's figures depend on the seed and its number alone, so more places leave the first
        ones as they were (but for exposure, whose mean is 1).
        """
        if (
            isinstance(count, bool)
            or not isinstance(count, (int, np.integer))
            or not 1 <= count <= MOST_SYNTHETIC
        ):
            raise BadInput(
                f"places.count = {brief(count)} is not allowed; allowed: a whole number from 1 to "
                f"{MOST_SYNTHETIC} (zero places cannot be run)"
            )
        if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or seed < 0:
            raise BadInput(
                f"places.seed = {brief(seed)} is not allowed; allowed: a whole number, 0 or more"
            )
        draws = np.array([np.random.default_rng([seed, n]).normal(size=3) for n in range(count)])
        population = np.rint(np.exp(12.5 + 0.6 * draws[:, 0])).astype(np.int64)
        deprivation = np.clip(21.0 + 8.0 * draws[:, 1], 3.0, None)
        exposure = np.clip(1.0 + 0.2 * draws[:, 1] + 0.27 * draws[:, 2], 0.1, None)
        number = np.arange(count)
        table = pd.DataFrame(
            {
                "place_id": [f"S{n + 1:05d}" for n in number],
                "name": [f"Place {n + 1}" for n in number],
                "region": [f"Region {n // 9 + 1}" for n in number],
                "class": "synthetic",
                "population": population,
                "deprivation": deprivation,
                "cut_exposure": exposure,
                "city_region": [f"City region {n // 9 + 1}" if n % 9 < 3 else "" for n in number],
                "longitude": (number % 12) * 0.5,
                "latitude": 50.0 + (number // 12) * 0.4,
                "neighbours": "",
            }
        )
        exposure = table["cut_exposure"] / np.average(exposure, weights=population)
        return cls._from_table(table.assign(cut_exposure=exposure), scale)

    @classmethod
    def from_csv(
        cls, path: str | Path, scale: int = DEFAULT_SCALE, sheet: str | None = None
    ) -> Places:
        """Bring your own area: a CSV file, or a sheet of an XLSX workbook, with the columns name
        and population, and any of place_id, region, class, deprivation (or imd_2010), cut_exposure
        (or real_change_per_head_2010_11_to_2017_18, negative for a cut), city_region (or
        metropolitan_county), longitude, latitude, neighbours (ids, separated by spaces or
        semicolons). Exposure stays relative to England's mean. The places are a country of their
        own; `own_area.within_england` puts them into England. Anything wrong raises `BadInput` with
        row and column.
        """
        if not isinstance(path, (str, os.PathLike)):
            raise BadInput(
                f"places.path = {brief(path)} is not allowed; allowed: the path of a CSV file"
            )
        table = read_table(Path(path).expanduser(), sheet)
        places = cls._from_table(with_exposure(table, cls.england()), scale)
        return replace(places, notes=table.attrs["notes"])

    @classmethod
    def _from_table(cls, table: pd.DataFrame, scale: int) -> Places:
        table = table.sort_values("place_id", kind="stable").reset_index(drop=True)
        labels = tuple(sorted({text for text in table["city_region"] if text}))
        exposure = table["cut_exposure"].to_numpy(float)
        population = table["population"].to_numpy(np.int64)
        return cls(
            ids=tuple(table["place_id"]),
            names=tuple(table["name"]),
            regions=tuple(table["region"]),
            classes=tuple(table["class"]),
            population=population,
            cut_exposure=exposure,
            deprivation=table["deprivation"].to_numpy(float),
            longitude=table["longitude"].to_numpy(float),
            latitude=table["latitude"].to_numpy(float),
            city_region=np.array(
                [labels.index(text) if text else -1 for text in table["city_region"]], np.int32
            ),
            city_region_names=labels,
            neighbours=tuple(tuple(split_ids(text)) for text in table["neighbours"]),
            scale=scale,
        )


def split_ids(text: str) -> list[str]:
    """Ids in one cell: separated by semicolons if there are any, else by spaces."""
    return (
        [part.strip() for part in text.split(";") if part.strip()] if ";" in text else text.split()
    )


def read_table(path: Path, sheet: str | None = None) -> pd.DataFrame:
    """A places file as a clean table with one column for each key of `ALIASES`, or `BadInput`.

    How it was read, where that was not plain, is in `attrs["notes"]`.
    """
    given = read_sheet(path, "places.path", [ALIASES["name"], ALIASES["population"]], sheet)
    found = found_columns(given)
    if not given.rows:
        raise BadInput(f"{path.name}: zero places: no row below the header")
    for number, line in given.rows:
        if any(line[len(given.header) :]):
            raise BadInput(
                f"{path.name}: row {number} has {len(line)} values, but row {given.header_row} "
                f"names {len(given.header)} columns; put quotes around text with commas"
            )
    cells = {
        column.lower(): [line[n] if n < len(line) else "" for _, line in given.rows]
        for n, column in enumerate(given.header)
    }
    numbers = [number for number, _ in given.rows]
    reader = Reader(path.name, numbers, cells, found, given.separator != ",", list(given.notes))
    table = reader.table()
    table.attrs["notes"] = tuple(reader.notes)
    return table


def found_columns(sheet: Sheet) -> dict[str, str | None]:
    """For each key of `ALIASES` the column that holds it, in small letters, or None; `BadInput` if
    one is missing, given twice or misspelt.
    """
    header, file, at = sheet.header, sheet.file, sheet.header_row
    lowered = [cell.lower() for cell in header]
    for position, column in enumerate(lowered):
        if column and column in lowered[:position]:
            raise BadInput(
                f"{file}: row {at} has column {brief(header[position])} twice (positions "
                f"{lowered.index(column) + 1} and {position + 1})"
            )
    found = {
        key: next((alias for alias in aliases if alias in lowered), None)
        for key, aliases in ALIASES.items()
    }
    for key in ("name", "population"):
        if found[key] is None:
            shown = ", ".join(brief(cell).strip("'") for cell in header[:8])
            raise BadInput(
                f"{file}: column '{key}' is missing; one row must hold the names of the columns, "
                f"but row {at} holds: {shown}.{renaming(key, header)}"
            )
    known = [alias for aliases in ALIASES.values() for alias in aliases]
    for column in lowered:
        for alias in (
            [] if column in known else difflib.get_close_matches(column, known, 1, LIKENESS)
        ):
            key = next(key for key, aliases in ALIASES.items() if alias in aliases)
            if found[key] is None:
                raise BadInput(
                    f"{file}: column {brief(column)} would not be read. Did you mean '{alias}'? "
                    f"Rename it to '{key}' to use it; "
                    "if it is something else, give it another name"
                )
    return found


def renaming(key: str, header: list[str]) -> str:
    """Which of the user's columns seems to be meant, and the name that it should have."""
    likely = {
        "name": ("area", "authority", "council", "district", "la name", "local authority", "place"),
        "population": ("residents", "people", "inhabitants", "pop", "persons", "all people"),
    }[key]
    for cell in header:
        if difflib.get_close_matches(cell.casefold(), (key, *likely), 1, 0.75):
            return f" Rename your column {brief(cell)} to '{key}'."
    return nearest(key, header)


NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+", re.ASCII)
DECIMAL_COMMA = re.compile(r"[+-]?\d+,(\d{1,2}|\d{4,})", re.ASCII)
NUMERIC = ("deprivation", "cut_exposure", "spending_change", "longitude", "latitude")
POINTED = re.compile(r"\d{1,3}(\.\d{3})+", re.ASCII)


@dataclass(frozen=True)
class Reader:
    """Checks a file's cells column by column; messages count rows as a spreadsheet does, with the
    header as row 1.
    """

    file: str
    rows: list[int]
    cells: dict[str, list[str]]
    found: dict[str, str | None]
    comma_is_free: bool = False
    notes: list[str] = field(default_factory=list)

    def fail(self, row: int, key: str, value: Any, allowed: str) -> NoReturn:
        raise BadInput(
            f"{self.file}: row {self.rows[row]}, column '{self.found[key] or key}': {brief(value)} "
            f"is not allowed; allowed: {allowed}"
        )

    def texts(self, key: str) -> list[str]:
        column = self.found[key]
        return self.cells[column] if column else [""] * len(self.rows)

    def say(self, key: str, what: str) -> None:
        """Note once how a column was read."""
        note = f"column '{self.found[key]}': {what}"
        if note not in self.notes:
            self.notes.append(note)

    def has_decimal_comma(self, key: str) -> bool:
        """Whether commas in a column can only be decimal: cells are not separated by commas, no
        point stands in the column, and some comma is not followed by exactly three digits.
        """
        texts = [text for text in self.texts(key) if text]
        return (
            self.comma_is_free
            and not any("." in text for text in texts)
            and any(DECIMAL_COMMA.fullmatch(text.rstrip(" %")) for text in texts)
            and not any(THOUSANDS.fullmatch(text) for text in texts)
        )

    def plain(self, row: int, key: str, text: str, allowed: str) -> str:
        """A number as Python writes it, from the ways in which spreadsheets do."""
        number = text.replace("\u2212", "-").replace(" ", "")
        if number.startswith("\u00a3"):
            number = number[1:]
            self.say(key, "pound signs were left out")
        if number.endswith("%") and key != "population":
            number = number[:-1]
            share = key in ("cut_exposure", "spending_change")
            self.say(key, "percentages were read as shares" if share else "% was left out")
        else:
            share = False
        if key == "population" and THOUSANDS.fullmatch(number):
            number = number.replace(",", "")
        elif key == "population" and POINTED.fullmatch(number):
            if not any(self.has_decimal_comma(other) for other in NUMERIC):
                self.fail(
                    row,
                    key,
                    text,
                    f"{allowed}; points between thousands could be taken for decimals",
                )
            number = number.replace(".", "")
            self.say(key, "points were read as thousands, as commas are decimal in this file")
        elif key != "population" and "," in number:
            if not self.has_decimal_comma(key):
                self.fail(row, key, text, f"{allowed}, with a decimal point")
            number = number.replace(",", ".")
            self.say(key, "commas were read as decimal points")
        if share and NUMBER.fullmatch(number):
            number = repr(float(number) / 100.0)
        return number

    def numbers(
        self, key: str, low: float, high: float, allowed: str, blank: float | None = math.nan
    ) -> np.ndarray:
        values = []
        for row, text in enumerate(self.texts(key)):
            if text == "" and blank is not None:
                values.append(blank)
                continue
            plain = self.plain(row, key, text, allowed)
            if not NUMBER.fullmatch(plain) or not low <= float(plain) <= high:
                self.fail(row, key, text, allowed)
            values.append(float(plain))
        return np.array(values, float)

    def refuse_a_sum(self, names: list[str], population: np.ndarray) -> None:
        """Refuse a row that holds the sum of all others: it would count every resident twice."""
        if len(population) < 3:
            return
        for row in np.flatnonzero(population == population.sum() - population):
            self.fail(
                int(row),
                "population",
                f"{int(population[row]):,}",
                f"a place's own residents, but this is the sum of all other rows; if {names[row]} "
                "is a row of totals, delete it",
            )

    def refuse_one_name_for_two(self, names: list[str]) -> None:
        """Refuse names that differ in capitals, spaces or the coding of accents only, unless ids
        tell the places apart.
        """
        if self.found["place_id"] and len(set(map(folded, self.texts("place_id")))) == len(names):
            return
        first: dict[str, int] = {}
        for row, name in enumerate(names):
            before = first.setdefault(folded(name), row)
            if before != row and names[before] != name:
                self.fail(
                    row,
                    "name",
                    name,
                    f"a name used once (row {self.rows[before]} has {brief(names[before])}, which "
                    "differs in capitals, spaces or the coding of accents only)",
                )

    def table(self) -> pd.DataFrame:
        """The clean table."""
        names = self.texts("name")
        for row, name in enumerate(names):
            if not name or not name.isprintable():
                self.fail(row, "name", name, "a name")
            if folded(name) in TOTALS:
                self.fail(row, "name", name, "the name of a place; delete rows of totals")
        population = self.numbers(
            "population",
            1,
            MOST_RESIDENTS,
            f"a whole number of residents from 1 to {MOST_RESIDENTS}",
            None,
        )
        for row, value in enumerate(population):
            if value != int(value):
                self.fail(row, "population", value, "a whole number of residents")
        self.refuse_a_sum(names, population)
        self.refuse_one_name_for_two(names)
        ids = [text or name for text, name in zip(self.texts("place_id"), names)]
        first: dict[str, int] = {}
        for row, place in enumerate(ids):
            if first.setdefault(place, row) != row:
                self.fail(
                    row,
                    "place_id" if self.found["place_id"] else "name",
                    place,
                    f"an id used once (row {self.rows[first[place]]} has it too)",
                )
        table = pd.DataFrame(
            {
                "place_id": ids,
                "name": names,
                "region": self.texts("region"),
                "class": self.texts("class"),
                "population": population.astype(np.int64),
                "city_region": self.texts("city_region"),
                "neighbours": self.texts("neighbours"),
            }
        )
        table["deprivation"] = self.numbers(
            "deprivation", 0, 200, "a score from 0 to 200, or empty"
        )
        table["longitude"] = self.numbers(
            "longitude", -180, 180, "degrees from -180 to 180, or empty"
        )
        table["latitude"] = self.numbers("latitude", -90, 90, "degrees from -90 to 90, or empty")
        for row, text in enumerate(table["neighbours"]):
            for other in split_ids(text):
                if other not in first or other == ids[row]:
                    self.fail(
                        row,
                        "neighbours",
                        other,
                        "ids of other places in this file, separated by spaces or semicolons",
                    )
        if self.found["cut_exposure"]:
            table["given"] = self.numbers(
                "cut_exposure",
                0.01,
                10,
                "a ratio to the mean cut from 0.01 to 10, or empty for 1",
                1.0,
            )
        elif self.found["spending_change"]:
            table["spending_cut"] = -self.numbers(
                "spending_change",
                -1,
                1,
                "a change from -1 to 1, such as -0.17 for a cut of 17%",
                None,
            )
        return table.sort_values("place_id", ignore_index=True)


def shrunken_exposure(table: pd.DataFrame) -> np.ndarray:
    """England's cuts in spending, each half way to the fit on deprivation and class."""
    cut = table["spending_cut"].to_numpy(float)
    traits = pd.get_dummies(table["class"], dtype=float).assign(deprivation=table["deprivation"])
    fit = traits.to_numpy() @ np.linalg.lstsq(traits.to_numpy(), cut, rcond=None)[0]
    return np.maximum(LEAST_CUT, SHRINKAGE * cut + (1.0 - SHRINKAGE) * fit)


@functools.cache
def england_relation() -> tuple[float, float]:
    """Slope and intercept of exposure on deprivation over the places of England (least squares)."""
    england = Places.england()
    slope, intercept = np.polyfit(england.deprivation, england.cut_exposure, 1)
    return float(slope), float(intercept)


@functools.cache
def england_cut() -> float:
    """The cut in spending that an exposure of 1 stands for: England's mean, as a share."""
    table = read_table(data_file("england_places.csv"))
    return float(np.average(shrunken_exposure(table), weights=table["population"]))


def from_deprivation(deprivation: np.ndarray) -> np.ndarray:
    """Exposure by England's relation; 1, England's mean, where deprivation is unknown."""
    slope, intercept = england_relation()
    return np.where(
        np.isfinite(deprivation),
        np.maximum(LEAST_EXPOSURE, intercept + slope * deprivation),
        1.0,
    )


def with_exposure(table: pd.DataFrame, england: Places) -> pd.DataFrame:
    """A user's places with their exposure to cuts relative to England's mean.

    It is what the file gives; else the change of spending, half way to what England's relation to
    deprivation expects; else, for a place of England known by name, its own exposure, moved along
    that relation where the file knows another deprivation; else by the relation alone.
    """
    deprivation = table["deprivation"].to_numpy(float)
    expected = from_deprivation(deprivation)
    if "given" in table:
        exposure = table["given"].to_numpy(float)
    elif "spending_cut" in table:
        cut = table["spending_cut"].to_numpy(float) / england_cut()
        exposure = np.where(
            np.isfinite(deprivation), SHRINKAGE * cut + (1.0 - SHRINKAGE) * expected, cut
        )
        exposure = np.maximum(LEAST_EXPOSURE, exposure)
    else:
        exposure = expected
        for row, found in enumerate(same_places(table, england)):
            if found is not None:
                moved = deprivation[row] - england.deprivation[found]
                slope = england_relation()[0] if np.isfinite(moved) else 0.0
                own = england.cut_exposure[found] + slope * np.nan_to_num(moved)
                exposure[row] = max(LEAST_EXPOSURE, own)
    return table.assign(cut_exposure=exposure)


def folded(name: str) -> str:
    """A name as it is compared: without case, accents composed, one space between words."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def same_places(table: pd.DataFrame, england: Places) -> list[int | None]:
    """For each row the position of the place of England that it is, by its id or its name."""
    by_id = {place: n for n, place in enumerate(england.ids)}
    by_name = {folded(name): n for n, name in enumerate(england.names)}
    return [
        by_id.get(place, by_name.get(folded(name)))
        for place, name in zip(table["place_id"], table["name"])
    ]
