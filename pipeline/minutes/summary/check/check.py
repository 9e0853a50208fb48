"""The check itself: what of a sentence is not carried by the lines it cites.

Every claim of the sentence is laid beside the spoken claims it has most in common with. Numbers, moments and names must
stand there; what is said must have been said, or be what the lines just before point to; a denial must be one there too and
the other way round; and who does or says it must be the voice that did. It is strict: what it cannot place, it refuses.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import pairwise

from pipeline.language.quantities import Amount, Clock
from pipeline.language.units import Kind, Unit, is_same_date, is_same_number, same_moment
from pipeline.minutes.summary.check.actors import Cast, Casting
from pipeline.minutes.summary.check.clauses import REPORTS, SMALL, Claim, Token, claims, is_content
from pipeline.minutes.summary.check.denials import Denied, denied_in
from pipeline.minutes.summary.check.people import (
    FIRST,
    FIRST_OTHER,
    SECOND,
    THIRD,
    RoleMention,
    reporting,
    role_mentions,
    role_words,
    voices_that_speak_for,
)
from pipeline.minutes.summary.check.placing import exchanged
from pipeline.minutes.summary.check.stems import PARTICLES, is_said, stem, stems
from pipeline.minutes.summary.spoken import Conversation, Utterance
from pipeline.recording.agreement import Role

# So far back a line may point with "die", "daar", "dat".
_CONTEXT_LINES = 40
_MOST_CONTEXT_WORDS = 3
_WEAK = 0.3
# What was only asked counts for little beside what was said.
_OPEN = 0.25
# Claims that fit nearly as well as the best one may carry a sentence too.
_AS_GOOD = 0.8


class ProblemKind(StrEnum):
    """What is wrong with a sentence; keys of [summary.problem] in the texts."""

    NO_LINES = "no_lines"
    NUMBER = "number"
    TIME = "time"
    NAME = "name"
    WORD = "word"
    DENIAL = "denial"
    SPEAKER = "speaker"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a sentence that its lines do not carry; `words` as the sentence has them."""

    kind: ProblemKind
    words: str


@dataclass(frozen=True)
class _Source:
    """A spoken claim. `answer`: the voice that said yes or no to it, with which it becomes theirs too; `denials` then counts
    the no. `open`: a question that got no yes, or a proposal that got a no, so that nobody said it is so."""

    claim: Claim
    stems: frozenset[str]
    speaker: str
    persons: frozenset[str]
    denials: int
    cast: Cast
    answer: str = ""
    open: bool = False


class Checker:
    """Holds sentences against the lines of one conversation."""

    def __init__(self, conversation: Conversation) -> None:
        self.conversation = conversation
        self.language = conversation.language
        self.casting = Casting(conversation)
        self._claims: dict[str, tuple[Claim, ...]] = {}

    def check(self, sentence: str, lines: Sequence[str]) -> tuple[Problem, ...]:
        """What in the sentence the lines do not carry; empty when they carry all of it."""
        known = [self.conversation.by_id[line] for line in lines if line in self.conversation.by_id]
        if not known or len(known) != len(set(lines)):
            return (Problem(ProblemKind.NO_LINES, sentence),)
        return tuple(dict.fromkeys(_Comparison(self, sentence, sorted(known, key=lambda line: line.number)).problems()))

    def claims_of(self, utterance: Utterance) -> tuple[Claim, ...]:
        """The claims of a line, read once."""
        if utterance.id not in self._claims:
            self._claims[utterance.id] = claims(utterance.text, self.language, line=utterance.id, speaker=utterance.speaker or "")
        return self._claims[utterance.id]

    def context(self, first: Utterance) -> frozenset[str]:
        """The stems of the lines just before a line, which it may point back to."""
        before = self.conversation.around(first, _CONTEXT_LINES, 0)[:-1]
        return stems((word.plain for utterance in before for word in utterance.words), self.language)


