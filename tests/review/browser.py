"""Real Chromium over the DevTools protocol, without a driver: start, open a page, press, click, look, close."""

import base64
import itertools
import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
_WAIT_SECONDS = 30.0


@dataclass
class Page:
    """One open tab."""

    connection: ClientConnection
    requests: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _seen: list[str] = field(default_factory=list)

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """Send one command and wait for its answer; events that come in between are noted."""
        number = next(self._numbers)
        self.connection.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            message = json.loads(self.connection.recv(timeout=_WAIT_SECONDS))
            if message.get("id") == number:
                if "error" in message:
                    raise AssertionError(f"{method}: {message['error']['message']}")
                return dict(message["result"])
            self._note(message)

    def _note(self, message: dict[str, Any]) -> None:
        method, params = message.get("method", ""), message.get("params", {})
        self._seen.append(method)
        if method == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])
        elif method == "Runtime.exceptionThrown":
            self.problems.append(params["exceptionDetails"]["exception"].get("description", "exception"))
        elif method == "Log.entryAdded" and params["entry"]["level"] == "error":
            self.problems.append(params["entry"]["text"])

    def open(self, url: str) -> None:
        """Load a page and wait until it is complete."""
        for domain in ("Page", "Runtime", "Log", "Network", "DOM"):
            self.call(f"{domain}.enable")
        self._seen.clear()
        self.call("Page.navigate", url=url)
        self.wait("document.readyState === 'complete'")

    def run(self, script: str) -> Any:
        """The value of a JavaScript expression; a promise is awaited."""
        result = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True, userGesture=True)
        if "exceptionDetails" in result:
            raise AssertionError(result["exceptionDetails"].get("exception", {}).get("description", "exception"))
        return result["result"].get("value")

    def wait(self, condition: str, seconds: float = _WAIT_SECONDS) -> None:
        """Wait until a JavaScript condition holds."""
        end = time.monotonic() + seconds
        while not self._holds(condition):
            assert time.monotonic() < end, f"never became true: {condition}"
            time.sleep(0.02)

    def _holds(self, condition: str) -> bool:
        """Whether it holds; a page that is just being replaced is none yet."""
        try:
            return bool(self.run(condition))
        except AssertionError as error:
            if "navigated or closed" not in str(error):
                raise
            return False

    def size(self, width: int, height: int, *, mobile: bool = False, dark: bool = False) -> None:
        """Set the viewport in CSS pixels, as a phone or not, light or dark."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=2 if mobile else 1, mobile=mobile)
        features = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self.call("Emulation.setEmulatedMedia", features=features)
        self.call("Emulation.setTouchEmulationEnabled", enabled=mobile)

    def click(self, selector: str) -> None:
        """A real click in the middle of the first element that fits."""
        where = f"document.querySelector({json.dumps(selector)})"
        self.run(f"{where}.scrollIntoView({{block: 'center', behavior: 'instant'}})")
        x, y = self.run(f"(({{x, y, width, height}}) => [x + Math.min(width, 60) / 2, y + height / 2])({where}.getBoundingClientRect())")
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def press(self, key: str, *, shift: bool = False) -> None:
        """One key down and up, with what a browser does on it."""
        text = {"Enter": "\r"}.get(key, key if len(key) == 1 else "")
        codes = {"Tab": 9, "Enter": 13, " ": 32, "ArrowLeft": 37, "ArrowRight": 39, "Escape": 27}
        code = codes.get(key, ord(key.upper()) if len(key) == 1 else 0)
        common = {"key": key, "windowsVirtualKeyCode": code, "modifiers": 8 if shift else 0}
        self.call("Input.dispatchKeyEvent", type="keyDown", text=text, **common)
        self.call("Input.dispatchKeyEvent", type="keyUp", **common)

    def type(self, text: str) -> None:
        """Text into what has focus."""
        self.call("Input.insertText", text=text)

    def choose_file(self, selector: str, path: Path) -> None:
        """Choose a file in a file field."""
        document = self.call("DOM.getDocument")["root"]["nodeId"]
        node = self.call("DOM.querySelector", nodeId=document, selector=selector)["nodeId"]
        self.call("DOM.setFileInputFiles", files=[str(path)], nodeId=node)

    def leave_anyway(self) -> None:
        """Wait for the browser's question whether to leave unsaved work, and answer yes."""
        end = time.monotonic() + _WAIT_SECONDS
        while "Page.javascriptDialogOpening" not in self._seen:
            assert time.monotonic() < end, "the browser did not ask"
            self._note(json.loads(self.connection.recv(timeout=_WAIT_SECONDS)))
        self.call("Page.handleJavaScriptDialog", accept=True)

    def save_downloads_in(self, folder: Path) -> None:
        """Let what the page offers for download be written to a folder."""
        self.call("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(folder), eventsEnabled=True)

    def screenshot(self, path: Path, *, whole: bool = False) -> None:
        """A PNG of the viewport, or of the whole page."""
        shot = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        path.write_bytes(base64.b64decode(shot["data"]))

    def pdf(self) -> bytes:
        """What printing the page gives."""
        return base64.b64decode(self.call("Page.printToPDF", printBackground=False, preferCSSPageSize=True)["data"])


@contextmanager
def chromium(profile: Path) -> Iterator[Callable[[], Page]]:
    """A running Chromium; call what it yields for a new tab."""
    assert CHROMIUM
    options = ["--headless=new", "--no-first-run", "--disable-gpu", "--mute-audio", "--remote-debugging-port=0", "--hide-scrollbars"]
    options += [f"--user-data-dir={profile}", "--autoplay-policy=no-user-gesture-required", "--disable-background-networking"]
    if os.geteuid() == 0:
        options.append("--no-sandbox")
    process = subprocess.Popen([CHROMIUM, *options, "about:blank"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    connections: list[ClientConnection] = []

    def new_page() -> Page:
        browser = Page(connect(f"ws://127.0.0.1:{port}{path}", max_size=None))
        target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        browser.connection.close()
        connections.append(connect(f"ws://127.0.0.1:{port}/devtools/page/{target}", max_size=None))
        return Page(connections[-1])

    try:
        port, path = _listening(profile / "DevToolsActivePort", process)
        yield new_page
    finally:
        for connection in connections:
            connection.close()
        process.terminate()
        process.wait(timeout=10)


def _listening(file: Path, process: subprocess.Popen[bytes]) -> tuple[int, str]:
    end = time.monotonic() + _WAIT_SECONDS
    while time.monotonic() < end and process.poll() is None:
        if file.is_file() and len(rows := file.read_text().split()) == 2:
            return int(rows[0]), rows[1]
        time.sleep(0.05)
    raise AssertionError("Chromium did not start")
