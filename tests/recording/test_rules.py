from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.recording.agreement import parse_agreement
from pipeline.recording.rules import CHECKS, Circumstances, Rule, RuleResult, Standing, check_rules
from pipeline.texts import Language, texts

TODAY = Circumstances(today=date(2026, 3, 10))


def result(rule: Rule, toml: str, circumstances: Circumstances = TODAY) -> RuleResult:
    report = check_rules(parse_agreement(toml.encode()), circumstances)
    return next(result for result in report.rules if result.rule is rule)


CASES: list[tuple[Rule, str, Standing, str]] = [
    (Rule.ALLOWED, "", Standing.UNKNOWN, "decision_missing"),
    (Rule.ALLOWED, "[decision]\noutcome = 'allowed'", Standing.FOLLOWED, "allowed"),
    (Rule.ALLOWED, "[decision]\noutcome = 'refused'\nalternative = 'verslag'", Standing.NOT_FOLLOWED, "refused_without_reason"),
    (Rule.ALLOWED, "[decision]\noutcome = 'refused'\nweighty_reason = 'rust'", Standing.NOT_FOLLOWED, "refused_without_alternative"),
    (
        Rule.ALLOWED,
        "[decision]\noutcome = 'alternative'\nweighty_reason = 'rust'\nalternative = 'verslag'",
        Standing.FOLLOWED,
        "refused_with_reason_and_alternative",
    ),
    (Rule.ALLOWED, "[decision]\noutcome = 'misschien'", Standing.UNKNOWN, "not_understood"),
    (Rule.INFORM, "", Standing.UNKNOWN, "information_missing"),
    (Rule.INFORM, "[information]\nwhere = ['folder']", Standing.FOLLOWED, "informed"),
    (Rule.ANNOUNCE, "", Standing.UNKNOWN, "announcement_missing"),
    (Rule.ANNOUNCE, "[announcement]\nwhen = 'before'", Standing.FOLLOWED, "announced_before"),
    (Rule.ANNOUNCE, "[announcement]\nwhen = 'during'", Standing.NOT_FOLLOWED, "announced_during"),
    (Rule.ANNOUNCE, "[announcement]\nwhen = 'found_later'", Standing.NOT_FOLLOWED, "found_later"),
    (
        Rule.ANNOUNCE,
        "[announcement]\nwhen = 'found_later'\nagreed_afterwards = 'bewaren'",
        Standing.NOT_FOLLOWED,
        "found_later_and_agreed",
    ),
    (Rule.COPY, "", Standing.UNKNOWN, "copies_not_noted"),
    (Rule.COPY, "copy_asked = false", Standing.FOLLOWED, "no_copy_asked"),
    (Rule.COPY, "copy_asked = true", Standing.UNKNOWN, "copies_not_noted"),
    (Rule.COPY, "[[copy]]\nasked_by = 'client'", Standing.UNKNOWN, "copy_without_date"),
    (Rule.COPY, "[[copy]]\ndue = 2026-03-09", Standing.UNKNOWN, "copy_delivery_not_noted"),
    (Rule.COPY, "[[copy]]\ndue = 2026-03-10", Standing.FOLLOWED, "copy_to_come"),
    (Rule.COPY, "[[copy]]\ndue = 2026-03-09\ndelivered_at = 2026-03-20", Standing.NOT_FOLLOWED, "copy_late"),
    (Rule.COPY, "[[copy]]\ndue = 2026-03-09\ndelivered_at = 2026-03-09T17:00:00", Standing.FOLLOWED, "copy_delivered"),
    (Rule.COPY, "[[copy]]\ndelivered_at = 2026-03-20", Standing.FOLLOWED, "copy_delivered"),
    (Rule.NO_EDITS, "", Standing.UNKNOWN, "edits_not_noted"),
    (Rule.NO_EDITS, "[edits]\nnone = true", Standing.FOLLOWED, "no_edits_told"),
    (Rule.NO_EDITS, "[edits]\nnone = false", Standing.UNKNOWN, "edits_not_described"),
    (Rule.NO_EDITS, "[[edits.announced]]\ntold_at = 2026-03-04\noriginal_kept = false", Standing.FOLLOWED, "edit_told_original_gone"),
    (Rule.NO_EDITS, "[[edits.announced]]\nkind = 'deleted'", Standing.UNKNOWN, "edit_not_told"),
    (
        Rule.NO_EDITS,
        "[[edits.announced]]\ntold_at = 2026-03-04\noriginal_kept = true",
        Standing.FOLLOWED,
        "edit_told",
    ),
    (Rule.NO_EDITS, "[[edits.announced]]\ntold_at = 2026-03-04", Standing.UNKNOWN, "edit_original_unknown"),
    (Rule.NO_THIRD_PARTIES, "", Standing.UNKNOWN, "recipients_not_noted"),
    (Rule.NO_THIRD_PARTIES, "shared_with_others = false", Standing.FOLLOWED, "no_recipients"),
    (Rule.NO_THIRD_PARTIES, "shared_with_others = false\n[[recipient]]\nid = 'krant'", Standing.UNKNOWN, "recipient_not_agreed"),
    (Rule.NO_THIRD_PARTIES, "[[recipient]]\nid = 'krant'", Standing.UNKNOWN, "recipient_not_agreed"),
    (Rule.NO_THIRD_PARTIES, "[[recipient]]\nlegal_duty = 'vordering'", Standing.FOLLOWED, "recipient_by_duty"),
    (Rule.OPEN, "[tips]\nagreed_at_start = false\nsaid_on_recording = true", Standing.NOT_FOLLOWED, "agreed_at_start_not"),
    (Rule.EQUAL, "[tips]\nsame_duties = true", Standing.FOLLOWED, "same_duties"),
    (Rule.TRUST, "", Standing.UNKNOWN, "may_be_used_missing"),
    (
        Rule.PRIVACY,
        "[procedure]\ncomplaint_before = 2026-04-14\n[privacy]\ndelete_audio_on = 2026-04-01",
        Standing.UNKNOWN,
        "deleted_before_complaint_term",
    ),
    (Rule.OPEN, "", Standing.UNKNOWN, "said_on_recording_missing"),
    (Rule.OPEN, "[tips]\nagreed_at_start = true\nsaid_on_recording = true", Standing.FOLLOWED, "agreed_at_start"),
    (Rule.INFORM, "[information]\nurl = 'www.example.org'", Standing.FOLLOWED, "informed"),
    (Rule.EQUAL, "", Standing.UNKNOWN, "same_duties_missing"),
    (Rule.EQUAL, "[tips]\nsame_duties = false", Standing.NOT_FOLLOWED, "same_duties_not"),
    (Rule.TRUST, "[tips]\nmay_be_used_in_procedure = true", Standing.FOLLOWED, "may_be_used"),
    (Rule.TRUST, "[tips]\nmay_be_used_in_procedure = false", Standing.NOT_FOLLOWED, "may_be_used_not"),
    (Rule.PRIVACY, "", Standing.UNKNOWN, "delete_audio_missing"),
    (Rule.PRIVACY, "[privacy]\neveryone_present_told = false", Standing.NOT_FOLLOWED, "everyone_told_not"),
    (
        Rule.PRIVACY,
        "[privacy]\neveryone_present_told = true\nautomated_transcription_told = true\npurpose = 'x'\ncontroller = 'x'\ncontact = 'x'\n"
        "delete_audio_on = 2027-01-01\ndelete_minutes_on = 2027-01-01",
        Standing.FOLLOWED,
        "purpose_noted",
    ),
]


