"""The page's code of a setting, read in Python."""

import numpy as np
import pytest

import localism_sim as ls
from localism_sim.foundation.errors import BadInput
from localism_sim.model import setting_code
from localism_sim.model.parameters import FIELDS
from localism_sim.model.setting_code import (
    Setting,
    levers,
    read_code,
    step_of,
    value_at,
    write_code,
)

PLACES = ls.Places.synthetic(2, seed=1)


def random_setting(number: int) -> Setting:
    """Any levers at any of their steps, with or without a rival rule."""
    draw = np.random.default_rng(number)
    changes = {}
    for name in draw.permutation(levers())[: draw.integers(0, 12)]:
        low, high = FIELDS[name].metadata["low"], FIELDS[name].metadata["high"]
        steps = int((high - low) / step_of(name) + 1e-9)
        changes[str(name)] = value_at(name, int(draw.integers(0, min(steps, 4095) + 1)))
    rivals = tuple(sorted(ls.shipped_variants()))[: draw.integers(0, 2)]
    return Setting(ls.scenario_names()[number % 3], changes, rivals, int(draw.integers(0, 10**9)))


@pytest.mark.parametrize("number", range(40))
def test_any_setting_comes_back_from_its_code_alone_and_inside_an_address(number):
    setting = random_setting(number)
    code = write_code(setting)
    assert read_code(code) == setting
    assert read_code(f"file:///a.b/localism.html#{code}.centralist.AB.explore") == setting


def test_a_code_gives_the_numbers_of_the_scenario_with_those_changes():
    code = write_code(Setting("localist", {"cuts": 0.4}, ("free_riding",), 5))
    given = ls.load_scenario(code)
    meant = ls.load_scenario("localist").with_parameters(cuts=0.4, variants=["free_riding"])
    assert (given.parameters, given.timeline, given.variants) == (
        meant.parameters,
        meant.timeline,
        ("free_riding",),
    )
    assert ls.simulate(given, PLACES, 5, 3).outcomes == ls.simulate(meant, PLACES, 5, 3).outcomes


WHOLE = write_code(Setting("localist", {"cuts": 0.4}, (), 5))
VERSION = WHOLE.rpartition(".")[2]


@pytest.mark.parametrize(
    ("code", "why"),
    [
        (WHOLE.replace(VERSION, "000000" if VERSION != "000000" else "000001"), "another version"),
        (WHOLE[:-1], "no code of the page"),
        (WHOLE.replace("localist", "nowhere"), "damaged"),
        (f"localist.A.A.1.{VERSION}", "damaged"),
        (f"localist.___..1.{VERSION}", "damaged"),
        (f"localist.{WHOLE.split('.')[1] * 2}..1.{VERSION}", "damaged"),
        (f"localist.{WHOLE.split('.')[1][0]}__..1.{VERSION}", "cuts"),
        (f"localist..__.1.{VERSION}", "damaged"),
        ("x#%00<b>", "no code of the page"),
    ],
)
def test_a_damaged_or_old_code_is_refused_in_one_line(code, why):
    with pytest.raises(BadInput) as refusal:
        ls.load_scenario(code)
    assert why in str(refusal.value) and "\n" not in str(refusal.value)


def test_a_code_is_refused_once_its_signs_mean_other_values(monkeypatch):
    """A lever's range decides what a code's steps are, though it changes no run."""
    before = setting_code.code_version.__wrapped__()
    for name, value in (("step_of", lambda name: 0.5), ("levers", lambda: levers()[::-1])):
        with monkeypatch.context() as changed:
            changed.setattr(setting_code, name, value)
            assert setting_code.code_version.__wrapped__() != before
    assert setting_code.code_version.__wrapped__() == before


def test_a_seed_that_a_code_cannot_hold_is_refused_when_it_is_written():
    with pytest.raises(BadInput, match=r"seed = 1000000000 is not allowed in a code"):
        write_code(Setting("localist", {}, (), 10**9))
