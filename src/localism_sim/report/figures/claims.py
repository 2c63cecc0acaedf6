"""Every claim's effect, measured by the smallest that it calls worth naming."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ...analysis.claims import (
    CONDITIONAL,
    CONTRADICTED,
    LOWER,
    NOT_MODELLED,
    SAME,
    SUPPORTED,
    UNDETERMINED,
)
from ...analysis.robustness import AS_SET
from .style import FAINT, INK, headline, in_house_style, name_rows, sheet, wrapped

SHADES = {
    SUPPORTED: "#009E73",
    CONDITIONAL: "#0072B2",
    CONTRADICTED: "#D55E00",
    UNDETERMINED: "#7A7A7A",
}
REACH = 30.0


def logarithmic_beyond_two(axes) -> None:
    """The scale of effects, in units of the smallest worth naming."""
    axes.set_xscale("symlog", linthresh=2.0)
    ticks = [-30, -10, -3, -1, 0, 1, 3, 10, 30]
    axes.set_xticks(ticks, [f"{tick}".replace("-", "\N{MINUS SIGN}") for tick in ticks])
    axes.set_xticks([], minor=True)
    axes.set_xlim(-1.15 * REACH, 1.15 * REACH)


def draw_claim(axes, y: int, row: pd.Series, own: pd.DataFrame) -> None:
    """One claim in its row. own: its effect under every rule."""
    turn = (-1.0 if row["expected"] == LOWER else 1.0) / row["smallest"]
    rivals = own.loc[own["rule"] != AS_SET, "difference"] * turn
    shade = SHADES[row["verdict"]]
    axes.plot(rivals.clip(-REACH, REACH), [y] * len(rivals), ".", color=FAINT, alpha=0.7, ms=5)
    ends = sorted((row["low"] * turn, row["high"] * turn))
    axes.hlines(y, max(ends[0], -REACH), min(ends[1], REACH), color=shade, linewidth=2.2)
    at = min(max(row["difference"] * turn, -REACH), REACH)
    axes.plot([at], [y], "s" if row["expected"] == SAME else "o", color=shade, ms=6)


@in_house_style
def claims(verdicts: pd.DataFrame, effects: pd.DataFrame) -> Figure:
    """A row for each claim: the effect as set with its interval, and as faint dots under rival
    rules.
    """
    tried = verdicts[verdicts["verdict"] != NOT_MODELLED]
    figure = sheet(12.0, 1.9 + 0.36 * len(tried))
    axes = figure.subplots()
    for y, (_, row) in enumerate(tried.iterrows()):
        draw_claim(axes, y, row, effects[effects["claim"] == row["claim"]])
    axes.axvspan(-1.0, 1.0, color="#EFEFEF", zorder=0)
    axes.axvline(0.0, color=INK, linewidth=0.9)
    logarithmic_beyond_two(axes)
    labels = [wrapped(f"{row.number}: {row.words}", 74) for row in tried.itertuples()]
    name_rows(axes, labels, fontsize=8)
    axes.set_xlabel("effect in the claimed direction, in units of the smallest worth naming")
    keys = [
        Line2D([], [], marker="o", linestyle="", color=shade, label=word)
        for word, shade in SHADES.items()
        if (tried["verdict"] == word).any()
    ]
    figure.legend(handles=keys, loc="outside upper right", ncols=len(keys), handlelength=1.0)
    headline(
        figure,
        "Claims on trial",
        "Dot and bar: effect as the model is set, with its 95% interval; faint dots: under each "
        "rival rule. Grey band: too small to name. Squares: claims of no difference, which hold "
        f"inside the band. Effects beyond {REACH:.0f} are drawn at the edge.",
    )
    return figure
