"""Compiled rules on disk: reused when nothing changed, never stale."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from localism_sim.model import compilation as rules

ONE_PHASE = """
from localism_sim.model.month import open_month as function
from localism_sim.model.parameters import Parameters
from localism_sim.model.places import Places
from localism_sim.model.scenario import schedule
from localism_sim.model.world import empty_world
world, plan = empty_world(Parameters(), Places.synthetic(2), 1, 2), schedule(Parameters(), (), 2)
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
        rules.PACKAGE.parent, folder / "localism_sim", ignore=shutil.ignore_patterns("__pycache__")
    )


def test_an_edit_in_another_file_is_never_missed_and_a_second_run_compiles_nothing(tmp_path):
    package = copied(tmp_path)
    places = {"PYTHONPATH": tmp_path, "LOCALISM_SIM_CACHE": tmp_path / "cache"}
    first, misses, _ = run_apart(ONE_PHASE, **places)
    assert misses > 0
    again, misses, hits = run_apart(ONE_PHASE, **places)
    assert (again, misses) == (first, 0) and hits > 0
    rule_file = package / "model" / "department.py"
    text = rule_file.read_text()
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


def test_an_edit_in_any_file_of_the_model_is_another_version_of_it(tmp_path, monkeypatch):
    """The version names the folder of compiled code.

    Files that stand above the model cannot change a run, and leave it as it is.
    """
    package = copied(tmp_path)
    monkeypatch.setattr(rules, "PACKAGE", package / "model")
    version = rules.source_hash.__wrapped__
    original, seen = version(), set()
    model = list((package / "model").glob("*.py"))
    assert len(model) > 15
    for path in model:
        text = path.read_text()
        path.write_text(text + "\n")
        seen.add(version())
        path.write_text(text)
    assert original not in seen and len(seen) == len(model)
    for path in package.rglob("*.py"):
        if path.parent != package / "model":
            path.write_text(path.read_text() + "\n")
    assert version() == original


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
