"""Tables of numbers as blocks."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from .blocks import Table, Words
from .words import number


def from_frame(
    frame: pd.DataFrame,
    head: Mapping[str, str],
    title: str = "",
    shown: Mapping[str, Callable[..., Words]] | None = None,
) -> Table:
    """A table of some columns of a data frame, in the order of `head` (column -> heading). Numbers
    have three significant digits and stand to the right; `shown` writes a column in another way.
    """
    shown = shown or {}
    numeric = {name for name in head if pd.api.types.is_numeric_dtype(frame[name])}

    def cell(name: str, value: object) -> Words:
        if name in shown:
            return shown[name](value)
        if pd.isna(value):
            return ""
        if isinstance(value, (bool, str)) or name not in numeric:
            return str(value)
        return f"{value:,}" if isinstance(value, int) else number(float(value))  # type: ignore[arg-type]

    rows = tuple(
        tuple(cell(name, value) for name, value in zip(head, row))
        for row in frame[list(head)].astype(object).itertuples(index=False)
    )
    align = "".join("r" if name in numeric else "l" for name in head)
    return Table(tuple(head.values()), rows, title, align)
