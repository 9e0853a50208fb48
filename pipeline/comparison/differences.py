"""From aligned units to differences that people can weigh: of which class, and where in both accounts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from pipeline.comparison.model import Difference, DifferenceClass, Side
from pipeline.comparison.voices import SameVoice
from pipeline.comparison.words import Account, Step, alike, joined_alike
from pipeline.language.lexicon import Lexicon
from pipeline.language.quantities import Clock
from pipeline.language.units import Kind, Unit, is_same_date, is_same_number
from pipeline.language.verbs import is_verb_form

# So many words in a row on one side are a passage that is left out, not single words that differ.
PASSAGE_UNITS = 6
# A turn's edge shifts by a word or two between two diarisations; that is no other speaker.
_MIN_SPEAKER_UNITS = 3
_CLOCK_WITHIN = 3
# So far a word may change places without changing anything: gesproken heb, heb gesproken.
_MOVED_WITHIN = 2
# Of whom something is said; who does it (hij, zij) may change places with nobody.
_PRONOUNS = frozenset(("mij", "ons", "hem", "haar", "hen"))

_OF_KIND = {
    Kind.NEGATION: DifferenceClass.NEGATION,
    Kind.NUMBER: DifferenceClass.NUMBER,
    Kind.TIME: DifferenceClass.TIME,
    Kind.NAME: DifferenceClass.NAME,
    Kind.MODALITY: DifferenceClass.MODALITY,
    Kind.FILLER: DifferenceClass.FILLER,
    Kind.WORD: DifferenceClass.WORDING,
}
_MEANINGFUL = (
    DifferenceClass.NEGATION,
    DifferenceClass.TIME,
    DifferenceClass.NUMBER,
    DifferenceClass.NAME,
    DifferenceClass.MODALITY,
)
_BEFORE_AFTER = (frozenset(("voor", "na")), frozenset(("before", "after")))
_ORDER = {kind: rank for rank, kind in enumerate(DifferenceClass)}


@dataclass(frozen=True, slots=True)
class _Labelled:
    step: Step
    kind: DifferenceClass


def differences(a: Account, b: Account, steps: Sequence[Step], same_voice: SameVoice) -> list[Difference]:
    """All differences, the classes that change most first, then in A's order."""
    found = [*_text_differences(a, b, steps), *_speaker_differences(a, b, steps, same_voice)]
    return sorted(found, key=lambda difference: (_ORDER[difference.kind], difference.a.start_ms, difference.b.start_ms))


# Words ---------------------------------------------------------------------------------------------------------------


def _text_differences(a: Account, b: Account, steps: Sequence[Step]) -> Iterator[Difference]:
    moved = _moved(a, b, steps)
    for equal, run in groupby(steps, lambda step: step.equal):
        if equal:
            yield from (
                _difference(a, b, _Labelled(step, DifferenceClass.FILLER))
                for step in run
                if _written(a, step.a_start) != _written(b, step.b_start)
            )
        else:
            labelled = _absorb_ties(a, b, list(_labelled(a, b, list(run))))
            labelled = [_Labelled(part.step, DifferenceClass.FILLER) if part.step in moved else part for part in labelled]
            yield from (_difference(a, b, part) for part in _joined(a, b, labelled))


def _moved(a: Account, b: Account, steps: Sequence[Step]) -> frozenset[Step]:
    """Words alone on one side that stand a word or two further on the other: only verbs and what ties a sentence together do so."""
    found: set[Step] = set()
    for at, step in enumerate(steps):
        if step.equal or step.is_pair or step in found:
            continue
        for later in range(at + 2, min(at + 2 + _MOVED_WITHIN, len(steps))):
            other, between = steps[later], steps[at + 1 : later]
            if other.equal or other.is_pair or (other.a_end > other.a_start) == (step.a_end > step.a_start):
                continue
            left, right = _alone_unit(a, b, step), _alone_unit(a, b, other)
            crossed = [a.units[one.a_start] for one in between if one.equal]
            if left.key == right.key and len(crossed) == len(between) and all(_moves_freely(unit, a.lexicon) for unit in (left, *crossed)):
                found |= {step, other}
    return frozenset(found)


def _alone_unit(a: Account, b: Account, step: Step) -> Unit:
    return a.units[step.a_start] if step.a_end > step.a_start else b.units[step.b_start]


