import pytest

from pipeline import documents
from pipeline.comparison.model import Outcome, Reason, ReportComparison
from pipeline.comparison.read_report import Report
from pipeline.comparison.report import compare_report
from pipeline.comparison.transcripts import Voice
from pipeline.errors import InputRefused
from tests.comparison.accounts import CONFIDENCE, CONVERSATION, account

VOICES = (Voice("S1", "mevrouw Kuipers", "staff"), Voice("S2", "Karim Haddou", "client"))


def compare(*sentences: str, language: str | None = "nl") -> ReportComparison:
    return compare_report(Report(language, sentences), account(*CONVERSATION, voices=VOICES))


def judged(sentence: str) -> tuple[Outcome, tuple[Reason, ...]]:
    (statement,) = compare(sentence).statements
    return statement.outcome, statement.reasons


def test_what_was_said_in_other_words_is_found() -> None:
    statement = compare("Klager meldde zich op 8 oktober om 22.45 uur bij de nachtopvang, waarvan de deur gesloten was.").statements[0]
    assert (statement.outcome, statement.reasons) == (Outcome.FOUND, ())
    assert "L0002" in statement.passages[0].lines
    assert statement.passages[0].confidence == CONFIDENCE
    assert statement.passages[0].start_ms < statement.passages[0].end_ms


def test_at_most_three_passages_best_first_and_none_twice() -> None:
    passages = compare("In het kluisje zat € 340.").statements[0].passages
    assert 1 <= len(passages) <= 3
    assert [passage.likeness for passage in passages] == sorted((passage.likeness for passage in passages), reverse=True)
    lines = [line for passage in passages for line in passage.lines]
    assert len(lines) == len(set(lines))


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("In het kluisje van klager zat € 304.", Reason.NUMBER),
        ("Klager kwam op negen oktober om kwart voor elf bij de nachtopvang.", Reason.DAY),
        ("Klager kwam op donderdag 8 oktober om half elf bij de nachtopvang.", Reason.DAY),
        ("In het logboek staat een telefoontje van klager.", Reason.NEGATION),
        ("De fout werd door de organisatie niet erkend met excuses.", Reason.NEGATION),
        ("Klager verklaarde dat het hun fout was en bood excuses aan.", Reason.SPEAKER),
        ("Mevrouw Kuipers gaf aan de klacht op dit punt in te trekken.", Reason.SPEAKER),
    ],
)
def test_what_may_be_different_is_marked_with_its_reason(sentence: str, reason: Reason) -> None:
    outcome, reasons = judged(sentence)
    assert outcome is Outcome.POSSIBLY_DIFFERENT
    assert reason in reasons


def test_what_was_not_said_is_not_found_and_still_shows_the_nearest() -> None:
    statement = compare("De brandweer heeft de keuken wegens rookontwikkeling ontruimd.").statements[0]
    assert (statement.outcome, statement.reasons) == (Outcome.NOT_FOUND, ())
    assert statement.passages


def test_a_report_of_nothing_leaves_out_everything_of_weight() -> None:
    omitted = compare("De brandweer heeft de keuken wegens rookontwikkeling ontruimd.").omitted
    assert {line for omission in omitted for line in omission.passage.lines} >= {"L0002", "L0004", "L0005"}
    assert [omission.weight for omission in omitted] == sorted((omission.weight for omission in omitted), reverse=True)


def test_what_a_statement_touches_is_not_left_out() -> None:
    omitted = compare("Op donderdag 8 oktober om kwart voor elf was de deur van de nachtopvang dicht.").omitted
    assert "L0002" not in {line for omission in omitted for line in omission.passage.lines}


def test_the_document_comes_back_as_it_was() -> None:
    result = compare("Klager belde twee keer.", "De deur was dicht.")
    assert documents.decode(ReportComparison, documents.encode(result)) == result


@pytest.mark.parametrize(("language", "key"), [("en", "comparison_languages_differ"), (None, "comparison_language_unknown")])
def test_another_language_is_refused(language: str | None, key: str) -> None:
    with pytest.raises(InputRefused) as refused:
        compare("It was closed.", language=language)
    assert refused.value.text_key == key


@pytest.mark.parametrize("sentence", ["... --- !!!", "de het een", "€ € €", "Klager klager klager.", "zei zei zei"])
def test_a_sentence_that_says_nothing_is_not_found(sentence: str) -> None:
    assert judged(sentence)[0] is Outcome.NOT_FOUND


def test_an_english_report() -> None:
    conversation = account(
        ("S1", "The door is closed at half past ten."), ("S2", "I called twice and nobody opened."), language="en",
        voices=(Voice("S1", None, "staff"), Voice("S2", None, "client")),
    )  # fmt: skip
    said = ("The door shuts at half past eleven.", "The client said that nobody opened although he called twice.")
    result = compare_report(Report("en", said), conversation)
    assert [statement.outcome for statement in result.statements] == [Outcome.POSSIBLY_DIFFERENT, Outcome.FOUND]
    assert result.statements[0].reasons == (Reason.DAY,)


@pytest.mark.parametrize("sentence", ["Het was op 14 februari.", "De brandweer kwam op 14 februari.", "Er zijn 14 tekeningen gemaakt."])
def test_another_day_or_number_alone_is_no_sign_that_it_was_said(sentence: str) -> None:
    assert judged(sentence)[0] is Outcome.NOT_FOUND


@pytest.mark.parametrize(
    ("sentence", "reasons"),
    [
        ("Klager heeft excuses aangeboden voor de fout.", (Reason.SPEAKER,)),
        ("De medewerkster nam de telefoontjes niet op in het logboek.", ()),
        ("Er zat ruim driehonderd euro in het kluisje van klager.", ()),
    ],
)
def test_what_is_done_and_by_whom_is_held_beside_the_clause_it_stands_in(sentence: str, reasons: tuple[Reason, ...]) -> None:
    assert judged(sentence)[1] == reasons


def test_people_are_known_by_what_they_say_they_are() -> None:
    lines = (("S1", "Goedemiddag, ik ben de wijkregisseur van de gemeente."), ("S2", "En ik ben Karim."), *CONVERSATION[4:])
    said = compare_report(Report("nl", ("De wijkregisseur verklaarde dat zijn kluisje leeg was.",)), account(*lines)).statements[0]
    assert said.reasons == (Reason.SPEAKER,)


def test_words_for_the_parties_weigh_nothing_where_nobody_s_role_is_known() -> None:
    report = Report("nl", ("Klager verklaarde aan verweerder dat het kluisje leeg was.",))
    known = compare_report(report, account(*CONVERSATION, voices=VOICES)).statements[0]
    unknown = compare_report(report, account(*CONVERSATION)).statements[0]
    assert known.outcome is unknown.outcome is Outcome.FOUND
    assert known.passages[0].lines[-1] == unknown.passages[0].lines[-1] == "L0005"
