"""Scenarios: named settings of the levers, with a timeline of changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from .parameters import FIELDS, FIXED, LEVER_DTYPE, BadInput, Parameters, checked, nearest

Timeline = tuple[tuple[int, tuple[tuple[str, float], ...]], ...]
"""Changes in order of month: ((month, ((lever, value), ...)), ...). Months count from 0; in the shipped scenarios month 0 is May 2010."""

KEYS = ("title", "stands_for", "baseline", "extends", "settings", "timeline")


@dataclass(frozen=True)
class Scenario:
    """Named lever settings. `sources` gives the source of each setting; `baseline` names the scenario to compare with."""

    name: str
    title: str
    stands_for: str
    parameters: Parameters
    timeline: Timeline = ()
    baseline: str | None = None
    sources: tuple[tuple[str, str], ...] = ()

    def with_parameters(self, **changes: Any) -> Scenario:
        """The same scenario with some parameters set otherwise."""
        return replace(self, parameters=self.parameters.replace(**changes))


class StrictLoader(yaml.SafeLoader):
    """Safe YAML that refuses a key given twice, such as two values for one month."""

    def construct_mapping(self, node, deep=False):
        keys = [self.construct_object(key, deep=deep) for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise BadInput(f"'{key}' is given twice; give one value")
        return super().construct_mapping(node, deep)


def config_folder() -> Path:
    """Where the configurations are: inside an installed package, else at the top of the source tree."""
    inside = Path(__file__).parent / "configs"
    return inside if inside.is_dir() else Path(__file__).parents[2] / "configs"


def scenario_names() -> list[str]:
    """Names of the shipped scenarios."""
    return sorted(path.stem for path in (config_folder() / "scenario").glob("*.yaml"))


def load_scenario(name: str | Path) -> Scenario:
    """A shipped scenario by name, or one of your own by the path of its YAML file."""
    text = str(name)
    if text.endswith((".yaml", ".yml")):
        path = Path(text)
    else:
        path = config_folder() / "scenario" / f"{text}.yaml"
        if text not in scenario_names():
            raise BadInput(f"unknown scenario '{text}'.{nearest(text, scenario_names())} Known: {', '.join(scenario_names())}")
    return read_scenario(path, ())


def read_scenario(path: Path, seen: tuple[str, ...]) -> Scenario:
    """Read one file, on top of the scenario it extends."""
    if path.stem in seen:
        raise BadInput(f"{path.name}: extends itself through {' -> '.join(seen)}")
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=StrictLoader)
    except BadInput as error:
        raise BadInput(f"{path.name}: {error}") from None
    except (yaml.YAMLError, UnicodeDecodeError, OSError) as error:
        raise BadInput(f"{path.name}: cannot be read as YAML: {' '.join(str(error).split())}") from None
    if not isinstance(content, dict):
        raise BadInput(f"{path.name}: a scenario is a mapping with {', '.join(KEYS)}")
    for key in content:
        if key not in KEYS:
            raise BadInput(f"{path.name}: unknown entry '{key}'.{nearest(str(key), KEYS)} Allowed: {', '.join(KEYS)}")
    parent = read_scenario(path.with_name(f"{content['extends']}.yaml"), (*seen, path.stem)) if content.get("extends") else None
    settings = content.get("settings") or {}
    if not isinstance(settings, dict):
        raise BadInput(f"{path.name}: settings = {settings!r} is not allowed; allowed: name: {{value, source}} for each lever")
    values, sources = {}, {}
    for lever, entry in settings.items():
        if not isinstance(entry, dict) or set(entry) != {"value", "source"}:
            raise BadInput(f"{path.name}: settings.{lever} = {entry!r} is not allowed; allowed: {{value: number, source: text}}")
        values[lever], sources[lever] = entry["value"], str(entry["source"])
    try:
        parameters = (parent.parameters if parent else Parameters()).replace(**{str(k): v for k, v in values.items()})
        timeline = checked_timeline(content.get("timeline") or (parent.timeline if parent else ()))
    except BadInput as error:
        raise BadInput(f"{path.name}: {error}") from None
    known = dict(parent.sources) if parent else {}
    return Scenario(path.stem, str(content.get("title", path.stem)), " ".join(str(content.get("stands_for", "")).split()), parameters, timeline,
                    content.get("baseline"), tuple({**known, **sources}.items()))


def checked_timeline(timeline: Any) -> Timeline:
    """A timeline in canonical form from {month: {lever: value}} or pairs; unknown, fixed or out-of-bounds levers raise `BadInput`."""
    if isinstance(timeline, Mapping):
        timeline = timeline.items()
    months: dict[int, tuple[tuple[str, float], ...]] = {}
    try:
        pairs = [(month, dict(changes)) for month, changes in timeline]
    except (TypeError, ValueError):
        raise BadInput(f"timeline = {timeline!r} is not allowed; allowed: {{month: {{lever: value}}}}") from None
    for month, changes in pairs:
        if isinstance(month, bool) or not isinstance(month, (int, np.integer)) or month < 0:
            raise BadInput(f"timeline: month {month!r} is not allowed; allowed: a whole number from 0")
        if int(month) in months:
            raise BadInput(f"timeline: month {month} is given twice; give one value")
        for lever in changes:
            if lever not in FIELDS:
                raise BadInput(f"timeline: month {month}: unknown lever '{lever}'.{nearest(str(lever), FIELDS)}")
            if lever in FIXED:
                raise BadInput(f"timeline: month {month}: '{lever}' describes the start of a run and cannot change later")
        months[int(month)] = tuple(sorted((lever, checked(lever, value)) for lever, value in changes.items()))
    return tuple(sorted(months.items()))


def schedule(parameters: Parameters, timeline: Timeline, months: int) -> np.ndarray:
    """One record of parameters a month (`LEVER_DTYPE`); a change holds from its month on."""
    if isinstance(months, bool) or not isinstance(months, (int, np.integer)) or months < 1:
        raise BadInput(f"months = {months!r} is not allowed; allowed: a whole number from 1")
    plan = np.zeros(months, LEVER_DTYPE)
    for name, value in parameters.as_dict().items():
        plan[name] = value
    for month, changes in timeline:
        if month >= months:
            raise BadInput(f"timeline: month {month} lies beyond the horizon of {months} months (0 to {months - 1})")
        for lever, value in changes:
            plan[lever][month:] = value
    return plan
