"""Calibration: the method against known posteriors, its draws, and what is refused."""

import dataclasses
import re
import shlex

import numpy as np
import pandas as pd
import pytest
from conftest import missing
from in_process import Here
from scipy import stats

import localism_sim as ls
from localism_sim.analysis import calibration as analysis
from localism_sim.analysis import misspecification
from localism_sim.command.cli import main
from localism_sim.evidence import set_up
from localism_sim.evidence.pattern import patterns
from localism_sim.evidence.posterior import VERSION, posterior_draws, rules_version
from localism_sim.evidence.priors import PRIORS, Prior
from localism_sim.foundation.errors import BadInput
from localism_sim.foundation.folders import differences
from localism_sim.jobs import calibrate
from localism_sim.report.blocks import Report
from localism_sim.sweeps import executors, measurements
from localism_sim.sweeps.measurements import DRAW, Measurements


def linear(count: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Two rates that two statistics tell with an error of .1, and one of which nothing is told."""
    u = np.random.default_rng(seed).random((count, 3))
    return u, u[:, :2] @ np.array([[1.0, 0.5], [-0.5, 1.0]])


ERRORS = np.array([0.1, 0.1])


def test_the_posterior_of_a_linear_model_is_the_known_one():
    """Normal errors through an invertible map: mean at the truth, deviation .1 / sqrt(1.25); the
    rate of which nothing is told keeps its prior.
    """
    u, clean = linear(4000)
    found = analysis.learned(u, analysis.blurred(clean, ERRORS, 1))
    truth = np.array([0.4, 0.6])
    seen = truth @ np.array([[1.0, 0.5], [-0.5, 1.0]])
    draws = analysis.posterior(found, seen, 4000, 1)
    assert draws.min() > 0.0 and draws.max() < 1.0
    assert draws.mean(0)[:2] == pytest.approx(truth, abs=0.03)
    assert draws.std(0)[:2] == pytest.approx(0.1 / np.sqrt(1.25), rel=0.25)
    told = analysis.contraction(draws)
    assert (told[:2] > 0.8).all() and abs(told[2]) < 0.15


def test_intervals_cover_known_rates_and_too_narrow_ones_are_found_out():
    u, clean = linear(2000)
    ranks = analysis.coverage_check(u, clean, ERRORS, 150, 200, 1)
    low, high = analysis.BAND
    assert low <= analysis.covered(ranks).mean() <= high
    narrow = 0.5 + 3.0 * (ranks - 0.5)
    assert analysis.covered(narrow).mean() < low


def test_many_errors_on_the_same_draws_make_the_posterior_steadier():
    """Few draws of a linear model, with nine more statistics that tell nothing."""
    u, clean = linear(300)
    idle = np.random.default_rng(1).normal(size=(300, 9))
    statistics, errors = np.column_stack([clean, idle]), np.concatenate([ERRORS, np.ones(9)])
    seen = np.concatenate([linear_seen(np.array([[0.4, 0.6, 0.5]])), np.zeros(9)])

    def apart(copies: int) -> float:
        medians = [
            np.median(
                analysis.posterior(
                    analysis.learned(u, analysis.blurred(statistics, errors, seed, copies)),
                    seen,
                    400,
                    seed,
                )[:, :2],
                axis=0,
            )
            for seed in range(6)
        ]
        return float(np.std(medians, axis=0).mean())

    assert apart(analysis.COPIES) < 0.6 * apart(1)


def test_what_no_rate_can_bring_about_is_told_and_the_pattern_that_is_to_blame():
    """Two statistics move together along a line, a third alone. Each of the values seen is usual by
    itself; the two together lie off the line, and without one of them nothing is odd.
    """
    random = np.random.default_rng(3)
    along, own = random.normal(size=(2, 1000))
    worlds = np.column_stack([along, along, own]) + 0.1 * random.normal(size=(1000, 3))
    names = ["one", "one", "other"]
    usual = misspecification.by_pattern(worlds, np.array([0.5, 0.6, -0.4]), names)
    odd = misspecification.by_pattern(worlds, np.array([1.0, -1.0, -0.4]), names)
    shares = odd.set_index("pattern")
    assert usual["alone"].min() > 0.1
    assert shares.loc[misspecification.ALL, "alone"] < misspecification.LEVEL
    assert shares.loc["one", "alone"] < 0.01 < 0.1 < shares.loc["one", "without"]
    assert shares.loc["other", "without"] < 0.01 < 0.1 < shares.loc["other", "alone"]


def test_the_test_of_misspecification_errs_as_often_as_it_says():
    """Worlds of the model's own are called unusual at 5% about once in twenty."""
    _, clean = linear(700)
    noisy = analysis.blurred(clean, ERRORS, 1)
    shares = [misspecification.as_unusual(noisy[100:], noisy[k]) for k in range(100)]
    assert 0 <= np.mean(np.array(shares) < misspecification.LEVEL) <= 0.12
    assert stats.kstest(shares, "uniform").pvalue > 1e-3


def test_the_nearest_draw_is_measured_in_errors():
    _, clean = linear(1000)
    assert analysis.nearest(clean, np.array([0.2, 0.8]), ERRORS) < 0.5
    assert analysis.nearest(clean[:1], clean[0] + 3.0 * ERRORS, ERRORS) == pytest.approx(3.0)


def test_the_region_keeps_the_truth_and_leaves_much_out():
    u, clean = linear(2000)
    found = analysis.learned(u, analysis.blurred(clean, ERRORS, 1))
    truth = np.array([[0.2, 0.3, 0.5]])
    region = analysis.region(found, clean[:0].sum(0) + linear_seen(truth), 1)
    assert region.inside(truth).all() and region.inside(u).mean() < 0.8
    assert np.allclose(region.outwards(region.inwards(u)), u)


def linear_seen(truth: np.ndarray) -> np.ndarray:
    return (truth[:, :2] @ np.array([[1.0, 0.5], [-0.5, 1.0]]))[0]


def test_priors_lie_within_bounds_and_their_values_come_back():
    assert sum(prior.fitted for prior in PRIORS.values()) >= 12
    u = np.linspace(0.01, 0.99, 9)
    for prior in PRIORS.values():
        values = prior.values(u)
        assert (np.diff(values) >= 0).all() and values.min() >= prior.low
        if values.dtype != int:
            assert prior.shares(values) == pytest.approx(u)
        ls.Parameters(**{prior.name: values[4]})
    with pytest.raises(BadInput, match="comply_rate"):
        Prior("comply_rate", 0.1, 2.0, True, True, "beyond the bound")
    with pytest.raises(BadInput, match="no_such_rate"):
        Prior("no_such_rate", 0.1, 0.2, True, True, "unknown")


def test_enough_patterns_are_fitted_and_enough_held_back():
    question = calibrate.CalibrationQuestion(None, {}, (), 400, 20, 0)
    assert len(question.fitted) >= 9
    assert sum(each.use == "held back" for each in patterns().values()) >= 4
    seen, errors = calibrate.errors_of(question.fitted)
    assert np.isfinite(seen).all() and (errors > 0.0).all()


def test_each_draw_has_luck_of_its_own_and_the_same_every_time():
    question = Measurements(("trust_without_cuts",), ls.Parameters())
    one, again, other = (question.answer({DRAW: k}, 0).outcomes for k in (1, 1, 2))
    assert one == again != other
    assert question.full({DRAW: 1}) != question.full({DRAW: 2})


def test_every_scenario_that_a_set_up_builds_on_is_part_of_the_question(monkeypatch):
    """What each set-up really loads is among the names found in its code, and another value there
    is another question.
    """
    loaded: set[str] = set()

    def watched(name):
        loaded.add(name)
        return ls.load_scenario(name)

    monkeypatch.setattr(set_up, "load_scenario", watched)
    for name, pattern in patterns().items():
        loaded.clear()
        pattern.measure(ls.Parameters(), 0)
        assert loaded <= set(measurements.scenarios_of(name)), name
    question = Measurements(("beacon", "trust_under_cuts"), ls.Parameters())
    before = question.identity()
    assert set(before["scenarios"]) == {"status_quo_2010", "coalition_2010"}
    edited = ls.load_scenario("status_quo_2010").with_parameters(choices=7)
    monkeypatch.setattr(
        measurements,
        "load_scenario",
        lambda name: edited if name == "status_quo_2010" else ls.load_scenario(name),
    )
    after = question.identity()
    assert {name for name in before if before[name] != after[name]} == {"scenarios"}
    (changed,) = differences(before, after)
    assert changed.startswith("scenarios.status_quo_2010 was")


@pytest.mark.parametrize("what", ["code_of", "load_scenario"])
@pytest.mark.parametrize(
    "asked",
    [
        ["experiment=patterns", "experiment.only=[beacon]", "seeds=2"],
        ["experiment=calibrate", "experiment.samples=60", "experiment.draws=20", "dry_run=true"],
    ],
    ids=["patterns", "calibrate"],
)
def test_an_edited_pattern_or_scenario_is_another_question(
    asked, what, tmp_path, monkeypatch, capsys
):
    quick = {name: patterns()[name] for name in ("closures_lag", "beacon", "mash_hubs")}
    monkeypatch.setattr(calibrate, "LEAST_DRAWS", 60)
    monkeypatch.setattr(calibrate, "patterns", lambda: quick)
    monkeypatch.setattr(Report, "figures", ())
    monkeypatch.chdir(tmp_path)
    first = [*asked, "results_dir=out"] if asked[-1] != "dry_run=true" else asked
    assert main(first) in (0, 1)
    one = capsys.readouterr().out
    other = (
        (lambda name: "other")
        if what == "code_of"
        else lambda name: ls.load_scenario(name).with_parameters(choices=7)
    )
    monkeypatch.setattr(measurements, what, other)
    code, two = main(first), capsys.readouterr()
    if first is asked:  # the folder's name tells one question from another
        assert folder_named(one) != folder_named(two.out)
    else:
        assert code == 2 and "another question (experiment.measured." in two.err


def folder_named(said: str) -> str:
    return re.search(r"results/calibrate-\S+", said)[0]


def test_draws_of_another_model_are_refused_by_name(tmp_path):
    table = pd.DataFrame({"comply_rate": [0.1, 0.2], VERSION: rules_version()})
    path = tmp_path / "posterior.parquet"
    table.to_parquet(path)
    assert list(posterior_draws(path)) == ["comply_rate"]
    table.assign(**{VERSION: "another"}).to_parquet(path)
    with pytest.raises(BadInput, match=r"another.*experiment=calibrate"):
        posterior_draws(path)
    table.drop(columns=VERSION).to_parquet(path)
    with pytest.raises(BadInput, match="no posterior draws"):
        posterior_draws(path)
    with pytest.raises(BadInput, match="experiment=calibrate"):
        posterior_draws(tmp_path / "nowhere.parquet")


def test_the_job_keeps_its_runs_and_gives_the_same_again(tmp_path, monkeypatch, capsys):
    """Three quick patterns stand for all; the answer does not depend on where it was stopped: with
    a third of its runs lost the same command ends in the same draws.
    """
    quick = {name: patterns()[name] for name in ("closures_lag", "beacon", "mash_hubs")}
    monkeypatch.setattr(calibrate, "LEAST_DRAWS", 60)
    monkeypatch.setattr(calibrate, "patterns", lambda: quick)
    monkeypatch.setattr("localism_sim.report.calibration.patterns", lambda: quick)
    monkeypatch.setitem(executors.EXECUTORS, "local", Here)
    monkeypatch.chdir(tmp_path)
    command = ["experiment=calibrate", "experiment.samples=60", "experiment.draws=20"]
    code = main([*command, "results_dir=one"])
    assert "Coverage" in capsys.readouterr().out
    one = pd.read_parquet(tmp_path / "one" / "posterior.parquet")
    parts = sorted((tmp_path / "one" / "parts" / "runs").iterdir())
    assert len(parts) > 3
    for path in (*parts[::3], tmp_path / "one" / "runs.parquet"):
        path.unlink()
    (tmp_path / "one" / "posterior.parquet").unlink()
    assert main([*command, "results_dir=one"]) == code
    two = pd.read_parquet(tmp_path / "one" / "posterior.parquet")
    pd.testing.assert_frame_equal(one, two)
    assert set(one[VERSION]) == {rules_version()} and len(one) == 20
    assert set(PRIORS) < set(one)
    predictive = pd.read_csv(tmp_path / "one" / "predictive.csv")
    assert predictive.set_index("pattern")["held_back"].to_dict()["mash_hubs"]
    assert len(pd.read_parquet(tmp_path / "one" / "runs.parquet")) == 60
    capsys.readouterr()
    program, *again = shlex.split(pd.read_parquet(tmp_path / "one/ledger.parquet")["repeat"][7])
    assert program == "localism-sim" and main(again) == 0
    assert "The same, to the last digit" in capsys.readouterr().out
    figures = {path.stem for path in (tmp_path / "one" / "figures").iterdir()}
    assert figures == {"posterior", "ranks", "predictive"}


@pytest.fixture
def some_calibration():
    """An answer about one rate whose intervals held no known rate."""
    from localism_sim.report import calibration as words

    ranks = np.zeros((10, 1))
    return words.Calibration(
        (PRIORS["comply_rate"],),
        ls.Parameters(),
        {},
        400,
        0,
        "model",
        pd.DataFrame({"comply_rate": [0.05, 0.06]}),
        np.array([0.5]),
        ranks,
        (0,),
        1.0,
        unusual(0.5),
        pd.DataFrame({"beacon.changed": [0.7, 0.8]}),
    )


def unusual(share: float) -> pd.DataFrame:
    rows = [(misspecification.ALL, share, np.nan), ("beacon", 0.9 * share, 0.6)]
    return pd.DataFrame(rows, columns=["pattern", "alone", "without"])


def test_the_answer_warns_where_no_rates_bring_about_what_was_seen(some_calibration):
    from localism_sim.report import calibration as words

    said = [
        str(words.within_reach(dataclasses.replace(some_calibration, unusual=unusual(share))))
        for share in (0.5, 0.02)
    ]
    assert "could have made what was seen" in said[0] and "relied on" not in said[0]
    assert "not to be relied on" in said[1] and "without beacon it would be 60%" in said[1]


def test_an_answer_with_bad_coverage_is_not_called_complete(some_calibration):
    from localism_sim.report import calibration as words

    found = some_calibration
    assert not found.holds and not words.show(found, ()).complete
    good = dataclasses.replace(found, ranks=np.array([[0.01]] + [[0.5]] * 9))
    assert good.holds and words.show(good, ()).complete


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["scenario=localist"], ["scenario", "localist"]),
        (["seeds=3"], ["seeds", "3"]),
        (["experiment.samples=10"], ["experiment.samples", "10"]),
        (["experiment.draws=1"], ["experiment.draws", "1"]),
        (["places.count=5", "places=synthetic"], ["places", "calibrate"]),
    ],
)
def test_what_cannot_be_answered_is_refused(arguments, said, refused):
    assert missing(said, refused(["experiment=calibrate", *arguments])) == []
