"""Great diversity at first, then a tighter programme that does better."""

from __future__ import annotations

from ...model.parameters import Parameters
from ..pattern import Pattern, at_least, at_most
from ..set_up import history, under

TIGHTENED, MONTHS = 48, 96


def measure(behaviour: Parameters, seed: int) -> dict[str, float]:
    """Diversity late over early, and what quality gained after the tightening."""
    params = under(
        behaviour,
        "status_quo_2010",
        autonomy=0.9,
        initial_diversity=0.8,
        harmonise_after=TIGHTENED,
    )
    found = history(params, seed, MONTHS)
    early, late = found["diversity"][0], found["diversity"][-12:].mean()
    before, after = found["quality"][TIGHTENED - 12 : TIGHTENED], found["quality"][-12:]
    return {"diversity": float(late / early), "gain": float(after.mean() - before.mean())}


PATTERN = Pattern(
    "diversity_then_tightening",
    "Diversity first, then tightening helped",
    "Sure Start: lack of specification made for great diversity with some ineffective programmes; "
    "guidance was tightened, later results were beneficial (Melhuish 2009, evidence to the "
    "Children, "
    "Schools and Families Committee)",
    "England as in 2010 without cuts, autonomy .9, four in five staff start with a practice of "
    "their "
    f"own; after {TIGHTENED} months the best local practice becomes the standard for all",
    "direction only: no size was measured; diversity must fall by a tenth or more and quality must "
    "rise by more than chance would (.005)",
    "held back",
    "initial_diversity, learning from each other, harmonise_after and how well the centre picks",
    (
        at_most("diversity", "diversity of practice after eight years over that at the start", 0.9),
        at_least("gain", "quality in the eighth year less that before the tightening", 0.005),
    ),
    measure,
    "V9",
    needs=("initial_diversity",),
)
