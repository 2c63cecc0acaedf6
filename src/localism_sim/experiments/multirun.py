"""`--multirun`: every combination of the values given, in one tidy table.

Hydra expands the combinations. Its basic launcher is served by this package's own executors; with `hydra/launcher=joblib`, `submitit_local` or `submitit_slurm`
Hydra hands out the jobs itself, and each job leaves its runs as parts in the same folder. Either way the table is the same.
"""

from __future__ import annotations

import datetime
import functools
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import pandas as pd
from rich.console import Console
from rich.table import Table

from ..outcomes import OUTCOMES
from ..parameters import BadInput
from ..rules import source_hash
from .configuration import check_keys, compose, register
from .executors import DONE, Task, finish
from .files import results_folder
from .question import Answer, Point, Simulation, digest
from .request import Request
from .statistics import paired_difference
from .store import Store
from .sweep import Sweep


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


NO_MATTER = ("results_dir", "executor", "executor_address", "workers", "chunk", "timeout", "fail_fast", "accept_changes")
"""Settings that cannot change an answer."""


def label(job: list[str]) -> str:
    """A job's overrides that matter, in one text: its name in the table."""
    return " ".join(override for override in job if override.partition("=")[0] not in NO_MATTER)


@dataclass(frozen=True)
class Jobs:
    """Every job its own scenario, places and months; a point is {"overrides": the job's settings in one text}."""

    simulations: Mapping[str, Simulation]
    outcomes: tuple[str, ...]
    keep: tuple[str, ...] = ()

    def identity(self) -> dict[str, Any]:
        return {"model": source_hash()}

    def of(self, point: Point) -> Simulation:
        return self.simulations[point["overrides"]]

    def check(self, point: Point, seed: int) -> None:
        self.of(point).check({}, seed)

    def full(self, point: Point) -> dict[str, Any]:
        return {**self.of(point).full({}), **self.of(point).identity()}

    def answer(self, point: Point, seed: int) -> Answer:
        return self.of(point).answer({}, seed)

    def settings(self, points: pd.DataFrame) -> pd.DataFrame:
        """A column a parameter, with the overrides, the places and the months before them."""
        every = {text: self.simulations[text] for text in points["overrides"].unique()}
        one = pd.DataFrame([{"overrides": text, "places": s.places.fingerprint, "scale": s.places.scale, "months": s.months,
                             **s.settings(pd.DataFrame(index=[0])).iloc[0].to_dict()} for text, s in every.items()])
        return points[["overrides"]].merge(one, on="overrides", how="left")


def request_of(overrides: list[str], console: Console) -> Request:
    """One job, checked."""
    check_keys(overrides)
    request = Request.from_config(compose(overrides), "localism-sim " + " ".join(overrides), console)
    if request.kind != "compare":
        raise BadInput(f"experiment = {request.kind} cannot be combined with --multirun, which runs single scenarios; leave experiment out")
    return request


@functools.cache
def simulation_of(overrides: tuple[str, ...]) -> Simulation:
    """What one job evaluates."""
    request = request_of(list(overrides), Console(quiet=True))
    return request.simulation(request.scenario)


def jobs_of(combined: list[list[str]]) -> Jobs:
    """The question that all jobs together put; places that several jobs share are made once."""
    simulations = {label(job): simulation_of(tuple(job)) for job in combined}
    first = next(iter(simulations.values()))
    return Jobs(simulations, first.outcomes, first.keep)


def multirun(overrides: list[str], console: Console) -> int:
    """Run every combination with every seed; each is checked before the first runs. Writes a sweep's folder, prints a row a combination; the exit code."""
    hydra_only = [o for o in overrides if o.lstrip("+~").startswith("hydra")]
    combined = combinations([o for o in overrides if o not in hydra_only])
    requests = [request_of(job, console) for job in combined]
    jobs = jobs_of(combined)
    base = requests[0]
    asked = {"jobs": [label(job) for job in combined], "seeds": [request.seeds for request in requests]}
    request = Request({**base.config, "name": "multirun"}, "localism-sim --multirun " + " ".join(overrides), console)
    mark = digest([asked, [[jobs.full({"overrides": text}), jobs.identity()] for text in jobs.simulations]])[:6]
    begun = sorted(Path("results").glob(f"multirun-*-{mark}"))
    folder = results_folder(base.config["results_dir"] or (str(begun[-1]) if begun else None), f"multirun-{datetime.date.today()}-{mark}")
    if any(o.partition("=")[0] == "hydra/launcher" and o.partition("=")[2] != "basic" for o in hydra_only):
        launch(overrides, folder)
    with request.sweep(jobs, folder) as sweep:
        sweep.config = asked
        tables = {}
        for seeds in dict.fromkeys(tuple(request.seeds) for request in requests):
            chosen = [label(job) for job, one in zip(combined, requests) if tuple(one.seeds) == seeds]
            table = sweep.run(pd.DataFrame({"overrides": chosen}), seeds)
            tables.update({text: table[table["point"] == number] for number, text in enumerate(chosen)})
    show(overrides, combined, tables, console)
    console.print(f"A row a run: [bold]{folder / 'runs.parquet'}[/]", highlight=False, soft_wrap=True)
    return request.report_failures(sweep, folder)


