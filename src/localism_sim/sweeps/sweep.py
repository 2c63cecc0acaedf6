"""A sweep: many runs that lose nothing, whatever happens to one of them, to a worker, to the disk
or to the power.

    with Sweep(folder, Simulation((scenario,), places, 120)) as sweep:
        table = sweep.run(points, seeds=range(10))

Runs that are finished are never repeated: the same call on the same folder goes on where the last
one ended, and the final tables do not depend on where that was, nor on executor, workers or chunks.
"""

from __future__ import annotations

import contextlib
import datetime
import itertools
import json
import shlex
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from .. import __version__
from ..foundation.checks import whole_number
from ..foundation.errors import BadInput, Stopped
from ..foundation.files import quoted, read_json
from ..foundation.folders import MANIFEST, differences, file_checksum, mark_of
from ..foundation.machine import check_fits
from ..model.scenario import LARGEST_SEED
from ..model.version import model_version
from .executors import check_width, checked_executor
from .handing_out import Queue, WorkerPool
from .question import Point, Question, Simulation, digest, plain_value
from .store import Store, versions
from .worker import DONE, NOT_RUN, Finished, Task

BYTES_A_RUN = 2_000
"""Memory that a sweep uses for each run until it ends: point, key, outcomes, and how it ended."""


@dataclass
class Sweep:
    """Evaluates points x seeds and keeps every finished run in `folder`.

    question: what to evaluate. executor: `local`, `ray` or `dask`; workers: how many at once
    (default all cores); address: of a cluster. timeout: seconds a run may take. chunk: runs handed
    out at a time. fail_fast: stop at the first run that does not end well. accept_changes: go on
    although code, configuration or versions differ from those that began. config, command: what the
    user asked, for the manifest. progress: called with (done, failed, planned).

    After the block the folder holds the final tables, the ledger and the manifest; `notices` tells
    what was found amiss and mended, `failures` which runs did not end well, `computed` how many
    were evaluated now.
    """

    folder: Path
    question: Question
    executor: str = "local"
    workers: int | None = None
    address: str | None = None
    timeout: float | None = None
    chunk: int | None = None
    fail_fast: bool = False
    accept_changes: bool = False
    config: dict[str, Any] = field(default_factory=dict)
    command: str = ""
    progress: Callable[[int, int, int], None] | None = None

    def __post_init__(self):
        checked_executor(self.executor)
        check_width(self.workers, self.chunk, self.timeout, self.address is None)
        self.store = Store(Path(self.folder))
        self.points: list[pd.DataFrame] = []
        self.tasks: list[Task] = []
        self.keys: list[str] = []
        self.of_point: list[int] = []
        self.ended: dict[int, Finished] = {}
        self.computed = 0
        self.pool = WorkerPool(
            self.executor,
            self.question,
            self.workers,
            self.timeout,
            self.address,
            self.interrupted,
        )

    @property
    def notices(self) -> list[str]:
        """What was wrong and repaired, in plain words."""
        return self.store.notices

    def __enter__(self) -> Sweep:
        self.store.__enter__()
        try:
            before = self.store.manifest()
            if before is not None:
                self.compare(before)
            elif mark_of(Path(self.folder)).get("sweep") is False:
                raise BadInput(
                    f"{self.folder} holds results of another kind of job; give another folder"
                )
            self.look_again()
            self.before = before
        except BaseException:
            self.store.__exit__()
            raise
        return self

    def look_again(self) -> None:
        """Read every undamaged part in the folder."""
        self.known = self.store.finished_runs(self.question.outcomes, self.question.keep)

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        self.pool.stop()
        try:
            if kind is None:
                self.finish()
            elif self.points:
                # the disk may be full; the error that ended the sweep is reported anyway
                with contextlib.suppress(OSError):
                    self.store.write_frame("ledger.parquet", self.ledger(self.planned()))
        finally:
            self.store.__exit__()

    def description(self) -> dict[str, Any]:
        """What is compared when the same command is run again."""
        return {"config": self.config, "question": self.question.identity(), "versions": versions()}

    def check_begun(self) -> None:
        """Raise `BadInput` where entering would, without locking or writing anything."""
        before = self.store.manifest()
        if before is not None:
            self.compare(before)

    def compare(self, before: dict[str, Any]) -> None:
        """List what changed since the folder was begun; raise `BadInput` unless changes are
        accepted.
        """
        now = self.description()
        changed = []
        for part, title in (
            ("config", "configuration"),
            ("question", "model, places or months"),
            ("versions", "versions"),
        ):
            then, today = before.get(part) or {}, plain(now[part])
            changed += [f"{title}: {change}" for change in differences(then, today)]
        if changed and not self.accept_changes:
            raise BadInput(
                f"{self.folder} was begun with other settings ({'; '.join(changed)}). Give another "
                f"results_dir, or accept_changes=true to go on "
                "here: runs that the change does not touch are kept"
            )
        self.notices.extend(f"changed since this folder was begun: {change}" for change in changed)

    def run(self, points: pd.DataFrame, seeds: Sequence[int]) -> pd.DataFrame:
        """Evaluate every point (a row each) with every seed.

        Returns a row a point and seed, in that order: `point` (row number in `points`), `seed`,
        `status`, the outcomes (NaN where a run did not end well). May be called again, with more
        points or more seeds.
        """
        for name, given in (("seeds", len(seeds)), ("points", len(points))):
            if not given:
                raise BadInput(f"{name} = [] is not allowed; allowed: one or more")
        first = len(self.tasks)
        start = sum(len(earlier) for earlier in self.points)
        check_fits(
            len(points) * len(seeds),
            BYTES_A_RUN,
            f"runs ({len(points):,} points x {len(seeds):,} seeds)",
            "give fewer seeds or a smaller design",
        )
        rows = points.to_dict("records")
        for seed in seeds:
            whole_number("seeds", seed, 0, LARGEST_SEED)
        seeds = [int(seed) for seed in seeds]
        self.keys += self.checked_keys(rows, seeds)
        self.tasks += [
            Task(first + number, point, seed)
            for number, (point, seed) in enumerate(itertools.product(rows, seeds))
        ]
        self.of_point += [start + number for number in range(len(rows)) for _ in seeds]
        self.points.append(points.reset_index(drop=True))
        self.begin()
        self.do([task for task in self.tasks[first:] if self.keys[task.number] not in self.known])
        return self.table(first, len(points), seeds)

    def checked_keys(self, rows: list[Point], seeds: list[int]) -> list[str]:
        """The key of every point and seed; `BadInput` names the first point that is not allowed."""
        identity = self.question.identity()
        keys: list[str] = []
        for number, point in enumerate(rows):
            try:
                self.question.check(point, seeds[0])
                full = self.question.full(point)
            except BadInput as error:
                raise BadInput(f"point {number}: {error}") from None
            keys += keys_of(identity, full, seeds)
        return keys

    def key(self, point: Point, seed: int) -> str:
        """The key of a run: a hash of everything its answer depends on."""
        return keys_of(self.question.identity(), self.question.full(point), [int(seed)])[0]

    def begin(self) -> None:
        """Write the manifest before the first run, so that it describes even a sweep that is killed
        at once.
        """
        if self.before is None:
            self.before = {**plain(self.description()), **self.origin(), "finished": None}
            try:
                self.store.write_manifest(self.before)
            except OSError as error:
                raise self.cannot_write(error) from None

    def origin(self) -> dict[str, Any]:
        """Who made this, when, and how to make it again."""
        scenarios = {}
        if isinstance(self.question, Simulation):
            scenarios = {
                s.name: {
                    "title": s.title,
                    "parameters": s.parameters.as_dict(),
                    "timeline": {m: dict(c) for m, c in s.timeline},
                    "variants": list(s.variants),
                }
                for s in self.question.scenarios
            }
        return {
            "made_by": f"localism_sim {__version__}",
            "model": model_version(),
            "begun": datetime.datetime.now().isoformat(timespec="seconds"),
            "command": self.command,
            "repeat_all": self.command,
            "repeat_one": self.repeat(None),
            "directory": str(Path.cwd()),
            "scenarios": scenarios,
        }

    def repeat(self, number: int | None) -> str:
        """The command that repeats a run."""
        folder = quoted(str(Path(self.folder).resolve()))
        return (
            f"localism-sim experiment=repeat {shlex.quote(f'experiment.folder={folder}')} "
            f"experiment.run={'<run>' if number is None else number}"
        )

    def interrupted(self, reason: str) -> Stopped:
        """The error to raise when nothing is left that evaluates runs."""
        return Stopped(
            f"{reason}. {len(self.known):,} runs are kept in {self.folder}; the same command goes "
            f"on from there"
        )

    def do(self, tasks: list[Task]) -> None:
        """Run tasks. Afterwards each is in `known` (done) or in `ended` (any other result)."""
        planned, failed = len(self.tasks), 0
        done, queue = planned - len(tasks), Queue(self.pool, deque(tasks), self.chunk)
        while not queue.is_empty:
            queue.hand_out()
            results = queue.results()
            self.keep(results)
            bad = [result for result in results if result.status != DONE]
            done, failed = done + len(results) - len(bad), failed + len(bad)
            if bad and self.fail_fast:
                raise Stopped(
                    f"run {bad[0].number} {bad[0].status}: {bad[0].error}. fail_fast=true stops "
                    f"here; repeat it with: {self.repeat(bad[0].number)}"
                )
            if self.progress is not None:
                self.progress(done, failed, planned)

    def keep(self, results: list[Finished]) -> None:
        """Store finished runs, and remember how the others ended."""
        self.ended.update((result.number, result) for result in results if result.status != DONE)
        done = [
            (self.keys[result.number], result.answer)
            for result in results
            if result.status == DONE and result.answer is not None
        ]
        if not done:
            return
        try:
            values = self.store.add_answers(done, self.question.outcomes, self.question.keep)
        except OSError as error:
            raise self.cannot_write(error) from None
        self.known.update(zip((key for key, _ in done), values))
        self.computed += len(done)

    def table(self, first: int, count: int, seeds: list[int]) -> pd.DataFrame:
        """The results of the tasks from `first` on, with points numbered from 0."""
        nothing = np.full(len(self.question.outcomes), np.nan)
        tasks = self.tasks[first : first + count * len(seeds)]
        values = np.array(
            [self.known.get(self.keys[task.number], nothing) for task in tasks]
        ).reshape(len(tasks), -1)
        table = pd.DataFrame(values, columns=list(self.question.outcomes))
        table.insert(
            0,
            "status",
            [
                DONE if self.keys[task.number] in self.known else self.ended[task.number].status
                for task in tasks
            ],
        )
        table.insert(0, "seed", [task.seed for task in tasks])
        table.insert(0, "point", np.repeat(np.arange(count), len(seeds)))
        return table

    @property
    def failures(self) -> list[Finished]:
        """Runs that failed, timed out, or could not be evaluated."""
        return [
            self.ended[number]
            for number in sorted(self.ended)
            if self.keys[number] not in self.known
        ]

    def planned(self) -> pd.DataFrame:
        """All planned runs, each once: run, key, point, seed and the columns of the design."""
        design = pd.concat(self.points, ignore_index=True) if self.points else pd.DataFrame()
        table = pd.DataFrame(
            {
                "run": np.arange(len(self.tasks)),
                "key": self.keys,
                "point": self.of_point,
                "seed": [task.seed for task in self.tasks],
            }
        )
        return table.join(design.iloc[self.of_point].reset_index(drop=True)).drop_duplicates(
            "key", ignore_index=True
        )

    def ledger(self, plan: pd.DataFrame) -> pd.DataFrame:
        """How every planned run ended, with the command that repeats it."""
        done = [key in self.known for key in plan["key"]]
        ended = [self.ended.get(number) for number in plan["run"]]
        return plan.assign(
            status=[
                DONE if well else end.status if end else NOT_RUN for well, end in zip(done, ended)
            ],
            error=["" if well or not end else end.error for well, end in zip(done, ended)],
            repeat=[self.repeat(number) for number in plan["run"]],
        )

    def finish(self) -> None:
        """Write the final tables, the ledger and the manifest."""
        plan = self.planned()
        ledger = self.ledger(plan)
        try:
            finished = self.write_tables(plan, ledger)
            self.store.write_manifest(
                {
                    **plain(self.description()),
                    **self.origin(),
                    "begun": (self.before or {}).get("begun"),
                    "counts": {
                        k: int(count) for k, count in ledger["status"].value_counts().items()
                    },
                    "finished": finished if not self.failures else None,
                    "earlier": self.earlier(),
                }
            )
        except OSError as error:
            raise self.cannot_write(error) from None

    def write_tables(self, plan: pd.DataFrame, ledger: pd.DataFrame) -> dict[str, str]:
        """Write the final tables; returns the checksum of each file by name."""
        done = plan["key"].isin(self.known)
        runs, design = plan[done].reset_index(drop=True), plan.columns[4:]
        names = list(self.question.outcomes)
        values = np.array([self.known[key] for key in runs["key"]]).reshape(len(runs), len(names))
        settings, outcomes = (
            self.question.settings(runs[design]),
            pd.DataFrame(values, columns=names),
        )
        table = pd.concat([runs[["point", "seed"]], settings, outcomes], axis=1)
        histories = {
            f"{kind}.parquet": self.store.write_history(kind, runs[["key", "point", "seed"]])
            for kind in self.question.keep
        }
        return {
            **histories,
            "runs.parquet": self.store.write_frame("runs.parquet", table),
            "ledger.parquet": self.store.write_frame("ledger.parquet", ledger),
        }

    def earlier(self) -> list[dict[str, Any]]:
        """Other settings with which this folder was run before, oldest first."""
        before, now = self.before or {}, self.description()
        earlier = [*before.get("earlier", [])]
        if before and plain(now) != {name: before.get(name) for name in now}:
            earlier.append({name: before.get(name) for name in (*now, "begun", "command")})
        return earlier

    def cannot_write(self, error: OSError) -> Stopped:
        """The error to raise when the disk refuses."""
        return Stopped(
            f"cannot write to {self.folder}: {error.strerror or error}. All {len(self.known):,} "
            f"runs kept so far are whole; make room and give the "
            "same command again"
        )


def keys_of(identity: dict[str, Any], point: dict[str, Any], seeds: list[int]) -> list[str]:
    """The keys of a question's runs at one point, given in full, one for each seed."""
    base = digest({**identity, "point": point})
    return [digest([base, seed]) for seed in seeds]


def plain(content: Any) -> Any:
    """The content as it is after a round trip through JSON, so that what is compared is what was
    written.
    """
    return json.loads(json.dumps(content, default=plain_value))


def is_finished(folder: Path, description: dict[str, Any]) -> bool:
    """Whether a folder holds the finished sweep with this description, with every final table
    undamaged.
    """
    try:
        manifest = read_json(folder / MANIFEST)
        same = all(manifest.get(name) == value for name, value in plain(description).items())
        return (
            same
            and bool(manifest["finished"])
            and all(
                file_checksum(folder / name) == mark for name, mark in manifest["finished"].items()
            )
        )
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        return False
