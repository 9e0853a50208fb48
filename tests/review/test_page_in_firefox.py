"""The page in Firefox, over WebDriver BiDi: it opens from a folder under the same policy and does the same."""

import itertools
import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import ClientConnection, connect

FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")

pytestmark = [pytest.mark.browser, pytest.mark.skipif(not FIREFOX, reason="no Firefox on this machine (Debian: firefox-esr)")]


class Firefox:
    """One Firefox tab."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._numbers = itertools.count(1)
        self.problems: list[str] = []
        self.call("session.new", capabilities={})
        self.call("session.subscribe", events=["log.entryAdded"])
        self._tab = self.call("browsingContext.getTree")["contexts"][0]["context"]

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        number = next(self._numbers)
        self._connection.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            message = json.loads(self._connection.recv(timeout=60))
            if message.get("method") == "log.entryAdded" and message["params"]["level"] == "error":
                self.problems.append(str(message["params"]["text"]))
            if message.get("id") == number:
                assert message["type"] == "success", message
                return dict(message["result"])

    def open(self, url: str) -> None:
        self.call("browsingContext.navigate", context=self._tab, url=url, wait="complete")

    def run(self, script: str) -> Any:
        answer = self.call("script.evaluate", expression=script, target={"context": self._tab}, awaitPromise=True, userActivation=True)
        assert answer["type"] == "success", answer
        return answer["result"].get("value")


@pytest.fixture
def firefox(tmp_path: Path) -> Iterator[Firefox]:
    profile = tmp_path / "profile"
    profile.mkdir()
    command = [str(FIREFOX), "--headless", "--profile", str(profile), "--remote-debugging-port=0"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    try:
        assert process.stderr
        address = next(row.rpartition(" ")[2].strip() for row in process.stderr if "WebDriver BiDi listening on" in row)
        with connect(f"{address}/session", max_size=None) as connection:
            yield Firefox(connection)
    finally:
        process.terminate()
        process.communicate(timeout=20)


def test_the_page_opens_and_answers_in_firefox(firefox: Firefox, folder_page: Callable[..., str]) -> None:
    firefox.open(folder_page())
    assert firefox.run("document.querySelectorAll('.line').length") == 19
    assert firefox.run("document.getElementById('tools').hidden") is False
    assert firefox.run("getComputedStyle(document.querySelector('.line')).display") == "grid"
    firefox.run("new Promise((done) => { const a = document.getElementById('audio'); a.readyState ? done() : a.onloadedmetadata = done })")
    firefox.run("document.querySelector('#L0008 .time').click()")
    assert firefox.run("document.querySelector('[aria-current]').id") == "L0008"
    assert abs(firefox.run("document.getElementById('audio').currentTime") - 36.049) <= 0.1
    firefox.run("document.getElementById('query').value = 'kamer'")
    firefox.run("document.getElementById('tools').requestSubmit()")
    assert firefox.run("document.getElementById('hits').textContent") == "Regel 1 van de 3 gevonden regels."
    assert firefox.run("document.activeElement.closest('.line').id") == "L0006"
    assert [problem for problem in firefox.problems if "Content-Security-Policy" in problem] == []
