"""The content of files that a request names: it is part of the question, so an edited file makes
another question.
"""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from ..foundation.reading import read_yaml_file
from ..model.scenario import Scenario, load_scenario
from ..sweeps.question import digest

PATHS = (
    "results_dir",
    "scenario",
    "places.path",
    "experiment.folder",
    "experiment.path",
    "experiment.vary",
)
"""Settings that may hold a path."""


def with_paths(config: dict[str, Any], changed: Callable[[str], str]) -> dict[str, Any]:
    """The settings with `change` applied to every text that may be a path. A scenario, or what
    varies, counts as a path if it ends like one.
    """
    found = copy.deepcopy(config)
    for key in PATHS:
        *above, last = key.split(".")
        node = found
        for name in above:
            node = node.get(name) or {}
        value = node.get(last)
        named = last in ("scenario", "vary")
        if isinstance(value, str) and (not named or value.endswith((".yaml", ".yml"))):
            node[last] = changed(value)
    return found


def at_home(path: str) -> str:
    """A path with `~` replaced by the user's folder; unchanged if there is no such user."""
    try:
        return str(Path(path).expanduser()) if path.startswith("~") else path
    except RuntimeError:
        return path


def seen_from(folder: str) -> Callable[[str], str]:
    """Returns a function that turns a path given in another working directory into one that works
    from here.
    """
    return lambda path: str(Path(folder, path)) if path else path


def checksums(scenarios: Iterable[str | Path], vary: Any) -> dict[str, str]:
    """A checksum for the content of each scenario, by its name or path, and of a file of ranges.
    A scenario counts with all that it extends, its sources and the baseline it names.
    """
    found = {str(name): content_checksum(load_scenario(name)) for name in scenarios}
    if isinstance(vary, str) and vary.endswith((".yaml", ".yml")):
        found["experiment.vary"] = digest(repr(read_yaml_file(Path(vary), "experiment.vary")))
    return found


def content_checksum(scenario: Scenario) -> str:
    """A checksum of a scenario and of the baselines behind it."""
    chain, names = [scenario], {scenario.name}
    while (name := chain[-1].baseline) is not None:
        chain.append(load_scenario(name))
        if chain[-1].name in names:
            break
        names.add(chain[-1].name)
    return digest([dataclasses.asdict(each) for each in chain])
