"""What a practice is worth: one NK landscape for each team, alike between places as far as needs are.

A practice is a string of N binary choices, stored as a whole number; practice 0 is the legacy. The worth of each choice depends on K others
(Kauffman 1993; Levinthal 1997): here the next K in a circle. Contributions are bell-shaped draws z = sqrt(1 - d) national + sqrt(d) local,
with d the need diversity, so the landscapes of two places correlate by 1 - d. The sum over choices, scaled to variance 1, is squashed into (0, 1) by the
distribution function of Student's t with two degrees of freedom, which has a closed form.
"""

import math

import numpy as np

from .randomness import LANDSCAPE_LOCAL, LANDSCAPE_NATIONAL, bell
from .rules import rule, sweep

LEGACY = 0


@rule
def differences(a, b):
    """In how many choices two practices differ."""
    rest = a ^ b
    count = 0
    while rest != 0:
        rest &= rest - 1
        count += 1
    return count


@rule
def squashed(z):
    """Score z (mean 0, variance 1) as a value in (0, 1): 0.5 + z / (2 sqrt(2 + z^2))."""
    return 0.5 + z / (2.0 * math.sqrt(2.0 + z * z))


@rule
def worth(w, team, practice):
    """True value of a practice for a team, in (0, 1)."""
    return squashed(float(w.score[team, practice]))


@sweep
def draw_contributions(out, seed, purpose, key, choices, complexity):
    """Fill out[choice, pattern] with the draws of one landscape."""
    patterns = 1 << (complexity + 1)
    scale = 1.0 / math.sqrt(choices)
    for choice in range(choices):
        for pattern in range(patterns):
            out[choice, pattern] = bell(seed, purpose, key + pattern, choice) * scale


@sweep
def add_up(score, contributions, choices, complexity, legacy):
    """score[x] = sum over choices of the contribution of the bits that choice depends on, relabelled so that `legacy` becomes practice 0."""
    size = 1 << choices
    mask = (1 << (complexity + 1)) - 1
    score[:] = np.float32(0.0)
    twice = legacy | (legacy << choices)
    for choice in range(choices):
        turn = (twice >> choice) & mask
        row = contributions[choice]
        if choice + complexity < choices:
            run = 1 << choice
            for high in range(size >> choice):
                worth_of_run = row[(high & mask) ^ turn]
                for x in range(high * run, (high + 1) * run):
                    score[x] += worth_of_run
        else:
            low = (1 << choice) - 1
            for x in range(size):
                score[x] += row[(((x >> choice) | ((x & low) << (choices - choice))) & mask) ^ turn]


@sweep
def build_landscapes(w, p, first, last):
    """Fill the score tables of teams first..last-1; best[team] is the highest value there."""
    choices, domains = w.choices, w.domains
    size = 1 << choices
    patterns = 1 << (p.complexity + 1)
    shared, own = math.sqrt(1.0 - p.need_diversity), math.sqrt(p.need_diversity)
    national = np.empty((domains, choices, patterns), np.float32)
    legacy = np.empty(domains, np.int64)
    score = np.empty(size, np.float32)
    for domain in range(domains):
        draw_contributions(national[domain], w.seed, LANDSCAPE_NATIONAL, domain << 32, choices, p.complexity)
        add_up(score, national[domain], choices, p.complexity, 0)
        legacy[domain] = np.argsort(score)[min(size - 1, int(p.legacy_quantile * size))]
    local = np.empty((choices, patterns), np.float32)
    for team in range(first, last):
        place, domain = team // domains, team % domains
        if own > 0.0:
            draw_contributions(local, w.seed, LANDSCAPE_LOCAL, w.places[place].key + (domain << 16), choices, p.complexity)
            for choice in range(choices):
                for pattern in range(patterns):
                    local[choice, pattern] = np.float32(shared * national[domain, choice, pattern] + own * local[choice, pattern])
        else:
            local[:] = national[domain]
        table = w.score[team]
        add_up(table, local, choices, p.complexity, legacy[domain])
        w.teams[team].best_value = squashed(float(table.max()))
