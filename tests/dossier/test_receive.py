import os
import random
import shutil
import stat
import time
from datetime import datetime, timedelta, timezone
from multiprocessing import get_context
from pathlib import Path

import pytest

from pipeline import documents
from pipeline.dossier import custody
from pipeline.dossier import receive as receiving
from pipeline.dossier.agreements import agreement_of, missing_because
from pipeline.dossier.custody import Act
from pipeline.dossier.keys import KeyRing
from pipeline.dossier.layout import Dossier
from pipeline.dossier.receipts import hand_in_receipt
from pipeline.dossier.receive import receive
from pipeline.errors import InputRefused, InternalFault, UsageError, VerificationFailed
from pipeline.recording.model import HandedInBy
from pipeline.recording.source import open_received
from pipeline.settings import Settings
from pipeline.shipped import SAMPLE_AUDIO
from pipeline.texts import Language
from tests.dossier.conftest import KillAfter, write_wav

# Tests of the flows leave threads in this process, which a fork does not survive.
SPAWN = get_context("spawn")

NOW = datetime(2026, 3, 3, 14, 0, tzinfo=timezone(timedelta(hours=1)))
LATER = NOW + timedelta(days=2)
AGREEMENT = SAMPLE_AUDIO / "agreement.toml"


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    return write_wav(tmp_path / "gesprek met Canary.wav")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "dossiers"


def secure(source: Path, out: Path, **options: object) -> Dossier:
    given: dict[str, object] = {"settings": Settings(), "out": out, "now": NOW, **options}
    return receive(source, **given)  # type: ignore[arg-type]


def acts(dossier: Dossier) -> list[str]:
    return [str(entry.act) for entry in custody.read(dossier)]


