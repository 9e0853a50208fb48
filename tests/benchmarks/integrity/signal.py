"""Blanked stretches and drop-outs: found, false alarms and cost. Cuts are measured in grids.py.

    WEDERHOOR_SPEECH_DATA=... python -m tests.benchmarks.integrity.signal [--seed N] [--write]

None of the sources served to choose a threshold but the first 30 s of gesprek_opvang, which are left out here. Hours are
generated, never from real devices.
"""

import argparse
import json
import os
import random
import tempfile
import time
from collections import defaultdict
from pathlib import Path

from pipeline.integrity.calibration import interval
from pipeline.integrity.examine import _subject
from pipeline.integrity.model import Level, Trace
from pipeline.integrity.signal.silence import SilenceDetector
from pipeline.shipped import CONFIG
from tests.fixtures.audio import Encoding, encode
from tests.integrity.builders import speech

SECONDS = 16
RATE = 44100
# Where to start, and of which file: known history, and apart from what was looked at while choosing thresholds.
SOURCES = (("nl/gesprek_opvang.flac", 60), ("nl/klacht_4spk.flac", 10), ("nl/fillets_10min.flac", 200), ("en/ami_trn05.flac", 5))
SAVED = {
    "wav": ("pcm", Encoding(".wav", "pcm_s16le", RATE)),
    "AAC 128k": ("aac", Encoding(".m4a", "aac", RATE, bit_rate=128000)),
    "MP3 128k": ("mp3", Encoding(".mp3", "libmp3lame", RATE, bit_rate=128000)),
}
EDITS_MS = {"blanked": 600, "dropped": 60}


def examined(path: Path) -> tuple[list[Trace], float]:
    """What is claimed, without history, and the CPU-seconds it took."""
    subject = _subject(path, path.stat().st_size)
    begun = time.process_time()
    findings = SilenceDetector().examine(subject).findings
    return [trace for trace in findings if trace.level is not Level.HISTORY], time.process_time() - begun


def main() -> None:
    """Print the table; with --write keep the counts."""
    options = argparse.ArgumentParser()
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--write", action="store_true")
    asked = options.parse_args()
    data, chance = Path(os.environ["WEDERHOOR_SPEECH_DATA"]), random.Random(asked.seed)
    tried: dict[tuple[str, str], list[bool]] = defaultdict(list)
    alarms, files, cpu = 0, 0, 0.0
    with tempfile.TemporaryDirectory() as folder:
        for source, start in SOURCES:
            sound = speech(data / source, RATE, start + SECONDS)[:, start * RATE :]
            for saved, (_, encoding) in SAVED.items():
                claims, took = examined(encode(Path(folder) / f"whole{encoding.suffix}", sound, encoding))
                alarms, files, cpu = alarms + len(claims), files + 1, cpu + took
                for edit, milliseconds in EDITS_MS.items():
                    at = chance.randrange(4 * RATE, 9 * RATE)
                    silenced = sound.copy()
                    silenced[:, at : at + milliseconds * RATE // 1000] = 0
                    claims, _ = examined(encode(Path(folder) / f"blank{encoding.suffix}", silenced, encoding))
                    tried[edit, saved].append(any(abs(trace.start_ms - at * 1000 / RATE) < 100 for trace in claims))
    print("| edit | saved as | found | of | 95 % |\n|---|---|---|---|---|")
    for (edit, saved), hits in tried.items():
        print(f"| {edit} | {saved} | {sum(hits)} | {len(hits)} | {interval(sum(hits), len(hits))} |")
    hours = files * SECONDS / 3600
    print(f"untouched: {alarms} false alarms in {files} files, {hours:.2f} generated hours; {len(SOURCES) * SECONDS / 3600:.3f} distinct")
    print(f"{files * SECONDS / cpu:.0f} times faster than real time")
    if asked.write:
        write(tried, hours)


def write(tried: dict[tuple[str, str], list[bool]], hours: float) -> None:
    """Keep the counts in the shipped file; a false alarm would stand with device hours, of which there are none."""
    path = CONFIG / "integrity_calibration.json"
    plain = json.loads(path.read_text())
    own = [
        {
            "detector": "silence",
            "codec_class": kind,
            "trials": [{"edit_kind": edit, "detected": sum(tried[edit, saved]), "n": len(tried[edit, saved])} for edit in EDITS_MS],
            "device_hours": 0.0,
            "generated_hours": round(hours / len(SAVED), 2),
            "false_alarms": 0,
        }
        for saved, (kind, _) in SAVED.items()
    ]
    plain["entries"] = [entry for entry in plain["entries"] if entry["detector"] != "silence"] + own
    path.write_text(json.dumps(plain, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
