"""Measured patterns: at the default rates, which does the model bring about?"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from experiments.study import Kept, Study
from experiments.tables import mean_columns
from localism_sim.evidence import scorecard as judging
from localism_sim.evidence.pattern import FOLDER, Pattern, patterns
from localism_sim.foundation.errors import BadInput, nearest
from localism_sim.model.parameters import Parameters
from localism_sim.model.version import model_version
from localism_sim.report.figures import patterns as figures
from localism_sim.report.patterns import Scorecard, range_in_words
from localism_sim.report.words import listed, number
from localism_sim.sweeps.question import Answer, Point, digest

FURTHER = "further"
"""What stands for the row of a pattern that is not on the scorecard."""
REPRODUCED = "reproduced"
VALUE = "value"
SEEDS = range(20)


@functools.lru_cache(maxsize=64)
def measured(pattern: str, seed: int) -> dict[str, float]:
    """Every statistic of a pattern at the default rates."""
    return dict(patterns()[pattern].measure(Parameters(), seed))


@dataclass(frozen=True)
class Measured:
    """What the model makes of the statistic that a point names."""

    outcomes: tuple[str, ...] = (VALUE,)
    keep: tuple[str, ...] = ()

    def identity(self) -> dict[str, Any]:
        files = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.py")}
        return {
            "model": model_version(),
            "patterns": digest(files),
            "parameters": Parameters().as_dict(),
        }

    def check(self, point: Point, seed: int) -> None:
        if point["pattern"] not in patterns():
            raise BadInput(
                f"pattern = '{point['pattern']}' is not a known "
                f"pattern.{nearest(str(point['pattern']), patterns())} Known: "
                f"{', '.join(patterns())}"
            )
        known = [each.name for each in patterns()[point["pattern"]].statistics]
        if point["statistic"] not in known:
            raise BadInput(
                f"statistic = '{point['statistic']}' is not one of {point['pattern']}; allowed: "
                f"{', '.join(known)}"
            )

    def full(self, point: Point) -> dict[str, Any]:
        return dict(point)

    def prepare(self) -> None:
        """Nothing takes long the first time but the compiler, which every run waits for."""

    def answer(self, point: Point, seed: int) -> Answer:
        found = measured(str(point["pattern"]), int(seed))
        return Answer(np.array([found[point["statistic"]]], float), {})

    def settings(self, points: pd.DataFrame) -> pd.DataFrame:
        return points


def expressible() -> tuple[Pattern, ...]:
    """The patterns about which the model can be asked."""
    return tuple(each for each in patterns().values() if not each.missing)


def statistics(table: pd.DataFrame) -> pd.DataFrame:
    """The committed table as the scorecard's rows."""
    return table.assign(row=table["row"].replace(FURTHER, ""))


def verdicts(table: pd.DataFrame) -> pd.DataFrame:
    """A row a pattern: `verdict` and `use`."""
    held = tuple(patterns()[name] for name in dict.fromkeys(table["pattern"]))
    return judging.verdicts(held, statistics(table))


def scorecard(table: pd.DataFrame) -> Figure:
    """Every statistic on a common scale: inside the band the model comes out where it was seen."""
    nothing = pd.DataFrame(columns=["pattern", "statistic", "seed", VALUE])
    return figures.scorecard(
        Scorecard(
            expressible(),
            Parameters(),
            {},
            tuple(SEEDS),
            model_version(),
            nothing,
            statistics(table),
            verdicts(table),
        )
    )


class MeasuredPatterns(Study):
    """Every measured pattern at the default rates."""

    title = "Measured patterns"
    question = "Which measured patterns does the model bring about, and which not?"
    design = (
        "Every pattern in `src/localism_sim/evidence/patterns/` at the default rates, each in a "
        "set-up of its own ([which](../../docs/reference/patterns.md)). It is "
        "`localism-sim experiment=patterns`."
    )
    reading = (
        "Reproduced: every statistic, as a mean over seeds, lies in the range seen. Fitted or set "
        "directly: rates were chosen by it, so it shows only that the model can come out there. "
        "Held back: no rate was chosen by it, so it is a test."
    )
    takes = "a quarter of a minute on two cores"
    intervals = "the range seen"
    seeds = SEEDS
    keys = ("pattern", "statistic")
    drawings = (scorecard,)

    @property
    def slice(self) -> tuple[int, ...]:  # type: ignore[override]
        return tuple(np.flatnonzero(self.points()["pattern"] == "cuts_by_deprivation").tolist())

    def ask(self) -> Measured:
        return Measured()

    def points(self) -> pd.DataFrame:
        rows = [(each.name, s.name) for each in expressible() for s in each.statistics]
        return pd.DataFrame(rows, columns=list(self.keys))

    def table(self, runs: pd.DataFrame, kept: Kept) -> pd.DataFrame:
        there = tuple(each for each in expressible() if each.name in set(runs["pattern"]))
        runs = runs.sort_values([*self.keys, "seed"])  # a mean is rounded in the order of its terms
        rows = judging.judged(there, runs[[*self.keys, "seed", VALUE]])
        spans = [
            mean_columns(
                runs.loc[runs["pattern"].eq(p) & runs["statistic"].eq(s), VALUE].to_numpy(), "model"
            )
            for p, s in zip(rows["pattern"], rows["statistic"])
        ]
        return rows.assign(
            row=rows["row"].replace("", FURTHER),
            month=rows["month"].astype(float),
            seen=rows["seen"].astype(float),
            **pd.DataFrame(spans)[["model_low", "model_high"]],
        )

    def finding(self, table: pd.DataFrame) -> list[str]:
        return [tallies(table), missed(table, held_back=True), missed(table, held_back=False)]


def tally(found: pd.DataFrame) -> str:
    """'10 of 12'."""
    return f"{int(found['verdict'].eq(REPRODUCED).sum())} of {len(found)}"


def tallies(table: pd.DataFrame) -> str:
    """How many are reproduced: all, on the scorecard, and by use."""
    found = verdicts(table)
    test = found["use"].eq("held back")
    return (
        f"Reproduced at the default rates: {tally(found)} patterns in all, "
        f"{tally(found[found['row'] != ''])} on the scorecard. Of those by which rates were fitted "
        f"or set: {tally(found[~test])}. Of those held back, the test: {tally(found[test])}."
    )


def missed(table: pd.DataFrame, held_back: bool) -> str:
    """What is missed, with the model's value and the range seen."""
    found = verdicts(table).set_index("pattern")
    names = found.index[
        found["verdict"].ne(REPRODUCED) & (found["use"].eq("held back") == held_back)
    ]
    told = []
    for name in names:
        rows = table[table["pattern"].eq(name) & ~table["met"].astype(bool)]
        each = [
            f"{row.meaning}: {number(row.model)} in the model ({range_in_words(row.low, row.high)})"
            for row in rows.itertuples()
        ]
        told.append(f"*{found.loc[name, 'title']}* ({listed(each)})")
    head = "Held back and missed" if held_back else "Fitted and missed"
    return f"{head}: {'; '.join(told) or 'none'}."


STUDY = MeasuredPatterns()
