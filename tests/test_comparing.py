"""The folder of a comparison: whole or not at all, private, always the same, logged in every dossier it is of."""

import json
import shutil
import stat
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from pipeline import comparing, documents
from pipeline.comparing import StoredComparison, compare
from pipeline.comparison.sources import TakenFor
from pipeline.dossier import custody
from pipeline.dossier.comparisons import comparisons_beside, comparisons_of
from pipeline.dossier.custody import Act
from pipeline.dossier.keys import KeyRing
from pipeline.dossier.layout import Dossier
from pipeline.dossier.receive import receive
from pipeline.dossier.retention import Part, Reach, carry_out
from pipeline.dossier.seal import seal
from pipeline.errors import InputRefused, UsageError
from pipeline.minutes.versions import write_version
from pipeline.minutes.writers import WRITERS
from pipeline.settings import Settings
from tests.fixtures.speech import opening
from tests.minutes.conversations import minutes

NOW = datetime(2026, 3, 3, 13, tzinfo=UTC)
FILES = ["comparison.json", "opname-a.m4a", "opname-b.m4a", "vergelijking.docx", "vergelijking.html", "vergelijking.pdf"]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("compared")
    return Settings(paths={"data": folder / "data", "output": folder / "output"})  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def made(settings: Settings) -> tuple[Path, Path, StoredComparison]:
    """Two dossiers of one conversation with minutes, and their comparison; not to be changed."""
    folders = []
    for name, seconds in (("van de client", 10.0), ("van de organisatie", 8.0)):
        source = opening(settings.paths.data.parent / f"{name}.flac", seconds)
        dossier = receive(source, settings=settings, out=settings.paths.output, now=NOW, without_agreement_reason="proef")
        write_version(dossier.minutes_folder, minutes(), WRITERS[:1])
        seal(dossier, key=KeyRing(settings.paths.keys).current(NOW), now=NOW)
        folders.append(dossier.path)
    return folders[0], folders[1], compare(folders[0], folders[1], settings, now=NOW)


@pytest.fixture
def copies(made: tuple[Path, Path, StoredComparison], tmp_path: Path) -> tuple[Dossier, Dossier, Path]:
    """Copies of both dossiers and of the comparison, to do anything to."""
    shutil.copytree(made[0].parent, tmp_path / "output")
    a, b = (Dossier(tmp_path / "output" / path.name) for path in made[:2])
    return a, b, tmp_path / "output" / "comparisons" / made[2].folder.name


def test_a_comparison_lies_beside_the_dossiers_and_is_as_private_as_they_are(made: tuple[Path, Path, StoredComparison]) -> None:
    folder = made[2].folder
    assert folder.parent == comparisons_beside(Dossier(made[0]))
    assert sorted(path.name for path in folder.iterdir()) == FILES
    assert stat.S_IMODE(folder.parent.stat().st_mode) == stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in folder.iterdir()} == {0}
    assert not list(folder.parent.glob(".*"))


def test_the_name_and_the_log_hold_digests_and_no_names(made: tuple[Path, Path, StoredComparison]) -> None:
    a, b, stored = made
    digests = (Dossier(a).recording().sha256, Dossier(b).recording().sha256, documents.sha256_file(stored.folder / "comparison.json"))
    assert stored.folder.name == "-".join(digest[:8] for digest in digests)
    for folder in (a, b):
        entry = custody.read(Dossier(folder))[-1]
        assert (entry.act, entry.object_sha256, entry.settings) == (Act.COMPARED, stored.sha256, {})


def test_compared_again_nothing_is_written_twice(made: tuple[Path, Path, StoredComparison], settings: Settings) -> None:
    a, b, stored = made
    before = {path: path.stat().st_mtime_ns for path in stored.folder.iterdir()}
    again = compare(a, b, settings, now=NOW + timedelta(days=1))
    assert again.folder == stored.folder
    assert {path: path.stat().st_mtime_ns for path in stored.folder.iterdir()} == before
    assert [entry.act for entry in custody.read(Dossier(a))].count(Act.COMPARED) == 1


def test_made_again_from_nothing_it_has_the_same_bytes(copies: tuple[Dossier, Dossier, Path], settings: Settings) -> None:
    a, b, folder = copies
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    shutil.rmtree(folder)
    again = compare(a.path, b.path, settings, now=NOW + timedelta(days=1))
    assert again.folder == folder
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert [entry.act for entry in custody.read(a)].count(Act.COMPARED) == 1


