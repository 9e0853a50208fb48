"""How a stage becomes a Prefect task: neither cached nor kept by Prefect, and never looked into."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from prefect import task
from prefect.cache_policies import NO_CACHE

Content = TypeVar("Content")
Result = TypeVar("Result")


class Sealed(Generic[Content]):
    """A value that Prefect passes on without reading it: it would walk through dataclasses and settings to find futures."""

    def __init__(self, content: Content) -> None:
        self.content = content


class StageTask(Generic[Result]):
    """A stage function as a task of the same name."""

    def __init__(self, stage: Callable[..., Result]) -> None:
        def run(arguments: Sealed[tuple[Any, ...]]) -> Sealed[Result]:
            return Sealed(stage(*arguments.content))

        # Idempotence belongs to the dossier's own store, so Prefect keeps nothing.
        self._task = task(name=stage.__name__, description=stage.__doc__, cache_policy=NO_CACHE, persist_result=False)(run)

    def __call__(self, *arguments: object) -> Result:
        """Run the stage as a task and wait for it."""
        return self._task(Sealed(arguments)).content

    def submit(self, *arguments: object) -> Callable[[], Result]:
        """Start the stage beside others; call what is returned to wait for its result."""
        future = self._task.submit(Sealed(arguments))
        return lambda: future.result().content
