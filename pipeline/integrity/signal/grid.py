"""The frame grid of an earlier codec, still to be found in the decoded samples, and the places where it jumps.

A recording that was AAC or MP3 once keeps the places of that codec's frames in its samples, also when it is saved as
something else. Taking a part out moves all that follows to other places. A pause in the recorder does not: the encoder goes
on counting. The first says how the file came about; only the second is a discontinuity.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

import numpy as np

from pipeline.integrity.model import (
    FRAMES_GONE,
    INTERRUPTED,
    NO_CLAIM,
    Applicability,
    CodecClass,
    DetectorResult,
    Family,
    Hypotheses,
    Level,
    Subject,
    Trace,
)
from pipeline.integrity.signal.alignment import search
from pipeline.integrity.signal.filterbanks import Filterbank, filterbanks
from pipeline.integrity.signal.screening import ALIKE, Candidate, Loudest, Stretch, screen
from pipeline.integrity.signal.segments import LEAST_EVIDENCE, Jump
from pipeline.integrity.signal.tracking import Tracker
from pipeline.recording.decode import decode

_OWN = {CodecClass.AAC: "AAC", CodecClass.MP3: "MP3", CodecClass.OPUS: "Opus"}
# A coefficient of the hybrid filterbank looks one sample later than the decoder counts.
_DELAY = {"AAC": 0, "MP3": 1}
_UNCOMPRESSED = (CodecClass.PCM, CodecClass.LOSSLESS)
# Codecs whose own frames look like those of others, or that leave none of any.
_NOT_SEARCHED = {
    CodecClass.VORBIS: "own_frames_look_alike",
    CodecClass.WMA: "own_frames_look_alike",
    CodecClass.OTHER: "own_frames_look_alike",
    CodecClass.AMR: "no_earlier_codec",
}
_MOST_CHANNELS = 2
# Seconds of sound that may be searched for another grid: all of a short recording, a part of a long one.
_SEARCHED_SECONDS = 120
_SEARCHED_PART = 0.3
# Codecs with frames of changing length make a grid that jumps without any edit.
_CHANGING = "Vorbis"
_MANY = 8
_MANY_PER_MINUTE = 12.0


class GridDetector:
    """Looks for the frames of earlier codecs in every part of the sound, and for places where they jump."""

    name = "grid"
    family = Family.GRID

    def examine(self, subject: Subject) -> DetectorResult:
        """Search a few stretches for every codec; follow what was found from start to end."""
        if reason := _NOT_SEARCHED.get(subject.recording.codec_class):
            return DetectorResult(findings=(), applicability=Applicability(applicable=False, reason=reason))
        trackers = [(channel, tracker) for channel, stretches in _channels(subject) for tracker in _trackers(stretches, subject)]
        if not trackers:
            return DetectorResult(findings=(), applicability=Applicability(applicable=False, reason="no_earlier_codec"))
        for block in decode(subject.path):
            for channel, tracker in trackers:
                tracker.take(block.samples[channel])
        history: set[str] = set()
        places: list[_Place] = []
        for channel, tracker in trackers:
            tracker.finish()
            segments = tracker.segments()
            if any(segment.evidence >= LEAST_EVIDENCE for segment in segments):
                history.add(tracker.bank.codec)
            if tracker.bank.codec != _CHANGING:
                places += [_Place(channel, tracker.bank, jump, _weigh(tracker, jump, subject)) for jump in tracker.jumps(segments)]
        traces = tuple(_stored_before(name, subject) for name in sorted(history))
        if history == {_CHANGING} or len(places) > max(_MANY, _MANY_PER_MINUTE * subject.recording.duration_ms / 60_000):
            return DetectorResult(findings=traces, applicability=Applicability(applicable=False, reason="frames_of_changing_length"))
        applicability = Applicability(applicable=True) if history else Applicability(applicable=False, reason="no_earlier_codec")
        return DetectorResult(findings=tuple(chain(_traces(places, subject), traces)), applicability=applicability)


@dataclass(frozen=True, slots=True)
class _Place:
    """A jump in one channel."""

    channel: int
    bank: Filterbank
    jump: Jump
    hypotheses: Hypotheses


def _channels(subject: Subject) -> list[tuple[int, list[Stretch]]]:
    """The loudest stretches of each channel that is not the same as the first."""
    count = min(subject.recording.channels, _MOST_CHANNELS)
    seconds = subject.recording.duration_ms // 1000
    loudest = [Loudest(subject.recording.sample_rate, seconds) for _ in range(count)]
    different = [True] + [False] * (count - 1)
    for block in decode(subject.path):
        for channel, keeper in enumerate(loudest):
            different[channel] |= bool(np.any(block.samples[channel] != block.samples[0]))
            keeper.take(block, channel)
    return [(channel, keeper.stretches()) for channel, keeper in enumerate(loudest) if different[channel]]


def _trackers(stretches: list[Stretch], subject: Subject) -> list[Tracker]:
    banks = [bank for bank in filterbanks(subject.recording.sample_rate) if _apart(bank, subject)]
    candidates: list[Candidate] = screen(banks, stretches, _own(banks, stretches, subject))
    seconds = _SEARCHED_SECONDS + _SEARCHED_PART * subject.recording.duration_ms / 1000
    return [Tracker(candidate, subject.recording.sample_rate, seconds) for candidate in candidates]


def _apart(bank: Filterbank, subject: Subject) -> bool:
    """Whether what this bank finds can be told from the file's own frames."""
    own = _OWN.get(subject.recording.codec_class)
    if own is None or (bank.codec == own == "AAC" and bank.tempo == 1):
        return True
    if bank.codec == own:
        return bank.tempo == 1 and own in _DELAY
    return not {bank.codec, own} <= ALIKE


