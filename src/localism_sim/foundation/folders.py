"""A folder of results is held by one job at a time, and a mark in it tells which files are the
job's own.

The same rule holds for every kind of job. It writes only into a folder that is new, empty or its
own. Finished results are replaced only if the user asks for it. Files that an earlier run of the
job wrote and the new one does not are removed. A file that no job wrote is never touched. The mark
(`job.json`) holds what was asked and the checksum of every file, so that a deleted or damaged file
is noticed and made again.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import socket
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from .errors import BadInput, brief
from .files import RECORDERS, read_json, write_text

MARK = "job.json"
JOURNAL = ".job.files"
"""Lists the files that a job writes, each before it exists; removed once the mark is written."""
JOB_LOCK, JOB_HOLDER = ".job.lock", ".job.json"
"""The lock of a job on its folder, and the note of who holds it."""
SWEEP_LOCK, SWEEP_HOLDER = ".lock", ".writer.json"
"""The same for the runs of a sweep."""
PARTS = "parts"
"""The folder in which a sweep keeps finished runs; each part is named after its checksum."""
MANIFEST = "manifest.json"
SWEEP_TABLES = ("runs.parquet", "ledger.parquet", "history.parquet", "by_place.parquet")
LEFT_HALF = re.compile(r"\..+\.\d+\.tmp(\.\w+)?")
"""Matches the names of unfinished files that `whole_file` leaves if its process is killed."""
PART = re.compile(r"[0-9a-f]{32}\.(parquet|damaged|other)")


def checksum(content: bytes | memoryview) -> str:
    """SHA-256, shortened to 128 bits: names a part and reveals damage."""
    return hashlib.sha256(content).hexdigest()[:32]


def file_checksum(path: Path) -> str:
    """Checksum of a file's content."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:32]


