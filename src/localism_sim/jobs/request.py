"""What a user asked for, checked before anything runs, and the folder in which it is answered."""

from __future__ import annotations

import datetime
import functools
import json
import re
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
from rich.console import Console
from rich.markup import escape

from ..analysis.comparison import FIRST_MONTH
from ..evidence.posterior import Rates, posterior_draws
from ..foundation.checks import checked_flag
from ..foundation.errors import BadInput, brief
from ..foundation.files import read_json, results_folder, results_path
from ..foundation.folders import MANIFEST, Claim
from ..model.first_model import BEHAVIOURS
from ..model.own_area import places_from_config
from ..model.places import DEFAULT_SCALE, Places
from ..model.scenario import LARGEST_SEED, Scenario, checked_run, load_scenario, schedule
from ..model.variant import checked_variants
from ..sweeps.executors import check_width, checked_executor
from ..sweeps.question import BEHAVIOUR, CENTRE, DRAWN, Simulation, default_scenario, digest
from ..sweeps.store import versions
from ..sweeps.sweep import Sweep, is_finished, plain
from .catalogue import EXPERIMENTS, checked_experiment
from .inputs import at_home, checksums, seen_from, with_paths

MOST_SEEDS = 1_000_000
USUAL_START = "{:04d}-{:02d}".format(*FIRST_MONTH)
USUAL_PLACES: dict[str, Any] = {
    "kind": "england",
    "scale": DEFAULT_SCALE,
    **dict.fromkeys(("count", "path", "only", "alone", "sheet")),
}
"""Which places are simulated, and at what scale (residents for each simulated citizen), if nothing
is given.
"""


def seeds_from(value: Any) -> list[int]:
    """Seeds 0..n-1 from a number, or the list given."""
    if isinstance(value, int) and not isinstance(value, bool):
        if not 1 <= value <= MOST_SEEDS:
            raise BadInput(
                f"seeds = {value} is not allowed; allowed: a whole number from 1, or a list such "
                f"as [1,5,9]"
            )
        return list(range(value))
    if (
        isinstance(value, list)
        and value
        and all(
            isinstance(seed, int) and not isinstance(seed, bool) and 0 <= seed <= LARGEST_SEED
            for seed in value
        )
    ):
        if len(set(value)) != len(value):
            raise BadInput(f"seeds = {value} holds a seed twice; pairs need each seed once")
        return value
    raise BadInput(
        f"seeds = {value!r} is not allowed; allowed: a whole number from 1, or a list such as "
        f"[1,5,9] of whole numbers up to {LARGEST_SEED}"
    )


shared_places = functools.lru_cache(maxsize=8)(places_from_config)
"""Places that many requests share are made once."""


def start_from(value: Any) -> tuple[int, int]:
    """Year and month (1 to 12) of the first month, from a text such as '2026-04'."""
    found = re.fullmatch(r"(\d{4})-(\d{2})", value) if isinstance(value, str) else None
    if found is None or not 1 <= int(found[2]) <= 12 or int(found[1]) < 1:
        raise BadInput(
            f"start = {brief(value)} is not allowed; allowed: a year and a month such as 2026-04"
        )
    return int(found[1]), int(found[2])


def behaviour_of(given: Any) -> dict[str, Any]:
    """What a set of rates and rules sets; `BadInput` for one that there is not. With `posterior`
    each seed draws its own rates.
    """
    allowed = (*BEHAVIOURS, DRAWN)
    if not isinstance(given, str) or given not in allowed:
        raise BadInput(f"behaviour = {brief(given)} is not allowed; allowed: {', '.join(allowed)}")
    return dict(BEHAVIOURS.get(given, {}))


