"""One recording as a Prefect flow: one thin task per stage of the recipe.

The only parameters are opaque: the dossier's id (date and digest) and a number. Evidence and results live in the dossier;
Prefect's database holds states and times, never names, paths or text, and may be thrown away.
"""

from datetime import UTC, datetime

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from pipeline import stages
from pipeline.dossier.layout import Dossier
from pipeline.dossier.store import StageResult
from pipeline.minutes.versions import StoredVersion
from pipeline.settings import Settings
from pipeline.stages import Bench, Workers

# Idempotence belongs to the dossier's own store: Prefect neither caches nor keeps what a task returns.
_stage = task(cache_policy=NO_CACHE, persist_result=False, log_prints=False)


@_stage
def prepare(bench: Bench) -> StageResult:
    """The recording as the models hear it."""
    return stages.prepare(bench)


@_stage
def listen(bench: Bench, prepared: StageResult) -> None:
    """The copy that browsers play."""
    stages.listen(bench, prepared)


@_stage
def transcribe(bench: Bench, prepared: StageResult) -> StageResult:
    """What was said."""
    return stages.transcribe(bench, prepared)


@_stage
def diarise(bench: Bench, prepared: StageResult) -> StageResult:
    """Who spoke when."""
    return stages.diarise(bench, prepared)


@_stage
def audit(bench: Bench, prepared: StageResult, transcribed: StageResult, diarised: StageResult) -> StageResult:
    """Words put with speakers, every millisecond accounted for."""
    return stages.audit(bench, prepared, transcribed, diarised)


@_stage
def compose(bench: Bench, audited: StageResult) -> StageResult:
    """The minutes as a document."""
    return stages.compose(bench, audited)


@_stage
def write(bench: Bench, composed: StageResult) -> StoredVersion:
    """The documents of a new version."""
    return stages.write(bench, composed)


@flow(name="recording", persist_result=False)
def recording(dossier_id: str, speakers: int | None = None) -> str:
    """Make the minutes of the received dossier `dossier_id` (a folder name under the output folder); returns the version.

    `speakers`: the number of voices when somebody is certain of it. Raises what the stages raise.
    """
    settings = Settings()
    dossier = Dossier.open(settings.paths.output / dossier_id)
    with Workers(settings) as workers:
        bench = Bench(
            dossier=dossier,
            settings=settings,
            workers=workers,
            report=lambda _stage, _share: None,
            now=lambda: datetime.now(UTC),
            speakers=speakers,
        )
        prepared = prepare(bench)
        listening = listen.submit(bench, prepared)
        diarised = diarise.submit(bench, prepared)
        transcribed = transcribe(bench, prepared)
        listening.result()
        audited = audit(bench, prepared, transcribed, diarised.result())
        return write(bench, compose(bench, audited)).minutes.version
