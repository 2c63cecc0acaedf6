"""Hydra's own ways of looking at a configuration: `--cfg`, `--info`, `--hydra-help`, as its users
know them. Nothing runs.
"""

from __future__ import annotations

import argparse
import io
from collections.abc import Sequence
from typing import NoReturn

from ..foundation.errors import BadInput, brief, nearest
from .configuration import check_keys, compose, first_line, readable, register
from .hydra_internals import run_with

KINDS = ("job", "hydra", "all")
TOPICS = ("all", "config", "defaults", "defaults-tree", "plugins", "searchpath")
FLAGS = ("--cfg", "-c", "--info", "-i", "--hydra-help", "--resolve", "--package", "-p")


class Parser(argparse.ArgumentParser):
    """Options whose errors are one line."""

    def error(self, message: str) -> NoReturn:
        raise BadInput(f"{message}; see localism-sim --help")


def options() -> Parser:
    """Hydra's options for looking."""
    parser = Parser(prog="localism-sim", add_help=False, allow_abbrev=False)
    parser.add_argument("--cfg", "-c")
    parser.add_argument("--info", "-i", nargs="?", const="all")
    parser.add_argument("--hydra-help", action="store_true")
    parser.add_argument("--resolve", "-r", action="store_true")
    parser.add_argument("--package", "-p")
    parser.add_argument("--multirun", "-m", action="store_true")
    parser.add_argument("overrides", nargs="*")
    return parser


def asked_for(arguments: Sequence[str]) -> bool:
    """Whether any of the options is given."""
    return any(argument.partition("=")[0] in FLAGS for argument in arguments)


def inspect(arguments: Sequence[str]) -> int:
    """Print what is asked for; the exit code. Raises `BadInput`."""
    given = options().parse_intermixed_args(list(arguments))
    if isinstance(given.info, str) and "=" in given.info:  # `--info name=value`: of all topics
        given.overrides, given.info = [given.info, *given.overrides], "all"
    for flag, value, allowed in (("--cfg", given.cfg, KINDS), ("--info", given.info, TOPICS)):
        if value is not None and value not in allowed:
            raise BadInput(
                f"{flag} {brief(value)} is not allowed; allowed: "
                f"{', '.join(allowed)}.{nearest(value, allowed)}"
            )
    if given.cfg is None and (given.resolve or given.package):
        flag = "--resolve" if given.resolve else "--package"
        raise BadInput(f"{flag} belongs to --cfg; try --cfg job {flag}")
    if given.multirun:
        raise BadInput("--multirun runs; with --cfg, --info or --hydra-help nothing runs")
    check_keys(given.overrides)
    compose(given.overrides)
    if given.cfg is not None:
        flags = ["--cfg", given.cfg, *(["--resolve"] if given.resolve else [])]
        flags += ["--package", given.package] if given.package else []
    elif given.info is not None:
        flags = ["--info", given.info]
    else:
        flags = ["--hydra-help"]
    return shown(flags, given.overrides)


def shown(flags: list[str], overrides: Sequence[str]) -> int:
    """Let Hydra print; its errors as one line."""
    register()
    said = io.StringIO()
    arguments = ["localism-sim", *flags, *map(readable, overrides)]
    try:
        run_with(arguments, lambda _: None, said)
    except SystemExit as error:
        if error.code not in (0, None):
            raise BadInput(f"{flags[0]}: {first_line(Exception(said.getvalue()))}") from None
    return 0
