"""What a practice is worth: one NK landscape for each service, alike between places as far as needs
are.

A practice is a string of N binary choices, stored as a whole number; practice 0 is the legacy. The
worth of each choice depends on K others (Kauffman 1993; Levinthal 1997): here on a window of K + 1
adjacent choices, which starts at the choice itself or, near the end, where it still fits.
Contributions are bell-shaped draws z = sqrt(1 - d) national + sqrt(d) local, with d the need
diversity, so the landscapes of two places correlate by 1 - d. The sum over choices, scaled to
variance 1, is squashed into (0, 1) by the distribution function of Student's t with two degrees of
freedom, which has a closed form.
"""

import math

import numpy as np

from .compilation import rule, sweep, walk, wide
from .randomness import LANDSCAPE_LOCAL, LANDSCAPE_NATIONAL, bell

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
def worth(w, service, practice):
    """True value of a practice for a service, in (0, 1)."""
    return squashed(wide(w.score[service, practice]))


@rule
def judgement_error(p):
    """Standard deviation of judging a practice; full early engagement of citizens takes the share
    `engagement_insight` of it away (essay R1).
    """
    return p.judgement_noise * (1.0 - p.engagement_insight * p.early_engagement)


@walk
def draw_contributions(out, seed, purpose, keys, legacies, complexity):
    """Fill out[choice, pattern, k] with the draws of landscape k, relabelled so that its practice
    `legacies[k]` becomes practice 0.
    """
    choices, patterns, count = out.shape
    mask, scale = patterns - 1, 1.0 / math.sqrt(choices)
    for choice in range(choices):
        start = min(choice, choices - 1 - complexity)
        for pattern in range(patterns):
            row = out[choice, pattern]
            for k in range(count):
                row[k] = (
                    bell(
                        seed, purpose, keys[k] + (pattern ^ ((legacies[k] >> start) & mask)), choice
                    )
                    * scale
                )


@walk
def add_up(score, first, contributions, complexity):
    """score[x, first + k] = sum over choices of contributions[choice, the bits of x in that
    choice's window, k].

    Works from the last window down: the sum over windows from `start` on depends only on x >>
    start, so each step doubles the table.
    """
    choices, patterns, count = contributions.shape
    last = choices - 1 - complexity
    for pattern in range(patterns):
        total, one = score[pattern][first : first + count], contributions[last, pattern]
        for k in range(count):
            total[k] = one[k]
        for choice in range(last + 1, choices):
            one = contributions[choice, pattern]
            for k in range(count):
                total[k] += one[k]
    for start in range(last - 1, -1, -1):
        for high in range((1 << (choices - start - 1)) - 1, -1, -1):
            rest, even, odd = (
                score[high][first : first + count],
                score[2 * high][first : first + count],
                score[2 * high + 1][first : first + count],
            )
            if_even, if_odd = (
                contributions[start, (2 * high) & (patterns - 1)],
                contributions[start, (2 * high + 1) & (patterns - 1)],
            )
            for k in range(count):
                odd[k] = rest[k] + if_odd[k]
            for k in range(count):
                even[k] = rest[k] + if_even[k]


@sweep
def highest(contributions, complexity, best):
    """The highest score of any practice in each landscape, by dynamic programming from the last
    window down (Bellman 1957): a row of `best`.

    best[., state, k] is the most that windows from `start` on can add up to, given the state of the
    choices shared with the window before. The same sums as in `add_up`, so the same to the bit.
    """
    choices, patterns, count = contributions.shape
    states, last = patterns >> 1, choices - 1 - complexity
    this, beyond = 0, 1
    for start in range(last, -1, -1):
        for pattern in range(patterns):
            state = pattern & (states - 1)
            one, most, later = (
                contributions[start, pattern],
                best[this, state],
                best[beyond, pattern >> 1],
            )
            for k in range(count):
                total = one[k]
                if start < last:
                    total += later[k]
                else:
                    for choice in range(last + 1, choices):
                        total += contributions[choice, pattern, k]
                most[k] = total if pattern < states else max(most[k], total)
        this, beyond = beyond, this
    for state in range(1, states):
        for k in range(count):
            best[beyond, 0, k] = max(best[beyond, 0, k], best[beyond, state, k])
    return best[beyond, 0]


BATCH = 64
"""About how many landscapes are worked out together: each step runs over them side by side, several
at a time, and their tables stay in the cache.
"""


@walk
def at_rank(score, rank):
    """The practice at position `rank` (from 0) in rising order of score, found by halving the range
    that holds its score; of equal scores the first.
    """
    low, high = score[0], score[0]
    for x in range(len(score)):
        low, high = min(low, score[x]), max(high, score[x])
    low -= np.float32(1.0)
    middle = np.float32(0.5) * (low + high)
    while low < middle and middle < high:
        others = 0
        for x in range(len(score)):
            others += score[x] <= middle
        if others > rank:
            high = middle
        else:
            low = middle
        middle = np.float32(0.5) * (low + high)
    first = 0
    while score[first] != high:
        first += 1
    return first


@sweep
def national_landscapes(w, p):
    """Contributions [choice, pattern, domain] of the national landscape of each domain, and the
    practice there that is the legacy.

    The legacy is the practice at `legacy_quantile`; contributions are relabelled so that it is
    practice 0.
    """
    size, domains = 1 << w.choices, w.domains
    national, score = (
        np.empty((w.choices, 1 << (p.complexity + 1), domains), np.float32),
        np.empty((size, domains), np.float32),
    )
    keys, legacies = np.arange(domains) << 32, np.zeros(domains, np.int64)
    draw_contributions(national, w.seed, LANDSCAPE_NATIONAL, keys, legacies, p.complexity)
    add_up(score, 0, national, p.complexity)
    for domain in range(domains):
        legacies[domain] = at_rank(score[:, domain], min(size - 1, int(p.legacy_quantile * size)))
    draw_contributions(national, w.seed, LANDSCAPE_NATIONAL, keys, legacies, p.complexity)
    return national, legacies


@sweep
def build_landscapes(w, p, first, last):
    """Fill the score tables of services first..last-1 (whole places), and the highest value
    of each.
    """
    domains, patterns = w.domains, 1 << (p.complexity + 1)
    shared, own = math.sqrt(1.0 - p.need_diversity), math.sqrt(p.need_diversity)
    national, legacy = national_landscapes(w, p)
    batch = min(domains * max(1, BATCH // domains), last - first)
    everywhere, keys, legacies = (
        np.empty((w.choices, patterns, batch), np.float32),
        np.empty(batch, np.int64),
        np.empty(batch, np.int64),
    )
    for k in range(batch):
        for choice in range(w.choices):
            for pattern in range(patterns):
                everywhere[choice, pattern, k] = national[choice, pattern, k % domains]
        legacies[k] = legacy[k % domains]
    for start in range(first, last, batch):
        count = min(batch, last - start)
        for k in range(count):
            keys[k] = w.places[(start + k) // domains].key + ((k % domains) << 16)
        local, best = (
            np.empty((w.choices, patterns, count), np.float32),
            np.empty((2, patterns, count), np.float32),
        )
        draw_contributions(local, w.seed, LANDSCAPE_LOCAL, keys, legacies, p.complexity)
        for choice in range(w.choices):
            for pattern in range(patterns):
                here, common = local[choice, pattern], everywhere[choice, pattern]
                for k in range(count):
                    here[k] = np.float32(shared * common[k] + own * here[k])
        add_up(w.score.T, start, local, p.complexity)
        most = highest(local, p.complexity, best)
        for k in range(count):
            w.services[start + k].best_value = squashed(wide(most[k]))
