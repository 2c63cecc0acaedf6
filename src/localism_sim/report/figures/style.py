"""The visual language of all figures: one palette, one type size, one time axis, one way of writing
a file.
"""

from __future__ import annotations

import contextlib
import functools
import io
import textwrap
import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib import rc_context, rcdefaults, rcParams
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from ...foundation.files import whole_file
from ..words import month_name
from .glyphs import use_fonts_that_have_all

if TYPE_CHECKING:
    from ...analysis.comparison import Comparison

COLOURS = ("#F46A25", "#12436D", "#28A197", "#801650", "#A285D1", "#3D3D3D")
"""Categories of the Government Analysis Function's palette (2021), which the common kinds of colour
blindness keep apart; for scenarios in order. The page in a browser has the first four too.
"""
OWN_COLOURS = {
    "centralist": COLOURS[0],
    "localist": COLOURS[1],
    "centralist_with_capability": COLOURS[3],
    "localist_with_capability": COLOURS[2],
    "status_quo_2010": "#7A7A7A",
}
"""Scenarios of the main job keep their colours. The world without cuts is no option on offer, so it
is grey.
"""
INK, FAINT = "#222222", "#6B6B6B"
STYLE: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 9.5,
    "text.color": INK,
    "axes.labelcolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.edgecolor": "#8C8C8C",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titleweight": "bold",
    "axes.titlesize": 10.5,
    "axes.titlelocation": "left",
    "axes.grid": True,
    "grid.color": "#E6E6E6",
    "grid.linewidth": 0.7,
    "axes.axisbelow": True,
    "legend.frameon": False,
    "hatch.linewidth": 0.6,
    "figure.facecolor": "white",
    "svg.hashsalt": "localism_sim",
    "text.parse_math": False,
}
TICK_STEPS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600)
_ONE_AT_A_TIME = threading.RLock()


@contextlib.contextmanager
def house_style():
    """The house style while the block runs.

    Matplotlib keeps its settings globally, so one thread at a time has them.
    """
    with _ONE_AT_A_TIME, rc_context():
        rcdefaults()  # a user's matplotlibrc changes no figure
        rcParams.update(STYLE)
        yield


def in_house_style[**P, R](draw: Callable[P, R]) -> Callable[P, R]:
    """Draw in the house style whoever calls, and from whichever thread."""

    @functools.wraps(draw)
    def styled(*arguments: P.args, **options: P.kwargs) -> R:
        with house_style():
            return draw(*arguments, **options)

    return styled


def sheet(width: float, height: float) -> Figure:
    """An empty figure (inches) that belongs to no global state, so threads can draw and nothing
    stays in memory.
    """
    figure = Figure(figsize=(width, height), layout=ConstrainedLayoutEngine(w_pad=0.08, h_pad=0.08))
    FigureCanvasAgg(figure)
    return figure


@in_house_style
def rendered(figure: Figure, suffixes: tuple[str, ...] = (".png", ".svg")) -> dict[str, bytes]:
    """The figure as PNG (200 dpi) and SVG.

    The same figure gives the same bytes. Where everything stands is worked out once, for the first
    format.
    """
    use_fonts_that_have_all(figure)
    files = {}
    for suffix in suffixes:
        file = io.BytesIO()
        dated = {"Date": None} if suffix == ".svg" else None
        figure.savefig(file, format=suffix[1:], dpi=200, metadata=dated)
        figure.set_layout_engine("none")
        files[suffix] = file.getvalue()
    return files


def write_rendered(files: dict[str, bytes], path: Path) -> Path:
    """Write what `rendered` gives beside `path`, each file whole or not at all; the first path."""
    for suffix, content in files.items():
        with whole_file(path.with_suffix(suffix)) as temporary:
            temporary.write_bytes(content)
    return path.with_suffix(next(iter(files)))


def save(figure: Figure, path: Path, suffixes: tuple[str, ...] = (".png", ".svg")) -> Path:
    """Write a figure in each format; the path of the first."""
    return write_rendered(rendered(figure, suffixes), path)


