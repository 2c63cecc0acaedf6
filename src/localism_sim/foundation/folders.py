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
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from .errors import BadInput, brief
from .files import RECORDERS, read_json, write_text

MARK = "job.json"
JOURNAL = ".job.files"
"""Lists the files that a job writes, each before it exists; removed once the mark is written."""
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
            for stray in (*self.folder.glob(".*.tmp*"), *self.folder.glob("*/**/.*.tmp*")):
                if LEFT_HALF.fullmatch(stray.name):
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
        lock = FolderLock(folder, ".job.lock", ".job.json")
        lock.acquire()
        self.held.callback(lock.release)
        self.folder, self.asked, self.sweep, self.taken = folder, asked, sweep, True
        self.before, self.left = mark_of(folder), journal_of(folder)
        known = bool(self.before) or (folder / MANIFEST).is_file()
        if overwrite and known:
            remove_own(folder, self.before, self.left)
            self.before, self.left = {}, set()
        elif not (sweep and (folder / MANIFEST).is_file()):
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
        known = bool(self.before) or (folder / MANIFEST).is_file()
        if overwrite and known:
            return "replaced"
        if not (sweep and (folder / MANIFEST).is_file()):
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
        if MANIFEST in names:
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
        is only temporary.
        """
        if path.is_relative_to(self.folder):
            inside = path.relative_to(self.folder)
            if path.name[0] != "." and PARTS not in inside.parts and path.name != MARK:
                name = inside.as_posix()
                if name not in self.written:
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
            (self.folder / name).unlink(missing_ok=True)
        self.write({**earlier, **files}, finished=True, added=self.before.get("added", {}))
        (self.folder / JOURNAL).unlink(missing_ok=True)


def add_files(folder: Path, names: Collection[str]) -> None:
    """Add files that were made from finished results to the folder's mark: they are removed
    together with the results, which count as complete without them.
    """
    lock = FolderLock(folder, ".job.lock", ".job.json")
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
    """The content of a folder's mark; empty if there is none or it cannot be read."""
    try:
        found = read_json(folder / MARK)
        return found if isinstance(found, dict) and isinstance(found.get("files"), dict) else {}
    except (OSError, ValueError):
        return {}


def journal_of(folder: Path) -> set[str]:
    """Names of the files that an unfinished job was writing."""
    try:
        return set((folder / JOURNAL).read_text(encoding="utf-8").splitlines())
    except (OSError, ValueError):
        return set()


def set_aside(path: Path, mark: str) -> bool:
    """Whether a file is as it was written; a file that was changed is renamed."""
    found = state(path, mark)
    if found == "changed" and path.is_file():
        path.replace(path.with_name(f"{path.name}.changed"))
    return found == "same"


def remove_own(folder: Path, mark: Mapping[str, Any], left: Collection[str]) -> None:
    """Remove what a job wrote into a folder: files in its mark that are unchanged, unfinished
    files, and the runs of a sweep. Everything else stays.
    """
    for name, written in {**mark.get("files", {}), **mark.get("added", {})}.items():
        if within(folder, name) and set_aside(folder / name, written):
            (folder / name).unlink()
    for name in left:
        if within(folder, name):
            (folder / name).unlink(missing_ok=True)
    for manifest in (folder / MANIFEST, *folder.glob(f"*/{MANIFEST}")):
        for part in manifest.parent.glob(f"{PARTS}/*/*"):
            if PART.fullmatch(part.name):
                part.unlink()
        for name in (MANIFEST, *SWEEP_TABLES):
            (manifest.parent / name).unlink(missing_ok=True)
    for name in (MARK, JOURNAL):
        (folder / name).unlink(missing_ok=True)
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir() and not path.is_symlink():
            with contextlib.suppress(OSError):  # what is not empty holds a file that stays
                path.rmdir()


def within(folder: Path, name: str) -> bool:
    """Whether a name in a mark stays inside the folder."""
    return (folder / name).resolve().is_relative_to(folder.resolve())
