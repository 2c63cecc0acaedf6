"""`--multirun`: every combination of the values given, in one tidy table."""

from __future__ import annotations

import datetime

import pandas as pd
from rich.console import Console
from rich.table import Table

from ..engine import checked_run, simulate_many
from ..parameters import BadInput, Parameters
from ..places import places_from_config
from ..scenario import Scenario, load_scenario, schedule
from .files import results_folder, write_table, write_text


def combinations(overrides: list[str]) -> list[list[str]]:
    """Hydra's own expansion of comma lists and ranges: one list of overrides a job."""
    from hydra._internal.core_plugins.basic_sweeper import BasicSweeper
    from hydra.core.override_parser.overrides_parser import OverridesParser
    from hydra.errors import HydraException

    try:
        parsed = OverridesParser.create().parse_overrides(overrides)
        return [list(job) for batch in BasicSweeper.split_arguments(parsed, max_batch_size=None) for job in batch]
    except HydraException as error:
        raise BadInput(f"cannot be understood: {str(error).splitlines()[0]}") from None


def multirun(overrides: list[str]) -> int:
    """Run every combination with every seed; each is checked before the first runs. Writes runs.parquet, a row a run, and prints a row a combination."""
    from ..cli import check_keys, compose, seeds_from

    console = Console(width=None if Console().is_terminal else 100)
    jobs = []
    for chosen in combinations(overrides):
        check_keys(chosen)
        config = compose(chosen)
        checked_run(0, config["months"])
        changes = {name: value for name, value in config["parameters"].items() if value is not None}
        base = load_scenario(config["scenario"]) if config["scenario"] else Scenario("default", "Default", "", Parameters())
        scenario = base.with_parameters(**changes)
        schedule(scenario.parameters, scenario.timeline, config["months"])
        place = config["places"]
        places = places_from_config(place["kind"], place["scale"], place["count"], place["path"])
        jobs.append((chosen, scenario, places, seeds_from(config["seeds"]), config))
    stamp = datetime.datetime.now().strftime("%Y-%m-%d-%H%M%S")
    folder = results_folder(jobs[0][-1]["results_dir"], f"multirun-{stamp}")
    swept = [override.split("=")[0] for override in overrides if "," in override or "range(" in override]
    tables = []
    with console.status(f"Running {len(jobs)} combinations"):
        for number, (chosen, scenario, places, seeds, config) in enumerate(jobs):
            table = simulate_many([scenario], seeds, places, config["months"], config["workers"])
            table.insert(0, "job", number)
            table.insert(1, "overrides", " ".join(chosen))
            tables.append(table)
    runs = pd.concat(tables, ignore_index=True)
    write_table(runs, folder / "runs.parquet")
    write_text("localism-sim --multirun " + " ".join(overrides) + "\n", folder / "command.txt")
    shown = Table(title=f"Means at the end over {len(jobs[0][3])} seeds", title_justify="left")
    for heading in (*[name.removeprefix("parameters.") for name in swept], "spread", "quality", "trust", "postcode gap"):
        shown.add_column(heading)
    for number, (chosen, *_) in enumerate(jobs):
        values = dict(override.split("=", 1) for override in chosen)
        mean = runs[runs["job"] == number][["spread", "quality", "trust", "postcode_gap"]].mean()
        shown.add_row(*[values.get(name, "") for name in swept], *[f"{value:.3f}" for value in mean])
    console.print(shown)
    console.print(f"A row a run: [bold]{folder / 'runs.parquet'}[/]", highlight=False, soft_wrap=True)
    return 0
