"""The recipe: the stages of one recording in their order, whoever runs them."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Protocol, TypeVar, TypeVarTuple

from pipeline.minutes.versions import StoredVersion
from pipeline.stages import Bench, audit, compose, diarise, examine, listen, prepare, require, summarise, transcribe, write

Result = TypeVar("Result")
Given = TypeVarTuple("Given")


class Runner(Protocol):
    """How a stage is run: now, or beside others."""

    def now(self, stage: Callable[[*Given], Result], *given: *Given) -> Result:
        """Run the stage and wait for it."""
        ...

    def beside(self, stage: Callable[[*Given], Result], *given: *Given) -> Callable[[], Result]:
        """Start the stage beside others; call what is returned to wait for its result."""
        ...


class HereRunner:
    """Runs the stages in this process, at most one beside the one that is waited for."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self._pool = pool

    def now(self, stage: Callable[[*Given], Result], *given: *Given) -> Result:
        """Run the stage and wait for it."""
        return stage(*given)

    def beside(self, stage: Callable[[*Given], Result], *given: *Given) -> Callable[[], Result]:
        """Start the stage on the other thread."""
        return self._pool.submit(stage, *given).result


def make_minutes(bench: Bench) -> StoredVersion:
    """Every stage of one recording in this process, from the secured original to the minutes in force."""
    with _here(bench) as runner:
        return follow(bench, runner)


def follow(bench: Bench, runner: Runner) -> StoredVersion:
    """Every stage of one recording, run by `runner`. Raises what the stages raise."""
    require(bench.settings)
    examined = runner.beside(examine, bench)
    prepared = runner.now(prepare, bench)
    listened = runner.beside(listen, bench, prepared)
    diarised = runner.beside(diarise, bench, prepared)
    transcribed = runner.now(transcribe, bench, prepared)
    listened()
    audited = runner.now(audit, bench, prepared, transcribed, diarised())
    composed = runner.now(compose, bench, audited, examined())
    return runner.now(write, bench, runner.now(summarise, bench, composed))


@contextmanager
def _here(bench: Bench) -> Iterator[HereRunner]:
    pool = ThreadPoolExecutor(max_workers=1)
    try:
        yield HereRunner(pool)
    except BaseException:
        # What runs beside would take minutes more for a recording that is not going to have minutes now.
        pool.shutdown(wait=False, cancel_futures=True)
        bench.workers.close()
        raise
    finally:
        pool.shutdown()
