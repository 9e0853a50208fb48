"""A written report beside the conversation: what is found back, what may be different, what is not found, what is left out.

Nothing here says whether a statement is true. A report need not be verbatim; a difference is something to listen to.
"""

import re
from collections.abc import Callable, Iterator, Sequence

from pipeline.comparison.attribution import Attribution
from pipeline.comparison.minutes import shared_lexicon
from pipeline.comparison.model import Outcome, Passage, Reason, ReportComparison, Statement
from pipeline.comparison.omissions import omissions
from pipeline.comparison.passages import Match, PassageIndex, statement_terms
from pipeline.comparison.read_report import Report
from pipeline.comparison.transcripts import Transcript, Utterance
from pipeline.language.quantities import Amount, Clock, Date
from pipeline.language.register import DENIAL
from pipeline.language.units import Kind, Unit, is_same_date, units

# Tuned on the tuning half of tests/data/report_statements, where statements that were not said stay under it.
FOUND_FROM = 0.4
PASSAGES = 3
SameValue = Callable[[Unit, Unit], bool | None]
# Passages almost as near as the first are evidence too.
_ALMOST = 0.85
_AROUND = 2
# A question asks for what a statement says when it covers this share of it.
_ASKED_FROM = 0.25
_SENTENCE = re.compile(r"(?<=[.!?…])\s+")


def compare_report(report: Report, conversation: Transcript) -> ReportComparison:
    """Hold every sentence of a report beside the conversation, and the conversation beside the report.

    Raises InputRefused: comparison_languages_differ, comparison_language_unknown.
    """
    return _Comparison(report, conversation).result()


