"""`python -m localism_sim`: the same as the installed command."""

import sys


def entry() -> None:
    """The command; Ctrl-C while it is being loaded ends it in one line, too."""
    try:
        from .foundation import interruption

        interruption.heed()
        from .command.cli import entry as command
    except BaseException as error:
        if not (isinstance(error, KeyboardInterrupt) or interruption.came()):
            raise
        print("localism-sim: stopped before anything began", file=sys.stderr)
        sys.exit(130)
    command()


if __name__ == "__main__":
    entry()
