"""Is speech in other languages told apart, and is no Dutch or English taken for another language?

Usage: WEDERHOOR_SPEECH_DATA=<folder> python tests/benchmarks/speech/languages.py

For each file: how much of the speech is held for a language other than its own, expecting Dutch. With espeak-ng on the PATH also
half a minute each of eight languages, put between two parts of the sample: which language is reported there. Synthetic voices
are hard for Whisper base; larger models hear languages far better.
"""

import os

os.environ["OMP_NUM_THREADS"] = "1"

import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from pipeline.recording.speech_audio import SpeechAudio, write_speech_audio
from pipeline.settings import Settings
from pipeline.shipped import SAMPLE_AUDIO
from pipeline.speech.activity import WEIGHTS, find_speech
from pipeline.speech.language import languages, windows
from pipeline.speech.model import LanguageSpan, Span
from pipeline.speech.transcription.faster_whisper import FasterWhisper
from pipeline.weights import WeightsFolder, locate

SENTENCES = {
    "nl": "Gisteren hebben wij over de woning gesproken. Mijn dochter gaat al twee weken niet naar school omdat zij ziek is.",
    "de": "Gestern haben wir über die Wohnung gesprochen. Meine Tochter geht seit zwei Wochen nicht zur Schule, weil sie krank ist.",
    "fr": "Hier nous avons parlé de l'appartement. Ma fille ne va plus à l'école depuis deux semaines parce qu'elle est malade.",
    "es": "Ayer hablamos de la vivienda. Mi hija no va a la escuela desde hace dos semanas porque está enferma. ¿Puede ayudarme?",
    "pl": "Wczoraj rozmawialiśmy o mieszkaniu. Moja córka od dwóch tygodni nie chodzi do szkoły, ponieważ jest chora.",
    "tr": "Dün ev hakkında konuştuk. Kızım hasta olduğu için iki haftadır okula gitmiyor. Bana yardım edebilir misiniz?",
    "ru": "Вчера мы говорили о квартире. Моя дочь уже две недели не ходит в школу, потому что она больна. Вы можете мне помочь?",
    "ar": "تحدثنا أمس عن البيت. ابنتي لا تذهب إلى المدرسة منذ أسبوعين لأنها مريضة. هل يمكنك أن تساعدني؟",
}
BEFORE_MS = 45_000


def main() -> None:
    settings = Settings()
    network, activity = FasterWhisper(settings), locate(WEIGHTS, settings)
    data = Path(os.environ["WEDERHOOR_SPEECH_DATA"])
    with tempfile.TemporaryDirectory() as folder:
        audio = SpeechAudio(Path(folder) / "speech.pcm")
        for language in ("nl", "en"):
            for path in sorted((data / language).glob("*.flac")):
                write_speech_audio(path, audio.path)
                heard = spoken(audio, network, activity)
                wrong = sum(span.end_ms - span.start_ms for span in heard if span.language != language)
                total = sum(span.end_ms - span.start_ms for span in heard)
                print(f"{language} {path.stem:32} not {language}: {wrong / max(1, total):.2f}  {kinds(heard)}", flush=True)
        if shutil.which("espeak-ng"):
            for language, sentence in SENTENCES.items():
                foreign = put_between(audio, Path(folder), language, sentence)
                heard = [
                    span for span in spoken(audio, network, activity) if span.end_ms > foreign.start_ms and span.start_ms < foreign.end_ms
                ]
                print(f"espeak {language} at {foreign.start_ms}-{foreign.end_ms}: {kinds(heard)}", flush=True)


def spoken(audio: SpeechAudio, network: FasterWhisper, weights: WeightsFolder) -> tuple[LanguageSpan, ...]:
    spans = find_speech(audio, weights)
    heard: list[tuple[Span, Mapping[str, float]]] = []
    for window in windows(spans):
        heard.append((window, network.detect_languages([audio.read(window.start_ms, window.end_ms)])[0]))
    return languages(heard, spans, "nl")


def put_between(audio: SpeechAudio, folder: Path, language: str, sentence: str) -> Span:
    """Write the sample's beginning, the sentence three times, and the sample's beginning again. Where the sentences lie."""
    subprocess.run(["espeak-ng", "-v", language, "-s", "150", "-w", str(folder / "said.wav"), " ".join([sentence] * 3)], check=True)
    write_speech_audio(folder / "said.wav", folder / "said.pcm")
    write_speech_audio(SAMPLE_AUDIO / "gesprek.m4a", audio.path)
    sample = audio.path.read_bytes()[: BEFORE_MS * 32]
    said = (folder / "said.pcm").read_bytes()
    audio.path.write_bytes(sample + said + sample)
    return Span(BEFORE_MS, BEFORE_MS + len(said) // 32)


def kinds(heard: Sequence[LanguageSpan]) -> str:
    return ", ".join(f"{span.language} {(span.end_ms - span.start_ms) // 1000} s ({span.probability:.2f})" for span in heard)


if __name__ == "__main__":
    main()
