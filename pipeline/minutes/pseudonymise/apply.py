"""The pseudonymised copy of the minutes: labels in the lines, the words and everything else a person could be known by.

The copy is walked as data: every text in it is read for personal data unless it is listed as structure, so that a field
somebody adds later is covered from the start.
"""

import dataclasses
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from pipeline.minutes.model import Line, Minutes
from pipeline.minutes.pseudonymise.find import NOTHING_KNOWN, find_personal_data
from pipeline.minutes.pseudonymise.labels import Pseudonyms, label_pattern
from pipeline.minutes.pseudonymise.model import Kind, Known, PersonalItem
from pipeline.recording.agreement import Agreement
from pipeline.speech.model import Span, Word
from pipeline.texts import texts

SCHEMA = "wederhoor/pseudonymised-minutes/1"

# Word times are a little off; what is silenced reaches this much further on both sides.
_MARGIN_MS = 120
_SEPARATOR = "\n"
_STRUCTURE = frozenset(
    [
        "schema",
        "version",
        "predecessor",
        "state",
        "created_at",
        "at",
        "sha256",
        "samples_sha256",
        "report_language",
        "kind",
        "level",
        "origin",
        "section",
        "language",
        "cut_check",
        "engine",
        "coverage",
        "flags",
        "file",
        "side",
        "form",
        "on_version",
        "received_on",
        "respond_before",
        "made_at",
        "decided_at",
        "made_sha256",
        "standing",
    ]
)
_LEFT_OUT = frozenset(("case_id", "claimed_start", "announced_at"))
_NAMES = frozenset(("Speaker.name", "Party.name", "Minutes.read_by", "Line.heard_by", "Established.decided_by"))
_IDENTIFIER = re.compile(r"[A-Z]\d{1,9}|urn:uuid:[0-9a-f-]{36}")

_Reader = Callable[[str], tuple[PersonalItem, ...]]


@dataclass(frozen=True, slots=True)
class Replaced:
    """How many different people or things of one kind got a label."""

    kind: Kind
    labels: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PseudonymisedMinutes:
    """A copy of the minutes for someone who should not know who is who.

    `notice` is for the reader and belongs at the head of every rendering; `source_sha256` is of the minutes.json it was made
    from; `silenced`: what to silence in a copy of the recording, in order, without overlap. The minutes in it are no version
    of the minutes: they are never stored as one.
    """

    schema: str
    notice: str
    source_sha256: str
    minutes: Minutes
    silenced: tuple[Span, ...]
    replaced: tuple[Replaced, ...]


def known_names(agreement: Agreement) -> Known:
    """The names in an agreement: parties, people present, recipients; organisations; where the talk was."""
    parties = agreement.parties
    persons = [
        *(party.name for party in parties),
        *agreement.conversation.also_present,
        *(recipient.name for recipient in agreement.recipients),
    ]
    organisations = [*(party.organisation for party in parties), agreement.privacy.controller, agreement.procedure.committee]
    return Known(
        persons=tuple(name for name in persons if name),
        organisations=tuple(name for name in organisations if name),
        places=(agreement.conversation.place,) if agreement.conversation.place else (),
    )


def pseudonymise(minutes: Minutes, known: Known = NOTHING_KNOWN) -> PseudonymisedMinutes:
    """The pseudonymised copy of `minutes`; the same minutes and names give the same copy."""
    named = (
        *known.persons,
        *(party.name for party in minutes.agreement.parties if party.name),
        *(speaker.name for speaker in minutes.speakers if speaker.name),
        *minutes.read_by,
        *dict.fromkeys(name for line in minutes.lines for name in line.heard_by),
        *(minutes.established.decided_by if minutes.established else ()),
    )
    say = texts(minutes.report_language)
    source_sha256 = minutes.sha256
    minutes = replace(minutes, recording=replace(minutes.recording, name=say("pseudonymise.recording")))
    known = replace(known, persons=tuple(dict.fromkeys(name for name in named if not label_pattern().fullmatch(name))))
    fragments: list[str] = []
    _walk(minutes, lambda text: _collect(fragments, text))
    found = _find(fragments, known)
    pseudonyms = Pseudonyms(minutes.report_language, existing=_SEPARATOR.join(fragments))
    pseudonyms.know(known.persons)
    editor = _Editor(found, pseudonyms)
    copy = _walk(minutes, editor.next_items, editor)
    return PseudonymisedMinutes(
        schema=SCHEMA,
        notice=say("pseudonymise.notice"),
        source_sha256=source_sha256,
        minutes=copy,
        silenced=_joined(editor.silenced, minutes.recording.duration_ms),
        replaced=tuple(Replaced(kind, count) for kind, count in sorted(Counter(kind for kind, _ in editor.labels).items())),
    )


def _collect(fragments: list[str], text: str) -> tuple[PersonalItem, ...]:
    fragments.append(text)
    return ()


