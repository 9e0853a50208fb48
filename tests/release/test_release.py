import grp
import io
import json
import os
import re
import stat
import tomllib
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyrage
import pytest

from pipeline import documents
from pipeline.comparing import StoredComparison, compare
from pipeline.dossier import custody
from pipeline.dossier.custody import Act, CustodyEntry
from pipeline.dossier.layout import Dossier
from pipeline.dossier.receive import receive
from pipeline.dossier.verify import verify
from pipeline.errors import InputRefused, RefusedByRule, UsageError, VerificationFailed
from pipeline.minutes.model import State
from pipeline.minutes.versions import load_current
from pipeline.recording.agreement import parse_agreement
from pipeline.recording.decode import decode_mono
from pipeline.release.decision import What, both_sides
from pipeline.release.protection import PlainByHand, WithPassphrase, for_key, read_passphrase
from pipeline.release.release import HandOver
from pipeline.settings import Settings
from tests.dossier.conftest import write_wav
from tests.release.conftest import BOTH_AGREE, NOW, Release
from tests.review.comparisons import comparison_of

WORDS = "een lange wachtzin voor Canary"
REGISTERED = ("[procedure]", "[procedure]\ncomplaint_registered_at = 2026-03-09")


def last(dossier: Dossier) -> CustodyEntry:
    return custody.read(dossier)[-1]


def handed(ready: HandOver) -> Path:
    return ready.folder / ready.files[0].name


def opened(path: Path) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(path.read_bytes()))


def without_own_key(page: str) -> str:
    """The page without what makes it one party's own."""
    for name in ("Canary Cliënt", "de medewerker"):
        page = page.replace(f"“{name}”. Alleen", "“X”. Alleen")
    head, data, rest = re.split(r'(?<=id="page-data">)(.*?)(?=</script>)', page, maxsplit=1, flags=re.DOTALL)
    plain = json.loads(data)
    own = plain["response"]
    assert own["key"]["jwk"]["d"]
    del own["key"], own["party"]
    plain["response"]["name"] = ""
    return head + json.dumps(plain) + rest


def refusal(dossier: Dossier, release: Release, **given: object) -> str:
    with pytest.raises(RefusedByRule) as refused:
        release(**given)
    assert refused.value.exit_code == 6
    assert last(dossier).act is Act.REFUSED
    return refused.value.text_key


def test_a_party_gets_the_recording_bit_exact_and_can_check_it(dossier: Dossier, released: Release, tmp_path: Path) -> None:
    ready = released()
    assert handed(ready).read_bytes() == dossier.original().read_bytes()
    assert verify(handed(ready), receipt=ready.receipt).independent
    report = verify(dossier.path, receipt=ready.receipt)
    assert (report.holds, report.independent) == (True, True)


@pytest.mark.parametrize("what", What)
def test_what_one_party_gets_the_other_gets_too(
    released: Release, what: What, agreement: str, tmp_path: Path, compared: Callable[[], StoredComparison]
) -> None:
    if what is What.COMPARISON:
        compared()
    client, staff = (released(what, to=side, out=tmp_path / side) for side in both_sides(parse_agreement(agreement.encode())))
    names = [sorted(path.name for path in ready.folder.iterdir()) for ready in (client, staff)]
    assert names[0] == names[1]
    if what is What.PAGE:
        # But for the party's own name and key the pages are one.
        pages = [handed(ready).read_text() for ready in (client, staff)]
        assert pages[0] != pages[1]
        assert without_own_key(pages[0]) == without_own_key(pages[1])
    elif what is not What.BUNDLE:
        # A bundle holds the log, in which the first release now stands.
        assert client.files == staff.files


def test_a_comparison_goes_out_whole_and_only_when_there_is_one(released: Release, compared: Callable[[], StoredComparison]) -> None:
    with pytest.raises(InputRefused) as refused:
        released(What.COMPARISON)
    assert refused.value.text_key == "release_without_comparison"
    stored = compared()
    with opened(handed(released(What.COMPARISON))) as archive:
        assert sorted(archive.namelist()) == sorted(path.name for path in stored.folder.iterdir())
        assert archive.read("comparison.json") == (stored.folder / "comparison.json").read_bytes()


