"""Files that a user names: read whole, or refused in one sentence before anything runs."""

from __future__ import annotations

import stat
from pathlib import Path

from .parameters import BadInput, brief


def read_given(path: Path, setting: str, largest: int, what: str) -> bytes:
    """The bytes of a regular file of at most `largest` bytes, else `BadInput` that names the setting, such as 'places.path', and the file.

    A device or a pipe is refused: reading it might never end.
    """
    given = f"{setting} = {brief(str(path))}"
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            raise BadInput(f"{given} is a folder; {what} is needed")
        if not stat.S_ISREG(found.st_mode):
            raise BadInput(f"{given} is not a regular file; {what} is needed")
        if found.st_size > largest:
            raise BadInput(f"{given} is larger than {largest // 1_000_000} MB; {what} is needed")
        return path.read_bytes()
    except BadInput:
        raise
    except FileNotFoundError:
        raise BadInput(f"{given}: there is no such file") from None
    except PermissionError:
        raise BadInput(f"{given} may not be read: permission denied") from None
    except (OSError, ValueError) as error:
        raise BadInput(f"{given} cannot be read: {getattr(error, 'strerror', None) or error}") from None
