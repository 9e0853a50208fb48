import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
import tomlkit
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import InputRefused
from pipeline.recording.agreement import AnnouncedWhen, Outcome, Role, parse_agreement
from pipeline.recording.agreement_form import (
    CLOCK,
    Place,
    empty_form,
    fill_in,
    name_by_role,
    new_document,
    open_document,
    parse_answer,
    parties,
    to_bytes,
)
from pipeline.recording.agreement_questions import Kind, Question, all_tables, question_at
from pipeline.shipped import SAMPLE_AUDIO
from pipeline.texts import Language, texts

NOW = datetime(2026, 3, 3, 13, 0, tzinfo=UTC)
SAY = texts(Language.DUTCH)
TABLES = {table.path: table for table in all_tables()}


@pytest.mark.parametrize("language", list(Language))
def test_an_empty_form_is_an_agreement_with_nothing_in_it(language: Language) -> None:
    agreement = parse_agreement(empty_form(texts(language), NOW))
    assert agreement.unreadable == ()
    assert agreement.parties == ()
    assert agreement.decision.outcome is None
    assert agreement.language == language


@pytest.mark.parametrize("language", list(Language))
def test_every_line_of_the_empty_form_is_valid_once_the_hash_sign_is_gone(language: Language) -> None:
    text = empty_form(texts(language), NOW).decode()
    filled, count = re.subn(r"(?m)^#(?=[a-z_]+ = |\[\[)", "", text)
    assert count > 60
    agreement = parse_agreement(filled.encode())
    assert agreement.unreadable == ()
    assert agreement.recipients[0].agreed[0].party == "client"
    assert agreement.edits.announced[0].start_ms == 0


def test_a_document_is_an_agreement_after_every_answer() -> None:
    document = new_document(SAY, NOW)
    for place, field, answer in (
        (Place(document, TABLES["edits"], SAY), "none", False),
        (Place(document, TABLES["edits"], SAY).inside(TABLES["edits.announced"]), "kind", "deleted"),
        (Place(document, TABLES["recipient"], SAY), "name", "de krant"),
        (Place(document, TABLES["recipient"], SAY).inside(TABLES["recipient.agreed"], 1), "party", "client"),
        (Place(document, TABLES["party"], SAY, number=1), "role", "staff"),
        (Place(document, TABLES[""], SAY), "case", "2026-14"),
    ):
        place.put(field, answer)
        agreement = parse_agreement(to_bytes(document))
        assert agreement.unreadable == ()
        assert place.read()[field] == answer
    assert agreement.case == "2026-14"
    assert agreement.edits.announced[0].kind == "deleted"
    assert agreement.recipients[0].id == "recipient-1"
    assert [consent.party for consent in agreement.recipients[0].agreed] == [None, "client"]


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=40), st.sampled_from(["case", "conversation.subject", "decision.weighty_reason"]))
def test_whatever_somebody_writes_comes_back_as_written(text: str, path: str) -> None:
    document = new_document(SAY, NOW)
    fill_in(document, {path: text}, {}, SAY)
    table, _, field = path.rpartition(".")
    agreement = parse_agreement(to_bytes(document))
    assert agreement.unreadable == ()
    assert getattr(getattr(agreement, table) if table else agreement, field) == text


def test_what_a_person_wrote_by_hand_stays_when_the_form_goes_on() -> None:
    by_hand = b'# let op: tolk gevraagd\n[[hold]]\nby = "client"\n\n[privacy]\nprocessors = ["geen"]  # besproken\n'
    document = open_document(by_hand)
    fill_in(document, {"case": "14", "privacy.purpose": "teruglezen"}, {}, SAY)
    written = to_bytes(document)
    assert b"# let op: tolk gevraagd" in written
    assert b"# besproken" in written
    agreement = parse_agreement(written)
    assert agreement.unreadable == ()
    assert (agreement.case, agreement.privacy.purpose, agreement.holds[0].by) == ("14", "teruglezen", "client")


def test_the_sample_agreement_can_be_gone_on_with() -> None:
    data = (SAMPLE_AUDIO / "agreement.toml").read_bytes()
    assert to_bytes(open_document(data)) == data


def test_what_is_no_agreement_is_refused() -> None:
    with pytest.raises(InputRefused):
        open_document(b"een brief, geen afspraak")


