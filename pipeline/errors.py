"""What can go wrong, as types: each error knows its exit code and the text that explains it to a user.

An error carries a text key (a table under `[errors]` in config/texts.*.toml, with `what`, `meaning` and `advice`) and the
details that fill it in. Details may name a file or a person: they are for the user at the keyboard. `str(error)` never
holds them, so that an exception that reaches a log betrays nobody. `stage`: in which stage of a recording it was raised,
null when in none.
"""

from typing import Any, ClassVar


class WederhoorError(Exception):
    """Base of every error that Wederhoor raises on purpose."""

    exit_code: ClassVar[int] = 1

    def __init__(self, text_key: str, **details: str | int) -> None:
        super().__init__(text_key)
        self.text_key = text_key
        self.details = details
        self.stage: str | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        """Errors travel from a worker process; a subclass may have a constructor of its own."""
        return _restore, (type(self), self.text_key, self.details)


class InternalFault(WederhoorError):
    """Something failed that is our fault, not the user's."""

    exit_code = 1


class UsageError(WederhoorError):
    """The command was used wrongly."""

    exit_code = 2


class InputRefused(WederhoorError):
    """The input cannot be used; the original is left as it was."""

    exit_code = 3


class VerificationFailed(WederhoorError):
    """A digest, chain, seal or signature does not match."""

    exit_code = 4


class ModelUnavailable(WederhoorError):
    """Model weights are missing or not the pinned ones."""

    exit_code = 5


class RefusedByRule(WederhoorError):
    """One of the six rules, or a hold, forbids this act."""

    exit_code = 6


def _restore(kind: type[WederhoorError], text_key: str, details: dict[str, str | int]) -> WederhoorError:
    error = kind.__new__(kind)
    WederhoorError.__init__(error, text_key, **details)
    return error
