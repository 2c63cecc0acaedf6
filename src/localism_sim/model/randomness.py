"""Counter-based random draws: each is a pure function of (seed, purpose, agent, month).

Nothing is consumed in sequence (Salmon et al. 2011), so draws do not depend on activation order,
threads or driver, and two scenarios with one seed share their luck (common random numbers).
"""

import numpy as np

from .compilation import compiled_leaf

# Purposes: one number for each kind of draw. Append only: changing a number changes every history.
LANDSCAPE_NATIONAL, LANDSCAPE_LOCAL = 1, 2
DESIGN_COUNT, DESIGN_STEPS, DESIGN_CHOICE, DESIGN_NOISE, SAMPLED_PLACE, HEAR_REPORT = (
    10,
    11,
    12,
    13,
    14,
    15,
)
(
    CLEAR_DOWN,
    GARBLE_DOWN,
    GARBLE_DOWN_CHOICE,
    CLEAR_UP,
    GARBLE_UP,
    GARBLE_UP_CHOICE,
    CLEAR_PROPOSAL,
    JUDGE_PROPOSAL,
) = range(20, 28)
ENTRY, ENTRY_POST, ENTRY_PRACTICE, FIRST_IN_TRAY = 30, 31, 32, 33
VACANCY, RECRUIT_CAPABILITY, RECRUIT_REGARD, RECRUIT_MOTIVATION = 40, 41, 42, 43
CHANGE, INQUIRY_CHOICE, INQUIRY_PERMISSION, BORROW_NOISE, KEEP_NOISE, STOP_TRIAL, JUDGE_MANDATE = (
    range(50, 57)
)
TIE_FAR, TIE_PLACE, TIE_MEMBER, TIE_DOMAIN, TIE_REDRAWN = range(60, 65)
ENCOUNTER = 70
FIRST_TRUST, FIRST_ENGAGED = 80, 81
FIRST_CAPABILITY, FIRST_REGARD, FIRST_MOTIVATION = 90, 91, 92
PAPER, FIRST_STAFF_TRUST, RECRUIT_STAFF_TRUST, PLACE_INVENTIVE, PLACE_COMPLIANT = range(100, 105)
VISIT, VISIT_BEACON, VISIT_REGION, VISIT_CONTACT, VISIT_NOISE, CONTACT_PLACE = range(110, 116)
ENTRY_CONTACT, ENTRY_NOISE, CONTRACT_NOISE, FIRST_PRACTICE, FIRST_DIVERSE = range(120, 125)
AGENCY_AT_WORK, AGENCY_HEARD, AGENCY_SAVES, AGENCY_SAVES_HEARD, THRESHOLD = range(125, 130)

SQRT3 = 3.0**0.5


@compiled_leaf
def mixed(z):
    """Finaliser of SplitMix64 (Steele, Lea & Flood 2014): scrambles 64 bits."""
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@compiled_leaf
def bits(seed, purpose, agent, month):
    """64 random bits for one agent's one purpose in one month. All arguments are whole numbers.

    Seed, purpose and month are mixed first, so in a loop over agents that part is worked out once.
    """
    stream = mixed(
        np.uint64(seed) * np.uint64(0x9E3779B97F4A7C15)
        + np.uint64(purpose) * np.uint64(0xD1342543DE82EF95)
    )
    stream = mixed(
        stream + np.uint64(month) * np.uint64(0xDA942042E4DD58B5) + np.uint64(0x2545F4914F6CDD1D)
    )
    return np.int64(mixed(stream ^ (np.uint64(agent) * np.uint64(0x9E3779B97F4A7C15))))


@compiled_leaf
def uniform(seed, purpose, agent, month):
    """A draw in [0, 1)."""
    return np.float64(np.int64(np.uint64(bits(seed, purpose, agent, month)) >> np.uint64(11))) * (
        1.0 / 9007199254740992.0
    )


@compiled_leaf
def bell(seed, purpose, agent, month):
    """A draw of mean 0 and variance 1, close to normal: the scaled sum of four uniform 16-bit
    numbers (Irwin-Hall), within +-3.46.

    Kurtosis is 2.7 instead of 3. It needs no logarithm or cosine, so it is fast and alike on every
    machine.
    """
    z = np.uint64(bits(seed, purpose, agent, month))
    lanes = (
        (z & np.uint64(0xFFFF))
        + ((z >> np.uint64(16)) & np.uint64(0xFFFF))
        + ((z >> np.uint64(32)) & np.uint64(0xFFFF))
        + (z >> np.uint64(48))
    )
    return (np.float64(np.int32(lanes)) * (1.0 / 65536.0) - (2.0 - 2.0 / 65536.0)) * SQRT3


@compiled_leaf
def first_share(luck):
    """A draw in [0, 1) from the first 24 of 64 random bits, as many as single precision holds.

    One set of bits serves the three draws of an encounter.
    """
    return np.float32(np.int32(np.uint64(luck) >> np.uint64(40))) * np.float32(1.0 / 16777216.0)


@compiled_leaf
def second_share(luck):
    """A draw in [0, 1) from 24 bits from the 27th on."""
    return np.float32(
        np.int32((np.uint64(luck) >> np.uint64(14)) & np.uint64(0xFFFFFF))
    ) * np.float32(1.0 / 16777216.0)


@compiled_leaf
def third_below(luck, count):
    """A whole number below `count` (at most 16,384) from the last 14 bits."""
    return (np.int64(np.uint64(luck) & np.uint64(0x3FFF)) * count) >> 14


@compiled_leaf
def below(count, seed, purpose, agent, month):
    """A whole number from 0 to count - 1."""
    return np.int64(uniform(seed, purpose, agent, month) * count)


@compiled_leaf
def as_pair(first, second):
    """Two numbers of single precision as one of 64 bits, which is looked up once."""
    return (np.int64(np.float32(second).view(np.int32)) << 32) | np.int64(
        np.uint64(np.int64(np.float32(first).view(np.int32))) & np.uint64(0xFFFFFFFF)
    )


@compiled_leaf
def first_of_pair(pair):
    """The first number of `as_pair`."""
    return np.int32(pair).view(np.float32)


@compiled_leaf
def second_of_pair(pair):
    """The second number of `as_pair`."""
    return np.int32(pair >> 32).view(np.float32)
