"""Corrections: made before the minutes went out, proposed afterwards, decided by the secretary; the machine's words stay."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import RefusedByRule, UsageError
from pipeline.minutes.asked import Asked, Decision, Join, NewSpeaker, NewText, NewVoice, Request, Split
from pipeline.minutes.changes import Confirmation, made_anew, mark_heard, mark_read
from pipeline.minutes.corrections import correct, decide, name_voices
from pipeline.minutes.hearing import add_response, establish, extend, unheard_lines
from pipeline.minutes.model import Minutes, State, SummarySentence
from pipeline.minutes.reactions import Opinion, ProposedField, Standing
from pipeline.minutes.reading import read_minutes
from pipeline.recording.agreement import Role
from pipeline.speech.model import Word
from tests.minutes import conversations as talk
from tests.minutes.hearings import LATER, heard, reaction, response, with_parties


def ask(minutes: Minutes, *asked: Asked, by: str = "staff") -> Minutes:
    return correct(minutes, [Request(asked=one) for one in asked], by=by, at=LATER)


def words_of(minutes: Minutes) -> list[Word]:
    return [word for line in minutes.lines for word in line.words]


def refused(minutes: Minutes, *asked: Asked) -> str:
    with pytest.raises(UsageError) as error:
        ask(minutes, *asked)
    return error.value.text_key


def test_a_split_line_gives_two_with_ids_that_no_line_had_and_the_words_divided() -> None:
    first = talk.minutes()
    split = ask(first, Split(line="L0005", at_words="Wij knippen", speaker="S2"))
    one, two = (line for line in split.lines if "L0005" in line.replaces)
    assert (one.id, two.id) == ("L0020", "L0021")
    assert (one.text, two.text) == ("Ja, u krijgt binnen drie dagen een kopie.", "Wij knippen er niet in.")
    assert " ".join(word.text for word in two.words) == two.text
    assert two.start_ms == two.words[0].start_ms
    assert (one.speaker, two.speaker) == ("S1", "S2")
    assert words_of(split) == words_of(first)
    assert [line.start_ms for line in split.lines] == sorted(line.start_ms for line in split.lines)


def test_joined_lines_remember_everything_they_came_of_and_no_id_is_used_again() -> None:
    split = ask(talk.minutes(), Split(line="L0005", at_words="Wij knippen"))
    joined = ask(split, Join(lines=("L0020", "L0021")))
    (line,) = (line for line in joined.lines if line.replaces)
    assert line.id == "L0022"
    assert line.replaces == ("L0020", "L0021", "L0005")
    assert line.text == talk.minutes().lines[4].text
    assert words_of(joined) == words_of(talk.minutes())
    again = ask(joined, Split(line="L0022", at_words="Wij knippen"))
    assert {line.id for line in again.lines if line.replaces} == {"L0023", "L0024"}


def test_the_summary_follows_the_lines_it_rests_on() -> None:
    sentence = SummarySentence(section="agreed", text="Een kopie.", origin="extracted", lines=("L0005", "L0006"))
    split = ask(replace(talk.minutes(), summary=(sentence,)), Split(line="L0005", at_words="Wij knippen"))
    assert split.summary is not None
    assert split.summary[0].lines == ("L0020", "L0021", "L0006")


def test_what_cannot_be_corrected_says_why() -> None:
    first = talk.minutes()
    assert refused(first, NewText(line="L0001", text="  ")) == "correction_empty"
    assert refused(first, NewText(line="L0001", text=first.lines[0].text)) == "correction_changes_nothing"
    assert refused(first, NewText(line="L0099", text="x")) == "line_unknown"
    assert refused(first, NewSpeaker(line="L0001", speaker="S9")) == "unknown_speaker"
    assert refused(first, Split(line="L0001", at_words="bestaat niet")) == "split_place_unclear"
    assert refused(first, Split(line="L0001", at_words="Goedemiddag.")) == "split_place_unclear"
    assert refused(first, Join(lines=("L0001", "L0003"))) == "join_not_neighbours"
    assert refused(first, Join(lines=("L0001", "L0002"))) == "join_speakers_differ"
    assert refused(ask(first, Split(line="L0005", at_words="Wij knippen")), NewText(line="L0005", text="x")) == "line_gone"
    assert refused(ask(first, NewText(line="L0001", text="Een twee drie.")), Split(line="L0001", at_words="drie")) == "split_needs_time"


def test_a_line_a_person_wrote_is_split_at_the_time_they_give() -> None:
    written = ask(talk.minutes(), NewText(line="L0001", text="Een. Twee."))
    split = ask(written, Split(line="L0001", at_words="Twee.", at_ms=3_000))
    one, two = (line for line in split.lines if "L0001" in line.replaces)
    assert (one.text, two.text, two.start_ms) == ("Een.", "Twee.", 3_000)
    assert words_of(split) == words_of(talk.minutes())


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 40), st.booleans()), max_size=6))
def test_whatever_is_split_and_joined_no_word_is_lost_and_no_id_used_twice(steps: list[tuple[int, int, bool]]) -> None:
    minutes = talk.minutes()
    seen = {line.id: line.text for line in minutes.lines}
    for place, at, join in steps:
        lines = minutes.lines
        line = lines[place % len(lines)]
        asked: Asked
        if join:
            asked = Join(lines=(line.id, lines[(place + 1) % len(lines)].id))
        else:
            words = line.text.split()
            asked = Split(line=line.id, at_words=" ".join(words[at % len(words) :]))
        try:
            minutes = ask(minutes, asked)
        except UsageError:
            continue
        for made in minutes.lines:
            assert seen.setdefault(made.id, made.text) == made.text
    assert words_of(minutes) == words_of(talk.minutes())


def test_before_they_go_out_the_staff_correct_and_the_client_proposes() -> None:
    made = ask(talk.minutes(), NewText(line="L0001", text="Goedemiddag mevrouw."))
    assert made.lines[0].text == "Goedemiddag mevrouw."
    assert made.corrections[0].standing is Standing.APPLIED
    proposed = ask(talk.minutes(), NewText(line="L0001", text="Goedemiddag mevrouw."), by="client")
    assert proposed.lines == talk.minutes().lines
    assert proposed.corrections[0].standing is Standing.PROPOSED


@pytest.mark.parametrize("by", ["staff", "client"])
def test_after_they_went_out_both_parties_propose_and_only_the_secretary_decides(by: str) -> None:
    proposed = ask(with_parties(), NewText(line="L0001", text="Goedemiddag mevrouw."), by=by)
    assert proposed.lines == talk.minutes().lines
    assert "Beide lezingen staan er" in read_minutes(proposed).lines[0].remarks[0]
    accept = Decision(correction="C0001", accepted=True, reason="Duidelijk te horen.")
    for other in ("staff", "client", "chair"):
        with pytest.raises(RefusedByRule, match="secretary_only"):
            decide(proposed, [accept], by=other, at=LATER)
    with pytest.raises(UsageError, match="decision_without_reason"):
        decide(proposed, [replace(accept, reason=" ")], by="secretary", at=LATER)
    accepted = decide(proposed, [accept], by="secretary", at=LATER)
    assert accepted.lines[0].text == "Goedemiddag mevrouw."
    assert accepted.lines[0].words == talk.minutes().lines[0].words
    assert "Duidelijk te horen." in read_minutes(accepted).lines[0].remarks[0]
    declined = decide(proposed, [replace(accept, accepted=False)], by="secretary", at=LATER)
    assert declined.lines == proposed.lines
    assert "Beide lezingen staan er" in read_minutes(declined).lines[0].remarks[0]
    assert decide(accepted, [accept], by="secretary", at=LATER) == accepted
    with pytest.raises(UsageError, match="correction_unknown"):
        decide(accepted, [replace(accept, reason="Nog eens.")], by="secretary", at=LATER)


@pytest.mark.parametrize(
    "asked",
    [
        NewText(line="L0001", text="Goedemiddag  mevrouw."),
        NewSpeaker(line="L0001", speaker=None),
        NewVoice(speaker="S1", who=Confirmation(role=Role.CHAIR, name="mr. X")),
        Split(line="L0005", at_words="Wij knippen"),
        Join(lines=("L0006", "L0005")),
    ],
    ids=lambda asked: type(asked).__name__,
)
def test_the_same_asked_twice_by_the_same_person_stands_once(asked: Asked) -> None:
    for minutes in (join_ready(), with_parties(join_ready())):
        once = ask(minutes, asked)
        assert ask(once, asked) == once
        assert len(ask(once, asked, NewText(line="L0002", text="Iets anders.")).corrections) == 2
        if minutes.state is State.WITH_PARTIES:
            assert len(ask(once, asked, by="client").corrections) == 2


def join_ready() -> Minutes:
    """Minutes in which L0005 and L0006 are said by one voice."""
    first = talk.minutes()
    return replace(first, lines=tuple(replace(line, speaker="S1") if line.id in ("L0005", "L0006") else line for line in first.lines))


def test_what_was_overtaken_can_be_asked_again() -> None:
    there = ask(talk.minutes(), NewText(line="L0001", text="Goedenavond."))
    back = ask(there, NewText(line="L0001", text="Goedemorgen."))
    assert ask(back, NewText(line="L0001", text="Goedenavond.")).lines[0].text == "Goedenavond."


def test_who_a_voice_is_becomes_a_proposal_once_the_minutes_went_out() -> None:
    who = {"S1": Confirmation(role=Role.CHAIR, name="mr. X")}
    made = name_voices(talk.minutes(), who, by="staff", at=LATER)
    assert (made.speakers[0].role, made.speakers[0].confirmed, made.corrections) == (Role.CHAIR, True, ())
    assert name_voices(made, who, by="staff", at=LATER) == made
    for by in ("staff", "client"):
        proposed = name_voices(with_parties(), who, by=by, at=LATER)
        assert proposed.speakers == talk.minutes().speakers
        (told,) = read_minutes(proposed).corrections
        assert "wie spreker 1 is" in told
        assert "“mr. X (voorzitter)”" in told
        assert "Beide lezingen staan er" in told
        accepted = decide(proposed, [Decision(correction="C0001", accepted=True, reason="Gehoord.")], by="secretary", at=LATER)
        assert accepted.speakers == made.speakers
    with pytest.raises(UsageError, match="unknown_speaker"):
        name_voices(with_parties(), {"S9": who["S1"]}, by="staff", at=LATER)
    with pytest.raises(UsageError, match="voice_named_already"):
        name_voices(with_parties(made), who, by="client", at=LATER)


def test_the_acts_of_the_secretary_once_more_change_nothing() -> None:
    longer = extend(with_parties(), date(2026, 4, 1), reason="ziekte", by="secretary", at=LATER)
    assert extend(longer, date(2026, 4, 1), reason=" ziekte", by="secretary", at=LATER) == longer
    established = establish(ready(heard()), decided_by=["mr. X"], by="committee", at=LATER)
    assert establish(established, decided_by=["mr. X"], by="committee", at=LATER) == established
    with pytest.raises(RefusedByRule):
        establish(established, decided_by=["mr. Y"], by="committee", at=LATER)


def test_a_quotation_from_the_page_is_found_without_its_marks_or_left_to_the_secretary() -> None:
    def proposing(quote: str) -> Minutes:
        said = reaction(1, Opinion.PROPOSAL, "L0008", quote=quote, field=ProposedField.TEXT, proposal="vijfhonderd")
        return add_response(with_parties(), response("client", said), actor="staff", at=LATER)

    marked = proposing("Er zat [onzeker: vierhonderdvijftig] euro")
    assert marked.corrections[0].after is not None
    assert "Mijn tas stond in de gang. vijfhonderd in" in marked.corrections[0].after
    unclear = proposing("de")
    accept = Decision(correction="C0001", accepted=True, reason="Ja.")
    with pytest.raises(UsageError, match="correction_words_unclear"):
        decide(unclear, [accept], by="secretary", at=LATER)
    assert decide(unclear, [replace(accept, text="Zo dan.")], by="secretary", at=LATER).lines[7].text == "Zo dan."


def ready(minutes: Minutes) -> Minutes:
    return mark_heard(minutes, (), listener="J. de Wit", at=LATER)


def test_minutes_are_established_by_named_people_once_every_marked_line_was_heard() -> None:
    both = heard()
    with pytest.raises(UsageError, match="establish_without_name"):
        establish(ready(both), decided_by=[" "], by="committee", at=LATER)
    with pytest.raises(RefusedByRule, match="minutes_state"):
        establish(ready(talk.minutes()), decided_by=["mr. X"], by="committee", at=LATER)
    with pytest.raises(RefusedByRule, match="establish_unheard"):
        establish(both, decided_by=["mr. X"], by="committee", at=LATER)
    part = mark_heard(both, unheard_lines(both)[:1], listener="J. de Wit", at=LATER)
    assert len(unheard_lines(part)) == len(unheard_lines(both)) - 1

    done = establish(ready(both), decided_by=["mr. X, voorzitter", "mevrouw Y"], by="committee", at=LATER)

    assert done.state is State.ESTABLISHED
    facts = {fact.key: " ".join(fact.sentences) for fact in read_minutes(done).facts}
    assert "mr. X, voorzitter, mevrouw Y" in facts["established"]
    assert "J. de Wit" in facts["established"]
    assert "C0003, C0004" in facts["established"]
    for change in (
        lambda: ask(done, NewText(line="L0001", text="Anders.")),
        lambda: mark_read(done, reader="J. de Wit", at=LATER),
        lambda: extend(done, date(2030, 1, 1), reason="x", by="staff", at=LATER),
    ):
        with pytest.raises(RefusedByRule, match="minutes_established"):
            change()
    late = add_response(done, response("client", reaction(9, Opinion.DISAGREE), number=2), actor="staff", at=LATER)
    assert (late.state, late.lines, late.corrections) == (done.state, done.lines, done.corrections)
    assert late.responses[-1].is_late(None)
    assert "na het vaststellen" in " ".join(next(fact.sentences for fact in read_minutes(late).facts if fact.key == "version"))


def test_a_party_that_still_has_time_or_got_none_is_waited_for() -> None:
    alone = ready(add_response(with_parties(), response("client", reaction(1, Opinion.AGREE)), actor="staff", at=LATER))
    with pytest.raises(RefusedByRule, match="establish_without_term"):
        establish(alone, decided_by=["mr. X"], by="committee", at=LATER)
    term = extend(alone, date(2026, 3, 20), reason="Termijn.", by="staff", at=LATER)
    with pytest.raises(RefusedByRule, match="establish_too_early"):
        establish(term, decided_by=["mr. X"], by="committee", at="2026-03-19T12:00:00Z")
    done = establish(term, decided_by=["mr. X"], by="committee", at="2026-03-20T12:00:00Z")
    told = " ".join(next(fact.sentences for fact in read_minutes(done).facts if fact.key == "responses"))
    assert "Medewerker: geen reactie ontvangen vóór 20 maart 2026." in told


def test_a_new_agreement_leaves_what_people_did_and_another_transcript_is_refused() -> None:
    draft = talk.minutes()
    first = made_anew(draft, [])
    assert first is not None
    worked = ask(with_parties(first), NewText(line="L0001", text="Anders."), by="client")
    chain = [first, worked]
    newer = replace(draft, agreement=replace(draft.agreement, case_id="2026-15"))

    updated = made_anew(newer, chain)

    assert updated is not None
    assert (updated.agreement.case_id, updated.corrections, updated.state) == ("2026-15", worked.corrections, State.WITH_PARTIES)
    assert made_anew(newer, [*chain, updated]) is None
    assert made_anew(draft, chain) is None
    other = talk.minutes(record=talk.speech(talk.segment(0, 4_000, "S1", "Iets heel anders."), duration_ms=4_000))
    with pytest.raises(RefusedByRule, match="minutes_worked_on"):
        made_anew(other, chain)


def test_another_transcript_of_minutes_nobody_worked_on_reuses_no_id() -> None:
    first = made_anew(talk.minutes(), [])
    assert first is not None
    other = talk.minutes(record=talk.speech(talk.segment(1_000, 4_000, "S1", "Iets heel anders."), duration_ms=5_000))
    second = made_anew(other, [first])
    assert second is not None
    assert [line.id for line in second.lines] == ["L0020"]
    assert made_anew(other, [first, second]) is None
