"""Which passages of a conversation a statement is nearest to.

A statement is near a passage when the passage covers what the statement is about: the same words, words of the same
meaning in a report, parts of compounds, quantities of the same kind; rare words count most. Its letters in threes to fives
(TF-IDF) help where no word is the same. A passage is one to three lines: an answer often needs its question.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Indel
from scipy.sparse import csr_matrix, vstack

from pipeline.language.compounds import parts
from pipeline.language.lexicon import Lexicon
from pipeline.language.plain import plain
from pipeline.language.register import EMPTY, GROUPS, PROMISING, SAYING
from pipeline.language.spelling import lemma
from pipeline.language.units import Kind, Unit, units

LONGEST_PASSAGE = 3

# Tuned on the tuning half of tests/data/report_statements.
_SAME_MEANING = 0.85
_COMPOUND = 0.65
_SAME_STEM = 0.5
_OF_PARTS = 0.9
_UNSEEN = 1
# Another day, and nothing else of what a statement says, is no sign that it was said here.
_BESIDE_THE_POINT = 0.5
_VERB = 1.5
_WHO = 0.8
_WHO_WEIGHT = 2.0
_FLAT = 1.0
_SAME_UNIT = 0.5
_ANY_NUMBER = 0.15
_SPELT_ALIKE = 0.8
_LETTERS = 0.3
_LETTERS_SCALE = 1.0
_EXTRA_LINE = 0.05
_LENGTH = 0.06
_COMFORTABLE_TERMS = 8
_MENTIONED = 0.2
_QUESTION = 0.2
# What stands at the two ends of a conversation is often described by its place.
_OPENING_LINES = 3
_NGRAMS = range(3, 6)

Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Match:
    """Lines [first, last] of the conversation and how near they are (0-1, may exceed 1 a little).

    `core` is the line among them that says most of the statement; `carrying` all that say at least half as much.
    """

    first: int
    last: int
    likeness: float
    core: int
    carrying: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """For a statement's terms, by weight: how well each line covers each term (terms x lines, 0-1)."""

    weights: Scores
    covered: Scores

    @property
    def share(self) -> Scores:
        """Per line, the weighted share of the statement it covers."""
        return np.asarray(self.weights @ self.covered / max(float(self.weights.sum()), 1e-9), dtype=np.float64)


