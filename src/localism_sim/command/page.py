"""`localism-sim page`: writes the model as one HTML file."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from ..foundation.errors import BadInput, brief

DEFAULT = "localism.html"
SIGN = '<script type="text/plain" id="rules">'
"""Stands in every page: the block that holds the compiled rules."""


def write(arguments: list[str], console: Console) -> int:
    """Write the page to the file named, or to `localism.html` here; exit code 0. Raises `BadInput`
    for anything but one name that ends in .html, and for a file of that name that is no page of
    this program. An earlier page is replaced: the same version writes it again, byte for byte.
    """
    given = arguments or [DEFAULT]
    if len(given) > 1 or not given[0].endswith(".html") or "=" in given[0]:
        raise BadInput(
            f"page {brief(' '.join(given))} is not allowed; allowed: page, or page and the name of "
            "one file that ends in .html"
        )
    path = Path(given[0]).expanduser()
    if not path.parent.is_dir():
        raise BadInput(f"page {brief(given[0])}: there is no folder {brief(str(path.parent))}")
    if not is_replaceable(path):
        raise BadInput(
            f"page {brief(given[0])}: there is a file of that name which localism-sim page did not "
            f"write; give another name, or remove it first"
        )
    from ..browser.page import write_page  # loads the compiler

    with console.status("Compiling the model for the page (half a minute the first time)"):
        write_page(path)
    size = path.stat().st_size / 1e6
    console.print(
        f"Wrote {path} ({size:.2f} MB). Open it in a browser: it needs no network and no Python.",
        highlight=False,
        soft_wrap=True,
        markup=False,
    )
    return 0


def is_replaceable(path: Path) -> bool:
    """Whether the page may stand here: nothing does yet, or an earlier page."""
    try:
        return SIGN in path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return not path.is_symlink()
    except (OSError, ValueError):
        return False
