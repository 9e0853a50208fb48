import functools
import random
import shutil
import time
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from pipeline import documents
from pipeline.dossier import custody, retention
from pipeline.dossier.agreements import record_agreement
from pipeline.dossier.checking.report import FAULT
from pipeline.dossier.custody import Act
from pipeline.dossier.hold import hold
from pipeline.dossier.keys import OrganisationKey
from pipeline.dossier.layout import Dossier
from pipeline.dossier.retention import DeletionProof, Part, Reach, Standing, delete, dossiers_in, give_notice, standing_of
from pipeline.dossier.retention_texts import notice_text, proof_text, standing_lines
from pipeline.dossier.seal import seal
from pipeline.dossier.verify import report_text, verify
from pipeline.errors import RefusedByRule, VerificationFailed
from pipeline.settings import Organisation, Retention
from pipeline.shipped import SAMPLE_AUDIO
from pipeline.texts import Language, texts
from tests.dossier.conftest import NOW, KillAfter

AGREEMENT = (SAMPLE_AUDIO / "agreement.toml").read_text().replace('"de cliënt"', '"Canary Cliënt"')
AUDIO_DAY, MINUTES_DAY = date(2026, 5, 1), date(2026, 9, 1)
TERM = date(2026, 4, 14)
SETTINGS = Retention(notice_days=14)
NO_NOTICE = Retention(notice_days=0)


def dated(audio: date | None = AUDIO_DAY, minutes: date | None = MINUTES_DAY, more: str = "") -> str:
    days = {"delete_audio_on": audio, "delete_minutes_on": minutes}
    lines = "".join(f"{name} = {day}\n" for name, day in days.items() if day)
    return AGREEMENT.replace("[privacy]\n", f"[privacy]\n{lines}") + more


@pytest.fixture
def kept(dossier: Dossier, key: OrganisationKey) -> Dossier:
    """A finished dossier with deletion dates, a listening copy and work."""
    (dossier.recording_folder / "listening.m4a").write_bytes(b"sound that plays")
    record_agreement(dossier, dated().encode(), actor="staff", now=NOW, signer=key)
    return dossier


def standings(dossier: Dossier, today: date, settings: Retention = SETTINGS) -> dict[Part, Standing]:
    return {part.part: part.standing for part in standing_of(dossier, today=today, settings=settings).parts}


def reach(dossier: Dossier) -> Reach:
    return Reach(ledger=dossier.path.parent / "ledger")


def deletion(dossier: Dossier, key: OrganisationKey, today: date = AUDIO_DAY, **given: object) -> DeletionProof:
    options: dict[str, object] = {
        "before_term": False,
        "settings": NO_NOTICE,
        "reach": reach(dossier),
        "actor": "staff",
        "now": NOW,
        **given,
    }
    proof, path = delete(dossier, today=today, key=key, **options)  # type: ignore[arg-type]
    assert documents.read(DeletionProof, path) == proof
    return proof


def refusal(dossier: Dossier, key: OrganisationKey, today: date = AUDIO_DAY, **given: object) -> str:
    before = {path: path.read_bytes() for path in dossier.path.rglob("*") if path.is_file() and path.parent.name in ("recording", "v001")}
    with pytest.raises(RefusedByRule) as refused:
        deletion(dossier, key, today, **given)
    assert refused.value.exit_code == 6
    assert {path: path.read_bytes() for path in before} == before
    last = custody.read(dossier)[-1]
    assert (last.act, last.settings["because"]) == (Act.REFUSED, refused.value.text_key)
    return refused.value.text_key


def test_the_list_tells_what_is_due_what_comes_and_what_has_no_date(kept: Dossier) -> None:
    assert standings(kept, AUDIO_DAY) == {Part.AUDIO: Standing.DUE, Part.MINUTES: Standing.LATER}
    assert standings(kept, AUDIO_DAY - timedelta(days=1))[Part.AUDIO] is Standing.SOON
    assert standings(kept, AUDIO_DAY - timedelta(days=29))[Part.AUDIO] is Standing.LATER
    assert standings(kept, MINUTES_DAY)[Part.MINUTES] is Standing.DUE


