"""Proves sentence by sentence that a summary says nothing its cited lines do not say."""

from pipeline.minutes.summary.check.check import Checker, Problem, ProblemKind

__all__ = ["Checker", "Problem", "ProblemKind"]
