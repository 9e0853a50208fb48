"""The work on one claimed recording: secure it, make its minutes, commit; or put it in quarantine with the reason.

Whatever was dropped stays in the claim's folder until a dossier holds the same bytes. Every step can be done again after a
kill: the dossier recognises the bytes, the stage store takes up finished stages, and committing is one rename.
"""

import contextlib
import fcntl
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline import documents
from pipeline.access import open_to_group
from pipeline.dossier.agreements import record_agreement
from pipeline.dossier.keys import KeyRing
from pipeline.dossier.layout import Dossier
from pipeline.dossier.receive import receive
from pipeline.errors import InputRefused, InternalFault, WederhoorError
from pipeline.minutes.model import Minutes
from pipeline.minutes.safe_text import safe_text
from pipeline.minutes.versions import StoredVersion, load_current, version_names
from pipeline.night.cases.bundle import is_bundle, take_in
from pipeline.night.cases.case import Case, case_named, case_of
from pipeline.night.causes import Reason, reason_for
from pipeline.night.claims import ORIGINAL, Claim, ClaimLost, kept_alive
from pipeline.night.inbox import agreement_beside, is_agreement, is_own
from pipeline.night.late import dossier_of
from pipeline.night.results import RESULT, RESULT_SCHEMA, AgreementState, NightResult, Outcome, quality_of, rules_not_followed
from pipeline.night.runs import in_utc
from pipeline.night.spool import Spool
from pipeline.night.why import REASON, WhyPages
from pipeline.recipe import make_minutes
from pipeline.recording.agreement import Agreement, parse_agreement, read_agreement_bytes
from pipeline.settings import Settings
from pipeline.stages import Bench, Workers
from pipeline.texts import texts
from pipeline.worker import place_of

_AGREEMENT, _SECURED = "agreement.toml", "secured.json"
_SECURED_SCHEMA = "wederhoor.secured/1"
_log = logging.getLogger("wederhoor.night")
_TELL_EVERY_SECONDS = 2.0
_NIGHTS_LOOKED_BACK = 7


class HandedOver(Exception):
    """The night is over: the recording is left for the next, with what was finished of it."""


class TooManyAttempts(InternalFault):
    """Night after night the work on this recording did not end."""

    def __init__(self, nights: int) -> None:
        super().__init__("night_too_many_attempts", nights=nights)


@dataclass(frozen=True, slots=True, kw_only=True)
class Secured:
    """The document secured.json: the recording is safe in a dossier. `known`: that dossier had minutes before this claim came."""

    schema: str
    dossier: str
    sha256: str
    known: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Bureau:
    """What the work needs. `cases`: the drop folder for cases, null when there is none; `stopping` is set when work must stop now.

    `night`: the folder name of the night (Window.night_of); `progress` hears of every stage beside the claim's own file;
    `why`: the pages that say why something was set aside.
    """

    settings: Settings
    workers: Workers
    cases: Spool | None
    now: Callable[[], datetime]
    night: Callable[[], str]
    stopping: threading.Event
    progress: Callable[[str, str, float], None]
    why: WhyPages


def process(claim: Claim, bureau: Bureau) -> NightResult | Reason | None:
    """Do the work of one claim. Null when it was handed over, lost to another owner, or not even the reason could be written.

    In the last case the claim stays as it is, with the file in it, for a later run.
    """
    stages = _Stages(claim, bureau)
    began, began_at = time.monotonic(), in_utc(bureau.now())
    try:
        with kept_alive(claim, bureau.settings.night.lease_seconds) as stages.lost:
            try:
                result = _made(claim, bureau, stages, began, began_at)
                claim.write(RESULT, result)
                _commit(claim, result, bureau)
                return result
            except (ClaimLost, HandedOver):
                raise
            except Exception as error:
                if bureau.stopping.is_set():
                    raise HandedOver from error
                claim.require_held()
                stage = error.stage if isinstance(error, WederhoorError) and error.stage else stages.current
                return put_in_quarantine(claim, error, stage, bureau)
    except HandedOver:
        with contextlib.suppress(ClaimLost, OSError):
            claim.set_free()
    except (ClaimLost, OSError) as error:
        _log.warning("claim %s was left in stage %s: %s", claim.id, stages.current, place_of(error))
    return None


