"""Places: England's facts, made-up places, and a user's own file."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import localism_sim as ls
from localism_sim.places import data_file, places_from_config


def test_england_has_148_places_and_all_residents_of_2011():
    places = ls.Places.england()
    assert (places.count, places.population.sum()) == (148, 53_012_456)
    assert places.scaled(1).citizens.sum() == 53_012_456
    assert np.average(places.cut_exposure, weights=places.population) == pytest.approx(1.0)
    assert places.cut_exposure.min() > 0
    assert np.corrcoef(places.cut_exposure, places.deprivation)[0, 1] > 0.5
    assert len(places.city_region_names) == 8


def test_row_order_never_matters(tmp_path):
    lines = data_file("england_places.csv").read_text().splitlines()
    shuffled = tmp_path / "shuffled.csv"
    shuffled.write_text("\n".join([lines[0], *np.random.default_rng(1).permutation(lines[1:])]))
    assert ls.Places.from_csv(shuffled).fingerprint == ls.Places.england().fingerprint


def test_synthetic_places_do_not_depend_on_how_many_there_are():
    few, many = ls.Places.synthetic(5, seed=2), ls.Places.synthetic(50, seed=2)
    assert (few.population == many.population[:5]).all()
    assert (few.keys == many.keys[:5]).all()
    assert 0.3 < np.corrcoef(many.cut_exposure, many.deprivation)[0, 1] < 0.9


@pytest.mark.parametrize(("text", "words"), [
    ("", ["empty"]),
    ("name,population\n", ["zero places"]),
    ("nome,population\nA,5\n", ["column 'name'", "nome"]),
    ("name,population\nA,many\n", ["row 2", "'population'", "many"]),
    ("name,population\nA,100\nB,-5\n", ["row 3", "'population'", "-5"]),
    ("name,population\nA,nan\n", ["row 2", "'population'"]),
    ("name,population\nA,\n", ["row 2", "'population'"]),
    ("name,population\nA,10.5\n", ["row 2", "whole number"]),
    ("name,population\n,10\n", ["row 2", "'name'"]),
    ("name,population\nA,10\nA,20\n", ["row 3", "'A'", "once"]),
    ("name,population,longitude\nA,10,500\n", ["row 2", "'longitude'", "500"]),
    ("place_id,name,population,neighbours\nX,A,10,Y\n", ["row 2", "'neighbours'", "Y"]),
])
def test_a_bad_file_is_refused_with_row_and_column(tmp_path, text, words):
    path = tmp_path / "mine.csv"
    path.write_text(text)
    with pytest.raises(ls.BadInput) as error:
        ls.Places.from_csv(path)
    assert all(word in str(error.value) for word in words), str(error.value)


@given(st.binary(max_size=200) | st.text(alphabet="name,population\n0123456789.-ABé\"", max_size=200).map(str.encode))
def test_any_bytes_give_places_or_one_clear_refusal(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("fuzz") / "f.csv"
    path.write_bytes(content)
    try:
        assert ls.Places.from_csv(path).count >= 1
    except ls.BadInput as error:
        assert "f.csv" in str(error)


@pytest.mark.parametrize(("settings", "words"), [
    ({"kind": "englnd"}, ["englnd", "england"]), ({"kind": "csv"}, ["places.path"]), ({"kind": "csv", "path": "no/such.csv"}, ["no/such.csv"]),
    ({"kind": "csv", "path": "."}, ["folder"]), ({"kind": "synthetic", "count": 0}, ["places.count", "zero"]), ({"scale": 0}, ["places.scale"]),
    ({"scale": "x"}, ["places.scale"]),
])
def test_bad_settings_are_named(settings, words):
    with pytest.raises(ls.BadInput) as error:
        places_from_config(**settings)
    assert all(word in str(error.value) for word in words), str(error.value)


def test_a_small_file_runs(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("name,population\nNorth,120000\nSouth,90000\n")
    run = ls.simulate(ls.Parameters(), ls.Places.from_csv(path, scale=1000), seed=1, months=6)
    assert len(run.place_history) == 12
