"""Places: England's facts, made-up places, and a user's own file."""

import csv
import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import localism_sim as ls
from localism_sim.model.own_area import only, places_from_config, within_england
from localism_sim.model.places import MOST_SYNTHETIC
from localism_sim.model.places_file import data_file


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
    shuffled, whole = tmp_path / "shuffled.csv", data_file("england_places.csv")
    shuffled.write_text("\n".join([lines[0], *np.random.default_rng(1).permutation(lines[1:])]))
    assert ls.Places.from_csv(shuffled).fingerprint == ls.Places.from_csv(whole).fingerprint


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
        ("name,population,cut_exposure\nA,100,1\nB,100,3\n", [1.0, 3.0]),
        ("name,population\nA,100\nB,100\n", [1.0, 1.0]),  # England's mean
        ("name,population,imd_2010\nA,100,10\nB,100,\n", [0.562, 1.0]),
        ("name,population,deprivation\nA,100,10\nB,100,30\n", [0.562, 1.342]),
        ("name,population\nManchester,503000\nSalford,234000\n", [1.903, 2.243]),
        (
            "name,population,real_change_per_head_2010_11_to_2017_18\nA,100,-0.1\nB,100,-0.3\n",
            [0.609, 1.828],  # England lost .164
        ),
    ],
)
def test_exposure_is_relative_to_england_and_never_rescaled_within_a_file(tmp_path, text, expected):
    """What a file gives stays; deprivation is turned into exposure by England's own relation, and a
    place of England known by name keeps its own exposure.
    """
    path = tmp_path / "mine.csv"
    path.write_text(text)
    assert ls.Places.from_csv(path).cut_exposure == pytest.approx(expected, abs=0.001)


