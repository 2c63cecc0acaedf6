"""Whatever is typed: it runs, or it is refused in one line with exit code 2 before anything has
run; never a traceback.
"""

import collections
import contextlib
import io
import os
import subprocess
import sys
import traceback
from pathlib import Path

import pytest
from fuzz import command_line

from localism_sim.command import cli
from localism_sim.jobs import comparison as main_job
from localism_sim.sweeps.sweep import Sweep

COMMAND = str(Path(sys.executable).with_name("localism-sim"))


class Accepted(BaseException):
    """All checks are passed; runs would begin now."""


def accepted(*_, **__):
    raise Accepted


def tried(arguments: list[str], folder: Path) -> tuple[str, str]:
    """How a command line ends: accepted, refused, answered (help, version) or a fault, with what
    was printed.
    """
    said, before = io.StringIO(), Path.cwd()
    os.chdir(folder)
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(said):
            code = cli.main(arguments)
    except Accepted:
        return "accepted", ""
    except BaseException:
        return "fault", traceback.format_exc()
    finally:
        os.chdir(before)
    message = said.getvalue()
    one_line = (
        message.startswith("localism-sim: ")
        and message.count("\n") == 1
        and len(message) < 1500
        and message.rstrip("\n").isprintable()
    )
    return (
        "answered"
        if code == 0 and not message
        else "refused"
        if code == 2 and one_line
        else "fault"
    ), f"{code}: {message}"


@pytest.mark.parametrize(
    "first,count", [pytest.param(0, 150), pytest.param(150, 2000, marks=pytest.mark.slow)]
)
def test_fuzzed_command_lines_run_or_are_refused_in_one_line(tmp_path, monkeypatch, first, count):
    monkeypatch.setattr(main_job, "compare", accepted)
    monkeypatch.setattr(Sweep, "do", accepted)
    ends, faults = collections.Counter(), []
    for seed in range(first, first + count):
        folder = tmp_path / str(seed)
        folder.mkdir()
        arguments = command_line(seed, folder)
        end, message = tried(arguments, folder)
        ends[end] += 1
        if (
            end == "fault"
            or (end == "refused" and list(folder.rglob("*.parquet")))
            or (folder / "hacked").exists()
        ):
            faults.append((seed, arguments, message[-1500:]))
    assert not faults, "\n".join(map(str, faults[:20]))
    assert ends["refused"] > count // 2 and ends["accepted"] > 0, ends


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2000, 2050))
def test_the_installed_command_refuses_the_same(tmp_path, seed):
    arguments = command_line(seed, tmp_path)
    if any("\x00" in one for one in arguments):
        pytest.skip("no shell can pass this on")
    try:
        done = subprocess.run(
            [COMMAND, *arguments], cwd=tmp_path, capture_output=True, text=True, timeout=60
        )
    except subprocess.TimeoutExpired:
        return
    assert "Traceback" not in done.stderr + done.stdout
    assert done.returncode in (0, 1, 2)
    if done.returncode == 2:
        assert done.stderr.startswith("localism-sim: ") and done.stderr.count("\n") == 1
