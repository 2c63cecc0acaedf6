"""What a study is, and how it is made: its runs through the project's own sweep, its small table,
its figures and its page.

A study is a folder `experiments/<name>/` with a file `study.py` that holds one subclass of `Study`
and an instance of it called `STUDY`. Making it leaves

    results/<name>-<mark>/             every run, so that a second making repeats none (the mark
    stands for model, places, months and versions)
    results/reference/<name>.csv       the small table from which figures and finding are made;
    committed, and a test remakes a slice of it
    experiments/<name>/*.png           figures
    experiments/<name>/README.md       question, command, how to read it, finding; hand-written text
    below the generated part is kept
"""

from __future__ import annotations

import importlib
import inspect
import itertools
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from rich.console import Console

from localism_sim.foundation.files import whole_file, write_text
from localism_sim.foundation.progress import sweep_bar
from localism_sim.model.outcomes import setting_column
from localism_sim.model.places import Places
from localism_sim.model.scenario import Scenario
from localism_sim.report.figures.style import save
from localism_sim.sweeps.question import Question, Simulation, default_scenario, digest
from localism_sim.sweeps.store import versions
from localism_sim.sweeps.sweep import Sweep
from localism_sim.sweeps.worker import DONE

HERE = Path(__file__).parent
REFERENCE = HERE.parent / "results" / "reference"
PAGE = re.compile(r"<!-- generated: study -->\n.*?<!-- end -->\n", re.DOTALL)
Drawing = Callable[[pd.DataFrame], Figure]
Kept = Mapping[str, pd.DataFrame]


class Study(ABC):
    """One question and how it is answered.

    title, question, design, reading: plain words: what it is about; what is asked; what varies,
    where, and why so; how to read the figures. takes: how long it takes on two cores. intervals:
    what the brackets in the finding hold. seeds: every point is run with each (paired), unless
    `seeds_at` says otherwise. months: length of a run. keep: monthly tables to keep, of `history`
    and `by_place`. keys: columns that name a row of the table. slice: numbers of the points that a
    test runs again, with `slice_seeds` (all, if empty); the table of these runs alone must hold
    rows of the whole table. dear: whether the slice takes long, so that only the slow tests run it.
    drawings: functions of the table that return a figure; the first line
    of their docstring says what is seen.
    """

    title: str
    question: str
    design: str
    reading: str
    takes: str
    intervals: str = (
        "the 95% interval over paired seeds, and the effect in standard deviations between runs "
        "(Glass's delta)"
    )
    seeds: Sequence[int] = range(20)
    months: int = 120
    keep: tuple[str, ...] = ()
    keys: tuple[str, ...]
    slice: Sequence[int]
    slice_seeds: Sequence[int] = ()
    drawings: tuple[Drawing, ...]
    dear: bool = False

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.folder.name

    @property
    def folder(self) -> Path:
        """Where the study, its figures and its page stand."""
        return Path(inspect.getfile(type(self))).parent

    def places(self) -> Places:
        """Where."""
        return Places.england()

    def scenarios(self) -> tuple[Scenario, ...]:
        """The ground on which points change parameters; a point's column `scenario` names one of
        these.
        """
        return (default_scenario(),)

    def ask(self) -> Question:
        """What is asked at each point with each seed."""
        return Simulation(self.scenarios(), self.places(), self.months, self.keep)

    @abstractmethod
    def points(self) -> pd.DataFrame:
        """The design: a row a point, a column a parameter (and `scenario`)."""

    def seeds_at(self, number: int) -> Sequence[int]:
        """Seeds of a point, by its number; a study whose points cost unlike much gives the dear
        ones the first few of `seeds`.
        """
        return self.seeds

    @abstractmethod
    def table(self, runs: pd.DataFrame, kept: Kept) -> pd.DataFrame:
        """The small table (up to some hundred rows). runs: a row a run: point, seed, the design's
        columns (named by `setting_column`: the parameter trust is `trust_setting`), the outcomes.
        kept: monthly tables by name, with point and seed.
        """

    @abstractmethod
    def finding(self, table: pd.DataFrame) -> list[str]:
        """The answer in sentences, each number computed from the table."""

    def numbers(self, table: pd.DataFrame) -> str:
        """Tables in Markdown that follow the figures on the page; none by default."""
        return ""


def study_names() -> list[str]:
    """Folders that hold a study."""
    return sorted(path.parent.name for path in HERE.glob("*/study.py"))


def load(name: str) -> Study:
    """A study by its name."""
    return importlib.import_module(f"experiments.{name}.study").STUDY


def parts(study: Study) -> Iterator[tuple[pd.DataFrame, Sequence[int]]]:
    """The design cut where the seeds change: points one after the other with the same seeds, and
    these seeds.
    """
    points = study.points()
    for seeds, numbers in itertools.groupby(
        range(len(points)), lambda number: tuple(study.seeds_at(number))
    ):
        yield points.iloc[list(numbers)], seeds


def run_all(study: Study, console: Console) -> tuple[pd.DataFrame, Kept]:
    """Every run of a study, those of earlier makings read from the disk."""
    ask = study.ask()
    folder = HERE.parent / "results" / f"{study.name}-{digest([ask.identity(), versions()])[:6]}"
    with sweep_bar(console) as progress:
        sweep = Sweep(folder, ask, command=f"python -m experiments {study.name}", progress=progress)
        with sweep:
            found = [(points.index[0], sweep.run(points, seeds)) for points, seeds in parts(study)]
    runs = pd.concat(
        [part.assign(point=part["point"] + first) for first, part in found], ignore_index=True
    )
    if sweep.failures:
        first = sweep.failures[0].error
        raise SystemExit(
            f"{study.name}: {len(sweep.failures)} of {len(runs)} runs did not end well; first: "
            f"{first}; see {folder}/ledger.parquet"
        )
    kept = {kind: pd.read_parquet(folder / f"{kind}.parquet") for kind in ask.keep}
    return with_settings(runs[runs["status"] == DONE].drop(columns="status"), study.points()), kept


