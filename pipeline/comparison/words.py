"""Two accounts laid beside each other, word by word, whoever said them.

Both are cut into units (numbers, dates, denials and words in one form). Levenshtein's distance gives the units that are
equal over the whole length; between them, small gaps are paired again with an eye for spelling, split compounds and kind.
"""

from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, pairwise

import numpy as np
from rapidfuzz.distance import Levenshtein

from pipeline.comparison.transcripts import Transcript, Utterance, Voice
from pipeline.language.lexicon import Lexicon
from pipeline.language.spelling import key, same_name, same_word, sound
from pipeline.language.units import Kind, Unit, same_moment, units

TimeMap = Callable[[int], int]

# A word heard by both recordings is at one moment on one clock; minutes may place it a line early or late.
_FAR_APART_MS = 30_000
# Larger gaps are whole passages that differ: pairing their words would say nothing and take long.
_LARGEST_PAIRED_GAP = 2_500
_MAX_JOINED = 3
_RUN = 3


@dataclass(frozen=True, slots=True)
class Step:
    """Units [a_start, a_end) of A stand against units [b_start, b_end) of B. `equal`: they are one and the same."""

    a_start: int
    a_end: int
    b_start: int
    b_end: int
    equal: bool = False

    @property
    def is_pair(self) -> bool:
        """Whether both sides have units here."""
        return self.a_end > self.a_start and self.b_end > self.b_start


