import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pyrage
import pytest
from jsonschema import Draft202012Validator

from pipeline import documents
from pipeline.dossier import custody
from pipeline.dossier.custody import Act
from pipeline.dossier.verify import verify
from pipeline.errors import InputRefused, RefusedByRule, UsageError, VerificationFailed, WederhoorError
from pipeline.minutes.asked import Decision, NewText, Request, Split
from pipeline.minutes.model import State
from pipeline.minutes.reactions import Form, Opinion
from pipeline.minutes.reading import read_minutes
from pipeline.minutes.versions import load_chain
from pipeline.recording.agreement import Role
from pipeline.release.decision import What
from pipeline.review.correcting import correct_minutes, decide_proposals
from pipeline.review.responses.handing_in import SCHEMA, Received, open_closed, respond
from pipeline.review.responses.on_behalf import Given, enter
from pipeline.review.responses.read_back import receipt_of
from pipeline.review.responses.released import released_versions
from pipeline.review.term import extend_term
from pipeline.schemas import shipped_schema
from pipeline.texts import Language
from tests.release.conftest import NOW, Release
from tests.review.responses.conftest import Talk
from tests.review.responses.files import PartyPage, quoted


def everything(talk: Talk) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in talk.dossier.path.rglob("*") if path.is_file()}


def test_both_reactions_stand_beside_the_line_and_the_first_version_stays(talk: Talk) -> None:
    before = load_chain(talk.dossier.minutes_folder)
    client = talk.saved(talk.client, talk.client.about("oneens", "line", "L0009", text="Ik kreeg wél een brief."), name="c.jsonld")
    staff = talk.saved(talk.staff, talk.staff.about("eens", "line", "L0009"), talk.staff.about("opmerking", "whole", "whole", text="Dank."))

    first, second = respond(talk.desk(), [client, staff])

    minutes = talk.desk().current().minutes
    assert (first.side, second.side, first.again) == (Role.CLIENT, Role.STAFF, False)
    assert minutes.state is State.WITH_PARTIES
    reading = read_minutes(minutes)
    (line,) = [line for line in reading.lines if line.reactions]
    assert line.id == "L0009"
    assert [(side.label, [one.value for one in side.reactions]) for side in line.reactions] == [
        ("Cliënt", ["Oneens"]),
        ("Medewerker", ["Eens"]),
    ]
    assert line.reactions[0].reactions[0].text == ("Ik kreeg wél een brief.",)
    (point,) = reading.points
    assert [len(side.reactions) for side in point.sides] == [0, 1]
    assert load_chain(talk.dossier.minutes_folder)[: len(before)] == before
    assert (talk.dossier.path / first.file).read_bytes() == client.read_bytes()
    assert [entry.object_sha256 for entry in custody.read(talk.dossier) if entry.act is Act.RESPONDED] == [first.sha256, second.sha256]
    assert verify(talk.dossier.path).holds
    receipt = receipt_of(talk.dossier, first, Language.DUTCH).as_text()
    assert "Regel L0009: Oneens. Ik kreeg wél een brief." in receipt
    assert first.sha256[:8] in receipt


def test_the_same_file_twice_changes_nothing_and_what_was_said_is_never_overwritten(talk: Talk) -> None:
    said = talk.client.about("oneens", "line", "L0003", text="Eerste woorden.")
    first = talk.saved(talk.client, said)
    respond(talk.desk(), [first])
    kept = everything(talk)
    with pytest.raises(UsageError, match="party_id_invalid"):
        talk.desk(actor="Canary de Vries")

    (again,) = respond(talk.desk(NOW + timedelta(days=1)), [first])

    assert again.again
    document = documents.encode(Received(schema=SCHEMA, responses=(again,)))
    Draft202012Validator(shipped_schema("read-back")).validate(json.loads(document))
    assert everything(talk) == kept
    # The party opens the file again, adds something, and changes an old reaction under its old id.
    changed = json.loads(json.dumps(said))
    changed["body"][1]["value"] = "Andere woorden."
    more = talk.client.about("eens", "line", "L0004")
    respond(talk.desk(), [talk.saved(talk.client, said, changed, more, name="later.jsonld")])
    responses = talk.desk().current().minutes.responses
    assert [[reaction.text for reaction in response.reactions] for response in responses] == [["Eerste woorden."], ["Andere woorden.", ""]]


