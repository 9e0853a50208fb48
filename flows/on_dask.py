"""The night spread over the machines of a Dask cluster, behind the extra `dask`: the same flow, its slots on Dask's workers.

Nothing else changes: claims in the drop folders decide who does what, so a worker that is lost costs the time it had spent.
"""

from typing import Any, cast

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.futures import PrefectFuture
from prefect.task_runners import TaskRunner
from prefect_dask.task_runners import DaskTaskRunner

from flows.overnight import overnight
from pipeline.night.capacity import recordings_at_a_time
from pipeline.settings import Settings


@flow(name="overnight-on-dask", persist_result=False)
def overnight_on_dask(scheduler: str | None = None, urgent_only: bool = False, in_window: bool = False) -> State[Any]:
    """The flow `overnight` on the cluster of this scheduler ("tcp://host:8786"), or on a cluster of this machine's own.

    Every host needs the same package, settings and shared folders (docs/operations.md); `[night] workers` is then the number of
    recordings at a time of all hosts together. Ends as `overnight` does.
    """
    # Prefect names the kind of future too narrowly for its own runner.
    runner = cast("TaskRunner[PrefectFuture[Any]]", DaskTaskRunner(address=scheduler) if scheduler else _of_this_machine())
    spread = overnight.with_options(task_runner=runner)
    ended: State[Any] = spread(urgent_only=urgent_only, in_window=in_window, return_state=True)
    return ended


def _of_this_machine() -> DaskTaskRunner:
    """One process per recording at a time; no dashboard, so that no port is open beside the scheduler's own on loopback."""
    kwargs = {
        "n_workers": recordings_at_a_time(Settings()),
        "threads_per_worker": 1,
        "host": "127.0.0.1",
        "dashboard_address": None,
    }
    return DaskTaskRunner(cluster_kwargs=kwargs)
