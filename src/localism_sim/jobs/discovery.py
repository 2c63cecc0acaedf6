"""`experiment=discover`: under which conditions does an outcome pass a threshold?

Sweep a space-filling design, find boxes, judge them, say so.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from ..analysis.discovery.boxes import SEARCHES, library
from ..analysis.discovery.search import MOST_BOXES, Asked, Found, discover, space_filling
from ..foundation.checks import checked_flag, finite_number, power_of_two, whole_number
from ..foundation.errors import BadInput, nearest
from ..model.outcomes import checked_outcome
from ..model.scenario import Scenario
from ..report import discovery as words
from ..report.blocks import Block, Figure, Paragraph, Report, strong
from ..report.words import counted
from .experiment import Experiment, Model, Option, design_options
from .request import Request
from .varying import overruled, varied


@dataclass(frozen=True)
class DiscoveryQuestion:
    """What is sought (`asked`), and the scenario in which parameters vary. overruled: a sentence
    for each parameter that the scenario's timeline sets later on.
    """

    asked: Asked
    base: Scenario
    months: int
    overruled: tuple[str, ...]

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        """The one scenario in which parameters are varied."""
        return (self.base,)

    def announcement(self) -> tuple[Block, ...]:
        """What is said before anything runs."""
        asked = self.asked
        rest = (
            f": when is {asked.outcome} {'above' if asked.above else 'below'} "
            f"{asked.threshold:g}? {asked.samples:,} points over "
            f"{counted(len(asked.factors), 'parameter')}, {counted(len(asked.seeds), 'seed')} each"
        )
        notes = [Paragraph(f"note: {sentence}") for sentence in self.overruled]
        return (Paragraph((strong("Scenario discovery"), rest)), *notes)


def check_method(method: Any) -> None:
    """Refuse an unknown method of search."""
    if method not in SEARCHES:
        raise BadInput(
            f"experiment.method = {method!r} is not allowed; allowed: "
            f"{', '.join(SEARCHES)}.{nearest(str(method), SEARCHES)}"
        )


def ask(request: Request) -> DiscoveryQuestion:
    """Read and check the options; raises `BadInput`."""
    given = request.options
    method, samples, density = given["method"], given["samples"], given["density"]
    outcome = checked_outcome(given["outcome"])
    above = checked_flag("experiment.above", given["above"])
    check_method(method)
    whole_number("experiment.samples", samples, 64, 2**20, "for discovery")
    power_of_two("experiment.samples", samples)
    purpose = "for the random halves that show how stable a box is"
    whole_number("experiment.halves", given["halves"], 5, 1000, purpose)
    whole_number("experiment.boxes", given["boxes"], 1, MOST_BOXES, "for the number of boxes")
    factors = varied(request)
    library("ema_workbench.analysis.prim" if method == "prim" else "sklearn.tree")
    asked = Asked(
        factors,
        outcome,
        finite_number("experiment.threshold", given["threshold"], -1e9, 1e9),
        above,
        method,
        None if density is None else finite_number("experiment.density", density, 0.0, 1.0),
        samples,
        given["halves"],
        given["boxes"],
        tuple(request.seeds),
    )
    return DiscoveryQuestion(
        asked, request.scenario, request.months, overruled(factors, request.scenario)
    )


def answer(question: DiscoveryQuestion, model: Model) -> Found:
    """Evaluate a space-filling design, search for boxes and judge them."""
    asked = question.asked
    design = space_filling(asked.factors, asked.samples)
    runs = model.runs(design, asked.seeds)
    of_interest = (
        runs[asked.outcome] > asked.threshold
        if asked.above
        else runs[asked.outcome] < asked.threshold
    )
    share = of_interest.to_numpy(float).reshape(len(design), -1).mean(axis=1)
    discovery = discover(
        asked.factors,
        design,
        share,
        asked.method,
        asked.density,
        asked.halves,
        boxes=asked.boxes,
    )
    return Found(asked, question.months, runs, discovery)


def show(found: Found) -> Report:
    """The answer as a report."""
    return words.show(found, figures(found))


def figures(found: Found) -> tuple[Figure, ...]:
    """The figures that the answer allows."""
    from ..report.figures import discovery as drawn

    captions = CAPTIONS | (SEVERAL if len(found.discovery.boxes) > 1 else {})

    return tuple(
        Figure(name, captions[name], partial(drawn.FIGURES[name], found))
        for name in drawn.drawable(found)
    )


CAPTIONS = {
    "trajectory": "Coverage against density",
    "box": "The box",
    "two_dimensions": "The two most restricted parameters",
}
SEVERAL = {"box": "The boxes", "two_dimensions": "The two most restricted parameters of each box"}


EXPERIMENTS = {
    "discover": Experiment(
        "under which conditions does an outcome pass a threshold: readable boxes (PRIM, CART)",
        4,
        ask,
        answer,
        show,
        design_options(
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
    )
}
