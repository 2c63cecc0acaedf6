"""Every study's committed table, page and figures are what its code makes."""

import numpy as np
import pytest
from scipy import stats

from experiments.__main__ import main
from experiments.best_of_teams.study import CASES, STAFF
from experiments.scale.settings import CONTRASTS, DEFAULT, SCALES, effect, moved
from experiments.study import (
    HERE,
    differing,
    index,
    load,
    page,
    parts,
    reference,
    run_slice,
    study_names,
)
from experiments.tables import ratio_of_deviations
from localism_sim.foundation.errors import BadInput

NAMES = study_names()


def test_the_list_of_studies_is_whole(capsys):
    text = (HERE / "README.md").read_text()
    assert index(text) == text, "run python -m experiments all"
    assert main([]) == 0
    shown = capsys.readouterr().out
    assert all(name in shown for name in NAMES)
    assert main(["trust_and_cut"]) == 2
    assert "trust_and_cuts" in capsys.readouterr().err


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=pytest.mark.slow) if load(name).dear else name for name in NAMES],
)
def test_a_slice_made_again_is_what_is_committed(name):
    """The table of a few points, run again with all seeds, is found row by row in the committed
    table, to the last digit.
    """
    study = load(name)
    rows = study.table(*run_slice(study)).set_index(list(study.keys))
    kept = reference(study).set_index(list(study.keys))
    assert len(rows) >= 1 and kept.index.is_unique
    assert rows.index.isin(kept.index).all()
    assert list(rows.columns) == list(kept.columns)
    assert differing(rows, kept.loc[rows.index]) == [], (
        f"the model's answers changed: python -m experiments {name}"
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_page_says_what_the_table_says(name):
    study = load(name)
    table, text = reference(study), (study.folder / "README.md").read_text()
    assert page(study, table, text) == text, f"python -m experiments {name}"
    assert len(table) <= 240
    assert study.finding(table) and all(draw.__doc__ for draw in study.drawings)
    assert {f"{draw.__name__}.png" for draw in study.drawings} == {
        path.name for path in study.folder.glob("*.png")
    }


@pytest.mark.parametrize("name", NAMES)
def test_a_study_can_be_run_as_it_is_described(name):
    study = load(name)
    points, ask = study.points(), study.ask()
    assert not points.duplicated().any()
    for number, point in enumerate(points.to_dict("records")):
        seeds = list(study.seeds_at(number))
        assert len(seeds) == len(set(seeds)) >= 2
        try:
            ask.check(point, seeds[0])
        except BadInput as error:
            pytest.fail(f"point {number}: {error}")


@pytest.mark.parametrize("name", NAMES)
def test_the_parts_of_a_study_are_the_whole_of_it(name):
    study = load(name)
    asked = {
        (number, seed)
        for points, seeds in parts(study)
        for number in points.index
        for seed in seeds
    }
    assert asked == {
        (number, seed) for number in range(len(study.points())) for seed in study.seeds_at(number)
    }


def test_the_interval_of_a_ratio_of_deviations_holds_the_truth_as_often_as_it_says():
    source, truth, pairs, tries = np.random.default_rng(3), 2.0, 12, 2000
    samples = source.multivariate_normal(
        [0.0, 0.0], [[1.0, 0.7 * truth], [0.7 * truth, truth**2]], (tries, pairs)
    )
    held = 0
    for sample in samples:
        ratio, low, high = ratio_of_deviations(sample[:, 1], sample[:, 0])
        assert low < ratio < high
        held += low <= truth <= high
    assert stats.binomtest(held, tries, 0.95).pvalue > 0.001
    back = ratio_of_deviations(sample[:, 0], sample[:, 1])
    assert np.allclose([1 / back[0], 1 / back[2], 1 / back[1]], [ratio, low, high])


def test_the_study_of_scale_asks_for_the_reforms_and_for_harm():
    """Every effect of the two by two that a headline states, at every scale."""
    assert {"reforms_under_the_centre", "reforms_under_places", "interaction"} <= set(CONTRASTS)
    assert {"autonomy_alone", "autonomy_given_the_reforms"} <= set(CONTRASTS)
    table = reference(load("scale"))
    usual, whole = (effect(table, "reforms", "harm", scale, SCALES[1]) for scale in (DEFAULT, 1))
    moved_by = moved(table, "reforms", "harm", 1)
    assert moved_by.high < 0 and np.isclose(moved_by.mean, whole.mean - usual.mean)
    assert sum("Harm falls with scale" in said for said in load("scale").finding(table)) == 1


def test_one_team_speaks_for_a_service_as_the_best_does_where_there_is_but_one():
    table = reference(load("best_of_teams"))
    own, control, _ = CASES
    one = table[table["staff"] == STAFF[0]].set_index(["case", "effect"]).drop(columns="staff")
    assert (one["teams"] == 1.0).all()
    assert differing(one.loc[own], one.loc[control]) == []
    many = table[table["staff"] == STAFF[-1]].set_index(["case", "effect"])
    assert (many.loc[own, "harm_high"] < many.loc[control, "harm"]).all()
