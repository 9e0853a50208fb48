"""The page in Firefox, over WebDriver BiDi: it opens from a folder under the same policy and does the same."""

import itertools
import json
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from typing import Any

import pyrage
import pytest
from websockets.sync.client import ClientConnection, connect

from pipeline.review.responses.closing import Closing, raw_key
from pipeline.review.responses.reading import ReceivedClosed, parse_received, parse_response
from tests.review.conftest import PartyPages, not_here

FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")

pytestmark = pytest.mark.browser


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

    def wait(self, condition: str) -> None:
        end = time.monotonic() + 30
        while not self.run(condition):
            assert time.monotonic() < end, f"never became true: {condition}"
            time.sleep(0.02)


@pytest.fixture(scope="module")
def firefox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    """One Firefox for the tests of this file."""
    if not FIREFOX:
        not_here("no Firefox on this machine (Debian: apt-get install firefox-esr)")
    profile = tmp_path_factory.mktemp("firefox")
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
    firefox.wait("document.getElementById('audio').readyState > 0")
    firefox.run("document.querySelector('#L0008 .time').click()")
    assert firefox.run("document.querySelector('[aria-current]').id") == "L0008"
    assert abs(firefox.run("document.getElementById('audio').currentTime") - 36.049) <= 0.1
    firefox.run("document.getElementById('query').value = 'kamer'")
    firefox.run("document.getElementById('tools').requestSubmit()")
    assert firefox.run("document.getElementById('hits').textContent") == "Regel 1 van de 3 gevonden regels."
    assert firefox.run("document.activeElement.closest('.line').id") == "L0006"
    assert [problem for problem in firefox.problems if "Content-Security-Policy" in problem] == []


def test_a_party_responds_in_the_single_file_in_firefox(firefox: Firefox, party_page: PartyPages) -> None:
    committee = pyrage.x25519.Identity.generate()
    party = party_page(closing=Closing(key=raw_key(str(committee.to_public())).hex(), usual=False))
    firefox.open(party.path.as_uri())
    firefox.wait("document.getElementById('audio').readyState > 0")
    firefox.run("document.querySelector('#L0008 .time').click()")
    assert abs(firefox.run("document.getElementById('audio').currentTime") - 36.049) <= 0.1
    firefox.run("document.querySelector('#L0003 .react').click(); document.querySelector('#reply [value=oneens]').click()")
    firefox.run("document.getElementById('comment').value = 'Zo was het niet.'; document.querySelector('#reply button.main').click()")
    firefox.run("document.getElementById('show-text').click()")
    shown = "document.getElementById('as-text').value"
    firefox.wait(f"{shown} !== ''")
    file = parse_response(firefox.run(shown).encode(), "reactie.txt")
    file.check_signature(party.key)
    assert [note.text for note in file.response.first.items] == ["Zo was het niet."]
    firefox.run("document.getElementById('closed').click(); document.getElementById('show-text').click()")
    firefox.wait(f"{shown}.includes('closed-response')")
    closed = parse_received(firefox.run(shown).encode(), "reactie.txt")
    assert isinstance(closed, ReceivedClosed)
    closed.check_signature(party.key)
    assert b"Zo was het niet." in pyrage.decrypt(closed.response.age_file, [committee])
    assert [problem for problem in firefox.problems if "Content-Security-Policy" in problem] == []
