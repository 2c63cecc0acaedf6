"""Figures show every scenario, keep their text apart and on the page, and survive any data."""

import threading
from dataclasses import replace

import matplotlib
import numpy as np
import pytest
from fake_comparison import ARMS, TITLES, fake_comparison
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.text import Text

import localism_sim as ls
from localism_sim.analysis.comparison import in_places, place_differences
from localism_sim.report import figures
from localism_sim.report.figures import between_places, contrast, over_time
from localism_sim.report.figures import style as house
from localism_sim.report.words import month_name


@pytest.fixture(scope="module")
def england():
    return fake_comparison(ls.Places.england(), months=120)


@pytest.fixture(scope="module")
def small():
    return ls.Places.synthetic(9)


def words(figure) -> list[Text]:
    """Texts that a reader sees."""
    return [
        t
        for t in figure.findobj(Text)
        if t.get_visible() and t.get_text().strip() and (t.axes is None or t.axes.get_visible())
    ]


def all_text(figure) -> str:
    return " ".join(" ".join(t.get_text().split()) for t in words(figure))


def boxes(figure) -> list:
    """Where texts lie, without the lines that lead to them; ticks beyond an axis are not drawn."""
    figure.canvas.draw()
    renderer = figure.canvas.get_renderer()
    undrawn = []
    for axes in figure.findobj(matplotlib.axes.Axes):
        outside = [
            tick
            for axis, limits in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim()))
            for tick in [*axis.get_major_ticks(), *axis.get_minor_ticks()]
            if not min(limits) - 1e-9 <= tick.get_loc() <= max(limits) + 1e-9
        ]
        undrawn += [label for tick in outside for label in (tick.label1, tick.label2)]
        if not axes.axison:
            undrawn += [*axes.get_xticklabels(), *axes.get_yticklabels()]
    hidden = {id(label) for label in undrawn}
    shown = [t for t in words(figure) if id(t) not in hidden]
    return [(t.get_text(), Text.get_window_extent(t, renderer)) for t in shown]


@pytest.mark.parametrize("name", list(figures.FIGURES))
def test_every_scenario_is_named_and_no_text_leaves_the_page_or_covers_another(england, name):
    figure = figures.FIGURES[name](england)
    text = all_text(figure)
    named = ("reforms", "autonomy", "interaction") if name == "two_by_two" else TITLES.values()
    assert all(title in text for title in named), text
    found = boxes(figure)
    page = figure.bbox
    for label, box in found:
        assert box.x0 >= -1 and box.y0 >= -1 and box.x1 <= page.x1 + 1 and box.y1 <= page.y1 + 1, (
            f"{label!r} leaves the page"
        )
    for k, (label, box) in enumerate(found):
        for other, beside in found[k + 1 :]:
            wide = min(box.x1, beside.x1) - max(box.x0, beside.x0)
            high = min(box.y1, beside.y1) - max(box.y0, beside.y0)
            assert wide <= 2 or high <= 3, f"{label!r} covers {other!r}"


def test_type_is_never_too_small_to_read(england):
    for name, draw in figures.FIGURES.items():
        assert min(t.get_fontsize() for t in words(draw(england))) >= 8, name


def test_files_are_whole_and_the_same_each_time(small, tmp_path):
    """All figures of two scenarios in a few places, and their map of England."""
    few, whole = (
        fake_comparison(places, months=24, arms=ARMS[:2]) for places in (small, ls.Places.england())
    )
    first = figures.draw_all(few, tmp_path)
    assert [path.stem for path in first] == list(figures.drawable(few))
    for path in first:
        assert path.stat().st_size > 20_000
        again = figures.FIGURES[path.stem](few)
        figures.save(again, tmp_path / "again" / path.stem, (".png",))
        assert path.read_bytes() == (tmp_path / "again" / path.name).read_bytes(), path.name
    maps = [figures.save(figures.maps(whole), tmp_path / name / "map") for name in ("a", "again")]
    for suffix in (".png", ".svg"):
        one, two = (path.with_suffix(suffix).read_bytes() for path in maps)
        assert one == two, suffix
    assert len(list(tmp_path.glob("*.*"))) == 2 * len(first)


def test_a_failed_write_leaves_the_old_figure(england, tmp_path, monkeypatch):
    path = figures.save(figures.distribution(england), tmp_path / "distribution")
    before = path.read_bytes()
    figure = figures.origins(england)
    monkeypatch.setattr(
        figure, "savefig", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt)
    )
    with pytest.raises(KeyboardInterrupt):
        figures.save(figure, path)
    assert path.read_bytes() == before and len(list(tmp_path.iterdir())) == 2


def test_trajectories_have_a_line_and_a_band_for_each_scenario(england):
    figure = figures.trajectories(england)
    for axes in figure.axes:
        assert {line.get_label() for line in axes.lines} >= set(TITLES.values())
        assert len(axes.collections) == len(ARMS)


def test_origins_fill_the_whole_with_legacy_practice(england):
    for axes in figures.origins(england).axes:
        tops = np.max(
            [
                np.vstack([path.vertices for path in area.get_paths()])[:, 1].max()
                for area in axes.collections
            ]
        )
        assert tops == pytest.approx(1.0) and len(axes.collections) == 6


def test_the_gap_drawn_is_the_mean_gap_of_runs(england):
    axes = figures.distribution(england).axes[0]
    written = [t.get_text() for t in axes.texts]
    for arm, text in zip(england.arms, written):
        table = in_places(england, arm.name)
        assert text == f"gap {(table.quantile(0.9) - table.quantile(0.1)).mean():.2f}"


