"""Figures drawn beside a helper: the bytes and errors of drawing alone, and no process left."""

from functools import partial

import pytest
from fake_comparison import ARMS, fake_comparison

import localism_sim as ls
from localism_sim.foundation import helper
from localism_sim.report import figures
from localism_sim.report.blocks import Figure
from localism_sim.report.figures.drawing import Drawing


@pytest.fixture(scope="module")
def few():
    return fake_comparison(ls.Places.synthetic(9), months=24, arms=ARMS[:2])


@pytest.fixture(autouse=True)
def two_processors(monkeypatch):
    """A helper is started whatever machine the tests run on."""
    monkeypatch.setattr(helper, "processors", lambda: 2)
    monkeypatch.setattr(helper.multiprocessing, "parent_process", lambda: None)


def named(**draws) -> list[Figure]:
    return [Figure(name, "", draw) for name, draw in draws.items()]


def test_a_helper_draws_the_same_bytes(few, tmp_path):
    names = ("distribution", "origins")
    asked = named(**{name: partial(figures.FIGURES[name], few) for name in names})
    with Drawing(asked, tmp_path / "both") as session:
        session.handing.join(60)
        assert not session.left, "the helper has drawn all"
        said = session.finish()
    assert set(said) == set(names) and all(said.values())
    assert session.helper.poll() is not None
    for each in asked:
        figures.save(each.draw(), tmp_path / "alone" / each.name)
    files = sorted(path.name for path in (tmp_path / "alone").iterdir())
    assert files == sorted(path.name for path in (tmp_path / "both").iterdir())
    for name in files:
        alone, both = (tmp_path / folder / name for folder in ("alone", "both"))
        assert alone.read_bytes() == both.read_bytes(), name


def only_here(comparison):
    """What no helper can load, since it does not know the tests."""
    return figures.distribution(comparison)


def test_what_a_helper_cannot_draw_is_drawn_here(few, tmp_path):
    with Drawing(named(a=partial(only_here, few), b=partial(only_here, few)), tmp_path) as session:
        session.handing.join(60)
        assert session.helper is not None and len(session.left) == 2
        assert set(session.finish()) == {"a", "b"}
    assert len(list(tmp_path.iterdir())) == 4


def test_functions_that_cannot_be_sent_and_single_figures_are_drawn_here(few, tmp_path):
    for asked in (
        named(a=lambda: figures.distribution(few), b=partial(figures.distribution, few)),
        named(a=partial(figures.distribution, few)),
    ):
        with Drawing(asked, tmp_path / str(len(asked))) as session:
            assert session.helper is None
            assert len(session.finish()) == len(asked)


def test_the_error_of_a_figure_is_told_as_without_a_helper(tmp_path):
    asked = named(**dict.fromkeys("ab", partial(int, "no figure")))
    with pytest.raises(ValueError, match="no figure"), Drawing(asked, tmp_path) as session:
        session.finish()
    assert session.helper.poll() is not None and not session.handing.is_alive()
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_while_drawing_leaves_no_process(few, tmp_path):
    def stopped():
        raise KeyboardInterrupt

    session = Drawing(named(**dict.fromkeys("ab", partial(figures.origins, few))), tmp_path)
    session.left.appendleft(Figure("c", "", stopped))
    with pytest.raises(KeyboardInterrupt), session:
        session.finish()
    assert session.helper.poll() is not None and not session.handing.is_alive()
    assert not list(tmp_path.glob(".*"))
