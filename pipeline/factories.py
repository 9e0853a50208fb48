"""Choosing a component by name: one of ours, or `package.module:factory` of the user's own. A factory takes the settings."""

import importlib
import importlib.util
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.errors import UsageError
from pipeline.settings import Settings


@dataclass(frozen=True, slots=True)
class Factories:
    """The components of one kind. `known`: name to `module:factory`; `refusal`: the text key for a name that leads nowhere."""

    known: Mapping[str, str]
    refusal: str

    def require(self, name: str) -> None:
        """Raise UsageError for a name that leads nowhere, without importing the component itself."""
        module, _ = self._place(name)
        try:
            found = importlib.util.find_spec(module)
        except (ImportError, ValueError) as error:
            raise self._unknown(name) from error
        if found is None:
            raise self._unknown(name)

    def make(self, name: str, settings: Settings) -> Any:
        """The component called `name`. Raises UsageError for a name that leads nowhere, and what the factory raises."""
        module, attribute = self._place(name)
        try:
            factory: Callable[[Settings], Any] = getattr(importlib.import_module(module), attribute)
        except (ImportError, AttributeError, ValueError) as error:
            raise self._unknown(name) from error
        return factory(settings)

    def _place(self, name: str) -> tuple[str, str]:
        module, colon, attribute = self.known.get(name, name).partition(":")
        if not colon:
            raise self._unknown(name)
        return module, attribute

    def _unknown(self, name: str) -> UsageError:
        return UsageError(self.refusal, name=name, known=", ".join(self.known))
