"""Two dossiers beside each other as a Prefect flow: one task that compares, one that writes.

The only parameters are opaque: the ids of the dossiers (date and digest). What comes out lies beside the dossiers; Prefect's
database holds states and times, never names, paths or text, and may be thrown away.
"""

from datetime import UTC, datetime

from prefect import flow

from flows.stage_task import TaskRunner
from pipeline.comparing import hold_beside, write
from pipeline.dossier.layout import Dossier
from pipeline.settings import Settings


@flow(name="comparison", persist_result=False)
def comparison(a_id: str, b_id: str) -> str:
    """Compare the dossiers `a_id` and `b_id` (folder names under the output folder); returns the comparison's folder name.

    Raises what the comparison raises.
    """
    settings, runner = Settings(), TaskRunner()
    a, b = (Dossier.open(settings.paths.output / dossier_id).path for dossier_id in (a_id, b_id))
    compared = runner.now(hold_beside, a, b, settings)
    return runner.now(write, compared, settings, datetime.now(UTC)).folder.name
