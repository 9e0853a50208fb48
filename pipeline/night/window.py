"""The hours in which the night takes new work, as a clock on the wall shows them; right on nights when that clock is changed."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pipeline.errors import UsageError
from pipeline.settings import Night

_NOON = time(12)


@dataclass(frozen=True, slots=True)
class Window:
    """From `starts` to `ends` by the wall clock of `zone`; over midnight when `ends` is the earlier."""

    starts: time
    ends: time
    zone: ZoneInfo

    @classmethod
    def of(cls, night: Night) -> "Window":
        """The window of the settings. Raises UsageError for a time zone nobody knows or a window without length."""
        try:
            zone = ZoneInfo(night.timezone)
        except (KeyError, ValueError, OSError) as error:
            raise UsageError("night_timezone_unknown", zone=night.timezone) from error
        if night.starts == night.ends:
            raise UsageError("night_without_length")
        return cls(night.starts, night.ends, zone)

    def is_open(self, now: datetime) -> bool:
        """Whether `now` lies in the window."""
        clock = now.astimezone(self.zone).time()
        if self.starts < self.ends:
            return self.starts <= clock < self.ends
        return clock >= self.starts or clock < self.ends

    def next_end(self, now: datetime) -> datetime:
        """The first end after `now`, in UTC."""
        return self._next(self.ends, now)

    def next_start(self, now: datetime) -> datetime:
        """The first start after `now`, in UTC."""
        return self._next(self.starts, now)

    def night_of(self, now: datetime) -> date:
        """The day on which the night of `now` begins: a night lasts from noon to noon."""
        return (now.astimezone(self.zone) - timedelta(hours=12)).date()

    def began(self, now: datetime) -> datetime:
        """The last start at or before `now`, in UTC."""
        today = now.astimezone(self.zone).date()
        starts = (self._at(today - timedelta(days=ago), self.starts) for ago in (0, 1, 2))
        return next(start for start in starts if start <= now)

    def span(self, night: date) -> tuple[datetime, datetime]:
        """The noons between which a night lies, in UTC."""
        return self._at(night, _NOON), self._at(night + timedelta(days=1), _NOON)

    def _next(self, clock: time, now: datetime) -> datetime:
        today = now.astimezone(self.zone).date()
        return next(moment for days in range(3) if (moment := self._at(today + timedelta(days=days), clock)) > now)

    def _at(self, day: date, clock: time) -> datetime:
        """A wall-clock time on a day. One that the clock skips counts by the time before the change, one it shows twice as the first."""
        return datetime.combine(day, clock, tzinfo=self.zone).astimezone(UTC)
