"""Places: England's facts, made-up places, and a user's own file."""

import csv
import hashlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import localism_sim as ls
from localism_sim.model.places import (
    DEPRIVATION_SLOPE,
    MOST_SYNTHETIC,
    data_file,
    places_from_config,
)


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
    assert (few.deprivation == many.deprivation[:5]).all()
    assert 0.3 < np.corrcoef(many.cut_exposure, many.deprivation)[0, 1] < 0.9


def test_keys_leave_room_for_the_agents_of_a_place_and_belong_to_it_alone():
    england = ls.Places.england()
    assert (
        (england.keys >= 0).all()
        and (england.keys < 2**62).all()
        and (england.keys % 2**32 == 0).all()
    )
    assert len(set(england.keys.tolist())) == 148
    assert (england.select(england.ids[40:50]).keys == england.keys[40:50]).all()


def test_the_largest_synthetic_country_has_no_two_places_with_one_key():
    ids = [f"S{n + 1:05d}" for n in range(MOST_SYNTHETIC)]
    assert (
        len(
            {
                int.from_bytes(hashlib.blake2b(place.encode(), digest_size=8).digest(), "big") >> 34
                for place in ids
            }
        )
        == MOST_SYNTHETIC
    )


def test_a_tiny_place_leaves_the_citizens_of_others_alone(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("name,population\nHamlet,4\nTown,30000\n")
    places = ls.Places.from_csv(path)
    assert places.citizens.tolist() == [4, 10]
    assert places.scaled(1).citizens.tolist() == [4, 30_000]


def test_selected_places_stay_exactly_as_they_were():
    england = ls.Places.england()
    manchester = [
        n
        for n, r in enumerate(england.city_region)
        if r == england.city_region_names.index("Greater Manchester")
    ]
    chosen = england.select(england.ids[n] for n in reversed(manchester))
    assert (len(chosen), chosen.city_region_names) == (10, ("Greater Manchester",))
    for column in ("population", "cut_exposure", "citizens", "keys", "deprivation"):
        assert (getattr(chosen, column) == getattr(england, column)[manchester]).all(), column
    assert {other for near in chosen.neighbours for other in near} <= set(chosen.ids)
    assert england.select(england.ids).fingerprint == england.fingerprint
    with pytest.raises(ls.BadInput, match="P999"):
        england.select(["P999"])
    with pytest.raises(ls.BadInput, match="zero places"):
        england.select([])


def test_arrays_cannot_be_changed_by_mistake():
    with pytest.raises(ValueError, match="read-only"):
        ls.Places.england().population[0] = 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("name,population,cut_exposure\nA,100,1\nB,100,3\n", [0.5, 1.5]),
        (
            "name,population,real_change_per_head_2010_11_to_2017_18\nA,100,-0.1\nB,100,-0.3\n",
            [0.75, 1.25],
        ),  # half way to the mean cut
        ("name,population,deprivation\nA,100,10\nB,100,30\n", [0.58, 1.42]),  # England's slope
        ("name,population,imd_2010\nA,100,10\nB,100,\n", [1.0, 1.0]),
    ],
)
def test_exposure_comes_from_the_best_that_a_file_knows(tmp_path, text, expected):
    path = tmp_path / "mine.csv"
    path.write_text(text)
    assert ls.Places.from_csv(path).cut_exposure == pytest.approx(expected)


def test_the_slope_used_for_deprivation_alone_is_that_of_england():
    england = ls.Places.england()
    relative = england.deprivation / np.average(england.deprivation, weights=england.population)
    assert np.polyfit(relative, england.cut_exposure, 1)[0] == pytest.approx(
        DEPRIVATION_SLOPE, abs=0.01
    )


