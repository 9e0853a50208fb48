"""openai-whisper: the second engine, the reference implementation, on the same weights in full precision."""

import warnings
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

import numpy as np
import torch
from torch.nn import functional
from whisper.audio import log_mel_spectrogram
from whisper.tokenizer import get_tokenizer
from whisper.transcribe import transcribe

from pipeline.recording.speech_audio import SAMPLE_RATE
from pipeline.settings import Settings
from pipeline.speech.language import WINDOW_MS
from pipeline.speech.model import Engine
from pipeline.speech.transcription.converted import load_whisper
from pipeline.speech.transcription.engine import TranscriptionEngine, TranscriptionOptions
from pipeline.speech.transcription.whisper_engine import HeardWord, Samples, WhisperEngine
from pipeline.weights import locate


def openai_whisper_engine(settings: Settings) -> TranscriptionEngine:
    """The engine with the model, device and threads of the settings. Raises ModelUnavailable."""
    return WhisperEngine(OpenAIWhisper(settings))


class OpenAIWhisper:
    """A Recogniser on openai-whisper."""

    def __init__(self, settings: Settings) -> None:
        speech = settings.speech
        weights = locate(speech.model, settings)
        torch.set_num_threads(speech.threads)
        self._device = speech.device
        self._model = load_whisper(weights, speech.device)
        self.engine = Engine(name="openai-whisper", version=version("openai-whisper"), model=weights.name, weights_sha256=weights.sha256)

    @torch.no_grad()
    def detect_languages(self, pieces: Sequence[Samples]) -> list[Mapping[str, float]]:
        """See Recogniser. Like `whisper.detect_language`, but the encoder hears the window only, not thirty seconds."""
        length = WINDOW_MS * SAMPLE_RATE // 1000
        filled = np.stack([np.pad(piece[:length], (0, max(0, length - len(piece)))) for piece in pieces])
        mel = log_mel_spectrogram(torch.from_numpy(filled), self._model.dims.n_mels).to(self._device)
        encoder = self._model.encoder
        heard = functional.gelu(encoder.conv2(functional.gelu(encoder.conv1(mel)))).permute(0, 2, 1)
        heard = heard + encoder.positional_embedding[: heard.shape[1]]
        for block in encoder.blocks:
            heard = block(heard)
        tokenizer = get_tokenizer(multilingual=True, num_languages=self._model.num_languages)
        start = torch.full((len(pieces), 1), tokenizer.sot, device=self._device)
        logits = self._model.logits(start, encoder.ln_post(heard))[:, 0, list(tokenizer.all_language_tokens)]
        return [dict(zip(tokenizer.all_language_codes, row, strict=True)) for row in logits.softmax(dim=-1).tolist()]

    def recognise(self, pieces: Sequence[Samples], language: str, options: TranscriptionOptions) -> list[list[list[HeardWord]]]:
        """See Recogniser. At temperature 0 only: sampling would give other words each time."""
        return [self._recognise(piece, language, options) for piece in pieces]

    def _recognise(self, piece: Samples, language: str, options: TranscriptionOptions) -> list[list[HeardWord]]:
        with warnings.catch_warnings():
            # Word times fall back from a GPU kernel to plain code with a warning; the result is the same.
            warnings.simplefilter("ignore")
            found: dict[str, Any] = transcribe(
                self._model,
                piece,
                language=language,
                beam_size=options.beam_size,
                temperature=0.0,
                condition_on_previous_text=False,
                word_timestamps=True,
                fp16=self._device != "cpu",
                verbose=None,
            )
        return [[_word(word) for word in segment["words"] if word["word"].strip()] for segment in found["segments"]]


def _word(found: Mapping[str, Any]) -> HeardWord:
    return HeardWord(round(found["start"] * 1000), round(found["end"] * 1000), found["word"].strip(), float(found["probability"]))
