import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline import documents
from pipeline.dossier import custody
from pipeline.dossier.custody import Act
from pipeline.dossier.keys import OrganisationKey
from pipeline.dossier.layout import Dossier
from pipeline.dossier.verify import verify
from pipeline.errors import UsageError
from pipeline.release.subject import SubjectExport, export_subject
from tests.release.conftest import NOW

Gather = Callable[[str], SubjectExport]


@pytest.fixture
def gather(dossier: Dossier, key: OrganisationKey, tmp_path: Path) -> Gather:
    def run(name: str) -> SubjectExport:
        return export_subject(name, [dossier], out=tmp_path / "subjects", actor="staff", now=NOW, key=key)

    return run


def test_a_party_gets_everything_of_the_conversation_and_the_copies_are_exact(gather: Gather, dossier: Dossier) -> None:
    export = gather("Canary Cliënt")
    (share,) = export.dossiers
    assert (share.parties, share.sure) == (("client",), True)
    assert {"recording/original.wav", "agreement.toml", "minutes/v001/minutes.json", "minutes/v001/verslag.pdf"} <= set(share.files)
    for name in ("recording/original.wav", "minutes/v001/minutes.json"):
        assert (export.folder / share.dossier / name).read_bytes() == (dossier.path / name).read_bytes()


@pytest.mark.parametrize("name", ["canary cliënt", "mevrouw Canary Cliënt", "CANARY CLIENT", "Canary Clie\u0308nt"])
def test_case_accents_and_titles_do_not_matter(gather: Gather, name: str) -> None:
    (share,) = gather(name).dossiers
    assert share.parties == ("client",)


def test_data_of_others_is_named_for_a_person_to_check(gather: Gather) -> None:
    export = gather("Canary Cliënt")
    (share,) = export.dossiers
    whys = {place.why for place in share.check}
    assert whys == {"voices", "speaks", "named"}
    assert any("Fatima Yilmaz" in place.others for place in share.check)
    assert documents.read(SubjectExport, export.folder / "check.json") == export


def test_somebody_who_is_spoken_of_gets_the_lines_that_name_them(gather: Gather) -> None:
    export = gather("Fatima Yilmaz")
    (share,) = export.dossiers
    assert (share.parties, share.files, share.sure) == ((), ("lines.txt",), True)
    assert "Fatima Yilmaz" in (export.folder / share.dossier / "lines.txt").read_text()
    assert any("12345678" in other for place in share.check for other in place.others)


def test_a_part_of_the_name_is_found_and_said_to_be_unsure(gather: Gather) -> None:
    (share,) = gather("Ayse Yilmaz").dossiers
    assert not share.sure


def test_nobody_is_found_by_titles_or_by_nothing(gather: Gather) -> None:
    assert gather("Jan Nergens").dossiers == ()
    for name in ("", "mevrouw", "de"):
        with pytest.raises(UsageError):
            gather(name)


def test_the_export_is_logged_without_the_name_and_private(gather: Gather, dossier: Dossier) -> None:
    export = gather("Canary Cliënt")
    entry = custody.read(dossier)[-1]
    assert (entry.act, entry.settings) == (Act.OPENED_FOR_EXPORT, {"as": "subject"})
    assert b"Canary" not in dossier.custody_log.read_bytes()
    assert "Canary" not in export.folder.name
    modes = {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in (export.folder, *export.folder.rglob("*"))}
    assert modes == {0}
    assert verify(dossier.path).holds


def test_a_dossier_that_cannot_be_read_is_named(gather: Gather, dossier: Dossier) -> None:
    dossier.agreement.write_text("geen = = toml")
    assert gather("Canary Cliënt").unreadable == (dossier.path.name,)
