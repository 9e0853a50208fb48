"""Which language is spoken in each stretch, so that no speech is written down in a language it was not spoken in.

The recogniser gives a probability for every language it knows, for each window of some six seconds of speech. Single windows
of hesitant or noisy Dutch are easily taken for something else, so the language is decided over neighbouring windows: the
most likely path through a hidden Markov model (Viterbi, IEEE Trans. Inf. Theory 13, 1967) whose states are the languages.
Leaving the expected language must be paid for, which a run of windows that agree on one other language does and scattered
doubts do not.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pipeline.speech.model import LanguageSpan, Span

Expected = Literal["nl", "en", "auto"]
WRITTEN = ("nl", "en")

WINDOW_MS = 6_000
_JOINED_PAUSE_MS = 1_000
_SHORTEST_WINDOW_MS = 1_500

# Afrikaans is not expected here, and Whisper often hears it in Dutch.
_HEARD_AS = {"af": "nl"}
# Languages that Whisper reports for mumbling and noise in any language; they count for nothing.
_NEVER = frozenset({"bo", "br", "cy", "fo", "haw", "jw", "la", "lb", "mi", "nn", "oc", "sa", "yi"})
_FLOOR = 0.02
# Half is paid on leaving the expected language, half on coming back: what about three clear windows weigh.
_COST_OF_LEAVING = 8.0
# Measured with Whisper base: stretches truly in another language have a mean probability of 0.66 and more, acted Dutch taken
# for another language 0.34 and less.
_CLEARLY = 0.5
# So many windows in a row with hardly a trace of the expected language are doubted, even if no other language is agreed on.
_STRANGE_WINDOWS = 3
_STRANGE_BELOW = 0.015
# Between Dutch and English when both are expected.
_COST_OF_CHANGING = 3.0


def windows(activity: Sequence[Span]) -> tuple[Span, ...]:
    """Windows of at most six seconds for language detection; spans close to each other share one.

    Speech too short to tell a language by gets no window of its own and takes the language of its neighbours.
    """
    found: list[Span] = []
    for span in activity:
        start = span.start_ms
        if found and start - found[-1].end_ms <= _JOINED_PAUSE_MS and span.end_ms - found[-1].start_ms <= WINDOW_MS:
            found[-1] = Span(found[-1].start_ms, span.end_ms)
            continue
        count = -(-(span.end_ms - start) // WINDOW_MS)
        bounds = [start + (span.end_ms - start) * part // count for part in range(count + 1)]
        found.extend(map(Span, bounds, bounds[1:]))
    return tuple(window for window in found if window.end_ms - window.start_ms >= _SHORTEST_WINDOW_MS)


def languages(heard: Sequence[tuple[Span, Mapping[str, float]]], activity: Sequence[Span], expected: Expected) -> tuple[LanguageSpan, ...]:
    """The language of all speech, from what was heard in each window (probability by ISO 639-1 code).

    `expected` is the language the speakers agreed on; other languages are reported where they clearly are. A stretch in which
    another language is likelier but not clear, or hardly a trace of the expected one, keeps the expected one as a span of its
    own with the low probability that has. `probability` is the mean of the language in its windows. The spans cover all
    speech, in time order.
    """
    if not activity:
        return ()
    if not heard:
        unheard = LanguageSpan(start_ms=activity[0].start_ms, end_ms=activity[-1].end_ms, language=_home(expected)[0], probability=1.0)
        return (unheard,)
    folded = [_folded(probabilities) for _, probabilities in heard]
    path = _path(folded, expected)
    spans: list[LanguageSpan] = []
    home = _home(expected)
    strange = _strange(folded, home)
    for first, past in _groups([(language, language in home and strange[place]) for place, language in enumerate(path)]):
        start_ms = activity[0].start_ms if first == 0 else heard[first][0].start_ms
        end_ms = activity[-1].end_ms if past == len(path) else heard[past][0].start_ms
        language, probability = _settled(path[first], folded[first:past], home)
        spans.append(LanguageSpan(start_ms=start_ms, end_ms=end_ms, language=language, probability=round(probability, 4)))
    return tuple(spans)


def _settled(language: str, heard: Sequence[Mapping[str, float]], home: Sequence[str]) -> tuple[str, float]:
    """The language a group of windows is taken to be in, and its mean probability there."""
    means = {name: math.fsum(window.get(name, 0.0) for window in heard) / len(heard) for name in (language, *home)}
    settled = language if language in home or means[language] >= _CLEARLY else max(home, key=lambda name: means[name])
    return settled, means[settled]


def _home(expected: Expected) -> tuple[str, ...]:
    return WRITTEN if expected == "auto" else (expected,)


def _folded(probabilities: Mapping[str, float]) -> dict[str, float]:
    folded: dict[str, float] = {}
    for language, probability in probabilities.items():
        if language not in _NEVER:
            name = _HEARD_AS.get(language, language)
            folded[name] = folded.get(name, 0.0) + probability
    return folded


def _path(heard: Sequence[Mapping[str, float]], expected: Expected) -> list[str]:
    """The most likely language of each window."""
    home = _home(expected)
    states = [*home, *sorted({language for window in heard for language in window} - set(home))]
    abroad = np.array([0.0 if state in home else _COST_OF_LEAVING / 2 for state in states])
    moves = abroad[:, np.newaxis] + abroad
    moves[: len(home), : len(home)] = _COST_OF_CHANGING
    np.fill_diagonal(moves, 0.0)
    fits = np.log(np.maximum([[window.get(state, 0.0) for state in states] for window in heard], _FLOOR))

    total = fits[0] - abroad
    came_from: list[NDArray[np.intp]] = []
    for fit in fits[1:]:
        arriving = total[:, np.newaxis] - moves
        came_from.append(arriving.argmax(axis=0))
        total = arriving.max(axis=0) + fit
    path = [int((total - abroad).argmax())]
    for best in reversed(came_from):
        path.append(int(best[path[-1]]))
    return [states[state] for state in reversed(path)]


def _strange(heard: Sequence[Mapping[str, float]], home: Sequence[str]) -> list[bool]:
    """For each window whether it lies in a run without a trace of the expected languages."""
    traceless = [all(window.get(language, 0.0) < _STRANGE_BELOW for language in home) for window in heard]
    strange = [False] * len(heard)
    for first, past in _groups(traceless):
        if traceless[first] and past - first >= _STRANGE_WINDOWS:
            strange[first:past] = [True] * (past - first)
    return strange


def _groups(labels: Sequence[object]) -> list[tuple[int, int]]:
    """First and past-the-last place of each run of equal labels."""
    starts = [index for index in range(len(labels)) if index == 0 or labels[index] != labels[index - 1]]
    return list(zip(starts, [*starts[1:], len(labels)], strict=True))
