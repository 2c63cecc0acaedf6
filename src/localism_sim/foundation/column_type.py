"""Columns handed to compiled functions as two numbers each: where one begins, and its length.

Numba hands an array over as seven numbers. A world of eighty columns then makes several hundred
arguments of every compiled function, and a fifth of the compiler's time goes into them. A column
has one dimension and no gaps, and whoever calls keeps it alive: two numbers tell all.
"""

from __future__ import annotations

import operator
from typing import Any

import numpy as np
from numba import typeof, types
from numba.extending import (
    NativeValue,
    lower_builtin,
    models,
    register_model,
    typeof_impl,
    unbox,
)

from .numba_internals import array_from, cgutils, load_item, make_array, store_item

START, LENGTH = 0, 1


class ColumnType(types.Array):
    """A column: what an array is to compiled code, but handed over otherwise."""

    def __init__(self, array: types.Array):
        super().__init__(array.dtype, 1, "C", not array.mutable, f"Column({array.dtype})")

    @property
    def array(self) -> types.Array:
        """The type of the array that it is in Python."""
        return types.Array(self.dtype, 1, "C", not self.mutable)


def type_for_columns(part: Any) -> types.Type:
    """The type of a part of a tuple of columns: an array of one dimension is a column."""
    found = typeof(part)
    return ColumnType(found) if is_column(part) else found


def is_column(part: Any) -> bool:
    """Whether a part of a tuple of columns is an array of one dimension without gaps."""
    return isinstance(part, np.ndarray) and part.ndim == 1 and part.flags.c_contiguous


def hand_over_as_columns(kind: type) -> None:
    """Have compiled functions take the arrays in a named tuple class as columns."""

    @typeof_impl.register(kind)
    def type_of(given: Any, context: Any) -> types.NamedTuple:
        return types.NamedTuple([type_for_columns(part) for part in given], kind)


@register_model(ColumnType)
class ColumnModel(models.StructModel):
    """Where it begins, and how many rows it has."""

    def __init__(self, manager: Any, kind: ColumnType):
        members = [("start", types.CPointer(kind.dtype)), ("length", types.intp)]
        super().__init__(manager, kind, members)


@unbox(ColumnType)
def from_python(kind: ColumnType, given: Any, c: Any) -> NativeValue:
    """A column from Python, which keeps the array while the compiled function runs."""
    native = c.unbox(kind.array, given)
    array = make_array(kind.array)(c.context, c.builder, native.value)
    column = cgutils.pack_struct(c.builder, [array.data, array.nitems])
    if c.context.enable_nrt:
        c.context.nrt.decref(c.builder, kind.array, native.value)
    return NativeValue(column, is_error=native.is_error)


def address(context: Any, builder: Any, column: Any, row_kind: types.Integer, row: Any) -> Any:
    """Where a row stands. Rows are counted from 0, never from the end."""
    position = context.cast(builder, row, row_kind, types.intp)
    return cgutils.gep(builder, builder.extract_value(column, START), position)


@lower_builtin(operator.getitem, ColumnType, types.Integer)
def read(context: Any, builder: Any, signature: Any, given: Any) -> Any:
    """`column[row]`."""
    kind, row_kind = signature.args
    place = address(context, builder, given[0], row_kind, given[1])
    return load_item(context, builder, kind, place)


@lower_builtin(operator.setitem, ColumnType, types.Integer, types.Any)
def write(context: Any, builder: Any, signature: Any, given: Any) -> None:
    """`column[row] = value`."""
    kind, row_kind, value_kind = signature.args
    value = context.cast(builder, given[2], value_kind, kind.dtype)
    place = address(context, builder, given[0], row_kind, given[1])
    store_item(context, builder, kind, value, place)


@lower_builtin(len, ColumnType)
def count(context: Any, builder: Any, signature: Any, given: Any) -> Any:
    """`len(column)`."""
    return builder.extract_value(given[0], LENGTH)


@lower_builtin(operator.getitem, ColumnType, types.SliceType)
def part_of(context: Any, builder: Any, signature: Any, given: Any) -> Any:
    """`column[first:last]`, as an array."""
    kind, rows = signature.args
    start, length = (builder.extract_value(given[0], part) for part in (START, LENGTH))
    array = array_from(context, builder, kind.array, start, length)
    slice_of = context.get_function(operator.getitem, signature.replace(args=(kind.array, rows)))
    return slice_of(builder, (array, given[1]))
