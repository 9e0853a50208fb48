"""pyannote's own community-1 pipeline, when its weights are installed.

Untested with the real weights, which are not in the package index; the conversion is tested with a stand-in. The pipeline
unpickles its checkpoints in full: allowed only because `locate` has just held each file against its pinned hash. It reads
the whole recording into memory (230 MB for each hour, and more while it works), so it is not for ten hours on a small box.
"""

from collections.abc import Callable, Iterable
from importlib.metadata import version
from typing import Any, Protocol

import torch

from pipeline.recording.speech_audio import SAMPLE_RATE, SpeechAudio
from pipeline.settings import Settings
from pipeline.speech.diarisation import torchaudio_shim
from pipeline.speech.diarisation.options import DIARISATION_SCHEMA, MODELS_OF, DiarisationOptions
from pipeline.speech.diarisation.timeline import named_in_order
from pipeline.speech.model import Diarisation, Engine, Turn
from pipeline.weights import locate

(_MODEL,) = MODELS_OF["community-1"]


class SpeechSegment(Protocol):
    """A pyannote segment; times in seconds."""

    start: float
    end: float


class SpeakerAnnotation(Protocol):
    """What is used of a pyannote annotation."""

    def itertracks(self, yield_label: bool) -> Iterable[tuple[SpeechSegment, Any, str]]:
        """Each segment with its track and its speaker."""
        ...


class CommunityDiariser:
    """A loaded pyannote pipeline that returns overlapping and exclusive annotations."""

    def __init__(self, loaded: Callable[..., Any], weights_sha256: str) -> None:
        self._pipeline = loaded
        self._engine = Engine(name="community-1", version=version("pyannote.audio"), model=_MODEL, weights_sha256=weights_sha256)

    def diarise(self, audio: SpeechAudio, options: DiarisationOptions, progress: Callable[[float], None]) -> Diarisation:
        """Who spoke when in `audio`. pyannote takes the number of speakers as a fact, not as a guide."""
        progress(0.0)
        waveform = torch.from_numpy(audio.read(0, audio.duration_ms)).unsqueeze(0)
        found = self._pipeline({"waveform": waveform, "sample_rate": SAMPLE_RATE}, min_speakers=options.least, max_speakers=options.most)
        turns, exclusive = named_in_order(
            _turns(found.speaker_diarization, audio.duration_ms), _turns(found.exclusive_speaker_diarization, audio.duration_ms)
        )
        progress(1.0)
        return Diarisation(schema=DIARISATION_SCHEMA, engine=self._engine, turns=turns, exclusive=exclusive)


def community_diariser(settings: Settings) -> CommunityDiariser:
    """community-1 from the verified weights of this machine. Raises ModelUnavailable."""
    weights = locate(_MODEL, settings)
    torchaudio_shim.prepare()
    from pyannote.audio import Pipeline

    loaded: Any = Pipeline.from_pretrained(weights.path)
    return CommunityDiariser(loaded, weights.sha256)


def _turns(annotation: SpeakerAnnotation, duration_ms: int) -> tuple[Turn, ...]:
    found = (
        Turn(start_ms=max(0, round(segment.start * 1000)), end_ms=min(duration_ms, round(segment.end * 1000)), speaker=speaker)
        for segment, _, speaker in annotation.itertracks(yield_label=True)
    )
    return tuple(sorted((turn for turn in found if turn.start_ms < turn.end_ms), key=lambda turn: (turn.start_ms, turn.end_ms)))
