"""Who acts in a spoken claim, and who else is in it: what "ik", "u" and "mij" mean, voice by voice.

Only what the words show counts: a role in a summary needs a pronoun, a noun or a whole line of its own to rest on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.language.spelling import lemma
from pipeline.minutes.summary.acts.reading import Subject, VerbKind, readings, verb_of
from pipeline.minutes.summary.acts.verbs import ENGLISH
from pipeline.minutes.summary.check.clauses import Claim
from pipeline.minutes.summary.check.people import FIRST, FIRST_OTHER, SECOND, THIRD, role_mentions
from pipeline.minutes.summary.spoken import Conversation, Utterance
from pipeline.recording.agreement import Role

_NEAR = 3
_A_PAIR = 2
_TITLES = frozenset({"meneer", "mevrouw", "heer", "mr", "mrs", "ms", "dokter", "dr"})
_NOBODY: frozenset[str] = frozenset()
_COMMITTEE = (Role.CHAIR, Role.COMMITTEE_MEMBER, Role.SECRETARY)
_WE = frozenset({"wij", "we", "ons", "onze", "us", "our"})
_REPORTED = frozenset({"hij", "zij", "ze", "he", "she"})
_HE = frozenset({"hij", "zij", "ze", "meneer", "mevrouw", "he", "she"})
_OPENERS = frozenset({"en", "maar", "dan", "nou", "ja", "oke", "goed", "and", "but", "then", "please", "well"})
_THINGS = frozenset({"ze", "hem", "haar", "het", "die", "dat"})
_ENDS_IN_T = frozenset({"zet", "laat", "let", "wacht", "schat", "vergeet", "eet", "put", "print", "start"})
_SUBJECTS_YOU = frozenset({"u", "je", "jij", "jullie", "ge", "gij", "you", "you'll", "you're", "you've"})


@dataclass(frozen=True, slots=True)
class Cast:
    """`acts`: the voices that do what the claim says; `shares`: the other voices in it;
    `together`: a committee says "we", which is none of its members alone."""

    acts: frozenset[str]
    shares: frozenset[str]
    together: bool = False


class Casting:
    """Reads the cast of spoken claims of one conversation."""

    def __init__(self, conversation: Conversation) -> None:
        self.conversation = conversation
        self.language = conversation.language
        self._clients = frozenset(conversation.voices_of(Role.CLIENT))
        self._interpreters = frozenset(conversation.voices_of(Role.INTERPRETER))

    def cast(self, claim: Claim, beside: Sequence[Claim], *, answered_by: str = "") -> Cast:
        """The cast of a claim. `beside`: the other claims of its line; `answered_by`: the voice whose yes or no makes it theirs."""
        line = self.conversation.by_id[claim.line]
        plain = frozenset(claim.plain)
        if not self._has_person(plain):
            # "Kunt u | die foto's sturen": who acts stands in the other half of the sentence.
            same = (other for other in beside if other.sentence == claim.sentence and self._has_person(frozenset(other.plain)))
            plain = next((frozenset(other.plain) for other in same), plain)
        speaker = self._speaks(line, plain)
        addressed = frozenset({answered_by}) if answered_by and claim.asks else self.addressed(line)
        second = not SECOND[self.language].isdisjoint(plain)
        absent = self._third(line) if not THIRD[self.language].isdisjoint(plain) else _NOBODY
        mentions = list(role_mentions(claim, self.conversation, frozenset()))
        subjects = [mention for mention in mentions if mention.subject]
        others = frozenset(voice for mention in mentions if not mention.subject for voice in mention.voices)
        first = not FIRST[self.language].isdisjoint(plain)
        if not first and not FIRST_OTHER[self.language].isdisjoint(plain):
            others |= speaker
        shares = others | absent | (addressed if second else _NOBODY)
        together = line.role in _COMMITTEE and not _WE.isdisjoint(plain)
        if first:
            return Cast(speaker, shares, together)
        if subjects:
            return Cast(frozenset(voice for mention in subjects for voice in mention.voices), shares)
        if second and not _SUBJECTS_YOU.isdisjoint(plain):
            return Cast(addressed, others | absent, together)
        if absent and not _HE.isdisjoint(plain):
            return Cast(absent, others | (addressed if second else _NOBODY))
        if self._orders(claim):
            return Cast(addressed, others | absent)
        if answered_by:
            return Cast(frozenset({answered_by}), shares)
        # "Een kopie van uw paspoort" does not say who brings it.
        return Cast(_NOBODY if second or self._is_about_another(claim) else speaker, shares)

    def _has_person(self, plain: frozenset[str]) -> bool:
        return not (FIRST[self.language] | SECOND[self.language] | _HE).isdisjoint(plain)

    def _is_about_another(self, claim: Claim) -> bool:
        """Het ziekenhuis moet bellen: a verb with a subject that is none of the voices."""
        return any(verb_of(word, self.language) and word not in _OPENERS for word in claim.plain[1:]) and not FIRST_OTHER[
            self.language
        ] & set(claim.plain)

    def _orders(self, claim: Claim) -> bool:
        """Neem ze in, ask Fatou: the verb opens and nobody is named, so that it is for the other to do."""
        if claim.asks:
            return False
        if not (FIRST_OTHER[self.language] | THIRD[self.language]).isdisjoint(claim.plain[:1]):
            return False
        if claim.plain[0] not in _OPENERS and claim.plain[1:2] and claim.plain[1] in _THINGS and not claim.plain[0].endswith(("t", "n")):
            return self.language == "nl" and bool(verb_of(claim.plain[0], "nl"))
        opening = [reading for reading in readings(claim.plain, self.language) if reading.subject is Subject.NONE]
        verb = next((word for word in claim.plain if word not in _OPENERS), "")
        if not any(reading.kind is VerbKind.DEED for reading in opening):
            return False
        if self.language == "en":
            return verb in ENGLISH.infinitives
        return (not verb.endswith("t") or verb in _ENDS_IN_T) and lemma(verb, "nl") not in (verb, verb + "n") and bool(verb_of(verb, "nl"))

    def addressed(self, line: Utterance) -> frozenset[str]:
        """The voices that "u" or "je" can mean in a line: the other of two, else who spoke just before or speaks just after."""
        others = frozenset(voice for voice in self.conversation.voices if voice != line.speaker)
        if line.speaker in self._interpreters:
            return others - self._clients
        if self._interpreters and self._clients and line.speaker not in self._clients:
            return self._clients
        if len(others) == 1:
            return others
        number = line.number
        after = (other.speaker for other in self.conversation.utterances[number + 1 : number + 1 + _NEAR] if other.speaker != line.speaker)
        before = (
            other.speaker
            for other in reversed(self.conversation.utterances[max(0, number - _NEAR) : number])
            if other.speaker != line.speaker
        )
        found = [next(after, None)] if line.asks else [next(after, None), next(before, None)]
        return frozenset(voice for voice in found if voice)

    def _speaks(self, line: Utterance, plain: frozenset[str]) -> frozenset[str]:
        """Whose words a line is: an interpreter's "ze zegt" makes it the client's."""
        if line.speaker in self._interpreters and self._clients:
            reports = any(not _REPORTED.isdisjoint(sentence.plain[:2]) for sentence in line.sentences)
            own = not FIRST[self.language].isdisjoint(word.plain for word in line.words)
            return self._clients if reports or not own else frozenset({line.speaker or ""})
        together = not _WE.isdisjoint(plain) and line.role in _COMMITTEE
        return frozenset(self.conversation.voices_of(*_COMMITTEE)) if together else frozenset({line.speaker or ""})

    def _third(self, line: Utterance) -> frozenset[str]:
        """Whom "hij" or "mevrouw" can mean among the voices: the client, where somebody else speaks in a talk of three or more."""
        if line.speaker in self._clients or len(self.conversation.voices) <= _A_PAIR or self._names_somebody(line):
            return _NOBODY
        return self._clients

    def _names_somebody(self, line: Utterance) -> bool:
        """Whether this line or the one before names a person, whom "hij" or "ze" may then mean."""
        for other in self.conversation.around(line, 1, 0):
            words = [word for sentence in other.sentences for word in sentence.words]
            if any(word.plain in _TITLES and following.capital for word, following in pairwise(words)):
                return True
        return False
