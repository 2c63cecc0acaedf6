"""`--multirun`: every combination of the values given, in one tidy table.

Hydra expands the combinations. Its basic launcher is served by this package's own executors; with
`hydra/launcher=joblib`, `submitit_local` or `submitit_slurm` Hydra hands out the jobs itself, and
each job leaves its runs as parts in the same folder. Either way the table is the same.
"""

from __future__ import annotations

import contextlib
import datetime
import io
import json
import os
import shlex
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import pandas as pd
from rich.console import Console
from rich.table import Table

from ..analysis.statistics import paired_difference
from ..foundation.errors import BadInput
from ..foundation.files import results_folder
from ..jobs.request import Request
from ..model.outcomes import OUTCOMES
from ..model.version import model_version
from ..sweeps.question import Answer, Point, Simulation, digest
from ..sweeps.store import Store
from ..sweeps.sweep import Sweep, is_finished
from ..sweeps.worker import DONE, Task, finish
from .configuration import LAUNCHERS, check_keys, compose, first_line, parsed, register


def combinations(overrides: list[str]) -> list[list[str]]:
    """Hydra's own expansion of comma lists and ranges: one list of overrides a job."""
    from hydra._internal.core_plugins.basic_sweeper import BasicSweeper
    from hydra.errors import HydraException

    try:
        found = [
            list(job)
            for batch in BasicSweeper.split_arguments(parsed(overrides), max_batch_size=None)
            for job in batch
        ]
    except (HydraException, ValueError, TypeError) as error:
        raise BadInput(f"cannot be understood: {first_line(error)}") from None
    if not found:
        raise BadInput(f"{' '.join(overrides)}: a range without values leaves nothing to run")
    return found


NO_MATTER = (
    "results_dir",
    "executor",
    "executor_address",
    "workers",
    "chunk",
    "timeout",
    "fail_fast",
    "accept_changes",
    "overwrite",
)
"""Settings that cannot change an answer."""


def label(job: list[str]) -> str:
    """A job's overrides that matter, in one text: its name in the table."""
    return shlex.join(override for override in job if override.partition("=")[0] not in NO_MATTER)


@dataclass(frozen=True)
class Jobs:
    """Every job its own scenario, places and months; a point is {"overrides": the job's settings in
    one text}.
    """

    simulations: Mapping[str, Simulation]
    outcomes: tuple[str, ...]
    keep: tuple[str, ...] = ()

    def identity(self) -> dict[str, Any]:
        return {"model": model_version()}

    def of(self, point: Point) -> Simulation:
        return self.simulations[point["overrides"]]

    def check(self, point: Point, seed: int) -> None:
        self.of(point).check({}, seed)

    def full(self, point: Point) -> dict[str, Any]:
        return {**self.of(point).full({}), **self.of(point).identity()}

    def prepare(self) -> None:
        next(iter(self.simulations.values())).prepare()

    def answer(self, point: Point, seed: int) -> Answer:
        return self.of(point).answer({}, seed)

    def settings(self, points: pd.DataFrame) -> pd.DataFrame:
        """A column a parameter, with the overrides, the places and the months before them."""
        every = {text: self.simulations[text] for text in points["overrides"].unique()}
        one = pd.DataFrame(
            [
                {
                    "overrides": text,
                    "places": s.places.fingerprint,
                    "scale": s.places.scale,
                    "months": s.months,
                    **s.settings(pd.DataFrame(index=[0])).iloc[0].to_dict(),
                }
                for text, s in every.items()
            ]
        )
        return points[["overrides"]].merge(one, on="overrides", how="left")


def request_of(overrides: list[str], console: Console) -> Request:
    """One job, checked."""
    check_keys(overrides)
    request = Request.from_config(
        compose(overrides), shlex.join(["localism-sim", *overrides]), console
    )
    if request.kind != "compare":
        raise BadInput(
            f"experiment = {request.kind} cannot be combined with --multirun, which runs single "
            f"scenarios; leave experiment out"
        )
    return request


def jobs_of(combined: list[list[str]], requests: list[Request]) -> Jobs:
    """The question that all jobs together put."""
    simulations = {
        label(job): request.simulation(request.scenario) for job, request in zip(combined, requests)
    }
    first = next(iter(simulations.values()))
    return Jobs(simulations, first.outcomes, first.keep)


