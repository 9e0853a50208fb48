"""Why a recording could not be done: in the file, outside it, or in Wederhoor; the document reason.json."""

import errno
from dataclasses import dataclass
from enum import StrEnum

from pipeline.dossier.custody import TOOL
from pipeline.errors import InputRefused, InternalFault, RefusedByRule, WederhoorError
from pipeline.texts import Texts
from pipeline.worker import UnexpectedFault, WorkerCrashed, WorkerTimedOut, place_of

REASON_SCHEMA = "wederhoor.quarantine-reason/1"
FULL = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG))
_KILLED = "SIGKILL"
# Refusals that may be over tomorrow: the file was still being copied, or its owner or share kept it from us.
_PASSING = frozenset(("recording_missing", "recording_unreadable", "recording_changed"))


class Cause(StrEnum):
    """Where the cause lies. Only what lies outside the file is worth another try as it is."""

    FILE = "file"
    OUTSIDE = "outside"
    PROGRAM = "program"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """The document reason.json, in plain sentences; holds no text of the conversation.

    `error`: the class; `key`: its text; `stage`: a key of [stages], or `receive`; `tool`: the version that failed; `at` in UTC;
    `attempts`: how many nights tried it; `retry`: whether the next night tries it again by itself.
    """

    schema: str
    id: str
    error: str
    key: str
    stage: str
    cause: Cause
    what: str
    meaning: str
    what_to_do: str
    tool: str
    at: str
    attempts: int
    retry: bool


def as_known(error: Exception) -> WederhoorError:
    """Any exception as one that can be explained."""
    if isinstance(error, WederhoorError):
        return error
    if isinstance(error, MemoryError):
        return InternalFault("memory_full")
    if isinstance(error, OSError):
        return InternalFault("disk_full") if error.errno in FULL else InternalFault("storage_failed", number=error.errno or 0)
    return UnexpectedFault(place_of(error))


def cause_of(error: WederhoorError) -> Cause:
    """Where the cause of an error lies, as far as it can be told."""
    if isinstance(error, WorkerCrashed):
        # What the kernel kills for memory is killed this way; a decoder that a file upsets dies otherwise.
        return Cause.OUTSIDE if error.details.get("signal") == _KILLED else Cause.FILE
    if error.text_key in _PASSING:
        return Cause.OUTSIDE
    if isinstance(error, InputRefused | WorkerTimedOut | RefusedByRule):
        return Cause.FILE
    if isinstance(error, UnexpectedFault):
        return Cause.PROGRAM
    return Cause.OUTSIDE


def reason_for(error: Exception, *, claim: str, stage: str, at: str, attempts: int, most_attempts: int, say: Texts) -> Reason:
    """The reason, with what a person can do about it."""
    known = as_known(error)
    cause = cause_of(known)
    what, meaning, advice = say.explain(known).split("\n")
    return Reason(
        schema=REASON_SCHEMA,
        id=claim,
        error=type(known).__name__,
        key=known.text_key,
        stage=stage,
        cause=cause,
        what=what,
        meaning=meaning,
        what_to_do=advice,
        tool=TOOL,
        at=at,
        attempts=attempts,
        retry=cause is Cause.OUTSIDE and attempts < most_attempts,
    )


def is_worth_a_retry(reason: Reason) -> bool:
    """Whether a next night should try it: the cause lay outside the file, or in a version of Wederhoor that is gone."""
    return reason.retry or (reason.cause is Cause.PROGRAM and reason.tool != TOOL)
