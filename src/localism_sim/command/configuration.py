"""What can be asked: every key of the command line, the structured configuration that Hydra is
told, and one request composed and checked.
"""

from __future__ import annotations

import copy
import functools
import os
import re
from dataclasses import dataclass, field, make_dataclass
from typing import Any

from ..foundation.errors import BadInput, brief, nearest
from ..foundation.files import quoted
from ..jobs.catalogue import EXPERIMENTS, checked_experiment
from ..jobs.inputs import PATHS, at_home
from ..jobs.request import USUAL_PLACES, USUAL_START
from ..model.parameters import FIELDS, unknown
from ..model.scenario import USUAL_MONTHS
from .hydra_internals import apply_overrides

ParameterChoices = make_dataclass(
    "ParameterChoices", [(name, Any, field(default=None)) for name in FIELDS]
)
"""One entry for each parameter; None leaves it as the scenario has it."""


PlacesChoice = make_dataclass(
    "PlacesChoice",
    [
        (name, str if name == "kind" else Any, field(default=value))
        for name, value in USUAL_PLACES.items()
    ],
)
"""Which places, at what scale (residents per simulated citizen)."""


@dataclass
class Config:
    """Everything that `localism-sim` can be told."""

    defaults: list = field(
        default_factory=lambda: [
            "_self_",
            {"places": "england"},
            {"experiment": "compare"},
            {"override hydra/job_logging": "none"},
            {"override hydra/hydra_logging": "none"},
        ]
    )
    scenario: Any = None
    variants: Any = None
    behaviour: Any = "default"
    parameters: ParameterChoices = field(default_factory=ParameterChoices)  # type: ignore[valid-type]
    places: Any = None
    experiment: Any = None
    months: Any = USUAL_MONTHS
    start: Any = USUAL_START
    seeds: Any = None
    keep: Any = None
    results_dir: Any = None
    executor: Any = "local"
    executor_address: Any = None
    workers: Any = None
    chunk: Any = None
    timeout: Any = None
    fail_fast: Any = False
    accept_changes: Any = False
    overwrite: Any = False
    dry_run: Any = False


PLACES = {
    "england": "148 places of England, 2010",
    "synthetic": "made-up places, as many as places.count",
    "csv": "your own, from places.path",
}
SETTINGS = {
    "months": f"months to run ({USUAL_MONTHS})",
    "start": f"year and month in which a comparison begins, for axes and words ({USUAL_START})",
    "seeds": "how many seeds (20 means 0 to 19), or which: [1,5,9]",
    "scenario": "a scenario by name, or the path of your own YAML file",
    "variants": "rival rules in every scenario, such as [free_riding] (those of the scenario)",
    "behaviour": "rates and rules: default, first_model or posterior (default)",
    "keep": "monthly tables that a sweep keeps: [history], [history,by_place] (none)",
    "results_dir": "where to write (results/<experiment>-<date>-<mark>)",
    "executor": "where a sweep runs: local, ray or dask (local)",
    "executor_address": "of a Ray or Dask cluster (none: one is started here)",
    "workers": "how many runs at once (all cores)",
    "chunk": "runs handed out at a time (chosen to suit)",
    "timeout": "seconds that a run of a sweep may take (no limit)",
    "fail_fast": "true: stop a sweep at the first run that fails (false)",
    "accept_changes": "true: go on in a folder begun with other settings (false)",
    "overwrite": "true: replace what an earlier job left in results_dir (false)",
    "dry_run": "true: only say what would run, how large it is and where it goes (false)",
}
NODES = {
    "places": tuple(USUAL_PLACES),
    "parameters": tuple(FIELDS),
}


def known_keys() -> list[str]:
    """Every key that can be given."""
    options = dict.fromkeys(
        option for experiment in EXPERIMENTS.values() for option in experiment.options
    )
    below = [
        f"{node}.{key}" for node, keys in {**NODES, "experiment": options}.items() for key in keys
    ]
    return [*SETTINGS, *NODES, "experiment", *below]


LAUNCHERS = ("basic", "joblib", "submitit_local", "submitit_slurm")


def check_launcher(key: str, value: str, multirun: bool) -> None:
    """Refuse what is told to Hydra itself, except which launcher hands out the jobs of a multirun
    and how.
    """
    if not multirun or (key != "hydra/launcher" and not key.startswith("hydra.launcher.")):
        raise BadInput(
            f"{brief(key)} is not allowed; of Hydra's own settings only hydra/launcher and "
            f"hydra.launcher.<setting>, with --multirun"
        )
    if key == "hydra/launcher" and value not in LAUNCHERS:
        raise BadInput(
            f"hydra/launcher = {brief(value)} is not allowed; allowed: "
            f"{', '.join(LAUNCHERS)}.{nearest(value, LAUNCHERS)}"
        )


def several(value: str) -> list[str]:
    """The names in a setting that takes one, or several of a multirun separated by commas; nothing
    where Hydra's grammar, such as choice(a,b), has to read it.
    """
    return [] if "(" in value else value.split(",")


