"""Policies under rival theories: regrets worked by hand, and the job."""

import pandas as pd
import pytest
from conftest import missing
from in_process import Here

import localism_sim as ls
from localism_sim.analysis.theories import by_copying, largest_regrets, regrets
from localism_sim.command.cli import main
from localism_sim.sweeps import executors


def made_up(outcome: str, values: dict) -> tuple[pd.DataFrame, dict]:
    """Runs of two policies (a, b) in two states, all with the luck of the seed on top."""
    numbers, rows = {}, []
    for number, ((rule, policy), value) in enumerate(values.items()):
        numbers[("usual", rule), policy] = number
        rows += [
            {"point": number, "seed": seed, outcome: value + luck}
            for seed, luck in enumerate((0.0, 4.0, -1.0))
        ]
    return pd.DataFrame(rows), numbers


def test_regret_is_what_the_best_policy_of_a_state_would_have_brought():
    runs, numbers = made_up(
        "quality", {("x", "a"): 5.0, ("x", "b"): 2.0, ("y", "a"): 1.0, ("y", "b"): 2.0}
    )
    table = regrets(runs, numbers, ["quality"]).set_index(["rule", "policy"])
    assert table["regret"].to_dict() == {
        ("x", "a"): 0.0,
        ("x", "b"): 3.0,
        ("y", "a"): 1.0,
        ("y", "b"): 0.0,
    }
    assert table["best"].to_dict() == {key: value == 0 for key, value in table["regret"].items()}
    largest = largest_regrets(table.reset_index()).set_index("policy")
    assert largest["largest"].to_dict() == {"a": 1.0, "b": 3.0}
    assert largest["minimax"].to_dict() == {"a": True, "b": False}
    assert largest.loc["b", "rule"] == "x" and (largest["best_in"] == 1).all()


def test_what_copying_adds_to_spread_is_taken_seed_by_seed():
    runs, numbers = made_up(
        "spread", {("x", "a"): 0.7, ("null", "a"): 0.2, ("y", "a"): 0.9, ("x", "b"): 0.3}
    )
    table = by_copying(runs, numbers, ["spread"], ("x", "null"))
    assert len(table) == 1 and table.loc[0, "policy"] == "a"
    assert table.loc[0, "difference"] == pytest.approx(0.5)
    assert table.loc[0, "high"] - table.loc[0, "low"] == pytest.approx(0.0, abs=1e-9)


def test_where_less_is_better_the_least_is_best():
    runs, numbers = made_up("harm", {("x", "a"): 5.0, ("x", "b"): 2.0})
    table = regrets(runs, numbers, ["harm"]).set_index("policy")
    assert table["regret"].to_dict() == {"a": 3.0, "b": 0.0}


def test_a_policy_that_luck_alone_puts_behind_is_among_the_best():
    runs, numbers = made_up("quality", {("x", "a"): 0.0, ("x", "b"): 0.0})
    runs.loc[runs["point"] == 1, "quality"] += [0.3, -0.5, 0.1]
    assert regrets(runs, numbers, ["quality"])["best"].all()


QUICK = ["places=synthetic", "places.count=2", "places.scale=200000", "months=6", "seeds=2"]


def test_the_job_runs_every_policy_under_every_rule_on_both_grounds(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(executors.EXECUTORS, "local", Here)
    monkeypatch.chdir(tmp_path)
    command = ["experiment=theories", "experiment.policies=[centralist,total_government]"]
    assert main([*command, *QUICK, "results_dir=out"]) == 0
    assert "Largest regret" in capsys.readouterr().out
    table = pd.read_csv(tmp_path / "out" / "regrets.csv")
    rules = {"as set", "status_quo_bias", *ls.shipped_variants()}
    assert set(table["rule"]) == rules and set(table["ground"]) == {"usual", "alike"}
    assert len(table) == 2 * len(rules) * 2 * 6 and (table["regret"] >= 0).all()
    assert (table.groupby(["ground", "rule", "outcome"])["regret"].min() == 0).all()
    runs = pd.read_parquet(tmp_path / "out" / "runs.parquet")
    assert len(runs) == 2 * len(rules) * 2 * 2
    copied = pd.read_csv(tmp_path / "out" / "copying.csv")
    assert len(copied) == 2 * 2 * 3
    gain = copied["as_set"] - copied["without"]
    assert copied["difference"].to_numpy() == pytest.approx(gain.to_numpy(), abs=1e-9)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["scenario=localist"], ["scenario", "experiment.policies"]),
        (["experiment.policies=[localist]"], ["experiment.policies", "two"]),
        (["experiment.policies=[localist,locallist]"], ["locallist"]),
        (["parameters.need_diversity=0.1"], ["need_diversity"]),
    ],
)
def test_what_cannot_be_compared_is_refused(arguments, words, refused):
    assert missing(words, refused(["experiment=theories", *QUICK, *arguments])) == []
