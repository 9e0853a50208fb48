"""What the readers of containers share: bounded access to the received bytes, and what a reader hands over."""

import os
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from pipeline.integrity.model import INTERRUPTED, Applicability, CodecClass, Hypotheses, Level, StructureFacts, Trace

_WINDOW = 256 * 1024
_LONGEST_READ = 64 * 1024 * 1024
# More places of one kind than this are one statement on the whole file: a damaged file or an unusual writer.
_MOST_PLACES = 50

TESTABLE = Applicability(applicable=True)
# Nothing in such a file counts or checks its frames, so that frames can go without a trace.
WITHOUT_COUNTERS = Applicability(applicable=False, reason="format_without_counters")
TOO_LARGE_TO_READ = Applicability(applicable=False, reason="tables_too_large")
UNREADABLE = Applicability(applicable=False, reason="structure_unreadable")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader found in one file."""

    facts: StructureFacts
    traces: tuple[Trace, ...]
    applicability: Applicability


def unknown(container: str) -> StructureFacts:
    """The facts of a file in which no sound was recognised."""
    return StructureFacts(
        container=container,
        codec="unknown",
        codec_class=CodecClass.OTHER,
        sample_rate=None,
        channels=None,
        duration_ms=None,
        frames=None,
        grid=None,
        writers=(),
    )


class Source:
    """Random access to a file, never more than asked and never past its end. Sequential small reads are cheap."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.size = file.seek(0, os.SEEK_END)
        self._window = b""
        self._window_start = 0

    def at(self, offset: int, count: int) -> bytes:
        """The bytes from `offset`, fewer than `count` at the end of the file; nothing for a place outside it."""
        if offset < 0 or count <= 0 or offset >= self.size:
            return b""
        count = min(count, self.size - offset, _LONGEST_READ)
        start = offset - self._window_start
        if start < 0 or start + count > len(self._window):
            self._file.seek(offset)
            self._window = self._file.read(max(count, _WINDOW))
            self._window_start, start = offset, 0
        return self._window[start : start + count]

    def number(self, offset: int, count: int) -> int | None:
        """A big-endian number of `count` bytes, null where the file ends before it does."""
        data = self.at(offset, count)
        return int.from_bytes(data) if len(data) == count else None

    def find(self, mark: bytes, start: int, end: int) -> int | None:
        """Where `mark` stands first in [start, end), null when it does not."""
        if self.at(start, len(mark)) == mark:
            return start
        while start < min(end, self.size):
            data = self.at(start, min(_WINDOW, end - start))
            if (found := data.find(mark)) >= 0:
                return start + found
            if len(data) < len(mark):
                return None
            start += len(data) - len(mark) + 1
        return None


class TraceList:
    """Traces in the order they were seen; too many of one kind become a single statement on the file."""

    def __init__(self) -> None:
        self._traces: dict[str, list[Trace]] = defaultdict(list)
        self._seen: dict[str, tuple[int, int, int]] = {}

    def add(
        self,
        level: Level,
        kind: str,
        at_ms: float,
        *,
        until_ms: float | None = None,
        hypotheses: Hypotheses = INTERRUPTED,
        missing_ms: int | None = None,
        **evidence: int | float | str,
    ) -> None:
        """One trace; times outside the recording are moved to its start."""
        start = max(0, round(at_ms))
        end = max(start, round(at_ms if until_ms is None else until_ms))
        count, first, last = self._seen.get(kind, (0, start, end))
        self._seen[kind] = count + 1, min(first, start), max(last, end)
        if count < _MOST_PLACES:
            self._traces[kind].append(
                Trace(level=level, kind=kind, start_ms=start, end_ms=end, hypotheses=hypotheses, missing_ms=missing_ms, evidence=evidence)
            )

    def __iter__(self) -> Iterator[Trace]:
        for kind, traces in self._traces.items():
            count, first, last = self._seen[kind]
            if count <= _MOST_PLACES:
                yield from traces
            else:
                yield Trace(
                    level=traces[0].level,
                    kind="widespread",
                    start_ms=first,
                    end_ms=last,
                    hypotheses=INTERRUPTED,
                    evidence={"count": count, "of": kind},
                )

    def close(self) -> tuple[Trace, ...]:
        """All traces, by time."""
        return tuple(sorted(self, key=lambda trace: (trace.start_ms, trace.end_ms, trace.kind)))
