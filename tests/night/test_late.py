"""An agreement that comes when its recording was done already: joined where it is certain, told where it is not, never guessed."""

from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.dossier.agreements import agreement_of
from pipeline.dossier.retention import dossiers_in
from pipeline.errors import InputRefused
from pipeline.minutes.versions import load_current
from pipeline.night import late
from pipeline.night.claims import Claim, take_file
from pipeline.night.late import dossier_of, late_agreements
from pipeline.night.owner import this_process
from pipeline.night.run import Night
from pipeline.night.spool import Spool
from pipeline.night.why import quarantined
from pipeline.settings import Settings
from tests.commands import FAKE_ENGINES
from tests.night.conftest import NOW, dropped
from tests.night.planted import speechlike
from tests.night.test_report import result

HOUR_NS = 3_600_000_000_000
AGREEMENT = "[[party]]\nrole = 'client'\nname = 'Mevrouw Aerts'\n"


def taken(inbox: Spool, path: Path) -> Claim:
    claim = take_file(inbox, path, this_process(), now="2026-11-25T22:00:00Z")
    assert claim is not None
    return claim


def done(inbox: Spool, path: Path, night: str = "2026-11-25") -> Claim:
    claim = taken(inbox, path)
    claim.move_to(inbox.done / night / claim.id)
    return claim


def found(inbox: Spool, *, later_ns: int = HOUR_NS) -> list[str]:
    return [drop.path.name for drop in late_agreements(inbox, inbox.now_ns() + later_ns)]


@pytest.mark.parametrize("name", ["gesprek.toml", "gesprek.m4a.toml"])
def test_it_is_seen_when_it_lay_by_itself_for_an_hour(inbox: Spool, name: str) -> None:
    done(inbox, dropped(inbox.top / "jan", "gesprek.m4a"))
    dropped(inbox.top / "jan", name)
    assert found(inbox, later_ns=HOUR_NS // 2) == []
    assert found(inbox) == [name]


def test_it_waits_for_a_recording_that_is_there_or_coming_or_under_way(inbox: Spool) -> None:
    done(inbox, dropped(inbox.top, "gesprek.m4a"))
    dropped(inbox.top, "gesprek.toml")
    coming = dropped(inbox.top, "gesprek.m4a.kopie")
    assert found(inbox) == []
    coming.rename(inbox.top / "gesprek.m4a")
    assert found(inbox) == []
    claim = taken(inbox, inbox.top / "gesprek.m4a")
    assert found(inbox) == []
    claim.move_to(inbox.quarantine / claim.folder.name)
    assert found(inbox) == []


def test_one_without_a_recording_done_lately_in_the_same_place_under_the_same_name_is_left_alone(inbox: Spool) -> None:
    done(inbox, dropped(inbox.top / "jan", "gesprek.m4a"))
    done(inbox, dropped(inbox.top / "piet", "anders.m4a"))
    for folder, name in (("piet", "gesprek.toml"), ("jan", "gesprek 2.toml"), ("jan", "afspraak.toml")):
        dropped(inbox.top / folder, name)
    assert found(inbox) == []


@pytest.fixture
def settings(inbox: Spool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name, value in FAKE_ENGINES.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(late, "LAIN_SECONDS", 0)
    given = {"inbox": inbox.top, "cases": tmp_path / "zaken", "reports": tmp_path / "reports", "settle_seconds": 0, "minimum_free_gb": 0}
    return Settings(paths={"output": tmp_path / "archive"}, night=given | {"lease_seconds": 0.3})  # type: ignore[arg-type]


def run(settings: Settings, days: int) -> None:
    Night.open(settings, now=lambda: NOW + timedelta(days=days)).work()


def test_the_next_night_the_dossier_has_it_and_the_minutes_say_so(inbox: Spool, settings: Settings) -> None:
    speechlike(inbox.top / "gesprek.wav", 2_500, 1)
    run(settings, 0)
    (dossier,) = dossiers_in(settings.paths.output)
    assert agreement_of(dossier) is None
    (inbox.top / "gesprek.toml").write_text(AGREEMENT)

    run(settings, 1)
    run(settings, 2)

    stored = load_current(dossier.minutes_folder).minutes
    assert dossier.agreement.read_text() == AGREEMENT
    assert stored.version == "v002"
    assert [party.name for party in stored.agreement.parties] == ["Mevrouw Aerts"]
    assert not (inbox.top / "gesprek.toml").exists()
    assert quarantined(inbox) == []
    assert [path.name for path in inbox.done.glob("*/*/original/*")] == []

    # The name again, for another agreement: a person must say so by putting the recording beside it.
    (inbox.top / "gesprek.toml").write_text(AGREEMENT.replace("Aerts", "Berg"))
    run(settings, 3)
    ((claim, reason),) = quarantined(inbox)
    assert reason.key == "night_agreement_another"
    assert claim.original() is not None
    assert "met dezelfde naam" in (inbox.top / "WAAROM.txt").read_text()
    assert dossier.agreement.read_text() == AGREEMENT


def test_where_two_recordings_had_the_name_nobody_guesses(inbox: Spool, settings: Settings) -> None:
    for number in range(2):
        speechlike(inbox.top / "gesprek.wav", 2_500 + number, number)
        claim = taken(inbox, inbox.top / "gesprek.wav")
        folder = settings.paths.output / f"2026-11-25-{number:08}"
        (folder / "recording").mkdir(parents=True)
        (folder / "recording" / "recording.json").touch()
        (folder / "custody.jsonl").touch()
        claim.write("result.json", result(folder=str(folder)))
        claim.move_to(inbox.done / "2026-11-25" / claim.id)
    claim = taken(inbox, dropped(inbox.top, "gesprek.toml", AGREEMENT.encode()))
    with pytest.raises(InputRefused) as refused:
        dossier_of(claim)
    assert refused.value.text_key == "night_agreement_unclear"