def launch(overrides: list[str], folder: Path) -> None:
    """Let Hydra's launcher hand out the jobs; each leaves its finished runs as parts. What a job does not finish is done afterwards here. Hydra's
    own files, among them a launcher's pickles, stay out of the results folder.
    """
    import hydra
    from hydra.errors import HydraException

    register()
    logs = folder.resolve().with_name(f".{folder.name}-jobs")
    before = sys.argv
    sys.argv = ["localism-sim", "--multirun", *overrides, f"hydra.sweep.dir='{logs}'", "hydra.sweep.subdir=${hydra.job.num}",
                f"+hydra.job.env_set.LOCALISM_SIM_PARTS='{folder.resolve()}'"]
    try:
        hydra.main(version_base=None, config_name="config")(run_job)()
    except (HydraException, ImportError, SystemExit) as error:
        reason = "Hydra refused it (see above)" if isinstance(error, SystemExit) else str(error).splitlines()[0]
        raise BadInput(f"hydra/launcher: {reason}. Launchers: basic, and with the extra [cluster] joblib, submitit_local, submitit_slurm") from None
    finally:
        sys.argv = before
    shutil.rmtree(logs, ignore_errors=True)


def run_job(config: Any) -> int:
    """One of Hydra's jobs, wherever its launcher put it: evaluate its seeds and leave them as one part."""
    import os

    from hydra.core.hydra_config import HydraConfig
    from omegaconf import OmegaConf

    text = " ".join(HydraConfig.get().overrides.task)
    request = Request.from_config(OmegaConf.to_container(config, resolve=True), text, Console(quiet=True))  # type: ignore[arg-type]
    simulation = request.simulation(request.scenario)
    jobs = Jobs({text: simulation}, simulation.outcomes, simulation.keep)
    store = Store(Path(os.environ["LOCALISM_SIM_PARTS"]))
    sweep = Sweep(store.folder, jobs)
    point = {"overrides": text}
    finished = [finish(jobs, Task(number, point, seed)) for number, seed in enumerate(request.seeds)]
    keys = {number: sweep.key(point, seed) for number, seed in enumerate(request.seeds)}
    done = [(keys[end.number], end.answer) for end in finished if end.status == DONE and end.answer is not None]
    if done:
        store.add_answers(done, jobs.outcomes, jobs.keep)
    return len(done)


def show(overrides: list[str], combined: list[list[str]], tables: dict[str, pd.DataFrame], console: Console) -> None:
    """A row a combination: means at the end."""
    swept = [o.split("=")[0] for o in overrides if not o.startswith("hydra") and ("," in o or "range(" in o)]
    shown = Table(title="Means at the end over the seeds", title_justify="left")
    headline = ("spread", "quality", "trust", "postcode_gap")
    for heading in (*[name.removeprefix("parameters.") for name in swept], *(OUTCOMES[name].label for name in headline)):
        shown.add_column(heading)
    for job in combined:
        values = dict(override.split("=", 1) for override in job)
        mean = tables[label(job)][list(headline)].mean()
        shown.add_row(*[values.get(name, "") for name in swept], *[f"{value:.3f}" for value in mean])
    console.print(shown)
    console.print(against_first(combined, tables, headline), highlight=False, soft_wrap=True)


def against_first(combined: list[list[str]], tables: dict[str, pd.DataFrame], outcomes: tuple[str, ...]) -> str:
    """What pairing saves when combinations are compared with the first on the seeds they share, over the outcomes shown."""
    first = tables[label(combined[0])].set_index("seed")
    saved, pairs = [], 0
    for job in combined[1:]:
        both = first.join(tables[label(job)].set_index("seed"), rsuffix="_other", how="inner").dropna()
        pairs = max(pairs, len(both))
        saved += [paired_difference(both[f"{name}_other"].to_numpy(), both[name].to_numpy()).saved for name in outcomes] if len(both) > 1 else []
    if not saved:
        return "No two combinations share two seeds, so nothing is compared."
    return (f"Compared with the first combination on up to {pairs} paired seeds, pairing saves {median(saved):.0%} of the variance of a difference "
            f"(median; {min(saved):.0%} to {max(saved):.0%}).")
