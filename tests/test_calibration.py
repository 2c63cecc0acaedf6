"""Calibration: the method against known posteriors, its draws, and what is refused."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from conftest import missing
from in_process import Here

import localism_sim as ls
from localism_sim.analysis import calibration as analysis
from localism_sim.command.cli import main
from localism_sim.evidence.pattern import patterns
from localism_sim.evidence.posterior import VERSION, posterior_draws, rules_version
from localism_sim.evidence.priors import PRIORS, Prior
from localism_sim.foundation.errors import BadInput
from localism_sim.jobs import calibrate
from localism_sim.sweeps import executors
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
    u, clean = linear(400)
    idle = np.random.default_rng(1).normal(size=(400, 9))
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


def test_what_no_rate_can_bring_about_is_told_as_odd():
    _, clean = linear(1000)
    near, usual = analysis.oddity(clean, np.array([0.2, 0.8]), ERRORS)
    far, odd = analysis.oddity(clean, np.array([3.0, -2.0]), ERRORS)
    assert near < 0.5 < 5.0 < far and odd < 0.01 < usual


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
    figures = {path.stem for path in (tmp_path / "one" / "figures").iterdir()}
    assert figures == {"posterior", "ranks", "predictive"}


def test_an_answer_with_bad_coverage_is_not_called_complete():
    from localism_sim.report import calibration as words

    ranks = np.zeros((10, 1))
    found = words.Calibration(
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
        0.5,
        pd.DataFrame({"beacon.changed": [0.7, 0.8]}),
    )
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
