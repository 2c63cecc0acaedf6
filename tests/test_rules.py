"""What compiled rules reckon with: positions, roots and ranks."""

import numba
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from localism_sim.mesa_driver.model import View
from localism_sim.model.landscape import LEGACY, at_rank
from localism_sim.model.staff import cube_root


def test_rows_are_counted_from_zero_here_and_from_either_end_elsewhere():
    """Compiled rules do not ask whether a position is negative, so the Mesa driver refuses one;
    functions of others keep NumPy's meaning.
    """
    rows = View(np.arange(6.0).reshape(3, 2))
    assert rows[2, 1] == 5.0
    with pytest.raises(IndexError, match="count rows from 0"):
        rows[-1]
    with pytest.raises(IndexError, match="position"):
        rows[1, -1] = 2.0
    assert numba.njit(lambda a: a[-1])(np.arange(3)) == 2


@given(st.floats(0.0, 1.0, allow_subnormal=False))
def test_the_cube_root_is_as_near_as_double_precision_allows(x):
    exact = np.cbrt(np.longdouble(x))
    assert abs(cube_root(x) - exact) <= 3.0 * np.spacing(float(exact))


def test_nothing_has_the_cube_root_nothing_and_the_plain_form_the_same_bits():
    assert cube_root(0.0) == 0.0
    for x in np.random.default_rng(1).random(300):
        assert cube_root.py_func(x) == cube_root(x)


@given(
    st.lists(
        st.sampled_from([-1.5, -0.25, 0.0, 0.1, 0.2, 3.0]) | st.floats(-9.0, 9.0, width=32),
        min_size=1,
        max_size=40,
    ),
    st.data(),
)
def test_the_practice_at_a_rank_is_the_first_of_those_with_the_score_at_that_rank(scores, data):
    score = np.array(scores, np.float32)
    rank = data.draw(st.integers(0, len(score) - 1))
    assert at_rank(score, rank) == list(score).index(np.sort(score)[rank])
    assert at_rank(np.full(8, 0.5, np.float32), rank % 8) == LEGACY


def test_a_rule_can_be_called_from_python_though_it_has_no_entry_of_its_own():
    """Numba would jump to nowhere, and the process would end without a word."""
    from localism_sim.model.compilation import plain
    from localism_sim.model.landscape import squashed

    assert "no_cpython_wrapper" in squashed.options
    assert squashed(0.3) == plain(squashed)(0.3)
