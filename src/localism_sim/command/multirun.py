"""`--multirun`: every combination of the values given, in one tidy table.

Hydra expands the combinations. Its basic launcher is served by this package's own executors; with
`hydra/launcher=joblib`, `submitit_local` or `submitit_slurm` Hydra hands out the jobs itself, and
each job leaves its runs as parts in the same folder. Either way the table is the same.
"""

from __future__ import annotations

import datetime
import io
import json
import math
import os
import shlex
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from rich.console import Console

from ..foundation.errors import BadInput, brief
from ..foundation.files import quoted, results_folder, results_path
from ..foundation.machine import check_fits, processors
from ..jobs.combinations import NO_MATTER, Combinations, label
from ..jobs.combinations import combined as all_combined
from ..jobs.counting import planned
from ..jobs.foresight import foresee, say_size
from ..jobs.request import Request
from ..jobs.running import write
from ..jobs.size import Size, refuse_too_many
from ..report.blocks import Paragraph, Report, strong
from ..report.combinations import show as combinations_report
from ..report.terminal import print_blocks
from ..report.words import counted
from ..sweeps.question import digest
from ..sweeps.store import Store
from ..sweeps.sweep import Sweep, is_finished
from ..sweeps.worker import DONE, Task, finish
from .configuration import LAUNCHERS, check_keys, compose, first_line, parsed, readable, register
from .hydra_internals import expanded, run_with

BYTES_A_COMBINATION = 50_000
"""What a combination's checked settings take."""


def values_of(override: Any) -> int:
    """How many values an override gives, counted without making them."""
    from hydra.core.override_parser.types import RangeSweep

    value = override.value()
    if isinstance(value, RangeSweep):
        first, last, step = (float(each or 0) for each in (value.start, value.stop, value.step))
        return max(0, math.ceil((last - first) / step)) if step else 0
    return len(value.list) if hasattr(value, "list") else 1


def combinations(overrides: list[str]) -> list[list[str]]:
    """Hydra's own expansion of comma lists and ranges: one list of overrides a job."""
    from hydra.errors import HydraException

    given = parsed(overrides)
    check_fits(
        math.prod(map(values_of, given)),
        BYTES_A_COMBINATION,
        "combinations",
        "give fewer values or a wider step",
    )
    try:
        found = expanded(given)
    except (HydraException, ValueError, TypeError) as error:
        raise BadInput(f"cannot be understood: {first_line(error)}") from None
    if not found:
        raise BadInput(f"{' '.join(overrides)}: a range without values leaves nothing to run")
    return found


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


@dataclass
class Asked:
    """All jobs of a multirun, each checked, with the question that they are together."""

    combined: list[list[str]]
    requests: list[Request]
    jobs: Combinations
    config: dict[str, Any]
    """What the sweep's manifest says was asked."""

    @classmethod
    def of(cls, combined: list[list[str]], requests: list[Request]) -> Asked:
        """The question of jobs that share what all runs of a multirun must share."""
        check_shared(requests)
        jobs = all_combined(
            {
                label(job): request.simulation(request.scenario)
                for job, request in zip(combined, requests)
            }
        )
        config = {
            "jobs": [label(job) for job in combined],
            "seeds": [request.seeds for request in requests],
            "inputs": [request.inputs for request in requests],
            "places": [one.places.fingerprint for one in jobs.simulations.values()],
        }
        return cls(combined, requests, jobs, config)

    def folder(self) -> Path:
        """Where the runs go: the folder named, the one in which the same was begun, or a new
        one.
        """
        keys = [
            [self.jobs.full({"overrides": text}), self.jobs.identity()]
            for text in self.jobs.simulations
        ]
        mark = digest([self.config, keys])[:6]
        begun = sorted(Path("results").glob(f"multirun-*-{mark}"))
        return results_path(
            self.requests[0].config["results_dir"] or (str(begun[-1]) if begun else None),
            f"multirun-{datetime.date.today()}-{mark}",
        )

    def run(self, sweep: Sweep) -> None:
        """Run what is not there yet, the jobs with the same seeds together."""
        for seeds in dict.fromkeys(tuple(request.seeds) for request in self.requests):
            chosen = [
                label(job)
                for job, one in zip(self.combined, self.requests)
                if tuple(one.seeds) == seeds
            ]
            sweep.run(pd.DataFrame({"overrides": chosen}), seeds)


def check_shared(requests: list[Request]) -> None:
    """Refuse settings that differ between jobs although all runs of a multirun share one."""
    for name in (*NO_MATTER, "keep"):
        values = list(dict.fromkeys(brief(request.config[name]) for request in requests))
        if len(values) > 1:
            raise BadInput(
                f"{name} is given several values ({', '.join(values)}); all runs of --multirun "
                f"share one"
            )


