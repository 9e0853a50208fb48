"""One recording as a Prefect flow: one thin task per stage of the recipe.

The only parameters are opaque: the dossier's id (date and digest) and a number. Evidence and results live in the dossier;
Prefect's database holds states and times, never names, paths or text, and may be thrown away.
"""

from datetime import UTC, datetime

from prefect import flow

from flows.stage_task import TaskRunner
from pipeline.dossier.layout import Dossier
from pipeline.recipe import follow
from pipeline.settings import Settings
from pipeline.stages import Bench, Workers


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
        return follow(bench, TaskRunner()).minutes.version
