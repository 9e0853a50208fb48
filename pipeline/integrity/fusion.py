"""What several tests say together of one place.

Likelihood ratios multiply only when the tests look at independent things. What looks at the edge of a cut in the waveform
(silence, a frame grid that begins) is one thing, however many tests see it: there the strongest counts.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from math import prod

from pipeline.integrity.calibration import LARGEST_RATIO, in_words
from pipeline.integrity.model import Family, Finding, Level, Strength

_ONE_PLACE_MS = 500
_EDGE = frozenset({Family.GRID, Family.LEVEL})


def fused(findings: Iterable[Finding], families: Mapping[str, Family]) -> tuple[Finding, ...]:
    """The findings, those of one place each with the ratio of all tests that see it; `families` by detector.

    A finding whose own test was not calibrated stays so, and adds nothing to others.
    """
    all_of_them = tuple(findings)
    together = {finding.id: strength for place in _places(all_of_them) for finding, strength in _strengths(place, families)}
    return tuple(replace(finding, strength=together.get(finding.id, finding.strength)) for finding in all_of_them)


def _places(findings: tuple[Finding, ...]) -> Iterator[list[Finding]]:
    """Claims that lie within half a second of one another, each kind of statement apart."""
    for level in (Level.DISCONTINUITY, Level.SOURCE_ANOMALY):
        place: list[Finding] = []
        end = 0
        for finding in sorted((each for each in findings if each.level is level), key=lambda each: each.start_ms):
            if place and finding.start_ms > end + _ONE_PLACE_MS:
                yield place
                place = []
            end = max(end, finding.end_ms) if place else finding.end_ms
            place.append(finding)
        if place:
            yield place


def _strengths(place: list[Finding], families: Mapping[str, Family]) -> Iterator[tuple[Finding, Strength]]:
    ratios: dict[frozenset[Family], list[float]] = defaultdict(list)
    for finding in place:
        if finding.strength.likelihood_ratio is not None:
            family = families[finding.detector]
            ratios[_EDGE if family in _EDGE else frozenset({family})].append(finding.strength.likelihood_ratio)
    together = min(prod(max(of_one) for of_one in ratios.values()), LARGEST_RATIO)
    for finding in place:
        if finding.strength.likelihood_ratio is not None:
            yield finding, Strength(label=in_words(together), likelihood_ratio=round(together, 1))
