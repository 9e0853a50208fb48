"""One writer per format, each a function from what a reader sees to bytes."""

from pipeline.minutes.writers import csv_table, docx, eaf, odt, pdf, plain_text, rttm, subrip, textgrid, webvtt
from pipeline.minutes.writers.writer import Writer

# The verbatim transcript, for reading along and for other programs.
TRANSCRIPTS: tuple[Writer, ...] = (
    Writer("transcript.txt", plain_text.render),
    Writer("transcript.vtt", webvtt.render),
    Writer("transcript.srt", subrip.render),
    Writer("transcript.csv", csv_table.render),
    Writer("transcript.TextGrid", textgrid.render),
    Writer("transcript.eaf", eaf.render),
    Writer("speakers.rttm", rttm.render),
)
# The minutes as a document for people.
DOCUMENTS: tuple[Writer, ...] = (
    Writer("verslag.pdf", pdf.render),
    Writer("verslag.docx", docx.render),
    Writer("verslag.odt", odt.render),
)
WRITERS: tuple[Writer, ...] = (*TRANSCRIPTS, *DOCUMENTS)

__all__ = ["DOCUMENTS", "TRANSCRIPTS", "WRITERS", "Writer"]
