"""Compiled functions kept on disk between runs: in a folder that only this user can write, and
checked before they are used.

Compiled code is loaded by unpickling, so whoever can write a file of it can run code as this user,
and a file that was cut short would stop every command. Each file therefore begins with a checksum
and must belong to this user; what fails either test is compiled again, and one line says so.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import multiprocessing
import os
import pickle
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from .numba_internals import as_bytes, compiler_settings, from_parts

MARK = b"localism-sim compiled code 1\n"
KEPT_VERSIONS = 8
MAKERS = ("by_address.py", "column_type.py", "numba_internals.py")
"""Files of this folder that decide what machine code the same function becomes."""
_said: set[str] = set()


def say_once(line: str) -> None:
    """Print a line on standard error, once, and only from the process that the user started."""
    if line not in _said and multiprocessing.parent_process() is None:
        print(f"localism-sim: {line}", file=sys.stderr, flush=True)
    _said.add(line)


def belongs_to_user(status: os.stat_result) -> bool:
    """Whether a file or folder belongs to this user and nobody else may write it."""
    if not hasattr(os, "getuid"):
        return True  # Windows: folders of a user's profile are private
    return status.st_uid == os.getuid() and not status.st_mode & 0o022


def usual_roots() -> list[Path]:
    """Folders in which compiled code may be kept, in order of preference: `LOCALISM_SIM_CACHE`,
    then the user's cache folder.

    An empty setting counts as unset. A folder that all users share is never used.
    """
    own = os.environ.get("LOCALISM_SIM_CACHE", "").strip()
    caches = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(caches):
        caches = os.path.join(os.path.expanduser("~"), ".cache")
    roots = [Path(own).expanduser().absolute()] if own else []
    return roots + ([Path(caches) / "localism_sim"] if os.path.isabs(caches) else [])


def private_folder(roots: Iterable[Path], name: str) -> Path | None:
    """The folder `name` below the first of `roots` where only this user can write; None if there is
    no such place.
    """
    for root in roots:
        folder = root / name
        try:
            root.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.mkdir(mode=0o700, exist_ok=True)
            status = folder.lstat()
            if not stat.S_ISDIR(status.st_mode):
                continue
            if hasattr(os, "getuid") and status.st_uid != os.getuid():
                continue
            folder.chmod(0o700)
            with tempfile.TemporaryFile(dir=folder):
                pass
            os.utime(folder)
        except OSError:
            continue
        return folder
    return None


@functools.cache
def made_by() -> str:
    """A digest of the files that decide how code is made."""
    digest = hashlib.sha256()
    for name in MAKERS:
        digest.update(Path(__file__).with_name(name).read_bytes())
    return digest.hexdigest()


def clear_old(folder: Path, kept: int = KEPT_VERSIONS) -> None:
    """Remove the folders of older versions beside `folder`, except the `kept` most recent."""

    def age(path: Path) -> float:
        try:
            return path.stat().st_mtime
        except OSError:
            return 0.0

    stem = folder.name.partition("-")[0]
    for path in sorted(folder.parent.glob(f"{stem}-*"), key=age, reverse=True)[kept:]:
        shutil.rmtree(path, ignore_errors=True)


def damaged(path: Path) -> None:
    """Remove a damaged file of compiled code and say so."""
    say_once(f"compiled code in {path.parent} was damaged; compiling it again")
    with contextlib.suppress(OSError):
        path.unlink()


def read_checked(path: Path) -> bytes | None:
    """The bytes kept in a file; None if the file is missing or cannot be trusted."""
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
    except FileNotFoundError:
        return None
    except OSError:
        damaged(path)
        return None
    with os.fdopen(handle, "rb") as file:
        status = os.fstat(handle)
        content = file.read() if stat.S_ISREG(status.st_mode) else b""
    payload = content[len(MARK) + 32 :]
    if belongs_to_user(status) and content == MARK + hashlib.sha256(payload).digest() + payload:
        return payload
    damaged(path)
    return None


def write_checked(path: Path, payload: bytes) -> None:
    """Write bytes to a file completely or not at all. If the disk is full or the folder has gone,
    nothing is kept and nothing fails.
    """
    try:
        handle, name = tempfile.mkstemp(dir=path.parent)  # readable by this user alone
    except OSError:
        return
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(MARK + hashlib.sha256(payload).digest() + payload)
        os.replace(name, path)
    except OSError:
        Path(name).unlink(missing_ok=True)


class CodeOnDisk:
    """Keeps the compiled forms of one function on disk, in place of Numba's own cache.

    folder: named after the version of everything that is compiled, so its contents are never stale.
    label: distinguishes functions that have the same name.
    """

    def __init__(self, function, folder: Path, label: str = ""):
        self.cache_path = str(folder)
        self.folder, self.name = folder, function.__qualname__
        self.key = (function.__module__, function.__qualname__, label, sys.version)

    def path(self, signature, codegen) -> Path:
        """The file of one compiled form; its name encodes everything that decides how it is
        compiled.
        """
        whole = repr(
            (self.key, str(signature), codegen.magic_tuple(), compiler_settings(), made_by())
        )
        return self.folder / f"{self.name}-{hashlib.sha256(whole.encode()).hexdigest()[:20]}.code"

    def load_overload(self, signature, target_context):
        """The compiled form of one signature, if it was kept."""
        target_context.refresh()
        payload = read_checked(self.path(signature, target_context.codegen()))
        if payload is None:
            return None
        return from_parts(target_context, pickle.loads(payload))

    def save_overload(self, signature, result) -> None:
        """Keep the compiled form of one signature."""
        if any(not loop.can_cache for loop in result.lifted) or result.library.has_dynamic_globals:
            return
        write_checked(self.path(signature, result.codegen), as_bytes(result))

    def flush(self) -> None:
        """Does nothing: a form that is compiled again replaces the one kept."""
