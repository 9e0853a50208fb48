"""A sentence in clauses: the stretches that can be denied, made conditional or promised on their own."""

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.minutes.summary.acts.cues import CUES, Cues
from pipeline.minutes.summary.spoken import Said, Sentence, Utterance


@dataclass(frozen=True, slots=True)
class Clause:
    """Words of one sentence. `opener`: the first word when it says how the clause hangs on the rest (als, dat, maar)."""

    sentence: Sentence
    words: tuple[Said, ...]

    @property
    def plain(self) -> tuple[str, ...]:
        """The words in plain form."""
        return tuple(word.plain for word in self.words)

    @property
    def joined(self) -> str:
        """The plain words with a blank at both ends, for phrases."""
        return f" {' '.join(self.plain)} "

    @property
    def opener(self) -> str:
        """The first word."""
        return self.words[0].plain

    def has(self, words: frozenset[str]) -> bool:
        """Whether one of these words stands in it."""
        return not words.isdisjoint(self.plain)

    def denies(self, cues: Cues) -> bool:
        """Whether it is denied; "niet alleen" and the like deny nothing."""
        if not self.has(cues.negations):
            return False
        left = self.joined
        for phrase in cues.not_a_denial:
            left = left.replace(phrase, " ")
        return not cues.negations.isdisjoint(left.split())


def clauses(sentence: Sentence, utterance: Utterance, language: str) -> Iterator[Clause]:
    """The clauses of a sentence, in order; every word is in one."""
    cues = CUES[language]
    words: list[Said] = []
    for word in sentence.words:
        comma = bool(words) and any(sign in utterance.text[words[-1].end : word.start] for sign in ",;:–")
        if words and (comma or (word.plain in cues.splits and len(words) > 1)):
            yield Clause(sentence, tuple(words))
            words = []
        words.append(word)
    if words:
        yield Clause(sentence, tuple(words))


def says(joined: str, phrases: tuple[str, ...]) -> bool:
    """Whether one of these phrases stands in a text of plain words with blanks at both ends."""
    return any(phrase in joined for phrase in phrases)
