from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import documents
from pipeline.minutes.changes import mark_heard
from pipeline.minutes.model import AgreementReference, Line, Minutes, Party, Speaker
from pipeline.minutes.pseudonymise import Known, PseudonymisedMinutes, find_personal_data, known_names, pseudonymise
from pipeline.minutes.reactions import Established, Extension
from pipeline.minutes.reading import read_minutes
from pipeline.minutes.writers import TRANSCRIPTS
from pipeline.recording.agreement import Role, parse_agreement
from pipeline.speech.model import Alternative, Word
from pipeline.texts import Language, texts
from tests.minutes.conversations import minutes as shelter_minutes
from tests.minutes.hearings import LATER, heard

SAID = "Ik ben Fatima El Amrani en mijn nummer is nul zes dertien vijfenveertig zevenenzestig negenentachtig."


def spoken(said: str, number: int = 1) -> Line:
    words = tuple(
        Word(start_ms=at * 1000, end_ms=at * 1000 + 800, text=text, confidence=0.9, speaker="S1")
        for at, text in enumerate(said.split(), start=number * 100)
    )
    end = words[-1].end_ms if words else number * 100_000 + 1
    return Line(id=f"L{number:04}", start_ms=number * 100_000, end_ms=end, speaker="S1", language="nl", text=said, words=words)


def minutes(*lines: Line, name: str | None = None) -> Minutes:
    base = shelter_minutes()
    recording = replace(base.recording, duration_ms=10_000_000)
    return replace(
        base, agreement=AgreementReference(sha256="a" * 64), lines=lines, speakers=(Speaker(id="S1", name=name),), recording=recording
    )


def written(copy: PseudonymisedMinutes) -> str:
    return documents.encode(copy).decode()


def test_lines_and_words_say_the_same() -> None:
    copy = pseudonymise(minutes(spoken(SAID), spoken("Mevrouw El Amrani belde.", 2)))
    first, second = copy.minutes.lines
    assert first.text == "Ik ben [persoon 1] en mijn nummer is [telefoonnummer 1]."
    assert [word.text for word in first.words] == ["Ik", "ben", "[persoon 1]", "en", "mijn", "nummer", "is", "[telefoonnummer 1]."]
    assert second.text == "Mevrouw [persoon 1] belde."
    assert (first.words[2].start_ms, first.words[2].end_ms) == (102_000, 104_800)


def test_what_was_replaced_is_silenced() -> None:
    copy = pseudonymise(minutes(spoken("Dag Fatima, kom binnen.")))
    (span,) = copy.silenced
    assert span.start_ms <= 101_000
    assert span.end_ms >= 101_800
    assert span.end_ms - span.start_ms < 1_200


def test_a_line_whose_words_differ_from_its_text_is_silenced_whole() -> None:
    line = replace(spoken("Dag Fatma, kom binnen."), text="Dag Fatima, komt u binnen.")
    copy = pseudonymise(minutes(line))
    assert copy.silenced[0].start_ms <= line.start_ms
    assert copy.silenced[-1].end_ms >= line.end_ms
    assert "Fat" not in written(copy)


def test_a_name_is_nowhere_in_the_copy() -> None:
    full = minutes(spoken(SAID), name="Fatima El Amrani")
    agreement = AgreementReference(
        sha256="a" * 64,
        case_id="El Amrani 3",
        parties=(Party(id="client", role=Role.CLIENT, name="Fatima El Amrani"),),
        announced_at="2026-03-03",
    )
    line = full.lines[0]
    doubtful = replace(line.words[0], alternatives=(Alternative(text="Fatima", confidence=0.2, engine="whisper"),))
    full = replace(
        full,
        agreement=agreement,
        lines=(replace(line, words=(doubtful, *line.words[1:])),),
        read_by=("Fatima El Amrani",),
        recording=replace(full.recording, name="gesprek fatima el amrani.m4a"),
    )
    copy = pseudonymise(full)
    assert "amrani" not in written(copy).casefold()
    assert "fatima" not in written(copy).casefold()
    assert copy.minutes.speakers[0].name == copy.minutes.agreement.parties[0].name == copy.minutes.read_by[0] == "[persoon 1]"


