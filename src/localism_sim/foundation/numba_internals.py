"""Every private part of Numba that this package uses, in one place.

Numba promises nothing about these names, so pyproject.toml allows one minor version alone
(numba>=0.68,<0.69). To allow another, check what stands here and run `tests/test_rules.py` and
`tests/faults/test_compiled_cache.py`. Another module imports them from here and nowhere else,
which `tests/test_architecture.py` holds.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numba
from numba.core import config, event, serialize
from numba.core.compiler import CompileResult
from numba.core.cpu import CPUTargetOptions
from numba.core.options import TargetOptions
from numba.np import arrayobj

__all__ = [
    "APART",
    "WITHOUT_COUNTS",
    "as_bytes",
    "compiler_settings",
    "count_from_zero",
    "event",
    "from_parts",
    "keep_in",
]

APART: dict[str, Any] = {"noalias": True}
"""The option that tells the compiler that no two arrays given to a function share memory, so that
what is read once need not be read again after each write. Numba has it for itself and does not
offer it.
"""
CPUTargetOptions.noalias = TargetOptions.Mapping("noalias")

WITHOUT_COUNTS: dict[str, Any] = {"_nrt": False}
"""The option of `numba.njit` that leaves out reference counts, for functions that make no array."""


def compiler_settings() -> tuple:
    """The global settings that decide what code Numba makes."""
    numba_config: Any = config
    return (numba_config.OPT, numba_config.BOUNDSCHECK, numba_config.DEBUGINFO_DEFAULT)


def as_bytes(result: Any) -> bytes:
    """A compiled form as bytes that `from_parts` can use once they are unpickled."""
    return serialize.dumps(result._reduce())


def from_parts(target_context: Any, parts: tuple) -> Any:
    """The compiled form from what `as_bytes` wrote, unpickled."""
    return CompileResult._rebuild(target_context, *parts)


def keep_in(dispatcher: Any, store: Any) -> None:
    """Have a compiled function keep its forms in `store` instead of Numba's own cache."""
    dispatcher._cache = store


def count_from_zero(package: str) -> None:
    """Leave out, in the compiled functions of `package`, the step by which Numba turns a negative
    position in an array into one counted from its end.

    The model counts rows from 0 and never from the end (the Mesa driver refuses it), and this step
    takes an eighth of a month's time. Functions of others that are compiled in the same process
    keep the usual meaning.
    """
    arrayobj.fix_integer_index = counted_from_zero(arrayobj.fix_integer_index, package)


def counted_from_zero(fix_position: Callable, package: str) -> Callable:
    """Numba's `fix_integer_index` for all but the functions of `package`."""
    ours = f"{len(package)}{package}"  # as a compiled function's full name spells it

    @functools.wraps(fix_position)
    def position(context, builder, kind, index, size):
        if ours in builder.function.name:
            return context.cast(builder, index, kind, numba.types.intp)
        return fix_position(context, builder, kind, index, size)

    return position
