"""Columns that compiled code takes as a start and a length."""

import gc
import weakref
from collections import namedtuple

import numba
import numpy as np
import pytest

from localism_sim.foundation import column_type, compiled_code

Held = namedtuple("Held", "numbers rows table")
column_type.hand_over_as_columns(Held)
ROW = np.dtype([("key", "i8"), ("share", "f4")], align=True)


def held(count: int) -> Held:
    """A tuple of a column, a column of rows, and an array that is none."""
    rows = np.zeros(count, ROW)
    rows["key"] = np.arange(count)
    return Held(np.arange(count, dtype=float), rows, np.ones((2, count)))


def work(h, first, last):
    """Reads, writes, counts and cuts."""
    total = len(h.numbers) + h.table[1, 0]
    for i in range(len(h.rows)):
        h.rows[i].share = h.numbers[i] / 2
        h.numbers[i] += h.rows[i].key
    for one in h.numbers[first:last]:
        total += one
    return total


@pytest.mark.parametrize("count", [1, 2, 7, 1000])
def test_compiled_code_does_with_a_column_what_python_does(count):
    plain, compiled = held(count), held(count)
    first, last = count // 3, count - count // 4
    in_python = plain._replace(rows=plain.rows.view(np.recarray))
    assert numba.njit(work)(compiled, first, last) == work(in_python, first, last)
    for one, other in zip(plain, compiled):
        np.testing.assert_array_equal(one, other)


def test_only_arrays_of_one_dimension_without_gaps_are_columns():
    kinds = numba.typeof(held(3))
    assert [isinstance(kind, column_type.ColumnType) for kind in kinds] == [True, True, False]
    assert not column_type.is_column(np.arange(6)[::2]) and not column_type.is_column(3)


@pytest.mark.parametrize("options", [{}, {"_nrt": False}])
def test_no_call_keeps_an_array(options):
    given, compiled = held(5), numba.njit(work, **options)
    compiled(given, 0, 5)
    watched = weakref.ref(given.numbers)
    del given
    gc.collect()
    assert watched() is None


def test_a_column_that_may_not_be_written_is_not():
    given = held(3)
    given.numbers.flags.writeable = False
    with pytest.raises(numba.TypingError, match=r"[Cc]annot modify"):
        numba.njit(work)(given, 0, 3)


def test_compiled_code_is_made_anew_when_its_makers_change(monkeypatch):
    """The version in the folder's name covers the model alone."""
    kept = compiled_code.CodeOnDisk(work, compiled_code.Path("folder"))
    codegen = numba.njit(work).targetctx.codegen()
    before = kept.path("signature", codegen)
    monkeypatch.setattr(compiled_code, "made_by", lambda: "others")
    assert kept.path("signature", codegen) != before