def test_a_response_to_an_earlier_version_is_carried_over_by_line_and_quotation(talk: Talk) -> None:
    line = next(line for line in talk.desk().current().minutes.lines if "kopie" in line.text and line.text.count(".") > 1)
    first, second = line.text.split(". ")[0] + ".", line.text.split(". ")[1]
    client = talk.saved(talk.client, talk.client.about("oneens", "line", line.id, text="Nee.", selector=quoted(second)))
    older = talk.desk().current().minutes.version
    correct_minutes(talk.desk(), [Request(asked=Split(line=line.id, at_words=second.split()[0]))])
    decide_proposals(talk.desk(actor="secretary"), [Decision(correction="C0001", accepted=True, reason="Twee zinnen.")])

    respond(talk.desk(), [client])

    reading = read_minutes(talk.desk().current().minutes)
    beside = {one.text: one.reactions for one in reading.lines if one.text in (first, second)}
    assert not beside[first]
    (reaction,) = beside[second][0].reactions
    assert f"op versie {older}" in reaction.about
    assert reading.points == ()


def refused(talk: Talk, path: Path) -> WederhoorError:
    kept = everything(talk)
    with pytest.raises(WederhoorError) as error:
        respond(talk.desk(), [path])
    assert everything(talk) == kept
    return error.value


def test_only_an_unknown_version_or_an_unknown_key_is_refused(talk: Talk) -> None:
    strange = talk.client.response | {"minutes": talk.client.response["minutes"] | {"sha256": "0" * 64}}
    other_version = PartyPage(strange)
    error = refused(talk, talk.saved(other_version, other_version.about("eens", "line", "L0001")))
    assert isinstance(error, InputRefused)
    assert (error.text_key, error.exit_code) == ("response_version_unknown", 3)

    own = json.loads((Path(__file__).parents[2] / "data" / "responses" / "example.page-key.json").read_text())
    other_key = PartyPage(talk.client.response | {"key": {"id": own["key_id"], "jwk": own["jwk"]}})
    error = refused(talk, talk.saved(other_key, other_key.about("eens", "line", "L0001")))
    assert (error.text_key, error.exit_code) == ("response_key_unknown", 4)

    forged = PartyPage(talk.staff.response | {"party": "client"})
    error = refused(talk, talk.saved(forged, forged.about("eens", "line", "L0001")))
    assert isinstance(error, VerificationFailed)
    assert error.text_key == "response_key_of_other"


def test_a_response_to_a_version_that_never_went_out_says_so(talk: Talk, released: Release) -> None:
    chain = load_chain(talk.dossier.minutes_folder)
    assert [stored.minutes.state for stored in chain] == [State.CONCEPT, State.WITH_PARTIES]
    for name, given in (("v001", chain[0].sha256), ("v003", correct_minutes(talk.desk(), [wording()]).sha256)):
        about = PartyPage(talk.client.response | {"minutes": talk.client.response["minutes"] | {"sha256": given, "version": name}})
        saved = talk.saved(about, about.about("eens", "line", "L0001"))
        error = refused(talk, saved)
        assert isinstance(error, InputRefused)
        assert (error.text_key, error.details["versions"]) == ("response_version_not_released", name)
    # Once the documents of that version went out, to either party, it is one that can be read.
    released(What.MINUTES, to="staff")
    assert [stored.minutes.version for stored in released_versions(talk.dossier)] == ["v002", "v003"]
    (entered,) = respond(talk.desk(), [saved])
    assert entered.on_version == "v003"
    on_paper = enter(talk.desk(), "staff", [Given(value=Opinion.AGREE, text="", line="L0001")], form=Form.PAPER)
    assert on_paper.on_version == "v003"
    released(What.BUNDLE, to="client")
    assert [stored.minutes.version for stored in released_versions(talk.dossier)] == ["v001", "v002", "v003", "v004", "v005"]


