"""How sure it is that a statement was said where it is nearest: the share of it that is met, how many of its words, its letters.

The share alone favours short statements: of three common words two are soon met somewhere, of twelve rare ones five are not.
"""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Met:
    """What a passage meets of a statement.

    `score`: the score by which passages are ranked, about 0-1; `terms`: how many of the statement's terms, but for words for
    the speakers, it has something of; `letters`: the cosine of their letters in threes to fives, 0-1.
    """

    score: float
    terms: int
    letters: float

    def as_row(self) -> tuple[float, float, float]:
        """For a linear model."""
        return (self.score, float(self.terms), self.letters)


# Fitted by tests/benchmarks/comparison/fit_evidence.py on the spent sets of report statements; see tests/benchmarks/README.md.
_WEIGHTS = (7.34, 1.12, 4.7)
_BIAS = -7.13


def likeness(met: Met) -> float:
    """From 0, not said here, to 1, said here; said and not said weigh the same."""
    return 1 / (1 + math.exp(-(_BIAS + sum(weight * value for weight, value in zip(_WEIGHTS, met.as_row(), strict=True)))))
