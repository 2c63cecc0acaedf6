"""Errors about what the user gave, and how messages show values."""

from __future__ import annotations

import difflib
import reprlib
from typing import Any

import numpy as np


class BadInput(ValueError):
    """Something the user gave cannot be used; the message names the field, the value and what is
    allowed.
    """


class Stopped(RuntimeError):
    """A sweep ended early: `fail_fast` was set, the disk is full, no worker starts, or the cluster
    is gone.
    """


def nearest(name: str, known) -> str:
    """' Did you mean ...?' for the nearest known name, or an empty string."""
    close = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f" Did you mean '{close[0]}'?" if close else ""


_BRIEF = reprlib.Repr(maxstring=80, maxother=80, maxlist=8, maxtuple=8, maxdict=8, maxlong=80)


def brief(value: Any) -> str:
    """A value as messages show it: as Python writes it, shortened if it is long."""
    try:
        return _BRIEF.repr(value.item() if isinstance(value, np.generic) else value)
    except ValueError:  # Python refuses to write out whole numbers of thousands of digits
        return "a number of thousands of digits"
