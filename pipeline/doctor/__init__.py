"""Whether this machine is fit for Wederhoor: what an operator wants to know before the first night, and after every change."""

from collections.abc import Callable, Iterator
from datetime import datetime

from pipeline.doctor import installation, machine
from pipeline.doctor.model import DOCTOR_SCHEMA, Check, Examination
from pipeline.settings import Settings

__all__ = ["DOCTOR_SCHEMA", "Check", "Examination", "examine_machine"]

_CHECKS: tuple[Callable[[Settings, datetime], Iterator[Check]], ...] = (
    machine.processors_and_memory,
    machine.disk_space,
    machine.encryption,
    machine.clock,
    installation.packages,
    installation.weights,
    installation.organisation,
    installation.signing_key,
    installation.permissions,
    installation.restored,
    installation.group,
    installation.timer,
)


def examine_machine(settings: Settings, now: datetime) -> Examination:
    """Every check, in a fixed order. Changes nothing on the machine."""
    return Examination(schema=DOCTOR_SCHEMA, checks=tuple(found for check in _CHECKS for found in check(settings, now)))
