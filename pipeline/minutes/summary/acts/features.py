"""What a sentence shows of an undertaking: its form, its moment, and what stands before and after it in the talk.

Features are names that hold or do not; what each weighs was learned (see likelihood.py). They name forms and turns of
conversation, hardly any phrase, so that they hold for talks nobody has read.
"""

from collections.abc import Iterator, Sequence, Set

from pipeline.language.lexicon import words
from pipeline.minutes.summary.acts.clauses import Clause, clauses, says
from pipeline.minutes.summary.acts.cues import CUES, Cues
from pipeline.minutes.summary.acts.reading import Reading, Subject, VerbKind, is_finite, readings
from pipeline.minutes.summary.content import content_words
from pipeline.minutes.summary.mentions.moments import DATE, DAY, PERIOD, TIME, moments_in
from pipeline.minutes.summary.spoken import Conversation, Sentence, Utterance
from pipeline.recording.agreement import Role

_SHORT, _LONG = 4, 14
_TALKED_OF_WITHIN = 4
# So many lines a talk takes to begin: greetings, the recording, who is who.
_OPENING_LINES = 8
_FROM_US = (" van mij ", " van ons ", " van me ", " from me ", " from us ", " per mail ", " met de post ", " per post ", " op papier ")
_ACTING = (VerbKind.DEED, VerbKind.WILL, VerbKind.GOING, VerbKind.CAN)
_US = (Subject.FIRST, Subject.PLURAL, Subject.OURS)
_LAY = (Role.CLIENT, Role.SUPPORTER, Role.INTERPRETER)
_COMES = words("komen gaan liggen staan arriveren volgen come arrive follow")
_RECORDING = words("opname opnemen neem band bandje 'm uit recording record tape")
_REPORT = words("verslag notulen noteer schrijf schrijven vastleggen erin report minutes write")
_OPENING = words("sluiten openen stoppen schorsen beginnen starten heropenen close open stop begin start")
_SESSION = words("zitting hoorzitting opname gesprek vergadering recording hearing meeting hier hiermee here 'm")
_ONLY_IF = (" alleen als ", " enkel als ", " pas als ", " alleen dan ", " only if ", " op voorwaarde ")
_ACCEPTABLE = ("act", "orders", "asks", "delivers", "bare moment", "bare moment asks", "meeting", "meeting asks", "orders timed")
_TAGS = words("goed oke oké ja toch he hè akkoord hoor okay right ok")
_SMALL = words("dan wel even zo ook nu hier nog meteen zelf samen maar then")
# With this word the verb says no deed: toegeven, voorstellen, uitleggen, op iets terugkomen, zich afvragen.
_NO_DEED = frozenset(
    {
        ("geven", "toe"),
        ("stellen", "voor"),
        ("leggen", "uit"),
        ("komen", "uit"),
        ("vragen", "af"),
        ("nemen", "aan"),
        ("komen", "vandaan"),
        ("maken", "zorgen"),
        ("maken", "druk"),
        ("stoppen", "opname"),
        ("zetten", "uit"),
        ("stoppen", "nu"),
        ("nemen", "op"),
        ("komen", "zo"),
        ("doen", "best"),
    }
)
_TO_OTHER = words("u je jou jullie hem haar hen ze you him her them")
_PARTICLES = words(
    "op aan af uit in door na mee langs terug toe voor bij over weg erin erbij klaar erop erheen out up in back along over down"
)
_SOON = words("straks meteen direct vandaag zo dadelijk today now later soon binnenkort nog alvast")
_THANKS = words("dank dankjewel dankuwel bedankt fijn mooi super top lief graag thanks thank great heel goed prima")
_TALKING = words("""
    praten zeggen vertellen uitleggen herhalen luisteren vertalen spellen beginnen talk say tell explain repeat listen translate start
    begin
""")