def test_a_comparison_with_a_dossier_whose_agreement_does_not_allow_it_stays(
    dossier: Dossier, released: Release, settings: Settings, tmp_path: Path
) -> None:
    """Whoever may have one side need not be allowed to have the other."""
    source = write_wav(tmp_path / "andere.wav", seconds=2, seed=7)
    other = receive(source, settings=settings, out=tmp_path, now=NOW, without_agreement_reason="nog niet bekend")
    stored = compare(dossier.path, other.path, settings, now=NOW)
    assert refusal(dossier, released, what=What.COMPARISON) == "release_no_agreement"
    assert refusal(dossier, released, what=What.PAGE, comparisons=(stored.folder,)) == "release_no_agreement"


def test_every_release_is_in_the_log_with_what_to_whom_how_and_on_what_ground(dossier: Dossier, released: Release) -> None:
    ready = released(What.MINUTES)
    entry = last(dossier)
    assert (entry.act, entry.object_sha256, entry.number) == (Act.RELEASED, documents.sha256_file(handed(ready)), ready.entry)
    assert {name: entry.settings[name] for name in ("to", "what", "ground", "protection")} == {
        "to": "client",
        "what": "minutes",
        "ground": "party",
        "protection": "by_hand",
    }
    assert verify(dossier.path).holds


def test_a_refusal_names_the_rule_in_its_own_words_and_is_in_the_log(dossier: Dossier, released: Release) -> None:
    before = sorted(dossier.path.parent.iterdir())
    with pytest.raises(RefusedByRule) as refused:
        released(to="Canary de Krant")
    assert refused.value.text_key == "release_not_agreed"
    assert "aan derden of maakt deze openbaar" in str(refused.value.details["words"])
    entry = last(dossier)
    assert (entry.act, entry.settings) == (Act.REFUSED, {"to": "other", "what": "recording", "rule": "6", "because": "not_agreed"})
    assert b"Canary" not in dossier.custody_log.read_bytes()
    assert sorted(dossier.path.parent.iterdir()) == before


def test_a_third_party_gets_it_once_both_agree_and_no_longer_after_a_withdrawal(
    dossier: Dossier, released: Release, settled: Callable[..., None]
) -> None:
    assert refusal(dossier, released, to="doctor") == "release_not_agreed"
    settled(BOTH_AGREE)
    ready = released(to="doctor")
    assert handed(ready).exists()
    assert [path.name for path in ready.notices] == ["bericht-client.txt", "bericht-staff.txt"]
    settled(BOTH_AGREE + "[[recipient.agreed]]\nparty = 'client'\nwithdrawn_at = 2026-03-09\n")
    assert refusal(dossier, released, to="doctor") == "release_not_agreed"


def test_the_committee_gets_it_once_a_complaint_is_registered_and_both_parties_are_told(
    dossier: Dossier, released: Release, settled: Callable[..., None]
) -> None:
    assert refusal(dossier, released, to="committee") == "release_not_registered"
    settled(replacing=REGISTERED)
    ready = released(What.BUNDLE, to="committee")
    client, staff = (path.read_text() for path in ready.notices)
    assert client == staff
    assert "een bundel met het hele dossier" in client
    assert "de klachtencommissie" in client
    assert ready.notices[0].parent != ready.folder


def test_without_an_agreement_only_a_copy_of_the_recording_is_given(dossier: Dossier, released: Release) -> None:
    dossier.agreement.unlink()
    assert handed(released()).exists()
    for what in (What.BUNDLE, What.MINUTES, What.PAGE, What.PSEUDONYMISED):
        assert refusal(dossier, released, what=what) == "release_no_agreement"


def test_a_copy_for_a_key_opens_with_that_key_and_no_plain_copy_stays(
    dossier: Dossier, released: Release, identity: pyrage.x25519.Identity, tmp_path: Path
) -> None:
    ready = released(protection=None)
    assert pyrage.decrypt(handed(ready).read_bytes(), [identity]) == dossier.original().read_bytes()
    assert [path.name for path in sorted(ready.folder.iterdir())] == [
        "lees-mij.html",
        "ontvangstbewijs.html",
        "ontvangstbewijs.txt",
        "opname.wav.age",
    ]
    plain = tmp_path / "opname.wav"
    plain.write_bytes(pyrage.decrypt(handed(ready).read_bytes(), [identity]))
    assert verify(plain, receipt=ready.receipt).independent
    assert verify(handed(ready), receipt=ready.receipt).independent
    assert list(dossier.work.iterdir()) == []


