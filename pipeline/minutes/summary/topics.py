"""The conversation cut into the parts it was about: where the words change, and where somebody says that they turn to something else."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.language.spelling import lemma
from pipeline.minutes.summary.content import content_words, is_content
from pipeline.minutes.summary.mentions.people import find_people
from pipeline.minutes.summary.spoken import Conversation, Utterance

# Lines on either side of a cut whose words are held beside each other; a part is at least this long.
_WINDOW = 8
_SHORTEST_PART = 8
_LINES_PER_TOPIC = 22
_MOST_TOPICS = 10
_TURNING_BONUS = 0.15
_HEADING_WORDS = 3
_LONGEST_TURN = 8
_BEFORE_THING = frozenset(
    [
        "de",
        "het",
        "een",
        "mijn",
        "uw",
        "jouw",
        "haar",
        "onze",
        "ons",
        "geen",
        "zo'n",
        "welke",
        "the",
        "a",
        "an",
        "my",
        "your",
        "his",
        "her",
        "our",
        "their",
        "no",
        "this",
        "that",
        "which",
    ]
)

_TURNS = {
    "nl": ("dan de ", "dan het ", "dan nog ", "en dan ", "en die ", "en de ", "oké de ", "goed dan", "dan de vraag", "nu over ",
    "over die ", "over de ", "we moeten het ook",
           "het gaat over", "mevrouw", "meneer", "tot slot", "ten slotte", "volgende punt", "nog iets", "wat betreft",
           "dan inkomen", "hebt u zelf nog", "even over"),
    "en": ("and the ", "and my ", "then the ", "now about", "about the ", "what about", "next ", "finally", "right so", "okay so",
    "as for", "moving on", "one more thing"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Topic:
    """A part of the conversation: its lines, and the words it is most about, as they were spoken."""

    utterances: tuple[Utterance, ...]
    words: tuple[str, ...]


class Weights:
    """How much a word tells: words said in many lines tell little."""

    def __init__(self, conversation: Conversation) -> None:
        self.language = conversation.language
        self.lines = {utterance.id: frozenset(content_words(utterance, conversation.language)) for utterance in conversation.utterances}
        counts = Counter(word for words in self.lines.values() for word in words)
        total = max(1, len(self.lines))
        self.things = _things(conversation)
        self._weights = {word: math.log(1 + total / count) for word, count in counts.items()}

    def of(self, word: str) -> float:
        """The weight of a dictionary form, 0 for one that was not said."""
        return self._weights.get(word, 0.0)


def _things(conversation: Conversation) -> frozenset[str]:
    """The words that stand behind an article or the like (de, mijn, een): what a conversation can be about. Names are left out."""
    names = {part.casefold() for mention in find_people(conversation) for part in mention.text.split()}
    found: Counter[str] = Counter()
    for utterance in conversation.utterances:
        for before, word in pairwise(utterance.words):
            if before.plain in _BEFORE_THING and word.plain not in names and is_content(word.plain, conversation.language):
                form = lemma(word.plain, conversation.language)
                if conversation.language != "nl" or not form.endswith("en"):  # a verb: "het vroor"
                    found[form] += 1
    return frozenset(found)


def find_topics(conversation: Conversation, weights: Weights) -> tuple[Topic, ...]:
    """The parts of the conversation, in order; together they hold every line."""
    utterances = conversation.utterances
    if not utterances:
        return ()
    cuts = [0, *_cuts(conversation, weights), len(utterances)]
    parts = [utterances[start:end] for start, end in pairwise(cuts)]
    return tuple(Topic(part, _about(part, conversation, weights)) for part in parts)


def _cuts(conversation: Conversation, weights: Weights) -> list[int]:
    """Where parts begin: the deepest changes first, none too close to another."""
    utterances = conversation.utterances
    wanted = min(_MOST_TOPICS, max(1, round(len(utterances) / _LINES_PER_TOPIC))) - 1
    depths = {
        at: _depth(utterances, at, weights) + (_TURNING_BONUS if _turns(utterances[at], conversation.language) else 0)
        for at in range(_SHORTEST_PART, len(utterances) - _SHORTEST_PART + 1)
    }
    cuts: list[int] = []
    for at in sorted(depths, key=lambda place: (-depths[place], place)):
        if len(cuts) == wanted:
            break
        if all(abs(at - other) >= _SHORTEST_PART for other in cuts):
            cuts.append(at)
    return sorted(cuts)


def _depth(utterances: Sequence[Utterance], at: int, weights: Weights) -> float:
    """How different the lines before and after a place are: 1 minus the cosine of their weighted words."""
    before = _bag(utterances[max(0, at - _WINDOW) : at], weights)
    after = _bag(utterances[at : at + _WINDOW], weights)
    shared = sum(count * after[word] for word, count in before.items() if word in after)
    lengths = math.sqrt(sum(value**2 for value in before.values())) * math.sqrt(sum(value**2 for value in after.values()))
    return 1 - shared / lengths if lengths else 0.0


def _bag(utterances: Sequence[Utterance], weights: Weights) -> dict[str, float]:
    counts = Counter(word for utterance in utterances for word in weights.lines[utterance.id])
    return {word: count * weights.of(word) for word, count in counts.items()}


def _turns(utterance: Utterance, language: str) -> bool:
    """Whether a line opens as one that turns to something else: "Dan de deur.", "En die lijst dan?"."""
    sentence = utterance.sentences[0] if utterance.sentences else None
    if sentence is None or len(sentence.words) > _LONGEST_TURN:
        return False
    return any(sentence.joined.strip().startswith(phrase) for phrase in _TURNS[language])


def _about(part: Sequence[Utterance], conversation: Conversation, weights: Weights) -> tuple[str, ...]:
    """The words this part is about more than the rest, as spoken, in order of first appearance."""
    counts = Counter(word for utterance in part for word in weights.lines[utterance.id])
    rest = Counter(word for utterance in conversation.utterances for word in weights.lines[utterance.id])
    scores = {word: count * weights.of(word) * count / rest[word] for word, count in counts.items() if word in weights.things}
    best = sorted(scores, key=lambda word: (-scores[word], word))[:_HEADING_WORDS]
    spoken = _as_spoken(part, conversation.language)
    return tuple(spoken[word] for word in sorted(best, key=lambda word: list(spoken).index(word)) if word in spoken)


def _as_spoken(part: Sequence[Utterance], language: str) -> dict[str, str]:
    """Dictionary forms with the form in which they were first said in this part."""
    found: dict[str, str] = {}
    for utterance in part:
        for word, form in zip(utterance.words, utterance.lemmas(language), strict=True):
            if is_content(word.plain, language):
                opens = any(sentence.words[0].start == word.start for sentence in utterance.sentences)
                found.setdefault(form, word.text.lower() if opens else word.text)
    return found