def _moves_freely(unit: Unit, lexicon: Lexicon) -> bool:
    words = lexicon.ties | lexicon.empty | _PRONOUNS
    return unit.kind in (Kind.WORD, Kind.MODALITY, Kind.FILLER) and (unit.key in words or is_verb_form(unit.key, lexicon.code))


def _written(account: Account, at: int) -> str:
    """The written form behind a unit, without what nobody can hear: capitals and marks."""
    unit = account.units[at]
    words = account.utterance_of(at).words[unit.first : unit.last]
    return "".join(character for word in words for character in word.text.lower() if character.isalnum())


def _labelled(a: Account, b: Account, steps: Sequence[Step]) -> Iterator[_Labelled]:
    for shape, run in groupby(steps, _shape):
        stretch = list(run)
        if shape == "pair":
            yield from (_Labelled(step, _pair_class(a, b, step)) for step in stretch)
        else:
            yield from _alone_classes(a, b, stretch)


def _shape(step: Step) -> str:
    return "pair" if step.is_pair else "a" if step.a_end > step.a_start else "b"


def _pair_class(a: Account, b: Account, step: Step) -> DifferenceClass:
    left, right = a.units[step.a_start : step.a_end], b.units[step.b_start : step.b_end]
    if len(left) == len(right) == 1:
        return _one_to_one(left[0], right[0], a.lexicon)
    return DifferenceClass.FILLER if joined_alike(left, right, a.lexicon) else DifferenceClass.WORDING


def _one_to_one(x: Unit, y: Unit, lexicon: Lexicon) -> DifferenceClass:
    """The class of one unit against another. What denies comes before all else, and spelling is never tried on it."""
    kinds = {x.kind, y.kind}
    if frozenset((x.key, y.key)) in _BEFORE_AFTER:
        return DifferenceClass.TIME
    if Kind.NEGATION in kinds:
        same = x.kind is y.kind and x.sense == y.sense
        return DifferenceClass.WORDING if same else DifferenceClass.NEGATION
    if alike(x, y, lexicon) or kinds == {Kind.FILLER}:
        return DifferenceClass.FILLER
    if Kind.TIME in kinds:
        return DifferenceClass.WORDING if is_same_date(x.meaning, y.meaning) else DifferenceClass.TIME
    if Kind.NUMBER in kinds:
        return DifferenceClass.WORDING if is_same_number(x.meaning, y.meaning) else DifferenceClass.NUMBER
    if Kind.NAME in kinds:
        other = x if y.kind is Kind.NAME else y
        return DifferenceClass.WORDING if other.key in lexicon.ties else DifferenceClass.NAME
    if Kind.MODALITY in kinds:
        return DifferenceClass.MODALITY if _is_modal_change(x, y) else DifferenceClass.WORDING
    return DifferenceClass.WORDING


def _is_modal_change(x: Unit, y: Unit) -> bool:
    if x.kind is y.kind:
        return x.sense != y.sense
    return not (x if x.kind is Kind.MODALITY else y).weak


def _alone_classes(a: Account, b: Account, steps: Sequence[Step]) -> Iterator[_Labelled]:
    """A run that only one side has: a stutter, a left-out passage, or words each with its own class."""
    account, places = (
        (a, range(steps[0].a_start, steps[-1].a_end)) if _shape(steps[0]) == "a" else (b, range(steps[0].b_start, steps[-1].b_end))
    )
    if not places:
        return
    lexicon = account.lexicon
    if is_repair(account, places):
        yield from (_Labelled(step, DifferenceClass.FILLER) for step in steps)
        return
    said = [at for at in places if account.units[at].kind is not Kind.FILLER]
    if len(said) >= PASSAGE_UNITS:
        yield _Labelled(Step(steps[0].a_start, steps[-1].a_end, steps[0].b_start, steps[-1].b_end), DifferenceClass.WORDING)
        return
    for step, at in zip(steps, places, strict=True):
        yield _Labelled(step, _alone_class(account, at, lexicon))


def _alone_class(account: Account, at: int, lexicon: Lexicon) -> DifferenceClass:
    unit = account.units[at]
    if unit.kind is Kind.FILLER:
        # "Ja." as a whole turn is an answer.
        start, end = account.bounds[account.owners[at]]
        is_answer = unit.key in lexicon.answers and end - start == 1
        return DifferenceClass.WORDING if is_answer else DifferenceClass.FILLER
    if unit.kind is Kind.MODALITY and unit.weak:
        return DifferenceClass.WORDING
    if _is_said_by_the_clock(account, at):
        return DifferenceClass.FILLER
    if _is_empty(account, at) or (unit.key in lexicon.articles and _is_before_quantity(account, at)):
        return DifferenceClass.FILLER
    return _OF_KIND[unit.kind]


