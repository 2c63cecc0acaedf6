"""The command line: `localism-sim`, configured by Hydra."""

from __future__ import annotations

import difflib
import os
import sys
from dataclasses import dataclass, field, make_dataclass
from typing import Any

from .experiments.catalogue import EXPERIMENTS, checked_experiment
from .outcomes import OUTCOMES
from .parameters import FIELDS, GROUPS, BadInput, Parameters, nearest
from .scenario import load_scenario, scenario_names

ParameterChoices = make_dataclass("ParameterChoices", [(name, Any, field(default=None)) for name in FIELDS])
"""One entry a parameter; None leaves it as the scenario has it."""


@dataclass
class PlacesChoice:
    """Which places, at what scale (residents per simulated citizen)."""

    kind: str = "england"
    scale: Any = 20_000
    count: Any = 36
    path: Any = None


@dataclass
class Config:
    """Everything that `localism-sim` can be told."""

    defaults: list = field(default_factory=lambda: ["_self_", {"places": "england"}, {"experiment": "compare"}, {"override hydra/job_logging": "none"},
                                                   {"override hydra/hydra_logging": "none"}])
    scenario: Any = None
    parameters: ParameterChoices = field(default_factory=ParameterChoices)  # type: ignore[valid-type]
    places: Any = None
    experiment: Any = None
    months: Any = 120
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


PLACES = {"england": "148 places of England, 2010", "synthetic": "made-up places, as many as places.count", "csv": "your own, from places.path"}
SETTINGS = {
    "months": "months to run (120)",
    "seeds": "how many seeds (20 means 0 to 19), or which: [1,5,9]",
    "scenario": "a scenario by name, or the path of your own YAML file",
    "keep": "monthly tables that a sweep keeps: [history], [history,by_place] (none)",
    "results_dir": "where to write (results/<experiment>-<date>-<mark>)",
    "executor": "where a sweep runs: local, ray or dask (local)",
    "executor_address": "of a Ray or Dask cluster (none: one is started here)",
    "workers": "how many runs at once (all cores)",
    "chunk": "runs handed out at a time (chosen to suit)",
    "timeout": "seconds that a run of a sweep may take (no limit)",
    "fail_fast": "true: stop a sweep at the first run that fails (false)",
    "accept_changes": "true: go on in a folder begun with other settings (false)",
}
NODES = {"places": ("kind", "scale", "count", "path"), "parameters": tuple(FIELDS)}
FLAGS = ("--help", "-h", "--multirun", "-m", "--version", "--completion")

HELP = """localism-sim: centralised versus localist delivery of public services

  localism-sim                                 the main job: England's places under the 2010 cuts, figures and a summary
  localism-sim scenario=sure_start             one scenario against its baseline
  localism-sim parameters.cuts=0.3             change a parameter in every scenario
  localism-sim months=60 seeds=20              months to run; seeds 0 to 19 (or seeds=[1,5,9])
  localism-sim places=synthetic places.count=36
  localism-sim places=csv places.path=my_council.csv
  localism-sim experiment=england              every resident of England
  localism-sim experiment=sobol experiment.samples=64 experiment.outcome=quality_mean
  localism-sim --multirun parameters.cuts=0,0.2,0.4 parameters.autonomy=0.1,0.9
  localism-sim results_dir=results/mine        where to write

A sweep that was stopped or killed goes on where it was when the same command is given again.
Complete words with the Tab key: eval "$(localism-sim --completion bash)" (also zsh, fish).
"""


def help_text() -> str:
    """All that can be given, in plain words."""
    lines = [HELP, "Experiments (experiment=<name>), each with its options (experiment.<option>=...)"]
    for name, experiment in EXPERIMENTS.items():
        lines.append(f"  {name:16} {experiment.meaning}")
        for option, choice in experiment.options.items():
            lines.append(f"    .{option:14} {choice.meaning}{'' if choice.default is None else f' ({choice.default})'}")
    lines += ["", "Settings (<name>=...)", *(f"  {name:16} {meaning}" for name, meaning in SETTINGS.items())]
    lines += ["", "Places (places=<name>)", *(f"  {name:16} {meaning}" for name, meaning in PLACES.items())]
    lines += ["", "Scenarios (scenario=<name>)", *(f"  {name:28} {load_scenario(name).title}" for name in scenario_names())]
    lines += ["", "Outcomes (experiment.outcome=<name>)", *(f"  {name:28} {outcome.meaning}" for name, outcome in OUTCOMES.items())]
    for group, title in GROUPS.items():
        lines += ["", f"Parameters: {title} (parameters.<name>=...)"]
        for name in Parameters.names(group):
            meta = FIELDS[name].metadata
            lines.append(f"  {name:24} {FIELDS[name].default!s:>7}  [{meta['low']} to {meta['high']} {meta['unit']}] {meta['meaning']}")
    return "\n".join(lines)


