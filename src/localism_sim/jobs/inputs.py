"""What stands in the files that a request names: part of what is asked, so that an edited file is
another question.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ..foundation.reading import read_yaml_file
from ..model.scenario import Scenario, load_scenario
from ..sweeps.question import digest


def checksums(scenarios: Iterable[str | Path], vary: Any) -> dict[str, str]:
    """A checksum for the content of each scenario, by its name or path, and of a file of ranges.
    A scenario counts with all that it extends, its sources and the baseline it names.
    """
    found = {str(name): content(load_scenario(name)) for name in scenarios}
    if isinstance(vary, str) and vary.endswith((".yaml", ".yml")):
        found["experiment.vary"] = digest(repr(read_yaml_file(Path(vary), "experiment.vary")))
    return found


def content(scenario: Scenario) -> str:
    """Checksum of a scenario and of the baselines behind it."""
    chain, names = [scenario], {scenario.name}
    while (name := chain[-1].baseline) is not None:
        chain.append(load_scenario(name))
        if chain[-1].name in names:
            break
        names.add(chain[-1].name)
    return digest([dataclasses.asdict(each) for each in chain])
