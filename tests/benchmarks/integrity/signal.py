"""What the sound itself gives away: cuts after decoding, blanked stretches, false alarms, place and cost.

    WEDERHOOR_SPEECH_DATA=... python -m tests.benchmarks.integrity.signal [--seed N] [--cuts N] [--sources N] [--saved WAY...] [--write]

Speech is moved by a random number of samples and encoded (the history that is looked for), decoded, cut or left alone, and saved
again. All sources are 16 kHz at most and were resampled to 44.1 kHz, which leaves no frame grid of their own; the two
synthetic ones have no earlier codec. None served to choose a threshold but the first 30 s of gesprek_opvang and
fillets_60s_room, which are left out here. Hours are generated, never from real devices.
"""

import argparse
import json
import os
import random
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import numpy as np

from pipeline.integrity.calibration import interval
from pipeline.integrity.examine import _subject
from pipeline.integrity.model import Level, Stance, Trace
from pipeline.integrity.signal.grid import GridDetector
from pipeline.integrity.signal.silence import SilenceDetector
from pipeline.recording.decode import decode
from pipeline.shipped import CONFIG
from tests.fixtures.audio import Encoding, Samples, encode
from tests.integrity.builders import speech

SECONDS = 16
RATE = 44100
# Where to start, and of which file: known history, and apart from what was looked at while choosing thresholds.
SOURCES = (("nl/gesprek_opvang.flac", 60), ("nl/klacht_4spk.flac", 10), ("nl/fillets_10min.flac", 200), ("en/ami_trn05.flac", 5))
FIRST = {
    "AAC": Encoding(".m4a", "aac", RATE, bit_rate=64000),
    "MP3": Encoding(".mp3", "libmp3lame", RATE, bit_rate=64000),
}
SAVED = {
    "wav": ("pcm", Encoding(".wav", "pcm_s16le", RATE)),
    "AAC 128k": ("aac", Encoding(".m4a", "aac", RATE, bit_rate=128000)),
    "MP3 128k": ("mp3", Encoding(".mp3", "libmp3lame", RATE, bit_rate=128000)),
}
FADES_MS = (0, 5, 20, 50)


def decoded(path: Path) -> Samples:
    """The first channel."""
    return np.concatenate([block.samples for block in decode(path)], axis=1)[:1]


def joined(before: Samples, after: Samples, fade_ms: int) -> Samples:
    """Two parts, one fading into the other."""
    length = fade_ms * RATE // 1000
    if not length:
        return np.concatenate([before, after], axis=1)
    rise = np.linspace(0, 1, length, dtype=np.float32)
    middle = before[:, -length:] * (1 - rise) + after[:, :length] * rise
    return np.concatenate([before[:, :-length], middle, after[:, length:]], axis=1)


def examined(path: Path, detector: GridDetector | SilenceDetector) -> tuple[list[Trace], float]:
    """What is claimed, without history, and the CPU-seconds it took."""
    subject = _subject(path, path.stat().st_size)
    begun = time.process_time()
    findings = detector.examine(subject).findings
    return [trace for trace in findings if trace.level is not Level.HISTORY], time.process_time() - begun