def check_keys(overrides: list[str], multirun: bool = False) -> None:
    """Refuse an override whose key does not exist, with the nearest that does."""
    known = known_keys()
    chosen = next(
        (o.partition("=")[2] for o in reversed(overrides) if o.startswith("experiment=")), "compare"
    )
    for override in overrides:
        key, equals, value = override.partition("=")
        if key.startswith("~"):
            raise BadInput(
                f"{brief(override)} is not allowed: a setting cannot be taken away; leave it out "
                f"to have its default"
            )
        key = key.lstrip("+")
        if key.startswith("hydra"):
            check_launcher(key, value, multirun)
            continue
        if not equals:
            raise BadInput(f"'{override}' is not of the form name=value; try localism-sim --help")
        if key.startswith("parameters.") and key not in known:
            name = key.removeprefix("parameters.")
            raise BadInput(unknown(name))
        if key not in known:
            more = f" Did you mean 'parameters.{key}'?" if key in FIELDS else nearest(key, known)
            raise BadInput(f"unknown setting '{key}'.{more}")
        for name in several(value) if key == "experiment" else ():
            checked_experiment(name)
        option = key.removeprefix("experiment.")
        if option != key and chosen in EXPERIMENTS and option not in EXPERIMENTS[chosen].options:
            allowed = ", ".join(EXPERIMENTS[chosen].options) or "it has none"
            raise BadInput(
                f"experiment.{option} is no option of experiment={chosen}; allowed: "
                f"{allowed}.{nearest(option, EXPERIMENTS[chosen].options)}"
            )
        for name in several(value) if key == "places" else ():
            if name not in PLACES:
                raise BadInput(
                    f"places = {brief(name)} is not allowed; allowed: "
                    f"{', '.join(PLACES)}.{nearest(name, PLACES)}"
                )


def register() -> None:
    """Tell Hydra the structured configuration."""
    from hydra.core.config_store import ConfigStore

    store = ConfigStore.instance()
    store.store("config", Config)
    for kind in PLACES:
        store.store(kind, PlacesChoice(kind=kind), group="places")
    for kind, experiment in EXPERIMENTS.items():
        store.store(
            kind,
            {"kind": kind, **{name: option.default for name, option in experiment.options.items()}},
            group="experiment",
        )


@functools.cache
def ground(choices: tuple[str, ...]) -> Any:
    """The configuration before single values are set: which places, which experiment.

    Composing is Hydra's slow part, so each choice is made once.
    """
    from hydra import compose as hydra_compose
    from hydra import initialize

    register()
    with initialize(version_base=None, config_path=None):
        return hydra_compose("config", list(choices))


TAKEN = re.compile(r"\$\\?\{")
"""Begins a value taken from another setting, also as Hydra writes it into a job's settings."""


def readable(override: str) -> str:
    """An override as Hydra's grammar takes it: a path is put in quotes where the grammar would read
    its letters as something else. What stays as it is: what is in quotes already; several values
    of a multirun (never of results_dir, which all runs share), a list, ranges, or a value taken
    from another setting (`${...}`), unless there is a file of that very name.
    """
    key, equals, value = override.partition("=")
    if not equals or key not in (*PATHS, "executor_address") or value[:1] in ("'", '"'):
        return override
    read = as_read(override)
    there = os.path.exists(at_home(value)) and value.lower() != "null"
    if read is not None and not there:
        one = key == "results_dir" and "(" not in value
        if (read.is_sweep_override() and not one) or TAKEN.search(value):
            return override
        if not read.is_sweep_override() and not isinstance(read.value(), str):
            return override
    return f"{key}={quoted(value)}"


def as_read(override: str) -> Any:
    """An override as the grammar reads it; None where it cannot."""
    from hydra.core.override_parser.overrides_parser import OverridesParser

    # the parser lets more than its own errors out: RecursionError for deep brackets, ValueError
    # for huge numbers
    try:
        return OverridesParser.create().parse_overrides([override])[0]
    except Exception:
        return None


def why(error: Exception) -> str:
    """What is wrong with the form of a setting. The parser's own words are about its grammar, so
    they are replaced by what to write.
    """
    from hydra.errors import HydraException

    if isinstance(error, HydraException):
        return (
            "; a setting is written name=value, a list [a,b], and a value with spaces, commas, "
            "brackets or an equals sign in quotes: 'name=\"a, b\"'"
        )
    return f": {first_line(error)}"


def parsed(overrides: list[str]) -> list[Any]:
    """Overrides as Hydra's grammar reads them, or `BadInput`."""
    from hydra.core.override_parser.overrides_parser import OverridesParser

    parser = OverridesParser.create()

    def one(override: str) -> Any:
        try:
            return parser.parse_overrides([readable(override)])[0]
        # the parser lets more than its own errors out: RecursionError for deep brackets, ValueError
        # for huge numbers
        except Exception as error:
            raise BadInput(f"{brief(override)} cannot be understood{why(error)}") from None

    return [one(override) for override in overrides]


def compose(overrides: list[str]) -> dict:
    """The resolved configuration as plain values."""
    from hydra.errors import HydraException
    from omegaconf import OmegaConf
    from omegaconf.errors import OmegaConfBaseException

    given = parsed(overrides)
    for one in given:
        if one.is_sweep_override():
            raise BadInput(
                f"{one.key_or_group} is given several values; add --multirun to run each, or write "
                f"a list as [a,b]"
            )
    chosen = [one for one in given if one.key_or_group in ("places", "experiment")]
    try:
        config = copy.deepcopy(ground(tuple(str(one.input_line) for one in chosen)))
        apply_overrides([one for one in given if one not in chosen], config)
        found: dict = OmegaConf.to_container(config, resolve=True)  # type: ignore[assignment]
    # OmegaConf asserts that a node below which a value is set is one
    except (HydraException, OmegaConfBaseException, RecursionError, AssertionError) as error:
        raise BadInput(f"cannot be understood: {first_line(error)}") from None
    for node in ("parameters", "places", "experiment"):
        if not isinstance(found[node], dict):
            raise BadInput(
                f"{node} = {brief(found[node])} is not allowed; give single values, such as "
                f"{node}.<name>=..."
            )
    return found


def first_line(error: Exception) -> str:
    """What an error says first, or its kind."""
    return next(iter(str(error).splitlines()), "") or type(error).__name__
