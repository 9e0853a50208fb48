"""The small interface behind which the engines stand, and choosing one by name."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, cast

from pipeline.errors import UsageError
from pipeline.factories import Factories
from pipeline.recording.speech_audio import SpeechAudio
from pipeline.settings import Settings
from pipeline.speech.language import Expected
from pipeline.speech.model import Span, Transcription

Progress = Callable[[float], None]

ENGINES = Factories(
    {
        "faster-whisper": "pipeline.speech.transcription.faster_whisper:faster_whisper_engine",
        "openai-whisper": "pipeline.speech.transcription.openai_whisper:openai_whisper_engine",
    },
    refusal="engine_unknown",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptionOptions:
    """What may be asked of an engine. `language` is the language the speakers agreed on, or "auto" for Dutch or English."""

    language: Expected = "nl"
    beam_size: int = 5

    def __post_init__(self) -> None:
        """Refuse a language that is not written. Raises UsageError."""
        if self.language not in ("nl", "en", "auto"):
            raise UsageError("language_unknown", language=self.language)


class TranscriptionEngine(Protocol):
    """An engine that turns speech into words. The same input on the same machine gives the same words."""

    def transcribe(self, audio: SpeechAudio, activity: Sequence[Span], options: TranscriptionOptions, progress: Progress) -> Transcription:
        """The words in the stretches of `activity`; `progress` hears a share in 0-1.

        Speech in another language than Dutch or English gets a LanguageSpan and no words.
        """
        ...


def engine_named(name: str, settings: Settings) -> TranscriptionEngine:
    """The engine called `name`, or the one that `package.module:factory` makes from the settings.

    Raises UsageError for a name that leads nowhere, ModelUnavailable when its weights are not there.
    """
    return cast(TranscriptionEngine, ENGINES.make(name, settings))