def test_the_exposure_of_a_place_does_not_depend_on_its_neighbours_in_the_file(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("name,population,deprivation\nA,100,10\nB,100,30\n")
    both = ls.Places.from_csv(path).cut_exposure
    path.write_text("name,population,deprivation\nB,100,30\n")
    assert ls.Places.from_csv(path).cut_exposure[0] == both[1]


GREATER_MANCHESTER = """name,population,deprivation,region
Bolton,276800,30.2,North West
Bury,185100,23.8,North West
Manchester,503100,41.1,North West
Oldham,224900,34.0,North West
Rochdale,211700,33.8,North West
Salford,233900,35.0,North West
Stockport,283300,19.0,North West
Tameside,219300,31.2,North West
Trafford,226600,16.7,North West
Wigan,317800,26.2,North West
"""


@pytest.fixture
def manchester(tmp_path) -> Path:
    path = tmp_path / "clean.csv"
    path.write_text(GREATER_MANCHESTER)
    return path


def test_an_area_has_the_same_cuts_from_a_file_by_name_and_by_selection(manchester):
    """The ten districts keep .793 of their budget, whichever way they are chosen."""
    england = ls.Places.england()
    names = [line.split(",")[0] for line in GREATER_MANCHESTER.splitlines()[1:]]
    ids = [england.ids[england.names.index(name)] for name in names]
    ways = {
        "file": places_from_config(path=str(manchester)),
        "file, alone": places_from_config(path=str(manchester), alone=True),
        "by name": only(names),
        "selected": england.select(ids),
    }
    budget, lost = {}, {}
    for way, places in ways.items():
        ends = [
            np.mean([ls.simulate(arm, places, seed, 48).outcomes["quality"] for seed in range(4)])
            for arm in (ls.Parameters(), ls.Parameters(cuts=0.0))
        ]
        budget[way] = ls.simulate(ls.Parameters(), places, 0, 48).outcomes["budget"]
        lost[way] = ends[0] - ends[1]
    assert max(budget.values()) - min(budget.values()) < 0.01, budget
    assert all(value < -0.05 for value in lost.values()), lost


def test_a_file_lies_inside_england_and_outcomes_are_about_its_places(manchester):
    places = within_england(ls.Places.from_csv(manchester))
    assert places.count == 148 and places.in_focus.sum() == 10
    assert sorted(places.focus.names) == sorted(
        line.split(",")[0] for line in GREATER_MANCHESTER.splitlines()[1:]
    )
    england = ls.Places.england()
    assert (places.keys == england.keys).all()
    run = ls.simulate(ls.Parameters(), places, seed=1, months=6)
    per_place = run.place_history[run.place_history["month"] == 5]
    inside = per_place[per_place["place_id"].isin(places.focus.ids)]
    people = places.citizens[places.in_focus]
    for outcome in ("quality", "trust", "wellbeing", "engagement"):
        expected = np.average(inside[outcome], weights=people)
        assert run.outcomes[outcome] == pytest.approx(expected, abs=1e-9)
    worst = inside["quality"].min()
    assert run.outcomes["worst_place"] == pytest.approx(worst, abs=1e-12)


def test_a_place_that_england_has_not_is_added(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("name,population\nNewtown,90000\nmanchester,510000\n")
    places = within_england(ls.Places.from_csv(path))
    assert places.count == 149 and set(places.focus.names) == {"Newtown", "manchester"}


def test_reporting_about_all_places_changes_nothing_and_about_some_no_run(small_places):
    everything = ls.simulate(ls.Parameters(), small_places, 3, 6)
    reported = np.zeros(small_places.count, bool)
    reported[1:3] = True
    some = ls.simulate(ls.Parameters(), replace(small_places, reported=reported), 3, 6)
    assert some.place_history.equals(everything.place_history)
    assert some.outcomes["quality"] != everything.outcomes["quality"]
    assert some.outcomes["control"] == everything.outcomes["control"]


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["Manchestr"], ["Manchestr", "Manchester"]),
        (["Atlantis"], ["Atlantis", "148"]),
        ([], ["places.only"]),
        ([7], ["7"]),
    ],
)
def test_a_name_that_england_has_not_is_refused_with_the_nearest(names, words):
    with pytest.raises(ls.BadInput) as refused:
        only(names)
    assert all(word in str(refused.value) for word in words)


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
        ("Population by ward\nA,5\n", ["one row must hold the names", "Population by ward"]),
        (
            "name,population,deprivaton\nA,5,20\n",
            ["'deprivaton' would not be read", "Did you mean 'deprivation'"],
        ),
        ("name,population,neighbors\nA,5,\n", ["'neighbors'", "'neighbours'"]),
        ("name,population\nA,5\nB,6\nTotal,11\n", ["row 4", "'Total'", "delete rows of totals"]),
        ("name,population\nA,41.000\n", ["row 2", "'41.000'", "points between thousands"]),
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
        (b"name,population\nOld,4\n\x81ire,5\n", ["not UTF-8", "row 3", "CSV UTF-8"]),
        ("name,population\nA,5\n".encode("utf-16")[:-1], ["not UTF-8", "CSV UTF-8"]),
        (b"PK\x03\x04" + bytes(50), ["cannot be read as an XLSX workbook"]),
        (b"\xd0\xcf\x11\xe0" + bytes(50), ["old Excel workbook", "XLSX"]),
    ],
)
def test_a_file_in_no_known_form_is_refused_with_the_remedy(tmp_path, content, words):
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


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (GREATER_MANCHESTER + "Greater Manchester,2682500,33.1,North West\n", ["row 12", "sum of"]),
        ("name,population\nNewport,100\nnewport,300\n", ["row 3", "newport", "row 2"]),
        ("name,population\nCaf\u00e9,100\nCafe\u0301,300\n", ["row 3", "accents"]),
        ("name,population\nOld  Town,100\nOld Town,300\n", ["row 3", "spaces"]),
        ("name,population\nA,100\nEngland,300\n", ["row 3", "totals"]),
    ],
)
def test_a_row_that_counts_people_twice_is_refused(tmp_path, text, words):
    path = tmp_path / "mine.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ls.BadInput) as refused:
        ls.Places.from_csv(path)
    assert all(word in str(refused.value) for word in words), refused.value


def test_two_places_of_one_size_are_no_sum(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("name,population\nA,100\nB,100\n")
    assert ls.Places.from_csv(path).count == 2


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"kind": "csv", "count": 3, "path": "a.csv"}, ["places.count", "csv"]),
        ({"only_these": ("Salford",), "count": 3}, ["places.only", "synthetic"]),
        ({"alone": True}, ["places.alone", "england"]),
        ({"kind": "synthetic", "alone": True}, ["places.alone", "synthetic"]),
    ],
)
def test_a_setting_of_places_that_would_do_nothing_is_refused(settings, words):
    with pytest.raises(ls.BadInput) as refused:
        places_from_config(**settings)
    assert all(word in str(refused.value) for word in words), refused.value


def test_a_path_alone_means_a_file_and_a_count_alone_made_up_places(manchester):
    assert places_from_config(path=str(manchester)).focus.count == 10
    assert places_from_config(count=3).count == 3
