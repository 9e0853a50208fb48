"""Two recordings of one conversation: edits found, false jumps, what is not comparable, place, length, drift, time and memory.

    WEDERHOOR_SPEECH_DATA=... OMP_NUM_THREADS=1 python -m tests.benchmarks.comparison.recordings edits|unedited|long [--hours H] [--seed N]
        [--results FILE] [--peer PYTHON]

`edits`: ten minutes of real Dutch speech against edited second recordings in every condition. `unedited`: at least H hours of
pairs without an edit, at 5 dB and more; with `--results` it goes on where it was stopped. `long`: one pair of H hours with a
few edits. With `--peer PYTHON` (one that has audio-offset-finder) `edits` also asks that program for its offset. Times are
CPU-seconds of the comparison alone, decoding not counted.
"""

import argparse
import json
import multiprocessing
import os
import subprocess
import tempfile
import time
import wave
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from pipeline.comparison.model import RecordingComparison, RecordingFinding
from pipeline.comparison.model import RecordingFindingKind as Kind
from pipeline.comparison.recordings.compare import Received, compare_recordings
from pipeline.recording.pcm import to_int16
from pipeline.recording.speech_audio import SpeechAudio
from tests.benchmarks.comparison.recordings_pairs import (
    CONDITIONS,
    DELETIONS,
    INSERTIONS,
    PER_MS,
    Condition,
    Edit,
    Samples,
    edited,
    everything,
    far,
    faster,
    near,
    speech,
    stored,
)

AUDIBLE = [condition for condition in CONDITIONS if condition.snr_db >= 5]
_NEAR_MS = 500
_LENGTH_MS = 25
# Its own reader wants an FFmpeg program; the samples are handed over instead.
_PEER = """
import sys, wave
import numpy as np
from audio_offset_finder.audio_offset_finder import find_offset_between_buffers
heard = []
for name in sys.argv[1:]:
    with wave.open(name) as file:
        heard.append(np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32768)
found = find_offset_between_buffers(*heard, 16000)
print(found["time_offset"], found["standard_score"])
"""


@dataclass
class Score:
    """What came of a number of pairs. Errors in ms and ppm."""

    edits: int = 0
    found: int = 0
    small: int = 0
    small_found: int = 0
    false: list[RecordingFinding] = field(default_factory=list)
    missed: list[Edit] = field(default_factory=list)
    outside_ms: list[float] = field(default_factory=list)
    point_ms: list[float] = field(default_factory=list)
    middle_ms: list[float] = field(default_factory=list)
    wide_ms: list[float] = field(default_factory=list)
    length_ms: list[float] = field(default_factory=list)
    drift_ppm: list[float] = field(default_factory=list)
    unclear: float = 0.0
    hours: float = 0.0
    seconds: float = 0.0

    def add(self, result: RecordingComparison, seconds: float, edits: Sequence[Edit], condition: Condition, b: SpeechAudio) -> None:
        self.hours += b.duration_ms / 3_600_000
        self.seconds += seconds
        self.drift_ppm.append(abs(result.drift_ppm - condition.drift_ppm))
        unclear = [finding for finding in result.findings if finding.kind is Kind.NOT_COMPARABLE]
        self.unclear += sum(finding.length_ms for finding in unclear) / 3_600_000
        print(*(f"  not comparable {finding.a} {finding.b}" for finding in unclear), sep="\n")
        left = [finding for finding in result.findings if finding.kind is not Kind.NOT_COMPARABLE and not _is_edge(finding, b)]
        edges = [edge for stretch in result.map for edge in (stretch.b_start_ms, stretch.b_end_ms)]
        for edit in edits:
            self._edit(edit, left, edges, 1 / (1 + condition.drift_ppm * 1e-6))
        self.false += left

    def _edit(self, edit: Edit, left: list[RecordingFinding], edges: Sequence[int], clock: float) -> None:
        # What is gone is measured on A's clock.
        length_ms = edit.length_ms * (clock if edit.is_deletion else 1.0)
        kind = Kind.ONLY_IN_A if edit.is_deletion else Kind.ONLY_IN_B
        end = edit.b_ms + (0 if edit.is_deletion else edit.length_ms)
        matches = [
            finding
            for finding in left
            if finding.kind is kind
            and finding.b[0] - _NEAR_MS <= edit.b_ms
            and end <= finding.b[1] + _NEAR_MS
            and abs(finding.length_ms - length_ms) <= _LENGTH_MS
        ]
        is_small = edit.length_ms < 300
        self.small += is_small
        self.edits += not is_small
        if not matches:
            self.missed.append(edit)
            return
        best = min(matches, key=lambda finding: abs(finding.b[0] + finding.b[1] - edit.b_ms - end))
        left.remove(best)
        self.small_found += is_small
        self.found += not is_small
        if abs(best.length_ms - length_ms) > 5:
            print("  length", edit, best)
        self.outside_ms.append(max(0, best.b[0] - edit.b_ms, end - best.b[1]))
        self.middle_ms.append(abs(best.b[0] + best.b[1] - edit.b_ms - end) / 2)
        self.wide_ms.append(best.b[1] - best.b[0] - (end - edit.b_ms))
        self.point_ms.append(min(abs(edge - edit.b_ms) for edge in edges))
        self.length_ms.append(abs(best.length_ms - length_ms))

    @property
    def plain(self) -> dict[str, float]:
        return {
            "hours": self.hours,
            "false": len(self.false),
            "unclear_hours": self.unclear,
            "drift_error_ppm": max(self.drift_ppm),
            "cpu_seconds": self.seconds,
        }

    def __str__(self) -> str:
        def quantiles(values: Sequence[float]) -> str:
            return "/".join(f"{np.percentile(values, share):.1f}" for share in (50, 90, 100)) if values else "-"

        return (
            f"found {self.found}/{self.edits} of 0.3 s and more, {self.small_found}/{self.small} of 0.1-0.25 s; false {len(self.false)} in "
            f"{self.hours:.2f} h; not comparable {100 * self.unclear / max(self.hours, 1e-9):.2f} %; median/p90/max: outside the interval "
            f"{quantiles(self.outside_ms)} ms, likeliest place {quantiles(self.point_ms)} ms, "
            f"middle {quantiles(self.middle_ms)} ms, interval {quantiles(self.wide_ms)} ms, length "
            f"{quantiles(self.length_ms)} ms, drift {quantiles(self.drift_ppm)} ppm; {self.seconds:.1f} CPU-s, "
            f"RTF {self.seconds / max(self.hours, 1e-9) / 3600:.4f}, largest RSS {_megabytes()} MB"
        )