class Account:
    """A transcript as one row of units, each with the utterance it stands in."""

    def __init__(self, transcript: Transcript, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.transcript = transcript
        self.utterances: tuple[Utterance, ...] = transcript.utterances
        self.units: list[Unit] = []
        self.owners: list[int] = []
        names = _voice_names(transcript.voices)
        for number, utterance in enumerate(self.utterances):
            found = units([word.text for word in utterance.words], lexicon, names)
            self.units += found
            self.owners += [number] * len(found)

    def utterance_of(self, unit: int) -> Utterance:
        """The utterance a unit stands in."""
        return self.utterances[self.owners[unit]]

    @cached_property
    def bounds(self) -> list[tuple[int, int]]:
        """Per utterance its units [start, end)."""
        starts = np.searchsorted(self.owners, np.arange(len(self.utterances) + 1))
        return [(int(start), int(end)) for start, end in pairwise(starts)]

    def is_between_others(self, utterance: int) -> bool:
        """Whether another speaker comes right before or after an utterance."""
        around = self.utterances[max(0, utterance - 1) : utterance + 2]
        return any(other.speaker != self.utterances[utterance].speaker for other in around)

    def start_ms(self, unit: int) -> int:
        """When a unit begins, on this account's own clock."""
        return self.utterance_of(unit).words[self.units[unit].first].start_ms


def match(a: Account, b: Account, time_map: TimeMap | None = None) -> list[Step]:
    """All units of A and B in order, as equal units one by one and gaps between them.

    `time_map` gives A's time for a time of B; with it, equal words far apart in time are not taken for one.
    """
    numbers: dict[str, int] = {}
    rows = [[numbers.setdefault(unit.key, len(numbers)) for unit in account.units] for account in (a, b)]
    steps: list[Step] = []
    for code in Levenshtein.opcodes(*rows):
        if code.tag != "equal":
            steps.append(Step(code.src_start, code.src_end, code.dest_start, code.dest_end))
            continue
        for at_a, at_b in zip(range(code.src_start, code.src_end), range(code.dest_start, code.dest_end), strict=True):
            equal = _together(a, at_a, b, at_b, time_map) and same_moment(a.units[at_a], b.units[at_b])
            steps.append(Step(at_a, at_a + 1, at_b, at_b + 1, equal))
    return steps


def _together(a: Account, at_a: int, b: Account, at_b: int, time_map: TimeMap | None) -> bool:
    """Whether two units can be one moment of the conversation."""
    return time_map is None or abs(a.start_ms(at_a) - time_map(b.start_ms(at_b))) <= _FAR_APART_MS


def share_in_runs(a: Account, b: Account, matched: Sequence[Step]) -> float:
    """The share of the shorter account's units that stand in runs of equal units, in 0-1.

    Any two conversations have single words in common in some order; runs of words only one and the same conversation has.
    """
    runs = (sum(1 for _ in run) for equal, run in groupby(matched, lambda step: step.equal) if equal)
    return sum(length for length in runs if length >= _RUN) / max(1, min(len(a.units), len(b.units)))


def pair(a: Account, b: Account, matched: Sequence[Step], time_map: TimeMap | None = None) -> list[Step]:
    """The matched steps with every gap paired as finely as its words allow, and overlapped turns put back."""
    steps: list[Step] = []
    for equal, run in groupby(matched, lambda step: step.equal):
        stretch = list(run)
        if equal:
            steps += stretch
        else:
            gap = Step(stretch[0].a_start, stretch[-1].a_end, stretch[0].b_start, stretch[-1].b_end)
            steps += _pair(a, b, gap) if not gap.is_pair or _together(a, gap.a_start, b, gap.b_start, time_map) else _alone(gap)
    return _put_back_overlapped_turns(a, b, steps)


# Pairing within a gap ------------------------------------------------------------------------------------------------


def _pair(a: Account, b: Account, gap: Step) -> list[Step]:
    """The cheapest way to pair the units of a gap: one against one, some written as one word, or alone."""
    n, m = gap.a_end - gap.a_start, gap.b_end - gap.b_start
    if not n or not m or n == m == 1 or n * m > _LARGEST_PAIRED_GAP:
        return _alone(gap) if not n or not m else [_judged(a, b, gap)] if n == m == 1 else [gap]
    left, right = a.units[gap.a_start : gap.a_end], b.units[gap.b_start : gap.b_end]
    costs = [[0.0] * (m + 1) for _ in range(n + 1)]
    moves = [[(0, 0)] * (m + 1) for _ in range(n + 1)]
    for i in range(n + 1):
        for j in range(m + 1):
            if i or j:
                costs[i][j], moves[i][j] = min(_moves(left, right, i, j, costs, a.lexicon))
    steps: list[Step] = []
    i, j = n, m
    while i or j:
        di, dj = moves[i][j]
        steps.append(Step(gap.a_start + i - di, gap.a_start + i, gap.b_start + j - dj, gap.b_start + j))
        i, j = i - di, j - dj
    return [_judged(a, b, step) for step in reversed(steps)]


def _alone(gap: Step) -> list[Step]:
    return [
        *(Step(at, at + 1, gap.b_start, gap.b_start) for at in range(gap.a_start, gap.a_end)),
        *(Step(gap.a_end, gap.a_end, at, at + 1) for at in range(gap.b_start, gap.b_end)),
    ]


def _judged(a: Account, b: Account, step: Step) -> Step:
    """A pair whose units are the same after all (a time that was too far apart is not)."""
    if step.a_end - step.a_start == step.b_end - step.b_start == 1:
        x, y = a.units[step.a_start], b.units[step.b_start]
        if x.key == y.key and same_moment(x, y):
            return Step(step.a_start, step.a_end, step.b_start, step.b_end, equal=True)
    return step


def _moves(
    left: Sequence[Unit], right: Sequence[Unit], i: int, j: int, costs: list[list[float]], lexicon: Lexicon
) -> Iterator[tuple[float, tuple[int, int]]]:
    if i:
        yield costs[i - 1][j] + _alone_cost(left[i - 1]), (1, 0)
    if j:
        yield costs[i][j - 1] + _alone_cost(right[j - 1]), (0, 1)
    if not i or not j:
        return
    yield costs[i - 1][j - 1] + _pair_cost(left[i - 1], right[j - 1], lexicon), (1, 1)
    for di in range(1, min(i, _MAX_JOINED) + 1):
        for dj in range(1, min(j, _MAX_JOINED) + 1):
            if di + dj > 2 and joined_alike(left[i - di : i], right[j - dj : j], lexicon):
                yield costs[i - di][j - dj] + 0.1, (di, dj)


def _alone_cost(unit: Unit) -> float:
    return 0.3 if unit.kind is Kind.FILLER else 1.0


def _pair_cost(x: Unit, y: Unit, lexicon: Lexicon) -> float:
    """From 0 (the same) to 2 (no more alike than two words left out)."""
    if x.key == y.key:
        return 0.0 if same_moment(x, y) else 0.6
    if alike(x, y, lexicon):
        return 0.1
    if x.kind is y.kind and x.kind is not Kind.WORD:
        return 0.6
    if Kind.FILLER in (x.kind, y.kind):
        return 1.9
    if x.kind is y.kind:
        likeness = Levenshtein.normalized_similarity(x.key, y.key)
        return 1.2 - 0.5 * likeness + (0.3 if (x.key in lexicon.ties) != (y.key in lexicon.ties) else 0.0)
    if Kind.NEGATION in (x.kind, y.kind):
        return 1.1
    return 1.3


def alike(x: Unit, y: Unit, lexicon: Lexicon) -> bool:
    """Whether two units that are not equal differ in spelling or inflection only. Never true of a denial or a quantity."""
    kinds = {x.kind, y.kind}
    if Kind.NEGATION in kinds or Kind.TIME in kinds:
        return False
    if Kind.NUMBER in kinds:
        return {x.key, y.key} & {"#1"} != set() and bool({x.key, y.key} & lexicon.numbers.one)
    if kinds == {Kind.NAME} or (Kind.NAME in kinds and x.capital and y.capital):
        return same_name(x.key, y.key, lexicon.code)
    if Kind.NAME in kinds:
        return sound(x.key, lexicon.code) == sound(y.key, lexicon.code)
    return same_word(x.key, y.key, lexicon)


def joined_alike(left: Sequence[Unit], right: Sequence[Unit], lexicon: Lexicon) -> bool:
    """Whether several units written together are the same: nacht opvang and nachtopvang, on-mogelijk and onmogelijk."""
    if any(unit.meaning is not None for unit in (*left, *right)):
        return False
    x, y = (key("".join(unit.key for unit in side).replace(" ", "")) for side in (left, right))
    return x == y or (len(x) > 4 and sound(x, lexicon.code) == sound(y, lexicon.code))


# Turns that overlapped -----------------------------------------------------------------------------------------------


def _put_back_overlapped_turns(a: Account, b: Account, steps: list[Step]) -> list[Step]:
    """Two people who talk at once are written one after the other, in either order: a whole turn that only changed places is equal."""
    alone_in_a = _turns_alone(a, {step.a_start for step in steps if step.b_start == step.b_end and step.a_end - step.a_start == 1})
    alone_in_b = _turns_alone(b, {step.b_start for step in steps if step.a_start == step.a_end and step.b_end - step.b_start == 1})
    if not alone_in_a or not alone_in_b:
        return steps
    moved: dict[int, int] = {}
    for keys, places in alone_in_a.items():
        for place_a, place_b in zip(places, alone_in_b.get(keys, ()), strict=False):
            if _near(steps, place_a, place_b):
                moved |= {place_a + step: place_b + step for step in range(len(keys))}
    if not moved:
        return steps
    taken = set(moved.values())
    kept: list[Step] = []
    for step in steps:
        if step.b_start == step.b_end and step.a_start in moved:
            kept.append(Step(step.a_start, step.a_end, moved[step.a_start], moved[step.a_start] + 1, equal=True))
        elif step.a_start != step.a_end or step.b_start not in taken:
            kept.append(step)
    return kept


def _turns_alone(account: Account, alone: Set[int]) -> dict[tuple[str, ...], list[int]]:
    """Whole utterances of units that are all alone, beside another speaker's, by their keys."""
    turns: dict[tuple[str, ...], list[int]] = {}
    for number, (start, end) in enumerate(account.bounds):
        if account.is_between_others(number) and end > start and all(at in alone for at in range(start, end)):
            turns.setdefault(tuple(unit.key for unit in account.units[start:end]), []).append(start)
    return turns


_OVERLAP_STEPS = 80


def _near(steps: Sequence[Step], place_a: int, place_b: int) -> bool:
    """Whether A's unit would stand within a few lines of B's."""
    lo, hi = 0, len(steps)
    while lo < hi:
        middle = (lo + hi) // 2
        if steps[middle].a_end <= place_a:
            lo = middle + 1
        else:
            hi = middle
    return lo < len(steps) and abs(steps[lo].b_start - place_b) <= _OVERLAP_STEPS


def _voice_names(voices: Sequence[Voice]) -> frozenset[str]:
    return frozenset(key(part.lower()) for voice in voices if voice.name for part in voice.name.split() if len(part) > 2)