def test_a_spreadsheet_s_habits_are_understood(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text(
        '\ufeffName, Population ,city_region,,\r\n"Town, '
        'New","1,234,567",Shire,,\r\n\r\nOld,200\r\n,,,\r\n'
    )
    places = ls.Places.from_csv(path, scale=100)
    assert (places.names, places.population.tolist(), places.city_region.tolist()) == (
        ("Old", "Town, New"),
        [200, 1_234_567],
        [-1, 0],
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ["empty"]),
        ("\n  \n", ["empty"]),
        ("name,population\n\n,,\n", ["zero places"]),
        ("name;population\nA;5\n", ["column 'name'", "commas, not semicolons"]),
        ("name,population\nA,5,6\n", ["row 2", "3 values", "2 columns"]),
        ("name,population,Population\nA,5,6\n", ["row 1", "'Population' twice"]),
        ("name,population\nA,5\n\nB,x\n", ["row 4", "'population'", "x"]),
        ("name,population\nA,0\n", ["row 2", "'population'", "'0'", "from 1"]),
        ("name,population\nA,1_000\n", ["row 2", "1_000"]),
        ("name,population\nA,inf\n", ["row 2", "inf"]),
        ("name,population\nA,9e99\n", ["row 2", "9e99", "2000000000"]),
        ('name,population,latitude\nA,10,"0,5"\n', ["row 2", "'latitude'", "0,5"]),
        ("name,population,cut_exposure\nA,10,-1\n", ["row 2", "'cut_exposure'", "-1"]),
        (
            "name,population,real_change_per_head_2010_11_to_2017_18\nA,10,-17\n",
            ["row 2", "-17", "-0.17"],
        ),
        ("name,population,neighbours\nA,10,A\n", ["row 2", "'neighbours'", "other places"]),
        ('name,population\n"A,10\n', ["cannot be read as CSV"]),
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
        ("name\tpopulation\nA\t5\n", ["column 'name'", "commas, not tabs"]),
        (
            "sep=,\nname,population\nA,5\n",
            ["column 'name'", "row 1 must hold the names of the columns", "sep="],
        ),
        (
            "Population by ward\nname,population\nA,5\n",
            ["row 1 must hold the names of the columns", "Population by ward"],
        ),
        (
            "name,population,deprivaton\nA,5,20\n",
            ["'deprivaton' would not be read", "Did you mean 'deprivation'"],
        ),
        ("name,population,neighbors\nA,5,\n", ["'neighbors'", "'neighbours'"]),
        ("name,population\nA,5\nB,6\nTotal,11\n", ["row 4", "'Total'", "delete rows of totals"]),
        ("name,population\nA,41.000\n", ["row 2", "'41.000'", "points between thousands"]),
        ("name,population\nA,41 000\n", ["row 2", "'41 000'"]),
        ("name,population\nA\0,5\n", ["row 2", "null character"]),
        ("name,population\nA," + "9" * 5000 + "\n", ["row 2", "999...999"]),
    ],
)
def test_a_bad_file_is_refused_with_row_and_column(tmp_path, text, words):
    path = tmp_path / "mine.csv"
    path.write_text(text)
    with pytest.raises(ls.BadInput) as error:
        ls.Places.from_csv(path)
    assert all(word in str(error.value) for word in words), str(error.value)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("name,population\nOld,4\nÉire,5\n".encode("latin-1"), ["not UTF-8", "row 3", "CSV UTF-8"]),
        ("name,population\nA,5\n".encode("utf-16"), ["not UTF-8", "CSV UTF-8"]),
        (b"PK\x03\x04" + bytes(50), ["spreadsheet", "not CSV"]),
    ],
)
def test_a_file_that_is_not_utf_8_is_refused_with_the_remedy(tmp_path, content, words):
    path = tmp_path / "mine.csv"
    path.write_bytes(content)
    with pytest.raises(ls.BadInput) as error:
        ls.Places.from_csv(path)
    assert all(word in str(error.value) for word in ["mine.csv", *words]), str(error.value)


def test_columns_that_are_not_known_are_passed_over(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("ward_code,name,population,population_2021,notes\nE05,A,100,120,x\n")
    assert ls.Places.from_csv(path).population.tolist() == [100]


@pytest.mark.parametrize("path", ["/dev/zero", "/proc/self/mem"])
def test_what_is_no_file_is_refused_without_reading_on_and_on(path):
    with pytest.raises(ls.BadInput, match=r"places\.path = '/"):
        ls.Places.from_csv(path)


COLUMNS = [
    "name",
    "population",
    "place_id",
    "deprivation",
    "cut_exposure",
    "longitude",
    "neighbours",
    "real_change_per_head_2010_11_to_2017_18",
]
CELLS = st.sampled_from(
    ["", "A", "B", "A B", "5", "1e3", "0", "-1", "nan", "1,000", "0.5", '"', "=1+1", "９"]
)


@given(
    st.lists(st.sampled_from(COLUMNS), min_size=2, max_size=6, unique=True),
    st.lists(st.lists(CELLS, max_size=7), max_size=6),
)
def test_any_table_gives_sound_places_or_one_clear_refusal(tmp_path_factory, header, rows):
    path = tmp_path_factory.mktemp("fuzz") / "f.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(
            [
                ["name", "population", *header[2:]]
                if "name" not in header[2:] and "population" not in header[2:]
                else header,
                *rows,
            ]
        )
    try:
        places = ls.Places.from_csv(path, scale=3)
    except ls.BadInput as error:
        assert "f.csv" in str(error) or "place_id" in str(error)
        return
    assert list(places.ids) == sorted(set(places.ids))
    assert (
        (places.population > 0).all()
        and (places.cut_exposure > 0).all()
        and (places.citizens > 0).all()
    )
    assert np.average(places.cut_exposure, weights=places.population) == pytest.approx(1.0)


@given(
    st.binary(max_size=200)
    | st.text(alphabet='name,population\n0123456789.-ABé"', max_size=200).map(str.encode)
)
def test_any_bytes_give_places_or_one_clear_refusal(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("fuzz") / "f.csv"
    path.write_bytes(content)
    try:
        assert ls.Places.from_csv(path).count >= 1
    except ls.BadInput as error:
        assert "f.csv" in str(error)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"kind": "englnd"}, ["englnd", "england"]),
        ({"kind": "csv"}, ["places.path"]),
        ({"kind": "csv", "path": "no/such.csv"}, ["no/such.csv"]),
        ({"kind": "csv", "path": "."}, ["folder"]),
        ({"kind": "synthetic", "count": 0}, ["places.count", "zero"]),
        ({"scale": 0}, ["places.scale"]),
        ({"kind": "synthetic", "count": 10**6}, ["places.count", "1000000"]),
        ({"kind": "csv", "path": 5}, ["places.path", "5"]),
        ({"scale": "x"}, ["places.scale"]),
    ],
)
def test_bad_settings_are_named(settings, words):
    with pytest.raises(ls.BadInput) as error:
        places_from_config(**settings)
    assert all(word in str(error.value) for word in words), str(error.value)


def test_a_small_file_runs(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("name,population\nNorth,120000\nSouth,90000\n")
    run = ls.simulate(ls.Parameters(), ls.Places.from_csv(path, scale=1000), seed=1, months=6)
    assert len(run.place_history) == 12
