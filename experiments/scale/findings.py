"""What the study of scale found, in sentences, each number computed from its table."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd

from experiments.scale.settings import (
    ARMS,
    COMMON,
    CONFIDENCE,
    DEFAULT,
    ENGLAND,
    LASTING,
    SAME_TEAMS,
    SCALES,
    SEEDS_AT,
    SHOWN,
    STAND_INS,
    VERDICTS,
    Setting,
    england,
    judged,
    moved,
    runs_at,
    sign,
    team_size,
)
from experiments.tables import ratio_of_deviations
from localism_sim.analysis.statistics import Contrast
from localism_sim.model.outcomes import OUTCOMES
from localism_sim.model.scenario import load_scenario


def named(arm: str, outcome: str) -> str:
    """An outcome of a scenario in words."""
    return f"{OUTCOMES[outcome].label.lower()}, {load_scenario(arm).title}"


def farthest(table: pd.DataFrame, here: Setting, there: Setting) -> tuple[str, str, Contrast]:
    """Scenario and outcome that differ most between two settings, in the mean of the seeds that
    both have.
    """
    found = [
        (
            arm,
            outcome,
            moved(runs_at(table, arm, here, outcome), runs_at(table, arm, there, outcome)),
        )
        for arm, outcome in itertools.product(ARMS, SHOWN)
    ]
    return max(found, key=lambda each: abs(each[2].mean))


def range_of(found: Contrast, digits: int = 3) -> str:
    """A difference with its interval."""
    return (
        f"{found.mean:+.{digits}f} ({found.low:+.{digits}f} to {found.high:+.{digits}f})".replace(
            "-", "−"
        )
    )


def citizens(table: pd.DataFrame) -> str:
    """What the number of citizens changes where teams are the same."""
    parts = []
    for few, many in SAME_TEAMS:
        arm, outcome, found = farthest(table, few, many)
        parts.append(
            f"the citizens of 1:{many[0]:,} instead of those of 1:{few[0]:,} (teams of "
            f"{team_size(many):.0f}, {found.pairs} seeds) move one by "
            f"{range_of(found, 4)} at most ({named(arm, outcome)})"
        )
    return (
        f"The number of citizens hardly matters: of {len(ARMS) * len(SHOWN)} means of outcomes "
        f"with the same teams, {'; '.join(parts)}."
    )


def checks(table: pd.DataFrame) -> str:
    """How near 1:10 and 1:1 are to what stands in for them."""
    found = []
    for dear, stand_in in STAND_INS.items():
        pairs = [
            (arm, outcome, seed)
            for arm, outcome in itertools.product(ARMS, SHOWN)
            for seed in range(SEEDS_AT[dear])
        ]
        apart = [
            abs(runs_at(table, a, dear, o)[seed] - runs_at(table, a, stand_in, o)[seed])
            for a, o, seed in pairs
        ]
        found.append(
            f"the {SEEDS_AT[dear] * len(ARMS)} runs at 1:{dear[0]:,} ({SEEDS_AT[dear]} seeds) by "
            f"{max(apart):.4f} at most"
        )
    return (
        f"So a tenth of the citizens in teams of the same size may stand for a dear scale. Run by "
        f"run, over all outcomes, they differ from {found[0]}, "
        f"and from {found[1]}. Two seeds at 1:1 can tell nothing by themselves; what follows of "
        f"1:1 and 1:10 rests on these stand-ins, with "
        f"{SEEDS_AT[ENGLAND]} and {SEEDS_AT[SCALES['1:10']]} seeds, and all scales are compared on "
        f"the {COMMON} seeds that they share."
    )


def nearness(table: pd.DataFrame) -> str:
    """How far each scale is from 1:1 at most."""
    parts = []
    for name, setting in SCALES.items():
        if setting != ENGLAND:
            arm, outcome, found = farthest(table, setting, ENGLAND)
            parts.append(f"{name} {range_of(found, 2)} in {named(arm, outcome)}")
    return (
        f"The size of teams matters. What moves farthest from each scale to 1:1, of "
        f"{len(ARMS) * len(SHOWN)} means: {'; '.join(parts)}."
    )


def levels(table: pd.DataFrame, outcome: str) -> str:
    """An outcome at teams of each scale, under each scenario."""
    digits = 3 if outcome == "alternative" else 2
    shown = [SCALES[name] for name in ("1:20,000", "1:100", "1:10", "1:1")]
    parts = []
    for arm in ARMS:
        means = [
            f"{runs_at(table, arm, setting, outcome)[:COMMON].mean():.{digits}f}"
            for setting in shown
        ]
        change = moved(
            runs_at(table, arm, shown[0], outcome), runs_at(table, arm, shown[-1], outcome)
        )
        parts.append(f"{load_scenario(arm).title} {', '.join(means)}: {range_of(change, digits)}")
    sizes = ", ".join(f"{team_size(setting):,.0f}" for setting in shown)
    return (
        f"{OUTCOMES[outcome].label} in teams of {sizes} (1:20,000, 1:100, 1:10, 1:1), and "
        f"change from first to last. {'; '.join(parts)}."
    )


def verdicts(table: pd.DataFrame) -> str:
    """How many verdicts at each scale are those at 1:1."""
    there = {pair: sign(judged(table, *pair, ENGLAND, CONFIDENCE)) for pair in VERDICTS}
    parts, only_here = [], set()
    for name, setting in SCALES.items():
        here = {pair: sign(judged(table, *pair, setting, CONFIDENCE)) for pair in VERDICTS}
        missed = sum(there[pair] != 0 and here[pair] == 0 for pair in VERDICTS)
        gained = [pair for pair in VERDICTS if here[pair] and not there[pair]]
        turned = sum(here[pair] * there[pair] < 0 for pair in VERDICTS)
        only_here |= {outcome for _, outcome in gained}
        if setting != ENGLAND:
            parts.append(
                f"{name} has {len(VERDICTS) - missed - len(gained) - turned} the same, {missed} "
                f"clear at 1:1 only, {len(gained)} clear at this scale "
                f"only, {turned} the other way round"
            )
    labels = ", ".join(OUTCOMES[outcome].label.lower() for outcome in sorted(only_here))
    about = f" What is clear at a smaller scale only is about {labels}." if labels else ""
    return (
        f"Of {len(VERDICTS)} verdicts (three scenarios against centralised delivery in six "
        f"outcomes, on {COMMON} seeds, intervals corrected for their "
        f"number) {sum(map(bool, there.values()))} are clear at 1:1. {'; '.join(parts)}.{about}"
    )


def contrast(table: pd.DataFrame, arm: str, lead_in: str) -> str:
    """A scenario against centralised delivery, scale by scale, on all seeds that there are."""
    parts = []
    for outcome in ("quality", "spread"):
        found = [
            f"{name} {range_of(judged(table, arm, outcome, setting, seeds=None))}"
            for name, setting in SCALES.items()
            if name != "1:10,000"
        ]
        parts.append(f"{OUTCOMES[outcome].label.lower()}: {', '.join(found)}")
    return f"{lead_in} {load_scenario(arm).title} less centralised delivery, {'; '.join(parts)}."


def contrasts(table: pd.DataFrame) -> list[str]:
    """What is large at the default scale and what is small."""
    signs = [
        sign(judged(table, "localist_with_capability", outcome, setting))
        for outcome in LASTING
        for setting in SCALES.values()
    ]
    turned = sum(signs[k] != signs[k - k % len(SCALES)] for k in range(len(signs)))
    held = (
        "clear and of one sign at every scale"
        if turned == 0 and all(signs)
        else f"not clear or of another sign in {turned} of {len(signs)} places"
    )
    return [
        contrast(
            table,
            "localist_with_capability",
            "A large contrast may be read at the default scale: that of localism with all eleven "
            "recommendations "
            f"is {held} in {len(LASTING)} outcomes.",
        ),
        contrast(
            table,
            "localist",
            "A small one may not: what autonomy alone does depends on the size of teams (here on "
            "all "
            f"seeds: {SEEDS_AT[DEFAULT]} to 1:100, {SEEDS_AT[SCALES['1:10']]} at 1:10, "
            f"{SEEDS_AT[ENGLAND]} at 1:1).",
        ),
    ]


def deviations(table: pd.DataFrame, setting: Setting) -> str:
    """Standard deviation between seeds at a setting as a multiple of that at the default, over
    outcomes and scenarios.
    """
    count = min(SEEDS_AT[setting], SEEDS_AT[DEFAULT])
    found = [
        ratio_of_deviations(
            runs_at(table, arm, setting, outcome)[:count],
            runs_at(table, arm, DEFAULT, outcome)[:count],
        )
        for arm, outcome in itertools.product(ARMS, LASTING)
    ]
    return (
        f"{np.median([ratio for ratio, _, _ in found]):.2f} (clearly less in "
        f"{sum(high < 1.0 for _, _, high in found)} of {len(found)}, clearly more in "
        f"{sum(low > 1.0 for _, low, _ in found)}; {count} seeds)"
    )


def variation(table: pd.DataFrame) -> str:
    """What citizens and what teams do to the variation between seeds."""
    many = SAME_TEAMS[0][1]
    people = england(many[0]).citizens.sum() / england(DEFAULT[0]).citizens.sum()
    pairs = [
        (runs_at(table, arm, SCALES["1:100"], outcome), runs_at(table, arm, DEFAULT, outcome))
        for arm, outcome in itertools.product(ARMS, LASTING)
    ]
    alike = float(np.median([np.corrcoef(one, other)[0, 1] for one, other in pairs]))
    return (
        f"Standard deviation between seeds as a multiple of that at 1:20,000 (median over outcomes "
        f"but alternative providers): with {people:.0f} times the "
        f"citizens in the same teams {deviations(table, many)}; with the teams of 1:100 "
        f"{deviations(table, SCALES['1:100'])}; with those of 1:1 "
        f"{deviations(table, ENGLAND)}. The same seed gives much the same run at 1:20,000 and at "
        f"1:100 (median correlation {alike:.2f}): what varies is "
        "mostly the luck of the country. More citizens do not average it out; whether very large "
        "teams do in part, so few seeds cannot settle."
    )