class PassageIndex:
    """The lines of a conversation, ready to be searched."""

    def __init__(self, lines: Sequence[str], speakers: Sequence[str | None], lexicon: Lexicon, who: Mapping[str, frozenset[str]] = {}) -> None:
        self.lexicon = lexicon
        self._who = who
        self.speakers = speakers
        self.is_question = [line.rstrip().endswith("?") for line in lines]
        self.units = [units(line.split(), lexicon) for line in lines]
        self.terms = [content(found, lexicon) for found in self.units]
        opening, closing = _PLACES[lexicon.code]
        described = [list(terms) for terms in self.terms]
        for at in range(min(_OPENING_LINES, len(lines) // 4)):
            described[at].append(opening)
            described[-1 - at].append(closing)
        self._postings: dict[str, list[int]] = defaultdict(list)
        for at, terms in enumerate(described):
            for term in set(terms):
                self._postings[term].append(at)
        self._sizes = np.array([len(terms) for terms in self.terms], dtype=np.float64)
        self._asks = np.array(self.is_question, dtype=bool)
        self._letters = _LetterIndex(self.terms)
        self._similar: dict[str, list[tuple[str, float]]] = {}

    def search(self, statement: Sequence[Unit], mentioned: Collection[str], count: int = 3) -> list[Match]:
        """The `count` nearest passages that do not overlap, nearest first. `mentioned`: labels of speakers the statement names."""
        if not self.terms:
            return []
        terms = self.statement_terms(statement)
        coverage = self.coverage(terms)
        letters = _LETTERS * _LETTERS_SCALE * self._letters.likeness(terms)
        named = np.array([speaker in mentioned for speaker in self.speakers])
        own = coverage.weights @ coverage.covered + letters
        firm = self._firm(terms, coverage)
        scores = np.stack([self._scores(length, coverage, letters, named) for length in range(1, LONGEST_PASSAGE + 1)])
        taken = np.zeros(len(self.terms), dtype=bool)
        kept: list[Match] = []
        for place in np.argsort(-scores, axis=None, kind="stable"):
            extra, last = divmod(int(place), len(self.terms))
            first = last - extra
            if first < 0 or taken[first : last + 1].any():
                continue
            taken[first : last + 1] = True
            share = own[first : last + 1]
            carrying = tuple(int(line) for line in first + np.flatnonzero(share >= share.max() / 2))
            near = float(scores[extra, last]) * (1.0 if firm[first : last + 1].any() else _BESIDE_THE_POINT)
            kept.append(Match(first, last, near, first + int(np.argmax(share)), carrying))
            if len(kept) == count:
                break
        return kept

    def _firm(self, terms: Sequence[str], coverage: Coverage) -> NDArray[np.bool_]:
        """Per line, whether it says something of the statement other than who spoke, or another day or amount than the statement does."""
        least = np.array([2.0 if term in self._who else 1.0 if term[0] in "#@" else 0.0 for term in terms])
        return np.asarray(((coverage.covered >= least[:, None]) & (coverage.covered > 0)).any(axis=0))

    def _scores(self, length: int, coverage: Coverage, letters: Scores, named: NDArray[np.bool_]) -> Scores:
        """The likeness of every passage of `length` lines, at its last line; -1 where none ends."""
        count = len(self.terms)
        if length > count:
            return np.full(count, -1.0)
        covered, nearest, names, size = coverage.covered, letters, named, self._sizes
        for step in range(1, length):
            covered = np.maximum(covered[:, 1:], coverage.covered[:, :-step])
            nearest = np.maximum(nearest[1:], letters[:-step])
            names = names[1:] | named[:-step]
            size = size[1:] + self._sizes[:-step]
        share = coverage.weights @ covered / max(float(coverage.weights.sum()), 1e-9)
        scores = (share * (1 - _LETTERS) + nearest) * (1 - _EXTRA_LINE * (length - 1))
        scores *= 1 - _LENGTH * np.log(np.maximum(size, _COMFORTABLE_TERMS) / _COMFORTABLE_TERMS)
        scores *= np.where(names, 1 + _MENTIONED, 1.0)
        scores *= np.where(self._asks[length - 1 :], 1 - _QUESTION, 1.0)
        return np.concatenate([np.full(length - 1, -1.0), scores])

    def statement_terms(self, found: Sequence[Unit]) -> list[str]:
        """The terms of a statement, each once. Words for one speaker are one term."""
        who = self._who
        named = {who[unit.key]: unit.key for unit in found if unit.key in who}
        return list(dict.fromkeys([*named.values(), *self.subject_terms(found)]))

    def subject_terms(self, found: Iterable[Unit]) -> list[str]:
        """What is said apart from who says it."""
        return content((unit for unit in found if unit.key not in self._who), self.lexicon)

    def share(self, terms: Sequence[str], others: Sequence[str]) -> float:
        """The share of these terms, by weight, that others cover, 0-1."""
        weights = [self._rarity(term) * (_VERB if term.endswith("en") else 1.0) for term in terms]
        near = (max((likeness(term, other, self.lexicon) for other in others), default=0.0) for term in terms)
        return sum(weight * one for weight, one in zip(weights, near, strict=True)) / max(sum(weights), 1e-9)

    def coverage(self, terms: Sequence[str]) -> Coverage:
        """How well each line covers each term."""
        count = len(self.terms)
        covered = np.zeros((len(terms), count))
        for row, term in enumerate(terms):
            covered[row] = self._covered(term)
            if term not in self._postings and (of := parts(term, self.lexicon.code)):
                covered[row] = np.maximum(covered[row], _OF_PARTS * sum(self._covered(part) for part in of) / len(of))
        return Coverage(np.array([self._rarity(term) for term in terms]), covered)

    def _covered(self, term: str) -> Scores:
        """Per line, how near its nearest term is to this one."""
        covered = np.zeros(len(self.terms))
        if labels := self._who.get(term):
            covered[[speaker in labels for speaker in self.speakers]] = _WHO
        for known, likeness in self._similar_terms(term):
            places = self._postings[known]
            covered[places] = np.maximum(covered[places], likeness)
        return covered

    def _rarity(self, term: str) -> float:
        if labels := self._who.get(term):
            return _WHO_WEIGHT * math.log((1 + len(self.terms)) / (1 + sum(s in labels for s in self.speakers)))
        return math.log((1 + len(self.terms)) / (1 + max(_UNSEEN, len(self._postings.get(term, ()))))) + _FLAT

    def _similar_terms(self, term: str) -> list[tuple[str, float]]:
        if term not in self._similar:
            candidates = {known for gram in grams(term) for known in self._by_gram.get(gram, ())}
            candidates |= {known for name in concepts(term, self.lexicon) for known in self._by_concept.get(name, ())}
            alike = ((known, likeness(term, known, self.lexicon)) for known in candidates)
            self._similar[term] = [(known, near) for known, near in alike if near]
        return self._similar[term]

    @cached_property
    def _by_gram(self) -> dict[str, list[str]]:
        table: dict[str, list[str]] = defaultdict(list)
        for term in self._postings:
            for gram in grams(term):
                table[gram].append(term)
        return table

    @cached_property
    def _by_concept(self) -> dict[str, list[str]]:
        table: dict[str, list[str]] = defaultdict(list)
        for term in self._postings:
            for name in concepts(term, self.lexicon):
                table[name].append(term)
        return table


@cache
def _idle_words(code: str) -> frozenset[str]:
    """Words that say nothing of what a text is about, as they are written and in their dictionary form."""
    listed = EMPTY[code] | SAYING[code]
    # To promise is an act of its own.
    return listed | {form for word in listed if (form := lemma(word, code)) not in PROMISING[code]}


_PLACES = {"nl": ("aanvang", "afsluiten"), "en": ("start", "end")}


class _LetterIndex:
    """Character 3-5-grams with TF-IDF; the cosine of two texts is their likeness."""

    def __init__(self, rows: Sequence[Sequence[str]]) -> None:
        counted = [self._count(row) for row in rows]
        documents = Counter(gram for row in counted for gram in row)
        self._columns = {gram: column for column, gram in enumerate(documents)}
        self._rarity = {gram: math.log((1 + len(rows)) / (1 + known)) + 1 for gram, known in documents.items()}
        self._unknown = math.log(1 + len(rows)) + 1
        self._matrix = vstack([self._vector(row) for row in counted], format="csr") if rows else csr_matrix((0, 0))

    def likeness(self, terms: Sequence[str]) -> Scores:
        return np.asarray((self._matrix @ self._vector(self._count(terms)).T).todense(), dtype=np.float64).ravel()

    @staticmethod
    def _count(terms: Iterable[str]) -> Counter[str]:
        return Counter(
            padded[at : at + length]
            for term in terms
            for padded in (f" {term} ",)
            for length in _NGRAMS
            for at in range(len(padded) - length + 1)
        )

    def _vector(self, row: Counter[str]) -> csr_matrix:
        weights = {gram: (1 + math.log(count)) * self._rarity.get(gram, self._unknown) for gram, count in row.items()}
        length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        known = [(self._columns[gram], weight / length) for gram, weight in weights.items() if gram in self._columns]
        columns = [column for column, _ in known]
        return csr_matrix(([value for _, value in known], ([0] * len(known), columns)), shape=(1, len(self._columns)))


# Terms ---------------------------------------------------------------------------------------------------------------


def content(found: Iterable[Unit], lexicon: Lexicon) -> list[str]:
    """What a text is about: quantities by their value, words by their dictionary form; without words that say nothing."""
    idle = _idle_words(lexicon.code) | lexicon.common
    terms = [
        unit.key if unit.meaning is not None or unit.kind is Kind.NAME else lemma(unit.key, lexicon.code)
        for unit in found
        if unit.kind not in (Kind.FILLER, Kind.NEGATION) and unit.key not in idle
    ]
    return [term for term in terms if term not in idle]


def likeness(term: str, known: str, lexicon: Lexicon) -> float:
    """How near two terms are, 0-1."""
    if term == known:
        return 1.0
    if term[0] in "#@" or known[0] in "#@":
        return _like_quantities(term, known)
    if concepts(term, lexicon) & concepts(known, lexicon):
        return _SAME_MEANING
    short, long = sorted((term, known), key=len)
    if len(short) < 4:
        return 0.0
    spelt = Indel.normalized_similarity(short, long)
    if spelt >= _SPELT_ALIKE:
        return 0.9 * spelt
    if long.startswith(short) or long.endswith(short) or short in parts(long, lexicon.code):
        return _COMPOUND
    shared = next((at for at, (x, y) in enumerate(zip(short, long, strict=False)) if x != y), len(short))
    return _SAME_STEM if shared >= 5 and shared >= 0.6 * len(short) else 0.0


def _like_quantities(term: str, known: str) -> float:
    """Another amount of the same unit, another date or another clock time is what a statement may have wrong."""
    sort = _quantity_sort(term)
    if sort is None or sort != _quantity_sort(known):
        return 0.0
    return _ANY_NUMBER if sort == "#" else _SAME_UNIT


def _quantity_sort(term: str) -> str | None:
    if term[0] == "#":
        return "#" + term.lstrip("#0123456789/")
    if term[0] == "@":
        return "@date" if "-" in term else "@clock"
    return None


def grams(term: str) -> set[str]:
    """What two terms must share one of to be worth comparing: three letters, or the sort of quantity."""
    sort = _quantity_sort(term)
    return {sort} if sort else {term[at : at + 3] for at in range(max(1, len(term) - 2))}


def concepts(term: str, lexicon: Lexicon) -> frozenset[str]:
    """The groups of words of one meaning a word belongs to."""
    return _groups_of(lexicon.code).get(term, frozenset())


_TABLES: dict[str, dict[str, frozenset[str]]] = {}


def _groups_of(code: str) -> dict[str, frozenset[str]]:
    if code not in _TABLES:
        table: dict[str, set[str]] = defaultdict(set)
        for number, group in enumerate(GROUPS[code]):
            for word in group:
                for form in (plain(word), lemma(plain(word), code)):
                    table[form].add(str(number))
        _TABLES[code] = {form: frozenset(names) for form, names in table.items()}
    return _TABLES[code]
