"""verslag.html: the page both parties read. One file that opens by double click, beside the listening copy it plays.

The page asks nothing of the network: its Content-Security-Policy allows its own style and script by hash and the sound
beside it, nothing else. Every text is escaped by the template; data for the script is JSON that no markup can leave.
"""

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from markupsafe import Markup

from pipeline.minutes.clock import clock, clock_span
from pipeline.minutes.labels import speaker_labels
from pipeline.minutes.model import CutFinding, LineFlag
from pipeline.minutes.reading import Piece, Reading, ReadingLine
from pipeline.minutes.safe_text import safe_text
from pipeline.minutes.writers import Writer
from pipeline.review.offline_page import environment, json_for_script, policy
from pipeline.review.responses.signing import PageKey
from pipeline.speech.model import CoverageKind

FILE_NAME = "verslag.html"
# From minutes/v001/verslag.html to the copy that browsers can play.
LISTENING_COPY = "../../recording/listening.m4a"

_HERE = Path(__file__).resolve().parent
_MAIN_FACTS = ("recording", "agreement", "rules", "speakers", "uncertain", "cut_check", "legend")
_SPEEDS = ("0.75", "1", "1.25", "1.5")
_VOICE_COLOURS = 5
_SCRIPT_TEXTS = ("hits", "no_hits", "hit", "lines_shown", "no_uncertain", "sound_missing")
_FINDING = "finding"


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedAudio:
    """Sound that travels inside the page. `media_type` as browsers name it, for instance audio/mp4.

    A long conversation is split: this is then part `number` of `count`, its sound runs from `start_ms` to `end_ms` of the
    recording (`end_ms` null: to the end), and the page shows the lines that begin in it.
    """

    data: bytes
    media_type: str
    number: int = 1
    count: int = 1
    start_ms: int = 0
    end_ms: int | None = None

    def holds(self, ms: int) -> bool:
        """Whether this moment of the recording is in this part."""
        return self.start_ms <= ms and (self.end_ms is None or ms < self.end_ms)


@dataclass(frozen=True, slots=True, kw_only=True)
class Responding:
    """Who responds in this page, and with which key: it makes the page that of one party.

    `party`: the party's id; `acts_for`: the party they act for, null for themselves; `name`: as printed; `dossier`: its name.
    """

    party: str
    acts_for: str | None
    name: str
    dossier: str
    key: PageKey


@dataclass(frozen=True, slots=True, kw_only=True)
class _PageLine:
    """A line as the template needs it. `kinds`: what the filter can find it by; `findings`: labels that stand after it."""

    id: str
    time: str
    voice: str
    colour: int
    kinds: str
    speaker: str
    presumed: str
    language: str | None
    note: str
    remark: bool
    pieces: tuple[Piece, ...]
    findings: tuple[str, ...]


def page_writer(peaks: Sequence[int] = ()) -> Writer:
    """The writer of the folder's page. `peaks`: loudness (0 or more) of equal stretches of the recording, for the waveform."""
    return Writer(FILE_NAME, lambda reading: render(reading, peaks))


def render(reading: Reading, peaks: Sequence[int] = (), audio: EmbeddedAudio | None = None, responding: Responding | None = None) -> bytes:
    """The page as UTF-8 HTML.

    With `audio` it is a single file, else it plays the listening copy of its dossier; with `responding` one party can respond.
    """
    template = environment(_HERE).get_template(FILE_NAME)
    return template.render(_values(reading, peaks, audio, responding)).encode()


def _values(reading: Reading, peaks: Sequence[int], audio: EmbeddedAudio | None, responding: Responding | None) -> dict[str, Any]:
    """Everything the template fills in."""
    style, script = Markup(_source("verslag.css") + _status_on_every_page(reading.status)), Markup(_source("verslag.js"))
    facts = {fact.key: fact for fact in reading.facts}
    lines = [line for line in reading.lines if audio is None or audio.holds(line.start_ms)]
    return {
        "reading": reading,
        "say": reading.say,
        "language": reading.say.language,
        "policy": policy(style, script, media_src="blob:" if audio else "'self'"),
        "style": style,
        "script": script,
        "main_facts": [facts[key] for key in _MAIN_FACTS if key in facts],
        "technical_facts": [fact for fact in reading.facts if fact.key not in _MAIN_FACTS],
        "hashes": facts["hashes"].sentences,
        "part": _part(reading, audio) if audio else None,
        "findings": [_finding(finding, audio) for finding in reading.minutes.findings],
        "voices": list(speaker_labels(reading.minutes.speakers, reading.say).items()),
        "kinds": list(_kinds(reading)),
        "speeds": [(speed, reading.say("page.times", speed=_decimal(speed, reading))) for speed in _SPEEDS],
        "lines": _page_lines(lines, reading),
        "data": json_for_script(_script_data(lines, reading, peaks, audio) | {"response": _response_data(reading, responding)}),
        "audio_path": None if audio else LISTENING_COPY,
        "audio_base64": Markup(base64.b64encode(audio.data).decode()) if audio else None,
    }


