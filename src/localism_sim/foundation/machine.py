"""What this process may use of the machine: processors and memory."""

from __future__ import annotations

import math
import os
from pathlib import Path

from .errors import BadInput

CONTROL_GROUP = Path("/sys/fs/cgroup")
"""Where Linux tells a container its limits (control groups, version 2)."""


def limit(name: str) -> list[str]:
    """The values of a limit of this container, as text; empty if there is no such file."""
    try:
        return (CONTROL_GROUP / name).read_text(encoding="ascii").split()
    except (OSError, ValueError):
        return []


def processors() -> int:
    """How many processors this process may use: those it is bound to (`taskset`), and no more than
    its container's share of time.
    """
    bound = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    found = limit("cpu.max")
    if len(found) == 2 and found[0].isdigit() and found[1].isdigit() and int(found[1]):
        return max(1, min(bound or 1, math.ceil(int(found[0]) / int(found[1]))))
    return bound or 1


def memory() -> int:
    """Bytes of memory that this process may use at most."""
    found = limit("memory.max")
    there = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return min(there, int(found[0])) if found and found[0].isdigit() else there


def check_fits(count: int, bytes_each: int, what: str, hint: str) -> None:
    """Raise `BadInput`, before anything is made, if that many items would not fit into memory."""
    if count * bytes_each > memory():
        raise BadInput(
            f"{count:,} {what} need about {count * bytes_each / 1e9:,.1f} GB of memory; this "
            f"machine allows {memory() / 1e9:,.1f} GB; {hint}"
        )