def _is_edge(finding: RecordingFinding, b: SpeechAudio) -> bool:
    """Before the start or after the end of one of the two: that they run on is no edit."""
    return finding.b[1] == 0 or finding.b[0] >= b.duration_ms - 50 or finding.a[1] == 0


def compared(a: SpeechAudio, b: SpeechAudio) -> tuple[RecordingComparison, float]:
    start = time.process_time()
    result = compare_recordings(Received(a, "a", "a"), Received(b, "b", "b"))
    return result, time.process_time() - start


def edits(data: Path, folder: Path, seed: int, peer: str | None) -> None:
    dry, other = speech(data, folder)
    rng = np.random.default_rng(seed)
    a = stored(near(dry, rng), folder / "a", None)
    for condition in CONDITIONS:
        score = Score()
        heard = far(dry, condition, rng)[condition.start_ms * PER_MS :]
        put_in = far(other, condition, rng)
        for lengths in ((DELETIONS, ()), ((), INSERTIONS), (DELETIONS[:9], INSERTIONS[:6])):
            samples, made = edited(heard, put_in, *lengths, rng)
            b = stored(samples, folder / "b", condition.encoding)
            score.add(*compared(a, b), made, condition, b)
            if peer:
                print("  audio-offset-finder:", _peer(peer, a, b, folder), "s, true", condition.start_ms / 1000, "s")
        print(f"{condition.name}: {score}")
        print(*(f"  missed {edit}" for edit in score.missed), *(f"  false {finding}" for finding in score.false), sep="\n")


def _peer(python: str, a: SpeechAudio, b: SpeechAudio, folder: Path) -> str:
    for name, audio in (("a.wav", a), ("b.wav", b)):
        with wave.open(str(folder / name), "wb") as file:
            file.setparams((1, 2, 16_000, 0, "NONE", ""))
            file.writeframes(to_int16(audio.read(0, audio.duration_ms)).tobytes())
    found = subprocess.run([python, "-c", _PEER, str(folder / "a.wav"), str(folder / "b.wav")], capture_output=True, text=True, check=False)
    return found.stdout.strip() or "failed"


