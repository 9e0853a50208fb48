"""Two parties and one recording, from agreement to deletion, with the commands they would type."""

import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from pipeline.cli.console import run_command
from pipeline.cli.main import application
from pipeline.dossier import custody
from pipeline.dossier.custody import Act
from pipeline.dossier.layout import Dossier
from pipeline.minutes.model import State
from pipeline.minutes.versions import load_current
from pipeline.recording.rules import Rule
from pipeline.settings import Settings
from pipeline.shipped import SAMPLE_AUDIO
from pipeline.texts import Language, texts
from tests.commands import FAKE_ENGINES
from tests.review.responses.files import PartyPage, quoted

CANARY = "Canary"
AGREEMENT = (
    (SAMPLE_AUDIO / "agreement.toml")
    .read_text()
    .replace('"de cliënt"', f'"{CANARY} Cliënt"')
    .replace("complaint_before = 2026-04-14", "complaint_before = 2020-02-01")
    .replace("[privacy]\n", "[privacy]\ndelete_audio_on = 2020-03-01\ndelete_minutes_on = 2099-01-01\n")
    .replace("shared_with_others = false\n", "")
)
DOCTOR = f'\n[[recipient]]\nid = "doctor"\nname = "{CANARY} Huisarts"\n'
AGREES = '[[recipient.agreed]]\nparty = "{party}"\nat = 2020-01-02\n'


@dataclass
class Desk:
    """The organisation's machine: what was typed there and what it said."""

    folder: Path
    screen: pytest.CaptureFixture[str]
    said: list[str] = field(default_factory=list)

    def run(self, *arguments: str | Path, exit_code: int = 0) -> str:
        """Run a command in this process, expect this exit code; its people's text, or the refusal."""
        self.screen.readouterr()
        got = run_command(lambda: application()([str(argument) for argument in arguments], standalone_mode=False))
        shown = self.screen.readouterr()
        assert got == exit_code, (arguments, shown)
        self.said.append(shown.err)
        return shown.out if exit_code == 0 else shown.err

    def agreement(self, text: str) -> Path:
        path = self.folder / "agreement.toml"
        path.write_text(text)
        return path


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    """A machine with keys and dossiers of its own, and the model weights of this one."""
    (tmp_path / "data").mkdir(mode=0o700)
    (tmp_path / "data" / "weights").symlink_to(Settings().paths.weights)
    own = {"WEDERHOOR_PATHS__DATA": str(tmp_path / "data"), "WEDERHOOR_PATHS__OUTPUT": str(tmp_path / "output")}
    for name, value in (FAKE_ENGINES | own | {"WEDERHOOR_RETENTION__NOTICE_DAYS": "0"}).items():
        monkeypatch.setenv(name, value)
    return Desk(tmp_path, capsys)


def path_in(output: str) -> Path:
    return Path(output.strip().splitlines()[-1])


