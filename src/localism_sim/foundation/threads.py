"""Work shared among threads of this process."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any


def side_by_side[Job](
    work: Callable[[Job], Any], jobs: Iterable[Job], threads: int
) -> Iterator[Any]:
    """`work(job)` of each job, in the order of the jobs, so many at once.

    Whoever stops (Ctrl-C, or an error in a job) does not wait for what has begun: that may be a
    compilation of half a minute, which no thread can be asked to leave.
    """
    pool = ThreadPoolExecutor(threads)
    done = False
    try:
        yield from pool.map(work, jobs)
        done = True
    finally:
        pool.shutdown(wait=done, cancel_futures=True)
