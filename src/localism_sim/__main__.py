"""`python -m localism_sim`: the same as the installed command."""

from .cli import entry

entry()
