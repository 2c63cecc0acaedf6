"""A cold start shares out the compiling between processes; whatever befalls one, the other goes
on.
"""

import subprocess
import sys
from typing import ClassVar

import localism_sim as ls
from localism_sim.model import first_compilation
from localism_sim.model.compilation import cache_folder
from localism_sim.model.scenario import schedule
from localism_sim.model.world import empty_world


def test_parts_are_what_a_run_compiles():
    """Types a hair apart would have each part compiled twice, and nothing would tell. (More than
    one form of all is there where machines of several kinds share the folder, and large worlds
    have a form of `encounter_in` of their own, in which homes are never known.)
    """
    params = ls.Parameters()
    ls.simulate(params, ls.Places.england(), 1, 2)
    world = empty_world(params, ls.Places.synthetic(1), 1, 1)
    files = {
        function.py_func.__name__: first_compilation.file_of(function, types)
        for function, types in first_compilation.parts(world, schedule(params, (), 1)[0])
    }
    folder = cache_folder()
    kinds = len(list(folder.glob("run_months-*.code")))
    assert len(files) > 10 and kinds > 0
    for name, file in files.items():
        most = 2 * kinds if name == "encounter_in" else kinds
        assert file.exists() and len(list(folder.glob(f"{name}-*.code"))) <= most, name


HOLDER = """
import sys, time
from pathlib import Path
from localism_sim.model.first_compilation import in_hand
with in_hand(Path(sys.argv[1]), 0.0) as free:
    print(free, flush=True)
    time.sleep(60)
"""


def test_a_part_is_in_one_hand_until_that_process_ends_however_it_ends(tmp_path):
    part = tmp_path / "part.code"
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(part)], stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None and holder.stdout.readline() == "True\n"
        with first_compilation.in_hand(part, 0.0) as free:
            assert not free
        holder.kill()
        with first_compilation.in_hand(part, 5.0) as free:
            assert free


class Part:
    """Stands for a compiled function: notes what is compiled here."""

    made: ClassVar[list[str]] = []

    def compile(self, types):
        self.made.append(types.stem)


def test_what_nobody_made_in_time_is_compiled_here_in_the_end(tmp_path, monkeypatch):
    monkeypatch.setattr(first_compilation, "PATIENCE", 0.05)
    monkeypatch.setattr(first_compilation, "file_of", lambda function, types: types)
    parts = [(Part(), tmp_path / name) for name in ("held.code", "free.code")]
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(parts[0][1])], stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None and holder.stdout.readline() == "True\n"
        first_compilation.take_parts(parts)
        holder.kill()
    assert Part.made == ["free", "held", "free"], "free ones first; the second look only loads"
