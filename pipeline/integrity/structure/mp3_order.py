"""What one MP3 frame says of the one before it: the bit reservoir, the rhythm of padding, and the order of blocks.

The reservoir: a frame's main data may begin in the frames before it (ISO 11172-3, 2.4.2.7, main_data_begin). An encoder fills
it without holes: the data of a frame begin where those of the one before end, unless the reservoir was full. When frames
are taken out, the pointer of the next frame belongs to a reservoir that is gone.

The rhythm: at a constant bit rate of which a frame is no whole number of bytes, a byte of padding is added so that the
average comes out exactly (2.4.2.3). The pattern has one state; taking out frames makes it jump.
"""

from dataclasses import dataclass

from pipeline.integrity.structure.block_order import BlockOrder
from pipeline.integrity.structure.mp3_frames import FrameHeader, SideInfo

# An encoder that breaks its own habit more often than this does not have the habit.
_LEAST_HABIT_BREAKS = 5
_HABIT_BREAK_SHARE = 0.005


@dataclass(frozen=True, slots=True)
class Joint:
    """Between the frames `first` and `last` something was taken out or joined; `restarted`: the encoder began anew there."""

    first: int
    last: int
    sign: str
    restarted: bool = False


class Reservoir:
    """Follows the place of the main data through a stream."""

    def __init__(self) -> None:
        self._area = 0
        self._data_end: int | None = None
        self._impossible: list[Joint] = []
        self._unusual: list[Joint] = []
        self._frames = 0
        self.starts_inside = False

    def follow(self, number: int, header: FrameHeader, side: SideInfo) -> None:
        """The next frame."""
        begin = self._area - side.begin
        end = begin + (side.bits + 7) // 8
        self._area += header.size - (6 if header.protected else 4) - header.side_bytes
        full = 511 if header.version == 3 else 255
        if self._data_end is None:
            self.starts_inside |= number == 0 and side.begin > 0
        elif begin < self._data_end:
            self._impossible.append(Joint(number - 1, number, "reservoir"))
        elif begin > self._data_end and self._area - end < full:
            self._unusual.append(Joint(number - 1, number, "reservoir", restarted=side.begin == 0))
        self._data_end = end
        self._frames += 1

    def lose(self) -> None:
        """Bytes that are no frame stand between this frame and the next."""
        self._data_end = None

    def joints(self) -> list[Joint]:
        """Places where the data of two frames do not join."""
        habit = len(self._unusual) <= _allowed(self._frames)
        reads_well = len(self._impossible) <= max(_allowed(self._frames), 50)
        return (self._impossible if reads_well else []) + (self._unusual if habit else [])


class Rhythm:
    """Follows the padding of a stream of constant bit rate."""

    def __init__(self) -> None:
        self._padded: list[bool] = []
        self._first = 0
        self._stream: tuple[int, int] | None = None
        self._joints: list[Joint] = []
        self._frames = 0
        self._constant = True

    def follow(self, number: int, header: FrameHeader) -> None:
        """The next frame."""
        step, rate = (144_000 if header.samples == 1152 else 72_000) * header.bit_rate % header.rate, header.rate
        if self._stream is not None and self._stream != (step, rate):
            self._constant = False
        self._stream = step, rate
        if not self._padded:
            self._first = number
        self._padded.append(header.padded)
        self._frames += 1

    def lose(self) -> None:
        """The next frame stands at an unknown place of the rhythm."""
        if self._stream is not None and self._padded:
            self._joints += self._breaks(*self._stream)
        self._padded = []

    def joints(self) -> list[Joint]:
        """Stretches of frames in which the rhythm jumps."""
        self.lose()
        if not self._constant or not self._stream or not self._stream[0] or len(self._joints) > _allowed(self._frames):
            return []
        return self._joints

    def _breaks(self, step: int, rate: int) -> list[Joint]:
        found, start = [], 0
        while (end := _first_break(self._padded, range(start, len(self._padded)), step, rate)) is not None:
            # The same from behind tells how early the jump can have been.
            following = _first_break(self._padded, range(end, len(self._padded)), step, rate) or len(self._padded)
            early = _first_break(self._padded, range(following - 1, start - 1, -1), step, rate)
            found.append(Joint(self._first + (start if early is None else min(early, end - 1)), self._first + end, "rhythm"))
            if len(found) > _allowed(len(self._padded)):
                break
            start = end
        return found


def _first_break(padded: list[bool], order: range, step: int, rate: int) -> int | None:
    """The first frame whose padding fits no state that the frames before it leave open."""
    low, high = 0, rate  # of the remainder before the frame; backwards, of the remainder after it
    backwards = order.step < 0
    for number in order:
        if backwards:
            low, high = (low + rate - step, high + rate - step) if padded[number] else (low - step, high - step)
        else:
            low, high = (low + step - rate, high + step - rate) if padded[number] else (low + step, high + step)
        low, high = max(low, 0), min(high, rate)
        if low >= high:
            return number
    return None


class Blocks:
    """Follows the block types of every channel."""

    def __init__(self) -> None:
        self._orders: list[BlockOrder] = []

    def follow(self, number: int, side: SideInfo) -> None:
        """The next frame."""
        for granule in side.blocks:
            while len(self._orders) < len(granule):
                self._orders.append(BlockOrder())
            for order, block in zip(self._orders, granule, strict=False):
                order.follow(number, block)

    def lose(self) -> None:
        """The next block may be any."""
        for order in self._orders:
            order.follow(0, None)

    def joints(self) -> list[Joint]:
        """Frames whose blocks cannot follow those before."""
        return [Joint(frame - 1, frame, "blocks") for order in self._orders for frame in order.breaks()]


def merged(joints: list[Joint]) -> list[tuple[Joint, tuple[str, ...]]]:
    """Joints that overlap are one place: the narrowest of them, and the signs of all."""
    places: list[tuple[Joint, tuple[str, ...]]] = []
    for joint in sorted(joints, key=lambda each: each.last - each.first):
        for place, (kept, signs) in enumerate(places):
            if joint.first <= kept.last and kept.first <= joint.last:
                places[place] = kept, tuple(sorted({*signs, joint.sign}))
                break
        else:
            places.append((joint, (joint.sign,)))
    return sorted(places, key=lambda each: each[0].first)


def _allowed(frames: int) -> int:
    return max(_LEAST_HABIT_BREAKS, round(frames * _HABIT_BREAK_SHARE))
