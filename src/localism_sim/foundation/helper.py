"""A second process that helps this one, where there is a processor for it.

It is started with a command of its own, never forked (threads may be running), and it ends with the
process that asked for it, however that ends. What a helper leaves undone is done here, so nothing
but time depends on it.
"""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from pathlib import Path

from .machine import processors

ROOT = Path(__file__).parents[2]
"""The folder that holds this package, so that the helper runs the same code."""


def start_helper(call: str) -> subprocess.Popen | None:
    """A process that calls a function of this package, `localism_sim.room.module:function`. None
    where there is no second processor, in a process that itself is one of several, and where none
    can be started.

    Its input and output are pipes; it finds its input closed when this process has gone.
    """
    if multiprocessing.parent_process() is not None or processors() < 2:
        return None
    module, _, function = call.partition(":")
    paths = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    try:
        return subprocess.Popen(
            [sys.executable, "-P", "-c", f"from {module} import {function}; {function}()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": paths},
        )
    except OSError:
        return None


def end_helper(helper: subprocess.Popen | None) -> None:
    """End a helper, whatever it is doing, once."""
    if helper is not None and helper.returncode is None:
        helper.kill()
        helper.communicate()
