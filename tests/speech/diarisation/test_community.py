"""The conversion only: the real weights are not in the package index."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pyannote.core import Annotation, Segment

from pipeline.errors import ModelUnavailable
from pipeline.recording.speech_audio import SpeechAudio
from pipeline.settings import Paths, Settings
from pipeline.speech.diarisation import DiarisationOptions, diariser_named
from pipeline.speech.diarisation.community import CommunityDiariser
from pipeline.speech.model import Turn


@dataclass
class Output:
    speaker_diarization: Annotation
    exclusive_speaker_diarization: Annotation


class FakePipeline:
    def __init__(self, output: Output) -> None:
        self.output = output
        self.asked: dict[str, Any] = {}

    def __call__(self, file: dict[str, Any], **asked: Any) -> Output:
        self.asked = asked | {"shape": tuple(file["waveform"].shape), "sample_rate": file["sample_rate"]}
        return self.output


def annotation(*turns: tuple[float, float, str]) -> Annotation:
    made = Annotation()
    for number, (start, end, speaker) in enumerate(turns):
        made[Segment(start, end), number] = speaker
    return made


def test_annotations_become_turns_in_milliseconds_named_in_order(tmp_path: Path) -> None:
    path = tmp_path / "speech"
    np.zeros(3 * 16_000, "<i2").tofile(path)
    loaded = FakePipeline(
        Output(
            annotation((1.5, 3.2, "SPEAKER_00"), (0.0306, 2.0, "SPEAKER_01")),
            annotation((0.0306, 1.5, "SPEAKER_01"), (1.5, 3.2, "SPEAKER_00"), (3.0001, 3.0002, "SPEAKER_01")),
        )
    )
    shares: list[float] = []
    found = CommunityDiariser(loaded, "0" * 64).diarise(SpeechAudio(path), DiarisationOptions(num_speakers=2), shares.append)
    assert found.turns == (Turn(start_ms=31, end_ms=2000, speaker="S1"), Turn(start_ms=1500, end_ms=3000, speaker="S2"))
    assert found.exclusive == (Turn(start_ms=31, end_ms=1500, speaker="S1"), Turn(start_ms=1500, end_ms=3000, speaker="S2"))
    assert loaded.asked == {"min_speakers": 2, "max_speakers": 2, "shape": (1, 48_000), "sample_rate": 16_000}
    assert shares[-1] == 1.0


def test_without_its_weights_it_says_how_to_get_them(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable):
        diariser_named("community-1", Settings(paths=Paths(data=tmp_path)))
