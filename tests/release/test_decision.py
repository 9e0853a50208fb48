from datetime import date
from itertools import product

import pytest

from pipeline.recording.agreement import Agreement, parse_agreement
from pipeline.recording.rules import Rule
from pipeline.release.decision import COMMITTEE, Decision, ReleaseCircumstances, ReleaseGround, What, both_sides, may_receive

TODAY = date(2026, 3, 10)
PARTIES = """
[[party]]
id = "client"
role = "client"
age_key = "age1client"
[[party]]
id = "staff"
role = "staff"
[[party]]
id = "lawyer"
role = "lawyer"
acts_for = "client"
[[party]]
id = "interpreter"
role = "interpreter"
[[party]]
id = "chair"
role = "chair"
"""
REGISTERED = "[procedure]\ncomplaint_registered_at = 2026-03-09\ncommittee_age_key = 'age1committee'\n"
DOCTOR = """
[[recipient]]
id = "doctor"
name = "Canary Huisarts"
"""
CLIENT_AGREES = "[[recipient.agreed]]\nparty = 'client'\nat = 2026-03-04\n"
STAFF_AGREES = "[[recipient.agreed]]\nparty = 'staff'\nat = 2026-03-05\n"


def agreed(*parts: str) -> Agreement:
    return parse_agreement("".join((PARTIES, *parts)).encode())


def decide(agreement: Agreement | None, to: str, what: What = What.RECORDING, today: date = TODAY) -> Decision:
    return may_receive(agreement, to, ReleaseCircumstances(what=what, today=today))


@pytest.mark.parametrize("what", What)
@pytest.mark.parametrize(
    "agreement",
    [
        None,
        agreed(),
        agreed(REGISTERED),
        agreed(DOCTOR, CLIENT_AGREES),
        parse_agreement(b""),
        parse_agreement(b"[decision]\noutcome='refused'"),
    ],
)
def test_what_one_party_may_receive_the_other_may_too(agreement: Agreement | None, what: What) -> None:
    client, staff = (decide(agreement, side, what) for side in both_sides(agreement))
    assert (client.ground, client.rule, client.missing, client.told) == (staff.ground, staff.rule, staff.missing, staff.told)


@pytest.mark.parametrize(("to", "what"), list(product(("client", "staff"), What)))
def test_a_party_may_receive_everything(to: str, what: What) -> None:
    decision = decide(agreed(), to, what)
    assert (decision.allowed, decision.ground, decision.rule) == (True, ReleaseGround.PARTY, Rule.COPY)


def test_without_an_agreement_only_a_copy_of_the_recording_is_given() -> None:
    for to, what in product(("client", "staff"), What):
        decision = decide(None, to, what)
        assert decision.allowed == (what is What.RECORDING)
        assert decision.ground in (ReleaseGround.PARTY, ReleaseGround.NO_AGREEMENT)
    assert decide(None, COMMITTEE).ground is ReleaseGround.NO_AGREEMENT


def test_a_party_that_the_agreement_forgot_is_still_a_party() -> None:
    only_staff = parse_agreement(b"[[party]]\nid = 'mentor'\nrole = 'staff'\n")
    assert decide(only_staff, "client").allowed
    assert decide(only_staff, "mentor").allowed
    assert not decide(only_staff, "staff").allowed


def test_who_acts_for_a_party_is_no_third_party_and_who_acts_for_nobody_is() -> None:
    assert decide(agreed(), "lawyer").ground is ReleaseGround.ACTS_FOR
    assert decide(agreed(), "interpreter").ground is ReleaseGround.NOT_AGREED
    for acts_for in ("doctor", "lawyer", "nobody"):
        agreement = parse_agreement(f"{PARTIES}[[party]]\nid='friend'\nrole='supporter'\nacts_for='{acts_for}'\n{DOCTOR}".encode())
        assert decide(agreement, "friend").ground is ReleaseGround.NOT_AGREED


def test_the_committee_needs_nobody_once_a_complaint_is_registered_and_both_are_told() -> None:
    for to in (COMMITTEE, "chair"):
        before, after = decide(agreed(), to), decide(agreed(REGISTERED), to)
        assert (before.allowed, before.ground) == (False, ReleaseGround.NOT_REGISTERED)
        assert (after.allowed, after.ground, after.told) == (True, ReleaseGround.COMMITTEE, ("client", "staff"))
        assert after.age_key == "age1committee"


