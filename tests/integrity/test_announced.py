from pipeline.integrity.announced import Found, match
from pipeline.integrity.model import INTERRUPTED, BothLanguages, Finding, Level, Outcome, Strength, StrengthLabel, Trace
from pipeline.recording.agreement import AnnouncedEdit, EditKind

DURATION = 600_000


def found(
    number: int, start: int, end: int, *, missing: int | None = None, level: Level = Level.DISCONTINUITY, kind: str = "time_gap"
) -> Found:
    trace = Trace(level=level, kind=kind, start_ms=start, end_ms=end, hypotheses=INTERRUPTED, missing_ms=missing)
    finding = Finding(
        id=f"F{number:03d}",
        level=level,
        kind=kind,
        start_ms=start,
        end_ms=end,
        channel=None,
        detector="structure",
        strength=Strength(label=StrengthLabel.NOT_CALIBRATED, likelihood_ratio=None),
        hypotheses=INTERRUPTED,
        announced=None,
        text=BothLanguages(nl="", en=""),
        evidence={},
    )
    return Found(finding, trace)


def edit(start: str, kind: EditKind = EditKind.DELETED, **more: str) -> AnnouncedEdit:
    return AnnouncedEdit.model_validate({"kind": kind, "from": start, **more})


def test_an_edit_within_half_a_second_is_announced_and_found() -> None:
    (finding,), (result,) = match((found(1, 60_400, 60_400),), (edit("1:00", id="een"),), DURATION)
    assert (result.id, result.outcome, result.finding_id) == ("een", Outcome.FOUND, "F001")
    assert finding.announced == "een"


def test_further_away_it_is_not_unless_the_party_said_so() -> None:
    far = (found(1, 62_000, 62_000),)
    assert match(far, (edit("1:00"),), DURATION)[1][0].outcome is Outcome.NOT_FOUND
    assert match(far, (edit("1:00", precision="0:05"),), DURATION)[1][0].outcome is Outcome.FOUND


def test_one_announcement_covers_one_place() -> None:
    findings, _ = match((found(1, 60_000, 60_000), found(2, 60_200, 60_200)), (edit("1:00"),), DURATION)
    assert sorted(finding.announced is None for finding in findings) == [False, True]


def test_what_two_tests_saw_at_one_place_is_one_place() -> None:
    findings, _ = match((found(1, 60_000, 60_000), found(2, 60_200, 60_200, kind="block_order")), (edit("1:00"),), DURATION)
    assert all(finding.announced for finding in findings)


def test_another_length_than_announced_stays_unannounced() -> None:
    (finding,), (result,) = match((found(1, 60_000, 60_000, missing=90_000),), (edit("1:00", length="0:05"),), DURATION)
    assert (result.outcome, result.finding_id, finding.announced) == (Outcome.DIFFERENT, "F001", None)


def test_another_kind_than_announced_stays_unannounced() -> None:
    (finding,), (result,) = match((found(1, 60_000, 60_000, level=Level.SOURCE_ANOMALY),), (edit("1:00"),), DURATION)
    assert (result.outcome, finding.announced) == (Outcome.DIFFERENT, None)


def test_an_edit_without_a_place_is_matched_by_its_length() -> None:
    told = AnnouncedEdit.model_validate({"kind": "deleted", "length": "0:05"})
    (_, second), (result,) = match((found(1, 9_000, 9_000), found(2, 60_000, 60_000, missing=5_100)), (told,), DURATION)
    assert result.finding_id == "F002"
    assert second.announced == "edit-1"


def test_a_count_that_is_short_by_what_was_announced_is_announced() -> None:
    whole = found(2, 0, DURATION, missing=5_000, kind="fewer_frames_than_counted")
    findings, _ = match((found(1, 60_000, 60_000), whole), (edit("1:00", length="0:05"),), DURATION)
    assert all(finding.announced for finding in findings)
    findings, _ = match((found(1, 60_000, 60_000), found(2, 0, DURATION, missing=50_000)), (edit("1:00", length="0:05"),), DURATION)
    assert findings[1].announced is None


def test_history_is_never_announced() -> None:
    (finding,), (result,) = match((found(1, 60_000, 60_000, level=Level.HISTORY),), (edit("1:00"),), DURATION)
    assert (finding.announced, result.outcome) == (None, Outcome.NOT_FOUND)
