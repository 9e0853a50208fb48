"""Stretches of the listening copy as files of their own: cut between frames, never encoded again."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
from av.packet import Packet


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundPart:
    """A piece of a listening copy as a file (M4A). Its first sample is at `start_ms` of the recording."""

    data: bytes
    start_ms: int


def sound_parts(copy: Path, spans: Sequence[tuple[int, int]]) -> Iterator[SoundPart]:
    """One part for each stretch (start and end in ms, in order; they may overlap), at most one frame wider on each side.

    A frame of AAC needs the one before it: each part but the first begins one frame early, and says so in `start_ms`.
    """
    for start_ms, end_ms in spans:
        yield _part(copy, start_ms, end_ms)


def _part(copy: Path, start_ms: int, end_ms: int) -> SoundPart:
    packed = io.BytesIO()
    # The protocol is named, so that no name of a file is taken for another kind of address.
    with av.open(f"file:{copy}") as source, av.open(packed, "w", format="mp4", options={"fflags": "+bitexact"}) as target:
        stream = source.streams.audio[0]
        time_base = stream.time_base or 1
        out = target.add_stream_from_template(stream)
        first, frame = int(start_ms / 1000 / time_base), stream.codec_context.frame_size
        if start_ms:
            source.seek(max(0, first - 2 * frame), stream=stream)
        begin = None
        for packet in _packets(source.demux(stream), first - 2 * frame if start_ms else None, int(end_ms / 1000 / time_base)):
            pts = packet.pts or 0
            begin = pts if begin is None else begin
            packet.pts = packet.dts = pts - begin if start_ms else pts
            packet.stream = out
            target.mux(packet)
    return SoundPart(data=packed.getvalue(), start_ms=round(max(0, begin or 0) * time_base * 1000))


def _packets(packets: Iterator["Packet[Any]"], first: int | None, last: int) -> Iterator["Packet[Any]"]:
    """The packets that begin after `first` and before `last` (both in the stream's units)."""
    for packet in packets:
        if packet.pts is None or (first is not None and packet.pts <= first):
            continue
        if packet.pts >= last:
            return
        yield packet
