"""What both engines share, with a fake network: it hears a word in every second of speech that is not all zero."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from pipeline.recording.speech_audio import SpeechAudio
from pipeline.speech.model import Engine, Span, Transcription
from pipeline.speech.transcription.engine import TranscriptionOptions
from pipeline.speech.transcription.whisper_engine import HeardWord, Samples, WhisperEngine

ENGINE = Engine(name="fake", version="1", model="fake", weights_sha256="0" * 64)
DUTCH, ARABIC = 1000, 3000


class LoudnessIsLanguage:
    """Quiet samples are Dutch, loud ones Arabic. `passes_over` leaves out what it hears in a chunk of more than one word."""

    engine = ENGINE

    def __init__(self, *, passes_over: range = range(0)) -> None:
        self.passes_over = passes_over
        self.heard: list[int] = []

    def detect_languages(self, pieces: Sequence[Samples]) -> list[Mapping[str, float]]:
        loud = [float(np.abs(piece).max()) > 0.06 for piece in pieces]
        return [{"ar": 0.9, "nl": 0.02} if each else {"nl": 0.9, "ar": 0.02} for each in loud]

    def recognise(self, pieces: Sequence[Samples], language: str, options: TranscriptionOptions) -> list[list[list[HeardWord]]]:
        self.heard.append(len(pieces))
        return [[self._words(piece, language)] for piece in pieces]

    def _words(self, piece: Samples, language: str) -> list[HeardWord]:
        seconds = range(len(piece) // 16_000)
        kept = [second for second in seconds if second not in self.passes_over or len(seconds) <= len(self.passes_over)]
        return [HeardWord(1000 * second + 100, 1000 * second + 900, f"{language}{second}", 0.9) for second in kept]


def recording(tmp_path: Path, *parts: tuple[int, int]) -> SpeechAudio:
    """A recording of parts, each seconds long and of one loudness."""
    path = tmp_path / "speech.pcm"
    path.write_bytes(b"".join(np.full(seconds * 16_000, loudness, "<i2").tobytes() for seconds, loudness in parts))
    return SpeechAudio(path)


def transcribed(audio: SpeechAudio, activity: Sequence[Span], network: LoudnessIsLanguage | None = None) -> Transcription:
    engine = WhisperEngine(network or LoudnessIsLanguage())
    return engine.transcribe(audio, activity, TranscriptionOptions(), lambda share: None)


def test_speech_in_another_language_gets_a_span_and_no_words(tmp_path: Path) -> None:
    audio = recording(tmp_path, (24, DUTCH), (24, ARABIC), (24, DUTCH))
    found = transcribed(audio, [Span(0, 23_900), Span(24_000, 47_900), Span(48_000, 71_900)])
    assert [(span.language, span.start_ms, span.end_ms) for span in found.languages] == [
        ("nl", 0, 24_000),
        ("ar", 24_000, 48_000),
        ("nl", 48_000, 71_900),
    ]
    words = [word for segment in found.segments for word in segment.words]
    assert words
    assert not any(24_000 < (word.start_ms + word.end_ms) / 2 < 48_000 for word in words)


def test_words_come_back_on_the_recordings_clock(tmp_path: Path) -> None:
    audio = recording(tmp_path, (60, DUTCH))
    found = transcribed(audio, [Span(10_000, 12_000), Span(40_000, 42_000)])
    starts = [word.start_ms for segment in found.segments for word in segment.words]
    assert starts[0] == 10_100
    assert any(40_000 <= start < 42_000 for start in starts)
    assert not any(12_400 < start < 39_600 for start in starts)


def test_speech_that_was_passed_over_is_heard_again(tmp_path: Path) -> None:
    audio = recording(tmp_path, (20, DUTCH))
    network = LoudnessIsLanguage(passes_over=range(8, 14))
    found = transcribed(audio, [Span(0, 20_000)], network)
    starts = sorted(word.start_ms for segment in found.segments for word in segment.words)
    assert len(network.heard) == 2
    assert any(8_000 <= start < 14_000 for start in starts)
    assert [segment.start_ms for segment in found.segments] == sorted(segment.start_ms for segment in found.segments)


def test_a_recording_without_speech_asks_nothing_of_the_network(tmp_path: Path) -> None:
    network = LoudnessIsLanguage()
    found = transcribed(recording(tmp_path, (5, 0)), [], network)
    assert (found.segments, found.languages, network.heard) == ((), (), [])


def test_only_a_few_chunks_are_held_at_once(tmp_path: Path) -> None:
    network = LoudnessIsLanguage()
    transcribed(recording(tmp_path, (600, DUTCH)), [Span(0, 600_000)], network)
    assert max(network.heard) <= 4


def test_progress_rises_to_the_whole(tmp_path: Path) -> None:
    shares: list[float] = []
    audio = recording(tmp_path, (200, DUTCH))
    WhisperEngine(LoudnessIsLanguage()).transcribe(audio, [Span(0, 200_000)], TranscriptionOptions(), shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


@pytest.mark.parametrize("probability", [-0.1, 1.2])
def test_confidence_is_a_probability(tmp_path: Path, probability: float) -> None:
    class Overconfident(LoudnessIsLanguage):
        def _words(self, piece: Samples, language: str) -> list[HeardWord]:
            return [HeardWord(0, 1900, "ja", probability)]

    (segment,) = transcribed(recording(tmp_path, (2, DUTCH)), [Span(0, 2000)], Overconfident()).segments
    assert segment.words[0].confidence is not None
    assert 0 <= segment.words[0].confidence <= 1
