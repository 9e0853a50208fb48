from dataclasses import replace

import pytest

from pipeline.errors import InputRefused, RefusedByRule, UsageError
from pipeline.minutes.changes import summary_changed
from pipeline.minutes.model import State
from pipeline.minutes.summary.again import followed
from pipeline.minutes.summary.check import Checker
from pipeline.minutes.summary.check.quotes import QuoteCheck
from pipeline.minutes.summary.editing import as_markdown, read_edited
from pipeline.minutes.summary.setting import Setting
from pipeline.minutes.summary.summarise import RECORD, STAFF, Length, summarise, voice_labels
from pipeline.minutes.summary.template import load_template
from pipeline.minutes.summary.wording import without_marks
from pipeline.settings import Settings
from pipeline.texts import texts
from tests.minutes.summary.labelled import Labelled, conversations

ALL = {labelled.name: labelled for labelled in conversations("tuning")}


@pytest.mark.parametrize("name", ALL)
def test_every_sentence_cites_lines_that_carry_it(name: str) -> None:
    labelled = ALL[name]
    form = load_template().form(labelled.kind)
    say = texts(labelled.minutes.report_language)
    marks = (say("minutes.line.uncertain_open"), say("minutes.line.uncertain_close"))
    checker = Checker(labelled.conversation)
    quotes = QuoteCheck(labelled.conversation, voice_labels(labelled.minutes, form, say))
    told = [one for one in summarise(labelled.minutes, Setting(), form) if one.origin != RECORD]
    assert told
    for sentence in told:
        assert sentence.lines
        bare = without_marks(sentence.text, marks)
        # What stands after "Wanneer:" is a piece of the line, and repeats what the sentence says.
        bare = bare.partition(" Wanneer: ")[0].partition(" When: ")[0]
        assert quotes.proves(bare, sentence.lines) or not checker.check(bare, sentence.lines), sentence


def test_every_party_that_speaks_in_a_part_is_in_it_and_doubt_is_no_reason_to_leave_anybody_out() -> None:
    labelled = ALL["incident_keuken"]
    doubted = tuple(
        replace(line, words=tuple(replace(word, confidence=0.1) for word in line.words)) if line.speaker == "S2" else line
        for line in labelled.minutes.lines
    )
    minutes = replace(labelled.minutes, lines=doubted)
    made = summarise(minutes, Setting(), load_template().form("gespreksverslag"))
    said = [one for one in made if one.section.startswith("Wat er is gezegd")]
    speaker = {line.id: line.speaker for line in minutes.lines}
    for heading in {one.section for one in said}:
        voices = {speaker[line] for one in said if one.section == heading for line in one.lines}
        assert {"S1", "S2"} <= voices


def test_a_doubted_word_stays_marked_and_the_short_form_is_shorter() -> None:
    labelled = ALL["hoorzitting_spullen"]
    form = load_template().form("hoorzitting")
    full = summarise(labelled.minutes, Setting(), form)
    short = summarise(labelled.minutes, Setting(), form, Length.SHORT)
    assert any("[onzeker: Fatima]" in one.text for one in full)
    assert 0 < sum(len(one.text) for one in short) < sum(len(one.text) for one in full)


def test_an_organisation_changes_headings_and_order_in_a_file_of_its_own(tmp_path) -> None:
    file = tmp_path / "eigen.toml"
    file.write_text(
        '[kinds]\notherwise = "intake"\n[intake]\nsections = ["agreements"]\n[intake.nl]\nagreements = "Wie doet wat"\n[intake.en]\n'
    )
    template = load_template(file)
    labelled = ALL["intake_opvang"]
    made = summarise(labelled.minutes, Setting(), template.form(template.kind_for(None)))
    assert {one.section for one in made} == {"Wie doet wat"}
    with pytest.raises(UsageError):
        template.form("hoorzitting")
    file.write_text("[intake]\nsections = 3\n")
    with pytest.raises(InputRefused):
        load_template(file)


def test_staff_edit_the_summary_as_text() -> None:
    labelled = ALL["intake_opvang"]
    form = load_template().form("gespreksverslag")
    minutes = replace(labelled.minutes, summary=summarise(labelled.minutes, Setting(), form))
    assert minutes.summary is not None
    rows = as_markdown("Samenvatting", minutes.summary).replace("## ", "").replace("# ", "").splitlines()
    kept = read_edited(minutes, rows, form, "Samenvatting")
    assert (kept.sentences, kept.doubts) == (minutes.summary, ())
    rows.append("- De medewerker stuurt de opname op donderdag. [L0007]")
    rows.append("- De cliënt was boos.")
    changed = read_edited(minutes, rows, form, "Samenvatting")
    assert changed.sentences[: len(minutes.summary)] == minutes.summary
    assert [(one.origin, one.lines) for one in changed.sentences[-2:]] == [(STAFF, ("L0007",)), (STAFF, ())]
    assert [{problem.kind for problem in doubt.problems} & {"time", "no_lines"} for doubt in changed.doubts] == [{"time"}, {"no_lines"}]
    written = summary_changed(minutes, changed.sentences, kind="summary_edited", actor="staff", at="2026-11-25T11:00:00Z")
    assert (written.version, written.changes[-1].kind) == ("v002", "summary_edited")
    with pytest.raises(RefusedByRule):
        summary_changed(
            replace(minutes, state=State.WITH_PARTIES), changed.sentences, kind="summary_edited", actor="staff", at="2026-11-25T11:00:00Z"
        )
    with pytest.raises(InputRefused):
        read_edited(minutes, ["Samenvatting", ""], form, "Samenvatting")


def test_labelled_ids_are_those_of_the_minutes() -> None:
    assert Labelled.id("L007") == "L0007"


def test_a_corrected_line_is_quoted_as_corrected_unless_a_person_wrote_the_summary() -> None:
    labelled = ALL["intake_opvang"]
    form = load_template().form("gespreksverslag")
    before = replace(labelled.minutes, summary=summarise(labelled.minutes, Setting(), form))
    corrected = tuple(
        replace(line, text=line.text.replace("donderdag", "zaterdag"), words=()) if line.id == "L0047" else line for line in before.lines
    )
    after = followed(replace(before, lines=corrected), before, Settings(), None)
    assert after.summary is not None
    assert any("zaterdag langs" in one.text for one in after.summary)
    assert not any("breng ik donderdag langs" in one.text for one in after.summary)
    written = tuple(replace(one, origin=STAFF) for one in before.summary or ())
    assert followed(replace(before, lines=corrected, summary=written), before, Settings(), None).summary == written


def test_in_a_summary_that_staff_wrote_in_the_other_sentences_follow_a_correction() -> None:
    labelled = ALL["intake_opvang"]
    whole = summarise(labelled.minutes, Setting(), load_template().form("gespreksverslag"))
    own = next(at for at, one in enumerate(whole) if one.origin != RECORD and "L0047" not in one.lines)
    written = tuple(replace(one, text="Wat de medewerker schreef.", origin=STAFF) if at == own else one for at, one in enumerate(whole))
    before = replace(labelled.minutes, summary=written)
    corrected = tuple(
        replace(line, text=line.text.replace("donderdag langs", "zaterdag langs"), words=()) if line.id == "L0047" else line
        for line in before.lines
    )
    after = followed(replace(before, lines=corrected), before, Settings(), None).summary or ()
    assert [one.origin for one in after].count(STAFF) == 1
    assert after[own] == written[own]
    assert any("zaterdag langs" in one.text for one in after)
    assert not any("donderdag langs" in one.text for one in after)