def main() -> None:
    """Print the tables; with --write keep the counts."""
    options = argparse.ArgumentParser()
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--cuts", type=int, default=1, help="cuts for each source, first codec, way of saving and fade")
    options.add_argument("--sources", type=int, default=len(SOURCES), help="how many of the sources")
    options.add_argument("--saved", nargs="*", default=list(SAVED), choices=list(SAVED), help="ways of saving")
    options.add_argument("--write", action="store_true")
    asked = options.parse_args()
    data, chance = Path(os.environ["WEDERHOOR_SPEECH_DATA"]), random.Random(asked.seed)
    grids: dict[tuple[str, str, str], list[bool]] = defaultdict(list)
    blanks: dict[tuple[str, str, str], list[bool]] = defaultdict(list)
    errors: list[float] = []
    alarms, asserted, files, cpu, audio, edited = 0, 0, 0, 0.0, 0.0, [0, 0]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for source, start in SOURCES[: asked.sources]:
            clean = speech(data / source, RATE, start + SECONDS)[:, start * RATE :]
            for first, encoding in FIRST.items():
                sound = decoded(encode(folder / f"first{encoding.suffix}", clean[:, chance.randrange(4000) :], encoding))
                for saved in asked.saved:
                    kind, last = SAVED[saved]
                    path = encode(folder / f"whole{last.suffix}", sound, last)
                    for detector in (GridDetector(), SilenceDetector()):
                        claims, took = examined(path, detector)
                        alarms += len(claims)
                        asserted += sum(trace.hypotheses.edited is Stance.SUPPORTS for trace in claims)
                        cpu, audio = cpu + took, audio + (SECONDS if isinstance(detector, GridDetector) else 0)
                    files += 1
                    for fade in FADES_MS * asked.cuts:
                        at, gone = chance.randrange(4 * RATE, 9 * RATE), chance.randrange(RATE // 2, 3 * RATE)
                        path = encode(folder / f"cut{last.suffix}", joined(sound[:, :at], sound[:, at + gone :], fade), last)
                        claims, _ = examined(path, GridDetector())
                        true = (at / RATE) * 1000 - fade / 2
                        hits = [trace for trace in claims if trace.start_ms - 100 <= true <= trace.end_ms + 100]
                        grids[first, saved, kind].append(bool(hits))
                        errors += [abs((trace.start_ms + trace.end_ms) / 2 - true) for trace in hits[:1]]
                        if kind != "pcm":
                            edited[0] += any(trace.hypotheses.edited is Stance.SUPPORTS for trace in hits)
                            edited[1] += 1
                    for milliseconds, edit in ((600, "blanked"), (60, "dropped")):
                        at = chance.randrange(4 * RATE, 9 * RATE)
                        silenced = sound.copy()
                        silenced[:, at : at + milliseconds * RATE // 1000] = 0
                        claims, _ = examined(encode(folder / f"blank{last.suffix}", silenced, last), SilenceDetector())
                        blanks[edit, saved, kind].append(any(abs(trace.start_ms - at * 1000 / RATE) < 100 for trace in claims))
    print("| edit, first codec | saved as | found | of | 95 % |\n|---|---|---|---|---|")
    for (edit, saved, _), hits in [*grids.items(), *blanks.items()]:
        print(f"| {edit} | {saved} | {sum(hits)} | {len(hits)} | {interval(sum(hits), len(hits))} |")
    errors.sort()
    if errors:
        print(f"place of a jump: median {errors[len(errors) // 2]:.0f} ms, 90 % within {errors[len(errors) * 9 // 10]:.0f} ms")
    hours = files * SECONDS / 3600
    print(f"untouched: {alarms} false alarms, 'edited' {asserted} times, in {files} files, {hours:.2f} generated hours")
    print(f"distinct hours {asked.sources * SECONDS / 3600:.3f}; 'edited' on cuts saved in a lossy codec: {edited[0]} of {edited[1]}")
    print(f"both detectors on short files: {audio / cpu:.0f} times faster than real time")
    if asked.write:
        for detector, edit, tried in (("grid", "cut_after_decoding", grids), ("silence", None, blanks)):
            write(detector, edit, tried, hours)


def write(detector: str, edit: str | None, tried: dict[tuple[str, str, str], list[bool]], hours: float) -> None:
    """Keep the counts of this detector in the shipped file; a false alarm would stand with device hours, of which there are none."""
    path = CONFIG / "integrity_calibration.json"
    plain = json.loads(path.read_text())
    by_class: dict[str, dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    for (name, _, kind), hits in tried.items():
        by_class[kind][edit or name] += hits
    own = [
        {
            "detector": detector,
            "codec_class": kind,
            "trials": [{"edit_kind": name, "detected": sum(hits), "n": len(hits)} for name, hits in trials.items()],
            "device_hours": 0.0,
            "generated_hours": round(hours / len(by_class), 2),
            "false_alarms": 0,
        }
        for kind, trials in by_class.items()
    ]
    plain["entries"] = [entry for entry in plain["entries"] if entry["detector"] != detector] + own
    path.write_text(json.dumps(plain, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
