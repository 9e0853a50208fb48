"""What is due for deletion, as a Prefect flow that runs by the clock: it lists, a person deletes.

Parameters and the artifact hold nothing but dossier ids, dates and numbers.
"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from prefect import flow, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE

from pipeline.dossier.retention import DossierStanding, Standing, dossiers_in, standing_of
from pipeline.night.places import archives
from pipeline.settings import Settings

_TOLD = (Standing.DUE, Standing.SOON, Standing.HELD)


@task(cache_policy=NO_CACHE, persist_result=False)
def look() -> list[DossierStanding]:
    """How every dossier stands today, by the calendar of the night's time zone."""
    settings = Settings()
    today = datetime.now(UTC).astimezone(ZoneInfo(settings.night.timezone)).date()
    dossiers = (dossier for folder in archives(settings) for dossier in dossiers_in(folder))
    return [standing_of(dossier, today=today, settings=settings.retention) for dossier in dossiers]


@flow(name="retention", persist_result=False)
def retention() -> int:
    """List what is due, comes soon or is held; returns how many parts are due. Deletes nothing."""
    rows = [
        {"dossier": standing.dossier, "part": part.part.value, "standing": part.standing.value, "date": part.delete_on or ""}
        for standing in look()
        for part in standing.parts
        if part.standing in _TOLD
    ]
    create_table_artifact(key="retention", table=rows or [{"dossier": "", "part": "", "standing": "", "date": ""}])
    return sum(row["standing"] == Standing.DUE.value for row in rows)