def _status_on_every_page(status: str) -> str:
    """The rule that prints the status at the foot of every page; every sign that is not a letter or digit is escaped."""
    escaped = "".join(sign if sign.isascii() and sign.isalnum() else f"\\{ord(sign):x} " for sign in status)
    return f'@media print {{ @page {{ @bottom-left {{ content: "{escaped}"; font: 8pt sans-serif; }} }} }}\n'


@cache
def _source(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


def _script_data(lines: Sequence[ReadingLine], reading: Reading, peaks: Sequence[int], audio: EmbeddedAudio | None) -> dict[str, Any]:
    minutes = reading.minutes
    unread = {CoverageKind.UNTRANSCRIBED_SPEECH, CoverageKind.OTHER_LANGUAGE}
    return {
        "minutes": reading.minutes_sha256,
        "duration": max(1, minutes.recording.duration_ms),
        "lines": [(line.start_ms, line.end_ms) for line in lines],
        "offset": audio.start_ms if audio else 0,
        "unread": [(span.start_ms, span.end_ms) for span in minutes.coverage if span.kind in unread],
        "findings": [(finding.start_ms, finding.end_ms) for finding in minutes.findings],
        "peaks": list(peaks),
        "audioType": audio.media_type if audio else None,
        "say": {key: reading.say.raw(f"page.{key}") for key in _SCRIPT_TEXTS},
    }


def _response_data(reading: Reading, responding: Responding | None) -> dict[str, Any] | None:
    """What the page needs to save a response file (pipeline/review/responses/document.py); null where nobody responds."""
    if responding is None:
        return None
    minutes = reading.minutes
    return {
        "party": responding.party,
        "actsFor": responding.acts_for,
        "name": responding.name,
        "dossier": responding.dossier,
        "minutes": {"version": minutes.version, "sha256": reading.minutes_sha256, "recording": reading.recording_sha256},
        "key": {"id": responding.key.key_id, "jwk": dict(responding.key.jwk)},
    }


def _page_lines(lines: Sequence[ReadingLine], reading: Reading) -> list[_PageLine]:
    findings = list(enumerate(reading.minutes.findings, start=1))
    colours = {speaker.id: (speaker.number - 1) % _VOICE_COLOURS + 1 for speaker in reading.minutes.speakers}
    return [_page_line(line, colours, findings, reading) for line in lines]


def _page_line(line: ReadingLine, colours: dict[str, int], findings: list[tuple[int, CutFinding]], reading: Reading) -> _PageLine:
    touching = [number for number, finding in findings if finding.start_ms < line.end_ms and finding.end_ms > line.start_ms]
    kinds = [*line.flags, *([_FINDING] if touching else [])]
    name, presumed = line.speaker_parts
    return _PageLine(
        id=line.id,
        time=clock(line.start_ms),
        voice=line.speaker_id or "",
        colour=colours.get(line.speaker_id or "", 0),
        kinds=" ".join(kinds),
        speaker=name,
        presumed=presumed,
        language=line.language,
        note=line.note,
        remark=line.is_remark,
        pieces=line.pieces,
        findings=tuple(reading.say("page.finding_here", number=number) for number in touching),
    )


def _kinds(reading: Reading) -> Iterator[tuple[str, str]]:
    """What the lines of these minutes can be filtered by; nothing that would give an empty page."""
    present = {flag for line in reading.lines for flag in line.flags}
    yield from ((flag, reading.say(f"minutes.flag.{flag}")) for flag in LineFlag if flag in present)
    if reading.minutes.findings:
        yield _FINDING, reading.say("page.finding")


def _finding(finding: CutFinding, audio: EmbeddedAudio | None) -> dict[str, str | int | bool]:
    playable = audio is None or audio.holds(finding.start_ms)
    return {"start_ms": finding.start_ms, "time": clock(finding.start_ms), "text": safe_text(finding.text), "playable": playable}


def _part(reading: Reading, audio: EmbeddedAudio) -> str | None:
    """The sentence that says which part this is; null when there is only one."""
    if audio.count == 1:
        return None
    end = reading.minutes.recording.duration_ms if audio.end_ms is None else audio.end_ms
    return reading.say("page.part", number=audio.number, count=audio.count, span=clock_span(audio.start_ms, end))


def _decimal(number: str, reading: Reading) -> str:
    return number.replace(".", reading.say("formats.decimal_sign"))
