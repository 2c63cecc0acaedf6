"""Shared worlds for the tests: small enough to walk in pure Python."""

from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import settings

import localism_sim as ls
from localism_sim.model.month import whole_month
from localism_sim.model.parameters import FIELDS, SCALE
from localism_sim.model.scenario import schedule
from localism_sim.model.variant import checked_variants
from localism_sim.model.world import empty_world, populate

settings.register_profile("suite", deadline=None, max_examples=30, derandomize=True)
settings.load_profile("suite")


def random_parameters(seed: int, **fixed) -> ls.Parameters:
    """A draw within all bounds but those of scale; `fixed` parameters are set."""
    random = np.random.default_rng(seed)
    values = {}
    for name, field in FIELDS.items():
        low, high = field.metadata["low"], field.metadata["high"]
        if name in SCALE:
            continue
        whole = isinstance(field.default, int)
        values[name] = (
            int(random.integers(low, high + 1)) if whole else float(random.uniform(low, high))
        )
    values |= {
        "choices": 6,
        "complexity": int(random.integers(0, 6)),
        "review_months": int(random.integers(1, 6)),
        "harmonise_after": int(random.integers(0, 8)),
        "trial_months": int(random.integers(1, 5)),
    }
    return ls.Parameters(**(values | fixed))


def lived(
    params, places, seed: int, months: int, prepare=lambda world: None, timeline=(), variants=()
):
    """Yields (month, world) before the first month (as month -1) and after each; `prepare` may set
    the world's columns before the first.
    """
    world, plan = empty_world(params, places, seed, months), schedule(params, timeline, months)
    rivals = checked_variants(variants)
    populate(world, plan[0], rivals)
    prepare(world)
    yield -1, world
    for month in range(months):
        whole_month(world, plan[month], month, rivals)
        yield month, world


@pytest.fixture(scope="session")
def small_places() -> ls.Places:
    """Five places of some ten citizens each."""
    return ls.Places.synthetic(5, seed=3, scale=20_000)


def refusal(code: int, message: str, folder) -> str:
    """The one line in which a command was refused, with exit code 2, before anything ran in the
    folder.
    """
    assert code == 2, message
    assert (
        message.startswith("localism-sim: ")
        and message.count("\n") == 1
        and "Traceback" not in message
    ), message
    assert not list(folder.rglob("*.parquet"))
    return message


def missing(words, message: str) -> list[str]:
    """Which of the words a message lacks."""
    return [word for word in words if word not in message]


class Said(NamedTuple):
    """How a command ended, named as in `subprocess.CompletedProcess`."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def sim(tmp_path, monkeypatch, capsys):
    """Runs a command line in an empty folder and in this process, which has no start to pay for."""
    from in_process import Here

    from localism_sim.command.cli import main
    from localism_sim.sweeps.executors import EXECUTORS

    monkeypatch.setitem(EXECUTORS, "local", Here)
    monkeypatch.chdir(tmp_path)

    def given(*arguments: str) -> Said:
        code = main(list(arguments))
        return Said(code, *capsys.readouterr())

    return given


@pytest.fixture
def refused(tmp_path, monkeypatch, capsys):
    """Gives a command line to the program, in an empty folder and this process; the line in which
    it is refused.
    """
    from localism_sim.command.cli import main

    def given(arguments) -> str:
        monkeypatch.chdir(tmp_path)
        return refusal(main(arguments), capsys.readouterr().err, tmp_path)

    return given