def test_without_a_date_in_the_agreement_the_settings_count_from_receipt(dossier: Dossier) -> None:
    assert standings(dossier, AUDIO_DAY) == dict.fromkeys(Part, Standing.NO_DATE)
    after = Retention(audio_days=30, minutes_days=60)
    (audio, minutes) = standing_of(dossier, today=AUDIO_DAY, settings=after).parts
    assert (audio.delete_on, minutes.delete_on) == ("2026-04-02", "2026-05-02")


def test_a_date_that_was_not_understood_is_no_date(dossier: Dossier, key: OrganisationKey) -> None:
    unclear = dated(None).replace("[privacy]\n", "[privacy]\ndelete_audio_on = 'over een jaar'\n")
    record_agreement(dossier, unclear.encode(), actor="staff", now=NOW, signer=key)
    assert standings(dossier, AUDIO_DAY, Retention(audio_days=1))[Part.AUDIO] is Standing.NO_DATE


def test_a_date_before_the_complaint_term_is_warned_of(dossier: Dossier, key: OrganisationKey) -> None:
    record_agreement(dossier, dated(date(2026, 4, 1)).encode(), actor="staff", now=NOW, signer=key)
    standing = standing_of(dossier, today=date(2026, 4, 2), settings=SETTINGS)
    assert [part.complaint_before for part in standing.parts] == [TERM.isoformat(), None]
    assert "14 april 2026 kan er nog een klacht komen" in "\n".join(standing_lines(standing, texts(Language.DUTCH)))
    assert refusal(dossier, key, date(2026, 4, 2)) == "deletion_before_term"
    assert deletion(dossier, key, date(2026, 4, 2), before_term=True).parts == (Part.AUDIO,)


def test_the_sound_is_deleted_with_proof_and_the_rest_still_verifies(kept: Dossier, key: OrganisationKey) -> None:
    sha256 = kept.recording().sha256
    minutes = documents.sha256_file(kept.minutes_folder / "v001" / "minutes.json")
    proof = deletion(kept, key)
    assert not list(kept.path.glob("recording/original.*"))
    assert not kept.listening_copy.exists()
    assert not kept.work.exists()
    assert documents.sha256_file(kept.minutes_folder / "v001" / "minutes.json") == minutes
    assert [item.path for item in proof.deleted] == ["recording/listening.m4a", "recording/original.wav"]
    assert sha256 in {item.sha256 for item in proof.deleted}
    report = verify(kept.path)
    assert report.holds, report.findings
    assert "Audio verwijderd op 2026-03-03, de rest klopt in zichzelf" in report_text(report, Language.DUTCH)
    assert standings(kept, AUDIO_DAY)[Part.AUDIO] is Standing.DELETED
    assert refusal(kept, key) == "deletion_not_due"


def test_the_proof_can_be_checked_against_the_dossier_and_holds_no_names(kept: Dossier, key: OrganisationKey, tmp_path: Path) -> None:
    given = deletion(kept, key, settings=Retention(notice_days=0, backups=("weekkopie, 8 weken",)))
    proof = tmp_path / "bewijs.txt"
    proof.write_text(proof_text(given, texts(Language.DUTCH)))
    assert verify(kept.path, receipt=proof).independent
    written = proof.read_text() + documents.encode(given).decode()
    assert "Canary" not in written
    assert "weekkopie, 8 weken" in written
    assert "een kopie aan client, op 2026-03-03" in written


def test_after_sound_and_minutes_nothing_of_anybody_is_left(kept: Dossier, key: OrganisationKey) -> None:
    hold(kept, by="client", reason="Canary wacht", now=NOW, signer=key)
    retention_ended = custody.append(kept, Act.HOLD_ENDED, "committee", None, now=NOW, settings={"of": "client"}, signer=key)
    assert retention_ended.number
    deletion(kept, key)
    deletion(kept, key, MINUTES_DAY)
    left = sorted(path.relative_to(kept.path).as_posix() for path in kept.path.rglob("*") if path.is_file())
    assert left == ["custody.jsonl", "deletions/001.json", "deletions/002.json", "manifest.json", "manifest.sig"]
    assert all(b"Canary" not in (kept.path / name).read_bytes() for name in left)
    report = verify(kept.path)
    assert report.holds, report.findings
    assert list(dossiers_in(kept.path.parent)) == []


