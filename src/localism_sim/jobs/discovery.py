"""`experiment=discover`: under which conditions does an outcome pass a threshold?

Sweep a space-filling design, find boxes, judge them, say so.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from rich.table import Table

from ..analysis.discovery.boxes import SEARCHES, library
from ..analysis.discovery.search import MOST_BOXES, Asked, Found, FoundBox, discover, space_filling
from ..foundation.checks import checked_flag, finite_number, whole_number
from ..foundation.errors import BadInput, nearest
from ..foundation.files import write_tables, write_text
from ..model.outcomes import checked_outcome
from ..report.discovery_in_words import boxes_table, limit_in_words, sentences, summary
from .experiment import Experiment, Option, design_options
from .request import Request
from .varying import overruled, varied


def asked_of(request: Request) -> Asked:
    """Read and check the options; raises `BadInput`."""
    given = request.options
    outcome, above = (
        checked_outcome(given["outcome"]),
        checked_flag("experiment.above", given["above"]),
    )
    threshold = finite_number("experiment.threshold", given["threshold"], -1e9, 1e9)
    method, samples, density = given["method"], given["samples"], given["density"]
    if method not in SEARCHES:
        raise BadInput(
            f"experiment.method = {method!r} is not allowed; allowed: "
            f"{', '.join(SEARCHES)}.{nearest(str(method), SEARCHES)}"
        )
    whole_number("experiment.samples", samples, 64, 2**20, "for discovery")
    if samples & (samples - 1):
        below = 2 ** (int(samples).bit_length() - 1)
        raise BadInput(
            f"experiment.samples = {samples} is not a power of two; nearest: {below} or {2 * below}"
        )
    whole_number(
        "experiment.halves",
        given["halves"],
        5,
        1000,
        "for the random halves that show how stable a box is",
    )
    whole_number("experiment.boxes", given["boxes"], 1, MOST_BOXES, "for the number of boxes")
    factors = varied(request)
    library("ema_workbench.analysis.prim" if method == "prim" else "sklearn.tree")
    return Asked(
        factors,
        outcome,
        threshold,
        above,
        method,
        None if density is None else finite_number("experiment.density", density, 0.0, 1.0),
        samples,
        given["halves"],
        given["boxes"],
        tuple(request.seeds),
    )


def run(request: Request) -> int:
    """Sweep, find, judge, write and say; the exit code."""
    asked = asked_of(request)
    begun = request.unanswered()
    if begun is None:
        return 0
    question, folder = begun
    points = space_filling(asked.factors, asked.samples)
    request.say(
        f"[bold]Scenario discovery[/]: when is {asked.outcome} "
        f"{'above' if asked.above else 'below'} {asked.threshold:g}? {len(points):,} points over "
        f"{len(asked.factors)} parameters, {len(asked.seeds)} seeds each"
    )
    for sentence in overruled(asked.factors, request.scenario):
        request.say(f"note: {sentence}")
    with request.sweep(question, folder) as sweep:
        runs = sweep.run(points, request.seeds)
    if sweep.failures:
        request.say("No box is given: the points with missing runs may be those that differ")
        return request.report_failures(sweep, folder)
    with request.console.status("Searching for boxes"):
        of_interest = (
            runs[asked.outcome] > asked.threshold
            if asked.above
            else runs[asked.outcome] < asked.threshold
        )
        share = of_interest.to_numpy(float).reshape(len(points), -1).mean(axis=1)
        found = Found(
            asked,
            request.months,
            runs,
            discover(
                asked.factors,
                points,
                share,
                asked.method,
                asked.density,
                asked.halves,
                boxes=asked.boxes,
            ),
        )
    report(request, found, folder)
    return 0


def report(request: Request, found: Found, folder: Path) -> None:
    """Tables, figures and summary into the folder; restrictions and the answer to the console."""
    from ..report.figures.discovery import draw_all

    discovery = found.discovery
    means = found.runs.groupby("point")[found.asked.outcome].mean().to_numpy()
    points = discovery.points.assign(
        share_of_interest=discovery.share,
        mean_outcome=means,
        held_out=discovery.held_out,
        box=discovery.in_box,
    )
    tables = {"points": points}
    if discovery.boxes:
        tables |= {
            "boxes": boxes_table(found),
            "trajectory": discovery.trajectory,
            "restrictions": pd.concat(
                [
                    box.restrictions.assign(box=number)
                    for number, box in enumerate(discovery.boxes, 1)
                ],
                ignore_index=True,
            ),
        }
    write_tables(folder, **tables)
    names = [path.stem for path in draw_all(found, folder / "figures")]
    write_text(summary(found, names, request.command), folder / "summary.md")
    for number, box in enumerate(discovery.boxes, 1):
        request.console.print(
            shown(found, box, f"Box {number}" if len(discovery.boxes) > 1 else "The box")
        )
    for sentence in sentences(found):
        request.say(sentence)
    request.say(f"Summary, figures and tables: [bold]{folder}[/]")


def shown(found: Found, box: FoundBox, title: str) -> Table:
    """A box, restriction by restriction."""
    factors = {factor.name: factor for factor in found.discovery.factors}
    table = Table(title=title, title_justify="left")
    for heading in (
        "Condition",
        "range looked at",
        "p (held out)",
        f"returns in {found.discovery.halves} halves",
        "limit there",
    ):
        table.add_column(heading)
    for row in box.restrictions.itertuples():
        factor = factors[str(row.name)]
        limits = "" if np.isnan(row.limit_low) else f"{row.limit_low:.3g} to {row.limit_high:.3g}"
        table.add_row(
            limit_in_words(factor, str(row.side), float(row.limit)),
            f"{factor.low:g} to {factor.high:g}",
            f"{row.p:.1g}",
            f"{row.returns:.0%}",
            limits,
        )
    return table


EXPERIMENTS = {
    "discover": Experiment(
        "under which conditions does an outcome pass a threshold: readable boxes (PRIM, CART)",
        4,
        options=design_options(
            2048,
            "number of points, a power of two",
            method=Option("prim", "prim or cart"),
            threshold=Option(0.5, "cases of interest: outcome above it"),
            above=Option(True, "false: cases of interest lie below it"),
            density=Option(
                None,
                "least share of cases of interest in the box, such as 0.8 (default: best balance "
                "with coverage)",
            ),
            halves=Option(20, "random halves of the points that show how stable a box is"),
            boxes=Option(
                3,
                "how many boxes to seek at most, 1 to 5: each among the points that the boxes "
                "before it leave",
            ),
        ),
        carried_out=run,
    )
}