def wording() -> Request:
    return Request(asked=NewText(line="L0001", text="Goedemiddag mevrouw."))


def test_one_bad_file_among_good_ones_keeps_none(talk: Talk) -> None:
    good = talk.saved(talk.client, talk.client.about("eens", "whole", "whole"))
    bad = talk.folder / "foto.jsonld"
    bad.write_bytes(b"\xff\xd8\xff")
    kept = everything(talk)
    with pytest.raises(InputRefused):
        respond(talk.desk(), [good, bad])
    assert everything(talk) == kept


def test_a_response_after_the_day_is_appended_as_late_and_silence_is_told_as_silence(talk: Talk) -> None:
    with pytest.raises(UsageError, match="extension_without_reason"):
        extend_term(talk.desk(), date(2026, 3, 17), reason=" ", out=talk.folder)
    extended = extend_term(talk.desk(), date(2026, 3, 17), reason="Ziekte.", out=talk.folder)
    client, staff = (path.read_text() for path in extended.notices)
    assert client == staff
    assert "17 maart 2026" in client
    with pytest.raises(RefusedByRule, match="extension_shortens"):
        extend_term(talk.desk(), date(2026, 3, 16), reason="Haast.", out=talk.folder)
    before, after = date(2026, 3, 17), NOW + timedelta(days=7)

    (late,) = respond(talk.desk(after), [talk.saved(talk.client, talk.client.about("oneens", "line", "L0002"))])

    assert late.late
    facts = {fact.key: fact.sentences for fact in read_minutes(talk.desk().current().minutes).facts}
    told = " ".join(facts["responses"])
    assert "Cliënt: reactie te laat ontvangen" in told
    assert "Medewerker: geen reactie ontvangen vóór" in told
    (line,) = [line for line in read_minutes(talk.desk().current().minutes).lines if line.reactions]
    assert "te laat ontvangen" in line.reactions[0].reactions[0].about
    # Somebody took it in on the desk in time and entered it later: the day of receipt counts.
    (in_time,) = respond(
        talk.desk(after), [talk.saved(talk.staff, talk.staff.about("eens", "line", "L0002"))], received_on=before - timedelta(days=1)
    )
    assert not in_time.late
    with pytest.raises(UsageError, match="response_future_day"):
        respond(
            talk.desk(after), [talk.saved(talk.staff, talk.staff.about("eens", "whole", "whole"))], received_on=after.date() + timedelta(2)
        )


def test_a_proposal_stands_beside_the_line_and_changes_nothing_by_itself(talk: Talk) -> None:
    line = next(line for line in talk.desk().current().minutes.lines if "twaalf" in line.text)
    proposal = talk.client.about("voorstel", "line", line.id, selector=quoted("twaalf"), instead="dertien", text="Het was later.")
    respond(talk.desk(), [talk.saved(talk.client, proposal)])

    minutes = talk.desk().current().minutes
    assert next(one for one in minutes.lines if one.id == line.id) == line
    (correction,) = minutes.corrections
    assert (correction.by, correction.after, correction.is_open) == ("client", line.text.replace("twaalf", "dertien"), True)
    assert correction.reaction == proposal["id"]
    (shown,) = [one for one in read_minutes(minutes).lines if one.reactions]
    assert "dertien" in shown.reactions[0].reactions[0].proposal
    assert "Beide lezingen staan er" in shown.reactions[0].reactions[0].proposal