def put_in_quarantine(claim: Claim, error: Exception, stage: str, bureau: Bureau) -> Reason:
    """Set a recording aside with the reason, its file untouched. Raises ClaimLost, OSError."""
    say = texts(bureau.settings.report_language)
    attempts = claim.record.attempts
    most = bureau.settings.night.most_attempts
    at = in_utc(bureau.now())
    reason = reason_for(error, claim=claim.id, stage=stage, at=at, attempts=attempts, most_attempts=most, say=say)
    claim.write(REASON, reason)
    claim.move_to(claim.spool.quarantine / claim.folder.name)
    bureau.why.keep_up(claim.spool)
    return reason


def finish_committed(spool: Spool) -> None:
    """Remove from `done` the dropped files that a dossier holds, where a kill came between commit and removal."""
    for night in list(spool.entries(spool.done))[-_NIGHTS_LOOKED_BACK:]:
        for folder in spool.entries(night):
            if (folder / ORIGINAL).is_dir():
                with contextlib.suppress(OSError, WederhoorError):
                    _remove_dropped(folder, documents.read(NightResult, folder / RESULT))


class _Stages:
    """Hears of every stage, writes it down now and then, and stops the work when the night is over or the claim is lost."""

    def __init__(self, claim: Claim, bureau: Bureau) -> None:
        self.current = "receive"
        self.lost = threading.Event()
        self._claim, self._bureau = claim, bureau
        self._told_at = 0.0
        self._telling = threading.Lock()

    def __call__(self, stage: str, share: float) -> None:
        if self.lost.is_set():
            raise ClaimLost
        if self._bureau.stopping.is_set():
            raise HandedOver
        if stage == "write" and share == 0.0:
            # From here on the dossier changes for good.
            self._claim.require_held()
        self.current = stage
        self._bureau.progress(self._claim.id, stage, share)
        # Stages run beside each other.
        with self._telling:
            if share == 0.0 or time.monotonic() - self._told_at > _TELL_EVERY_SECONDS:
                self._told_at = time.monotonic()
                self._claim.tell_progress(stage, share)


def _made(claim: Claim, bureau: Bureau, stages: _Stages, began: float, began_at: str) -> NightResult:
    """The recording in a dossier, with minutes."""
    stages("receive", 0.0)
    if claim.record.attempts > bureau.settings.night.most_attempts:
        raise TooManyAttempts(bureau.settings.night.most_attempts)
    original = claim.original()
    if original is None:
        raise ClaimLost
    if is_agreement(original):
        return _agreed(claim, original, bureau, stages, began, began_at)
    agreement, data, state = _agreement_of(claim)
    case = case_of(claim.spool, claim.spool.place(claim.record.dropped))
    if case is None and bureau.cases is not None:
        case = case_named(bureau.cases, agreement.case if agreement else None)
    out = case.dossiers_folder if case else bureau.settings.paths.output
    group = case.form.group if case and case.form.group else bureau.settings.paths.group
    bundle = case is not None and is_bundle(original)
    dossier = take_in(original, out) if bundle else receive(original, settings=bureau.settings, out=out, now=bureau.now())
    secured = _secured(claim, dossier)
    with _one_at_a_time(dossier):
        if secured.known and version_names(dossier.minutes_folder) and not _is_news(dossier, data):
            stored = load_current(dossier.minutes_folder)
        else:
            stored = _minutes(dossier, data, group, bureau, stages)
    open_to_group(dossier.path, group)
    outcome = Outcome.TAKEN_IN if bundle else Outcome.DUPLICATE if secured.known else Outcome.DONE
    return _result(claim, original, outcome, case, dossier, stored.minutes, state, bureau, began, began_at)


def _agreed(claim: Claim, original: Path, bureau: Bureau, stages: _Stages, began: float, began_at: str) -> NightResult:
    """An agreement that came after its recording: the dossier has it, and minutes that say so."""
    data = read_agreement_bytes(original)
    parse_agreement(data)
    dossier = dossier_of(claim)
    case = case_of(claim.spool, claim.spool.place(claim.record.dropped))
    group = case.form.group if case and case.form.group else bureau.settings.paths.group
    with _one_at_a_time(dossier):
        stored = _minutes(dossier, data, group, bureau, stages)
    open_to_group(dossier.path, group)
    return _result(claim, original, Outcome.AGREED, case, dossier, stored.minutes, AgreementState.RECORDED, bureau, began, began_at)