@pytest.mark.parametrize(("rule", "toml", "standing", "ground"), [pytest.param(*case, marks=pytest.mark.rule(case[0])) for case in CASES])
def test_each_rule_says_how_it_stands_and_why(rule: Rule, toml: str, standing: Standing, ground: str) -> None:
    found = result(rule, toml)
    assert found.standing is standing
    assert ground in [each.key for each in found.grounds]


@pytest.mark.rule(Rule.ANNOUNCE)
def test_a_device_clock_that_starts_before_the_announcement_is_a_question_not_a_verdict() -> None:
    toml = "[announcement]\nwhen = 'before'\nat = 2026-03-03T14:00:00+01:00"
    early = Circumstances(today=date(2026, 3, 10), recording_start=datetime(2026, 3, 3, 12, 30, tzinfo=UTC))
    same = Circumstances(today=date(2026, 3, 10), recording_start=datetime(2026, 3, 3, 12, 58, tzinfo=UTC))
    assert result(Rule.ANNOUNCE, toml, early).standing is Standing.UNKNOWN
    assert result(Rule.ANNOUNCE, toml, same).standing is Standing.FOLLOWED


@pytest.mark.rule(Rule.NO_EDITS)
@pytest.mark.parametrize(
    ("toml", "places", "standing", "ground"),
    [
        ("[edits]\nnone = true", 0, Standing.FOLLOWED, "no_places_found"),
        ("[edits]\nnone = true", 2, Standing.UNKNOWN, "places_to_explain"),
        ("", 0, Standing.UNKNOWN, "edits_not_noted"),
    ],
)
def test_what_the_cut_check_found_is_a_question_and_never_breaks_rule_5(toml: str, places: int, standing: Standing, ground: str) -> None:
    found = result(Rule.NO_EDITS, toml, Circumstances(today=date(2026, 3, 10), unannounced_places=places))
    assert found.standing is standing
    assert ground in [each.key for each in found.grounds]