def _is_empty(account: Account, at: int) -> bool:
    """Whether a word means nothing even alone. Beside a denial it does: nog niet is not niet."""
    beside = account.units[max(0, at - 1) : at + 2]
    word, lexicon = account.units[at].key, account.lexicon
    return word in lexicon.empty and (
        word in lexicon.articles or word in lexicon.ties or all(unit.kind is not Kind.NEGATION for unit in beside)
    )


def _is_said_by_the_clock(account: Account, at: int) -> bool:
    """Whether a part of the day stands beside a time on the dial: 's avonds om kwart over tien, which others write 22.15."""
    if account.units[at].key not in account.lexicon.clock.parts and account.units[at].key != "s":
        return False
    beside = (unit.meaning for unit in account.units[max(0, at - _CLOCK_WITHIN) : at + 1 + _CLOCK_WITHIN])
    return any(isinstance(meaning, Clock) and not meaning.certain for meaning in beside)


def _is_before_quantity(account: Account, at: int) -> bool:
    """Op de eerste december, op 1 december: the article belongs to the way the date is said."""
    return at + 1 < len(account.units) and account.units[at + 1].meaning is not None


def is_repair(account: Account, places: range) -> bool:
    """Whether these units of one account are a stutter or a start that the speaker took up again at once.

    Nee, nee, nee – ik bel je, eh, ik bel u – om tien, nee, om elf uur. A denial that is taken back (niet, eh, wel) is
    no repair: what was denied first may matter.
    """
    units = account.units
    length = len(places)
    if length > PASSAGE_UNITS + 2:
        return False
    # Which of two equal words the aligner left over is chance: slide the run along equal ones.
    for shift in range(-length, 1):
        start = places.start + shift
        if start < 0 or any(units[start + step].key != units[start + step + length].key for step in range(-shift)):
            continue
        if account.owners[start] == account.owners[min(start + length, len(units) - 1)] and _is_repeated(
            account, range(start, start + length)
        ):
            return True
    return False


def _is_repeated(account: Account, run: range) -> bool:
    units, lexicon = account.units, account.lexicon
    said = [units[at] for at in run if units[at].kind is not Kind.FILLER]
    follows = [unit for unit in units[run.stop : run.stop + len(run) + 4] if unit.kind is not Kind.FILLER]
    if said and _is_stutter([unit.key for unit in said], [unit.key for unit in follows[: len(said)]]):
        return True
    dropped = [unit for unit in said if unit.key not in lexicon.repairs]
    kept = follows[: len(dropped)]
    if not dropped:
        return False
    broken_off = any(units[at].key in lexicon.repairs for at in run)
    denials = [[unit.key for unit in side if unit.kind is Kind.NEGATION] for side in (dropped, kept)]
    same_start = [unit.key for unit in dropped[:-1]] == [unit.key for unit in kept[: len(dropped) - 1]]
    return (
        broken_off
        and same_start
        and len(dropped) == len(kept)
        and denials[0] == denials[1]
        and (len(dropped) > 1 or dropped[0].kind is kept[0].kind is not Kind.WORD)
    )


