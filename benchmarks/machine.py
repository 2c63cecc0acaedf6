"""What the machine can do, measured in the same run as the model: memory bandwidth and draws."""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np

from benchmarks.measuring import Table, least
from localism_sim.model.randomness import bits

DRAWS = 20_000_000


class Limits(NamedTuple):
    """Bytes a nanosecond that one thread moves to and from memory (GB/s); nanoseconds that one draw
    takes.
    """

    bandwidth: float
    draw: float


@numba.njit(nogil=True)
def triad(a, b, c):
    """a = b + 3 c: the STREAM benchmark's triad (McCalpin 1995)."""
    for i in range(a.size):
        a[i] = b[i] + 3.0 * c[i]


@numba.njit(nogil=True)
def only_draws(rounds, kept):
    """The model's own generator and nothing else, into a buffer that stays in the processor's
    nearest cache.
    """
    for month in range(rounds):
        for agent in range(kept.size):
            kept[agent] = bits(1, 2, agent, month)


def measure(table: Table, quick: bool) -> Limits:
    """Both limits, one thread."""
    a, b, c = (np.ones(4_000_000 if quick else 20_000_000) for _ in range(3))
    kept = np.zeros(1024, np.int64)
    triad(a, b, c)
    only_draws(1, kept)
    times = least(
        {"triad": lambda: triad(a, b, c), "draws": lambda: only_draws(DRAWS // kept.size, kept)}, 7
    )
    limits = Limits(
        3 * a.nbytes / times["triad"] / 1e9, times["draws"] / (DRAWS // kept.size * kept.size) * 1e9
    )
    table.section("The machine's limits")
    table.row(
        "triad a = b + 3 c (STREAM), one thread", f"{limits.bandwidth:.1f} GB/s", "memory bandwidth"
    )
    table.row(
        "draws alone, one thread", f"{limits.draw:.2f} ns a draw", "each citizen needs one a month"
    )
    return limits
