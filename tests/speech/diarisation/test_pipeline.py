"""The real networks on seconds of the sample recording and on what is hardly a recording."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from pipeline.recording.speech_audio import SAMPLE_RATE, SpeechAudio, write_speech_audio
from pipeline.settings import Settings
from pipeline.shipped import SAMPLE_AUDIO
from pipeline.speech.diarisation import DiarisationOptions, Diariser, diariser_named
from pipeline.speech.model import Diarisation

pytestmark = pytest.mark.models

_EXCERPT_MS = 29_000


@pytest.fixture(scope="module")
def diariser() -> Diariser:
    return diariser_named("pyannote", Settings())


@pytest.fixture(scope="module")
def excerpt(tmp_path_factory: pytest.TempPathFactory) -> np.ndarray:
    path = tmp_path_factory.mktemp("sample") / "speech"
    write_speech_audio(SAMPLE_AUDIO / "gesprek.m4a", path)
    return SpeechAudio(path).read(0, _EXCERPT_MS)


@pytest.fixture
def diarised(diariser: Diariser, tmp_path: Path) -> Callable[..., Diarisation]:
    def run(samples: np.ndarray, **numbers: int) -> Diarisation:
        path = tmp_path / "speech"
        (samples * 32767).astype("<i2").tofile(path)
        return diariser.diarise(SpeechAudio(path), DiarisationOptions(**numbers), lambda share: None)

    return run


def reference() -> list[tuple[int, int, str]]:
    fields = [line.split() for line in (SAMPLE_AUDIO / "gesprek.rttm").read_text(encoding="utf-8").splitlines()]
    spans = [(round(float(each[3]) * 1000), round((float(each[3]) + float(each[4])) * 1000), each[7]) for each in fields]
    return [span for span in spans if span[1] < _EXCERPT_MS]


def test_each_turn_of_the_sample_has_its_speaker_and_begins_where_it_begins(
    diarised: Callable[..., Diarisation], excerpt: np.ndarray
) -> None:
    found = diarised(excerpt)
    assert {turn.speaker for turn in found.turns} == {"S1", "S2"}
    assert found.turns[0].speaker == "S1"
    match = {"MEDEWERKER": "S1", "CLIENT": "S2"}
    for start, end, speaker in reference():
        own = [turn for turn in found.exclusive if turn.start_ms < end and turn.end_ms > start]
        assert {turn.speaker for turn in own} == {match[speaker]}
        assert abs(own[0].start_ms - start) <= 120


def test_knowing_the_number_changes_nothing_here(diarised: Callable[..., Diarisation], excerpt: np.ndarray) -> None:
    assert diarised(excerpt, num_speakers=2) == diarised(excerpt)


def test_one_speaker_is_one_speaker_even_if_three_are_expected(diarised: Callable[..., Diarisation], excerpt: np.ndarray) -> None:
    first = excerpt[: 5 * SAMPLE_RATE]
    assert {turn.speaker for turn in diarised(np.tile(first, 4), num_speakers=3).turns} == {"S1"}


@pytest.mark.parametrize("seconds", [0.0, 0.01, 0.2, 11.0])
def test_silence_of_any_length_has_no_turns(diarised: Callable[..., Diarisation], seconds: float) -> None:
    found = diarised(np.zeros(round(seconds * SAMPLE_RATE), np.float32))
    assert found.turns == found.exclusive == ()


def test_a_fifth_of_a_second_of_speech_is_no_fault(diarised: Callable[..., Diarisation], excerpt: np.ndarray) -> None:
    found = diarised(excerpt[2 * SAMPLE_RATE : 2 * SAMPLE_RATE + SAMPLE_RATE // 5])
    assert all(0 <= turn.start_ms < turn.end_ms <= 200 for turn in found.turns)


def test_noise_at_full_scale_is_no_fault(diarised: Callable[..., Diarisation]) -> None:
    found = diarised(np.random.default_rng(1).uniform(-1, 1, 3 * SAMPLE_RATE).astype(np.float32))
    assert all(turn.end_ms <= 3000 for turn in found.turns)


def test_progress_rises_to_one(diariser: Diariser, excerpt: np.ndarray, tmp_path: Path) -> None:
    (excerpt[: 15 * SAMPLE_RATE] * 32767).astype("<i2").tofile(tmp_path / "speech")
    shares: list[float] = []
    diariser.diarise(SpeechAudio(tmp_path / "speech"), DiarisationOptions(), shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_no_file_is_left_but_the_one_that_was_read(diarised: Callable[..., Diarisation], excerpt: np.ndarray, tmp_path: Path) -> None:
    diarised(excerpt[: 3 * SAMPLE_RATE])
    assert [path.name for path in tmp_path.iterdir()] == ["speech"]
