"""One writer per format, each a function from what a reader sees to bytes."""

from pipeline.minutes.writers import csv_table, plain_text, rttm, subrip, webvtt
from pipeline.minutes.writers.writer import Writer

# The verbatim transcript in the formats that need nothing but the minutes.
TRANSCRIPTS: tuple[Writer, ...] = (
    Writer("transcript.txt", plain_text.render),
    Writer("transcript.vtt", webvtt.render),
    Writer("transcript.srt", subrip.render),
    Writer("transcript.csv", csv_table.render),
    Writer("speakers.rttm", rttm.render),
)

__all__ = ["TRANSCRIPTS", "Writer"]
