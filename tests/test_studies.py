"""Every study's committed table, page and figures are what its code makes."""

import pytest

from experiments.__main__ import main
from experiments.study import HERE, differing, index, load, page, reference, run_slice, study_names
from localism_sim.parameters import BadInput

NAMES = study_names()


def test_the_list_of_studies_is_whole(capsys):
    text = (HERE / "README.md").read_text()
    assert index(text) == text, "run python -m experiments all"
    assert main([]) == 0
    shown = capsys.readouterr().out
    assert all(name in shown for name in NAMES)
    assert main(["trust_and_cut"]) == 2
    assert "trust_and_cuts" in capsys.readouterr().err


@pytest.mark.parametrize("name", NAMES)
def test_a_slice_made_again_is_what_is_committed(name):
    """The table of a few points, run again with all seeds, is found row by row in the committed table, to the last digit."""
    study = load(name)
    rows = study.table(*run_slice(study)).set_index(list(study.keys))
    kept = reference(study).set_index(list(study.keys))
    assert len(rows) >= 1 and kept.index.is_unique
    assert rows.index.isin(kept.index).all()
    assert list(rows.columns) == list(kept.columns)
    assert differing(rows, kept.loc[rows.index]) == [], f"the model's answers changed: python -m experiments {name}"


@pytest.mark.parametrize("name", NAMES)
def test_a_page_says_what_the_table_says(name):
    study = load(name)
    table, text = reference(study), (study.folder / "README.md").read_text()
    assert page(study, table, text) == text, f"python -m experiments {name}"
    assert len(table) <= 120
    assert study.finding(table) and all(draw.__doc__ for draw in study.drawings)
    assert {f"{draw.__name__}.png" for draw in study.drawings} == {path.name for path in study.folder.glob("*.png")}


@pytest.mark.parametrize("name", NAMES)
def test_a_study_can_be_run_as_it_is_described(name):
    study, seeds = load(name), list(load(name).seeds)
    points, ask = study.points(), study.ask()
    assert len(seeds) == len(set(seeds)) >= 2 and not points.duplicated().any()
    for number, point in enumerate(points.to_dict("records")):
        try:
            ask.check(point, seeds[0])
        except BadInput as error:
            pytest.fail(f"point {number}: {error}")
