import pytest

from pipeline.night.pace import Pace


class Clock:
    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


@pytest.mark.parametrize(("seconds", "rest"), [(0.01, 30.0), (2.0, 200.0)])
def test_what_takes_longer_is_done_more_seldom(seconds: float, rest: float) -> None:
    clock = Clock()
    pace = Pace(0.01, 30.0, clock)
    assert pace.is_due()
    with pace.timed():
        clock.at += seconds
    clock.at += rest - 0.001
    assert not pace.is_due()
    clock.at += 0.002
    assert pace.is_due()


def failing(pace: Pace, clock: Clock) -> None:
    with pace.timed():
        clock.at += 1
        raise ZeroDivisionError


def test_what_failed_counts_as_done() -> None:
    clock = Clock()
    pace = Pace(0.5, clock=clock)
    with pytest.raises(ZeroDivisionError):
        failing(pace, clock)
    assert not pace.is_due()
