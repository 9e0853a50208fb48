"""Which words may not have been said as they were written: words nobody was heard speaking, loops, stock phrases, guesses.

Speech recognisers invent: about one in a hundred segments, more where there is no speech (Koenecke et al., FAccT 2024).
Nothing is thrown away here. A word gets a flag, is shown as doubtful, and can be listened to.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import islice

from pipeline.shipped import CONFIG
from pipeline.speech.model import LanguageSpan, Segment, Span, Word, WordFlag

_SPOKEN_SHARE = 1 / 3
"""A word of which less than this lies in speech was not spoken."""

_LANGUAGE_DOUBTED_BELOW = 0.05
"""Written as Dutch or English, but hardly heard as such (see language.py); measured in Dutch: never below 0.1."""

_LATEST_WORD_MS = 30_000
_NEAR_SPANS = 64
"""Words come in order but for some of the same chunk, which is thirty seconds long: where to look for speech near a word."""

# How often a phrase of so many words must follow itself to be a loop. People do say "nee nee nee" and "ja ja ja ja".
_LOOPS_FROM = {1: 6, 2: 4}
_LOOPS_FROM_LONGER = 3
_LONGEST_LOOP = 12


def doubt(
    segments: Sequence[Segment], activity: Sequence[Span], languages: Sequence[LanguageSpan], uncertain_below: float
) -> tuple[Segment, ...]:
    """The segments with UNCERTAIN, OUTSIDE_SPEECH, LOOP and STOCK_PHRASE added to the words that deserve them.

    `uncertain_below`: a word with a lower confidence, or without one, is uncertain.
    """
    words = [word for segment in segments for word in segment.words]
    texts = [_plain(word.text) for word in words]
    loops, phrases = set(_loops(texts)), set(_stock_phrases(texts))
    unspoken = set(_unspoken(words, activity))
    strange = [Span(span.start_ms, span.end_ms) for span in languages if span.probability < _LANGUAGE_DOUBTED_BELOW]
    flagged: list[Word] = []
    for index, word in enumerate(words):
        found = set(word.flags)
        if word.confidence is None or word.confidence < uncertain_below or _within(word, strange):
            found.add(WordFlag.UNCERTAIN)
        if index in unspoken:
            found.add(WordFlag.OUTSIDE_SPEECH)
        if index in loops:
            found.add(WordFlag.LOOP)
        if index in phrases:
            found.add(WordFlag.STOCK_PHRASE)
        flagged.append(replace(word, flags=tuple(flag for flag in WordFlag if flag in found)))
    remaining = iter(flagged)
    return tuple(replace(segment, words=tuple(next(remaining) for _ in segment.words)) for segment in segments)


def _unspoken(words: Sequence[Word], activity: Sequence[Span]) -> Iterator[int]:
    """Places of words that lie for the most part outside speech. `activity` is in time order and apart."""
    for index, word in enumerate(words):
        end_ms = max(word.end_ms, word.start_ms + 1)
        first = bisect_left(activity, word.start_ms, key=lambda span: span.end_ms)
        spoken = 0
        for span in islice(activity, first, None):
            if span.start_ms >= end_ms:
                break
            spoken += min(span.end_ms, end_ms) - max(span.start_ms, word.start_ms)
        if spoken < (end_ms - word.start_ms) * _SPOKEN_SHARE:
            yield index


def _loops(texts: Sequence[str]) -> Iterator[int]:
    """Places of words that belong to a phrase repeated too often in a row."""
    for size in range(1, _LONGEST_LOOP + 1):
        least = _LOOPS_FROM.get(size, _LOOPS_FROM_LONGER)
        same = 0
        for index in range(size, len(texts) + 1):
            if index < len(texts) and texts[index] == texts[index - size]:
                same += 1
                continue
            if same + size >= least * size:
                yield from range(index - same - size, index)
            same = 0


def _stock_phrases(texts: Sequence[str]) -> Iterator[int]:
    """Places of words that form a stock phrase."""
    phrases = stock_phrases()
    for index, text in enumerate(texts):
        for phrase in phrases.get(text, ()):
            if tuple(texts[index : index + len(phrase)]) == phrase:
                yield from range(index, index + len(phrase))


@cache
def stock_phrases() -> dict[str, tuple[tuple[str, ...], ...]]:
    """The phrases of config/stock_phrases.txt as plain words, by their first word."""
    lines = (CONFIG / "stock_phrases.txt").read_text(encoding="utf-8").splitlines()
    phrases = [tuple(_plain(word) for word in line.split()) for line in lines if line.strip() and not line.startswith("#")]
    return {first: tuple(phrase for phrase in phrases if phrase[0] == first) for first in {phrase[0] for phrase in phrases}}


def _plain(text: str) -> str:
    return re.sub(r"[^\w]", "", text.casefold())


def _within(word: Word, spans: Sequence[Span]) -> bool:
    middle = (word.start_ms + word.end_ms) // 2
    return any(span.start_ms <= middle < span.end_ms for span in spans)
