"""Reading files that a user names: completely, or refused in one sentence before anything runs."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import yaml

from .errors import BadInput, brief

LARGEST_YAML = 1_000_000
"""In bytes; the largest shipped scenario has 2,000."""


def read_given(path: Path, setting: str, largest: int, what: str) -> bytes:
    """The bytes of a regular file of at most `largest` bytes, else `BadInput` that names the
    setting, such as 'places.path', and the file.

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
        raise BadInput(
            f"{given} cannot be read: {getattr(error, 'strerror', None) or error}"
        ) from None


class StrictLoader(yaml.SafeLoader):
    """Reads safe YAML. Refuses a key that is given twice, such as two values for one month, and
    references, by which a small file can grow without limit.
    """

    def __init__(self, stream):
        super().__init__(stream)
        self.where: dict[int, tuple[str, ...]] = {}
        """What the keys around a node are called, by the node's identity."""

    def compose_node(self, parent, index):
        event = self.peek_event()
        if getattr(event, "anchor", None) is not None:
            raise BadInput(
                f"line {event.start_mark.line + 1}: references (&{event.anchor}, *{event.anchor}) "
                f"are not allowed; write the value out"
            )
        return super().compose_node(parent, index)

    def construct_mapping(self, node, deep=False):
        if isinstance(node, yaml.MappingNode):
            keys = [self.construct_object(key, deep=True) for key, _ in node.value]
            where = self.where.get(id(node), ())
            for key, (_, entry) in zip(keys, node.value):
                named = f"month {brief(key)}" if where == ("timeline",) else brief(key)
                if keys.count(key) > 1:
                    raise BadInput(": ".join([*where, f"{named} is given twice; give one value"]))
                self.where[id(entry)] = (*where, named.strip("'"))
        return super().construct_mapping(node, deep)


def read_yaml_file(path: Path, setting: str) -> Any:
    """The content of the YAML file that `setting` names, as plain values; raises `BadInput`."""
    found = read_given(path, setting, LARGEST_YAML, "a YAML file")
    try:
        return yaml.load(found.decode("utf-8-sig"), Loader=StrictLoader)
    except UnicodeDecodeError:
        raise BadInput(f"{path.name}: not UTF-8 text; save it as plain text in UTF-8") from None
    except BadInput as error:
        raise BadInput(f"{path.name}: {error}") from None
    # PyYAML lets many kinds of error out of its constructors: ValueError, IndexError,
    # RecursionError ...
    except Exception as error:
        raise BadInput(
            f"{path.name}: cannot be read as YAML: "
            f"{' '.join(str(error).split())[:200] or type(error).__name__}"
        ) from None