def test_sound_and_minutes_due_on_one_day_go_together(dossier: Dossier, key: OrganisationKey) -> None:
    record_agreement(dossier, dated(AUDIO_DAY, AUDIO_DAY).encode(), actor="staff", now=NOW, signer=key)
    assert deletion(dossier, key).parts == (Part.AUDIO, Part.MINUTES)
    assert not dossier.agreement.exists()
    assert verify(dossier.path).holds


def test_nothing_is_deleted_under_a_hold_or_while_a_complaint_runs_or_before_its_day(
    kept: Dossier, key: OrganisationKey, tmp_path: Path
) -> None:
    assert refusal(kept, key, AUDIO_DAY - timedelta(days=1)) == "deletion_not_due"
    held = Dossier(Path(shutil.copytree(kept.path, tmp_path / "held" / kept.path.name)))
    hold(held, by="client", reason=None, now=NOW, signer=key)
    assert refusal(held, key) == "deletion_held"
    registered = dated().replace("[procedure]", "[procedure]\ncomplaint_registered_at = 2026-03-09")
    record_agreement(kept, registered.encode(), actor="staff", now=NOW, signer=key)
    assert standings(kept, AUDIO_DAY)[Part.AUDIO] is Standing.COMPLAINT_RUNS
    assert refusal(kept, key) == "deletion_complaint_runs"


def test_both_parties_have_notice_in_time_or_nothing_is_deleted(kept: Dossier, key: OrganisationKey) -> None:
    assert refusal(kept, key, settings=SETTINGS) == "deletion_without_notice"
    standing = standing_of(kept, today=AUDIO_DAY, settings=SETTINGS)
    audio = standing.parts[0]
    earliest = retention.earliest_day(audio, today=AUDIO_DAY - timedelta(days=20), settings=SETTINGS)
    assert earliest == AUDIO_DAY
    text = notice_text(standing, audio, earliest, Organisation(name="de opvang"), texts(Language.DUTCH))
    assert "de opvang wist op of na 1 mei 2026: het geluid." in text
    day = NOW.replace(month=4, day=20)
    give_notice(kept, audio, "0" * 64, earliest=earliest, actor="staff", now=day, key=key)
    assert standing_of(kept, today=AUDIO_DAY, settings=SETTINGS).parts[0].notice_on == "2026-04-20"
    assert refusal(kept, key, settings=SETTINGS) == "deletion_without_notice"
    assert deletion(kept, key, date(2026, 5, 4), settings=SETTINGS).parts == (Part.AUDIO,)


def test_a_notice_of_another_date_is_no_notice(kept: Dossier, key: OrganisationKey) -> None:
    audio = standing_of(kept, today=AUDIO_DAY, settings=SETTINGS).parts[0]
    other = replace(audio, delete_on="2027-01-01")
    give_notice(kept, other, "0" * 64, earliest=AUDIO_DAY, actor="staff", now=NOW, key=key)
    assert refusal(kept, key, settings=SETTINGS) == "deletion_without_notice"


def test_copies_in_inbox_quarantine_and_releases_go_too_and_other_files_stay(kept: Dossier, key: OrganisationKey, tmp_path: Path) -> None:
    inbox, releases = tmp_path / "inbox", tmp_path / "releases"
    other = Path(shutil.copytree(kept.path, inbox / "2026-01-01-another"))
    copy, unrelated = inbox / "sub" / "gesprek.wav", inbox / "anders.wav"
    copy.parent.mkdir()
    shutil.copyfile(kept.original(), copy)
    unrelated.write_bytes(bytes(reversed(kept.original().read_bytes())))
    (inbox / "link.wav").symlink_to(copy)
    export, foreign = releases / f"{kept.path.name}-client-12", releases / "2026-01-01-another-client-3"
    for folder in (export, foreign):
        folder.mkdir(parents=True)
        (folder / "opname.wav").write_bytes(b"sound")
    proof = deletion(kept, key, reach=replace(reach(kept), exports=(releases,), searched=(inbox,)))
    assert proof.copies_elsewhere == 2
    assert not copy.exists()
    assert not export.exists()
    assert unrelated.exists()
    assert foreign.exists()
    assert Dossier(other).original().exists()