def test_a_reaction_on_paper_is_entered_with_its_scan_and_once_more_changes_nothing(talk: Talk) -> None:
    scan = talk.folder / "brief Canary.pdf"
    scan.write_bytes(b"%PDF-1.7 niet echt")
    given = [Given(value=Opinion.DISAGREE, text="Zo was het niet.", line="L0005"), Given(value=Opinion.AGREE, text="")]

    entered = enter(talk.desk(), "client", given, form=Form.PAPER, evidence=[scan], received_on=date(2026, 3, 9))

    assert (talk.dossier.responses / "client-1-1.pdf").read_bytes() == scan.read_bytes()
    assert documents.sha256_file(scan) in (talk.dossier.path / entered.file).read_text()
    (line,) = [one for one in read_minutes(talk.desk().current().minutes).lines if one.reactions]
    assert "op papier gegeven, ingevoerd door medewerker" in line.reactions[0].reactions[0].about
    assert verify(talk.dossier.path).holds
    assert b"Canary" not in talk.dossier.custody_log.read_bytes()
    kept = everything(talk)
    assert enter(talk.desk(), "client", given, form=Form.PAPER, evidence=[scan], received_on=date(2026, 3, 9)).again
    assert everything(talk) == kept
    with pytest.raises(UsageError, match="line_unknown"):
        enter(talk.desk(), "client", [replace(given[0], line="L9999")], form=Form.PAPER)
    with pytest.raises(InputRefused, match="evidence_not_readable"):
        enter(talk.desk(), "client", given, form=Form.PAPER, evidence=[talk.folder])


def test_closed_responses_are_read_by_nobody_before_both_are_in(talk: Talk, settled: object) -> None:
    committee = pyrage.x25519.Identity.generate()
    key_file = talk.folder / "commissie.key"
    key_file.write_text(f"# created\n{committee}\n")
    client = talk.saved(talk.client, talk.client.about("oneens", "line", "L0002", text="Alleen voor de commissie."), name="c.jsonld")
    staff = talk.saved(talk.staff, talk.staff.about("eens", "line", "L0002", text="Van de organisatie."), name="s.jsonld")
    with pytest.raises(UsageError, match="blind_without_key"):
        respond(talk.desk(), [client], closed=True)
    settled(replacing=("[procedure]", f'[procedure]\ncommittee_age_key = "{committee.to_public()}"'))  # type: ignore[operator]

    (first,) = respond(talk.desk(), [client], closed=True)

    assert first.closed
    assert not any(b"Alleen voor de commissie" in data for data in everything(talk).values())
    assert respond(talk.desk(), [client], closed=True)[0].again
    with pytest.raises(RefusedByRule, match="open_too_early"):
        open_closed(talk.desk(actor="committee"), key_file)
    # The other party's response is closed too, without asking.
    (second,) = respond(talk.desk(), [staff])
    assert second.closed
    wrong = talk.folder / "wrong.key"
    wrong.write_text(str(pyrage.x25519.Identity.generate()))
    with pytest.raises(InputRefused, match="identity_unusable"):
        open_closed(talk.desk(actor="committee"), wrong)

    opened = open_closed(talk.desk(actor="committee"), key_file)

    assert [one.closed for one in opened] == [False, False]
    assert (talk.dossier.responses / "client-1.jsonld").read_bytes() == client.read_bytes()
    (line,) = [one for one in read_minutes(talk.desk().current().minutes).lines if one.reactions]
    assert [side.reactions[0].text for side in line.reactions] == [("Alleen voor de commissie.",), ("Van de organisatie.",)]
    assert verify(talk.dossier.path).holds


