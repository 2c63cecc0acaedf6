"""Scenarios: named settings of the levers, with a timeline of changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from ..foundation.checks import whole_number
from ..foundation.errors import BadInput, brief, nearest
from ..foundation.reading import read_yaml_file
from .parameters import FIELDS, FIXED, LEVER_DTYPE, Parameters, checked, unknown
from .setting_code import looks_like_code, read_code
from .variant import checked_variants

Timeline = tuple[tuple[int, tuple[tuple[str, float], ...]], ...]
"""Changes in order of month: ((month, ((lever, value), ...)), ...).

Months count from 0; in the shipped scenarios month 0 is May 2010.
"""

MOST_MONTHS = 6_000
USUAL_MONTHS = 120
"""How long a run lasts where nobody says otherwise: ten years."""
LARGEST_SEED = 2**62
FOR_THIS_RUN = "set for this run"
"""The source of a setting that was given with the command."""
KEYS = ("title", "stands_for", "baseline", "extends", "settings", "timeline", "variants")


@dataclass(frozen=True)
class Scenario:
    """Named lever settings. `timeline` may be given as {month: {lever: value}}; `baseline` names
    the scenario to compare with; `sources` pairs each setting with its source; `variants` are the
    names of rival rules.
    """

    name: str
    title: str
    stands_for: str
    parameters: Parameters
    timeline: Timeline = ()
    baseline: str | None = None
    sources: tuple[tuple[str, str], ...] = ()
    variants: tuple[str, ...] = ()

    def __post_init__(self):
        object.__setattr__(self, "timeline", checked_timeline(self.timeline))
        names = tuple(
            variant.name if variant.shipped else variant
            for variant in checked_variants(self.variants)
        )
        if not all(isinstance(name, str) for name in names):
            raise BadInput(
                f"scenario {brief(self.name)}: variants are given by name; one of your own goes to "
                f"simulate(..., variants=[...])"
            )
        object.__setattr__(self, "variants", names)

    def with_parameters(self, **changes: Any) -> Scenario:
        """The same scenario with some parameters set otherwise, or with other `variants`; the
        timeline still applies on top.
        """
        variants = changes.pop("variants", self.variants)
        parameters = self.parameters.replace(**changes)
        changed = {
            name: FOR_THIS_RUN
            for name in changes
            if getattr(parameters, name) != getattr(self.parameters, name)
        }
        return replace(
            self,
            parameters=parameters,
            sources=tuple({**dict(self.sources), **changed}.items()),
            variants=variants,
        )

    def describe(self) -> pd.DataFrame:
        """A row for each setting, then one for each change of the timeline: lever, month (0 at the
        start), value, usual value, meaning, source.
        """
        sources = dict(self.sources)
        values = self.parameters.as_dict()
        rows = [
            (0, name, value)
            for name, value in values.items()
            if name in sources or value != FIELDS[name].default
        ]
        rows += [
            (month, name, value) for month, changes in self.timeline for name, value in changes
        ]
        table = pd.DataFrame(
            [
                {
                    "lever": name,
                    "month": month,
                    "value": value,
                    "usual": FIELDS[name].default,
                    "meaning": FIELDS[name].metadata["meaning"],
                    "source": sources.get(name, ""),
                }
                for month, name, value in rows
            ],
            columns=["lever", "month", "value", "usual", "meaning", "source"],
        )
        return table.set_index("lever")


def config_folder() -> Path:
    """Where the configurations are: inside an installed package, else at the top of the source
    tree.
    """
    package = Path(__file__).parents[1]
    inside = package / "configs"
    return inside if inside.is_dir() else package.parents[1] / "configs"


def scenario_names() -> list[str]:
    """Names of the shipped scenarios."""
    return sorted(path.stem for path in (config_folder() / "scenario").glob("*.yaml"))


def load_scenario(name: str | Path) -> Scenario:
    """A shipped scenario by name, one of your own by the path of its YAML file, or a setting of the
    page by its code or address (whose seed is for `simulate` to take: `read_code(text).seed`).
    """
    if not isinstance(name, (str, Path)):
        raise BadInput(
            f"scenario = {brief(name)} is not allowed; allowed: the name of a scenario or the path "
            f"of a YAML file"
        )
    text = str(name)
    if text in scenario_names():
        return read_scenario(config_folder() / "scenario" / f"{text}.yaml", ())
    if text.endswith((".yaml", ".yml")):
        return read_scenario(Path(text), ())
    if looks_like_code(text):
        return coded_scenario(text)
    raise BadInput(
        f"unknown scenario {brief(text)}.{nearest(text, scenario_names())} Known: "
        f"{', '.join(scenario_names())}; the path of a .yaml file; or a code of the page"
    )


def coded_scenario(text: str) -> Scenario:
    """The scenario of a code that the page wrote; `BadInput` for one that cannot be read."""
    setting = read_code(text)
    if setting.scenario not in scenario_names():
        raise BadInput(f"scenario = {brief(text)}: the code is damaged")
    return load_scenario(setting.scenario).with_parameters(
        **setting.changes, variants=setting.variants
    )


def read_yaml(path: Path) -> dict:
    """The entries of a scenario file, or `BadInput`."""
    content = read_yaml_file(path, "scenario")
    if not isinstance(content, dict):
        raise BadInput(f"{path.name}: a scenario is a mapping with {', '.join(KEYS)}")
    for key in content:
        if key not in KEYS:
            raise BadInput(
                f"{path.name}: unknown entry {brief(key)}.{nearest(str(key), KEYS)} Allowed: "
                f"{', '.join(KEYS)}"
            )
    return content


def words(path: Path, content: dict, key: str, default: str) -> str:
    """The text under a key, on one line, or `BadInput`."""
    text = content.get(key, default)
    line = " ".join(text.split()) if isinstance(text, str) else ""
    if not line.isprintable() or (not line and default) or not isinstance(text, str):
        raise BadInput(f"{path.name}: {key} = {brief(text)} is not allowed; allowed: plain text")
    return line


def related(path: Path, field: str, name: Any) -> Path:
    """The file of a scenario that another one names: beside it, else a shipped one. A file of a
    shipped scenario's name means the shipped one by it, not itself.
    """
    files = [
        file
        for place in (path.parent, config_folder() / "scenario")
        for file in sorted(place.glob("*.yaml"))
        if not (path.exists() and file.samefile(path))
    ]
    known = sorted({file.stem for file in files})
    if not isinstance(name, str) or name not in known:
        raise BadInput(
            f"{path.name}: {field} = {brief(name)} is not a known "
            f"scenario.{nearest(str(name), known)}"
        )
    return next(file for file in files if file.stem == name)


def value_and_source(entry: Any) -> tuple[Any, str]:
    """A setting's value and source: `{value: 0.7, source: text}`, or a value alone, whose source is
    then not given. Raises `BadInput` for anything else.
    """
    if not isinstance(entry, (dict, list)):
        return entry, ""
    if (
        isinstance(entry, list)
        or set(entry) != {"value", "source"}
        or not str(entry["source"] or "").strip()
    ):
        raise BadInput(
            f"{brief(entry)} is not allowed; allowed: a number, or {{value: number, source: text}}"
        )
    return entry["value"], str(entry["source"]).strip()


def line_of(path: Path, *keys: Any) -> int:
    """The line of a file, counted from 1, in which an entry stands, given the keys around it."""
    node = yaml.compose(path.read_text(encoding="utf-8-sig"), Loader=yaml.SafeLoader)
    line = 1
    for key in keys:
        for name, entry in node.value if isinstance(node, yaml.MappingNode) else ():
            if name.value == str(key):
                node, line = entry, name.start_mark.line + 1
                break
    return line


def read_scenario(path: Path, seen: tuple[Path, ...]) -> Scenario:
    """Read one file, on top of the scenario it extends; a timeline replaces the inherited one as a
    whole.
    """
    if any(path.samefile(earlier) for earlier in seen):
        way = " -> ".join(each.stem for each in (*seen, path))
        raise BadInput(f"{path.name}: extends goes in a circle: {way}")
    content = read_yaml(path)
    extends, baseline = content.get("extends"), content.get("baseline")
    parent = (
        read_scenario(related(path, "extends", extends), (*seen, path))
        if extends is not None
        else None
    )
    if baseline is not None:
        file = related(path, "baseline", baseline)
        baseline = file.stem if file.parent == config_folder() / "scenario" else str(file)
    settings = content.get("settings") or {}
    if not isinstance(settings, dict):
        raise BadInput(
            f"{path.name}: settings = {brief(settings)} is not allowed; allowed: for each lever a "
            f"value, or {{value, source}}"
        )
    values, sources = {}, {}
    for lever, entry in settings.items():
        try:
            value, source = value_and_source(entry)
            (parent.parameters if parent else Parameters()).replace(**{str(lever): value})
        except BadInput as error:
            raise BadInput(
                f"{path.name}, line {line_of(path, 'settings', lever)}: "
                f"settings.{brief(lever).strip("'")}: {error}"
            ) from None
        values[str(lever)], sources[str(lever)] = value, source
    try:
        parameters = (parent.parameters if parent else Parameters()).replace(**values)
        timeline = checked_timeline(content.get("timeline") or (parent.timeline if parent else ()))
        variants = checked_variants(content.get("variants", parent.variants if parent else ()))
    except BadInput as error:
        raise BadInput(f"{path.name}: {error}") from None
    merged = {**(dict(parent.sources) if parent else {}), **sources}
    return Scenario(
        path.stem,
        words(path, content, "title", path.stem),
        words(path, content, "stands_for", ""),
        parameters,
        timeline,
        baseline,
        tuple((name, source) for name, source in merged.items() if source),
        tuple(variant.name for variant in variants),
    )


def checked_timeline(timeline: Any) -> Timeline:
    """A timeline in canonical form from {month: {lever: value}} or pairs; unknown, fixed or
    out-of-bounds levers raise `BadInput`.
    """
    found: dict[int, dict[str, float]] = {}
    try:
        pairs = [
            (month, list(changes.items() if isinstance(changes, Mapping) else changes))
            for month, changes in (timeline.items() if isinstance(timeline, Mapping) else timeline)
        ]
        singles = [(month, lever, value) for month, changes in pairs for lever, value in changes]
    except (TypeError, ValueError):
        raise BadInput(
            f"timeline = {brief(timeline)} is not allowed; allowed: {{month: {{lever: value}}}}"
        ) from None
    for month, _ in pairs:
        if isinstance(month, bool) or not isinstance(month, (int, np.integer)) or month < 0:
            raise BadInput(
                f"timeline: month {brief(month)} is not allowed; allowed: a whole number from 0"
            )
        if int(month) in found:
            raise BadInput(f"timeline: month {month} is given twice; give one value")
        found[int(month)] = {}
    for month, lever, value in singles:
        if not isinstance(lever, str) or lever not in FIELDS:
            raise BadInput(f"timeline: month {month}: {unknown(lever, kind='lever')}")
        if lever in FIXED:
            raise BadInput(
                f"timeline: month {month}: '{lever}' describes the start of a run and cannot "
                f"change later"
            )
        if lever in found[int(month)]:
            raise BadInput(f"timeline: month {month}: '{lever}' is given twice; give one value")
        try:
            found[int(month)][lever] = checked(lever, value)
        except BadInput as error:
            raise BadInput(f"timeline: month {month}: {error}") from None
    return tuple(
        (month, tuple(sorted(changes.items()))) for month, changes in sorted(found.items())
    )


def checked_run(seed: Any, months: Any) -> None:
    """Refuse a seed or a number of months that cannot be run."""
    whole_number("seed", seed, 0, LARGEST_SEED)
    whole_number("months", months, 1, MOST_MONTHS)


def schedule(parameters: Parameters, timeline: Any, months: int) -> np.ndarray:
    """One record of parameters a month (`LEVER_DTYPE`); a change holds from its month on.

    `timeline`: anything `checked_timeline` takes.
    """
    checked_run(0, months)
    plan = np.zeros(months, LEVER_DTYPE)
    plan[:] = tuple(parameters.as_dict().values())
    for month, changes in checked_timeline(timeline):
        if month >= months:
            raise BadInput(
                f"timeline: month {month} lies beyond the horizon of {months} months (0 to "
                f"{months - 1})"
            )
        for lever, value in changes:
            plan[lever][month:] = value
    return plan