class FeatureReader:
    """Reads the sentences of one conversation."""

    def __init__(self, conversation: Conversation) -> None:
        self.conversation = conversation
        self.language = conversation.language
        self.cues: Cues = CUES[conversation.language]

    def features(self, utterance: Utterance, sentence: Sentence) -> frozenset[str]:
        """Every feature of a sentence of this line."""
        own = set(self._own(utterance, sentence))
        return frozenset((*own, *self._around(utterance, sentence, own)))

    def readings(self, utterance: Utterance, sentence: Sentence) -> Iterator[tuple[Clause, Reading]]:
        """The clauses of a sentence, each with who does what in it."""
        spoken_for = utterance.role is Role.INTERPRETER
        for clause in clauses(sentence, utterance, self.language):
            for reading in readings(clause.plain, self.language, spoken_for=spoken_for):
                yield clause, reading

    # The sentence itself ----------------------------------------------------------------------------------------------

    def _own(self, utterance: Utterance, sentence: Sentence) -> Iterator[str]:
        plain = sentence.plain
        kinds = {moment.kind for moment in moments_in(utterance, self.language) if sentence.start <= moment.start < sentence.end}
        timed = bool(kinds & {DATE, DAY, TIME}) or not _SOON.isdisjoint(plain)
        asks = self.asks(sentence)
        yield "bias"
        yield from (f"moment:{kind}" for kind in kinds)
        yield "short" if len(plain) <= _SHORT else "long" if len(plain) > _LONG else "middling"
        if asks:
            yield "asks"
        elif sentence.asks:
            yield "tag"
        if timed:
            yield "timed"
        if says(sentence.joined, self.cues.do_it):
            yield "does it"
        if not self.cues.promise.isdisjoint(plain):
            yield "promises"
        if says(sentence.joined, self.cues.agreeing):
            yield "agreeing"
        if plain[0] in self.cues.yes or plain[0] in self.cues.accepts:
            yield "yes"
        if plain[0] in self.cues.refuses:
            yield "no"
        if not _RECORDING.isdisjoint(plain):
            yield "recording"
        if not _REPORT.isdisjoint(plain):
            yield "report"
        parts = list(self.readings(utterance, sentence))
        if says(sentence.joined, self.cues.politeness):
            yield "if you like"
        polite = says(sentence.joined, self.cues.politeness)
        condition = not polite and self._is_conditional(sentence, [clause for clause, _ in parts])
        if condition:
            yield "condition"
        yield from self._settling(utterance, sentence, kinds, parts)
        if says(sentence.joined, self.cues.conditional_yes):
            yield "then yes"
        told = False
        for clause, reading in parts:
            if told and reading.kind in _ACTING:
                yield "told"
            told |= reading.kind in (VerbKind.SPEECH, VerbKind.PAST) and len(clause.plain) <= _SHORT
            yield from self._of(clause, reading, utterance, timed=timed, asks=asks, period=PERIOD in kinds, condition=condition)
        if not parts:
            yield "no verb"
            yield "no verb timed" if timed else "no verb at no time"

    def _is_conditional(self, sentence: Sentence, parts: Sequence[Clause]) -> bool:
        """Als hij belt …, should she refuse …, ik betaal als de baas betaalt, zo niet: something else comes first."""
        plain = sentence.plain
        if any(clause.opener in self.cues.conditions for clause in parts) or sentence.joined.startswith((" zo niet ", " if not ")):
            return True
        if plain[0] in ("should", "mocht", "mochten") and not sentence.asks:
            return True
        places = [at for at, word in enumerate(plain) if word in ("als", "indien", "tenzij", "mits", "if", "unless") and at]
        return any(any(is_finite(word, self.language) for word in plain[at + 2 : at + 9]) for at in places)

    def _settling(
        self, utterance: Utterance, sentence: Sentence, kinds: Set[str], readings_: Sequence[tuple[Clause, Reading]]
    ) -> Iterator[str]:
        """A moment to meet at, proposed, answered or fixed in the fewest words."""
        if not kinds & {DATE, DAY, TIME}:
            return
        if any(reading.kind is VerbKind.PAST for _, reading in readings_) or not self.cues.past.isdisjoint(sentence.plain):
            yield "moment past"
            return
        bare = not content_words(utterance, self.language, sentence.start, sentence.end)
        meets = not self.cues.meeting.isdisjoint(sentence.plain) or says(sentence.joined, self.cues.proposing)
        if bare:
            yield "bare moment asks" if sentence.asks else "bare moment"
        if meets:
            yield "meeting asks" if sentence.asks else "meeting"
        talked = False
        for other in reversed(self.conversation.around(utterance, _TALKED_OF_WITHIN, 0)[:-1]):
            for part in other.sentences:
                if part.asks and not self.cues.past.isdisjoint(part.plain):
                    yield "past talked of"
                    return
                talked |= not self.cues.meeting.isdisjoint(part.plain) or says(part.joined, self.cues.proposing)
        if talked and (bare or meets):
            yield "meeting talked of"

    def asks(self, sentence: Sentence) -> bool:
        """Whether a sentence asks; "ik bel u morgen, goed?" only asks whether that is well."""
        return sentence.asks and not (len(sentence.plain) > _SHORT and sentence.plain[-1] in _TAGS)

    def _of(
        self, clause: Clause, reading: Reading, utterance: Utterance, *, timed: bool, asks: bool, period: bool, condition: bool
    ) -> Iterator[str]:
        plain, rest, lemma = clause.plain, reading.rest, reading.lemma
        name = f"{reading.subject}:{reading.kind}"
        yield f"{'asks' if asks else 'says'}:{name}"
        if clause.denies(self.cues):
            yield f"denied:{name}"
            yield "denied act" if reading.subject in _US else "denied"
            return
        bound = clause.opener in self.cues.subordinate or clause.opener in self.cues.conditions
        if bound and not reading.inverted:
            yield f"bound:{reading.subject}"
            return
        if clause.has(self.cues.hedges):
            yield f"hedged:{reading.subject}"
            return
        if asks:
            return
        delivers = reading.kind is VerbKind.RECEIVE and reading.subject is not Subject.FIRST and utterance.role is not Role.CLIENT
        comes = reading.subject in (Subject.NONE, Subject.THIRD) and lemma in _COMES and (timed or period)
        if delivers or comes or (reading.kind is VerbKind.DONE and (timed or period or not _TO_OTHER.isdisjoint(rest))):
            yield "delivers"
            yield from ("delivers from us",) if says(clause.joined, _FROM_US) else ()
            yield "delivers timed" if timed or period else "delivers at no time"
            return
        if reading.subject is Subject.NONE and reading.kind is VerbKind.DEED and not lemma.startswith("dank"):
            yield "orders"
            yield from ("orders timed",) if timed else ()
            return
        if reading.subject in _US and reading.kind is VerbKind.STATE and timed:
            yield "is there"
        if reading.subject in _US and reading.kind is VerbKind.WANT and lemma and utterance.role not in _LAY:
            yield "means to act"
        if reading.kind not in _ACTING or reading.subject not in _US:
            return
        if self._only_talks(clause, reading):
            yield "only talk"
            return
        who = "i" if reading.subject is Subject.FIRST else str(reading.subject)
        yield f"{who} act"
        yield f"{who}:{reading.kind}"
        if not self.cues.habits.isdisjoint(plain) or "per" in plain:
            yield "act habit"
        yield "act"
        yield "act timed" if timed else "act period" if period else "act at no time"
        if condition:
            yield "act on condition"
        if reading.inverted:
            yield "act inverted"
        if not _TO_OTHER.isdisjoint(rest):
            yield "act to other"
        if rest and not _PARTICLES.isdisjoint(rest[-2:]):
            yield "act particle"
        if not _RECORDING.isdisjoint(plain):
            yield "act recording"
        if not _REPORT.isdisjoint(plain):
            yield "act report"
        yield from (f"act {word}" for word in _SMALL if word in plain)
        if reading.kind is VerbKind.DEED and not (timed or period or reading.inverted or condition or _TO_OTHER & set(rest)):
            yield "bare act"
        yield f"verb:{lemma}"

    def _only_talks(self, clause: Clause, reading: Reading) -> bool:
        """Whether what is done is the talk itself: to explain, to admit, to open the hearing, to switch off the recorder."""
        lemma, rest = reading.lemma, reading.rest
        if any((lemma, word) in _NO_DEED for word in rest):
            return True
        if lemma in _OPENING and (clause.has(_SESSION) or not rest):
            return True
        needs_verb = reading.kind in (VerbKind.WILL, VerbKind.GOING, VerbKind.CAN)
        return needs_verb and (not lemma or lemma in _TALKING) and not says(clause.joined, self.cues.do_it)

    def is_condition_alone(self, sentence: Sentence) -> bool:
        """Als hij hem kan missen: a sentence that is nothing but a condition."""
        text = sentence.joined
        if any(phrase in text for phrase in self.cues.politeness) or sentence.asks:
            return False
        opens = sentence.plain[0] in self.cues.conditions or says(sentence.joined, _ONLY_IF)
        return opens and len(sentence.plain) <= _LONG // 2

    # What stands around it --------------------------------------------------------------------------------------------

    def _around(self, utterance: Utterance, sentence: Sentence, own: set[str]) -> Iterator[str]:
        acts = "act" in own or "delivers" in own
        at = utterance.sentences.index(sentence)
        yield "first" if at == 0 else "later"
        if utterance.number < _OPENING_LINES < len(self.conversation.utterances) // 2:
            yield "opening"
        yield f"role:{utterance.role}"
        yield from (f"act by {utterance.role}",) if acts else ()
        if len(content_words(utterance, self.language, sentence.start, sentence.end)) == 0:
            yield "empty"
            if acts:
                yield "acts empty"
        before = self.neighbour(utterance, -1)
        after = self.neighbour(utterance, 1)
        opens = utterance.sentences[0].plain[0]
        if before is not None and before.sentences:
            wanted = set(self._wants(before))
            yield from wanted
            yield from (
                f"{name} & {own_name}" for name in wanted for own_name in ("act", "does it", "is there", "delivers") if own_name in own
            )
            asked = bool(wanted & {"before wants", "before orders", "before offers"})
            if opens in self.cues.yes and wanted:
                yield "yes to wanted" if asked else "yes to asked"
                if "timed" in own:
                    yield "yes to wanted timed" if asked else "yes to asked timed"
            if "timed" in own and asked:
                yield "timed after wanted"
            if "before asks when" in wanted and "timed" in own:
                yield "when answered"
            if opens in self.cues.refuses and wanted:
                yield "refuses wanted"
            if "moment past" not in own and self._echoes_moment(utterance, sentence, before):
                yield "moment echoed"
                yield "moment echoed in talk of meeting" if "meeting talked of" in own else "moment echoed elsewhere"
        if after is not None and after.sentences:
            first = after.sentences[0].plain[0]
            if first in self.cues.accepts:
                yield "accepted"
                yield from (f"accepted {name}" for name in _ACCEPTABLE if name in own)
                yield from ("accepted timed",) if "timed" in own else ()
            if not _THANKS.isdisjoint(after.sentences[0].plain[:3]):
                yield "thanked"
                yield from ("thanked act",) if acts else ()
            if first in self.cues.refuses:
                yield "refused"
                yield from ("act refused",) if acts else ()
            if after.asks:
                yield "asked after"

    def _echoes_moment(self, utterance: Utterance, sentence: Sentence, before: Utterance) -> bool:
        """Half vier? – Half vier ben ik hier: a moment the other just named, said again."""
        named = {moment.text.casefold() for moment in moments_in(before, self.language) if moment.kind in (DATE, DAY, TIME)}
        own = (moment for moment in moments_in(utterance, self.language) if sentence.start <= moment.start < sentence.end)
        return any(moment.text.casefold() in named for moment in own)

    def _wants(self, before: Utterance) -> Iterator[str]:
        """What the line before asks of this voice."""
        last = before.sentences[-1]
        if last.asks:
            yield "before asks"
            if last.plain[0] in ("wanneer", "when") or not {"wanneer", "laat", "when"}.isdisjoint(last.plain):
                yield "before asks when"
        for sentence in before.sentences:
            for clause, reading in self.readings(before, sentence):
                asks = sentence.asks and reading.subject is Subject.SECOND and reading.kind in (*_ACTING, VerbKind.WANT, VerbKind.WOULD)
                if asks and (reading.lemma or reading.kind is VerbKind.DEED):
                    yield "before wants"
                if sentence.asks and reading.subject in (Subject.FIRST, Subject.PLURAL) and reading.kind in (VerbKind.WILL, VerbKind.CAN):
                    yield "before offers"
                if self._orders(clause, sentence, reading):
                    yield "before orders"
        kinds = {moment.kind for moment in moments_in(before, self.language)}
        if kinds & {DAY, DATE, TIME}:
            yield "before timed"

    def _orders(self, clause: Clause, sentence: Sentence, reading: Reading) -> bool:
        return reading.subject is Subject.NONE and reading.kind is VerbKind.DEED and not sentence.asks and not clause.denies(self.cues)

    def neighbour(self, utterance: Utterance, step: int) -> Utterance | None:
        """The nearest line of another voice, before or after, at most two lines away."""
        number = utterance.number + step
        for _ in range(2):
            if not 0 <= number < len(self.conversation.utterances):
                return None
            other = self.conversation.utterances[number]
            if other.speaker != utterance.speaker:
                return other
            number += step
        return None