def test_a_copy_with_a_passphrase_opens_with_it(released: Release, dossier: Dossier) -> None:
    ready = released(protection=WithPassphrase(WORDS))
    assert pyrage.passphrase.decrypt(handed(ready).read_bytes(), WORDS) == dossier.original().read_bytes()
    assert all(WORDS.encode() not in path.read_bytes() for path in ready.folder.iterdir())
    assert WORDS not in repr(WithPassphrase(WORDS))


def test_without_a_key_a_protection_must_be_chosen(released: Release) -> None:
    with pytest.raises(UsageError):
        released(to="staff", protection=None)


def test_a_bundle_checks_itself_against_its_receipt(released: Release, dossier: Dossier) -> None:
    ready = released(What.BUNDLE)
    report = verify(handed(ready), receipt=ready.receipt)
    assert (report.subject, report.holds, report.independent) == ("bundle", True, True)
    assert verify(dossier.path, receipt=ready.receipt).independent


def test_the_minutes_are_the_documents_of_the_version_in_force(released: Release, dossier: Dossier) -> None:
    with opened(handed(released(What.MINUTES))) as archive:
        assert {"minutes.json", "verslag.pdf", "verslag.docx", "verslag.odt", "transcript.vtt"} <= set(archive.namelist())
        assert archive.read("verslag.pdf") == (load_current(dossier.minutes_folder).folder / "verslag.pdf").read_bytes()


def test_minutes_that_go_to_a_party_are_with_the_parties_from_then_on(released: Release, dossier: Dossier) -> None:
    released(What.RECORDING)
    assert load_current(dossier.minutes_folder).minutes.state is State.CONCEPT
    for to in ("client", "staff"):
        released(What.MINUTES, to=to)
        current = load_current(dossier.minutes_folder).minutes
        assert (current.version, current.state) == ("v002", State.WITH_PARTIES)
    assert verify(dossier.path).holds


def test_each_page_has_a_key_of_its_own_and_the_dossier_keeps_only_the_public_half(released: Release, dossier: Dossier) -> None:
    pages = [handed(released(What.PAGE, to=to)).read_text() for to in ("client", "staff", "client")]
    owns = [json.loads(re.split(r'id="page-data">(.*?)</script>', page, flags=re.DOTALL)[1])["response"] for page in pages]
    kept = {path.stem: json.loads(path.read_bytes()) for path in dossier.response_keys.iterdir()}
    assert [kept[own["key"]["id"]]["party"] for own in owns] == ["client", "staff", "client"]
    everything = b"".join(path.read_bytes() for path in dossier.path.rglob("*") if path.is_file())
    assert all(own["key"]["jwk"]["d"].encode() not in everything for own in owns)
    assert verify(dossier.path).holds


def test_a_page_for_somebody_who_does_not_respond_has_no_key(released: Release, settled: Callable[..., None], dossier: Dossier) -> None:
    settled(BOTH_AGREE)
    page = handed(released(What.PAGE, to="doctor")).read_text()
    assert json.loads(re.split(r'id="page-data">(.*?)</script>', page, flags=re.DOTALL)[1])["response"] is None
    assert not dossier.response_keys.exists()
    assert load_current(dossier.minutes_folder).minutes.state is State.CONCEPT


def test_a_pseudonymised_copy_holds_no_names_and_says_what_it_is(released: Release) -> None:
    with opened(handed(released(What.PSEUDONYMISED))) as archive:
        text = archive.read("transcript.txt").decode()
        assert "Fatima" not in text
        assert "12345678" not in text
        assert "minutes.json" not in archive.namelist()
        assert "Fatima" not in archive.read("transcript.vtt").decode()