def _own(banks: list[Filterbank], stretches: list[Stretch], subject: Subject) -> dict[str, int]:
    """Where the file's own frames start, for each bank of its codec: what the container says, or the clearest grid there is."""
    same = [bank for bank in banks if bank.codec == _OWN.get(subject.recording.codec_class)]
    grid = subject.structure.grid
    if grid is not None and all(grid.samples % bank.hop == 0 for bank in same):
        return {bank.name: (grid.offset + _DELAY[bank.codec]) % bank.hop for bank in same}
    fits = [fit for bank in same for stretch in stretches for fit in search(bank, stretch.samples, stretch.start)[:1]]
    return {bank.name: max(fits, key=lambda fit: fit.z).offset for bank in same if fits}


def _traces(places: list[_Place], subject: Subject) -> Iterator[Trace]:
    """One trace for each place, also where several channels show it."""
    rate, end = subject.recording.sample_rate, subject.recording.duration_ms
    told: list[tuple[int, int]] = []
    for place in sorted(places, key=lambda place: place.jump.start):
        start, stop = (min(max(0, sample) * 1000 // rate, end) for sample in (place.jump.start, place.jump.end))
        if any(start <= last + 50 and stop >= first - 50 for first, last in told):
            continue
        told.append((start, stop))
        yield Trace(
            level=Level.DISCONTINUITY,
            kind="grid_jump",
            start_ms=start,
            end_ms=stop,
            hypotheses=place.hypotheses,
            channel=None if subject.recording.channels == 1 else place.channel,
            score=place.jump.score,
            evidence={"codec": place.bank.codec, "before": place.jump.before.offset, "after": place.jump.after.offset},
        )


def _weigh(tracker: Tracker, jump: Jump, subject: Subject) -> Hypotheses:
    """An older grid that jumps inside a file that was saved anew afterwards was not moved by the recorder of that file.

    Uncompressed, the jump can come from a recorder that was paused. In a file of the same codec it may be that the file's own
    frames moved, as when a recording was resumed; only where they hold on both sides is it the older grid that jumps.
    """
    if subject.recording.codec_class in _UNCOMPRESSED:
        return INTERRUPTED
    if tracker.bank.codec != _OWN.get(subject.recording.codec_class):
        return FRAMES_GONE
    # Frames of an MP3 file follow each other without a clock: where its first one starts is known, none can have moved.
    held = subject.structure.container == "mp3" and subject.structure.grid is not None
    held = held or (tracker.own_holds(jump.before.start, jump.start) and tracker.own_holds(jump.end, jump.after.end))
    return FRAMES_GONE if held else INTERRUPTED


def _stored_before(codec: str, subject: Subject) -> Trace:
    return Trace(
        level=Level.HISTORY,
        kind="stored_before",
        start_ms=0,
        end_ms=subject.recording.duration_ms,
        hypotheses=NO_CLAIM,
        evidence={"codec": codec},
    )
