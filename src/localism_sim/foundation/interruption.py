"""Ctrl-C, remembered: a library that it hits while tidying up may raise an error of its own in
place of `KeyboardInterrupt`, and that error is no fault to be shown to whoever pressed the keys.
"""

from __future__ import annotations

import signal
from types import FrameType

_seen: list[int] = []


def came() -> bool:
    """Whether Ctrl-C was pressed since `heed`."""
    return bool(_seen)


def heed() -> None:
    """Remember Ctrl-C from now on, and raise `KeyboardInterrupt` as always. A process in which it
    is ignored (started in the background) or handled by somebody else stays as it is.
    """
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _remember)


def _remember(number: int, frame: FrameType | None) -> None:
    _seen.append(number)
    signal.default_int_handler(number, frame)
