"""CPU time and memory of holding a long report beside a long conversation.

Usage: python -m tests.benchmarks.comparison.measure_report [lines] [sentences]

The conversation and the report repeat the labelled ones, with a number of their own in every line, up to the asked length.
"""

import resource
import sys
import time

from pipeline.comparison.read_report import Report
from pipeline.comparison.report import compare_report
from pipeline.comparison.transcripts import Transcript, Utterance, spread
from tests.benchmarks.comparison.score_report_statements import conversation, load

LINES = 8_000
SENTENCES = 500


def main() -> None:
    """Print one line of figures."""
    lines, sentences = (int(argument) for argument in (*sys.argv[1:3], *(str(LINES), str(SENTENCES))[len(sys.argv) - 1 :]))
    short = conversation("tuning")
    utterances = []
    for number in range(lines):
        line = short.utterances[number % len(short.utterances)]
        words = spread(f"{line.text} nummer{number}", number * 4_000, number * 4_000 + 3_900)
        utterances.append(Utterance(f"L{number:05}", words[0].start_ms, words[-1].end_ms, line.speaker, words))
    labelled = [statement["text"] for statement in load("tuning")]
    report = Report("nl", tuple(labelled[number % len(labelled)] for number in range(sentences)))
    start = time.process_time()
    result = compare_report(report, Transcript("nl", short.voices, tuple(utterances)))
    seconds = time.process_time() - start
    mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{lines} lines, {sentences} sentences: {seconds:.1f} CPU-s, peak {mib:.0f} MiB, {len(result.omitted)} omitted")


if __name__ == "__main__":
    main()