def test_a_complaint_of_tomorrow_or_of_the_past_is_not_running() -> None:
    assert not decide(agreed(REGISTERED), COMMITTEE, today=date(2026, 3, 8)).allowed
    assert not decide(agreed(REGISTERED, "complaint_closed_at = 2026-03-10\n"), COMMITTEE).allowed


def test_a_registration_that_was_not_understood_is_no_registration() -> None:
    decision = decide(agreed("[procedure]\ncomplaint_registered_at = 'vorige week'\n"), COMMITTEE)
    assert decision.ground is ReleaseGround.NOT_UNDERSTOOD


def test_a_committee_that_was_at_the_conversation_is_a_participant() -> None:
    agreement = parse_agreement(b"[[party]]\nid='chair'\nrole='chair'\npresent=true\n")
    assert decide(agreement, "chair").ground is ReleaseGround.PARTY


def test_a_third_party_receives_only_when_both_agreed() -> None:
    for parts, missing in (
        ((), ("client", "staff")),
        ((CLIENT_AGREES,), ("staff",)),
        ((STAFF_AGREES,), ("client",)),
        ((CLIENT_AGREES, STAFF_AGREES), ()),
    ):
        decision = decide(agreed(DOCTOR, *parts), "doctor")
        assert decision.missing == missing
        assert decision.allowed == (not missing)
    assert decision.told == ("client", "staff")


@pytest.mark.parametrize(
    "withdrawal",
    [
        "[[recipient.agreed]]\nparty='staff'\nwithdrawn_at=2026-03-06\n",
        "[[recipient.agreed]]\nparty='staff'\nwithdrawn_at=2026-03-05\n",
        "[[recipient.agreed]]\nparty='staff'\nat=2026-03-05\nwithdrawn_at=2026-03-06\n",
    ],
)
def test_a_withdrawal_counts_wherever_it_is_written(withdrawal: str) -> None:
    assert decide(agreed(DOCTOR, CLIENT_AGREES, STAFF_AGREES, withdrawal), "doctor").missing == ("staff",)


def test_who_agrees_again_after_a_withdrawal_agrees() -> None:
    again = (
        "[[recipient.agreed]]\nparty='staff'\nat=2026-03-05\nwithdrawn_at=2026-03-06\n[[recipient.agreed]]\nparty='staff'\nat=2026-03-07\n"
    )
    assert decide(agreed(DOCTOR, CLIENT_AGREES, again), "doctor").allowed


def test_agreeing_as_of_a_later_day_is_not_yet_agreeing() -> None:
    later = "[[recipient.agreed]]\nparty='staff'\nat=2026-03-11\n"
    assert decide(agreed(DOCTOR, CLIENT_AGREES, later), "doctor").missing == ("staff",)


def test_a_withdrawal_that_was_not_understood_blocks() -> None:
    unclear = "[[recipient.agreed]]\nparty='staff'\nat=2026-03-05\nwithdrawn_at='weet ik niet meer'\n"
    assert decide(agreed(DOCTOR, CLIENT_AGREES, unclear), "doctor").ground is ReleaseGround.NOT_UNDERSTOOD


def test_a_second_client_must_agree_too() -> None:
    second = "[[party]]\nid='partner'\nrole='client'\n"
    assert decide(agreed(second, DOCTOR, CLIENT_AGREES, STAFF_AGREES), "doctor").missing == ("partner",)


def test_a_legal_duty_is_a_ground_when_it_is_written_down() -> None:
    duty = "legal_duty = 'vordering officier van justitie, art. 126nd Sv'\n"
    decision = decide(agreed(DOCTOR, duty), "doctor")
    assert (decision.ground, decision.told) == (ReleaseGround.LEGAL_DUTY, ("client", "staff"))
    assert not decide(agreed(DOCTOR, "legal_duty = ' '\n"), "doctor").allowed


def test_somebody_the_agreement_does_not_know_has_no_name_in_the_decision() -> None:
    decision = decide(agreed(), "Canary van der Name")
    assert (decision.allowed, decision.to) == (False, "other")
