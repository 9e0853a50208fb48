"""Who spoke when as RTTM (NIST RT-09, appendix A): one SPEAKER record per line that has a speaker.

The head is in comments. Their blanks are no-break spaces, so that readers that take every row for a record see no record.
"""

from collections.abc import Iterator

from pipeline.minutes.clock import seconds
from pipeline.minutes.labels import speaker_labels
from pipeline.minutes.reading import Reading

_NO_BREAK = "\u00a0"


def render(reading: Reading) -> bytes:
    """UTF-8; the file id is the start of the recording's SHA-256."""
    return "\n".join(_rows(reading)).encode() + b"\n"


def _rows(reading: Reading) -> Iterator[str]:
    hashes = [sentence for fact in reading.facts if fact.key == "hashes" for sentence in fact.sentences]
    labels = speaker_labels(reading.minutes.speakers, reading.say)
    elsewhere = [reading.say("minutes.respond.elsewhere")] if reading.minutes.responses else []
    for remark in (reading.status, *elsewhere, *hashes, *(f"{id_} = {label}" for id_, label in labels.items())):
        # A straight quotation mark would make a table reader swallow the rows after it.
        yield f";; {remark}".replace(" ", _NO_BREAK).replace('"', "”")
    file_id = reading.recording_sha256[:8]
    for line in reading.lines:
        if line.speaker_id:
            length = seconds(line.end_ms - line.start_ms)
            yield f"SPEAKER {file_id} 1 {seconds(line.start_ms)} {length} <NA> <NA> {line.speaker_id} <NA> <NA>"
