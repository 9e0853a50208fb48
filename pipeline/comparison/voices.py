"""Which speaker of one account is which of the other: by name where both give one, else by the words they share."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from scipy.optimize import linear_sum_assignment

from pipeline.comparison.model import SpeakerPair
from pipeline.comparison.transcripts import Transcript, Voice
from pipeline.comparison.words import Account, Step
from pipeline.language.plain import plain

SameVoice = Callable[[str, str], bool]


def pair_voices(a: Account, b: Account, steps: Sequence[Step]) -> tuple[SpeakerPair, ...]:
    """One voice of A for one of B. Voices that share no words and no name stay alone."""
    shared = Counter(
        (said_by_a, said_by_b)
        for step in steps
        if step.equal
        and (said_by_a := a.utterance_of(step.a_start).speaker) is not None
        and (said_by_b := b.utterance_of(step.b_start).speaker) is not None
    )
    named = list(_by_name(a.transcript, b.transcript))
    taken_a, taken_b = {pair.a for pair in named}, {pair.b for pair in named}
    # Who has a name on both sides, and not the same one, is not the same person.
    rest_a = [label for label in dict.fromkeys(pair[0] for pair in shared) if label not in taken_a]
    rest_b = [label for label in dict.fromkeys(pair[1] for pair in shared) if label not in taken_b]
    if not rest_a or not rest_b:
        return tuple(named)
    votes = np.array([[shared[x, y] if _may_be_one(a.transcript, x, b.transcript, y) else 0 for y in rest_b] for x in rest_a])
    rows, columns = linear_sum_assignment(-votes)
    by_words = [SpeakerPair(a=rest_a[i], b=rest_b[j], by="words") for i, j in zip(rows, columns, strict=True) if votes[i, j]]
    return (*named, *by_words)


def same_voice(pairs: Sequence[SpeakerPair]) -> SameVoice:
    """Whether a label of A and one of B are one voice."""
    known = {(pair.a, pair.b) for pair in pairs}
    return lambda of_a, of_b: (of_a, of_b) in known


def _by_name(a: Transcript, b: Transcript) -> Iterator[SpeakerPair]:
    for names in (_names, _roles):
        of_a, of_b = names(a.voices), names(b.voices)
        for name in of_a.keys() & of_b.keys():
            yield SpeakerPair(a=of_a[name], b=of_b[name], by="name")
        if of_a.keys() & of_b.keys():
            return


def _names(voices: Sequence[Voice]) -> dict[str, str]:
    return _unique((" ".join(plain(part) for part in voice.name.split()), voice.label) for voice in voices if voice.name)


def _roles(voices: Sequence[Voice]) -> dict[str, str]:
    return _unique((voice.role, voice.label) for voice in voices if voice.role)


def _unique(named: Iterator[tuple[str, str]]) -> dict[str, str]:
    listed = list(named)
    counts = Counter(name for name, _ in listed)
    return {name: label for name, label in listed if counts[name] == 1}


def _may_be_one(a: Transcript, of_a: str, b: Transcript, of_b: str) -> bool:
    x, y = a.voice(of_a), b.voice(of_b)
    return not (x and y and x.name and y.name)
