"""The model held to every pattern: values by seed, and what they say."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd

from ..foundation.threads import side_by_side
from ..model.parameters import Parameters
from .pattern import Pattern


def values(
    patterns: Sequence[Pattern],
    behaviour: Parameters,
    seeds: Sequence[int],
    workers: int = 1,
    progress: Callable[[int], None] | None = None,
) -> pd.DataFrame:
    """What the model makes of each statistic: `pattern`, `statistic`, `seed`, `value`, a row each,
    in order. Patterns share their seeds. A pattern that the model cannot express has no rows.
    progress: called with the number of set-ups done.
    """
    jobs = [(each, seed) for each in patterns if not each.missing for seed in seeds]
    rows: list[dict] = []
    measured = side_by_side(lambda job: job[0].measure(behaviour, job[1]), jobs, workers)
    for done, ((pattern, seed), found) in enumerate(zip(jobs, measured), 1):
        for statistic in pattern.statistics:
            value = float(found[statistic.name])
            rows.append(
                {
                    "pattern": pattern.name,
                    "statistic": statistic.name,
                    "seed": seed,
                    "value": value,
                }
            )
        if progress is not None:
            progress(done)
    return pd.DataFrame(rows, columns=["pattern", "statistic", "seed", "value"])


def judged(patterns: Sequence[Pattern], found: pd.DataFrame) -> pd.DataFrame:
    """A row a statistic: the pattern and its row of the scorecard, what was seen and its range, the
    model's mean over seeds (`model`, NaN where it cannot be expressed), whether that lies in the
    range (`met`), and by how much it misses (`missed_by`).
    """
    means = found.groupby(["pattern", "statistic"])["value"].mean()
    rows = []
    for pattern in patterns:
        for each in pattern.statistics:
            model = float(means.get((pattern.name, each.name), float("nan")))
            rows.append(
                {
                    "row": pattern.row,
                    "pattern": pattern.name,
                    "use": pattern.use,
                    "statistic": each.name,
                    "meaning": each.meaning,
                    "month": each.month,
                    "seen": each.seen,
                    "low": each.low,
                    "high": each.high,
                    "model": model,
                    "met": each.met(model),
                    "missed_by": each.missed_by(model) if model == model else float("nan"),
                }
            )
    return pd.DataFrame(rows)


def verdicts(patterns: Sequence[Pattern], statistics: pd.DataFrame) -> pd.DataFrame:
    """A row a pattern: `verdict` is `reproduced` where every statistic lies in its range, `not
    reproduced`, or `not expressible`.
    """
    met = statistics.groupby("pattern")["met"].all()
    rows = [
        {
            "row": pattern.row,
            "pattern": pattern.name,
            "title": pattern.title,
            "use": pattern.use,
            "verdict": "not expressible"
            if pattern.missing
            else "reproduced"
            if met[pattern.name]
            else "not reproduced",
        }
        for pattern in patterns
    ]
    return pd.DataFrame(rows)