class FolderLock:
    """A lock on a folder and a note of who holds it, in two files. The lock is released when its
    process ends, however it ends.
    """

    def __init__(self, folder: Path, name: str, note: str):
        self.folder, self.note = folder, folder / note
        self.lock = FileLock(folder / name)

    def acquire(self) -> str:
        """Take the lock. Returns a description of a previous holder that never released it, or an
        empty string. Raises `BadInput` if another process holds the lock.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self.lock.acquire(timeout=0)
            for stray in strays(self.folder):
                stray.unlink(missing_ok=True)
            left = self.holder() if self.note.exists() else ""
            write_text(
                json.dumps({"process": os.getpid(), "host": socket.gethostname()}), self.note
            )
        except Timeout:
            raise BadInput(
                f"results folder {self.folder} is in use by {self.holder()}; wait for it, or give "
                f"another results_dir"
            ) from None
        except OSError as error:
            self.lock.release()
            raise BadInput(
                f"results folder {self.folder} cannot be written: {error.strerror or error}; mend "
                f"that and give the same command again, or give another results_dir"
            ) from None
        return left

    def release(self) -> None:
        """Release the lock."""
        with contextlib.suppress(OSError):
            self.note.unlink(missing_ok=True)
        self.lock.release()

    def holder(self) -> str:
        """A description of the last process that wrote here."""
        try:
            who = read_json(self.note)
            return f"process {who['process']} on {who['host']}"
        except (OSError, ValueError, KeyError, TypeError):
            return "another process"  # unreadable or damaged: that there is one is all that matters


def strays(folder: Path) -> list[Path]:
    """Unfinished files of a killed process in a folder and below it, but for subfolders that a job
    or a sweep of their own may be writing to.
    """
    found: list[Path] = []
    try:
        inside = list(folder.iterdir())
    except OSError:
        return found
    for path in inside:
        if path.is_dir() and not path.is_symlink():
            if not any((path / name).exists() for name in (MARK, JOB_LOCK, SWEEP_LOCK)):
                found += strays(path)
        elif LEFT_HALF.fullmatch(path.name):
            found.append(path)
    return found


def new_folder(wanted: Path) -> Path:
    """A folder that does not exist yet: the one wanted, or the same name followed by -2, -3, ..."""
    wanted.parent.mkdir(parents=True, exist_ok=True)
    number = 1
    while True:
        path = wanted if number == 1 else wanted.with_name(f"{wanted.name}-{number}")
        try:
            path.mkdir(exist_ok=False)
            return path
        except FileExistsError:
            number += 1


def differences(then: Mapping[str, Any], now: Mapping[str, Any], below: str = "") -> list[str]:
    """What changed between two nested mappings: a text for each entry, with its full name."""
    found = []
    for name in dict.fromkeys([*then, *now]):
        one, other = then.get(name), now.get(name)
        if isinstance(one, Mapping) and isinstance(other, Mapping):
            found += differences(one, other, f"{below}{name}.")
        elif one != other:
            found.append(f"{below}{name} was {brief(one)}, is {brief(other)}{why(name)}")
    return found


def why(name: str) -> str:
    """Where the user reads what changed, for an entry that is only a version."""
    if name != "model":
        return ""
    return ": the model's rules or data have changed since, see 'Changed results' in CHANGELOG.md"


class Claim:
    """The folder that a job writes to. Use it with `with`: the lock is released at the end of the
    block.
    """

    def __init__(self) -> None:
        self.folder = Path()
        self.taken = self.sweep = False
        self.asked: dict[str, Any] = {}
        self.before: dict[str, Any] = {}
        self.left: set[str] = set()
        self.written: set[str] = set()
        self.held = contextlib.ExitStack()

    def __enter__(self) -> Claim:
        return self

    def __exit__(self, *_: object) -> None:
        self.held.close()
        self.taken = False

    def take(self, folder: Path, asked: dict[str, Any], sweep: bool, overwrite: bool) -> None:
        """Hold the folder for what is asked (plain values); raises `BadInput` if that is not
        allowed.

        sweep: the job keeps its runs one by one and, where it finds a sweep, itself compares what
        was asked before. overwrite: first remove what an earlier job left in the folder.
        """
        lock = FolderLock(folder, JOB_LOCK, JOB_HOLDER)
        lock.acquire()
        self.held.callback(lock.release)
        self.folder, self.asked, self.sweep, self.taken = folder, asked, sweep, True
        self.before, self.left = mark_of(folder), journal_of(folder)
        if overwrite and (self.before or holds_sweep(folder)):
            remove_own(folder, self.before, self.left)
            self.before, self.left = {}, set()
        elif not (sweep and holds_sweep(folder)):
            self.refuse()
        if not self.before:
            self.write({}, finished=False)
        RECORDERS.append(self.record)
        self.held.callback(RECORDERS.remove, self.record)

    def look(self, folder: Path, asked: dict[str, Any], sweep: bool, overwrite: bool) -> str:
        """What `take` would find, with the folder left as it is: `new`, `begun`, `finished` (the
        same question) or `replaced`. Raises `BadInput` where `take` would.
        """
        if not folder.is_dir():
            return "new"
        self.folder, self.asked, self.before = folder, asked, mark_of(folder)
        known = bool(self.before) or holds_sweep(folder)
        if overwrite and known:
            return "replaced"
        if not (sweep and holds_sweep(folder)):
            self.refuse()
        if self.before.get("finished") and not differences(self.before["asked"], asked):
            return "finished"
        return "begun" if known else "new"

    def refuse(self) -> None:
        """Raise `BadInput` if the folder holds anything but results of the same question."""
        if self.before:
            changed = differences(self.before.get("asked") or {}, self.asked)
            if changed:
                state = "the finished" if self.before.get("finished") else "unfinished"
                raise BadInput(
                    f"{self.folder} holds {state} results of another question "
                    f"({'; '.join(changed)}). Give another results_dir, or overwrite=true to "
                    f"replace them"
                )
            return
        names = sorted(path.name for path in self.folder.iterdir() if path.name[0] != ".")
        if holds_sweep(self.folder):
            raise BadInput(
                f"{self.folder} holds a sweep. Give another results_dir, or overwrite=true to "
                f"replace it"
            )
        if names:
            raise BadInput(
                f"results_dir = {brief(str(self.folder))} holds files that no job of localism-sim "
                f"wrote ({brief(names[0])}{', ...' if len(names) > 1 else ''}); give a new or an "
                f"empty folder"
            )

    def record(self, path: Path) -> None:
        """Note a file that is about to be written, unless its name already proves its content or it
        is only temporary. A file of that name that was changed since the job wrote it is renamed.
        """
        if path.is_relative_to(self.folder):
            inside = path.relative_to(self.folder)
            if path.name[0] != "." and PARTS not in inside.parts and path.name != MARK:
                name = inside.as_posix()
                if name not in self.written:
                    known = self.before.get("files", {})
                    if name in known and name not in self.left:
                        set_aside(path, known[name])
                    with open(self.folder / JOURNAL, "a", encoding="utf-8") as journal:
                        journal.write(name + "\n")
                self.written.add(name)

    def write(
        self, files: Mapping[str, str], finished: bool, added: Mapping[str, str] | None = None
    ) -> None:
        """Write the mark. added: files made from the results later."""
        content = {
            "asked": self.asked,
            "sweep": self.sweep,
            "finished": finished,
            "files": dict(sorted(files.items())),
            "added": dict(added or {}),
        }
        write_text(json.dumps(content, indent=1) + "\n", self.folder / MARK)

    def is_whole(self, leave_out: Collection[str] = ()) -> bool:
        """Whether the folder holds finished results of the same question with every file as it was
        written. leave_out: folders below it that are not checked. A file that was changed since is
        renamed, because it is made again.
        """
        if not self.before.get("finished") or differences(self.before["asked"], self.asked):
            return False
        found = [
            set_aside(self.folder / name, mark)
            for name, mark in self.before["files"].items()
            if Path(name).parts[0] not in leave_out
        ]
        return all(found)

    def finish(self) -> None:
        """Write the finished mark, and remove files of an earlier question or a stopped attempt
        that were not written again.
        """
        if not self.taken:
            return
        files = {
            name: file_checksum(self.folder / name)
            for name in self.written
            if (self.folder / name).is_file()
        }
        earlier = {
            name: mark
            for name, mark in self.before.get("files", {}).items()
            if name not in files and state(self.folder / name, mark) == "same"
        }
        stale = self.left - set(files) - set(earlier)
        if differences(self.before.get("asked", self.asked), self.asked):
            stale, earlier = stale | set(earlier), {}
        for name in stale:
            remove_file(self.folder / name)
        self.write({**earlier, **files}, finished=True, added=self.before.get("added", {}))
        (self.folder / JOURNAL).unlink(missing_ok=True)


def make_room(folder: Path, names: Collection[str]) -> None:
    """Before files that are made from finished results are written: rename those of the same names
    that are not as they were written.
    """
    added = mark_of(folder).get("added", {})
    for name in names:
        set_aside(folder / name, added.get(name, ""))


def add_files(folder: Path, names: Collection[str]) -> None:
    """Add files that were made from finished results to the folder's mark: they are removed
    together with the results, which count as complete without them.
    """
    lock = FolderLock(folder, JOB_LOCK, JOB_HOLDER)
    lock.acquire()
    try:
        mark = mark_of(folder)
        mark["added"] = {name: file_checksum(folder / name) for name in sorted(names)}
        write_text(json.dumps(mark, indent=1) + "\n", folder / MARK)
    finally:
        lock.release()


def state(path: Path, mark: str) -> str:
    """`same`, `changed` or `gone`."""
    try:
        return "same" if file_checksum(path) == mark else "changed"
    except OSError:
        return "gone"


def mark_of(folder: Path) -> dict[str, Any]:
    """The content of a folder's mark; empty if there is none or it cannot be read. A name that
    leads out of the folder is left out.
    """
    try:
        found = read_json(folder / MARK)
    except (OSError, ValueError):
        return {}
    if not isinstance(found, dict) or not isinstance(found.get("files"), dict):
        return {}
    for kind in ("files", "added"):
        named = found.get(kind)
        named = named if isinstance(named, dict) else {}
        inside = within(folder, named)
        found[kind] = {name: str(mark) for name, mark in named.items() if name in inside}
    return found


def journal_of(folder: Path) -> set[str]:
    """Names of the files that an unfinished job was writing, but for those that lead out of the
    folder.
    """
    try:
        return within(folder, (folder / JOURNAL).read_text(encoding="utf-8").splitlines())
    except (OSError, ValueError):
        return set()


def within(folder: Path, names: Iterable[str]) -> set[str]:
    """Those of the names that stand for something inside the folder."""
    whole, found = folder.resolve(), set()
    for name in names:
        with contextlib.suppress(OSError, ValueError, RuntimeError):  # no name of a file at all
            if whole in (folder / name).resolve().parents:
                found.add(name)
    return found


def set_aside(path: Path, mark: str) -> bool:
    """Whether a file is as it was written; a file that was changed is renamed."""
    found = state(path, mark)
    if found == "changed" and path.is_file():
        path.replace(unused(path.with_name(f"{path.name}.changed")))
    return found == "same"


def unused(wanted: Path) -> Path:
    """The path wanted, or the same name followed by -2, -3, ... if there is such a file."""
    path, number = wanted, 1
    while path.exists() or path.is_symlink():
        number += 1
        path = wanted.with_name(f"{wanted.name}-{number}")
    return path


def holds_sweep(folder: Path) -> bool:
    """Whether a folder holds runs that were kept one by one. A `manifest.json` alone does not tell:
    other programs have files of that name.
    """
    return bool(manifest_of(folder)) or (
        (folder / MANIFEST).is_file() and (folder / PARTS / "runs").is_dir()
    )


def manifest_of(folder: Path) -> dict[str, Any]:
    """The manifest of a sweep; empty if there is none or it cannot be read."""
    try:
        found = read_json(folder / MANIFEST)
    except (OSError, ValueError):
        return {}
    whole = isinstance(found, dict) and all(
        isinstance(found.get(part), dict) for part in ("config", "question", "versions")
    )
    return found if whole else {}


def remove_own(folder: Path, mark: Mapping[str, Any], left: Collection[str]) -> None:
    """Remove what a job wrote into a folder: files in its mark that are unchanged, unfinished
    files, and the runs of its sweeps. Everything else stays.

    mark, left: as `mark_of` and `journal_of` give them.
    """
    noted = {**mark.get("files", {}), **mark.get("added", {})}
    sweeps = own_sweeps_below(folder, {*noted, *left})
    if mark.get("sweep") or holds_sweep(folder):
        sweeps.append(folder)
    finished = {sweep: manifest_of(sweep).get("finished") for sweep in sweeps}
    emptied = {folder / name for name in (*noted, *left)}
    for name, written in noted.items():
        if set_aside(folder / name, written):
            (folder / name).unlink()
    for name in left:
        remove_file(folder / name)
    for sweep, tables in finished.items():
        for part in sweep.glob(f"{PARTS}/*/*"):
            if PART.fullmatch(part.name):
                part.unlink()
                emptied.add(part)
        for name in SWEEP_TABLES:
            written = tables.get(name) if isinstance(tables, dict) else None
            if written is None or set_aside(sweep / name, written):
                remove_file(sweep / name)
        remove_file(sweep / MANIFEST)
        if sweep != folder:
            for name in (SWEEP_LOCK, SWEEP_HOLDER):
                remove_file(sweep / name)
    for name in (MARK, JOURNAL):
        remove_file(folder / name)
    above = {parent for path in emptied for parent in path.parents if folder in parent.parents}
    for path in sorted(above, reverse=True):
        with contextlib.suppress(OSError):  # what is not empty holds a file that stays
            path.rmdir()


def own_sweeps_below(folder: Path, names: Iterable[str]) -> list[Path]:
    """The folders of the sweeps that a job keeps below its own, by the names of the files it wrote;
    a subfolder with a mark has been given to another job since.
    """
    found = {(folder / name).parent for name in names if Path(name).name == MANIFEST} - {folder}
    return sorted(path for path in found if not (path / MARK).exists())


def remove_file(path: Path) -> None:
    """Remove a file if it is there; never a folder."""
    if path.is_file() or path.is_symlink():
        path.unlink()