def headline(figure: Figure, text: str, note: str = "") -> None:
    """What the figure shows, above it; how to read it, below it."""
    width = figure.get_figwidth()
    figure.suptitle(
        wrapped(text, int(10.2 * width)), x=0.01, ha="left", fontsize=12, fontweight="bold"
    )
    if note:
        figure.supxlabel(
            wrapped(note, int(14.6 * width)), x=0.01, ha="left", fontsize=8.5, color=FAINT
        )


def name_rows(
    axes, labels: Sequence[str], fontsize: float | None = None, grid: bool = False
) -> None:
    """Names down the left edge, a row each from the top; grid: with a line through each row."""
    axes.set_yticks(range(len(labels)), labels, fontsize=fontsize)
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    if not grid:
        axes.grid(visible=False, axis="y")


def effect_dot(axes, x: float, y: float, colour: str, clear: bool, **more: Any) -> None:
    """The dot of an effect, hollow where no difference is clear."""
    fill = colour if clear else "white"
    style = {"color": fill, "markeredgecolor": colour, "markersize": 5.5, "markeredgewidth": 1.4}
    axes.plot([x], [y], "o", **style, **more)


def told_by(figure: Figure) -> tuple[str, ...]:
    """What `headline` wrote onto a figure: what it shows and how to read it, on one line each."""
    told = (figure.get_suptitle(), figure.get_supxlabel())
    return tuple(" ".join(text.split()) for text in told if text)


def wrapped(text: str, width: int) -> str:
    """Text on several lines."""
    return "\n".join(textwrap.wrap(text, max(8, width)))


def shortened(text: str, most: int) -> str:
    """Text cut to `most` characters."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def colours(comparison: Comparison) -> dict[str, str]:
    """A colour for each scenario, the same in every figure."""
    names = [arm.name for arm in comparison.arms]
    own = {name: OWN_COLOURS[name] for name in names if name in OWN_COLOURS}
    free = [colour for colour in COLOURS if colour not in own.values()]
    others = [name for name in names if name not in own]
    return {
        name: own[name] if name in own else free[others.index(name) % len(free)] for name in names
    }


def runs_of(comparison: Comparison) -> str:
    """'50 runs' or 'one run'."""
    return f"{len(comparison.seeds)} runs" if len(comparison.seeds) > 1 else "one run"


def time_axis(axes, comparison: Comparison, ticks: int = 6) -> None:
    """A month axis that carries the calendar above and the month of the run below."""
    months = comparison.months
    step = next((s for s in TICK_STEPS if months / s <= ticks), TICK_STEPS[-1])
    at = range(0, months + 1, step)
    yearly = step % 12 == 0
    first = month_name(comparison.start).split()[0]
    labels = []
    for month in at:
        name, year = month_name(comparison.start, month).split()
        labels.append(f"{year}\n{month}" if yearly else f"{name[:3]}\n{year}\n{month}")
    axes.set_xticks(list(at), labels)
    axes.tick_params(axis="x", labelsize=8.5)
    axes.set_xlim(0, max(months, 1))
    axes.set_xlabel(
        f"{first} of the year, month of the run" if yearly else "date, month of the run",
        fontsize=8.5,
        color=FAINT,
    )


def month_ends(table: pd.DataFrame) -> np.ndarray:
    """Where a table indexed by month sits on the time axis: outcomes are taken at the end of a
    month.
    """
    return np.asarray(table.index, float) + 1.0


def spaced(wanted: Iterable[float], gap: float, low: float, high: float) -> np.ndarray:
    """Positions near those wanted, in the same order, at least `gap` apart and within the limits as
    far as there is room.
    """
    wanted = np.asarray(list(wanted), float)
    order = np.argsort(wanted, kind="stable")
    found = wanted[order]
    steps = gap * np.arange(len(found))
    found = np.maximum.accumulate(np.maximum(found, low) - steps) + steps
    found = np.minimum.accumulate((np.minimum(found, high) + steps[::-1])[::-1])[::-1] - steps[::-1]
    placed = np.empty_like(found)
    placed[order] = found
    return placed
