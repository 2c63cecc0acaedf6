"""Figures of a comparison, in one visual language: Okabe-Ito colours, direct labels, intervals always shown."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PatchCollection
from matplotlib.colors import TwoSlopeNorm
from matplotlib.figure import Figure
from matplotlib.patches import Patch, PathPatch
from matplotlib.path import Path as Outline

from .experiments.files import whole_file
from .outcomes import OUTCOMES
from .places import Places, data_file

if TYPE_CHECKING:
    from .experiments.compare import Comparison

COLOURS = ("#D55E00", "#0072B2", "#009E73", "#8A8A8A", "#CC79A7", "#E69F00", "#56B4E9")
"""Okabe & Ito (2008), for scenarios in order."""
ORIGIN_COLOURS = {"mandated": "#D55E00", "borrowed_near": "#56B4E9", "borrowed_far": "#0072B2", "own_inquiry": "#009E73", "alternative": "#E69F00"}
STYLE: dict[Any, Any] = {"font.size": 9.5, "axes.spines.top": False, "axes.spines.right": False, "axes.titleweight": "bold", "axes.titlesize": 10.5,
         "axes.titlelocation": "left", "axes.grid": True, "grid.color": "#E6E6E6", "grid.linewidth": 0.7, "axes.axisbelow": True, "legend.frameon": False,
         "figure.facecolor": "white", "svg.hashsalt": "localism_sim"}
FIRST_YEAR = 2010 + 4 / 12
"""Month 0 is May 2010."""
SHOWN = ("spread", "quality", "trust", "engagement", "wellbeing", "postcode_gap")


def sheet(width: float, height: float, **options) -> Figure:
    """An empty figure in the house style, free of any global state."""
    figure = Figure(figsize=(width, height), layout="constrained", **options)
    FigureCanvasAgg(figure)
    return figure


def save(figure: Figure, path: Path) -> Path:
    """PNG (200 dpi) and SVG, each whole."""
    for suffix in (".png", ".svg"):
        with whole_file(path.with_suffix(suffix)) as temporary:
            figure.savefig(temporary, dpi=200, metadata={"Date": None} if suffix == ".svg" else None)
    return path.with_suffix(".png")


def colours(comparison: Comparison) -> dict[str, str]:
    """A colour for each arm; the world without cuts is grey."""
    found, spare = {}, [c for c in COLOURS if c != "#8A8A8A"]
    for arm in comparison.arms:
        found[arm.name] = "#8A8A8A" if arm.name == "status_quo_2010" else spare.pop(0)
    return found


def years(months: np.ndarray) -> np.ndarray:
    """Calendar time of months counted from May 2010."""
    return FIRST_YEAR + np.asarray(months) / 12.0


def draw_bands(axes, comparison: Comparison, outcome: str) -> None:
    """Mean and 90% range over seeds of one outcome, a line a scenario."""
    for name, colour in colours(comparison).items():
        wide = comparison.history[comparison.history["scenario"] == name].pivot(index="month", columns="seed", values=outcome)
        time = years(wide.index)
        axes.fill_between(time, wide.quantile(0.05, axis=1), wide.quantile(0.95, axis=1), color=colour, alpha=0.15, linewidth=0)
        axes.plot(time, wide.mean(axis=1), color=colour, linewidth=1.8, label=comparison.titles[name])
    axes.set_title(OUTCOMES[outcome].label)
    axes.set_ylabel(OUTCOMES[outcome].unit)
    axes.margins(x=0.01)
    axes.set_ylim(bottom=0)
    axes.locator_params(axis="x", integer=True, nbins=6)


def trajectories(comparison: Comparison) -> Figure:
    """How the main outcomes develop."""
    figure = sheet(11, 6.6)
    panels = figure.subplots(2, 3)
    for axes, outcome in zip(panels.flat, SHOWN):
        draw_bands(axes, comparison, outcome)
    handles, labels = panels.flat[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=min(4, len(labels)))
    figure.suptitle(f"Ten years of delivery: mean and 90% range over {len(comparison.seeds)} paired runs" if comparison.months == 120 else
                    f"{comparison.months} months of delivery: mean and 90% range over {len(comparison.seeds)} paired runs", fontweight="bold")
    return figure


def origins(comparison: Comparison) -> Figure:
    """Where the practice in use came from, over time."""
    figure = sheet(3.0 * len(comparison.arms) + 1.2, 4.0)
    panels = np.atleast_1d(figure.subplots(1, len(comparison.arms), sharey=True))
    for axes, arm in zip(panels, comparison.arms):
        mean = comparison.history[comparison.history["scenario"] == arm.name].groupby("month")[list(ORIGIN_COLOURS)].mean()
        axes.stackplot(years(mean.index), mean.T.to_numpy(), colors=list(ORIGIN_COLOURS.values()), labels=[OUTCOMES[o].label for o in ORIGIN_COLOURS], lw=0)
        axes.set_title(wrapped(arm.title, 26))
        axes.set_ylim(0, 1)
        axes.margins(x=0)
        axes.locator_params(axis="x", integer=True, nbins=5)
    panels[0].set_ylabel("share of staff")
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend([*handles, Patch(facecolor="white", edgecolor="#999999")], [*labels, "Legacy practice"], loc="outside lower center", ncols=6)
    figure.suptitle("Where practice in use came from (mean over runs)", fontweight="bold")
    return figure


def wrapped(text: str, width: int) -> str:
    """Text on several lines."""
    import textwrap

    return "\n".join(textwrap.wrap(text, width))


def distribution(comparison: Comparison) -> Figure:
    """Quality of each place at the end, a strip a scenario, with the 10th to 90th percentile marked: the postcode gap."""
    figure = sheet(9, 1.1 + 0.95 * len(comparison.arms))
    axes = figure.subplots()
    for row, arm in enumerate(comparison.arms):
        mean = comparison.by_place[comparison.by_place["scenario"] == arm.name].groupby("place_id")["quality"].mean()
        colour = colours(comparison)[arm.name]
        jitter = (np.arange(len(mean)) * 0.618034 % 1.0 - 0.5) * 0.5
        axes.scatter(mean, row + jitter, s=11, color=colour, alpha=0.45, linewidth=0)
        low, middle, high = mean.quantile([0.1, 0.5, 0.9])
        axes.plot([low, high], [row, row], color=colour, linewidth=3, solid_capstyle="butt")
        axes.plot([middle], [row], marker="D", color="white", markeredgecolor=colour, markersize=7, markeredgewidth=1.8)
        axes.annotate(f"gap {high - low:.2f}", (high, row), xytext=(6, 7), textcoords="offset points", color=colour, fontweight="bold")
    axes.set_yticks(range(len(comparison.arms)), [wrapped(arm.title, 24) for arm in comparison.arms])
    axes.invert_yaxis()
    axes.set_xlabel("mean quality of services in each place at the end (0-1)")
    axes.set_title(f"{comparison.places.count} places: line from the 10th to the 90th percentile, diamond at the median")
    return figure


def place_differences(comparison: Comparison, other: str) -> pd.DataFrame:
    """Quality of each place under `other` less under the reference: mean over seeds and whether its 95% interval leaves out zero."""
    table = comparison.by_place.pivot(index="place_id", columns=["scenario", "seed"], values="quality")
    difference = table[other] - table[comparison.arms[0].name]
    error = difference.std(axis=1, ddof=1) / np.sqrt(difference.shape[1]) if difference.shape[1] > 1 else difference.iloc[:, 0] * np.inf
    return pd.DataFrame({"difference": difference.mean(axis=1), "clear": difference.mean(axis=1).abs() > 2.0 * error})


def outlines(places: Places) -> dict[str, PathPatch]:
    """Shapes of England's places, or nothing where a place has no outline."""
    shapes = {}
    for feature in json.loads(data_file("england_places.geojson").read_text())["features"]:
        geometry = feature["geometry"]
        polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
        rings = [np.array(ring) for polygon in polygons for ring in polygon]
        shapes[feature["properties"]["place_id"]] = PathPatch(Outline.make_compound_path(*(Outline(ring, closed=True) for ring in rings)))
    return shapes if all(place in shapes for place in places.ids) else {}


