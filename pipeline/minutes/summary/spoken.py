"""The conversation as the summary's rules read it: what each voice said, in sentences, with every word in its place.

Only plain lines count. A remark of ours ("niet te verstaan") is no speech; how much of it there is, the summary says apart.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from pipeline.language.plain import plain
from pipeline.language.spelling import lemma
from pipeline.minutes.doubt import is_uncertain
from pipeline.minutes.model import Line, Minutes
from pipeline.minutes.reading import REMARK_FLAGS
from pipeline.recording.agreement import Role

_WORD = re.compile(r"[€$£]?\s?\d+(?:[.,:]\d+)*(?:%|(?:ste|de|e|st|nd|rd|th)\b)?|[€$£]|[^\W\d_]+(?:['’-][^\W\d_]+)*-?|['’]\w\b", re.UNICODE)
_SENTENCE = re.compile(r"[^.!?…]*(?:[.](?=[^\s])[^.!?…]*)*[.!?…]*[\"”’)]*\s*")
_ASKS = re.compile(r"\?[\"”’)]*\s*$")


@dataclass(frozen=True, slots=True)
class Said:
    """A word of a line: `start` and `end` are places in the line's text; `plain` is its form without case and accents."""

    text: str
    plain: str
    start: int
    end: int
    uncertain: bool = False

    @property
    def capital(self) -> bool:
        """Whether it is written with a capital."""
        return self.text[:1].isupper()


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a line. `start`, `end`: its place in the line's text."""

    text: str
    start: int
    end: int
    words: tuple[Said, ...]

    @property
    def asks(self) -> bool:
        """Whether it ends as a question."""
        return _ASKS.search(self.text) is not None

    @property
    def plain(self) -> tuple[str, ...]:
        """The words in plain form."""
        return tuple(word.plain for word in self.words)

    @property
    def joined(self) -> str:
        """The plain words in one text with a blank at both ends, for patterns."""
        return f" {' '.join(self.plain)} "


@dataclass(frozen=True)
class Utterance:
    """A line of the minutes as it was spoken. `number` is its place in the conversation."""

    number: int
    id: str
    start_ms: int
    end_ms: int
    speaker: str | None
    role: Role | None
    text: str
    uncertain: frozenset[int] = frozenset()

    @cached_property
    def words(self) -> tuple[Said, ...]:
        """Every word, in order."""
        return tuple(self._words())

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """The sentences, in order; together they hold every word."""
        found = []
        for match in _SENTENCE.finditer(self.text):
            words = tuple(word for word in self.words if match.start() <= word.start < match.end())
            if words:
                found.append(Sentence(match[0].strip(), match.start(), match.start() + len(match[0].rstrip()), words))
        return tuple(found)

    @property
    def asks(self) -> bool:
        """Whether the line ends with a question."""
        return bool(self.sentences) and self.sentences[-1].asks

    def lemmas(self, language: str) -> tuple[str, ...]:
        """The dictionary form of each word."""
        return tuple(lemma(word.plain, language) for word in self.words)

    def _words(self) -> Iterator[Said]:
        # Which words the engine doubts is known per written word, counted by white space.
        written = [match.start() for match in re.finditer(r"\S+", self.text)]
        for match in _WORD.finditer(self.text):
            at = match.start() + len(match[0]) - len(match[0].lstrip())
            number = sum(1 for start in written if start <= at) - 1
            form = plain(match[0].replace(" ", ""))
            if form:
                yield Said(match[0].strip(), form, at, match.end(), number in self.uncertain)


@dataclass(frozen=True)
class Conversation:
    """What was said, by whom, and on which day (null when nobody wrote that down). `language`: nl or en."""

    language: str
    utterances: tuple[Utterance, ...]
    day: date | None = None

    @cached_property
    def by_id(self) -> Mapping[str, Utterance]:
        """Each line by its id."""
        return {utterance.id: utterance for utterance in self.utterances}

    @cached_property
    def voices(self) -> Mapping[str, Role | None]:
        """The voices in order of first speech, each with its role as far as known."""
        return {utterance.speaker: utterance.role for utterance in self.utterances if utterance.speaker}

    def voices_of(self, *roles: Role) -> tuple[str, ...]:
        """The voices with one of these roles."""
        return tuple(voice for voice, role in self.voices.items() if role in roles)

    def around(self, utterance: Utterance, before: int, after: int) -> tuple[Utterance, ...]:
        """The lines from `before` earlier to `after` later, itself included."""
        return self.utterances[max(0, utterance.number - before) : utterance.number + after + 1]


def is_speech(line: Line) -> bool:
    """Whether this line holds plain words."""
    return REMARK_FLAGS.isdisjoint(line.flags) and bool(line.text.strip())


def conversation_of(minutes: Minutes, language: str, day: date | None = None) -> Conversation:
    """The conversation in these minutes."""
    roles = {speaker.id: speaker.role for speaker in minutes.speakers}
    lines = [line for line in minutes.lines if is_speech(line)]
    return Conversation(
        language=language,
        utterances=tuple(
            Utterance(
                number=number,
                id=line.id,
                start_ms=line.start_ms,
                end_ms=line.end_ms,
                speaker=line.speaker,
                role=roles.get(line.speaker) if line.speaker else None,
                text=line.text,
                uncertain=_uncertain_places(line),
            )
            for number, line in enumerate(lines)
        ),
        day=day,
    )


def _uncertain_places(line: Line) -> frozenset[int]:
    """The written words the engine doubts, counted from zero; none where the text is not the words (a correction)."""
    if " ".join(word.text.strip() for word in line.words) != line.text:
        return frozenset()
    places: list[int] = []
    at = 0
    for word in line.words:
        parts = len(word.text.split())
        if is_uncertain(word):
            places += range(at, at + parts)
        at += parts
    return frozenset(places)


def language_of(lines: Iterable[Line]) -> str:
    """The language most of the conversation is in, nl or en."""
    letters = {"nl": 0, "en": 0}
    for line in lines:
        if line.language in letters:
            letters[line.language] += len(line.text)
    return max(letters, key=lambda code: letters[code])
