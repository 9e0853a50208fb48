"""What was said, from whatever it comes in: minutes.json, WebVTT, SubRip. One small type, bounded, hostile input refused."""

import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from pathlib import Path

from pipeline import documents
from pipeline.errors import InputRefused
from pipeline.language import LEXICONS
from pipeline.language.plain import plain
from pipeline.minutes.model import Line, LineFlag, Minutes
from pipeline.texts import Language, texts

MAX_SUBTITLE_BYTES = 32 * 1024 * 1024
MAX_WORDS = 400_000
MAX_CUES = 200_000
MAX_SPEAKERS = 500
_MAX_NAME = 60

_REMARKS = frozenset(
    {
        LineFlag.UNINTELLIGIBLE,
        LineFlag.OTHER_LANGUAGE,
        LineFlag.NOT_SPEECH,
        LineFlag.LOOP,
        LineFlag.STOCK_PHRASE,
        LineFlag.DAMAGED,
    }
)
_TIMING = re.compile(r"^(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})\s+-->\s+(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})(?:\s|$)")
_VOICE = re.compile(r"<v(?:\.[^\s>]{0,40})?\s([^>]{1,200})>")
_TAG = re.compile(r"</?[A-Za-z0-9][^<>]{0,200}>|\{\\[^{}]{0,40}\}")
# A number is no name: speaker 1 of one account need not be speaker 1 of another.
_NOBODY = re.compile(r"(spreker|speaker|stem|voice|s|onbekend|unknown)\s*_?\d*\b", re.IGNORECASE)
NAME_BEFORE = re.compile(r"^[-–]?\s*([^\W\d_][^:<>]{0,59}):(?:\s+|$)")
# Our own subtitles open with a cue that shows the status and the hashes, which nobody said.
_OUR_NOTICE = re.compile(r"\b[0-9a-f]{64}\b")
_OUR_NOTICE_ID = "status"
_REMARK = re.compile(r"\[[^\[\]]*\]")
_INVISIBLE = re.compile("[\u2060\u200b\ufeff]")
# A text this short tells its language by chance.
_ENOUGH_WORDS = 12
_COMMON_SHARE = 0.12


@dataclass(frozen=True, slots=True)
class SpokenWord:
    """A word with its place in the recording; `confidence` in 0-1, null when the account gives none."""

    text: str
    start_ms: int
    end_ms: int
    confidence: float | None


@dataclass(frozen=True, slots=True)
class Utterance:
    """A line or cue: words of one speaker. `speaker` is a label of the account (S1) or a name in it, null when unknown."""

    line: str
    start_ms: int
    end_ms: int
    speaker: str | None
    words: tuple[SpokenWord, ...]

    @property
    def text(self) -> str:
        """The words with single spaces."""
        return " ".join(word.text for word in self.words)


@dataclass(frozen=True, slots=True)
class Voice:
    """A speaker of an account: the label its utterances carry, a person's name and a role where people gave them."""

    label: str
    name: str | None = None
    role: str | None = None


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was said in one account, in its own order. `language`: nl, en, or null when it is neither.

    `remarks`: lines of the account that hold no words to compare (unintelligible, another language). `timed` is false for a
    written text without times: all its times are then 0.
    """

    language: str | None
    voices: tuple[Voice, ...]
    utterances: tuple[Utterance, ...]
    remarks: tuple[Utterance, ...] = ()
    timed: bool = True

    def voice(self, label: str | None) -> Voice | None:
        """The voice that carries `label`."""
        return next((voice for voice in self.voices if voice.label == label), None)


def read_transcript(path: Path) -> Transcript:
    """Read minutes.json, .vtt or .srt, told apart by their content.

    Raises InputRefused: subtitles_too_large, subtitles_invalid, document_invalid, transcript_too_long, transcript_empty.
    """
    if path.suffix.lower() == ".json":
        return of_minutes(documents.read(Minutes, path))
    if path.stat().st_size > MAX_SUBTITLE_BYTES:
        raise InputRefused("subtitles_too_large", limit_mb=MAX_SUBTITLE_BYTES // 1024**2)
    return of_subtitles(path.read_bytes())


def of_minutes(minutes: Minutes) -> Transcript:
    """What was said according to minutes. Remarks of ours, and words that may be no speech, are left out."""
    voices = tuple(
        Voice(speaker.id, speaker.name if speaker.confirmed else None, speaker.role if speaker.confirmed else None)
        for speaker in minutes.speakers
    )
    said = transcript(voices, (_utterance(line) for line in minutes.lines if not _REMARKS & set(line.flags)))
    return replace(said, remarks=tuple(_utterance(line) for line in minutes.lines if _REMARKS & set(line.flags)))


def of_subtitles(data: bytes) -> Transcript:
    """What was said according to WebVTT or SubRip bytes. Words get a share of their cue's time by their length."""
    cues = [cue for cue in _cues(_decoded(data)) if not _is_notice(cue)]
    names = names_before([cue.text for cue in cues])
    utterances = list(_named(cues, names))
    return transcript(voices_of(utterance.speaker for utterance in utterances if utterance.speaker), utterances)


