"""Draws of the rates given the patterns, as a calibration left them, and one for each seed."""

from __future__ import annotations

import functools
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ..foundation.errors import BadInput
from ..model.parameters import FIELDS, Parameters
from ..model.version import PACKAGE, digest_of

SHIPPED = Path(__file__).with_name("posterior.parquet")
VERSION = "rules"
"""Column that holds the version of the model's rules with which the draws were made."""


@functools.cache
def rules_version() -> str:
    """The version of the model's rules and data, whatever libraries they run on."""
    return digest_of(PACKAGE, ())


def posterior_draws(path: str | Path | None = None) -> pd.DataFrame:
    """A row a draw, a column a rate. path: a `posterior.parquet` that `experiment=calibrate` wrote;
    by default the draws that are shipped.

    Raises `BadInput` where there are none, or where they were made with another version of the
    model, whose rates mean something else.
    """
    file = SHIPPED if path is None else Path(path)
    if not file.is_file():
        raise BadInput(
            f"{file.name}: no posterior draws are there; make them with experiment=calibrate"
        )
    try:
        table = pd.read_parquet(file)
        versions = set(table.pop(VERSION))
    except (OSError, ValueError, KeyError):
        raise BadInput(f"{file.name} holds no posterior draws") from None
    if versions != {rules_version()}:
        raise BadInput(
            f"{file.name} was made with model {', '.join(sorted(map(str, versions)))}, this is "
            f"model {rules_version()}; make new draws with experiment=calibrate"
        )
    return table


@dataclass(frozen=True)
class Rates:
    """Draws of the rates, for runs of which each seed has a draw of its own. rows: a draw each, in
    the order of `names`.
    """

    names: tuple[str, ...]
    rows: tuple[tuple[float, ...], ...]

    @classmethod
    def of(cls, draws: pd.DataFrame, held: Collection[str] = ()) -> Rates:
        """The draws of a table, but for the rates that are held."""
        kept = draws[[name for name in draws if name not in held]]
        if kept.shape[1] == 0:
            raise BadInput("behaviour = posterior does nothing where every drawn rate is set")
        return cls(tuple(kept), tuple(tuple(row) for row in kept.astype(object).to_numpy()))

    def drawn(self, seed: int, parameters: Parameters) -> dict[str, float]:
        """The rates of a seed, by name; one that `parameters` do not have at its usual value, as a
        scenario that sets it does not, stays as it is. Seeds beyond the last draw begin again with
        the first.
        """
        return {
            name: value
            for name, value in zip(self.names, self.rows[int(seed) % len(self.rows)])
            if getattr(parameters, name) == FIELDS[name].default
        }