def everything_in(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_a_recording_is_copied_bit_exact_and_read_only(recording: Path, out: Path) -> None:
    dossier = secure(recording, out)
    sha256 = documents.sha256_file(recording)
    assert dossier.path.name == f"2026-03-03-{sha256[:8]}"
    assert dossier.original().read_bytes() == recording.read_bytes()
    assert stat.S_IMODE(dossier.original().stat().st_mode) == 0o400
    assert stat.S_IMODE(dossier.path.stat().st_mode) == 0o700
    assert dossier.recording().sha256 == sha256
    assert dossier.recording().received_at == "2026-03-03T13:00:00Z"
    assert dossier.recording().format.duration_ms == 1000
    assert everything_in(out) == [
        dossier.path.name,
        *(f"{dossier.path.name}/{name}" for name in ["custody.jsonl", "recording", "recording/original.wav", "recording/recording.json"]),
    ]


def test_who_handed_it_in_and_how_is_recorded_and_logged_without_names(recording: Path, out: Path) -> None:
    dossier = secure(recording, out, agreement=AGREEMENT, handed_in_by="client", how=HandedInBy.APP)
    assert (dossier.recording().handed_in_by, dossier.recording().handed_in_how) == ("client", HandedInBy.APP)
    received, copied, agreed = custody.read(dossier)
    assert (received.act, received.actor, received.settings) == (Act.RECEIVED, "client", {"how": "app"})
    assert received.object_sha256 == copied.object_sha256 == documents.sha256_file(recording)
    assert agreed.object_sha256 == documents.sha256_file(AGREEMENT)
    assert dossier.agreement.read_bytes() == AGREEMENT.read_bytes()
    assert all(entry.signature and entry.key_id == KeyRing(Settings().paths.keys).current(NOW).key_id for entry in custody.read(dossier))
    assert b"Canary" not in dossier.custody_log.read_bytes()
    assert dossier.recording().received_name == "gesprek met Canary.wav"


def test_the_same_bytes_again_are_the_same_dossier_even_later_and_under_another_name(recording: Path, out: Path, tmp_path: Path) -> None:
    first = secure(recording, out)
    before = {name: (out / name).stat().st_mtime_ns for name in everything_in(out)}
    copy = tmp_path / "kopie.mp3"
    shutil.copyfile(recording, copy)
    assert secure(copy, out, now=LATER) == first
    assert {name: (out / name).stat().st_mtime_ns for name in everything_in(out)} == before


def test_a_second_hand_in_by_the_other_party_is_logged_once(recording: Path, out: Path) -> None:
    dossier = secure(recording, out, handed_in_by="client", how=HandedInBy.APP)
    for _ in range(2):
        secure(recording, out, now=LATER, handed_in_by="staff", how=HandedInBy.STICK)
        secure(recording, out, now=LATER, handed_in_by="client", how=HandedInBy.APP)
    assert acts(dossier) == ["received", "copied", "received_again"]
    assert custody.read(dossier)[-1].actor == "staff"


def test_why_there_is_no_agreement_is_kept_until_there_is_one(recording: Path, out: Path) -> None:
    dossier = secure(recording, out, without_agreement_reason="De opname bleek later.")
    assert missing_because(dossier) == "De opname bleek later."
    assert agreement_of(dossier) is None
    secure(recording, out, without_agreement_reason="De opname bleek later.")
    secure(recording, out, agreement=AGREEMENT, now=LATER)
    secure(recording, out, agreement=AGREEMENT, now=LATER)
    assert missing_because(dossier) is None
    assert acts(dossier) == ["received", "copied", "agreement_recorded", "agreement_recorded"]
    agreement = agreement_of(dossier)
    assert agreement is not None
    assert agreement.case == "voorbeeld-1"


def test_a_later_agreement_takes_the_place_of_an_earlier_one_that_is_kept(recording: Path, out: Path, tmp_path: Path) -> None:
    dossier = secure(recording, out, agreement=AGREEMENT)
    later = tmp_path / "agreement.toml"
    later.write_bytes(AGREEMENT.read_bytes() + b"\n# kopie gegeven\n")
    secure(recording, out, agreement=later)
    assert dossier.agreement.read_bytes() == later.read_bytes()
    assert [path.read_bytes() for path in dossier.earlier_agreements.iterdir()] == [AGREEMENT.read_bytes()]
    assert acts(dossier)[2:] == ["agreement_recorded", "agreement_recorded"]


def test_a_party_must_be_in_the_agreement_and_is_never_a_persons_name(recording: Path, out: Path) -> None:
    with pytest.raises(UsageError):
        secure(recording, out, agreement=AGREEMENT, handed_in_by="jan")
    with pytest.raises(UsageError):
        secure(recording, out, handed_in_by="Jan Jansen")
    assert not out.exists()


@pytest.mark.parametrize("name", ["opname", "opname.html", "opname.wav.exe", "opname.WAV", "é\n‮.wav", "x" * 240 + ".wav", "..wav"])
def test_odd_names_give_a_harmless_original(out: Path, tmp_path: Path, name: str) -> None:
    dossier = secure(write_wav(tmp_path / name), out)
    assert dossier.original().name in ("original.wav", "original.bin")
    assert dossier.recording().received_name == name


def test_a_name_that_is_no_text_is_received_too(out: Path, tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.wav"))
    assert secure(write_wav(path), out).recording().received_name == "�.wav"


@pytest.mark.parametrize("data", [b"", b"no recording at all", b"RIFF\x00\x00\x00\x00WAVE", b"PK\x03\x04" + b"\0" * 100])
def test_what_is_refused_leaves_nothing_and_is_named_as_the_user_knows_it(out: Path, tmp_path: Path, data: bytes) -> None:
    source = tmp_path / "verhaal.wav"
    source.write_bytes(data)
    with pytest.raises(InputRefused) as refused:
        secure(source, out)
    assert refused.value.details["file"] == "verhaal.wav"
    assert everything_in(out) == []
    assert source.read_bytes() == data


def test_a_file_that_changes_while_it_is_copied_is_refused(recording: Path, out: Path) -> None:
    with open_received(recording) as file:
        sha256 = documents.sha256_file(recording)
        recording.write_bytes(recording.read_bytes()[:-1] + b"!")
        out.mkdir()
        with pytest.raises(InputRefused) as refused:
            receiving._copy(file, out / "original.wav", recording, sha256)
    assert refused.value.text_key == "recording_changed"


def test_a_file_that_grows_all_the_while_is_never_half_a_dossier(out: Path, tmp_path: Path) -> None:
    source = write_wav(tmp_path / "groeit.wav", seconds=600)
    writer = SPAWN.Process(target=_keep_growing, args=(source,))
    size = source.stat().st_size
    writer.start()
    try:
        while source.stat().st_size == size and writer.is_alive():
            time.sleep(0.01)
        with pytest.raises(InputRefused) as refused:
            secure(source, out)
    finally:
        writer.kill()
        writer.join()
    assert refused.value.text_key == "recording_changed"
    assert everything_in(out) == []


def _keep_growing(path: Path) -> None:
    while True:
        with path.open("ab") as file:
            file.write(b"\0\0")


def test_a_damaged_original_is_reported_and_left_as_it_is(recording: Path, out: Path) -> None:
    dossier = secure(recording, out)
    original = dossier.original()
    original.chmod(0o600)
    original.write_bytes(b"something else")
    with pytest.raises(VerificationFailed):
        secure(recording, out)
    assert original.read_bytes() == b"something else"
    assert [path.name for path in out.iterdir()] == [dossier.path.name]


def test_two_recordings_with_the_same_short_mark_get_a_dossier_each(recording: Path, out: Path, tmp_path: Path) -> None:
    first = secure(recording, out)
    other = write_wav(tmp_path / "andere.wav", seed=2)
    taken = out / f"2026-03-03-{documents.sha256_file(other)[:8]}"
    first.path.rename(taken)
    second = secure(other, out)
    assert second.path.name == f"2026-03-03-{documents.sha256_file(other)[:16]}"
    assert secure(other, out) == second


def test_a_full_disk_is_told_and_leaves_nothing(recording: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(InternalFault) as refused:
            secure(recording, out)
    assert refused.value.text_key == "disk_full"
    assert everything_in(out) == []


def _secure_in_child(source: Path, out: Path) -> None:
    secure(source, out)


def test_the_same_recording_received_by_several_at_once_is_one_dossier(recording: Path, out: Path) -> None:
    processes = [SPAWN.Process(target=_secure_in_child, args=(recording, out)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert len(list(out.iterdir())) == 1
    assert acts(Dossier(next(out.iterdir()))) == ["received", "copied"]


@pytest.fixture
def usual_seconds(recording: Path, tmp_path: Path) -> float:
    began = time.perf_counter()
    secure(recording, tmp_path / "measure", agreement=AGREEMENT)
    return time.perf_counter() - began


@pytest.mark.parametrize("kills", [12, pytest.param(200, marks=pytest.mark.long)])
def test_a_kill_leaves_no_half_dossier_and_the_next_run_completes(
    recording: Path, out: Path, kill_after: KillAfter, chance: random.Random, usual_seconds: float, kills: int
) -> None:
    original = recording.read_bytes()
    interrupted = 0
    for _ in range(kills):
        interrupted += kill_after(lambda: secure(recording, out, agreement=AGREEMENT), chance.uniform(0, 1.2 * usual_seconds))
        for path in out.glob("2026*"):
            assert Dossier.open(path).original().read_bytes() == original
            assert acts(Dossier(path)) == ["received", "copied", "agreement_recorded"]
        assert recording.read_bytes() == original
        if chance.random() < 0.3:
            dossier = secure(recording, out, agreement=AGREEMENT)
            assert acts(dossier) == ["received", "copied", "agreement_recorded"]
            assert [path.name for path in out.iterdir()] == [dossier.path.name]
            shutil.rmtree(out)
    assert interrupted > kills / 3


@pytest.mark.parametrize("language", Language)
def test_the_receipt_holds_what_both_parties_need(recording: Path, out: Path, language: Language) -> None:
    dossier = secure(recording, out, agreement=AGREEMENT, handed_in_by="client", how=HandedInBy.APP)
    receipt = hand_in_receipt(dossier, language, now=NOW)
    sha256 = documents.sha256_file(recording)
    assert "gesprek met Canary.wav" in receipt
    assert "".join(receipt.split()).count(sha256) == 1
    assert "14:00" in receipt
    assert {"nl": "berichten-app", "en": "messaging app"}[language] in receipt
    digits = str(int(custody.read(dossier)[-1].head, 16) % 10**60).zfill(60)
    assert digits in "".join(receipt.split())
    assert max(len(group) for group in receipt.split() if group.isdigit()) <= 6
