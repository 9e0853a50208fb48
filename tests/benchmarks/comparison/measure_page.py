"""What the documents of a long comparison cost, and how fast its page opens and reacts.

Usage: python -m tests.benchmarks.comparison.measure_page [words] [share changed]

The two texts are those of measure_words; `share changed` is how many words of ten differ, divided by ten (default 0.1). Opening is
from asking for the page to its controls being ready and a first picture; the clock of the wall, in headless Chromium.
"""

import random
import resource
import sys
import tempfile
import time
from pathlib import Path

from pipeline.comparison.compare import Comparison
from pipeline.comparison.identify import identified_minutes
from pipeline.comparison.minutes import compare_minutes
from pipeline.comparison.model import SCHEMA
from pipeline.comparison.reading import read_comparison
from pipeline.comparison.writers import WRITERS
from pipeline.review.comparison_page import FILE_NAME, render
from pipeline.texts import Language
from tests.benchmarks.comparison.measure_words import WORDS, as_transcript, conversation, heard_otherwise
from tests.comparison.readings import reference, side
from tests.review.browser import Page, chromium


def spent(start: float) -> str:
    """CPU-seconds since `start`, and the most memory so far."""
    return f"{time.process_time() - start:5.1f} CPU-s  peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:5.0f} MiB"


def reaction(page: Page, act: str) -> float:
    """Milliseconds from an act to the next picture."""
    shown = "new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(performance.now() - from))))"
    script = f"(() => {{ const from = performance.now(); {act}; return {shown} }})()"
    return float(page.run(script))


def main() -> None:
    """Make the comparison, its documents, and open the page."""
    words = int(sys.argv[1]) if len(sys.argv) > 1 else WORDS
    share = float(sys.argv[2]) if len(sys.argv) > 2 else 0.1
    chance = random.Random(5)
    said = conversation(words, chance)
    a, b = side("A", as_transcript(said)), side("B", as_transcript(heard_otherwise(said, chance, share)))
    assert a.transcript is not None
    assert b.transcript is not None
    start = time.process_time()
    compared = identified_minutes(compare_minutes(a.transcript, b.transcript))
    print(f"compare           {spent(start)}  {len(compared.differences)} differences, {len(compared.rows)} rows")
    comparison = Comparison(
        schema=SCHEMA,
        report_language=Language.DUTCH,
        a=reference("A", None),
        b=reference("B", None),
        recordings=None,
        minutes=compared,
        report=None,
        not_compared=(),
    )
    start = time.process_time()
    reading = read_comparison(comparison, a, b)
    print(f"reading           {spent(start)}")
    start = time.process_time()
    page_bytes = render(reading, {"a": "opname-a.m4a", "b": "opname-b.m4a"})
    print(f"page              {spent(start)}  {len(page_bytes) / 1e6:.1f} MB")
    for writer in WRITERS:
        start = time.process_time()
        size = len(writer.render(reading))
        print(f"{writer.file_name} {spent(start)}  {size / 1e6:.1f} MB")
    with tempfile.TemporaryDirectory() as folder, chromium(Path(folder) / "profile") as new_page:
        path = Path(folder) / FILE_NAME
        path.write_bytes(page_bytes)
        for name, width in (("1200 px", 1200), ("360 px", 360)):
            page = new_page()
            page.size(width, 800, mobile=width < 400)
            page.call("Performance.enable", timeDomain="threadTicks")
            start = time.perf_counter()
            page.call("Page.navigate", url=path.as_uri())
            page.wait("document.readyState === 'complete' && document.getElementById('row-tools')?.hidden === false", seconds=600)
            page.run("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
            opening = time.perf_counter() - start
            busy = next(it["value"] for it in page.call("Performance.getMetrics")["metrics"] if it["name"] == "TaskDuration")
            filtered = reaction(page, "document.querySelector('input[name=kind]').click()")
            jump = reaction(page, "document.querySelector('.rows:last-of-type').scrollIntoView()")
            found = reaction(
                page, "document.getElementById('query').value = 'opvang'; document.getElementById('row-tools').requestSubmit()"
            )
            reactions = f"filter, to the end, search: {filtered:.0f}, {jump:.0f}, {found:.0f} ms"
            print(f"{name}: opens in {opening:.1f} s, {busy:.1f} CPU-s of its thread; {reactions}", flush=True)


if __name__ == "__main__":
    main()
