"""How much places are exposed to cuts, relative to England's mean of 1."""

from __future__ import annotations

import functools

import numpy as np
import pandas as pd

from .place_cells import folded
from .places_file import data_file, read_table

SHRINKAGE = 0.5
"""Weight of a place's own spending figure against the fit on deprivation and class: single extremes
partly reflect accounting changes.
"""
LEAST_CUT = 0.02
"""No place of England is taken to lose less than this share of its spending."""
LEAST_EXPOSURE = 0.1
"""No place bears less than this share of the mean cut where its exposure has to be estimated."""


def shrunken_exposure(table: pd.DataFrame) -> np.ndarray:
    """England's cuts in spending, each half way to the fit on deprivation and class."""
    cut = table["spending_cut"].to_numpy(float)
    traits = pd.get_dummies(table["class"], dtype=float).assign(deprivation=table["deprivation"])
    fit = traits.to_numpy() @ np.linalg.lstsq(traits.to_numpy(), cut, rcond=None)[0]
    return np.maximum(LEAST_CUT, SHRINKAGE * cut + (1.0 - SHRINKAGE) * fit)


@functools.cache
def england_table() -> pd.DataFrame:
    """England's places with their exposure to cuts, relative to the mean over residents."""
    table = read_table(data_file("england_places.csv"))
    exposure = shrunken_exposure(table)
    exposure /= np.average(exposure, weights=table["population"])
    return table.assign(cut_exposure=exposure)


@functools.cache
def england_relation() -> tuple[float, float]:
    """Slope and intercept of exposure on deprivation over the places of England (least squares)."""
    england = england_table()
    slope, intercept = np.polyfit(england["deprivation"], england["cut_exposure"], 1)
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


def with_exposure(table: pd.DataFrame) -> pd.DataFrame:
    """A user's places with their exposure to cuts relative to England's mean.

    It is what the file gives; else the change of spending, half way to what England's relation to
    deprivation expects; else, for a place of England known by name, its own exposure, moved along
    that relation where the file knows another deprivation; else by the relation alone.
    """
    if "given" in table:
        exposure = table["given"].to_numpy(float)
    elif "spending_cut" in table:
        exposure = from_spending(table)
    else:
        exposure = from_england(table)
    return table.assign(cut_exposure=exposure)


def from_spending(table: pd.DataFrame) -> np.ndarray:
    """Exposure by a file's cuts in spending."""
    deprivation = table["deprivation"].to_numpy(float)
    cut = table["spending_cut"].to_numpy(float) / england_cut()
    drawn = SHRINKAGE * cut + (1.0 - SHRINKAGE) * from_deprivation(deprivation)
    return np.maximum(LEAST_EXPOSURE, np.where(np.isfinite(deprivation), drawn, cut))


def from_england(table: pd.DataFrame) -> np.ndarray:
    """Exposure of places whose file says nothing of cuts."""
    deprivation = table["deprivation"].to_numpy(float)
    exposure, england = from_deprivation(deprivation), england_table()
    known, own = england["deprivation"].to_numpy(float), england["cut_exposure"].to_numpy(float)
    for row, same in enumerate(same_places(table, england)):
        if same is not None:
            moved = deprivation[row] - known[same]
            slope = england_relation()[0] if np.isfinite(moved) else 0.0
            exposure[row] = max(LEAST_EXPOSURE, own[same] + slope * np.nan_to_num(moved))
    return exposure


def same_places(table: pd.DataFrame, england: pd.DataFrame) -> list[int | None]:
    """For each row the position of the place of England that it is, by its id or its name."""
    by_id = {place: n for n, place in enumerate(england["place_id"])}
    by_name = {folded(name): n for n, name in enumerate(england["name"])}
    return [
        by_id.get(place, by_name.get(folded(name)))
        for place, name in zip(table["place_id"], table["name"])
    ]