def test_a_run_that_breaks_off_leaves_no_comparison_and_the_next_removes_what_it_left(
    copies: tuple[Dossier, Dossier, Path], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b, folder = copies
    shutil.rmtree(folder)
    left = folder.parent / f".{folder.name}.abandoned.part"
    left.mkdir()
    (left / "half.html").write_text("half")

    def broken(*_given: object) -> None:
        raise OSError("no space")

    with monkeypatch.context() as patched:
        patched.setattr(comparing, "open_to_group", broken)
        with pytest.raises(OSError, match="no space"):
            compare(a.path, b.path, settings, now=NOW)
    assert list(folder.parent.iterdir()) == []
    assert compare(a.path, b.path, settings, now=NOW).folder == folder


def delete(dossier: Dossier, parts: set[Part], settings: Settings) -> int:
    key = KeyRing(settings.paths.keys).current(NOW)
    seal(dossier, key=key, now=NOW)
    reach = Reach(ledger=dossier.path.parent.parent / "ledger", comparisons=(comparisons_beside(dossier),))
    proof, _ = carry_out(dossier, parts, backups=(), reach=reach, actor="staff", now=NOW, key=key)
    return proof.copies_elsewhere


def test_when_the_sound_of_one_side_is_deleted_its_copy_goes_and_the_other_stays(
    copies: tuple[Dossier, Dossier, Path], settings: Settings
) -> None:
    _, b, folder = copies
    assert delete(b, {Part.AUDIO}, settings) == 1
    assert sorted(path.name for path in folder.iterdir()) == [name for name in FILES if name != "opname-b.m4a"]


def test_when_the_minutes_of_one_side_are_deleted_the_comparison_goes(copies: tuple[Dossier, Dossier, Path], settings: Settings) -> None:
    a, _, folder = copies
    assert delete(a, {Part.MINUTES}, settings) == len(FILES)
    assert not folder.exists()


def test_a_comparison_is_found_by_the_minutes_it_was_made_of_too(made: tuple[Path, Path, StoredComparison], settings: Settings) -> None:
    written = made[0] / "minutes" / "v001" / "minutes.json"
    out = settings.paths.data.parent / "elsewhere"
    alone = compare(written, made[1], settings, now=NOW, out=out)
    found = list(comparisons_of(frozenset({documents.sha256_file(written)}), (out,)))
    assert [one.folder for one in found] == [alone.folder]
    assert not list(comparisons_of(frozenset({"0" * 64}), (out,)))


def test_sound_that_is_gone_leaves_the_minutes_to_be_compared(copies: tuple[Dossier, Dossier, Path], settings: Settings) -> None:
    a, b, _ = copies
    delete(a, {Part.AUDIO}, settings)
    found = compare(a.path, b.path, settings, now=NOW).comparison
    assert found.recordings is None
    assert found.minutes is not None
    assert found.minutes.identical


def test_two_recordings_in_no_dossier_get_listening_copies_of_their_own(tmp_path: Path, settings: Settings) -> None:
    a, b = opening(tmp_path / "a.flac", 4.0), opening(tmp_path / "b.flac", 3.0)
    stored = compare(a, b, settings, now=NOW, out=tmp_path / "out")
    assert sorted(path.name for path in stored.folder.iterdir()) == FILES
    assert json.loads((stored.folder / "comparison.json").read_text())["a"]["duration_ms"] == 4_000


@pytest.mark.parametrize(
    ("name", "data", "key"),
    [
        ("weg.vtt", None, "recording_missing"),
        ("leeg.txt", b"", "recording_empty"),
        ("stuk.srt", b"\0\1\2", "subtitles_invalid"),
        ("iets.json", b"{}", "document_invalid"),
    ],
)
def test_what_cannot_be_read_is_refused_clearly(tmp_path: Path, settings: Settings, name: str, data: bytes | None, key: str) -> None:
    if data is not None:
        (tmp_path / name).write_bytes(data)
    good = tmp_path / "goed.vtt"
    good.write_text("WEBVTT\n\n00:01.000 --> 00:02.000\n<v Karim>Ik was er niet.\n")
    with pytest.raises(InputRefused) as refused:
        compare(tmp_path / name, good, settings, now=NOW, out=tmp_path / "out")
    assert refused.value.text_key == key
    assert not (tmp_path / "out").exists()


def test_two_written_texts_are_laid_beside_each_other_as_minutes(tmp_path: Path, settings: Settings) -> None:
    for name, said in (("a.txt", "Ik was er niet."), ("b.md", "Ik was er wel.")):
        (tmp_path / name).write_text(f"Karim: {said}\n\nKarim: De deur was dicht.\n")
    stored = compare(tmp_path / "a.txt", tmp_path / "b.md", settings, now=NOW, out=tmp_path / "out")
    assert stored.comparison.minutes is not None
    assert [difference.kind for difference in stored.comparison.minutes.differences] == ["negation"]
    assert 'data-ms="' not in (stored.folder / "vergelijking.html").read_text()


def test_what_is_said_of_a_file_weighs_more_than_its_name(tmp_path: Path, settings: Settings) -> None:
    recording = opening(tmp_path / "opname.flac", 2.0)
    misnamed = tmp_path / "opname.txt"
    shutil.copyfile(recording, misnamed)
    with pytest.raises(InputRefused):
        compare(recording, misnamed, settings, now=NOW, out=tmp_path / "out")
    found = compare(recording, misnamed, settings, now=NOW, out=tmp_path / "out", taken_for=TakenFor.RECORDING)
    assert found.comparison.recordings is not None
    with pytest.raises(InputRefused):
        compare(recording, recording, settings, now=NOW, out=tmp_path / "out", taken_for=TakenFor.REPORT)


def test_a_report_and_a_recording_have_nothing_to_compare(tmp_path: Path, settings: Settings) -> None:
    report = tmp_path / "verslag.txt"
    report.write_text("Er is gesproken over de tas van mevrouw.")
    with pytest.raises(UsageError) as refused:
        compare(opening(tmp_path / "opname.flac", 1.0), report, settings, now=NOW, out=tmp_path / "out")
    assert refused.value.text_key == "nothing_to_compare"


def test_the_date_of_making_stands_nowhere(made: tuple[Path, Path, StoredComparison]) -> None:
    """The same comparison on another day is the same comparison; the log has the day."""
    assert date(2026, 3, 3).isoformat() not in (made[2].folder / "comparison.json").read_text().replace(made[0].name, "").replace(
        made[1].name, ""
    )
