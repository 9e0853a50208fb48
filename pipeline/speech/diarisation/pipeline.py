"""Who spoke when: segmentation, voices, clustering and the timeline, one after the other, streamed over the recording."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version

import numpy as np
from numpy.typing import NDArray

from pipeline.documents import sha256_plain
from pipeline.recording.speech_audio import SpeechAudio
from pipeline.settings import Settings
from pipeline.speech.diarisation.clustering import SpeakerBounds, told_apart
from pipeline.speech.diarisation.embedding import Voice, VoiceEmbedder
from pipeline.speech.diarisation.options import DIARISATION_SCHEMA, MODELS_OF, DiarisationOptions
from pipeline.speech.diarisation.segmentation import LOCAL_SPEAKERS, Segmenter, window_starts
from pipeline.speech.diarisation.timeline import NOBODY, Timeline, named_in_order
from pipeline.speech.model import Diarisation, Engine
from pipeline.weights import WeightsFolder, locate

_SEGMENTATION, _EMBEDDING = MODELS_OF["pyannote"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DiarisationWeights:
    """The verified weights of both networks."""

    segmentation: WeightsFolder
    embedding: WeightsFolder

    @property
    def sha256(self) -> str:
        """One digest for both."""
        return sha256_plain([self.segmentation.sha256, self.embedding.sha256])


class PyannoteDiariser:
    """pyannote segmentation-3.0 with CAM++ voices. Loaded once, used for many recordings."""

    def __init__(self, weights: DiarisationWeights) -> None:
        self._segmenter = Segmenter(weights.segmentation.file("pytorch_model.bin"))
        self._embedder = VoiceEmbedder(weights.embedding.file("campplus_cn_en_common.pt"))
        self._engine = Engine(
            name="pyannote",
            version=version("pyannote.audio"),
            model=f"{_SEGMENTATION}+{_EMBEDDING}",
            weights_sha256=weights.sha256,
        )

    def diarise(self, audio: SpeechAudio, options: DiarisationOptions, progress: Callable[[float], None]) -> Diarisation:
        """Who spoke when in `audio`. Memory grows by about 0.6 MB for each minute; voice embeddings are gone on return."""
        likely, voices = self._heard(audio, progress)
        people = told_apart(voices, SpeakerBounds(least=options.least, most=options.most))
        timeline = Timeline(audio.duration_ms, int(people.max(initial=0)) + 1)
        for number, local_people in enumerate(_by_window(len(likely), voices, people)):
            timeline.add(number, likely[number].astype(np.float32), local_people)
        turns, exclusive = named_in_order(timeline.turns(), timeline.exclusive_turns())
        progress(1.0)
        return Diarisation(schema=DIARISATION_SCHEMA, engine=self._engine, turns=turns, exclusive=exclusive)

    def _heard(self, audio: SpeechAudio, progress: Callable[[float], None]) -> tuple[list[NDArray[np.float16]], list[Voice]]:
        """The probabilities of each window, in half precision for the sake of ten hours, and all voices in them."""
        reader = self._embedder.reader(audio)
        total = len(window_starts(audio.duration_ms))
        likely: list[NDArray[np.float16]] = []
        voices: list[Voice] = []
        for number, window in enumerate(self._segmenter.windows(audio)):
            likely.append(window.likely.astype(np.float16))
            voices += reader.voices(number, window)
            progress((number + 1) / (total + 1))
        return likely, voices


def diarise(audio: SpeechAudio, options: DiarisationOptions, weights: DiarisationWeights, progress: Callable[[float], None]) -> Diarisation:
    """Who spoke when in one recording. To do several, keep a PyannoteDiariser: loading takes seconds."""
    return PyannoteDiariser(weights).diarise(audio, options, progress)


def pyannote_diariser(settings: Settings) -> PyannoteDiariser:
    """The diariser on the weights of this machine. Raises ModelUnavailable."""
    return PyannoteDiariser(DiarisationWeights(segmentation=locate(_SEGMENTATION, settings), embedding=locate(_EMBEDDING, settings)))


def _by_window(count: int, voices: list[Voice], people: NDArray[np.intp]) -> list[list[int]]:
    """For each window which person each local speaker is; NOBODY for one heard too briefly to know."""
    table = [[NOBODY] * LOCAL_SPEAKERS for _ in range(count)]
    for voice, person in zip(voices, people, strict=True):
        table[voice.window][voice.local_speaker] = int(person)
    return table
