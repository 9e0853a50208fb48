from pathlib import Path

from tests.commands import ROOT, wederhoor
from tests.fixtures.audio import Encoding, encode
from tests.integrity.builders import cut_keeping_times, speech, stream_copy

SAMPLE = ROOT / "sample_audio" / "gesprek.m4a"


def test_what_was_found_stands_between_the_conclusion_and_what_the_tests_can_find(tmp_path: Path) -> None:
    whole = encode(tmp_path / "heel.m4a", speech(SAMPLE, 16000, 12), Encoding(".m4a", "aac", 16000, bit_rate=32000))
    cut = stream_copy(whole, tmp_path / "geknipt.m4a", cut_keeping_times(60, 30))
    done = wederhoor("examine", cut, environment={"WEDERHOOR_PATHS__DATA": str(tmp_path / "data")})
    assert done.returncode == 0
    conclusion, findings, tests = done.stdout.strip().split("\n\n")
    assert conclusion.startswith("Er zijn een of meer plekken gevonden")
    assert "F001  00:00:03–00:00:06  Gevonden en niet gemeld." in findings
    assert "het bestand zelf  In het bestand staat met welk programma het is gemaakt" in findings
    assert tests.startswith("Alle toetsen samen.")
