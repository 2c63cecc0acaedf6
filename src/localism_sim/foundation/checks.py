"""Checks of single values that a user gives."""

from __future__ import annotations

import numpy as np

from .errors import BadInput, brief


def whole_number(name: str, value: object, least: int, most: int, purpose: str = "") -> None:
    """Refuse what is not a whole number within limits."""
    if (
        isinstance(value, bool)
        or not isinstance(value, (int, np.integer))
        or not least <= value <= most
    ):
        raise BadInput(
            f"{name} = {brief(value)} is not allowed{purpose and ' '}{purpose}; allowed: a whole "
            f"number from {least} to {most}"
        )


def finite_number(name: str, value: object, least: float, most: float) -> float:
    """A finite number within limits, else `BadInput`."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not least <= value <= most:
        raise BadInput(
            f"{name} = {brief(value)} is not allowed; allowed: a number from {least:g} to {most:g}"
        )
    return float(value)


def checked_flag(name: str, value: object) -> bool:
    """A true or false setting, else `BadInput`."""
    if not isinstance(value, bool):
        raise BadInput(f"{name} = {brief(value)} is not allowed; allowed: true or false")
    return value


def power_of_two(name: str, value: int, why: str = "") -> None:
    """Refuse a whole number that is not a power of two. why: who needs one, in the message."""
    if value & (value - 1):
        below = 2 ** (int(value).bit_length() - 1)
        raise BadInput(
            f"{name} = {value} is not a power of two{why}; nearest: {below} or {2 * below}"
        )
