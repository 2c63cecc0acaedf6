"""Mixes of levers: how each is set, and how it does."""

from __future__ import annotations

import numpy as np
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from ...analysis.policy import OBJECTIVES, signs
from ..contrasts import in_unit
from ..policy import Told, level
from ..two_by_two import outcome_head
from .style import INK, headline, in_house_style, sheet


@in_house_style
def mixes(told: Told) -> Figure:
    """Left a row for each lever, right a row for each outcome; a column for each mix in both."""
    names = told.rows
    picked = told.table.loc[list(names)]
    figure = sheet(5.0 + 1.5 * len(names), 1.6 + 0.3 * len(told.factors))
    left, right = figure.subplots(1, 2, width_ratios=(1.0, 1.0))
    levers = np.array([(picked[f.name] - f.low) / (f.high - f.low) for f in told.factors], float)
    texts = [[level(f, v) for v in picked[f.name]] for f in told.factors]
    grid(left, levers, texts, [f.label for f in told.factors], "Greens")
    left.set_title("How it is set (from low to high)", fontsize=9.5)
    values = picked[list(OBJECTIVES)].to_numpy(float).T * signs()[:, None]
    apart = np.ptp(values, axis=1, keepdims=True)
    shares = (values - values.min(axis=1, keepdims=True)) / np.where(apart > 0.0, apart, 1.0)
    shares = np.vstack([shares, 1.0 - picked["regret"], picked["satisfied"]])
    texts = [[in_unit(float(v), name) for v in picked[name]] for name in OBJECTIVES]
    texts += [[f"{v:.0%}" for v in picked[name]] for name in ("regret", "satisfied")]
    labels = [*(outcome_head(name) for name in OBJECTIVES), "regret", "no worse than now"]
    grid(right, shares, texts, labels, "Purples")
    right.set_title("How it does (dark: better)", fontsize=9.5)
    for axes in (left, right):
        axes.set_xticks(range(len(names)), names.values(), fontsize=8, rotation=40, ha="right")
    headline(
        figure,
        "Mixes of levers that stand out, and what they do",
        "Means on draws that the search had not seen. Regret: the largest shortfall behind the "
        "best mix in any outcome, as a share of what separates best and worst. No worse than now: "
        "the share of draws on which a mix is at least as good in all five outcomes.",
    )
    return figure


def grid(axes, shades: np.ndarray, texts: list[list[str]], labels: list[str], colours: str) -> None:
    """Cells with their text, shaded from 0 to 1."""
    axes.imshow(shades, cmap=colours, norm=Normalize(-0.1, 1.3), aspect="auto")
    for y, line in enumerate(texts):
        for x, text in enumerate(line):
            colour = "white" if shades[y, x] > 0.75 else INK
            axes.text(x, y, text, ha="center", va="center", fontsize=8, color=colour)
    axes.set_yticks(range(len(labels)), labels, fontsize=8.5)
    axes.grid(visible=False)
    axes.tick_params(length=0)