def _result(
    claim: Claim,
    original: Path,
    outcome: Outcome,
    case: Case | None,
    dossier: Dossier,
    minutes: Minutes,
    state: AgreementState,
    bureau: Bureau,
    began: float,
    began_at: str,
) -> NightResult:
    return NightResult(
        schema=RESULT_SCHEMA,
        id=claim.id,
        outcome=outcome,
        dropped=safe_text(original.name),
        case=case.id if case else None,
        dossier=dossier.path.name,
        folder=str(dossier.path.resolve()).encode(errors="replace").decode(),
        recording_sha256=minutes.recording.sha256,
        version=minutes.version,
        model=minutes.engine[0].model if minutes.engine else "",
        agreement=state,
        started_at=began_at,
        finished_at=in_utc(bureau.now()),
        audio_ms=minutes.recording.duration_ms,
        work_ms=round((time.monotonic() - began) * 1000),
        quality=quality_of(minutes, uncertain_below=bureau.settings.speech.uncertain_below),
        cut_check=minutes.cut_check,
        rules_not_followed=rules_not_followed(minutes),
    )


def _minutes(dossier: Dossier, agreement: bytes | None, group: str, bureau: Bureau, stages: _Stages) -> StoredVersion:
    if agreement is not None:
        now = bureau.now()
        key = KeyRing(bureau.settings.paths.keys).current(now)
        record_agreement(dossier, agreement, actor="staff", now=now, signer=key)
    bench = Bench(dossier=dossier, settings=bureau.settings, workers=bureau.workers, report=stages, now=bureau.now, group=group)
    return make_minutes(bench)


def _secured(claim: Claim, dossier: Dossier) -> Secured:
    """Note once, when a dossier first holds the bytes, whether it was there with minutes before."""
    path = claim.folder / _SECURED
    if path.exists():
        with contextlib.suppress(InputRefused):
            return documents.read(Secured, path)
    secured = Secured(
        schema=_SECURED_SCHEMA,
        dossier=dossier.path.name,
        sha256=dossier.recording().sha256,
        known=bool(version_names(dossier.minutes_folder)),
    )
    claim.write(_SECURED, secured)
    return secured


def _agreement_of(claim: Claim) -> tuple[Agreement | None, bytes | None, AgreementState]:
    """The agreement that came with the recording; one of its own moves into the claim so that it is not left behind."""
    kept, dropped = claim.folder / _AGREEMENT, claim.spool.place(claim.record.dropped)
    beside = agreement_beside(claim.spool, dropped)
    if not kept.exists():
        if beside is None:
            return None, None, AgreementState.MISSING
        if is_own(beside, dropped):
            with contextlib.suppress(FileNotFoundError):
                beside.rename(kept)
    try:
        data = read_agreement_bytes(kept if kept.exists() else beside or kept)
        return parse_agreement(data), data, AgreementState.RECORDED
    except InputRefused:
        # It says nothing against the recording; the report says that a person must look.
        return None, None, AgreementState.UNREADABLE


def _is_news(dossier: Dossier, agreement: bytes | None) -> bool:
    """Whether a recording that was handed in again brought an agreement the dossier does not have."""
    if agreement is None:
        return False
    return not dossier.agreement.exists() or read_agreement_bytes(dossier.agreement) != agreement


def _commit(claim: Claim, result: NightResult, bureau: Bureau) -> None:
    """From here on the recording is done. The dropped file goes only when the dossier is proven to hold the same bytes."""
    done = claim.spool.done / bureau.night() / claim.id
    claim.move_to(done)
    with contextlib.suppress(OSError, WederhoorError):
        _remove_dropped(done, result)


def _remove_dropped(done: Path, result: NightResult) -> None:
    dossier = Dossier.open(Path(result.folder))
    is_agreement_only = result.outcome is Outcome.AGREED
    held = documents.sha256_file(dossier.agreement if is_agreement_only else dossier.original())
    is_as_told = is_agreement_only or held == result.recording_sha256
    for kept in (done / ORIGINAL).iterdir():
        if is_as_told and documents.sha256_file(kept) == held:
            kept.unlink()
    (done / ORIGINAL).rmdir()


@contextmanager
def _one_at_a_time(dossier: Dossier) -> Iterator[None]:
    """The same recording dropped twice is worked on once; the lock ends with this process, however it ends."""
    dossier.work.mkdir(mode=0o700, exist_ok=True)
    descriptor = os.open(dossier.work / ".night.lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