def known_keys() -> list[str]:
    """Every key that can be given."""
    options = dict.fromkeys(option for experiment in EXPERIMENTS.values() for option in experiment.options)
    below = [f"{node}.{key}" for node, keys in {**NODES, "experiment": options}.items() for key in keys]
    return [*SETTINGS, *NODES, "experiment", *below]


def check_keys(overrides: list[str]) -> None:
    """Refuse an override whose key does not exist, with the nearest that does."""
    known = known_keys()
    chosen = next((o.partition("=")[2] for o in reversed(overrides) if o.startswith("experiment=")), "compare")
    for override in overrides:
        key, equals, value = override.partition("=")
        key = key.lstrip("+~")
        if key.startswith("hydra"):
            continue
        if not equals:
            raise BadInput(f"'{override}' is not of the form name=value; try localism-sim --help")
        if key.startswith("parameters.") and key not in known:
            raise BadInput(f"unknown parameter '{key.removeprefix('parameters.')}'.{nearest(key.removeprefix('parameters.'), FIELDS)}")
        if key not in known:
            more = f" Did you mean 'parameters.{key}'?" if key in FIELDS else nearest(key, known)
            raise BadInput(f"unknown setting '{key}'.{more}")
        if key == "experiment" and "," not in value:
            checked_experiment(value)
        option = key.removeprefix("experiment.")
        if option != key and chosen in EXPERIMENTS and option not in EXPERIMENTS[chosen].options:
            allowed = ", ".join(EXPERIMENTS[chosen].options) or "it has none"
            raise BadInput(f"experiment.{option} is no option of experiment={chosen}; allowed: {allowed}.{nearest(option, EXPERIMENTS[chosen].options)}")
        if key == "places" and value not in PLACES and "," not in value:
            raise BadInput(f"places = '{value}' is not allowed; allowed: {', '.join(PLACES)}.{nearest(value, PLACES)}")


def register() -> None:
    """Tell Hydra the structured configuration."""
    from hydra.core.config_store import ConfigStore

    store = ConfigStore.instance()
    store.store("config", Config)
    for kind in PLACES:
        store.store(kind, PlacesChoice(kind=kind), group="places")
    for kind, experiment in EXPERIMENTS.items():
        store.store(kind, {"kind": kind, **{name: option.default for name, option in experiment.options.items()}}, group="experiment")


def compose(overrides: list[str]) -> dict:
    """The resolved configuration as plain values."""
    from hydra import compose as hydra_compose
    from hydra import initialize
    from hydra.errors import HydraException
    from omegaconf import OmegaConf
    from omegaconf.errors import OmegaConfBaseException

    register()
    try:
        with initialize(version_base=None, config_path=None):
            config = hydra_compose("config", overrides)
        return OmegaConf.to_container(config, resolve=True)  # type: ignore[return-value]
    except (HydraException, OmegaConfBaseException) as error:
        raise BadInput(f"cannot be understood: {str(error).splitlines()[0]}") from None


def console():
    """Where to speak: 100 columns wide where nobody watches."""
    from rich.console import Console

    found = Console()
    return found if found.is_terminal else Console(width=100)


def run(overrides: list[str]) -> int:
    """Do what was asked; the exit code."""
    from .experiments.request import Request

    request = Request.from_config(compose(overrides), " ".join(["localism-sim", *overrides]), console())
    return EXPERIMENTS[request.kind].function()(request)


def option_of(flags: list[str]) -> str | None:
    """The one option given, or None; an unknown one is refused."""
    for flag in flags:
        if flag not in FLAGS:
            close = difflib.get_close_matches(flag, FLAGS, 1)
            raise BadInput(f"unknown option '{flag}'.{f' Did you mean {close[0]}?' if close else ''} Options: --help, --multirun, --version, --completion")
    return flags[0] if flags else None


def main(arguments: list[str] | None = None) -> int:
    """Entry point: 0 done, 1 runs that did not end well, 2 bad input, 130 stopped."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if any(flag in arguments for flag in ("--help", "-h")):
        print(help_text())
        return 0
    try:
        overrides = [a for a in arguments if not a.startswith("-")]
        match option_of([a for a in arguments if a.startswith("-")]):
            case "--version":
                from . import __version__

                print(f"localism_sim {__version__}")
                return 0
            case "--completion":
                from .completion import script

                print(script(overrides[0] if overrides else "bash", known_keys(), list(PLACES)))
                return 0
            case "--multirun" | "-m":
                check_keys(overrides)
                from .experiments.multirun import multirun

                return multirun(overrides, console())
        check_keys(overrides)
        return run(overrides)
    except BadInput as error:
        print(f"localism-sim: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("localism-sim: stopped; files already written are whole", file=sys.stderr)
        return 130
    except RuntimeError as error:
        if type(error).__name__ != "Stopped":
            raise
        print(f"localism-sim: {error}", file=sys.stderr)
        return 1


def entry() -> None:
    """The installed command; a reader that closes the pipe early (`| head`) is no error."""
    try:
        code = main()
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    sys.exit(code)
