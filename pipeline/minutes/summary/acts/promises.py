"""Whether a sentence undertakes something: who will do it, and whether a condition comes first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from pipeline.minutes.summary.acts.clauses import Clause, clauses, says
from pipeline.minutes.summary.acts.cues import CUES, Cues
from pipeline.minutes.summary.acts.verbs import UNDERTAKINGS, Undertaking
from pipeline.minutes.summary.mentions.moments import moments_in
from pipeline.minutes.summary.spoken import Sentence, Utterance
from pipeline.recording.agreement import Role

_HE = frozenset({"hij", "zij", "ze", "meneer", "mevrouw", "he", "she"})


@dataclass(frozen=True, slots=True)
class Promise:
    """A sentence that undertakes. `can`: only "ik kan dat vragen", which counts once it is taken up."""

    sentence: Sentence
    can: bool = False
    conditional: bool = False


class PromiseReader:
    """Reads the sentences of one language. Times and other limits of a sentence come from its line."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.cues: Cues = CUES[language]
        self.verbs: Undertaking = UNDERTAKINGS[language]

    def promises(self, utterance: Utterance) -> Iterator[Promise]:
        """The undertakings of a line, in order, one per sentence at most."""
        spoken_for = utterance.role is Role.INTERPRETER
        for sentence, following in zip_longest(utterance.sentences, utterance.sentences[1:]):
            if sentence.asks:
                continue
            timed = any(sentence.start <= moment.start < sentence.end for moment in moments_in(utterance, self.language))
            promised = following is not None and self._promises(following)
            parts = clauses(sentence, utterance, self.language)
            found = [kind for clause in parts if (kind := self._kind(clause, spoken_for, timed, promised))]
            conditional = self.is_conditional(sentence)
            if found:
                yield Promise(sentence, can=all(kind == "can" for kind in found), conditional=conditional)
            elif (
                (says(sentence.joined, self.cues.agreeing) and self.cues.negations.isdisjoint(sentence.plain))
                or self._hands_over(sentence, utterance, timed)
                or self._another_will(sentence, timed)
                or says(sentence.joined, LEAVES)
            ):
                yield Promise(sentence, conditional=conditional)
            elif says(sentence.joined, self.cues.conditional_yes) and self._condition_in(utterance):
                yield Promise(sentence, conditional=True)

    def _promises(self, sentence: Sentence) -> bool:
        """Dat beloof ik: what the sentence before says holds, also when it denies."""
        short = len(sentence.words) <= 5
        return short and not self.cues.promise.isdisjoint(sentence.plain) and self.cues.negations.isdisjoint(sentence.plain)

    def _condition_in(self, utterance: Utterance) -> bool:
        return any(sentence.plain[0] in self.cues.conditions for sentence in utterance.sentences)

    def is_conditional(self, sentence: Sentence) -> bool:
        """Whether something else has to happen first."""
        text = sentence.joined
        for phrase in self.cues.politeness:
            text = text.replace(phrase, " ")
        return not self.cues.conditions.isdisjoint(text.split()) or says(sentence.joined, self.cues.conditional_yes)

    def _kind(self, clause: Clause, spoken_for: bool, timed: bool, promised: bool) -> str | None:
        """`will` or `can` where this clause undertakes, else null."""
        cues, plain = self.cues, clause.plain
        if clause.denies(cues) and not promised:
            return None
        if clause.has(cues.hedges) or clause.has(cues.habits) or says(clause.joined, self._never()):
            return None
        if clause.opener in cues.conditions:
            return None
        for at, _word in enumerate(plain):
            subject = self._subject(plain, at, spoken_for)
            if subject is None or (clause.opener in cues.subordinate and at != 2):
                continue  # "Dat regel ik" undertakes, "dat ik regel" does not
            if subject == "plural" and not timed and not clause.has(cues.you):
                continue  # "dan zoeken we dat uit": nobody in particular, at no time
            if "even" in plain and not timed and not _LOOKING.isdisjoint(plain):
                continue  # "ik kijk even": done at once
            if kind := self._verb_beside(plain, at, subject, promised):
                return kind
        return self._reported(plain) if spoken_for else None

    def _reported(self, plain: Sequence[str]) -> str | None:
        """Hij zegt dat hij de papieren brengt: in the words of an interpreter."""
        for at in range(len(plain) - 2):
            if plain[at] in ("dat", "that") and plain[at + 1] in _HE:
                rest = plain[at + 2 :]
                known = self.verbs.third.get(rest[-1])
                if known is not None and known.first not in ("vraag", "doe", "werk", "blijf", "wacht"):
                    return "will"
                if "zal" in rest and self._infinitive(rest):
                    return "will"
        return None

    def _never(self) -> tuple[str, ...]:
        return tuple(f" {phrase} " for phrase in self.verbs.never)

    def _subject(self, plain: Sequence[str], at: int, spoken_for: bool) -> str | None:
        word = plain[at]
        if word in self.cues.i:
            return "first"
        if word in self.cues.we:
            return "plural"
        return "third" if spoken_for and word in _HE else None

    def _verb_beside(self, plain: Sequence[str], at: int, subject: str, promised: bool) -> str | None:
        """The verb right after the subject (ik stuur) or right before it (stuur ik)."""
        forms = {"first": self.verbs.first, "plural": self.verbs.plural, "third": self.verbs.third}[subject]
        if self.language == "en":
            return self._english(plain, at)
        after = next((plain[at + step] for step in (1, 2) if at + step < len(plain) and plain[at + step] not in ("zelf", "eh")), "")
        before = plain[at - 1] if at else ""
        rest = plain[at + 1 :]
        if promised and after:
            return "will"
        for verb in (after, before):
            if subject == "third" and verb == "vraagt":
                continue  # the interpreter asks for the client
            if verb in ("zal", "zullen") and self._infinitive(rest):
                return "will"
            if verb in ("ga", "gaan", "gaat") and (self._infinitive(rest) or self._particle("ga", rest)):
                return "will"
            if verb in self.cues.can and self._infinitive(rest):
                return "can"
            known = forms.get(verb)
            if known is not None and not self.verbs.not_with.get(known.first, frozenset()).isdisjoint(rest):
                continue
            if known is not None and self._is_undertaken(known.first, rest, inverted=verb == before):
                return "will"
        return None

    def _english(self, plain: Sequence[str], at: int) -> str | None:
        word, rest = plain[at], plain[at + 1 :]
        if word in ("i'll", "we'll") or (rest and rest[0] in ("will", "shall")):
            follow = rest[1:] if rest and rest[0] in ("will", "shall") else rest
            return "will" if any(verb in self.verbs.infinitives for verb in follow[:3]) else None
        if rest[:2] in (("am", "going"), ("are", "going")) or (word == "i'm" and rest[:1] == ("going",)):
            return "will" if any(verb in self.verbs.infinitives for verb in rest[:5]) else None
        if rest and rest[0] in ("can", "could"):
            return "can" if any(verb in self.verbs.infinitives for verb in rest[1:3]) else None
        return None

    def _infinitive(self, rest: Sequence[str]) -> bool:
        return any(word in self.verbs.infinitives for word in rest)

    def _is_undertaken(self, first: str, rest: Sequence[str], *, inverted: bool) -> bool:
        """Whether this verb, with its particle where it needs one, is an undertaking."""
        needed = self.verbs.particles.get(first)
        if first == "doe":
            return inverted or self._particle(first, rest)
        return needed is None or self._particle(first, rest)

    def _particle(self, first: str, rest: Sequence[str]) -> bool:
        return not self.verbs.particles.get(first, frozenset()).isdisjoint(rest)

    def _hands_over(self, sentence: Sentence, utterance: Utterance, timed: bool) -> bool:
        """U krijgt de brief overmorgen: what the other side will have, and when."""
        from_us = says(sentence.joined, _FROM_US)
        if utterance.role is Role.CLIENT or not (timed or from_us) or says(sentence.joined, _TERMS):
            return False
        plain = sentence.plain
        if not (self.cues.negations | self.cues.hedges).isdisjoint(plain):
            return False
        receives = self.cues.receives if len(plain) <= _SHORT else self.cues.receives - {"hebt", "have"}
        return any(
            word in self.cues.you and not receives.isdisjoint((*plain[max(0, at - 1) : at], *plain[at + 1 : at + 3]))
            for at, word in enumerate(plain)
        )

    def _another_will(self, sentence: Sentence, timed: bool) -> bool:
        """Mijn collega belt u morgen, de secretaris stuurt het verslag toe: somebody of the speaker's side."""
        plain = sentence.plain
        if not (self.cues.negations | self.cues.hedges | self.cues.past | self.cues.habits).isdisjoint(plain):
            return False
        for at, word in enumerate(plain):
            if word in self.cues.others and at and plain[at - 1] in _OURS:
                beside = (*plain[at + 1 : at + 3], *plain[max(0, at - 2) : at - 1])
                towards = timed or not self.cues.you.isdisjoint(plain) or "partijen" in plain
                if towards and any(verb in self.verbs.third for verb in beside):
                    return True
        return False


# "U hebt tien dagen om te reageren" is a term, not a thing handed over.
_FROM_US = (" van mij ", " van ons ", " van me ", " from me ", " from us ")
_LOOKING = frozenset(["kijk", "zoek", "lees", "zet", "maak", "check", "controleer", "noteer", "schrijf", "pak", "leg"])
LEAVES = (" de deur uit ", " op de post ", " in the post ")
_OURS = frozenset(["de", "mijn", "onze", "een", "the", "my", "our", "a"])
_SHORT = 6
_TERMS = (" om te ", " to respond ", " to appeal ", " recht op ", " de tijd ", " to reply ")
