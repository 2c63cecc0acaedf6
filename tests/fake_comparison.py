"""A made-up comparison with the shape of a real one, so that figures and summary can be tested
without running the model.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

import localism_sim as ls
from localism_sim.analysis.comparison import MAIN_ARMS, Comparison
from localism_sim.analysis.statistics import contrasts
from localism_sim.analysis.two_by_two import ALIKE, CELLS, effects_by_ground, other_rule
from localism_sim.model.outcomes import OUTCOMES
from localism_sim.model.scenario import Scenario

ARMS = MAIN_ARMS
TITLES = {
    "centralist": "Centralised delivery",
    "localist": "Localist, autonomy alone",
    "centralist_with_capability": "Centralised with capability",
    "localist_with_capability": "Localist with capability",
    "status_quo_2010": "As in 2010, no cuts",
}
AVERAGED = ("quality", "trust", "wellbeing", "spread")
ORIGINS = ("mandated", "borrowed_near", "borrowed_far", "own_inquiry", "alternative")


def fake_comparison(
    places: ls.Places,
    seeds: int = 6,
    months: int = 24,
    arms=ARMS,
    gain: float = 0.1,
    noise: float = 0.02,
    random: int = 1,
) -> Comparison:
    """Each arm after the first is better by `gain` more than the one before, with `noise` between
    runs; all constant where both are 0.
    """
    draws = np.random.default_rng(random)
    luck = noise * draws.normal(size=seeds)
    histories, ends = [], []
    for order, name in enumerate(arms):
        for seed in range(seeds):
            shift = gain * order + luck[seed] + noise * draws.normal()
            histories.append(fake_history(name, seed, months, shift))
            ends.append(fake_places(name, seed, places, shift, noise, draws))
    history, by_place = pd.concat(histories, ignore_index=True), pd.concat(ends, ignore_index=True)
    last = (
        history[history["month"] == months - 1]
        .drop(columns="month")
        .set_index(["scenario", "seed"])
    )
    means = history.groupby(["scenario", "seed"])[list(AVERAGED)].mean().add_suffix("_mean")
    runs = last.join(means).reset_index()
    judged = [o for o in OUTCOMES if OUTCOMES[o].better] + [f"{o}_mean" for o in AVERAGED]
    table = (
        contrasts(runs, judged, arms[0], list(arms[1:]))
        if seeds > 1 and len(arms) > 1
        else pd.DataFrame()
    )
    made = tuple(
        Scenario(
            name,
            TITLES.get(name, name),
            "A way of running services, made up for a test.",
            ls.Parameters(),
        )
        for name in arms
    )
    found = Comparison(made, places, tuple(range(seeds)), months, runs, history, by_place, table)
    return with_effects(found, judged) if seeds > 1 and set(CELLS) <= set(arms) else found


def with_effects(comparison: Comparison, judged: list[str]) -> Comparison:
    """The same with the effects of reforms and autonomy: as they are where needs are alike, and
    turned round where the centre judges otherwise.
    """
    grounds = (ALIKE, other_rule(comparison.arms))
    cells = comparison.runs[comparison.runs["scenario"].isin(CELLS)]
    turned = cells.assign(**{name: -cells[name] for name in judged})
    elsewhere = pd.concat(
        [part.assign(ground=ground.name) for part, ground in zip((cells, turned), grounds)]
    )
    effects = effects_by_ground(comparison.runs, elsewhere, judged)
    return replace(comparison, effects=effects, grounds=grounds, elsewhere=elsewhere)


def fake_history(name: str, seed: int, months: int, shift: float) -> pd.DataFrame:
    """A row a month: everything drifts from a common start."""
    grown = np.arange(1, months + 1) / months
    table = pd.DataFrame({"scenario": name, "seed": seed, "month": np.arange(months)})
    for outcome in OUTCOMES:
        table[outcome] = np.clip(0.4 + (OUTCOMES[outcome].better or 1) * shift * grown, 0.0, 1.0)
    shares = np.clip(0.2 + shift, 0.0, 1.0) * grown[:, None] * np.array([0.5, 0.2, 0.15, 0.1, 0.05])
    table[list(ORIGINS)] = shares
    table["months_to_half"] = months + 1.0
    return table


def fake_places(
    name: str, seed: int, places: ls.Places, shift: float, noise: float, draws
) -> pd.DataFrame:
    """A row a place at the end."""
    quality = np.clip(0.5 + shift + 4 * noise * draws.normal(size=places.count), 0.0, 1.0)
    table = pd.DataFrame({"scenario": name, "seed": seed, "place_id": places.ids})
    for column in ("quality", "trust", "engagement", "wellbeing", "spread", "budget"):
        table[column] = quality
    return table