def multirun(overrides: list[str], console: Console) -> int:
    """Run every combination with every seed; each is checked before the first runs.

    Writes a sweep's folder, prints a row a combination; the exit code.
    """
    hydra_only = [o for o in overrides if o.lstrip("+~").startswith("hydra")]
    combined = combinations([o for o in overrides if o not in hydra_only])
    requests = [request_of(job, console) for job in combined]
    jobs = jobs_of(combined, requests)
    base = requests[0]
    asked = {
        "jobs": [label(job) for job in combined],
        "seeds": [request.seeds for request in requests],
        "inputs": [request.inputs for request in requests],
        "places": [one.places.fingerprint for one in jobs.simulations.values()],
    }
    request = Request(
        {**base.config, "name": "multirun"},
        shlex.join(["localism-sim", "--multirun", *overrides]),
        console,
    )
    mark = digest(
        [asked, [[jobs.full({"overrides": text}), jobs.identity()] for text in jobs.simulations]]
    )[:6]
    begun = sorted(Path("results").glob(f"multirun-*-{mark}"))
    folder = results_folder(
        base.config["results_dir"] or (str(begun[-1]) if begun else None),
        f"multirun-{datetime.date.today()}-{mark}",
    )
    with request.claim:
        whole = request.take(folder, jobs.identity(), True, asked=asked)
        if whole and is_finished(folder, Sweep(folder, jobs, config=asked).description()):
            request.say("Nothing to do: this was finished before")
            show(combined, folder, console)
            return 0
        with request.sweep(jobs, folder, asked) as sweep:
            if launched_by_hydra(hydra_only):
                sweep.begin()
                lost = launch(overrides, folder, list(sweep.known))
                sweep.look_again()
                if lost:
                    sweep.notices.append(
                        f"a job of the launcher did not end well ({lost}); what is missing is done "
                        f"here"
                    )
            for seeds in dict.fromkeys(tuple(request.seeds) for request in requests):
                chosen = [
                    label(job) for job, one in zip(combined, requests) if tuple(one.seeds) == seeds
                ]
                sweep.run(pd.DataFrame({"overrides": chosen}), seeds)
        if not sweep.failures:
            request.claim.finish()
    show(combined, folder, console)
    return request.report_failures(sweep, folder)


def launched_by_hydra(hydra_only: list[str]) -> bool:
    """Whether a launcher of Hydra's is to hand out the jobs."""
    given = [o.partition("=") for o in hydra_only]
    return any(key == "hydra/launcher" and value != "basic" for key, _, value in given)


BEGUN = "begun"
"""The file by which a launcher's first job tells that the launcher works."""


def launch(overrides: list[str], folder: Path, finished: list[str]) -> str:
    """Let Hydra's launcher hand out the jobs; each leaves its runs as parts, except those whose
    keys are among `finished`. What a job does not finish is done afterwards here: returns what was
    wrong with the first such job, or nothing. `BadInput` if the launcher starts none. Hydra's own
    files, among them a launcher's pickles, stay out of the results folder.
    """
    import hydra
    from hydra.errors import HydraException

    register()
    with tempfile.TemporaryDirectory(
        prefix="localism-sim-jobs-", dir=folder.resolve().parent
    ) as logs:
        (Path(logs) / "finished.json").write_text(json.dumps(finished))
        before = sys.argv
        sys.argv = [
            "localism-sim",
            "--multirun",
            *overrides,
            f"hydra.sweep.dir='{logs}'",
            "hydra.sweep.subdir=${hydra.job.num}",
            f"+hydra.job.env_set.LOCALISM_SIM_PARTS='{folder.resolve()}'",
            f"+hydra.job.env_set.LOCALISM_SIM_FINISHED='{logs}/finished.json'",
        ]
        try:
            with contextlib.redirect_stderr(io.StringIO()):
                hydra.main(version_base=None, config_name="config")(run_job)()
        except (HydraException, ImportError, SystemExit) as error:
            cause = (
                error.__context__ if isinstance(error, SystemExit) else error
            )  # Hydra prints an error and then exits
            reason = (
                first_line(cause).rstrip(".")
                if isinstance(cause, Exception)
                else "Hydra refused it"
            )
            if (Path(logs) / BEGUN).exists():
                return reason
            raise BadInput(
                f"hydra/launcher: {reason}. Launchers: basic, and with the extra [cluster] "
                f"{', '.join(LAUNCHERS[1:])}"
            ) from None
        finally:
            sys.argv = before
    return ""


