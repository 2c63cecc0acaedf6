"""Compiled rules on disk: reused when nothing changed, never stale."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numba
import numpy as np
import pytest
from filelock import FileLock

from localism_sim.foundation import compiled_code
from localism_sim.model import first_compilation, version

ONE_PHASE = """
from localism_sim.model.compilation import entrance
from localism_sim.model.month import open_month
from localism_sim.model.parameters import Parameters
from localism_sim.model.places import Places
from localism_sim.model.scenario import schedule
from localism_sim.model.world import empty_world
world, plan = empty_world(Parameters(), Places.synthetic(2), 1, 2), schedule(Parameters(), (), 2)
function = entrance(open_month)
function(world, plan[0], 0)
value = world.departments["capacity"].sum()
"""
"""The month's shortest function: compiled in a second or two, it calls rules that stand in another
file.
"""
WHOLE_RUN = """
import localism_sim as ls
from localism_sim.model.month import run_months as function
settings = ls.Parameters(cuts=0.4, cut_months=6)
value = ls.simulate(settings, ls.Places.synthetic(3), seed=1, months=8).outcomes["trust"]
"""
REPORT = (
    "\nprint(repr(float(value)), sum(function.stats.cache_misses.values()), "
    "sum(function.stats.cache_hits.values()))"
)


def run_apart(script: str, **changed: Path) -> tuple[str, int, int]:
    """What a script computes in a process of its own, and how often its function was compiled and
    found on disk.
    """
    environment = {**os.environ, **{name: str(path) for name, path in changed.items()}}
    done = subprocess.run(
        [sys.executable, "-c", script + REPORT],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    value, misses, hits = done.stdout.split()
    said = done.stderr.splitlines()
    assert len(said) == (1 if int(misses) else 0) and all(
        "compiling the model" in line for line in said
    ), "one line where the model is compiled, else none"
    return value, int(misses), int(hits)


def copied(folder: Path) -> Path:
    return shutil.copytree(
        version.PACKAGE.parent,
        folder / "localism_sim",
        ignore=shutil.ignore_patterns("__pycache__"),
    )


def test_an_edit_in_another_file_is_never_missed_and_nothing_is_compiled_twice(tmp_path):
    """A second run and a new docstring compile nothing; a rule of another file is compiled anew."""
    package = copied(tmp_path)
    places = {"PYTHONPATH": tmp_path, "LOCALISM_SIM_CACHE": tmp_path / "cache"}
    first, misses, _ = run_apart(ONE_PHASE, **places)
    assert misses > 0
    rule_file = package / "model" / "department.py"
    text = rule_file.read_text()
    reworded = text.replace("Phase 1: the centre's", "Phase 1,\n\n    the centre's")
    for words in (text, reworded):
        rule_file.write_text(words)
        again, misses, hits = run_apart(ONE_PHASE, **places)
        assert (again, misses) == (first, 0) and hits > 0
    assert reworded != text
    changed = text.replace(
        "d[department].capacity = central_capacity_left(p, month)",
        "d[department].capacity = 0.5 * central_capacity_left(p, month)",
    )
    assert changed != text
    rule_file.write_text(changed)
    edited, misses, _ = run_apart(ONE_PHASE, **places)
    assert float(edited) == 0.5 * float(first) > 0 and misses > 0


def test_a_second_whole_run_compiles_nothing():
    """In the folder that the other tests use, so that this costs a compilation only where they
    would pay for it.
    """
    first, _, _ = run_apart(WHOLE_RUN)
    again, misses, hits = run_apart(WHOLE_RUN)
    assert (again, misses) == (first, 0) and hits > 0


LIBRARIES = (("numba", "1"),)


def version_after(model: Path, name: str, old: str, new: str) -> str:
    """The version of a copy of the model in which one text of one file is another, put back."""
    path = model / name
    text = path.read_text()
    assert old in text, (name, old)
    path.write_text(text.replace(old, new))
    try:
        return version.digest_of(model, LIBRARIES)
    finally:
        path.write_text(text)


SAME = (
    ("staff.py", "x kept between 0 and 1.", "x, kept within 0 and 1."),
    ("staff.py", "return min(1.0, max(0.0, x))", "return min(  # a comment\n 1.0, max(0.0, x))"),
    ("trace.py", "Collects events", "Gathers events"),
    ("parameters.py", "monthly pull of neighbours' trust", "how neighbours pull"),
    ("parameters.py", 'unit="months"', 'unit="mth"'),
    ("parameters.py", "must be below choices", "has to be below choices"),
    ("commissioner.py", "budget this month", "what it may spend"),
    ("outcomes.py", "Harm", "Harm done"),
    ("month.py", "each commissioner receives a budget", "budgets arrive"),
    ("places_data/england_places.csv", "\n", "\r\n"),
)
CHANGED = (
    ("staff.py", "regard + p.regard_rate", "regard - p.regard_rate"),
    ("staff.py", "slack + (1.0 - slack)", "slack + (1.0 + slack)"),
    ("parameters.py", "0.62,", "0.63,"),
    ("randomness.py", "ENCOUNTER = 70", "ENCOUNTER = 71"),
    ("places_data/england_places.csv", "Manchester", "Manchestre"),
    ("compilation.py", '"error_model": "numpy"', '"error_model": "python"'),
)


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> Path:
    return copied(tmp_path_factory.mktemp("copy")) / "model"


@pytest.mark.parametrize(("name", "old", "new"), SAME)
def test_words_comments_and_layout_leave_the_version(model, name, old, new):
    assert version_after(model, name, old, new) == version.digest_of(model, LIBRARIES)


@pytest.mark.parametrize(("name", "old", "new"), CHANGED)
def test_whatever_can_change_a_result_changes_the_version(model, name, old, new):
    assert version_after(model, name, old, new) != version.digest_of(model, LIBRARIES)


def test_rules_in_nested_folders_and_libraries_count_and_other_rooms_do_not(tmp_path):
    package = copied(tmp_path)
    model = package / "model"
    before = version.digest_of(model, LIBRARIES)
    (package / "report" / "fresh.py").write_text("x = 1\n")
    text = (package / "__init__.py").read_text()
    (package / "__init__.py").write_text(text.replace("__version__", "__version__ = '9'\nolder"))
    assert version.digest_of(model, LIBRARIES) == before
    assert version.digest_of(model, (("numba", "2"),)) != before
    nested = model / "nested" / "deeper"
    nested.mkdir(parents=True)
    (nested / "rule.py").write_text("def fresh(x):\n    return x + 1\n")
    one = version.digest_of(model, LIBRARIES)
    (nested / "rule.py").write_text("def fresh(x):\n    return x - 1\n")
    assert len({before, one, version.digest_of(model, LIBRARIES)}) == 3


def twice(x):
    return 2.0 * x


def called(folder: Path) -> tuple[float, int]:
    """What a function kept in a folder gives, and how often it was compiled for it."""
    function = numba.njit(twice)
    function._cache = compiled_code.CodeOnDisk(twice, folder)
    return function(3.0), sum(function.stats.cache_misses.values())


def wrecked(content: bytes, random: np.random.Generator, way: int) -> bytes:
    """One of four ways to damage a file."""
    if way == 0:
        return b""
    if way == 1:
        return content[: int(random.integers(1, len(content)))]
    if way == 2:
        return random.bytes(int(random.integers(1, 2 * len(content))))
    at = int(random.integers(0, len(content)))
    return content[:at] + bytes([content[at] ^ (1 << int(random.integers(8)))]) + content[at + 1 :]


def test_forty_damaged_files_are_compiled_again(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(compiled_code, "_said", set())
    random = np.random.default_rng(1)
    assert called(tmp_path) == (6.0, 1)
    (path,) = tmp_path.iterdir()
    content = path.read_bytes()
    for number in range(40):
        path.write_bytes(wrecked(content, random, number % 4))
        assert called(tmp_path) == (6.0, 1), number
        assert called(tmp_path) == (6.0, 0), "healed"
    assert capsys.readouterr().err == (
        f"localism-sim: compiled code in {tmp_path} was damaged; compiling it again\n"
    )


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="needs owners of files")
def test_code_that_others_could_have_written_is_not_run(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(compiled_code, "_said", set())
    assert called(tmp_path) == (6.0, 1)
    (path,) = tmp_path.iterdir()
    path.chmod(0o666)
    assert called(tmp_path) == (6.0, 1)
    elsewhere = path.rename(tmp_path / "elsewhere")
    path.symlink_to(elsewhere)
    assert called(tmp_path) == (6.0, 1)
    monkeypatch.setattr(os, "getuid", lambda: os.stat(path).st_uid + 1)
    assert called(tmp_path) == (6.0, 1)
    assert "was damaged" in capsys.readouterr().err


def test_the_folder_is_the_users_own(tmp_path, monkeypatch):
    shared = tmp_path / "shared"
    shared.mkdir()
    (shared / "compiled-1").mkdir(mode=0o777)
    (shared / "compiled-1").chmod(0o777)
    found = compiled_code.private_folder([shared], "compiled-1")
    assert found is not None and found.stat().st_mode & 0o777 == 0o700
    (shared / "compiled-2").symlink_to(tmp_path)
    assert compiled_code.private_folder([shared], "compiled-2") is None
    monkeypatch.setenv("LOCALISM_SIM_CACHE", "")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert compiled_code.usual_roots() == [tmp_path / "localism_sim"]
    monkeypatch.setenv("XDG_CACHE_HOME", "")
    monkeypatch.setenv("HOME", "")
    assert all(root.is_absolute() for root in compiled_code.usual_roots())


def test_without_a_folder_the_model_is_compiled_in_memory_and_one_line_says_so(tmp_path):
    blocked = tmp_path / "blocked"
    blocked.write_text("a file, not a folder")
    environment = {
        **os.environ,
        **dict.fromkeys(("LOCALISM_SIM_CACHE", "XDG_CACHE_HOME", "HOME"), str(blocked)),
    }
    done = subprocess.run(
        [sys.executable, "-c", ONE_PHASE + REPORT],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )
    assert done.stderr.count("no private folder for compiled code") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["blocked"]


def test_an_unwritable_cache_folder_is_passed_over(tmp_path):
    blocked = tmp_path / "blocked"
    blocked.write_text("a file, not a folder")
    environment = {
        **os.environ,
        "LOCALISM_SIM_CACHE": str(blocked / "deeper"),
        "XDG_CACHE_HOME": str(tmp_path / "home"),
    }
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from localism_sim.model.compilation import cache_folder; print(cache_folder())",
        ],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert str(tmp_path / "home") in done.stdout


def test_a_part_is_let_go_once_it_is_made(tmp_path, monkeypatch):
    """Not when the lock happens to be collected."""
    taken = []
    monkeypatch.setattr(
        first_compilation, "FileLock", lambda path: taken.append(FileLock(path)) or taken[-1]
    )
    with first_compilation.in_hand(tmp_path / "part.code", 0.0) as free:
        assert free and taken[0].is_locked
        with first_compilation.in_hand(tmp_path / "part.code", 0.0) as free:
            assert not free
    assert not taken[0].is_locked