def test_two_parties_from_agreement_to_deletion(desk: Desk, tmp_path: Path) -> None:
    say = texts(Language.DUTCH)
    form = desk.agreement(AGREEMENT)
    recording = SAMPLE_AUDIO / "gesprek_telefoon.ogg"

    # The client hands in the recording; both parties get the same receipt. At night the minutes are made.
    dossier = Dossier.open(path_in(desk.run("receive", recording, "--agreement", form, "--from", "client", "--by", "cable")))
    desk.run("minutes", dossier.path)

    # The client gets a copy and a bundle, and checks them at home against the receipt, with the organisation's public keys.
    for what in ("recording", "bundle", "page"):
        ready = path_in(desk.run("release", dossier.path, "--to", "client", "--what", what, "--plain-by-hand", "--out", tmp_path / "stick"))
        (copy,) = [path for path in ready.iterdir() if not path.name.startswith(("lees-mij", "ontvangstbewijs"))]
        checked = desk.run("verify", copy, "--receipt", ready / "ontvangstbewijs.txt")
        assert "Klopt, en komt overeen met het bewijs van buiten." in checked or say("verify.conclusion.equal") in checked
        if what == "recording":
            assert copy.read_bytes() == recording.read_bytes()
            first_receipt = ready / "ontvangstbewijs.txt"

    # What the client got, the organisation gets too.
    staff_page = path_in(desk.run("release", dossier.path, "--to", "staff", "--what", "page", "--plain-by-hand"))

    # The client reads, disagrees with a line and proposes other words; the file that the page saved comes back on the stick.
    minutes = load_current(dossier.minutes_folder).minutes
    assert minutes.state is State.WITH_PARTIES
    wrong = next(line for line in minutes.lines if "weg" in line.text)
    client, staff = (PartyPage.read(next(folder.glob("*met-geluid.html"))) for folder in (ready, staff_page))
    answer = tmp_path / "reactie.jsonld"
    proposal = client.about("voorstel", "line", wrong.id, selector=quoted("niet"), instead="wel", text=f"{CANARY}: zo zei ik het.")
    answer.write_bytes(client.save(client.about("oneens", "line", wrong.id, text=f"{CANARY} kent dit niet zo."), proposal))
    read_back = desk.run("respond", dossier.path, answer)
    assert "kent dit niet zo" in read_back
    assert "Er is niets veranderd" in desk.run("respond", dossier.path, answer)

    # The organisation has something to say too, on paper; nobody can write the other's response.
    forged = tmp_path / "vals.jsonld"
    forged.write_bytes(PartyPage(staff.response | {"party": "client"}).save(client.about("eens", "whole", "whole")))
    desk.run("respond", dossier.path, forged, exit_code=4)
    scan = tmp_path / f"scan {CANARY}.pdf"
    scan.write_bytes(b"%PDF-1.7 handgeschreven")
    entered = ("--on-behalf", "staff", "--form", "paper", "--line", wrong.id, "--value", "eens", "--text", "Zo was het.")
    desk.run("respond", dossier.path, scan, *entered)

    # A correction of the organisation is a proposal now, like the client's; only the secretary decides, with a reason.
    desk.run("correct", dossier.path, "--line", minutes.lines[0].id, "--text", "Goedemiddag.", "--by", "staff")
    desk.run("correct", dossier.path, "--accept", "C0001", "--reason", "Duidelijk te horen.", "--by", "staff", exit_code=6)
    decided = desk.run("correct", dossier.path, "--accept", "C0001", "--reason", "Duidelijk te horen.", "--by", "secretary")
    assert "Overgenomen door secretaris" in decided
    assert "wel" in next(line.text for line in load_current(dossier.minutes_folder).minutes.lines if line.id == wrong.id)

    # Nothing is established before a named person heard every marked line; then both readings stay where nothing was decided.
    desk.run("establish", dossier.path, "--decided-by", f"{CANARY} voorzitter", exit_code=6)
    desk.run("correct", dossier.path, "--heard-by", f"{CANARY} luisteraar")
    established = desk.run("establish", dossier.path, "--decided-by", f"{CANARY} voorzitter")
    assert "Niet besloten over: C0002" in established
    desk.run("correct", dossier.path, "--line", minutes.lines[0].id, "--text", "Iets anders.", exit_code=6)
    for name in ("verslag.html", "transcript.txt"):
        shown = (load_current(dossier.minutes_folder).folder / name).read_text()
        assert "kent dit niet zo" in shown, name
        assert "Zo was het." in shown, name
    # A response that comes now is added, and says that it came afterwards.
    late = tmp_path / "later.jsonld"
    late.write_bytes(client.save(client.about("opmerking", "whole", "whole", text="Nog iets.")))
    assert "kwam na de termijn" in desk.run("respond", dossier.path, late)
    assert load_current(dossier.minutes_folder).minutes.state is State.ESTABLISHED
    assert desk.run("verify", dossier.path, "--receipt", first_receipt)

    # Somebody else gets nothing: not without a word in the agreement, not with one party's word alone.
    refused = desk.run("release", dossier.path, "--to", "doctor", "--plain-by-hand", exit_code=6)
    assert say(f"rules.{Rule.NO_THIRD_PARTIES}.words") in refused
    desk.run("minutes", dossier.path, "--agreement", desk.agreement(AGREEMENT + DOCTOR + AGREES.format(party="client")))
    refused = desk.run("release", dossier.path, "--to", "doctor", "--plain-by-hand", exit_code=6)
    assert "akkoord om te delen van: staff" in refused

    # Both agree: now it is given, and both are told.
    both = AGREEMENT + DOCTOR + AGREES.format(party="client") + AGREES.format(party="staff")
    desk.run("minutes", dossier.path, "--agreement", desk.agreement(both))
    given = desk.run("release", dossier.path, "--to", "doctor", "--plain-by-hand")
    assert len(re.findall(r"bericht-(client|staff)\.txt", given)) == 2

    # The client asks that nothing is deleted; nobody else can end that, and nothing is deleted.
    desk.run("hold", dossier.path, "--by", "client", "--reason", f"{CANARY} wil een klacht indienen")
    assert "op verzoek van client" in desk.run("retention")
    desk.run("hold", dossier.path, "--by", "staff", "--end", "--reason", "lang genoeg", exit_code=6)
    desk.run("retention", "--delete", dossier.path, exit_code=6)
    assert dossier.original().is_file()

    # The client ends the hold with a reason; both have notice; a person deletes; both get the proof.
    desk.run("hold", dossier.path, "--by", "client", "--end", "--reason", "opgelost")
    notices = tmp_path / "notices"
    desk.run("retention", "--notices", notices)
    assert len(list(notices.iterdir())) == 1
    proof = tmp_path / "bewijs.txt"
    proof.write_text(desk.run("retention", "--delete", dossier.path))
    assert "gegeven" in proof.read_text()
    assert CANARY not in proof.read_text()
    assert not list(dossier.recording_folder.glob("original.*"))
    assert not list((tmp_path / "output" / "releases").iterdir())
    assert len(list((tmp_path / "stick").iterdir())) == 3

    # Whatever receipt somebody kept, of years ago or of today: the rest still holds.
    for receipt in (first_receipt, proof):
        told = desk.run("verify", dossier.path, "--receipt", receipt)
        assert re.search(r"Audio verwijderd op \d{4}-\d\d-\d\d, de rest klopt en komt overeen met het bewijs van buiten", told)

    acts = [entry.act for entry in custody.read(dossier)]
    assert acts.count(Act.RELEASED) == 5
    assert acts.count(Act.REFUSED) == 3
    assert {Act.RESPONDED, Act.ESTABLISHED, Act.HELD, Act.HOLD_ENDED, Act.DELETED, Act.SENT_TO_PARTIES} <= set(acts)
    assert CANARY not in dossier.custody_log.read_text()
    assert CANARY not in "".join(desk.said)
    assert dossier.path.stat().st_mode & 0o077 == 0
