from datetime import timedelta

import pytest

from pipeline.dossier.agreements import record_agreement
from pipeline.dossier.custody import Act
from pipeline.dossier.hold import end_hold, hold, running_holds
from pipeline.dossier.keys import OrganisationKey
from pipeline.dossier.layout import Dossier
from pipeline.dossier.verify import verify
from pipeline.errors import RefusedByRule, UsageError, WederhoorError
from pipeline.shipped import SAMPLE_AUDIO
from tests.dossier.conftest import NOW

LATER = NOW + timedelta(days=9)
AGREEMENT = (SAMPLE_AUDIO / "agreement.toml").read_text()
REASON = "Canary wil eerst met haar advocaat praten"


def holders(dossier: Dossier) -> list[str]:
    return [running.by for running in running_holds(dossier)]


def record(dossier: Dossier, agreement: str, key: OrganisationKey) -> None:
    record_agreement(dossier, agreement.encode(), actor="staff", now=LATER, signer=key)


def refusal(dossier: Dossier, key: OrganisationKey, by: str, reason: str | None = REASON) -> str:
    with pytest.raises(WederhoorError) as refused:
        end_hold(dossier, by=by, reason=reason, now=LATER, signer=key)
    return refused.value.text_key


@pytest.mark.parametrize("by", ["client", "staff", "committee"])
def test_either_party_and_the_committee_start_a_hold_at_once(dossier: Dossier, key: OrganisationKey, by: str) -> None:
    hold(dossier, by=by, reason=None, now=NOW, signer=key)
    assert holders(dossier) == [by]
    assert verify(dossier.path).holds


def test_a_hold_asked_for_twice_is_one_hold(dossier: Dossier, key: OrganisationKey) -> None:
    first = hold(dossier, by="client", reason=None, now=NOW, signer=key)
    assert hold(dossier, by="client", reason=None, now=LATER, signer=key) == first
    assert holders(dossier) == ["client"]


def test_after_an_end_a_hold_can_be_asked_for_again(dossier: Dossier, key: OrganisationKey) -> None:
    hold(dossier, by="client", reason=None, now=NOW, signer=key)
    end_hold(dossier, by="client", reason=REASON, now=LATER, signer=key)
    hold(dossier, by="client", reason=None, now=LATER, signer=key)
    assert holders(dossier) == ["client"]


def test_somebody_else_cannot_ask(dossier: Dossier, key: OrganisationKey) -> None:
    with pytest.raises(UsageError):
        hold(dossier, by="neighbour", reason=None, now=NOW, signer=key)
    assert holders(dossier) == []


def test_the_reason_is_kept_beside_the_log_and_not_in_it(dossier: Dossier, key: OrganisationKey) -> None:
    hold(dossier, by="client", reason=REASON, now=NOW, signer=key)
    assert b"Canary" not in dossier.custody_log.read_bytes()
    assert [path.read_text() for path in dossier.holds.iterdir()] == [REASON]
    assert verify(dossier.path).holds


def test_who_asked_ends_it_with_a_reason(dossier: Dossier, key: OrganisationKey) -> None:
    hold(dossier, by="client", reason=None, now=NOW, signer=key)
    assert refusal(dossier, key, "client", reason=" ") == "hold_reason_missing"
    assert refusal(dossier, key, "staff") == "hold_of_another"
    end_hold(dossier, by="client", reason=REASON, now=LATER, signer=key)
    assert holders(dossier) == []
    assert refusal(dossier, key, "client") == "hold_none"


@pytest.mark.parametrize("registered", ["2026-03-09", "'vorige week'"])
def test_while_a_complaint_runs_or_may_run_only_the_committee_ends_it(dossier: Dossier, key: OrganisationKey, registered: str) -> None:
    hold(dossier, by="client", reason=None, now=NOW, signer=key)
    record(dossier, AGREEMENT.replace("[procedure]", f"[procedure]\ncomplaint_registered_at = {registered}"), key)
    assert refusal(dossier, key, "client") == "hold_complaint_registered"
    end_hold(dossier, by="committee", reason=REASON, now=LATER, signer=key)
    assert holders(dossier) == []


def test_the_committee_ends_every_hold(dossier: Dossier, key: OrganisationKey) -> None:
    for by in ("client", "staff"):
        hold(dossier, by=by, reason=None, now=NOW, signer=key)
    ended = end_hold(dossier, by="committee", reason=REASON, now=LATER, signer=key)
    assert [(entry.act, entry.settings["of"]) for entry in ended] == [(Act.HOLD_ENDED, "client"), (Act.HOLD_ENDED, "staff")]
    assert holders(dossier) == []


def test_a_hold_in_an_agreement_counts_and_a_later_agreement_that_leaves_it_out_does_not_end_it(
    dossier: Dossier, key: OrganisationKey
) -> None:
    record(dossier, f"{AGREEMENT}\n[[hold]]\nby = 'client'\nsince = 2026-03-05\n", key)
    assert holders(dossier) == ["client"]
    record(dossier, AGREEMENT, key)
    assert holders(dossier) == ["client"]
    end_hold(dossier, by="client", reason=REASON, now=LATER, signer=key)
    record(dossier, f"{AGREEMENT}\n[[hold]]\nby = 'client'\nsince = 2026-03-05\n# nog eens\n", key)
    assert holders(dossier) == []


@pytest.mark.parametrize(
    ("ending", "still_running"),
    [
        ("ended_at = 2026-03-06\nended_by = 'client'\nend_reason = 'opgelost'", False),
        ("ended_at = 2026-03-06\nended_by = 'committee'\nend_reason = 'klaar'", False),
        ("ended_at = 2026-03-06\nended_by = 'staff'\nend_reason = 'lang genoeg'", True),
        ("ended_at = 2026-03-06\nended_by = 'client'", True),
        ("ended_at = 2026-03-06", True),
        ("ended_at = 'weet niet'\nended_by = 'client'\nend_reason = 'x'", True),
    ],
)
def test_an_end_in_an_agreement_counts_only_by_who_may_end_it(
    dossier: Dossier, key: OrganisationKey, ending: str, still_running: bool
) -> None:
    record(dossier, f"{AGREEMENT}\n[[hold]]\nby = 'client'\nsince = 2026-03-05\n{ending}\n", key)
    assert holders(dossier) == (["client"] if still_running else [])


def test_a_hold_that_was_not_understood_counts_and_only_the_committee_ends_it(dossier: Dossier, key: OrganisationKey) -> None:
    record(dossier, f"hold = 'ja graag'\n{AGREEMENT}", key)
    assert holders(dossier) == ["unknown"]
    with pytest.raises(RefusedByRule):
        end_hold(dossier, by="client", reason=REASON, now=LATER, signer=key)
    end_hold(dossier, by="committee", reason=REASON, now=LATER, signer=key)
    assert holders(dossier) == []