class _Comparison:
    def __init__(self, checker: Checker, sentence: str, lines: Sequence[Utterance]) -> None:
        self.checker = checker
        self.conversation = checker.conversation
        self.language = checker.language
        self.lines = lines
        self.claims = claims(sentence, self.language)
        self.sources = tuple(self._sources())

    # What was said ----------------------------------------------------------------------------------------------------

    def _sources(self) -> Iterator[_Source]:
        answers = {line.id: self._answer(line) for line in self.lines}
        for at, line in enumerate(self.lines):
            following = self.lines[at + 1] if at + 1 < len(self.lines) else None
            answer = answers[following.id] if following is not None and following.speaker != line.speaker else ""
            for claim in self.checker.claims_of(line):
                open_ = answer == "no" or (claim.asks and answer != "yes")
                yield self._source(claim, line, claim.denials, open_=open_)
                # A yes to what was no question adds nothing that the other said.
                if following is not None and answer and claim.asks:
                    denials = 1 if answer == "no" else claim.denials
                    yield self._source(claim, line, denials, answer=following.speaker or "")

    def _source(self, claim: Claim, line: Utterance, denials: int, *, answer: str = "", open_: bool = False) -> _Source:
        persons = _persons(frozenset(claim.plain), self.language)
        if not persons:
            beside = (other for other in self.checker.claims_of(line) if other.sentence == claim.sentence)
            persons = _persons(frozenset(word for other in beside for word in other.plain), self.language)
        cast = self.checker.casting.cast(claim, self.checker.claims_of(line), answered_by=answer)
        return _Source(claim, stems(claim.plain, self.language), line.speaker or "", persons, denials, cast, answer, open_)

    def _answer(self, line: Utterance) -> str:
        """Whether a line opens with yes or no, in its own words or an interpreter's."""
        if not line.sentences:
            return ""
        plain = line.sentences[0].plain
        if plain[:1] and plain[0] in _HE and plain[1:2] and plain[1] in ("zegt", "says"):
            plain = plain[2:] or plain
        short = line.sentences[0].joined if len(line.words) <= _SHORT_ANSWER else ""
        if plain[0] in _NO or any(phrase in short for phrase in _REFUSES):
            return "no"
        if plain[0] in _YES or any(phrase in line.sentences[0].joined for phrase in _DOES):
            return "yes"
        return ""

    # The problems -----------------------------------------------------------------------------------------------------

    def problems(self) -> Iterator[Problem]:
        yield from self._quantities()
        yield from self._names()
        yield from self._words()
        yield from self._denials()
        yield from self._speakers()
        yield from self._misplaced()

    def _quantities(self) -> Iterator[Problem]:
        """Numbers and moments that the lines do not name."""
        said = [unit for source in self.sources for unit in source.claim.of(Kind.NUMBER, Kind.TIME)]
        said_words = {token.plain for source in self.sources for token in source.claim.tokens}
        written_units = [
            unit for claim in self.claims for unit in claim.of(Kind.NUMBER, Kind.TIME) if unit.meaning is not None or unit.kind is Kind.TIME
        ]
        spoken = [unit for line in self.lines for claim in self.checker.claims_of(line) for unit in claim.of(Kind.NUMBER, Kind.TIME)]
        for unit in written_units:
            again = sum(_same_quantity(unit, other) for other in written_units)
            if again > 1 and again > sum(_same_quantity(unit, other) for other in spoken):
                yield Problem(ProblemKind.NUMBER if unit.kind is Kind.NUMBER else ProblemKind.TIME, unit.key)
        for claim in self.claims:
            for unit in claim.of(Kind.NUMBER, Kind.TIME):
                if any(_same_quantity(unit, other) for other in said):
                    continue
                written = [token.plain for token in claim.tokens if token.kind is unit.kind]
                if unit.meaning is None and all(word in said_words or word in _NO_MOMENT for word in unit.key.split()):
                    continue
                yield Problem(ProblemKind.NUMBER if unit.kind is Kind.NUMBER else ProblemKind.TIME, " ".join(written))

    def _names(self) -> Iterator[Problem]:
        """Names that are not in the lines."""
        said = {token.plain for source in self.sources for token in source.claim.tokens}
        roles = role_words(self.language)
        for claim in self.claims:
            for at, token in enumerate(claim.tokens):
                capital = token.capital and (at > 0 or claim.number > 0)
                is_name = token.kind is Kind.NAME or (capital and token.plain not in SMALL[self.language])
                if is_name and token.plain.removesuffix("'s") == self._meant_name:
                    continue
                if is_name and token.plain not in said and token.plain not in roles and token.plain not in _NOT_NAMES:
                    if token.kind is not Kind.NAME and is_said(stem(token.plain, self.language), self._all_said):
                        continue
                    yield Problem(ProblemKind.NAME, token.plain)

    @cached_property
    def _meant_name(self) -> str:
        """The name that "hem" or "haar" in lines without any name points back to: the last one said before; else ""."""
        units_of = (unit for source in self.sources for unit in source.claim.of(Kind.NAME))
        words = {token.plain for source in self.sources for token in source.claim.tokens}
        if next(units_of, None) is not None or _POINTS.isdisjoint(words):
            return ""
        for line in reversed(self.conversation.around(self.lines[0], _NAMED_WITHIN, 0)[:-1]):
            names = [unit.key for claim in self.checker.claims_of(line) for unit in claim.of(Kind.NAME)]
            if names:
                return names[0] if len(set(names)) == 1 else ""
        return ""

    @cached_property
    def _all_said(self) -> frozenset[str]:
        return frozenset(part for source in self.sources for part in source.stems)

    def _words(self) -> Iterator[Problem]:
        """Words that were not said: not in the lines, and not in what they point back to."""
        roles = role_words(self.language)
        context: frozenset[str] | None = None
        borrowed = 0
        for claim in self.claims:
            for token in claim.tokens:
                base = token.plain.removesuffix("'s")
                if not is_content(token, self.language) or base in roles or base == "member" or token.kind is Kind.NAME:
                    continue
                wanted = stem(token.plain, self.language)
                # Written in two pieces, "vullen … in", and spoken in one.
                pieces = {particle + wanted for particle in set(claim.plain) & PARTICLES}
                if pieces & self._all_said:
                    continue
                if is_said(wanted, self._all_said) or is_said(stem(token.lemma, self.language), self._all_said):
                    continue
                context = self.checker.context(self.lines[0]) | _ALWAYS_KNOWN if context is None else context
                borrowed += 1
                if borrowed > _MOST_CONTEXT_WORDS or not is_said(wanted, context):
                    yield Problem(ProblemKind.WORD, token.plain)

    # Claim beside claim -----------------------------------------------------------------------------------------------

    def _score(self, claim: Claim, source: _Source) -> float:
        """How much a written and a spoken claim have in common."""
        strong = sum(is_said(stem(form, self.language), source.stems) for form in claim.content)
        weak = sum(_WEAK for form in self._verbs(claim) if stem(form, self.language) in source.stems)
        equal = sum(
            any(_same_quantity(unit, other) for other in source.claim.units) for unit in claim.of(Kind.NUMBER, Kind.TIME, Kind.NAME)
        )
        return (strong + weak + equal) * (_OPEN if source.open and not self._asks(claim) else 1)

    def _verbs(self, claim: Claim) -> set[str]:
        """Verbs too common to say much alone: they still tell which of two claims is meant, and whether it is denied.

        What only says that the rest was said ("zegt dat") is left out: it need not be in the lines.
        """
        said = {token.lemma for token in claim.tokens} | {token.plain for token in claim.tokens}
        return {form for form in said if form in _COMMON_VERBS or (form in REPORTS[self.language] and not self._introduces(claim))}

    def _introduces(self, claim: Claim) -> bool:
        """Whether a claim is nothing but "De cliënt zegt", before what is said."""
        if not set(reporting(claim, self.language)) <= _ANYBODY:
            return False
        following = [other for other in self.claims if other.number > claim.number]
        return bool(following) and following[0].plain[0] in ("dat", "of", "that", "whether", "om", "if")

    def _beside(self, claim: Claim, as_good: float = _AS_GOOD) -> list[_Source]:
        """The spoken claims that this one can rest on: the best, and those nearly as good."""
        scored = [(self._score(claim, source), source) for source in self.sources]
        best = max((score for score, _ in scored), default=0.0)
        return [source for score, source in scored if score >= best * as_good] if best > 0 else []

    def _denials(self) -> Iterator[Problem]:
        """Claims that are denied where the lines affirm, or affirmed where they deny."""
        written = sum(claim.denials for claim in self.claims)
        if written > self._denied_in_sources():
            yield Problem(ProblemKind.DENIAL, " ".join(word for claim in self.claims if claim.denials for word in claim.plain))
        if written < self._spoken_denials.least:
            yield Problem(ProblemKind.DENIAL, " ".join(self.claims[0].plain))
        for claim in self.claims:
            wrong = self._denied_wrongly(claim) if claim.denials else self._affirmed_wrongly(claim)
            if wrong:
                yield Problem(ProblemKind.DENIAL, " ".join(claim.plain))

    @cached_property
    def _spoken(self) -> list[Claim]:
        """All claims of the lines that are cited."""
        return [claim for line in self.lines for claim in self.checker.claims_of(line)]

    @cached_property
    def _spoken_denials(self) -> Denied:
        return denied_in(self._spoken, self.claims, self.language)

    def _denied_in_sources(self) -> int:
        """How many denials the sentence can take from its lines."""
        return self._spoken_denials.most + len(
            {source.answer + source.claim.line for source in self.sources if source.answer and source.denials > source.claim.denials}
        )

    def _denied_wrongly(self, claim: Claim) -> bool:
        asks = self._asks(claim)
        sources = [source for source in self.sources if not (asks and source.answer)]
        if claim.denials > max((source.denials for source in sources), default=0):
            return True
        units = claim.of(Kind.NUMBER, Kind.TIME, Kind.NAME)
        if units and not any(self._is_denied(unit, sources) for unit in units):
            return True
        beside = [source for source in self._beside(claim) if source in sources]
        if not beside:
            return not any(source.denials for source in sources)
        if any(source.denials >= claim.denials for source in beside):
            # "Zonder papier" is not "niet zonder papier".
            return all(source.denials > claim.denials for source in beside)
        # A spoken sentence may deny in its next breath: "die nieuwe bewaker zegt dat het niet mag".
        same = {(source.claim.line, source.claim.sentence) for source in beside}
        return not any(
            source.denials and (source.claim.line, source.claim.sentence) in same and self._score(claim, source) > 0 for source in sources
        )

    def _is_denied(self, unit: Unit, sources: Sequence[_Source]) -> bool:
        """Whether a number, moment or name stands in a line that denies something, or whose answer does."""
        denied = {(source.claim.line, source.claim.sentence + step) for source in sources if source.denials for step in (-1, 0, 1)}
        named = [source for source in sources if any(_same_quantity(unit, other) for other in source.claim.units)]
        return not named or any(
            source.open or (not source.claim.asks and (source.claim.line, source.claim.sentence) in denied) for source in named
        )

    def _affirmed_wrongly(self, claim: Claim) -> bool:
        """Whether something in an affirmed claim was said in denied claims only, or more often affirmed than it was said so."""
        asks = self._asks(claim)
        wanted = [(stem(token.lemma, self.language), token.lemma in self._verbs(claim)) for token in self._telling(claim)]
        for form, common in wanted:
            named = [source for source in self.sources if (form in source.stems if common else is_said(form, source.stems))]
            if self._only_denied(named, asks) or (common and self._affirmed_too_often(form, named)):
                return True
        for unit in claim.of(Kind.NUMBER, Kind.TIME, Kind.NAME):
            named = [source for source in self.sources if any(_same_quantity(unit, other) for other in source.claim.units)]
            if self._only_denied(named, asks):
                return True
        return False

    def _asks(self, claim: Claim) -> bool:
        return not _ASKING.isdisjoint(reporting(claim, self.language))

    def _telling(self, claim: Claim) -> list[Token]:
        """The words of a claim whose denial would turn it round."""
        roles = role_words(self.language)
        verbs = self._verbs(claim)
        named = {at for at, token in enumerate(claim.tokens) if at and token.plain in roles and claim.tokens[at - 1].plain in _THE}
        return [
            token for at, token in enumerate(claim.tokens) if at not in named and (token.lemma in claim.content or token.lemma in verbs)
        ]

    def _only_denied(self, named: Sequence[_Source], asks: bool) -> bool:
        usable = [source for source in named if not source.open or asks]
        return bool(usable) and all(source.denials for source in usable)

    def _affirmed_too_often(self, form: str, named: Sequence[_Source]) -> bool:
        """Two claims "er staat", where one line says that it does and one that it does not."""
        if not any(source.denials for source in named):
            return False
        affirmed = sum(1 for source in named if not source.denials and not source.answer)
        written = sum(
            1 for claim in self.claims if not claim.denials and form in {stem(verb, self.language) for verb in self._verbs(claim)}
        )
        return written > affirmed

    # Who ---------------------------------------------------------------------------------------------------------------

    def _speakers(self) -> Iterator[Problem]:
        """Roles that do or say what another voice did or said."""
        said = frozenset(token.plain for source in self.sources for token in source.claim.tokens)
        for at, claim in enumerate(self.claims):
            for mention in role_mentions(claim, self.conversation, said):
                if not self._fits(mention, at):
                    yield Problem(ProblemKind.SPEAKER, claim.tokens[mention.at].plain)

    def _fits(self, mention: RoleMention, at: int) -> bool:
        if not mention.voices:
            return False
        following = self.claims[at + 1] if at + 1 < len(self.claims) else None
        if (
            following is not None
            and following.plain[0] in _AND
            and _THE & set(following.plain[1:2])
            and _TOGETHER & set(reporting(following, self.language))
        ):
            at += 1  # "De medewerker | en de cliënt spreken af": what they do is said after the second
        claim = self.claims[at]
        theirs = voices_that_speak_for(mention.voices, self.conversation)
        if not mention.subject:
            return self._shares(claim, mention)
        passive_wish = not _BE.isdisjoint(claim.plain) and not _WISH.isdisjoint(claim.plain)
        if passive_wish:
            return any(source.cast.shares & mention.voices for source in self._beside(claim, _EVEN))
        if (verbs := reporting(claim, self.language, mention.at)) and _WILL.isdisjoint(claim.plain):
            return self._said_it(at, verbs, mention.voices if _TRANSLATES & set(verbs) else theirs)
        beside = self._same_denial(claim, self._beside(claim, _ABOUT_EQUAL))
        if not beside:
            # With nothing to tell by, only where no other voice is cited.
            return all(line.speaker in theirs for line in self.lines) or (
                not any(line.speaker in theirs for line in self.lines)
                and any(self._is_addressed(source, theirs) for source in self.sources)
            )
        passive = not _PASSIVE.isdisjoint(claim.plain)
        beside = [source for source in beside if self._is_role_said(source, claim.plain[mention.at])]
        return any(source.cast.acts & mention.voices or (passive and source.cast.shares & mention.voices) for source in beside)

    def _shares(self, claim: Claim, mention: RoleMention) -> bool:
        """Whether a role can be the one something is done to or whose something is: in a claim this one can rest on."""
        theirs, word = mention.voices, claim.plain[mention.at]
        beside = [source for source in self._beside(claim, _HALF_AS_GOOD) if self._is_role_said(source, word)]
        doers = [mention for mention in role_mentions(claim, self.conversation, frozenset()) if mention.subject]
        if any(doer.voices == theirs for doer in doers):
            return False
        if doers:
            return any(source.cast.shares & theirs for source in beside)
        if any(source.cast.shares for source in beside):
            return any(source.cast.shares & theirs for source in beside)
        return any(source.cast.acts & theirs for source in beside)

    def _is_role_said(self, source: _Source, word: str) -> bool:
        """Whether a spoken claim that names who acts by a role names this one: "de commissie beslist" is not the secretary."""
        known = role_words(self.language)
        if source.cast.together:
            return len(known.get(word, ())) > 1
        said = {mention for mention in role_mentions(source.claim, self.conversation, frozenset()) if mention.subject}
        named = [known.get(source.claim.plain[mention.at]) for mention in said]
        return not named or known.get(word) in named

    def _same_denial(self, claim: Claim, beside: list[_Source]) -> list[_Source]:
        """Of the claims beside this one those that deny or affirm as it does, where there are any."""
        return [source for source in beside if bool(source.denials) == bool(claim.denials)] or beside

    def _said_it(self, at: int, verbs: Sequence[str], theirs: frozenset[str]) -> bool:
        """Whether what a role is said to say, here and in the claims that hang on it, is in that role's own lines."""
        if _TRANSLATES & set(verbs) and not any(self._is_interpreter(voice) for voice in theirs):
            return False
        mentioned = [one for claim in self.claims[max(0, at - 1) : at + 1] for one in role_mentions(claim, self.conversation, frozenset())]
        sayers = {verb: [source for source in self.sources if stem(verb, self.language) in source.stems] for verb in verbs}
        if any(self._is_told(source, self.claims[at], theirs) for source in sayers[verbs[0]]):
            return True
        if not any(line.speaker in theirs for line in self.lines):
            return False
        if self.claims[at].denials and not any(source.denials and source.speaker in theirs for source in self.sources):
            return False
        if _TOGETHER & set(verbs) and len(mentioned) > 1:
            return True
        for verb in set(verbs) - _ANYBODY:
            # "Die wil iedereen" is not what the one who says it wants.
            told = [source for source in sayers[verb] if source.persons & {"first", "second"} or source.answer] or sayers[verb]
            if told and not any(self._voice(source) in theirs or self._does(source, theirs) for source in told):
                return False
        shown = False
        asks = not _ASKING.isdisjoint(verbs)
        for claim in self.claims[at : at + _REPORTED_CLAIMS]:
            beside = [source for source in self._same_denial(claim, self._beside(claim, _ABOUT_EQUAL)) if not (asks and source.answer)]
            if claim.number != self.claims[at].number and self._names_a_subject(claim):
                break
            if not (claim.content or claim.units) or not beside:
                continue
            if not any(self._voice(source) in theirs for source in beside):
                return False
            shown = True
        return shown or all(line.speaker in theirs for line in self.lines) or any(sayers.values())

    def _names_a_subject(self, claim: Claim) -> bool:
        return any(mention.subject for mention in role_mentions(claim, self.conversation, frozenset()))

    def _is_told(self, source: _Source, claim: Claim, theirs: frozenset[str]) -> bool:
        """U zegt nu zeshonderdtwintig: another voice says what these said, about the same."""
        if not self._is_addressed(source, theirs) or "first" in source.persons or source.claim.plain[0] in _HANGING:
            return False
        line = frozenset(part for other in self.sources if other.claim.line == source.claim.line for part in other.stems)
        about = any(is_said(stem(form, self.language), line) for form in claim.content)
        named = any(_same_quantity(unit, other) for unit in claim.units for other in source.claim.units)
        return about or named or not (claim.content or claim.units)

    def _voice(self, source: _Source) -> str:
        """Whose words a spoken claim is: the one who answered it, else the one who said it."""
        return source.answer or source.speaker

    def _does(self, source: _Source, theirs: frozenset[str]) -> bool:
        """Whether the one who does something in a spoken claim is one of these voices."""
        own = source.speaker in theirs
        if "first" in source.persons:
            return own
        named = [mention for mention in role_mentions(source.claim, self.conversation, frozenset()) if mention.subject and mention.voices]
        if named:
            return any(mention.voices & theirs for mention in named)
        if "second" in source.persons:
            return self._is_addressed(source, theirs) or (self._is_interpreter(source.speaker) and own)
        if source.answer and source.claim.asks:
            return source.answer in theirs
        if "third" in source.persons and "other" not in source.persons:
            return not own or self._is_interpreter(source.speaker)
        return own

    def _is_addressed(self, source: _Source, theirs: frozenset[str]) -> bool:
        """Whether these voices are the u or je of a spoken claim: who spoke just before or just after it."""
        if "second" not in source.persons or source.speaker in theirs:
            return False
        if source.answer:
            return source.answer in theirs
        number = self.conversation.by_id[source.claim.line].number
        after = (line.speaker for line in self.conversation.utterances[number + 1 : number + 4] if line.speaker != source.speaker)
        before = (
            line.speaker for line in reversed(self.conversation.utterances[max(0, number - 3) : number]) if line.speaker != source.speaker
        )
        addressed = {next(after, None), next(before, None)} if not source.claim.asks else {next(after, None)}
        return bool(addressed & theirs)

    def _is_interpreter(self, voice: str) -> bool:
        return self.conversation.voices.get(voice) is Role.INTERPRETER

    def _misplaced(self) -> Iterator[Problem]:
        """Numbers, moments and names that the lines name with something else: two that changed places."""
        affirmed = [claim for claim in self.claims if not claim.denials]
        for unit in exchanged(affirmed, self._spoken, _same_quantity, self.language):
            yield Problem(_MISPLACED[unit.kind], unit.key)
        for unit in self._retracted(self._spoken):
            yield Problem(_MISPLACED[unit.kind], unit.key)
        kinds = (Kind.NUMBER, Kind.TIME, Kind.NAME)
        mine = [unit for claim in self.claims for unit in claim.of(*kinds)]
        for claim in self.claims:
            company = {
                stem(token.plain, self.language) for token in claim.tokens if token.kind is Kind.WORD and len(token.plain) > 2
            } - _NO_COMPANY
            for unit in claim.of(*kinds):
                own = self._company(unit, company)
                # Only what the sentence names too can have changed places with it.
                others = [other for other in mine if other.kind is unit.kind and not any(_same_quantity(one, other) for one in claim.units)]
                if own is not None and any((theirs := self._company(other, company)) is not None and theirs > own for other in others):
                    yield Problem(_MISPLACED[unit.kind], unit.key)

    def _retracted(self, spoken: Sequence[Claim]) -> Iterator[Unit]:
        """Sunday. No, Saturday: what was taken back in the same breath, told without a denial."""
        affirmed = [unit for claim in self.claims if not claim.denials for unit in claim.of(Kind.NUMBER, Kind.TIME)]
        for claim, following in pairwise(spoken):
            takes_back = following.line == claim.line and following.plain[0] in _NO
            later = [
                other for other in spoken if other.line == claim.line and (other.sentence, other.number) > (claim.sentence, claim.number)
            ]
            for unit in claim.of(Kind.NUMBER, Kind.TIME) if takes_back else ():
                others = [other for part in later for other in part.units]
                replaced = any(other.kind is unit.kind for other in others)
                again = any(_same_quantity(unit, other) for other in others)
                if replaced and not again and any(_same_quantity(unit, other) for other in affirmed):
                    yield unit

    def _company(self, unit: Unit, company: set[str]) -> int | None:
        """How many of these stems stand beside a unit in the claim that names it, at most; null when none does."""
        named = [source for source in self.sources if any(_same_quantity(unit, other) for other in source.claim.units)]
        return max((len(company & source.stems) for source in named), default=None)