def run_slice(study: Study) -> tuple[pd.DataFrame, Kept]:
    """The runs of a study's slice, in this process and kept nowhere."""
    ask, points = study.ask(), study.points()
    rows: list[dict[str, Any]] = []
    kept: dict[str, list[pd.DataFrame]] = {kind: [] for kind in ask.keep}
    for number in study.slice:
        for seed in study.slice_seeds or study.seeds_at(number):
            answer = ask.answer(points.iloc[number].to_dict(), seed)
            rows.append({"point": number, "seed": seed, **dict(zip(ask.outcomes, answer.outcomes))})
            for kind, frames in kept.items():
                frames.append(answer.tables[kind].assign(point=number, seed=seed))
    return with_settings(pd.DataFrame(rows), points), {
        kind: pd.concat(frames, ignore_index=True) for kind, frames in kept.items()
    }


def with_settings(runs: pd.DataFrame, points: pd.DataFrame) -> pd.DataFrame:
    """Runs with their design's columns after point and seed."""
    settings = (
        points.rename(columns=setting_column).iloc[runs["point"].to_numpy()].set_index(runs.index)
    )
    return pd.concat(
        [runs[["point", "seed"]], settings, runs.drop(columns=["point", "seed"])], axis=1
    )


def make(study: Study, console: Console) -> None:
    """Run what is not run yet; write table, figures and page."""
    runs, kept = run_all(study, console)
    with whole_file(REFERENCE / f"{study.name}.csv") as temporary:
        study.table(runs, kept).to_csv(temporary, index=False, lineterminator="\n")
    show(study, console)


def show(study: Study, console: Console) -> None:
    """Write figures and page from the committed table, and say the finding."""
    table = reference(study)
    for draw in study.drawings:
        save(draw(table), study.folder / draw.__name__, (".png",))
    path = study.folder / "README.md"
    write_text(page(study, table, path.read_text(encoding="utf-8") if path.exists() else ""), path)
    for sentence in study.finding(table):
        console.print(f"- {sentence}", highlight=False, soft_wrap=True, emoji=False)
    console.print(
        f"Page and figures: {study.folder.relative_to(HERE.parent)}/README.md",
        highlight=False,
        soft_wrap=True,
    )


def reference(study: Study) -> pd.DataFrame:
    """The committed table, exactly as it was written."""
    return pd.read_csv(
        REFERENCE / f"{study.name}.csv",
        keep_default_na=False,
        na_values=["", "nan"],
    )


def page(study: Study, table: pd.DataFrame, before: str) -> str:
    """The study's page; what stands outside the generated part of the page before is kept."""
    points = study.points()
    figures = "\n\n".join(
        f"![{' '.join((inspect.getdoc(draw) or '').partition('\n\n')[0].split())}]"
        f"({draw.__name__}.png)"
        for draw in study.drawings
    )
    counts = [len(study.seeds_at(number)) for number in range(len(points))]
    seeds = (
        f"x {counts[0]}" if min(counts) == max(counts) else f"with {min(counts)} to {max(counts)}"
    )
    size = (
        f"{len(points):,} points {seeds} paired seeds = {sum(counts):,} runs of {study.months} "
        f"months; {study.takes}"
    )
    text = "\n\n".join(
        (
            f"<!-- generated: study -->\n# {study.title}",
            f"**Question.** {study.question}",
            f"```bash\npython -m experiments {study.name}\n```",
            f"**Design.** {study.design} {size[0].upper()}{size[1:]}.",
            f"**How to read it.** {study.reading} In brackets: {study.intervals}.",
            "**Finding.**",
            "\n".join(f"- {sentence}" for sentence in study.finding(table)),
            figures,
            *filter(None, [study.numbers(table)]),
            f"Table: [results/reference/{study.name}.csv]"
            f"(../../results/reference/{study.name}.csv)\n<!-- end -->\n",
        )
    )
    return PAGE.sub(lambda _: text, before) if PAGE.search(before) else text


def index(text: str) -> str:
    """The page of all studies with its list made anew."""
    rows = [
        f"| [{load(name).title}]({name}/) | {load(name).question} | `python -m experiments {name}` "
        f"|"
        for name in study_names()
    ]
    listed = "\n".join(
        (
            "<!-- generated: study -->",
            "| study | question | command |",
            "|---|---|---|",
            *rows,
            "<!-- end -->\n",
        )
    )
    return PAGE.sub(lambda _: listed, text)


def write_index() -> None:
    """Rewrite the list in experiments/README.md."""
    path = HERE / "README.md"
    write_text(index(path.read_text(encoding="utf-8")), path)


def differing(first: pd.DataFrame, other: pd.DataFrame) -> list[str]:
    """Columns in which two tables of the same rows differ."""
    return [
        name
        for name in first
        if not (
            np.array_equal(first[name].to_numpy(float), other[name].to_numpy(float), equal_nan=True)
            if pd.api.types.is_numeric_dtype(first[name])
            else list(first[name].astype(str)) == list(other[name].astype(str))
        )
    ]