def test_a_blank_agreement_leaves_every_rule_a_question() -> None:
    """No rule counts as followed because nobody wrote anything, and none as broken."""
    report = check_rules(parse_agreement(b""), TODAY)
    assert {rule.standing for rule in report.rules} == {Standing.UNKNOWN}


PARTIES = "[[party]]\nid = 'client'\nrole = 'client'\n[[party]]\nid = 'staff'\nrole = 'staff'\n"


@pytest.mark.rule(Rule.NO_THIRD_PARTIES)
@pytest.mark.parametrize(
    ("agreed", "missing"),
    [
        ("", "client, staff"),
        ("[[recipient.agreed]]\nparty = 'client'\nat = 2026-03-05\n", "staff"),
        (
            "[[recipient.agreed]]\nparty = 'client'\nat = 2026-03-05\n"
            "[[recipient.agreed]]\nparty = 'staff'\nat = 2026-03-05\nwithdrawn_at = 2026-03-06\n",
            "staff",
        ),
    ],
)
def test_sharing_needs_both_sides_and_a_withdrawal_counts(agreed: str, missing: str) -> None:
    found = result(Rule.NO_THIRD_PARTIES, f"{PARTIES}[[recipient]]\nid = 'krant'\n{agreed}")
    assert found.grounds[0].details["parties"] == missing


@pytest.mark.rule(Rule.NO_THIRD_PARTIES)
def test_sharing_both_sides_agreed_to_is_followed() -> None:
    agreed = "".join(f"[[recipient.agreed]]\nparty = '{party}'\nat = 2026-03-05\n" for party in ("client", "staff"))
    assert result(Rule.NO_THIRD_PARTIES, f"{PARTIES}[[recipient]]\nid = 'krant'\n{agreed}").standing is Standing.FOLLOWED


def test_without_an_agreement_every_rule_is_unknown() -> None:
    report = check_rules(None, TODAY)
    assert [rule.standing for rule in report.rules] == [Standing.UNKNOWN] * len(Rule)


def test_every_rule_is_checked_once() -> None:
    assert sorted(check.rule for check in CHECKS) == sorted(Rule)


@pytest.mark.parametrize("language", list(Language))
def test_every_ground_has_its_sentence_and_everything_but_followed_has_advice(language: Language) -> None:
    source = (Path(__file__).parents[2] / "pipeline" / "recording" / "rules.py").read_text()
    keys = texts(language).all_keys()
    for key in (key.rpartition(".")[2] for key in keys if key.startswith("rules.advice.")):
        assert f"rules.ground.{key}" in keys
    for rule in Rule:
        assert {f"rules.{rule}.title", f"rules.{rule}.words"} <= keys
    assert "toestemming" not in source


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from([
    "[decision]\noutcome = 'refused'", "[announcement]\nwhen = 'found_later'", "[[copy]]\ndue = 2026-01-01", "[edits]\nnone = false",
    "[[recipient]]\nid = 'x'", "[tips]\nsame_duties = false", "[privacy]\npurpose = 'x'", "[information]\nurl = 'x'",
]), unique=True))  # fmt: skip
def test_every_ground_of_any_agreement_can_be_said_in_both_languages(tables: list[str]) -> None:
    report = check_rules(parse_agreement("\n".join(tables).encode()), TODAY)
    for language in Language:
        say = texts(language)
        for found in report.rules:
            for ground in found.grounds:
                assert say(f"rules.ground.{ground.key}", **ground.details)
                if ground.standing is not Standing.FOLLOWED:
                    assert say(f"rules.advice.{ground.key}")


def test_a_withdrawal_in_a_table_of_its_own_counts_until_agreed_again() -> None:
    both = "".join(f"[[recipient.agreed]]\nparty = '{party}'\nat = 2026-03-05\n" for party in ("client", "staff"))
    withdrawn = "[[recipient.agreed]]\nparty = 'staff'\nwithdrawn_at = 2026-03-07\n"
    again = "[[recipient.agreed]]\nparty = 'staff'\nat = 2026-03-09\n"
    recipient = f"{PARTIES}[[recipient]]\nid = 'krant'\n"
    assert result(Rule.NO_THIRD_PARTIES, recipient + both + withdrawn).standing is Standing.UNKNOWN
    assert result(Rule.NO_THIRD_PARTIES, recipient + both + withdrawn + again).standing is Standing.FOLLOWED
