"""Small questions for the faults: quick, and able to fail in every way a run can."""

import os
import signal
import time
from dataclasses import dataclass

import numpy as np
import pandas as pd

from localism_sim.foundation.errors import BadInput
from localism_sim.sweeps.question import Answer


@dataclass(frozen=True)
class Toy:
    """y = x * x + seed / 1000, z = -x, after `pause` seconds.

    `trouble` maps x (rounded) to what goes wrong there.
    """

    trouble: tuple[tuple[float, str], ...] = ()
    pause: float = 0.0
    keep: tuple[str, ...] = ()
    version: int = 1
    outcomes: tuple[str, ...] = ("y", "z")

    def identity(self):
        return {"toy": self.version}

    def check(self, point, seed):
        if point["x"] > 1e6:
            raise BadInput(f"x = {point['x']} is not allowed; allowed: up to 1000000")

    def full(self, point):
        return dict(point)

    def prepare(self):
        pass

    def answer(self, point, seed):
        time.sleep(self.pause)
        what = dict(self.trouble).get(round(float(point["x"]), 6))
        if what == "raise":
            raise ArithmeticError("no answer here")
        if what == "memory":
            raise MemoryError("too much")
        if what == "nan":
            return Answer(np.array([np.nan, 0.0]), {})
        if what == "hang":
            time.sleep(3600)
        if what == "hold":
            os.kill(os.getpid(), signal.SIGSTOP)
        if what == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        tables = {
            kind: pd.DataFrame(
                {"month": range(3), "level": [point["x"] * m + seed for m in range(3)]}
            )
            for kind in self.keep
        }
        return Answer(np.array([point["x"] ** 2 + seed / 1000, -point["x"]]), tables)

    def settings(self, points):
        return points.copy()


def design(count: int) -> pd.DataFrame:
    return pd.DataFrame({"x": np.arange(count) / 8.0})
