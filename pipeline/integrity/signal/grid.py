"""The frame grid of an earlier codec, still to be found in the decoded samples, and the places where it jumps.

A recording that was AAC or MP3 once keeps the places of that codec's frames in its samples, also when it is saved as
something else. Taking a part out moves all that follows to other places. A pause in the recorder does not: the encoder goes
on counting. The first says how the file came about; only the second is a discontinuity.
"""

from collections import defaultdict
from collections.abc import Iterator
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
from pipeline.integrity.signal.alignment import Fit, Samples, search
from pipeline.integrity.signal.filterbanks import Filterbank, aac, mp3
from pipeline.integrity.signal.tracking import LEAST_Z, Jump, Tracker, jumps, older
from pipeline.recording.decode import decode

_NAMES = {"aac_kbd": "AAC", "aac_sine": "AAC", "mp3": "MP3"}
_OWN = {CodecClass.AAC: "AAC", CodecClass.MP3: "MP3"}
# A coefficient of the hybrid filterbank looks one sample later than the decoder counts.
_DELAY = {"AAC": 0, "MP3": 1}
_UNCOMPRESSED = (CodecClass.PCM, CodecClass.LOSSLESS)
# Codecs with a transform of their own, whose frames can pass for those of AAC.
_LOOK_ALIKE = (CodecClass.VORBIS, CodecClass.WMA, CodecClass.OTHER)
_MOST_CHANNELS = 2
_MOST_WINDOWS = 200
_LEAST_STEP = 3
_CLEAR_Z = 14.0
# Codecs with frames of changing length make a grid that jumps without any edit.
_MANY = 6
_MANY_PER_MINUTE = 3.0


class GridDetector:
    """Looks for the frames of AAC and MP3 in every second, and for places where they jump."""

    name = "grid"
    family = Family.GRID

    def examine(self, subject: Subject) -> DetectorResult:
        """Screen windows spread over the recording; follow what was found from start to end."""
        if subject.recording.codec_class in _LOOK_ALIKE:
            return DetectorResult(findings=(), applicability=Applicability(applicable=False, reason="own_frames_look_alike"))
        banks = [bank for bank in (aac("kbd"), aac("sine"), mp3()) if _own(bank, subject) is not None or not _is_own(bank, subject)]
        seen = _screen(subject, banks)
        trackers = {
            (channel, bank.name): Tracker(bank, subject.recording.sample_rate, _own(bank, subject), _searches(subject))
            for channel, fits in enumerate(seen)
            for bank in _present(fits)
        }
        if not trackers:
            return DetectorResult(findings=(), applicability=Applicability(applicable=False, reason="no_earlier_codec"))
        for block in decode(subject.path):
            for (channel, _), tracker in trackers.items():
                tracker.take(block.samples[channel])
        found = [(channel, tracker, tracker.stretches()) for (channel, _), tracker in trackers.items()]
        history = {_NAMES[tracker.bank.name] for _, tracker, stretches in found if stretches}
        places = [
            (channel, tracker.bank, jump) for channel, tracker, stretches in found for jump in jumps(tracker.bank, tracker.rate, stretches)
        ]
        traces = tuple(_stored_before(name, subject) for name in sorted(history))
        if len(places) > max(_MANY, _MANY_PER_MINUTE * subject.recording.duration_ms / 60_000):
            return DetectorResult(findings=traces, applicability=Applicability(applicable=False, reason="frames_of_changing_length"))
        applicability = Applicability(applicable=True) if history else Applicability(applicable=False, reason="no_earlier_codec")
        return DetectorResult(findings=tuple(chain(_traces(places, subject), traces)), applicability=applicability)


def _is_own(bank: Filterbank, subject: Subject) -> bool:
    return _OWN.get(subject.recording.codec_class) == _NAMES[bank.name]


def _own(bank: Filterbank, subject: Subject) -> int | None:
    """Where the file's own frames of this codec start; null when it is of another codec, or does not tell."""
    grid = subject.structure.grid
    if grid is None or not _is_own(bank, subject) or grid.samples % bank.hop:
        return None
    return (grid.offset + _DELAY[_NAMES[bank.name]]) % bank.hop


