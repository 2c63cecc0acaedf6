"""Places by name on maps: the difference in quality from the first scenario, a map for each
scenario.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..analysis.comparison import place_differences
from .blocks import Block, Layer, PlaceMap
from .places import change, verdicts

if TYPE_CHECKING:
    from matplotlib.path import Path as Outline

    from ..analysis.comparison import Comparison

WIDTH = 400.0
"""Units across the sheet; outlines are rounded to whole tenths of them."""


def place_map(comparison: Comparison) -> tuple[Block, ...]:
    """A map for every scenario after the first; nothing where one stands alone."""
    from .figures.between_places import LIMIT, outlines, squares

    if len(comparison.arms) < 2:
        return ()
    places = comparison.places
    patches = outlines(places) or squares(places)
    shapes, height = on_a_sheet([patch.get_path() for patch in patches])
    layers = []
    for arm in comparison.arms[1:]:
        table = place_differences(comparison, arm.name)
        words = verdicts(table) if len(comparison.seeds) > 1 else [""] * len(table)
        said = tuple(
            f"{change(value)} {word}".rstrip() for value, word in zip(table["difference"], words)
        )
        values = tuple(round(float(value), 6) for value in table["difference"])
        layers.append(Layer(arm.title, values, said, LIMIT))
    title = f"Quality of services at the end, compared with {comparison.arms[0].title}"
    names = tuple(places.names)
    return (PlaceMap(title, names, tuple(shapes), WIDTH, height, tuple(layers)),)


def on_a_sheet(paths: list[Outline]) -> tuple[list[str], float]:
    """Outlines in degrees as SVG paths on a sheet of one width, and its height."""
    corners = np.concatenate([path.get_extents().get_points() for path in paths])
    (west, south), (east, north) = corners.min(axis=0), corners.max(axis=0)
    tall = 1.0 / np.cos(np.radians((south + north) / 2.0))
    scale = (WIDTH - 8.0) / max(east - west, 1e-9)

    def drawn(path: Outline) -> str:
        rings = path.to_polygons(closed_only=False)
        return "".join(ring_path(np.asarray(ring), west, north, scale, tall) for ring in rings)

    return [drawn(path) for path in paths], round((north - south) * scale * tall + 8.0, 1)


def ring_path(ring: np.ndarray, west: float, north: float, scale: float, tall: float) -> str:
    """One closed ring."""
    x = np.round(4.0 + (ring[:, 0] - west) * scale, 1)
    y = np.round(4.0 + (north - ring[:, 1]) * scale * tall, 1)
    return "M" + "L".join(f"{east:g},{south:g}" for east, south in zip(x, y)) + "Z"
