"""What `--help` and `--help=all` say, in 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from ..jobs.catalogue import EXPERIMENTS
from ..jobs.request import USUAL_PLACES
from ..model.outcomes import OUTCOMES
from ..model.parameters import FIELDS, GROUPS, Parameters
from ..model.scenario import load_scenario, scenario_names
from ..model.variant import shipped_variants
from .configuration import PLACES, SETTINGS

WIDTH = 80
FIRST = """localism-sim: centralised versus localist delivery of public services

  localism-sim                             the main job: England, 2010 cuts
  localism-sim scenario=sure_start         one scenario against its baseline
  localism-sim scenario=mine.yaml          one of your own
  localism-sim parameters.cuts=0.3         change a parameter everywhere
  localism-sim months=60 seeds=20          months; seeds 0 to 19 (or [1,5,9])
  localism-sim 'places.only=[Manchester,Salford]'
  localism-sim places.path=my_council.csv  your own area, inside England
  localism-sim experiment=england          every resident of England
  localism-sim experiment=morris experiment.outcome=quality_mean
  localism-sim --multirun parameters.cuts=0,0.2,0.4 seeds=10
  localism-sim results_dir=results/mine    where to write
  localism-sim report results/mine         a finished folder as a page, and Word
  localism-sim page                        the model as one file for a browser

A sweep that was stopped or killed goes on where it was when the same command is
given again. Complete words with the Tab key (bash, zsh, fish):
  eval "$(localism-sim --completion bash)"
"""
MORE_PLACES = {
    "places.path": "your own CSV or XLSX file; its places lie inside England",
    "places.sheet": "which sheet of a workbook (the first)",
    "places.only": "places of England by name: [Manchester,Salford]",
    "places.alone": "true: the chosen places are a country of their own",
    "places.count": "how many made-up places (36)",
    "places.scale": (
        f"residents for each simulated citizen ({USUAL_PLACES['scale']}); fewer give a "
        "service more teams, which moves harm (check it at 200) and hardly anything else"
    ),
}


def entry(name: str, meaning: str, room: int = 18, indent: int = 2) -> str:
    """A name and its meaning, wrapped under itself; a long name has a line of its own."""
    start = " " * indent + name
    aside = " " * (indent + room)
    if len(start) >= len(aside):
        below = textwrap.fill(meaning, WIDTH, initial_indent=aside, subsequent_indent=aside)
        return f"{start}\n{below}"
    first = start.ljust(len(aside))
    return textwrap.fill(meaning, WIDTH, initial_indent=first, subsequent_indent=aside)


def part(title: str, entries: Iterable[str]) -> Iterator[str]:
    """A title and its entries, after an empty line."""
    yield ""
    yield from textwrap.wrap(title, WIDTH)
    yield from entries


def short_help() -> str:
    """What a first-time user needs: commands, experiments, settings, scenarios."""
    return "\n".join(
        (
            FIRST.rstrip(),
            *part(
                "Experiments (experiment=<name>)",
                (entry(name, experiment.meaning) for name, experiment in EXPERIMENTS.items()),
            ),
            *part("Settings (<name>=...)", (entry(*item) for item in SETTINGS.items())),
            *part(
                "Scenarios (scenario=<name>)",
                (entry(name, load_scenario(name).title, 26) for name in scenario_names()),
            ),
            "",
            *textwrap.wrap(
                f"--help=all lists the options of experiments, places, variants, outcomes and all "
                f"{len(FIELDS)} parameters with their bounds.",
                WIDTH,
            ),
        )
    )


def options_of(name: str) -> Iterator[str]:
    """An experiment and its options, with their defaults."""
    yield entry(name, EXPERIMENTS[name].meaning)
    for option, choice in EXPERIMENTS[name].options.items():
        default = "" if choice.default is None else f" ({choice.default})"
        yield entry(f".{option}", f"{choice.meaning}{default}", 16, 4)


def parameter(name: str) -> str:
    """A parameter with default, bounds, unit and meaning."""
    meta = FIELDS[name].metadata
    bounds = f"[{meta['low']} to {meta['high']} {meta['unit']}]"
    return entry(name, f"{FIELDS[name].default} {bounds} {meta['meaning']}", 24)


def whole_help() -> str:
    """All that can be given."""
    experiments = (line for name in EXPERIMENTS for line in options_of(name))
    variants = (
        entry(name, f"{variant.theory} (replaces {variant.replaces}; {variant.source})", 24)
        for name, variant in shipped_variants().items()
    )
    return "\n".join(
        (
            FIRST.rstrip(),
            *part(
                "Experiments (experiment=<name>), each with its options (experiment.<option>=...)",
                experiments,
            ),
            *part("Settings (<name>=...)", (entry(*item) for item in SETTINGS.items())),
            *part("Places (places=<name>)", (entry(*item) for item in PLACES.items())),
            *(entry(*item) for item in MORE_PLACES.items()),
            *part(
                "Scenarios (scenario=<name>)",
                (entry(name, load_scenario(name).title, 26) for name in scenario_names()),
            ),
            *part("Variants: rival rules (variants=[<name>,...])", variants),
            *part(
                "Outcomes (experiment.outcome=<name>)",
                (entry(name, outcome.meaning, 24) for name, outcome in OUTCOMES.items()),
            ),
            *(
                line
                for group, title in GROUPS.items()
                for line in part(
                    f"Parameters: {title} (parameters.<name>=...)",
                    map(parameter, Parameters.names(group)),
                )
            ),
        )
    )
