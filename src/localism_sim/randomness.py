"""Counter-based random draws: each is a pure function of (seed, purpose, agent, month).

Nothing is consumed in sequence (Salmon et al. 2011), so draws do not depend on activation order, threads or driver, and two scenarios with
one seed share their luck (common random numbers).
"""

import math

import numpy as np

from .rules import compiled_leaf

# Purposes: one number for each kind of draw. Append only: changing a number changes every history.
PURPOSES = (
    "landscape_national landscape_local design_count design_flip sample_place measure chain_down garble_down garble_bit chain_up garble_up "
    "garble_up_bit proposal_pass entry entry_post entry_practice turnover recruit comply borrow borrow_pick borrow_judge inquire inquire_flip "
    "inquire_judge stop keep_judge encounter encounter_staff encounter_domain engage disengage initial_trust initial_engaged initial_capability "
    "initial_regard initial_motivation initial_wellbeing peer_kind peer_place peer_index neighbour chain_up_proposal"
).split()
for number, purpose in enumerate(PURPOSES):
    globals()[purpose.upper()] = number


@compiled_leaf
def mixed(z):
    """Finaliser of SplitMix64 (Steele, Lea & Flood 2014): scrambles 64 bits."""
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@compiled_leaf
def uniform(seed, purpose, agent, month):
    """A draw in [0, 1) for one agent's one purpose in one month. All arguments are integers."""
    stream = mixed(np.uint64(seed) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(purpose) * np.uint64(0xD1342543DE82EF95))
    z = mixed(stream + np.uint64(month) * np.uint64(0xDA942042E4DD58B5) + np.uint64(0x2545F4914F6CDD1D))
    z = mixed(z ^ (np.uint64(agent) * np.uint64(0x9E3779B97F4A7C15)))
    return np.float64(z >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@compiled_leaf
def normal(seed, purpose, agent, month):
    """A standard normal draw (Box & Muller 1958) from two uniform draws of the same key."""
    u = 1.0 - uniform(seed, purpose, agent, month)
    v = uniform(seed, purpose + 1000, agent, month)
    return math.sqrt(-2.0 * math.log(u)) * math.cos(2.0 * math.pi * v)