def test_a_deletion_never_covers_up_a_change(kept: Dossier, key: OrganisationKey) -> None:
    path = kept.minutes_folder / "v001" / "transcript.txt"
    path.write_text("iets anders")
    with pytest.raises(VerificationFailed):
        deletion(kept, key)
    assert kept.original().exists()


def test_a_kill_during_a_deletion_leaves_a_dossier_that_verifies_and_the_next_run_finishes(
    kept: Dossier, key: OrganisationKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(Exception):
        pass

    unlink = Path.unlink
    budget = 1

    def counted(path: Path, missing_ok: bool = False) -> None:
        nonlocal budget
        if kept.path in path.parents and path.parent.name == "recording":
            if budget == 0:
                raise Killed
            budget -= 1
        unlink(path, missing_ok=missing_ok)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", counted)
        with pytest.raises(Killed):
            deletion(kept, key)
    assert kept.original().exists()
    assert not kept.listening_copy.exists()
    assert verify(kept.path).holds
    proof = deletion(kept, key, NOW.date())
    assert [item.path for item in proof.deleted] == ["recording/listening.m4a", "recording/original.wav"]
    assert not list(kept.path.glob("recording/original.*"))
    assert verify(kept.path).holds


def test_a_hold_that_came_while_a_deletion_was_interrupted_stops_it(
    kept: Dossier, key: OrganisationKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(retention, "_remove_elsewhere", interrupted)
        with pytest.raises(KeyboardInterrupt):
            deletion(kept, key)
    hold(kept, by="client", reason=None, now=NOW, signer=key)
    assert refusal(kept, key) == "deletion_held"


def test_nothing_that_does_not_hold_is_called_a_lawful_deletion(kept: Dossier, key: OrganisationKey) -> None:
    deletion(kept, key)
    (kept.minutes_folder / "v001" / "transcript.txt").unlink()
    assert {finding.kind for finding in verify(kept.path).findings if finding.level == FAULT} == {"file_removed"}


def test_a_hold_rubbed_out_of_the_log_stops_the_deletion(kept: Dossier, key: OrganisationKey) -> None:
    hold(kept, by="client", reason=None, now=NOW, signer=key)
    kept.custody_log.write_bytes(kept.custody_log.read_bytes().replace(b'"act":"held"', b'"act":"responded"'))
    with pytest.raises(VerificationFailed):
        deletion(kept, key)
    assert kept.original().exists()


@pytest.mark.parametrize("kills", [8, pytest.param(100, marks=pytest.mark.long)])
def test_a_kill_at_any_moment_of_a_deletion_leaves_what_verifies_and_can_be_finished(
    kept: Dossier, key: OrganisationKey, kill_after: KillAfter, chance: random.Random, tmp_path: Path, kills: int
) -> None:
    seal(kept, key=key, now=NOW)
    began = time.perf_counter()
    deletion(Dossier(Path(shutil.copytree(kept.path, tmp_path / "usual" / kept.path.name))), key)
    usual = time.perf_counter() - began
    interrupted = 0
    for number in range(kills):
        copy = Dossier(Path(shutil.copytree(kept.path, tmp_path / str(number) / kept.path.name)))
        interrupted += kill_after(functools.partial(deletion, copy, key), chance.uniform(0, usual))
        report = verify(copy.path)
        assert report.holds, report.findings
        if list(copy.recording_folder.glob("original.*")) or not list(copy.deletions.glob("*.json")):
            deletion(copy, key)
        assert not list(copy.recording_folder.glob("original.*"))
        assert len(list(copy.deletions.glob("*.json"))) == 1
        assert verify(copy.path).holds
    assert interrupted > kills / 5
