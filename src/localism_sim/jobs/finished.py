"""Reading a finished folder of results again: its report, its runs and how it was made."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from ..foundation.errors import BadInput, brief
from ..foundation.files import read_json
from ..foundation.folders import MANIFEST, MARK, mark_of, state
from ..model.parameters import FIELDS
from ..report.blocks import Figure, Report
from ..report.stored import FILE, FORMAT, report_from
from ..report.words import sentence
from .catalogue import EXPERIMENTS


@dataclass(frozen=True)
class Finished:
    """The content of a finished folder. command: that made it. seeds: of its runs. version and
    model: of the program and of the model's rules. sweep: whether its runs were kept one by one.
    tables: names of its tables.
    """

    folder: Path
    report: Report
    parts: dict[str, Finished]
    command: str
    seeds: tuple[int, ...]
    version: str
    model: str
    sweep: bool
    tables: tuple[str, ...]

    def picture(self, figure: Figure) -> Path:
        """The file with the picture of a figure of this report, or of one of its parts."""
        if any(figure is own for own in self.report.figures):
            return self.folder / "figures" / f"{figure.name}.png"
        holder = next(part for part in self.parts.values() if part.holds(figure))
        return holder.picture(figure)

    def holds(self, figure: Figure) -> bool:
        """Whether a figure belongs to this report or to one of its parts."""
        return any(figure is own for own in self.report.figures) or any(
            part.holds(figure) for part in self.parts.values()
        )

    def figures(self) -> list[Figure]:
        """All figures except overviews of others."""
        own = [figure for figure in self.report.figures if not figure.repeats]
        return own + [figure for part in self.parts.values() for figure in part.figures()]

    def used(self) -> dict[str, list[float]]:
        """The values of each parameter; empty if the folder does not say."""
        path, runs = self.folder / "config.yaml", self.runs()
        if path.is_file():
            kept = yaml.safe_load(path.read_text(encoding="utf-8")).get("scenarios") or {}
            table = pd.DataFrame([arm["parameters"] for arm in kept.values()])
        else:
            table = runs
        return {name: sorted(table[name].dropna().unique()) for name in FIELDS if name in table}

    def runs(self) -> pd.DataFrame:
        """A row per run; empty if the job has no table of runs."""
        path = self.folder / "runs.parquet"
        return pd.read_parquet(path) if path.is_file() else pd.DataFrame()


def finished(given: str) -> Finished:
    """The results in a folder. Raises `BadInput` if there are none, or if they are unfinished,
    damaged, or from a version that kept no report.
    """
    folder = Path(given).expanduser()
    if not folder.is_dir():
        raise BadInput(f"report {brief(given)}: there is no such folder")
    mark = mark_of(folder)
    if not mark and f"{folder.resolve().name}/{FILE}" in mark_of(folder.parent).get("files", {}):
        return finished(str(folder.parent))  # one outcome's part of what a job wrote
    if not mark:
        raise BadInput(without_mark(folder, given))
    if not mark.get("finished"):
        raise BadInput(
            f"report {brief(given)}: these results are not finished; give the command that made "
            f"them once more, which goes on where it was stopped"
        )
    if FILE not in mark["files"]:
        raise BadInput(
            f"report {brief(given)}: these results are of an older version of localism-sim, which "
            f"kept no report; give the command that made them once more, with overwrite=true"
        )
    for name, written in mark["files"].items():
        if (how := state(folder / name, str(written))) != "same":
            raise BadInput(
                f"report {brief(given)}: {name} {'is missing' if how == 'gone' else 'was changed'} "
                f"since it was written; give the command that made these results once more, which "
                f"mends them"
            )
    return read(folder, mark.get("asked") or {}, bool(mark.get("sweep")), given)


def without_mark(folder: Path, given: str) -> str:
    """Why a folder without a mark has no report."""
    if (folder / MARK).exists():
        return f"report {brief(given)}: its {MARK} is damaged; give the command that made it again"
    if (folder / MANIFEST).is_file():
        return (
            f"report {brief(given)}: a sweep made in Python, which has runs and no report; read "
            f"its runs.parquet, or make it on the command line"
        )
    return (
        f"report {brief(given)}: no job of localism-sim wrote into this folder; allowed: the "
        f"folder that a finished command named in its last line"
    )


def read(folder: Path, asked: dict[str, Any], sweep: bool, given: str) -> Finished:
    """What was written into a folder, and into those of its parts."""
    try:
        kept = read_json(folder / FILE)
        if kept["format"] != FORMAT:
            raise BadInput(
                f"report {brief(given)}: its {FILE} has format {brief(kept['format'])}, allowed: "
                f"{FORMAT}; give the command that made it once more, with overwrite=true"
            )
        parts = {name: read(folder / name, asked, sweep, given) for name in kept["parts"]}
        report = report_from(kept)
        return Finished(
            folder,
            report if report.question else replace(report, question=question_of(asked)),
            parts,
            kept["command"],
            seeds_of(asked.get("seeds")),
            kept["localism_sim"],
            kept["model"],
            sweep,
            tuple(kept["tables"]),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        if isinstance(error, BadInput):
            raise
        raise BadInput(
            f"report {brief(given)}: its {FILE} cannot be read ({type(error).__name__}); give the "
            f"command that made it once more, with overwrite=true"
        ) from None


def question_of(asked: dict[str, Any]) -> str:
    """The question of a kind of experiment, if its report does not state one."""
    kind = str((asked.get("experiment") or {}).get("kind"))
    return sentence(EXPERIMENTS[kind].meaning) if kind in EXPERIMENTS else ""


def seeds_of(asked: Any) -> tuple[int, ...]:
    """All seeds, whether one list was given or, with --multirun, one for each combination."""
    if not isinstance(asked, list):
        return ()
    nested = [seeds_of(each) if isinstance(each, list) else (int(each),) for each in asked]
    return tuple(dict.fromkeys(seed for seeds in nested for seed in seeds))
