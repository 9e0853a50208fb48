"""What the documents cost, and how fast the page opens and reacts, with eight hours of conversation: python -m tests.benchmarks.page"""

import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from pipeline.minutes.reading import read_minutes
from pipeline.minutes.writers import WRITERS
from pipeline.review.page import Responding, render
from pipeline.review.responses.signing import make_key
from tests.minutes import conversations as talk
from tests.review.browser import Page, chromium

WORDS = 60_000
REPEATS = 5


def main() -> None:
    """Prints seconds: from asking for the page to its last line being on screen and its controls ready."""
    with tempfile.TemporaryDirectory() as folder, chromium(Path(folder) / "profile") as new_page:
        started = time.process_time()
        minutes = talk.minutes(record=talk.long_speech(WORDS))
        reading = read_minutes(minutes)
        print(f"{WORDS} words, {len(reading.lines)} lines, read in {time.process_time() - started:.1f} CPU s")
        for writer in WRITERS:
            started = time.process_time()
            size = len(writer.render(reading))
            print(f"{writer.file_name}: {size / 1e6:.1f} MB in {time.process_time() - started:.1f} CPU s")
        key, _ = make_key(party="client", acts_for=None, minutes_sha256=minutes.sha256, now=datetime.now(UTC))
        party = Responding(party="client", acts_for=None, name="client", dossier="2026-03-03-18910f93", key=key)
        for name, responding in (("page", None), ("page of a party, with its responses", party)):
            path = Path(folder) / "verslag.html"
            started = time.process_time()
            path.write_bytes(render(reading, range(2_000), responding=responding))
            print(f"{name}: {path.stat().st_size / 1e6:.1f} MB in {time.process_time() - started:.1f} CPU s")
            for width in (1400, 360):
                _measure(new_page, path, width)


def _measure(new_page: Callable[[], Page], path: Path, width: int) -> None:
    seconds = []
    for _ in range(REPEATS):
        page = new_page()
        page.size(width, 800, mobile=width < 400)
        started = time.perf_counter()
        page.open(path.as_uri())
        page.run("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        seconds.append(time.perf_counter() - started)
    jump = page.run(
        "(() => { const from = performance.now(); document.querySelector('.line:last-child').scrollIntoView();"
        " return new Promise((done) =>  requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - from))))"
        "})()"
    )
    search = page.run(
        "(() => { const from = performance.now(); document.getElementById('query').value = 'begeleider';"
        "document.getElementById('tools').requestSubmit(); document.body.offsetHeight; return performance.now() - from })()"
    )
    frames = page.run(
        "(() => new Promise((done) => { const gaps = []; let last = performance.now(); let steps = 0;"
        " const step = () => { const now = performance.now(); gaps.push(now - last); last = now; scrollBy(0, 400);"
        " if (++steps < 120) requestAnimationFrame(step); else done(gaps.sort((a, b) => a - b)[Math.floor(gaps.length * 0.95)]) };"
        " scrollTo(0, 0); requestAnimationFrame(step) }))()"
    )
    print(
        f"{width} px: opens in {min(seconds):.2f}-{max(seconds):.2f} s, jump to the end {jump:.0f} ms,"
        f" search {search:.0f} ms, scrolling: 95 in 100 frames within {frames:.0f} ms"
    )


main()
