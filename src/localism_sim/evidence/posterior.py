"""Draws of the rates given the patterns, as a calibration left them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from ..foundation.errors import BadInput
from ..model.version import model_version

SHIPPED = Path(__file__).with_name("posterior.parquet")
VERSION = "model_version"
"""Column that holds the version of the model with which the draws were made."""


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
    if versions != {model_version()}:
        raise BadInput(
            f"{file.name} was made with model {', '.join(sorted(map(str, versions)))}, this is "
            f"model {model_version()}; make new draws with experiment=calibrate"
        )
    return table
