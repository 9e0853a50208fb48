"""Two recordings beside each other: what they are to each other, how their clocks relate, and what only one holds."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from pipeline.comparison.model import RecordingComparison, RecordingFinding, RecordingFindingKind, SameRecording, Stretch
from pipeline.comparison.recordings.bridges import bridged
from pipeline.comparison.recordings.diagonals import candidates
from pipeline.comparison.recordings.features import Features, features
from pipeline.comparison.recordings.findings import Piece, findings
from pipeline.comparison.recordings.junctions import Junction, Pair, beginning, ending, junction
from pipeline.comparison.recordings.likelihood import Line, calibrate
from pipeline.comparison.recordings.path import Run, follow
from pipeline.comparison.recordings.placing import placed
from pipeline.comparison.recordings.search import search
from pipeline.comparison.recordings.waveforms import Exact, exact
from pipeline.recording.speech_audio import SpeechAudio

# A run with less evidence, in nats, may be chance.
_LEAST_EVIDENCE = 25.0
_LEAST_RUN_MS = 1_000
_SHORT_GAP_MS = 1_000.0
# So much of the waveform is the same only when it is the same microphone's.
_SAME_WAVEFORM = 0.9
# What nothing is found of may be there all the same when one of the two is so short.
_TOO_SHORT_MS = 15_000
_SAME_CLOCK_PPM = 1.5


@dataclass(frozen=True, slots=True)
class Received:
    """A recording to compare: its sound, and the SHA-256 of its bytes and of its decoded samples."""

    audio: SpeechAudio
    sha256: str
    samples_sha256: str


def compare_recordings(a: Received, b: Received) -> RecordingComparison:
    """Align B with A over the whole length. Never raises for what the recordings hold; memory about 250 MB for eight hours each."""
    if a.sha256 == b.sha256 or a.samples_sha256 == b.samples_sha256:
        return _the_same(a, b)
    heard_a, heard_b = features(a.audio), features(b.audio)
    silent = tuple(name for name, heard in (("a", heard_a), ("b", heard_b)) if heard.is_silent)
    if silent:
        return _nothing_to_compare(a.audio, b.audio, silent)
    return _aligned(a.audio, b.audio, heard_a, heard_b)


def _the_same(a: Received, b: Received) -> RecordingComparison:
    end = min(a.audio.duration_ms, b.audio.duration_ms)
    is_identical = a.sha256 == b.sha256
    return RecordingComparison(
        same=SameRecording.IDENTICAL if is_identical else SameRecording.OTHER_ENCODING,
        drift_ppm=0.0,
        map=(Stretch(a_start_ms=0, a_end_ms=end, b_start_ms=0, b_end_ms=end),),
        findings=(),
        level_db=None if is_identical else 0.0,
        silent=(),
    )


def _nothing_to_compare(a: SpeechAudio, b: SpeechAudio, silent: tuple[str, ...]) -> RecordingComparison:
    ends = a.duration_ms, b.duration_ms
    everything = RecordingFinding(kind=RecordingFindingKind.NOT_COMPARABLE, a=(0, ends[0]), b=(0, ends[1]), length_ms=min(ends))
    return RecordingComparison(same=SameRecording.UNRELATED, drift_ppm=0.0, map=(), findings=(everything,), level_db=None, silent=silent)


def _aligned(a: SpeechAudio, b: SpeechAudio, heard_a: Features, heard_b: Features) -> RecordingComparison:
    slope, diagonals = candidates(search(heard_a, heard_b))
    pair = Pair(a, b, calibrate(heard_a, heard_b, slope, diagonals))
    runs = _sure(follow(pair.likelihood, slope, diagonals)) if diagonals else []
    if not runs and min(a.duration_ms, b.duration_ms) < _TOO_SHORT_MS:
        return _nothing_to_compare(a, b, ())
    if not runs:
        return RecordingComparison(same=SameRecording.UNRELATED, drift_ppm=0.0, map=(), findings=(), level_db=None, silent=())
    measured = exact(a, b, slope, runs)
    runs = _one_run_per_line([replace(run, offset_ms=offset) for run, offset in zip(runs, measured.offsets_ms, strict=True)])
    runs = bridged(pair, runs, measured.slope)
    pieces, junctions = _pieces(pair, runs, measured.slope, b.duration_ms)
    is_copy = measured.coherence >= _SAME_WAVEFORM and abs(measured.slope) * 1e6 <= _SAME_CLOCK_PPM
    return RecordingComparison(
        same=SameRecording.OTHER_ENCODING if is_copy else SameRecording.SAME_CONVERSATION,
        drift_ppm=_drift_ppm(measured),
        map=tuple(_stretch(piece) for piece in pieces),
        findings=tuple(findings(pair, pieces, junctions)),
        level_db=round(measured.level_db, 2) if is_copy else None,
        silent=(),
    )


def _sure(runs: Sequence[Run]) -> list[Run]:
    return _one_run_per_line([run for run in runs if run.evidence >= _LEAST_EVIDENCE and run.end_ms - run.start_ms >= _LEAST_RUN_MS])


def _one_run_per_line(runs: Sequence[Run]) -> list[Run]:
    """Join runs that go on along the same line after a moment in which nothing, or a cough, was heard."""
    joined: list[Run] = []
    for run in runs:
        before = joined[-1] if joined else None
        if before and before.is_along(run) and run.start_ms - before.end_ms < _SHORT_GAP_MS:
            joined[-1] = replace(before, end_ms=run.end_ms, evidence=before.evidence + run.evidence)
        else:
            joined.append(run)
    return joined


def _pieces(pair: Pair, runs: Sequence[Run], slope: float, end_ms: float) -> tuple[list[Piece], list[Junction]]:
    lines = [Line(run.offset_ms, slope) for run in runs]
    between = [_junction(pair, *two_lines, *two_runs) for two_lines, two_runs in zip(pairwise(lines), pairwise(runs), strict=True)]
    starts = [beginning(pair, lines[0], runs[0].start_ms, runs[0].end_ms), *(one.enter for one in between)]
    ends = [*(one.leave for one in between), ending(pair, lines[-1], runs[-1].end_ms, runs[-1].start_ms, end_ms)]
    return [Piece(line, start, end) for line, start, end in zip(lines, starts, ends, strict=True)], between


def _junction(pair: Pair, before: Line, after: Line, run: Run, following: Run) -> Junction:
    rough = junction(pair, before, after, run.end_ms, following.start_ms, run.start_ms, following.end_ms)
    return placed(pair, before, after, rough, run.start_ms, following.end_ms)


def _stretch(piece: Piece) -> Stretch:
    a_start, a_end = piece.a
    return Stretch(
        a_start_ms=max(0, round(a_start)),
        a_end_ms=round(a_end),
        b_start_ms=round(piece.start.at),
        b_end_ms=round(piece.end.at),
    )


def _drift_ppm(measured: Exact) -> float:
    """A's time gained per unit of B's, told the other way round: how much faster B's clock runs."""
    return round((1 / (1 + measured.slope) - 1) * 1e6, 2)
