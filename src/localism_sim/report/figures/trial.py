"""Every case of a trial, by whom it favours."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from ...analysis.trial import PLACES
from ..trial import Trial
from ..words import outcome_title
from .style import FAINT, INK, headline, in_house_style, sheet

SHADES = {True: "#0072B2", False: "#D55E00"}


@in_house_style
def cases(found: Trial) -> Figure:
    """All cases in order of their effect, and those that were brought with their intervals."""
    figure = sheet(10.0, 4.6)
    axes = figure.subplots()
    order = np.sort(found.cases["effect"].to_numpy(float))
    axes.plot(np.linspace(0.0, 1.0, len(order)), order, ".", color=FAINT, ms=4)
    for k, row in enumerate(found.table.itertuples()):
        places = row.side == PLACES
        sign = 1.0 if places else -1.0
        x = 1.03 + 0.012 * k if places else -0.03 - 0.012 * (k - len(found.table) // 2)
        axes.vlines(x, sign * row.low, sign * row.high, color=SHADES[places], linewidth=1.6)
        axes.plot([x], [sign * row.effect], "o" if row.proved else "x", color=SHADES[places], ms=5)
    axes.axhspan(-found.smallest, found.smallest, color="#EFEFEF", zorder=0)
    axes.axhline(0.0, color=INK, linewidth=0.9)
    axes.set_xticks(
        [0.0, 0.5, 1.0], ["best for the centre", "half of the cases", "best for places"]
    )
    axes.set_ylabel(f"places less centre, {outcome_title(found.outcome).lower()}", fontsize=9)
    headline(
        figure,
        "On which grounds do places serve citizens better, on which the centre?",
        "Grey: every case on the seeds of the search, in order. Coloured: the cases that each side "
        "brought, judged by other seeds (95% intervals, corrected); a dot is proved, a cross is "
        "not. Grey band: too small to name. Up: places better for citizens.",
    )
    return figure
