"""Which lines of a part tell most, for each voice: what is rare, what is fixed (sums, dates, names), where somebody takes a stand."""

import math
from collections.abc import Mapping, Sequence

from pipeline.minutes.summary.acts.cues import CUES
from pipeline.minutes.summary.mentions.row import Mention
from pipeline.minutes.summary.spoken import Conversation, Utterance
from pipeline.minutes.summary.topics import Topic, Weights

_FIXED_BONUS = 0.6
_STAND_BONUS = 1.0
_QUESTION_FACTOR = 0.5
_RECORDING_FACTOR = 0.4
_FEWEST_WORDS = 4
# A further line of one voice is shown when it tells this much of what its best one does.
_WORTH_ADDING = 0.45

_STANDS = {
    "nl": ("vind", "volgens mij", "klopt niet", "niet waar", "niet eens", "wil niet", "ik wil", "nooit", "niemand", "heb ik niet",
    "heb niet", "moest", "fout", "spijt", "erg",
           "bang", "boos", "verantwoordelijk", "recht", "regel", "afgesproken", "beloofd", "gezegd", "gekregen", "gestolen", "weg",
           "kwijt"),
    "en": ("i think", "not true", "i never", "nobody", "i want", "rule", "wrong", "lied", "paid", "afraid", "angry", "promised",
    "agreed", "lost", "stolen", "missing"),
}  # fmt: skip
_ABOUT_RECORDING = {"nl": ("opname", "opnemen", "neem op", "opgenomen"), "en": ("recording", "recorded", "record")}


class Salience:
    """Scores the lines of one conversation."""

    def __init__(self, conversation: Conversation, weights: Weights, fixed: Sequence[Mention]) -> None:
        self.conversation = conversation
        self.weights = weights
        self._fixed: Mapping[str, int] = _counts(fixed)
        self._cues = CUES[conversation.language]

    def score(self, utterance: Utterance) -> float:
        """How much a line tells; 0 for one with nothing in it."""
        words = len(utterance.words)
        if words < _FEWEST_WORDS:
            return 0.0
        told = sum(self.weights.of(word) for word in self.weights.lines[utterance.id]) / math.sqrt(words)
        told += _FIXED_BONUS * min(3, self._fixed.get(utterance.id, 0))
        joined = " ".join(sentence.joined for sentence in utterance.sentences)
        told += _STAND_BONUS * min(2, sum(f" {phrase} " in joined for phrase in _STANDS[self.conversation.language]))
        if any(not self._cues.negations.isdisjoint(sentence.plain) for sentence in utterance.sentences):
            told += _FIXED_BONUS
        if utterance.asks:
            told *= _QUESTION_FACTOR
        if any(word in joined for word in _ABOUT_RECORDING[self.conversation.language]):
            told *= _RECORDING_FACTOR
        return told

    def best(self, topic: Topic, each: int) -> tuple[Utterance, ...]:
        """The most telling lines of every voice that speaks in a part, at most `each` of one voice, in order.

        A voice that says anything is never left out, whatever the engine doubts; greetings and the like are.
        """
        voices = dict.fromkeys(utterance.speaker for utterance in topic.utterances if utterance.speaker)
        chosen: list[Utterance] = []
        for voice in voices:
            lines = [line for line in topic.utterances if line.speaker == voice and self.weights.lines[line.id]]
            told = sorted(lines, key=lambda line: (-self.score(line), -len(line.words), line.number))[:each]
            chosen += [line for at, line in enumerate(told) if at == 0 or self.score(line) >= _WORTH_ADDING * self.score(told[0]) > 0]
        return tuple(sorted(chosen, key=lambda line: line.number))


def _counts(fixed: Sequence[Mention]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for mention in fixed:
        counts[mention.line] = counts.get(mention.line, 0) + 1
    return counts