class _Comparison:
    def __init__(self, report: Report, conversation: Transcript) -> None:
        self._report = report
        self._lexicon = shared_lexicon(report.language, conversation.language)
        self._lines: tuple[Utterance, ...] = conversation.utterances
        self._attribution = Attribution(conversation.voices, self._lexicon)
        self._index = PassageIndex([line.text for line in self._lines], [line.speaker for line in self._lines], self._lexicon)

    def result(self) -> ReportComparison:
        found = [self._held_beside(sentence) for sentence in self._report.sentences]
        statements = tuple(self._statement(number, *one) for number, one in enumerate(found, start=1))
        touched = [match for _, matches, outcome, _ in found if outcome is not Outcome.NOT_FOUND for match in self._near(matches)]
        return ReportComparison(
            language=self._lexicon.code,
            statements=statements,
            omitted=tuple(omissions(self._index, touched, self._passage)),
        )

    def _held_beside(self, sentence: str) -> tuple[str, list[Match], Outcome, tuple[Reason, ...]]:
        said = units(sentence.split(), self._lexicon)
        matches = self._index.search(said, self._attribution.mentioned(sentence), PASSAGES)
        if not matches or matches[0].likeness < FOUND_FROM:
            return sentence, matches, Outcome.NOT_FOUND, ()
        reasons = tuple(self._reasons(sentence, said, matches))
        return sentence, matches, Outcome.POSSIBLY_DIFFERENT if reasons else Outcome.FOUND, reasons

    def _statement(self, number: int, text: str, matches: Sequence[Match], outcome: Outcome, reasons: tuple[Reason, ...]) -> Statement:
        passages = tuple(self._passage(match.first, match.last, match.likeness) for match in matches)
        return Statement(number=number, text=text, outcome=outcome, reasons=reasons, passages=passages)

    def _passage(self, first: int, last: int, likeness: float) -> Passage:
        lines = self._lines[first : last + 1]
        known = [word.confidence for line in lines for word in line.words if word.confidence is not None]
        return Passage(
            lines=tuple(line.line for line in lines),
            start_ms=lines[0].start_ms,
            end_ms=max(line.end_ms for line in lines),
            speakers=tuple(dict.fromkeys(line.speaker for line in lines if line.speaker is not None)),
            text=" ".join(line.text for line in lines),
            likeness=round(min(likeness, 1.0), 3),
            confidence=round(sum(known) / len(known), 3) if known else None,
        )

    # Reasons ---------------------------------------------------------------------------------------------------------

    def _near(self, matches: Sequence[Match]) -> list[Match]:
        return [match for match in matches if match.likeness >= max(FOUND_FROM, _ALMOST * matches[0].likeness)]

    def _reasons(self, sentence: str, said: Sequence[Unit], matches: Sequence[Match]) -> Iterator[Reason]:
        best = matches[0]
        here = [unit for line in self._index.units[best.first : best.last + 1] for unit in line]
        around = [
            unit
            for match in self._near(matches)
            for line in self._index.units[max(0, match.first - _AROUND) : match.last + 1 + _AROUND]
            for unit in line
        ]
        if any(_is_amount(unit) and _differs(unit, here, around, _same_amount) for unit in said):
            yield Reason.NUMBER
        if any(_differs(unit, here, around, self._same_moment) for unit in said):
            yield Reason.DAY
        if self._denial_differs(said, best):
            yield Reason.NEGATION
        speakers = self._attribution.said_by(sentence)
        if speakers and not any(self._lines[match.core].speaker in speakers for match in self._near(matches)):
            yield Reason.SPEAKER

    def _same_moment(self, x: Unit, y: Unit) -> bool | None:
        """Whether two moments of one sort agree; None when they are of different sorts."""
        if isinstance(x.meaning, Clock) and isinstance(y.meaning, Clock):
            return x.key == y.key  # on the dial: a report says 22.45 where people said kwart voor elf
        if isinstance(x.meaning, Date) and isinstance(y.meaning, Date):
            return is_same_date(x.meaning, y.meaning)
        days = (self._weekday(x), self._weekday(y))
        return days[0] == days[1] if days[0] and days[1] else None

    def _weekday(self, unit: Unit) -> str | None:
        return next((day for day in self._lexicon.dates.weekdays if unit.key.startswith(day)), None) if unit.meaning is None else None

    def _denies(self, said: Sequence[Unit]) -> bool:
        return any(unit.kind is Kind.NEGATION or unit.key in DENIAL[self._lexicon.code] for unit in said)

    def _denial_differs(self, said: Sequence[Unit], match: Match) -> bool:
        """Whether the statement denies and nothing in the passage does, or the other way round."""
        if self._denies(said):
            return not any(self._denies(line) for line in self._index.units[match.first : match.last + 2])
        return self._is_denied(said, match)

    def _is_denied(self, said: Sequence[Unit], match: Match) -> bool:
        """Whether the sentence of the passage that says most of this denies it, or a question about it was answered with no."""
        terms = statement_terms(said, self._lexicon)
        sentences = _SENTENCE.split(self._lines[match.core].text)
        index = PassageIndex(sentences, [None] * len(sentences), self._lexicon)
        shares = index.coverage(terms).share
        nearest = max(range(len(sentences)), key=lambda at: shares[at])
        if self._denies(index.units[nearest]):
            return True
        asked = self._index.coverage(terms).share
        questions = range(match.core, min(match.core + _AROUND, len(self._lines) - 1))
        return any(asked[at] >= _ASKED_FROM and self._answered_no(at) for at in questions)

    def _answered_no(self, question: int) -> bool:
        answer = self._index.units[question + 1]
        return self._index.is_question[question] and bool(answer) and answer[0].sense == "no"


def _is_amount(unit: Unit) -> bool:
    return unit.kind is Kind.NUMBER and isinstance(unit.meaning, Amount)


def _same_amount(x: Unit, y: Unit) -> bool | None:
    """Whether two amounts of one unit agree; None when they count different things."""
    if not isinstance(x.meaning, Amount) or not isinstance(y.meaning, Amount) or y.kind is not Kind.NUMBER:
        return None
    if (x.meaning.dimension, x.meaning.ordinal) != (y.meaning.dimension, y.meaning.ordinal):
        return None
    return x.meaning.value == y.meaning.value


def _differs(unit: Unit, here: Sequence[Unit], around: Sequence[Unit], same: SameValue) -> bool:
    """Whether the passage has another value of this sort, and nothing near it has this value."""
    return any(same(unit, other) is False for other in here) and not any(same(unit, other) for other in around)
