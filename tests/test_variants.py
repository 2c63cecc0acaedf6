"""Variants: rival rules that replace a named rule, alike in both drivers."""

import importlib
import math
import shutil
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from conftest import random_parameters
from hypothesis import given, settings
from hypothesis import strategies as st

import localism_sim as ls
from localism_sim.foundation.errors import BadInput
from localism_sim.model import compilation
from localism_sim.model import variant as variants
from localism_sim.model.compilation import REGISTRY, chosen, rivals_of
from localism_sim.model.month import open_month, run_months
from localism_sim.model.scenario import Scenario
from localism_sim.sweeps.question import Simulation, digest

NAMES = sorted(ls.shipped_variants())
SETS = [(), *[(name,) for name in NAMES], ("free_riding", "no_copying", "desks_only_delay")]
PLACES = ls.Places.synthetic(3, seed=1, scale=40_000)
LARGER = ls.Places.synthetic(6, seed=1, scale=2_000)


@ls.replaces("permitted", title="Half", theory="halved permission", source="made up for a test")
def halved(freedom, openness, p):
    return 0.5 * freedom


@ls.replaces("stressed", title="Clamped", theory="calls a rule", source="made up for a test")
def clamped_stress(workload, p):
    return clamp(workload - p.stress_onset)


from localism_sim.model.compilation import plain  # noqa: E402
from localism_sim.model.staff import clamp  # noqa: E402 - found when the variant is compiled


def test_the_switches_of_old_are_variants_and_each_declares_what_it_is():
    assert {"desks_only_delay", "follow_the_crowd", "free_riding", "no_copying"} <= set(NAMES)
    for variant in ls.shipped_variants().values():
        assert variant.replaces in REGISTRY and variant.shipped
        assert variant.title and variant.theory and variant.source
        function = variant.loaded()
        rule = REGISTRY[variant.replaces].py_func
        assert function.__code__.co_argcount == rule.__code__.co_argcount and function.__doc__
    assert len(rivals_of(tuple(ls.shipped_variants()[name] for name in NAMES[:1]))) == 1


@pytest.mark.parametrize("names", SETS, ids="+".join)
@settings(max_examples=8)
@given(draw=st.integers(0, 10**6), seed=st.integers(0, 2**40))
def test_both_drivers_follow_variants_to_the_bit(names, draw, seed):
    params = random_parameters(draw, domains=1 + draw % 3)
    run = ls.simulate(params, PLACES, seed, 4, variants=list(names))
    model = ls.LocalismModel(params, PLACES, seed=seed, months=4, variants=list(names))
    while model.running:
        model.step()
    assert [each.name for each in run.variants] == sorted(names)
    assert run.world.history.tobytes() == model.world.history.tobytes()
    for ours, theirs in zip(run.world.staff, model.world.staff):
        assert ours.tobytes() == theirs.tobytes()


def test_no_two_compiled_forms_share_the_name_by_which_they_are_linked():
    sets = [*SETS, (halved,), (halved, "free_riding"), (clamped_stress,)]
    forms = {
        chosen(function, variants.checked_variants(names))
        for names in sets
        for function in (open_month, run_months, *REGISTRY.values())
    }
    names = [(form.py_func.__module__, form.py_func.__qualname__) for form in forms]
    assert len(names) == len(set(names)) > len(REGISTRY) + 20


BUSY = ls.Parameters(
    inquiry_rate=0.6,
    borrow_rate=0.9,
    initial_motivation=0.9,
    autonomy=0.3,
    reinforcement=0.0,
    relational_depth=0.0,
    initial_capability=0.9,
    initial_engagement=0.7,
)


@pytest.mark.parametrize("name", NAMES)
def test_a_variant_changes_the_run_and_leaves_the_model_as_it_was(name):
    before = ls.simulate(BUSY, LARGER, 3, 24).world.history.tobytes()
    with_it = ls.simulate(BUSY, LARGER, 3, 24, variants=[name]).world.history.tobytes()
    assert with_it != before
    assert ls.simulate(BUSY, LARGER, 3, 24).world.history.tobytes() == before
    assert ls.simulate(BUSY, LARGER, 3, 24, variants=name).world.history.tobytes() == with_it


@pytest.mark.parametrize("own", [halved, clamped_stress])
def test_a_variant_of_ones_own_runs_in_both_drivers(own):
    run = ls.simulate(BUSY, PLACES, 2, 5, variants=[own, "free_riding"])
    model = ls.LocalismModel(BUSY, PLACES, seed=2, months=5, variants=["free_riding", own])
    while model.running:
        model.step()
    assert run.outcomes == model.outcomes != ls.simulate(BUSY, PLACES, 2, 5).outcomes
    if own is halved:
        assert run.outcomes["permission"] == pytest.approx(0.15)