def test_silenced_sound_is_silent_there_only_and_announced_as_edited(released: Release, dossier: Dossier, tmp_path: Path) -> None:
    with opened(handed(released(What.PSEUDONYMISED_WITH_SOUND))) as archive:
        announced = archive.read("bewerkingen.toml").decode()
        (tmp_path / "geluid-bewerkt.m4a").write_bytes(archive.read("geluid-bewerkt.m4a"))
    edits = parse_agreement(announced.encode())
    assert edits.unreadable == ()
    first = edits.edits.announced[0]
    assert (first.kind, first.original_kept) == ("silenced", True)
    assert "Dit geluid is bewerkt" in announced
    assert tomllib.loads(announced)["edits"]["announced"]
    assert first.start_ms is not None
    assert first.end_ms is not None
    samples = np.concatenate([block.samples for block in decode_mono(tmp_path / "geluid-bewerkt.m4a", 8000)], axis=1)[0]
    inside = samples[(first.start_ms + 50) * 8 : (first.end_ms - 50) * 8]
    after = samples[(first.end_ms + 100) * 8 : (first.end_ms + 1000) * 8]
    assert np.abs(inside).max() < 0.01
    assert np.abs(after).max() > 0.1


def test_a_damaged_original_is_never_handed_over(released: Release, dossier: Dossier) -> None:
    original = dossier.original()
    original.chmod(0o600)
    original.write_bytes(original.read_bytes()[:-1] + b"x")
    for what in (What.RECORDING, What.BUNDLE):
        with pytest.raises(VerificationFailed):
            released(what)


def test_sound_that_was_deleted_is_told_not_crashed_on(released: Release, dossier: Dossier) -> None:
    dossier.original().unlink()
    dossier.listening_copy.unlink()
    for what in (What.RECORDING, What.PAGE):
        with pytest.raises(InputRefused) as refused:
            released(what)
        assert refused.value.text_key == "release_without_sound"


def test_only_the_owner_can_read_what_lies_ready_unless_a_group_is_named(released: Release, settings: Settings) -> None:
    ready = released()
    assert stat.S_IMODE(ready.folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in ready.folder.iterdir()} == {0}
    group = grp.getgrgid(os.getgid()).gr_name
    named = settings.model_copy(update={"paths": settings.paths.model_copy(update={"group": group})})
    shared = released(settings=named)
    assert stat.S_IMODE(shared.folder.stat().st_mode) == 0o750
    assert {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in shared.folder.iterdir()} == {0o040}


def test_the_instructions_are_in_both_languages_and_ask_nothing_of_the_network(released: Release) -> None:
    page = (released().folder / "lees-mij.html").read_text()
    assert '<section lang="nl">' in page
    assert '<section lang="en">' in page
    assert "default-src 'none'" in page
    assert "http" not in page.replace("http-equiv", "")


def test_a_passphrase_is_read_from_the_first_line_and_must_be_long(tmp_path: Path) -> None:
    path = tmp_path / "wachtzin.txt"
    path.write_text(f"{WORDS}\r\ntweede regel\n")
    assert read_passphrase(path) == WithPassphrase(WORDS)
    path.write_text("kort\n")
    with pytest.raises(UsageError):
        read_passphrase(path)
    for unusable in (tmp_path, tmp_path / "weg"):
        with pytest.raises(InputRefused):
            read_passphrase(unusable)


@pytest.mark.parametrize("recipient", ["", "age1abc", "ssh-ed25519 AAAA", "age1" + "q" * 58])
def test_a_wrong_age_key_is_refused(recipient: str) -> None:
    with pytest.raises(InputRefused):
        for_key(recipient)


def test_by_hand_is_a_choice_of_its_own() -> None:
    assert PlainByHand().name == "by_hand"


def test_a_page_takes_differences_of_this_conversation_only(dossier: Dossier, released: Release, tmp_path: Path) -> None:
    own, other = (tmp_path / "comparisons" / name for name in ("eigen", "ander"))
    own_sha256 = load_current(dossier.minutes_folder).sha256
    for folder, sha256 in ((own, own_sha256), (other, "9" * 64)):
        folder.mkdir(parents=True)
        (folder / "comparison.json").write_bytes(documents.encode(comparison_of(sha256)))
    ready = released(What.PAGE, comparisons=(own,))
    page = (ready.folder / ready.files[0].name).read_text()
    sha256 = documents.sha256_file(own / "comparison.json")
    assert f'data-react="difference" data-id="{sha256}/minutes/0"' in page
    with pytest.raises(InputRefused) as refused:
        released(What.PAGE, comparisons=(other,))
    assert refused.value.text_key == "release_comparison_of_other"
