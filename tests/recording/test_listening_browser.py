"""What a real browser makes of the listening copy, opened from disk without a server."""

import base64
import os
from pathlib import Path

import pytest

from pipeline.recording.listening import write_listening_copy
from tests.fixtures.audio import Encoding, clicks, encode
from tests.review.browser import CHROMIUM, chromium

_REQUIRED = os.environ.get("WEDERHOOR_REQUIRE_BROWSER") == "1"
pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None and not _REQUIRED, reason="no Chromium on this machine")]

CLICKS_S = (0.1, 15.0, 29.9)
_CLICKS_HEARD = """(async () => {
    const bytes = Uint8Array.from(atob(copy), (letter) => letter.charCodeAt(0));
    const rate = 48000, samples = (await new OfflineAudioContext(1, rate, rate).decodeAudioData(bytes.buffer)).getChannelData(0);
    return CLICKS.map((at) => {
        let loudest = 0;
        for (let i = Math.round((at - 0.09) * rate); i < (at + 0.09) * rate; i++)
            if (Math.abs(samples[i]) > Math.abs(samples[loudest] || 0)) loudest = i;
        return loudest / rate;
    });
})()"""


def test_chromium_plays_seeks_and_keeps_the_clock(tmp_path: Path) -> None:
    source = encode(tmp_path / "clip.mp3", clicks(44100, 30, *CLICKS_S), Encoding(".mp3", "mp3", 44100))
    copy = tmp_path / "listening.m4a"
    write_listening_copy(source, copy)
    (tmp_path / "page.html").write_text('<!doctype html><audio src="listening.m4a" preload="auto"></audio>')
    with chromium(tmp_path / "profile") as new_page:
        page = new_page()
        page.open((tmp_path / "page.html").as_uri())
        page.wait("document.querySelector('audio').readyState >= 3")
        assert page.run("document.querySelector('audio').duration") == pytest.approx(30, abs=0.005)
        assert page.run("document.querySelector('audio').seekable.end(0)") == pytest.approx(30, abs=0.005)
        page.run("document.querySelector('audio').currentTime = 20.5")
        page.wait("!document.querySelector('audio').seeking")
        page.run("document.querySelector('audio').play()")
        page.wait("document.querySelector('audio').currentTime > 20.7")
        page.run(f"window.copy = '{base64.b64encode(copy.read_bytes()).decode()}'")
        heard = page.run(_CLICKS_HEARD.replace("CLICKS", str(list(CLICKS_S))))
    assert heard == pytest.approx(list(CLICKS_S), abs=0.005)
