"""What a practice is worth: one NK landscape for each team, alike between places as far as needs are.

A practice is a string of N binary choices, stored as a whole number; practice 0 is the legacy. The worth of each choice depends on K others
(Kauffman 1993; Levinthal 1997): here on a window of K + 1 adjacent choices, which starts at the choice itself or, near the end, where it still fits.
Contributions are bell-shaped draws z = sqrt(1 - d) national + sqrt(d) local, with d the need diversity, so the landscapes of two places correlate by 1 - d.
The sum over choices, scaled to variance 1, is squashed into (0, 1) by the distribution function of Student's t with two degrees of freedom, which has a
closed form.
"""

import math

import numpy as np

from .randomness import LANDSCAPE_LOCAL, LANDSCAPE_NATIONAL, bell
from .rules import rule, sweep, wide

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
    return squashed(wide(w.score[team, practice]))


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
    """score[x] = sum over choices of contributions[choice, the bits of x in that choice's window], relabelled so that `legacy` becomes practice 0.

    Works from the last window down: the sum over windows from `start` on depends only on x >> start, so each step doubles the table.
    """
    mask = (1 << (complexity + 1)) - 1
    last = choices - 1 - complexity
    turn = (legacy >> last) & mask
    for pattern in range(mask + 1):
        total = contributions[last, pattern ^ turn]
        for choice in range(last + 1, choices):
            total += contributions[choice, pattern ^ turn]
        score[pattern] = total
    for start in range(last - 1, -1, -1):
        turn = (legacy >> start) & mask
        for high in range((1 << (choices - start - 1)) - 1, -1, -1):
            rest = score[high]
            score[2 * high + 1] = rest + contributions[start, ((2 * high + 1) & mask) ^ turn]
            score[2 * high] = rest + contributions[start, ((2 * high) & mask) ^ turn]


@sweep
def highest(contributions, choices, complexity, best):
    """The highest score of any practice, by dynamic programming from the last window down (Bellman 1957): best[., state] is the most that windows from
    `start` on can add up to, given the state of the choices shared with the window before. The same sums as in `add_up`, so the same to the bit.
    """
    states, last = 1 << complexity, choices - 1 - complexity
    this, beyond = 0, 1
    for start in range(last, -1, -1):
        for state in range(states):
            best[this, state] = -np.inf
        for pattern in range(2 * states):
            total = contributions[start, pattern]
            if start < last:
                total += best[beyond, pattern >> 1]
            else:
                for choice in range(last + 1, choices):
                    total += contributions[choice, pattern]
            state = pattern & (states - 1)
            best[this, state] = max(best[this, state], total)
        this, beyond = beyond, this
    return best[beyond, :states].max()


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
    local, best = np.empty((choices, patterns), np.float32), np.empty((2, patterns), np.float32)
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
        w.teams[team].best_value = squashed(wide(highest(local, choices, p.complexity, best)))
