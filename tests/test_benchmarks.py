"""The benchmarks compare like with like, and the check for slow-downs tells a slow-down from noise.

Nothing here is timed.
"""

import importlib
import importlib.util
from dataclasses import replace

import pytest

from benchmarks import regression
from benchmarks.dynamics.comparison import (
    FRAMEWORKS,
    OURS,
    REFERENCE,
    SMALL,
    disagreements,
    rates_of_the_model,
)
from benchmarks.dynamics.specification import STATISTICS, Setting

SEEDS = (1, 2, 3)


def runs(module: str, **changes: float) -> list[dict[str, float]]:
    """Statistics of a framework's runs, with some rates changed."""
    run = importlib.import_module(f"benchmarks.dynamics.{module}").run
    setting = Setting(*SMALL, 0, rates_of_the_model() | changes)
    return [run(replace(setting, seed=seed)) for seed in SEEDS]


@pytest.fixture(scope="module")
def reference():
    return runs(REFERENCE)


def test_the_model_and_numpy_compute_the_same_citizens(reference):
    assert disagreements({REFERENCE: reference, OURS: runs(OURS)}) == []


@pytest.mark.parametrize(
    "module",
    [
        f.module
        for f in FRAMEWORKS
        if not f.objects and not f.requirements and f.module not in (OURS, REFERENCE)
    ],
)
def test_every_installed_framework_computes_the_same_citizens(module, reference):
    pytest.importorskip(
        {"in_ambr": "ambr", "in_starsim": "starsim"}[module], reason="needs the extra 'benchmarks'"
    )
    assert disagreements({REFERENCE: reference, module: runs(module)}) == []


WRONG = {
    "encounter_rate": 0.5,
    "trust_gain": 0.5,
    "trust_asymmetry": 0.5,
    "trust_pull": 0.0,
    "broken_promise": 0.0,
    "perception_bias": 0.5,
    "engage_rate": 0.7,
    "disengage_rate": 0.7,
    "wellbeing_rate": 0.0,
}


@pytest.mark.parametrize("rate", WRONG)
def test_a_framework_with_one_rule_wrong_is_found_out(rate, reference):
    wrong = runs(REFERENCE, **{rate: rates_of_the_model()[rate] * WRONG[rate]})
    found = disagreements({REFERENCE: reference, "wrong": wrong})
    assert found and all(text.startswith("wrong: ") for text in found)


def test_every_framework_has_its_file():
    assert len(STATISTICS) == 4 and len({f.module for f in FRAMEWORKS}) == len(FRAMEWORKS)
    for framework in FRAMEWORKS:
        assert importlib.util.find_spec(f"benchmarks.dynamics.{framework.module}") is not None


@pytest.mark.parametrize(
    ("attempts", "slower", "word"),
    [
        ([(1.5, 1.5), (1.6, 1.5), (1.4, 1.45)] * 2, True, "SLOWER"),
        ([(1.5, 1.5), (1.6, 1.5), (1.05, 1.5)], False, "ok"),
        ([(2.0, 1.1)], False, "ok"),
        ([(1.0, 1.0)], False, "ok"),
        ([(0.5, 0.5)], False, "faster"),
    ],
)
def test_only_what_every_attempt_and_both_statistics_show_is_a_slow_down(
    attempts, slower, word, monkeypatch, capsys
):
    left = iter(attempts)
    monkeypatch.setattr(regression, "PAUSE", 0.0)
    monkeypatch.setattr(regression, "measured", lambda case, planted: next(left))
    assert regression.verdict("the run", None, {"median": 1.0, "least": 1.0}, 1.0) is slower
    assert capsys.readouterr().out.startswith(word)
    assert list(left) == []


def test_every_watched_case_has_a_reference():
    assert regression.references() and all(
        set(ratios) == set(regression.cases()) for ratios in regression.references().values()
    )


def test_a_machine_without_a_reference_is_told_so_and_gets_no_verdict(
    monkeypatch, tmp_path, capsys
):
    monkeypatch.setattr(regression, "REFERENCE", tmp_path / "ratios.json")
    monkeypatch.setattr("sys.argv", ["regression"])
    (tmp_path / "ratios.json").write_text('{"abacus, Python 1.0, Numba 0.1": {}}')
    with pytest.raises(SystemExit) as ended:
        regression.main()
    assert ended.value.code == 2
    said = capsys.readouterr()
    assert "abacus" in said.err and "--record" in said.err and said.out == ""
