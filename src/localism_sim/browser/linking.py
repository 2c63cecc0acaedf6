"""Turns a WebAssembly object file into a module that a browser can load.

LLVM's object file already has final indices; it only lacks a section that exports functions by
name. The names and indices are in its custom section `linking` (WebAssembly tool conventions,
"Object file linking"); custom sections are then left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

MAGIC = 8
"""Bytes of the magic number and version with which a module begins."""
CUSTOM, EXPORT, ELEMENT = 0, 7, 9
SYMBOL_TABLE = 8
FUNCTION, DATA, SECTION = 0, 1, 3
UNDEFINED, EXPLICIT_NAME = 0x10, 0x40


def read_number(content: bytes, at: int) -> tuple[int, int]:
    """An unsigned number in LEB128 and the position after it."""
    value = shift = 0
    while True:
        byte = content[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at


def number(value: int) -> bytes:
    """An unsigned number as LEB128."""
    written = bytearray()
    while value > 127:
        written.append(value & 127 | 128)
        value >>= 7
    return bytes([*written, value])


def read_name(content: bytes, at: int) -> tuple[str, int]:
    """A name and the position after it."""
    length, at = read_number(content, at)
    return content[at : at + length].decode(), at + length


def sections(module: bytes) -> Iterator[tuple[int, bytes]]:
    """Kind and content of each section."""
    at = MAGIC
    while at < len(module):
        kind = module[at]
        size, at = read_number(module, at + 1)
        yield kind, module[at : at + size]
        at += size


def symbols(table: bytes) -> Iterator[tuple[str, int]]:
    """Name and index of each function that a symbol table defines."""
    count, at = read_number(table, 0)
    for _ in range(count):
        kind = table[at]
        flags, at = read_number(table, at + 1)
        if kind == DATA:
            _, at = read_name(table, at)
            for _ in range(0 if flags & UNDEFINED else 3):
                _, at = read_number(table, at)
        elif kind == SECTION:
            _, at = read_number(table, at)
        else:
            index, at = read_number(table, at)
            if not flags & UNDEFINED or flags & EXPLICIT_NAME:
                name, at = read_name(table, at)
                if kind == FUNCTION and not flags & UNDEFINED:
                    yield name, index


def functions(module: bytes) -> dict[str, int]:
    """The functions that an object file defines, by name."""
    for kind, content in sections(module):
        name, at = read_name(content, 0) if kind == CUSTOM else ("", 0)
        if name != "linking":
            continue
        _, at = read_number(content, at)
        while at < len(content):
            part = content[at]
            size, at = read_number(content, at + 1)
            if part == SYMBOL_TABLE:
                return dict(symbols(content[at : at + size]))
            at += size
    return {}


def section(kind: int, content: bytes) -> bytes:
    """A section in its binary form."""
    return bytes([kind]) + number(len(content)) + content


def linked(object_file: bytes, names: Iterable[str]) -> bytes:
    """The module that exports the named functions. Raises KeyError for one that is not defined."""
    known = functions(object_file)
    exports = [
        number(len(name.encode())) + name.encode() + b"\0" + number(known[name]) for name in names
    ]
    exported = section(EXPORT, number(len(exports)) + b"".join(exports))
    module, written = bytearray(object_file[:MAGIC]), False
    for kind, content in sections(object_file):
        if kind == CUSTOM:
            continue
        if kind >= ELEMENT - 1 and not written:
            module += exported
            written = True
        module += section(kind, content)
    return bytes(module)
