"""The page: one HTML file that holds the compiled rules, what they need, and the views."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import zlib
from importlib import resources
from pathlib import Path

from ..foundation.files import write_text
from .compiling import wasm
from .contents import contents

SCRIPTS = (
    "model.js",
    "charts.js",
    "code.js",
    "exports.js",
    "python.js",
    "sheets.js",
    "cells.js",
    "lands.js",
    "files.js",
    "why.js",
    "lessons.js",
    "qr.js",
    "game.js",
    "page.js",
)
WORKER = ("model.js", "trace.js", "worker.js")


def scripts() -> tuple[str, ...]:
    """The page's scripts in order: its own, one for each further view, and the start."""
    views = resources.files(__package__).joinpath("assets", "views").iterdir()
    further = sorted(view.name for view in views if view.name.endswith(".js"))
    return (*SCRIPTS, *(f"views/{name}" for name in further), "start.js")


def asset(name: str) -> str:
    """The text of one of the page's files."""
    return resources.files(__package__).joinpath("assets", name).read_text(encoding="utf-8")


def packed(content: bytes) -> str:
    """Bytes as text: deflated, then in base 64."""
    compressor = zlib.compressobj(9, zlib.DEFLATED, -15)
    return base64.b64encode(compressor.compress(content) + compressor.flush()).decode()


def allowed(text: str) -> str:
    """A script or style as a Content-Security-Policy names it, by its content."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def policy(style: str, script: str) -> str:
    """What the page may do: run its own script and compiled rules, also in workers, and nothing
    else. It cannot contact any server.
    """
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {allowed(script)} 'wasm-unsafe-eval'",
            f"style-src {allowed(style)}",
            "worker-src blob:",
            "img-src data: blob:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def block(name: str, text: str) -> str:
    """Text that the page's script reads and no browser runs."""
    return f'<script type="text/plain" id="{name}">{text}</script>\n'


def page() -> str:
    """The whole page as text."""
    told, start = contents()
    style, script = asset("page.css"), "\n".join(map(asset, scripts()))
    data = "".join(
        (
            block("rules", packed(wasm())),
            block("told", packed(json.dumps(told, allow_nan=False).encode())),
            block("start", packed(start)),
            block("worker-source", "\n".join(map(asset, WORKER))),
        )
    )
    parts = {"policy": policy(style, script), "style": style, "script": script}
    filled = re.sub(r"\{(policy|style|script)\}", lambda m: parts[m.group(1)], asset("page.html"))
    return filled.replace("<script>", f"{data}<script>", 1)


def write_page(path: Path) -> Path:
    """Write the page, completely or not at all."""
    write_text(page(), path)
    return path
