"""Compiled rules on disk: reused when nothing changed, never stale."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import localism_sim

SCRIPT = """
import localism_sim as ls, localism_sim.engine
from localism_sim.month import run_months
run = ls.simulate(ls.Parameters(cuts=0.4, cut_months=6), ls.Places.synthetic(3), seed=1, months=8)
print(repr(run.outcomes["trust"]), sum(run_months.stats.cache_misses.values()), sum(run_months.stats.cache_hits.values()))
"""


def run_copy(folder: Path, cache: Path) -> tuple[str, int, int]:
    environment = {**os.environ, "PYTHONPATH": str(folder), "LOCALISM_SIM_CACHE": str(cache)}
    done = subprocess.run([sys.executable, "-c", SCRIPT], env=environment, capture_output=True, text=True, check=True, cwd=folder)
    value, misses, hits = done.stdout.split()
    said = done.stderr.splitlines()
    assert len(said) == (1 if int(misses) else 0) and all("compiling the model" in line for line in said), "one line where the model is compiled, else none"
    return value, int(misses), int(hits)


def test_a_second_run_compiles_nothing_and_an_edit_in_another_file_is_never_missed(tmp_path):
    source = Path(localism_sim.__file__).parent
    shutil.copytree(source, tmp_path / "localism_sim", ignore=shutil.ignore_patterns("__pycache__"))
    cache = tmp_path / "cache"
    first, misses, _ = run_copy(tmp_path, cache)
    assert misses > 0
    again, misses, hits = run_copy(tmp_path, cache)
    assert (again, misses) == (first, 0) and hits > 0
    rule_file = tmp_path / "localism_sim" / "citizen.py"
    text = rule_file.read_text()
    changed = text.replace("surprise = perceived - trust", "surprise = 0.5 * (perceived - trust)")
    assert changed != text
    rule_file.write_text(changed)
    edited, misses, _ = run_copy(tmp_path, cache)
    assert edited != first and misses > 0


def test_an_unwritable_cache_folder_is_passed_over(tmp_path):
    blocked = tmp_path / "blocked"
    blocked.write_text("a file, not a folder")
    environment = {**os.environ, "LOCALISM_SIM_CACHE": str(blocked / "deeper"), "XDG_CACHE_HOME": str(tmp_path / "home")}
    done = subprocess.run([sys.executable, "-c", "from localism_sim.rules import cache_folder; print(cache_folder())"], env=environment, capture_output=True,
                          text=True, check=True)
    assert str(tmp_path / "home") in done.stdout
