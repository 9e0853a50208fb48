"""The stages of one recording, each a function from files to files; `recipe` has their order.

Each stage's result is kept in the dossier's stage store under a key of everything that decides it: the recording, the
results it is made from, the stage's version, the settings and the weights. Run again after a kill, finished stages are
taken up and the rest is done. Heavy stages run in a worker process of their own.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Self

from pipeline import documents
from pipeline.access import open_to_group
from pipeline.dossier import custody
from pipeline.dossier.agreements import agreement_of, missing_because
from pipeline.dossier.custody import Act
from pipeline.dossier.keys import KeyRing
from pipeline.dossier.layout import Dossier
from pipeline.dossier.seal import seal
from pipeline.dossier.store import StageKey, StageResult, StageStore
from pipeline.errors import WederhoorError
from pipeline.integrity.calibration import calibration
from pipeline.integrity.detectors import DETECTORS
from pipeline.integrity.examine import examine as examine_recording
from pipeline.integrity.model import IntegrityDocument
from pipeline.integrity.pictures import illustrated
from pipeline.minutes.changes import Confirmation, made_anew
from pipeline.minutes.compose import compose as compose_minutes
from pipeline.minutes.corrections import name_voices
from pipeline.minutes.model import AgreementReference, Minutes, RecordingReference
from pipeline.minutes.summary.again import summary_of, wanted_form
from pipeline.minutes.versions import StoredVersion, load_chain
from pipeline.recording.agreement import read_agreement
from pipeline.recording.listening import OUTLINE_SCHEMA, Outline, peaks, write_listening_copy
from pipeline.recording.rules import Circumstances, check_rules
from pipeline.recording.speech_audio import SpeechAudio, write_speech_audio
from pipeline.review.publish import Desk, put_in_force, write_documents
from pipeline.settings import Settings
from pipeline.speech.activity import find_speech
from pipeline.speech.attribution import attribute as attribute_words
from pipeline.speech.coverage import audit as audit_speech
from pipeline.speech.diarisation import DIARISERS, MODELS_OF, DiarisationOptions, Diariser, diariser_named
from pipeline.speech.model import Diarisation, SpeechRecord, Transcription
from pipeline.speech.transcription.engine import ENGINES, TranscriptionEngine, TranscriptionOptions, engine_named
from pipeline.weights import locate
from pipeline.worker import Progress, Worker

Report = Callable[[str, float], None]

ACTIVITY_MODEL = "silero-vad"

_AUDIO = "speech.pcm"
_OUTLINE = "outline.json"
_LISTENING = "listening.m4a"
_TRANSCRIPTION = "transcription.json"
_DIARISATION = "diarisation.json"
_SPEECH = "speech.json"
_INTEGRITY = "integrity.json"
_MINUTES = "minutes.json"
_WAVEFORM_BUCKETS = 2000
_NEARLY_DONE = 0.99


class Workers:
    """The worker processes of one recording at a time: one that reads files, one per kind of model, so that each stays small."""

    def __init__(self, settings: Settings) -> None:
        self.decoding = Worker()
        self.examination = Worker()
        self.transcription = Worker(threads=settings.speech.threads)
        self.diarisation = Worker(threads=settings.speech.threads)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End all of them, also in the middle of a call."""
        for worker in (self.decoding, self.examination, self.transcription, self.diarisation):
            worker.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What the stages of one recording need: the dossier, the settings, workers, where progress goes, and the clock.

    `speakers`: the number of voices when somebody is certain of it; `report(stage, share)` is called with a share in 0-1;
    `group`: who may read the dossier, null for the group of the settings.
    """

    dossier: Dossier
    settings: Settings
    workers: Workers
    report: Report
    now: Callable[[], datetime]
    speakers: int | None = None
    group: str | None = None

    @property
    def store(self) -> StageStore:
        """Where stage results are kept."""
        return StageStore(self.dossier.work)

    @property
    def limit_seconds(self) -> float:
        """How long a heavy stage may take, in proportion to the recording's length."""
        seconds = self.dossier.recording().format.duration_ms / 1000
        workers = self.settings.workers
        return max(workers.minimum_limit_seconds, seconds * workers.limit_per_audio_second)

    def progress(self, stage: str) -> Progress:
        """The progress of one stage; it is done only when its result is safe, which the model cannot know."""
        return lambda share: self.report(stage, min(share, _NEARLY_DONE))