@ls.replaces("permitted", title="Told", theory="prints", source="made up for a test")
def told_permission(freedom, openness, p):
    print("freedom", freedom)
    return freedom


def test_a_variant_of_ones_own_may_print_and_raise(capfd):
    done = ls.simulate(BUSY, PLACES, 2, 1, variants=[told_permission])
    lines = capfd.readouterr().out.splitlines()
    assert set(lines) == {f"freedom {BUSY.autonomy}"}
    assert len(lines) == len(done.world.services)
    with pytest.raises(ValueError, match="too little openness"):
        ls.simulate(BUSY.replace(open_commissioning=0.0), PLACES, 2, 1, variants=[worse_than_none])


@ls.replaces("permitted", title="Worse", theory="raises", source="made up for a test")
def worse_than_none(freedom, openness, p):
    if openness < 1.0:
        raise ValueError("too little openness")
    return freedom


def test_threads_watching_and_tracing_follow_variants_too():
    places = ls.Places.synthetic(12, seed=2, scale=200)
    months, names = 2, ["follow_the_crowd"]
    alone = ls.simulate(BUSY, places, 1, months, variants=names, progress=lambda month: None)
    traced = ls.simulate(BUSY, places, 1, months, variants=names, trace=True)
    usual = ls.simulate(BUSY, places, 1, months, variants=names)
    assert alone.outcomes == traced.outcomes == usual.outcomes
    many = ls.simulate_many([BUSY], [1], places, months, variants=names)
    assert many.loc[0, list(usual.outcomes)].to_dict() == usual.outcomes


def test_only_what_reaches_a_replaced_rule_is_compiled_again():
    (riding,) = variants.checked_variants("free_riding")
    (alone,) = variants.checked_variants("no_copying")
    assert chosen(run_months, ()) is run_months
    assert chosen(open_month, (alone,)) is open_month
    assert chosen(open_month, (riding,)) is not open_month
    assert chosen(open_month, (riding,)) is chosen(open_month, (riding,))


def test_free_riding_is_the_mixed_equilibrium(monkeypatch):
    """Rose-Ackerman 1980; Strumpf 1999: the more places, the less each tries."""
    riding = ls.shipped_variants()["free_riding"].loaded()
    monkeypatch.setitem(riding.__globals__, "root", plain(riding.__globals__["root"]))
    p = ls.Parameters()
    chances = [riding(places, p) for places in (2, 5, 20, 100)]
    assert all(one > other for one, other in pairwise(chances))
    assert riding(5, p) == pytest.approx((1.0 - 0.5 ** (1.0 / 4.0)) / 0.2)
    assert math.isfinite(riding(1, p)) and riding(9, p.replace(innovation_fund=1.0)) == 1.0


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["free_ridin"], "free_riding"),
        (["no_copying", "follow_the_crowd"], "follow_the_crowd and no_copying both replace"),
        ("no_copying+follow_the_crowd", "both replace the rule 'most_appealing'"),
        ([3], "not a known variant"),
        (7, "a list of names"),
        ([halved, variants.replace(halved, name="other")], "both replace the rule 'permitted'"),
    ],
)
def test_unknown_and_clashing_variants_are_refused_by_name(given, words):
    with pytest.raises(BadInput, match=words.replace("(", ".")):
        variants.checked_variants(given)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"replaces": "permited"}, "no rule.*permitted"),
        ({"function": lambda freedom: freedom}, "freedom, openness, p"),
    ],
)
def test_a_variant_that_fits_no_rule_is_refused(changes, words):
    with pytest.raises(BadInput, match=words):
        ls.simulate(BUSY, PLACES, 1, 1, variants=[variants.replace(halved, **changes)])


@pytest.mark.parametrize("name", ["copying_rule", "free_riding", "screening"])
def test_a_switch_of_old_names_its_successor(name):
    with pytest.raises(BadInput, match=r"has become a variant; give variants="):
        ls.Parameters().replace(**{name: 1})
    with pytest.raises(BadInput, match=r"has become a variant"):
        Scenario("x", "X", "", ls.Parameters(), {3: {name: 1}})


