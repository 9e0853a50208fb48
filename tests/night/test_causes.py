import errno
from datetime import time

import pytest

from pipeline.errors import InputRefused, InternalFault, ModelUnavailable, RefusedByRule, UsageError, VerificationFailed
from pipeline.night.capacity import model_for, recordings_at_a_time
from pipeline.night.causes import Cause, Reason, as_known, cause_of, is_worth_a_retry, reason_for
from pipeline.settings import NightModel, Settings
from pipeline.texts import Language, texts
from pipeline.worker import WorkerCrashed, WorkerTimedOut
from tests.commands import FAKE_ENGINES

SAY = texts(Language.DUTCH)


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (InputRefused("recording_empty", file="x"), Cause.FILE),
        (InputRefused("recording_changed", file="x"), Cause.OUTSIDE),
        (WorkerCrashed("SIGSEGV"), Cause.FILE),
        (WorkerCrashed("SIGKILL"), Cause.OUTSIDE),
        (WorkerTimedOut(600), Cause.FILE),
        (ModelUnavailable("model_missing", model="x"), Cause.OUTSIDE),
        (UsageError("engine_unknown", name="x", known="y"), Cause.OUTSIDE),
        (VerificationFailed("original_damaged", dossier="x"), Cause.OUTSIDE),
        (RefusedByRule("version_taken", version="v001"), Cause.FILE),
        (OSError(errno.ENOSPC, "canary"), Cause.OUTSIDE),
        (OSError(errno.EIO, "canary"), Cause.OUTSIDE),
        (MemoryError("canary"), Cause.OUTSIDE),
        (ZeroDivisionError("canary"), Cause.PROGRAM),
    ],
)
def test_only_what_lies_outside_the_file_is_tried_again(error: Exception, cause: Cause) -> None:
    reason = reason_of(error)
    assert reason.cause is cause
    assert is_worth_a_retry(reason) is (cause is Cause.OUTSIDE)
    assert all((reason.what, reason.meaning, reason.what_to_do))
    assert "canary" not in repr(reason)


def reason_of(error: Exception, attempts: int = 1) -> Reason:
    try:
        raise error
    except Exception as raised:
        return reason_for(raised, claim="c", stage="receive", at="2026-11-25T23:00:00Z", attempts=attempts, most_attempts=3, say=SAY)


def test_a_full_disk_is_told_apart_from_one_that_fails() -> None:
    assert as_known(OSError(errno.ENOSPC, "")).text_key == "disk_full"
    assert as_known(OSError(errno.EIO, "")).text_key == "storage_failed"
    assert cause_of(InternalFault("disk_full")) is Cause.OUTSIDE


def test_after_some_nights_it_is_not_tried_again() -> None:
    assert is_worth_a_retry(reason_of(MemoryError(), attempts=2))
    assert not is_worth_a_retry(reason_of(MemoryError(), attempts=3))


def test_a_fault_of_ours_is_tried_again_by_the_next_version(monkeypatch: pytest.MonkeyPatch) -> None:
    reason = reason_of(ZeroDivisionError())
    assert not is_worth_a_retry(reason)
    monkeypatch.setattr("pipeline.night.causes.TOOL", "wederhoor 99.0")
    assert is_worth_a_retry(reason)


@pytest.mark.parametrize(("cores", "memory_gb", "expected"), [(1, 64, 1), (8, 64, 8), (8, 5, 3), (8, 0.5, 1), (2, 24, 2)])
def test_as_many_recordings_at_a_time_as_cores_and_memory_allow(cores: int, memory_gb: float, expected: int) -> None:
    assert recordings_at_a_time(Settings(), cores=cores, memory_bytes=int(memory_gb * 1e9)) == expected
    two_threads = Settings(speech={"threads": 2})  # type: ignore[arg-type]
    assert recordings_at_a_time(two_threads, cores=cores, memory_bytes=10**12) == max(1, cores // 2)
    told = Settings(night={"workers": 5, "starts": time(20)})  # type: ignore[arg-type]
    assert recordings_at_a_time(told, cores=cores, memory_bytes=0) == 5


@pytest.mark.parametrize(("hours_of_sound", "expected"), [(1, "large"), (3, "small"), (60, "base"), (100_000, "base")])
def test_the_most_accurate_model_that_is_installed_and_fits_the_night(
    hours_of_sound: float, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    models = [NightModel(name=name, cost=cost) for name, cost in (("large", 3.0), ("medium", 1.5), ("small", 0.5), ("base", 0.17))]
    monkeypatch.setattr("pipeline.night.capacity._is_installed", lambda name, settings: name != "medium")
    settings = Settings(night={"models": models})  # type: ignore[arg-type]
    chosen = model_for(settings, audio_seconds=hours_of_sound * 3600, seconds_left=2 * 3600, workers=2)
    assert chosen == expected


def test_an_engine_of_ones_own_keeps_its_model(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in FAKE_ENGINES.items():
        monkeypatch.setenv(name, value)
    assert model_for(Settings(), audio_seconds=1, seconds_left=1, workers=1) == Settings().speech.model
