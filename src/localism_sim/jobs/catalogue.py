"""All kinds of experiment by name, as the modules of this folder declare them.

The command line, its help and its completion read them from here. A module belongs to the catalogue
if it holds a dictionary `EXPERIMENTS` (see `jobs.experiment`); a new one needs no further
registration.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ..foundation.errors import BadInput, nearest
from .experiment import Experiment


@functools.cache
def declared() -> dict[str, Experiment]:
    """All experiments, in the order of their modules; two with the same name are a programming
    error.
    """
    found: dict[str, Experiment] = {}
    for module in sorted(pkgutil.iter_modules([str(Path(__file__).parent)]), key=lambda m: m.name):
        experiments = getattr(
            importlib.import_module(f".{module.name}", __package__), "EXPERIMENTS", None
        )
        if not isinstance(experiments, dict):
            continue
        if twice := set(found) & set(experiments):
            raise TypeError(f"jobs.{module.name} declares {', '.join(twice)} a second time")
        found |= experiments
    return found


class Catalogue(Mapping[str, Experiment]):
    """Experiments by name; the modules are loaded when one is first asked for."""

    def __getitem__(self, name: str) -> Experiment:
        return declared()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(declared())

    def __len__(self) -> int:
        return len(declared())


EXPERIMENTS: Mapping[str, Experiment] = Catalogue()


def checked_experiment(name: Any) -> str:
    """`name`, if it is the name of an experiment; raises `BadInput` otherwise."""
    if not isinstance(name, str) or name not in EXPERIMENTS:
        raise BadInput(
            f"unknown experiment '{name}'.{nearest(str(name), EXPERIMENTS)} Known: "
            f"{', '.join(EXPERIMENTS)}"
        )
    return name