def names_before(texts_of_lines: Sequence[str]) -> set[str]:
    """The names that lines begin with ("Karim: ..."). "Let op: ..." once is speech; a name returns."""
    prefixes = Counter(match[1] for text in texts_of_lines if (match := NAME_BEFORE.match(text)))
    return {name for name, count in prefixes.items() if count > 1 or len(texts_of_lines) == 1}


def voices_of(speakers: Iterable[str]) -> tuple[Voice, ...]:
    """A voice for each label that subtitles or a text give. Raises InputRefused when there are too many."""
    labels = dict.fromkeys(speakers)
    if len(labels) > MAX_SPEAKERS:
        raise InputRefused("subtitles_invalid")
    return tuple(Voice(label, None if _NOBODY.match(label) else label) for label in labels)


def transcript(voices: Sequence[Voice], utterances: Iterable[Utterance]) -> Transcript:
    """A transcript with its language told from its words. Raises InputRefused when nothing was said or far too much."""
    kept = tuple(_told_apart(utterance for utterance in utterances if utterance.words))
    count = sum(len(utterance.words) for utterance in kept)
    if count > MAX_WORDS:
        raise InputRefused("transcript_too_long", limit=MAX_WORDS)
    if not count:
        raise InputRefused("transcript_empty")
    return Transcript(language_of(word.text for utterance in kept for word in utterance.words), tuple(voices), kept)


def _told_apart(utterances: Iterable[Utterance]) -> Iterator[Utterance]:
    """Subtitles may number two cues alike; a line's id is its own here."""
    seen: Counter[str] = Counter()
    taken: set[str] = set()
    for utterance in utterances:
        name = utterance.line
        while name in taken:
            seen[utterance.line] += 1
            name = f"{utterance.line}-{seen[utterance.line] + 1}"
        taken.add(name)
        yield utterance if name == utterance.line else replace(utterance, line=name)


def language_of(words: Iterator[str] | Sequence[str]) -> str | None:
    """The language of a text by its commonest words: nl or en; null when it is neither. Very short texts get the better guess."""
    counted = Counter(plain(word) for word in words)
    total = sum(counted.values())
    shares = {code: sum(counted[word] for word in lexicon.common) / max(total, 1) for code, lexicon in LEXICONS.items()}
    best = max(shares, key=lambda code: shares[code])
    return best if shares[best] >= _COMMON_SHARE or total < _ENOUGH_WORDS else None


