"""The order in which an encoder may switch between long and short blocks; a removed frame can break it.

AAC: ISO 14496-3, 4.6.11 (window sequences); MP3: ISO 11172-3, 2.4.2.7 (block types). Both number the same four kinds, with
one rule: long and stop are followed by long or start, start and short by short or stop.
"""

_LONG, _START, _SHORT, _STOP = range(4)
_ALLOWED = {_LONG: {_LONG, _START}, _STOP: {_LONG, _START}, _START: {_SHORT, _STOP}, _SHORT: {_SHORT, _STOP}}
# An encoder that breaks the rule this often never followed it.
_MOST_BREAKS_PER_FRAME = 1 / 500
_MOST_BREAKS_AT_LEAST = 3


class BlockOrder:
    """Follows one channel through a file."""

    def __init__(self) -> None:
        self._previous: int | None = None
        self._breaks: list[int] = []
        self._seen = 0

    def follow(self, frame: int, block: int | None) -> None:
        """The block of the next frame (or granule), null when it is not known."""
        if block is not None and self._previous is not None and block not in _ALLOWED[self._previous]:
            self._breaks.append(frame)
        self._previous = block
        self._seen += 1

    def breaks(self) -> tuple[int, ...]:
        """Frames that cannot follow the one before them; none when this encoder does not keep to the rule."""
        if len(self._breaks) > max(_MOST_BREAKS_AT_LEAST, self._seen * _MOST_BREAKS_PER_FRAME):
            return ()
        return tuple(self._breaks)


def aac_block(frame: bytes) -> int | None:
    """The window sequence at the start of a raw AAC frame (LC core), null when another element comes first."""
    if len(frame) < 3:
        return None
    bits = int.from_bytes(frame[:3])
    element = bits >> 21
    if element == 0:  # single channel: tag 4 bits, global gain 8, reserved 1
        return bits >> 6 & 3
    if element == 1:  # channel pair: tag 4 bits, common window 1, then as above, the gain only where windows differ
        return bits >> 13 & 3 if bits >> 16 & 1 else bits >> 5 & 3
    return None
