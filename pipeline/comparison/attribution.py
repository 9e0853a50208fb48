"""Whom a statement of a report names, and whom it says is speaking."""

from collections.abc import Mapping, Sequence

from pipeline.comparison.transcripts import Voice
from pipeline.language.lexicon import Lexicon
from pipeline.language.plain import plain
from pipeline.language.register import ACCORDING, NOT_SPEAKING, ROLES, SAYING

# "Klager heeft ter zitting verklaard": so far the verb of saying may stand from who says it.
_FIRST_WORDS = 5
_VERB_WITHIN = 7
_AFTER_ACCORDING = 4
_SHORTEST_NAME = 3


class Attribution:
    """The speakers of a conversation by the words a report has for them: their names, and the words for their role."""

    def __init__(self, voices: Sequence[Voice], lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._labels: dict[str, frozenset[str]] = {}
        for voice in voices:
            names = {plain(part) for part in (voice.name or "").split()}
            names = {name for name in names if len(name) >= _SHORTEST_NAME and name not in lexicon.names.titles}
            for word in names | ROLES[lexicon.code].get(voice.role or "", frozenset()):
                self._labels[word] = self._labels.get(word, frozenset()) | {voice.label}

    @property
    def words(self) -> Mapping[str, frozenset[str]]:
        """All words that name a speaker, with the labels of whom they name."""
        return self._labels

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

    def _is_spoken_to(self, before: Sequence[str]) -> bool:
        """Aan klager is verteld; er is mevrouw Kuipers gevraagd: the speaker is somebody else."""
        said = [word for word in before if word not in self._lexicon.articles and word not in self._lexicon.names.titles]
        return bool(said) and said[-1] in NOT_SPEAKING[self._lexicon.code]