def passages(data: Path, folder: Path, hours: float) -> Iterator[Samples]:
    """All real speech over and over, each time at another tempo and pitch, so that it is new."""
    pool = np.concatenate(everything(data, folder))
    total, turn = 0.0, 0
    while total < hours * 3600 - 1:
        percent = (turn + 1) // 2 * (2 if turn % 2 else -2)
        passage = faster(pool, percent) if percent else pool
        passage = passage[: round((hours * 3600 - total) * 16_000)]
        yield passage
        total += passage.size / 16_000
        turn += 1


def unedited(data: Path, folder: Path, seed: int, hours: float, results: Path | None) -> None:
    """Parts of a quarter of an hour, each in every condition; what is in `results` already is not done again."""
    done = [json.loads(line) for line in results.read_text().splitlines()] if results and results.exists() else []
    finished = {(part["seed"], part["part"]) for part in done}
    for part, dry in enumerate(passages(data, folder, hours / len(AUDIBLE))):
        if (seed, part) in finished:
            continue
        rng = np.random.default_rng([seed, part])
        a = stored(near(dry, rng), folder / "a", None)
        for condition in AUDIBLE:
            b = stored(far(dry, condition, rng)[condition.start_ms * PER_MS :], folder / "b", condition.encoding)
            score = Score()
            score.add(*compared(a, b), [], condition, b)
            done.append({"seed": seed, "part": part, "condition": condition.name, **score.plain})
            print(done[-1], flush=True)
        if results:
            results.write_text("".join(f"{json.dumps(one)}\n" for one in done))
    for condition in AUDIBLE:
        parts = [part for part in done if part["condition"] == condition.name]
        length, unclear, false, seconds = (sum(part[of] for part in parts) for of in ("hours", "unclear_hours", "false", "cpu_seconds"))
        drift = max(part["drift_error_ppm"] for part in parts)
        print(
            f"{condition.name}: {length:.2f} h, false {false}, not comparable {100 * unclear / length:.2f} %, "
            f"drift error at most {drift:.2f} ppm, RTF {seconds / length / 3600:.4f}"
        )


def long(data: Path, folder: Path, seed: int, hours: float) -> None:
    rng = np.random.default_rng(seed)
    condition = Condition("10 dB", 10, drift_ppm=0, start_ms=0)
    made: list[Edit] = []
    length = 0
    with (folder / "a").open("wb") as of_a, (folder / "b").open("wb") as of_b:
        for dry in passages(data, folder, hours):
            of_a.write(to_int16(near(dry, rng) * 0.5).tobytes())
            heard = far(dry, condition, rng)
            samples, some = edited(heard, heard[::-1], (0.5, 2.0, 60.0), (4.0,), rng) if dry.size > 16_000 * 300 else (heard, [])
            made += [Edit(edit.is_deletion, edit.b_ms + length, edit.length_ms) for edit in some]
            of_b.write(to_int16(samples).tobytes())
            length += samples.size // PER_MS
    # A process of its own, so that memory is that of the comparison.
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as alone:
        result, seconds, megabytes = alone.submit(_measured, folder / "a", folder / "b").result()
    score = Score()
    score.add(result, seconds, made, condition, SpeechAudio(folder / "b"))
    print(f"{hours} h, 10 dB, alone in a process {megabytes} MB: {score}")
    print(*(f"  missed {edit}" for edit in score.missed), *(f"  false {finding}" for finding in score.false), sep="\n")


def _megabytes() -> int:
    """The largest resident size. The kernel's own count: that of getrusage is handed down from the process before."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.split("VmHWM:")[1].split()[0]) // 1024


def _measured(a: Path, b: Path) -> tuple[RecordingComparison, float, int]:
    result, seconds = compared(SpeechAudio(a), SpeechAudio(b))
    return result, seconds, _megabytes()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("edits", "unedited", "long"))
    parser.add_argument("--hours", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--peer")
    parser.add_argument("--results", type=Path)
    chosen = parser.parse_args()
    data = Path(os.environ["WEDERHOOR_SPEECH_DATA"])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if chosen.what == "edits":
            edits(data, folder, chosen.seed, chosen.peer)
        elif chosen.what == "unedited":
            unedited(data, folder, chosen.seed, chosen.hours, chosen.results)
        else:
            long(data, folder, chosen.seed, chosen.hours)


if __name__ == "__main__":
    main()