@dataclass(frozen=True)
class Request:
    """What a user asked for in plain values (`config`), with the command that asked it. compose:
    makes such values from a list of overrides, as the command line does.
    """

    config: dict[str, Any]
    command: str
    console: Console
    claim: Claim = field(default_factory=Claim, compare=False)
    """The folder that answers this, once it is taken."""
    compose: Callable[[list[str]], dict[str, Any]] | None = None

    @classmethod
    def from_config(
        cls,
        config: dict[str, Any],
        command: str,
        console: Console,
        compose: Callable[[list[str]], dict[str, Any]] | None = None,
    ) -> Request:
        """Check all that does not depend on the experiment; raises `BadInput`. `~` in a path is
        written out.
        """
        config = with_paths(config, at_home)
        checked_experiment((config["experiment"] or {}).get("kind"))
        checked_run(0, config["months"])
        checked_executor(config["executor"])
        check_width(
            config["workers"],
            config["chunk"],
            config["timeout"],
            config["executor_address"] is None,
        )
        for name in ("fail_fast", "accept_changes", "overwrite", "dry_run"):
            checked_flag(name, config[name])
        request = cls(config, command, console, compose=compose)
        request.seeds, request.places, request.changes, request.rates, request.start  # noqa: B018 - each refuses bad input when first read
        return request

    @property
    def kind(self) -> str:
        """The experiment's name."""
        return self.config["experiment"]["kind"]

    @property
    def months(self) -> int:
        """Months to run."""
        return self.config["months"]

    @functools.cached_property
    def options(self) -> dict[str, Any]:
        """The experiment's own options."""
        return {
            name: self.config["experiment"].get(name) for name in EXPERIMENTS[self.kind].options
        }

    @functools.cached_property
    def seeds(self) -> list[int]:
        """Seeds as given, else as many as the experiment usually takes."""
        given = self.config["seeds"]
        return seeds_from(EXPERIMENTS[self.kind].seeds if given is None else given)

    @functools.cached_property
    def start(self) -> tuple[int, int]:
        """Year and month of the first month, where the answer tells months by the calendar."""
        given = self.config.get("start", USUAL_START)
        found = start_from(given)
        if given != USUAL_START and not EXPERIMENTS[self.kind].calendar:
            raise BadInput(
                f"start = {given} is not allowed with experiment={self.kind}, whose answer has no "
                f"calendar"
            )
        return found

    @functools.cached_property
    def places(self) -> Places:
        """The places that are simulated, made once for requests that share them."""
        chosen = self.config["places"]
        for name, value in chosen.items():
            if isinstance(value, dict) or (isinstance(value, list) and name != "only"):
                raise BadInput(f"places.{name} = {brief(value)} is not allowed; give one value")
        scale = 1 if self.kind == "england" else chosen["scale"]
        named = chosen["only"]
        if isinstance(named, str):
            named = [named]
        if named is not None and not isinstance(named, list):
            raise BadInput(
                f"places.only = {brief(named)} is not allowed; allowed: names of places, such as "
                f"[Manchester,Salford]"
            )
        only = None if named is None else tuple(str(name) for name in named)
        made = places_from_config if chosen["path"] is not None else shared_places
        sheet = None if chosen["sheet"] is None else str(chosen["sheet"])
        return made(
            chosen["kind"], scale, chosen["count"], chosen["path"], only, chosen["alone"], sheet
        )

    @functools.cached_property
    def changes(self) -> dict[str, Any]:
        """Parameters, and rival rules (`variants`), set on the command line, by themselves or by
        `behaviour`.
        """
        changes = behaviour_of(self.config.get("behaviour", "default")) | {
            name: value for name, value in self.config["parameters"].items() if value is not None
        }
        if self.config.get("variants") is not None:
            changes["variants"] = [v.name for v in checked_variants(self.config["variants"])]
        default_scenario().with_parameters(**changes)
        return changes

    @functools.cached_property
    def rates(self) -> Rates | None:
        """With `behaviour=posterior` the shipped draws of the rates, but for those set on the
        command line; each seed takes one.
        """
        if self.config.get("behaviour", CENTRE) != DRAWN:
            return None
        experiment = EXPERIMENTS[self.kind]
        if not experiment.draws:
            raise BadInput(
                f"behaviour = {DRAWN} is not allowed with experiment={self.kind}, "
                "which sets its rates itself; leave it out"
            )
        if len(self.seeds) < 2:
            raise BadInput(
                f"behaviour = {DRAWN} with seeds = {len(self.seeds)} is one draw of the rates; "
                "give two seeds or more, each takes its own"
            )
        return Rates.of(posterior_draws(), self.changes)

    @functools.cached_property
    def scenario(self) -> Scenario:
        """The ground of a sweep: the scenario given, else all defaults, with the parameters set on
        the command line.
        """
        base = (
            load_scenario(self.config["scenario"])
            if self.config["scenario"] is not None
            else default_scenario()
        )
        scenario = base.with_parameters(**self.changes)
        schedule(scenario.parameters, scenario.timeline, self.months)
        return scenario

    def simulation(self, *scenarios: Scenario) -> Simulation:
        """The model on this request's places and months."""
        keep = [] if self.config["keep"] is None else self.config["keep"]
        if not isinstance(keep, list):
            raise BadInput(
                f"keep = {keep!r} is not allowed; allowed: a list such as [history,by_place]"
            )
        return Simulation(
            scenarios or (self.scenario,), self.places, self.months, tuple(keep), rates=self.rates
        )

    def simulation_of(self, overrides: list[str], directory: str = "") -> Simulation:
        """What the settings of one combination of a multirun evaluate; raises `BadInput`.
        directory: the working directory in which they were given.
        """
        if self.compose is None:
            raise BadInput("a run of a multirun can be repeated from the command line only")
        config = with_paths(self.compose(overrides), seen_from(directory))
        one = Request.from_config(config, "", Console(quiet=True), self.compose)
        return one.simulation(one.scenario)

    def asked(self) -> dict[str, Any]:
        """What was asked, without what cannot change an answer: how many workers, which executor,
        which folder.
        """
        asked = {
            name: self.config[name]
            for name in ("scenario", "parameters", "places", "months", "keep", "experiment")
        }
        asked["parameters"] = self.changes
        asked["seeds"] = self.seeds
        asked["inputs"] = self.inputs
        if self.rates is not None:
            asked[BEHAVIOUR] = DRAWN
        return json.loads(json.dumps(asked))

    @functools.cached_property
    def inputs(self) -> dict[str, str]:
        """Checksums of what stands in the files that the settings name; places have their own."""
        named = [self.config["scenario"], self.options.get("against")]
        given = [name for name in named if isinstance(name, (str, Path)) and name]
        return checksums(given, self.options.get("vary"))

    def take(
        self,
        folder: Path,
        question: dict[str, Any],
        sweep: bool,
        leave_out: Collection[str] = (),
        asked: dict[str, Any] | None = None,
    ) -> bool:
        """Hold the folder until the job ends; whether it has all of the answer already. question:
        what the answer depends on beside what was `asked`. leave_out: folders below that are not
        looked at.
        """
        described = {**(asked or self.asked()), "question": question, "versions": versions()}
        if not self.claim.taken:
            self.claim.take(folder, plain(described), sweep, self.config["overwrite"])
        return self.claim.is_whole(leave_out)

    def look(
        self,
        folder: Path,
        question: dict[str, Any],
        sweep: bool,
        asked: dict[str, Any] | None = None,
    ) -> str:
        """What `take` would find in the folder, which is left as it is: `new`, `begun`, `finished`
        or `replaced`; raises `BadInput` where it would.
        """
        described = {**(asked or self.asked()), "question": question, "versions": versions()}
        return self.claim.look(folder, plain(described), sweep, self.config["overwrite"])

    def begun(self, identity: dict[str, Any]) -> Path | None:
        """The folder in which the same question was begun before: the one given, or one named by
        experiment and date; None if there is none.
        """
        if self.config["results_dir"]:
            folder = results_path(self.config["results_dir"], "")
            return folder if folder.is_dir() else None
        return max(Path("results").glob(f"{self.name}-*-{self.mark(identity)}"), default=None)

    @property
    def name(self) -> str:
        """What folders of results are called."""
        return self.config.get("name") or self.kind

    def mark(self, identity: dict[str, Any]) -> str:
        """Six characters that tell this question from others."""
        return digest([self.asked(), identity])[:6]

    def folder(self, identity: dict[str, Any]) -> Path:
        """The folder given, else the one in which the same question was begun, else a new one named
        by experiment and date.
        """
        if self.config["results_dir"]:
            return results_folder(self.config["results_dir"], "")
        begun = self.begun(identity)
        if begun is None:
            other = [
                path
                for path in sorted(Path("results").glob(f"{self.name}-*"))
                if begun_with(path, self.asked())
            ]
            if other:
                self.say(
                    f"{other[-1]} asked the same of another version of the model or its places; "
                    f"starting afresh"
                )
        return results_folder(str(self.path(identity)), "")

    def path(self, identity: dict[str, Any]) -> Path:
        """The same folder, which is neither made nor touched."""
        default = f"{self.name}-{datetime.date.today()}-{self.mark(identity)}"
        return self.begun(identity) or results_path(self.config["results_dir"] or None, default)

    def say(self, text: str) -> None:
        """A line to the user."""
        self.console.print(text, highlight=False, soft_wrap=True)

    @contextmanager
    def sweep(
        self, question: Any, folder: Path, asked: dict[str, Any] | None = None
    ) -> Iterator[Sweep]:
        """A sweep as the command line asked for it, with a progress bar and, if it is stopped, a
        line that says how to go on. `asked`: `asked()` by default.
        """
        from ..foundation.progress import sweep_bar

        with sweep_bar(self.console) as progress:
            sweep = self.sweep_of(question, folder, asked)
            sweep.progress = progress
            try:
                with sweep:
                    yield sweep
            except KeyboardInterrupt:
                self.say(
                    f"stopped: {len(sweep.known):,} of {len(sweep.tasks):,} runs are kept in "
                    f"{folder}; the same command goes on from there"
                )
                raise
            finally:
                for notice in sweep.notices:
                    self.say(f"note: {notice}")

    def sweep_of(self, question: Any, folder: Path, asked: dict[str, Any] | None = None) -> Sweep:
        """The sweep that was asked for, not begun yet. `asked`: `asked()` by default."""
        config = self.config
        return Sweep(
            folder,
            question,
            config["executor"],
            config["workers"],
            config["executor_address"],
            config["timeout"],
            config["chunk"],
            config["fail_fast"],
            config["accept_changes"],
            self.asked() if asked is None else asked,
            self.command,
        )

    def answered(self, question: Any, folder: Path, leave_out: Collection[str] = ()) -> bool:
        """Whether the folder, held from now on, has the whole answer already; says so. leave_out:
        folders below that are not looked at.
        """
        if self.take(folder, question.identity(), True, leave_out) and is_finished(
            folder, Sweep(folder, question, config=self.asked()).description()
        ):
            self.nothing_to_do(folder)
            return True
        return False

    def nothing_to_do(self, folder: Path) -> None:
        """Say that the answer is there."""
        self.say(
            f"Nothing to do: this was finished before. Summary, figures and tables: "
            f"[bold]{escape(str(folder))}[/]"
        )

    def report_failures(self, sweep: Sweep, folder: Path) -> int:
        """Say which runs did not end well and how to repeat them; the exit code."""
        if not sweep.failures:
            return 0
        first = sweep.failures[0]
        counts = pd.Series([failure.status for failure in sweep.failures]).value_counts()
        ways = ", ".join(f"{number:,} {status}" for status, number in counts.items())
        self.say(
            f"[bold]{len(sweep.failures):,} of {len(sweep.tasks):,} runs did not end well[/] "
            f"({ways}); all others are kept. "
            f"First: run {first.number}, {first.error}. Repeat it with:\n  "
            f"{sweep.repeat(first.number)}\nAll of them: {folder}/ledger.parquet"
        )
        return 1


def begun_with(folder: Path, asked: dict[str, Any]) -> bool:
    """Whether a folder's manifest holds the same question."""
    try:
        return read_json(folder / MANIFEST)["config"] == asked
    except (OSError, ValueError, KeyError, TypeError):
        return False


Evaluate = Callable[[pd.DataFrame, list[int]], pd.DataFrame]
"""Points x seeds -> a row for each run: how analyses reach the model."""
