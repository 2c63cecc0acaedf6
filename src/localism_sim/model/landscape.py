"""What a practice is worth: one NK landscape for each service, alike between places as far as needs
are.

A practice is a string of N binary choices, stored as a whole number; practice 0 is the legacy. The
worth of each choice depends on K others (Kauffman 1993; Levinthal 1997): here on a window of K + 1
adjacent choices round a ring, which starts at the choice itself, so every choice has the same
influence. Contributions are bell-shaped draws z = sqrt(1 - d) national + sqrt(d) local, with d the
need diversity, so the landscapes of two places correlate by 1 - d. The sum over choices, scaled to
variance 1, is squashed into (0, 1) by the distribution function of Student's t with two degrees of
freedom, which has a closed form.
"""

import math

import numpy as np

from .compilation import maker, rule, sweep, walk, wide
from .randomness import LANDSCAPE_LOCAL, LANDSCAPE_NATIONAL, bell

LEGACY = 0


@rule
def differences(a, b):
    """In how many choices two practices differ, of at most sixteen: the bits set are counted in
    pairs, fours, eights and all (Warren 2012), without a branch.
    """
    rest = a ^ b
    rest = rest - ((rest >> 1) & 0x5555)
    rest = (rest & 0x3333) + ((rest >> 2) & 0x3333)
    rest = (rest + (rest >> 4)) & 0x0F0F
    return (rest + (rest >> 8)) & 0x1F


@rule
def squashed(z):
    """Score z (mean 0, variance 1) as a value in (0, 1): 0.5 + z / (2 sqrt(2 + z^2))."""
    return 0.5 + z / (2.0 * math.sqrt(2.0 + z * z))


@rule
def worth(w, service, practice):
    """True value of a practice for a service, in (0, 1)."""
    return squashed(wide(w.score[practice, service]))


@rule
def judgement_error(p):
    """Standard deviation of judging a practice; full early engagement of citizens takes the share
    `engagement_insight` of it away (essay R1).
    """
    return p.judgement_noise * (1.0 - p.engagement_insight * p.early_engagement)


@rule
def window(practice, start, choices):
    """The bits of a practice from choice `start` on, round the ring, lowest first."""
    return (practice >> start) | (practice << (choices - start))


@walk
def draw_contributions(out, seed, purpose, keys, legacies):
    """Fill out[choice, pattern, k] with the draws of landscape k, relabelled so that its practice
    `legacies[k]` becomes practice 0.
    """
    choices, patterns, count = out.shape
    mask, scale = patterns - 1, 1.0 / math.sqrt(choices)
    for choice in range(choices):
        for pattern in range(patterns):
            row = out[choice, pattern]
            for k in range(count):
                relabelled = pattern ^ (window(legacies[k], choice, choices) & mask)
                row[k] = bell(seed, purpose, keys[k] + relabelled, choice) * scale


@walk
def add_up(score, first, contributions, complexity):
    """score[x, first + k] = sum over choices of contributions[choice, the bits of x in that
    choice's window, k].

    Works from the last window that does not pass the end down: the sum over windows from `start` on
    depends only on x >> start, so each step doubles the table. Windows that pass the end are added
    to the whole table.
    """
    choices, patterns, count = contributions.shape
    last = choices - 1 - complexity
    for pattern in range(patterns):
        total, one = score[pattern][first : first + count], contributions[last, pattern]
        for k in range(count):
            total[k] = one[k]
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
    for practice in range(1 << choices):
        total = score[practice][first : first + count]
        for start in range(last + 1, choices):
            one = contributions[start, window(practice, start, choices) & (patterns - 1)]
            for k in range(count):
                total[k] += one[k]


@walk
def highest(score, first, best):
    """The highest score of any practice in landscapes first.. on, into `best`."""
    count = len(best)
    for k in range(count):
        best[k] = score[0][first + k]
    for practice in range(1, len(score)):
        one = score[practice][first : first + count]
        for k in range(count):
            best[k] = max(best[k], one[k])


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


@maker
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
    draw_contributions(national, w.seed, LANDSCAPE_NATIONAL, keys, legacies)
    add_up(score, 0, national, p.complexity)
    for domain in range(domains):
        legacies[domain] = at_rank(
            score[:, domain].copy(), min(size - 1, int(p.legacy_quantile * size))
        )
    draw_contributions(national, w.seed, LANDSCAPE_NATIONAL, keys, legacies)
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
        local = np.empty((w.choices, patterns, count), np.float32)
        best = np.empty(count, np.float32)
        draw_contributions(local, w.seed, LANDSCAPE_LOCAL, keys, legacies)
        for choice in range(w.choices):
            for pattern in range(patterns):
                here, common = local[choice, pattern], everywhere[choice, pattern]
                for k in range(count):
                    here[k] = np.float32(shared * common[k] + own * here[k])
        add_up(w.score, start, local, p.complexity)
        highest(w.score, start, best)
        for k in range(count):
            w.services[start + k].best_value = squashed(wide(best[k]))