def _is_stutter(dropped: Sequence[str], kept: Sequence[str]) -> bool:
    """Whether what was dropped is what follows, once or several times over: nee, nee – nee, ik was er niet."""
    return any(
        len(dropped) % period == 0 and list(dropped) == list(kept[:period]) * (len(dropped) // period)
        for period in range(1, len(dropped) + 1)
    )


def _absorb_ties(a: Account, b: Account, labelled: Sequence[_Labelled]) -> list[_Labelled]:
    """Words that only tie a sentence together go with the meaningful difference right beside them."""
    kinds = [part.kind for part in labelled]
    for order in (range(1, len(kinds)), range(len(kinds) - 2, -1, -1)):
        for at in order:
            neighbour = kinds[at - 1 if order.step > 0 else at + 1]
            if kinds[at] is DifferenceClass.WORDING and neighbour in _MEANINGFUL and _only_ties(a, b, labelled[at].step):
                kinds[at] = neighbour
    return [_Labelled(part.step, kind) for part, kind in zip(labelled, kinds, strict=True)]


def _only_ties(a: Account, b: Account, step: Step) -> bool:
    lexicon, left, right = a.lexicon, a.units[step.a_start : step.a_end], b.units[step.b_start : step.b_end]
    if left and right:
        return all(unit.key in lexicon.articles for unit in (*left, *right))
    return all(unit.key in lexicon.ties or unit.key in lexicon.names.ties for unit in (*left, *right))


def _joined(a: Account, b: Account, labelled: Sequence[_Labelled]) -> Iterator[_Labelled]:
    """Neighbours of one class, in one utterance on both sides, are one difference."""

    def place(part: _Labelled) -> tuple[DifferenceClass, int, int]:
        return part.kind, _owner(a, part.step.a_start, part.step.a_end), _owner(b, part.step.b_start, part.step.b_end)

    for (kind, _, _), run in groupby(labelled, place):
        parts = [part.step for part in run]
        yield _Labelled(Step(parts[0].a_start, parts[-1].a_end, parts[0].b_start, parts[-1].b_end), kind)


def _owner(account: Account, start: int, end: int) -> int:
    """The utterance of a place; an empty place belongs to what comes before it."""
    at = start if end > start else max(start - 1, 0)
    return account.owners[min(at, len(account.owners) - 1)]


# Speakers ------------------------------------------------------------------------------------------------------------


def _speaker_differences(a: Account, b: Account, steps: Sequence[Step], same_voice: SameVoice) -> Iterator[Difference]:
    """Runs of words that both accounts have, under another speaker."""

    def place(step: Step) -> tuple[bool, int, int]:
        said_by_a, said_by_b = (account.utterance_of(at).speaker for account, at in ((a, step.a_start), (b, step.b_start)))
        other = said_by_a is not None and said_by_b is not None and not same_voice(said_by_a, said_by_b)
        return other, a.owners[step.a_start], b.owners[step.b_start]

    for (other, of_a, of_b), run in groupby((step for step in steps if step.is_pair), place):
        if not other:
            continue
        matched = list(run)
        said = sum(a.units[step.a_start].kind is not Kind.FILLER for step in matched)
        whole = len(matched) in (a.bounds[of_a][1] - a.bounds[of_a][0], b.bounds[of_b][1] - b.bounds[of_b][0])
        if said >= _MIN_SPEAKER_UNITS or (whole and said) or (whole and a.units[matched[0].a_start].key in a.lexicon.answers):
            first, last = matched[0], matched[-1]
            stretch = Step(first.a_start, last.a_end, first.b_start, last.b_end)
            yield _difference(a, b, _Labelled(stretch, DifferenceClass.SPEAKER))


# Places --------------------------------------------------------------------------------------------------------------


def _difference(a: Account, b: Account, part: _Labelled) -> Difference:
    step = part.step
    return Difference(kind=part.kind, a=side(a, step.a_start, step.a_end), b=side(b, step.b_start, step.b_end))


def side(account: Account, start: int, end: int) -> Side:
    """The words of units [start, end) as written, or the place between words where they would have stood."""
    if end <= start:
        return _empty_side(account, start)
    first, last = account.utterance_of(start), account.utterance_of(end - 1)
    if account.owners[start] == account.owners[end - 1]:
        words = list(first.words[account.units[start].first : max(unit.last for unit in account.units[start:end])])
    else:
        between = account.utterances[account.owners[start] + 1 : account.owners[end - 1]]
        words = [*first.words[account.units[start].first :], *(word for utterance in between for word in utterance.words)]
        words += last.words[: account.units[end - 1].last]
    known = [word.confidence for word in words if word.confidence is not None]
    return Side(
        line=first.line,
        word=account.units[start].first,
        start_ms=words[0].start_ms,
        end_ms=max(word.end_ms for word in words),
        speaker=first.speaker,
        text=" ".join(word.text for word in words),
        confidence=min(known, default=None),
    )


def _empty_side(account: Account, at: int) -> Side:
    before = max(at - 1, 0)
    utterance = account.utterance_of(before)
    word = utterance.words[account.units[before].last - 1]
    moment, place = (word.end_ms, account.units[before].last) if at else (word.start_ms, 0)
    return Side(line=utterance.line, word=place, start_ms=moment, end_ms=moment, speaker=utterance.speaker, text="", confidence=None)
