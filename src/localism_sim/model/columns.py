"""How the state of the world is declared: named columns with type, unit and meaning."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Column:
    """One column of state; `kind` is a NumPy type."""

    name: str
    kind: str
    unit: str
    meaning: str


def row_type(columns: tuple[Column, ...]) -> np.dtype:
    """The type of one agent's row; a structured array of it holds all agents of a kind."""
    return np.dtype([(column.name, column.kind) for column in columns], align=True)
