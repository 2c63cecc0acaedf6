"""`python -m localism_sim`: the same as the installed command."""

from .command.cli import entry

entry()