def test_the_map_has_an_outline_for_each_place_of_england_and_squares_elsewhere(england, small):
    assert len(between_places.outlines(england.places)) == 148
    assert not between_places.outlines(small)
    assert all(axes.collections for axes in figures.maps(england).axes[:3])
    assert figures.maps(fake_comparison(small)).axes[0].collections


@pytest.mark.parametrize("count", [4, 36])
def test_every_place_of_a_map_of_squares_can_be_told_by_name(count):
    places = ls.Places.synthetic(count)
    text = " ".join(all_text(figures.maps(fake_comparison(places))).split())
    assert all(name in text for name in places.names)


def test_where_nothing_differs_the_map_is_hatched_and_says_so(small):
    same = fake_comparison(small, gain=0.0, noise=0.0)
    assert not place_differences(same, "localist")["clear"].any()
    assert "no clear difference in 9" in all_text(figures.maps(same))


def test_a_clear_difference_is_clear_on_the_map(small):
    table = place_differences(fake_comparison(small, gain=0.3, noise=0.001), "localist")
    assert table["clear"].all() and (table["difference"] > 0.25).all()


def test_effects_point_right_where_citizens_gain():
    better = contrast.good_effects(fake_comparison(ls.Places.synthetic(4), gain=0.1, noise=0.01))
    rows = better[better["outcome"] != "months_to_half"]
    assert (
        (rows["middle"] > 0).all() and (rows["low"] <= rows["high"]).all() and rows["clear"].all()
    )


def test_figures_need_what_they_show(small, tmp_path):
    alone = fake_comparison(small, seeds=1, arms=ARMS[:1], months=1)
    assert figures.drawable(alone) == ["trajectories", "origins", "distribution"]
    assert figures.drawable(fake_comparison(small, seeds=1)) == [
        "trajectories",
        "origins",
        "distribution",
        "map",
        "gallery",
    ]
    assert all(path.stat().st_size > 5_000 for path in figures.draw_all(alone, tmp_path))


@settings(max_examples=8)
@given(
    name=st.sampled_from(sorted(figures.FIGURES)),
    seeds=st.integers(1, 4),
    months=st.integers(1, 40),
    count=st.integers(1, 5),
    gain=st.sampled_from([-0.2, 0.0, 1e-9, 0.3]),
    noise=st.sampled_from([0.0, 1e-12, 0.05]),
    arms=st.integers(1, 5),
    random=st.integers(0, 99),
)
def test_any_data_can_be_drawn(name, seeds, months, count, gain, noise, arms, random):
    comparison = fake_comparison(
        ls.Places.synthetic(count), seeds, months, ARMS[:arms], gain, noise, random
    )
    if name in figures.drawable(comparison):
        figure = figures.FIGURES[name](comparison)
        figure.canvas.draw()
        assert np.ptp(np.asarray(figure.canvas.buffer_rgba())) > 0, f"{name} is one blank sheet"


def test_threads_draw_the_same_and_leave_settings_alone(small):
    before = dict(matplotlib.rcParams)
    comparison = fake_comparison(small)
    texts = []
    threads = [
        threading.Thread(target=lambda: texts.append(all_text(figures.effects(comparison))))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(texts) == 3 and len(set(texts)) == 1
    assert dict(matplotlib.rcParams) == before


def test_months_are_named_from_the_start_on():
    assert [month_name((2010, 5), month) for month in (0, 7, 8, 120)] == [
        "May 2010",
        "December 2010",
        "January 2011",
        "May 2020",
    ]


def test_a_start_of_ones_own_is_on_the_axes(small):
    figure = figures.trajectories(replace(fake_comparison(small), start=(2026, 4)))
    assert "Apr 2026" in all_text(figure) and "May 2010" not in all_text(figure)


def test_titles_are_drawn_as_they_are_in_any_script(small, tmp_path):
    """Neither a formula nor a letter that no font has stops a figure or goes without a word."""
    titles = ("$x$ \\frac{1}{2", "\u4e2d\u6587 \U000e0041", "=1+1 {a}_b^c")
    comparison = fake_comparison(small, arms=titles)
    figure = figures.trajectories(comparison)
    path = house.save(figure, tmp_path / "any", (".png",))
    assert path.stat().st_size > 5_000
    shown = all_text(figure)
    assert "$x$" in shown and "[U+E0041]" in shown and "=1+1 {a}_b^c" in shown


def test_maps_share_one_scale_whatever_the_differences(small):
    scales = [
        figures.maps(fake_comparison(small, gain=gain)).axes[0].collections[0].get_clim()
        for gain in (0.01, 0.3)
    ]
    assert scales[0] == scales[1]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6))
def test_labels_are_kept_apart_in_their_order(wanted):
    placed = house.spaced(wanted, 0.1, 0.0, 1.0)
    assert (np.diff(np.sort(placed)) >= 0.1 - 1e-9).all()
    assert placed.min() >= -1e-9 and placed.max() <= 1 + 1e-9
    assert (np.diff(placed[np.argsort(wanted, kind="stable")]) > 0).all()


def test_no_origin_has_the_colour_of_a_scenario(england):
    assert not set(over_time.ORIGINS.values()) & set(house.colours(england).values())


def test_squares_of_places_without_outlines_do_not_overlap():
    for count in (1, 2, 9, 50):
        boxes_of = [
            shape.get_path().get_extents()
            for shape in between_places.squares(ls.Places.synthetic(count))
        ]
        assert len(boxes_of) == count
        for k, one in enumerate(boxes_of):
            assert not any(
                one.x0 < other.x1 and other.x0 < one.x1 and one.y0 < other.y1 and other.y0 < one.y1
                for other in boxes_of[k + 1 :]
            )
