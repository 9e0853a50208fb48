"""What a diariser is asked, and which diarisers there are. Light to import: the networks load when one is made."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, cast

from pipeline.errors import UsageError
from pipeline.factories import Factories
from pipeline.recording.speech_audio import SpeechAudio
from pipeline.settings import Settings
from pipeline.speech.model import Diarisation

DIARISATION_SCHEMA = "wederhoor/diarisation/1"

# The weights that decide a result, by diariser; one of one's own answers for itself.
MODELS_OF = {"pyannote": ("pyannote-segmentation-3.0", "campplus-zh-en"), "community-1": ("pyannote-community-1",)}

DIARISERS = Factories(
    {
        "pyannote": "pipeline.speech.diarisation.pipeline:pyannote_diariser",
        "community-1": "pipeline.speech.diarisation.community:community_diariser",
    },
    refusal="diariser_unknown",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DiarisationOptions:
    """How many people are said to speak. `num_speakers`, when known, replaces the bounds.

    The numbers guide and do not force: a voice that cannot be told from another is not invented to make up a number.
    """

    min_speakers: int = 1
    max_speakers: int = 12
    num_speakers: int | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.least <= self.most:
            raise UsageError("speaker_numbers", least=self.least, most=self.most)

    @property
    def least(self) -> int:
        """The smallest number of speakers looked for."""
        return self.min_speakers if self.num_speakers is None else self.num_speakers

    @property
    def most(self) -> int:
        """The largest number of speakers given."""
        return self.max_speakers if self.num_speakers is None else self.num_speakers


class Diariser(Protocol):
    """Anything that tells who spoke when."""

    def diarise(self, audio: SpeechAudio, options: DiarisationOptions, progress: Callable[[float], None]) -> Diarisation:
        """Turns of `audio`, calling `progress` with a share in 0-1."""
        ...


def diariser_named(name: str, settings: Settings) -> Diariser:
    """The diariser called `name`: "pyannote", "community-1", or "package.module:factory" of one's own.

    A factory takes the settings and returns a Diariser. Raises UsageError for an unknown name, ModelUnavailable when the
    weights are missing.
    """
    return cast(Diariser, DIARISERS.make(name, settings))