def multirun(overrides: list[str], console: Console) -> int:
    """Run every combination with every seed; each is checked before the first runs.

    Writes a sweep's folder, prints a row for each combination; the exit code.
    """
    combined = combinations([o for o in overrides if not is_hydras(o)])
    refuse_too_many(len(request_of(combined[0], console).seeds), len(combined))
    asked = Asked.of(combined, [request_of(job, console) for job in combined])
    size, base, folder = size_of_all(asked.requests), asked.requests[0], asked.folder()
    command = shlex.join(["localism-sim", "--multirun", *overrides])
    request = Request({**base.config, "name": "multirun"}, command, console)
    if base.config["dry_run"]:
        state = request.look(folder, asked.jobs.identity(), True, asked.config)
        if state == "begun":
            request.sweep_of(asked.jobs, folder, asked.config).check_begun()
        return foresee(request, size, [announced(asked.requests)], folder, state)
    results_folder(str(folder), "")
    with request.claim:
        return carry_out(asked, request, size, folder, overrides)


def carry_out(
    asked: Asked, request: Request, size: Size, folder: Path, overrides: list[str]
) -> int:
    """Run what is missing in a folder that this command has claimed; the exit code."""
    jobs, config = asked.jobs, asked.config
    whole = request.take(folder, jobs.identity(), True, asked=config)
    if whole and is_finished(folder, Sweep(folder, jobs, config=config).description()):
        request.say("Nothing to do: this was finished before")
        show(report_of(asked.combined, folder), folder, request)
        return 0
    say_size(request, size, folder)
    with request.sweep(jobs, folder, config) as sweep:
        if launched_by_hydra([o for o in overrides if is_hydras(o)]):
            sweep.begin()
            lost = launch(overrides, folder, list(sweep.known))
            sweep.look_again()
            if lost:
                sweep.notices.append(
                    f"a job of the launcher did not end well ({lost}); what is missing is done here"
                )
        asked.run(sweep)
    report = report_of(asked.combined, folder)
    write(report, folder, request.command)
    if not sweep.failures:
        request.claim.finish()
    show(report, folder, request)
    return request.report_failures(sweep, folder)


def is_hydras(override: str) -> bool:
    """Whether an override is about Hydra itself, not about a run."""
    return override.lstrip("+~").startswith("hydra")


def size_of_all(requests: list[Request]) -> Size:
    """What all combinations need together."""
    parts = tuple(planned(each, [each.scenario], len(each.seeds), each.months) for each in requests)
    most = max(requests, key=lambda each: len(each.seeds))
    scale = max(requests, key=lambda each: int(each.places.citizens.sum())).places.scale
    workers = most.config["workers"] or processors()
    return Size(parts, workers, sweep=True, seeds=len(most.seeds), scale=scale)


def announced(requests: list[Request]) -> Paragraph:
    """How many combinations."""
    return Paragraph((strong("Multirun"), f": {counted(len(requests), 'combination')}"))


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
    from hydra.errors import HydraException

    register()
    with tempfile.TemporaryDirectory(
        prefix="localism-sim-jobs-", dir=folder.resolve().parent
    ) as logs:
        (Path(logs) / "finished.json").write_text(json.dumps(finished))
        try:
            run_with(command_of_jobs(overrides, folder, logs), run_job, io.StringIO())
        except (HydraException, ImportError, SystemExit) as error:
            # Hydra prints an error and then exits
            cause = error.__context__ if isinstance(error, SystemExit) else error
            reason = "Hydra refused it"
            if isinstance(cause, Exception):
                reason = first_line(cause).rstrip(".")
            if (Path(logs) / BEGUN).exists():
                return reason
            raise BadInput(
                f"hydra/launcher: {reason}. Launchers: basic, and with the extra [cluster] "
                f"{', '.join(LAUNCHERS[1:])}"
            ) from None
    return ""


def command_of_jobs(overrides: list[str], folder: Path, logs: str) -> list[str]:
    """The command line with which Hydra hands out jobs that leave their runs in `folder` and all
    else in `logs`.
    """
    return [
        "localism-sim",
        "--multirun",
        *(readable(override) for override in overrides),
        f"hydra.sweep.dir={quoted(logs)}",
        "hydra.sweep.subdir=${hydra.job.num}",
        f"+hydra.job.env_set.LOCALISM_SIM_PARTS={quoted(str(folder.resolve()))}",
        f"+hydra.job.env_set.LOCALISM_SIM_FINISHED={quoted(f'{logs}/finished.json')}",
    ]


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
    jobs = Combinations({text: simulation}, simulation.outcomes, simulation.keep)
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


def report_of(combined: list[list[str]], folder: Path) -> Report:
    """Every combination set against the first, from the runs in the folder."""
    runs = pd.read_parquet(folder / "runs.parquet")
    settings = {label(job): dict(override.split("=", 1) for override in job) for job in combined}
    return combinations_report(runs, settings)


def show(report: Report, folder: Path, request: Request) -> None:
    """Print a row for each combination with its differences from the first."""
    print_blocks(report.short, request.console)
    rows = Paragraph(
        (
            "All six outcomes: ",
            strong(str(folder / "summary.md")),
            "; every run: ",
            strong(str(folder / "runs.parquet")),
        )
    )
    print_blocks([rows], request.console)