def draw_map(axes, comparison: Comparison, other: str, limit: float):
    """One map of differences; places without a clear difference are hatched."""
    table = place_differences(comparison, other).reindex(list(comparison.places.ids))
    norm = TwoSlopeNorm(0.0, -limit, limit)
    shapes = outlines(comparison.places)
    if shapes:
        drawn = PatchCollection([shapes[place] for place in comparison.places.ids], cmap="PuOr", norm=norm, edgecolor="#666666", linewidth=0.25)
        drawn.set_array(table["difference"].to_numpy())
        axes.add_collection(drawn)
        unclear = [shapes[place] for place, clear in zip(comparison.places.ids, table["clear"]) if not clear]
        axes.add_collection(PatchCollection(unclear, facecolor="none", edgecolor="#444444", hatch="////", linewidth=0.0))
        axes.set_xlim(-6.0, 1.9)
        axes.set_ylim(49.9, 55.85)
        axes.set_aspect(1.0 / np.cos(np.radians(52.8)))
    else:
        x, y = comparison.places.longitude, comparison.places.latitude
        if np.isnan(x).any() or np.isnan(y).any():
            x, y = np.arange(comparison.places.count) % 12, -(np.arange(comparison.places.count) // 12)
        edge = np.where(table["clear"], "black", "#BBBBBB")
        drawn = axes.scatter(x, y, c=table["difference"], cmap="PuOr", norm=norm, s=170, marker="s", edgecolors=edge)
    axes.set_axis_off()
    return drawn


def maps(comparison: Comparison) -> Figure:
    """Where services get better or worse than under the reference."""
    reference, others = comparison.arms[0], comparison.arms[1:]
    figure = sheet(4.0 * len(others) + 0.8, 5.6)
    panels = np.atleast_1d(figure.subplots(1, len(others)))
    limit = max(0.02, max(place_differences(comparison, arm.name)["difference"].abs().max() for arm in others))
    for axes, arm in zip(panels, others):
        drawn = draw_map(axes, comparison, arm.name, limit)
        axes.set_title(wrapped(arm.title, 34))
    bar = figure.colorbar(drawn, ax=list(panels), shrink=0.6, pad=0.02)
    bar.set_label("difference in quality (0-1)\norange: worse, purple: better")
    figure.suptitle(f"Quality of services at the end, compared with: {reference.title}. Hatched: no clear difference", fontweight="bold")
    return figure


def effects(comparison: Comparison) -> Figure:
    """Paired differences from the reference with 95% intervals, in standard deviations between runs of the reference."""
    table = comparison.contrasts
    names = [n for n in OUTCOMES if OUTCOMES[n].better and n in set(table["outcome"])]
    figure = sheet(9.5, 1.6 + 0.36 * len(names))
    axes = figure.subplots()
    others = [arm.name for arm in comparison.arms[1:]]
    for k, other in enumerate(others):
        rows = table[table["scenario"] == other].set_index("outcome").loc[names]
        spread = np.where(rows["effect"] != 0, rows["difference"] / rows["effect"].where(rows["effect"] != 0, 1.0), 1.0)
        sign = np.array([OUTCOMES[n].better for n in names])
        middle = sign * rows["effect"].to_numpy()
        ends = np.sort(np.stack([sign * rows["low"] / spread, sign * rows["high"] / spread]), axis=0)
        y = np.arange(len(names)) + (k - (len(others) - 1) / 2) * 0.22
        colour = colours(comparison)[other]
        axes.hlines(y, ends[0], ends[1], color=colour, linewidth=2)
        axes.plot(middle, y, "o", color=colour, markersize=5, label=comparison.titles[other])
    axes.axvline(0, color="black", linewidth=1)
    axes.set_xscale("symlog", linthresh=1)
    axes.set_xticks([-100, -10, -1, 0, 1, 10, 100], ["-100", "-10", "-1", "0", "1", "10", "100"])
    axes.set_xlim(min(-1.5, axes.get_xlim()[0]), max(1.5, axes.get_xlim()[1]))
    axes.set_yticks(range(len(names)), [OUTCOMES[n].label for n in names])
    axes.invert_yaxis()
    axes.set_xlabel(f"<- worse for citizens      standard deviations from: {comparison.arms[0].title}      better for citizens ->")
    axes.set_title("Effects at the end of the run, with 95% intervals (scale is logarithmic beyond 1)")
    handles, labels = axes.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3)
    return figure