def test_every_text_of_the_minutes_is_read() -> None:
    """Known names stand in a field nobody thought of: the copy is walked as data."""
    full = minutes(spoken("Goedemiddag."), name="Fatima El Amrani")
    full = replace(full, changes=tuple(replace(change, actor="Fatima El Amrani") for change in full.changes))
    assert "Amrani" not in written(pseudonymise(full))


def test_the_reader_is_told_that_it_is_a_copy_to_be_checked() -> None:
    copy = pseudonymise(minutes(spoken(SAID)))
    assert copy.notice == texts(Language.DUTCH)("pseudonymise.notice")
    assert "nalezen" in copy.notice
    assert copy.source_sha256 == minutes(spoken(SAID)).sha256


def test_a_second_time_changes_nothing() -> None:
    once = pseudonymise(minutes(spoken(SAID), name="Fatima El Amrani"))
    assert pseudonymise(once.minutes).minutes == once.minutes
    assert pseudonymise(minutes(spoken(SAID), name="Fatima El Amrani")) == once


def test_the_names_in_an_agreement_are_known() -> None:
    agreement = parse_agreement(
        b'[[party]]\nrole = "client"\nname = "Xanthe Qwerty"\norganisation = "De Zwarte Doos"\n[conversation]\nalso_present = ["Zqrtx"]\n'
    )
    assert known_names(agreement) == Known(persons=("Xanthe Qwerty", "Zqrtx"), organisations=("De Zwarte Doos",))


# Words that become items when they happen to meet.
SAYINGS = "Mevrouw El Amrani;belt;06-12345678;naar;Fatima;mail;f.amrani@example.org;BSN;123456782;op;3 mei 2025;in;Zwolle;en;ik ben;Yousef"
SENTENCES = st.lists(st.sampled_from(SAYINGS.split(";")), min_size=1).map(" ".join)


@given(st.one_of(SENTENCES, st.text(min_size=1)))
@settings(max_examples=200, deadline=None)
def test_numbers_and_mail_that_were_found_are_not_in_the_copy(said: str) -> None:
    line = spoken(said) if said.split() else Line(id="L0001", start_ms=0, end_ms=1, speaker=None, language=None, text=said)
    copy = pseudonymise(minutes(line))
    assert not [item for item in find_personal_data(copy.minutes.lines[0].text) if item.kind in {"bsn", "iban", "email", "phone"}]
    for item in find_personal_data(said):
        if item.kind in {"bsn", "iban", "email", "phone"}:
            assert said[item.start : item.end] not in copy.minutes.lines[0].text
            assert said[item.start : item.end] not in " ".join(word.text for word in copy.minutes.lines[0].words)


def test_what_the_parties_said_and_who_decided_is_pseudonymised_and_still_reads() -> None:
    both = heard("Dat zei Fatima Yilmaz op 3 maart 1985, bel 06-12345678.")
    listened = mark_heard(both, (), listener="Jan de Wit", at=LATER)
    established = Established(decided_by=("Willem Canary, voorzitter",), at=LATER, undecided=("C0003",))
    extension = Extension(respond_before="2026-04-01", reason="Fatima Yilmaz is ziek.", by="staff", at=LATER)
    minutes = replace(listened, established=established, extensions=(extension,))

    copy = pseudonymise(minutes).minutes

    text = "".join(writer.render(read_minutes(copy)).decode(errors="replace") for writer in TRANSCRIPTS)
    for name in ("Fatima", "Yilmaz", "12345678", "de Wit", "Canary", "1985"):
        assert name not in text, name
    assert [response.received_on for response in copy.responses] == [response.received_on for response in minutes.responses]
