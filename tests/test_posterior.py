"""Draws of the rates: one for each seed, in every kind of experiment, and what they leave open."""

import numpy as np
import pandas as pd
import pytest
from in_process import Here

from localism_sim.analysis.comparison import arms_for, compare
from localism_sim.analysis.doubt import about_rates
from localism_sim.command.cli import main
from localism_sim.evidence import centre, posterior
from localism_sim.evidence.posterior import SHIPPED, VERSION, Rates, posterior_draws, rules_version
from localism_sim.evidence.priors import PRIORS
from localism_sim.foundation.errors import BadInput
from localism_sim.model.parameters import Parameters
from localism_sim.model.places import Places
from localism_sim.model.scenario import load_scenario
from localism_sim.report.comparison import show
from localism_sim.report.markdown import summary
from localism_sim.sweeps import executors
from localism_sim.sweeps.question import Simulation


@pytest.fixture
def draws(monkeypatch, tmp_path):
    """Four draws of two rates, in place of those that are shipped."""
    table = pd.DataFrame({"comply_rate": [0.01, 0.02, 0.3, 0.2], "turnover": [0.005, 0.02] * 2})
    path = tmp_path / "posterior.parquet"
    table.assign(**{VERSION: rules_version()}).to_parquet(path)
    monkeypatch.setattr(posterior, "SHIPPED", path)
    monkeypatch.setitem(executors.EXECUTORS, "local", Here)
    return table


def test_the_centre_is_the_median_to_two_figures_and_whole_where_the_rate_is():
    table = pd.DataFrame({"comply_rate": [0.01, 0.0934, 0.3], "closing_lag": [20, 57, 90]})
    found = centre.centre(table.assign(turnover=0.01))
    assert found == {"comply_rate": 0.093, "closing_lag": 57}, "turnover is not asked about"
    assert isinstance(found["closing_lag"], int)
    Parameters(**found)


@pytest.mark.parametrize(
    ("value", "where"),
    [(0.05, centre.AT), (0.04, centre.MIDDLE), (0.02, centre.INSIDE), (0.099, centre.OUTSIDE)],
)
def test_a_value_is_placed_among_the_draws(value, where):
    table = pd.DataFrame({"comply_rate": np.linspace(0.0, 0.1, 101)})
    assert centre.placed(table, {"comply_rate": value})["place"].item() == where


def simulation(rates: Rates | None) -> Simulation:
    scenarios = (load_scenario("centralist"), load_scenario("localist"))
    return Simulation(scenarios, Places.synthetic(3), 12, rates=rates)


def test_the_shipped_draws_are_of_this_model():
    """Whoever changes a rule makes the draws anew: localism-sim experiment=calibrate, then
    posterior.parquet of its folder to `evidence/`.
    """
    draws = posterior_draws(SHIPPED)
    assert len(draws) == 200 and set(draws) == set(PRIORS)
    for name, prior in PRIORS.items():
        assert draws[name].between(prior.low, prior.high).all(), name


def test_a_seed_runs_with_its_own_draw_and_says_so(draws):
    """A drawn run is bit for bit the run with those rates set by hand."""
    rates = Rates.of(posterior_draws())
    for seed in (1, 6):
        drawn = simulation(rates).answer({"scenario": "localist"}, seed)
        by_hand = {"scenario": "localist", **draws.iloc[seed % 4].to_dict()}
        assert np.array_equal(drawn.outcomes, simulation(None).answer(by_hand, seed).outcomes)
        centre = simulation(rates).answer({"scenario": "localist", "behaviour": "default"}, seed)
        usual = simulation(None).answer({"scenario": "localist"}, seed)
        assert np.array_equal(centre.outcomes, usual.outcomes)
        assert not np.array_equal(centre.outcomes, drawn.outcomes)


def test_what_a_scenario_or_a_design_sets_is_not_drawn(draws):
    rates = Rates.of(posterior_draws())
    own = Parameters(comply_rate=0.5)
    assert rates.drawn(1, own) == {"turnover": 0.02}
    point = {"scenario": "localist", "turnover": 0.011, "comply_rate": None}
    found = simulation(rates).scenario(point, 0).parameters
    assert (found.turnover, found.comply_rate) == (0.011, 0.01)
    assert Rates.of(posterior_draws(), {"turnover"}).names == ("comply_rate",)


