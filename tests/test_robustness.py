"""Signs under random rates and rival rules: what is counted, and what is said to turn them."""

import numpy as np
import pandas as pd
import pytest
from conftest import missing
from in_process import Here
from sklearn.tree import DecisionTreeRegressor

import localism_sim as ls
from localism_sim.analysis import robustness as analysis
from localism_sim.analysis.two_by_two import CELLS, EFFECTS, effects
from localism_sim.command.cli import main
from localism_sim.model.parameters import FIELDS
from localism_sim.sweeps import executors

BASE = ls.Parameters()
SIX = ("quality", "trust", "spread_delivered", "postcode_gap", "worst_place", "harm")


@pytest.mark.parametrize("which", analysis.RANGES)
def test_every_draw_lies_within_its_limits_and_can_be_run(which):
    names = analysis.rates(held={"fidelity"})
    table = analysis.drawn(BASE, names, 30, which)
    assert "fidelity" not in table and len(table) == 30 and not table.duplicated().any()
    for name in table:
        low, high = analysis.range_of_draws(name, BASE, which)
        assert table[name].between(low - 0.5, high + 0.5).all()
        if isinstance(FIELDS[name].default, int):
            assert pd.api.types.is_integer_dtype(table[name])
        else:
            assert table[name].between(low - 1e-12, high + 1e-12).all()
    for row in table.to_dict("records"):
        BASE.replace(**row)


def test_half_to_double_keeps_zero_at_zero_and_reaches_both_ends():
    table = analysis.drawn(BASE, analysis.rates(), 256, "half_to_double")
    zero = [name for name in analysis.rates() if getattr(BASE, name) == 0]
    assert zero and not set(zero) & set(table)
    ratio = table["inquiry_rate"] / BASE.inquiry_rate
    assert ratio.min() < 0.52 and ratio.max() > 1.95
    assert 0.95 < np.exp(np.log(ratio).mean()) < 1.05, "even in the logarithm"


def made_up(good: np.ndarray) -> np.ndarray:
    """Effects of one outcome only, from the others' zeros."""
    found = np.zeros((len(good), len(SIX), len(EFFECTS), good.shape[1]))
    found[:, 0, 0] = good
    return found


def test_signs_count_what_is_better_worse_and_neither():
    good = made_up(np.array([[0.2, 0.3], [0.004, 0.002], [-0.1, 0.05], [-0.3, -0.3]]))
    row = analysis.signs(good, SIX).iloc[0]
    assert (row["effect"], row["outcome"]) == ("reforms", "quality")
    assert (row["better"], row["worse"], row["positive"]) == (0.25, 0.5, 0.5)
    assert row["agree"] == 0.75, "only the third draw's seeds differ"
    assert row["positive_low"] < 0.5 < row["positive_high"]


def test_a_planted_limit_is_found_and_noise_is_not_called_a_turner():
    table = analysis.drawn(BASE, analysis.rates(), 128, "half_to_double")
    planted = np.where(table["turnover"] > 0.012, 0.1, -0.1)[:, None]
    found = analysis.splits(made_up(planted), table, SIX).iloc[0]
    assert found["rate"] == "turnover" and found["p"] < 0.01
    assert found["limit"] == pytest.approx(0.012, rel=0.03)
    assert (found["below"], found["above"]) == (0.0, 1.0)
    assert found["explained"] == pytest.approx(1.0)
    noise = np.random.default_rng(3).normal(size=(128, 1))
    assert analysis.splits(made_up(noise), table, SIX).iloc[0]["p"] > 0.05


def test_the_best_split_is_that_of_a_regression_tree_of_depth_one():
    table = analysis.drawn(BASE, analysis.rates(), 100, "bounds")
    source = np.random.default_rng(5)
    good = (table["fidelity"] - 0.5 + source.normal(size=100) * 0.3).to_numpy()[:, None]
    ours = analysis.splits(made_up(good), table, SIX).iloc[0]
    better = (good[:, 0] > 0).astype(float)
    tree = DecisionTreeRegressor(max_depth=1, min_samples_leaf=5).fit(table, better)
    assert ours["rate"] == table.columns[tree.tree_.feature[0]]
    assert ours["limit"] == pytest.approx(tree.tree_.threshold[0], rel=1e-6)
    assert ours["explained"] == pytest.approx(tree.score(table, better), abs=1e-9)


def test_effects_of_settings_are_those_of_the_two_by_two():
    source = np.random.default_rng(2)
    runs = pd.DataFrame(
        [
            {"point": 4 * k + c, "seed": seed, **dict(zip(SIX, source.normal(size=6)))}
            for k in range(3)
            for c in range(4)
            for seed in (7, 9)
        ]
    ).sample(frac=1.0, random_state=1)
    by_setting = analysis.effects_by_setting(runs, SIX)
    for k in range(3):
        own = runs[runs["point"] // 4 == k]
        table = effects(own.assign(scenario=[CELLS[p % 4] for p in own["point"]]), SIX)
        wide = table.pivot(index="outcome", columns="effect", values="difference")
        expected = wide.loc[list(SIX), list(EFFECTS)].to_numpy()
        assert np.allclose(by_setting[k].mean(axis=-1), expected)


QUICK = ["places=synthetic", "places.count=2", "places.scale=200000", "months=6", "seeds=2"]


def test_the_job_writes_its_tables_and_goes_on_where_it_was(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(executors.EXECUTORS, "local", Here)
    monkeypatch.chdir(tmp_path)
    command = ["experiment=robustness", "experiment.draws=20", *QUICK, "results_dir=out"]
    assert main(command) == 0
    said = capsys.readouterr().out
    assert "Rival rules that turn a sign" in said and "Signs that hold" in said
    signs, rivals = (pd.read_csv(tmp_path / "out" / f"{n}.csv") for n in ("signs", "rivals"))
    assert len(signs) == len(analysis.RANGES) * len(EFFECTS) * len(SIX)
    assert set(rivals["rule"]) == {"as set", "status_quo_bias", *ls.shipped_variants()}
    assert main(command) == 0
    assert "Nothing to do" in capsys.readouterr().out
    runs = pd.read_parquet(tmp_path / "out" / "runs.parquet")
    assert runs["fidelity"].nunique() > 30 and set(runs["scenario"]) == set(CELLS)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["scenario=localist"], ["scenario", "localist"]),
        (["experiment.draws=3"], ["experiment.draws", "3"]),
        (["experiment.draw_seeds=9"], ["experiment.draw_seeds", "9"]),
        (["seeds=1", "experiment.draw_seeds=1"], ["seeds"]),
    ],
)
def test_what_cannot_be_answered_is_refused(arguments, words, refused):
    assert missing(words, refused(["experiment=robustness", *QUICK, *arguments])) == []
