"""Figures of a comparison, in one visual language: colour-blind-safe colours, direct labels,
uncertainty always shown.

Each figure is a function of a `Comparison` that returns a Matplotlib figure; `save` writes it,
`draw_all` writes all.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from ..contrasts import HEADLINES
from .between_places import colour_key, distribution, draw_map, maps
from .contrast import effects
from .over_time import draw_bands, origins, runs_in_words, trajectories
from .style import FAINT, colours, in_house_style, save, sheet, wrapped
from .two_by_two import two_by_two

if TYPE_CHECKING:
    from ...analysis.comparison import Comparison

__all__ = [
    "FIGURES",
    "distribution",
    "draw_all",
    "drawable",
    "effects",
    "gallery",
    "maps",
    "origins",
    "save",
    "trajectories",
    "two_by_two",
]


@in_house_style
def gallery(comparison: Comparison) -> Figure:
    """One image for the front page: the headline outcomes over time, and where quality differs."""
    figure = sheet(16.2, 6.2)
    left, right = np.asarray(figure.subfigures(1, 2, width_ratios=[3.1, 1]), object)
    panels = left.subplots(2, len(HEADLINES) // 2)
    for axes, outcome in zip(panels.flat, HEADLINES):
        draw_bands(axes, comparison, outcome)
    for axes in panels[0]:
        axes.set_xlabel("")
    handles, labels = panels[0, 0].get_legend_handles_labels()
    left.legend(
        handles,
        [wrapped(label, 26) for label in labels],
        loc="outside upper left",
        ncols=min(4, len(labels)),
        labelcolor="linecolor",
        handlelength=1.4,
        columnspacing=1.4,
    )
    left.supxlabel(
        wrapped(runs_in_words(comparison), 120), x=0.01, ha="left", fontsize=8.5, color=FAINT
    )
    arm = comparison.lead
    axes = right.subplots()
    draw_map(axes, comparison, arm.name)
    title = wrapped(f"Quality: {arm.title}, compared with {comparison.arms[0].title}", 38)
    axes.set_title(title, pad=32, color=colours(comparison)[arm.name])
    colour_key(right, axes, len(comparison.seeds) > 1, broad=False)
    return figure


FIGURES = {
    "two_by_two": two_by_two,
    "trajectories": trajectories,
    "origins": origins,
    "distribution": distribution,
    "map": maps,
    "effects": effects,
    "gallery": gallery,
}


def drawable(comparison: Comparison) -> list[str]:
    """Names of the figures that a comparison allows: a map needs two scenarios, effects need two
    seeds as well, and those of reforms and autonomy the four scenarios that cross them.
    """
    missing = set() if len(comparison.arms) > 1 else {"map", "gallery"}
    missing |= {"effects"} if comparison.contrasts.empty else set()
    missing |= {"two_by_two"} if comparison.effects.empty else set()
    return [name for name in FIGURES if name not in missing]


def draw_all(comparison: Comparison, folder: Path) -> list[Path]:
    """Write every figure that the comparison allows as PNG and SVG into `folder`; the PNG paths."""
    return [save(FIGURES[name](comparison), folder / name) for name in drawable(comparison)]