def require(settings: Settings) -> None:
    """Look for what the heavy stages need before they begin: a wrong name should cost a moment and not a night.

    Raises UsageError for an engine or model that does not exist, ModelUnavailable for weights that are not there.
    """
    ENGINES.require(settings.speech.engine)
    DIARISERS.require(settings.diarisation.engine)
    for model in (*_speech_models(settings), *_diarisation_models(settings)):
        locate(model, settings)


def prepare(bench: Bench) -> StageResult:
    """The recording as the models hear it."""

    def produce(folder: Path) -> None:
        bench.workers.decoding.call(write_speech_audio, bench.dossier.original(), folder / _AUDIO, limit_seconds=bench.limit_seconds)

    return _run(bench, StageKey(stage="prepare", version=1, inputs=(_recording_sha256(bench),)), produce)


def listen(bench: Bench, prepared: StageResult) -> None:
    """The copy that browsers play and the outline of its loudness, beside the original."""

    def produce(folder: Path) -> None:
        arguments = bench.dossier.original(), prepared.path(_AUDIO), folder
        bench.workers.decoding.call(_listen, *arguments, limit_seconds=bench.limit_seconds)

    key = StageKey(stage="listen", version=1, inputs=(_recording_sha256(bench), prepared.sha256(_AUDIO)))
    result = _run(bench, key, produce)
    _place(bench, result, _LISTENING, bench.dossier.listening_copy)
    _place(bench, result, _OUTLINE, bench.dossier.outline)


def examine(bench: Bench) -> StageResult:
    """Was it cut? The document integrity.json and a picture of each place, made from the original's own bytes."""
    agreement = bench.dossier.agreement if bench.dossier.agreement.exists() else None

    def produce(folder: Path) -> None:
        arguments = bench.dossier.original(), agreement, folder / _INTEGRITY, bench.settings
        bench.workers.examination.call(_examine, *arguments, limit_seconds=bench.limit_seconds)

    inputs = (_recording_sha256(bench), documents.sha256_file(agreement) if agreement else "")
    figures = _digest(documents.to_plain(calibration()), [detector.name for detector in DETECTORS], bench.settings.report_language)
    result = _run(bench, StageKey(stage="examine", version=2, inputs=inputs, settings=figures), produce)
    for name in sorted(result.files.keys() - {_INTEGRITY}):
        bench.dossier.integrity_pictures.mkdir(exist_ok=True)
        _place(bench, result, name, bench.dossier.integrity_pictures / name)
    _place(bench, result, _INTEGRITY, bench.dossier.integrity)
    return result


def transcribe(bench: Bench, prepared: StageResult) -> StageResult:
    """What was said: words with times, by the engine of the settings."""
    speech = bench.settings.speech

    def produce(folder: Path) -> None:
        arguments = prepared.path(_AUDIO), folder / _TRANSCRIPTION, bench.settings
        worker = bench.workers.transcription
        worker.call(_transcribe, *arguments, limit_seconds=bench.limit_seconds, progress=bench.progress("transcribe"))

    key = StageKey(
        stage="transcribe",
        version=1,
        inputs=(prepared.sha256(_AUDIO),),
        settings=_digest(speech.engine, speech.language, speech.beam_size, speech.device),
        weights=_digests(bench.settings, _speech_models(bench.settings)),
    )
    return _run(bench, key, produce)


def diarise(bench: Bench, prepared: StageResult) -> StageResult:
    """Who spoke when."""
    engine = bench.settings.diarisation.engine
    options = _diarisation_options(bench)

    def produce(folder: Path) -> None:
        arguments = prepared.path(_AUDIO), folder / _DIARISATION, bench.settings, options
        worker = bench.workers.diarisation
        worker.call(_diarise, *arguments, limit_seconds=bench.limit_seconds, progress=bench.progress("diarise"))

    key = StageKey(
        stage="diarise",
        version=1,
        inputs=(prepared.sha256(_AUDIO),),
        settings=_digest(engine, options.least, options.most),
        weights=_digests(bench.settings, _diarisation_models(bench.settings)),
    )
    return _run(bench, key, produce)