_SHORT_ANSWER = 12
_NAMED_WITHIN = 6
_POINTS = frozenset(["hij", "hem", "haar", "ze", "zij", "zijn", "z'n", "he", "him", "his", "she", "her"])
_HALF_AS_GOOD = 0.5
_EVEN = 1.0
_BE = frozenset(["worden", "be", "been"])
_WISH = frozenset(["wil", "willen", "want", "wants"])
_WILL = frozenset(["zal", "zullen", "gaat", "gaan", "will", "shall", "going"])
_PASSIVE = frozenset(["wordt", "worden", "werd", "krijgt", "krijgen", "is", "zijn", "be", "been", "gets", "was", "hoort"])
# How many clauses one "zegt" reaches.
_REPORTED_CLAIMS = 4
# Claims that fit equally well: who is meant must be one of them.
_ABOUT_EQUAL = 0.9
_MISPLACED = {Kind.NUMBER: ProblemKind.NUMBER, Kind.TIME: ProblemKind.TIME, Kind.NAME: ProblemKind.NAME}
_HE = frozenset({"hij", "zij", "ze", "meneer", "mevrouw", "he", "she"})
_NO = frozenset(["nee", "neen", "no", "nope"])
_REFUSES = (" ook niet ", " ga ik niet doen ", " liever niet ", " i won't ")
_YES = frozenset(
    [
        "ja",
        "jawel",
        "jazeker",
        "zeker",
        "natuurlijk",
        "goed",
        "oké",
        "oke",
        "prima",
        "akkoord",
        "graag",
        "fijn",
        "yes",
        "yeah",
        "sure",
        "okay",
        "ok",
        "fine",
        "right",
        "klopt",
    ]
)
_DOES = (" doe ik ", " dat doe ik ", " zal ik doen ", " is goed ", " i will ", " i'll do ")
_COMMON_VERBS = frozenset(["kunnen", "mogen", "moeten", "willen", "hoeven", "weten", "hebben", "gaan", "doen", "staan", "zitten",
"liggen", "komen", "krijgen", "zijn", "horen", "waar", "meer", "precies", "laten", "zullen", "can", "may", "must", "need", "know",
"have", "go", "do", "stand", "sit", "lie", "come", "get", "extend"]) - {"zijn", "zullen"}  # fmt: skip
_ASKING = frozenset(["vragen", "verzoeken", "voorstellen", "vraag", "vraagt", "ask", "request", "propose", "suggest"])
_TRANSLATES = frozenset({"vertalen", "translate"})
_TOGETHER = frozenset({"afspreken", "spreken", "agree"})
# What everybody is said to do in a report; whose verb it was tells nothing.
_ANYBODY = frozenset(
    [
        "zeggen",
        "vragen",
        "vertellen",
        "vinden",
        "geven",
        "spreken",
        "merken",
        "stellen",
        "melden",
        "noemen",
        "aangeven",
        "meedelen",
        "opmerken",
        "uitleggen",
        "antwoorden",
        "vertalen",
        "verklaren",
        "bevestigen",
        "say",
        "tell",
        "ask",
        "find",
        "zegt",
        "vraagt",
        "state",
        "note",
        "report",
        "explain",
        "answer",
        "translate",
    ]
)
# A summary may say that there was a talk and that it is recorded: the recording itself shows it.
_ALWAYS_KNOWN = frozenset({"gesprek", "opname", "opnem", "conversation", "record"})
_NOT_NAMES = frozenset(["nederlands", "engels", "nederland", "dutch", "english", "i"])
_NO_MOMENT = frozenset(["de", "het", "van", "in", "op", "aan", "en", "om", "'s", "the", "of", "on", "at", "dag", "dagen", "keer"])
_NO_COMPANY = frozenset(["de", "het", "een", "der", "dat", "die", "is", "en", "zijn", "van", "the", "a", "an", "of", "to"])
_AND = frozenset({"en", "and"})
_THE = frozenset({"de", "het", "the"})
_HANGING = frozenset(["als", "zoals", "indien", "wanneer", "if", "as", "when"])
_SECONDS_IN_MINUTE = 60


