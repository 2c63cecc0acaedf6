"""Helper processes: started only where they help, and gone when whoever asked is gone."""

import os
import subprocess
import sys
import time

import pytest

from localism_sim.foundation import helper
from localism_sim.model import first_compilation
from localism_sim.report.blocks import DRAWING_HELPER


def test_without_a_second_processor_or_below_another_process_there_is_no_helper(monkeypatch):
    monkeypatch.setattr(helper, "processors", lambda: 1)
    assert helper.start_helper("time:time") is None
    monkeypatch.setattr(helper, "processors", lambda: 2)
    monkeypatch.setattr(helper.multiprocessing, "parent_process", lambda: object())
    assert helper.start_helper("time:time") is None
    monkeypatch.setattr(helper.multiprocessing, "parent_process", lambda: None)
    monkeypatch.setattr(helper.sys, "executable", "/nowhere/python")
    assert helper.start_helper("time:time") is None, "a helper that cannot start is done without"


PARENT = """
import sys, time
from localism_sim.foundation import helper
helper.processors = lambda: 2
print(helper.start_helper(sys.argv[1]).pid, flush=True)
time.sleep(60)
"""


@pytest.mark.skipif(not hasattr(os, "getpgid"), reason="looks for processes as POSIX has them")
@pytest.mark.parametrize("call", [first_compilation.HELPER, DRAWING_HELPER])
def test_a_helper_ends_with_the_process_that_asked(call, tmp_path, monkeypatch):
    monkeypatch.setenv("LOCALISM_SIM_CACHE", str(tmp_path))
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, call], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        time.sleep(0.5)
        assert alive(pid)
        parent.kill()
    until = time.monotonic() + 20
    while alive(pid):
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