def spread(text: str, start_ms: int, end_ms: int) -> tuple[SpokenWord, ...]:
    """The words of a text over a stretch of time, each a share by its length: a guess, so without confidence."""
    pieces = text.split()
    total = sum(len(piece) + 1 for piece in pieces)
    edges = [start_ms]
    used = 0
    for piece in pieces:
        used += len(piece) + 1
        edges.append(start_ms + (end_ms - start_ms) * used // total)
    return tuple(SpokenWord(piece, start, end, None) for piece, (start, end) in zip(pieces, pairwise(edges), strict=True))


def _utterance(line: Line) -> Utterance:
    words = tuple(SpokenWord(piece, word.start_ms, word.end_ms, word.confidence) for word in line.words for piece in word.text.split())
    # A correction changes the text; the words stay what the engine gave.
    if [word.text for word in words] != line.text.split():
        words = _corrected(line.text.split(), words) or spread(line.text, line.start_ms, line.end_ms)
    return Utterance(line.id, line.start_ms, line.end_ms, line.speaker, words)


def _corrected(text: Sequence[str], words: Sequence[SpokenWord]) -> tuple[SpokenWord, ...]:
    """A corrected text with as many words as before keeps their times; what a person wrote has no recognition confidence."""
    if len(text) != len(words):
        return ()
    return tuple(
        word if word.text == piece else SpokenWord(piece, word.start_ms, word.end_ms, None) for piece, word in zip(text, words, strict=True)
    )


# Subtitles -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Cue:
    id: str
    start_ms: int
    end_ms: int
    speaker: str | None
    text: str


def _decoded(data: bytes) -> str:
    for encoding in ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise InputRefused("subtitles_invalid")


def _cues(text: str) -> Iterator[_Cue]:
    count = 0
    for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n").replace("\r", "\n")):
        rows = block.strip().split("\n")
        at = next((index for index, row in enumerate(rows[:2]) if _TIMING.match(row)), None)
        if at is None:
            continue
        count += 1
        if count > MAX_CUES:
            raise InputRefused("transcript_too_long", limit=MAX_CUES)
        timing = _TIMING.match(rows[at])
        assert timing is not None
        start, end = _milliseconds(timing.groups()[:4]), _milliseconds(timing.groups()[4:])
        yield from _spoken(rows[0].strip() if at else str(count), start, max(start + 1, end), "\n".join(rows[at + 1 :]))
    if not count:
        raise InputRefused("subtitles_invalid")


def _spoken(cue_id: str, start_ms: int, end_ms: int, payload: str) -> Iterator[_Cue]:
    """One cue per voice in it."""
    pieces = _VOICE.split(payload)
    for number, (speaker, text) in enumerate([(None, pieces[0]), *zip(pieces[1::2], pieces[2::2], strict=True)]):
        if said := _said(text):
            voice = " ".join(html.unescape(speaker).split())[:_MAX_NAME] if speaker else None
            yield _Cue(cue_id if number < 2 else f"{cue_id}.{number}", start_ms, end_ms, voice, said)


def _said(payload: str) -> str:
    """The words of a cue: no tags, no remarks in brackets; of a word our own subtitles mark as doubted, the word alone."""
    text = " ".join(_INVISIBLE.sub("", html.unescape(_TAG.sub("", payload))).split())
    for mark, readings in _doubt_marks():
        text = mark.sub(lambda doubted, other=readings: other.sub("", doubted[1]), text)  # type: ignore[misc]
    return " ".join(_REMARK.sub(" ", text).split())


@cache
def _doubt_marks() -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    """Per language: a doubted stretch, and the other readings inside it."""
    marks = []
    for say in map(texts, Language):
        opens, closes = (re.escape(say(f"minutes.line.uncertain_{end}")) for end in ("open", "close"))
        before, after = say("minutes.line.other_readings", text="", readings="\0").split("\0")
        marks.append((re.compile(f"{opens}([^\\[\\]]*){closes}"), re.compile(f"{re.escape(before)}[^()]*{re.escape(after)}")))
    return tuple(marks)


def _is_notice(cue: _Cue) -> bool:
    return cue.speaker is None and cue.start_ms == 0 and (cue.id == _OUR_NOTICE_ID or bool(_OUR_NOTICE.search(cue.text)))


def _named(cues: Sequence[_Cue], names: set[str]) -> Iterator[Utterance]:
    for cue in cues:
        prefix = NAME_BEFORE.match(cue.text) if cue.speaker is None else None
        named = prefix is not None and prefix[1] in names
        text = cue.text[prefix.end() :] if named and prefix else cue.text
        speaker = prefix[1] if named and prefix else cue.speaker
        yield Utterance(cue.id, cue.start_ms, cue.end_ms, speaker, spread(text, cue.start_ms, cue.end_ms))


def _milliseconds(parts: Sequence[str | None]) -> int:
    hours, minutes, seconds, fraction = parts
    return ((int(hours or 0) * 60 + int(minutes or 0)) * 60 + int(seconds or 0)) * 1000 + int((fraction or "0").ljust(3, "0"))
