"""The command line: `localism-sim`, configured by Hydra."""

from __future__ import annotations

import datetime
import difflib
import sys
from dataclasses import dataclass, field, make_dataclass
from typing import Any

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
class ExperimentChoice:
    """Which experiment."""

    kind: str = "compare"
    samples: Any = 64
    outcome: Any = "spread"


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
    seeds: Any = 50
    workers: Any = None
    results_dir: Any = None


PLACES = ("england", "synthetic", "csv")
EXPERIMENTS = {
    "compare": "the main job, or one scenario against its baseline",
    "england": "the same at one to one: all 53 million residents of England",
}
NODES = {"places": ("kind", "scale", "count", "path"), "experiment": ("kind", "samples", "outcome"), "parameters": tuple(FIELDS)}
TOP = ("scenario", "months", "seeds", "workers", "results_dir")

HELP = """localism-sim: centralised versus localist delivery of public services

  localism-sim                                 the main job: England's places under the 2010 cuts, figures and a summary
  localism-sim scenario=sure_start             one scenario against its baseline
  localism-sim parameters.cuts=0.3             change a parameter in every scenario
  localism-sim months=60 seeds=20              months to run; seeds 0 to 19 (or seeds=[1,5,9])
  localism-sim places=synthetic places.count=36
  localism-sim places=csv places.path=my_council.csv
  localism-sim experiment=england              every resident of England
  localism-sim --multirun parameters.cuts=0,0.2,0.4 parameters.autonomy=0.1,0.9
  localism-sim results_dir=results/mine        where to write (default: results/<experiment>-<date>)
"""


def help_text() -> str:
    """All that can be given, in plain words."""
    lines = [HELP, "Experiments (experiment=...)"]
    lines += [f"  {name:28} {meaning}" for name, meaning in EXPERIMENTS.items()]
    lines += ["", "Scenarios (scenario=...)"]
    lines += [f"  {name:28} {load_scenario(name).title}" for name in scenario_names()]
    for group, title in GROUPS.items():
        lines += ["", f"Parameters: {title} (parameters.<name>=...)"]
        for name in Parameters.names(group):
            meta = FIELDS[name].metadata
            lines.append(f"  {name:24} {FIELDS[name].default!s:>7}  [{meta['low']} to {meta['high']} {meta['unit']}] {meta['meaning']}")
    return "\n".join(lines)


def check_keys(overrides: list[str]) -> None:
    """Refuse an override whose key does not exist, with the nearest that does."""
    known = [*TOP, *NODES, *(f"{node}.{key}" for node, keys in NODES.items() for key in keys)]
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
        if key == "experiment" and value not in EXPERIMENTS and "," not in value:
            raise BadInput(f"unknown experiment '{value}'.{nearest(value, EXPERIMENTS)} Known: {', '.join(EXPERIMENTS)}")
        if key == "places" and value not in PLACES and "," not in value:
            raise BadInput(f"places = '{value}' is not allowed; allowed: {', '.join(PLACES)}.{nearest(value, PLACES)}")


def register() -> None:
    """Tell Hydra the structured configuration."""
    from hydra.core.config_store import ConfigStore

    store = ConfigStore.instance()
    store.store("config", Config)
    for kind in PLACES:
        store.store(kind, PlacesChoice(kind=kind), group="places")
    for kind in EXPERIMENTS:
        store.store(kind, ExperimentChoice(kind=kind), group="experiment")


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


def seeds_from(value: Any) -> list[int]:
    """Seeds 0..n-1 from a number, or the list given."""
    if isinstance(value, int) and not isinstance(value, bool):
        if not 1 <= value <= 1_000_000:
            raise BadInput(f"seeds = {value} is not allowed; allowed: a whole number from 1, or a list such as [1,5,9]")
        return list(range(value))
    if isinstance(value, list) and value and all(isinstance(seed, int) and not isinstance(seed, bool) and seed >= 0 for seed in value):
        if len(set(value)) != len(value):
            raise BadInput(f"seeds = {value} holds a seed twice; pairs need each seed once")
        return value
    raise BadInput(f"seeds = {value!r} is not allowed; allowed: a whole number from 1, or a list such as [1,5,9]")


def run(config: dict) -> None:
    """Do what the configuration asks."""
    from rich.console import Console

    from .engine import checked_run
    from .experiments.compare import arms_for, compare, write
    from .experiments.files import results_folder
    from .places import places_from_config
    from .progress import bar
    from .scenario import schedule
    from .summary import essentials

    console = Console()
    if not console.is_terminal:
        console = Console(width=100)
    checked_run(0, config["months"])
    seeds = seeds_from(config["seeds"])
    changes = {name: value for name, value in config["parameters"].items() if value is not None}
    arms = [arm.with_parameters(**changes) for arm in arms_for(config["scenario"])]
    for arm in arms:
        schedule(arm.parameters, arm.timeline, config["months"])
    chosen = config["places"]
    one_to_one = config["experiment"]["kind"] == "england"
    places = places_from_config(chosen["kind"], 1 if one_to_one else chosen["scale"], chosen["count"], chosen["path"])
    if one_to_one:
        seeds, arms = seeds[:1] if config["seeds"] == 50 else seeds, arms[:2]
    stamp = datetime.datetime.now().strftime("%Y-%m-%d-%H%M%S")
    name = config["scenario"] or ("england" if one_to_one else "main")
    folder = results_folder(config["results_dir"], f"{name}-{stamp}")
    console.print(f"[bold]{arms[0].title}[/] and {', '.join(arm.title for arm in arms[1:])}: {places.count} places, {int(places.citizens.sum()):,} citizens, "
                  f"{config['months']} months, {len(seeds)} paired seeds", highlight=False)
    with bar(console, len(arms) * len(seeds), config["months"] if one_to_one else 1) as progress:
        comparison = compare(arms, places, seeds, config["months"], config["workers"], progress)
    with console.status("Drawing figures"):
        write(comparison, folder, {"command": " ".join(["localism-sim", *config.get("overrides", [])])})
    console.print(essentials(comparison))
    console.print(f"Summary, figures and tables: [bold]{folder}[/]", highlight=False, soft_wrap=True)


def main(arguments: list[str] | None = None) -> int:
    """Entry point: 0 done, 1 failed runs, 2 bad input, 130 stopped."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if any(flag in arguments for flag in ("--help", "-h")):
        print(help_text())
        return 0
    try:
        flags = [a for a in arguments if a.startswith("-")]
        overrides = [a for a in arguments if not a.startswith("-")]
        allowed = ("--multirun", "-m", "--version")
        for flag in flags:
            if flag not in allowed:
                close = difflib.get_close_matches(flag, [*allowed, "--help"], 1)
                raise BadInput(f"unknown option '{flag}'.{f' Did you mean {close[0]}?' if close else ''} Options: --help, --multirun, --version")
        if "--version" in flags:
            from . import __version__

            print(f"localism_sim {__version__}")
            return 0
        check_keys(overrides)
        if flags:
            from .experiments.multirun import multirun

            return multirun(overrides)
        run({**compose(overrides), "overrides": overrides})
        return 0
    except BadInput as error:
        print(f"localism-sim: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("localism-sim: stopped; files already written are whole", file=sys.stderr)
        return 130


def entry() -> None:
    """The installed command."""
    sys.exit(main())
