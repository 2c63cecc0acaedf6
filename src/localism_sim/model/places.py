"""Where the model is set: places with their people, exposure to cuts and city regions."""

from __future__ import annotations

import functools
import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd

from ..foundation.errors import BadInput, brief, nearest
from ..foundation.table_messages import refusal
from .exposure import england_table, with_exposure
from .place_cells import split_ids
from .places_file import read_table

DEFAULT_SCALE = 20_000
LEAST_CITIZENS = 10
MOST_SYNTHETIC = 50_000
"""Up to here no two synthetic ids share a key (the first pair is at 51,705)."""


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
        if not is_whole(self.scale) or self.scale < 1:
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
                raise refusal("shared_key", place=place, other=first[key])
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
        return cls._from_table(england_table(), scale)

    @classmethod
    def synthetic(cls, count: int = 36, seed: int = 0, scale: int = DEFAULT_SCALE) -> Places:
        """Made-up places like England's: lognormal populations, deprivation tied to exposure (r
        about 0.6), nine places a region, some in a city region.

        A place's figures depend on the seed and its number alone, so more places leave the first
        ones as they were (but for exposure, whose mean is 1).
        """
        if not is_whole(count) or not 1 <= count <= MOST_SYNTHETIC:
            raise BadInput(
                f"places.count = {brief(count)} is not allowed; allowed: a whole number from 1 to "
                f"{MOST_SYNTHETIC} (zero places cannot be run)"
            )
        if not is_whole(seed) or seed < 0:
            raise BadInput(
                f"places.seed = {brief(seed)} is not allowed; allowed: a whole number, 0 or more"
            )
        return cls._from_table(made_up(count, seed), scale)

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
        places = cls._from_table(with_exposure(table), scale)
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


def is_whole(value) -> bool:
    """Whether something is a whole number (True and False are none)."""
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)


def made_up(count: int, seed: int) -> pd.DataFrame:
    """The table of synthetic places."""
    draws = np.array([np.random.default_rng([seed, n]).normal(size=3) for n in range(count)])
    population = np.rint(np.exp(12.5 + 0.6 * draws[:, 0])).astype(np.int64)
    exposure = np.clip(1.0 + 0.2 * draws[:, 1] + 0.27 * draws[:, 2], 0.1, None)
    number = np.arange(count)
    return pd.DataFrame(
        {
            "place_id": [f"S{n + 1:05d}" for n in number],
            "name": [f"Place {n + 1}" for n in number],
            "region": [f"Region {n // 9 + 1}" for n in number],
            "class": "synthetic",
            "population": population,
            "deprivation": np.clip(21.0 + 8.0 * draws[:, 1], 3.0, None),
            "cut_exposure": exposure / np.average(exposure, weights=population),
            "city_region": [f"City region {n // 9 + 1}" if n % 9 < 3 else "" for n in number],
            "longitude": (number % 12) * 0.5,
            "latitude": 50.0 + (number // 12) * 0.4,
            "neighbours": "",
        }
    )
