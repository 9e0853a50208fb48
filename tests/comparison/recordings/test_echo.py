import numpy as np
import pytest

from pipeline.comparison.recordings.echo import Known, learn
from pipeline.comparison.recordings.likelihood import Line
from tests.comparison.recordings.conftest import Receive, Samples, ms

# The second recording of the sample starts 600 ms later.
TRUE = Line(600.0, 0.0)


def test_waveforms_speak_for_the_true_line_and_against_another(talk: Samples, phone: Samples, receive: Receive) -> None:
    echo = learn(receive(talk).audio, receive(phone).audio, [Known(TRUE, 5_000, 20_000)])
    assert echo is not None
    assert echo.evidence(TRUE, 25_000, 45_000).sum() > 500
    assert echo.evidence(Line(3_600.0, 0.0), 25_000, 45_000).sum() < -500


def test_silence_in_both_says_nothing(talk: Samples, phone: Samples, receive: Receive) -> None:
    quiet = np.random.default_rng(1).normal(0, 1e-4, (2, 16_000 * 10)).astype(np.float32)
    a = np.concatenate([ms(talk, 600, 20_600), quiet[0]])
    b = np.concatenate([ms(phone, 0, 20_000), quiet[1]])
    echo = learn(receive(a).audio, receive(b).audio, [Known(Line(0.0, 0.0), 0, 20_000)])
    assert echo is not None
    assert abs(echo.evidence(Line(0.0, 0.0), 20_500, 30_000).sum()) < 25


def test_follows_a_line_beyond_the_ends_of_both(talk: Samples, phone: Samples, receive: Receive) -> None:
    echo = learn(receive(talk).audio, receive(phone).audio, [Known(TRUE, 5_000, 20_000)])
    assert echo is not None
    assert len(echo.evidence(TRUE, -2_000, 500)) == 250
    assert echo.evidence(TRUE, 10_000_000, 10_001_000) == pytest.approx(0, abs=1)


def test_learns_nothing_from_half_a_second(talk: Samples, phone: Samples, receive: Receive) -> None:
    assert learn(receive(talk).audio, receive(phone).audio, [Known(TRUE, 5_000, 5_500)]) is None
