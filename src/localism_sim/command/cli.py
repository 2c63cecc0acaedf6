"""The command line: `localism-sim`, configured by Hydra."""

from __future__ import annotations

import difflib
import errno
import os
import shlex
import sys

from ..foundation import interruption
from ..foundation.errors import BadInput, Stopped, brief
from .configuration import PLACES, check_keys, compose, known_keys
from .help import short_help, whole_help
from .inspection import FLAGS as LOOKING
from .inspection import asked_for, inspect

FLAGS = ("--help", "--help=all", "-h", "--multirun", "-m", "--version", "--completion")


def console():
    """Where to speak: 100 columns wide where nobody watches."""
    from rich.console import Console

    found = Console()
    return found if found.is_terminal else Console(width=100)


def run(overrides: list[str]) -> int:
    """Do what was asked; the exit code."""
    from ..jobs.request import Request
    from ..jobs.running import carry_out

    request = Request.from_config(
        compose(overrides), shlex.join(["localism-sim", *overrides]), console(), compose
    )
    return carry_out(request)


def option_of(flags: list[str]) -> str | None:
    """The one option given, or None; an unknown one is refused."""
    for flag in flags:
        if flag not in FLAGS:
            close = difflib.get_close_matches(flag, (*FLAGS, *LOOKING), 1)
            raise BadInput(
                f"unknown option {brief(flag)}.{f' Did you mean {close[0]}?' if close else ''} "
                f"Options: --help, --help=all, --multirun, --version, --completion, --cfg, --info, "
                f"--hydra-help"
            )
    return flags[0] if flags else None


LONGEST_MESSAGE = 1000
STOPPED = 130
"""What a shell calls the end by Ctrl-C."""
DISK_REFUSES = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EIO)


def complain(message: object) -> None:
    """One line to the user, cut where it is long, with nothing in it that a terminal would obey."""
    text = "".join(
        letter
        if letter.isprintable()
        else letter.encode("unicode_escape", "backslashreplace").decode()
        for letter in str(message)
    )
    print(
        f"localism-sim: "
        f"{text if len(text) <= LONGEST_MESSAGE else text[:LONGEST_MESSAGE] + ' ...'}",
        file=sys.stderr,
    )


def carry_out(arguments: list[str]) -> int:
    """Do what a command line asks for; the exit code. Raises what `main` explains."""
    if os.environ.get("NUMBA_DISABLE_JIT", "0") not in ("", "0"):
        raise BadInput(
            f"NUMBA_DISABLE_JIT = {brief(os.environ['NUMBA_DISABLE_JIT'])} is not allowed "
            f"here: the command runs compiled; the Mesa driver runs without a compiler"
        )
    if arguments[:1] == ["page"]:
        from . import page

        return page.write(arguments[1:], console())
    if arguments[:1] == ["report"]:
        from . import report

        return report.write(arguments[1:], console())
    if asked_for(arguments):
        return inspect(arguments)
    overrides = [a for a in arguments if not a.startswith("-")]
    match option_of([a for a in arguments if a.startswith("-")]):
        case "--version":
            from .. import __version__
            from ..model.version import model_version

            print(f"localism_sim {__version__}, model {model_version()}")
            return 0
        case "--completion":
            from .completion import script

            print(script(overrides[0] if overrides else "bash", known_keys(), list(PLACES)))
            return 0
        case "--multirun" | "-m":
            check_keys(overrides, multirun=True)
            from .multirun import multirun

            return multirun(overrides, console())
    check_keys(overrides)
    return run(overrides)


def main(arguments: list[str] | None = None) -> int:
    """Entry point: 0 done, 1 runs that did not end well, 2 bad input, 130 stopped."""
    arguments = sys.argv[1:] if arguments is None else arguments
    os.environ["MPLBACKEND"] = "agg"  # figures go to files, whatever is set for windows
    if any(flag in arguments for flag in ("--help", "-h", "--help=all")):
        print(whole_help() if "--help=all" in arguments else short_help())
        return 0
    try:
        return carry_out(arguments)
    except BaseException as error:
        if interruption.came() or isinstance(error, KeyboardInterrupt):
            complain("stopped; files already written are whole")
            return STOPPED
        return explained(error)


def explained(error: BaseException) -> int:
    """The exit code of an error that a user can do something about, told in one line; any other
    is raised again.
    """
    match error:
        case BadInput():
            complain(error)
            return 2
        case Stopped():
            complain(error)
            return 1
        case OSError(errno=number) if number in DISK_REFUSES:
            complain(
                f"cannot write {error.filename or 'the results or the standard output'}: "
                f"{os.strerror(number)}. Files already written are whole; mend that and give the "
                f"same command again"
            )
            return 1
    raise error


def entry() -> None:
    """The installed command; a reader that closes the pipe early (`| head`) is no error."""
    if sys.stdout is None:  # closed by whoever started this
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - open until the end
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - open until the end
    try:
        code = main()
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except OSError as error:  # a full disk below the standard output
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        complain(f"cannot write to the standard output: {error.strerror or error}")
        code = 1
    if code == STOPPED:
        os._exit(code)  # a usual end waits for threads, which may be compiling
    sys.exit(code)