def run_job(config: Any) -> int:
    """One of Hydra's jobs, wherever its launcher put it: evaluate its seeds and leave them as one
    part.
    """
    from hydra.core.hydra_config import HydraConfig
    from omegaconf import OmegaConf

    logs = Path(os.environ["LOCALISM_SIM_FINISHED"]).parent
    (logs / BEGUN).touch()
    text = label(list(HydraConfig.get().overrides.task))
    settings: Any = OmegaConf.to_container(config, resolve=True)
    request = Request.from_config(settings, text, Console(quiet=True))
    simulation = request.simulation(request.scenario)
    jobs = Jobs({text: simulation}, simulation.outcomes, simulation.keep)
    store = Store(Path(os.environ["LOCALISM_SIM_PARTS"]))
    sweep = Sweep(store.folder, jobs)
    point = {"overrides": text}
    finished = set(json.loads(Path(os.environ["LOCALISM_SIM_FINISHED"]).read_text()))
    keys = {seed: key for seed in request.seeds if (key := sweep.key(point, seed)) not in finished}
    ends = [
        (key, finish(jobs, Task(number, point, seed)))
        for number, (seed, key) in enumerate(keys.items())
    ]
    done = [(key, end.answer) for key, end in ends if end.status == DONE and end.answer is not None]
    if done:
        store.add_answers(done, jobs.outcomes, jobs.keep)
    return len(done)


def show(combined: list[list[str]], folder: Path, console: Console) -> None:
    """A row a combination, with what differs between them: means at the end over the seeds."""
    runs = pd.read_parquet(folder / "runs.parquet")
    settings = {label(job): dict(override.split("=", 1) for override in job) for job in combined}
    swept = [
        name
        for name in next(iter(settings.values()))
        if len({values.get(name) for values in settings.values()}) > 1
    ]
    shown = Table(title="Means at the end over the seeds", title_justify="left")
    headline = ("spread", "quality", "trust", "postcode_gap")
    for heading in (
        *[name.removeprefix("parameters.") for name in swept],
        *(OUTCOMES[name].label for name in headline),
    ):
        shown.add_column(heading)
    means = runs.groupby("overrides")[list(headline)].mean().reindex(list(settings))
    for text, values in settings.items():
        shown.add_row(
            *[values.get(name, "") for name in swept],
            *[f"{value:.3f}" for value in means.loc[text]],
        )
    console.print(shown)
    console.print(against_first(runs, list(settings), headline), highlight=False, soft_wrap=True)
    console.print(
        f"A row a run: [bold]{folder / 'runs.parquet'}[/]", highlight=False, soft_wrap=True
    )


def against_first(runs: pd.DataFrame, combined: list[str], outcomes: tuple[str, ...]) -> str:
    """What pairing saves when combinations are compared with the first on the seeds they share,
    over the outcomes shown.
    """
    tables = {
        text: table.set_index("seed")[list(outcomes)] for text, table in runs.groupby("overrides")
    }
    first, saved, pairs = (
        tables.get(combined[0], pd.DataFrame(columns=list(outcomes), dtype=float)),
        [],
        0,
    )
    for text in combined[1:]:
        both = (
            first.join(tables[text], rsuffix="_other", how="inner").dropna()
            if text in tables
            else first.head(0)
        )
        pairs = max(pairs, len(both))
        saved += (
            [
                paired_difference(both[f"{name}_other"].to_numpy(), both[name].to_numpy()).saved
                for name in outcomes
            ]
            if len(both) > 1
            else []
        )
    if not saved:
        return "No two combinations share two seeds, so nothing is compared."
    return (
        f"Compared with the first combination on up to {pairs} paired seeds, pairing saves "
        f"{median(saved):.0%} of the variance of a difference "
        f"(median; {min(saved):.0%} to {max(saved):.0%})."
    )
