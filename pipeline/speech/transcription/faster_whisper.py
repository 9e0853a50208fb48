"""faster-whisper: the default engine, on CTranslate2 with 8-bit weights, several chunks at once."""

from collections.abc import Mapping, Sequence
from importlib.metadata import version

import ctranslate2
import numpy as np
from faster_whisper import BatchedInferencePipeline, WhisperModel
from faster_whisper.transcribe import Segment as FoundSegment

from pipeline.recording.speech_audio import SAMPLE_RATE
from pipeline.settings import Settings
from pipeline.speech.language import WINDOW_MS
from pipeline.speech.model import Engine
from pipeline.speech.transcription.engine import TranscriptionEngine, TranscriptionOptions
from pipeline.speech.transcription.whisper_engine import HeardWord, Samples, WhisperEngine
from pipeline.weights import locate

_FRAMES_PER_SECOND = 100
_COMPUTE = {"cpu": "int8", "cuda": "float16"}


def faster_whisper_engine(settings: Settings) -> TranscriptionEngine:
    """The engine with the model, device and threads of the settings. Raises ModelUnavailable."""
    return WhisperEngine(FasterWhisper(settings))


class FasterWhisper:
    """A Recogniser on faster-whisper."""

    def __init__(self, settings: Settings) -> None:
        speech = settings.speech
        weights = locate(speech.model, settings)
        self._model = WhisperModel(
            str(weights.path),
            device=speech.device,
            compute_type=_COMPUTE.get(speech.device, "default"),
            cpu_threads=speech.threads,
            local_files_only=True,
        )
        self._pipeline = BatchedInferencePipeline(self._model)
        self.engine = Engine(name="faster-whisper", version=version("faster-whisper"), model=weights.name, weights_sha256=weights.sha256)

    def detect_languages(self, pieces: Sequence[Samples]) -> list[Mapping[str, float]]:
        """See Recogniser. The encoder hears the window only, not thirty seconds: 20 times cheaper and nearly as good."""
        samples = WINDOW_MS * SAMPLE_RATE // 1000
        frames = WINDOW_MS * _FRAMES_PER_SECOND // 1000
        extract = self._model.feature_extractor
        features = [extract(np.pad(piece[:samples], (0, samples - min(samples, len(piece)))), padding=0)[:, :frames] for piece in pieces]
        batch = ctranslate2.StorageView.from_array(np.ascontiguousarray(np.stack(features), dtype=np.float32))
        found = self._model.model.detect_language(self._model.model.encode(batch))
        return [{token.strip("<|>"): probability for token, probability in window} for window in found]

    def recognise(self, pieces: Sequence[Samples], language: str, options: TranscriptionOptions) -> list[list[list[HeardWord]]]:
        """See Recogniser. All at temperature 0: sampling would give other words each time."""
        starts = np.cumsum([0, *(len(piece) for piece in pieces)]) / SAMPLE_RATE
        segments, _ = self._pipeline.transcribe(
            np.concatenate(pieces),
            language=language,
            beam_size=options.beam_size,
            temperature=0.0,
            word_timestamps=True,
            # Without them a chunk's text may end early, and whole sentences are passed over.
            without_timestamps=False,
            vad_filter=False,
            clip_timestamps=[{"start": start, "end": end} for start, end in zip(starts, starts[1:], strict=False)],
            batch_size=len(pieces),
            hotwords=", ".join(options.glossary) or None,
        )
        found: list[list[list[HeardWord]]] = [[] for _ in pieces]
        for segment in segments:
            place = int(np.searchsorted(starts, (segment.start + segment.end) / 2, side="right")) - 1
            place = min(max(place, 0), len(pieces) - 1)
            found[place].append(_words(segment, float(starts[place])))
        return found


def _words(segment: FoundSegment, begin: float) -> list[HeardWord]:
    return [
        HeardWord(round((word.start - begin) * 1000), round((word.end - begin) * 1000), text, float(word.probability))
        for word in segment.words or ()
        if (text := word.word.strip())
    ]
