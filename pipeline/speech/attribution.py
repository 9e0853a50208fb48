"""Who said each word: recognised words laid on the turns of the diarisation. A pure function; nothing is heard again.

The times of words and of turns are each some tenths of a second off, so a word alone is weak evidence, mostly where
speakers change. The words are therefore taken as one sequence, and the cheapest sequence of speakers is looked for
(Viterbi 1967). Everything is counted in milliseconds of evidence: giving a word to someone costs as many milliseconds of it
as lie in somebody else's turn, and a change of speaker costs much in the middle of a sentence, less at a pause and hardly
anything after one. So a border falls at the end of a sentence unless the turns contradict that clearly, and a single word
does not change sides in mid-sentence.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.speech.model import Diarisation, Segment, Span, Turn, Word, WordFlag

NEAREST_MS = 1_000
"""A word outside all turns goes to the nearest within this distance; further away nobody is named."""

_CHANGE_IN_SENTENCE_MS = 400
_CHANGE_AT_PAUSE_MS = 150
_CHANGE_AFTER_SENTENCE_MS = 30
_PAUSE_MS = 300
_SENTENCE_END = (".", "?", "!", "…")
_CLOSING = "\"'”’»)]"

_OVERLAPPED_SHARE = 1 / 3
"""A word is marked when others speak during this share of it."""


def attribute(segments: Sequence[Segment], diarisation: Diarisation) -> tuple[Segment, ...]:
    """The segments with a speaker, or nobody, for each word, and OVERLAP on words during which more than one speaks.

    Words keep their order, times and text. Speakers are labels of `diarisation`.
    """
    exclusive = _Turns(diarisation.exclusive)
    together = _Spans(_spoken_together(diarisation.turns))
    words = [word for segment in segments for word in segment.words]
    speakers = iter([speaker for run in _runs(words, exclusive) for speaker in _cheapest(run, exclusive.speakers)])
    return tuple(
        replace(segment, words=tuple(_attributed(word, next(speakers), together) for word in segment.words)) for segment in segments
    )


class _Spans:
    """Stretches that do not overlap, for asking how much of another stretch they cover and how far away they are."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self._spans = sorted(spans)
        self._ends = [span.end_ms for span in self._spans]

    def covered_ms(self, start_ms: int, end_ms: int) -> int:
        """How much of a stretch these cover."""
        covered = 0
        for index in range(bisect_left(self._ends, start_ms), len(self._spans)):
            span = self._spans[index]
            if span.start_ms >= end_ms:
                break
            covered += max(0, min(span.end_ms, end_ms) - max(span.start_ms, start_ms))
        return covered

    def distance_ms(self, start_ms: int, end_ms: int) -> int:
        """How far the nearest of these is from a stretch; there is at least one."""
        after = bisect_left(self._ends, start_ms)
        near = self._spans[max(0, after - 1) : after + 1]
        return min(max(0, span.start_ms - end_ms, start_ms - span.end_ms) for span in near)


class _Turns:
    """Exclusive turns, by speaker."""

    def __init__(self, turns: Sequence[Turn]) -> None:
        self.speakers = sorted({turn.speaker for turn in turns})
        self._by_speaker = [_Spans(Span(turn.start_ms, turn.end_ms) for turn in turns if turn.speaker == each) for each in self.speakers]

    def costs_ms(self, word: Word) -> list[int] | None:
        """For each speaker what it costs to give them the word; None when nobody speaks near it."""
        start, end = word.start_ms, max(word.end_ms, word.start_ms + 1)
        covered = [spans.covered_ms(start, end) for spans in self._by_speaker]
        if total := sum(covered):
            return [total - theirs for theirs in covered]
        distances = [spans.distance_ms(start, end) for spans in self._by_speaker]
        return distances if distances and min(distances) <= NEAREST_MS else None


@dataclass(frozen=True, slots=True)
class _Run:
    """Words that follow each other, all near somebody's turn or none of them. `changes_ms[i]`: a change before word i."""

    costs_ms: list[list[int] | None]
    changes_ms: list[int]


def _runs(words: Sequence[Word], turns: _Turns) -> Iterator[_Run]:
    run = _Run([], [])
    previous: Word | None = None
    for word in words:
        costs = turns.costs_ms(word)
        if run.costs_ms and (costs is None) != (run.costs_ms[-1] is None):
            yield run
            run = _Run([], [])
        run.costs_ms.append(costs)
        run.changes_ms.append(_change_ms(previous, word))
        previous = word
    yield run


def _change_ms(previous: Word | None, word: Word) -> int:
    """What a change of speaker between two words costs."""
    if previous is None or previous.text.rstrip(_CLOSING).endswith(_SENTENCE_END):
        return _CHANGE_AFTER_SENTENCE_MS
    return _CHANGE_AT_PAUSE_MS if word.start_ms - previous.end_ms >= _PAUSE_MS else _CHANGE_IN_SENTENCE_MS


def _cheapest(run: _Run, speakers: Sequence[str]) -> list[str | None]:
    """The cheapest speaker for each word of a run; on equal cost the one who came first."""
    total = [0] * len(speakers)
    came_from: list[list[int]] = []
    for costs, change in zip(run.costs_ms, run.changes_ms, strict=True):
        if costs is None:
            return [None] * len(run.costs_ms)
        best = total.index(min(total))
        origin = [best if total[best] + change < total[each] else each for each in range(len(speakers))]
        came_from.append(origin)
        total = [min(total[each], total[best] + change) + costs[each] for each in range(len(speakers))]
    chosen: list[str | None] = []
    speaker = total.index(min(total)) if total else 0
    for origin in reversed(came_from):
        chosen.append(speakers[speaker])
        speaker = origin[speaker]
    return chosen[::-1]


def _attributed(word: Word, speaker: str | None, together: _Spans) -> Word:
    length = max(1, word.end_ms - word.start_ms)
    flags: tuple[WordFlag, ...] = tuple(flag for flag in word.flags if flag is not WordFlag.OVERLAP)
    if together.covered_ms(word.start_ms, word.start_ms + length) >= length * _OVERLAPPED_SHARE:
        flags += (WordFlag.OVERLAP,)
    return replace(word, speaker=speaker, flags=flags)


def _spoken_together(turns: Sequence[Turn]) -> Iterator[Span]:
    """Where more than one speaker talks."""
    borders = sorted([(turn.start_ms, 1) for turn in turns] + [(turn.end_ms, -1) for turn in turns])
    talking = 0
    since = 0
    for moment, change in borders:
        if talking >= 2 and moment > since:
            yield Span(since, moment)
        talking += change
        since = moment
