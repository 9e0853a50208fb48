from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from pipeline.errors import UsageError
from pipeline.night.window import Window
from pipeline.settings import Night

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
NIGHT = Window.of(Night())


def at(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM, fold=fold)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-11-25T22:29:59", False),
        ("2026-11-25T22:30:00", True),
        ("2026-11-26T00:00:00", True),
        ("2026-11-26T06:29:59", True),
        ("2026-11-26T06:30:00", False),
        ("2026-11-26T13:00:00", False),
    ],
)
def test_the_window_opens_and_closes_by_the_wall_clock(moment: str, is_open: bool) -> None:
    assert NIGHT.is_open(at(moment)) is is_open
    assert NIGHT.is_open(at(moment).astimezone(UTC)) is is_open


@pytest.mark.parametrize(
    ("evening", "hours"),
    [
        pytest.param("2026-03-27T22:30", 8, id="an ordinary night"),
        pytest.param("2026-03-28T22:30", 7, id="the clock goes forward"),
        pytest.param("2026-10-24T22:30", 9, id="the clock goes back"),
    ],
)
def test_a_night_on_which_the_clock_changes_ends_at_half_past_six_all_the_same(evening: str, hours: int) -> None:
    end = NIGHT.next_end(at(evening))
    assert end.astimezone(AMSTERDAM).time() == time(6, 30)
    assert end - at(evening).astimezone(UTC) == timedelta(hours=hours)


@pytest.mark.parametrize("fold", [0, 1])
def test_both_times_that_the_clock_shows_half_past_two_are_in_the_night(fold: int) -> None:
    moment = at("2026-10-25T02:30", fold)
    assert NIGHT.is_open(moment)
    assert NIGHT.night_of(moment) == date(2026, 10, 24)
    assert NIGHT.began(moment) == at("2026-10-24T22:30")


@pytest.mark.parametrize("day", ["2026-03-28", "2026-10-24", "2026-12-31"])
def test_from_start_to_end_every_minute_belongs_to_one_night(day: str) -> None:
    start = at(f"{day}T22:30").astimezone(UTC)
    end = NIGHT.next_end(start)
    moments = [start + timedelta(minutes=minute) for minute in range(int((end - start).total_seconds()) // 60)]
    assert all(NIGHT.is_open(moment) for moment in moments)
    assert {NIGHT.night_of(moment) for moment in moments} == {date.fromisoformat(day)}
    assert not NIGHT.is_open(end)
    assert not NIGHT.is_open(start - timedelta(seconds=1))


def test_a_window_within_one_day() -> None:
    lunch = Window(time(12), time(13), AMSTERDAM)
    assert lunch.is_open(at("2026-11-25T12:30"))
    assert not lunch.is_open(at("2026-11-25T23:30"))
    assert lunch.next_start(at("2026-11-25T12:30")) == at("2026-11-26T12:00")


def test_a_start_in_the_hour_that_the_clock_skips_counts_by_the_time_before_the_change() -> None:
    skipped = Window(time(2, 30), time(6), AMSTERDAM)
    assert skipped.next_start(at("2026-03-29T01:00")) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "key"),
    [({"timezone": "Europe/Nergens"}, "night_timezone_unknown"), ({"starts": time(6, 30)}, "night_without_length")],
)
def test_a_window_that_means_nothing_is_refused(given: dict[str, object], key: str) -> None:
    with pytest.raises(UsageError) as refused:
        Window.of(Night().model_copy(update=given))
    assert refused.value.text_key == key
