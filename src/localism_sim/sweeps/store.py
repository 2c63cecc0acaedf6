"""The folder of a sweep: parts that prove themselves whole, a manifest, a lock.

    results/<name>/
      runs.parquet        a row a finished run: point, seed, every parameter, every outcome
      ledger.parquet      a row a planned run: how it ended, and the command that repeats it
      history.parquet     a row a run and month (only if kept); by_place.parquet likewise, a row a
      run, place and month
      manifest.json       versions, configuration, scenarios, checksums
      parts/<kind>/       what finished so far; each file is named by the checksum of its content

A part is written under a temporary name, flushed to the disk and renamed, so a kill or a power cut
leaves whole files or none; a part whose content does not match its name is set aside and its runs
are done again. Nothing here is ever unpickled.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import json
import platform
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from ..foundation.files import whole_file, write_text
from ..foundation.folders import (
    MANIFEST,
    PARTS,
    SWEEP_HOLDER,
    SWEEP_LOCK,
    FolderLock,
    checksum,
    file_checksum,
    manifest_of,
    unused,
)
from .question import HISTORIES, Answer, plain_value

KINDS = ("runs", *HISTORIES)
PACKAGES = ("numpy", "numba", "pandas", "pyarrow", "scipy", "SALib", "mesa")


def versions() -> dict[str, str]:
    """Everything outside the model that could change a number: Python and the packages that
    compute.
    """
    return {
        "python": platform.python_version(),
        **{name: importlib.metadata.version(name) for name in PACKAGES},
    }


class Store:
    """The folder of a sweep, held by one writer at a time (use `with`).

    `notices` collects, in plain words, what was wrong and repaired.
    """

    def __init__(self, folder: Path):
        self.folder = Path(folder)
        self.notices: list[str] = []
        self.lock = FolderLock(self.folder, SWEEP_LOCK, SWEEP_HOLDER)

    def __enter__(self) -> Store:
        if gone := self.lock.acquire():
            self.notices.append(f"{gone} ended without finishing; going on from what it left")
        return self

    def __exit__(self, *_: object) -> None:
        self.lock.release()

    def add(self, kind: str, table: pa.Table) -> None:
        """Keep a part; it gets its name only once it is completely on the disk."""
        sink = pa.BufferOutputStream()
        pq.write_table(table, sink)
        content = memoryview(sink.getvalue())
        with whole_file(self.folder / PARTS / kind / f"{checksum(content)}.parquet") as temporary:
            temporary.write_bytes(content)

    def add_answers(
        self, answers: list[tuple[str, Answer]], outcomes: tuple[str, ...], keep: tuple[str, ...]
    ) -> np.ndarray:
        """Keep finished runs, given as (key, answer), as one part of each kind. Histories come
        first, so that a run counts as done only if all of it is there. Returns the outcomes, a row
        per run.
        """
        for kind in keep:
            frames = [answer.tables[kind].assign(key=key) for key, answer in answers]
            self.add(
                kind,
                pa.Table.from_pandas(pd.concat(frames, ignore_index=True), preserve_index=False),
            )
        values = np.array([answer.outcomes for _, answer in answers])
        self.add(
            "runs",
            pa.table(
                {
                    "key": [key for key, _ in answers],
                    **{name: values[:, n] for n, name in enumerate(outcomes)},
                }
            ),
        )
        return values

    def parts(self, kind: str) -> Iterator[tuple[Path, pa.Table]]:
        """Every undamaged part of a kind. A damaged part is renamed, and a notice says so."""
        for path in sorted((self.folder / PARTS / kind).glob("*.parquet")):
            try:
                content = path.read_bytes()
                table = (
                    pq.read_table(pa.BufferReader(content))
                    if checksum(content) == path.stem
                    else None
                )
            except (OSError, pa.ArrowException):
                table = None
            if table is not None and "key" in table.column_names:
                yield path, table
            else:
                path.replace(path.with_suffix(".damaged"))
                self.notices.append(
                    f"parts/{kind}/{path.name} is damaged; its runs will be done again"
                )

    def finished_runs(
        self, outcomes: tuple[str, ...], keep: tuple[str, ...]
    ) -> dict[str, np.ndarray]:
        """Outcomes by key, for every run that is complete in all kinds of parts to be kept."""
        found: dict[str, np.ndarray] = {}
        for path, table in self.parts("runs"):
            if table.column_names != ["key", *outcomes] or any(
                not pa.types.is_floating(kind) for kind in table.schema.types[1:]
            ):
                path.replace(path.with_suffix(".other"))
                self.notices.append(
                    f"parts/runs/{path.name} holds other outcomes; its runs will be done again"
                )
                continue
            values = np.column_stack([table[name].to_numpy() for name in outcomes])
            found.update(zip(table["key"].to_pylist(), values))
        for kind in keep:
            kept = {
                key for _, table in self.parts(kind) for key in table["key"].unique().to_pylist()
            }
            found = {key: values for key, values in found.items() if key in kept}
        return found

    def manifest(self) -> dict[str, Any] | None:
        """The manifest, or None; an unreadable manifest is renamed."""
        path = self.folder / MANIFEST
        if not path.exists():
            return None
        if content := manifest_of(self.folder):
            return content
        path.replace(unused(path.with_suffix(".damaged")))
        self.notices.append(
            "manifest.json is damaged and was made anew; the runs prove themselves by their "
            "checksums"
        )
        return None

    def write_manifest(self, content: dict[str, Any]) -> None:
        """Write the manifest, completely or not at all."""
        write_text(
            json.dumps(content, indent=1, default=plain_value) + "\n", self.folder / MANIFEST
        )

    def write_final(self, name: str, table: pa.Table) -> str:
        """Write a final table; returns its checksum."""
        path = self.folder / name
        with whole_file(path) as temporary:
            pq.write_table(table, temporary)
        return file_checksum(path)

    def write_frame(self, name: str, frame: pd.DataFrame) -> str:
        """Write a data frame as a final table; returns its checksum."""
        return self.write_final(name, pa.Table.from_pandas(frame, preserve_index=False))

    def write_history(self, kind: str, runs: pd.DataFrame) -> str:
        """Write the final table of a kind of history, in the order of `runs` (columns key, point,
        seed); returns its checksum. It is written a thousand runs at a time, regardless of the
        parts they are in, so that the same sweep gives the same file.
        """
        holder: dict[str, Path] = {}
        for path, table in self.parts(kind):
            holder.update(dict.fromkeys(table["key"].unique().to_pylist(), path))
        path = self.folder / f"{kind}.parquet"
        with whole_file(path) as temporary, contextlib.ExitStack() as stack:
            writer = None
            for start in range(0, len(runs), 1000):
                block = runs.iloc[start : start + 1000]
                frames = [
                    pq.read_table(part).to_pandas()
                    for part in dict.fromkeys(holder[key] for key in block["key"])
                ]
                rows = pd.concat(frames, ignore_index=True).drop_duplicates(
                    ["key", *[c for c in ("month", "place_id") if c in frames[0]]]
                )
                table = block.merge(rows, on="key", how="left").drop(columns="key")
                arrow = pa.Table.from_pandas(table, preserve_index=False)
                if writer is None:
                    writer = stack.enter_context(pq.ParquetWriter(temporary, arrow.schema))
                writer.write_table(arrow)
            if writer is None:
                pq.write_table(pa.table({}), temporary)
        return file_checksum(path)
