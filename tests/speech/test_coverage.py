from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.recording.speech_audio import SpeechAudio
from pipeline.settings import Speech
from pipeline.speech.coverage import audit
from pipeline.speech.model import (
    CoverageKind,
    Diarisation,
    Engine,
    LanguageSpan,
    Segment,
    Span,
    SpeechRecord,
    Transcription,
    Word,
    WordFlag,
)

ENGINE = Engine(name="fake", version="1", model="fake", weights_sha256="0" * 64)
LENGTH_MS = 20_000


@pytest.fixture(scope="module")
def audio(tmp_path_factory: pytest.TempPathFactory) -> SpeechAudio:
    """Ten seconds of noise, then ten seconds of silence."""
    path = tmp_path_factory.mktemp("audio") / "speech.pcm"
    noise = np.random.default_rng(1).normal(0, 3000, LENGTH_MS // 2 * 16).astype("<i2")
    path.write_bytes(noise.tobytes() + bytes(LENGTH_MS * 16))
    return SpeechAudio(path)


def word(text: str, start_ms: int, end_ms: int, confidence: float | None = 0.9) -> Word:
    return Word(start_ms=start_ms, end_ms=end_ms, text=text, confidence=confidence)


def record(audio: SpeechAudio, words: Sequence[Word], activity: Sequence[Span], *languages: LanguageSpan) -> SpeechRecord:
    segment = Segment(start_ms=0, end_ms=LENGTH_MS, language="nl", words=tuple(words))
    transcription = Transcription(
        schema="wederhoor/transcription/1", engine=ENGINE, activity=tuple(activity), languages=languages, segments=(segment,)
    )
    diarisation = Diarisation(schema="wederhoor/diarisation/1", engine=ENGINE, turns=(), exclusive=())
    return audit(transcription, diarisation, audio, Speech())


def at(record: SpeechRecord, moment_ms: int) -> CoverageKind:
    return next(span.kind for span in record.coverage if span.start_ms <= moment_ms < span.end_ms)


def test_words_silence_and_other_sound_are_told_apart(audio: SpeechAudio) -> None:
    found = record(audio, [word("dag", 1000, 1400)], [Span(900, 1500)])
    assert at(found, 1200) is CoverageKind.TRANSCRIBED
    assert at(found, 5000) is CoverageKind.OTHER_SOUND
    assert at(found, 15_000) is CoverageKind.SILENCE


def test_speech_without_words_is_a_kind_of_its_own(audio: SpeechAudio) -> None:
    found = record(audio, [word("dag", 1000, 1400)], [Span(900, 4000)])
    assert at(found, 3000) is CoverageKind.UNTRANSCRIBED_SPEECH


def test_half_a_breath_beside_words_is_no_missing_speech(audio: SpeechAudio) -> None:
    found = record(audio, [word("dag", 1000, 1400)], [Span(900, 2100)])
    assert CoverageKind.UNTRANSCRIBED_SPEECH not in {span.kind for span in found.coverage}


def test_speech_in_another_language_is_named_as_such(audio: SpeechAudio) -> None:
    found = record(audio, [], [Span(2000, 6000)], LanguageSpan(start_ms=2000, end_ms=6000, language="ar", probability=0.9))
    assert at(found, 4000) is CoverageKind.OTHER_LANGUAGE


def test_a_word_outside_speech_is_kept_and_flagged_and_covers_nothing(audio: SpeechAudio) -> None:
    found = record(audio, [word("Ondertiteld", 12_000, 12_500)], [Span(0, 1000)])
    (kept,) = found.segments[0].words
    assert WordFlag.OUTSIDE_SPEECH in kept.flags
    assert at(found, 12_200) is CoverageKind.SILENCE


def test_a_doubtful_word_is_uncertain(audio: SpeechAudio) -> None:
    found = record(audio, [word("niet", 1000, 1400, 0.2), word("weg", 1400, 1800, 0.9), word("ja", 1800, 2000, None)], [Span(900, 2100)])
    assert [WordFlag.UNCERTAIN in each.flags for each in found.segments[0].words] == [True, False, True]


def test_a_loop_is_flagged_and_a_repeated_no_is_not(audio: SpeechAudio) -> None:
    looped = [word("dank", 100 * index, 100 * index + 90) for index in range(8)]
    said = [word("nee", 100 * index, 100 * index + 90) for index in range(3)]
    assert all(WordFlag.LOOP in each.flags for each in record(audio, looped, [Span(0, 900)]).segments[0].words)
    assert not any(WordFlag.LOOP in each.flags for each in record(audio, said, [Span(0, 900)]).segments[0].words)


spans = st.tuples(st.integers(0, LENGTH_MS + 500), st.integers(0, 4000)).map(lambda pair: Span(pair[0], pair[0] + pair[1]))


@settings(max_examples=150, deadline=None)
@given(words=st.lists(spans, max_size=12), activity=st.lists(spans, max_size=8), strange=st.lists(spans, max_size=3))
def test_every_millisecond_is_exactly_one_kind(audio: SpeechAudio, words: list[Span], activity: list[Span], strange: list[Span]) -> None:
    found = record(
        audio,
        [word("dag", span.start_ms, span.end_ms) for span in sorted(words)],
        sorted(activity),
        *(LanguageSpan(start_ms=span.start_ms, end_ms=span.end_ms, language="tr", probability=0.8) for span in sorted(strange)),
    )
    assert found.coverage[0].start_ms == 0
    assert found.coverage[-1].end_ms == LENGTH_MS
    for one, following in zip(found.coverage, found.coverage[1:], strict=False):
        assert one.end_ms == following.start_ms
        assert one.start_ms < one.end_ms