def test_flags_write_the_main_fields() -> None:
    document = new_document(SAY, NOW)
    answers = {"decision.outcome": Outcome.REFUSED, "announcement.when": AnnouncedWhen.FOUND_LATER, "information.where": ["folder"]}
    fill_in(document, answers, {Role.CLIENT: "Sam", Role.STAFF: "Noor"}, SAY)
    fill_in(document, {}, {Role.CLIENT: "Sam de Wit"}, SAY)
    agreement = parse_agreement(to_bytes(document))
    assert agreement.unreadable == ()
    assert [(party.id, party.name) for party in agreement.parties] == [("client", "Sam de Wit"), ("staff", "Noor")]
    assert agreement.decision.outcome is Outcome.REFUSED


def test_people_are_called_by_their_role_and_never_by_their_name() -> None:
    document = new_document(SAY, NOW)
    for number, role in enumerate(("client", "client", "other")):
        person = Place(document, TABLES["party"], SAY, number=number)
        person.put("role", role)
        person.put("name", "Sam")
        name_by_role(document, number)
    assert parties(document) == ["client", "client-2", "other"]


def test_a_person_something_points_at_keeps_the_name_it_is_known_by() -> None:
    document = tomlkit.parse('[[party]]\nid = "person-1"\n[[copy]]\nasked_by = "person-1"\n')
    document["party"][0]["role"] = "client"  # type: ignore[index]
    name_by_role(document, 0)
    assert parties(document) == ["person-1"]


@pytest.mark.parametrize(
    ("path", "written", "answer"),
    [
        ("privacy.delete_audio_on", "31-12-2026", date(2026, 12, 31)),
        ("privacy.delete_audio_on", "1/2/2026", date(2026, 2, 1)),
        ("privacy.delete_audio_on", "2026-02-01", date(2026, 2, 1)),
        ("announcement.at", "3-3-2026 14:05", datetime(2026, 3, 3, 14, 5, tzinfo=CLOCK)),
        ("announcement.at", "2026-07-03T14.05", datetime(2026, 7, 3, 14, 5, tzinfo=CLOCK)),
        ("announcement.at", "3-3-2026", date(2026, 3, 3)),
        ("edits.none", "J", True),
        ("edits.none", "nee", False),
        ("decision.outcome", "2", "alternative"),
        ("decision.outcome", "refused", "refused"),
        ("copy.asked_by", "2", "staff"),
        ("edits.announced.from", "12:03", "12:03"),
        ("information.where", "folder; website ;", ["folder", "website"]),
        ("case", "  zaak 14 ", "zaak 14"),
    ],
)
def test_answers_are_understood_as_people_write_them(path: str, written: str, answer: Any) -> None:
    question = question_at(path)
    assert question
    assert parse_answer(question, written, ["client", "staff"], "ja", "nee") == answer


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ("privacy.delete_audio_on", "morgen"),
        ("privacy.delete_audio_on", "31-2-2026"),
        ("announcement.at", "3-3-2026 25:00"),
        ("edits.none", "misschien"),
        ("decision.outcome", "4"),
        ("copy.asked_by", "krant"),
        ("edits.announced.from", "12.03 uur"),
    ],
)
def test_an_answer_that_cannot_be_understood_is_not_guessed(path: str, written: str) -> None:
    question = question_at(path)
    assert question
    with pytest.raises(ValueError, match=r"."):
        parse_answer(question, written, ["client", "staff"], "ja", "nee")


@pytest.mark.parametrize("question", [question for table in all_tables() for question in table.questions], ids=lambda each: each.path)
def test_the_answer_to_every_question_is_what_its_field_holds(question: Question) -> None:
    """One answer of every kind, through the document, is read without complaint."""
    written = {
        Kind.YES_NO: "ja",
        Kind.CHOICE: "1",
        Kind.PARTY: "1",
        Kind.DAY: "1-2-2026",
        Kind.MOMENT: "1-2-2026 9:00",
        Kind.POSITION: "1:12:03",
    }
    answer = parse_answer(question, written.get(question.kind, "tekst"), ["client"], "ja", "nee")
    document = new_document(SAY, NOW)
    holder, _, field = question.path.rpartition(".")
    outer = holder.rpartition(".")[0]
    place = Place(document, TABLES[outer], SAY).inside(TABLES[holder]) if outer else Place(document, TABLES[holder], SAY)
    place.put(field, answer)
    assert parse_agreement(to_bytes(document)).unreadable == ()
