import json

import pytest

from pipeline.recording.probe import inspect
from pipeline.settings import Recordings
from pipeline.shipped import SAMPLE_AUDIO


def test_the_sample_and_its_cut_second_recording_fit_their_reference() -> None:
    table = inspect(SAMPLE_AUDIO / "gesprek.m4a", Recordings()).format
    phone = inspect(SAMPLE_AUDIO / "gesprek_telefoon.ogg", Recordings()).format
    truth = json.loads((SAMPLE_AUDIO / "gesprek_telefoon.json").read_text())
    start, end = truth["missing_ms"]
    assert table.damage is None
    assert phone.damage is None
    assert table.duration_ms - truth["starts_ms"] - (end - start) == pytest.approx(phone.duration_ms, abs=100)
    spoken = (SAMPLE_AUDIO / "gesprek.rttm").read_text().splitlines()
    written = (SAMPLE_AUDIO / "gesprek.txt").read_text().splitlines()
    assert len(spoken) == len(written) == 28
    last = spoken[-1].split()
    assert (float(last[3]) + float(last[4])) * 1000 < table.duration_ms
