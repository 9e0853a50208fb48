"""What the documents cost, and how fast the page opens and reacts, with eight hours of conversation: python -m tests.benchmarks.page"""

import tempfile
import time
from pathlib import Path

from pipeline.minutes.reading import read_minutes
from pipeline.minutes.writers import WRITERS
from pipeline.review.page import render
from tests.minutes import conversations as talk
from tests.review.browser import chromium

WORDS = 60_000
REPEATS = 5


def main() -> None:
    """Prints seconds: from asking for the page to its last line being on screen and its controls ready."""
    with tempfile.TemporaryDirectory() as folder, chromium(Path(folder) / "profile") as new_page:
        path = Path(folder) / "verslag.html"
        started = time.process_time()
        reading = read_minutes(talk.minutes(record=talk.long_speech(WORDS)))
        path.write_bytes(render(reading, peaks=range(2_000)))
        made, megabytes = time.process_time() - started, path.stat().st_size / 1e6
        print(f"{WORDS} words, {len(reading.lines)} lines, page of {megabytes:.1f} MB, made in {made:.1f} CPU s")
        for writer in WRITERS:
            started = time.process_time()
            size = len(writer.render(reading))
            print(f"{writer.file_name}: {size / 1e6:.1f} MB in {time.process_time() - started:.1f} CPU s")
        for name, width, mobile in (("wide", 1400, False), ("phone", 360, True)):
            seconds = []
            for _ in range(REPEATS):
                page = new_page()
                page.size(width, 800, mobile=mobile)
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
            print(f"{name}: opens in {min(seconds):.2f}-{max(seconds):.2f} s, jump to the end {jump:.0f} ms, search {search:.0f} ms")


main()
