from collections.abc import Callable

import pytest

from pipeline.errors import UsageError
from pipeline.recording.speech_audio import SpeechAudio
from pipeline.settings import Settings
from pipeline.speech.diarisation import DIARISATION_SCHEMA, MODELS_OF, DiarisationOptions, diariser_named
from pipeline.speech.model import Diarisation, Engine
from pipeline.weights import pinned


class Nobody:
    def diarise(self, audio: SpeechAudio, options: DiarisationOptions, progress: Callable[[float], None]) -> Diarisation:
        engine = Engine(name="nobody", version="0", model="none", weights_sha256="0" * 64)
        return Diarisation(schema=DIARISATION_SCHEMA, engine=engine, turns=(), exclusive=())


def nobody(settings: Settings) -> Nobody:
    return Nobody()


def test_a_known_number_replaces_the_bounds() -> None:
    options = DiarisationOptions(min_speakers=2, max_speakers=5, num_speakers=7)
    assert (options.least, options.most) == (7, 7)


@pytest.mark.parametrize(
    "numbers", [{"min_speakers": 0}, {"min_speakers": 3, "max_speakers": 2}, {"num_speakers": -1}, {"num_speakers": 0}]
)
def test_impossible_numbers_are_refused(numbers: dict[str, int]) -> None:
    with pytest.raises(UsageError) as caught:
        DiarisationOptions(**numbers)
    assert caught.value.text_key == "speaker_numbers"


def test_a_diariser_of_ones_own_is_found_by_module_and_factory() -> None:
    assert isinstance(diariser_named(f"{__name__}:nobody", Settings()), Nobody)


@pytest.mark.parametrize("name", ["", "pyanote", "no.such.module:factory", "pipeline.speech.model:no_such_factory"])
def test_a_name_that_leads_nowhere_is_refused(name: str) -> None:
    with pytest.raises(UsageError) as caught:
        diariser_named(name, Settings())
    assert caught.value.text_key == "diariser_unknown"


def test_the_models_of_each_diariser_are_pinned() -> None:
    for models in MODELS_OF.values():
        for model in models:
            assert pinned(model).files
