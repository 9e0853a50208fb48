"""faster-whisper: the default engine, on CTranslate2 with 8-bit weights, several chunks at once.

Decoding and alignment are called one by one instead of through faster-whisper's own `transcribe`, for two reasons: its
batched form drops what follows the last complete time stamp of a chunk, and its sequential form samples at random where
beam search fails, so that the same recording would give other words each time.
"""

import zlib
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from typing import Any

import ctranslate2
import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import get_suppressed_tokens, merge_punctuations

from pipeline.recording.speech_audio import SAMPLE_RATE
from pipeline.settings import Settings
from pipeline.speech.language import WINDOW_MS
from pipeline.speech.model import Engine
from pipeline.speech.transcription.engine import TranscriptionEngine, TranscriptionOptions
from pipeline.speech.transcription.whisper_engine import HeardWord, Samples, WhisperEngine
from pipeline.weights import locate

_FRAMES_PER_SECOND = 100
_CHUNK_FRAMES = 30 * _FRAMES_PER_SECOND
_COMPUTE = {"cpu": "int8", "cuda": "float16"}
_OPENING, _CLOSING = "\"'“¿([{-", "\"'.。,，!！?？:：”)]}、"
# Text that zlib shrinks more than this repeats itself (the value of OpenAI's Whisper).
_LOOPING_RATIO = 2.4
_NO_SPEECH = 0.6
_UNLIKELY = -1.0


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
        self.engine = Engine(name="faster-whisper", version=version("faster-whisper"), model=weights.name, weights_sha256=weights.sha256)

    def detect_languages(self, pieces: Sequence[Samples]) -> list[Mapping[str, float]]:
        """See Recogniser. The encoder hears the window only, not thirty seconds: 20 times cheaper and nearly as good."""
        encoded = self._encode(pieces, WINDOW_MS * _FRAMES_PER_SECOND // 1000)
        found = self._model.model.detect_language(encoded)
        return [{token.strip("<|>"): probability for token, probability in window} for window in found]

    def recognise(self, pieces: Sequence[Samples], language: str, options: TranscriptionOptions) -> list[list[list[HeardWord]]]:
        """See Recogniser."""
        tokenizer = Tokenizer(self._model.hf_tokenizer, multilingual=True, task="transcribe", language=language)
        encoded = self._encode(pieces, _CHUNK_FRAMES)
        decoded = self._decode(encoded, tokenizer, options, len(pieces))
        texts = [[token for token in tokens if token < tokenizer.eot] for tokens in decoded]
        frames = [min(_CHUNK_FRAMES, len(piece) * _FRAMES_PER_SECOND // SAMPLE_RATE) for piece in pieces]
        aligned = self._model.find_alignment(tokenizer, texts, encoded, frames)
        return [list(_segments(tokens, words, tokenizer)) for tokens, words in zip(decoded, aligned, strict=True)]

    def _encode(self, pieces: Sequence[Samples], frames: int) -> ctranslate2.StorageView:
        """What the encoder makes of the pieces, each filled up with silence or cut to `frames` of 10 ms."""
        length = frames * SAMPLE_RATE // _FRAMES_PER_SECOND
        filled = [np.pad(piece[:length], (0, max(0, length - len(piece)))) for piece in pieces]
        features = np.stack([self._model.feature_extractor(piece, padding=0)[:, :frames] for piece in filled])
        return self._model.model.encode(ctranslate2.StorageView.from_array(np.ascontiguousarray(features, dtype=np.float32)))

    def _decode(self, encoded: ctranslate2.StorageView, tokenizer: Tokenizer, options: TranscriptionOptions, count: int) -> list[list[int]]:
        """Tokens, time stamps among them, of each chunk. A chunk whose text loops is decoded again without repetition."""
        # With time stamps: without them the text of a chunk may end early, and whole sentences are passed over.
        prompt = self._model.get_prompt(tokenizer, [])
        search: dict[str, Any] = {
            "beam_size": options.beam_size,
            "max_length": self._model.max_length,
            "suppress_tokens": get_suppressed_tokens(tokenizer, [-1]),
            "return_scores": True,
            "return_no_speech_prob": True,
        }
        found = self._model.model.generate(encoded, [prompt] * count, **search)
        decoded = [[] if _hears_nobody(result) else list(result.sequences_ids[0]) for result in found]
        if any(_loops(tokenizer.decode(tokens)) for tokens in decoded):
            again = self._model.model.generate(encoded, [prompt] * count, no_repeat_ngram_size=3, **search)
            for index, tokens in enumerate(decoded):
                if _loops(tokenizer.decode(tokens)):
                    decoded[index] = list(again[index].sequences_ids[0])
        return decoded


def _hears_nobody(result: Any) -> bool:
    """OpenAI's rule: the network holds it for no speech, and its text for unlikely."""
    length = len(result.sequences_ids[0])
    mean_log_probability = result.scores[0] * length / (length + 1)
    return bool(result.no_speech_prob > _NO_SPEECH and mean_log_probability < _UNLIKELY)


def _segments(tokens: Sequence[int], aligned: list[dict[str, Any]], tokenizer: Tokenizer) -> Iterator[list[HeardWord]]:
    """The aligned words, a list for each run of text between two time stamps."""
    merge_punctuations(aligned, _OPENING, _CLOSING)
    words = iter(aligned)
    taken = 0
    for reach in _text_ends(tokens, tokenizer):
        found: list[HeardWord] = []
        while taken < reach and (word := next(words, None)):
            taken += len(word["tokens"])
            if text := word["word"].strip():
                found.append(HeardWord(round(word["start"] * 1000), round(word["end"] * 1000), text, float(word["probability"])))
        if found:
            yield found


def _text_ends(tokens: Sequence[int], tokenizer: Tokenizer) -> Iterator[int]:
    """How many text tokens have passed at the end of each run of text."""
    passed = 0
    in_text = False
    for token in tokens:
        if token < tokenizer.eot:
            passed += 1
            in_text = True
        elif token >= tokenizer.timestamp_begin and in_text:
            yield passed
            in_text = False
    if in_text:
        yield passed


def _loops(text: str) -> bool:
    data = text.encode()
    return len(data) > _LOOPING_RATIO * len(zlib.compress(data))
