"""Which passages of a conversation a statement is nearest to.

A statement is near a passage when the passage covers what the statement is about: the same words, words of the same
meaning in a report, parts of compounds, quantities of the same kind; rare words count most. Its letters in threes to fives
(TF-IDF) help where no word is the same. A passage is one to three lines: an answer often needs its question.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack

from pipeline.comparison.evidence import Met
from pipeline.comparison.evidence import likeness as likeness_of
from pipeline.comparison.terms import concepts, content, grams, likeness
from pipeline.language.compounds import parts
from pipeline.language.lexicon import Lexicon
from pipeline.language.register import EMPTY
from pipeline.language.units import Unit, units

LONGEST_PASSAGE = 3

# Tuned on the spent sets of tests/data/report_statements, each left out by turns.
# Two words that make up a compound, beside the compound.
_OF_PARTS = 0.9
# What is done weighs more in a clause than what it is done with.
_VERB = 1.5
# A line says who by whose it is; that weighs more than a word that is said as often.
_WHO = 0.8
_WHO_WEIGHT = 2.0
# Rare words count most, but all count.
_FLAT = 1.0
_LETTERS = 0.3
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
    """Lines [first, last] of the conversation and what they meet of a statement.

    `core` is the line among them that says most of the statement; `carrying` all that say at least half as much.
    """

    first: int
    last: int
    met: Met
    core: int
    carrying: tuple[int, ...]

    @property
    def likeness(self) -> float:
        """How sure it is that the statement was said here, 0-1."""
        return likeness_of(self.met)


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

    def __init__(
        self, lines: Sequence[str], speakers: Sequence[str | None], lexicon: Lexicon, who: Mapping[str, frozenset[str]] = {}
    ) -> None:
        self.lexicon = lexicon
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
        # A word for a role that nobody is known to have says nothing, unless people said it.
        self._who = {word: labels for word, labels in who.items() if labels or word not in self._postings}
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
        letters = _LETTERS * self._letters.likeness(terms)
        named = np.array([speaker in mentioned for speaker in self.speakers])
        own = coverage.weights @ coverage.covered + letters
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
            kept.append(
                Match(
                    first,
                    last,
                    self._met(terms, coverage, letters, first, last, float(scores[extra, last])),
                    first + int(np.argmax(share)),
                    carrying,
                )
            )
            if len(kept) == count:
                break
        return sorted(kept, key=lambda match: -match.likeness)

    def _met(self, terms: Sequence[str], coverage: Coverage, letters: Scores, first: int, last: int, score: float) -> Met:
        """What lines [first, last] meet. Who spoke, or another day than the statement's and nothing else, is as good as nothing."""
        least = np.array([1.0 if term in self._who or term[0] in "#@" else 1e-9 for term in terms])
        covered = coverage.covered[:, first : last + 1].max(axis=1)
        of_substance = sum(bool(near) for near, term in zip(covered, terms, strict=True) if term not in self._who or near == 1.0)
        return Met(
            score=score if (covered >= least).any() else 0.0,
            terms=of_substance if (covered >= least).any() else 0,
            letters=float(letters[first : last + 1].max()) / _LETTERS,
        )

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
        named = {who[unit.key]: unit.key for unit in found if who.get(unit.key)}
        return list(dict.fromkeys([*named.values(), *self.subject_terms(found)]))

    def subject_terms(self, found: Iterable[Unit]) -> list[str]:
        """What is said apart from who says it."""
        return content((unit for unit in found if unit.key not in self._who), self.lexicon)

    def predicate_terms(self, found: Iterable[Unit]) -> list[str]:
        """The same with the verbs of saying: that somebody asked or promised may be what is denied."""
        return content((unit for unit in found if unit.key not in self._who), self.lexicon, EMPTY[self.lexicon.code])

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
        for known, near in self._similar_terms(term):
            places = self._postings[known]
            covered[places] = np.maximum(covered[places], near)
        return covered

    def _rarity(self, term: str) -> float:
        if labels := self._who.get(term):
            return _WHO_WEIGHT * math.log((1 + len(self.terms)) / (1 + sum(s in labels for s in self.speakers)))
        return math.log((1 + len(self.terms)) / (1 + max(1, len(self._postings.get(term, ()))))) + _FLAT

    def _similar_terms(self, term: str) -> list[tuple[str, float]]:
        if term not in self._similar:
            candidates = {known for gram in grams(term, self.lexicon) for known in self._by_gram.get(gram, ())}
            candidates |= {known for name in concepts(term, self.lexicon) for known in self._by_concept.get(name, ())}
            alike = ((known, likeness(term, known, self.lexicon)) for known in candidates)
            self._similar[term] = [(known, near) for known, near in alike if near]
        return self._similar[term]

    @cached_property
    def _by_gram(self) -> dict[str, list[str]]:
        table: dict[str, list[str]] = defaultdict(list)
        for term in self._postings:
            for gram in grams(term, self.lexicon):
                table[gram].append(term)
        return table

    @cached_property
    def _by_concept(self) -> dict[str, list[str]]:
        table: dict[str, list[str]] = defaultdict(list)
        for term in self._postings:
            for name in concepts(term, self.lexicon):
                table[name].append(term)
        return table


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
