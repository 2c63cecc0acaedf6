"""Every experiment named once: what it asks, its options, and where it is carried out.

The command line, its help and shell completion read it from here.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ..foundation.errors import BadInput, nearest


@dataclass(frozen=True)
class Option:
    """One option of an experiment (`experiment.<name>=...`): its default and its meaning."""

    default: Any
    meaning: str


@dataclass(frozen=True)
class Experiment:
    """One question that can be put to the model. seeds: seeds if none are given. carried_out:
    `module:function` below `jobs`, given a `Request`.
    """

    meaning: str
    carried_out: str
    seeds: int
    options: dict[str, Option] = field(default_factory=dict)

    def function(self) -> Callable[[Any], int]:
        """The function that carries it out; returns the exit code."""
        module, name = self.carried_out.split(":")
        return getattr(importlib.import_module(f".{module}", __package__), name)


OUTCOME = Option("spread", "the outcome that is asked about; --help lists all")
OUTCOMES_ASKED = Option(
    "spread", "the outcome that is asked about, or several: [spread,quality_mean]; --help lists all"
)
GROUPED = Option(False, "true: whole groups of parameters instead of single ones")
VARY = Option(
    None,
    "what to vary: names or groups such as [cuts,trust] or [headline,problem], ranges such as "
    "{cuts:[0,0.4]}, or a YAML file of ranges; "
    "default: headline conditions, problem and the eleven recommendations",
)


def design(samples: int, meaning: str, **more: Option) -> dict[str, Option]:
    """Options of an experiment on a design."""
    return {"samples": Option(samples, meaning), "outcome": OUTCOME, "vary": VARY, **more}


def sensitivity(samples: int, meaning: str, **more: Option) -> dict[str, Option]:
    """Options of a sensitivity analysis."""
    return {
        **design(samples, meaning),
        "outcome": OUTCOMES_ASKED,
        **more,
        "placebos": Option(
            1, "how many factors to add that do not enter the model: they show the noise floor"
        ),
    }


EXPERIMENTS = {
    "compare": Experiment(
        "the main job, or one scenario against its baseline, on paired seeds", "comparison:run", 50
    ),
    "england": Experiment(
        "the same at one to one: all 53 million residents of England", "comparison:run", 1
    ),
    "sobol": Experiment(
        "which parameters matter: shares of variance, alone and together (Sobol, Saltelli)",
        "sensitivity:run",
        2,
        sensitivity(
            256,
            "N, a power of two; runs N x (2 x parameters + 2) points",
            grouped=GROUPED,
            second_order=Option(True, "false: skip interactions, half the runs"),
        ),
    ),
    "morris": Experiment(
        "which parameters matter: elementary effects, for a cheap first look (Morris)",
        "sensitivity:run",
        2,
        sensitivity(
            64, "number of trajectories; runs N x (parameters + 1) points", grouped=GROUPED
        ),
    ),
    "pawn": Experiment(
        "which parameters matter: change of the whole distribution (PAWN)",
        "sensitivity:run",
        2,
        sensitivity(2048, "number of points"),
    ),
    "delta": Experiment(
        "which parameters matter: moment-independent delta (Borgonovo)",
        "sensitivity:run",
        2,
        sensitivity(2048, "number of points"),
    ),
    "rbd_fast": Experiment(
        "which parameters matter: first-order shares by Fourier analysis (RBD-FAST)",
        "sensitivity:run",
        2,
        sensitivity(2048, "number of points"),
    ),
    "discover": Experiment(
        "under which conditions does an outcome pass a threshold: readable boxes (PRIM, CART)",
        "discovery:run",
        4,
        design(
            2048,
            "number of points, a power of two",
            method=Option("prim", "prim or cart"),
            threshold=Option(0.5, "cases of interest: outcome above it"),
            above=Option(True, "false: cases of interest lie below it"),
            density=Option(
                None,
                "least share of cases of interest in the box, such as 0.8 (default: best balance "
                "with coverage)",
            ),
            halves=Option(20, "random halves of the points that show how stable a box is"),
            boxes=Option(
                3,
                "how many boxes to seek at most, 1 to 5: each among the points that the boxes "
                "before it leave",
            ),
        ),
    ),
    "tipping": Experiment(
        "at which level of one parameter an outcome crosses a threshold, and whether the way back "
        "is the same",
        "tipping:run",
        20,
        {
            "outcome": OUTCOME,
            "lever": Option("autonomy", "the parameter that is moved"),
            "low": Option(None, "from (default: its lower bound)"),
            "high": Option(None, "to (default: its upper bound)"),
            "threshold": Option(0.5, "the outcome's threshold"),
            "grid": Option(9, "even levels of the first look, before bisection"),
            "across": Option(
                None,
                "a second parameter, such as cuts or {cuts:[0,0.4]}: the crossing is mapped over "
                "its range",
            ),
            "across_values": Option(7, "how many values of it"),
            "hysteresis": Option(True, "false: skip the way up and back"),
            "hold": Option(60, "months at each of five levels on the way up and back"),
        },
    ),
    "replicate": Experiment(
        "add paired seeds until the interval of a difference is narrow enough",
        "replication:run",
        30,
        {
            "outcome": Option("quality_mean", OUTCOME.meaning),
            "half_width": Option(0.01, "half-width of the 95% interval that is asked for"),
            "most": Option(2000, "stop at this number of seeds in any case"),
            "difference": Option(
                True, "false: the outcome itself instead of its difference from another scenario"
            ),
            "against": Option(
                None,
                "the scenario to compare with (default: the scenario's baseline; without a "
                "scenario: localist against centralist)",
            ),
        },
    ),
    "repeat": Experiment(
        "one run of a finished sweep again, compared with what is stored",
        "repeat:run",
        1,
        {
            "folder": Option(None, "the sweep's folder"),
            "run": Option(None, "the run's number in ledger.parquet"),
        },
    ),
}


def checked_experiment(name: Any) -> str:
    """`name` if there is such an experiment, else `BadInput`."""
    if name not in EXPERIMENTS:
        raise BadInput(
            f"unknown experiment '{name}'.{nearest(str(name), EXPERIMENTS)} Known: "
            f"{', '.join(EXPERIMENTS)}"
        )
    return str(name)
