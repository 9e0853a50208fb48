import hashlib
import io
import json
import os
import random
import shutil
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

import pytest

from pipeline.dossier import custody
from pipeline.dossier.checking.chain import LOG, TORN_MARK
from pipeline.dossier.checking.command import read_keys
from pipeline.dossier.checking.dossier import check_dossier
from pipeline.dossier.checking.outside import control_digits, read_receipt
from pipeline.dossier.checking.report import FAULT, Report
from pipeline.dossier.checking.seal import MANIFEST, SEAL
from pipeline.dossier.custody import Act
from pipeline.dossier.keys import KeyRing, OrganisationKey
from pipeline.dossier.layout import Dossier
from pipeline.dossier.receipts import hand_in_receipt
from pipeline.dossier.seal import seal
from pipeline.dossier.verify import report_text, verify
from pipeline.errors import InputRefused, VerificationFailed
from pipeline.texts import Language
from tests.dossier.conftest import NOW

LATER = NOW + timedelta(days=9)


class MemoryTree:
    """Files in memory, so that thousands of tampered dossiers can be checked in seconds."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files
        self.names = tuple(sorted(files))
        self.odd: tuple[str, ...] = ()

    def open(self, name: str) -> BinaryIO:
        return io.BytesIO(self.files[name])


def read_all(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "work" not in path.relative_to(folder).parts
    }


def checked(files: dict[str, bytes], receipt: str | None = None) -> Report:
    return check_dossier(MemoryTree(files), "dossier", None, read_receipt(receipt) if receipt else None)


def faults(report: Report) -> set[tuple[str, str]]:
    return {(finding.kind, finding.path) for finding in report.findings if finding.level == FAULT}


def notes(report: Report) -> set[str]:
    return {finding.kind for finding in report.findings if finding.level != FAULT}


@pytest.fixture(scope="session")
def files(finished: Path) -> dict[str, bytes]:
    return read_all(finished)


@pytest.fixture
def keys_file(ring_folder: Path, tmp_path: Path) -> Path:
    path = tmp_path / "sleutels.json"
    path.write_bytes(KeyRing(ring_folder).export_public(NOW))
    return path


def test_an_untouched_dossier_holds_in_itself_and_says_what_was_not_checked(finished: Path) -> None:
    report = verify(finished)
    assert (report.holds, report.independent, report.signer, faults(report)) == (True, False, "unproven", set())
    text = report_text(report, Language.DUTCH)
    assert "Klopt in zichzelf; niet onafhankelijk gecontroleerd." in text
    assert "Ondertekenaar niet bewezen" in text


def test_with_the_key_and_a_receipt_from_elsewhere_everything_is_proven(finished: Path, keys_file: Path, tmp_path: Path) -> None:
    receipt = tmp_path / "bewijs.txt"
    receipt.write_text(hand_in_receipt(Dossier(finished), Language.DUTCH, now=NOW))
    report = verify(finished, public_keys=keys_file, receipt=receipt)
    assert (report.holds, report.independent, report.signer) == (True, True, "proven")
    assert "komt overeen met het bewijs van buiten" in report_text(report, Language.DUTCH)


def flipped(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 0x01]) + data[place + 1 :]


def changes(files: dict[str, bytes]) -> Iterator[tuple[str, int]]:
    for name, data in files.items():
        yield from ((name, place) for place in range(len(data)))


def assert_flip_is_named(files: dict[str, bytes], name: str, place: int) -> None:
    report = checked({**files, name: flipped(files[name], place)})
    found = faults(report)
    assert found, (name, place)
    assert {path for _, path in found} == {name}, (name, place, found)
    if name == LOG:
        line = files[LOG][:place].count(b"\n") + 1
        assert line in {finding.number for finding in report.findings if finding.level == FAULT}, (place, report.findings)
    elif name not in (MANIFEST, SEAL):
        assert found == {("file_changed", name)}


def test_a_changed_byte_is_named_with_its_file_and_line(files: dict[str, bytes], chance: random.Random) -> None:
    every = list(changes(files))
    for name in files:
        own = [change for change in every if change[0] == name]
        for change in chance.sample(own, min(len(own), 40)):
            assert_flip_is_named(files, *change)


@pytest.mark.long
def test_every_changed_byte_is_named_with_its_file_and_line(files: dict[str, bytes]) -> None:
    for name, place in changes(files):
        assert_flip_is_named(files, name, place)


def test_every_removed_file_is_named(files: dict[str, bytes]) -> None:
    for name in files:
        report = checked({other: data for other, data in files.items() if other != name})
        assert {path for _, path in faults(report)} == {name}, name


def test_an_added_file_is_named_wherever_it_is(files: dict[str, bytes]) -> None:
    for name in ("extra.txt", "minutes/v001/extra.html", "recording/original.mp3", "minutes/v003/minutes.json", ".hidden", "works/x"):
        assert faults(checked({**files, name: b"extra"})) == {("file_added", name)}


def test_swapped_files_are_named_with_where_they_belong(files: dict[str, bytes]) -> None:
    a, b = "minutes/v001/minutes.json", "minutes/v002/minutes.json"
    report = checked({**files, a: files[b], b: files[a]})
    assert {(finding.kind, finding.path, finding.detail) for finding in report.findings if finding.level == FAULT} == {
        ("file_moved", a, b),
        ("file_moved", b, a),
    }


def test_truncated_and_extended_files_are_named(files: dict[str, bytes]) -> None:
    for name, data in files.items():
        for changed in (data[:-1], data[: len(data) // 2], b"", data + b"\n", data + b"x"):
            assert {path for _, path in faults(checked({**files, name: changed}))} == {name}, (name, len(changed))


def test_removed_reordered_and_repeated_lines_of_the_log_are_named(files: dict[str, bytes]) -> None:
    lines = files[LOG].splitlines(keepends=True)
    for number in range(len(lines) - 1):
        report = checked({**files, LOG: b"".join(lines[:number] + lines[number + 1 :])})
        assert ("line_removed", LOG) in faults(report)
        assert {path for _, path in faults(report)} == {LOG}
        swapped = [*lines[:number], lines[number + 1], lines[number], *lines[number + 2 :]]
        assert ("line_reordered", LOG) in faults(checked({**files, LOG: b"".join(swapped)}))
        repeated = lines[: number + 1] + lines[number:]
        assert ("line_repeated", LOG) in faults(checked({**files, LOG: b"".join(repeated)}))


def test_a_log_cut_short_before_its_seal_is_named(files: dict[str, bytes]) -> None:
    lines = files[LOG].splitlines(keepends=True)
    sealed = max(number for number, line in enumerate(lines) if b'"sealed"' in line)
    for kept in range(1, sealed + 1):
        assert {path for _, path in faults(checked({**files, LOG: b"".join(lines[:kept])}))} == {LOG}, kept


def test_what_was_cut_off_after_the_last_seal_shows_against_a_receipt_only(files: dict[str, bytes], finished: Path) -> None:
    receipt = hand_in_receipt(Dossier(finished), Language.ENGLISH, now=NOW)
    cut = {**files, LOG: b"".join(files[LOG].splitlines(keepends=True)[:-1])}
    assert checked(cut).holds
    assert faults(checked(cut, receipt)) == {("receipt_differs", LOG)}


def forge(dossier: Dossier, key: OrganisationKey) -> None:
    """What whoever holds the key can do: other minutes, a new log and a new seal, all signed."""
    (dossier.minutes_folder / "v002" / "transcript.txt").write_text("iets anders")
    for path in (dossier.custody_log, dossier.path / MANIFEST, dossier.path / SEAL):
        path.unlink()
    sha256 = dossier.recording().sha256
    for act in (Act.RECEIVED, Act.COPIED, Act.PROCESSED):
        custody.append(dossier, act, "client", sha256, now=NOW, signer=key)
    seal(dossier, key=key, now=NOW)


def test_a_forged_chain_by_the_key_holder_shows_against_a_receipt_and_is_unprovable_without(
    dossier: Dossier, key: OrganisationKey, keys_file: Path, tmp_path: Path
) -> None:
    receipt = tmp_path / "bewijs.txt"
    receipt.write_text(hand_in_receipt(dossier, Language.DUTCH, now=NOW))
    forge(dossier, key)
    without = verify(dossier.path, public_keys=keys_file)
    assert (without.holds, without.independent) == (True, False)
    assert "zonder zo'n bewijs is dat niet te zien" in report_text(without, Language.DUTCH)
    against = verify(dossier.path, public_keys=keys_file, receipt=receipt)
    assert faults(against) == {("receipt_differs", LOG)}
    assert not against.independent


def test_a_forged_chain_by_someone_else_shows_with_the_key(dossier: Dossier, keys_file: Path, tmp_path: Path) -> None:
    forge(dossier, KeyRing(tmp_path / "own").current(NOW))
    assert verify(dossier.path).signer == "unproven"
    assert ("signer_other", "") in faults(verify(dossier.path, public_keys=keys_file))


def test_stripped_signatures_show(files: dict[str, bytes], keys_file: Path) -> None:
    lines = [json.loads(line) for line in files[LOG].splitlines()]
    stripped = b"".join(json.dumps(line | {"signature": None}, sort_keys=True, separators=(",", ":")).encode() + b"\n" for line in lines)
    assert not checked({**files, LOG: stripped}).holds
    plain = {name: data for name, data in files.items() if name not in (MANIFEST, SEAL)}
    first = json.loads(stripped.splitlines()[0])
    unsigned = json.dumps(first | {"key_id": None}, sort_keys=True, separators=(",", ":")).encode() + b"\n"
    assert checked({**plain, LOG: unsigned}).holds
    with_key = check_dossier(MemoryTree({**plain, LOG: unsigned}), "dossier", read_keys(keys_file.read_bytes()), None)
    assert faults(with_key) == {("not_signed", "")}


def test_a_rotated_key_is_trusted_through_the_old_one(dossier: Dossier, ring_folder: Path, keys_file: Path, tmp_path: Path) -> None:
    own = tmp_path / "ring"
    shutil.copytree(ring_folder, own)
    new = KeyRing(own).rotate(LATER)
    custody.append(dossier, Act.RESPONDED, "client", None, now=LATER, signer=new)
    seal(dossier, key=new, now=LATER)
    report = verify(dossier.path, public_keys=keys_file)
    assert (report.holds, report.signer) == (True, "proven")


def test_a_lawful_deletion_reads_as_such(dossier: Dossier, key: OrganisationKey) -> None:
    original = dossier.original()
    custody.append(dossier, Act.DELETED, "staff", dossier.recording().sha256, now=LATER, settings={"kind": "audio"}, signer=key)
    original.unlink()
    report = verify(dossier.path)
    assert report.holds
    assert "Audio verwijderd op 2026-03-12, de rest klopt" in report_text(report, Language.DUTCH)
    seal(dossier, key=key, now=LATER)
    assert "Audio verwijderd op 2026-03-12, de rest klopt" in report_text(verify(dossier.path), Language.DUTCH)


def test_what_the_log_says_was_added_after_the_seal_is_told_and_no_fault(dossier: Dossier, key: OrganisationKey) -> None:
    (dossier.path / "responses").mkdir()
    (dossier.path / "responses" / "client-1.jsonld").write_bytes(b"{}")
    assert faults(verify(dossier.path)) == {("file_added", "responses/client-1.jsonld")}
    custody.append(dossier, Act.RESPONDED, "client", hashlib.sha256(b"{}").hexdigest(), now=LATER, signer=key)
    report = verify(dossier.path)
    assert report.holds
    assert "file_logged" in notes(report)
    seal(dossier, key=key, now=LATER)
    assert "file_logged" not in notes(verify(dossier.path))


def test_a_later_cut_check_takes_the_place_of_the_sealed_one_when_the_log_says_so(dossier: Dossier, key: OrganisationKey) -> None:
    pictures = (dossier.integrity, dossier.integrity_pictures / "f1.svg")
    dossier.integrity_pictures.mkdir(exist_ok=True)
    for path in pictures:
        path.write_bytes(b"{}")
    seal(dossier, key=key, now=LATER)
    for path in pictures:
        path.write_bytes(path.name.encode())
    assert {kind for kind, _ in faults(verify(dossier.path))} == {"file_changed"}
    with pytest.raises(VerificationFailed, match="seal_refused"):
        seal(dossier, key=key, now=LATER)
    for path in pictures:
        custody.append(dossier, Act.PROCESSED, "wederhoor", hashlib.sha256(path.read_bytes()).hexdigest(), now=LATER, signer=key)
    assert verify(dossier.path).holds
    seal(dossier, key=key, now=LATER)
    assert "file_logged" not in notes(verify(dossier.path))


def test_the_log_saying_so_never_excuses_another_original_or_another_version(dossier: Dossier, key: OrganisationKey) -> None:
    for path in (dossier.original(), dossier.minutes_folder / "v001" / "minutes.json"):
        path.chmod(0o600)
        path.write_bytes(b"anders")
    custody.append(dossier, Act.CHANGED, "staff", hashlib.sha256(b"anders").hexdigest(), now=LATER, signer=key)
    assert {kind for kind, _ in faults(verify(dossier.path))} == {"file_changed"}
    with pytest.raises(VerificationFailed):
        seal(dossier, key=key, now=LATER)


def test_a_dossier_never_sealed_says_so_and_still_protects_the_original(dossier: Dossier, key: OrganisationKey) -> None:
    lines = dossier.custody_log.read_bytes().splitlines(keepends=True)
    dossier.custody_log.write_bytes(b"".join(lines[:3]))
    (dossier.path / MANIFEST).unlink()
    (dossier.path / SEAL).unlink()
    report = verify(dossier.path)
    assert report.holds
    assert "nog niet verzegeld" in report_text(report, Language.DUTCH)
    original = dossier.original()
    original.chmod(0o600)
    original.write_bytes(b"anders")
    assert faults(verify(dossier.path)) == {("file_changed", "recording/original.wav")}


def _link(path: Path) -> None:
    path.symlink_to("/etc/hostname")


def _pipe(path: Path) -> None:
    os.mkfifo(path)


@pytest.mark.parametrize("make", [_link, _pipe])
def test_links_and_devices_are_named_and_never_followed(dossier: Dossier, make: Callable[[Path], None]) -> None:
    make(dossier.path / "minutes" / "extra")
    assert faults(verify(dossier.path)) == {("file_not_plain", "minutes/extra")}
    original = dossier.original()
    original.rename(dossier.path.parent / "elsewhere.wav")
    original.symlink_to(dossier.path.parent / "elsewhere.wav")
    assert ("file_not_plain", "recording/original.wav") in faults(verify(dossier.path))


def test_a_name_that_is_no_text_is_named(dossier: Dossier) -> None:
    Path(os.fsdecode(os.fsencode(dossier.path) + b"/\xff.txt")).write_text("x")
    report = verify(dossier.path)
    assert faults(report) == {("file_not_plain", "�.txt")}
    report_text(report, Language.ENGLISH).encode()


@pytest.mark.parametrize("name", [MANIFEST, SEAL, LOG])
@pytest.mark.parametrize(
    "bomb", [b"[" * 1_000_000, b'{"a":' * 100_000, b"\xff\xfe", b"null", b'{"schema":1}\n', b"9" * 5000, b"x" * 20_000_000]
)
def test_hostile_json_is_a_finding_never_a_crash(files: dict[str, bytes], name: str, bomb: bytes) -> None:
    assert not checked({**files, name: bomb}).holds


def test_torn_bytes_at_the_end_of_the_log_are_named(files: dict[str, bytes]) -> None:
    assert faults(checked({**files, LOG: files[LOG] + b'{"act":"rel'})) == {("line_unfinished", LOG)}
    assert faults(checked({**files, LOG: files[LOG] + b"x" + TORN_MARK})) == {("line_unfinished", LOG)}


@pytest.mark.parametrize("language", Language)
def test_a_receipt_is_read_in_any_layout(finished: Path, language: Language) -> None:
    head, sha256 = custody.check(Dossier(finished)).head, Dossier(finished).recording().sha256
    digits = control_digits(head)
    for text in (
        hand_in_receipt(Dossier(finished), language, now=NOW),
        hand_in_receipt(Dossier(finished), language, now=NOW).replace("\n", "\r\n").upper(),
        digits,
        " ".join(digits),
        f"getal {'-'.join(digits[at : at + 5] for at in range(0, 60, 5))}.",
        f"WEDERHOOR:1:{sha256}:5:{head}",
    ):
        assert read_receipt(text).names(head), text


def test_an_empty_receipt_and_one_of_the_recording_alone_prove_nothing(files: dict[str, bytes], finished: Path) -> None:
    assert faults(checked(files, "geen getallen")) == {("receipt_empty", "")}
    report = checked(files, Dossier(finished).recording().sha256)
    assert (report.holds, report.independent) == (True, False)


def test_a_copy_is_held_against_a_receipt(finished: Path, tmp_path: Path) -> None:
    copy, receipt = tmp_path / "kopie.wav", tmp_path / "bewijs.txt"
    shutil.copyfile(Dossier(finished).original(), copy)
    copy.chmod(0o600)
    receipt.write_text(hand_in_receipt(Dossier(finished), Language.DUTCH, now=NOW))
    assert verify(copy, receipt=receipt).independent
    assert (verify(copy).holds, verify(copy).independent) == (True, False)
    copy.write_bytes(flipped(copy.read_bytes(), 900))
    assert faults(verify(copy, receipt=receipt)) == {("copy_differs", "")}


def test_what_cannot_be_checked_is_refused_with_a_reason(tmp_path: Path, finished: Path) -> None:
    (tmp_path / "leeg").mkdir()
    for path, options, reason in (
        (tmp_path / "weg", {}, "verify_not_found"),
        (tmp_path / "leeg", {}, "verify_not_a_dossier"),
        (finished, {"public_keys": finished / "custody.jsonl"}, "verify_not_a_key"),
        (finished, {"receipt": tmp_path / "weg"}, "verify_not_found"),
    ):
        with pytest.raises(InputRefused) as refused:
            verify(path, **options)
        assert refused.value.text_key == reason


def test_a_zip_that_is_no_bundle_is_a_single_copy_and_a_bundle_without_its_declaration_is_not(tmp_path: Path) -> None:
    copy, torn = tmp_path / "verslag.docx", tmp_path / "bundel.zip"
    with zipfile.ZipFile(copy, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
    with zipfile.ZipFile(torn, "w") as archive:
        archive.writestr("bundel/manifest-sha256.txt", "")
    assert verify(copy).subject == "copy"
    with pytest.raises(InputRefused):
        verify(torn)
