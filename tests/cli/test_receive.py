import re
from pathlib import Path

from tests.commands import ROOT, wederhoor

SAMPLE = ROOT / "sample_audio" / "gesprek.m4a"


def test_a_recording_that_is_refused_does_not_keep_the_next_from_being_secured(tmp_path: Path) -> None:
    empty = tmp_path / "leeg.wav"
    empty.touch()
    done = wederhoor("receive", empty, SAMPLE, "--out", tmp_path / "out", environment={"WEDERHOOR_PATHS__DATA": str(tmp_path / "data")})
    assert done.returncode == 3
    assert "“leeg.wav” is leeg." in done.stderr
    assert "Ontvangstbewijs van een opname" in done.stdout
    assert len(list((tmp_path / "out").glob("*/recording/original.m4a"))) == 1


def test_a_place_where_no_dossier_can_be_written_is_told_and_is_no_fault_of_ours(tmp_path: Path) -> None:
    (tmp_path / "bestand").touch()
    for out in (tmp_path / "bestand", tmp_path / "bestand" / "dieper"):
        done = wederhoor("receive", SAMPLE, "--out", out, environment={"WEDERHOOR_PATHS__DATA": str(tmp_path / "data")})
        assert done.returncode == 2
        assert f"In de map “{out.name}” kan Wederhoor niet schrijven." in done.stderr
        assert "De opname is nog niet bewaard." in done.stderr


def test_a_recording_that_was_received_before_is_told_so(tmp_path: Path) -> None:
    def receipt(by: str) -> str:
        environment = {"WEDERHOOR_PATHS__DATA": str(tmp_path / "data")}
        return wederhoor("receive", SAMPLE, "--by", by, "--out", tmp_path / "out", environment=environment).stdout

    told = "Deze opname was al eerder ontvangen"
    assert told not in receipt("app")
    (recording,) = (tmp_path / "out").glob("*/recording/recording.json")
    recording.write_text(re.sub(r'"received_at": ?"\d{4}', '"received_at": "2001', recording.read_text()))
    assert told in receipt("cable")
