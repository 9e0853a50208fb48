"""Why a statement may differ from the passage it was found in: another number, another day, a denial, another speaker."""

import itertools
from collections.abc import Callable, Iterator, Sequence

from pipeline.comparison.attribution import Attribution
from pipeline.comparison.clauses import Clause, Clauses
from pipeline.comparison.model import Reason
from pipeline.comparison.passages import Match, PassageIndex
from pipeline.comparison.transcripts import Utterance
from pipeline.language.lexicon import Lexicon
from pipeline.language.quantities import Amount, Clock, Date
from pipeline.language.register import ABOUT, FIRST_PERSON, ONLY, SECOND_PERSON
from pipeline.language.units import Kind, Unit, is_same_date

SameValue = Callable[[Unit, Unit], bool | None]
# So many lines before and after a passage may hold what a statement gathers into one sentence.
_AROUND = 2
# About seven days is said of six too, and of nine.
_ABOUT = 0.3
# A clause of the conversation is beside one of the statement when it says this share of it.
_BESIDE = 0.3
_LEAST = 0.2
_AS_NEAR = 0.85
_ASKED_FROM = 0.25
# And a line carries what a passage says when it says nearly as much of it as the line that says most.
_CARRIES = 0.8


class Doubts:
    """Holds statements beside the passages they were found in."""

    def __init__(self, lines: Sequence[Utterance], index: PassageIndex, attribution: Attribution) -> None:
        self._lines = lines
        self._index = index
        self._lexicon: Lexicon = index.lexicon
        self._attribution = attribution
        self._clauses = Clauses([line.text for line in lines], index)

    def reasons(self, sentence: str, said: Sequence[Unit], near: Sequence[Match]) -> Iterator[Reason]:
        """What to listen for. `near`: the passages that are as good as the best one, which comes first."""
        best = near[0]
        here = [unit for line in self._index.units[best.first : best.last + 1] for unit in line]
        around = [unit for match in near for line in self._index.units[self._from(match) : match.last + 1 + _AROUND] for unit in line]
        speakers = self._attribution.said_by(sentence)
        if any(_differs(unit, here, around, self._same_amount(said)) for unit in said if _is_amount(unit)):
            yield Reason.NUMBER
        if any(_differs(unit, here, around, self._same_moment) for unit in said) or self._part_differs(said, here, around):
            yield Reason.DAY
        if self._denial_differs(sentence, said, best, speakers):
            yield Reason.NEGATION
        if self._is_by_another(said, near, speakers) if speakers else self._is_of_another(sentence, said, near):
            yield Reason.SPEAKER

    def _from(self, match: Match) -> int:
        return max(0, match.first - _AROUND)

    # Numbers and moments ---------------------------------------------------------------------------------------------

    def _same_amount(self, said: Sequence[Unit]) -> SameValue:
        """Whether two amounts of one unit agree; None when they count different things. About a week is six days too."""
        about = {unit for before, unit in itertools.pairwise(said) if before.key in ABOUT[self._lexicon.code]}

        def same(x: Unit, y: Unit) -> bool | None:
            if not isinstance(x.meaning, Amount) or not isinstance(y.meaning, Amount) or y.kind is not Kind.NUMBER:
                return None
            if (x.meaning.dimension, x.meaning.ordinal) != (y.meaning.dimension, y.meaning.ordinal):
                return None
            return abs(x.meaning.value - y.meaning.value) <= (_ABOUT * x.meaning.value if x in about else 0)

        return same

    def _same_moment(self, x: Unit, y: Unit) -> bool | None:
        """Whether two moments of one sort agree; None when they are of different sorts."""
        if isinstance(x.meaning, Clock) and isinstance(y.meaning, Clock):
            return x.key == y.key  # on the dial: a report says 22.45 where people said kwart voor elf
        if isinstance(x.meaning, Date) and isinstance(y.meaning, Date):
            return is_same_date(x.meaning, y.meaning)
        for sort in (self._weekday, self._month):
            values = (sort(x), sort(y))
            if values[0] and values[1]:
                return values[0] == values[1]
        return None

    def _weekday(self, unit: Unit) -> str | None:
        return next((day for day in self._lexicon.dates.weekdays if unit.key.startswith(day)), None) if unit.meaning is None else None

    def _month(self, unit: Unit) -> int | None:
        return unit.meaning.month if isinstance(unit.meaning, Date) else self._lexicon.dates.months.get(unit.key)

    def _part_differs(self, said: Sequence[Unit], here: Sequence[Unit], around: Sequence[Unit]) -> bool:
        """Begin november where the passage says begin december."""
        parts = self._parts_of_months(said)
        return any(part not in self._parts_of_months(around) for part in parts) and bool(self._parts_of_months(here))

    def _parts_of_months(self, found: Sequence[Unit]) -> set[tuple[str, int]]:
        near, months = self._lexicon.dates.near, self._lexicon.dates.months
        return {(x.key, months[y.key]) for x, y in itertools.pairwise(found) if x.key in near and y.key in months}

    # Denials ---------------------------------------------------------------------------------------------------------

    def _denial_differs(self, sentence: str, said: Sequence[Unit], match: Match, speakers: frozenset[str]) -> bool:
        """Whether a clause of the statement denies and what stands beside it does not, or the other way round."""
        if any(unit.key in ONLY[self._lexicon.code] for unit in said):
            return False  # only with two people: not with one; what denies what cannot be told from the words
        lines = range(match.first, min(match.last + _AROUND, len(self._lines)))
        beside = [clause for line in lines for clause in self._clauses.at(line)]
        own = self._clauses.of(sentence)
        if any(clause.denies for clause in own):
            return not any(clause.denies for clause in beside) and not any(self._clauses.says_no(line) for line in lines)
        theirs = [clause for line in lines if self._lines[line].speaker in speakers for clause in self._clauses.at(line)]
        return any(self._is_denied(clause, theirs or beside) for clause in own) or self._is_taken_back(said, match, speakers)

    def _is_denied(self, clause: Clause, beside: Sequence[Clause]) -> bool:
        """Whether what says most of a clause that does not deny, denies it; or all that is said of what is done in it."""
        shares = [self._clauses.share(clause, other) for other in beside]
        most = max(shares, default=0.0)
        near = [other for other, share in zip(beside, shares, strict=True) if share >= max(_LEAST, _AS_NEAR * most)]
        acts = [other for other in beside if self._clauses.same_act(clause, other)]
        return (most >= _BESIDE and all(other.denies for other in near)) or (bool(acts) and all(other.denies for other in acts))

    def _is_taken_back(self, said: Sequence[Unit], match: Match, speakers: frozenset[str]) -> bool:
        """Whether a question about it was answered with no, or whom the statement has say it denies it at once."""
        asked = self._index.coverage(self._index.statement_terms(said)).share
        for line in range(match.core, min(match.core + _AROUND, len(self._lines) - 1)):
            answer = line + 1
            if asked[line] < _ASKED_FROM:
                continue
            if self._index.is_question[line] and self._clauses.says_no(answer):
                return True
            if speakers and self._lines[answer].speaker in speakers and self._lines[line].speaker not in speakers:
                return self._clauses.rejects(answer)
        return False

    # Who says it -----------------------------------------------------------------------------------------------------

    def _is_by_another(self, said: Sequence[Unit], near: Sequence[Match], speakers: frozenset[str]) -> bool:
        return not any(self._is_by(said, match, speakers) for match in near)

    def _is_of_another(self, sentence: str, said: Sequence[Unit], near: Sequence[Match]) -> bool:
        """Whether a statement has one do what another says, with I or we, that he did."""
        actors = self._attribution.done_by(sentence)
        if not actors or any(self._is_by(said, match, actors) for match in near):
            return False
        (own, *_) = self._clauses.of(sentence)
        beside = [clause for line in range(near[0].first, near[0].last + 1) for clause in self._clauses.at(line)]
        nearest = max(beside, key=lambda clause: self._clauses.share(own, clause))
        said_there = {unit.key for unit in nearest.units}
        return not said_there.isdisjoint(FIRST_PERSON[self._lexicon.code]) and said_there.isdisjoint(SECOND_PERSON[self._lexicon.code])

    def _is_by(self, said: Sequence[Unit], match: Match, speakers: frozenset[str]) -> bool:
        """Whether one of these says as good as all that a passage has of it, or answers the question that does."""
        shares = self._index.coverage(self._index.subject_terms(said)).share[match.first : match.last + 1]
        lines = [match.first + at for at, share in enumerate(shares) if share >= _CARRIES * shares.max()]
        lines += [line + 1 for line in lines if self._index.is_question[line] and line + 1 < len(self._lines)]
        return any(self._lines[line].speaker in speakers for line in lines)


def _is_amount(unit: Unit) -> bool:
    return unit.kind is Kind.NUMBER and isinstance(unit.meaning, Amount)


def _differs(unit: Unit, here: Sequence[Unit], around: Sequence[Unit], same: SameValue) -> bool:
    """Whether the passage has another value of this sort, and nothing near it has this value."""
    return any(same(unit, other) is False for other in here) and not any(same(unit, other) for other in around)