def gallery(comparison: Comparison) -> Figure:
    """One image for the front page: spread, quality, trust over time, and the map of the last contrast but the reference world."""
    figure = sheet(11.5, 4.6)
    axes = figure.subplot_mosaic([["spread", "quality", "map"], ["trust", "postcode_gap", "map"]], width_ratios=[1, 1, 1.15])
    for outcome in ("spread", "quality", "trust", "postcode_gap"):
        draw_bands(axes[outcome], comparison, outcome)
    arm = comparison.arms[min(2, len(comparison.arms) - 1)]
    limit = max(0.02, float(place_differences(comparison, arm.name)["difference"].abs().max()))
    drawn = draw_map(axes["map"], comparison, arm.name, limit)
    axes["map"].set_title(wrapped(f"Quality: {arm.title} less {comparison.arms[0].title.lower()}", 36))
    figure.colorbar(drawn, ax=axes["map"], shrink=0.6).set_label("purple: better, orange: worse")
    handles, labels = axes["spread"].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=4)
    return figure


FIGURES = {"trajectories": trajectories, "origins": origins, "distribution": distribution, "map": maps, "effects": effects, "gallery": gallery}


def draw_all(comparison: Comparison, folder: Path) -> list[Path]:
    """All figures that the comparison allows (contrasts need two seeds and two arms); the PNG paths."""
    contrasted = len(comparison.arms) > 1 and len(comparison.seeds) > 1
    paths = []
    with rc_context(STYLE):
        for name, draw in FIGURES.items():
            if contrasted or name not in ("map", "effects", "gallery"):
                paths.append(save(draw(comparison), folder / name))
    return paths
