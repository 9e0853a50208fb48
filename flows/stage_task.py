"""How Prefect runs the stages: each as a task of its own, neither cached nor kept by Prefect, and never looked into."""

from collections.abc import Callable
from functools import cache
from typing import Any, Generic, TypeVar, TypeVarTuple, cast

from prefect import Task, task
from prefect.cache_policies import NO_CACHE

Content = TypeVar("Content")
Result = TypeVar("Result")
Given = TypeVarTuple("Given")


class Sealed(Generic[Content]):
    """A value that Prefect passes on without reading it: it would walk through dataclasses and settings to find futures."""

    def __init__(self, content: Content) -> None:
        self.content = content


class TaskRunner:
    """Runs each stage as a Prefect task of the same name."""

    def now(self, stage: Callable[[*Given], Result], *given: *Given) -> Result:
        """Run the stage as a task and wait for it."""
        return cast(Result, _task(stage)(Sealed(given)).content)

    def beside(self, stage: Callable[[*Given], Result], *given: *Given) -> Callable[[], Result]:
        """Start the stage beside others; call what is returned to wait for its result."""
        future = _task(stage).submit(Sealed(given))
        return lambda: cast(Result, future.result().content)


@cache
def _task(stage: Callable[..., Any]) -> Task[[Sealed[Any]], Sealed[Any]]:
    def run(given: Sealed[Any]) -> Sealed[Any]:
        return Sealed(stage(*given.content))

    # Idempotence belongs to the dossier's own store, so Prefect keeps nothing.
    return task(name=stage.__name__, description=stage.__doc__, cache_policy=NO_CACHE, persist_result=False)(run)
