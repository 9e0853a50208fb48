import ast
import os
import random
import shutil
import stat
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import bagit
import pytest

from pipeline.dossier import custody
from pipeline.dossier.bundle import Bundle, make_bundle
from pipeline.dossier.checking.report import FAULT
from pipeline.dossier.custody import Act
from pipeline.dossier.keys import KeyRing, OrganisationKey
from pipeline.dossier.layout import Dossier
from pipeline.dossier.receipts import Handed, hand_over
from pipeline.dossier.verifier import verifier_source
from pipeline.dossier.verify import report_text, verify
from pipeline.errors import InputRefused, VerificationFailed
from pipeline.texts import Language
from tests.dossier.conftest import NOW

LATER = NOW + timedelta(days=1)


@pytest.fixture(scope="module")
def packed(finished: Path, key: OrganisationKey, tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    folder = tmp_path_factory.mktemp("packed")
    dossier = Dossier(Path(shutil.copytree(finished, folder / finished.name)))
    return make_bundle(dossier, folder / "bundel.zip", actor="staff", key=key, now=LATER)


@pytest.fixture
def unpacked(packed: Bundle, tmp_path: Path) -> Path:
    """The folder that a person gets by unpacking the zip."""
    with zipfile.ZipFile(packed.path) as file:
        file.extractall(tmp_path)
    (folder,) = [path for path in tmp_path.iterdir() if path.is_dir()]
    return folder


def faults(path: Path) -> set[tuple[str, str]]:
    return {(finding.kind, finding.path) for finding in verify(path).findings if finding.level == FAULT}


def test_a_bundle_holds_as_zip_and_unpacked(packed: Bundle, unpacked: Path) -> None:
    for path in (packed.path, unpacked):
        report = verify(path)
        assert (report.subject, report.holds, report.head) == ("bundle", True, packed.head)
        assert "Klopt in zichzelf" in report_text(report, Language.DUTCH)
    assert stat.S_IMODE(packed.path.stat().st_mode) == 0o600


def test_a_bundle_is_a_valid_bag_and_leaves_the_work_out(unpacked: Path) -> None:
    bag = bagit.Bag(str(unpacked))
    bag.validate()
    assert not (unpacked / "data" / "work").exists()
    assert {path.name for path in unpacked.iterdir()} >= {"controleer.py", "controleer.html", "LEESMIJ.txt", "README.txt"}


def test_making_a_bundle_is_logged(packed: Bundle, unpacked: Path) -> None:
    last = custody.read(Dossier(unpacked / "data"))[-1]
    assert (last.act, last.actor, last.number, last.head) == (Act.OPENED_FOR_EXPORT, "staff", packed.entry, packed.head)


def test_no_bundle_is_made_of_a_dossier_that_does_not_hold(dossier: Dossier, key: OrganisationKey, tmp_path: Path) -> None:
    (dossier.minutes_folder / "v001" / "transcript.txt").write_text("anders")
    with pytest.raises(VerificationFailed):
        make_bundle(dossier, tmp_path / "bundel.zip", actor="staff", key=key, now=LATER)
    assert not (tmp_path / "bundel.zip").exists()


def test_a_change_in_any_file_of_a_bundle_is_named(unpacked: Path) -> None:
    for path in sorted(path for path in unpacked.rglob("*") if path.is_file()):
        name = path.relative_to(unpacked).as_posix().removeprefix("data/")
        data = path.read_bytes()
        path.chmod(0o600)
        path.write_bytes(data[:-2] + bytes([data[-2] ^ 1]) + data[-1:])
        named = {finding.path for finding in verify(unpacked).findings if finding.level == FAULT}
        named |= {finding.detail for finding in verify(unpacked).findings if finding.kind == "package_changed"}
        assert name in named, name
        path.write_bytes(data)
    assert faults(unpacked) == set()


def test_files_added_to_or_removed_from_a_bundle_are_named(unpacked: Path) -> None:
    (unpacked / "data" / "extra.txt").write_text("x")
    (unpacked / "extra.exe").write_text("x")
    (unpacked / "controleer.py").unlink()
    assert faults(unpacked) == {("file_added", "extra.txt"), ("package_changed", "extra.exe"), ("package_changed", "controleer.py")}


def test_nothing_is_lawfully_added_inside_a_bundle(unpacked: Path, key: OrganisationKey) -> None:
    custody.append(Dossier(unpacked / "data"), Act.RESPONDED, "client", None, now=LATER, signer=key)
    assert faults(unpacked) == {("file_changed", "custody.jsonl")}


def _zip(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return path


def _traversal(path: Path) -> None:
    _zip(path, **{"../../etc/passwd": b"x", "a/bagit.txt": b"x"})


def _absolute(path: Path) -> None:
    _zip(path, **{"/etc/passwd": b"x"})


def _backslash(path: Path) -> None:
    _zip(path, **{"a\\..\\b": b"x"})


def _link(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as file:
        info = zipfile.ZipInfo("a/link")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        file.writestr(info, "/etc/passwd")


def _twice(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("a/bagit.txt", "x")
        with pytest.warns(UserWarning, match="Duplicate name"):
            file.writestr("a/bagit.txt", "y")


def _bomb(path: Path) -> None:
    _zip(path, **{"a/bagit.txt": b"x", "a/data/bomb": bytes(300 * 1024 * 1024)})


def _empty(path: Path) -> None:
    _zip(path)


def _other(path: Path) -> None:
    _zip(path, **{"brief.txt": b"x"})


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (_traversal, "verify_unsafe_bundle"),
        (_absolute, "verify_unsafe_bundle"),
        (_backslash, "verify_unsafe_bundle"),
        (_link, "verify_unsafe_bundle"),
        (_twice, "verify_unsafe_bundle"),
        (_bomb, "verify_too_large"),
        (_empty, "verify_not_a_bundle"),
        (_other, "verify_not_a_bundle"),
    ],
)
def test_a_hostile_zip_is_refused(tmp_path: Path, make: Callable[[Path], None], reason: str) -> None:
    make(tmp_path / "bundel.zip")
    with pytest.raises(InputRefused) as refused:
        verify(tmp_path / "bundel.zip")
    assert refused.value.text_key == reason
    assert [path.name for path in tmp_path.iterdir()] == ["bundel.zip"]


def test_a_zip_changed_at_random_never_passes_for_another(packed: Bundle, tmp_path: Path, chance: random.Random) -> None:
    """What a changed byte can do to a zip: it is refused, named, or was in padding that belongs to no file."""
    data = packed.path.read_bytes()
    path = tmp_path / "bundel.zip"
    for _ in range(60):
        place = chance.randrange(len(data))
        path.write_bytes(data[:place] + bytes([data[place] ^ (1 << chance.randrange(8))]) + data[place + 1 :])
        try:
            report = verify(path)
        except InputRefused:
            continue
        if report.holds:
            assert _contents(path) == _contents(packed.path)


def _contents(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as file:
        return {name: file.read(name) for name in file.namelist()}


# --- the single-file verifier ---


def controleer(
    folder: Path, *arguments: str | Path, python: str = sys.executable, without_packages: bool = False
) -> subprocess.CompletedProcess[str]:
    options = ["-I", "-S"] if without_packages else ["-I"]
    command = [python, *options, str(folder / "controleer.py"), *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, text=True, cwd="/", env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}, check=False
    )


def test_the_single_file_needs_nothing_of_ours_and_says_the_same(unpacked: Path, packed: Bundle) -> None:
    done = controleer(unpacked)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip() == report_text(verify(unpacked), Language.DUTCH)
    assert "Consistent in itself" in controleer(unpacked, packed.path, "--language", "en").stdout


def test_the_single_file_checks_key_and_receipt(unpacked: Path, packed: Bundle, ring_folder: Path, tmp_path: Path) -> None:
    keys, receipt = tmp_path / "sleutels.json", tmp_path / "bewijs.txt"
    keys.write_bytes(KeyRing(ring_folder).export_public(NOW))
    dossier = Dossier(unpacked / "data")
    files = (Handed(name="bundel.zip", sha256=packed.sha256, size=packed.size),)
    receipt.write_text(hand_over(dossier, to="client", entry=custody.read(dossier)[-1], files=files, language=Language.DUTCH).as_text())
    done = controleer(unpacked, "--key", keys, "--receipt", receipt)
    assert done.returncode == 0
    assert "komt overeen met het bewijs van buiten" in done.stdout
    assert "niet bewezen" not in done.stdout
    own = controleer(unpacked, packed.path, "--key", keys)
    assert own.returncode == 0
    receipt.write_text("12345 " * 12)
    assert controleer(unpacked, "--receipt", receipt).returncode == 4


def test_without_cryptography_the_single_file_checks_the_hashes_and_says_so(unpacked: Path) -> None:
    done = controleer(unpacked, without_packages=True)
    assert done.returncode == 0
    assert "handtekeningen zijn niet gecontroleerd" in done.stdout
    (unpacked / "data" / "minutes" / "current").write_text("v001\n")
    done = controleer(unpacked, without_packages=True)
    assert done.returncode == 4
    assert "Veranderd: minutes/current" in done.stdout


def test_the_single_file_refuses_what_it_cannot_check(unpacked: Path, tmp_path: Path) -> None:
    done = controleer(unpacked, tmp_path / "weg")
    assert (done.returncode, done.stdout) == (3, "")
    assert "is er niet" in done.stderr


def test_no_name_stands_twice_in_the_single_file() -> None:
    names = Counter(node.name for node in ast.parse(verifier_source()).body if isinstance(node, ast.FunctionDef | ast.ClassDef))
    assert [name for name, times in names.items() if times > 1] == []
    ast.parse(verifier_source(), feature_version=(3, 9))


@pytest.mark.parametrize("flips", [6, pytest.param(50, marks=pytest.mark.long)])
def test_the_single_file_names_changed_bytes(unpacked: Path, chance: random.Random, flips: int) -> None:
    names = [path for path in (unpacked / "data").rglob("*") if path.is_file()]
    for _ in range(flips):
        path = chance.choice(names)
        data = path.read_bytes()
        place = chance.randrange(len(data))
        path.chmod(0o600)
        path.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        done = controleer(unpacked)
        assert done.returncode == 4, (path, place)
        assert path.relative_to(unpacked / "data").as_posix() in done.stdout
        path.write_bytes(data)