def test_variants_are_part_of_a_scenario_of_a_design_and_of_a_key():
    mine = Scenario("mine", "Mine", "", BUSY, variants=["no_copying"])
    assert mine.variants == ("no_copying",)
    ask = Simulation((mine,), PLACES, 3)
    points = [{}, {"variants": ""}, {"variants": "free_riding+no_copying"}, {"cuts": 0.1}]
    keys = [digest(ask.full(point)) for point in points]
    assert len(set(keys)) == len(points)
    for point, names in zip(points, (["no_copying"], [], ["free_riding", "no_copying"])):
        run = ls.simulate(BUSY, PLACES, 5, 3, variants=names)
        assert ask.answer(point, 5).outcomes.tolist() == [run.outcomes[o] for o in ask.outcomes]
    table = ask.settings(pd.DataFrame({"variants": ["", "free_riding"]}))
    assert table["variants"].tolist() == ["", "free_riding"]
    with pytest.raises(BadInput, match="not a known variant"):
        ask.check({"variants": "copy"}, 1)
    with pytest.raises(BadInput, match="given by name"):
        Scenario("mine", "Mine", "", BUSY, variants=[halved])


def test_a_scenario_file_chooses_variants(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("title: Mine\nvariants: [free_riding]\n")
    assert ls.load_scenario(path).variants == ("free_riding",)
    path.write_text("title: Mine\nvariants: [free_ridin]\n")
    with pytest.raises(BadInput, match=r"mine\.yaml.*free_riding"):
        ls.load_scenario(path)


def test_the_command_line_lists_and_refuses_variants(refused, capsys):
    from localism_sim.command.cli import main

    assert main(["--help=all"]) == 0
    shown = capsys.readouterr().out
    assert all(name in shown for name in NAMES)
    assert "free_riding" in refused(["variants=[free_ridin]"])
    assert "both replace" in refused(["variants=[no_copying,follow_the_crowd]"])
    assert "has become a variant" in refused(["parameters.free_riding=1"])


def test_one_new_file_is_a_new_variant_everywhere(tmp_path):
    """In a copy: one file, and the variant is listed, runs in both drivers, and makes another
    version of the model.
    """
    package = shutil.copytree(
        variants.FOLDER.parents[1],
        tmp_path / "localism_sim",
        ignore=shutil.ignore_patterns("__*c*"),
    )
    (package / "model" / "variants" / "no_stress.py").write_text(
        "from ..variant import replaces\n\n\n"
        "@replaces('stressed', title='No stress', theory='nobody tires', source='a test')\n"
        "def no_stress(workload, p):\n    return 0.0\n"
    )
    script = (
        "import localism_sim as ls\n"
        "from localism_sim.model.compilation import chosen, plain, rivals_of\n"
        "from localism_sim.model.variant import checked_variants\n"
        "from localism_sim.model.version import model_version\n"
        "from localism_sim.report.documents import variants\n"
        "found = checked_variants('no_stress')\n"
        "assert 'no_stress' in variants()\n"
        "print(model_version(), rivals_of(found)[0][1](9.0, None))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path), "PATH": "", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    version, value = done.stdout.split()
    from localism_sim.model.version import model_version

    assert value == "0.0" and version != model_version()
    assert np.isfinite(ls.simulate(BUSY, PLACES, 1, 1).outcomes["trust"])


@pytest.mark.parametrize("name", ls.shipped_variants())
def test_the_page_can_switch_every_shipped_variant(name):
    """A switch reads the plan, so the rule that is replaced has to take it (argument `p`)."""
    rule = REGISTRY[ls.shipped_variants()[name].replaces].py_func
    assert "p" in rule.__code__.co_varnames[: rule.__code__.co_argcount]


def test_a_changed_copy_of_a_shipped_variant_is_not_taken_for_it():
    """Its own function would be thrown away without a word."""
    shipped = ls.shipped_variants()["no_copying"]
    copied = ls.replaces(
        shipped.replaces, title=shipped.title, theory=shipped.theory, source=shipped.source
    )
    with pytest.raises(BadInput, match="no_copying is the name of a variant that comes with"):
        variants.checked_variants([copied(renamed("no_copying"))])
    own = importlib.import_module("localism_sim.model.variants.no_copying").no_copying
    assert variants.checked_variants([own]) == (shipped,)


def renamed(name: str):
    """Some function of that name."""

    def function(*arguments):
        return arguments[0]

    function.__name__ = name
    return function


def test_no_thread_gets_a_form_that_is_half_made(monkeypatch):
    """The table of forms holds the model's own while the variant's is being made."""
    made = threading.Event()
    changed_names = compilation.changed_names

    def slow(*arguments):
        made.wait(0.1)
        return changed_names(*arguments)

    monkeypatch.setattr(compilation, "changed_names", slow)
    rival = ls.replaces("permitted", title="t", theory="t", source="s")(renamed("rival"))
    given = variants.checked_variants([rival])
    with ThreadPoolExecutor(4) as pool:
        jobs = [pool.submit(chosen, run_months, given) for _ in range(4)]
        forms = {job.result() for job in jobs}
    assert len(forms) == 1 and run_months not in forms