def _searches(subject: Subject) -> int:
    return 30 + subject.recording.duration_ms // 10_000


def _screen(subject: Subject, banks: list[Filterbank]) -> list[dict[Filterbank, list[Fit]]]:
    """For each channel what is found in two seconds here and there."""
    seconds = subject.recording.duration_ms // 1000
    step = max(_LEAST_STEP, -(-seconds // _MOST_WINDOWS))
    channels = min(subject.recording.channels, _MOST_CHANNELS)
    seen: list[dict[Filterbank, list[Fit]]] = [defaultdict(list) for _ in range(channels)]
    different = [False] * channels
    before: Samples | None = None
    for number, block in enumerate(decode(subject.path)):
        if before is not None and number % step == 1:
            window = np.concatenate([before, block.samples], axis=1)
            for channel, fits in enumerate(seen):
                # Two channels that are the same tell the same.
                if channel and not (different[channel] or np.any(window[channel] != window[0])):
                    continue
                different[channel] = True
                for bank in banks:
                    fits[bank] += _fits(bank, window[channel], block.start_sample - before.shape[1], subject)
        before = block.samples
    return seen


def _fits(bank: Filterbank, samples: Samples, start: int, subject: Subject) -> list[Fit]:
    fits = search(bank, samples, start, LEAST_Z)
    own = _own(bank, subject)
    return fits[:1] if own is None else older(bank, fits, own)[:1]


def _present(fits: dict[Filterbank, list[Fit]]) -> Iterator[Filterbank]:
    """Banks that were seen twice at one place or once beyond doubt; of AAC's two windows the one that fits best."""
    clear = {bank: sum(fit.z for fit in found) for bank, found in fits.items() if _beyond_doubt(found, bank)}
    for bank, total in clear.items():
        rivals = [other for other in clear if _NAMES[other.name] == _NAMES[bank.name]]
        if total == max(clear[other] for other in rivals):
            yield bank


def _beyond_doubt(found: list[Fit], bank: Filterbank) -> bool:
    offsets = [fit.offset for fit in found]
    twice = any(sum((offset - other + 1) % bank.hop <= 2 for other in offsets) > 1 for offset in offsets)
    return twice or any(fit.z >= _CLEAR_Z for fit in found)


def _traces(places: list[tuple[int, Filterbank, Jump]], subject: Subject) -> Iterator[Trace]:
    """One trace for each place, also where several channels show it."""
    rate, end = subject.recording.sample_rate, subject.recording.duration_ms
    told: list[tuple[int, int]] = []
    for channel, bank, jump in sorted(places, key=lambda place: place[2].start):
        start, stop = (min(max(0, sample) * 1000 // rate, end) for sample in (jump.start, jump.end))
        if any(start <= last + 50 and stop >= first - 50 for first, last in told):
            continue
        told.append((start, stop))
        everywhere = subject.recording.channels == 1
        yield Trace(
            level=Level.DISCONTINUITY,
            kind="grid_jump",
            start_ms=start,
            end_ms=stop,
            hypotheses=_weigh(bank, subject),
            channel=None if everywhere else channel,
            score=jump.score,
            evidence={"codec": _NAMES[bank.name], "before": jump.before, "after": jump.after},
        )


def _weigh(bank: Filterbank, subject: Subject) -> Hypotheses:
    """Saved anew in another codec after the jump, that was not the recorder.

    Uncompressed, or in the same codec, the join can be the recorder's own: a moved grid may be that of the file itself.
    """
    return INTERRUPTED if subject.recording.codec_class in _UNCOMPRESSED or _is_own(bank, subject) else FRAMES_GONE


def _stored_before(codec: str, subject: Subject) -> Trace:
    return Trace(
        level=Level.HISTORY,
        kind="stored_before",
        start_ms=0,
        end_ms=subject.recording.duration_ms,
        hypotheses=NO_CLAIM,
        evidence={"codec": codec},
    )
