"""verslag.html: the page both parties read. One file that opens by double click, beside the listening copy it plays.

The page asks nothing of the network: its Content-Security-Policy allows its own style and script by hash and the sound
beside it, nothing else. Every text is escaped by the template; data for the script is JSON that no markup can leave.
"""

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from markupsafe import Markup

from pipeline.integrity.model import Level
from pipeline.minutes.beside import SideReactions
from pipeline.minutes.clock import clock, clock_span
from pipeline.minutes.labels import day, speaker_labels
from pipeline.minutes.model import CutFinding, LineFlag, State
from pipeline.minutes.placing import all_reactions, reactions_by_line
from pipeline.minutes.reactions import Opinion, SubjectKind
from pipeline.minutes.reading import Piece, Reading, ReadingLine
from pipeline.minutes.safe_text import safe_text
from pipeline.minutes.writers import Writer
from pipeline.review.differences import ComparisonPoints
from pipeline.review.offline_page import environment, json_for_script, policy, status_on_every_page
from pipeline.review.responses.closing import Closing
from pipeline.review.responses.signing import PageKey
from pipeline.speech.model import CoverageKind

FILE_NAME = "verslag.html"
# From minutes/v001/verslag.html to the copy that browsers can play.
LISTENING_COPY = "../../recording/listening.m4a"

_HERE = Path(__file__).resolve().parent
_SPEEDS = ("0.75", "1", "1.25", "1.5")
_VOICE_COLOURS = 5
_SCRIPT_TEXTS = ("hits", "no_hits", "hit", "lines_shown", "no_uncertain", "sound_missing")
_RESPOND_TEXTS = (
    *("react", "react_selection", "about", "choose", "not_in_line", "say_something", "propose_something", "edit", "remove"),
    *("removed", "removed_saved", "yours", "yours_saved", "proposed_text", "proposed_speaker", "count", "none", "unsaved", "label"),
    *("saved", "saved_closed", "shared", "not_shared", "unsigned", "opened", "opened_older", "not_opened"),
)
_FINDING, _REACTION, _DISPUTED = "finding", "reaction", "disputed"
_DISPUTING = frozenset((Opinion.DISAGREE, Opinion.PROPOSAL))
_UNREAD = frozenset((CoverageKind.UNTRANSCRIBED_SPEECH, CoverageKind.OTHER_LANGUAGE))

