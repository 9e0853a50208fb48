"""Choosing an engine, and each engine with the real weights on a few seconds of the sample."""

import re
from pathlib import Path

import pytest

from pipeline.errors import ModelUnavailable, UsageError
from pipeline.recording.speech_audio import SpeechAudio, write_speech_audio
from pipeline.settings import Paths, Settings, Speech
from pipeline.shipped import SAMPLE_AUDIO
from pipeline.speech.doubts import doubt
from pipeline.speech.model import Span, Transcription
from pipeline.speech.transcription.engine import ENGINES, TranscriptionOptions, engine_named
from tests.speech.sounds import SOUNDS

SECONDS_ON_RECORDING = Span(900, 9_600)
SAID = {
    "goedemiddag",
    "fijn",
    "dat",
    "u",
    "er",
    "bent",
    "wilt",
    "koffie",
    "of",
    "thee",
    "graag",
    "en",
    "ik",
    "wil",
    "ons",
    "gesprek",
    "opnemen",
}


def made_of_settings(settings: Settings) -> object:
    """An engine of one's own, as `package.module:factory`."""
    return ("own engine", settings.speech.model)


def test_an_engine_of_ones_own_is_made_from_the_settings() -> None:
    engine: object = engine_named(f"{__name__}:made_of_settings", Settings())
    assert engine == ("own engine", "whisper-base")


@pytest.mark.parametrize("name", ["whispers", "no.such.module:factory", "pipeline.errors:no_such_factory", ":", ""])
def test_a_name_that_leads_nowhere_is_wrong_usage(name: str) -> None:
    with pytest.raises(UsageError):
        engine_named(name, Settings())


@pytest.mark.parametrize("name", ENGINES.known)
def test_without_weights_there_is_no_engine(name: str, tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable):
        engine_named(name, Settings(paths=Paths(data=tmp_path)))


def test_a_language_that_is_not_written_is_wrong_usage() -> None:
    with pytest.raises(UsageError):
        TranscriptionOptions(language="ar")  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def audio(tmp_path_factory: pytest.TempPathFactory) -> SpeechAudio:
    path = tmp_path_factory.mktemp("audio") / "speech.pcm"
    write_speech_audio(SAMPLE_AUDIO / "gesprek.m4a", path)
    return SpeechAudio(path)


def heard(name: str, audio: SpeechAudio, activity: Span = SECONDS_ON_RECORDING) -> Transcription:
    engine = engine_named(name, Settings(speech=Speech(threads=1)))
    return engine.transcribe(audio, [activity], TranscriptionOptions(beam_size=2), lambda share: None)


@pytest.mark.models
@pytest.mark.parametrize("name", ENGINES.known)
def test_the_engine_finds_the_words_and_their_times(name: str, audio: SpeechAudio) -> None:
    found = heard(name, audio)
    words = [word for segment in found.segments for word in segment.words]
    said = [re.sub(r"\W", "", word.text.casefold()) for word in words]
    assert sum(word in SAID for word in said) >= 0.7 * len(said)
    assert len(said) >= 15
    assert all(SECONDS_ON_RECORDING.start_ms <= word.start_ms <= word.end_ms <= SECONDS_ON_RECORDING.end_ms for word in words)
    assert [word.start_ms for word in words] == sorted(word.start_ms for word in words)
    # "Koffie graag": the client, after the pause.
    coffee = [word.start_ms for word, text in zip(words, said, strict=True) if text == "koffie"]
    assert any(abs(start - 6_040) < 500 for start in coffee)
    assert found.engine.name == name
    assert {segment.language for segment in found.segments} == {"nl"}


@pytest.mark.models
def test_the_same_recording_gives_the_same_words_twice(audio: SpeechAudio) -> None:
    assert heard("faster-whisper", audio) == heard("faster-whisper", audio)


@pytest.mark.models
@pytest.mark.parametrize("name", SOUNDS)
def test_sounds_taken_for_speech_give_no_unflagged_word(name: str, tmp_path: Path) -> None:
    """As if the activity detection had let them through: Whisper then writes "TV GELDERLAND", and is sure of it."""
    path = tmp_path / "speech.pcm"
    path.write_bytes(SOUNDS[name](8 * 16_000).tobytes())
    found = heard("faster-whisper", SpeechAudio(path), Span(0, 8000))
    doubted = doubt(found.segments, found.activity, found.languages, Speech().uncertain_below)
    assert [word.text for segment in doubted for word in segment.words if not word.flags] == []
