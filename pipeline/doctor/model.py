"""What `wederhoor doctor` finds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

DOCTOR_SCHEMA = "wederhoor.doctor/1"


class Standing(StrEnum):
    """How a check came out. A fault keeps Wederhoor from doing its work safely; attention is for a person to weigh."""

    GOOD = "good"
    ATTENTION = "attention"
    FAULT = "fault"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check. `text` is a key under [doctor.said]; `details` fill it in, and may name folders: they are for the operator."""

    name: str
    standing: Standing
    text: str
    details: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """The document of `wederhoor doctor --json`."""

    schema: str
    checks: tuple[Check, ...]

    @property
    def fit(self) -> bool:
        """Whether nothing keeps Wederhoor from doing its work safely."""
        return all(check.standing is not Standing.FAULT for check in self.checks)