# A drawing (SVG) of what the cut check saw, by the id of its finding.
Pictures = Mapping[str, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedAudio:
    """Sound that travels inside the page. `media_type` as browsers name it, for instance audio/mp4.

    A long conversation is split: this is then part `number` of `count`, which shows the lines that begin from `start_ms` up to
    `end_ms` of the recording (null: to the end); the first sample of `data` is at `sound_from_ms`.
    """

    data: bytes
    media_type: str
    number: int = 1
    count: int = 1
    start_ms: int = 0
    end_ms: int | None = None
    sound_from_ms: int = 0

    def holds(self, ms: int) -> bool:
        """Whether this moment of the recording is in this part."""
        return self.start_ms <= ms and (self.end_ms is None or ms < self.end_ms)


@dataclass(frozen=True, slots=True, kw_only=True)
class Responding:
    """Who responds in this page, and with which key: it makes the page that of one party.

    `party`: the party's id; `acts_for`: the party they act for, null for themselves; `name`: as printed; `dossier`: its name.
    `closing`: how a response can be closed until both are in, null where that is not offered.
    """

    party: str
    acts_for: str | None
    name: str
    dossier: str
    key: PageKey
    closing: Closing | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _PageLine:
    """A line as the template needs it. `kinds`: what the filter can find it by; `findings`: labels that stand after it."""

    id: str
    start_ms: int
    end_ms: int
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
    remarks: tuple[str, ...]
    reactions: tuple[SideReactions, ...]


def page_writer(peaks: Sequence[int] = (), pictures: Pictures = MappingProxyType({})) -> Writer:
    """The writer of the folder's page.

    `peaks`: loudness (0 or more) of equal stretches of the recording, for the waveform; `pictures`: of the findings.
    """
    return Writer(FILE_NAME, lambda reading: render(reading, peaks, pictures=pictures))


def render(
    reading: Reading,
    peaks: Sequence[int] = (),
    audio: EmbeddedAudio | None = None,
    responding: Responding | None = None,
    pictures: Pictures = MappingProxyType({}),
    differences: Sequence[ComparisonPoints] = (),
) -> bytes:
    """The page as UTF-8 HTML.

    With `audio` it is a single file, else it plays the listening copy of its dossier; with `responding` one party can respond.
    `differences`: the points of comparisons, to be responded to as well.
    """
    template = environment(_HERE).get_template(FILE_NAME)
    return template.render(_values(reading, peaks, audio, responding, pictures) | {"differences": differences}).encode()


def _values(
    reading: Reading, peaks: Sequence[int], audio: EmbeddedAudio | None, responding: Responding | None, pictures: Pictures
) -> dict[str, Any]:
    """Everything the template fills in."""
    parts = ("document", "verslag", "reageer") if responding else ("document", "verslag")
    style = Markup("".join(_source(f"{part}.css") for part in parts) + status_on_every_page(reading.status))
    closes = ("gesloten",) if responding and responding.closing else ()
    script = Markup("".join(_source(f"{part}.js") for part in (*closes, *parts) if part != "document"))
    facts = {fact.key: fact for fact in reading.facts}
    known_findings = {finding.id for finding in reading.minutes.findings}
    lines = [line for line in reading.lines if audio is None or audio.holds(line.start_ms)]
    return {
        "reading": reading,
        "say": reading.say,
        "language": reading.say.language,
        "policy": policy(style, script, img_src="data:", media_src="blob: data:" if audio else "'self'"),
        "style": style,
        "script": script,
        "settled": reading.minutes.state is State.ESTABLISHED,
        "hashes": facts["hashes"].sentences,
        "part": _part(reading, audio) if audio else None,
        "fallback": reading.say("page.fallback") if audio else None,
        "summary": _summary(reading, audio),
        "findings": [
            _finding(number, finding, audio, pictures, reading) for number, finding in enumerate(reading.minutes.findings, start=1)
        ],
        "points": [point for point in reading.points if point.kind is not SubjectKind.FINDING or point.subject not in known_findings],
        "voices": list(speaker_labels(reading.minutes.speakers, reading.say).items()),
        "kinds": list(_kinds(reading)),
        "speeds": [(speed, reading.say("page.times", speed=_decimal(speed, reading))) for speed in _SPEEDS],
        "lines": _page_lines(lines, reading),
        "peaks": bool(peaks),
        "places": any(finding.level is not Level.HISTORY for finding in reading.minutes.findings),
        "unread": any(span.kind in _UNREAD for span in reading.minutes.coverage),
        "responding": responding,
        "respond_before": day(before, reading.say) if (before := reading.minutes.respond_before) else None,
        "data": json_for_script(_script_data(lines, reading, peaks, audio) | {"response": _response_data(reading, responding)}),
        "audio_source": _embedded(audio.media_type, audio.data) if audio else LISTENING_COPY,
    }


def _embedded(media_type: str, data: bytes) -> Markup:
    """A file inside the page. A picture or sound that stands there so can run nothing."""
    return Markup(f"data:{media_type};base64,{base64.b64encode(data).decode()}")


@cache
def _source(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


def _script_data(lines: Sequence[ReadingLine], reading: Reading, peaks: Sequence[int], audio: EmbeddedAudio | None) -> dict[str, Any]:
    minutes = reading.minutes
    duration = max(1, minutes.recording.duration_ms)
    start, end = (audio.start_ms, audio.end_ms or duration) if audio else (0, duration)
    return {
        "start": start,
        "duration": max(1, end - start),
        "lines": [(line.start_ms, line.end_ms) for line in lines],
        "offset": audio.sound_from_ms if audio else 0,
        "unread": [(span.start_ms, span.end_ms) for span in minutes.coverage if span.kind in _UNREAD],
        "findings": [(finding.start_ms, finding.end_ms) for finding in minutes.findings if finding.level is not Level.HISTORY],
        "peaks": list(peaks)[start * len(peaks) // duration : -(-end * len(peaks) // duration)],
        "say": {key: reading.say.raw(f"page.{key}") for key in _SCRIPT_TEXTS} | {"respond": _respond_texts(reading)},
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
        "committee": responding.closing.key if responding.closing else None,
    }


def _respond_texts(reading: Reading) -> dict[str, Any]:
    """The sentences of the response form that the script fills in."""
    raw = reading.say.raw
    plain = {key: raw(f"respond.{key}") for key in _RESPOND_TEXTS}
    return plain | {
        "values": {value: raw(f"respond.value.{value}") for value in Opinion},
        "subject": {kind: raw(f"respond.subject.{kind}") for kind in SubjectKind},
    }


def _page_lines(lines: Sequence[ReadingLine], reading: Reading) -> list[_PageLine]:
    # What a file tells of its history is of no place in the conversation.
    findings = [pair for pair in enumerate(reading.minutes.findings, start=1) if pair[1].level is not Level.HISTORY]
    reacted = _reacted(reading)
    colours = {speaker.id: (speaker.number - 1) % _VOICE_COLOURS + 1 for speaker in reading.minutes.speakers}
    return [_page_line(line, colours, findings, reacted.get(line.id, ()), reading) for line in lines]


def _reacted(reading: Reading) -> dict[str, tuple[str, ...]]:
    """What the lines with reactions can be found by: that there are any, and that somebody disagrees or wants it otherwise."""
    gone = {reaction.replaces for _, reaction in all_reactions(reading.minutes.responses)}
    placed = reactions_by_line(reading.minutes)
    return {
        line: (_REACTION, _DISPUTED) if any(one.value in _DISPUTING and one.id not in gone for _, one in reactions) else (_REACTION,)
        for line, reactions in placed.items()
    }


def _page_line(
    line: ReadingLine, colours: dict[str, int], findings: list[tuple[int, CutFinding]], reacted: Sequence[str], reading: Reading
) -> _PageLine:
    touching = [number for number, finding in findings if finding.start_ms < line.end_ms and finding.end_ms > line.start_ms]
    kinds = [*line.flags, *([_FINDING] if touching else []), *reacted]
    name, presumed = line.speaker_parts
    return _PageLine(
        id=line.id,
        start_ms=line.start_ms,
        end_ms=line.end_ms,
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
        remarks=line.remarks,
        reactions=line.reactions,
    )


def _kinds(reading: Reading) -> Iterator[tuple[str, str]]:
    """What the lines of these minutes can be filtered by; nothing that would give an empty page."""
    present = {flag for line in reading.lines for flag in line.flags}
    yield from ((flag, reading.say(f"minutes.flag.{flag}")) for flag in LineFlag if flag in present)
    if any(finding.level is not Level.HISTORY for finding in reading.minutes.findings):
        yield _FINDING, reading.say("page.finding")
    reacted = {kind for kinds in _reacted(reading).values() for kind in kinds}
    yield from ((kind, reading.say(f"page.{kind}")) for kind in (_REACTION, _DISPUTED) if kind in reacted)


def _finding(number: int, finding: CutFinding, audio: EmbeddedAudio | None, pictures: Pictures, reading: Reading) -> dict[str, Any]:
    picture = pictures.get(finding.id)
    return {
        "number": number,
        "id": finding.id,
        "start_ms": finding.start_ms,
        "end_ms": max(finding.end_ms, finding.start_ms + 1),
        "time": clock(finding.start_ms),
        "text": safe_text(finding.text),
        "level": reading.say(f"page.level.{finding.level}"),
        "has_place": finding.level is not Level.HISTORY,
        "announced": finding.announced,
        "picture": _embedded("image/svg+xml", picture) if picture else None,
        "playable": audio is None or audio.holds(finding.start_ms),
        "reactions": next((one.sides for one in reading.points if (one.kind, one.subject) == (SubjectKind.FINDING, finding.id)), ()),
    }


def _summary(reading: Reading, audio: EmbeddedAudio | None) -> list[dict[str, Any]]:
    """The summary, each sentence with the places it rests on."""
    lines = {line.id: line for line in reading.lines}
    return [
        {
            "title": section.title,
            "sentences": [
                {
                    "number": sentence.number,
                    "text": sentence.text,
                    "origin": sentence.origin,
                    "sources": [_source_line(lines[line], audio) for line in sentence.lines if line in lines],
                }
                for sentence in section.sentences
            ],
        }
        for section in reading.summary
    ]


def _source_line(line: ReadingLine, audio: EmbeddedAudio | None) -> dict[str, Any]:
    playable = audio is None or audio.holds(line.start_ms)
    return {"line": line.id, "start_ms": line.start_ms, "time": clock(line.start_ms), "playable": playable}


def _part(reading: Reading, audio: EmbeddedAudio) -> str | None:
    """The sentence that says which part this is; null when there is only one."""
    if audio.count == 1:
        return None
    end = reading.minutes.recording.duration_ms if audio.end_ms is None else audio.end_ms
    return reading.say("page.part", number=audio.number, count=audio.count, span=clock_span(audio.start_ms, end))


def _decimal(number: str, reading: Reading) -> str:
    return number.replace(".", reading.say("formats.decimal_sign"))
