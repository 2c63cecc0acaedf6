"""The search for a mix of levers: against known fronts, on draws that it has not seen, and what is
refused.
"""

import numpy as np
import pandas as pd
import pytest
from in_process import Here

from localism_sim.analysis import policy as analysis
from localism_sim.analysis.two_by_two import CELLS
from localism_sim.command.cli import main
from localism_sim.report.words import number
from localism_sim.sweeps import executors
from localism_sim.sweeps.factors import Factor

pytest.importorskip("platypus")

FACTORS = (Factor("a", 0.0, 1.0), Factor("b", 0.0, 1.0), Factor("c", 1, 5, "integer"))
START = ({"a": 0.5, "b": 0.5, "c": 3},)


def known(mixes: pd.DataFrame) -> np.ndarray:
    """Quality wants a high, harm wants it low; all else wants b at .3 and c at 4."""
    off = (mixes["b"] - 0.3).abs() + (mixes["c"] - 4).abs() / 4.0
    columns = [mixes["a"] - off, off, -off, 5.0 * (mixes["a"] + off), 1.0 + off]
    return np.column_stack([np.asarray(each, float) for each in columns])


def test_the_search_finds_a_known_front_and_spreads_over_it():
    found = analysis.searched(FACTORS, known, START, 40, 2400, 1)
    good = found[((found["b"] - 0.3).abs() < 0.1) & (found["c"] == 4)]
    assert len(good) >= 0.8 * len(found) and len(good) >= 5
    assert good["a"].min() < 0.1 and good["a"].max() > 0.9


def test_the_search_is_the_same_again_whatever_else_draws():
    import random

    def disturbed(mixes):
        random.random()
        return known(mixes)

    random.seed(99)
    state = random.getstate()
    one = analysis.searched(FACTORS, known, START, 12, 60, 3)
    assert random.getstate() == state
    two = analysis.searched(FACTORS, disturbed, START, 12, 60, 3)
    assert one.equals(two)
    assert not one.equals(analysis.searched(FACTORS, known, START, 12, 60, 4))


def test_a_mix_survives_the_way_into_the_search_and_back():
    mixes = pd.DataFrame({"a": [0.0, 0.37, 1.0], "b": [0.1, 0.2, 0.93], "c": [1, 4, 5]})
    shares = np.array([analysis.encoded(FACTORS, mix) for mix in mixes.to_dict("records")])
    assert analysis.decoded(FACTORS, shares).equals(mixes)


@pytest.mark.parametrize(
    ("low", "high"), [(0.006, 0.014), (0.001, 0.004), (0.0, 0.6), (2e-5, 3e-5), (0.0049, 0.9951)]
)
def test_a_lever_moves_in_steps_of_its_own_range_and_stays_in_it(low, high):
    factor = Factor("a", low, high)
    values = analysis.decoded((factor,), np.linspace(0.0, 1.0, 201)[:, None])["a"]
    assert values.iloc[0] == low and values.iloc[-1] == high
    assert values.between(low, high).all() and 10 <= values.nunique() <= 103
    told = {number(value, analysis.digits_of(factor)) for value in values[1:-1]}
    assert len(told) >= values[1:-1].nunique() - 2


def test_regret_and_satisficing_of_known_values():
    """Two draws; the second mix is best in all on the first, and worst in quality on the second."""
    now, mix, half = [0.5, 0.2, 0.4, 3.0, 1.5], [0.9, 0.1, 0.8, 1.0, 1.0], [0.7, 0.15, 0.6, 2, 1.25]
    worse = [0.4, *mix[1:]]
    values = np.array([[now, now], [mix, worse], [half, half]])
    found = analysis.judged(values, 0)
    assert list(found["satisfied"]) == [1.0, 0.5, 1.0]
    assert found["regret"].tolist() == pytest.approx([1.0, 0.5, 0.5])
    assert analysis.chosen(found)["most often no worse in anything"] == 2
    assert analysis.chosen(found)["best harm"] == 1


ASKED = ["experiment=policy", "places.kind=synthetic", "places.count=2", "months=4"]
SMALL = ["experiment.evaluations=16", "experiment.population=8", "experiment.draws=2", "seeds=5"]


def test_the_job_judges_by_other_seeds_than_those_of_the_search(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(executors.EXECUTORS, "local", Here)
    monkeypatch.setattr("localism_sim.report.figures.style.save", lambda figure, path: path)
    assert main([*ASKED, *SMALL, f"results_dir={tmp_path / 'mix'}"]) == 0
    table = pd.read_csv(tmp_path / "mix" / "mixes.csv")
    assert list(table["name"].head(4)) == [*CELLS]
    told = capsys.readouterr().out
    assert "Safest:" in told and "3 seeds that the search had not seen" in told
    ledger = pd.read_parquet(tmp_path / "mix" / "ledger.parquet")
    judging = ledger["point"] >= ledger["point"].max() - len(table) + 1
    assert set(ledger.loc[judging, "seed"]) == {2, 3, 4}
    assert set(ledger.loc[~judging, "seed"]) == {0, 1}


def test_an_own_scenario_with_the_name_of_a_mix_is_refused(refused, tmp_path):
    (tmp_path / "localist.yaml").write_text("settings: {choices: 6}\n")
    message = refused([*ASKED, *SMALL, "scenario=localist.yaml"])
    assert "localist.yaml" in message and "another name" in message


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["seeds=3"], "two that judge"),
        (["experiment.quick=true", "experiment.draws=3"], "experiment.quick=true"),
        (["experiment.evaluations=10"], "experiment.evaluations = 10"),
        (["experiment.draws=47"], "experiment.draws = 47"),
        (["experiment.vary={autonomy:[0.5,1]}"], "leave out how centralist stands"),
        (["experiment.vary=[nonsense]"], "nonsense"),
    ],
)
def test_what_makes_no_search_is_refused(more, said, capsys):
    assert main([*ASKED, *more]) == 2
    assert said in capsys.readouterr().err
