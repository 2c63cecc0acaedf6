"""Chain and autonomy: does freedom make up for a long delivery chain?"""

from __future__ import annotations

import itertools

import pandas as pd
from matplotlib.figure import Figure

from experiments.crossed import Crossed, spread_maps
from experiments.drawing import two_maps
from experiments.tables import at, ranged, signed
from localism_sim.model.scenario import load_scenario

ARMS = ("coalition_2010", "localist_with_capability")
CHAIN = (0, 1, 2, 5, 10, 20)
AUTONOMY = (0.0, 0.25, 0.5, 0.75, 0.9, 1.0)
TITLES = {name: load_scenario(name).title for name in ARMS}
LABELS = ("desks between department and team", "autonomy of localities (0-1)")


def spread(table: pd.DataFrame) -> Figure:
    """How far innovation has spread after ten years, by length of the chain and by autonomy."""
    return spread_maps(table, TITLES, "chain_length", "autonomy", LABELS)


def quality(table: pd.DataFrame) -> Figure:
    """Quality of services on average over ten years, by length of the chain and by autonomy."""
    return two_maps(
        table,
        TITLES,
        "chain_length",
        "autonomy",
        "quality_mean",
        LABELS,
        "Quality of services, average over ten years",
        "Quality that citizens meet (0-1); mean over the seeds.",
    )


class ChainAndAutonomy(Crossed):
    """Essay R4: reduce complex delivery chains to simple relationships; E13: letting go is not
    enough by itself.
    """

    title = "Delivery chain and autonomy"
    question = (
        "How much do long delivery chains cost, and does autonomy make up for a long chain "
        "or only matter once the chain is short?"
    )
    design = (
        "Chain length from 0 to 20 desks (the real number of links was never published, so the "
        "whole range is swept) crossed with the autonomy of "
        "localities, under the Coalition's programme of 2010 and under localism with capability; "
        "England's 148 places."
    )
    takes = "under a minute on two cores"
    keys = ("scenario", "chain_length", "autonomy")
    slice = (0, 5, 30, 35)
    drawings = (spread, quality)

    arms = ARMS
    values = (("chain_length", CHAIN), ("autonomy", AUTONOMY))
    outcomes = ("spread", "quality_mean", "postcode_gap")

    def finding(self, table: pd.DataFrame) -> list[str]:
        found = []
        for arm, (outcome, label) in itertools.product(
            ARMS, (("spread", "spread of innovation"), ("quality_mean", "average quality"))
        ):
            tied, both = (
                at(table, scenario=arm, chain_length=20, autonomy=0.0),
                at(table, scenario=arm, chain_length=20, autonomy=1.0),
            )
            free = at(table, scenario=arm, chain_length=0, autonomy=1.0)
            found += [
                f"{TITLES[arm]}, {label}, 20 desks against none: "
                f"{signed(tied, f'{outcome}_by_chain_length')} without autonomy, "
                f"{signed(both, f'{outcome}_by_chain_length')} with full autonomy.",
                f"{TITLES[arm]}, {label}, full autonomy against none: "
                f"{signed(free, f'{outcome}_by_autonomy')} without a chain, "
                f"{signed(both, f'{outcome}_by_autonomy')} with 20 desks; the difference of the "
                f"two: {signed(both, f'{outcome}_together')}.",
            ]
        for arm in ARMS:
            steps = ", ".join(
                f"{ranged(at(table, scenario=arm, chain_length=5, autonomy=step), 'spread')} at "
                f"{step:g}"
                for step in AUTONOMY[-3:]
            )
            found.append(f"{TITLES[arm]}, the last step of autonomy, five desks: spread {steps}.")
        return found


STUDY = ChainAndAutonomy()
