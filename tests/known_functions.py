"""Functions whose sensitivity indices are known in closed form, and a short way to analyse them."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from localism_sim.analysis.sensitivity.indices import Design, analyse, evaluate, over_function
from localism_sim.sweeps.factors import Factor
from localism_sim.sweeps.question import Answer

ANGLES = tuple(Factor(f"x{k}", -np.pi, np.pi) for k in (1, 2, 3))
SHARES = tuple(Factor(f"x{k}", 0.0, 1.0) for k in range(1, 7))
G_WEIGHTS = np.array([0.0, 1.0, 4.5, 9.0, 99.0, 99.0])
ISHIGAMI = {"first": [0.3139, 0.4424, 0.0], "total": [0.5576, 0.4424, 0.2437]}
"""Closed form for a = 7, b = 0.1 (Ishigami & Homma 1990); the pair x1, x3 has 0.2437, the others 0.
"""


def ishigami(points, seed=0):
    return (
        np.sin(points["x1"])
        + 7.0 * np.sin(points["x2"]) ** 2
        + 0.1 * points["x3"] ** 4 * np.sin(points["x1"])
    )


def sobol_g(points, seed=0):
    return np.prod(
        (np.abs(4.0 * points[[f.name for f in SHARES]].to_numpy() - 2.0) + G_WEIGHTS)
        / (1.0 + G_WEIGHTS),
        axis=1,
    )


def g_indices():
    """First-order and total shares of the Sobol G function (Saltelli & Sobol 1995)."""
    own = 1.0 / (3.0 * (1.0 + G_WEIGHTS) ** 2)
    whole = np.prod(1.0 + own) - 1.0
    return {"first": own / whole, "total": own * np.prod(1.0 + own) / (1.0 + own) / whole}


def asked(method, factors, samples, function, seeds=(0,), converge=False, resamples=None, **more):
    design = Design(method, factors, samples, **more)
    return analyse(
        design, evaluate(design, over_function(function), seeds), "y", resamples, converge
    )


@dataclass(frozen=True)
class Known:
    """A question for a sweep whose answer is one of these functions."""

    name: str
    outcomes: tuple[str, ...] = ("y",)
    keep: tuple[str, ...] = ()

    def identity(self):
        return {"function": self.name}

    def check(self, point, seed):
        pass

    def full(self, point):
        return dict(point)

    def answer(self, point, seed):
        value = {"ishigami": ishigami, "sobol_g": sobol_g}[self.name](pd.DataFrame([point]))
        return Answer(np.array([float(np.asarray(value)[0])]), {})

    def settings(self, points):
        return points.copy()