def test_runs_with_and_without_draws_have_keys_of_their_own(draws):
    rates = Rates.of(posterior_draws())
    drawn, usual = simulation(rates), simulation(None)
    other = Rates.of(posterior_draws().iloc[::-1])
    assert len({str(each.identity()) for each in (drawn, usual, simulation(other))}) == 3
    points = [{"scenario": "localist"}, {"scenario": "localist", "behaviour": "default"}]
    points.append({"scenario": "localist", "turnover": Parameters().turnover})
    assert len({str(drawn.full(point)) for point in points}) == 3


def test_luck_is_taken_out_of_what_rates_leave_open():
    """Effects of deviation 1 under luck of deviation 2: the range is that of the effects."""
    random = np.random.default_rng(5)
    luck, effect = random.normal(size=(2, 4000)) * 2.0, 3.0 + random.normal(size=4000)
    found = about_rates(luck[0], effect + luck[1])
    assert found["rates_low"] == pytest.approx(3.0 - 1.96, abs=0.25)
    assert found["rates_high"] == pytest.approx(3.0 + 1.96, abs=0.25)
    none = about_rates(luck[0], 3.0 + luck[0][::-1])
    assert none["rates_high"] - none["rates_low"] < 0.2 and none["drawn_share"] == 1.0


def test_the_comparison_tells_luck_from_doubt_about_rates(draws):
    arms, rates = arms_for(None), Rates.of(posterior_draws())
    found = compare(arms, Places.synthetic(3), range(4), 24, 1, rates=rates)
    table = found.doubt
    assert (table["rates_low"] <= table["drawn"]).all()
    assert (table["drawn"] <= table["rates_high"]).all()
    assert len(found.drawn) == len(found.runs) == len(arms) * 4
    usual = compare(arms, Places.synthetic(3), range(4), 24, 1)
    assert found.runs.equals(usual.runs) and found.effects.equals(usual.effects)
    told = summary(show(found), "command")
    assert "Doubt about rates" in told and "luck alone" in told
    assert "luck alone" not in summary(show(usual), "command")


@pytest.mark.parametrize("kind", ["replicate", "levers"])
def test_a_sweep_with_draws_can_be_repeated_run_by_run(kind, draws, tmp_path, capsys):
    folder = tmp_path / kind
    asked = [f"experiment={kind}", "behaviour=posterior", "places.kind=synthetic"]
    asked += ["places.count=2", "months=3", f"results_dir={folder}"]
    asked += (
        ["seeds=3", "experiment.vary=[trust]"]
        if kind == "levers"
        else ["seeds=30", "experiment.most=30", "experiment.half_width=1"]
    )
    assert main(asked) == 0
    last = len(pd.read_parquet(folder / "ledger.parquet")) - 1
    capsys.readouterr()
    assert main(["experiment=repeat", f"experiment.folder={folder}", f"experiment.run={last}"]) == 0
    assert "The same, to the last digit" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["experiment=sobol", "seeds=1"], "give two seeds or more"),
        (["experiment=patterns"], "experiment=patterns"),
        (["experiment=robustness"], "sets its rates itself"),
        (["parameters.comply_rate=.1", "parameters.turnover=.01"], "every drawn rate is set"),
    ],
)
def test_where_draws_do_nothing_they_are_refused(more, said, draws, capsys):
    assert main(["behaviour=posterior", *more]) == 2
    assert said in capsys.readouterr().err


def test_draws_of_another_model_are_refused_by_name(draws, tmp_path):
    path = tmp_path / "other.parquet"
    draws.assign(**{VERSION: "0123456789abcdef"}).to_parquet(path)
    with pytest.raises(BadInput, match="was made with model 0123456789abcdef"):
        posterior_draws(path)


def test_the_defaults_are_the_centre_of_the_shipped_draws():
    """Whoever calibrates anew sets the fitted defaults to what `evidence.centre` says."""
    table = centre.placed(posterior_draws(SHIPPED))
    assert set(table["place"]) == {centre.AT}, table[table["place"] != centre.AT]