def test_what_a_page_closed_only_the_committee_reads(talk: Talk, settled: object, released: Release) -> None:
    committee = pyrage.x25519.Identity.generate()
    key_file = talk.folder / "commissie.key"
    key_file.write_text(str(committee))
    assert talk.client.response["committee"] is None
    settled(replacing=("[procedure]", f'[procedure]\ncommittee_age_key = "{committee.to_public()}"'))  # type: ignore[operator]
    client, staff = (PartyPage.of(released(What.PAGE, to=to)) for to in ("client", "staff"))
    path = talk.folder / "gesloten.json"
    path.write_bytes(client.close(client.about("oneens", "line", "L0002", text="Alleen voor de commissie."), to=committee.to_public()))

    (first,) = respond(talk.desk(), [path])

    assert (first.closed, first.reactions, first.file) == (True, (), "responses/client-1.closed.json")
    assert (talk.dossier.path / first.file).read_bytes() == path.read_bytes()
    assert "ook wie het bestand hier aannam niet" in receipt_of(talk.dossier, first, Language.DUTCH).as_text()
    assert respond(talk.desk(), [path])[0].again
    assert PartyPage.of(released(What.PAGE, to="staff")).response["committee"] is not None
    # One that the committee's key does not open keeps nothing closed, and says so.
    path.write_bytes(staff.cover(pyrage.encrypt(b"{}", [pyrage.x25519.Identity.generate().to_public()])))
    respond(talk.desk(), [path])
    key_of_another = talk.folder / "other.key"
    key_of_another.write_text(str(pyrage.x25519.Identity.generate()))
    with pytest.raises(InputRefused, match="identity_unusable"):
        open_closed(talk.desk(actor="committee"), key_of_another)

    opened = open_closed(talk.desk(actor="committee"), key_file)

    assert [one.file for one in opened] == ["responses/client-1.jsonld", "responses/staff-1.closed.json"]
    assert "niet te openen" in receipt_of(talk.dossier, opened[1], Language.DUTCH).as_text()
    reading = read_minutes(talk.desk().current().minutes)
    (line,) = [one for one in reading.lines if one.reactions]
    assert line.reactions[0].reactions[0].text == ("Alleen voor de commissie.",)
    (told,) = [fact.sentences for fact in reading.facts if fact.key == "responses"]
    assert any("Medewerker: gesloten reactie ontvangen" in sentence and "niet te openen" in sentence for sentence in told)
    assert verify(talk.dossier.path).holds


@pytest.mark.parametrize("change", ["party", "sealed", "inside"])
def test_a_closed_response_is_no_way_round_the_key_of_a_party(talk: Talk, settled: object, change: str) -> None:
    committee = pyrage.x25519.Identity.generate()
    settled(replacing=("[procedure]", f'[procedure]\ncommittee_age_key = "{committee.to_public()}"'))  # type: ignore[operator]
    said = talk.staff.about("eens", "line", "L0002", text="Niet van de cliënt.")
    plain = json.loads(talk.staff.close(said, to=committee.to_public()))
    if change == "party":
        plain["creator"]["id"] = "urn:wederhoor:party:client"
    elif change == "sealed":
        plain["sealed"] = json.loads(talk.staff.close(said, to=committee.to_public()))["sealed"]
    else:
        plain = json.loads(talk.client.cover(pyrage.encrypt(talk.staff.save(said), [committee.to_public()])))
    path = talk.folder / "gesloten.json"
    path.write_text(json.dumps(plain))
    if change != "inside":
        assert refused(talk, path).text_key == "response_signature_wrong"
        return
    respond(talk.desk(), [path, talk.saved(talk.staff, said)])
    key_file = talk.folder / "commissie.key"
    key_file.write_text(str(committee))
    assert [one.party for one in open_closed(talk.desk(actor="committee"), key_file) if one.reactions] == ["staff"]


def test_once_a_response_can_be_read_the_other_cannot_be_closed(talk: Talk, settled: object) -> None:
    committee = pyrage.x25519.Identity.generate()
    settled(replacing=("[procedure]", f'[procedure]\ncommittee_age_key = "{committee.to_public()}"'))  # type: ignore[operator]
    respond(talk.desk(), [talk.saved(talk.client, talk.client.about("eens", "whole", "whole"))])
    with pytest.raises(RefusedByRule, match="blind_no_longer"):
        respond(talk.desk(), [talk.saved(talk.staff, talk.staff.about("eens", "whole", "whole"))], closed=True)


def test_hostile_words_of_a_party_are_text_in_the_page(talk: Talk) -> None:
    said = "</script><script>alert(1)</script>\n=HYPERLINK(1)\n\u202egnaw"
    respond(talk.desk(), [talk.saved(talk.client, talk.client.about("opmerking", "line", "L0002", text=said))])
    folder = talk.desk().current().folder
    page = (folder / "verslag.html").read_text()
    assert "<script>alert" not in page
    for name in ("verslag.html", "transcript.txt", "transcript.csv", "transcript.vtt"):
        assert "\u202e" not in (folder / name).read_text(encoding="utf-8-sig"), name