def audit(bench: Bench, prepared: StageResult, transcribed: StageResult, diarised: StageResult) -> StageResult:
    """Words put with speakers, and every millisecond accounted for."""

    def produce(folder: Path) -> None:
        transcription = documents.read(Transcription, transcribed.path(_TRANSCRIPTION))
        diarisation = documents.read(Diarisation, diarised.path(_DIARISATION))
        attributed = replace(transcription, segments=attribute_words(transcription.segments, diarisation))
        speech = audit_speech(attributed, diarisation, SpeechAudio(prepared.path(_AUDIO)), bench.settings.speech)
        documents.write_atomically(folder / _SPEECH, documents.encode(speech))

    key = StageKey(
        stage="audit",
        version=1,
        inputs=(transcribed.sha256(_TRANSCRIPTION), diarised.sha256(_DIARISATION)),
        settings=_digest(bench.settings.speech.uncertain_below),
    )
    return _run(bench, key, produce)


def compose(bench: Bench, audited: StageResult, examined: StageResult) -> StageResult:
    """The minutes as a document, before they are given a version."""
    dossier = bench.dossier
    reference = _agreement_reference(dossier)

    def produce(folder: Path) -> None:
        minutes = compose_minutes(
            documents.read(SpeechRecord, audited.path(_SPEECH)),
            RecordingReference.of(dossier.recording()),
            reference,
            report_language=bench.settings.report_language,
            created_at=_utc(bench.now()),
            examined=documents.read(IntegrityDocument, examined.path(_INTEGRITY)),
        )
        documents.write_atomically(folder / _MINUTES, documents.encode(minutes))

    key = StageKey(
        stage="compose",
        version=2,
        inputs=(_recording_sha256(bench), audited.sha256(_SPEECH), examined.sha256(_INTEGRITY)),
        settings=_digest(bench.settings.report_language, documents.to_plain(reference)),
    )
    return _run(bench, key, produce)


def summarise(bench: Bench, composed: StageResult) -> StageResult:
    """The minutes with their summary, in the form that goes with the agreement."""
    agreement = agreement_of(bench.dossier)
    wanted = wanted_form(bench.settings, agreement)

    def produce(folder: Path) -> None:
        minutes = documents.read(Minutes, composed.path(_MINUTES))
        documents.write_atomically(folder / _MINUTES, documents.encode(replace(minutes, summary=summary_of(minutes, wanted))))

    key = StageKey(stage="summarise", version=1, inputs=(composed.sha256(_MINUTES),), settings=_digest(wanted.as_plain()))
    return _run(bench, key, produce)


def write(bench: Bench, composed: StageResult) -> StoredVersion:
    """The documents of a new version; the version in force stays when the machine makes nothing new."""
    dossier = bench.dossier
    chain = load_chain(dossier.minutes_folder)
    minutes = made_anew(documents.read(Minutes, composed.path(_MINUTES)), [stored.minutes for stored in chain])
    bench.report("write", 0.0)
    stored = chain[-1] if minutes is None else write_documents(dossier, minutes)
    _log_once(bench, stored)
    seal(dossier, key=KeyRing(bench.settings.paths.keys).current(bench.now()), now=bench.now())
    open_to_group(dossier.path, bench.settings.paths.group if bench.group is None else bench.group)
    bench.report("write", 1.0)
    return stored


def confirm_voices(dossier: Dossier, who: Mapping[str, Confirmation], *, settings: Settings, actor: str, now: datetime) -> StoredVersion:
    """The next version, in which a person says who these voices are; a proposal once the minutes went out."""
    desk = Desk(dossier=dossier, settings=settings, actor=actor, now=now)
    return put_in_force(desk, name_voices(desk.current().minutes, who, by=actor, at=desk.at))


def _place(bench: Bench, result: StageResult, name: str, target: Path) -> None:
    """Put a file of a result in the dossier. One that takes the place of another is logged first: a seal may cover the old."""
    sha256 = result.sha256(name)
    if target.exists():
        if documents.sha256_file(target) == sha256:
            return
        key = KeyRing(bench.settings.paths.keys).current(bench.now())
        custody.append(bench.dossier, Act.PROCESSED, "wederhoor", sha256, now=bench.now(), settings={"kind": target.stem}, signer=key)
    documents.copy_atomically(result.path(name), target)


