"""A written report beside the conversation: what is found back, what may be different, what is not found, what is left out.

Nothing here says whether a statement is true. A report need not be verbatim; a difference is something to listen to.
"""

from collections.abc import Sequence

from pipeline.comparison.attribution import Attribution
from pipeline.comparison.doubts import Doubts
from pipeline.comparison.minutes import shared_lexicon
from pipeline.comparison.model import Outcome, Passage, Reason, ReportComparison, Statement
from pipeline.comparison.omissions import omissions
from pipeline.comparison.passages import Match, PassageIndex
from pipeline.comparison.read_report import Report
from pipeline.comparison.transcripts import Transcript, Utterance
from pipeline.language.units import units

# Tuned on the tuning half of tests/data/report_statements, where statements that were not said stay under it.
FOUND_FROM = 0.45
PASSAGES = 3
# Passages almost as near as the first are evidence too.
_ALMOST = 0.85


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
        self._attribution = Attribution(conversation.voices, self._lexicon, self._lines)
        self._index = PassageIndex(
            [line.text for line in self._lines], [line.speaker for line in self._lines], self._lexicon, self._attribution.words
        )
        self._doubts = Doubts(self._lines, self._index, self._attribution)

    def result(self) -> ReportComparison:
        found = [self._held_beside(sentence) for sentence in self._report.sentences]
        statements = tuple(self._statement(number, *one) for number, one in enumerate(found, start=1))
        touched = [match for _, matches, outcome, _ in found if outcome is not Outcome.NOT_FOUND for match in self._near(matches)]
        return ReportComparison(
            language=self._lexicon.code,
            statements=statements,
            omitted=tuple(omissions(self._index, touched, self._passage)),
            headings=self._report.headings,
        )

    def _held_beside(self, sentence: str) -> tuple[str, list[Match], Outcome, tuple[Reason, ...]]:
        said = units(sentence.split(), self._lexicon)
        matches = self._index.search(said, self._attribution.mentioned(sentence), PASSAGES)
        if not matches or matches[0].likeness < FOUND_FROM:
            return sentence, matches, Outcome.NOT_FOUND, ()
        reasons = tuple(self._doubts.reasons(sentence, said, self._near(matches)))
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
            likeness=round(likeness, 3),
            confidence=round(sum(known) / len(known), 3) if known else None,
        )

    def _near(self, matches: Sequence[Match]) -> list[Match]:
        return [match for match in matches if match.likeness >= FOUND_FROM and match.met.score >= _ALMOST * matches[0].met.score]
