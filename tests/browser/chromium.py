"""Debian's Chromium, driven over the DevTools protocol: what the tests need of it and no more.

Everything has a time limit, and the browser's whole process group is killed in the end.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import websocket

START_TIMEOUT = 30.0
TIMEOUT = 90.0
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--remote-debugging-port=0",
)
Scheme = Literal["light", "dark"]


@dataclass(frozen=True)
class Screen:
    width: int
    height: int
    phone: bool


DESKTOP = Screen(1280, 900, phone=False)
PHONE = Screen(390, 844, phone=True)


@contextlib.contextmanager
def browser(profile: Path) -> Iterator[Browser]:
    """A browser with a new, empty ``profile``."""
    program = shutil.which("chromium")
    assert program, "Debian's chromium is not installed: apt-get install chromium"
    process = subprocess.Popen(
        [program, *FLAGS, f"--user-data-dir={profile}", "about:blank"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        with contextlib.closing(_connected(profile / "DevToolsActivePort", process)) as socket:
            yield Browser(socket)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)


def _connected(port_file: Path, process: subprocess.Popen[bytes]) -> websocket.WebSocket:
    ends = time.monotonic() + START_TIMEOUT
    while time.monotonic() < ends:
        assert process.poll() is None, "chromium ended at once"
        lines = port_file.read_text().split() if port_file.exists() else []
        if len(lines) == 2:
            address = f"ws://127.0.0.1:{lines[0]}{lines[1]}"
            return websocket.create_connection(address, timeout=TIMEOUT, suppress_origin=True)
        time.sleep(0.05)
    raise TimeoutError("chromium did not open its port")


class Browser:
    def __init__(self, socket: websocket.WebSocket) -> None:
        self._socket = socket
        self._last = 0
        self.events: list[dict[str, Any]] = []

    def call(self, method: str, session: str | None = None, **parameters: Any) -> dict[str, Any]:
        """A command's result. Raises AssertionError for what the browser refuses."""
        self._last += 1
        message = {"id": self._last, "method": method, "params": parameters}
        self._socket.send(json.dumps(message | ({"sessionId": session} if session else {})))
        ends = time.monotonic() + TIMEOUT
        while time.monotonic() < ends:
            answer = json.loads(self._socket.recv())
            if answer.get("id") == self._last:
                assert "error" not in answer, f"{method}: {answer['error']}"
                result: dict[str, Any] = answer["result"]
                return result
            self.events.append(answer)
        raise TimeoutError(method)

    @contextlib.contextmanager
    def page(self, address: str, *, screen: Screen = DESKTOP, scheme: Scheme = "light") -> Iterator[Page]:
        """A page that has loaded, on a screen, for a reader who prefers ``scheme``."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = Page(self, session)
        page.open(address, screen, scheme)
        try:
            yield page
        finally:
            self.call("Target.closeTarget", targetId=target)


class Page:
    def __init__(self, owner: Browser, session: str) -> None:
        self._owner = owner
        self._session = session

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        return self._owner.call(method, self._session, **parameters)

    def open(self, address: str, screen: Screen, scheme: Scheme) -> None:
        self.call("Page.enable")
        self.call("Network.enable")
        size = {"width": screen.width, "height": screen.height, "deviceScaleFactor": 1}
        self.call("Emulation.setDeviceMetricsOverride", mobile=screen.phone, **size)
        features = [
            {"name": "prefers-color-scheme", "value": scheme},
            {"name": "prefers-reduced-motion", "value": "reduce"},
        ]
        self.call("Emulation.setEmulatedMedia", features=features)
        self.call("Page.navigate", url=address)
        self.wait("document.readyState === 'complete' && location.href !== 'about:blank'")
        self.run("document.fonts.ready.then(() => true)")

    def run(self, script: str) -> Any:
        """The value of an expression, awaited. Raises AssertionError where it throws."""
        done = self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in done, done["exceptionDetails"]
        return done["result"].get("value")

    def wait(self, condition: str, seconds: float = 20.0) -> None:
        ends = time.monotonic() + seconds
        while not self.run(condition):
            assert time.monotonic() < ends, f"waited in vain for {condition}"
            time.sleep(0.05)

    def click(self, selector: str) -> None:
        """Click in the middle of the first line of an element."""
        place = json.dumps(selector)
        self.run(f"document.querySelector({place}).scrollIntoView({{block: 'center'}})")
        x, y = self.run(
            f"(() => {{ const at = document.querySelector({place}).getClientRects()[0];"
            " return [at.x + at.width / 2, at.y + at.height / 2]; })()"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def press(self, key: str, code: int) -> None:
        text = {"text": "\r"} if key == "Enter" else {}
        at = {"key": key, "code": key, "windowsVirtualKeyCode": code}
        self.call("Input.dispatchKeyEvent", type="keyDown", **at, **text)
        self.call("Input.dispatchKeyEvent", type="keyUp", **at)

    @property
    def requests(self) -> list[str]:
        """Every address that the page asked for, its own among them."""
        return [
            event["params"]["request"]["url"]
            for event in self._owner.events
            if event.get("sessionId") == self._session and event["method"] == "Network.requestWillBeSent"
        ]
