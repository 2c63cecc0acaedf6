"""A Firefox without a window, driven by its own protocol (Marionette), with nothing to install."""

import json
import shutil
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

FIREFOX = next(filter(None, map(shutil.which, ("firefox-esr", "firefox"))), None)
START = 240.0
"""Seconds that a first start may take on a busy machine."""
PREFERENCES = {
    "marionette.port": 0,  # any that is free; the browser writes it into its profile
    "app.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "toolkit.telemetry.reportingpolicy.firstRun": False,
}


class Firefox:
    """One Firefox with one tab, in a profile of its own."""

    def __init__(self, folder: Path):
        assert FIREFOX is not None
        lines = [f'user_pref("{k}", {json.dumps(v)});' for k, v in PREFERENCES.items()]
        (folder / "user.js").write_text("\n".join(lines))
        self.process = subprocess.Popen(
            [FIREFOX, "--headless", "--no-remote", "--marionette", "--profile", str(folder)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.number, self.link = 0, self.connected(folder / "MarionetteActivePort")
        self.heard()
        self.ask("WebDriver:NewSession", {})

    def connected(self, told: Path) -> socket.socket:
        """The link to the browser, once it listens at the port that it writes into a file."""
        end = time.monotonic() + START
        while True:
            try:
                return socket.create_connection(("127.0.0.1", int(told.read_text())), timeout=START)
            except (OSError, ValueError):
                if time.monotonic() > end or self.process.poll() is not None:
                    raise
                time.sleep(0.1)

    def received(self, most: int) -> bytes:
        """Some bytes of a message; raises ConnectionError where the browser has ended."""
        if not (found := self.link.recv(most)):
            raise ConnectionError("the browser has ended")
        return found

    def heard(self) -> Any:
        """One message: its length, a colon, JSON."""
        length = b""
        while not length.endswith(b":"):
            length += self.received(1)
        content = b""
        while len(content) < int(length[:-1]):
            content += self.received(int(length[:-1]) - len(content))
        return json.loads(content)

    def ask(self, command: str, given: dict) -> Any:
        """The answer to a command; raises RuntimeError where the browser says that it failed."""
        self.number += 1
        text = json.dumps([0, self.number, command, given]).encode()
        self.link.sendall(str(len(text)).encode() + b":" + text)
        _, _, error, found = self.heard()
        if error:
            raise RuntimeError(error["message"])
        return found

    def open(self, address: str) -> None:
        """Go to an address."""
        self.ask("WebDriver:Navigate", {"url": address})

    def script(self, text: str) -> Any:
        """What a script in the page gives."""
        return self.ask("WebDriver:ExecuteScript", {"script": text, "args": []})["value"]

    def until(self, text: str, seconds: float = START) -> Any:
        """What a script gives once it is true; raises TimeoutError."""
        end = time.monotonic() + seconds
        while not (found := self.script(text)):
            if time.monotonic() > end:
                raise TimeoutError(text)
            time.sleep(0.1)
        return found

    def close(self) -> None:
        """End the browser."""
        self.link.close()
        self.process.terminate()
        self.process.wait(START)
