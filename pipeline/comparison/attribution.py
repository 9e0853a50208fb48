"""Whom a statement of a report names, and whom it says is speaking."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from pipeline.comparison.transcripts import Utterance, Voice
from pipeline.language.lexicon import Lexicon
from pipeline.language.plain import plain
from pipeline.language.register import ACCORDING, AGENT_ENDINGS, I_AM, NOT_DOING, NOT_SPEAKING, ROLES, SAYING
from pipeline.language.verbs import is_verb_form

# "Klager heeft ter zitting verklaard": so far the verb of saying may stand from who says it.
_FIRST_WORDS = 5
_VERB_WITHIN = 7
_AFTER_ACCORDING = 4
_SHORTEST_NAME = 3
# People say who they are when a conversation begins.
_INTRODUCTIONS = 15
_TITLE_WITHIN = 4
_SUBJECT_WITHIN = 3
_NAME_WORDS = 4
_SHORTEST_TITLE = 6


class Attribution:
    """The speakers of a conversation by the words a report has for them: their names, and the words for their role."""

    def __init__(self, voices: Sequence[Voice], lexicon: Lexicon, lines: Sequence[Utterance]) -> None:
        self._lexicon = lexicon
        self._labels: dict[str, frozenset[str]] = {}
        all_roles = () if any(voice.role for voice in voices) else ROLES[lexicon.code].values()
        self._nobody: dict[str, frozenset[str]] = {word: frozenset() for named in all_roles for word in named}
        for voice in voices:
            names = {plain(part) for part in (voice.name or "").split()}
            names = {name for name in names if len(name) >= _SHORTEST_NAME and name not in lexicon.names.titles}
            for word in names | ROLES[lexicon.code].get(voice.role or "", frozenset()):
                self._labels[word] = self._labels.get(word, frozenset()) | {voice.label}

        for word, label in _presented(lines, lexicon):
            self._labels[word] = self._labels.get(word, frozenset()) | {label}

    @property
    def words(self) -> Mapping[str, frozenset[str]]:
        """All words that name a speaker, with the labels of whom they name; none where nobody's role is known."""
        return self._nobody | self._labels

    def mentioned(self, statement: str) -> frozenset[str]:
        """The labels of all speakers a statement names."""
        found = (self._labels.get(plain(word), frozenset()) for word in statement.split())
        return frozenset().union(*found)

    def said_by(self, statement: str) -> frozenset[str]:
        """The labels of the speaker a statement puts words in the mouth of; empty when it does not say who speaks."""
        words = [plain(word) for word in statement.split()]
        for at, word in enumerate(words):
            if word in ACCORDING[self._lexicon.code]:
                for follower in words[at + 1 : at + 1 + _AFTER_ACCORDING]:
                    if follower in self._labels:
                        return self._labels[follower]
        named = next((at for at, word in enumerate(words[:_FIRST_WORDS]) if word in self._labels), None)
        if named is None or self._is_spoken_to(words[:named]):
            return frozenset()
        following = words[named + 1 : named + 1 + _VERB_WITHIN]
        return self._labels[words[named]] if any(word in SAYING[self._lexicon.code] for word in following) else frozenset()

    def done_by(self, statement: str) -> frozenset[str]:
        """The labels of the speaker who does something in a statement; empty when it begins otherwise, or something is done to him."""
        words = [plain(word) for word in statement.split()]
        named = next((at for at, word in enumerate(words[:_SUBJECT_WITHIN]) if word in self._labels), None)
        if named is None or self._is_spoken_to(words[:named]):
            return frozenset()
        last = max(at for at in range(named, min(named + _NAME_WORDS, len(words))) if words[at] in self._labels)
        follows = words[last + 1] if last + 1 < len(words) else ""
        return (
            self._labels[words[named]]
            if is_verb_form(follows, self._lexicon.code) and follows not in NOT_DOING[self._lexicon.code]
            else frozenset()
        )

    def _is_spoken_to(self, before: Sequence[str]) -> bool:
        """Aan klager is verteld; er is mevrouw Kuipers gevraagd: the speaker is somebody else."""
        said = [word for word in before if word not in self._lexicon.articles and word not in self._lexicon.names.titles]
        return bool(said) and said[-1] in NOT_SPEAKING[self._lexicon.code]


def _presented(lines: Sequence[Utterance], lexicon: Lexicon) -> Iterator[tuple[str, str]]:
    """What people say they are when they introduce themselves: I am the coordinator of the shelter."""
    for line in lines[:_INTRODUCTIONS]:
        words = [plain(word) for word in line.text.split()]
        for at, pair in enumerate(pairwise(words)):
            if line.speaker is None or pair not in I_AM[lexicon.code]:
                continue
            for word in words[at + 2 : at + 2 + _TITLE_WITHIN]:
                if is_agent(word, lexicon.code):
                    yield word, line.speaker
                    break


def is_agent(word: str, code: str) -> bool:
    """Whether a word is, by its ending, one for somebody who does something: coordinator, klachtenfunctionaris, begeleidster."""
    return len(word) >= _SHORTEST_TITLE and word.endswith(AGENT_ENDINGS[code])