class _Editor:
    """Writes labels over items, and remembers which and when they were spoken."""

    def __init__(self, found: Sequence[tuple[PersonalItem, ...]], pseudonyms: Pseudonyms) -> None:
        self._found = iter(found)
        self._pseudonyms = pseudonyms
        self.labels: set[tuple[Kind, str]] = set()
        self.silenced: list[Span] = []

    def next_items(self, _text: str) -> tuple[PersonalItem, ...]:
        """The items of the next text of the walk."""
        return next(self._found)

    def name(self, text: str) -> str:
        """The label of a field that holds a person's name and nothing else."""
        return self._label(PersonalItem(0, len(text), Kind.PERSON, text)) if text.strip() and not label_pattern().fullmatch(text) else text

    def write(self, text: str, items: Sequence[PersonalItem], start: int = 0, end: int | None = None) -> str:
        """`text[start:end]` with its items replaced by their labels."""
        end = len(text) if end is None else end
        parts, at = [], start
        for item in items:
            if start <= item.start and item.end <= end:
                parts += [text[at : item.start], self._label(item)]
                at = item.end
        return "".join([*parts, text[at:end]])

    def words(self, line: Line, said: str, items: Sequence[PersonalItem], offset: int) -> tuple[Word, ...]:
        """The words of a line of which `said[offset:]` is their text; words that share an item become one."""
        places, at = [], offset
        for word in line.words:
            text = word.text.strip()
            places.append((at, at + len(text)))
            at += len(text) + 1
        words: list[Word] = []
        item_index = index = 0
        while index < len(places):
            start, end = places[index]
            last, hit = index, False
            while item_index < len(items) and items[item_index].end <= start:
                item_index += 1
            probe = item_index
            while probe < len(items) and items[probe].start < end:
                hit = True
                while last + 1 < len(places) and places[last + 1][0] < items[probe].end:
                    last += 1
                end = max(end, places[last][1])
                probe += 1
            words.append(self._merged(line.words[index : last + 1], self.write(said, items, start, end) if hit else None))
            index = last + 1
        return tuple(words)

    def _merged(self, words: Sequence[Word], text: str | None) -> Word:
        first = words[0]
        if text is None:
            # Another reading of a word may be the name that was hidden elsewhere.
            return replace(first, alternatives=())
        span = Span(min(word.start_ms for word in words), max(word.end_ms for word in words))
        self.silenced.append(span)
        confidences = [word.confidence for word in words if word.confidence is not None]
        return Word(
            start_ms=span.start_ms,
            end_ms=span.end_ms,
            text=text,
            confidence=min(confidences) if confidences else None,
            speaker=first.speaker,
            flags=tuple(dict.fromkeys(flag for word in words for flag in word.flags)),
        )

    def _label(self, item: PersonalItem) -> str:
        label = self._pseudonyms.label(item)
        self.labels.add((item.kind, label))
        return label


def _find(fragments: Sequence[str], known: Known) -> list[tuple[PersonalItem, ...]]:
    """The items of each fragment; all are read as one document, so that a name found in one is found in all."""
    items = iter(find_personal_data(_SEPARATOR.join(fragments), known))
    found: list[tuple[PersonalItem, ...]] = []
    item, start = next(items, None), 0
    for fragment in fragments:
        end, own = start + len(fragment), []
        while item is not None and item.start < end:
            own.append(replace(item, start=item.start - start, end=min(item.end, end) - start))
            item = next(items, None)
        found.append(tuple(own))
        start = end + len(_SEPARATOR)
    return found


def _walk(value: Any, read: _Reader, editor: _Editor | None = None, field: str = "") -> Any:
    """`value` with every text in it read, in a fixed order, and rewritten by `editor`."""
    bare = field.rpartition(".")[2]
    if bare in _LEFT_OUT:
        return None
    if bare in _STRUCTURE or value is None or isinstance(value, Enum | int | float):
        return value
    if isinstance(value, str):
        return _text(value, read, editor, field)
    if isinstance(value, Line):
        return _line(value, read, editor)
    if isinstance(value, tuple):
        return tuple(_walk(element, read, editor, field) for element in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        changes = {
            part.name: _walk(getattr(value, part.name), read, editor, f"{type(value).__name__}.{part.name}")
            for part in dataclasses.fields(value)
        }
        return replace(value, **changes)
    raise TypeError(f"minutes hold a {type(value).__name__}, which has no rule here")


def _text(text: str, read: _Reader, editor: _Editor | None, field: str) -> str:
    if _IDENTIFIER.fullmatch(text):
        return text
    if field in _NAMES:
        return editor.name(text) if editor else text
    items = read(text)
    return editor.write(text, items) if editor else text


def _line(line: Line, read: _Reader, editor: _Editor | None) -> Line:
    """A line: its text, and its words where they stand in the text; else the words by themselves."""
    said = " ".join(word.text.strip() for word in line.words)
    offset = line.text.find(said)
    items = read(line.text)
    apart = read(said) if offset < 0 else None
    if editor is None:
        return line
    if items and (apart is not None or not line.words):
        # Which of the words it was cannot be told.
        editor.silenced.append(Span(line.start_ms, line.end_ms))
    words = editor.words(line, line.text, items, offset) if apart is None else editor.words(line, said, apart, 0)
    heard_by = tuple(editor.name(name) for name in line.heard_by)
    return replace(line, text=editor.write(line.text, items), words=words, heard_by=heard_by)


def _joined(spans: Sequence[Span], duration_ms: int) -> tuple[Span, ...]:
    joined: list[Span] = []
    for span in sorted(spans):
        start, end = max(0, span.start_ms - _MARGIN_MS), min(duration_ms, span.end_ms + _MARGIN_MS)
        if joined and start <= joined[-1].end_ms:
            joined[-1] = Span(joined[-1].start_ms, max(end, joined[-1].end_ms))
        elif start < end:
            joined.append(Span(start, end))
    return tuple(joined)
