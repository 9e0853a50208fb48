"""What is given as A or B, and what it is taken for: a dossier, a recording, minutes or subtitles, a written report.

A dossier holds a recording and its minutes. Of a file the name tells what it is, unless it is said with `--as`.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from pipeline import documents
from pipeline.comparison.read_report import Report, read_report
from pipeline.comparison.transcripts import Transcript, of_minutes, read_transcript
from pipeline.comparison.written import read_written
from pipeline.dossier.layout import Dossier
from pipeline.errors import InputRefused
from pipeline.integrity.model import IntegrityDocument
from pipeline.minutes.labels import speaker_labels
from pipeline.minutes.model import Minutes
from pipeline.minutes.versions import load_current, version_names
from pipeline.recording.source import open_received
from pipeline.texts import Language, texts

_MINUTES = ".json"
_SUBTITLES = {".vtt", ".srt"}
_WRITTEN = {".docx", ".odt", ".pdf", ".txt", ".md"}


class TakenFor(StrEnum):
    """What both sides are taken for. A report is always held against the minutes of the other side."""

    RECORDING = "recording"
    MINUTES = "minutes"
    REPORT = "report"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One side as files; null for what it has not. `text`: a written text, read as minutes or as a report."""

    name: str
    dossier: Dossier | None = None
    recording: Path | None = None
    minutes: Path | None = None
    subtitles: Path | None = None
    text: Path | None = None

    @property
    def has_words(self) -> bool:
        """Whether there is something in which it stands who said what."""
        return self.minutes is not None or self.subtitles is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One side as read. `labels`: how people name the speakers, by the labels of the transcript.

    `transcript` and `report` are null where this side has none or is not taken for it; `without_words`: its minutes hold
    nothing that was said. `examined`: what the cut check found in its recording; `made_at`: when its minutes were made
    (ISO 8601).
    """

    source: Source
    transcript: Transcript | None = None
    report: Report | None = None
    labels: dict[str, str]
    examined: IntegrityDocument | None = None
    made_at: str | None = None

    @property
    def without_words(self) -> bool:
        """Whether there are minutes in which nobody says anything."""
        return self.transcript is None and self.source.has_words


def source_of(path: Path) -> Source:
    """What lies at a path, by what it is. Raises InputRefused when there is nothing that can be read."""
    if path.is_dir():
        dossier = Dossier.open(path)
        minutes = load_current(dossier.minutes_folder).folder / "minutes.json" if version_names(dossier.minutes_folder) else None
        original = dossier.original()
        # The sound may have been deleted when its time came; the minutes are then still there.
        return Source(name=path.resolve().name, dossier=dossier, recording=original if original.is_file() else None, minutes=minutes)
    with open_received(path):
        pass
    suffix = path.suffix.lower()
    if suffix == _MINUTES:
        return Source(name=path.name, minutes=path)
    if suffix in _SUBTITLES:
        return Source(name=path.name, subtitles=path)
    return Source(name=path.name, text=path) if suffix in _WRITTEN else Source(name=path.name, recording=path)


def accounts(a: Path, b: Path, taken_for: TakenFor | None, language: Language) -> tuple[Account, Account]:
    """Both sides, read as what they are taken for. Two written texts are two minutes: neither is held against the other's words.

    Raises InputRefused for what cannot be read.
    """
    sources = [source_of(path) for path in (a, b)]
    if taken_for is None and all(source.text is not None for source in sources):
        taken_for = TakenFor.MINUTES
    first, second = (_read(_limited(source, path, taken_for), taken_for, language) for source, path in zip(sources, (a, b), strict=True))
    return first, second


def _limited(source: Source, path: Path, taken_for: TakenFor | None) -> Source:
    """The source with only what it is taken for; what is said of a file weighs more than its name."""
    match taken_for:
        case None:
            return source
        case TakenFor.RECORDING:
            return replace(source, recording=source.recording or path, minutes=None, subtitles=None, text=None)
        case TakenFor.MINUTES | TakenFor.REPORT:
            return replace(source, recording=None, text=source.text or (None if source.has_words or source.dossier else path))


def _read(source: Source, taken_for: TakenFor | None, language: Language) -> Account:
    minutes = documents.read(Minutes, source.minutes) if source.minutes else None
    if minutes is not None:
        said = _said(minutes, source)
    elif source.subtitles is not None:
        said = read_transcript(source.subtitles)
    else:
        said = read_written(source.text) if source.text and taken_for is TakenFor.MINUTES else None
    integrity = source.dossier.integrity if source.dossier and source.recording else None
    return Account(
        source=source,
        transcript=said,
        report=read_report(source.text) if source.text and taken_for is not TakenFor.MINUTES else None,
        labels=_labels(minutes, said, language),
        examined=documents.read(IntegrityDocument, integrity) if integrity and integrity.is_file() else None,
        made_at=minutes.created_at if minutes else None,
    )


def _said(minutes: Minutes, source: Source) -> Transcript | None:
    try:
        return of_minutes(minutes)
    except InputRefused as error:
        # A dossier still has its recording to compare.
        if source.recording is None or error.text_key != "transcript_empty":
            raise
        return None


def _labels(minutes: Minutes | None, said: Transcript | None, language: Language) -> dict[str, str]:
    if minutes is not None:
        return speaker_labels(minutes.speakers, texts(language))
    return {voice.label: voice.label for voice in said.voices} if said else {}