def _persons(plain: frozenset[str], language: str) -> frozenset[str]:
    tables = {"first": FIRST, "other": FIRST_OTHER, "second": SECOND, "third": THIRD}
    return frozenset(name for name, table in tables.items() if not table[language].isdisjoint(plain))


def _same_quantity(one: Unit, other: Unit) -> bool:
    if one.kind is Kind.NAME or other.kind is Kind.NAME:
        return one.kind is other.kind and one.key == other.key
    if _is_half_a_day_off(one, other):
        return False
    if one.key == other.key:
        return same_moment(one, other)
    return is_same_date(one.meaning, other.meaning) or _same_sum(one, other) or _same_hour(one, other) or _same_hour(other, one)


def _is_half_a_day_off(one: Unit, other: Unit) -> bool:
    """Zes uur and achttien uur: one only where a part of the day was said."""
    clocks = [unit.meaning for unit in (one, other) if isinstance(unit.meaning, Clock)]
    if len(clocks) < 2 or one.day_parts or other.day_parts:
        return False
    return clocks[0].minutes != clocks[1].minutes


def _same_sum(one: Unit, other: Unit) -> bool:
    """Vijfhonderd, and vijfhonderd euro. Of lengths the unit must be said: page four is not four weeks."""
    dimensions = {unit.meaning.dimension for unit in (one, other) if isinstance(unit.meaning, Amount)}
    return dimensions == {"", "eur"} and is_same_number(one.meaning, other.meaning)


def _same_hour(one: Unit, other: Unit) -> bool:
    """Om twaalf uur, and "Twaalf uur" alone, which reads as a length."""
    clock, length = one.meaning, other.meaning
    if not isinstance(clock, Clock) or not isinstance(length, Amount) or length.dimension != "s":
        return False
    if length.value > 2 * _HALF_DAY_SECONDS:
        return False
    return clock.minutes * _SECONDS_IN_MINUTE % _HALF_DAY_SECONDS == length.value % _HALF_DAY_SECONDS


_HALF_DAY_SECONDS = 12 * 60 * 60
