"""CPU time of a summary of an hour: `OMP_NUM_THREADS=1 python -m tests.benchmarks.summary.measure_time`.

The tuning half repeated until it has 10,000 words; the whole process is counted, word lists and imports included.
"""

import resource
import sys
import time
from dataclasses import replace

from pipeline.minutes.summary.setting import Setting
from pipeline.minutes.summary.summarise import summarise
from pipeline.minutes.summary.template import load_template
from tests.minutes.summary.labelled import conversations, minutes_of

WORDS = 10_000


def main(words: int) -> None:
    """Print the seconds of the imports and lists, and of the summary."""
    lines, speakers, at = [], {}, 0
    sources = [one.minutes for one in conversations("tuning") if one.conversation.language == "nl"]
    count = 0
    while count < words:
        for minutes in sources:
            speakers |= {speaker.id: speaker for speaker in minutes.speakers}
            for line in minutes.lines if count < words else ():
                length = line.end_ms - line.start_ms
                lines.append(replace(line, id=f"L{len(lines) + 1:04}", start_ms=at, end_ms=at + length, words=()))
                at += length + 300
                count += len(line.text.split())
    whole = minutes_of(tuple(lines), tuple(speakers.values()))
    before = time.process_time()
    made = summarise(whole, Setting(), load_template().form("gespreksverslag"))
    took = time.process_time() - before
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{count} words, {len(lines)} lines: {took:.1f} CPU-s ({before:.1f} before), {len(made)} sentences, {memory} MB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else WORDS)
