"""How staff copy: the best or the most (Barkoczi & Galesic 2016), in exact small cases and on
rugged landscapes.
"""

import numpy as np
import pytest
from conftest import lived
from gates import OPEN, QUIET, all_practise, set_values

import localism_sim as ls

ONE_PLACE = ls.Places.synthetic(1, seed=1, scale=1_300)
COPYING = ls.Parameters(
    **QUIET | {"borrow_rate": 1.0, "reinforcement": 0.0, "peers": 6, "team_size": 12}
)
"""Staff copy from colleagues and do nothing else."""


def arranged(practice_of: dict[int, int]):
    """Sets a world in which everybody does 5, but for those named; 3 is the best practice."""

    def arrange(world):
        values, practices = np.full(64, 0.5), np.full(len(world.staff.practice), 5)
        values[3], values[5] = 0.8, 0.6
        for person, practice in practice_of.items():
            practices[person] = practice
        all_practise(world, practices)
        set_values(world, values)

    return arrange


@pytest.mark.parametrize(("rule", "taken"), [("no_copying", 0), ("", 3), ("follow_the_crowd", 5)])
def test_one_takes_the_best_or_the_most_or_nothing_from_colleagues(rule, taken):
    """Six colleagues: two do what is best (3), four do what is only better (5)."""
    arrange = arranged({0: 0, 1: 3, -1: 3})
    *_, (_, world) = lived(COPYING, ONE_PLACE, 1, 1, arrange, variants=rule)
    assert world.staff.practice[0] == taken


@pytest.mark.parametrize(("size", "at"), [(3, 1), (3, 2), (4, 1), (4, 2), (4, 3)])
def test_everybody_in_a_team_is_a_colleague_where_ties_are_enough(size, at):
    """One of the team, wherever it sits on the ring, is the only one who does anything new."""
    levers = {"peers": size - 1, "team_size": size, "borrow_rate": 1.0, "reinforcement": 0.0}
    alone = ls.Parameters(**QUIET | levers)

    def arrange(world):
        practices = np.zeros(len(world.staff.practice), int)
        practices[at] = 3
        arranged(dict(enumerate(practices)))(world)

    *_, (_, world) = lived(alone, ONE_PLACE, 1, 60, arrange)
    assert (world.staff.practice[:size] == 3).all()


@pytest.mark.parametrize(("reinforcement", "needed"), [(0.0, 1), (1.0, 2), (2.0, 3)])
@pytest.mark.parametrize("same", [0, 1])
def test_as_many_examples_as_are_needed_are_enough(reinforcement, needed, same):
    """One fewer is not: examples needed are 1 + reinforcement x relational depth."""
    levers = {"reinforcement": reinforcement, "relational_depth": 1.0, "same_practice": same}
    params = COPYING.replace(**levers, turnover=0.0)
    for showing in (needed - 1, needed):

        def arrange(world, showing=showing):
            practices = np.zeros(len(world.staff.practice), int)
            practices[1 : 1 + showing] = 3
            arranged(dict(enumerate(practices)))(world)

        months = lived(params, ONE_PLACE, 1, 40, arrange)
        took = any(world.staff.practice[0] == 3 for _, world in months)
        assert took == (showing >= needed)


def test_whoever_copies_the_best_passes_over_what_is_worse_than_their_own():
    for _, world in lived(COPYING, ONE_PLACE, 1, 120, arranged({0: 3})):
        assert world.staff.practice[0] == 3
    assert (world.staff.practice == 3).all(), "in time the better one reaches all"


def searched_by_a_hundred(
    choices: int, complexity: int, seed: int, variants: str = "", **levers
) -> np.ndarray:
    """Worth that a hundred people reach who search and copy for 240 months, from practices of their
    own, as a share of the best: a row a month, a column a person.
    """
    params = ls.Parameters(
        **OPEN
        | {"choices": choices, "complexity": complexity, "trial_months": 1, "team_size": 100}
        | {"reinforcement": 0.0, **levers}
    )

    def scatter(world):
        everybody = len(world.staff.practice)
        all_practise(world, np.random.default_rng(seed).integers(1, 1 << choices, everybody))

    return np.array(
        [
            world.staff.value / world.services["best_value"][0]
            for month, world in lived(params, ONE_PLACE, seed, 240, scatter, variants=variants)
            if month >= 0
        ]
    )


def found_by_service(rule: str, mixing: float, complexity: int, seed: int) -> np.ndarray:
    """Mean worth reached, month by month, where people see four others."""
    levers = {"mixing": mixing, "peers": 4, "inquiry_rate": 0.5, "borrow_rate": 0.5}
    return searched_by_a_hundred(10, complexity, seed, rule, **levers).mean(axis=1)


@pytest.mark.slow
def test_the_copying_rule_decides_whether_mixed_or_clustered_ties_are_better():
    """Barkoczi & Galesic 2016: on a rugged landscape, well mixed ties help those who conform more
    than those who copy the best; on a smooth one the ties do not matter in the end. Months 40 to
    240, 60 landscapes; the difference of differences clears 4 standard errors.
    """
    gain = {
        (complexity, rule): np.array(
            [
                (
                    found_by_service(rule, 1.0, complexity, seed)
                    - found_by_service(rule, 0.0, complexity, seed)
                )[40:].mean()
                for seed in range(60)
            ]
        )
        for complexity in (0, 9)
        for rule in ("", "follow_the_crowd")
    }
    apart = gain[9, "follow_the_crowd"] - gain[9, ""]
    assert apart.mean() > 4.0 * apart.std(ddof=1) / np.sqrt(60)
    assert gain[9, "follow_the_crowd"].mean() > 0.0
    assert all(abs(gain[0, rule].mean()) < 0.002 for rule in ("", "follow_the_crowd"))


def sharp(mixing: float, peers: int, seed: int) -> np.ndarray:
    """(worth / best)^8, month by month, of people who mostly copy the best that they see and else
    try one change, on a landscape of 12 choices with 8 interdependencies.
    """
    levers = {"mixing": mixing, "peers": peers, "inquiry_rate": 0.2, "borrow_rate": 0.8}
    return (searched_by_a_hundred(12, 8, seed, **levers) ** 8).mean(axis=1)


def test_a_slow_network_leads_late_because_it_searches_longer():
    """Lazer & Friedman 2007: where everybody sees many others (12 drawn anew each month) the group
    is ahead early and gets stuck; on a line (two neighbours) it ends higher. Both leads clear 4
    standard errors over 60 landscapes. The late one is about .08, less than theirs with 20 choices.
    """
    lead = np.array([sharp(0.0, 2, seed) - sharp(1.0, 12, seed) for seed in range(60)])
    error = lead.std(axis=0, ddof=1) / np.sqrt(len(lead))
    assert lead[:, 5].mean() < -4.0 * error[5]
    assert lead[:, -1].mean() > 4.0 * error[-1]
