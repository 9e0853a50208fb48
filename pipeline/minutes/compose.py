"""From attributed words to the first version of the minutes: lines people can read, with nothing left out unseen.

Plain words become lines of one speaker in one language. Words that may not be speech stand in a marked line of their own.
Speech without words, speech in another language and a damaged end each become a visible line.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.integrity.model import IntegrityDocument
from pipeline.integrity.wording import conclusion_in_words
from pipeline.minutes.doubt import is_uncertain
from pipeline.minutes.model import (
    SCHEMA,
    AgreementReference,
    Change,
    CutFinding,
    Line,
    LineFlag,
    Minutes,
    RecordingReference,
    State,
)
from pipeline.minutes.remarks import UNNUMBERED, remarks_on
from pipeline.minutes.roles import presume_roles
from pipeline.speech.model import SpeechRecord, Word, WordFlag
from pipeline.texts import Language, Texts, texts

# A line is what a listener can check in one go: about the length of a subtitle pair to a short paragraph.
MAX_LINE_MS = 25_000
MAX_LINE_WORDS = 60
COMFORTABLE_LINE_MS = 10_000
COMFORTABLE_LINE_WORDS = 25
LONG_PAUSE_MS = 1_500

_SENTENCE_END = (".", "!", "?", "…")
_MARKED = {
    WordFlag.OUTSIDE_SPEECH: LineFlag.NOT_SPEECH,
    WordFlag.LOOP: LineFlag.LOOP,
    WordFlag.STOCK_PHRASE: LineFlag.STOCK_PHRASE,
}


def compose(
    speech: SpeechRecord,
    recording: RecordingReference,
    agreement: AgreementReference,
    *,
    report_language: Language,
    created_at: str,
    examined: IntegrityDocument | None = None,
) -> Minutes:
    """The first version (v001, concept) of the minutes of a recording. The same input gives the same minutes."""
    say = texts(report_language)
    remarks = remarks_on(speech, recording, say)
    lines = sorted([*_word_lines(speech, remarks, say), *remarks], key=lambda line: (line.start_ms, line.end_ms))
    heard = {turn.speaker for turn in speech.turns} | {line.speaker for line in lines if line.speaker}
    return Minutes(
        schema=SCHEMA,
        version="v001",
        predecessor=None,
        state=State.CONCEPT,
        created_at=created_at,
        report_language=report_language,
        read_by=(),
        agreement=agreement,
        recording=recording,
        speakers=presume_roles(sorted(heard, key=lambda speaker: int(speaker[1:])), speech.segments, agreement),
        lines=tuple(replace(line, id=f"L{number:04}") for number, line in enumerate(lines, start=1)),
        coverage=speech.coverage,
        summary=None,
        cut_check=examined.conclusion if examined else None,
        cut_check_said=conclusion_in_words(examined, report_language) if examined else (),
        findings=tuple(CutFinding.of(finding, report_language) for finding in examined.findings) if examined else (),
        changes=(Change(version="v001", kind="made", actor="wederhoor", at=created_at),),
        engine=speech.engines,
    )


@dataclass(frozen=True, slots=True)
class _Token:
    """A word with what decides whether it may stand in one line with its neighbour."""

    word: Word
    language: str
    mark: LineFlag | None
    remarks_before: int


def _word_lines(speech: SpeechRecord, remarks: Sequence[Line], say: Texts) -> Iterator[Line]:
    for run in _runs(_tokens(speech, remarks)):
        for tokens in _split(run):
            yield _line(tokens, say)


def _tokens(speech: SpeechRecord, remarks: Sequence[Line]) -> Iterator[_Token]:
    """Every word in the engine's own order within a segment: sorting by time could change what was said."""
    starts = sorted(remark.start_ms for remark in remarks)
    for segment in sorted(speech.segments, key=lambda segment: segment.start_ms):
        for word in segment.words:
            if word.text.strip():
                mark = next((_MARKED[flag] for flag in word.flags if flag in _MARKED), None)
                yield _Token(word, segment.language, mark, bisect_left(starts, word.start_ms))


def _runs(tokens: Iterable[_Token]) -> Iterator[list[_Token]]:
    """Stretches of one speaker, language and mark without a long pause or a remark in between."""
    run: list[_Token] = []
    for token in tokens:
        if run and not _belongs(token, run[-1]):
            yield run
            run = []
        run.append(token)
    if run:
        yield run


def _belongs(token: _Token, previous: _Token) -> bool:
    return (
        token.word.speaker == previous.word.speaker
        and token.language == previous.language
        and token.mark == previous.mark
        and token.remarks_before == previous.remarks_before
        and token.word.start_ms - previous.word.end_ms < LONG_PAUSE_MS
    )


def _split(run: list[_Token]) -> Iterator[list[_Token]]:
    """Pieces of readable length: after a sentence end once it is long enough, else at the longest pause before the limit."""
    while run:
        at = _break_at(run)
        yield run[:at]
        run = run[at:]


def _break_at(run: list[_Token]) -> int:
    start = run[0].word.start_ms
    fits = 0
    for fits, token in enumerate(run, start=1):
        if fits > 1 and (fits > MAX_LINE_WORDS or token.word.end_ms - start > MAX_LINE_MS):
            fits -= 1
            break
        comfortable = fits >= COMFORTABLE_LINE_WORDS or token.word.end_ms - start >= COMFORTABLE_LINE_MS
        if comfortable and token.word.text.rstrip("\"'”’)").endswith(_SENTENCE_END):
            return fits
    if fits == len(run):
        return fits
    later_half = range(max(1, fits // 2), fits + 1)
    return max(later_half, key=lambda at: (run[at].word.start_ms - run[at - 1].word.end_ms, at))


def _line(tokens: Sequence[_Token], say: Texts) -> Line:
    words = tuple(token.word for token in tokens)
    start = max(0, min(word.start_ms for word in words))
    spoken = " ".join(word.text.strip() for word in words)
    mark = tokens[0].mark
    flags = [flag for flag, applies in shown_flags(words) if applies]
    return Line(
        id=UNNUMBERED,
        start_ms=start,
        end_ms=max(start + 1, *(word.end_ms for word in words)),
        speaker=words[0].speaker,
        language=tokens[0].language,
        text=say(f"minutes.line.{mark}", text=spoken) if mark else spoken,
        flags=(mark,) if mark else tuple(flags),
        words=words,
    )


def shown_flags(words: Sequence[Word]) -> Iterator[tuple[LineFlag, bool]]:
    """The flags a line of plain words can have, and whether these words give it."""
    yield LineFlag.UNCERTAIN, any(is_uncertain(word) for word in words)
    yield LineFlag.OVERLAP, any(WordFlag.OVERLAP in word.flags for word in words)