def _run(bench: Bench, key: StageKey, produce: Callable[[Path], None]) -> StageResult:
    bench.report(key.stage, 0.0)
    try:
        result = bench.store.run(key, produce)
    except WederhoorError as error:
        # Stages run beside each other; whoever explains the error wants to name the right one.
        error.stage = key.stage
        raise
    bench.report(key.stage, 1.0)
    return result


def _log_once(bench: Bench, stored: StoredVersion) -> None:
    """Log that this version was made, unless a run that was killed after logging already did."""
    entries = custody.read(bench.dossier)
    if all((entry.act, entry.object_sha256) != (Act.PROCESSED, stored.sha256) for entry in entries):
        key = KeyRing(bench.settings.paths.keys).current(bench.now())
        facts = {engine.name: engine.version for engine in stored.minutes.engine} | {"version": stored.minutes.version}
        custody.append(bench.dossier, Act.PROCESSED, "wederhoor", stored.sha256, now=bench.now(), settings=facts, signer=key)


def _agreement_reference(dossier: Dossier) -> AgreementReference:
    """The agreement and how the rules stood on the day of receipt: a day later the same run makes the same minutes."""
    agreement = agreement_of(dossier)
    if agreement is None:
        return AgreementReference(sha256=None, missing_because=missing_because(dossier))
    recording = dossier.recording()
    claimed = recording.format.claimed_start
    circumstances = Circumstances(
        today=datetime.fromisoformat(recording.received_at).date(),
        recording_start=datetime.fromisoformat(claimed) if claimed else None,
    )
    return AgreementReference.of(agreement, check_rules(agreement, circumstances))


def _diarisation_options(bench: Bench) -> DiarisationOptions:
    settings = bench.settings.diarisation
    agreement = agreement_of(bench.dossier)
    known = bench.speakers or (agreement.speakers_expected if agreement else None)
    return DiarisationOptions(min_speakers=settings.min_speakers, max_speakers=settings.max_speakers, num_speakers=known)


def _recording_sha256(bench: Bench) -> str:
    return bench.dossier.recording().sha256


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _speech_models(settings: Settings) -> tuple[str, ...]:
    """The models of one of our engines; somebody else's answers for its own."""
    return (settings.speech.model, ACTIVITY_MODEL) if settings.speech.engine in ENGINES.known else ()


def _diarisation_models(settings: Settings) -> tuple[str, ...]:
    return MODELS_OF.get(settings.diarisation.engine, ())


def _digests(settings: Settings, models: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(locate(model, settings).sha256 for model in models)


def _digest(*values: object) -> str:
    return documents.sha256_plain(values)


# What follows runs in worker processes, where models stay loaded between recordings.


@cache
def _kept_engine(settings: Settings) -> TranscriptionEngine:
    return engine_named(settings.speech.engine, settings)


@cache
def _kept_diariser(settings: Settings) -> Diariser:
    return diariser_named(settings.diarisation.engine, settings)


def _examine(original: Path, agreement: Path | None, target: Path, settings: Settings) -> None:
    examined = examine_recording(original, read_agreement(agreement) if agreement else None, settings)
    document, pictures = illustrated(examined, original, settings.report_language)
    for name, picture in pictures.items():
        documents.write_atomically(target.parent / name, picture)
    documents.write_atomically(target, documents.encode(document))


def _listen(original: Path, audio: Path, folder: Path) -> None:
    write_listening_copy(original, folder / _LISTENING)
    outline = Outline(schema=OUTLINE_SCHEMA, peaks=tuple(peaks(SpeechAudio(audio), _WAVEFORM_BUCKETS)))
    documents.write_atomically(folder / _OUTLINE, documents.encode(outline))


def _transcribe(audio: Path, target: Path, settings: Settings, progress: Progress) -> None:
    engine = _kept_engine(settings)
    options = TranscriptionOptions(language=settings.speech.language, beam_size=settings.speech.beam_size)
    spans = find_speech(SpeechAudio(audio), locate(ACTIVITY_MODEL, settings))
    documents.write_atomically(target, documents.encode(engine.transcribe(SpeechAudio(audio), spans, options, progress)))


def _diarise(audio: Path, target: Path, settings: Settings, options: DiarisationOptions, progress: Progress) -> None:
    found = _kept_diariser(settings).diarise(SpeechAudio(audio), options, progress)
    documents.write_atomically(target, documents.encode(found))
