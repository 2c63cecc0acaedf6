"""Where the model is set: places with their people, exposure to cuts and city regions."""

from __future__ import annotations

import functools
import hashlib
import math
from dataclasses import dataclass, field, replace
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from .parameters import BadInput, nearest

DEFAULT_SCALE = 20_000
LEAST_CITIZENS = 10
MOST_RESIDENTS = 2_000_000_000
SHRINKAGE = 0.5
"""Weight of a place's own spending figure against the fit on deprivation and class: single extremes partly reflect accounting changes."""

ALIASES = {
    "name": ("name",), "population": ("population", "population_2011"), "place_id": ("place_id",), "region": ("region",), "class": ("class",),
    "deprivation": ("deprivation", "imd_2010"), "cut_exposure": ("cut_exposure",), "city_region": ("city_region", "metropolitan_county"),
    "longitude": ("longitude",), "latitude": ("latitude",), "neighbours": ("neighbours",),
    "spending_change": ("real_change_per_head_2010_11_to_2017_18",),
}
"""What is read from a file, and the column names accepted for it. Only name and population are required."""


def data_file(name: str) -> Path:
    """A file of the data shipped with the package."""
    return Path(str(resources.files("localism_sim").joinpath("places_data", name)))


@dataclass(frozen=True, eq=False)
class Places:
    """A set of places, always in order of place id, so that the order of rows in a file never matters.

    ids, names, regions, classes: one text a place. population: residents. cut_exposure: cut relative to the population-weighted mean of 1.
    deprivation, longitude, latitude: NaN where unknown. city_region: position in city_region_names, or -1. scale: residents per simulated citizen.
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

    def __post_init__(self):
        if isinstance(self.scale, bool) or not isinstance(self.scale, (int, np.integer)) or self.scale < 1:
            raise BadInput(f"places.scale = {self.scale!r} is not allowed; allowed: a whole number of residents per citizen, 1 or more")
        if not self.ids:
            raise BadInput("places: zero places given; at least one is needed")
        for array in (self.population, self.cut_exposure, self.deprivation, self.longitude, self.latitude, self.city_region):
            array.setflags(write=False)

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def count(self) -> int:
        """How many places."""
        return len(self.ids)

    @functools.cached_property
    def citizens(self) -> np.ndarray:
        """Simulated citizens of each place: population / scale, at least ten (all residents at scale 1)."""
        return np.maximum(min(LEAST_CITIZENS, int(self.population.min())), np.rint(self.population / self.scale)).astype(np.int64)

    @functools.cached_property
    def keys(self) -> np.ndarray:
        """What draws are keyed by: 30 bits from a hash of each id, shifted by 32, so that an agent's key is the place's plus its own number."""
        found = [int.from_bytes(hashlib.blake2b(place.encode(), digest_size=8).digest(), "big") >> 34 for place in self.ids]
        if len(set(found)) != len(found):
            twice = next(place for n, place in enumerate(self.ids) if found[n] in found[:n])
            raise BadInput(f"place_id '{twice}' happens to share its key with another; rename it")
        return np.array(found, np.int64) << 32

    @functools.cached_property
    def fingerprint(self) -> str:
        """Hash of all that affects a run."""
        digest = hashlib.sha256("\n".join([*self.ids, str(self.scale), *self.city_region_names]).encode())
        for array in (self.population, self.cut_exposure, self.city_region):
            digest.update(np.ascontiguousarray(array).tobytes())
        return digest.hexdigest()[:16]

    def scaled(self, scale: int) -> Places:
        """The same places with another number of residents per citizen."""
        return replace(self, scale=scale)

    def table(self) -> pd.DataFrame:
        """A row a place."""
        regions = [self.city_region_names[r] if r >= 0 else "" for r in self.city_region]
        return pd.DataFrame({
            "place_id": self.ids, "name": self.names, "region": self.regions, "class": self.classes, "population": self.population,
            "deprivation": self.deprivation, "cut_exposure": self.cut_exposure, "city_region": regions, "longitude": self.longitude,
            "latitude": self.latitude, "citizens": self.citizens})

    @classmethod
    def england(cls, scale: int = DEFAULT_SCALE) -> Places:
        """The 148 upper-tier and single-tier council areas of England in 2010, with all 53,012,456 residents of the 2011 census.

        Exposure to cuts comes from the real change in service spending per head 2010-11 to 2017-18, drawn half way towards its fit on deprivation and class.
        """
        return cls.from_csv(data_file("england_places.csv"), scale)

    @classmethod
    def synthetic(cls, count: int = 36, seed: int = 0, scale: int = DEFAULT_SCALE) -> Places:
        """Made-up places like England's: lognormal populations, deprivation tied to exposure (r about 0.6), nine places a region, some in a city region.

        A place's figures depend on the seed and its number alone, so more places leave the first ones as they were.
        """
        if isinstance(count, bool) or not isinstance(count, (int, np.integer)) or not 1 <= count <= 100_000:
            raise BadInput(f"places.count = {count!r} is not allowed; allowed: a whole number from 1 to 100000 (zero places cannot be run)")
        draws = np.array([np.random.default_rng([seed, n]).normal(size=3) for n in range(count)])
        population = np.rint(np.exp(12.5 + 0.6 * draws[:, 0])).astype(np.int64)
        deprivation = np.clip(21.0 + 8.0 * draws[:, 1], 3.0, None)
        exposure = np.clip(1.0 + 0.2 * draws[:, 1] + 0.27 * draws[:, 2], 0.1, None)
        number = np.arange(count)
        table = pd.DataFrame({
            "place_id": [f"S{n + 1:05d}" for n in number], "name": [f"Place {n + 1}" for n in number], "region": [f"Region {n // 9 + 1}" for n in number],
            "class": "synthetic", "population": population, "deprivation": deprivation, "cut_exposure": exposure,
            "city_region": [f"City region {n // 9 + 1}" if n % 9 < 3 else "" for n in number],
            "longitude": (number % 12) * 0.5, "latitude": 50.0 + (number // 12) * 0.4, "neighbours": ""})
        return cls._from_table(table, scale)

    @classmethod
    def from_csv(cls, path: str | Path, scale: int = DEFAULT_SCALE) -> Places:
        """Bring your own area: a CSV with the columns name and population, and any of place_id, region, class, deprivation (or imd_2010), cut_exposure,
        city_region (or metropolitan_county), longitude, latitude, neighbours (ids, space-separated). Anything wrong raises `BadInput` with row and column.
        """
        return cls._from_table(read_table(Path(path)), scale)

    @classmethod
    def _from_table(cls, table: pd.DataFrame, scale: int) -> Places:
        table = table.sort_values("place_id", kind="stable").reset_index(drop=True)
        labels = tuple(sorted({text for text in table["city_region"] if text}))
        exposure = table["cut_exposure"].to_numpy(float)
        population = table["population"].to_numpy(np.int64)
        return cls(
            ids=tuple(table["place_id"]), names=tuple(table["name"]), regions=tuple(table["region"]), classes=tuple(table["class"]), population=population,
            cut_exposure=exposure / np.average(exposure, weights=population), deprivation=table["deprivation"].to_numpy(float),
            longitude=table["longitude"].to_numpy(float), latitude=table["latitude"].to_numpy(float),
            city_region=np.array([labels.index(text) if text else -1 for text in table["city_region"]], np.int32), city_region_names=labels,
            neighbours=tuple(tuple(text.split()) for text in table["neighbours"]), scale=scale)


def read_table(path: Path) -> pd.DataFrame:
    """A places file as a clean table with one column for each key of `ALIASES`, or `BadInput`."""
    try:
        raw = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig", skip_blank_lines=False)
    except FileNotFoundError:
        raise BadInput(f"places.path = {path}: there is no such file") from None
    except IsADirectoryError:
        raise BadInput(f"places.path = {path} is a folder; a CSV file is needed") from None
    except pd.errors.EmptyDataError:
        raise BadInput(f"{path.name}: the file is empty; a header with name and population is needed") from None
    except UnicodeDecodeError:
        raise BadInput(f"{path.name}: not UTF-8 text; save it as CSV in UTF-8") from None
    except (pd.errors.ParserError, OSError, ValueError) as error:
        raise BadInput(f"{path.name}: cannot be read as CSV: {error}") from None
    raw.columns = [str(column).strip() for column in raw.columns]
    found = {key: next((alias for alias in aliases if alias in raw.columns), None) for key, aliases in ALIASES.items()}
    for key in ("name", "population"):
        if found[key] is None:
            raise BadInput(f"{path.name}: column '{key}' is missing; found {', '.join(raw.columns[:8])}.{nearest(key, raw.columns)}")
    if raw.empty:
        raise BadInput(f"{path.name}: zero places: no row below the header")
    return Reader(path.name, raw, found).table()


@dataclass(frozen=True)
class Reader:
    """Checks a raw table column by column; messages count rows as a spreadsheet does, with the header as row 1."""

    file: str
    raw: pd.DataFrame
    found: dict[str, str | None]

    def fail(self, row: int, key: str, value: Any, allowed: str):
        raise BadInput(f"{self.file}: row {row + 2}, column '{self.found[key] or key}': {value!r} is not allowed; allowed: {allowed}")

    def texts(self, key: str) -> list[str]:
        column = self.found[key]
        return [str(text).strip() for text in self.raw[column]] if column else [""] * len(self.raw)

    def numbers(self, key: str, low: float, high: float, allowed: str, blank: float | None = math.nan) -> np.ndarray:
        values = []
        for row, text in enumerate(self.texts(key)):
            if text == "" and blank is not None:
                values.append(blank)
                continue
            try:
                value = float(text.replace(",", ""))
            except ValueError:
                self.fail(row, key, text, allowed)
            if not low <= value <= high:
                self.fail(row, key, text, allowed)
            values.append(value)
        return np.array(values, float)

    def table(self) -> pd.DataFrame:
        """The clean table."""
        names = self.texts("name")
        for row, name in enumerate(names):
            if not name:
                self.fail(row, "name", name, "a name")
        population = self.numbers("population", 1, MOST_RESIDENTS, f"a whole number of residents from 1 to {MOST_RESIDENTS}", None)
        for row, value in enumerate(population):
            if value != int(value):
                self.fail(row, "population", value, "a whole number of residents")
        ids = [text or name for text, name in zip(self.texts("place_id"), names)]
        for row, place in enumerate(ids):
            if place in ids[:row]:
                self.fail(row, "place_id" if self.found["place_id"] else "name", place, f"an id used once (row {ids.index(place) + 2} has it too)")
        table = pd.DataFrame({"place_id": ids, "name": names, "region": self.texts("region"), "class": self.texts("class"),
                              "population": population.astype(np.int64), "city_region": self.texts("city_region"), "neighbours": self.texts("neighbours")})
        table["deprivation"] = self.numbers("deprivation", 0, 200, "a score from 0 to 200, or empty")
        table["longitude"] = self.numbers("longitude", -180, 180, "degrees from -180 to 180, or empty")
        table["latitude"] = self.numbers("latitude", -90, 90, "degrees from -90 to 90, or empty")
        for row, text in enumerate(table["neighbours"]):
            for other in text.split():
                if other not in ids:
                    self.fail(row, "neighbours", other, "place ids of this file, separated by spaces")
        if self.found["cut_exposure"]:
            table["given"] = self.numbers("cut_exposure", 0.01, 10, "a ratio to the mean cut from 0.01 to 10, or empty for 1", 1.0)
        elif self.found["spending_change"]:
            table["spending_cut"] = -self.numbers("spending_change", -1, 1, "a change from -1 to 1", None)
        return with_exposure(table.sort_values("place_id", ignore_index=True))


def with_exposure(table: pd.DataFrame) -> pd.DataFrame:
    """Exposure as given; else from spending change shrunk towards its fit; else from deprivation (1 point per point of the mean); else equal."""
    deprivation = table["deprivation"].to_numpy(float)
    if "given" in table:
        exposure = table["given"].to_numpy(float)
    elif "spending_cut" in table and len(table) > 10 and np.isfinite(deprivation).all():
        cut = table["spending_cut"].to_numpy(float)
        known = pd.get_dummies(table["class"], dtype=float).assign(deprivation=deprivation).to_numpy()
        exposure = np.maximum(0.02, SHRINKAGE * cut + (1.0 - SHRINKAGE) * (known @ np.linalg.lstsq(known, cut, rcond=None)[0]))
    elif np.isfinite(deprivation).all() and deprivation.sum() > 0:
        exposure = np.maximum(0.2, 1.0 + 0.6 * (deprivation / deprivation.mean() - 1.0))
    else:
        exposure = np.ones(len(table))
    return table.assign(cut_exposure=exposure)


def places_from_config(kind: str = "england", scale: int = DEFAULT_SCALE, count: int = 36, path: str | None = None) -> Places:
    """The places that a configuration names: 'england', 'synthetic' (with count) or 'csv' (with path)."""
    if kind == "england":
        return Places.england(scale)
    if kind == "synthetic":
        return Places.synthetic(count, scale=scale)
    if kind == "csv":
        if not path:
            raise BadInput("places = csv needs places.path, the CSV file to read")
        return Places.from_csv(path, scale)
    raise BadInput(f"places = '{kind}' is not allowed; allowed: england, synthetic, csv.{nearest(str(kind), ['england', 'synthetic', 'csv'])}")
