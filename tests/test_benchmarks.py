"""The benchmarks compare like with like, and the check for slow-downs tells a slow-down from noise.

Nothing here is timed.
"""

import ast
import importlib
import importlib.util
import inspect
from dataclasses import replace
from pathlib import Path

import pytest

import localism_sim as ls
from benchmarks import idiomatic_mesa, phases, regression
from benchmarks.dynamics import worker
from benchmarks.dynamics.comparison import (
    FRAMEWORKS,
    OURS,
    REFERENCE,
    SMALL,
    disagreements,
    rates_of_the_model,
)
from benchmarks.dynamics.specification import STATISTICS, Setting
from benchmarks.idiomatic_mesa import IdiomaticModel
from localism_sim.model import month
from localism_sim.model.compilation import REGISTRY

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


LUCK = """initial_variation turnover comply_rate inquiry_rate citizen_ideas borrow_rate
contact_rate promotion_rate entry_rate redesigns initial_engagement engage_rate need_diversity
inventive_sd compliant_sd judgement_noise"""
NO_LUCK = dict.fromkeys(LUCK.split(), 0)
"""Nobody changes practice, nobody engages, all begin alike: what is left is money, work and what
staff and citizens make of it.
"""


def mesa_and_ours(months: int, seed: int = 1, **changes: float):
    """Months of the idiomatic form and of the model itself, on the same places."""
    settings, places = ls.Parameters(**changes), ls.Places.synthetic(16)
    model = IdiomaticModel(settings, places, seed)
    for _ in range(months):
        model.step()
    found = model.datacollector.get_model_vars_dataframe()
    found = found.rename(columns={"engaged": "engagement", "delivered_spread": "spread_delivered"})
    return found, ls.simulate(settings, places, seed, months).history


def test_idiomatic_mesa_agrees_to_rounding_where_luck_plays_no_part():
    """To that of single precision, in which quality is kept; and nearly so where our means over
    staff weigh places by residents.
    """
    there, here = mesa_and_ours(30, **NO_LUCK, encounter_rate=1.0)
    exact = ("budget", "posts", "workload", "permission", "control", "capability")
    for name in (*exact, "quality", "regard", "motivation", "staff_trust", "trust", "wellbeing"):
        apart = float((there[name] - here[name]).abs().max())
        assert apart < (1e-6 if name in exact else 2e-3), (name, apart)
    assert here["trust"].iloc[-1] != pytest.approx(here["trust"].iloc[0], abs=5e-3), "it moves"
    assert here["regard"].iloc[-1] < here["regard"].iloc[0] - 0.05


def test_idiomatic_mesa_agrees_in_level_where_luck_does():
    apart = {}
    for seed in range(4):
        there, here = (table.iloc[-1] for table in mesa_and_ours(36, seed))
        for name in there.index.intersection(here.index):
            apart.setdefault(name, []).append(there[name] - here[name])
    means = {name: abs(sum(values) / len(values)) for name, values in apart.items()}
    near = ("trust", "engagement", "wellbeing", "regard", "motivation", "staff_trust", "permission")
    assert max(means[name] for name in near) < 0.03, means
    assert max(means[name] for name in ("quality", "spread_delivered", "mandated")) < 0.1, means


def test_idiomatic_mesa_hands_every_rule_what_it_takes():
    """As many arguments, and the parameters in their place: rare rules may not be reached above."""
    calls = [
        node
        for node in ast.walk(ast.parse(inspect.getsource(idiomatic_mesa)))
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("R.")
    ]
    assert len(calls) > 50
    for call in calls:
        code = REGISTRY[call.func.attr].py_func.__code__
        taken = code.co_varnames[: code.co_argcount]
        given = [ast.unparse(argument).rpartition(".")[2] for argument in call.args]
        assert len(given) == len(taken), ast.unparse(call)
        places = [[n in ("p", "params") for n in names] for names in (given, taken)]
        assert places[0] == places[1], ast.unparse(call)


@pytest.mark.parametrize("framework", FRAMEWORKS, ids=lambda framework: framework.module)
def test_what_a_framework_takes_from_the_project_is_there(framework):
    """Also where the framework itself is not installed."""
    file = importlib.util.find_spec(f"benchmarks.dynamics.{framework.module}").origin
    for node in ast.walk(ast.parse(Path(file).read_text())):
        if (
            isinstance(node, ast.ImportFrom)
            and (node.module or "").partition(".")[0] in worker.OURS
        ):
            module = importlib.import_module(node.module)
            for name in node.names:
                found = hasattr(module, name.name) or (
                    hasattr(module, "__path__")
                    and importlib.util.find_spec(f"{node.module}.{name.name}")
                )
                assert found, f"{node.module} has no {name.name}"


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


def test_every_stage_of_the_month_is_measured_on_all_its_rows():
    """The stages lived by themselves leave what a run leaves."""
    places = ls.Places.synthetic(3, scale=60_000)
    world, took = phases.stage_times(places, 4)
    assert list(took) == list(month.STAGES)
    assert all(phases.rows_of(stage, world).count > 0 for stage in took)
    run = ls.simulate(ls.Parameters(), places, seed=1, months=4)
    assert world.history.tobytes() == run.world.history.tobytes()
