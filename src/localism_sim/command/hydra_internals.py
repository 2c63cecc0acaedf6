"""Every private part of Hydra that this package uses, in one place.

Hydra offers no public way to expand a sweep, to apply checked overrides to a configuration that was
composed before, or to be started with other arguments than those of the process. pyproject.toml
allows one minor version alone (hydra-core>=1.3,<1.4). To allow another, check what stands here and
run `tests/test_cli.py` and `tests/faults/test_command.py`.
"""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Callable
from typing import Any


def expanded(overrides: list[Any]) -> list[list[str]]:
    """Every combination of the values in parsed overrides, each as a list of single overrides."""
    from hydra._internal.core_plugins.basic_sweeper import BasicSweeper

    batches = BasicSweeper.split_arguments(overrides, max_batch_size=None)
    return [list(job) for batch in batches for job in batch]


def apply_overrides(overrides: list[Any], config: Any) -> None:
    """Change a composed configuration in place, by parsed overrides."""
    from hydra._internal.config_loader_impl import ConfigLoaderImpl

    ConfigLoaderImpl._apply_overrides_to_config(overrides, config)


def run_with(arguments: list[str], job: Callable[[Any], Any], said: io.StringIO) -> None:
    """Start Hydra with a command line of its own, which it takes from `sys.argv` alone.

    said: gets what Hydra prints on standard error. It prints an error and then exits; the error is
    the context of the SystemExit.
    """
    import hydra

    before = sys.argv
    sys.argv = arguments
    try:
        with contextlib.redirect_stderr(said):
            hydra.main(version_base=None, config_name="config")(job)()
    finally:
        sys.argv = before
