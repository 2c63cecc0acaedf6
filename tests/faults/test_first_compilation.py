"""A cold start shares out the compiling between processes; whatever befalls one, the other goes
on.
"""

import os
import signal
import subprocess
import sys
import time
from typing import ClassVar

import pytest

import localism_sim as ls
from localism_sim.model import first_compilation
from localism_sim.model.compilation import cache_folder
from localism_sim.model.scenario import schedule
from localism_sim.model.world import empty_world


def test_parts_are_what_a_run_compiles():
    """Types a hair apart would have each part compiled twice, and nothing would tell. (More than
    one form of all is there where machines of several kinds share the folder.)
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
        assert file.exists() and len(list(folder.glob(f"{name}-*.code"))) <= kinds, name


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


@pytest.fixture
def cold(tmp_path, monkeypatch):
    """A cache in which nothing is compiled yet, for processes that are started here."""
    monkeypatch.setenv("LOCALISM_SIM_CACHE", str(tmp_path))


def test_without_a_second_processor_or_below_another_process_there_is_no_helper(monkeypatch):
    monkeypatch.setattr(first_compilation, "processors", lambda: 1)
    assert first_compilation.helper() is None
    monkeypatch.setattr(first_compilation, "processors", lambda: 2)
    monkeypatch.setattr(first_compilation.multiprocessing, "parent_process", lambda: object())
    assert first_compilation.helper() is None
    monkeypatch.setattr(first_compilation.multiprocessing, "parent_process", lambda: None)
    monkeypatch.setattr(first_compilation.sys, "executable", "/nowhere/python")
    assert first_compilation.helper() is None, "a helper that cannot start is done without"


PARENT = """
import time
from localism_sim.model import first_compilation
first_compilation.processors = lambda: 2
print(first_compilation.helper().pid, flush=True)
time.sleep(60)
"""


@pytest.mark.skipif(not hasattr(os, "getpgid"), reason="looks for processes as POSIX has them")
def test_the_helper_ends_with_the_process_that_asked(cold):
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        helper = int(parent.stdout.readline())
        time.sleep(0.5)
        os.kill(helper, 0)
        parent.send_signal(signal.SIGKILL)
        parent.wait()
    until = time.monotonic() + 20
    while alive(helper):
        assert time.monotonic() < until, "the helper lives on without the process that asked"
        time.sleep(0.1)


def alive(pid: int) -> bool:
    """Whether a process runs; one that ended and is waited for by nobody does not."""
    try:
        os.kill(pid, 0)
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except ProcessLookupError:
        return False
    except OSError:
        return True


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
