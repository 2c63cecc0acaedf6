"""Trust and cuts: does trust carry innovation through deep cuts?"""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from experiments.crossed import Crossed, spread_maps
from experiments.drawing import two_maps
from experiments.tables import at, ranged, signed
from localism_sim.model.scenario import load_scenario

ARMS = ("centralist", "localist_with_capability")
CUTS = (0.0, 0.1, 0.2, 0.3, 0.4)
TRUST = (0.2, 0.35, 0.5, 0.65, 0.8)
TITLES = {name: load_scenario(name).title for name in ARMS}
LABELS = ("cut in local budgets, once phased in (share)", "trust of citizens at the start (0-1)")


def spread(table: pd.DataFrame) -> Figure:
    """How far innovation has spread after ten years, by cuts and by trust at the start."""
    return spread_maps(table, TITLES, "cuts", "trust_setting", LABELS)


def trust(table: pd.DataFrame) -> Figure:
    """How much citizens trust local services after ten years, by cuts and by trust at the start."""
    return two_maps(
        table,
        TITLES,
        "cuts",
        "trust_setting",
        "trust",
        LABELS,
        "Trust in local services after ten years",
        "Mean trust of citizens (0-1).",
    )


class TrustAndCuts(Crossed):
    """Essay E2: dramatic cuts undermine the trust on which implementing innovation depends."""

    title = "Trust and cuts"
    question = (
        "Do deep cuts undermine the trust on which innovation depends, and does high trust "
        "at the start carry innovation through deep cuts?"
    )
    design = (
        "Cuts in local budgets from none to 40% (single councils lost 6 to 46%) crossed with the "
        "trust that citizens start with, under centralised "
        "delivery and under localism with capability; England's 148 places, because cuts follow "
        "their real exposure. The centre's own cuts stay at 34%."
    )
    takes = "under a minute on two cores"
    keys = ("scenario", "cuts", "trust_setting")
    slice = (0, 4, 20, 24)
    drawings = (spread, trust)

    arms = ARMS
    values = (("cuts", CUTS), ("trust", TRUST))
    outcomes = ("spread", "quality_mean", "trust")

    def finding(self, table: pd.DataFrame) -> list[str]:
        found = []
        for arm in ARMS:
            deep, high = (
                at(table, scenario=arm, cuts=0.4, trust_setting=0.5),
                at(table, scenario=arm, cuts=0.0, trust_setting=0.8),
            )
            both = at(table, scenario=arm, cuts=0.4, trust_setting=0.8)
            found += [
                f"{TITLES[arm]}, cuts of 40% against none (trust 0.5 at the start): trust at the "
                f"end {signed(deep, 'trust_by_cuts')}; "
                f"spread of innovation {signed(deep, 'spread_by_cuts')}, from "
                f"{ranged(at(table, scenario=arm, cuts=0.0, trust_setting=0.5), 'spread')}.",
                f"{TITLES[arm]}, trust 0.8 against 0.2 at the start: spread "
                f"{signed(high, 'spread_by_trust_setting')} without cuts, "
                f"{signed(both, 'spread_by_trust_setting')} under cuts of 40%; difference of the "
                f"two (what trust protects): "
                f"{signed(both, 'spread_together')}.",
            ]
        return found


STUDY = TrustAndCuts()
